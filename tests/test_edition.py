"""An edition from its document: invented ones are read, damaged, proved, asked about and entered, and bad input is refused."""

import csv
import re
import shutil
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner
from invented_documents import DAMAGES, LAYOUTS, ROOT, Invented, answer_all, both_damaged, damaged, outcome
from next_edition import MEASURES, PRINTED, PUBLICATIONS, REMARKS, SECOND, NextEdition

from ind_warehouse.edition import edition as command
from ind_warehouse.edition import engines, run
from ind_warehouse.edition.columns import Word, read_words
from ind_warehouse.edition.engines import Unreadable
from ind_warehouse.edition.enter import read_seeds
from ind_warehouse.edition.held import Held
from ind_warehouse.edition.prove import Prover
from ind_warehouse.edition.questions import Questions
from ind_warehouse.edition.read import mend, read_text, split_row
from ind_warehouse.edition.rows import likeness, plain
from ind_warehouse.publish import NotPublished

CLEAN = Invented(ROOT, 1)
YEAR, FIGURES = CLEAN.year, len(CLEAN.truth)
CODE = f"jaarcijfers_{YEAR}"
TEXT = read_text(CLEAN.text(), YEAR)
NEWEST = sum(year == YEAR for _, year in CLEAN.truth)
HELD = Held(read_seeds(ROOT), YEAR)


@pytest.fixture
def copy(tmp_path):
    """A folder with the project's seeds, to enter an edition in."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def contents(root: Path) -> dict[str, bytes]:
    """Read the seeds as they are."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in (root / "seeds").rglob("*.csv")}


