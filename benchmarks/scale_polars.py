"""The same work in polars, lazily: `python benchmarks/scale_polars.py <folder>`."""

import json
import sys
from pathlib import Path

import polars as pl
from scale import AGES, COUNTS, FIGURES, HALF_WIDTHS, MEASURES, METRICS, NOTES, WORDS, bounded, dated, peak_memory

KEYS = ["product_code", "reference_year"]
ENDS = ["", "_lower", "_upper"]
CELL = ["publication_code", "edition_year", "number_format", "series_code", "product_code", "role", "unit", "half_width"]
STOCKS = [f"compared_{stock}{end}" for stock in ("pending", "pending_previous") for end in ENDS]


def read(folder: Path) -> pl.LazyFrame:
    """Read the series, with what their measures say."""
    code = pl.col("series_code").str.split_exact(".", 1).struct
    return (
        pl.scan_parquet(folder / "series.parquet")
        .with_columns(product_code=code.field("field_0"), measure_code=code.field("field_1"))
        .join(pl.scan_csv(MEASURES), on="measure_code", suffix="_measured")
        .with_columns(
            half_width=pl.col("unit").replace_strict(HALF_WIDTHS),
            **{f"name_{language}": pl.coalesce(f"name_{language}", f"name_{language}_measured") for language in WORDS},
        )
    )


def parse(folder: Path, series: pl.LazyFrame) -> pl.LazyFrame:
    """Read the printed texts as numbers with the bounds that rounding leaves; what has not the form of its unit is null."""
    text, unit, value, half_width = pl.col("text"), pl.col("unit"), pl.col("value"), pl.col("half_width")
    swapped = pl.col("printed").str.replace_many([",", "."], [".", ","])
    number = text.str.replace_all(r"[^0-9]", "").cast(pl.Float64, strict=False)
    remarks = pl.scan_parquet(folder / "remarks.parquet").select(
        "publication_code", "series_code", "reference_year", remarked="half_width"
    )
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
            value=pl.when(unit.is_in(["count", "fte"]) & text.str.contains(r"^(?:0|[1-9][0-9]{0,2}(?:[.][0-9]{3})*)$"))
            .then(number)
            .when((unit == "share") & text.str.contains(r"^(?:0|[1-9][0-9]?|100)%$"))
            .then(number / 100)
            .when((unit == "eur") & text.str.contains(r"^€ (?:0|[1-9][0-9]{0,2}),[0-9] mln$"))
            .then(number * 100_000)
        )
        .join(remarks, on=["publication_code", "series_code", "reference_year"], how="left")
        .with_columns(
            half_width=pl.coalesce("remarked", pl.when((unit == "count") & (value % 10 != 0)).then(0.0).otherwise(half_width))
        )
        .with_columns(
            value_lower=(value - half_width).round(10).clip(lower_bound=0),
            value_upper=pl.when(unit == "share")
            .then((value + half_width).round(10).clip(upper_bound=1))
            .otherwise(value + half_width),
        )
        .select(*KEYS, "series_code", "role", "edition_year", "printed", "half_width", *(f"value{end}" for end in ENDS))
    )


def revise(cells: pl.LazyFrame, current: pl.LazyFrame) -> pl.LazyFrame:
    """Find the figures that a later edition restated, and the edition that did so last."""
    value, half_width = pl.col("value"), pl.col("half_width")
    series = ["series_code", "reference_year"]
    counts = cells.filter(pl.col("role").is_in(["inflow", "outflow", "stock"]))
    differ = counts.join(current.select(*series, newest="value"), on=series).filter(value.ne_missing(pl.col("newest")))
    is_next = (pl.col("series_code") == pl.col("series_code").shift()) & (
        pl.col("reference_year") == pl.col("reference_year").shift()
    )
    same_step = half_width == half_width.shift()
    apart = (value - value.shift()).abs() > half_width + half_width.shift()
    return (
        counts.join(differ.select(series).unique(), on=series, how="semi")
        .sort(*series, "edition_year")
        .filter(is_next & value.ne_missing(value.shift()) & (same_step | apart).fill_null(True))
        .group_by(*KEYS, is_stock=pl.col("role") == "stock")
        .agg(to_edition=pl.col("edition_year").max())
    )


