"""Each kind of wrong entry gives a message that names file, line and label, and nothing is published.

The dbt tests are replayed in plain DuckDB, and the checks before dbt are called directly. A few whole builds show that the
command prints those messages, exits with status 1 and leaves the published file unchanged.
"""

import shutil

import duckdb
import pytest

from conftest import PINNED, ROOT, run_build, seeds_of, write_seeds
from ind_warehouse.build import said_by
from ind_warehouse.check import check_seeds
from replay import Replay

ROWS = "seeds/printed/printed_rows.csv"
SECOND = "seeds/printed/second_reading.csv"
PLACES = "seeds/printed/top_nationalities.csv"
SECOND_PLACES = "seeds/printed/second_reading_top_nationalities.csv"
PUBLICATIONS = "seeds/reference/publications.csv"
SERIES = "seeds/reference/series.csv"
PRODUCTS = "seeds/reference/products.csv"
MEASURES = "seeds/reference/measures.csv"
NATIONALITIES = "seeds/reference/nationalities.csv"
REMARKS = "seeds/reference/remarks.csv"
FOOTNOTES = "seeds/reference/footnotes.csv"
BREAKS = "seeds/reference/breaks.csv"
CHECKS = "seeds/reference/checks.csv"
EXTERNAL_TOTALS = "seeds/reference/external_totals.csv"
# lines that later publications do not change
TEXTS = seeds_of(PINNED)
REFUSED = (
    "41,820",
    "4l.820",
    "1234",
    "0.123",
    "01",
    "1.23",
    "12.3456",
    "-5",
    "101%",
    "0.62",
    "78 %",
    "62%%",
    "62\u2030",
    " 62%",
    "62% ",
    "62%\u00a0",
    "\uff16\uff12%",  # full-width digits
    "\u2013",  # an en dash
    "11,3 mln",
    "€ 11.3 mln",
    "€ ,113 mln",
    "41.820\u00b2",
    "41.820*",
    "< 5",
    "x",
    "n.b.",
)


def row(path: str, text: str) -> str:
    """Find the line of a file that begins with a text."""
    (line,) = (line for line in TEXTS[path].splitlines(keepends=True) if line.startswith(text))
    return line


def number(path: str, line: str) -> int:
    """Count lines as a text editor does."""
    return TEXTS[path].splitlines(keepends=True).index(line) + 1


def place(path: str, line: str) -> str:
    """Name a line as in messages."""
    return f"{path}, line {number(path, line)}"


def damaged(changes: list[tuple[str, str, str]]) -> dict[str, bytes]:
    """Replace texts that occur once in their files."""
    texts = {path: TEXTS[path] for path, _, _ in changes}
    for path, old, new in changes:
        assert texts[path].count(old) == 1 and old != new
        texts[path] = texts[path].replace(old, new)
    return {path: text.encode() for path, text in texts.items()}


def changed(path: str, line: str, old: str, new: str) -> tuple[str, str, str]:
    """Change a text in a line."""
    assert old in line
    return path, line, line.replace(old, new, 1)


def exchanged(path: str, one: str, other: str, old: str, new: str) -> list[tuple[str, str, str]]:
    """Swap texts between two lines."""
    return [changed(path, one, old, new), changed(path, other, new, old)]


def said(messages: list[str], *texts: str) -> bool:
    """Return whether one message contains all the texts."""
    return any(all(text in message for text in texts) for message in messages)


HEADER = row(ROWS, '"publication_code"')
PENDING, DECISIONS, GRANTED = (
    row(ROWS, f'"jaarcijfers_2023","asylum_track_4.{measure}"') for measure in ("pending", "decisions", "granted_share")
)
O_DOCUMENTS = row(ROWS, '"jaarcijfers_2023","documents.o_documents"')
STUDENTS = row(ROWS, '"jaarcijfers_2023","students.applications"')
STUDENTS_EARLIER = row(ROWS, '"werk_en_studie_2021","students.applications"')
FAMILY_EARLIER = row(ROWS, '"nieuwsbericht_2021","family_incl_echr8.applications"')
FAMILY_EARLIER_AGAIN = row(SECOND, '"nieuwsbericht_2021","family_incl_echr8.applications",2021')
OF_NEWEST = TEXTS[ROWS].count('\n"jaarcijfers_2023"')
PENALTIES = row(ROWS, '"jaarcijfers_2023","notices_of_default.penalty_payments"')
PENDING_AGAIN = row(SECOND, '"jaarcijfers_2023","asylum_track_4.pending",2023')
STUDENTS_AGAIN = row(SECOND, '"jaarcijfers_2023","students.applications",2021')
FIRST, NEXT, LAST = (row(PLACES, f'"jaarcijfers_2023","asylum_track_2","{code}"') for code in ("SYR", "MAR", "TUN"))
FIRST_AGAIN = row(SECOND_PLACES, '"jaarcijfers_2023","asylum_track_2",1')
REMARK = row(REMARKS, '"jaarcijfers_2023","service_desks.ukraine_stickers"')
CHECKED = row(REMARKS, '"jaarcijfers_2023","asylum_track_1.decisions",2022')

