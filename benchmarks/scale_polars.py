"""The same work in lazy polars: `python benchmarks/scale_polars.py <folder>`."""

import json
import sys
from pathlib import Path

import polars as pl
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


def read(folder: Path) -> pl.LazyFrame:
    """Read the series with their measures."""
    code = pl.col("series_code").str.split_exact(".", 1).struct
    return (
        pl.scan_parquet(folder / "series.parquet")
        .select("series_code", product_code=code.field("field_0"), measure_code=code.field("field_1"))
        .join(pl.scan_csv(MEASURES), on="measure_code")
        .with_columns(half_width=pl.col("unit").replace_strict(HALF_WIDTHS))
    )


def parse(folder: Path, series: pl.LazyFrame) -> pl.LazyFrame:
    """Parse the printed texts into numbers with bounds; a text without the form of its unit is null."""
    text, unit, value, half_width = pl.col("text"), pl.col("unit"), pl.col("value"), pl.col("half_width")
    exact = pl.when((unit == "count") & (value % 10 != 0)).then(0.0)
    most = pl.when(unit == "share").then(1.0)
    swapped = pl.col("printed").str.replace_many([",", "."], [".", ","])
    number = text.str.replace_all(r"[^0-9]", "").cast(pl.Float64, strict=False)
    remarks = pl.scan_parquet(folder / "remarks.parquet").select("publication_code", *SERIES, remarked="half_width")
    return (
        pl.scan_parquet(folder / "printed_rows.parquet")
        .join(pl.scan_parquet(folder / "publications.parquet"), on="publication_code")
        .join(series.select("series_code", "product_code", "role", "unit", "half_width"), on="series_code")
        .unpivot(list(AGES), index=CELL, variable_name="age", value_name="printed")
        .drop_nulls("printed")
        .with_columns(
            reference_year=pl.col("edition_year") - pl.col("age").replace_strict(AGES, return_dtype=pl.Int32),
            text=pl.when(pl.col("number_format") == "en").then(swapped).otherwise("printed"),
        )
        .with_columns(
            value=pl.when((unit == "count") & text.str.contains(r"^(?:0|[1-9][0-9]{0,2}(?:[.][0-9]{3})*)$"))
            .then(number)
            .when((unit == "share") & text.str.contains(r"^(?:0|[1-9][0-9]?|100)%$"))
            .then(number / 100)
        )
        .join(remarks, on=["publication_code", *SERIES], how="left")
        .with_columns(half_width=pl.coalesce("remarked", exact, "half_width"))
        .with_columns(
            value_lower=(value - half_width).round(10).clip(lower_bound=0),
            value_upper=pl.when(value.is_not_null()).then(pl.min_horizontal((value + half_width).round(10), most)),
        )
        .select(*KEYS, "series_code", "role", "edition_year", "printed", "half_width", *VALUES)
    )


def revise(cells: pl.LazyFrame, current: pl.LazyFrame) -> pl.LazyFrame:
    """Find the figures that a later edition restated, and the last edition to do so."""
    value, half_width = pl.col("value"), pl.col("half_width")
    counts = cells.filter(pl.col("role").is_in(["inflow", "outflow", "stock"]))
    differ = counts.join(current.select(*SERIES, newest="value"), on=SERIES).filter(value.ne_missing(pl.col("newest")))
    is_next = pl.all_horizontal(pl.col(key) == pl.col(key).shift() for key in SERIES)
    same_step = half_width == half_width.shift()
    apart = (value - value.shift()).abs() > half_width + half_width.shift()
    return (
        counts.join(differ.select(SERIES).unique(), on=SERIES, how="semi")
        .sort(*SERIES, "edition_year")
        .filter(is_next & value.ne_missing(value.shift()) & (same_step | apart).fill_null(True))
        .group_by(*KEYS, is_stock=pl.col("role") == "stock")
        .agg(to_edition=pl.col("edition_year").max())
    )


