"""Enter an edition from its document: read it twice, prove each figure, ask what only a person can decide, write the seeds."""

import sys
from pathlib import Path

import click

from ind_warehouse import ROOT
from ind_warehouse.edition.engines import Unreadable, read
from ind_warehouse.edition.enter import read_seeds, with_edition, write_seeds
from ind_warehouse.edition.held import Held
from ind_warehouse.edition.prove import Prover
from ind_warehouse.edition.questions import Questions, read_answers, write_sheet
from ind_warehouse.edition.read import Document, mend, years_of
from ind_warehouse.edition.rows import pair

SHOWN = 12


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
        raise Unreadable("Type make edition YEAR=2024 FROM=jaarcijfers_2024.pdf, with the year and the document of the edition.")
    held, folder = Held(read_seeds(root), int(year)), root / "target" / f"edition_{year}"
    if not held.own and not held.overlaps():
        years, known = (", ".join(map(str, years)) for years in (years_of(held.year), held.whole_years))
        raise Unreadable(
            f"No whole edition in seeds/ prints {years}, so nothing could prove the document; first enter one nearer to {known}."
        )
    found = read(path := Path(source), held.year, not held.own and not check, folder)
    document, second, reader = found.document, found.second, found.reader
    if check:
        if Path(check).exists() and Path(check).read_bytes() == path.read_bytes():
            raise Unreadable("CHECK is the same document as FROM, so it would repeat its faults; give another one, or none.")
        other = read(Path(check), held.year, False, folder)
        second, reader = other.document, f"a program, from {Path(check).name} ({other.how})"
    click.echo(f"{path.name}: {found.how}, {f'and again {reader}' if second else 'read once'}.")
    rows = [row for table in document.tables for row in table.rows]
    click.echo(
        f"Read: {len(document.tables)} tables, {len(rows)} rows, {sum(len(row.cells) for row in rows)} figures,"
        f" {sum(len(table.places) == 3 for table in document.tables)} lists, {len(document.notes)} notes."
    )
    if held.own:
        return compare(Held(held.seeds, held.year, with_own=True), document)
    answers, postponed = read_answers(folder / "questions.csv"), set()
    while True:
        questions = Questions(answers)
        prover = Prover(held, document, second, reader, questions)
        if not prover.known:
            raise Unreadable(f"No table of the document is known from seeds/; is it the edition of {held.year}?")
        questions.write(folder / "questions.csv")
        asked = [question for question in questions.open if question.key not in postponed]
        write_sheet(folder / "review.html", f"Jaarcijfers {held.year}", questions.open, found.images)
        if not asked or not sys.stdin.isatty():
            break
        click.echo(f"\n{len(asked)} to decide, each beside its picture in target/{folder.name}/review.html.\n{asked[0].text}")
        answer = click.prompt(f"{asked[0].answers}; or later", default=asked[0].proposal or "later").strip()
        if answer == "later":
            postponed.add(asked[0].key)
        else:
            answers[asked[0].key] = (answer, asked[0].mark)
    proved = ", ".join(f"{count} by {who}" for who, count in prover.proofs.most_common() if who)
    click.echo(f"Proved: {proved or 'nothing'}. Not proved: {prover.proofs['']}. Mended: {prover.mended}.")
    click.echo(f"Rows: {sum(map(bool, prover.series.values()))} of {len(prover.series)} have their series.")
    if prover.is_noisy:
        click.echo("Both readings are often wrong about older figures, so they prove nothing together; type the newest figures.")
    if prover.hints:
        show("Unusual, look twice:", prover.hints)
    if questions.open:
        show(
            f"To decide: {len(questions.open)}, each beside its picture in target/{folder.name}/review.html:",
            [f"{question.text} [{question.answers}]" for question in questions.open],
        )
        click.echo(f"Write each answer into target/{folder.name}/questions.csv, then run this again. Nothing was entered.")
        return 1
    for path, count in write_seeds(root, held.seeds, with_edition(held, prover)).items():
        click.echo(f"Written: {path}, {count:+d} lines.")
    click.echo(
        f"Next: fill in published and address of jaarcijfers_{held.year} in seeds/reference/publications.csv, read its notes in"
        " seeds/reference/footnotes.csv, check git diff, and run make, which names what is missing."
    )
    return 0


def compare(held: Held, document: Document) -> int:
    """Say how an edition that is entered differs from its document, and change nothing."""
    read_of = {known: read for read, known in pair(document.tables, held.tables, years_of(held.year)).items()}
    parts: dict[str, list[bool]] = {"figures": [], "labels": [], "places": []}
    differences = []

    def same(part: str, name: str, entered: str, read: str) -> None:
        parts[part].append(entered == read)
        if entered != read:
            differences.append(f"{name} is entered as {entered}, and read as {read or 'nothing'}")

    for table in held.tables:
        found_table = read_of.get(table)
        places = [*(found_table.places if found_table else []), "", "", ""]
        for n, word in enumerate(table.places):
            same("places", f"Place {n + 1} beside {table.label}", word, places[n])
        for row in table.rows:
            name, found = f"{table.label} / {row.label}", read_of.get(row)
            if row.printed_in == "table":
                same("labels", f"The label of {name}", name, f"{found_table.label} / {found.label}" if found else "")
            for year in years_of(held.year):
                if entered := held.printed(row.series, year).get(held.own, ""):
                    same("figures", f"{name} / {year}", entered, mend(found.cells.get(year, "")) if found else "")
    counts = ", ".join(f"{sum(found)} of {len(found)} {part}" for part, found in parts.items())
    show(f"{held.named(held.own)} is entered already; {counts} are as in this document. Nothing was changed.", differences)
    return 1 if differences else 0


def show(title: str, lines: list[str]) -> None:
    """Print some lines under a title, and how many more there are."""
    click.echo(title)
    for line in lines[:SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN:
        click.echo(f"  ... and {len(lines) - SHOWN} more")
