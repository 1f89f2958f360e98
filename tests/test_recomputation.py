"""Every column of the facts and dimensions, recomputed in exact fractions and by another method than the SQL; dim_metrics is not.

The SQL uses rises_with and falls_with to find the bounds of a formula. Here each formula is evaluated at all corners of the box
spanned by its inputs' bounds; the smallest and largest results are the bounds. pandas reads the seeds and reshapes them.
"""

import random
import re
import shutil
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from numbers import Number
from operator import attrgetter
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from next_edition import AGES, PRINTED, PUBLICATIONS, REMARKS, SECOND, NextEdition

from conftest import ROOT
from replay import Replay

BASE_YEAR = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"]["index_base_year"]
TOLERANCE = 1e-9
CELL, CASE = ["series_code", "reference_year"], ["product_code", "reference_year"]
COUNTS, SHARES = ["applications", "decisions", "pending"], ["outcome_share", "timely_share"]
STOCKS = ["stock", "stock_before"]
TRACKS = ["asylum_track_1", "asylum_track_2", "asylum_track_4"]

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
UNITS = {"backlog_change_pct": "ratio", "decision_to_application_ratio": "ratio", "disposition_time_days": "days"}
TRENDS = {
    "change": lambda now, then: now - then,
    "growth": lambda now, then: now / then - 1,
    "index": lambda now, then: 100 * now / then,
}
# the notes on comparisons, in the order of their parts
NOTES = {
    "nl": [
        "Geen publicatie die hier is opgenomen, vermeldt beide jaren: {} komt uit een publicatie over {}, {} uit een over {};"
        " die kunnen anders tellen.",
        "{}: editie {} vermeldt {}",
        "; deze vergelijking gebruikt editie {}.",
        "De stromen van {} zijn herzien in editie {}; de voorraden komen uit editie {}.",
    ],
    "en": [
        "No publication held here prints both years: {} is from one about {}, {} from one about {}; these may count differently.",
        "{}: edition {} prints {}",
        "; this comparison uses edition {}.",
        "The flows of {} were restated in edition {}; the stocks are from edition {}.",
    ],
}
# sums to check; an equation must hold
SUMS = {
    "workforce_total": "workforce.total_staff = workforce.civil_servants + workforce.external_staff",
    "family_reclassification": "family_incl_echr8.applications = family.applications + family_reunification_echr8.applications",
    "first_asylum_within_tracks": "first_asylum_applications.applications <= "
    "asylum_track_1.applications + asylum_track_2.applications + asylum_track_4.applications",
}


@dataclass(frozen=True)
class Figure:
    """A number with its bounds, and the editions that print it or its inputs; one cell of a column of figures."""

    value: Fraction | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None
    editions: frozenset = frozenset()


NOTHING = Figure()


def figure(text: str, unit: str, number_format: str) -> tuple[Fraction, Fraction]:
    """Parse a printed figure with its unit and its publication's number format.

    Returns:
        Its value and half its rounding step: counts that end in 0 are rounded to tens, other counts are exact, and all else is
        rounded to the last digit.
    """
    marks = {".": "", ",": "."} if number_format == "nl" else {",": ""}
    digits = re.search("[0-9.,]+", text).group().translate(str.maketrans(marks))
    scale = {"share": Fraction(1, 100), "eur": Fraction(10**6)}.get(unit, Fraction(1))
    value = Fraction(digits) * scale
    if unit == "count":
        return value, Fraction(0) if value % 10 else Fraction(5)
    return value, scale / 10 ** len(digits.partition(".")[2]) / 2


def at_corners(formula, *inputs: Figure) -> Figure:
    """Evaluate a formula at its inputs' values and, for the bounds, at all corners of the box of their bounds.

    NOTHING if an input is missing or the value divides by zero; the upper bound is None if a corner divides by zero.
    """
    if NOTHING in inputs:
        return NOTHING
    corners = []
    for corner in product(*((one.lower, one.upper) for one in inputs)):
        with suppress(ZeroDivisionError):
            corners.append(formula(*corner))
    try:
        value = formula(*(one.value for one in inputs))
    except ZeroDivisionError:
        return NOTHING
    upper = max(corners) if len(corners) == 2 ** len(inputs) else None
    return Figure(value, min(corners), upper, frozenset().union(*(one.editions for one in inputs)))


def each(formula, table: pd.DataFrame) -> pd.Series:
    """Evaluate a formula for each row, with each parameter from the column of figures of the same name."""
    inputs = table[[*formula.__code__.co_varnames]].to_numpy()
    return pd.Series([at_corners(formula, *row) for row in inputs], table.index, object)


def total(figures: pd.Series) -> Figure:
    """Add up figures."""
    return at_corners(lambda *parts: sum(parts), *figures)


