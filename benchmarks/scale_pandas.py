"""From printed text to metrics in pandas, on invented editions: `python benchmarks/scale_pandas.py <folder>`."""

import json
import sys
from pathlib import Path

import pandas as pd
from scale import AGES, HALF_WIDTHS, MEASURES, peak_memory

KEYS = ["product_code", "reference_year"]
FIGURES = {
    "inflow": "applications",
    "outflow": "decisions",
    "stock": "pending",
    "outcome_share": "outcome_share",
    "timely_share": "timely_share",
}
COUNTS = ["applications", "decisions", "pending"]
# the invented editions have none
NOTES = ["note_nl", "note_en", "break_note_nl", "break_note_en"]
SUFFIXES = ["", "_lower", "_upper"]


def read(folder: Path) -> pd.DataFrame:
    """Read the printed rows: one row per printed cell, with its series."""
    series = pd.read_parquet(folder / "series.parquet", columns=["series_code"])
    series[["product_code", "measure_code"]] = series["series_code"].str.split(".", expand=True)
    series = series.merge(pd.read_csv(MEASURES, usecols=["measure_code", "unit", "role"]), on="measure_code")
    series["half_width"] = series["unit"].map(HALF_WIDTHS)
    publications = pd.read_parquet(folder / "publications.parquet")
    rows = (
        pd.read_parquet(folder / "printed_rows.parquet", columns=["publication_code", "series_code", *AGES])
        .merge(publications, on="publication_code")
        .merge(series.drop(columns="measure_code"), on="series_code", how="left")
    )
    cells = rows.melt(
        id_vars=[
            "publication_code",
            "edition_year",
            "number_format",
            "series_code",
            "product_code",
            "role",
            "unit",
            "half_width",
        ],
        value_vars=AGES,
        var_name="age",
        value_name="printed",
    ).dropna(subset="printed")
    return cells.assign(reference_year=cells["edition_year"] - cells["age"].map(AGES).astype("int32"))


def parse(cells: pd.DataFrame) -> pd.DataFrame:
    """Read the printed texts as numbers; what has not the form of its unit is null."""
    english = cells.loc[cells["number_format"] == "en", "printed"]
    cells.loc[english.index, "printed"] = english.str.translate(str.maketrans(",.", ".,"))
    forms = (
        (["count", "fte"], r"0|[1-9][0-9]{0,2}(?:[.][0-9]{3})*", 1),
        (["share"], r"(?:0|[1-9][0-9]?|100)%", 0.01),
        (["eur"], r"€ (?:0|[1-9][0-9]{0,2}),[0-9] mln", 100_000),
    )
    cells["value"] = float("nan")
    for units, form, scale in forms:
        text = cells.loc[cells["unit"].isin(units), "printed"]
        text = text[text.str.fullmatch(form)]
        cells.loc[text.index, "value"] = text.str.replace(r"[^0-9]", "", regex=True).astype("float64") * scale
    return cells


def bound(folder: Path, cells: pd.DataFrame) -> pd.DataFrame:
    """Add the bounds that rounding leaves, and keep the newest edition's figure of each series and year."""
    remarks = pd.read_parquet(folder / "remarks.parquet").drop(columns="kind")
    cells = cells.merge(remarks, on=["publication_code", "series_code", "reference_year"], how="left", suffixes=("", "_remarked"))
    exact = (cells["unit"] == "count") & (cells["value"] % 10 != 0)
    half_width = cells["half_width_remarked"].fillna(cells["half_width"].mask(exact, 0))
    cells["value_lower"] = (cells["value"] - half_width).round(10).clip(lower=0)
    cells["value_upper"] = (cells["value"] + half_width).round(10)
    cells["value_upper"] = cells["value_upper"].where(cells["unit"] != "share", cells["value_upper"].clip(upper=1))
    return cells.sort_values("edition_year").drop_duplicates(["series_code", "reference_year"], keep="last")


