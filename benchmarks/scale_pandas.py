"""The same work in pandas: `python benchmarks/scale_pandas.py <folder>`."""

import json
import sys
from pathlib import Path

import pandas as pd
from scale import AGES, COUNTS, FIGURES, HALF_WIDTHS, MEASURES, METRICS, NOTES, WORDS, bounded, dated, peak_memory

KEYS = ["product_code", "reference_year"]
SERIES = ["series_code", "reference_year"]
ENDS = ["", "_lower", "_upper"]
VALUES = [f"value{end}" for end in ENDS]
CELL = ["publication_code", "edition_year", "number_format", "series_code", "product_code", "role", "unit", "half_width"]
STOCKS = [f"compared_{stock}{end}" for stock in ("pending", "pending_previous") for end in ENDS]


def read(folder: Path) -> pd.DataFrame:
    """Read the series, with what their measures say."""
    series = pd.read_parquet(folder / "series.parquet", columns=["series_code"])
    series[["product_code", "measure_code"]] = series["series_code"].str.split(".", expand=True)
    series = series.merge(pd.read_csv(MEASURES, usecols=["measure_code", "unit", "role", "outcome_kind"]), on="measure_code")
    return series.assign(half_width=series["unit"].map(HALF_WIDTHS))


def parse(folder: Path, series: pd.DataFrame) -> pd.DataFrame:
    """Read the printed texts as numbers with the bounds that rounding leaves; what has not the form of its unit is null."""
    rows = (
        pd.read_parquet(folder / "printed_rows.parquet", columns=["publication_code", "series_code", *AGES])
        .merge(pd.read_parquet(folder / "publications.parquet"), on="publication_code")
        .merge(series.drop(columns=["measure_code", "outcome_kind"]), on="series_code")
    )
    cells = rows.melt(CELL, list(AGES), "age", "printed").dropna(subset="printed")
    cells["reference_year"] = cells["edition_year"] - cells["age"].map(AGES).astype("int32")
    english = cells.loc[cells["number_format"] == "en", "printed"]
    dutch = cells["printed"].copy()
    dutch[english.index] = english.str.translate(str.maketrans(",.", ".,"))
    forms = (
        (["count", "fte"], r"0|[1-9][0-9]{0,2}(?:[.][0-9]{3})*", 1),
        (["share"], r"(?:0|[1-9][0-9]?|100)%", 0.01),
        (["eur"], r"€ (?:0|[1-9][0-9]{0,2}),[0-9] mln", 100_000),
    )
    cells["value"] = float("nan")
    for units, form, scale in forms:
        text = dutch[cells["unit"].isin(units)]
        text = text[text.str.fullmatch(form)]
        cells.loc[text.index, "value"] = text.str.replace(r"[^0-9]", "", regex=True).astype("float64") * scale
    remarks = pd.read_parquet(folder / "remarks.parquet", columns=["publication_code", *SERIES, "half_width"])
    cells = cells.merge(remarks, on=["publication_code", *SERIES], how="left", suffixes=("", "_remarked"))
    exact = (cells["unit"] == "count") & (cells["value"] % 10 != 0) & cells["value"].notna()
    cells["half_width"] = cells["half_width_remarked"].fillna(cells["half_width"].mask(exact, 0))
    cells["value_lower"] = (cells["value"] - cells["half_width"]).round(10).clip(lower=0)
    cells["value_upper"] = (cells["value"] + cells["half_width"]).round(10)
    cells["value_upper"] = cells["value_upper"].where(cells["unit"] != "share", cells["value_upper"].clip(upper=1))
    return cells[[*KEYS, "series_code", "role", "edition_year", "printed", "half_width", *VALUES]].sort_values("edition_year")


def differs(one: pd.Series, other: pd.Series) -> pd.Series:
    """Say where two columns differ, null being equal to null alone."""
    return (one != other) & ~(one.isna() & other.isna())


def revise(cells: pd.DataFrame, current: pd.DataFrame) -> pd.DataFrame:
    """Find the figures that a later edition restated, and the edition that did so last."""
    counts = cells[cells["role"].isin(["inflow", "outflow", "stock"])]
    beside = counts.merge(current[[*SERIES, "value"]], on=SERIES, suffixes=("", "_newest"))
    differ = beside.loc[differs(beside["value"], beside["value_newest"]), SERIES].drop_duplicates()
    counts = counts.merge(differ, on=SERIES).sort_values([*SERIES, "edition_year"])
    before = counts.shift()
    is_next = (counts[SERIES] == before[SERIES]).all(axis=1)
    apart = (counts["value"] - before["value"]).abs()
    within = (counts["half_width"] != before["half_width"]) & (apart <= counts["half_width"] + before["half_width"])
    restated = counts[is_next & differs(counts["value"], before["value"]) & ~within]
    return (
        restated.assign(is_stock=restated["role"] == "stock").groupby([*KEYS, "is_stock"], as_index=False)["edition_year"].max()
    )


