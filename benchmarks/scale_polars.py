"""From printed text to metrics in polars, on invented editions: `python benchmarks/scale_polars.py <folder>`."""

import json
import sys
from pathlib import Path

import polars as pl
from scale import AGES, HALF_WIDTHS, MEASURES, peak_memory

KEYS = ["product_code", "reference_year"]
FIGURES = ["applications", "decisions", "pending", "outcome_share", "timely_share"]
ROLES = ["inflow", "outflow", "stock", "outcome_share", "timely_share"]
COUNTS = FIGURES[:3]
# the invented editions have none
NOTES = ["note_nl", "note_en", "break_note_nl", "break_note_en"]
SUFFIXES = ["", "_lower", "_upper"]
CELL = ["publication_code", "edition_year", "number_format", "series_code", "product_code", "role", "unit", "half_width"]


def read(folder: Path) -> pl.LazyFrame:
    """Read the printed rows: one row per printed cell, with its series."""
    code = pl.col("series_code").str.split_exact(".", 1).struct
    series = (
        pl.scan_parquet(folder / "series.parquet")
        .select("series_code", product_code=code.field("field_0"), measure_code=code.field("field_1"))
        .join(pl.scan_csv(MEASURES).select("measure_code", "unit", "role"), on="measure_code")
        .with_columns(half_width=pl.col("unit").replace_strict(HALF_WIDTHS))
    )
    return (
        pl.scan_parquet(folder / "printed_rows.parquet")
        .join(pl.scan_parquet(folder / "publications.parquet"), on="publication_code")
        .join(series, on="series_code", how="left")
        .unpivot(list(AGES), index=CELL, variable_name="age", value_name="printed")
        .drop_nulls("printed")
        .with_columns(reference_year=pl.col("edition_year") - pl.col("age").replace_strict(AGES, return_dtype=pl.Int32))
    )