# By kind of damage: the failing check, the changes, and what its messages say.
DAMAGE = {
    "wrong digit": (
        "figures_are_confirmed",
        [changed(ROWS, PENDING, "45.640", "46.640")],
        [
            (
                place(ROWS, PENDING),
                'In behandeling / 2023 reads "46.640"',
                f"line {number(SECOND, PENDING_AGAIN)} of {SECOND}",
                'has "45.640"',
            )
        ],
    ),
    "wrong digit of a share": (
        "figures_are_confirmed",
        [changed(ROWS, GRANTED, "62%", "63%")],
        [(place(ROWS, GRANTED), 'reads "63%"', 'has "62%"')],
    ),
    "wrong digit of an amount": (
        "figures_are_confirmed",
        [changed(ROWS, PENALTIES, "11,3", "17,3")],
        [(place(ROWS, PENALTIES), 'reads "€ 17,3 mln"', 'has "€ 11,3 mln"')],
    ),
    "wrong digit in two editions": (
        "figures_are_confirmed",
        [changed(ROWS, STUDENTS, "20.560", "20.650"), changed(ROWS, STUDENTS_EARLIER, "20.560", "20.650")],
        [(place(ROWS, line), '/ 2021 reads "20.650"', 'has "20.560"') for line in (STUDENTS, STUDENTS_EARLIER)],
    ),
    "revision that nobody read again": (
        "figures_are_confirmed",
        [changed(ROWS, STUDENTS, "20.560", "20.570"), (SECOND, STUDENTS_AGAIN, "")],
        [(place(ROWS, STUDENTS), '/ 2021 reads "20.570", and it has no second reading')],
    ),
    "dash for a figure": (
        "figures_are_confirmed",
        [changed(ROWS, PENDING, "45.640", "-")],
        [(place(ROWS, PENDING), 'reads "-"', 'has "45.640"')],
    ),
    "figure for a dash": (
        "figures_are_confirmed",
        [changed(ROWS, O_DOCUMENTS, '"-"', '"0"')],
        [(place(ROWS, O_DOCUMENTS), 'reads "0"', 'has "-"')],
    ),
    "empty cell": (
        "figures_are_confirmed",
        [changed(ROWS, PENDING, "45.640", "")],
        [(place(SECOND, PENDING_AGAIN), "asylum_track_4.pending of 2023", 'reads "45.640"', "no such figure; enter it there")],
    ),
    "measure without a name": (
        "fits_schema_measures",
        [(MEASURES, ',"aanvragen",', ",,")],
        [(MEASURES, "name_nl is empty; enter a value")],
    ),
    "figure too many": (
        "figures_are_confirmed",
        [changed(ROWS, FAMILY_EARLIER, '"42.690",', '"42.690","42.690"')],
        [(place(ROWS, FAMILY_EARLIER), '/ 2020 reads "42.690", and it has no second reading')],
    ),
    "figure moved to the row below": (
        "figures_are_confirmed",
        [changed(ROWS, DECISIONS, "27.670", ""), changed(ROWS, PENDING, "45.640", "27.670")],
        [(place(ROWS, PENDING), 'reads "27.670"'), (SECOND, "asylum_track_4.decisions of 2023", "no such figure")],
    ),
    "publications of two rows exchanged": (
        "figures_are_confirmed",
        exchanged(ROWS, STUDENTS, STUDENTS_EARLIER, "jaarcijfers_2023", "werk_en_studie_2021"),
        [(place(ROWS, STUDENTS), '/ 2021 reads "23.180"', 'has "20.560"')],
    ),
    "row twice": (
        "figures_are_printed_once",
        [(ROWS, PENDING, PENDING * 2)],
        [
            (
                "asylum_track_4.pending is printed 2 times for 2023",
                f"{place(ROWS, PENDING)}:",
                "keep the line that the page prints",
            )
        ],
    ),
    "a series for two rows": (
        "figures_are_printed_once",
        [changed(ROWS, PENDING, "asylum_track_4.pending", "asylum_track_4.decisions")],
        [("asylum_track_4.decisions is printed 2 times", place(ROWS, PENDING), place(ROWS, DECISIONS))],
    ),
    "labels of a row twice": (
        "fits_schema_printed_rows",
        [changed(ROWS, PENDING, "In behandeling", "Beslissingen")],
        [(place(ROWS, PENDING), place(ROWS, DECISIONS), "Beslissingen")],
    ),
    "unknown series": (
        "refers_to_printed_rows_series_code",
        [changed(ROWS, PENDING, "asylum_track_4.pending", "asylum_track_4.pendin")],
        [(place(ROWS, PENDING), 'series_code "asylum_track_4.pendin" is not in seeds/reference/series.csv')],
    ),
    "unknown publication": (
        "refers_to_printed_rows_publication_code",
        [changed(ROWS, PENDING, "jaarcijfers_2023", "jaarcijfers_2032")],
        [(place(ROWS, PENDING), 'publication_code "jaarcijfers_2032" is not in seeds/reference/publications.csv')],
    ),
    "publication missing": (
        "refers_to_printed_rows_publication_code",
        [(PUBLICATIONS, row(PUBLICATIONS, '"jaarcijfers_2023"'), "")],
        [(f"{ROWS}, line 2 and {OF_NEWEST - 1} more: publication_code", PUBLICATIONS)],
    ),
    "header twice": (
        "refers_to_printed_rows_publication_code",
        [(ROWS, HEADER, HEADER * 2)],
        [(f"{ROWS}, line 2", 'publication_code "publication_code" is not in seeds/reference/publications.csv')],
    ),
    "printed in neither table nor note": (
        "fits_schema_printed_rows",
        [changed(ROWS, PENDING, '"table"', '"tabel"')],
        [(place(ROWS, PENDING), 'printed_in is "tabel"; write one of table, note, page')],
    ),
    "second reading missing": (
        "figures_are_confirmed",
        [(SECOND, PENDING_AGAIN, "")],
        [(place(ROWS, PENDING), 'reads "45.640", and it has no second reading', SECOND)],
    ),
    "second reading of a cell that is not printed": (
        "figures_are_confirmed",
        [changed(SECOND, PENDING_AGAIN, ",2023,", ",2019,")],
        [
            (place(SECOND, PENDING_AGAIN), "asylum_track_4.pending of 2019", "remove this line"),
            (place(ROWS, PENDING), "no second reading"),
        ],
    ),
    "second reading twice by the same": (
        "fits_schema_second_reading",
        [(SECOND, PENDING_AGAIN, PENDING_AGAIN * 2)],
        [(place(SECOND, PENDING_AGAIN), "asylum_track_4.pending", "but only one may have it")],
    ),
    "share without its sign": (
        "figures_are_read",
        [changed(ROWS, GRANTED, "62%", "62")],
        [(f"{place(ROWS, GRANTED)}: Spoor 4", 'reads "62", but the unit of asylum_track_4.granted_share is share')],
    ),
    "share in a row of counts": (
        "figures_are_read",
        [changed(ROWS, PENDING, "45.640", "45%")],
        [(place(ROWS, PENDING), 'reads "45%", but the unit of asylum_track_4.pending is count')],
    ),
    "numbers of another language": (
        "figures_are_read",
        [changed(PUBLICATIONS, row(PUBLICATIONS, '"werk_en_studie_2021"'), '"nl"', '"en"')],
        [
            (place(ROWS, STUDENTS_EARLIER), f'/ {year} reads "{value}"', "which is not a valid figure")
            for year, value in ((2021, "20.560"), (2020, "12.310"), (2019, "20.430"))
        ],
    ),
    "word of a top-3 list": (
        "places_are_confirmed",
        [changed(PLACES, FIRST, "Syrische", "Marokkaanse")],
        [
            (place(PLACES, FIRST), 'Spoor2 / 1 reads "Marokkaanse"', place(SECOND_PLACES, FIRST_AGAIN), 'has "Syrische"'),
            (place(PLACES, FIRST), "which is not a name for SYR"),
        ],
    ),
    "unknown spelling": (
        "places_are_confirmed",
        [changed(path, line, "Syrische", "Syrise") for path, line in ((PLACES, FIRST), (SECOND_PLACES, FIRST_AGAIN))],
        [(place(PLACES, FIRST), 'reads "Syrise", which is not a name for SYR', f"other_spellings in {NATIONALITIES}")],
    ),
    "code of a place": (
        "places_are_confirmed",
        [changed(PLACES, FIRST, "SYR", "MAR")],
        [(place(PLACES, FIRST), 'reads "Syrische", which is not a name for MAR')],
    ),
    "unknown code of a place": (
        "refers_to_top_nationalities_nationality_code",
        [changed(PLACES, FIRST, "SYR", "SYX")],
        [(place(PLACES, FIRST), '"SYX" is not in seeds/reference/nationalities.csv')],
    ),
    "rank": (
        "places_are_confirmed",
        [changed(PLACES, FIRST, '"1."', '"2."')],
        [(f"{PLACES}, from line", "the list Spoor2 has ranks 2, 2, 3; expected 1, 2, 3")],
    ),
    "rank without its point": (
        "places_are_confirmed",
        [changed(PLACES, FIRST, '"1."', '"1"')],
        [("the list Spoor2 has ranks unreadable, 2, 3",)],
    ),
    "year of a list's heading": (
        "places_are_confirmed",
        [changed(PLACES, FIRST, "aanvragen 2023", "aanvragen 2022")],
        [(place(PLACES, FIRST), "Top 3 nationaliteiten aanvragen 2022", "2023")],
    ),
    "places exchanged": (
        "places_are_confirmed",
        exchanged(PLACES, FIRST, NEXT, '"1."', '"2."'),
        [("the list Spoor2 has ranks 2, 1, 3",), (place(PLACES, FIRST), 'Spoor2 / 2 reads "Syrische"', 'has "Marokkaanse"')],
    ),
    "words and codes exchanged": (
        "places_are_confirmed",
        [
            (PLACES, FIRST, NEXT.replace('"2."', '"1."')),
            (PLACES, NEXT, FIRST.replace('"1."', '"2."')),
        ],
        [(place(PLACES, FIRST), 'Spoor2 / 1 reads "Marokkaanse"', 'has "Syrische"')],
    ),
    "place missing": (
        "places_are_confirmed",
        [(PLACES, LAST, "")],
        [("the list Spoor2 has ranks 1, 2; expected 1, 2, 3",), (SECOND_PLACES, "asylum_track_2 / 3", "no such rank")],
    ),
    "list missing": (
        "places_are_confirmed",
        [(PLACES, FIRST + NEXT + LAST, "")],
        [(place(SECOND_PLACES, FIRST_AGAIN), 'asylum_track_2 / 1 reads "Syrische"', "no such rank; enter it there")],
    ),
    "list of another product": (
        "places_are_confirmed",
        [(PLACES, FIRST + NEXT + LAST, (FIRST + NEXT + LAST).replace("asylum_track_2", "asylum_tracks"))],
        [(place(PLACES, FIRST), "it has no second reading"), (place(SECOND_PLACES, FIRST_AGAIN), "no such rank")],
    ),
    "second reading of a place missing": (
        "places_are_confirmed",
        [(SECOND_PLACES, FIRST_AGAIN, "")],
        [(place(PLACES, FIRST), 'reads "Syrische", and it has no second reading', SECOND_PLACES)],
    ),
    "word in the second reading": (
        "places_are_confirmed",
        [changed(SECOND_PLACES, FIRST_AGAIN, "Syrische", "Turkse")],
        [(place(PLACES, FIRST), place(SECOND_PLACES, FIRST_AGAIN), 'has "Turkse"')],
    ),
    "figures that must agree": (
        "reconciliation_holds",
        [
            changed(ROWS, FAMILY_EARLIER, "42.690", "42.960"),
            (SECOND, FAMILY_EARLIER_AGAIN, FAMILY_EARLIER_AGAIN.replace("42.690", "42.960")),
        ],
        [(place(ROWS, FAMILY_EARLIER), 'reads "42.960"', "family_incl_echr8.applications/2021 is 42960.0", "8 EVRM", CHECKS)],
    ),
    "series of no product": (
        "series_have_a_product",
        [(SERIES, '"telephone.calls_handled"', '"telefone.calls_handled"')],
        [(SERIES, '"telefone" is not in seeds/reference/products.csv')],
    ),
    "series of no measure": (
        "series_have_a_measure",
        [(SERIES, '"telephone.calls_handled"', '"telephone.calls"')],
        [(SERIES, '"calls" is not in seeds/reference/measures.csv')],
    ),
    "series that is not printed": (
        "series_are_printed",
        [(SERIES, row(SERIES, '"family.pending"'), row(SERIES, '"family.pending"') + '"telephone.applications",,,,\n')],
        [(SERIES, '"telephone.applications" is not in seeds/printed/printed_rows.csv')],
    ),
    "series missing": (
        "refers_to_printed_rows_series_code",
        [(SERIES, row(SERIES, '"asylum_track_4.pending"'), "")],
        [(place(ROWS, PENDING), '"asylum_track_4.pending" is not in seeds/reference/series.csv; the nearest there is')],
    ),
    "series twice": (
        "fits_schema_series",
        [(SERIES, row(SERIES, '"family.pending"'), row(SERIES, '"family.pending"') * 2)],
        [(f"{place(SERIES, row(SERIES, chr(34) + 'family.pending'))} and {SERIES}", "but only one may have it")],
    ),
    "unknown unit": (
        "fits_schema_measures",
        [(MEASURES, '"pending","count"', '"pending","number"')],
        [(MEASURES, 'unit is "number"; write one of count, share, fte, eur')],
    ),
    "unit of another measure": (
        "figures_are_read",
        [(MEASURES, '"pending","count"', '"pending","share"')],
        [
            (
                place(ROWS, PENDING),
                "but the unit of asylum_track_4.pending is share; correct the figure to match the page, the series of the line,"
                f" or the unit in {MEASURES}",
            )
        ],
    ),
    "unit of another role": (
        "measures_fit_their_role",
        [(MEASURES, '"pending","count"', '"pending","fte"')],
        [(place(MEASURES, row(MEASURES, '"pending"')), "role stock, unit fte and is a stock; expected unit count and a stock")],
    ),
    "flow for a stock": (
        "measures_fit_their_role",
        [(MEASURES, '"pending","count","stock","stock"', '"pending","count","stock","flow"')],
        [(place(MEASURES, row(MEASURES, '"pending"')), "is a flow; expected unit count and a stock")],
    ),
    "role of another measure": (
        "products_have_one_series_in_a_role",
        [(MEASURES, '"pending","count","stock"', '"pending","count","inflow"')],
        [(MEASURES, "asylum_track_4.applications and asylum_track_4.pending have the same role, inflow")],
    ),
    "part of no product": (
        "refers_to_products_part_of",
        [changed(PRODUCTS, row(PRODUCTS, '"asylum_track_4"'), '"asylum_tracks"', '"asylum_track"')],
        [
            (
                place(PRODUCTS, row(PRODUCTS, '"asylum_track_4"')),
                'part_of "asylum_track" is not in seeds/reference/products',
            )
        ],
    ),
    "position taken": (
        "fits_schema_products",
        [(PRODUCTS, '"students",3,', '"students",4,')],
        [(place(PRODUCTS, row(PRODUCTS, '"students"')), 'position is "4" in each')],
    ),
    "code of two countries": (
        "fits_schema_nationalities",
        [(NATIONALITIES, '"TUN","TN"', '"TUN","TR"')],
        [(NATIONALITIES, 'alpha_2 is "TR" in each, but only one may have it')],
    ),
    "date of a spreadsheet": (
        "publications_are_dated",
        [(PUBLICATIONS, '"2024-02"', '"feb-24"')],
        [(place(PUBLICATIONS, row(PUBLICATIONS, '"jaarcijfers_2023"')), 'published "feb-24"', "2024, 2024-02 or 2024-02-15")],
    ),
    "date of another edition": (
        "publications_are_dated",
        [(PUBLICATIONS, '"2024-02"', '"2042-02"')],
        [(place(PUBLICATIONS, row(PUBLICATIONS, '"jaarcijfers_2023"')), 'published "2042-02"', "in the years from 2023 to 2025")],
    ),
    "publication twice": (
        "fits_schema_publications",
        [(PUBLICATIONS, '"werk_en_studie_2021"', '"nieuwsbericht_2021"')],
        [(PUBLICATIONS, 'publication_code is "nieuwsbericht_2021" in each')],
    ),
    "remark without its half-width": (
        "remarks_are_of_figures",
        [changed(REMARKS, REMARK, ",50,", ",,")],
        [(place(REMARKS, REMARK), "half_width is empty; write half the step")],
    ),
    "remark with another half-width": (
        "remarks_are_of_figures",
        [changed(REMARKS, REMARK, ",50,", ",500,")],
        [(place(REMARKS, REMARK), 'the page has "67.900", which is not a multiple of 1000')],
    ),
    "remark with the half-width that holds without it": (
        "remarks_are_of_figures",
        [changed(REMARKS, REMARK, ",50,", ",5,")],
        [(place(REMARKS, REMARK), "the half-width is 5.0 without the remark too")],
    ),
    "remark on a figure that is not printed": (
        "remarks_are_of_figures",
        [changed(REMARKS, REMARK, ",2022,", ",2012,")],
        [(place(REMARKS, REMARK), "service_desks.ukraine_stickers of 2012 in jaarcijfers_2023", "no such figure is printed")],
    ),
    "remark on no figure where one is printed": (
        "remarks_are_of_figures",
        [changed(REMARKS, CHECKED, '"to be checked"', '"no figure"')],
        [(place(REMARKS, CHECKED), 'has a remark "no figure", but the cell has "2.880"; empty the cell')],
    ),
    "another remark on an empty cell": (
        "remarks_are_of_figures",
        [changed(REMARKS, CHECKED, ",2022,", ",2012,")],
        [(place(REMARKS, CHECKED), "asylum_track_1.decisions of 2012", "no such figure is printed; correct or remove")],
    ),
    "state of a mark": (
        "fits_schema_footnotes",
        [changed(FOOTNOTES, row(FOOTNOTES, '"jaarcijfers_2023",2,'), '"printed"', '"print"')],
        [
            (
                place(FOOTNOTES, row(FOOTNOTES, '"jaarcijfers_2023",2,')),
                'mark_state is "print"; write one of printed, damaged, lost',
            )
        ],
    ),
    "footnote of no series": (
        "refers_to_footnotes_series_code",
        [(FOOTNOTES, '"first_asylum_applications.applications"', '"first_asylum_applications.application"')],
        [(FOOTNOTES, 'series_code "first_asylum_applications.application" is not in seeds/reference/series.csv')],
    ),
    "year of a break": (
        "breaks_name_their_year",
        [changed(BREAKS, row(BREAKS, '"asylum_track_4.timely_share",2022'), ",2022,", ",2021,")],
        [(place(BREAKS, row(BREAKS, '"asylum_track_4.timely_share",2022')), "is dated 2021, but a note does not name that year")],
    ),
    "kind of a break": (
        "fits_schema_breaks",
        [changed(BREAKS, row(BREAKS, '"asylum_track_4.timely_share",2022'), '"law"', '"laws"')],
        [(place(BREAKS, row(BREAKS, '"asylum_track_4.timely_share",2022')), "write one of law, registration, exceptional_year")],
    ),
    "break twice": (
        "fits_schema_breaks",
        [(BREAKS, row(BREAKS, '"asylum_track_4.timely_share",2022'), row(BREAKS, '"asylum_track_4.timely_share",2022') * 2)],
        [(place(BREAKS, row(BREAKS, '"asylum_track_4.timely_share",2022')), "asylum_track_4.timely_share", "only one may")],
    ),
    "part of a check": (
        "checks_compare_something",
        [(CHECKS, "workforce.external_staff", "workforce.externals")],
        [(CHECKS, "no year has all the figures that workforce_total compares")],
    ),
    "year of another publisher's figure": (
        "checks_compare_something",
        [
            (
                EXTERNAL_TOTALS,
                '"first_asylum_applications.applications",2021,24740',
                '"first_asylum_applications.applications",2011,24740',
            )
        ],
        [(EXTERNAL_TOTALS, "no edition prints first_asylum_applications.applications for 2011")],
    ),
    "digit of another publisher": (
        "external_totals_are_plausible",
        [(EXTERNAL_TOTALS, "2021,24740,", "2021,34740,")],
        [(EXTERNAL_TOTALS, "CBS has 34740", "the IND prints 24690", "compare it with the publisher's page")],
    ),
    "list printed twice": (
        "fits_schema_top_nationalities",
        [(PLACES, FIRST, FIRST * 2)],
        [(f"{place(PLACES, FIRST)} and {PLACES}", "only one may have it")],
    ),
    "thousands point of another publisher": (
        "external_totals_are_plausible",
        [(EXTERNAL_TOTALS, "2021,24740,", "2021,24.740,")],
        [(EXTERNAL_TOTALS, "CBS has 24.74", "write it without a thousands separator")],
    ),
}