def pivot(current: pd.DataFrame) -> pd.DataFrame:
    """Put the newest figures of each product and year side by side."""
    current = current.assign(edition_year=current["edition_year"].where(current["value"].notna()))
    wide = current.pivot(index=KEYS, columns="role", values=[*VALUES, "edition_year"])
    wide.columns = [
        FIGURES[role] + ("_edition_year" if value == "edition_year" else value.removeprefix("value"))
        for value, role in wide.columns
    ]
    stocks = current.loc[current["role"] == "stock", [*KEYS, "printed"]]
    wide = wide.reset_index().merge(stocks, on=KEYS, how="left")
    return wide.assign(**{f"{name}_from_edition_year": wide[f"{name}_edition_year"] for name in COUNTS})


def compare_stocks(cells: pd.DataFrame, printed: pd.DataFrame, revisions: pd.DataFrame) -> pd.DataFrame:
    """Pair the stocks of two years: of the newest edition that prints both, else the current ones where nothing was restated."""
    stocks = cells.loc[cells["role"] == "stock", [*KEYS, "edition_year", *VALUES]]
    before = stocks.assign(reference_year=stocks["reference_year"] + 1)
    pairs = stocks.merge(before, on=[*KEYS, "edition_year"], suffixes=("_pair", "_pair_before")).drop_duplicates(
        KEYS, keep="last"
    )
    previous = printed[[*KEYS, *(f"pending{end}" for end in ENDS), "pending_edition_year", "printed"]]
    previous = previous.assign(reference_year=previous["reference_year"] + 1)
    is_stock = revisions["is_stock"]
    of_stock = revisions[is_stock].groupby("product_code", as_index=False)["edition_year"].max()
    all_of = (
        printed.merge(previous, on=KEYS, how="left", suffixes=("", "_before"))
        .merge(pairs, on=KEYS, how="left")
        .merge(of_stock.rename(columns={"edition_year": "stock_restated_in"}), on="product_code", how="left")
        .merge(
            revisions.loc[~is_stock, [*KEYS, "edition_year"]].rename(columns={"edition_year": "restated_in"}), on=KEYS, how="left"
        )
    )
    pair, is_apart = all_of["edition_year"], all_of["edition_year"].isna()
    editions = all_of[["pending_edition_year", "pending_edition_year_before"]]
    undisturbed = ~(all_of["stock_restated_in"] > editions.min(axis=1))
    paired = all_of[["value_pair", "value_pair_before"]].notna().all(axis=1)
    current = all_of[["pending", "pending_before"]].notna().all(axis=1)
    is_compared = current & undisturbed.where(is_apart, paired)
    for name, mine, theirs in (
        ("pending", "pending{}", "value{}_pair"),
        ("pending_previous", "pending{}_before", "value{}_pair_before"),
    ):
        for end in ENDS:
            chosen = all_of[mine.format(end)].where(is_apart, all_of[theirs.format(end)])
            all_of[f"compared_{name}{end}"] = chosen.where(is_compared)
    all_of["comparison_edition_year"] = pair.fillna(editions.max(axis=1)).where(is_compared)
    all_of["comparison_from_edition_year"] = pair.fillna(editions.min(axis=1)).where(is_compared)
    all_of["restated_later"] = all_of["value_pair"] != all_of["pending"]
    all_of["restated_earlier"] = all_of["value_pair_before"] != all_of["pending_before"]
    noted = all_of[is_compared & (is_apart | all_of["restated_later"] | all_of["restated_earlier"])]
    for language, words in WORDS.items():
        notes = [note(row, words) for row in noted.itertuples()]
        all_of[f"comparison_note_{language}"] = pd.Series(notes, noted.index, "str")
    return all_of


def note(row: tuple, words: dict[str, str]) -> str:
    """Say of a comparison why it is not the one of the current figures of one edition."""
    later = (row.reference_year, int(row.pending_edition_year), row.printed)
    earlier = (row.reference_year - 1, int(row.pending_edition_year_before), row.printed_before)
    if pd.isna(row.edition_year):
        return words["apart"].format(*earlier[:2], *later[:2])
    restated = [earlier] * row.restated_earlier + [later] * row.restated_later
    return ", ".join(words["restated"].format(*each) for each in restated) + words["of"].format(int(row.edition_year))


