"""The questions of analyses/, answered from site/data/*.csv in pandas: `python benchmarks/questions_pandas.py <question>`.

Each function is named after its question and returns the answer of the analysis: the same columns, rows and order.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[1] / "site" / "data"
VALUES = ["value", "value_lower", "value_upper"]
RATIOS = ["decision_to_application_ratio", "decision_to_application_ratio_lower", "decision_to_application_ratio_upper"]
DAYS = ["disposition_time_days", "disposition_time_days_lower", "disposition_time_days_upper"]
OUTCOMES = ["outcome_decisions", "outcome_decisions_lower", "outcome_decisions_upper"]
LATE = ["late_decisions", "late_decisions_lower", "late_decisions_upper"]
TIMELY = ["timely_decisions_lower", "timely_decisions_upper"]


def read(table: str, *columns: str) -> pd.DataFrame:
    """Read the columns that a question needs of a table."""
    return pd.read_csv(DATA / f"{table}.csv", usecols=list(columns))


def newest_year() -> int:
    """Find the year of the newest whole edition."""
    editions = read("dim_editions", "edition_year", "is_partial")
    return editions.loc[~editions["is_partial"], "edition_year"].max()


def rounded(numbers: pd.Series, digits: int = 0) -> pd.Series:
    """Round a half away from zero, as SQL does; pandas rounds it to the even neighbour."""
    return np.sign(numbers) * np.floor(numbers.abs() * 10**digits + 0.5) / 10**digits


def at_least(numbers: pd.Series, digits: int = 0) -> pd.Series:
    """Round down, but for what a computer makes of a number that has no more digits."""
    return np.floor(np.round(numbers * 10**digits, 10 - digits)) / 10**digits


def at_most(numbers: pd.Series, digits: int = 0) -> pd.Series:
    """Round up, likewise."""
    return np.ceil(np.round(numbers * 10**digits, 10 - digits)) / 10**digits


def whole(numbers: pd.Series) -> pd.Series:
    """Round to integers that may be null."""
    return rounded(numbers).astype("Int64")


def years_of(product_code: str, *columns: str) -> pd.DataFrame:
    """Read the caseload of a product, with its years as index."""
    caseload = read("fct_caseload", "product_code", "reference_year", *columns)
    return caseload[caseload["product_code"] == product_code].set_index("reference_year").sort_index()


def year_before(years: pd.DataFrame) -> pd.DataFrame:
    """Put beside each year the figures of the year before, or null where there is none."""
    return years.set_axis(years.index + 1).reindex(years.index)


def did_asylum_decisions_get_faster() -> pd.DataFrame:
    """Was asylum decided faster? Shares in time from 0 to 1, and calculated days."""
    shares = ["timely_share", "timely_share_lower", "timely_share_upper"]
    track_4 = years_of("asylum_track_4", *shares, *DAYS)
    breaks = read("dim_breaks", "series_code", "reference_year", "kind")
    laws = breaks[(breaks["series_code"] == "asylum_track_4.timely_share") & (breaks["kind"] == "law")]
    laws = laws[["reference_year"]].assign(law_of=laws["reference_year"].astype("Int64")).sort_values("reference_year")
    years = pd.merge_asof(track_4.reset_index(), laws, on="reference_year")
    return pd.DataFrame(
        {
            "year": years["reference_year"],
            "in_time": years["timely_share"],
            "at_least": years["timely_share_lower"],
            "at_most": years["timely_share_upper"],
            "calculated_days": rounded(years["disposition_time_days"], 1),
            "days_from": at_least(years["disposition_time_days_lower"], 1),
            "days_to": at_most(years["disposition_time_days_upper"], 1),
            "law_of": years["law_of"],
        }
    )


def did_court_cases_double() -> pd.DataFrame:
    """Did court cases about residence double? Cases, and growth as a ratio."""
    years = years_of("court_cases_residence", "applications", "decisions", "decision_to_application_ratio")
    trends = read("fct_trends", "series_code", "reference_year", "trend_code", *VALUES)
    growths = trends[(trends["series_code"] == "court_cases_residence.applications") & (trends["trend_code"] == "growth")]
    years = years.join(growths.set_index("reference_year")[VALUES])
    return pd.DataFrame(
        {
            "year": years.index,
            "received": years["applications"],
            "handled": years["decisions"],
            "growth_received": rounded(years["value"], 4),
            "at_least": at_least(years["value_lower"], 4),
            "at_most": at_most(years["value_upper"], 4),
            "handled_per_received": rounded(years["decision_to_application_ratio"], 4),
        }
    )


def did_staff_keep_pace() -> pd.DataFrame:
    """Did staff keep pace with the work? Decisions, FTE and a share, and their growth as ratios."""
    observations = read(
        "fct_observations", "series_code", "product_code", "measure_code", "reference_year", "is_current", *VALUES
    )
    observations = observations[observations["is_current"]]
    products = read("dim_products", "product_code", "product_group", "decided_by")
    mainland = products[(products["decided_by"] == "IND") & (products["product_group"] != "caribbean_netherlands")]
    decisions = observations[
        (observations["measure_code"] == "decisions") & observations["product_code"].isin(mainland["product_code"])
    ]
    shares = {value.replace("value", "external_share"): value for value in VALUES}
    figures = {
        "decisions": decisions,
        # nobody applied for a withdrawal, and an objection is about an earlier decision
        "of which on applications": decisions[~decisions["product_code"].isin(["permit_withdrawals", "objections"])],
        "staff, FTE": observations[observations["series_code"] == "workforce.total_staff"],
        "of which external, FTE": observations[observations["series_code"] == "workforce.external_staff"],
        "external share of staff": read("fct_workforce", "reference_year", *shares).rename(columns=shares),
    }
    sums = pd.concat({figure: rows.groupby("reference_year")[VALUES].sum() for figure, rows in figures.items()})
    year = newest_year()
    both = sums.xs(year, level=1).join(sums.xs(year - 1, level=1), how="inner", suffixes=("", "_before"))
    return pd.DataFrame(
        {
            "year": year,
            "figure": both.index,
            "year_before": rounded(both["value_before"], 3),
            "this_year": rounded(both["value"], 3),
            "growth": rounded(both["value"] / both["value_before"] - 1, 4),
            "at_least": at_least(both["value_lower"] / both["value_upper_before"] - 1, 4),
            "at_most": at_most(both["value_upper"] / both["value_lower_before"] - 1, 4),
        }
    ).sort_values("this_year", ascending=False)


def do_stock_and_flows_agree() -> pd.DataFrame:
    """Do stock and flows agree? Cases, and the residual as a ratio of the expected stock."""
    checks = read(
        "fct_reconciliation",
        "check_code",
        "product_code",
        "reference_year",
        "residual",
        "tolerance",
        "residual_share",
        "verdict",
    )
    checks = checks[(checks["check_code"] == "stock_flow") & (checks["reference_year"] == newest_year())]
    # equal residuals stay in the order of the file, which is that of the products' codes
    checks = checks.sort_values("residual", key=abs, ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "year": checks["reference_year"],
            "product_code": checks["product_code"],
            "residual": whole(checks["residual"]),
            "tolerance": whole(at_most(checks["tolerance"])),
            "share": rounded(checks["residual_share"], 4),
            "verdict": checks["verdict"],
            "size": np.where(checks["residual_share"].abs() > 0.01, "large", "small"),
        }
    )


def does_the_ind_differ_from_others() -> pd.DataFrame:
    """Do the IND's figures differ from those of others? In the unit of each figure, persons or cases."""
    checks = read("fct_reconciliation", "check_key", "found", "residual", "tolerance", "verdict", "register")
    checks = checks.dropna(subset="register")
    checks = checks.assign(beyond=checks["residual"].abs() - checks["tolerance"])
    checks = checks.sort_values(["beyond", "check_key"], ascending=[False, True])
    return pd.DataFrame(
        {
            "compared": checks["check_key"].str.replace("external_", ""),
            "ind": whole(checks["found"]),
            "off_by": whole(checks["residual"]),
            "margin": checks["tolerance"],
            "verdict": checks["verdict"],
        }
    )


