"""Write the first answer and the findings of the newest whole edition into the README."""

import re
import textwrap
from pathlib import Path

import click
import duckdb

from ind_warehouse import PUBLISHED, ROOT, opened
from ind_warehouse.publish import replacing, tell

README = ROOT / "README.md"
FINDINGS = Path(__file__).with_suffix(".sql")
# the two generated parts: the answer to the query above the first, then the findings
PLACE = re.compile("(?<=<!-- python -m ind_warehouse findings writes this -->\n).*?(?=<!-- up to here -->)", re.DOTALL)
QUERY = re.compile("'''(.*?)'''", re.DOTALL)
WIDTH = 132


@click.command()
def findings() -> None:
    """Write the first answer and the findings of the newest whole edition into README.md."""
    with opened(PUBLISHED) as con:
        text = README.read_text("utf-8")
        if len(PLACE.findall(text)) != 2:
            raise click.ClickException(f"{README.name} must have two generated parts between comments; restore the comments.")
        with replacing(README) as new:
            new.write_text(renewed(text, con), "utf-8")
    tell(f"Wrote the findings to {README.name}")


def renewed(text: str, con: duckdb.DuckDBPyConnection) -> str:
    """Return the README's text with the first answer and the findings of the published file."""
    ((title,),) = con.execute("select title from marts.dim_editions where is_newest_whole").fetchall()
    answer = f"For *{title}*, the answer is\n\n```text\n{con.sql(QUERY.search(text)[1])}```\n"
    lines = [f"As of *{title}*, with the range that rounding leaves:\n"]
    for question, sentence in con.execute(FINDINGS.read_text("utf-8")).fetchall():
        lines += textwrap.wrap(
            f"- {sentence} `{question}`", WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    places = iter([answer, "\n".join([*lines, ""])])
    return PLACE.sub(lambda _: next(places), text)