def add_up(folder: Path, printed: pd.DataFrame) -> pd.DataFrame:
    """Add the derived products: sums of parts, where all of them are printed, and compared within the same editions."""
    products = pd.read_parquet(folder / "products.parquet", columns=["product_code", "part_of", "short_name_nl", "short_name_en"])
    parts = products.dropna(subset="part_of").merge(printed, on="product_code").sort_values("product_code")
    parts["comparison"] = parts["comparison_edition_year"] * 10_000 + parts["comparison_from_edition_year"]
    groups = parts.groupby(["part_of", "reference_year"])
    counted = groups[[*COUNTS, "compared_pending", "comparison_note_en"]].count()
    alike = (groups["comparison"].nunique(dropna=False) == 1) | (counted["comparison_note_en"] == 0)
    is_whole = {name: counted[name] == 3 for name in COUNTS} | {"comparison": (counted["compared_pending"] == 3) & alike}
    sums = {"restated_in": groups["restated_in"].max()}
    for name, whole in is_whole.items():
        for column in STOCKS if name == "comparison" else [f"{name}{end}" for end in ENDS]:
            sums[column] = groups[column].sum().where(whole)
        sums[f"{name}_edition_year"] = groups[f"{name}_edition_year"].max().where(whole)
        sums[f"{name}_from_edition_year"] = groups[f"{name}_from_edition_year"].min().where(whole)
    for language in WORDS:
        noted = parts.dropna(subset=f"comparison_note_{language}")
        texts = noted[f"short_name_{language}"] + ": " + noted[f"comparison_note_{language}"]
        joined = texts.groupby([noted["part_of"], noted["reference_year"]]).agg(" ".join)
        sums[f"comparison_note_{language}"] = joined.reindex(counted.index).where(is_whole["comparison"])
    derived = pd.DataFrame(sums).dropna(subset=COUNTS, how="all").reset_index().rename(columns={"part_of": "product_code"})
    return pd.concat([printed, derived], ignore_index=True)


def measure(folder: Path, series: pd.DataFrame, caseload: pd.DataFrame) -> pd.DataFrame:
    """Compute the metrics with their bounds, and add what is known of the product."""
    columns = ["product_code", "position", "name_nl", "name_en", "product_group", "decided_by", "note_nl", "note_en"]
    outcomes = series.groupby("product_code", as_index=False)["outcome_kind"].max().assign(is_derived=False)
    caseload = (
        caseload.merge(pd.read_parquet(folder / "products.parquet", columns=columns), on="product_code")
        .merge(outcomes, on="product_code", how="left")
        .sort_values(["position", "reference_year"], ignore_index=True)
    )
    metrics = {}
    for metric in METRICS:
        computed = bounded(metric, caseload.__getitem__)
        is_finite = computed[metric].abs() < float("inf")
        metrics |= {name: each.round(10).where(is_finite & (each.abs() < float("inf"))) for name, each in computed.items()}
    flows = (caseload["restated_in"] > caseload["comparison_edition_year"]) & caseload[["applications", "decisions"]].notna().all(
        axis=1
    )
    restated = caseload.loc[flows, ["reference_year", "restated_in", "comparison_edition_year"]].astype("int32")
    for language, words in WORDS.items():
        notes = [words["flows"].format(*row) for row in restated.itertuples(index=False)]
        of_pair, of_flows = (
            caseload[f"comparison_note_{language}"],
            pd.Series(notes, restated.index, "str").reindex(caseload.index),
        )
        metrics[f"residual_note_{language}"] = of_flows.where(of_pair.isna(), of_pair + (" " + of_flows).fillna(""))
    year = caseload["reference_year"].astype("str")
    editions = [f"{name}{end}_edition_year" for name in [*COUNTS, "comparison"] for end in ("", "_from")]
    integers = (
        [f"{name}{end}" for name in COUNTS for end in ENDS]
        + editions
        + ["outcome_share_edition_year", "timely_share_edition_year"]
    )
    kept = [*KEYS, *columns[2:], "outcome_kind", *(f"{name}{end}" for name in ("outcome_share", "timely_share") for end in ENDS)]
    return caseload[[*kept, "is_derived", "comparison_note_nl", "comparison_note_en"]].assign(
        caseload_key=caseload["product_code"] + "/" + year,
        period_end=pd.to_datetime(year + "-12-31"),
        is_derived=caseload["is_derived"].isna(),
        **caseload[integers].astype("Int32"),
        **metrics,
        **dict.fromkeys(NOTES),
    )


def lengthen(caseload: pd.DataFrame) -> pd.DataFrame:
    """Put the same metrics in one shape, a row each."""
    parts = []
    for metric, definition in METRICS.items():
        newest, oldest, note = dated(metric)
        rows = caseload[caseload[metric].notna()]
        part = rows[[*KEYS, "is_derived"]].assign(
            metric_key=rows["caseload_key"] + f"/{metric}",
            metric_code=metric,
            unit=definition["unit"],
            **{f"value{end}": rows[f"{metric}{end}"] for end in ENDS},
            edition_year=rows[newest].max(axis=1),
            from_edition_year=rows[oldest].min(axis=1),
            **{f"note_{language}": rows[f"{note}_{language}"] if note else None for language in WORDS},
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    series = read(folder)
    cells = parse(folder, series)
    current = cells.drop_duplicates(SERIES, keep="last")
    printed = compare_stocks(cells, pivot(current), revise(cells, current))
    caseload = measure(folder, series, add_up(folder, printed))
    caseload.to_parquet(folder / "pandas_fct_caseload.parquet")
    lengthen(caseload).to_parquet(folder / "pandas_fct_metrics.parquet")
    print(json.dumps({"peak_mb": peak_memory()}))