def noticed(replay: Replay, changes: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Damage seeds in the replay and collect the messages by test; tests on marts run only if all others pass."""
    files = damaged(changes)
    replay.damage(files)
    found = replay.noticed(files)
    if not found:
        replay.build_marts()
        found = {replay.nodes[key]["name"]: said for key in replay.tests_of_marts if (said := replay.said_by(key))}
    replay.damage({})
    return found


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage(pinned, kind):
    """Each kind of damage fails its check, which names file, line, what was found and what was expected."""
    check, changes, expected = DAMAGE[kind]
    found = noticed(pinned, changes)
    messages = [message for name, messages in found.items() if name.startswith(check) for message in messages]
    assert messages, f"only these failed: {found}"
    assert [texts for texts in expected if not said(messages, *texts)] == [], messages


def test_figure_of_two_editions(pinned):
    """A figure that another edition prints identically needs no second reading."""
    assert noticed(pinned, [(SECOND, STUDENTS_AGAIN, "")]) == {}


@pytest.mark.parametrize("text", REFUSED)
def test_malformed_figure(pinned, text):
    """Each malformed figure is quoted, with what to do if the page prints it."""
    messages = noticed(pinned, [changed(ROWS, GRANTED, "62%", text)])["figures_are_read"]
    reading = f'{place(ROWS, GRANTED)}: Spoor 4 - Algemene of Verlengde asielprocedure / Inwilligingen / 2023 reads "{text}"'
    assert said(
        messages,
        reading,
        'leave the cell empty and add a remark "no figure" to seeds/reference/remarks.csv that says what is printed',
    )


def test_every_failing_check_is_reported(pinned):
    """If every check had to hold and failed, each would be reported, with its printed figures if it has any."""
    pinned.build_marts()
    pinned.con.execute("update ind_warehouse.marts.fct_reconciliation set must_hold = true, verdict = 'differs'")
    messages = pinned.said_by("test.ind_warehouse.reconciliation_holds")
    keys = [key for (key,) in pinned.con.execute("select check_key from ind_warehouse.marts.fct_reconciliation").fetchall()]
    pinned.build_marts()
    assert all(said(messages, key) for key in keys) and len(messages) == len(keys)
    pending = f'{place(ROWS, PENDING)}: Spoor 4 - Algemene of Verlengde asielprocedure / In behandeling / 2023 reads "45.640"'
    decided = f"{place(ROWS, DECISIONS)}: "
    assert said(messages, "stock_flow/asylum_track_4/2023", pending, decided, "/ In behandeling / 2022")
    assert said(messages, "stock_flow/asylum_tracks/2023", "not printed as such")


def test_rows_of_a_test_without_a_message():
    """A test that selects no message column gets a message per row."""
    rows = duckdb.sql("select 'België' as name, null as year, 0.5::double as share")
    (message,) = said_by({"original_file_path": "tests/rows.sql"}, rows)
    assert message.startswith('tests/rows.sql fails where name is "België" and year is null and share is 0.5;')


# The checks before dbt, on the printed rows: the damage to the bytes, and what the message says.
DESKS = row(ROWS, '"jaarcijfers_2023","service_desks.desk_contacts"')


def substituted(old: str, new: str, line: str = PENDING):
    """Damage one line."""
    return lambda text: text.replace(line.encode(), line.replace(old, new, 1).encode())


UNREADABLE = {
    "column missing": (
        substituted(',"year_before"', "", HEADER),
        [', line 1: the header is "publication_code"', 'expected "publication_code"', '"year_before"'],
    ),
    "columns exchanged": (
        substituted('"newest","year_before"', '"year_before","newest"', HEADER),
        [", line 1: the header is ", '"year_before", "newest"'],
    ),
    "a space in the header": (substituted("newest", "newest ", HEADER), [', line 1: the header is "', '"newest "']),
    "header in capitals": (substituted(HEADER, HEADER.upper(), HEADER), [", line 1: the header is", '"NEWEST"']),
    "no header": (substituted(HEADER, "", HEADER), [', line 1: the header is "jaarcijfers_2023"']),
    "semicolons": (lambda text: text.replace(b",", b";"), [", line 1: the fields are separated by semicolons"]),
    "tabs": (lambda text: text.replace(b'","', b'"\t"'), [", line 1: "]),
    "unclosed quote in the header": (substituted('"newest', "newest", HEADER), [", line 1: "]),
    "bad UTF-8": (
        lambda text: text.replace("loketafspraken)\u2019".encode(), b"loketafspraken)\x92"),
        [f", line {number(ROWS, DESKS)}: byte 0x92", "save the file as UTF-8"],
    ),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), [", line 1: byte 0xFF", "save the file as UTF-8"]),
    "empty file": (lambda text: b"", [", line 1: the header is missing"]),
    "no rows": (lambda text: HEADER.encode(), [": there are no rows below the header"]),
    "unclosed quote": (substituted('behandeling"', "behandeling"), [f", line {number(ROWS, PENDING)}: a quote is not closed"]),
    "cut off": (lambda text: text[: text.index(PENDING.encode()) + 99], [f", line {number(ROWS, PENDING)}: "]),
    "a comma too many": (substituted(",", ",,"), [f", line {number(ROWS, PENDING)}: 10 fields"]),
    "a comma too few": (substituted(',"table"', ""), [f", line {number(ROWS, PENDING)}: 8 fields"]),
    "a blank line": (substituted(HEADER, HEADER + "\n", HEADER), [", line 2: 0 fields", "blank line"]),
    "a row of commas": (substituted(HEADER, HEADER + ",,,,,,,,\n", HEADER), [", line 2: publication_code is empty"]),
    "a merged cell": (substituted('"Asiel"', ""), [f", line {number(ROWS, PENDING)}: chapter_label is empty", "merged cell"]),
    "the word null": (substituted("45.640", "NULL"), ['newest is "NULL"', "leave the field empty"]),
    "a space after a label": (substituted("behandeling", "behandeling "), ['row_label is "In behandeling "']),
    "two spaces in a label": (substituted("In behandeling", "In  behandeling"), ['row_label is "In  behandeling"']),
    "a space before a figure": (substituted("45.640", " 45.640"), ['newest is " 45.640"', "remove the space"]),
    "a non-breaking space": (substituted("In behandeling", "In\u00a0behandeling"), ['"In<U+00A0>behandeling"', "invisible"]),
    "a soft hyphen": (
        substituted("45.640", "45\u00ad.640"),
        ['newest is "45<U+00AD>.640", with an invisible character'],
    ),
    "a line break": (substituted("45.640", "45.640\n"), [f', line {number(ROWS, PENDING)}: newest is "45.640<U+000A>"']),
}


@pytest.fixture
def seeds_copy(tmp_path):
    """A copy of the seeds of the pinned publications, and of dbt_project.yml."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    write_seeds(tmp_path, PINNED)
    shutil.copy(ROOT / "dbt_project.yml", tmp_path)
    assert check_seeds(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_file(seeds_copy, kind):
    """An unreadable file gives one message, with file and line."""
    damage, texts = UNREADABLE[kind]
    path = seeds_copy / ROWS
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert path.read_bytes() != before
    (message,) = check_seeds(seeds_copy)
    assert message.startswith(ROWS)
    assert said([message], *texts)


@pytest.mark.parametrize(
    ("path", "old", "new", "text"),
    [
        (EXTERNAL_TOTALS, ",2021,24740,", ",2021.2,24740,", 'reference_year is "2021.2"; write a whole number'),
        (REMARKS, '"rounded otherwise",50,', '"rounded otherwise","0,5",', 'half_width is "0,5"; write a number with a decimal'),
        (PUBLICATIONS, '"jaarcijfers_2023",2023,false', '"jaarcijfers_2023",2023,no', 'is_partial is "no"; write true or false'),
        (
            NATIONALITIES,
            "Oekraïense",
            "Oekrai\u0308ense",
            'name_nl is "Oekrai<U+0308>ense", with an invisible character',
        ),
        (SECOND, PENDING_AGAIN, PENDING_AGAIN.rpartition(',"a program')[0] + ",\n", "read_by is empty"),
        (SECOND_PLACES, FIRST_AGAIN, FIRST_AGAIN.replace(",1,", ',"1.",'), 'rank is "1."; write a whole number'),
        (PLACES, FIRST, FIRST.replace("Syrische", ""), "printed_nationality is empty"),
    ],
)
def test_field_of_another_file(seeds_copy, path, old, new, text):
    """The fields of other files are checked too; dbt would round or refuse them, or read them as null."""
    for name, content in damaged([(path, old, new)]).items():
        (seeds_copy / name).write_bytes(content)
    (message,) = check_seeds(seeds_copy)
    assert message.startswith(f"{path}, line ") and text in message


def test_lines_after_a_line_break(seeds_copy):
    """Line numbers after a field with a line break still match those in a text editor."""
    broken = [changed(ROWS, DECISIONS, "27.670", "27.670\n"), changed(ROWS, PENDING, "45.640", "45.640 ")]
    (seeds_copy / ROWS).write_bytes(damaged(broken)[ROWS])
    first, second = check_seeds(seeds_copy)
    assert first.startswith(f"{place(ROWS, DECISIONS)}: ")
    assert second.startswith(f"{ROWS}, line {number(ROWS, PENDING) + 1}: ")


def test_harmless_differences(seeds_copy):
    """A byte order mark and Windows line endings are accepted."""
    path = seeds_copy / ROWS
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_seeds(seeds_copy) == []


def test_file_of_another_name(seeds_copy):
    """A file in capitals, a missing file, and a file without a description are reported."""
    (seeds_copy / ROWS).rename(seeds_copy / ROWS.replace(".csv", ".CSV"))
    (seeds_copy / "seeds" / "printed" / "forgotten.csv").write_text("a\n1\n", "utf-8")
    forgotten, other, gone = check_seeds(seeds_copy)
    assert forgotten.startswith("seeds/printed/forgotten.csv is not described in any .yml file in its folder;")
    assert other.startswith("seeds/printed/printed_rows.CSV is not described in any .yml file in its folder;")
    assert gone.startswith(f"{ROWS} does not exist, but a .yml file in its folder describes it;")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("dbt_project.yml", "vars:", "vars: ["),
        ("seeds/printed/printed.yml", "seeds:", "seeds: ["),
        ("seeds/printed/printed.yml", "seeds:", "seed:"),
        ("seeds/printed/printed.yml", "read_by: varchar}", "}"),
        ("seeds/printed/printed.yml", "\n    columns:", "\n    column:"),
    ],
)
def test_yaml_that_cannot_be_read(seeds_copy, path, old, new):
    """A file that is not valid YAML, or does not describe seeds, is named."""
    text = (seeds_copy / path).read_text("utf-8")
    assert old in text
    (seeds_copy / path).write_text(text.replace(old, new, 1), "utf-8")
    (message,) = check_seeds(seeds_copy)
    assert message.startswith(f"{path} cannot be parsed:")


