"""Every published figure, recomputed from the seed files in exact fractions and by a different method than the SQL.

The SQL uses rises_with and falls_with to find the bounds of a formula. Here each formula is evaluated at all corners of the box
spanned by its inputs' bounds; the smallest and largest results are the bounds.
"""

import re
from collections import defaultdict
from datetime import date
from fractions import Fraction
from itertools import pairwise, product

import pytest
import yaml

from conftest import ROOT
from conftest import read_seed as seed

BASE_YEAR = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"]["index_base_year"]
TOLERANCE = 1e-9
MISSING = "-"
NOTHING = (None, None, None)

# the formulas by definition: CEPEJ's clearance rate and disposition time, and accounting identities
METRICS = {
    "backlog_change": lambda pending, pending_previous: pending - pending_previous,
    "backlog_change_pct": lambda pending, pending_previous: pending / pending_previous - 1,
    "decision_to_application_ratio": lambda decisions, applications: decisions / applications,
    "net_inflow": lambda applications, decisions: applications - decisions,
    "stock_flow_residual": lambda pending, pending_previous, applications, decisions: (
        pending - pending_previous - (applications - decisions)
    ),
    "disposition_time_days": lambda pending, decisions: 365 * pending / decisions,
    "outcome_decisions": lambda decisions, outcome_share: decisions * outcome_share,
    "timely_decisions": lambda decisions, timely_share: decisions * timely_share,
    "late_decisions": lambda decisions, timely_share: decisions * (1 - timely_share),
}
# the labels of a row, and its figures, from the edition's year back
PLACE = ("chapter_label", "table_label", "row_label", "printed_in")
YEARS = ("newest", "year_before", "two_years_before")
OUTCOMES = ("granted", "permit_withdrawn", "objection_well_founded")
TRACKS = ("asylum_track_1", "asylum_track_2", "asylum_track_4")
FLOWS_AND_STOCK = ("applications", "decisions", "pending")


def figure(text: str, unit: str, number_format: str) -> tuple[Fraction, Fraction]:
    """Parse a printed figure with its unit and its publication's number format.

    Returns:
        Its value and half its rounding step: counts that end in 0 are rounded to tens, all else to the last digit.
    """
    marks = {".": "", ",": "."} if number_format == "nl" else {",": ""}
    digits = re.search("[0-9.,]+", text).group().translate(str.maketrans(marks))
    scale = {"share": Fraction(1, 100), "eur": Fraction(10**6)}.get(unit, Fraction(1))
    value = Fraction(digits) * scale
    if unit == "count":
        return value, Fraction(0) if value % 10 else Fraction(5)
    return value, scale / 10 ** len(digits.partition(".")[2]) / 2


@pytest.fixture(scope="module")
def publications() -> dict[str, dict]:
    """The publications, by code."""
    return {row["publication_code"]: row for row in seed("publications")}


@pytest.fixture(scope="module")
def printed(publications) -> dict[tuple, tuple]:
    """Each printed cell as (value, half-width, unit, place), by series, reference year and edition; a dash has no values."""
    units = {row["measure_code"]: row["unit"] for row in seed("measures")}
    otherwise = {
        (row["publication_code"], row["series_code"], row["reference_year"]): Fraction(row["half_width"])
        for row in seed("remarks")
        if row["half_width"]
    }
    found = {}
    for row in seed("printed_rows"):
        code, series, *place = (row[name] for name in ("publication_code", "series_code", *PLACE))
        edition, unit = int(publications[code]["edition_year"]), units[series.split(".")[1]]
        for year, text in ((edition - age, row[name]) for age, name in enumerate(YEARS) if row[name]):
            value = width = None
            if text != MISSING:
                value, width = figure(text, unit, publications[code]["number_format"])
                width = otherwise.get((code, series, str(year)), width)
            assert (series, year, edition) not in found
            found[series, year, edition] = (value, width, unit, (code, *place, text))
    return found


@pytest.fixture(scope="module")
def observations(printed) -> dict[tuple, tuple]:
    """Each printed cell as (value, lower, upper, place); bounds are at least zero, and shares at most one."""
    found = {}
    for key, (value, width, unit, place) in printed.items():
        ceiling = 1 if unit == "share" else None
        bounds = NOTHING if value is None else (value, max(value - width, 0), min(value + width, ceiling or value + width))
        found[key] = (*bounds, place)
    return found