def how_far_back_do_figures_reach() -> pd.DataFrame:
    """How far back do the figures reach? Years, and series by name or number."""
    observations = read("fct_observations", "product_code", "measure_code", "reference_year")
    years = observations.groupby(["product_code", "measure_code"])["reference_year"]
    reaches = years.agg(first_year="min", last_year="max").reset_index().rename(columns={"product_code": "product"})
    counts = reaches.value_counts(["first_year", "last_year"])
    first, last = counts.idxmax()
    others = reaches[(reaches["first_year"] != first) | (reaches["last_year"] != last)]
    measures = others.groupby(["first_year", "product", "last_year"])["measure_code"].agg(", ".join)
    answer = measures.rename("measures").reset_index()[["product", "first_year", "last_year", "measures"]]
    answer.loc[len(answer)] = ["all others", first, last, f"{counts.max()} series"]
    return answer


def how_many_asylum_applications_were_granted() -> pd.DataFrame:
    """How many asylum applications were granted? Decisions, and their growth as a ratio."""
    years = years_of("asylum_track_4", "decisions", "outcome_share", *OUTCOMES)
    before = year_before(years)
    return pd.DataFrame(
        {
            "year": years.index,
            "decisions": years["decisions"],
            "share": years["outcome_share"],
            "granted": whole(years["outcome_decisions"]),
            "at_least": whole(at_least(years["outcome_decisions_lower"])),
            "at_most": whole(at_most(years["outcome_decisions_upper"])),
            "growth": rounded(years["outcome_decisions"] / before["outcome_decisions"] - 1, 4),
            "growth_from": at_least(years["outcome_decisions_lower"] / before["outcome_decisions_upper"] - 1, 4),
            "growth_to": at_most(years["outcome_decisions_upper"] / before["outcome_decisions_lower"] - 1, 4),
        }
    )


