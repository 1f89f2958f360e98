"""Enter an edition from its document: read it, prove each figure, ask what a person must decide, and write the seeds."""

import sys
from collections import Counter
from pathlib import Path

import click

from ind_warehouse import ROOT
from ind_warehouse.edition.engines import DPI, Source, Unreadable
from ind_warehouse.edition.enter import differences, enter, years_named
from ind_warehouse.edition.figures import PERSON, amount_behind
from ind_warehouse.edition.held import Held
from ind_warehouse.edition.prove import Prover
from ind_warehouse.edition.questions import Questions, read_answers
from ind_warehouse.edition.read import Document, mend, years_of
from ind_warehouse.edition.review import write_sheet

SHOWN = 12
USAGE = "Type make edition YEAR=2024 FROM=jaarcijfers_2024.pdf, with the year and the document of the edition."


@click.command()
@click.argument("year", default="")
@click.argument("source", default="")
@click.option("--check", default="", help="Another document, as second reading.")
def edition(year: str, source: str, check: str) -> None:
    """Read an edition from its document, prove it, and enter it in the seeds."""
    try:
        code = run(ROOT, year, source, check)
    except Unreadable as error:
        click.echo(str(error), err=True)
        code = 2
    sys.exit(code)


def run(root: Path, year: str, source: str, check: str = "") -> int:
    """Read, prove, ask and enter.

    Args:
        root: The project's folder.
        year: The edition's year.
        source: The document.
        check: Another document, whose reading is the second one.

    Returns:
        0 where everything is proved and entered, 1 where a question is open or an entered figure differs.

    Raises:
        Unreadable: Nothing can be read.
    """
    if not (year.isdigit() and len(year) == 4 and source):
        raise Unreadable(USAGE)
    held = Held(root, int(year))
    if not held.own and not held.overlaps():
        known = sorted({row["edition_year"] for row in held.publications.values()})
        raise Unreadable(
            f"Nothing that is held prints {', '.join(map(str, years_of(held.year)))}, so nothing could prove the document; "
            f"first enter an edition between it and one of {', '.join(known)}."
        )
    path = Path(source)
    document, second, reader, how, images = read(path, Path(check) if check else None, held.year)
    rows = [row for table in document.tables for row in table.rows]
    lists = sum(len(table.places) == 3 for table in document.tables)
    click.echo(f"{path.name}: {how}.")
    click.echo(
        f"Read: {len(document.tables)} tables, {len(rows)} rows, {sum(len(row.cells) for row in rows)} figures, {lists} lists,"
        f" {len(document.notes)} notes."
    )
    if held.own:
        return compare(Held(root, held.year, with_own=True), document)
    return prove_and_enter(held, document, second, reader, images)


def read(path: Path, check: Path | None, year: int) -> tuple[Document, Document | None, str, str, list]:
    """Read a document twice, or it and another one.

    Returns:
        Both readings, who made the second, both in a sentence, and the pages as pictures.

    Raises:
        Unreadable: It cannot be read, or is about other years.
    """

    def tell(text: str) -> None:
        click.echo(text, err=True)

    source = Source(path, tell)
    if check is None:
        document, second, first, reader = source.readings(year)
        how = f"{first}, and again {reader}" if second else f"{first}, read once"
    else:
        if check.exists() and check.read_bytes() == path.read_bytes():
            raise Unreadable("CHECK is the same document as FROM, and would confirm its own faults; give another one, or none.")
        document, first = source.reading(year)
        second, other = Source(check, tell).reading(year)
        confirm_years(check, second, year)
        reader, how = f"a program, from {check.name} ({other})", f"{first}, and again {check.name}, {other}"
    confirm_years(path, document, year)
    return document, second, reader, how, source.images


def confirm_years(path: Path, document: Document, year: int) -> None:
    """Refuse a document that is about other years, or none.

    Raises:
        Unreadable: It is.
    """
    if any(table.rows for table in document.tables):
        return
    if years_of(year) in document.years:
        raise Unreadable(
            f"{path.name} has {years_of(year)} at the head of a table, but no row of three figures; give another copy."
        )
    if document.years:
        found = max(document.years)
        raise Unreadable(
            f"{path.name} is about {', '.join(map(str, found))}; type YEAR={found[0]}, or give the document of {year}."
        )
    raise Unreadable(
        f"{path.name} has no table under three years, as annual figures have; give the document of the edition of {year}."
    )