@pytest.fixture(scope="module")
def newest(observations) -> dict[tuple, list]:
    """Value and bounds by series and reference year, from the newest edition that prints them."""
    in_order = sorted(observations.items(), key=lambda item: item[0][2])
    return {(series, year): values for (series, year, _), (*values, _) in in_order}


@pytest.fixture(scope="module")
def editions(printed) -> dict[tuple, list[int]]:
    """The editions that print a series and year, in order."""
    found = defaultdict(list)
    for series, year, edition in sorted(printed):
        found[series, year].append(edition)
    return found


@pytest.fixture(scope="module")
def restated(printed, editions) -> set[tuple]:
    """Series, year and edition of each figure that differs from the previous edition's by more than rounding."""
    found = set()
    for (series, year), of_figure in editions.items():
        for earlier, later in pairwise(of_figure):
            (old, rough, *_), (new, fine, *_) = (printed[series, year, edition] for edition in (earlier, later))
            if old != new and (None in (old, new) or rough == fine or abs(old - new) > rough + fine):
                found.add((series, year, later))
    return found


@pytest.fixture(scope="module")
def compared(observations, editions, restated):
    """A function that compares two years of a series so that a restatement is not mistaken for a change."""

    def compare(series: str, year: int, other: int, is_index: bool = False) -> tuple | None:
        """Return both figures, their editions, and whether they are current and printed together; None if not comparable."""
        if not {(series, year), (series, other)} <= editions.keys():
            return None
        current = (editions[series, year][-1], editions[series, other][-1])
        both = set(editions[series, year]).intersection(editions[series, other])
        chosen = (max(both),) * 2 if both else current
        between = range(min(year, other), max(year, other) + 1)
        if not both and any(
            restated_series == series and (restated_year in between if is_index else edition > min(current))
            for restated_series, restated_year, edition in restated
        ):
            return None
        found = [[observations[series, *at][:3] for at in zip((year, other), of, strict=True)] for of in (chosen, current)]
        if any(numbers[0] is None for pair in found for numbers in pair):
            return None
        same_as_now = all(one[0] == now[0] for one, now in zip(*found, strict=True))
        return *found[0], chosen, bool(both) and same_as_now

    return compare


@pytest.fixture(scope="module")
def caseload(newest, compared, restated) -> dict[tuple, dict]:
    """The inputs of the metrics as (value, lower, upper), by product and year, from the newest edition.

    Compared stocks are from the same edition.
    """
    columns = {name: name for name in (*FLOWS_AND_STOCK, "timely_share")}
    columns |= {f"{kind}_share": "outcome_share" for kind in OUTCOMES}
    inputs = defaultdict(dict)
    for (series, year), values in newest.items():
        product_code, measure = series.split(".")
        if measure in columns:
            inputs[product_code, year][columns[measure]] = values
            if columns[measure] == "outcome_share":
                inputs[product_code, year]["outcome_kind"] = measure.removesuffix("_share")
    pairs = {(code, year): compared(f"{code}.pending", year, year - 1) for code, year in inputs}

    def noted(year: int, of_pairs: dict[str, tuple]) -> bool:
        """Return whether stocks are not current or not printed together, or flows were restated in a later edition."""
        flows = {f"{code}.{flow}" for code in of_pairs for flow in ("applications", "decisions")}
        newest_stocks = max(max(chosen) for *_, chosen, _ in of_pairs.values())
        later = [edition for series, of_year, edition in restated if of_year == year and series in flows]
        return not all(as_now for *_, as_now in of_pairs.values()) or max(later, default=0) > newest_stocks

    for (code, year), values in inputs.items():
        if pair := pairs[code, year]:
            values["compared"], values["pending_previous"], *_ = pair
            values["noted"] = noted(year, {code: pair})
    # the sum of the tracks if all have a figure; its compared stocks if all are from the same editions, or all current
    for year in {year for code, year in inputs if code in TRACKS}:
        of_tracks = [inputs.get((track, year), {}) for track in TRACKS]
        summed = {
            name: at_corners(lambda *parts: sum(parts), [values.get(name, NOTHING) for values in of_tracks])
            for name in (*FLOWS_AND_STOCK, "compared", "pending_previous")
        }
        of_pairs = {track: pair for track in TRACKS if (pair := pairs.get((track, year)))}
        as_now = all(as_now for *_, as_now in of_pairs.values())
        if len(of_pairs) == len(TRACKS) and (as_now or len({chosen for *_, chosen, _ in of_pairs.values()}) == 1):
            summed["noted"] = noted(year, of_pairs)
        else:
            summed |= {"compared": NOTHING, "pending_previous": NOTHING}
        if any(summed[name][0] is not None for name in FLOWS_AND_STOCK):
            inputs["asylum_tracks", year] = summed
    with_decisions = {code for (code, _), columns in inputs.items() if {"applications", "decisions"} <= columns.keys()}
    return {key: values for key, values in inputs.items() if key[0] in with_decisions}


