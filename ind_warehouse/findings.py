"""Write a first answer and what stands out in the newest whole edition into the README, in the words that its figures carry."""

import re
import textwrap
from pathlib import Path

import click
import duckdb

from ind_warehouse import PUBLISHED, ROOT, opened
from ind_warehouse.publish import replacing, tell

README = ROOT / "README.md"
FINDINGS = Path(__file__).with_suffix(".sql")
# of the two places the first is for what the query above it answers
PLACE = re.compile("(?<=<!-- python -m ind_warehouse findings writes this -->\n).*?(?=<!-- up to here -->)", re.DOTALL)
QUERY = re.compile("'''(.*?)'''", re.DOTALL)
WIDTH = 132


@click.command()
def findings() -> None:
    """Write the first answer and the findings of the newest whole edition into README.md."""
    with opened(PUBLISHED) as con:
        text = README.read_text("utf-8")
        if len(PLACE.findall(text)) != 2:
            raise click.ClickException(f"{README.name} has not the two places for them, between two comments; restore those.")
        with replacing(README) as new:
            new.write_text(renewed(text, con), "utf-8")
    tell(f"Wrote the findings into {README.name}")


def renewed(text: str, con: duckdb.DuckDBPyConnection) -> str:
    """Put the first answer and the findings into the places that they have in a text.

    Args:
        text: The README as it is.
        con: The published file.

    Returns:
        The README as it should be.
    """
    ((title,),) = con.execute("select title from marts.dim_editions where is_newest_whole").fetchall()
    answer = f"Of *{title}* that is\n\n```text\n{con.sql(QUERY.search(text)[1])}```\n"
    told = con.execute(FINDINGS.read_text("utf-8")).fetchall()
    lines = [f'As of *{title}*, with the range that rounding leaves; what follows "after" is the figure of the year before:\n']
    for question, sentence in told:
        lines += textwrap.wrap(
            f"- {sentence} `{question}`", WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    places = iter([answer, "\n".join([*lines, ""])])
    return PLACE.sub(lambda _: next(places), text)
