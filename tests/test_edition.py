"""An edition from its document: invented ones are read, damaged, proved, asked about and entered, and bad input is refused."""

import csv
import random
import shutil
from pathlib import Path

import pytest
from invented_documents import DAMAGES, LAYOUTS, ROOT, Drawing, Invented, Person, outcome, pdf
from next_edition import MEASURES, PRINTED, PUBLICATIONS, SECOND, NextEdition

from ind_warehouse.edition import engines, run
from ind_warehouse.edition.columns import read_words
from ind_warehouse.edition.engines import Source, Unreadable
from ind_warehouse.edition.enter import read_seeds
from ind_warehouse.edition.held import Held
from ind_warehouse.edition.prove import Prover
from ind_warehouse.edition.questions import Question, Questions
from ind_warehouse.edition.read import mend, read_text, split_row
from ind_warehouse.edition.rows import plain
from ind_warehouse.publish import NotPublished

CLEAN = Invented(ROOT, 1)
YEAR, FIGURES = CLEAN.year, len(CLEAN.truth)
TEXT = read_text(CLEAN.text(), YEAR)
NEWEST = sum(year == YEAR for _, year in CLEAN.truth)


@pytest.fixture
def copy(tmp_path):
    """A folder with the project's seeds, to enter an edition in."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def seeds(root: Path) -> dict[str, bytes]:
    """Read all seeds."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / "seeds").rglob("*.csv"))}