def pivot(current: pl.LazyFrame) -> pl.LazyFrame:
    """Put the newest figures of each product and year side by side."""

    def of(role: str, column: str) -> pl.Expr:
        return pl.col(column).filter(pl.col("role") == role).max()

    figures = [of(role, f"value{end}").alias(f"{name}{end}") for role, name in FIGURES.items() for end in ENDS]
    editions = [of(role, "edition_year").alias(f"{name}_printed_in") for role, name in FIGURES.items()]
    return (
        current.group_by(KEYS)
        .agg(*figures, *editions, printed=of("stock", "printed"))
        .with_columns(
            pl.when(pl.col(name).is_not_null()).then(f"{name}_printed_in").alias(f"{name}_edition_year")
            for name in FIGURES.values()
        )
        .with_columns(pl.col(f"{name}_edition_year").alias(f"{name}_from_edition_year") for name in COUNTS)
    )


def compare_stocks(cells: pl.LazyFrame, printed: pl.LazyFrame, revisions: pl.LazyFrame) -> pl.LazyFrame:
    """Pair the stocks of two years: of the newest edition that prints both, else the current ones where nothing was restated."""
    values = [f"value{end}" for end in ENDS]
    stocks = cells.filter(pl.col("role") == "stock").select(*KEYS, "edition_year", *values)
    pairs = (
        stocks.join(stocks.with_columns(pl.col("reference_year") + 1), on=[*KEYS, "edition_year"], suffix="_before")
        .sort("edition_year")
        .unique(KEYS, keep="last", maintain_order=True)
        .select(
            *KEYS,
            *(pl.col(name).alias(name.replace("value", "pair")) for name in values),
            *(pl.col(f"{name}_before").alias(name.replace("value", "pair_before")) for name in values),
            pair_edition="edition_year",
        )
    )
    previous = printed.select(
        "product_code",
        pl.col("reference_year") + 1,
        *(pl.col(f"pending{end}").alias(f"previous{end}") for end in ENDS),
        previous_edition="pending_edition_year",
        previous_printed="printed",
    )
    of_stock = revisions.filter("is_stock").group_by("product_code").agg(stock_restated_in=pl.col("to_edition").max())
    of_flow = revisions.filter(~pl.col("is_stock")).select(*KEYS, restated_in="to_edition")
    later, earlier, pair = pl.col("pending"), pl.col("previous"), pl.col("pair_edition")
    editions = ["pending_edition_year", "previous_edition"]
    is_apart = pair.is_null()
    undisturbed = (pl.col("stock_restated_in") <= pl.min_horizontal(editions)).fill_null(True)
    both_current = later.is_not_null() & earlier.is_not_null()
    both_paired = pl.col("pair").is_not_null() & pl.col("pair_before").is_not_null()
    is_compared = pl.col("is_compared")
    notes = {}
    for language, words in WORDS.items():
        was = pl.format(words["restated"], pl.col("reference_year") - 1, "previous_edition", "previous_printed")
        now = pl.format(words["restated"], "reference_year", "pending_edition_year", "printed")
        restated = pl.concat_str(
            pl.when(pl.col("pair_before") != earlier).then(was),
            pl.when(pl.col("pair") != later).then(now),
            separator=", ",
            ignore_nulls=True,
        )
        apart = pl.format(
            words["apart"], pl.col("reference_year") - 1, "previous_edition", "reference_year", "pending_edition_year"
        )
        notes[f"comparison_note_{language}"] = (
            pl.when(is_compared & is_apart)
            .then(apart)
            .when(is_compared & (restated != ""))
            .then(restated + pl.format(words["of"], pair))
        )
    return (
        printed.join(previous, on=KEYS, how="left")
        .join(pairs, on=KEYS, how="left")
        .join(of_stock, on="product_code", how="left")
        .join(of_flow, on=KEYS, how="left")
        .with_columns(is_compared=both_current & pl.when(is_apart).then(undisturbed).otherwise(both_paired))
        .with_columns(
            *(
                pl.when(is_compared & is_apart)
                .then(f"{mine}{end}")
                .when(is_compared)
                .then(f"{theirs}{end}")
                .alias(f"compared_{name}{end}")
                for name, mine, theirs in (("pending", "pending", "pair"), ("pending_previous", "previous", "pair_before"))
                for end in ENDS
            ),
            comparison_edition_year=pl.when(is_compared).then(pl.coalesce(pair, pl.max_horizontal(editions))),
            comparison_from_edition_year=pl.when(is_compared).then(pl.coalesce(pair, pl.min_horizontal(editions))),
            **notes,
        )
    )