def spread(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Replace columns of figures by columns of their values and bounds."""
    ends = {"_lower": attrgetter("lower"), "_upper": attrgetter("upper"), "": attrgetter("value")}
    return table.assign(**{name + end: table[name].map(part).astype(object) for name in names for end, part in ends.items()})


def dated(table: pd.DataFrame, name: str, prefix: str = "") -> pd.DataFrame:
    """Add the newest and the oldest edition of a column of figures."""
    years = pd.DataFrame([(max(one.editions, default=None), min(one.editions, default=None)) for one in table[name]], table.index)
    return table.assign(**{f"{prefix}edition_year": years[0], f"{prefix}from_edition_year": years[1]})


@dataclass(frozen=True)
class Warehouse:
    """A database with the marts, and the folder with the seeds that they were built from."""

    con: duckdb.DuckDBPyConnection
    folder: Path

    def seed(self, name: str) -> pd.DataFrame:
        """Read a seed into columns of objects: years and ranks are int, other numbers fractions, an empty field is NaN."""
        (path,) = (self.folder / "seeds").glob(f"*/{name}.csv")
        types = dict.fromkeys(("edition_year", "reference_year", "position", "footnote_number"), "int64")
        types |= {"is_partial": bool, "must_hold": bool}
        table = pd.read_csv(path, dtype=defaultdict(lambda: str, types), keep_default_na=False, na_values=[""])
        for column in table.columns.intersection(["half_width", "value", "margin_below", "margin_above"]):
            table[column] = table[column].map(Fraction, na_action="ignore")
        return table.astype(object)


def same(found, expected) -> bool:
    """Compare a published value with an exact one: numbers to within TOLERANCE, all else exactly."""
    if pd.isna(found) or pd.isna(expected):
        return pd.isna(found) and pd.isna(expected)
    if isinstance(expected, Number):
        return found == expected or abs(Fraction(found) - Fraction(expected)) <= TOLERANCE
    return found == expected


def agree(warehouse, mart: str, expected: pd.DataFrame, key: str) -> None:
    """Compare a mart with a table: the same rows, whose keys have this form, and each column."""
    found = warehouse.con.execute(f"from marts.{mart}").df()
    # NaN is null to pandas, but not to DuckDB
    assert tuple(found.count()) == warehouse.con.execute(f"select count(columns(*)) from marts.{mart}").fetchone(), mart
    if "period_end" in found:
        expected = expected.assign(period_end=pd.to_datetime(expected["reference_year"].astype(str) + "-12-31"))
    keys = [key.format_map(row) for row in expected[re.findall("{(.*?)}", key)].to_dict("records")]
    names = found.pop(found.columns[0]).tolist()
    assert sorted(names) == sorted(keys) and len(set(keys)) == len(keys), mart
    order = [keys.index(name) for name in names]
    for column in found.columns:
        rows = zip(names, found[column].tolist(), expected[column].to_numpy(object)[order], strict=True)
        assert [row for row in rows if not same(*row[1:])] == [], (mart, column)


def break_notes(warehouse, rows: pd.DataFrame, uses: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Add the notes on the breaks that the series used by each row cross, each after the names of its series."""
    breaks = warehouse.seed("breaks").rename(columns={"reference_year": "year"}).sort_values(["series_code", "year", "kind"])
    uses = uses.reindex(columns=["row", *CELL, "compared_with", "name_nl", "name_en"]).astype(object)
    found = breaks.merge(uses.merge(printed[CELL].drop_duplicates()), on="series_code")
    # negative between the years compared, zero at either end
    place = found["year"] - found["compared_with"].fillna(found["reference_year"] - 1)
    place *= found["year"] - found["reference_year"]
    found = found[place.eq(0) | (place.lt(0) & found["kind"].ne("exceptional_year"))]
    return noted(rows, found, "break_note")


def remark_notes(remarks: pd.DataFrame, rows: pd.DataFrame, uses: pd.DataFrame) -> pd.DataFrame:
    """Add the remarks on the figures used by each row, after the names of the series and, if it is another, the year."""
    uses = uses.reindex(columns=["row", *CELL, "compared_with", "name_nl", "name_en"]).astype(object)
    known = remarks[remarks["is_current"]].set_axis(remarks.columns.str.replace("remark_", "note_"), axis=1)
    found = uses.merge(known.rename(columns={"reference_year": "year"}), on="series_code").sort_values(
        ["series_code", "year", "kind"]
    )
    found = found[found["year"].eq(found["reference_year"]) | found["year"].eq(found["compared_with"])]
    year = (" " + found["year"].astype(str)).mask(found["year"].eq(found["reference_year"]), "")
    return noted(rows, found.assign(name_nl=found["name_nl"] + year, name_en=found["name_en"] + year), "remark")


def noted(rows: pd.DataFrame, found: pd.DataFrame, column: str) -> pd.DataFrame:
    """Add the notes found for each row, after the names of the series that they apply to."""
    for of in ("nl", "en"):
        # one note may apply to several series
        notes = found.groupby(["row", f"note_{of}"], sort=False)[f"name_{of}"].agg(lambda names: ", ".join(names.dropna()))
        notes = (notes + ": ").replace(": ", "") + notes.index.get_level_values(f"note_{of}")
        rows = rows.join(notes.groupby("row", sort=False).agg(" ".join).rename(f"{column}_{of}"))
    return rows


def wild(folder: Path, number: int) -> None:
    """Replace many printed figures by small ones, zeros, dashes and nothing, round some roughly, and read all of them again.

    Args:
        folder: The folder with the seeds.
        number: The seed of the random choice.
    """
    chance = random.Random(number)
    rows = pd.read_csv(folder / PRINTED, dtype=str, keep_default_na=False)

    def other(text: str) -> str:
        if not text or "mil" in text or "mln" in text or chance.random() < 0.5:
            return text
        small = str(chance.choice([0, 0, 4, 7, 10, 20]))
        return chance.choice(["", "-", small + "%" * text.endswith("%"), "100%" if text.endswith("%") else small])

    rows[[*AGES]] = rows[[*AGES]].map(other)
    rows.to_csv(folder / PRINTED, index=False)
    cells = rows.melt(["publication_code", "series_code"], [*AGES], "age", "printed_value").query("printed_value != ''")
    cells = cells.merge(pd.read_csv(folder / PUBLICATIONS)[["publication_code", "edition_year"]])
    cells["reference_year"] = cells["edition_year"] - cells["age"].map(AGES)
    columns = pd.read_csv(folder / SECOND).columns
    cells.assign(read_by="a person who invents").to_csv(folder / SECOND, columns=columns, index=False)
    # margins that reach zero
    is_small = cells["printed_value"].isin(["4", "7", "10", "20"]) & cells["series_code"].str.split(".").str[1].isin(COUNTS)
    rough = cells[is_small].iloc[::2]
    rough = rough.assign(kind="rounded otherwise", half_width=50, remark_nl="Ruw.", remark_en="Rough.", source="invented")
    remarks = pd.concat([pd.read_csv(folder / REMARKS), rough], join="inner")
    remarks.drop_duplicates(["publication_code", *CELL, "kind"]).to_csv(folder / REMARKS, index=False)


@pytest.fixture(scope="module", params=["published", 1, 8])
def warehouse(request, tmp_path_factory) -> Warehouse:
    """The published file, and two replays of its build with an invented edition and wild figures."""
    if request.param == "published":
        return Warehouse(request.getfixturevalue("published"), ROOT)
    folder = tmp_path_factory.mktemp("invented")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    edition = NextEdition(ROOT)
    for path, content in edition.files(edition.rows).items():
        (folder / path).write_bytes(content)
    wild(folder, request.param)
    replay = Replay(folder / "scratch", folder)
    replay.build_marts()
    return Warehouse(replay.con, folder)


@pytest.fixture(scope="module")
def series(warehouse) -> pd.DataFrame:
    """The series with the properties of their measures and products; ``row_nl`` and ``row_en`` name the printed row alone."""
    table = warehouse.seed("series")
    table[["product_code", "measure_code"]] = table["series_code"].str.split(".", expand=True)
    table = table.merge(warehouse.seed("measures"), on="measure_code", suffixes=("", "_measure"))
    table = table.merge(warehouse.seed("products"), on="product_code", suffixes=("", "_product"))
    for of in ("nl", "en"):
        table[f"row_{of}"] = table[f"name_{of}"].fillna(table[f"name_{of}_measure"])
        table[f"name_{of}"] = table[f"name_{of}_product"] + ": " + table[f"row_{of}"]
    return table


@pytest.fixture(scope="module")
def cells(warehouse, series) -> pd.DataFrame:
    """The printed cells with their publication and series; by series and year, the oldest edition first."""
    printed = warehouse.seed("printed_rows")
    cells = printed.melt(printed.columns.difference(AGES), var_name="age", value_name="printed_value").dropna()
    cells = cells.merge(warehouse.seed("publications")).merge(series, on="series_code")
    cells["reference_year"] = cells["edition_year"] - cells["age"].map(AGES)
    rounded = warehouse.seed("remarks").dropna(subset="half_width")
    cells = cells.merge(rounded[["publication_code", *CELL, "half_width"]], how="left")
    cells = cells.sort_values([*CELL, "edition_year"], ignore_index=True)
    assert len(cells) == printed[[*AGES]].count().sum() and not cells.duplicated([*CELL, "edition_year"]).any()

    def read(cell) -> tuple[Figure, Fraction | None]:
        if cell.printed_value == "-":
            return NOTHING, None
        value, half_width = figure(cell.printed_value, cell.unit, cell.number_format)
        half_width = half_width if pd.isna(cell.half_width) else cell.half_width
        upper = min(value + half_width, 1) if cell.unit == "share" else value + half_width
        return Figure(value, max(value - half_width, 0), upper, frozenset([cell.edition_year])), half_width

    cells["value"], cells["half_width"] = map(list, zip(*map(read, cells.itertuples()), strict=True))
    cells["is_current"] = ~cells.duplicated(CELL, keep="last")
    # a dash withdraws the figure of an earlier edition
    figures = cells[["edition_year", "printed_value"]].where(cells["value"].ne(NOTHING))
    cells = cells.join(figures.groupby([cells[name] for name in CELL]).ffill().add_suffix("_withdrawn"))
    status = cells["edition_year_withdrawn"].notna().map({True: "O", False: "M"})
    return cells.assign(observation_status=status.where(cells["value"].eq(NOTHING), "A"))


@pytest.fixture(scope="module")
def remarks(warehouse, cells) -> pd.DataFrame:
    """What is known of the cells that the page does not say.

    A remark also applies to the same figure in other editions, unless it is about how one page prints it; a dash
    withdraws a figure.
    """
    listed = warehouse.seed("remarks")
    found = listed.merge(cells[["publication_code", *CELL, "value"]]).merge(cells, on=CELL, suffixes=("_remarked", ""))
    values = found[["value", "value_remarked"]].map(attrgetter("value"))
    is_same = values["value"].notna() & values["value"].eq(values["value_remarked"])
    is_of_page = found["kind"].isin(["rounded otherwise", "printed otherwise"])
    found = found[found["publication_code"].eq(found["publication_code_remarked"]) | (is_same & ~is_of_page)]
    dashes = cells[cells["observation_status"].eq("O")].assign(kind="withdrawn")
    nl = "Editie {edition_year_withdrawn} vermeldde hier {printed_value_withdrawn}, editie {edition_year} een streepje."
    en = "Edition {edition_year_withdrawn} printed {printed_value_withdrawn} here, edition {edition_year} prints a dash."
    dashes["remark_nl"], dashes["remark_en"] = ([form.format(**row) for row in dashes.to_dict("records")] for form in (nl, en))
    found = pd.concat([found, dashes]).drop_duplicates([*CELL, "edition_year", "kind"], keep="last")
    # where no figure is printed, there is no cell
    absent = listed[listed["kind"].eq("no figure")].assign(is_current=True)
    columns = [*CELL, "edition_year", "kind", "remark_nl", "remark_en", "is_current"]
    return pd.concat([found, absent])[columns].sort_values("kind")


@pytest.fixture(scope="module")
def newest(cells) -> pd.DataFrame:
    """The cells of the newest edition that prints a series and year."""
    return cells.drop_duplicates(CELL, keep="last")


@pytest.fixture(scope="module")
def revisions(cells) -> pd.DataFrame:
    """The cells that an earlier edition prints too, beside those of the last one; rounding alone is no revision."""
    earlier = cells.groupby(CELL)[["edition_year", "printed_value", "value", "half_width"]].shift()
    found = cells.join(earlier.add_suffix("_from")).dropna(subset="edition_year_from")

    def is_revised(cell) -> bool:
        old, new, rough, fine = cell.value_from.value, cell.value.value, cell.half_width_from, cell.half_width
        # with another rounding it may be the same number
        return old != new and (None in (old, new) or rough == fine or max(old - rough, new - fine) > min(old + rough, new + fine))

    return found.assign(is_revision=list(map(is_revised, found.itertuples())))


@pytest.fixture(scope="module")
def compared(cells, newest, revisions) -> pd.DataFrame:
    """Each series in a year (now) beside an earlier one (then): the year before or, for an index, the base year.

    Both are from the newest edition that prints both; else they are the current figures, unless a restatement lies between: it is
    never mistaken for a change.
    """
    printed = cells.pivot(index=["series_code", "edition_year"], columns="reference_year", values="value").astype(object)
    printed = printed.reindex(columns=range(min(printed), max(printed) + 1))
    thens = {False: printed.shift(axis=1), True: printed.apply(lambda year: printed[BASE_YEAR])}
    tables = {is_index: pd.concat({"now": printed, "then": then}, axis=1).stack() for is_index, then in thens.items()}
    pairs, row = pd.concat(tables, names=["is_index"]).astype(object), ["is_index", *CELL]
    current = pairs.groupby(row).last().dropna()
    current = current[current.ne(NOTHING).all(axis=1)]
    together = pairs.dropna().groupby(row).tail(1).droplevel("edition_year").reindex(current.index)
    found = together.fillna(current).assign(is_together=together["now"].notna())
    is_same = spread(found, "now", "then").eq(spread(current, "now", "then"))
    found["is_current"] = found["is_together"] & is_same["now"] & is_same["then"]
    found["oldest"] = [min(now.editions | then.editions) for now, then in current.to_numpy()]
    found = found[found[["now", "then"]].ne(NOTHING).all(axis=1)].reset_index()
    found["compared_with"] = (found["reference_year"] - 1).mask(found["is_index"], BASE_YEAR)
    latest = newest.set_index(CELL)[["edition_year", "printed_value", "value"]]

    def note(pair, apart: str, restated: str, used: str) -> str | None:
        years = {pair.compared_with: pair.then, pair.reference_year: pair.now}
        printed = {year: latest.loc[(pair.series_code, year)] for year in years}
        if not pair.is_together and len(years) == 2:
            return apart.format(*(part for year, cell in printed.items() for part in (year, cell["edition_year"])))
        texts = [
            restated.format(year, cell["edition_year"], cell["printed_value"])
            for year, cell in printed.items()
            if cell["value"].value != years[year].value
        ]
        return "; ".join(texts) + used.format(*pair.now.editions) if texts else None

    for of, (apart, restated, used, _) in NOTES.items():
        found[f"vintage_{of}"] = [note(pair, apart, restated, used) for pair in found.itertuples()]
    # a restatement between the years of an index, or since the older figure of a change
    restated = revisions.loc[revisions["is_revision"], [*CELL, "edition_year"]]
    apart = found[~found["is_together"]].reset_index().merge(restated, on="series_code", suffixes=("", "_restated"))
    year = apart["reference_year_restated"]
    is_between = (year - apart["reference_year"]) * (year - BASE_YEAR) <= 0
    return found.drop(apart.loc[is_between.where(apart["is_index"], apart["edition_year"] > apart["oldest"]), "index"])


@pytest.fixture(scope="module")
def caseload(newest, compared, revisions) -> pd.DataFrame:
    """The inputs of the metrics and the metrics, by product and year; compared stocks are from the same edition."""
    inputs = newest.assign(column=newest["measure_code"].where(newest["outcome_kind"].isna(), "outcome_share"))
    table = inputs[inputs["column"].isin([*COUNTS, *SHARES])].pivot(index=CASE, columns="column", values="value")
    has_flows = table.dropna(subset=["applications", "decisions"]).index.unique("product_code")
    stocks = newest.loc[newest["measure_code"].eq("pending"), [*CELL, "product_code"]]
    stocks = compared[~compared["is_index"]].merge(stocks, on=CELL).set_index(CASE)
    table = table.join(stocks[["now", "then"]].set_axis(STOCKS, axis=1)).fillna(NOTHING)
    table["is_current"] = stocks["is_current"].reindex(table.index, fill_value=False)
    table = table.join(
        stocks[["vintage_nl", "vintage_en"]].rename(columns=lambda name: name.replace("vintage", "comparison_note"))
    )
    flows = revisions[revisions["is_revision"] & revisions["measure_code"].isin(["applications", "decisions"])]
    table["restated_in"] = flows.groupby(CASE)["edition_year"].max().reindex(table.index, fill_value=0)
    # the sum of the tracks if all have a figure; its compared stocks if all are from the same editions, or all current
    tracks = table[table.index.isin(TRACKS, "product_code")].groupby("reference_year")
    sums = tracks[[*COUNTS, *STOCKS]].agg(lambda parts: total(parts) if len(parts) == len(TRACKS) else NOTHING)
    sums["is_current"], sums["restated_in"] = tracks["is_current"].all(), tracks["restated_in"].max()
    is_alike = tracks[STOCKS].agg(lambda parts: len({part.editions for part in parts}) == 1).all(axis=1)
    sums[STOCKS] = sums[STOCKS].where(is_alike | sums["is_current"], NOTHING)
    for of in NOTES:
        names = newest.drop_duplicates("product_code").set_index("product_code")[f"short_name_{of}"]
        notes = table.index.get_level_values("product_code").map(names) + ": " + table[f"comparison_note_{of}"]
        notes = notes[notes.index.isin(TRACKS, "product_code")].dropna().groupby("reference_year").agg(" ".join)
        sums[f"comparison_note_{of}"] = notes.reindex(sums.index).where(sums["stock"].ne(NOTHING))
    sums = sums[sums[COUNTS].ne(NOTHING).any(axis=1)].assign(product_code="asylum_tracks", **dict.fromkeys(SHARES, NOTHING))
    table = pd.concat([table[table.index.isin(has_flows, "product_code")], sums.reset_index().set_index(CASE)])
    table["comparison"] = each(lambda stock, stock_before: stock, table)
    table["edition"] = [max(one.editions, default=0) for one in table["comparison"]]
    is_later = table["restated_in"].gt(table["edition"]) & table[[*COUNTS[:2], "comparison"]].ne(NOTHING).all(axis=1)
    for of, (*_, restated) in NOTES.items():
        flows = [restated.format(of.Index[1], of.restated_in, of.edition) for of in table[is_later].itertuples()]
        notes = table[[f"comparison_note_{of}"]].assign(flows=pd.Series(flows, table[is_later].index))
        table[f"residual_note_{of}"] = [" ".join(row.dropna()) or None for _, row in notes.iterrows()]
    compared = table.assign(pending=table["stock"], pending_previous=table["stock_before"])
    for metric, formula in METRICS.items():
        table[metric] = each(formula, compared if "pending_previous" in formula.__code__.co_varnames else table)
    return table


def test_observations(warehouse, series, cells, remarks):
    """Exactly the printed cells are published, with value, bounds, labels, text and the notes on them."""
    rows = spread(cells, "value")
    # a footnote without a series applies to every row of its product
    noted = warehouse.seed("footnotes").merge(series, on="product_code", suffixes=("_noted", "")).sort_values("footnote_number")
    noted = noted[noted["series_code_noted"].isna() | noted["series_code_noted"].eq(noted["series_code"])]
    numbers = noted["footnote_number"].astype(str).groupby([noted["publication_code"], noted["series_code"]]).agg(", ".join)
    rows = rows.join(numbers, on=["publication_code", "series_code"]).rename(columns={"footnote_number": "footnote_numbers"})
    texts = remarks.groupby([*CELL, "edition_year"])[["remark_nl", "remark_en"]].agg(" ".join)
    rows = break_notes(warehouse, rows.join(texts, on=[*CELL, "edition_year"]), rows[CELL].assign(row=rows.index), cells)
    rows = rows.join(witnesses(warehouse, cells)).fillna({"is_confirmed_elsewhere": False})
    agree(warehouse, "fct_observations", rows, "{series_code}/{reference_year}@{edition_year}")


def witnesses(warehouse, cells: pd.DataFrame) -> pd.DataFrame:
    """Name what confirms a cell: second readings, other editions, and external totals within both margins."""
    again = warehouse.seed("second_reading").merge(cells.reset_index(), on=["publication_code", *CELL], suffixes=("_again", ""))
    again = again[again["printed_value_again"].eq(again["printed_value"])]
    elsewhere = cells.reset_index().merge(cells, on=CELL, suffixes=("", "_elsewhere"))
    numbers = elsewhere[["value", "value_elsewhere"]].map(attrgetter("value"))
    is_same = numbers["value"].eq(numbers["value_elsewhere"]) | numbers.isna().all(axis=1)
    elsewhere = elsewhere[is_same & elsewhere["edition_year"].ne(elsewhere["edition_year_elsewhere"])]
    others = warehouse.seed("external_totals").merge(cells.reset_index(), on=CELL, suffixes=("_published", ""))
    ends = spread(others[others["value"].ne(NOTHING)], "value")
    is_within = ends["value_lower"].le(ends["value_published"] + ends["margin_above"])
    ends = ends[is_within & ends["value_upper"].ge(ends["value_published"] - ends["margin_below"])]
    found = pd.concat(
        [
            again.assign(place=1, text="second reading by " + again["read_by"]),
            elsewhere.assign(place=2, text="edition " + elsewhere["edition_year_elsewhere"].astype(str)),
            ends.assign(place=3, text="external total of " + ends["publisher_published"]),
        ]
    )
    found = found.sort_values(["place", "text"]).groupby("index")
    return pd.DataFrame({"confirmed_by": found["text"].agg("; ".join), "is_confirmed_elsewhere": found["place"].max().gt(1)})


def test_caseload(warehouse, caseload, series, cells, remarks):
    """Every row has its figures and metrics with bounds, and the breaks that it crosses; the long table has the metrics."""
    products = warehouse.seed("products")
    rows = caseload.reset_index().merge(products)
    rows["is_derived"] = rows["product_code"].eq("asylum_tracks")
    rows["outcome_kind"] = rows["product_code"].map(series.groupby("product_code")["outcome_kind"].first())
    used = series[series["role"] != "other"].assign(name_nl=series["row_nl"], name_en=series["row_en"])
    parts = used[used["part_of"].notna() & used["measure_code"].isin(COUNTS)]
    names = {f"name_{of}": parts[f"name_{of}"] + " (" + parts[f"short_name_{of}"] + ")" for of in ("nl", "en")}
    used = pd.concat([used, parts.assign(product_code=parts["part_of"], **names)])
    # a change uses the stock of the year before too
    stocks = (rows["reference_year"] - 1).where(rows["stock"].ne(NOTHING))
    uses = rows[CASE].assign(row=rows.index, compared_with=stocks).merge(used, on="product_code")
    uses["compared_with"] = uses["compared_with"].where(uses["role"].eq("stock"))
    rows = remark_notes(remarks, break_notes(warehouse, rows, uses, cells), uses)
    for of in NOTES:
        # the product's note, then those of its series
        known = [products, series[series["role"].ne("other")].sort_values("series_code")]
        notes = pd.concat([table.set_index("product_code")[f"note_{of}"].dropna() for table in known])
        rows[f"note_{of}"] = rows["product_code"].map(notes.groupby("product_code", sort=False).agg(" ".join))
    for name in (*COUNTS, *SHARES, "comparison"):
        rows = dated(rows, name, f"{name}_")
    rows = spread(rows, *COUNTS, *SHARES, *METRICS)
    agree(warehouse, "fct_caseload", rows, "{product_code}/{reference_year}")

    rows = caseload[[*METRICS]].melt(var_name="metric_code", ignore_index=False).query("value != @NOTHING").reset_index()
    rows["unit"], rows["is_derived"] = rows["metric_code"].map(UNITS).fillna("count"), rows["product_code"].eq("asylum_tracks")
    rows = spread(dated(rows, "value"), "value").join(caseload.filter(like="_note_"), on=CASE)
    for of in NOTES:
        note = rows[f"comparison_note_{of}"].where(rows["metric_code"].str.startswith("backlog_change"))
        rows[f"note_{of}"] = note.mask(rows["metric_code"].eq("stock_flow_residual"), rows[f"residual_note_{of}"])
    agree(warehouse, "fct_metrics", rows, "{product_code}/{reference_year}/{metric_code}")


def test_trends(warehouse, series, compared, cells, remarks):
    """Change of every series, and growth and index of counts and FTE, from comparable editions, with bounds."""
    tables = []
    for trend, formula in TRENDS.items():
        pairs = compared[compared["is_index"].eq(trend == "index")].merge(series[["series_code", "unit"]])
        pairs = pairs[pairs["unit"].isin(["count", "fte"]) | (trend == "change")]
        tables.append(pairs.assign(trend_code=trend, value=each(formula, pairs)))
    rows = pd.concat(tables).query("value != @NOTHING").reset_index()
    rows["unit"] = rows["trend_code"].map({"growth": "ratio", "index": "index"}).fillna(rows["unit"])
    rows = rows.rename(columns=lambda name: name.replace("vintage", "note"))
    uses = rows.assign(row=rows.index)
    rows = spread(dated(remark_notes(remarks, break_notes(warehouse, rows, uses, cells), uses), "value"), "value")
    # the base year is 100 by definition
    rows.loc[rows["reference_year"].eq(rows["compared_with"]), ["value_lower", "value_upper"]] = 100
    agree(warehouse, "fct_trends", rows, "{series_code}/{reference_year}/{trend_code}")


def test_revisions(warehouse, revisions):
    """Successive editions of a series and year are compared; a difference is beyond rounding if their intervals do not meet."""
    rows = revisions.rename(columns={"edition_year_from": "from_edition", "edition_year": "to_edition", "value": "value_to"})
    rows["beyond_rounding"] = [
        old != new if NOTHING in (old, new) else new.upper < old.lower or new.lower > old.upper
        for old, new in rows[["value_from", "value_to"]].to_numpy()
    ]
    rows["revision"] = each(lambda value_to, value_from: value_to - value_from, rows)
    rows = spread(rows, "value_from", "value_to", "revision")
    half_width = rows["half_width"].where(rows["half_width"].eq(rows["half_width_from"]))
    rows["steps"] = rows["revision"] / 2 / half_width.replace(0, None)
    agree(warehouse, "fct_revisions", rows, "{series_code}/{reference_year}@{from_edition}-{to_edition}")


def test_reconciliation(warehouse, newest, caseload, series, cells, remarks):
    """Every check with printed figures is made, with residual, share, bounds and verdict."""
    flows = caseload.reset_index().assign(check_code="stock_flow")
    flows["found"], flows["figure_code"] = flows["stock"], flows["product_code"] + ".pending"
    terms = "{0}.pending/{1} + {0}.applications/{2} - {0}.decisions/{2}"
    flows["expected_from"] = [terms.format(product, year - 1, year) for product, year in flows[CASE].to_numpy()]
    flows["expected"] = each(lambda stock_before, applications, decisions: stock_before + applications - decisions, flows)
    flows["residual_share"] = each(
        lambda stock, stock_before, applications, decisions: (stock - stock_before - applications + decisions) / decisions, flows
    )
    # the residual may have either sign, so if decisions may be zero the share has no lower bound either
    flows["residual_share"] = flows["residual_share"].map(lambda of: replace(of, lower=None) if of.upper is None else of)
    flows["note_nl"], flows["note_en"] = flows["residual_note_nl"], flows["residual_note_en"]

    figures, tables = newest.pivot(index="reference_year", columns="series_code", values="value"), [flows]
    figures = figures.reindex(columns=series["series_code"]).astype(object).fillna(NOTHING)
    for check, sum_of in SUMS.items():
        whole, relation, parts = sum_of.split(" ", 2)
        table = pd.DataFrame({"check_code": check, "figure_code": whole, "relation": relation, "found": figures[whole]})
        table["expected"] = figures[parts.split(" + ")].agg(total, axis=1)
        table["product_code"] = "workforce" if check == "workforce_total" else None
        table["expected_from"] = [" + ".join(f"{part}/{year}" for part in sorted(parts.split(" + "))) for year in table.index]
        tables.append(table.reset_index())

    others = warehouse.seed("external_totals").rename(columns={"series_code": "figure_code"})
    of_tracks = caseload["pending"].rename({"asylum_tracks": "asylum_tracks.pending"})
    found = pd.concat([newest.set_index(CELL)["value"], of_tracks]).rename("found")
    others = others.join(found, on=["figure_code", "reference_year"]).fillna({"found": NOTHING})
    margins = others[["value", "margin_below", "margin_above"]].to_numpy()
    others["expected"] = [Figure(value, value - below, value + above) for value, below, above in margins]
    others["check_code"] = "external_" + others["publisher"].str.lower()
    others["product_code"] = others["figure_code"].str.split(".").str[0]
    others["expected_from"] = others["publisher"] + ", " + others["publication"]

    rows = pd.concat([*tables, others], ignore_index=True).merge(warehouse.seed("checks")[["check_code", "name_nl", "name_en"]])
    rows = rows[rows["found"].ne(NOTHING) & rows["expected"].ne(NOTHING)].fillna({"relation": "="})
    of_others, year = rows["publisher"].notna(), rows["reference_year"].astype(str)
    rows["key"] = rows["figure_code"].where(of_others, rows["product_code"]) + "/"
    rows["key"] = rows["check_code"] + "/" + rows["key"].fillna("") + year
    rows["found_from"] = rows["figure_code"] + "/" + year
    rows["must_hold"] = rows["check_code"].isin(SUMS) & rows["relation"].eq("=")
    rows["unit"] = rows["figure_code"].map(series.set_index("series_code")["unit"]).fillna("count")
    rows["residual_share"] = rows["residual_share"].fillna(each(lambda found, expected: found / expected - 1, rows))
    rows["residual"] = each(lambda found, expected: found - expected, rows)
    # the largest difference of this sign that rounding can cause
    rows["tolerance"] = rows["residual"].map(lambda of: of.upper - of.value if of.value < 0 else of.value - of.lower)
    rows = spread(dated(rows, "residual"), "expected", "found", "residual", "residual_share").assign(verdict="unexplained")
    rows.loc[rows["must_hold"] | of_others, "verdict"] = "differs"
    rows.loc[rows["residual_lower"].le(0) & rows["residual_upper"].ge(0), "verdict"] = "within_rounding"
    rows.loc[rows["residual"].eq(0) | (rows["relation"].eq("<=") & rows["residual"].lt(0)), "verdict"] = "holds"

    def compares(row) -> list[str]:
        codes = [f"{row.product_code}.{count}" for count in COUNTS]
        if row.check_code != "stock_flow":
            codes = re.findall(r"\w+[.]\w+", SUMS.get(row.check_code, row.figure_code))
        # for the sum of the tracks, the figures of each track
        return sorted({code.replace("asylum_tracks", track) for code in codes for track in TRACKS})

    uses = rows[["check_code", "reference_year"]].assign(row=rows.index, series_code=list(map(compares, rows.itertuples())))
    uses = uses.explode("series_code").merge(series[["series_code", "role", "name_nl", "name_en"]])
    is_stock = uses["check_code"].eq("stock_flow") & uses["role"].eq("stock")
    uses["compared_with"] = (uses["reference_year"] - 1).where(is_stock)
    rows = remark_notes(remarks, break_notes(warehouse, rows, uses, cells), uses)
    agree(warehouse, "fct_reconciliation", rows, "{key}")


# the series of the tables with one row per year
TABLES = {
    "workforce": {name: f"workforce.{name}" for name in ("civil_servants", "external_staff", "total_staff")},
    "court_cases": {
        "residence_received": "court_cases_residence.applications",
        "residence_handled": "court_cases_residence.decisions",
        "other_received": "court_cases_other.applications",
        "other_handled": "court_cases_other.decisions",
        **{f"upheld_share_{of}": f"court_cases_residence.upheld_share_{of}" for of in ("asylum", "regular")},
        **{f"further_appeal_share_{of}": f"further_appeals_by_ind.further_appeal_share_{of}" for of in ("asylum", "regular")},
    },
    "complaints": {
        "notices_received": "notices_of_default.received",
        "notices_timely_share": "notices_of_default.handled_timely_share",
        "penalty_payments": "notices_of_default.penalty_payments",
        "complaints_received": "complaints.received",
        "complaints_timely_share": "complaints.handled_timely_share",
    },
}


@pytest.mark.parametrize("table", TABLES)
def test_wide_tables(warehouse, newest, remarks, table):
    """The tables with one row per year have the printed figures of their series, and the external share of staff with bounds."""
    used = newest.merge(pd.DataFrame(TABLES[table].items(), columns=["column", "series_code"]))
    rows = used.pivot(index="reference_year", columns="column", values="value").reindex(columns=TABLES[table])
    rows = rows.astype(object).fillna(NOTHING)
    if table == "workforce":
        rows["external_share"] = each(
            lambda external_staff, civil_servants: external_staff / (external_staff + civil_servants), rows
        )
    uses = used.assign(row=used["reference_year"])
    rows = remark_notes(remarks, break_notes(warehouse, spread(rows, *rows), uses, newest), uses).reset_index()
    agree(warehouse, f"fct_{table}", rows, table + "/{reference_year}")


# the footnotes in the document, entered independently of the seeds
FOOTNOTES = {
    "1/family@2023",
    "2/first_asylum_applications.applications@2023",
    "3/asylum_track_4@2023",
    "4/asylum_family_reunification.arrivals@2023",
    "5/documents.withdrawal_agreement_temporary_documents@2023",
    "5/documents.withdrawal_agreement_permanent_documents@2023",
    "6/documents.frontier_worker_documents@2023",
    "7/service_desks.desk_contacts@2023",
    "8/notices_of_default@2023",
}
# some of the breaks, entered independently of the seeds
FLOWS_OF_2020 = [f"{code}.{flow}" for code in ("knowledge_talent", "students", "labour_migrants") for flow in COUNTS[:2]]
BREAKS = {
    *((series, 2020, "exceptional_year") for series in FLOWS_OF_2020),
    ("family_incl_echr8.applications", 2020, "exceptional_year"),
    ("first_asylum_applications.applications", 2020, "exceptional_year"),
    *((f"naturalisation.{count}", 2021, "exceptional_year") for count in COUNTS),
    ("documents.withdrawal_agreement_temporary_documents", 2021, "exceptional_year"),
    ("documents.withdrawal_agreement_permanent_documents", 2021, "exceptional_year"),
    ("asylum_track_4.timely_share", 2022, "law"),
    ("asylum_family_reunification.timely_share", 2022, "law"),
    ("notices_of_default.received", 2020, "law"),
    ("notices_of_default.received", 2022, "law"),
    ("notices_of_default.received", 2023, "registration"),
}


def test_lists(warehouse, newest):
    """Footnotes, breaks, remarks and ranks are those of the seeds, and of the document where entered by hand."""
    publications = warehouse.seed("publications")
    footnotes = warehouse.seed("footnotes").merge(publications, how="left")
    footnotes["about"] = footnotes["series_code"].fillna(footnotes["product_code"])
    footnotes["key"] = footnotes.apply("{footnote_number}/{about}@{edition_year}".format_map, axis=1)
    assert {key for key in footnotes["key"] if key.endswith("@2023")} == FOOTNOTES
    assert footnotes["product_code"].eq(footnotes["about"].str.split(".").str[0]).all()
    agree(warehouse, "dim_footnotes", footnotes, "{key}")

    breaks = warehouse.seed("breaks")
    assert set(breaks[[*CELL, "kind"]].itertuples(index=False, name=None)) >= BREAKS
    breaks[["product_code", "measure_code"]] = breaks["series_code"].str.split(".", expand=True)
    printed = set(newest[newest["value"].ne(NOTHING)][CELL].itertuples(index=False, name=None))
    breaks["is_crossed"] = [not printed.isdisjoint([(code, year), (code, year + 1)]) for code, year in breaks[CELL].to_numpy()]
    agree(warehouse, "dim_breaks", breaks, "{series_code}/{reference_year}/{kind}")

    remarks = warehouse.seed("remarks").merge(publications, how="left")
    remarks["named"] = remarks["kind"].str.replace(" ", "_")
    agree(warehouse, "dim_remarks", remarks, "{series_code}/{reference_year}/{named}@{publication_code}")

    ranks = warehouse.seed("top_nationalities").merge(publications, how="left").merge(warehouse.seed("nationalities"), how="left")
    ranks["rank"] = ranks["printed_rank"].str.removesuffix(".").astype(int)
    ranks["reference_year"] = ranks["list_heading"].str[-4:].fillna(ranks["edition_year"]).astype(int)
    ranks["ranked_by"] = ranks["list_heading"].str.contains("aanvragen").map({True: "applications"})
    agree(warehouse, "fct_top_nationalities", ranks, "{product_code}/{reference_year}/{rank}@{edition_year}")


def test_editions(warehouse, cells):
    """An edition is described by its whole publication, or else by its first page, and counts what is printed."""
    publications = warehouse.seed("publications")
    rows = publications.sort_values("is_partial", kind="stable").drop_duplicates("edition_year").set_index("edition_year")
    rows["is_newest_whole"] = rows.index == rows[~rows["is_partial"].astype(bool)].index.max()
    years, tables = cells.groupby("edition_year")["reference_year"], ["publication_code", "chapter_label", "table_label"]
    rows["printed_figures"], rows["first_reference_year"], rows["last_reference_year"] = years.size(), years.min(), years.max()
    rows["printed_tables"] = cells.drop_duplicates(tables).groupby("edition_year").size()
    rows["rankings"] = warehouse.seed("top_nationalities").merge(publications).groupby("edition_year")["product_code"].nunique()
    rows["footnotes"] = warehouse.seed("footnotes").merge(publications).groupby("edition_year")["footnote_number"].nunique()
    rows = rows.fillna({"rankings": 0, "footnotes": 0}).reset_index()
    agree(warehouse, "dim_editions", rows, "jaarcijfers_{edition_year}")


def test_dimensions(warehouse, series):
    """The dimensions match the lists in seeds/reference, and products with decisions name who decides."""
    measures, products, nationalities = warehouse.seed("measures"), warehouse.seed("products"), warehouse.seed("nationalities")
    assert measures["stock_or_flow"].eq("stock").eq(measures["role"].eq("stock") | measures["unit"].eq("fte")).all()
    assert sorted(products["position"]) == list(range(1, len(products) + 1))
    assert products["decided_by"].eq("court").eq(products["product_code"].str.startswith("court_cases")).all()
    agree(warehouse, "dim_measures", measures, "{measure_code}")
    agree(warehouse, "dim_nationalities", nationalities.assign(alpha_3=nationalities["nationality_code"]), "{nationality_code}")
    half_width = series["unit"].map({"count": 5, "share": 0.005, "fte": 0.5, "eur": 50_000})
    agree(warehouse, "dim_series", series.assign(half_width=half_width), "{series_code}")

    products["is_caseload"], products["is_derived"] = products["decided_by"].notna(), products["product_code"].eq("asylum_tracks")
    products["outcome_kind"] = products["product_code"].map(series.groupby("product_code")["outcome_kind"].first())
    for flow in ("inflow", "outflow"):
        names = series[series["role"] == flow].set_index("product_code")[["row_nl", "row_en"]]
        products = products.join(names.set_axis([f"{flow}_name_nl", f"{flow}_name_en"], axis=1), on="product_code")
    agree(warehouse, "dim_products", products, "{product_code}")
