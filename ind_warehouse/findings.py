"""Write the first answer of the newest whole edition into the README, and its findings into docs/findings.md."""

import re
import textwrap
from pathlib import Path

import click
import duckdb

from ind_warehouse import PUBLISHED, ROOT, opened
from ind_warehouse.publish import replacing, tell

README, PAGE = ROOT / "README.md", ROOT / "docs" / "findings.md"
FINDINGS = Path(__file__).with_suffix(".sql")
# the generated part of each page; in the README, the answer to its first query
PLACE = re.compile("(?<=<!-- python -m ind_warehouse findings writes this -->\n).*?(?=<!-- up to here -->)", re.DOTALL)
QUERY = re.compile("```sql\n(.*?)```", re.DOTALL)
WIDTH = 132


@click.command()
def findings() -> None:
    """Write the first answer and the findings of the newest whole edition into README.md and docs/findings.md."""
    with opened(PUBLISHED) as con:
        for page in (README, PAGE):
            text = page.read_text("utf-8")
            if len(PLACE.findall(text)) != 1:
                raise click.ClickException(f"{page.name} must have one generated part between comments; restore the comments.")
            with replacing(page) as new:
                new.write_text(renewed(text, con), "utf-8")
    tell(f"Wrote the first answer to {README.name} and the findings to docs/{PAGE.name}")


def renewed(text: str, con: duckdb.DuckDBPyConnection) -> str:
    """Return a page's text with the answer to its first query, or the findings, of the published file."""
    ((title, published, first, last, since),) = con.execute(
        "select title, published, first_reference_year, last_reference_year, reach.* from marts.dim_editions"
        " cross join (select min(reference_year) from marts.fct_observations) as reach where is_newest_whole"
    ).fetchall()
    if query := QUERY.search(text):
        table = con.sql(query[1].strip().removesuffix(";"))
        about = (
            f"For *{title}* (published {published}), the answer is as follows. It covers {first} to {last};"
            f" single figures from other publications go back to {since}, and some are newer."
        )
        written = f"{textwrap.fill(about, WIDTH)}\n\n```text\n{table}```\n"
        return PLACE.sub(lambda _: written, text)
    lines = [f"As of *{title}* (published {published}), with the range that rounding leaves:\n"]
    for question, sentence in con.execute(FINDINGS.read_text("utf-8")).fetchall():
        lines += textwrap.wrap(
            f"- {sentence} `{question}`", WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    return PLACE.sub(lambda _: "\n".join([*lines, ""]), text)