def parse(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Read the printed texts as numbers; what has not the form of its unit is null."""
    printed, text, unit = pl.col("printed"), pl.col("text"), pl.col("unit")
    dutch = pl.when(pl.col("number_format") == "en").then(printed.str.replace_many([",", "."], [".", ","])).otherwise(printed)
    number = text.str.replace_all(r"[^0-9]", "").cast(pl.Float64, strict=False)
    return cells.with_columns(text=dutch).with_columns(
        value=pl.when(unit.is_in(["count", "fte"]) & text.str.contains(r"^(?:0|[1-9][0-9]{0,2}(?:[.][0-9]{3})*)$"))
        .then(number)
        .when((unit == "share") & text.str.contains(r"^(?:0|[1-9][0-9]?|100)%$"))
        .then(number / 100)
        .when((unit == "eur") & text.str.contains(r"^€ (?:0|[1-9][0-9]{0,2}),[0-9] mln$"))
        .then(number * 100_000)
    )


def bound(folder: Path, cells: pl.LazyFrame) -> pl.LazyFrame:
    """Add the bounds that rounding leaves, and keep the newest edition's figure of each series and year."""
    remarks = pl.scan_parquet(folder / "remarks.parquet").drop("kind")
    value, unit = pl.col("value"), pl.col("unit")
    exact = pl.when((unit == "count") & (value % 10 != 0)).then(0.0)
    half_width = pl.coalesce("half_width_right", exact, "half_width")
    most = pl.when(unit == "share").then(1.0)
    return (
        cells.join(remarks, on=["publication_code", "series_code", "reference_year"], how="left")
        .with_columns(
            value_lower=(value - half_width).round(10).clip(lower_bound=0),
            value_upper=pl.min_horizontal((value + half_width).round(10), most),
        )
        .with_columns(value_upper=pl.when(value.is_not_null()).then("value_upper"))
        .filter(pl.col("edition_year") == pl.col("edition_year").max().over("series_code", "reference_year"))
    )


def pivot(folder: Path, current: pl.LazyFrame) -> pl.LazyFrame:
    """Put the figures of each product and year side by side, with the derived products and the stock of the year before."""
    printed = current.group_by(KEYS).agg(
        pl.col(f"value{suffix}").filter(pl.col("role") == role).max().alias(f"{figure}{suffix}")
        for figure, role in zip(FIGURES, ROLES, strict=True)
        for suffix in SUFFIXES
    )
    parts = (
        pl.scan_parquet(folder / "products.parquet")
        .select("product_code", "part_of")
        .drop_nulls()
        .with_columns(parts=pl.len().over("part_of"))
    )
    derived = (
        parts.join(printed, on="product_code")
        .group_by(pl.col("part_of").alias("product_code"), "reference_year")
        .agg(
            pl.when(pl.col(figure).count() == pl.col("parts").first())
            .then(pl.col(f"{figure}{suffix}").sum())
            .alias(f"{figure}{suffix}")
            for figure in COUNTS
            for suffix in SUFFIXES
        )
        .with_columns(is_derived=True)
    )
    caseload = pl.concat([printed.with_columns(is_derived=False), derived], how="diagonal")
    stocks = [f"pending{suffix}" for suffix in SUFFIXES]
    previous = caseload.select(
        "product_code", pl.col("reference_year") + 1, *(pl.col(stock).alias(f"{stock}_before") for stock in stocks)
    )
    return caseload.join(previous, on=KEYS, how="left")


def over(top: pl.Expr, below: pl.Expr) -> pl.Expr:
    """Divide, or give null where the divisor is zero."""
    return top / pl.when(below != 0).then(below)


# formula, unit, the inputs that it rises with, those that it falls with
METRICS = {
    "backlog_change": (lambda stock, before: stock - before, "count", ["pending"], ["before"]),
    "backlog_change_pct": (lambda stock, before: over(stock, before) - 1, "ratio", ["pending"], ["before"]),
    "decision_to_application_ratio": (over, "ratio", ["decisions"], ["applications"]),
    "net_inflow": (lambda came, went: came - went, "count", ["applications"], ["decisions"]),
    "stock_flow_residual": (
        lambda stock, went, before, came: stock - before - came + went,
        "count",
        ["pending", "decisions"],
        ["before", "applications"],
    ),
    "disposition_time_days": (lambda stock, went: over(365 * stock, went), "days", ["pending"], ["decisions"]),
    "outcome_decisions": (lambda went, share: went * share, "count", ["decisions", "outcome_share"], []),
    "timely_decisions": (lambda went, share: went * share, "count", ["decisions", "timely_share"], []),
    "late_decisions": (lambda went, share: went * (1 - share), "count", ["decisions"], ["timely_share"]),
}


def column(name: str, suffix: str) -> pl.Expr:
    """Name an input of a metric, or a bound of it."""
    return pl.col(f"pending{suffix}_before" if name == "before" else f"{name}{suffix}")


def measure(folder: Path, caseload: pl.LazyFrame) -> pl.LazyFrame:
    """Compute the metrics with their bounds, and add what is known of the product."""
    products = pl.scan_parquet(folder / "products.parquet").select(
        "product_code", "name_nl", "name_en", "product_group", "decided_by"
    )
    metrics = []
    for name, (formula, _, rises_with, falls_with) in METRICS.items():
        value = formula(*(column(each, "") for each in rises_with + falls_with))
        metrics.append(value.round(10).alias(name))
        for mine, theirs in (("_lower", "_upper"), ("_upper", "_lower")):
            bound = formula(*(column(each, mine) for each in rises_with), *(column(each, theirs) for each in falls_with))
            metrics.append(pl.when(value.is_not_null()).then(bound.round(10)).alias(name + mine))
    others = {
        "caseload_key": pl.concat_str("product_code", "reference_year", separator="/"),
        "period_end": pl.date("reference_year", 12, 31),
        "outcome_kind": pl.when(~pl.col("is_derived")).then(pl.lit("granted")),
        **dict.fromkeys(NOTES, pl.lit(None, pl.String)),
    }
    return (
        caseload.join(products, on="product_code")
        .with_columns(*metrics, **others)
        .drop("^.*_before$", "^(applications|decisions|pending)_(lower|upper)$")
    )


def lengthen(caseload: pl.DataFrame) -> pl.LazyFrame:
    """Put the same metrics in one shape, a row each."""
    return pl.concat(
        caseload.lazy()
        .filter(pl.col(name).is_not_null())
        .select(
            *KEYS,
            "is_derived",
            metric_key=pl.concat_str("caseload_key", pl.lit(name), separator="/"),
            metric_code=pl.lit(name),
            value=name,
            value_lower=f"{name}_lower",
            value_upper=f"{name}_upper",
            unit=pl.lit(unit),
        )
        for name, (_, unit, _, _) in METRICS.items()
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    caseload = measure(folder, pivot(folder, bound(folder, parse(read(folder))))).collect(engine="streaming")
    caseload.write_parquet(folder / "polars_fct_caseload.parquet")
    lengthen(caseload).sink_parquet(folder / "polars_fct_metrics.parquet")
    print(json.dumps({"peak_mb": peak_memory()}))