def rows(root: Path, path: str) -> list[dict]:
    """Read one seed."""
    with (root / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(root: Path, edition: Invented) -> tuple[str, str, str]:
    """Write an edition as two texts that differ in nothing that is printed; return what ``run`` is given."""
    paths = root / "from.txt", root / "check.txt"
    for path, end in zip(paths, ("", "\n"), strict=True):
        path.write_text(edition.text() + end, "utf-8")
    return str(YEAR), *map(str, paths)


def notices_nothing(replay, root: Path) -> None:
    """Build the marts from the seeds of a folder; no data test fails."""
    replay.damage({path: content for path, content in contents(root).items() if content != (ROOT / path).read_bytes()})
    assert replay.noticed(replay.seeds) == {}
    replay.build_marts()
    assert {key: said for key in replay.tests_of_marts if (said := replay.said_by(key))} == {}


def test_a_text_is_read_as_it_was_laid_out():
    """All labels, figures and places are read."""
    found = {(table.label, row.label): list(row.cells.values()) for table in TEXT.tables for row in table.rows}
    printed = {(table.label, label): figures for table in CLEAN.tables for label, *figures in table.rows}
    (noted,) = [table.label for table in CLEAN.tables if "€" in table.note]
    assert found == printed | {(noted, "Bedrag in een noot"): [CLEAN.amount[1]]}
    assert [table.places for table in TEXT.tables] == [table.places for table in CLEAN.tables]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_of_every_layout_are_read(layout):
    """From words with boxes, in any layout, each figure gets its row and year; the only question is about the notes."""
    document = read_words(CLEAN.words(layout), YEAR)
    found = outcome(ROOT, document, TEXT, CLEAN)
    assert (found.right, found.wrong, found.asked) == (FIGURES, [], ["notes"])
    # a mark behind a label is a part of it, as it is in the seeds
    lists = [{plain(table.label): table.places for table in edition.tables} for edition in (document, CLEAN)]
    assert lists[0] == lists[1] or layout == "marks"


def words_at(*pieces: tuple[float, float, str]) -> list[Word]:
    """Place texts on a page: x, y and text of each, in letters that are 5 points wide and 9 high."""
    parts = [(x, y, part) for x, y, text in pieces for part in re.finditer(r"\S+", text)]
    return [Word(1, x + 5 * part.start(), y, x + 5 * part.end(), y + 9, part[0]) for x, y, part in parts]


HEAD = ((10, 0, "Tabel"), (200, 0, f"{YEAR} {YEAR - 1} {YEAR - 2}"))
ROW = ((10, 30, "Zaken"), (205, 30, "12   13   14"))


@pytest.mark.parametrize("pieces, labels, rest", {
    "a title that ends with a year": ((*ROW, (90, 50, "Asiel Jaar aanvragen"), (225, 50, str(YEAR))), ["Zaken"], ""),
    "a list near the figures": ((*ROW, (262, 30, "1."), (275, 30, "Indiase")), ["Zaken"], "1. Indiase"),
    "a mark apart": ((*ROW, (218, 30, "*"), (272, 30, "³")), ["Zaken"], ""),
    "a row at two heights": (((10, 30, "Zaken"), (205, 27, "12   13"), (255, 33.5, "14")), ["Zaken"], ""),
    "labels on even lines": (
        (
            *((10, y, text) for y, text in zip(range(20, 80, 10), ["Type A", "akkoord", "kort"] * 2, strict=True)),
            *((205, y, "12   13   14") for y in (30, 60)),
        ),
        ["Type A akkoord kort"] * 2,
        "",
    ),
}.values())  # fmt: skip
def test_words_are_put_into_rows(pieces, labels, rest):
    """Whatever stands near them, or between."""
    (table,) = read_words(words_at(*HEAD, *pieces), YEAR).tables
    assert [(row.label, *map(mend, row.cells.values())) for row in table.rows] == [(label, "12", "13", "14") for label in labels]
    assert table.beside == rest


def test_a_page_is_cut_left_of_what_stands_above_its_tables():
    """A title or note begins a little left of the labels of its table, and is not cut off."""
    pieces = [(x + left, y, text) for left in (0, 400) for x, y, text in (*HEAD, *ROW, (6, 60, "* Noot"))]
    assert [text for _, text, _ in read_words(words_at(*pieces), YEAR).notes] == ["* Noot"] * 2


@pytest.mark.parametrize("line, row", {
    "Aanvragen 41.820 45.300 37.790 1. Indiase": ("Aanvragen", ["41.820", "45.300", "37.790"], "1. Indiase"),
    "Spoor 2 zaken 1 .040 1.000 -": ("Spoor 2 zaken", ["1.040", "1.000", "-"], ""),
    "O-documenten 5.61O l.320 —": ("O-documenten", ["5.610", "1.320", "-"], ""),
    "Beslissingen³ 27.6703 62%³ 7": ("Beslissingen³", ["27.670", "62%", "7"], ""),
}.items())  # fmt: skip
def test_a_line_is_taken_apart(line, row):
    """A line becomes label, figures and what stands beside them; blanks and letters in figures are undone."""
    label, cells, rest = split_row(line.split(), (3, 2, 1))
    assert (label, [mend(cell) for cell in cells.values()], rest) == row


@pytest.mark.parametrize("kind", DAMAGES)
def test_no_damage_is_silent(kind):
    """A damage in one reading leads to questions, or is put right by the other reading and the last edition."""
    clean, bad, _ = damaged(ROOT, kind, 1)
    right, wrong, page = (read_text(clean.text(), YEAR), read_text(bad.text(), YEAR), read_words(bad.words("ruled"), YEAR))
    for first, second in ((page, right), (right, wrong)):
        found = outcome(ROOT, first, second, clean)
        assert found.wrong == []
        assert len(found.asked) < 20


@pytest.mark.parametrize("kind", DAMAGES)
def test_the_same_damage_in_both_readings(kind):
    """It is asked about too, except for what no proof covers."""
    found = next(found for seed in range(9) for found, uncovered in [both_damaged(ROOT, kind, seed)] if not uncovered)
    assert found.wrong == []
    assert set(found.asked) > {"notes"} or kind in ("letter", "mark")


def test_what_no_proof_covers():
    """A newest digit that both readings have wrong, and two newest figures that both have exchanged, are entered silently."""
    for kind in ("digit", "digits exchanged"):
        found = (found for seed in range(9) for found, uncovered in [both_damaged(ROOT, kind, seed)] if uncovered)
        assert any(came.wrong and came.asked == ["notes"] for came in found)


def test_a_person_is_asked_about_the_label_that_is_entered():
    """If the first reading exchanged two labels, a question names the right one; otherwise the other figure would be typed."""
    bad = Invented(ROOT, 1)
    pairs = (pair for table in bad.tables for pair in combinations(table.rows, 2))
    one, other = next((one, other) for one, other in pairs if 0.5 < likeness(one[0], other[0]) < 0.8)
    one[0], other[0] = other[0], one[0]
    prover = Prover(HELD, read_text(bad.text(), YEAR), TEXT, "", Questions({}))
    labels = {code: row[0] for table in CLEAN.tables for code, row in zip(table.series, table.rows, strict=True)}
    names = {prover.series[row]: name for row, name in prover.names.items() if row.printed_in == "table"}
    assert [name for series, name in names.items() if not name.endswith(f" / {labels[series]}")] == []


@pytest.mark.parametrize(
    "slip, asked", [(lambda word: word[:2] + word[1:], False), (str.upper, False), (lambda _: "Turkse", True)]
)
def test_a_slip_in_a_list(slip, asked):
    """A word that one reading has almost right is no question; another nationality is."""
    bad = Invented(ROOT, 1)
    table = next(table for table in bad.tables if table.places and "Turkse" not in table.places)
    table.places[1] = slip(table.places[1])
    for readings in ((TEXT, read_text(bad.text(), YEAR)), (read_text(bad.text(), YEAR), TEXT)):
        found = outcome(ROOT, *readings, CLEAN)
        assert (len(found.asked) > 1, found.wrong) == (asked, [])


def test_one_reading_alone_proves_no_newest_figure():
    """Each is typed by a person who is shown none, unless another publication prints it."""
    questions = Questions({})
    Prover(HELD, TEXT, None, "", questions)
    typed = [question for question in questions.open if question.key.startswith("figure|")]
    known = {key for key in CLEAN.truth if key[1] == YEAR and HELD.printed(*key)}
    assert len(typed) == NEWEST - len(known)
    figures = {text for (_, year), text in CLEAN.truth.items() if year == YEAR and len(text) > 4}
    assert [of.text for of in typed if any(f" {text}" in of.text for text in figures) or of.proposal] == []


def test_noisy_readings_prove_nothing():
    """If both readings have many older figures wrong, their agreement on the newest ones does not count."""
    bad = [Invented(ROOT, 1) for _ in range(2)]
    for seed, of in enumerate(bad):
        of.random.seed(seed)
        for row in (row for table in of.tables for row in table.rows):
            if of.random.random() < 0.3 and row[2][0].isdigit():
                row[2] = f"{(int(row[2][0]) + 1) % 9 + 1}{row[2][1:]}"
    questions = Questions({})
    prover = Prover(HELD, *(read_text(of.text(), YEAR) for of in bad), "", questions)
    newest = [
        question
        for question in questions.open
        if question.key.startswith("figure|") and f"{YEAR}" in question.key.rsplit(" / ", 1)[1]
    ]
    assert prover.is_noisy and len(newest) > 0.9 * (NEWEST - 6)


@pytest.mark.parametrize("age, typed", [(0, [f"{YEAR}", f"{YEAR}|again"]), (1, [f"{YEAR} {YEAR - 1}"])])
def test_figures_in_doubt_are_typed(age, typed):
    """By two people if nothing else has the figure; an older one with the newest, since the whole row may be misread."""
    readings = [Invented(ROOT, 1) for _ in range(2)]
    for edition, figure in zip(readings, ("50.010", "50.020"), strict=True):
        edition.tables[5].rows[0][1 + age] = figure
    found = outcome(ROOT, *(read_text(edition.text(), YEAR) for edition in readings), CLEAN)
    row = f"{CLEAN.tables[5].label} / {CLEAN.tables[5].rows[0][0]}"
    assert (sorted(found.asked), found.wrong) == ([*(f"figure|{row} / {years}" for years in typed), "notes"], [])


def test_a_dash_that_no_reading_saw_is_typed_once():
    """OCR passes over dashes, so that one person who sees a dash there is enough."""
    edition = Invented(ROOT, 1)
    table = edition.tables[5]
    table.rows[0][1] = edition.truth[table.series[0], YEAR] = "-"
    readings = [read_text(edition.text(), YEAR) for _ in range(2)]
    for document in readings:
        del document.tables[5].rows[0].cells[YEAR]
    found = outcome(ROOT, *readings, edition)
    assert (sorted(found.asked), found.wrong) == ([f"figure|{table.label} / {table.rows[0][0]} / {YEAR}", "notes"], [])


def test_a_line_that_is_no_row_is_asked():
    """It may be a row that was misread, so that it is not passed over in silence."""
    label, *figures = CLEAN.tables[0].rows[1]
    row = " ".join((label, *figures))
    document = read_text(CLEAN.text().replace(row, f"Zaken 41.820 45.300\n{row}", 1), YEAR)
    assert outcome(ROOT, document, TEXT, CLEAN).asked == ["line|Zaken 41.820 45.300", "notes"]


@pytest.mark.parametrize("figure, asked", [("50.010", False), ("999.990", True)])
def test_a_newest_figure_of_another_size_is_typed(figure, asked):
    """If both readings have it wrong, only its size can reveal it."""
    wrong = Invented(ROOT, 1)
    wrong.tables[5].rows[0][1] = figure
    document = read_text(wrong.text(), YEAR)
    found = outcome(ROOT, document, document, CLEAN)
    assert (found.asked != ["notes"], found.wrong == []) == (asked, asked)


@pytest.mark.parametrize("changed", [False, True])
def test_an_edition_is_entered(copy, capsys, changed, replay):
    """Once all questions are answered, and not before; then no data test fails, and a second run changes nothing."""
    edition = Invented(ROOT, 3, changed)
    if changed:
        # a person enters a new measure first
        next_edition = NextEdition(ROOT)
        (copy / MEASURES).write_bytes(next_edition.files({MEASURES: next_edition.rows[MEASURES]})[MEASURES])
    before, given = contents(copy), written(copy, edition)
    assert run(copy, *given) == 1
    assert contents(copy) == before
    kinds = ["gone", "notes", "revised", "revised", "revised", "row", "table"] if changed else ["notes"]
    assert sorted(key.split("|")[0] for key in answer_all(copy, edition)) == kinds
    assert run(copy, *given) == 0
    entered = contents(copy)
    printed = {
        (row["series_code"], YEAR - age): row[name]
        for row in rows(copy, PRINTED)
        if row["publication_code"] == CODE
        for age, name in enumerate(("newest", "year_before", "two_years_before"))
        if row[name]
    }
    assert printed == edition.truth
    assert [row["is_partial"] for row in rows(copy, PUBLICATIONS) if row["publication_code"] == CODE] == ["false"]
    read_by = {row["read_by"] for row in rows(copy, SECOND) if row["publication_code"] == CODE}
    assert "a program, from check.txt (a text)" in read_by
    assert {page["publication"] for page in HELD.pages.values()} <= read_by
    notices_nothing(replay, copy)
    revised = replay.con.execute(f"select count(*) from marts.fct_revisions where to_edition = {YEAR} and is_revision").fetchone()
    replay.damage({})
    assert (revised[0] > 0) == changed
    capsys.readouterr()
    assert run(copy, *given) == 0
    assert f"{FIGURES} of {FIGURES} figures, " in capsys.readouterr().out
    assert contents(copy) == entered


def test_questions_are_answered_in_the_terminal(copy, monkeypatch):
    """What is answered there is entered; what is left for later is not, and stays open."""
    given, before = written(copy, CLEAN), contents(copy)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for answer, code in (("later", 1), ("yes", 0)):
        monkeypatch.setattr(click, "prompt", lambda *_, answer=answer, **__: answer)
        assert run(copy, *given) == code
        assert (contents(copy) == before) == (code == 1)


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
    before = contents(ROOT)
    assert run(tmp_path, str(YEAR - 1), str(tmp_path / "last.txt")) == 1
    assert f"/ {YEAR - 1} is entered as" in (said := capsys.readouterr().out) and "read as 99.990" in said
    assert contents(ROOT) == before


def test_answers_last_until_the_document_reads_otherwise(copy, capsys):
    """What was answered is not asked again, unless it was answered for another reading."""
    edition = Invented(ROOT, 1, True)
    given = written(copy, edition)
    run(copy, *given)
    revised = next(key for key in answer_all(copy, edition) if key.startswith("revised|"))
    run(copy, *given)
    table, label, year = revised.split("|")[-1].rsplit(" / ", 2)
    (row,) = [row for of in edition.tables if of.label == table for row in of.rows if row[0] == label]
    row[1 + YEAR - int(year)] = "12.340"
    written(copy, edition)
    capsys.readouterr()
    assert run(copy, *given) == 1
    assert "now reads otherwise" in capsys.readouterr().out


def test_a_page_that_has_it_otherwise_is_a_question(copy, replay):
    """A figure that a page about the year prints otherwise is confirmed by a person, and a remark says so."""
    pages = [(series, page) for (series, _), of in HELD.figures.items() for page in of if page in HELD.pages]
    known = next(((series, page) for series, page in pages if series.endswith("pending")), None)
    if not known:
        pytest.skip(f"no page about {YEAR} prints a stock")
    edition = Invented(ROOT, 1)
    (row,) = [row for of in edition.tables for code, row in zip(of.series, of.rows, strict=True) if code == known[0]]
    row[1] = row[1][:-2] + ("30" if row[1][-2:] != "30" else "40")
    edition.truth[known[0], YEAR] = row[1]
    given = written(copy, edition)
    assert run(copy, *given) == 1
    assert [key.split("|")[0] for key in answer_all(copy, edition)] == ["revised", "notes"]
    assert run(copy, *given) == 0
    (remark,) = [row for row in rows(copy, REMARKS) if row["kind"] == "printed otherwise"]
    assert (remark["series_code"], remark["source"]) == (known[0], HELD.named(known[1]))
    notices_nothing(replay, copy)
    replay.damage({})


def test_a_new_spelling_of_a_nationality_is_entered(copy):
    """A person says which one it is."""
    edition = Invented(ROOT, 1)
    next(table for table in edition.tables if table.places).places[0] = "Syriaan"
    given = written(copy, edition)
    assert run(copy, *given) == 1
    assert answer_all(copy, edition) == ["word|Syriaan", "notes"]
    assert run(copy, *given) == 0
    spelled = [row for row in rows(copy, "seeds/reference/nationalities.csv") if "Syriaan" in row["other_spellings"]]
    assert [row["nationality_code"] for row in spelled] == ["SYR"]


def test_a_second_page_that_has_it_otherwise_is_a_question():
    """Also if the first page has it as the edition does."""
    seeds = read_seeds(ROOT)
    page, row = next(
        (HELD.pages[row["publication_code"]], row)
        for row in seeds["printed_rows"]
        if row["publication_code"] in HELD.pages and len(row["newest"]) > 4
    )
    seeds["publications"].append(page | {"publication_code": "another_page"})
    seeds["printed_rows"].append(row | {"publication_code": "another_page", "newest": "1" + row["newest"][1:-1] + "5"})
    questions = Questions({})
    Prover(Held(seeds, YEAR), TEXT, TEXT, "", questions)
    assert sorted(question.key.split("|")[0] for question in questions.open) == ["notes", "revised"]


def test_what_cannot_be_written_changes_nothing(copy, monkeypatch):
    """If one file cannot be written, none is."""
    given = written(copy, CLEAN)
    run(copy, *given)
    answer_all(copy, CLEAN)
    before, write = contents(copy), Path.write_text

    def full(path: Path, *arguments) -> int:
        if path.name == "second_reading.csv":
            raise OSError("No space left on device")
        return write(path, *arguments)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(NotPublished, match="No space left on device"):
        run(copy, *given)
    assert contents(copy) == before


def test_a_page_is_recognised_once(tmp_path, monkeypatch):
    """What OCR saw is kept beside the questions; a list that it joined to a figure is parted from it."""
    seen = []
    monkeypatch.setattr(engines, "version", lambda _: "1")
    monkeypatch.setattr(engines, "lines_of_picture", lambda *_: seen.append(1) or [(0, 0, 90, 9, "Zaken 45.3001. Indiase", 0.9)])
    for page in (b"one", b"one", b"another"):
        words = engines.recognised("a.pdf", 1, SimpleNamespace(tobytes=lambda page=page: page), engines.NEWER, tmp_path)
        assert [word.text for word in words] == ["Zaken", "45.300", "1.", "Indiase"]
    assert len(seen) == 2


def test_the_command_says_what_is_missing(monkeypatch, tmp_path):
    """With one sentence, and exit code 2."""
    monkeypatch.setattr(engines, "import_module", lambda name: exec(f"import no_{name}"))
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    result = CliRunner().invoke(command, [str(YEAR), str(path)])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "pypdfium2 is not installed; type make edition, which installs it" in result.output
    with pytest.raises(Unreadable, match=r"for Python 3\.11 or 3\.12 is not installed.* or give another copy as CHECK="):
        engines.imported(engines.OLDER)


OLD = Invented(ROOT, 1)
OLD.year -= 9
YEARS = f"{YEAR} {YEAR - 1} {YEAR - 2}"
BAD = {
    "usage": (None, "Type make edition YEAR="),
    "missing": (None, "is not there; type FROM="),
    "empty": (b" \n", "is empty; fetch it again"),
    "another file": (b"\x00\x01\x02", "is no PDF, no picture and no text"),
    "another text": (b"Beste lezer,\nhier staat niets.\n", "has no table under three years"),
    "other years": (OLD.text().encode(), f"type YEAR={YEAR - 9}"),
    "no rows": (f"Tabel {YEARS}\n".encode(), "but no row of three figures"),
    "other tables": (f"Vis {YEARS}\nHaring 12 13 14\n".encode(), "No table of the document is known from seeds/"),
    "the same twice": (CLEAN.text().encode(), "CHECK is the same document as FROM"),
    "nothing overlaps": (CLEAN.text().encode(), "No whole edition in seeds/ prints"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_refused(copy, kind):
    """With one sentence that says what to do, and no seed changed."""
    content, message = BAD[kind]
    path, before = copy / "document", contents(copy)
    if content:
        path.write_bytes(content)
    year = {"usage": "", "nothing overlaps": "1990"}.get(kind, str(YEAR))
    with pytest.raises(Unreadable, match=message) as refusal:
        run(copy, year, str(path), str(path) if kind == "the same twice" else "")
    assert len(str(refusal.value).splitlines()) == 1
    assert contents(copy) == before
