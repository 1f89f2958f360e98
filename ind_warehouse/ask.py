"""Answer the questions in analyses/ from the published file, or open it in the DuckDB command line."""

import os
import re
import sys
import unicodedata
from itertools import takewhile
from pathlib import Path

import click
import duckdb
import yaml
from rich import box
from rich.console import Console
from rich.table import Table

from ind_warehouse import PUBLISHED, ROOT, opened

# questions about the newest year use the newest whole edition; this names the later ones
NEWER = """
    with later as (

        select string_agg(edition_year, ', ' order by edition_year) as years from marts.dim_editions
        where edition_year > (select edition_year from marts.dim_editions where is_newest_whole)

    )

    select concat(
        case $language
            when 'nl' then 'Nieuwste hele editie: ' || title || '. Van latere (' || years || ') zijn er alleen losse cijfers'
            else 'Newest whole edition: ' || title || '. For later ones (' || years || ') there are only single figures'
        end,
        ': make ask Q=how_far_back_do_figures_reach.'
    )
    from marts.dim_editions
    cross join later
    where is_newest_whole and years is not null
"""
# what people call each code, in the answers and in the words that find a question
NAMES = """
    select product_code as code, short_name_{0} as name from marts.dim_products
    union all
    select series_code, product.short_name_{0} || ', ' || measure.name_{0} from marts.dim_series as series
    inner join marts.dim_products as product using (product_code) inner join marts.dim_measures as measure using (measure_code)
    union all
    select measure_code, name_{0} from marts.dim_measures
    union all
    -- a sum is no printed series
    select product_code || '.pending', short_name_{0} || ', ' || measure.name_{0} from marts.dim_products
    inner join marts.dim_measures as measure on measure_code = 'pending'
    where is_derived
    union all
    select name_en, name_{0} from marts.dim_nationalities
"""
COMPILED = ROOT / "target" / "compiled" / "ind_warehouse" / "analyses"
CLI_COMMANDS = Path(__file__).with_name("cli.sql")
TEXTS = Path(__file__).with_suffix(".yaml")
QUESTIONS = {path.stem: path for path in sorted((ROOT / "analyses").glob("*.sql"))}


@click.command()
@click.argument("words", nargs=-1)
@click.option("--sql", is_flag=True, help="Show the query too.")
def ask(words: tuple[str, ...], sql: bool) -> None:
    """Answer the question named by WORDS, or the only one that has them all; else list those that do."""
    language = "nl" if os.environ.get("LANG", "").lower().startswith("nl") else "en"
    console = Console(highlight=False, markup=False, emoji=False)
    with opened(PUBLISHED) as con:
        found = matching(con, " ".join(words))
        if len(found) != 1:
            for name in found:
                click.echo(f"{name}\n    {header(QUESTIONS[name], language)[0]}")
            hint = (
                "Voor een antwoord: make ask Q=<naam of woorden>"
                if language == "nl"
                else "To answer one: make ask Q=<name or words>"
            )
            click.echo(f"\n{hint}")
            return
        name = found[0]
        sentence, table = answer(con, name, language)
        newer = con.execute(NEWER, {"language": language}).fetchall()
    question, caveat = header(QUESTIONS[name], language)
    # numbers stay whole: a narrow terminal leaves less room between them, and is exceeded rather than obeyed
    wide = console.options.update(width=1000)
    if console.measure(table, options=wide).minimum > console.width:
        table.padding = 0
    click.echo("\n".join(click.wrap_text(line, console.width) for line in (question, sentence) if line) + "\n")
    console.print(table, width=max(console.width, console.measure(table, options=wide).minimum))
    click.echo("\n" + "\n".join(click.wrap_text(line, console.width) for line in (caveat, *(line for (line,) in newer))))
    if sql:
        click.echo(f"\n{query(name)};")


def matching(con: duckdb.DuckDBPyConnection, words: str) -> list[str]:
    """Find the question of that name, or those with all the words, or with what the words are synonyms of.

    Raises:
        click.ClickException: No question has them.
    """
    if words in QUESTIONS:
        return [words]
    synonyms = [(parts(said), code) for said, code in con.execute("select synonyms, code from raw.synonyms").fetchall()]
    meant = [[word, *(code for said, code in synonyms if parts(word) <= said)] for word in words.split()]
    # a caveat is not what a question is about
    texts = {name: parts(" ".join([name, *(header(path, of)[0] for of in ("nl", "en"))])) for name, path in QUESTIONS.items()}
    found = [name for name, text in texts.items() if all(any(begins(text, one) for one in ones) for ones in meant)]
    if not found:
        raise click.ClickException(
            f'No question is about "{words}". make ask lists them; for single figures, see the site, or find() in make cli.'
        )
    return found