def pivot(current: pl.LazyFrame) -> pl.LazyFrame:
    """Pivot the newest figures of each product and year."""

    def of(role: str, column: str, *conditions: pl.Expr) -> pl.Expr:
        return pl.col(column).filter(pl.col("role") == role, *conditions).max()

    figures = {f"{name}{end}": of(role, f"value{end}") for role, name in FIGURES.items() for end in ENDS}
    has_value = pl.col("value").is_not_null()
    editions = {f"{name}_edition_year": of(role, "edition_year", has_value) for role, name in FIGURES.items()}
    oldest = {f"{name}_from_edition_year": f"{name}_edition_year" for name in COUNTS}
    return current.group_by(KEYS).agg(**figures, **editions, printed=of("stock", "printed")).with_columns(**oldest)


def compare_stocks(cells: pl.LazyFrame, printed: pl.LazyFrame, revisions: pl.LazyFrame) -> pl.LazyFrame:
    """Pair the stocks of two years: from the newest edition that prints both, or else the current ones if nothing was restated."""
    stocks = cells.filter(pl.col("role") == "stock").select(*KEYS, *VALUES, pair_edition="edition_year")
    next_year = pl.col("reference_year") + 1
    pairs = stocks.join(stocks.with_columns(next_year), on=[*KEYS, "pair_edition"], suffix="_before")
    newest = pairs.sort("pair_edition").unique(KEYS, keep="last", maintain_order=True)
    previous = printed.select("product_code", next_year, *(f"pending{end}" for end in ENDS), "pending_edition_year", "printed")
    of_stock = revisions.filter("is_stock").group_by("product_code").agg(stock_restated_in=pl.col("to_edition").max())
    of_flow = revisions.filter(~pl.col("is_stock")).select(*KEYS, restated_in="to_edition")
    later, earlier, pair = pl.col("pending"), pl.col("pending_before"), pl.col("pair_edition")
    editions = ["pending_edition_year", "pending_edition_year_before"]
    undisturbed = (pl.col("stock_restated_in") <= pl.min_horizontal(editions)).fill_null(True)
    paired = pl.col("value").is_not_null() & pl.col("value_before").is_not_null()
    is_compared = later.is_not_null() & earlier.is_not_null() & pl.when(pair.is_null()).then(undisturbed).otherwise(paired)
    compared = {
        f"compared_{name}{end}": pl.when(pair.is_null()).then(f"pending{end}{year}").otherwise(f"value{end}{year}")
        for name, year in (("pending", ""), ("pending_previous", "_before"))
        for end in ENDS
    }
    compared["comparison_edition_year"] = pl.coalesce(pair, pl.max_horizontal(editions))
    compared["comparison_from_edition_year"] = pl.coalesce(pair, pl.min_horizontal(editions))
    for language, words in WORDS.items():
        was = pl.format(words["restated"], pl.col("reference_year") - 1, editions[1], "printed_before")
        now = pl.format(words["restated"], "reference_year", editions[0], "printed")
        changed = [pl.when(pl.col("value_before") != earlier).then(was), pl.when(pl.col("value") != later).then(now)]
        restated = pl.concat_str(changed, separator="; ", ignore_nulls=True)
        apart = pl.format(words["apart"], pl.col("reference_year") - 1, editions[1], "reference_year", editions[0])
        note = pl.when(pair.is_null()).then(apart).when(restated != "").then(restated + pl.format(words["of"], pair))
        compared[f"comparison_note_{language}"] = note
    return (
        printed.join(previous, on=KEYS, how="left", suffix="_before")
        .join(newest, on=KEYS, how="left")
        .join(of_stock, on="product_code", how="left")
        .join(of_flow, on=KEYS, how="left")
        .with_columns(pl.when(is_compared).then(column).alias(name) for name, column in compared.items())
    )