def pivot(folder: Path, current: pd.DataFrame) -> pd.DataFrame:
    """Put the figures of each product and year side by side, with the derived products and the stock of the year before."""
    wide = current.pivot(index=KEYS, columns="role", values=[f"value{suffix}" for suffix in SUFFIXES])
    wide.columns = [FIGURES[role] + value.removeprefix("value") for value, role in wide.columns]
    printed = wide.reset_index()
    parts = pd.read_parquet(folder / "products.parquet", columns=["product_code", "part_of"]).dropna()
    counts = [figure + suffix for figure in COUNTS for suffix in SUFFIXES]
    groups = parts.merge(printed, on="product_code").groupby(["part_of", "reference_year"])[counts]
    sums, present = groups.sum(), groups.count()
    all_there = present.eq(parts["part_of"].value_counts().reindex(sums.index.get_level_values("part_of")).to_numpy(), axis=0)
    derived = sums.where(all_there).reset_index().rename(columns={"part_of": "product_code"})
    caseload = pd.concat([printed.assign(is_derived=False), derived.assign(is_derived=True)], ignore_index=True)
    previous = caseload[[*KEYS, *(f"pending{suffix}" for suffix in SUFFIXES)]].assign(
        reference_year=caseload["reference_year"] + 1
    )
    return caseload.merge(previous, on=KEYS, how="left", suffixes=("", "_before"))


def over(top: pd.Series, below: pd.Series) -> pd.Series:
    """Divide, or give null where the divisor is zero."""
    return top / below.where(below != 0)


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


def measure(folder: Path, caseload: pd.DataFrame) -> pd.DataFrame:
    """Compute the metrics with their bounds, and add what is known of the product."""

    def inputs(names: list[str], suffix: str) -> list[pd.Series]:
        return [caseload[f"pending{suffix}_before" if name == "before" else f"{name}{suffix}"] for name in names]

    metrics = {}
    for name, (formula, _, rises_with, falls_with) in METRICS.items():
        value = formula(*inputs(rises_with + falls_with, ""))
        metrics[name] = value.round(10)
        for mine, theirs in (("_lower", "_upper"), ("_upper", "_lower")):
            bound = formula(*inputs(rises_with, mine), *inputs(falls_with, theirs))
            metrics[name + mine] = bound.round(10).where(value.notna())
    caseload = caseload.assign(
        caseload_key=caseload["product_code"] + "/" + caseload["reference_year"].astype("str"),
        period_end=pd.to_datetime(caseload["reference_year"].astype("str") + "-12-31"),
        outcome_kind=caseload["is_derived"].map({False: "granted", True: None}),
        **metrics,
        **dict.fromkeys(NOTES),
    )
    dropped = [f"pending{suffix}_before" for suffix in SUFFIXES] + [
        f"{figure}{suffix}" for figure in COUNTS for suffix in SUFFIXES[1:]
    ]
    products = pd.read_parquet(
        folder / "products.parquet", columns=["product_code", "name_nl", "name_en", "product_group", "decided_by"]
    )
    return caseload.drop(columns=dropped).merge(products, on="product_code")


def lengthen(caseload: pd.DataFrame) -> pd.DataFrame:
    """Put the same metrics in one shape, a row each."""
    parts = []
    for name, (_, unit, _, _) in METRICS.items():
        rows = caseload[caseload[name].notna()]
        columns = {name: "value", f"{name}_lower": "value_lower", f"{name}_upper": "value_upper"}
        part = rows[[*KEYS, "is_derived", *columns]].rename(columns=columns)
        parts.append(part.assign(metric_key=rows["caseload_key"] + f"/{name}", metric_code=name, unit=unit))
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    caseload = measure(folder, pivot(folder, bound(folder, parse(read(folder)))))
    caseload.to_parquet(folder / "pandas_fct_caseload.parquet")
    lengthen(caseload).to_parquet(folder / "pandas_fct_metrics.parquet")
    print(json.dumps({"peak_mb": peak_memory()}))
