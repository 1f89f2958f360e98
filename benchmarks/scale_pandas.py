"""The same work in pandas: `python benchmarks/scale_pandas.py <folder>`."""

import json
import sys
from pathlib import Path

import pandas as pd
from scale import (
    AGES,
    CASELOAD,
    CELL,
    COUNTS,
    ENDS,
    FIGURES,
    HALF_WIDTHS,
    KEYS,
    MEASURES,
    METRICS,
    NOTES,
    SERIES,
    STOCKS,
    VALUES,
    WORDS,
    bounded,
    dated,
    peak_memory,
)


def read(folder: Path) -> pd.DataFrame:
    """Read the series with their measures."""
    series = pd.read_parquet(folder / "series.parquet", columns=["series_code"])
    series[["product_code", "measure_code"]] = series["series_code"].str.split(".", expand=True)
    series = series.merge(pd.read_csv(MEASURES, usecols=["measure_code", "unit", "role", "outcome_kind"]), on="measure_code")
    return series.assign(half_width=series["unit"].map(HALF_WIDTHS))


def parse(folder: Path, series: pd.DataFrame) -> pd.DataFrame:
    """Parse the printed texts into numbers with bounds; a text without the form of its unit is null."""
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
    cells["value"] = float("nan")
    for unit, form, scale in (("count", r"0|[1-9][0-9]{0,2}(?:[.][0-9]{3})*", 1), ("share", r"(?:0|[1-9][0-9]?|100)%", 0.01)):
        text = dutch[cells["unit"] == unit]
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
    """Return where two columns differ; null equals only null."""
    return (one != other) & ~(one.isna() & other.isna())


def revise(cells: pd.DataFrame, current: pd.DataFrame) -> pd.DataFrame:
    """Find the figures that a later edition restated, and the last edition to do so."""
    counts = cells[cells["role"].isin(["inflow", "outflow", "stock"])]
    beside = counts.merge(current[[*SERIES, "value"]], on=SERIES, suffixes=("", "_newest"))
    differ = beside.loc[differs(beside["value"], beside["value_newest"]), SERIES].drop_duplicates()
    counts = counts.merge(differ, on=SERIES).sort_values([*SERIES, "edition_year"])
    before = counts.shift()
    is_next = (counts[SERIES] == before[SERIES]).all(axis=1)
    apart = (counts["value"] - before["value"]).abs()
    within = (counts["half_width"] != before["half_width"]) & (apart <= counts["half_width"] + before["half_width"])
    restated = counts[is_next & differs(counts["value"], before["value"]) & ~within]
    restated = restated.assign(is_stock=restated["role"] == "stock")
    return restated.groupby([*KEYS, "is_stock"], as_index=False)["edition_year"].max()


def pivot(current: pd.DataFrame) -> pd.DataFrame:
    """Pivot the newest figures of each product and year."""
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
    """Pair the stocks of two years: from the newest edition that prints both, or else the current ones if nothing was restated."""
    stocks = cells.loc[cells["role"] == "stock", [*KEYS, "edition_year", *VALUES]]
    before = stocks.assign(reference_year=stocks["reference_year"] + 1)
    pairs = stocks.merge(before, on=[*KEYS, "edition_year"], suffixes=("_pair", "_pair_before"))
    pairs = pairs.drop_duplicates(KEYS, keep="last").rename(columns={"edition_year": "pair_edition"})
    previous = printed[[*KEYS, *(f"pending{end}" for end in ENDS), "pending_edition_year", "printed"]]
    previous = previous.assign(reference_year=previous["reference_year"] + 1)
    is_stock = revisions["is_stock"]
    of_stock = revisions[is_stock].groupby("product_code")["edition_year"].max().rename("stock_restated_in")
    of_flow = revisions[~is_stock].set_index(KEYS)["edition_year"].rename("restated_in")
    all_of = (
        printed.merge(previous, on=KEYS, how="left", suffixes=("", "_before"))
        .merge(pairs, on=KEYS, how="left")
        .merge(of_stock, on="product_code", how="left")
        .merge(of_flow, on=KEYS, how="left")
    )
    pair, is_apart = all_of["pair_edition"], all_of["pair_edition"].isna()
    editions = all_of[["pending_edition_year", "pending_edition_year_before"]]
    undisturbed = ~(all_of["stock_restated_in"] > editions.min(axis=1))
    paired = all_of[["value_pair", "value_pair_before"]].notna().all(axis=1)
    current = all_of[["pending", "pending_before"]].notna().all(axis=1)
    is_compared = current & undisturbed.where(is_apart, paired)
    for name, year in (("pending", ""), ("pending_previous", "_before")):
        for end in ENDS:
            chosen = all_of[f"pending{end}{year}"].where(is_apart, all_of[f"value{end}_pair{year}"])
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
    """Explain why a comparison does not use the current figures of one edition."""
    later = (row.reference_year, int(row.pending_edition_year), row.printed)
    earlier = (row.reference_year - 1, int(row.pending_edition_year_before), row.printed_before)
    if pd.isna(row.pair_edition):
        return words["apart"].format(*earlier[:2], *later[:2])
    restated = [earlier] * row.restated_earlier + [later] * row.restated_later
    return "; ".join(words["restated"].format(*each) for each in restated) + words["of"].format(int(row.pair_edition))