def add_up(folder: Path, printed: pl.LazyFrame) -> pl.LazyFrame:
    """Add the derived products: sums of parts that are all printed, and compared within the same editions."""
    comparison = pl.struct("comparison_edition_year", "comparison_from_edition_year")
    alike = (comparison.n_unique() == 1) | (pl.col("comparison_note_en").count() == 0)
    are_compared = (pl.col("compared_pending").count() == 3) & alike
    sums = []
    for name in [*COUNTS, "comparison"]:
        is_whole = are_compared if name == "comparison" else pl.col(name).count() == 3
        columns = STOCKS if name == "comparison" else [f"{name}{end}" for end in ENDS]
        sums += [pl.when(is_whole).then(pl.col(column).sum()).alias(column) for column in columns]
        for edition, pick in ((f"{name}_edition_year", pl.Expr.max), (f"{name}_from_edition_year", pl.Expr.min)):
            sums.append(pl.when(is_whole).then(pick(pl.col(edition))).alias(edition))
    for language in WORDS:
        note = pl.concat_str(f"short_name_{language}", pl.lit(": "), f"comparison_note_{language}")
        agreed = pl.when(are_compared & (note.count() > 0)).then(note.sort_by("product_code").str.join(" "))
        sums.append(agreed.alias(f"comparison_note_{language}"))
    derived = (
        pl.scan_parquet(folder / "products.parquet")
        .filter(pl.col("part_of").is_not_null())
        .join(printed, on="product_code")
        .group_by(pl.col("part_of").alias("product_code"), "reference_year")
        .agg(*sums, pl.col("restated_in").max())
        .filter(pl.any_horizontal(pl.col(COUNTS).is_not_null()))
    )
    return pl.concat([printed, derived], how="diagonal")


def measure(folder: Path, series: pl.LazyFrame, caseload: pl.LazyFrame) -> pl.LazyFrame:
    """Compute the metrics with their bounds, and join the products."""
    outcomes = series.group_by("product_code").agg(pl.col("outcome_kind").max(), is_derived=pl.lit(False))
    computed = {
        "caseload_key": pl.concat_str("product_code", pl.lit("/"), "reference_year"),
        "period_end": pl.date("reference_year", 12, 31),
        "is_derived": pl.col("is_derived").fill_null(True),
        **{f"{name}{end}": pl.col(f"{name}{end}").cast(pl.Int32) for name in COUNTS for end in ENDS},
        **dict.fromkeys(NOTES, pl.lit(None, pl.String)),
    }
    for metric in METRICS:
        columns = bounded(metric, pl.col)
        for name, column in columns.items():
            computed[name] = pl.when(columns[metric].is_finite() & column.is_finite()).then(column.round(10))
    is_restated = pl.col("restated_in") > pl.col("comparison_edition_year")
    for language, words in WORDS.items():
        flows = pl.format(words["flows"], "reference_year", "restated_in", "comparison_edition_year")
        of_flows = pl.when(is_restated & pl.col("applications").is_not_null() & pl.col("decisions").is_not_null()).then(flows)
        both = pl.concat_str(f"comparison_note_{language}", of_flows, separator=" ", ignore_nulls=True)
        computed[f"residual_note_{language}"] = pl.when(both != "").then(both)
    return (
        caseload.join(pl.scan_parquet(folder / "products.parquet"), on="product_code")
        .join(outcomes, on="product_code", how="left")
        .sort("position", "reference_year")
        .with_columns(**computed)
        .select(CASELOAD)
    )


def lengthen(caseload: pl.LazyFrame, metric: str) -> pl.LazyFrame:
    """Convert a metric to long form."""
    newest, oldest, note = dated(metric)
    return caseload.filter(pl.col(metric).is_not_null()).select(
        *KEYS,
        "is_derived",
        metric_key=pl.concat_str("caseload_key", pl.lit(f"/{metric}")),
        metric_code=pl.lit(metric),
        unit=pl.lit(METRICS[metric]["unit"]),
        **{f"value{end}": f"{metric}{end}" for end in ENDS},
        edition_year=pl.max_horizontal(newest),
        from_edition_year=pl.min_horizontal(oldest),
        **{f"note_{language}": f"{note}_{language}" if note else pl.lit(None, pl.String) for language in WORDS},
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    series = read(folder)
    cells = parse(folder, series).collect(engine="streaming").lazy()
    newest = cells.group_by(SERIES).agg(pl.col("edition_year").max())
    current = cells.join(newest, on=[*SERIES, "edition_year"])
    printed = compare_stocks(cells, pivot(current), revise(cells, current))
    caseload = measure(folder, series, add_up(folder, printed)).collect(engine="streaming")
    caseload.write_parquet(folder / "polars_fct_caseload.parquet")
    pl.concat(lengthen(caseload.lazy(), metric) for metric in METRICS).sink_parquet(folder / "polars_fct_metrics.parquet")
    print(json.dumps({"peak_mb": peak_memory()}))