def parts(text: str) -> set[str]:
    """Split a text or a code into its words, without capitals and accents."""
    letters = unicodedata.normalize("NFD", text.lower().replace("_", " "))
    return set(re.findall(r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter))))


def begins(text: set[str], words: str) -> bool:
    """Tell whether each of the words is the beginning of one in a text."""
    return all(any(one.startswith(word) for one in text) for word in parts(words))


def header(path: Path, language: str) -> tuple[str, str]:
    """Read the comment at the top of an analysis: question and caveat, each in Dutch, then in English."""
    lines = [line.removeprefix("-- ") for line in takewhile(lambda line: line[:3] == "-- ", path.read_text("utf-8").splitlines())]
    return tuple(lines[language == "en" :: 2])


def query(name: str) -> str:
    """Read the SQL of an analysis as compiled by the last build; it runs on the published file, attached under any name.

    Raises:
        click.ClickException: The analysis is newer than the last build.
    """
    compiled = COMPILED / f"{name}.sql"
    if not compiled.exists():
        raise click.ClickException(f"{QUESTIONS[name].relative_to(ROOT)} is not built yet; run make first.")
    return re.sub(r'"\w+"[.]"(marts|raw)"[.]"(\w+)"', r"\1.\2", compiled.read_text("utf-8")).strip()


def answer(con: duckdb.DuckDBPyConnection, name: str, language: str) -> tuple[str, Table]:
    """Run an analysis, and write its answer for people.

    Args:
        con: The published file.
        name: The question.
        language: nl or en.

    Returns:
        A sentence with the margin of each figure, empty if the rows do not bear it, and a table that fits any width.
    """
    texts = yaml.load(TEXTS.read_text("utf-8"), yaml.CSafeLoader)
    asked, about = texts["answers"].get(name, {}), texts["columns"]
    names = dict(con.execute(NAMES.format(language)).fetchall()) | {
        text: said[language] for text, said in texts["values"].items()
    }
    con.execute(f"create or replace temp table answer as {query(name)}")
    kinds = {column: kind for column, kind, *_ in con.execute("describe answer").fetchall()}
    # unit says that of the row's figures
    columns = [column for column in kinds if column != "unit"]
    cells, with_margin, figure = {}, {}, ""
    for column in columns:
        known = about.get(column, {})
        bound = known.get("is")
        if not bound:
            figure, unit = column, asked.get("units", {}).get(column, known.get("unit"))
            unit = "unit" if unit == "row" else unit and f"'{unit}'"
            sign = f"case when {column} > 0 then '+' else '' end || " if known.get("sign") else ""
        cell = f"in_words({column}, {unit}, language := '{language}')" if unit else f"{column}::varchar"
        cells[column] = cell if bound else sign + cell
        if column == asked.get("printed"):
            half = f"greatest({column} - 0.005, 0), least({column} + 0.005, 1)"
            with_margin[column] = f"shown({column}, {half}, 'share', language := '{language}')"
        if bound == "upper":
            lower = columns[columns.index(column) - 1]
            with_margin[figure] = f"{sign}shown({figure}, {lower}, {column}, {unit}, language := '{language}')"
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column in columns:
        heading, text = about.get(column, {}).get(language, column.replace("_", " ")), kinds[column] == "VARCHAR"
        table.add_column(heading.replace(" ", "\n"), justify="left" if text else "right", no_wrap=not text, overflow="fold")
    for row in con.execute(f"select {', '.join(cells.values())} from answer").fetchall():
        table.add_row(*(readable(value, names) for value in row))
    sentence = ""
    if asked:
        named = re.findall(r"{(\w+)}", asked[language])
        figures = ", ".join((cells | with_margin)[column] for column in named)
        if row := con.execute(f"select {figures} from answer {asked['pick']}").fetchone():
            values = (readable(value, names) for value in row)
            sentence = asked[language].format_map(dict(zip(named, values, strict=True)))
    return sentence, table


def readable(value: str | None, names: dict[str, str]) -> str:
    """Write names instead of codes, and a dash where nothing is known."""
    if value is None:
        return "\N{EN DASH}"
    return names.get(value) or re.sub(r"[\w.]+", lambda word: names.get(word[0], word[0]), value.replace("/", ": "))


@click.command()
def cli() -> None:
    """Open the published file in the DuckDB command line, read-only."""
    with opened(PUBLISHED):
        pass
    # what is piped in wants its result alone
    begin = ["-init", CLI_COMMANDS] if sys.stdin.isatty() else ["-init", os.devnull, "-cmd", "use ind_warehouse.marts"]
    os.execv(sys.executable, [sys.executable, "-m", "duckdb_cli", "-readonly", *begin, PUBLISHED])
