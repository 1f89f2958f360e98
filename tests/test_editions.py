"""What a whole edition owes the last one, shown on an invented one that repeats it and moves on by a year."""

import csv
import io

import pytest

from conftest import ROOT

CODE, YEAR = "invented_2024", 2024
LAST = "jaarcijfers_2023"
PRINTED, SECOND = "seeds/printed/printed_rows.csv", "seeds/printed/second_reading.csv"
PLACES, PLACES_AGAIN = "seeds/printed/top_nationalities.csv", "seeds/printed/second_reading_top_nationalities.csv"
PUBLICATIONS, FOOTNOTES = "seeds/reference/publications.csv", "seeds/reference/footnotes.csv"
REMARKS, ENDED = "seeds/reference/remarks.csv", "seeds/reference/ended.csv"

Rows = dict[str, list[dict]]


def read(path: str) -> list[dict]:
    """Read a seed with Python's csv module."""
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def moved(row: dict, **changes) -> dict:
    """Repeat a line of the last edition in the invented one."""
    return row | {"publication_code": CODE} | changes


def repeated(path: str, **changes) -> list[dict]:
    """Repeat the lines of the last edition."""
    return [moved(row, **changes) for row in read(path) if row["publication_code"] == LAST]


@pytest.fixture
def edition() -> Rows:
    """The lines of a whole edition: each printed row moves on by a year and prints for its own year what the last one printed."""
    printed = [moved(row, year_before=row["newest"], two_years_before=row["year_before"]) for row in repeated(PRINTED)]
    return {
        PUBLICATIONS: repeated(PUBLICATIONS, edition_year=str(YEAR), title="Jaarcijfers 2024"),
        PRINTED: printed,
        # of a new edition only the newest year needs a second reading
        SECOND: [read_again(row["series_code"], YEAR, row["newest"]) for row in printed if row["newest"]],
        PLACES: [row | {"list_heading": row["list_heading"].replace("2023", "2024")} for row in repeated(PLACES)],
        PLACES_AGAIN: repeated(PLACES_AGAIN),
        FOOTNOTES: repeated(FOOTNOTES),
        REMARKS: [row for row in repeated(REMARKS) if row["half_width"]],
        ENDED: [],
    }


def read_again(series: str, year: int, printed: str) -> dict:
    """Make a line of the second reading."""
    figure = {"series_code": series, "reference_year": str(year), "printed_value": printed}
    return {"publication_code": CODE} | figure | {"read_by": "a person"}