def how_many_decisions_were_late() -> pd.DataFrame:
    """How many decisions were late? Decisions, and shares from 0 to 1."""
    caseload = read("fct_caseload", "reference_year", "decisions", *LATE, *TIMELY).dropna(subset="late_decisions")
    years = caseload.groupby("reference_year")
    sums = years.sum()
    return pd.DataFrame(
        {
            "year": sums.index,
            "procedures": years.size(),
            "decisions": whole(sums["decisions"]),
            "late": whole(sums["late_decisions"]),
            "at_least": whole(at_least(sums["late_decisions_lower"])),
            "at_most": whole(at_most(sums["late_decisions_upper"])),
            "share": rounded(sums["late_decisions"] / sums["decisions"], 3),
            # the share is lowest with the fewest late and the most in time
            "share_from": at_least(
                sums["late_decisions_lower"] / (sums["late_decisions_lower"] + sums["timely_decisions_upper"]), 3
            ),
            "share_to": at_most(
                sums["late_decisions_upper"] / (sums["late_decisions_upper"] + sums["timely_decisions_lower"]), 3
            ),
        }
    )


def how_many_months_are_pending() -> pd.DataFrame:
    """How many months of work are pending? Cases, and months of the year's decisions."""
    caseload = read("fct_caseload", "product_code", "reference_year", "pending", "decisions", *DAYS)
    largest = caseload[caseload["reference_year"] == newest_year()].nlargest(10, "disposition_time_days")
    return pd.DataFrame(
        {
            "year": largest["reference_year"],
            "product_code": largest["product_code"],
            "pending": whole(largest["pending"]),
            "decisions": whole(largest["decisions"]),
            "months": rounded(12 * largest["disposition_time_days"] / 365, 1),
            "at_least": at_least(12 * largest["disposition_time_days_lower"] / 365, 1),
            "at_most": at_most(12 * largest["disposition_time_days_upper"] / 365, 1),
        }
    )


def how_many_permits_were_withdrawn() -> pd.DataFrame:
    """How many rights to stay were withdrawn? Reviews decided, and the change against the year before."""
    years = years_of("permit_withdrawals", "decisions", "outcome_share", *OUTCOMES)
    before = year_before(years)
    return pd.DataFrame(
        {
            "year": years.index,
            "reviews": years["decisions"],
            "share": years["outcome_share"],
            "withdrawn": whole(years["outcome_decisions"]),
            "at_least": whole(at_least(years["outcome_decisions_lower"])),
            "at_most": whole(at_most(years["outcome_decisions_upper"])),
            "change": whole(years["outcome_decisions"] - before["outcome_decisions"]),
            "change_from": whole(at_least(years["outcome_decisions_lower"] - before["outcome_decisions_upper"])),
            "change_to": whole(at_most(years["outcome_decisions_upper"] - before["outcome_decisions_lower"])),
        }
    )


