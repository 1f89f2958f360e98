"""Write what stands out in the newest whole edition into the README, in the words that its figures carry."""

import re
import textwrap
from pathlib import Path

import click
import duckdb

from ind_warehouse import PUBLISHED, ROOT, opened
from ind_warehouse.publish import replacing, tell

README = ROOT / "README.md"
FINDINGS = Path(__file__).with_suffix(".sql")
PLACE = re.compile("(?<=<!-- python -m ind_warehouse findings writes this -->\n).*?(?=<!-- up to here -->)", re.DOTALL)
WIDTH = 132


@click.command()
def findings() -> None:
    """Write the findings of the newest whole edition into README.md."""
    with opened(PUBLISHED) as con:
        text = README.read_text("utf-8")
        if len(PLACE.findall(text)) != 1:
            raise click.ClickException(f"{README.name} has not the one place for them, between two comments; restore those.")
        with replacing(README) as new:
            new.write_text(renewed(text, con), "utf-8")
    tell(f"Wrote the findings into {README.name}")


def renewed(text: str, con: duckdb.DuckDBPyConnection) -> str:
    """Put the findings into the place that they have in a text.

    Args:
        text: The README as it is.
        con: The published file.

    Returns:
        The README as it should be.
    """
    told = con.execute(FINDINGS.read_text("utf-8")).fetchall()
    lines = [
        f'From *{title}*, with the range that rounding leaves; what follows "after" is the figure of the year before:\n'
        for title, *_ in told[:1]
    ]
    for _, question, sentence in told:
        lines += textwrap.wrap(
            f"- {sentence} `{question}`", WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    return PLACE.sub(lambda _: "\n".join([*lines, ""]), text)