def at_corners(formula, inputs: list[tuple]) -> tuple:
    """Evaluate a formula at its inputs' values and at all corners of the box of their bounds.

    Returns:
        The value, and the smallest and largest corner. All are None if an input is missing or the value divides by zero; the
        largest is None if a corner divides by zero.
    """
    if any(value is None for value, _, _ in inputs):
        return NOTHING
    corners, unbounded = [], False
    for corner in product(*((lower, upper) for _, lower, upper in inputs)):
        try:
            corners.append(formula(*corner))
        except ZeroDivisionError:
            unbounded = True
    try:
        return formula(*(value for value, _, _ in inputs)), min(corners), None if unbounded else max(corners)
    except ZeroDivisionError:
        return NOTHING


def metrics_of(inputs: dict) -> dict[str, tuple]:
    """Compute every metric of a product and year, each with its bounds."""
    found = {}
    for metric, formula in METRICS.items():
        names = formula.__code__.co_varnames
        if "pending_previous" in names:
            names = ["compared" if name == "pending" else name for name in names]
        found[metric] = at_corners(formula, [inputs.get(name, NOTHING) for name in names])
    return found


@pytest.fixture(scope="module")
def breaks() -> list[dict]:
    """The breaks, in the order in which notes list them."""
    return sorted(seed("breaks"), key=lambda row: (row["series_code"], row["reference_year"], row["kind"]))


def between(breaks: list[dict], years: tuple[int, int]) -> list[dict]:
    """Find the breaks between two years: changes within the span, and exceptional years at either end."""
    span = range(min(years), max(years) + 1)
    return [row for row in breaks if int(row["reference_year"]) in (years if row["kind"] == "exceptional_year" else span)]


def same(found: float | None, expected: Fraction | None) -> bool:
    """Compare a published number with an exact one."""
    if found is None or expected is None:
        return found is None and expected is None
    return abs(Fraction(found) - expected) <= TOLERANCE


def test_observations(published, publications, observations):
    """Exactly the printed cells are published, with value, bounds, labels and text."""
    rows = published.execute(
        "select series_code, reference_year, edition_year, value, value_lower, value_upper, observation_status,"
        " publication_code, chapter_label, table_label, row_label, printed_in, printed_value,"
        " observation_key, period_end, is_current, publication, address from marts.fct_observations"
    ).fetchall()
    assert {row[:3] for row in rows} == observations.keys()
    assert len(rows) == len(observations) == sum(bool(row[name]) for row in seed("printed_rows") for name in YEARS)
    for row in rows:
        *expected, cell = observations[row[:3]]
        assert all(map(same, row[3:6], expected)), (row, expected)
        # a dash withdraws the figure of an earlier edition
        older = [values[0] for place, values in observations.items() if place[:2] == row[:2] and place[2] < row[2]]
        dash = "M" if all(figure is None for figure in older) else "O"
        assert row[6] == (dash if expected[0] is None else "A"), row
        assert row[7:13] == cell, row
        key = f"{row[0]}/{row[1]}@{row[2]}"
        newer = [edition for series, year, edition in observations if (series, year) == row[:2] and edition > row[2]]
        assert row[13:16] == (key, date(row[1], 12, 31), not newer), row
        published_in = publications[row[7]]
        assert row[16:] == (published_in["publication"], published_in["address"] or None), row