def noticed(replay, edition: Rows) -> list[str]:
    """Append the lines to the seeds, and gather what the tests of the input say."""
    files = {}
    for path, rows in edition.items():
        text = (ROOT / path).read_text("utf-8")
        out = io.StringIO()
        csv.DictWriter(out, next(csv.reader([text.splitlines()[0]])), quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
        # numbers and what is empty stand without quotes, as in the seeds
        files[path] = (text + out.getvalue().replace('""', "")).encode()
    replay.damage(files)
    found = [message for messages in replay.noticed(files).values() for message in messages]
    replay.damage({})
    return found


def without(rows: list[dict], **values) -> list[dict]:
    """Leave out the lines that have all of some values."""
    return [row for row in rows if any(row[name] != value for name, value in values.items())]


def test_a_whole_edition_owes_nothing_else(replay, edition):
    """One that has all that the last one had is noticed by no test."""
    assert noticed(replay, edition) == []


STOCK, FIRST = {"series_code": "students.pending"}, {"series_code": "first_asylum_applications.applications"}
LEFT_OUT = {
    "series students.pending": lambda new: {path: without(new[path], **STOCK) for path in (PRINTED, SECOND)},
    "cell students.pending/2023": lambda new: {
        PRINTED: [row | {"year_before": ""} if STOCK.items() <= row.items() else row for row in new[PRINTED]]
    },
    "cell students.pending/2024": lambda new: {
        PRINTED: [row | {"newest": ""} if STOCK.items() <= row.items() else row for row in new[PRINTED]],
        SECOND: without(new[SECOND], **STOCK, reference_year=str(YEAR)),
    },
    "list family": lambda new: {path: without(new[path], product_code="family") for path in (PLACES, PLACES_AGAIN)},
    "footnote first_asylum_applications.applications": lambda new: {FOOTNOTES: without(new[FOOTNOTES], **FIRST)},
    "rounding service_desks.ukraine_stickers/2022": lambda new: {REMARKS: []},
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_is_left_out_is_missed(replay, edition, what):
    """It is named, with the line of ended.csv that says it is gone; with that line nothing is said."""
    lacking = edition | LEFT_OUT[what](edition)
    (message,) = noticed(replay, lacking)
    kind, code = what.split()
    assert message.startswith(f"seeds/printed: edition {YEAR} has no {what}, as edition 2023 had; enter it or")
    assert f'"{CODE}","{kind}","{code}","why"' in message
    ended = {"publication_code": CODE, "kind": kind, "code": code, "note": "The page has it no longer."}
    assert noticed(replay, lacking | {ENDED: [ended]}) == []


def test_a_revision_must_be_read_twice(replay, edition):
    """A figure that contradicts the last edition stops the build until somebody has read it again."""
    revised = [row | {"year_before": "1.190"} if STOCK.items() <= row.items() else row for row in edition[PRINTED]]
    (message,) = noticed(replay, edition | {PRINTED: revised})
    assert f'/ In behandeling / {YEAR - 1} reads "1.190", and nobody has read it again' in message
    again = read_again("students.pending", YEAR - 1, "1.190")
    assert noticed(replay, edition | {PRINTED: revised, SECOND: [*edition[SECOND], again]}) == []


def test_a_nationality_twice_in_a_list(replay, edition):
    """It is a question, which the column beside it answers."""
    first, second, *rest = edition[PLACES]
    second = second | {name: first[name] for name in ("nationality_code", "printed_nationality")}
    again = edition[PLACES_AGAIN][1] | {"printed_nationality": first["printed_nationality"]}
    places_again = [edition[PLACES_AGAIN][0], again, *edition[PLACES_AGAIN][2:]]
    asked = edition | {PLACES: [first, second, *rest], PLACES_AGAIN: places_again}
    messages = noticed(replay, asked)
    assert len(messages) == 2 and all("stands in this list twice" in message for message in messages)
    answered = [row | {"repeated": "as printed"} for row in (first, second)]
    assert noticed(replay, asked | {PLACES: [*answered, *rest]}) == []


def test_two_documents_of_one_edition_differ(replay, edition):
    """A second reading from another document that differs stops the build until a remark says which of them holds."""
    page = edition[SECOND][0] | {"printed_value": "41.830", "read_by": "a person, from a page that appeared before"}
    asked = edition | {SECOND: [*edition[SECOND], page]}
    (message,) = noticed(replay, asked)
    assert 'has "41.830"' in message and "printed otherwise" in message
    remark = {
        "publication_code": CODE,
        "series_code": page["series_code"],
        "reference_year": str(YEAR),
        "kind": "printed otherwise",
    }
    told = {"half_width": "", "remark_nl": "Het document geldt.", "remark_en": "The document holds.", "source": "The page"}
    assert noticed(replay, asked | {REMARKS: [*edition[REMARKS], remark | told]}) == []


def changed(rows: list[dict], at: dict, **values) -> list[dict]:
    """Change the lines that have some values."""
    return [row | values if at.items() <= row.items() else row for row in rows]


def remark(kind: str, half_width: str = "", **figure) -> dict:
    """Make a remark on a figure of the invented edition."""
    told = {"remark_nl": "Zo is het.", "remark_en": "So it is.", "source": "The page"}
    figure = {"publication_code": CODE, "series_code": "students.pending", "reference_year": str(YEAR)} | figure
    return figure | {"kind": kind, "half_width": half_width} | told


GONE = {"publication_code": CODE, "kind": "series", "code": "students.pending", "note": "It is not so."}
WRONG = {
    "an edition of no rows": (
        lambda new: {path: [] for path in new if path != PUBLICATIONS},
        f"{CODE} is whole, but no printed row is of it",
    ),
    "a whole edition called partial": (
        lambda new: {PUBLICATIONS: [row | {"is_partial": "true"} for row in new[PUBLICATIONS]]},
        f"{CODE} is partial, but its rows are printed in tables",
    ),
    "a remark in place of a reading": (
        lambda new: {
            PRINTED: changed(new[PRINTED], STOCK, newest="990"),
            REMARKS: [*new[REMARKS], remark("printed otherwise")],
        },
        '/ In behandeling / 2024 reads "990", and nobody has read it again as this',
    ),
    "a half-width of another remark": (
        lambda new: {REMARKS: [*new[REMARKS], remark("to be checked", "50")]},
        "is said to be to be checked, but half_width is 50.0; leave it empty",
    ),
    "a half-width that is no step": (
        lambda new: {REMARKS: [*new[REMARKS], remark("rounded otherwise", "19")]},
        "half_width is 19.0; write half of 1, 10, 100",
    ),
    "said to be gone, and there": (lambda new: {ENDED: [GONE]}, "edition 2024 still has the series students.pending"),
    "said to be twice, and once": (
        lambda new: {PLACES: [new[PLACES][0] | {"repeated": "as printed"}, *new[PLACES][1:]]},
        "stands in this list once",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_said_wrongly(replay, edition, what):
    """A line that says of an edition what is not so is named."""
    damage, message = WRONG[what]
    assert any(message in said for said in noticed(replay, edition | damage(edition)))


def test_a_page_is_not_owed(replay, edition):
    """What only a page about the last edition printed is no part of what the next edition owes."""
    page = {"publication_code": "page_2023", "is_partial": "true", "edition_year": "2023", "title": "Page", "publication": "Page"}
    page |= {"publisher": "IND", "published": "2024", "address": "", "number_format": "nl"}
    row = edition[PRINTED][0] | {"publication_code": "page_2023", "series_code": "family_incl_echr8.applications"}
    row |= {"printed_in": "page", "newest": "46.720", "year_before": "", "two_years_before": ""}
    again = read_again("family_incl_echr8.applications", 2023, "46.720") | {"publication_code": "page_2023"}
    more = {PUBLICATIONS: [page], PRINTED: [row], SECOND: [again]}
    assert noticed(replay, {path: [*rows, *more.get(path, [])] for path, rows in edition.items()}) == []