def compare(held: Held, document: Document) -> int:
    """Say how an edition that is entered differs from its document, and change nothing."""
    prover = Prover(held, document, None, "", Questions({}))
    prover.series = {at: row.series for at in prover.rows.rows_of if (row := prover.rows.held_row(*at))}
    cells = {
        (series, year): mend(text)
        for (i, j), series in prover.series.items()
        for year, text in document.tables[i].rows[j].cells.items()
    }
    for i, k in prover.rows.tables_of.items():
        for row in held.tables[k].rows:
            if row.printed_in == "note":
                cells[row.series, held.year] = amount_behind(document, i)[1]
    same, entered, other = differences(held, cells)
    click.echo(
        f"{held.named(held.own)} is entered already; {same} of {entered} figures are as in this document. Nothing was changed."
    )
    show(other)
    return 1 if other else 0


def prove_and_enter(held: Held, document: Document, second: Document | None, reader: str, images: list) -> int:
    """Prove what was read, put the questions, and enter the edition where none is open."""
    folder = held.root / "target" / f"edition_{held.year}"
    file, sheet = folder / "questions.csv", folder / "review.html"
    answers, postponed = read_answers(file), set()
    while True:
        questions = Questions(answers)
        prover = Prover(held, document, second, reader, questions)
        if not prover.rows.tables_of:
            raise Unreadable(f"No table of the document is one that is held; is it the edition of {held.year}?")
        prover.run()
        questions.write(file)
        write_sheet(sheet, f"Jaarcijfers {held.year}", questions.open, images, DPI)
        asked = [question for question in questions.open if question.key not in postponed]
        if not asked or not sys.stdin.isatty():
            break
        question = asked[0]
        click.echo(f"\n{len(asked)} to decide, each beside its picture in {shown(held, sheet)}.\n{question.text}")
        answer = click.prompt(f"{question.answers}; or later", default=question.proposal or "later").strip()
        if answer == "later":
            postponed.add(question.key)
        else:
            answers[question.key] = (answer, question.seen)
    summarise(held, prover)
    if questions.open:
        click.echo(f"To decide: {len(questions.open)}, each beside its picture in {shown(held, sheet)}:")
        show([f"{question.text} [{question.answers}]" for question in questions.open])
        click.echo(f"Write each answer into {shown(held, file)}, then type the same again. Nothing was entered.")
        return 1
    for path, count in enter(held, prover).items():
        click.echo(f"Written: {path}, {count:+d} lines.")
    click.echo("Next: git diff, then make, which names what is left, such as notes in our own words.")
    click.echo(f"Fill in published and address of jaarcijfers_{held.year} in seeds/reference/publications.csv.")
    if notes := years_named(held, prover):
        click.echo(f"Note {', '.join(notes)} in seeds/reference/footnotes.csv names the year before: correct its words.")
    return 0


def summarise(held: Held, prover: Prover) -> None:
    """Say what is proved, by what, and what is unusual."""
    by = Counter()
    for cell in (cell for entry in prover.entries for cell in entry.cells.values()):
        others = [held.named(who) for who in cell.proofs if who in held.publications]
        by[PERSON if PERSON in cell.proofs else (others or ["two readings"])[0] if cell.proofs else ""] += 1
    proved = ", ".join(f"{count} by {who}" for who, count in by.most_common() if who)
    click.echo(f"Proved: {proved or 'nothing'}. Not proved: {by['']}. Mended: {prover.mended}.")
    click.echo(f"Rows: {sum(map(bool, prover.series.values()))} of {len(prover.series)} have their series.")
    if prover.is_noisy():
        click.echo(
            "The readings err so often on older figures that their agreement proves nothing; the newest figures are to be typed."
        )
    if prover.hints:
        click.echo("Unusual, look twice:")
        show(prover.hints)


def show(lines: list[str]) -> None:
    """Print some lines, and how many more there are."""
    for line in lines[:SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN:
        click.echo(f"  ... and {len(lines) - SHOWN} more")


def shown(held: Held, path: Path) -> str:
    """Write a path as seen from the project's folder."""
    return path.relative_to(held.root).as_posix()