def test_caseload(published, caseload, newest, breaks):
    """Every row has the printed flows, stock and shares, each metric with its bounds, and the breaks that it crosses."""
    measures = {row["measure_code"]: row for row in seed("measures")}
    words = {row["series_code"]: row for row in seed("series")}
    products = {row["product_code"]: row for row in seed("products")}
    kinds = {code: inputs["outcome_kind"] for (code, _), inputs in caseload.items() if "outcome_kind" in inputs}
    table = published.execute("select * from marts.fct_caseload").df()
    table = table.astype(object).where(table.notna(), None)
    assert {(row.product_code, row.reference_year) for row in table.itertuples()} == caseload.keys()
    assert len(table) == len(caseload)
    for row in table.to_dict("records"):
        inputs = caseload[row["product_code"], row["reference_year"]]
        assert row["caseload_key"] == f"{row['product_code']}/{row['reference_year']}"
        assert row["period_end"].date() == date(row["reference_year"], 12, 31)
        assert row["outcome_kind"] == kinds.get(row["product_code"]), row["caseload_key"]
        expected = {column: inputs.get(column, NOTHING) for column in (*FLOWS_AND_STOCK, "outcome_share", "timely_share")}
        expected |= metrics_of(inputs)
        for name, numbers in expected.items():
            found = [row[name + suffix] for suffix in ("", "_lower", "_upper")]
            assert all(map(same, found, numbers)), (row["caseload_key"], name, found, [n and float(n) for n in numbers])
        year = row["reference_year"]
        crossed = [one for one in between(breaks, (year - 1, year)) if (one["series_code"], year) in newest]
        for language in ("nl", "en"):
            notes = defaultdict(list)
            for one in crossed:
                code, measure = one["series_code"].split(".")
                role, part = measures[measure]["role"], products[code]
                name = words[one["series_code"]][f"name_{language}"] or measures[measure][f"name_{language}"]
                if code == row["product_code"] and role != "other":
                    notes[one[f"note_{language}"]].append(name)
                elif part["part_of"] == row["product_code"] and role in ("inflow", "outflow", "stock"):
                    notes[one[f"note_{language}"]].append(f"{name} ({part[f'short_name_{language}']})")
            expected = " ".join(f"{', '.join(names)}: {note}" for note, names in notes.items())
            assert row[f"break_note_{language}"] == (expected or None), row["caseload_key"]