def how_often_is_an_objection_well_founded() -> pd.DataFrame:
    """How often does an objector win? Objections, and shares from 0 to 1."""
    years = years_of("objections", "decisions", "outcome_share", *OUTCOMES)
    return pd.DataFrame(
        {
            "year": years.index,
            "objections_decided": years["decisions"],
            "share": years["outcome_share"],
            "well_founded": whole(years["outcome_decisions"]),
            "at_least": whole(at_least(years["outcome_decisions_lower"])),
            "at_most": whole(at_most(years["outcome_decisions_upper"])),
        }
    )


def is_naturalisation_falling() -> pd.DataFrame:
    """Is naturalisation falling? Applications and stocks, and growth as a ratio."""
    observations = read("fct_observations", "series_code", "reference_year", "is_current", *VALUES)
    trends = read("fct_trends", "series_code", "reference_year", "trend_code", "value")
    series = "naturalisation.applications"
    years = observations[(observations["series_code"] == series) & observations["is_current"]]
    years = years.set_index("reference_year")[VALUES].sort_index()
    indexes = trends[(trends["series_code"] == series) & (trends["trend_code"] == "index")].set_index("reference_year")
    years = years.assign(index=indexes["value"], pending=years_of("naturalisation", "pending")["pending"])
    first, later = years.iloc[0], years.iloc[1:]
    return pd.DataFrame(
        {
            "year": years.index,
            "applications": whole(years["value"]),
            "since_first_year": rounded(later["value"] / first["value"] - 1, 4),
            "at_least": at_least(later["value_lower"] / first["value_upper"] - 1, 4),
            "at_most": at_most(later["value_upper"] / first["value_lower"] - 1, 4),
            "since_base_year": rounded(years["index"] / 100 - 1, 4),
            "pending": whole(years["pending"]),
        },
        index=years.index,
    )


def what_changed_between_editions() -> pd.DataFrame:
    """What changed from edition to edition? Numbers of figures."""
    revisions = read("fct_revisions", "series_code", "from_edition", "to_edition", "revision", "beyond_rounding")
    figures = revisions.merge(read("dim_series", "series_code", "product_code", "stock_or_flow"), on="series_code", how="left")
    flags = pd.DataFrame(
        {
            "editions": figures["from_edition"].astype(str) + " - " + figures["to_edition"].astype(str),
            "printed_twice": True,
            "revised": figures["beyond_rounding"],
            "may_be_rounding": ~figures["beyond_rounding"] & (figures["revision"] != 0),
            "stocks": figures["stock_or_flow"] == "stock",
            "asylum_tracks": figures["product_code"].str.startswith("asylum_track"),
        }
    )
    counts = flags.groupby("editions").sum()
    counts.loc["all"] = counts.sum()
    return counts.reset_index()


def what_part_of_the_asylum_stock_is_track_4() -> pd.DataFrame:
    """What part of the asylum stock is track 4? Cases, and shares from 0 to 1."""
    observations = read("fct_observations", "product_code", "measure_code", "reference_year", "is_current", *VALUES)
    year = newest_year()
    stocks = observations[
        (observations["reference_year"] == year) & (observations["measure_code"] == "pending") & observations["is_current"]
    ].set_index("product_code")[VALUES]
    tracks = ["asylum_track_1", "asylum_track_2"]
    other_stocks = {
        "tracks 1, 2 and 4": tracks,
        "with both family reunifications": [*tracks, "asylum_family_reunification", "family_reunification_echr8"],
    }
    track_4 = stocks.loc["asylum_track_4"]
    rest = pd.DataFrame({name: stocks.loc[others].sum() for name, others in other_stocks.items()}).T
    return pd.DataFrame(
        {
            "year": year,
            "asylum_stock": rest.index,
            "track_4": round(track_4["value"]),
            "whole": whole(track_4["value"] + rest["value"]),
            # part and rest vary apart: the share is lowest with the lowest part and the highest rest
            "share": rounded(track_4["value"] / (track_4["value"] + rest["value"]), 3),
            "at_least": at_least(track_4["value_lower"] / (track_4["value_lower"] + rest["value_upper"]), 3),
            "at_most": at_most(track_4["value_upper"] / (track_4["value_upper"] + rest["value_lower"]), 3),
        }
    ).sort_values("whole")


