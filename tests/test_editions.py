"""What a whole edition owes the previous one, tested on an invented edition after the newest; and vintages of one figure."""

import pytest
from next_edition import (
    ENDED,
    FOOTNOTES,
    PLACES,
    PLACES_AGAIN,
    PRINTED,
    PUBLICATIONS,
    REMARKS,
    SECOND,
    NextEdition,
    Rows,
    digits,
)

from conftest import PINNED, ROOT, write_seeds
from ind_warehouse.ask import QUESTIONS, query
from ind_warehouse.build import DIFFERENCES
from replay import Replay

NEXT = NextEdition(ROOT)
CODE, YEAR = NEXT.code, NEXT.year
# a stock that the invented edition does not revise
STOCK = next({"series_code": series} for series in NEXT.unchanged if series.endswith(".pending"))
SERIES_CODE = STOCK["series_code"]
(PRINTED_STOCK,) = (row for row in NEXT.rows[PRINTED] if row["series_code"] == SERIES_CODE)
LIST = {"product_code": NEXT.rows[PLACES][-1]["product_code"]}
NOTED = [row["series_code"] or row["product_code"] for row in NEXT.rows[FOOTNOTES]]
NOTE = next(place for place in NOTED if NOTED.count(place) == 1)


def noticed(replay, edition: dict[str, Rows]) -> list[str]:
    """Enter an edition, and return the messages of the tests on the input."""
    files = NEXT.files(edition)
    replay.damage(files)
    found = [message for messages in replay.noticed(files).values() for message in messages]
    replay.damage({})
    return found


def without(rows: Rows, **values) -> Rows:
    """Leave out the lines with all these values."""
    return [row for row in rows if any(row[name] != value for name, value in values.items())]


def changed(rows: Rows, at: dict, **values) -> Rows:
    """Change the lines with the values in ``at``."""
    return [row | values if at.items() <= row.items() else row for row in rows]


def other(name: str) -> str:
    """Format a figure that differs from the stock's in a column."""
    return NEXT.count(digits(PRINTED_STOCK[name]) + 1000)


def remark(kind: str, half_width: str = "", **figure) -> dict:
    """Make a remark on a figure of the stock, by default in the invented edition."""
    texts = {"remark_nl": "Zo is het.", "remark_en": "So it is.", "source": "The page"}
    place = {"publication_code": CODE, "reference_year": str(YEAR)} | STOCK | figure
    return place | {"kind": kind, "half_width": half_width} | texts


def test_a_whole_edition_owes_nothing_else(replay):
    """An edition passes if it has, or lists as ended, all that the previous one had; it is then the newest whole one."""
    files = NEXT.files(NEXT.rows)
    replay.damage(files)
    assert replay.noticed(files) == {}
    replay.build_marts()
    assert {key: said for key in replay.tests_of_marts if (said := replay.said_by(key))} == {}
    (newest,) = replay.con.execute(
        "select edition_year, title from ind_warehouse.marts.dim_editions where is_newest_whole"
    ).fetchall()
    (revised,) = replay.con.execute(
        f"select count(*) from ind_warehouse.marts.fct_revisions where to_edition = {YEAR} and is_revision"
    ).fetchone()
    replay.damage({})
    assert newest == (YEAR, NEXT.rows[PUBLICATIONS][0]["title"])
    assert revised >= 2


def test_pages_give_way():
    """Pages about its year leave no lines behind; their figures are printed, and become second readings."""
    left = "".join(content.decode() for content in NEXT.files(NEXT.rows).values())
    assert [code for code in NEXT.pages if f'"{code}"' in left] == []
    of_pages = [row for row in NEXT.read(PRINTED) if row["publication_code"] in NEXT.pages]
    printed = {row["series_code"]: row["newest"] for row in NEXT.rows[PRINTED]}
    read_by = {(row["series_code"], row["printed_value"], row["read_by"]) for row in NEXT.rows[SECOND]}
    for row in of_pages:
        code = row["publication_code"]
        text, page = NEXT.in_marks(row["newest"], code), NEXT.pages[code]["publication"]
        assert printed[row["series_code"]] == text
        readers = [again["read_by"] for again in NEXT.read(SECOND) if again["publication_code"] == code]
        assert {(row["series_code"], text, by) for by in (page, *(f"{reader} ({page})" for reader in readers))} <= read_by