TALENT_PENDING = row(ROWS, '"jaarcijfers_2023","knowledge_talent.pending"')
TALENT_PENDING_AGAIN = row(SECOND, '"jaarcijfers_2023","knowledge_talent.pending",2023')
DESKS_MARK = row(FOOTNOTES, '"jaarcijfers_2023",7,')


def placed_now(path: str, line: str) -> str:
    """Name a line of the project's own seeds as in messages."""
    return f"{path}, line {(ROOT / path).read_text('utf-8').splitlines(keepends=True).index(line) + 1}"


WHOLE_BUILDS = {
    # a singular test, which sorts line 9 before 62; a generic test with a where that must not shift lines; one of dbt's own tests
    "data tests": (
        [
            changed(ROWS, PENDING, "45.640", "45.641"),
            changed(SECOND, TALENT_PENDING_AGAIN, "1.850", "1.350"),
            (
                "seeds/reference/reference.yml",
                "enum: {mark_state: [printed, damaged, lost]}}}",
                "enum: {mark_state: [printed, lost]}}, config: {where: footnote_number > 4}}",
            ),
            (
                "models/marts/dim_metrics.yml",
                "fits_schema: {name: fits_schema_dim_metrics, arguments: {enum: {direction: [better, worse, neither]}}}",
                "unique: {arguments: {column_name: direction}, config: "
                "{where: metric_code like 'backlog%', store_failures: true, limit: 1}}",
            ),
        ],
        [
            f"{placed_now(ROWS, TALENT_PENDING)}: Kennis & Talent",
            f"{placed_now(ROWS, PENDING)}: Spoor 4",
            f'{placed_now(FOOTNOTES, DESKS_MARK)}: mark_state is "damaged"; write one of printed, lost',
            'dim_metrics: direction fails where unique_field is "worse" and n_records is 2;',
        ],
    ),
    "header": ([(ROWS, HEADER, HEADER.replace("year_before", "year before", 1))], [f"{ROWS}, line 1: the header is"]),
    "metric": ([("dbt_project.yml", "falls_with: [timely_share]", "falls_with: []")], ["the formula uses timely_share"]),
}


@pytest.mark.parametrize("kind", WHOLE_BUILDS)
def test_whole_build(project_copy, kind):
    """The command prints the messages in order without a traceback, exits with status 1, and keeps the published file."""
    changes, messages = WHOLE_BUILDS[kind]
    published = project_copy / "ind_warehouse.duckdb"
    before = published.read_bytes()
    for path, old, new in changes:
        file = project_copy / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 1
    found = [run.stderr.find(message) for message in messages]
    assert -1 not in found and found == sorted(found), run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert run.stderr.splitlines()[-1] == "Not published: ind_warehouse.duckdb is unchanged."
    assert published.read_bytes() == before
