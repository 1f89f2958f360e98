"""Enter an edition from its document: read it twice, prove each figure, ask what only a person can decide, write the seeds."""

import sys
from collections import Counter
from pathlib import Path

import click

from ind_warehouse import ROOT
from ind_warehouse.edition.engines import DPI, Source, Unreadable
from ind_warehouse.edition.enter import Entering, read_seeds
from ind_warehouse.edition.held import Held
from ind_warehouse.edition.prove import PERSON, Prover, amount_behind
from ind_warehouse.edition.questions import Questions, read_answers, write_sheet
from ind_warehouse.edition.read import Document, mend, years_of
from ind_warehouse.edition.rows import Rows

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
        0 if everything is proved and entered, 1 if a question is open or an entered figure differs.

    Raises:
        Unreadable: The document cannot be read; the message says what to do.
        publish.NotPublished: The seeds could not be written.
    """
    if not (year.isdigit() and len(year) == 4 and source):
        raise Unreadable(USAGE)
    held = Held(read_seeds(root), int(year))
    if not held.own and not held.overlaps():
        years, known = (", ".join(map(str, years)) for years in (years_of(held.year), held.whole_years))
        raise Unreadable(
            f"No whole edition in seeds/ prints {years}, so nothing could prove the document; first enter one nearer to {known}."
        )
    path = Path(source)
    document, second, reader, how, images = read(path, Path(check) if check else None, held.year, twice=not held.own)
    rows = [row for table in document.tables for row in table.rows]
    lists = sum(len(table.places) == 3 for table in document.tables)
    click.echo(f"{path.name}: {how}.")
    click.echo(
        f"Read: {len(document.tables)} tables, {len(rows)} rows, {sum(len(row.cells) for row in rows)} figures, {lists} lists,"
        f" {len(document.notes)} notes."
    )
    if held.own:
        return compare(Held(held.seeds, held.year, with_own=True), document)
    return prove_and_enter(root, held, document, second, reader, images)


def read(path: Path, check: Path | None, year: int, twice: bool) -> tuple[Document, Document | None, str, str, list]:
    """Read a document, and it or another one again.

    Args:
        path: The document.
        check: Another document, to be the second reading.
        year: The edition's year.
        twice: Whether a second reading is needed.

    Returns:
        Both readings, who made the second, how both were made, and the pages as pictures.

    Raises:
        Unreadable: A document cannot be read, or is about other years.
    """
    if check and check.exists() and path.exists() and check.read_bytes() == path.read_bytes():
        raise Unreadable("CHECK is the same document as FROM, so it would repeat its faults; give another one, or none.")

    def tell(text: str) -> None:
        click.echo(text, err=True)

    source = Source(path, tell)
    document, second, how, reader = source.readings(year, twice and not check)
    confirm_years(path, document, year)
    if check:
        second, _, other, _ = Source(check, tell).readings(year, twice=False)
        confirm_years(check, second, year)
        reader = f"a program, from {check.name} ({other})"
    return document, second, reader, f"{how}, and again {reader}" if second else f"{how}, read once", source.images


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
    rows = Rows(held, document, None, Questions({}))
    parts: dict[str, list[bool]] = {"figures": [], "labels": [], "places": []}
    differences = []
    read_of = {known: read for read, known in rows.known.items()}

    def same(part: str, name: str, entered: str, read: str) -> None:
        parts[part].append(entered == read)
        if entered != read:
            differences.append(f"{name} is entered as {entered}, and read as {read or 'nothing'}")

    for table in held.tables:
        read_table = read_of.get(table)
        places = read_table.places if read_table else []
        for n, word in enumerate(table.places):
            same("places", f"Place {n + 1} beside {table.label}", word, places[n] if n < len(places) else "")
        for row in table.rows:
            name, found = f"{table.label} / {row.label}", read_of.get(row)
            if row.printed_in == "note":
                cells = {held.year: amount_behind(document, read_table)[1] if read_table else ""}
            else:
                cells = {year: mend(text) for year, text in found.cells.items()} if found else {}
                same("labels", f"The label of {name}", name, f"{read_table.label} / {found.label}" if found else "")
            for year in years_of(held.year):
                if entered := held.printed(row.series, year).get(held.own, ""):
                    same("figures", f"{name} / {year}", entered, cells.get(year, ""))
    counts = ", ".join(f"{sum(found)} of {len(found)} {part}" for part, found in parts.items())
    click.echo(f"{held.named(held.own)} is entered already; {counts} are as in this document. Nothing was changed.")
    show(differences)
    return 1 if differences else 0


def prove_and_enter(root: Path, held: Held, document: Document, second: Document | None, reader: str, images: list) -> int:
    """Prove what was read, ask the questions, and enter the edition if none is open."""
    folder = root / "target" / f"edition_{held.year}"
    file, sheet = folder / "questions.csv", folder / "review.html"
    where = sheet.relative_to(root).as_posix()
    answers, postponed = read_answers(file), set()
    while True:
        questions = Questions(answers)
        prover = Prover(held, document, second, reader, questions)
        if not prover.rows.known:
            raise Unreadable(f"No table of the document is known from seeds/; is it the edition of {held.year}?")
        prover.run()
        questions.write(file)
        write_sheet(sheet, f"Jaarcijfers {held.year}", questions.open, images, DPI)
        asked = [question for question in questions.open if question.key not in postponed]
        if not asked or not sys.stdin.isatty():
            break
        question = asked[0]
        click.echo(f"\n{len(asked)} to decide, each beside its picture in {where}.\n{question.text}")
        answer = click.prompt(f"{question.answers}; or later", default=question.proposal or "later").strip()
        if answer == "later":
            postponed.add(question.key)
        else:
            answers[question.key] = (answer, question.seen)
    summarise(held, prover)
    if questions.open:
        click.echo(f"To decide: {len(questions.open)}, each beside its picture in {where}:")
        show([f"{question.text} [{question.answers}]" for question in questions.open])
        click.echo(f"Write each answer into {file.relative_to(root).as_posix()}, then run this again. Nothing was entered.")
        return 1
    for path, count in Entering(held, prover).write(root).items():
        click.echo(f"Written: {path}, {count:+d} lines.")
    click.echo(
        f"Next: fill in published and address of jaarcijfers_{held.year} in seeds/reference/publications.csv, read its notes in"
        " seeds/reference/footnotes.csv, check git diff, and run make, which names what is missing."
    )
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
        click.echo("Both readings are often wrong about older figures, so they prove nothing together; type the newest figures.")
    if prover.hints:
        click.echo("Unusual, look twice:")
        show(prover.hints)


def show(lines: list[str]) -> None:
    """Print some lines, and how many more there are."""
    for line in lines[:SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN:
        click.echo(f"  ... and {len(lines) - SHOWN} more")