def where_did_the_backlog_grow() -> pd.DataFrame:
    """Where did the backlog grow most? Cases."""
    changes = ["backlog_change", "backlog_change_lower", "backlog_change_upper"]
    caseload = read("fct_caseload", "product_code", "reference_year", "is_derived", "pending", *changes)
    stocks = caseload[(caseload["reference_year"] == newest_year()) & ~caseload["is_derived"]].dropna(subset="backlog_change")
    product = stocks["product_code"].where(stocks["backlog_change"] >= 1000, "all others together").rename("product")
    groups = stocks.groupby(["reference_year", product])
    sums = groups[["pending", *changes]].sum().astype("int64")
    sums.insert(0, "stocks", groups.size())
    names = {"reference_year": "year", **dict(zip(changes, ["change", "at_least", "at_most"], strict=True))}
    return sums.reset_index().rename(columns=names).sort_values("change", ascending=False)


def where_were_decisions_behind() -> pd.DataFrame:
    """Where did the IND decide less than came in? Ratios, and cases."""
    caseload = read(
        "fct_caseload",
        "product_code",
        "reference_year",
        "product_group",
        "decided_by",
        "is_derived",
        "net_inflow",
        *RATIOS,
    )
    behind = caseload[
        (caseload["reference_year"] == newest_year())
        & (caseload["decided_by"] == "IND")
        & (caseload["product_group"] != "caribbean_netherlands")
        & ~caseload["is_derived"]
        & (caseload["decision_to_application_ratio"] < 1)
    ].sort_values("decision_to_application_ratio")
    return pd.DataFrame(
        {
            "year": behind["reference_year"],
            "product_code": behind["product_code"],
            "ratio": rounded(behind["decision_to_application_ratio"], 4),
            "at_least": at_least(behind["decision_to_application_ratio_lower"], 4),
            "at_most": at_most(behind["decision_to_application_ratio_upper"], 4),
            "cases": whole(behind["net_inflow"]),
            "certainty": np.where(behind["decision_to_application_ratio_upper"] < 1, "certain", "may be rounding"),
            "size": np.where(behind["decision_to_application_ratio"] < 0.95, "large", "small"),
        }
    )


def which_nationalities_lead() -> pd.DataFrame:
    """Which nationalities apply most? Names, in the printed order."""
    places = read("fct_top_nationalities", "edition_year", "product_code", "ranked_by", "rank", "name_en")
    places = places[places["edition_year"] == places["edition_year"].max()]
    answer = places.pivot(index="product_code", columns="rank", values="name_en")
    answer = answer.rename(columns={1: "first_place", 2: "second_place", 3: "third_place"})
    answer["ranked_by"] = places.groupby("product_code")["ranked_by"].first().fillna("not printed")
    position = read("dim_products", "product_code", "position").set_index("product_code")["position"]
    return answer.sort_index(key=lambda codes: codes.map(position)).reset_index()


def which_procedures_are_late_most() -> pd.DataFrame:
    """Which procedure gives most late decisions? Decisions, and shares from 0 to 1."""
    figures = ["decisions", *LATE]
    caseload = read("fct_caseload", "product_code", "reference_year", "product_group", "backlog_change", *figures)
    newest = caseload[caseload["reference_year"] == newest_year()].dropna(subset="late_decisions")
    # each procedure on its own, and three times some of them together
    listed = pd.concat(
        [
            newest.assign(part=1, procedure=newest["product_code"]),
            newest.nlargest(4, "late_decisions").assign(part=2, procedure="the first four together"),
            newest[newest["product_group"] == "asylum"].assign(part=3, procedure="all asylum procedures"),
            newest[newest["backlog_change"] >= 1000].assign(part=4, procedure="backlog grew by 1,000+"),
        ]
    )
    sums = listed.groupby(["part", "reference_year", "procedure"], as_index=False)[figures].sum()
    ranked = sums.sort_values(["part", "late_decisions"], ascending=[True, False]).groupby("part").head(6)
    total = newest[figures].sum()
    late, lower, upper = (ranked[name] for name in LATE)
    return pd.DataFrame(
        {
            "year": ranked["reference_year"],
            "procedure": ranked["procedure"],
            "late": whole(late),
            "at_least": whole(at_least(lower)),
            "at_most": whole(at_most(upper)),
            "share": rounded(late / total["late_decisions"], 3),
            # part and rest vary apart: the share is lowest with the lowest part and the highest rest
            "low": at_least(lower / (lower + total["late_decisions_upper"] - upper), 3),
            "high": at_most(upper / (upper + total["late_decisions_lower"] - lower), 3),
            "of_all": rounded(ranked["decisions"] / total["decisions"], 3),
        }
    )


if __name__ == "__main__":
    print(globals()[sys.argv[1]]().to_string(index=False))