def test_metrics(published, caseload):
    """The long table has exactly the metrics that can be computed."""
    units = {"backlog_change_pct": "ratio", "decision_to_application_ratio": "ratio", "disposition_time_days": "days"}
    expected = {}
    for (code, year), inputs in caseload.items():
        for metric, numbers in metrics_of(inputs).items():
            if numbers[0] is not None:
                expected[f"{code}/{year}/{metric}"] = (code, year, metric, units.get(metric, "count"), numbers)
    rows = published.execute(
        "select metric_key, product_code, reference_year, metric_code, unit, value, value_lower, value_upper"
        " from marts.fct_metrics"
    ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(expected)
    for key, *place, value, lower, upper in rows:
        *expected_place, numbers = expected[key]
        assert place == expected_place, key
        assert all(map(same, (value, lower, upper), numbers)), (key, value, lower, upper)


def test_trends(published, newest, compared, breaks):
    """Change of every series, and growth and index of counts and FTE, from comparable editions, with bounds."""
    units = {row["measure_code"]: row["unit"] for row in seed("measures")}
    formulas = {
        "change": lambda now, then: now - then,
        "growth": lambda now, then: now / then - 1,
        "index": lambda now, then: 100 * now / then,
    }
    expected = {}
    for series, year in newest:
        unit = units[series.split(".")[1]]
        for trend, formula in formulas.items() if unit in ("count", "fte") else [("change", formulas["change"])]:
            is_index = trend == "index"
            pair = compared(series, year, BASE_YEAR if is_index else year - 1, is_index)
            if pair and (numbers := at_corners(formula, pair[:2]))[0] is not None:
                numbers = (100, 100, 100) if is_index and year == BASE_YEAR else numbers
                unit_of_trend = {"change": unit, "growth": "ratio", "index": "index"}[trend]
                expected[f"{series}/{year}/{trend}"] = (unit_of_trend, numbers, (max(pair[2]), min(pair[2])))
    rows = published.execute(
        "select trend_key, unit, value, value_lower, value_upper, compared_with,"
        " edition_year, from_edition_year, break_note_nl, break_note_en from marts.fct_trends"
    ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(expected)
    for key, unit, value, lower, upper, compared_with, edition, from_edition, *notes in rows:
        assert (unit, (edition, from_edition)) == (expected[key][0], expected[key][2]), key
        assert all(map(same, (value, lower, upper), expected[key][1])), (key, value, lower, upper)
        series, year, trend = key.split("/")
        assert compared_with == (BASE_YEAR if trend == "index" else int(year) - 1), key
        of_series = [row for row in breaks if row["series_code"] == series]
        crossed = between(of_series, (compared_with, int(year)))
        expected_notes = [" ".join(row[f"note_{language}"] for row in crossed) or None for language in ("nl", "en")]
        assert notes == expected_notes, key


def test_revisions(published, observations):
    """Successive editions of a series and year are compared; if their intervals do not meet, it is a revision."""
    editions = defaultdict(list)
    for series, year, edition in sorted(observations):
        editions[series, year].append((edition, observations[series, year, edition]))
    expected = {}
    for (series, year), printed in editions.items():
        for (earlier, (old, low, high, _)), (later, (new, lowest, highest, _)) in pairwise(printed):
            parts = [(new, lowest, highest), (old, low, high)]
            unalike = highest < low or lowest > high if None not in (old, new) else old != new
            revision = at_corners(lambda now, then: now - then, parts)
            expected[f"{series}/{year}@{earlier}-{later}"] = (series, year, earlier, later, unalike, (old, new, *revision))
    rows = published.execute(
        "select revision_key, series_code, reference_year, from_edition, to_edition, beyond_rounding,"
        " value_from, value_to, revision, revision_lower, revision_upper from marts.fct_revisions"
    ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(expected)
    for key, *place, value_from, value_to, revision, lower, upper in rows:
        *expected_place, numbers = expected[key]
        assert place == expected_place, key
        assert all(map(same, (value_from, value_to, revision, lower, upper), numbers)), key


# sums to check: the whole, its parts, the relation, and the verdict if it fails
SUMS = {
    "workforce_total": ("workforce.total_staff", ["workforce.civil_servants", "workforce.external_staff"], "=", "differs"),
    "family_reclassification": (
        "family_incl_echr8.applications",
        ["family.applications", "family_reunification_echr8.applications"],
        "=",
        "differs",
    ),
    "first_asylum_within_tracks": (
        "first_asylum_applications.applications",
        [f"{track}.applications" for track in TRACKS],
        "<=",
        "unexplained",
    ),
}


def test_reconciliation(published, newest, caseload):
    """Every check with printed figures is made, with residual, share, bounds and verdict."""
    expected, external, noted = {}, {}, set()
    names = {row["check_code"]: (row["name_nl"], row["name_en"]) for row in seed("checks")}

    def judge(key, found, wanted, share, relation, otherwise):
        residual = found[0] - wanted[0]
        reach = found[2] - wanted[1] if residual < 0 else found[1] - wanted[2]
        if residual == 0 or (relation == "<=" and residual < 0):
            verdict = "holds"
        else:
            verdict = "within_rounding" if found[1] <= wanted[2] and wanted[1] <= found[2] else otherwise
        expected[key] = (relation, otherwise, verdict, (wanted[0], found[0], residual, abs(residual - reach), *share))

    for (code, year), inputs in caseload.items():
        stock, before, came, went = (
            inputs.get(name, NOTHING) for name in ("compared", "pending_previous", "applications", "decisions")
        )
        wanted = at_corners(lambda stock, came, went: stock + came - went, [before, came, went])
        if stock[0] is not None and wanted[0] is not None:
            share = at_corners(
                lambda stock, before, came, went: (stock - before - came + went) / went, [stock, before, came, went]
            )
            judge(f"stock_flow/{code}/{year}", stock, wanted, share, "=", "unexplained")
            if inputs["noted"]:
                noted.add(f"stock_flow/{code}/{year}")
    for check, (whole, parts, relation, otherwise) in SUMS.items():
        for year in {year for series, year in newest if series == whole}:
            printed = [newest.get((part, year), NOTHING) for part in parts]
            wanted = at_corners(lambda *parts: sum(parts), printed)
            if wanted[0] is not None:
                share = at_corners(lambda found, wanted: found / wanted - 1, [newest[whole, year], wanted])
                place = "workforce/" if check == "workforce_total" else ""
                judge(f"{check}/{place}{year}", newest[whole, year], wanted, share, relation, otherwise)
    for row in seed("external_totals"):
        year, (code, measure) = int(row["reference_year"]), row["series_code"].split(".")
        found = newest.get((row["series_code"], year)) or caseload[code, year][measure]
        value = Fraction(row["value"])
        wanted = (value, value - Fraction(row["margin_below"]), value + Fraction(row["margin_above"]))
        share = at_corners(lambda found, wanted: found / wanted - 1, [found, wanted])
        key = f"external_{row['publisher'].lower()}/{row['series_code']}/{year}"
        judge(key, found, wanted, share, "=", "differs")
        publication = f"{row['publisher']}, {row['publication']}"
        external[key] = (publication, row["address"], row["register"], row["note_nl"], row["note_en"])

    rows = published.execute(
        "select check_key, check_code, product_code, reference_year, relation, must_hold, verdict, name_nl, name_en,"
        " expected_from, address, register, note_nl, note_en,"
        " expected, found, residual, tolerance, residual_share, residual_share_lower, residual_share_upper"
        " from marts.fct_reconciliation"
    ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(expected)
    for key, check, code, year, relation, must_hold, verdict, *texts in rows:
        expected_relation, otherwise, expected_verdict, expected_numbers = expected[key]
        numbers, texts = texts[7:], texts[:7]
        assert (relation, verdict) == (expected_relation, expected_verdict), key
        assert tuple(texts[:2]) == names[check], key
        if key in external:
            assert tuple(text or "" for text in texts[2:]) == external[key], key
            assert key.startswith(f"{check}/{code}.") and key.endswith(f"/{year}"), key
        else:
            assert texts[3:5] == [None, None], key
            assert [bool(note) for note in texts[5:]] == [key in noted] * 2, key
            assert key == "/".join(str(part) for part in (check, code, year) if part is not None)
        assert must_hold == (otherwise == "differs" and key not in external), key
        assert all(map(same, numbers, expected_numbers)), (key, numbers, [float(n) for n in expected_numbers])


def test_wide_tables(published, newest):
    """The tables with one row per year have the printed figures of their series, and the external share of staff with bounds."""
    columns = {
        "fct_workforce": {name: f"workforce.{name}" for name in ("civil_servants", "external_staff", "total_staff")},
        "fct_court_cases": {
            "residence_received": "court_cases_residence.applications",
            "residence_handled": "court_cases_residence.decisions",
            "other_received": "court_cases_other.applications",
            "other_handled": "court_cases_other.decisions",
            **{f"upheld_share_{kind}": f"court_cases_residence.upheld_share_{kind}" for kind in ("asylum", "regular")},
            **{
                f"further_appeal_share_{kind}": f"further_appeals_by_ind.further_appeal_share_{kind}"
                for kind in ("asylum", "regular")
            },
        },
        "fct_complaints": {
            "notices_received": "notices_of_default.received",
            "notices_timely_share": "notices_of_default.handled_timely_share",
            "penalty_payments": "notices_of_default.penalty_payments",
            "complaints_received": "complaints.received",
            "complaints_timely_share": "complaints.handled_timely_share",
        },
    }
    for table, series_of in columns.items():
        relation = published.execute(f"select * from marts.{table}")
        names = [column[0] for column in relation.description]
        rows = {row["reference_year"]: row for row in (dict(zip(names, values, strict=True)) for values in relation.fetchall())}
        assert rows.keys() == {year for series, year in newest if series in series_of.values()}
        for year, row in rows.items():
            assert (row[f"{table.removeprefix('fct_')}_key"], row["period_end"]) == (
                f"{table.removeprefix('fct_')}/{year}",
                date(year, 12, 31),
            )
            for column, series in series_of.items():
                expected = newest.get((series, year), NOTHING)
                bounds = [name for name in (column, f"{column}_lower", f"{column}_upper") if name in row]
                assert all(map(same, (row[name] for name in bounds), expected)), (table, year, column)
            if table == "fct_workforce":
                parts = [newest.get((f"workforce.{part}", year), NOTHING) for part in ("external_staff", "civil_servants")]
                expected = at_corners(lambda external, civil: external / (external + civil), parts)
                found = [row[f"external_share{suffix}"] for suffix in ("", "_lower", "_upper")]
                assert all(map(same, found, expected)), (year, found)


# the footnotes in the document, entered independently of the seeds: product, and measures if any
FOOTNOTES = {
    2023: {
        1: ("family", None),
        2: ("first_asylum_applications", "applications"),
        3: ("asylum_track_4", None),
        4: ("asylum_family_reunification", "arrivals"),
        5: ("documents", "withdrawal_agreement_temporary_documents", "withdrawal_agreement_permanent_documents"),
        6: ("documents", "frontier_worker_documents"),
        7: ("service_desks", "desk_contacts"),
        8: ("notices_of_default", None),
    }
}


# some of the breaks, entered independently of the seeds
ODD_YEARS = {
    2020: [
        f"{code}.{flow}" for code in ("knowledge_talent", "students", "labour_migrants") for flow in ("applications", "decisions")
    ]
    + ["family_incl_echr8.applications", "first_asylum_applications.applications"],
    2021: [f"naturalisation.{measure}" for measure in ("applications", "decisions", "pending")]
    + [f"documents.withdrawal_agreement_{kind}_documents" for kind in ("temporary", "permanent")],
}
BREAKS = {(series, year, "exceptional_year") for year, codes in ODD_YEARS.items() for series in codes} | {
    ("asylum_track_4.timely_share", 2022, "law"),
    ("asylum_family_reunification.timely_share", 2022, "law"),
    ("notices_of_default.received", 2020, "law"),
    ("notices_of_default.received", 2022, "law"),
    ("notices_of_default.received", 2023, "registration"),
}


def test_top_nationalities(published, publications):
    """Each printed rank is published with its product, nationality and heading."""
    names = {row["nationality_code"]: (row["name_nl"], row["name_en"]) for row in seed("nationalities")}
    expected = []
    for row in seed("top_nationalities"):
        edition = publications[row["publication_code"]]["edition_year"]
        product_code, code = row["product_code"], row["nationality_code"]
        year, rank = int(row["list_heading"][-4:] or edition), int(row["printed_rank"].removesuffix("."))
        place = (f"{product_code}/{year}/{rank}@{edition}", int(edition), year, product_code)
        ranked_by = "applications" if "aanvragen" in row["list_heading"] else None
        expected.append((*place, ranked_by, rank, code, *names[code], row["printed_nationality"]))
    assert sorted(published.execute("from marts.fct_top_nationalities").fetchall()) == sorted(expected)


def test_footnotes(published, publications):
    """Each footnote is attached to its table or row, in dim_footnotes and on every figure it applies to."""
    by_hand = {
        (edition, number, code, measure and f"{code}.{measure}")
        for edition, footnotes in FOOTNOTES.items()
        for number, (code, *measures) in footnotes.items()
        for measure in measures
    }
    expected = {
        (
            int(publications[row["publication_code"]]["edition_year"]),
            int(row["footnote_number"]),
            row["product_code"],
            row["series_code"] or None,
        )
        for row in seed("footnotes")
    }
    assert {place for place in expected if place[0] in FOOTNOTES} == by_hand
    found = published.execute(
        "select edition_year, footnote_number, product_code, series_code, footnote_key from marts.dim_footnotes"
    ).fetchall()
    assert {row[:4] for row in found} == expected
    assert all(key == f"{number}/{series or code}@{edition}" for edition, number, code, series, key in found)
    figures = published.execute(
        "select edition_year, product_code, series_code, footnote_numbers from marts.fct_observations"
    ).fetchall()
    for edition, code, series, numbers in figures:
        places = ((edition, code, None), (edition, code, series))
        here = sorted(number for place_edition, number, *place in expected if (place_edition, *place) in places)
        assert numbers == (", ".join(map(str, here)) or None), series


def test_remarks(published, observations):
    """A remark appears with its figure, and with the same figure in other editions unless it is about the page."""
    values = {(key[:2], cell[0]): value for key, (value, *_, cell) in observations.items()}
    expected = defaultdict(dict)
    for row in seed("remarks"):
        place = row["series_code"], int(row["reference_year"])
        for key, (value, *_, cell) in observations.items():
            of_page = row["kind"] in ("rounded otherwise", "printed otherwise")
            same = value is not None and value == values.get((place, row["publication_code"])) and not of_page
            if key[:2] == place and (cell[0] == row["publication_code"] or same):
                expected[key][row["kind"]] = row["remark_en"]
    for key, (value, *_) in observations.items():
        older = max(
            (other for other in observations if other[:2] == key[:2] and other[2] < key[2]), default=None, key=lambda k: k[2]
        )
        if value is None and older and observations[older][0] is not None:
            text = f"Edition {older[2]} printed {observations[older][-1][-1]} here, edition {key[2]} prints a dash."
            expected[key]["withdrawn"] = text
    found = published.execute(
        "select series_code, reference_year, edition_year, remark_en from marts.fct_observations where remark_en is not null"
    ).fetchall()
    assert {tuple(key): remark for *key, remark in found} == {
        key: " ".join(told[kind] for kind in sorted(told)) for key, told in expected.items()
    }


def test_dimensions(published, publications, observations):
    """The dimensions match the lists in seeds/reference, and products with decisions name who decides."""

    def rows(query: str) -> list[dict]:
        return published.execute(query).df().astype(object).to_dict("records")

    def text(value) -> str:
        return "" if value is None or value != value else str(value).lower() if isinstance(value, bool) else str(value)

    for table, key, columns in (
        (
            "products",
            "product_code",
            (
                "position",
                "product_group",
                "decided_by",
                "part_of",
                "name_nl",
                "name_en",
                "short_name_nl",
                "short_name_en",
                "note_nl",
                "note_en",
            ),
        ),
        ("measures", "measure_code", ("unit", "role", "stock_or_flow", "outcome_kind", "name_nl", "name_en")),
        ("nationalities", "nationality_code", ("alpha_2", "name_nl", "name_en", "country_nl", "country_en")),
    ):
        found = {text(row[key]): [text(row[column]) for column in columns] for row in rows(f"from marts.dim_{table}")}
        assert found == {row[key]: [row[column] for column in columns] for row in seed(table)}, table

    measures = {row["measure_code"]: row for row in seed("measures")}
    products = {row["product_code"]: row for row in seed("products")}
    series = {row["series_code"]: row for row in rows("from marts.dim_series")}
    assert series.keys() == {row["series_code"] for row in seed("series")}
    for row in seed("series"):
        found = series[row["series_code"]]
        code, measure = row["series_code"].split(".")
        for language in ("nl", "en"):
            name = row[f"name_{language}"] or measures[measure][f"name_{language}"]
            assert found[f"name_{language}"] == f"{products[code][f'name_{language}']}: {name}"
            assert text(found[f"note_{language}"]) == row[f"note_{language}"]
        assert found["half_width"] == {"count": 5, "share": 0.005, "fte": 0.5, "eur": 50_000}[measures[measure]["unit"]]

    broken = {(row["series_code"], int(row["reference_year"]), row["kind"]) for row in seed("breaks")}
    assert broken >= BREAKS
    columns = ("series_code", "reference_year", "kind", "note_nl", "note_en", "source")
    found = [[text(row[column]) for column in columns] for row in rows("from marts.dim_breaks")]
    assert sorted(found) == sorted([row[column] for column in columns] for row in seed("breaks"))
    columns = ("series_code", "reference_year", "kind", "half_width", "remark_nl", "remark_en", "source")
    found = [[text(row[column]).removesuffix(".0") for column in columns] for row in rows("from marts.dim_remarks")]
    assert sorted(found) == sorted([row[column] for column in columns] for row in seed("remarks"))

    for row in rows("from marts.dim_breaks"):
        assert row["break_key"] == f"{row['series_code']}/{row['reference_year']}/{row['kind']}"
        assert row["series_code"] == f"{row['product_code']}.{row['measure_code']}"

    for row in rows("from marts.dim_products"):
        assert bool(text(row["decided_by"])) == row["is_caseload"], row["product_code"]
        assert (text(row["decided_by"]) == "court") == row["product_code"].startswith("court_cases"), row["product_code"]
    for row in measures.values():
        assert (row["stock_or_flow"] == "stock") == (row["role"] == "stock" or row["unit"] == "fte"), row["measure_code"]
    assert sorted(int(row["position"]) for row in products.values()) == list(range(1, len(products) + 1))

    editions = {row["edition_year"]: row for row in rows("from marts.dim_editions")}
    assert editions.keys() == {int(row["edition_year"]) for row in publications.values()}
    for edition, found in editions.items():
        of_edition = {code: row for code, row in publications.items() if row["edition_year"] == str(edition)}
        # an edition is described by its whole publication, or else by its first page
        speaks = min(of_edition.values(), key=lambda row: row["is_partial"] == "true")
        for column in ("is_partial", "title", "publisher", "publication", "published", "address"):
            assert text(found[column]) == speaks[column], (edition, column)
        printed = {key: cell for key, (*_, cell) in observations.items() if key[2] == edition}
        assert found["printed_figures"] == len(printed)
        assert found["printed_tables"] == len({cell[:3] for cell in printed.values()})
        years = {year for _, year, _ in printed}
        assert (found["first_reference_year"], found["last_reference_year"]) == (min(years), max(years))
        lists = {row["product_code"] for row in seed("top_nationalities") if row["publication_code"] in of_edition}
        notes = {row["footnote_number"] for row in seed("footnotes") if row["publication_code"] in of_edition}
        assert (found["rankings"], found["footnotes"]) == (len(lists), len(notes))