def rows(root: Path, path: str) -> list[dict]:
    """Read one seed."""
    with (root / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def documents(root: Path, edition: Invented) -> tuple[str, str]:
    """Write an edition as two texts, which differ in nothing that is printed."""
    paths = root / "from.txt", root / "check.txt"
    for path, end in zip(paths, ("", "\n"), strict=True):
        path.write_text(edition.text() + end, "utf-8")
    return tuple(map(str, paths))


def answer_all(root: Path, edition: Invented) -> list[str]:
    """Fill in the file of questions as somebody who sees the page; name the questions."""
    path = root / "target" / f"edition_{edition.year}" / "questions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    open_ones = [row for row in asked if not row["answer"]]
    for row in open_ones:
        row["answer"] = Person(edition).answer(Question(row["key"], row["question"], "", "", "", ()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, asked[0].keys())
        writer.writeheader()
        writer.writerows(asked)
    return [row["key"] for row in open_ones]


def test_a_text_is_read_as_it_was_laid_out():
    """All rows, figures, labels and places are those of the seeds and of the year's invented figures."""
    found = {(table.label, row.label): list(row.cells.values()) for table in TEXT.tables for row in table.rows}
    assert found == {(table.label, label): figures for table in CLEAN.tables for label, *figures in table.rows}
    assert [table.places for table in TEXT.tables] == [table.places for table in CLEAN.tables]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_of_every_layout_are_read(layout):
    """From words with boxes, in whatever layout, each figure gets its row and year; only the notes are asked about."""
    document = read_words(CLEAN.words(layout), YEAR)
    found = outcome(ROOT, document, TEXT, CLEAN)
    assert (found.right, found.wrong, found.asked) == (FIGURES, [], ["notes"])
    # a mark behind a label is a part of it, as it is in the seeds
    lists = [{plain(table.label): table.places for table in edition.tables} for edition in (document, CLEAN)]
    assert lists[0] == lists[1] or layout == "marks"


@pytest.mark.parametrize("line, row", {
    "Aanvragen 41.820 45.300 37.790 1. Indiase": ("Aanvragen", ["41.820", "45.300", "37.790"], "1. Indiase"),
    "Spoor 2 zaken 1 .040 1.000 -": ("Spoor 2 zaken", ["1.040", "1.000", "-"], ""),
    "O-documenten 5.61O l.320 —": ("O-documenten", ["5.610", "1.320", "-"], ""),
}.items())  # fmt: skip
def test_a_line_is_taken_apart(line, row):
    """Into label, figures and what stands beside them, blanks and letters in figures undone."""
    label, cells, rest = split_row(line.split(), (3, 2, 1))
    assert (label, [mend(cell) for cell in cells.values()], rest) == row


@pytest.mark.parametrize("kind", DAMAGES)
def test_no_damage_is_silent(kind):
    """A damaged copy leads to questions, or is put right by two others; no figure is silently wrong, in whichever reading."""
    for seed in (1, 2):
        clean, damaged = Invented(ROOT, seed), Invented(ROOT, seed)
        damaged.random = random.Random(seed)
        damaged.damaged(kind)
        right, wrong = (read_text(of.text(), YEAR) for of in (clean, damaged))
        page = read_words(damaged.words(LAYOUTS[seed]), YEAR)
        for first, second in ((wrong, right), (right, wrong), (page, right), (wrong, None)):
            found = outcome(ROOT, first, second, clean)
            assert found.wrong == []
            assert len(found.asked) < 20 or second is None


def test_one_reading_alone_proves_no_newest_figure():
    """Each is typed by a person who sees none; what another edition prints need not be."""
    held, questions = Held(read_seeds(ROOT), YEAR), Questions({})
    prover = Prover(held, TEXT, None, "", questions)
    prover.run()
    typed = [question for question in questions.open if question.key.startswith("figure|")]
    known = {key for key in CLEAN.truth if key[1] == YEAR and held.printed(*key)}
    assert len(typed) == NEWEST - len(known)
    figures = {text for (_, year), text in CLEAN.truth.items() if year == YEAR and len(text) > 4}
    assert [
        question.text for question in typed if any(f" {text}" in question.text for text in figures) or question.proposal
    ] == []


def test_noisy_readings_prove_nothing():
    """Where both readings have many older figures wrong, their agreement on the newest ones counts no longer."""
    bad = [Invented(ROOT, 1) for _ in range(2)]
    for seed, edition in enumerate(bad):
        edition.random = random.Random(seed)
        for table in edition.tables:
            for row in table.rows:
                if edition.random.random() < 0.3 and row[2][0].isdigit():
                    row[2] = f"{(int(row[2][0]) + 1) % 9 + 1}{row[2][1:]}"
    held, questions = Held(read_seeds(ROOT), YEAR), Questions({})
    prover = Prover(held, *(read_text(edition.text(), YEAR) for edition in bad), "", questions)
    prover.run()
    newest = [question for question in questions.open if question.key.startswith("figure|") and question.key.endswith(str(YEAR))]
    assert prover.is_noisy() and len(newest) > 0.9 * (NEWEST - 6)


@pytest.mark.parametrize("kind", DAMAGES)
def test_the_same_damage_in_both_readings(kind):
    """It is asked about as well, but for what no proof covers: a newest digit, and two newest figures exchanged."""
    for seed in range(4):
        clean, damaged = Invented(ROOT, seed), Invented(ROOT, seed)
        damaged.random = random.Random(seed)
        place = damaged.damaged(kind)
        document = read_text(damaged.text(), YEAR)
        found = outcome(ROOT, document, document, clean)
        uncovered = kind in ("digit", "digits exchanged") and place.endswith(" 1")
        assert found.wrong == [] or uncovered
        assert set(found.asked) > {"notes"} or uncovered or kind == "letter"


@pytest.mark.parametrize("figure, asked", [("50.010", False), ("999.990", True)])
def test_a_newest_figure_of_another_size_is_typed(figure, asked):
    """Where both readings have it wrong alike, only its size can give it away."""
    wrong = Invented(ROOT, 1)
    wrong.tables[5].rows[0][1] = figure
    document = read_text(wrong.text(), YEAR)
    found = outcome(ROOT, document, document, CLEAN)
    assert (found.asked != ["notes"], found.wrong == []) == (asked, asked)


@pytest.mark.parametrize("changed", [False, True])
def test_an_edition_is_entered(copy, capsys, changed, replay):
    """Once all is answered, and not before; then no data test finds fault, and a second run changes nothing."""
    edition = Invented(ROOT, 3, changed)
    if changed:
        # a measure that is new is entered by a person first
        next_edition = NextEdition(ROOT)
        content = next_edition.files({MEASURES: next_edition.rows[MEASURES]})[MEASURES]
        (copy / MEASURES).write_bytes(content)
    before, paths = seeds(copy), documents(copy, edition)
    assert run(copy, str(YEAR), *paths) == 1
    assert seeds(copy) == before
    asked = answer_all(copy, edition)
    kinds = ["gone", "notes", "revised", "revised", "revised", "row", "table"] if changed else ["notes"]
    assert sorted(key.split("|")[0] for key in asked) == kinds
    assert run(copy, str(YEAR), *paths) == 0
    entered = seeds(copy)
    code = f"jaarcijfers_{YEAR}"
    printed = {
        (row["series_code"], YEAR - age): row[name]
        for row in rows(copy, PRINTED)
        if row["publication_code"] == code
        for age, name in enumerate(("newest", "year_before", "two_years_before"))
        if row[name]
    }
    assert printed == edition.truth
    assert [row["is_partial"] for row in rows(copy, PUBLICATIONS) if row["publication_code"] == code] == ["false"]
    read_by = {row["read_by"] for row in rows(copy, SECOND) if row["publication_code"] == code}
    assert "a program, from check.txt (a text)" in read_by
    if pages := Held(read_seeds(ROOT), YEAR).pages:
        assert {page["publication"] for page in pages.values()} <= read_by
    replay.damage({path: content for path, content in entered.items() if content != before[path] or changed})
    assert replay.noticed(replay.seeds) == {}
    replay.build_marts()
    assert {key: said for key in replay.tests_of_marts if (said := replay.said_by(key))} == {}
    replay.damage({})
    capsys.readouterr()
    assert run(copy, str(YEAR), *paths) == 0
    assert f"{FIGURES} of {FIGURES} figures, " in capsys.readouterr().out
    assert seeds(copy) == entered


def test_an_entered_figure_that_differs_is_named(tmp_path, capsys):
    """A document of an edition that is entered is compared with it, and changes nothing."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    last = Invented(ROOT, 1)
    last.year -= 1
    for table in last.tables:
        for row in table.rows:
            row[1:] = [*row[2:], "-"]
    last.tables[0].rows[0][1] = "99.990"
    (tmp_path / "last.txt").write_text(last.text())
    before = seeds(ROOT)
    assert run(tmp_path, str(YEAR - 1), str(tmp_path / "last.txt")) == 1
    assert f"/ {YEAR - 1} is entered as" in (said := capsys.readouterr().out) and "read as 99.990" in said
    assert seeds(ROOT) == before


def test_answers_last_until_the_document_reads_otherwise(copy, capsys):
    """What was answered is not asked again, unless it was given for another reading."""
    edition = Invented(ROOT, 1, True)
    paths = documents(copy, edition)
    run(copy, str(YEAR), *paths)
    asked = answer_all(copy, edition)
    run(copy, str(YEAR), *paths)
    (revised, *_) = [key for key in asked if key.startswith("revised|")]
    table, label, year = revised.split("|")[-1].rsplit(" / ", 2)
    (row,) = [row for of in edition.tables if of.label == table for row in of.rows if row[0] == label]
    row[1 + YEAR - int(year)] = "12.340"
    documents(copy, edition)
    capsys.readouterr()
    assert run(copy, str(YEAR), *paths) == 1
    assert "now reads otherwise" in capsys.readouterr().out


def test_a_page_that_has_it_otherwise_is_a_question(copy, replay):
    """The figure of a page about the year is compared; where the edition has another one, a remark says so."""
    held = Held(read_seeds(ROOT), YEAR)
    known = next(
        ((key, page) for key, of in held.figures.items() for page in of if page in held.pages and key[0].endswith("pending")),
        None,
    )
    if not known:
        pytest.skip(f"no page about {YEAR} is held")
    (series, _), page = known
    edition = Invented(ROOT, 1)
    (row,) = [row for table in edition.tables for code, row in zip(table.series, table.rows, strict=True) if code == series]
    row[1] = row[1][:-2] + ("30" if row[1][-2:] != "30" else "40")
    edition.truth[series, YEAR] = row[1]
    paths = documents(copy, edition)
    assert run(copy, str(YEAR), *paths) == 1
    assert [key.split("|")[0] for key in answer_all(copy, edition)] == ["revised", "notes"]
    assert run(copy, str(YEAR), *paths) == 0
    (remark,) = [row for row in rows(copy, "seeds/reference/remarks.csv") if row["kind"] == "printed otherwise"]
    assert (remark["series_code"], remark["source"]) == (series, held.named(page))
    replay.damage({path: content for path, content in seeds(copy).items() if content != (ROOT / path).read_bytes()})
    assert replay.noticed(replay.seeds) == {}
    replay.damage({})


def test_what_cannot_be_written_changes_nothing(copy, monkeypatch):
    """Where a file cannot be written, none is."""
    paths = documents(copy, CLEAN)
    run(copy, str(YEAR), *paths)
    answer_all(copy, CLEAN)
    before = seeds(copy)
    write = Path.write_text

    def full(path: Path, *arguments) -> int:
        if path.name == "second_reading.csv":
            raise OSError("No space left on device")
        return write(path, *arguments)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(NotPublished, match="No space left on device"):
        run(copy, str(YEAR), *paths)
    assert seeds(copy) == before


OLD = Invented(ROOT, 1)
OLD.year -= 9
BAD = {
    "usage": (None, "Type make edition YEAR="),
    "missing": (None, "is not there; type FROM="),
    "empty": (b" \n", "is empty; fetch it again"),
    "another file": (b"\x00\x01\x02", "is no PDF, no picture and no text"),
    "another text": (b"Beste lezer,\nhier staat niets.\n", "has no table under three years"),
    "other years": (OLD.text(), f"type YEAR={YEAR - 9}"),
    "no rows": (f"Tabel {YEAR} {YEAR - 1} {YEAR - 2}\n".encode(), "but no row of three figures"),
    "other tables": (
        f"Vis {YEAR} {YEAR - 1} {YEAR - 2}\nHaring 12 13 14\n".encode(),
        "No table of the document is known from seeds",
    ),
    "no library": (pdf(Drawing(CLEAN, "plain")), "type make edition, which installs them"),
    "the same twice": (CLEAN.text(), "CHECK is the same document as FROM"),
    "nothing overlaps": (CLEAN.text(), "No publication in seeds/ prints"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_refused(copy, kind, monkeypatch):
    """With one sentence that says what to do, and no seed changed."""
    content, message = BAD[kind]
    path, before = copy / "document", seeds(copy)
    if content:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if kind == "no library":

        def missing(name: str) -> None:
            raise ImportError(name)

        monkeypatch.setattr(engines, "import_module", missing)
    year = {"usage": "", "nothing overlaps": "1990"}.get(kind, str(YEAR))
    with pytest.raises(Unreadable, match=message) as refusal:
        run(copy, year, str(path), str(path) if kind == "the same twice" else "")
    assert len(str(refusal.value).splitlines()) == 1
    assert seeds(copy) == before


def test_a_pdf_is_read_by_its_layer(tmp_path):
    """Where the libraries are installed, the text layer of a PDF gives what its words give."""
    pytest.importorskip("pypdfium2", reason="the group edition is not installed: make edition installs it")
    path = tmp_path / "edition.pdf"
    path.write_bytes(pdf(Drawing(CLEAN, "beside")))
    document, _, how, _ = Source(path, print).readings(YEAR, twice=False)
    assert how == "the text layer"
    assert outcome(ROOT, document, TEXT, CLEAN).asked == ["notes"]