def add_up(folder: Path, printed: pl.LazyFrame) -> pl.LazyFrame:
    """Add the derived products: sums of parts, where all of them are printed, and compared within the same editions."""
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
    """Compute the metrics with their bounds, and add what is known of the product."""
    products = pl.scan_parquet(folder / "products.parquet").select(
        "product_code", "position", "name_nl", "name_en", "product_group", "decided_by", "note_nl", "note_en"
    )
    outcomes = series.group_by("product_code").agg(pl.col("outcome_kind").max(), is_derived=pl.lit(False))
    metrics = [
        pl.when(pl.all_horizontal(each.is_finite() for each in (columns[metric], column))).then(column.round(10)).alias(name)
        for metric in METRICS
        for columns in [bounded(metric, pl.col)]
        for name, column in columns.items()
    ]
    residual_notes = {}
    for language, words in WORDS.items():
        is_restated = pl.col("restated_in") > pl.col("comparison_edition_year")
        flows = pl.format(words["flows"], "reference_year", "restated_in", "comparison_edition_year")
        both = pl.concat_str(
            f"comparison_note_{language}",
            pl.when(is_restated & pl.col("applications").is_not_null() & pl.col("decisions").is_not_null()).then(flows),
            separator=" ",
            ignore_nulls=True,
        )
        residual_notes[f"residual_note_{language}"] = pl.when(both != "").then(both)
    return (
        caseload.join(products, on="product_code")
        .join(outcomes, on="product_code", how="left")
        .sort("position", "reference_year")
        .select(
            *KEYS,
            pl.concat_str("product_code", pl.lit("/"), "reference_year").alias("caseload_key"),
            pl.date("reference_year", 12, 31).alias("period_end"),
            pl.col("is_derived").fill_null(True),
            "name_nl",
            "name_en",
            "product_group",
            "decided_by",
            "outcome_kind",
            "note_nl",
            "note_en",
            *(pl.col(f"{name}{end}").cast(pl.Int32) for name in COUNTS for end in ENDS),
            *(f"{name}{end}" for name in ("outcome_share", "timely_share") for end in ENDS),
            *metrics,
            *(f"{name}{end}_edition_year" for name in [*COUNTS, "comparison"] for end in ("", "_from")),
            "outcome_share_edition_year",
            "timely_share_edition_year",
            "comparison_note_nl",
            "comparison_note_en",
            **residual_notes,
            **dict.fromkeys(NOTES, pl.lit(None, pl.String)),
        )
    )


def lengthen(caseload: pl.LazyFrame) -> pl.LazyFrame:
    """Put the same metrics in one shape, a row each."""
    parts = []
    for metric, definition in METRICS.items():
        newest, oldest, note = dated(metric)
        notes = {f"note_{language}": f"{note}_{language}" if note else pl.lit(None, pl.String) for language in WORDS}
        rows = caseload.filter(pl.col(metric).is_not_null()).select(
            *KEYS,
            "is_derived",
            metric_key=pl.concat_str("caseload_key", pl.lit(f"/{metric}")),
            metric_code=pl.lit(metric),
            unit=pl.lit(definition["unit"]),
            **{f"value{end}": f"{metric}{end}" for end in ENDS},
            edition_year=pl.max_horizontal(newest),
            from_edition_year=pl.min_horizontal(oldest),
            **notes,
        )
        parts.append(rows)
    return pl.concat(parts)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    series = read(folder)
    cells = parse(folder, series).collect(engine="streaming").lazy()
    newest = cells.group_by("series_code", "reference_year").agg(pl.col("edition_year").max())
    current = cells.join(newest, on=["series_code", "reference_year", "edition_year"])
    printed = compare_stocks(cells, pivot(current), revise(cells, current))
    caseload = measure(folder, series, add_up(folder, printed)).collect(engine="streaming")
    caseload.write_parquet(folder / "polars_fct_caseload.parquet")
    lengthen(caseload.lazy()).sink_parquet(folder / "polars_fct_metrics.parquet")
    print(json.dumps({"peak_mb": peak_memory()}))