# lines that are left out, or a remark that only the previous edition has
LEFT_OUT = {
    f"series {SERIES_CODE}": lambda new: {path: without(new[path], **STOCK) for path in (PRINTED, SECOND)},
    f"cell {SERIES_CODE}/{YEAR - 1}": lambda new: {PRINTED: changed(new[PRINTED], STOCK, year_before="")},
    f"cell {SERIES_CODE}/{YEAR}": lambda new: {
        PRINTED: changed(new[PRINTED], STOCK, newest=""),
        SECOND: without(new[SECOND], **STOCK, reference_year=str(YEAR)),
    },
    f"list {LIST['product_code']}": lambda new: {path: without(new[path], **LIST) for path in (PLACES, PLACES_AGAIN)},
    f"footnote {NOTE}": lambda new: {FOOTNOTES: [row for row, place in zip(new[FOOTNOTES], NOTED, strict=True) if place != NOTE]},
    f"rounding {SERIES_CODE}/{YEAR - 1}": lambda new: {
        REMARKS: [
            *new[REMARKS],
            remark(
                "rounded otherwise",
                "0.5",
                publication_code=NEXT.last["publication_code"],
                reference_year=str(YEAR - 1),
            ),
        ]
    },
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_is_left_out_is_missed(replay, what):
    """The message names it and gives the line for ended.csv; with that line the tests pass."""
    lacking = NEXT.rows | LEFT_OUT[what](NEXT.rows)
    (message,) = noticed(replay, lacking)
    kind, code = what.split()
    assert message.startswith(f"seeds/printed: edition {YEAR} has no {what}, but edition {YEAR - 1} had; enter it or")
    assert f'"{CODE}","{kind}","{code}","why"' in message
    ended = {"publication_code": CODE, "kind": kind, "code": code, "note": "The page has it no longer."}
    assert noticed(replay, lacking | {ENDED: [*NEXT.rows[ENDED], ended]}) == []


def test_a_text_that_is_not_a_figure_is_not_missed(replay):
    """An empty cell with a remark "no figure" is not reported as missing."""
    what = f"cell {SERIES_CODE}/{YEAR}"
    lacking = NEXT.rows | LEFT_OUT[what](NEXT.rows)
    assert noticed(replay, lacking | {REMARKS: [*NEXT.rows[REMARKS], remark("no figure")]}) == []


def test_a_revision_must_be_read_twice(replay):
    """A figure that contradicts the previous edition stops the build until it has a second reading."""
    revised = other("year_before")
    edition = NEXT.rows | {PRINTED: changed(NEXT.rows[PRINTED], STOCK, year_before=revised)}
    (message,) = noticed(replay, edition)
    assert f'/ {YEAR - 1} reads "{revised}", and it has no second reading' in message
    again = NEXT.reading(SERIES_CODE, YEAR - 1, revised)
    assert noticed(replay, edition | {SECOND: [*NEXT.rows[SECOND], again]}) == []


def test_a_nationality_twice_in_a_list(replay):
    """A repeated nationality is reported unless the column repeated explains it."""
    twice = [row for row in NEXT.rows[PLACES] if row["repeated"]]
    assert twice
    messages = noticed(replay, NEXT.rows | {PLACES: [row | {"repeated": ""} for row in NEXT.rows[PLACES]]})
    assert len(messages) == len(twice) and all("is in this list twice" in message for message in messages)


def test_two_documents_of_one_edition_differ(replay):
    """A second reading from another document that differs stops the build until a remark says which is right."""
    page = NEXT.reading(SERIES_CODE, YEAR, other("newest"), "a person, from a page that appeared before")
    asked = NEXT.rows | {SECOND: [*NEXT.rows[SECOND], page]}
    (message,) = noticed(replay, asked)
    assert f'has "{page["printed_value"]}"' in message and "printed otherwise" in message
    assert noticed(replay, asked | {REMARKS: [*NEXT.rows[REMARKS], remark("printed otherwise")]}) == []


GONE = {"publication_code": CODE, "kind": "series", "code": SERIES_CODE, "note": "It is not so."}
WRONG = {
    "an edition of no rows": (
        lambda new: {path: [] for path in new if path != PUBLICATIONS},
        f"{CODE} is whole, but it has no printed rows",
    ),
    "a whole edition called partial": (
        lambda new: {PUBLICATIONS: [row | {"is_partial": "true"} for row in new[PUBLICATIONS]]},
        f"{CODE} is partial, but its rows are printed in tables",
    ),
    "a remark in place of a reading": (
        lambda new: {
            PRINTED: changed(new[PRINTED], STOCK, newest=other("newest")),
            REMARKS: [*new[REMARKS], remark("printed otherwise")],
        },
        f'/ {YEAR} reads "{other("newest")}", and no second reading agrees',
    ),
    "a half-width of another remark": (
        lambda new: {REMARKS: [*new[REMARKS], remark("to be checked", "50")]},
        'has a remark "to be checked", but half_width is 50.0; leave it empty',
    ),
    "a half-width that is no step": (
        lambda new: {REMARKS: [*new[REMARKS], remark("rounded otherwise", "19")]},
        "half_width is 19.0; write half of 1, 10, 100",
    ),
    "said to be gone, and there": (
        lambda new: {ENDED: [*new[ENDED], GONE]},
        f"edition {YEAR} still has the series {SERIES_CODE}",
    ),
    "said to be twice, and once": (
        lambda new: {PLACES: changed(new[PLACES], LIST | {"printed_rank": "1."}, repeated="as printed")},
        "is in this list only once",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_statements_about_an_edition(replay, what):
    """A line that says something wrong about an edition is reported."""
    damage, message = WRONG[what]
    assert any(message in said for said in noticed(replay, NEXT.rows | damage(NEXT.rows)))


def test_a_page_is_not_owed(replay):
    """The next edition need not have what only a web page about the previous one printed."""
    page = NEXT.last | {"publication_code": "page", "is_partial": "true", "title": "Page", "publication": "Page"}
    here = {row["series_code"] for row in (*NEXT.of_last(PRINTED), *NEXT.rows[PRINTED])}
    row = next(row for row in NEXT.read(PRINTED) if row["series_code"] not in here and row["printed_in"] == "page")
    row = row | {"publication_code": "page", "newest": NEXT.count(46720), "year_before": "", "two_years_before": ""}
    again = NEXT.reading(row["series_code"], YEAR - 1, row["newest"]) | {"publication_code": "page"}
    more = {PUBLICATIONS: [page], PRINTED: [row], SECOND: [again]}
    assert noticed(replay, {path: [*rows, *more.get(path, [])] for path, rows in NEXT.rows.items()}) == []


def test_vintages(tmp_path):
    """An edition of three rows after the pinned one revises flows and restates a stock; nothing mixes the two without a note.

    Each figure that is new or revised needs a second reading, both vintages are kept, and the newer one is current.
    """
    replay = Replay(tmp_path / "damaged", write_seeds(tmp_path, PINNED))
    held = {path: (tmp_path / path).read_text("utf-8") for path in (PUBLICATIONS, PRINTED, SECOND)}
    line = held[PRINTED].count("\n") + 1
    held[PUBLICATIONS] += '"later",2024,true,"Jaarcijfers 2024","Proef","IND","2025-02",,"nl"\n'
    # the 2023 edition has 23.180 and 22.220 applications, the same decisions, and stocks of 190, 140 and 70
    held[PRINTED] += """\
"later","students.applications","Proef","Studie","Aanvragen","page","23.000","23.190","22.120"
"later","students.decisions","Proef","Studie","Beslissingen","page","23.500","23.140","22.320"
"later","students.pending","Proef","Studie","In behandeling","page","1.300","1.190","1.140"
"""

    def messages() -> list[str]:
        replay.damage({path: text.encode() for path, text in held.items()})
        return [message for said in replay.noticed(held).values() for message in said]

    asked = messages()
    assert len(asked) == 7
    for place in (
        f'line {line}: Studie / Aanvragen / 2024 reads "23.000", and it has no',
        f'line {line}: Studie / Aanvragen / 2023 reads "23.190", and it has no',
        f'line {line}: Studie / Aanvragen / 2022 reads "22.120", and it has no',
        f'line {line + 1}: Studie / Beslissingen / 2024 reads "23.500", and it has no',
    ):
        assert any(message.startswith(f"{PRINTED}, {place} second reading") for message in asked)
    held[SECOND] += """\
"later","students.applications",2024,"23.000","somebody else"
"later","students.applications",2023,"23.190","somebody else"
"later","students.applications",2022,"22.120","somebody else"
"later","students.decisions",2024,"23.500","somebody else"
"later","students.pending",2024,"1.300","somebody else"
"later","students.pending",2023,"1.190","somebody else"
"later","students.pending",2022,"1.140","somebody else"
"""
    assert messages() == []
    replay.build_marts()
    assert {key: said for key in replay.tests_of_marts if (said := replay.said_by(key))} == {}
    con = replay.con
    revisions = con.execute(
        "select revision_key, value_from, value_to, revision, beyond_rounding from marts.fct_revisions"
        " where to_edition = 2024 and series_code = 'students.applications' order by reference_year"
    ).fetchall()
    vintages = con.execute(
        "select edition_year, value, is_current from marts.fct_observations"
        " where series_code = 'students.applications' and reference_year = 2022 order by edition_year"
    ).fetchall()
    applications = con.execute(
        "select reference_year, applications from marts.fct_caseload"
        " where product_code = 'students' and reference_year >= 2022 order by reference_year"
    ).fetchall()
    stocks = con.execute(
        "select reference_year, pending, backlog_change, comparison_edition_year, comparison_note_en from marts.fct_caseload"
        " where product_code = 'students' and pending is not null order by reference_year"
    ).fetchall()
    moved = con.execute(
        "select trend_code, reference_year, value, edition_year from marts.fct_trends where series_code = 'students.pending'"
        " and trend_code != 'growth' and reference_year >= 2022 order by trend_code, reference_year"
    ).fetchall()
    residual = con.execute(
        "select value, edition_year, from_edition_year, note_en from marts.fct_metrics"
        " where metric_key = 'students/2022/stock_flow_residual'"
    ).fetchall()
    reconciled = con.execute(
        "select residual, found, edition_year, note_en from marts.fct_reconciliation where check_key = 'stock_flow/students/2022'"
    ).fetchall()
    # questions about the newest year use the newest whole edition
    assert all(con.execute(query(name)).fetchall() for name in QUESTIONS)
    differences = [message for (message,) in con.execute(DIFFERENCES.read_text("utf-8")).fetchall()]
    assert differences == [
        "Revised in edition 2024: 22.220, now 22.120, students.applications of 2022 (-10 steps of rounding)",
        "Revised in edition 2024: 23.180, now 23.190, students.applications of 2023 (+1 steps of rounding)",
        "Revised in edition 2024: 140, now 1.140, students.pending of 2022 (+100 steps of rounding)",
        "Revised in edition 2024: 190, now 1.190, students.pending of 2023 (+100 steps of rounding)",
    ]
    assert revisions == [
        ("students.applications/2022@2023-2024", 22220, 22120, -100, True),
        ("students.applications/2023@2023-2024", 23180, 23190, 10, False),
    ]
    assert vintages == [(2023, 22220, False), (2024, 22120, True)]
    assert applications == [(2022, 22120), (2023, 23190), (2024, 23000)]
    restated = "2022: edition 2024 prints 1.140; this comparison uses edition 2023."
    # 140 - 70, both from the 2023 edition, and not 1.140 - 70
    assert stocks == [
        (2021, 70, None, None, None),
        (2022, 1140, 70, 2023, restated),
        (2023, 1190, 50, 2024, None),
        (2024, 1300, 110, 2024, None),
    ]
    # there is no index for 2024: no edition prints both 2024 and 2021, and the stock was restated in between
    assert moved == [
        ("change", 2022, 70, 2023),
        ("change", 2023, 50, 2024),
        ("change", 2024, 110, 2024),
        ("index", 2022, 200, 2023),
        ("index", 2023, pytest.approx(100 * 190 / 70), 2023),
    ]
    both = f"{restated} The flows of 2022 were restated in edition 2024; the stocks are from edition 2023."
    assert residual == [(140 - 70 - (22120 - 22320), 2024, 2023, both)]
    assert reconciled == [(270, 140, 2024, both)]