def add_up(folder: Path, printed: pd.DataFrame) -> pd.DataFrame:
    """Add the derived products: sums of parts that are all printed, and compared within the same editions."""
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
    """Compute the metrics with their bounds, and join the products."""
    outcomes = series.groupby("product_code", as_index=False)["outcome_kind"].max().assign(is_derived=False)
    caseload = (
        caseload.merge(pd.read_parquet(folder / "products.parquet"), on="product_code")
        .merge(outcomes, on="product_code", how="left")
        .sort_values(["position", "reference_year"], ignore_index=True)
    )
    computed = {}
    for metric in METRICS:
        columns = bounded(metric, caseload.__getitem__)
        is_finite = columns[metric].abs() < float("inf")
        computed |= {name: each.round(10).where(is_finite & (each.abs() < float("inf"))) for name, each in columns.items()}
    flows = (caseload["restated_in"] > caseload["comparison_edition_year"]) & caseload[COUNTS[:2]].notna().all(axis=1)
    restated = caseload.loc[flows, ["reference_year", "restated_in", "comparison_edition_year"]].astype("int32")
    for language, words in WORDS.items():
        notes = pd.Series([words["flows"].format(*row) for row in restated.itertuples(index=False)], restated.index, "str")
        of_pair, of_flows = caseload[f"comparison_note_{language}"], notes.reindex(caseload.index)
        computed[f"residual_note_{language}"] = of_flows.where(of_pair.isna(), of_pair + (" " + of_flows).fillna(""))
    year = caseload["reference_year"].astype("str")
    integers = [
        column
        for column in caseload
        if column.endswith("_edition_year") or column.removesuffix("_lower").removesuffix("_upper") in COUNTS
    ]
    return caseload.assign(
        caseload_key=caseload["product_code"] + "/" + year,
        period_end=pd.to_datetime(year + "-12-31"),
        is_derived=caseload["is_derived"].isna(),
        **caseload[integers].astype("Int32"),
        **computed,
        **dict.fromkeys(NOTES),
    )[CASELOAD]


def lengthen(caseload: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Convert a metric to long form."""
    newest, oldest, note = dated(metric)
    rows = caseload[caseload[metric].notna()]
    return rows[[*KEYS, "is_derived"]].assign(
        metric_key=rows["caseload_key"] + f"/{metric}",
        metric_code=metric,
        unit=METRICS[metric]["unit"],
        **{f"value{end}": rows[f"{metric}{end}"] for end in ENDS},
        edition_year=rows[newest].max(axis=1),
        from_edition_year=rows[oldest].min(axis=1),
        **{f"note_{language}": rows[f"{note}_{language}"] if note else None for language in WORDS},
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    series = read(folder)
    cells = parse(folder, series)
    current = cells.drop_duplicates(SERIES, keep="last")
    printed = compare_stocks(cells, pivot(current), revise(cells, current))
    caseload = measure(folder, series, add_up(folder, printed))
    caseload.to_parquet(folder / "pandas_fct_caseload.parquet")
    pd.concat([lengthen(caseload, metric) for metric in METRICS], ignore_index=True).to_parquet(
        folder / "pandas_fct_metrics.parquet"
    )
    print(json.dumps({"peak_mb": peak_memory()}))
