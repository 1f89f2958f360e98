"""The questions of analyses/, answered from site/data/*.csv in polars: `python benchmarks/questions_polars.py <question>`.

Each function is named after its question and returns the answer of the analysis: the same columns, rows and order.
"""

import sys
from pathlib import Path

import polars as pl

DATA = Path(__file__).resolve().parents[1] / "site" / "data"
VALUES = ["value", "value_lower", "value_upper"]
LATE = ["late_decisions", "late_decisions_lower", "late_decisions_upper"]


def table(name: str) -> pl.LazyFrame:
    """Scan a table; what a question does not need of it is not parsed."""
    return pl.scan_csv(DATA / f"{name}.csv")


def of_newest_year(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the rows of the year of the newest whole edition."""
    newest = table("dim_editions").filter(~pl.col("is_partial")).select(reference_year=pl.col("edition_year").max())
    return rows.join(newest, on="reference_year", how="semi")


def rounded(number: pl.Expr, digits: int = 0) -> pl.Expr:
    """Round a half away from zero, as SQL does; polars rounds it to the even neighbour."""
    return number.round(digits, mode="half_away_from_zero")


def at_least(number: pl.Expr, digits: int = 0) -> pl.Expr:
    """Round down, but for what a computer makes of a number that has no more digits."""
    return (number * 10**digits).round(10 - digits).floor() / 10**digits


def at_most(number: pl.Expr, digits: int = 0) -> pl.Expr:
    """Round up, likewise."""
    return (number * 10**digits).round(10 - digits).ceil() / 10**digits


def whole(column: str | pl.Expr) -> pl.Expr:
    """Round to integers."""
    return rounded(pl.col(column) if isinstance(column, str) else column).cast(pl.Int32)


def years_of(product_code: str) -> pl.LazyFrame:
    """Scan the caseload of a product, by year."""
    return table("fct_caseload").filter(pl.col("product_code") == product_code).sort("reference_year")


def with_year_before(years: pl.LazyFrame) -> pl.LazyFrame:
    """Put beside each year the figures of the year before, or null where there is none."""
    before = years.with_columns(pl.col("reference_year") + 1)
    return years.join(before, on="reference_year", how="left", suffix="_before", maintain_order="left")


def did_asylum_decisions_get_faster() -> pl.DataFrame:
    """Was asylum decided faster? Shares in time from 0 to 1, and calculated days."""
    laws = (
        table("dim_breaks")
        .filter(pl.col("series_code") == "asylum_track_4.timely_share", pl.col("kind") == "law")
        .select("reference_year", law_of="reference_year")
        .sort("reference_year")
    )
    return (
        years_of("asylum_track_4")
        .join_asof(laws, on="reference_year")
        .select(
            year="reference_year",
            in_time="timely_share",
            at_least="timely_share_lower",
            at_most="timely_share_upper",
            calculated_days=rounded(pl.col("disposition_time_days"), 1),
            days_from=at_least(pl.col("disposition_time_days_lower"), 1),
            days_to=at_most(pl.col("disposition_time_days_upper"), 1),
            law_of="law_of",
        )
        .collect()
    )


def did_court_cases_double() -> pl.DataFrame:
    """Did court cases about residence double? Cases, and growth as a ratio."""
    growths = table("fct_trends").filter(
        pl.col("series_code") == "court_cases_residence.applications", pl.col("trend_code") == "growth"
    )
    return (
        years_of("court_cases_residence")
        .join(growths, on="reference_year", how="left", maintain_order="left")
        .select(
            year="reference_year",
            received="applications",
            handled="decisions",
            growth_received=rounded(pl.col("value"), 4),
            at_least=at_least(pl.col("value_lower"), 4),
            at_most=at_most(pl.col("value_upper"), 4),
            handled_per_received=rounded(pl.col("decision_to_application_ratio"), 4),
        )
        .collect()
    )


def did_staff_keep_pace() -> pl.DataFrame:
    """Did staff keep pace with the work? Decisions, FTE and a share, and their growth as ratios."""
    observations = table("fct_observations").filter("is_current")
    mainland = table("dim_products").filter(pl.col("decided_by") == "IND", pl.col("product_group") != "caribbean_netherlands")
    decisions = observations.filter(pl.col("measure_code") == "decisions").join(mainland, on="product_code", how="semi")
    figures = {
        "decisions": decisions,
        # nobody applied for a withdrawal, and an objection is about an earlier decision
        "of which on applications": decisions.filter(~pl.col("product_code").is_in(["permit_withdrawals", "objections"])),
        "staff, FTE": observations.filter(pl.col("series_code") == "workforce.total_staff"),
        "of which external, FTE": observations.filter(pl.col("series_code") == "workforce.external_staff"),
        "external share of staff": table("fct_workforce").select(
            "reference_year", *(pl.col(value.replace("value", "external_share")).alias(value) for value in VALUES)
        ),
    }
    years = pl.concat(
        rows.group_by("reference_year", figure=pl.lit(figure)).agg(pl.col(VALUES).sum()) for figure, rows in figures.items()
    )
    before = years.with_columns(pl.col("reference_year") + 1)
    return (
        of_newest_year(years)
        .join(before, on=["figure", "reference_year"], suffix="_before")
        .select(
            year="reference_year",
            figure="figure",
            year_before=rounded(pl.col("value_before"), 3),
            this_year=rounded(pl.col("value"), 3),
            growth=rounded(pl.col("value") / pl.col("value_before") - 1, 4),
            at_least=at_least(pl.col("value_lower") / pl.col("value_upper_before") - 1, 4),
            at_most=at_most(pl.col("value_upper") / pl.col("value_lower_before") - 1, 4),
        )
        .sort("this_year", descending=True)
        .collect()
    )


def do_stock_and_flows_agree() -> pl.DataFrame:
    """Do stock and flows agree? Cases, and the residual as a ratio of the expected stock."""
    return (
        of_newest_year(table("fct_reconciliation").filter(pl.col("check_code") == "stock_flow"))
        .sort(pl.col("residual").abs(), "product_code", descending=[True, False])
        .select(
            year="reference_year",
            product_code="product_code",
            residual=whole("residual"),
            tolerance=whole(at_most(pl.col("tolerance"))),
            share=rounded(pl.col("residual_share"), 4),
            verdict="verdict",
            size=pl.when(pl.col("residual_share").abs() > 0.01).then(pl.lit("large")).otherwise(pl.lit("small")),
        )
        .collect()
    )


def does_the_ind_differ_from_others() -> pl.DataFrame:
    """Do the IND's figures differ from those of others? In the unit of each figure, persons or cases."""
    return (
        table("fct_reconciliation")
        .drop_nulls("register")
        .sort(pl.col("residual").abs() - pl.col("tolerance"), "check_key", descending=[True, False])
        .select(
            compared=pl.col("check_key").str.replace("external_", "", literal=True),
            ind=whole("found"),
            off_by=whole("residual"),
            margin="tolerance",
            verdict="verdict",
        )
        .collect()
    )


def how_far_back_do_figures_reach() -> pl.DataFrame:
    """How far back do the figures reach? Years, and series by name or number."""
    years = ["first_year", "last_year"]
    reaches = (
        table("fct_observations")
        .group_by("product_code", "measure_code")
        .agg(first_year=pl.col("reference_year").min(), last_year=pl.col("reference_year").max())
    )
    commonest = reaches.group_by(years).len().sort("len", descending=True).head(1)
    others = (
        reaches.join(commonest, on=years, how="anti")
        .group_by("product_code", *years)
        .agg(pl.col("measure_code").sort().str.join(", "))
        .sort("first_year", "product_code")
        .select(product="product_code", first_year="first_year", last_year="last_year", measures="measure_code")
    )
    rest = commonest.select(pl.lit("all others").alias("product"), *years, measures=pl.format("{} series", "len"))
    return pl.concat([others, rest]).collect()


def how_many_asylum_applications_were_granted() -> pl.DataFrame:
    """How many asylum applications were granted? Decisions, and their growth as a ratio."""
    return (
        with_year_before(years_of("asylum_track_4"))
        .select(
            year="reference_year",
            decisions="decisions",
            share="outcome_share",
            granted=whole("outcome_decisions"),
            at_least=whole(at_least(pl.col("outcome_decisions_lower"))),
            at_most=whole(at_most(pl.col("outcome_decisions_upper"))),
            growth=rounded(pl.col("outcome_decisions") / pl.col("outcome_decisions_before") - 1, 4),
            growth_from=at_least(pl.col("outcome_decisions_lower") / pl.col("outcome_decisions_upper_before") - 1, 4),
            growth_to=at_most(pl.col("outcome_decisions_upper") / pl.col("outcome_decisions_lower_before") - 1, 4),
        )
        .collect()
    )


def how_many_decisions_were_late() -> pl.DataFrame:
    """How many decisions were late? Decisions, and shares from 0 to 1."""
    late, lower, upper = (pl.col(name).sum() for name in LATE)
    timely_lower, timely_upper = (pl.col(f"timely_decisions_{bound}").sum() for bound in ("lower", "upper"))
    decisions = pl.col("decisions").sum()
    return (
        table("fct_caseload")
        .drop_nulls("late_decisions")
        .group_by(year="reference_year")
        .agg(
            procedures=pl.len(),
            decisions=decisions,
            late=whole(late),
            at_least=whole(at_least(lower)),
            at_most=whole(at_most(upper)),
            share=rounded(late / decisions, 3),
            # the share is lowest with the fewest late and the most in time
            share_from=at_least(lower / (lower + timely_upper), 3),
            share_to=at_most(upper / (upper + timely_lower), 3),
        )
        .sort("year")
        .collect()
    )


def how_many_months_are_pending() -> pl.DataFrame:
    """How many months of work are pending? Cases, and months of the year's decisions."""
    return (
        of_newest_year(table("fct_caseload"))
        .drop_nulls("disposition_time_days")
        .sort("disposition_time_days", descending=True)
        .head(10)
        .select(
            year="reference_year",
            product_code="product_code",
            pending="pending",
            decisions="decisions",
            months=rounded(12 * pl.col("disposition_time_days") / 365, 1),
            at_least=at_least(12 * pl.col("disposition_time_days_lower") / 365, 1),
            at_most=at_most(12 * pl.col("disposition_time_days_upper") / 365, 1),
        )
        .collect()
    )


def how_many_permits_were_withdrawn() -> pl.DataFrame:
    """How many rights to stay were withdrawn? Reviews decided, and the change against the year before."""
    return (
        with_year_before(years_of("permit_withdrawals"))
        .select(
            year="reference_year",
            reviews="decisions",
            share="outcome_share",
            withdrawn=whole("outcome_decisions"),
            at_least=whole(at_least(pl.col("outcome_decisions_lower"))),
            at_most=whole(at_most(pl.col("outcome_decisions_upper"))),
            change=whole(pl.col("outcome_decisions") - pl.col("outcome_decisions_before")),
            change_from=whole(at_least(pl.col("outcome_decisions_lower") - pl.col("outcome_decisions_upper_before"))),
            change_to=whole(at_most(pl.col("outcome_decisions_upper") - pl.col("outcome_decisions_lower_before"))),
        )
        .collect()
    )


def how_often_is_an_objection_well_founded() -> pl.DataFrame:
    """How often does an objector win? Objections, and shares from 0 to 1."""
    return (
        years_of("objections")
        .select(
            year="reference_year",
            objections_decided="decisions",
            share="outcome_share",
            well_founded=whole("outcome_decisions"),
            at_least=whole(at_least(pl.col("outcome_decisions_lower"))),
            at_most=whole(at_most(pl.col("outcome_decisions_upper"))),
        )
        .collect()
    )


def is_naturalisation_falling() -> pl.DataFrame:
    """Is naturalisation falling? Applications and stocks, and growth as a ratio."""
    of_series = pl.col("series_code") == "naturalisation.applications"
    indexes = table("fct_trends").filter(of_series, pl.col("trend_code") == "index")
    value, lower, upper = (pl.col(name) for name in VALUES)
    later = pl.when(pl.int_range(pl.len()) > 0)
    return (
        table("fct_observations")
        .filter(of_series, "is_current")
        .join(indexes.select("reference_year", index="value"), on="reference_year", how="left")
        .join(years_of("naturalisation").select("reference_year", "pending"), on="reference_year", how="left")
        .sort("reference_year")
        .select(
            year="reference_year",
            applications=whole("value"),
            since_first_year=later.then(rounded(value / value.first() - 1, 4)),
            at_least=later.then(at_least(lower / upper.first() - 1, 4)),
            at_most=later.then(at_most(upper / lower.first() - 1, 4)),
            since_base_year=rounded(pl.col("index") / 100 - 1, 4),
            pending="pending",
        )
        .collect()
    )


def what_changed_between_editions() -> pl.DataFrame:
    """What changed from edition to edition? Numbers of figures."""
    counts = (
        table("fct_revisions")
        .join(table("dim_series"), on="series_code", how="left")
        .group_by(editions=pl.format("{} - {}", "from_edition", "to_edition"))
        .agg(
            printed_twice=pl.len(),
            revised=pl.col("beyond_rounding").sum(),
            may_be_rounding=(~pl.col("beyond_rounding") & (pl.col("revision") != 0)).sum(),
            stocks=(pl.col("stock_or_flow") == "stock").sum(),
            asylum_tracks=pl.col("product_code").str.starts_with("asylum_track").sum(),
        )
        .sort("editions")
    )
    return pl.concat([counts, counts.select(pl.lit("all").alias("editions"), pl.exclude("editions").sum())]).collect()


def what_part_of_the_asylum_stock_is_track_4() -> pl.DataFrame:
    """What part of the asylum stock is track 4? Cases, and shares from 0 to 1."""
    tracks = ["asylum_track_1", "asylum_track_2"]
    other_stocks = {
        "tracks 1, 2 and 4": tracks,
        "with both family reunifications": [*tracks, "asylum_family_reunification", "family_reunification_echr8"],
    }
    stocks = of_newest_year(table("fct_observations").filter(pl.col("measure_code") == "pending", "is_current"))
    track_4 = stocks.filter(pl.col("product_code") == "asylum_track_4").select("reference_year", *VALUES)
    rest = pl.concat(
        stocks.filter(pl.col("product_code").is_in(others)).select(pl.lit(name).alias("asylum_stock"), pl.col(VALUES).sum())
        for name, others in other_stocks.items()
    )
    value, lower, upper = (pl.col(name) for name in VALUES)
    return (
        track_4.join(rest, how="cross", suffix="_rest")
        .select(
            year="reference_year",
            asylum_stock="asylum_stock",
            track_4=whole(value),
            whole=whole(value + pl.col("value_rest")),
            # part and rest vary apart: the share is lowest with the lowest part and the highest rest
            share=rounded(value / (value + pl.col("value_rest")), 3),
            at_least=at_least(lower / (lower + pl.col("value_upper_rest")), 3),
            at_most=at_most(upper / (upper + pl.col("value_lower_rest")), 3),
        )
        .sort("whole")
        .collect()
    )


def where_did_the_backlog_grow() -> pl.DataFrame:
    """Where did the backlog grow most? Cases."""
    grew = pl.col("backlog_change") >= 1000
    return (
        of_newest_year(table("fct_caseload"))
        .filter(~pl.col("is_derived"), pl.col("backlog_change").is_not_null())
        .group_by(
            year="reference_year",
            product=pl.when(grew).then("product_code").otherwise(pl.lit("all others together")),
        )
        .agg(
            stocks=pl.len(),
            pending=pl.col("pending").sum(),
            change=whole(pl.col("backlog_change").sum()),
            at_least=whole(at_least(pl.col("backlog_change_lower").sum())),
            at_most=whole(at_most(pl.col("backlog_change_upper").sum())),
        )
        .sort("change", descending=True)
        .collect()
    )


def where_were_decisions_behind() -> pl.DataFrame:
    """Where did the IND decide less than came in? Ratios, and cases."""
    ratio, upper = pl.col("decision_to_application_ratio"), pl.col("decision_to_application_ratio_upper")
    return (
        of_newest_year(table("fct_caseload"))
        .filter(
            pl.col("decided_by") == "IND",
            pl.col("product_group") != "caribbean_netherlands",
            ~pl.col("is_derived"),
            ratio < 1,
        )
        .sort(ratio)
        .select(
            year="reference_year",
            product_code="product_code",
            ratio=rounded(ratio, 4),
            at_least=at_least(pl.col("decision_to_application_ratio_lower"), 4),
            at_most=at_most(upper, 4),
            cases=whole("net_inflow"),
            certainty=pl.when(upper < 1).then(pl.lit("certain")).otherwise(pl.lit("may be rounding")),
            size=pl.when(ratio < 0.95).then(pl.lit("large")).otherwise(pl.lit("small")),
        )
        .collect()
    )


def which_nationalities_lead() -> pl.DataFrame:
    """Which nationalities apply most? Names, in the printed order."""
    names = {1: "first_place", 2: "second_place", 3: "third_place"}
    return (
        table("fct_top_nationalities")
        .filter(pl.col("edition_year") == pl.col("edition_year").max())
        .group_by("product_code")
        .agg(
            *(pl.col("name_en").filter(pl.col("rank") == rank).first().alias(name) for rank, name in names.items()),
            pl.col("ranked_by").drop_nulls().first().fill_null("not printed"),
        )
        .join(table("dim_products").select("product_code", "position"), on="product_code")
        .sort("position")
        .drop("position")
        .collect()
    )


def which_procedures_are_late_most() -> pl.DataFrame:
    """Which procedure gives most late decisions? Decisions, and shares from 0 to 1."""
    newest = of_newest_year(table("fct_caseload")).drop_nulls("late_decisions")
    # each procedure on its own, and three times some of them together
    parts = [
        (newest, pl.col("product_code")),
        (newest.top_k(4, by="late_decisions"), pl.lit("the first four together")),
        (newest.filter(pl.col("product_group") == "asylum"), pl.lit("all asylum procedures")),
        (newest.filter(pl.col("backlog_change") >= 1000), pl.lit("backlog grew by 1,000+")),
    ]
    ranked = pl.concat(
        rows.group_by(year="reference_year", procedure=procedure)
        .agg(pl.col("decisions", *LATE).sum(), part=part)
        .top_k(6, by="late_decisions")
        for part, (rows, procedure) in enumerate(parts, start=1)
    )
    late, lower, upper = (pl.col(name) for name in LATE)
    total, total_lower, total_upper = (pl.col(f"{name}_total") for name in LATE)
    return (
        ranked.join(newest.select(pl.col("decisions", *LATE).sum().name.suffix("_total")), how="cross")
        .sort("part", "late_decisions", descending=[False, True])
        .select(
            year="year",
            procedure="procedure",
            late=whole(late),
            at_least=whole(at_least(lower)),
            at_most=whole(at_most(upper)),
            share=rounded(late / total, 3),
            # part and rest vary apart: the share is lowest with the lowest part and the highest rest
            low=at_least(lower / (lower + total_upper - upper), 3),
            high=at_most(upper / (upper + total_lower - lower), 3),
            of_all=rounded(pl.col("decisions") / pl.col("decisions_total"), 3),
        )
        .collect()
    )


if __name__ == "__main__":
    with pl.Config(tbl_rows=-1, tbl_cols=-1):
        print(globals()[sys.argv[1]]())
