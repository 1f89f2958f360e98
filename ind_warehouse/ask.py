"""Answer the questions in analyses/ from the published file, or open it in the DuckDB command line."""

import os
import re
import sys
from itertools import takewhile
from pathlib import Path

import click
import duckdb

from ind_warehouse import PUBLISHED, ROOT, opened

# questions about the newest year use the newest whole edition; this names the later ones
NEWER = """
    with later as (

        select string_agg(edition_year, ', ' order by edition_year) as years from marts.dim_editions
        where edition_year > (select edition_year from marts.dim_editions where is_newest_whole)

    )

    select unnest([
        concat('Nieuwste hele editie: ', title, '. Van latere (', years, ') zijn er alleen losse cijfers van webpagina''s: '),
        concat('Newest whole edition: ', title, '. For later ones (', years, ') there are only single figures from web pages: ')
    ]) || 'make ask Q=how_far_back_do_figures_reach.' as message
    from marts.dim_editions
    cross join later
    where is_newest_whole and years is not null
"""
COMPILED = ROOT / "target" / "compiled" / "ind_warehouse" / "analyses"
CLI_COMMANDS = Path(__file__).with_name("cli.sql")
QUESTIONS = {path.stem: path for path in sorted((ROOT / "analyses").glob("*.sql"))}
WIDTH = 100


@click.command()
@click.argument("name", required=False)
def ask(name: str | None) -> None:
    """Answer the question NAME, or list the questions."""
    if name is None:
        for question, path in QUESTIONS.items():
            dutch, english, *_ = header(path)
            click.echo(f"{question}\n    {dutch}\n    {english}")
        click.echo("\nTo answer one: make ask Q=<name>")
        return
    if name not in QUESTIONS:
        raise click.ClickException(f'There is no question "{name}"; make ask lists them.')
    with opened(PUBLISHED) as con:
        found = answer(con, name)
        newer = [line for (line,) in con.execute(NEWER).fetchall()]
    for line in header(QUESTIONS[name]):
        click.echo(click.wrap_text(line, WIDTH))
    click.echo(f"\n{found}")
    for line in newer:
        click.echo(click.wrap_text(line, WIDTH))


def header(path: Path) -> list[str]:
    """Read the comment at the top of an analysis: question in Dutch, question in English, caveat in Dutch, caveat in English."""
    lines = path.read_text("utf-8").splitlines()
    return [line.removeprefix("-- ") for line in takewhile(lambda line: line.startswith("-- "), lines)]


def query(name: str) -> str:
    """Read the SQL of an analysis as compiled by the last build; it runs on the published file, attached under any name.

    Raises:
        click.ClickException: The analysis is newer than the last build.
    """
    compiled = COMPILED / f"{name}.sql"
    if not compiled.exists():
        raise click.ClickException(f"{QUESTIONS[name].relative_to(ROOT)} is not built yet; run make first.")
    return re.sub(r'"\w+"[.]"(marts|raw)"[.]"(\w+)"', r"\1.\2", compiled.read_text("utf-8")).strip()


def answer(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """Run an analysis on the published file or the working file, and format the answer as a table for a terminal."""
    return str(con.sql(query(name)))


@click.command()
def cli() -> None:
    """Open the published file in the DuckDB command line, read-only."""
    with opened(PUBLISHED):
        pass
    os.execv(sys.executable, [sys.executable, "-m", "duckdb_cli", "-readonly", "-init", CLI_COMMANDS, PUBLISHED])
