"""The page: what the published figures say, in pictures, each with its margin, its source and the table behind it."""

from pathlib import Path

import altair as alt
import duckdb
import jinja2
import pandas as pd
import vl_convert

from ind_warehouse import PUBLISHED, ROOT, version
from ind_warehouse.charts import (
    AT_LEAST,
    AT_MOST,
    BLUE,
    CASES,
    COUNTS,
    DARK,
    GREY,
    KEY,
    NEWEST,
    ORANGE,
    PINK,
    PROCEDURE,
    RATIOS,
    ROWS,
    SHARES,
    YEAR,
    Figure,
    Text,
    compared,
    derived,
    listed,
    number,
    observed,
    one,
    printed,
    say,
    written,
)

PAGE = ROOT / "site" / "index.html"
TEMPLATE = Path(__file__).with_name("page.html.j2")
LANGUAGES = ("nl", "en")
# Below this many decisions per application a procedure falls behind by more than a headline should pass over.
BEHIND = 0.95
# Cases by which a backlog must have grown to be named on top.
NAMED = 1000


def write_page(path: Path) -> None:
    """Write the page.

    Args:
        path: The file to write.
    """
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        editions = con.execute("select title, printed_figures from marts.dim_editions order by edition_year desc").fetchall()
        digest = one(
            con,
            "select md5(string_agg(figures::varchar, chr(10) order by observation_key)) as digest"
            " from marts.fct_observations as figures",
        )
        page = render(opening(con), [figure(con) for figure in FIGURES], editions, digest["digest"][:12])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, "utf-8")


def render(statements: list[tuple[str, Text]], figures: list[Figure], editions: list[tuple], digest: str) -> str:
    """Fill the template.

    Args:
        statements: What stands on top: the name of the picture that shows it, and what it says.
        figures: The pictures in their order.
        editions: Title and number of figures of each edition.
        digest: What tells this build's printed figures from another's.

    Returns:
        The page, with charts and scripts inside it.
    """
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = number
    charts = {
        figure.name: {language: styled(figure.draw(language)).to_dict() for language in LANGUAGES}
        for figure in figures
        if figure.draw
    }
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        statements=statements,
        figures=figures,
        charts=charts,
        editions=editions,
        digest=digest,
        version=version(),
        languages=LANGUAGES,
        script=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed; window.vega = vega;"),
    )


def styled(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """Give a chart the page's looks."""
    return (
        chart.configure(
            font="system-ui, sans-serif",
            background="transparent",
            # every chart of a grid is as high as its neighbour, whatever its labels
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
            padding={"left": 0, "right": 12, "top": 4, "bottom": 2},
        )
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#e4e4e4", domainColor=GREY, tickColor=GREY, labelColor="#333", labelFontSize=12, labelLimit=190
        )
    )


def opening(con: duckdb.DuckDBPyConnection) -> list[tuple[str, Text]]:
    """Write the statements on top, which hold whatever the rounding.

    Args:
        con: The published file.

    Returns:
        For each the name of the picture that shows it, and what it says.
    """
    grown = named(
        con, f"backlog_change >= {NAMED} and reference_year = {NEWEST} and not caseload.is_derived order by backlog_change desc"
    )
    backlogs = one(
        con,
        f"with stocks as (select *, backlog_change >= {NAMED} as grew from marts.fct_caseload"
        f" where not is_derived and backlog_change is not null and reference_year = {NEWEST})"
        " select any_value(reference_year)::varchar as year,"
        " sum(backlog_change) filter (where grew) as grew, sum(backlog_change_lower) filter (where grew) as grew_low,"
        " sum(backlog_change_upper) filter (where grew) as grew_high, count(*) filter (where not grew) as others,"
        " -sum(backlog_change) filter (where not grew) as shrank, -sum(backlog_change_upper) filter (where not grew) as shrank_low,"
        " -sum(backlog_change_lower) filter (where not grew) as shrank_high from stocks",
    )
    four = f"late_decisions is not null and reference_year = {NEWEST} and not caseload.is_derived order by late_decisions desc limit 4"
    late = one(
        con,
        "with procedures as (select *, row_number() over (order by late_decisions desc) <= 4 as most from marts.fct_caseload"
        f" where reference_year = {NEWEST} and late_decisions is not null and not is_derived),"
        " sums as (select sum(decisions) as decisions, sum(late_decisions) as late, sum(late_decisions_lower) as low,"
        " sum(late_decisions_upper) as high, sum(late_decisions) filter (most) as four,"
        " sum(late_decisions_lower) filter (most) as four_low, sum(late_decisions_upper) filter (most) as four_high,"
        " sum(late_decisions_lower) filter (not most) as rest_low, sum(late_decisions_upper) filter (not most) as rest_high"
        " from procedures) select format('{:.1f}', 100 * late / decisions) as late, format('{:.1f}', 100 * low / decisions) as low,"
        " format('{:.1f}', 100 * high / decisions) as high, format('{:.0f}', 100 * four / late) as four,"
        " format('{:.0f}', 100 * four_low / (four_low + rest_high)) as four_low,"
        " format('{:.0f}', 100 * four_high / (four_high + rest_low)) as four_high from sums",
    )
    asylum_cases = one(
        con,
        "select sum(stocks.value) as pending, sum(stocks.value_lower) as pending_low, sum(stocks.value_upper) as pending_high,"
        " any_value(applied.value) as first, any_value(applied.value_lower) as first_low, any_value(applied.value_upper) as first_high"
        " from marts.fct_observations as stocks join raw.derived_products on stocks.product_code = part_code cross join"
        " (select value, value_lower, value_upper from marts.fct_observations"
        f" where series_code = 'first_asylum_applications.applications' and is_current and reference_year = {NEWEST}) as applied"
        f" where measure_code = 'pending' and is_current and reference_year = {NEWEST}",
    )
    return [
        (
            "backlog",
            written(
                say(
                    "In {year} groeide de voorraad van {grown} samen met {grew} zaken ({grew_low} tot {grew_high}); die van de"
                    " andere {others} procedures kromp samen met {shrank} ({shrank_low} tot {shrank_high}).",
                    "In {year} the backlogs of {grown} grew by {grew} cases together ({grew_low} to {grew_high}); those of the"
                    " other {others} procedures shrank by {shrank} together ({shrank_low} to {shrank_high}).",
                ),
                grown=listed(grown),
                **backlogs,
            ),
        ),
        (
            "late",
            written(
                say(
                    "Van de beslissingen van {year} waarvoor de tijdigheid is gedrukt, viel {late}% ({low} tot {high}) buiten de"
                    " wettelijke termijn. Vier procedures gaven samen {four}% ({four_low} tot {four_high}) daarvan: {names}.",
                    "Of the decisions of {year} for which timeliness is printed, {late}% ({low} to {high}) fell outside the"
                    " statutory time limit. Four procedures gave {four}% ({four_low} to {four_high}) of these: {names}.",
                ),
                year=backlogs["year"],
                names=listed(named(con, four)),
                **late,
            ),
        ),
        (
            "asylum",
            written(
                say(
                    "Er waren in {year} {first} eerste asielaanvragen ({first_low} tot {first_high}), en aan het einde van dat jaar"
                    " {pending} zaken in behandeling in de sporen 1, 2 en 4 ({pending_low} tot {pending_high}).",
                    "There were {first} first asylum applications in {year} ({first_low} to {first_high}), and at the end of that"
                    " year {pending} cases pending in tracks 1, 2 and 4 ({pending_low} to {pending_high}).",
                ),
                year=backlogs["year"],
                **asylum_cases,
            ),
        ),
    ]


def named(con: duckdb.DuckDBPyConnection, condition: str) -> list[Text]:
    """Name the procedures for which a condition on fct_caseload holds."""
    return [
        say(*names)
        for names in con.execute(
            "select short_name_nl, short_name_en from marts.fct_caseload as caseload join marts.dim_products using (product_code)"
            f" where {condition}"
        ).fetchall()
    ]


def rose_or_fell(con: duckdb.DuckDBPyConnection, series: str, rose: Text, fell: Text) -> tuple[Text | None, Text]:
    """Say that a series rose or fell in the newest year, where its bounds carry it and no break spoils it.

    Args:
        con: The published file.
        series: Its code.
        rose: The statement with {percent} and {year} in it, for a rise.
        fell: The same for a fall.

    Returns:
        The statement if there is one, and the growth with its margin.
    """
    growth = one(
        con,
        "select value, value_lower as low, value_upper as high, reference_year::varchar as year, break_note_en is not null as spoilt"
        f" from marts.fct_trends where series_code = '{series}' and trend_code = 'growth' and reference_year = {NEWEST}",
    )
    margin = written(
        say("Groei: {growth}% (door afronding {low} tot {high}).", "Growth: {growth}% ({low} to {high} by rounding)."),
        growth=f"{100 * growth['value']:.2f}",
        low=f"{100 * growth['low']:.2f}",
        high=f"{100 * growth['high']:.2f}",
    )
    if growth["spoilt"] or growth["low"] <= 0 <= growth["high"]:
        return None, margin
    statement = rose if growth["low"] > 0 else fell
    return written(statement, year=growth["year"], percent=f"{100 * abs(growth['value']):.1f}"), margin


def backlog(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the stock of each procedure through the years."""
    changes = derived(con, "backlog_change")
    statement = written(
        say(
            "In {year} groeide de voorraad van {rose} procedures en kromp die van {fell}",
            "In {year} the backlog of {rose} procedures grew and that of {fell} shrank",
        ),
        year=str(changes.year.max()),
        rose=int((changes.low > 0).sum()),
        fell=int((changes.high < 0).sum()),
    )
    about = say(
        "Zaken in behandeling op 31 december, geen personen; elk vak heeft zijn eigen schaal. Gedrukt op tientallen, dus 5 meer of"
        " minder. Bij intrekkingen wacht niemand; studenten zijn eind december buiten hun seizoen.",
        "Cases pending on 31 December, not persons; each panel has a scale of its own. Printed to tens, so give or take 5. For"
        " withdrawals nobody waits; for students the end of December is off-season.",
    )
    topic = say("Voorraad per procedure", "Backlog by procedure")
    return printed(con, "backlog", topic, about, observed(con, "measure_code = 'pending'"), statement)


def flows(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw what came in and what went out of each procedure."""
    frame = observed(
        con, "measure_code in ('applications', 'decisions') and (decided_by = 'IND' or product_code = 'family_incl_echr8')"
    )
    # the older definition stands in the panel of the newer one, with a break between them
    names = ["panel_nl", "panel_en"]
    frame.loc[frame.product_code == "family_incl_echr8", names] = (
        frame.loc[frame.product_code == "family", names].iloc[0].tolist()
    )
    about = say(
        "Zaken per jaar; elk vak heeft zijn eigen schaal. Gedrukt op tientallen, dus 5 meer of minder. Tussen de asielsporen"
        " verhuizen zaken. Familie & Gezin telde in de edities 2020 en 2021 de 8 EVRM-zaken mee: links van de streepjeslijn een"
        " andere definitie dan rechts.",
        "Cases per year; each panel has a scale of its own. Printed to tens, so give or take 5. Between the asylum tracks cases"
        " move. In the editions of 2020 and 2021 Family included the Article 8 ECHR cases: left of the dashed line another"
        " definition than right of it.",
    )
    topic = say("Aanvragen en beslissingen per procedure", "Applications and decisions by procedure")
    lines = (say("aanvragen", "applications"), say("beslissingen", "decisions"))
    return printed(con, "flows", topic, about, frame, lines=lines)


def ratio(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw decisions per application with their bounds and the line at 1."""
    frame = derived(con, "decision_to_application_ratio", "decided_by = 'IND' and product_group != 'caribbean_netherlands'")
    statement = written(
        say(
            "Bij {below} procedures bleven de beslissingen in {year} meer dan {percent}% achter bij de aanvragen",
            "In {below} procedures decisions fell behind applications by more than {percent}% in {year}",
        ),
        year=str(frame.year.max()),
        below=int((frame.high < BEHIND).sum()),
        percent=round(100 * (1 - BEHIND)),
    )
    words = say("beslissingen per aanvraag", "decisions per application")
    about = written(
        say(
            "Beslissingen per aanvraag in het jaar; links van de streepjeslijn (1) komt er meer binnen dan eruit gaat. Zeker onder 1"
            " zijn er {below}, zeker erboven {above}; zeker onder 1 is niet hetzelfde als ver onder 1. De marge van de afronding is"
            " vaak smaller dan de punt.",
            "Decisions per application in the year; left of the dashed line (1) more comes in than goes out. Certainly below 1 are"
            " {below}, certainly above it {above}; certainly below 1 is not the same as far below 1. The margin of rounding is often"
            " narrower than the point.",
        ),
        below=int((frame.high < 1).sum()),
        above=int((frame.low > 1).sum()),
    )
    return compared(
        "ratio", say("Beslissingen per aanvraag", "Decisions per application"), about, frame, words, statement, RATIOS, 1
    )


def timeliness(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the shares decided in time."""
    about = say(
        "Aandeel van de beslissingen van het jaar dat binnen de wettelijke termijn viel, gedrukt in hele procenten, dus een half"
        " procentpunt meer of minder. Termijnen verschillen per procedure; wie nog wacht, telt niet mee, en wie oude zaken afdoet,"
        " zakt. Streepjeslijn: de wet veranderde in dat jaar, en jaren ervoor en erna zijn niet te vergelijken.",
        "Share of the decisions of the year that fell within the statutory time limit, printed in whole percentages, so give or take"
        " half a percentage point. Limits differ by procedure; those still waiting do not count, and clearing old cases lowers the"
        " share. Dashed line: the law changed in that year, and years before and after cannot be compared.",
    )
    topic = say("Beslist binnen de wettelijke termijn", "Decided within the statutory time limit")
    return printed(con, "timeliness", topic, about, observed(con, "measure_code = 'timely_share'"), shown=SHARES)


def outcomes(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the shares of decisions with the printed outcome."""
    # a panel says which outcome, unless it is the usual one
    name = "products.short_name_{0} || if(measure_code = 'granted_share', '', ': ' || split_part(measures.name_{0}, ',', 1))"
    about = say(
        "Aandeel van alle beslissingen van het jaar dat een inwilliging was, ook die zonder inhoudelijk oordeel meegeteld: de rest is"
        " niet alles afgewezen, en dit is niet het Europese erkenningspercentage. Bij intrekkingen is het wat tot intrekking leidde,"
        " bij bezwaar wat gegrond was (ook visa en nareis). Gedrukt in hele procenten: 0% is minder dan een half procent.",
        "Share of all decisions of the year that granted the application, those without a substantive outcome included: the rest were"
        " not all refused, and this is not the European recognition rate. For withdrawals it is what ended in withdrawal, for"
        " objections what was well-founded (visas and nareis included). Printed in whole percentages: 0% is less than half a percent.",
    )
    topic = say("Uitkomst, als aandeel van de beslissingen", "Outcome, as a share of decisions")
    return printed(con, "outcomes", topic, about, observed(con, "role = 'outcome_share'", name), shown=SHARES)


def asylum(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw how the stock of the three asylum tracks together came about."""
    sums = con.execute(
        "select measure_code, reference_year, sum(value), sum(value_lower), sum(value_upper),"
        " string_agg(observation_key, ', ' order by observation_key)"
        " from marts.fct_observations as figures join raw.derived_products as parts"
        " on parts.part_code = figures.product_code and parts.product_code = 'asylum_tracks'"
        f" where is_current and (measure_code = 'pending' and reference_year in ({NEWEST} - 1, {NEWEST})"
        f" or measure_code in ('applications', 'decisions') and reference_year = {NEWEST}) group by all order by reference_year"
    ).fetchall()
    (_, before, *stock), *_, (_, year, *end) = [row for row in sums if row[0] == "pending"]
    flow = {measure: figures for measure, _, *figures in sums}
    change = one(
        con,
        "select backlog_change, backlog_change_lower as low, backlog_change_upper as high, residual, tolerance, check_key, publication"
        " from marts.fct_caseload join marts.fct_reconciliation on check_key = 'stock_flow/' || caseload_key"
        f" join marts.dim_editions on edition_year = {NEWEST}"
        f" where caseload_key = 'asylum_tracks/{year}'",
    )
    residual, tolerance = change["residual"], change["tolerance"]
    unexplained = [residual, residual - tolerance, residual + tolerance, change["check_key"]]
    top = stock[0] + flow["applications"][0]
    steps = [
        (say(f"eind {before}", f"end of {before}"), DARK, 0, stock[0], stock),
        (say("aanvragen", "applications"), BLUE, stock[0], top, flow["applications"]),
        (say("beslissingen", "decisions"), ORANGE, top, top - flow["decisions"][0], flow["decisions"]),
        (say("onverklaard", "unexplained"), PINK, top - flow["decisions"][0], end[0], unexplained),
        (say(f"eind {year}", f"end of {year}"), DARK, 0, end[0], end),
    ]
    grew = written(
        say(
            "De voorraad van de drie asielsporen samen groeide in {year} met {backlog_change} zaken",
            "The backlog of the three asylum tracks together grew by {backlog_change} cases in {year}",
        ),
        year=str(year),
        backlog_change=change["backlog_change"],
    )
    about = written(
        say(
            "Zaken, geen asielzoekers. De groei is door afronding {low} tot {high}. Alleen samen sluiten voorraad en stromen bijna:"
            " zaken verhuizen tussen de sporen. Onverklaard blijft {residual}, waarvan de afronding er {tolerance} kan verklaren.",
            "Cases, not asylum seekers. By rounding the growth is {low} to {high}. Only together do stock and flows nearly close:"
            " cases move between the tracks. Unexplained remain {residual}, of which rounding may explain {tolerance}.",
        ),
        low=change["low"],
        high=change["high"],
        residual=residual,
        tolerance=tolerance,
    )

    frame = pd.DataFrame(
        [
            {**name, "colour": colour, "from": start, "to": to, "cases": to - start, "right": max(start, to)}
            | {"low": low, "high": high, "keys": keys}
            for name, colour, start, to, (_, low, high, keys) in steps
        ]
    )

    def draw(language: str) -> alt.LayerChart:
        base = alt.Chart(ROWS).encode(y=alt.Y(f"{language}:N", sort=None, title=None))
        bars = base.mark_bar().encode(
            x=alt.X("from:Q", title=None, scale=alt.Scale(domainMax=1.2 * top), axis=alt.Axis(format=COUNTS, tickCount=4)),
            x2="to:Q",
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                alt.Tooltip(f"{language}:N", title=" "),
                alt.Tooltip("cases:Q", title=CASES[language], format=COUNTS),
                alt.Tooltip("low:Q", title=AT_LEAST[language], format=COUNTS),
                alt.Tooltip("high:Q", title=AT_MOST[language], format=COUNTS),
                alt.Tooltip("keys:N", title=KEY[language]),
            ],
        )
        labels = base.mark_text(align="left", dx=5, fontSize=12, color=DARK).encode(
            x="right:Q", text=alt.Text("cases:Q", format=COUNTS)
        )
        return alt.layer(bars, labels).properties(width="container", height=240)

    rows = [[name, *figures] for name, *_, figures in steps]
    topic = say("De voorraad van de drie asielsporen samen", "The backlog of the three asylum tracks together")
    heads = [say("stap", "step"), CASES, AT_LEAST, AT_MOST, KEY]
    publications = [change["publication"]]
    statement = grew if change["low"] > 0 else None
    return Figure("asylum", topic, about, heads, rows, draw, [(None, frame)], "fct_observations", publications, statement)


def late(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw late decisions by procedure with their bounds."""
    frame = derived(con, "late_decisions").iloc[::-1]
    first, second = list(frame.itertuples())[:2]
    year = str(first.year)
    ahead = written(
        say(
            "{name} gaf in {year} van alle afzonderlijke procedures de meeste te late beslissingen",
            "{name} gave the most late decisions of all single procedures in {year}",
        ),
        name=say(first.nl, first.en),
        year=year,
    )
    together = one(
        con,
        "select sum(late_decisions) as cases, sum(late_decisions_lower) as low, sum(late_decisions_upper) as high"
        f" from marts.fct_caseload where product_group = 'asylum' and not is_derived and reference_year = {NEWEST}",
    )
    about = written(
        say(
            "Beslissingen buiten de wettelijke termijn, afgeleid uit een percentage dat op hele procenten is afgerond; vandaar de"
            " streep. De asielprocedures samen, nareis meegeteld, komen op {cases} ({low} tot {high}). Termijnen verschillen per"
            " procedure en werden voor asiel in 2022 langer. Wie nog wacht, telt niet mee.",
            "Decisions outside the statutory time limit, implied by a share printed in whole percentages; hence the line. The asylum"
            " procedures together, nareis included, come to {cases} ({low} to {high}). Limits differ by procedure and were lengthened"
            " for asylum in 2022. Those still waiting do not count.",
        ),
        **{name: round(cases) for name, cases in together.items()},
    )
    words = say("te late beslissingen", "late decisions")
    topic = say("Te late beslissingen", "Late decisions")
    return compared("late", topic, about, frame, words, ahead if first.low > second.high else None)


def disposition(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the calculated disposition time by procedure with its bounds."""
    about = say(
        "Berekend: 365 × voorraad / beslissingen (naar analogie van CEPEJ), in dagen. Zo lang zou het duren om de voorraad in het"
        " tempo van dat jaar af te doen als er niets bijkwam; het is geen wachttijd. Bij intrekkingen wacht niemand, studenten zijn"
        " eind december buiten hun seizoen, en spoor 1 verlaat men ook naar een ander spoor.",
        "Calculated: 365 × pending / decisions (by analogy with CEPEJ), in days. So long it would take to clear the backlog at that"
        " year's pace if nothing came in; it is not a waiting time. For withdrawals nobody waits, for students the end of December"
        " is off-season, and cases also leave track 1 for another track.",
    )
    topic = say("Berekende afhandelingsduur van de voorraad", "Calculated disposition time of the backlog")
    frame = derived(con, "disposition_time_days").iloc[::-1]
    return compared("disposition", topic, about, frame, say("dagen, berekend", "days, calculated"))


def courts(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw court cases received and handled."""
    statement, margin = rose_or_fell(
        con,
        "court_cases_residence.applications",
        say(
            "In {year} kwamen er {percent}% meer rechtszaken over verblijf binnen",
            "In {year} {percent}% more court cases about residence came in",
        ),
        say(
            "In {year} kwamen er {percent}% minder rechtszaken over verblijf binnen",
            "In {year} {percent}% fewer court cases about residence came in",
        ),
    )
    about = say(
        "Procedures per jaar, gedrukt op tientallen. De rechter beslist, niet de IND; ook beroepen tegen te laat beslissen,"
        f" voorlopige voorzieningen en hoger beroep tellen mee. {margin['nl']}",
        "Cases per year, printed to tens. Judges decide, not the IND; appeals against late decisions, interim measures and further"
        f" appeals are included. {margin['en']}",
    )
    frame = observed(con, "measure_code in ('applications', 'decisions') and decided_by = 'court'")
    lines = (say("ontvangen", "received"), say("afgehandeld", "handled"))
    return printed(con, "courts", say("Rechtszaken", "Court cases"), about, frame, statement, lines=lines)


def judgments(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw what courts upheld, and how often the IND appealed."""
    about = say(
        "Aandelen, gedrukt in hele procenten: van de getoetste besluiten wat bij de rechter in stand bleef, en van de uitspraken tegen"
        " de IND die waartegen zij in hoger beroep ging. Hoeveel uitspraken dat zijn, is niet gedrukt, dus aantallen zijn er niet uit"
        " af te leiden.",
        "Shares, printed in whole percentages: of the decisions tested what the court left standing, and of the judgments against the"
        " IND those that it appealed. How many judgments that are is not printed, so no numbers follow from them.",
    )
    # the English names say what they are a share of, as the text above does
    frame = observed(con, "measure_code like 'upheld_share%' or measure_code like 'further_appeal_share%'", "measures.name_{}")
    frame["panel_en"] = frame.en.str.split(",").str[0]
    topic = say("Uitspraken van de rechter", "Judgments of the courts")
    return printed(con, "judgments", topic, about, frame, shown=SHARES, first=say("uitspraken", "judgments"))


def documents(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the cards made and issued."""
    about = say(
        "Gemaakte en uitgegeven pasjes per jaar, geen verleende vergunningen; gedrukt op tientallen, dus 5 meer of minder. Elk vak"
        " heeft zijn eigen schaal.",
        "Cards made and issued per year, not permits granted; printed to tens, so give or take 5. Each panel has a scale of its own.",
    )
    frame = observed(con, "product_code = 'documents'", "measures.name_{}")
    return printed(con, "documents", say("Documenten", "Documents"), about, frame, first=say("document", "document"))


def contacts(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw calls and visits."""
    about = say(
        "Afgehandelde gesprekken en contacten aan de loketten per jaar; de marge staat in de tabel. Minder gesprekken kan ook betekenen"
        " dat er minder zijn beantwoord; of de ketenservicelijn in telefonie zit, zegt de bron niet: niet optellen.",
        "Calls handled and contacts at the desks per year; the margin stands in the table. Fewer calls may also mean that fewer were"
        " answered; the source does not say whether the partner line is part of telephone: do not add them up.",
    )
    frame = observed(con, "measure_code = 'calls_handled' or series_code = 'service_desks.desk_contacts'")
    return printed(con, "contacts", say("Contacten", "Contacts"), about, frame, first=say("kanaal", "channel"))


def workforce(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw staff at the end of the year."""
    statement, margin = rose_or_fell(
        con,
        "workforce.total_staff",
        say(
            "Eind {year} had de IND {percent}% meer personeel dan een jaar eerder",
            "At the end of {year} the IND had {percent}% more staff than a year before",
        ),
        say(
            "Eind {year} had de IND {percent}% minder personeel dan een jaar eerder",
            "At the end of {year} the IND had {percent}% less staff than a year before",
        ),
    )
    about = say(
        f"Voltijdbanen (FTE) op 31 december, gedrukt in hele. {margin['nl']}",
        f"Full-time equivalents (FTE) on 31 December, printed whole. {margin['en']}",
    )
    frame = observed(con, "product_code = 'workforce'", "measures.name_{}")
    return printed(con, "workforce", say("Personeel", "Workforce"), about, frame, statement, first=say("personeel", "staff"))


def sources(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw where others publish something else, and say what changed from edition to edition."""
    frame = con.execute(
        "select publisher || ' ' || reference_year || '|' || short_name_nl as who_nl,"
        " publisher || ' ' || reference_year || '|' || short_name_en as who_en, short_name_nl || ': ' || measures.name_nl as nl, short_name_en || ': ' || measures.name_en as en,"
        " reference_year as year, publisher, expected_from, expected, found, residual, tolerance, verdict, check_key as key,"
        " if(residual < 0, 0, tolerance) as high, if(residual > 0, 0, -tolerance) as low"
        " from (select *, split_part(expected_from, ',', 1) as publisher from marts.fct_reconciliation)"
        " join marts.dim_products as products using (product_code)"
        " join marts.dim_measures as measures on measure_code = split_part(split_part(found_from, '/', 1), '.', 2)"
        " where register is not null order by products.position, measure_code, who_nl"
    ).df()
    vintages = one(
        con,
        "select count(*) as pairs, count(*) filter (where beyond_rounding) as revised,"
        " count(*) filter (where stock_or_flow = 'stock') as stocks,"
        " count(*) filter (where product_code like 'asylum_track%') as tracks"
        " from marts.fct_revisions left join marts.dim_series using (series_code)",
    )
    off = frame[frame.verdict == "differs"]
    statement = written(
        say(
            "{differ} van de {all} cijfers van anderen wijkt meer af dan de marges verklaren",
            "{differ} of {all} figures of others is off by more than the margins explain",
        )
        if len(off) == 1
        else say(
            "{differ} van de {all} cijfers van anderen wijken meer af dan de marges verklaren",
            "{differ} of {all} figures of others are off by more than the margins explain",
        ),
        differ=len(off),
        all=len(frame),
    )
    about = written(
        say(
            "Verschil in aantallen: de IND min de ander; de grijze balk is wat de marges naar die kant kunnen verklaren. Allen putten uit"
            " het register van de IND: overeenstemming bevestigt niets. Van {pairs} cijfers die in twee edities staan, zijn er {revised}"
            " herzien; onder die {pairs} zijn {stocks} voorraden en {tracks} cijfers van asielsporen.",
            "Difference in numbers: the IND minus the other; the grey bar is what the margins can explain on that side. All count from the"
            " register of the IND: agreement confirms nothing. Of {pairs} figures that stand in two editions, {revised} were revised; among"
            " these {pairs} are {stocks} stocks and {tracks} figures of asylum tracks.",
        ),
        **vintages,
    )
    verdicts = {
        "holds": say("gelijk", "equal"),
        "within_rounding": say("binnen de marges", "within the margins"),
        "differs": say("wijkt af", "differs"),
    }

    def draw(language: str) -> alt.LayerChart:
        base = alt.Chart(ROWS).encode(
            y=alt.Y(f"who_{language}:N", sort=None, title=None, axis=alt.Axis(labelExpr="split(datum.label, '|')")),
            tooltip=[
                alt.Tooltip(f"{language}:N", title=say("cijfer", "figure")[language]),
                alt.Tooltip("expected_from:N", title=say("bron", "source")[language]),
                alt.Tooltip("expected:Q", title=say("van hen", "theirs")[language], format=",~f"),
                alt.Tooltip("found:Q", title=say("van de IND", "the IND's")[language], format=",~f"),
                alt.Tooltip("residual:Q", title=say("verschil", "difference")[language], format="+,~f"),
                alt.Tooltip("tolerance:Q", title=say("marge", "margin")[language], format=",~f"),
                alt.Tooltip("key:N", title=KEY[language]),
            ],
        )
        margins = base.mark_rule(color="#bbb", strokeWidth=10).encode(x="low:Q", x2="high:Q")
        marks = base.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X("residual:Q", title=None, axis=alt.Axis(format=",~f", tickCount=5, labelOverlap=True)),
            color=alt.Color("verdict:N", scale=alt.Scale(domain=list(verdicts), range=[BLUE, BLUE, ORANGE]), legend=None),
        )
        return alt.layer(margins, marks).properties(width="container", height=36 * len(frame) + 40)

    heads = [
        say("bron", "source"),
        say("cijfer", "figure"),
        YEAR,
        say("van hen", "theirs"),
        say("van de IND", "the IND's"),
        say("verschil", "difference"),
        say("marge", "margin"),
        say("oordeel", "verdict"),
    ]
    rows = [
        [
            row.expected_from,
            say(row.nl, row.en),
            str(row.year),
            *(row.expected, row.found, row.residual, row.tolerance),
            verdicts[row.verdict],
        ]
        for row in frame.itertuples()
    ]
    topic = say("Verschillen tussen bronnen en edities", "Differences between sources and editions")
    publications = sorted(set(frame.publisher))
    statement = statement if len(off) else None
    return Figure("sources", topic, about, heads, rows, draw, [(None, frame)], "fct_reconciliation", publications, statement)


def nationalities(con: duckdb.DuckDBPyConnection) -> Figure:
    """List the three nationalities of each printed list."""
    rows = con.execute(
        "select short_name_nl, short_name_en, list(places.name_nl order by rank), list(places.name_en order by rank), ranked_by"
        " from marts.fct_top_nationalities as places join marts.dim_products as products using (product_code)"
        " where edition_year = (select max(edition_year) from marts.fct_top_nationalities)"
        " group by short_name_nl, short_name_en, products.position, ranked_by order by products.position"
    ).fetchall()
    newest = one(
        con,
        "select publication, reference_year::varchar as year from marts.fct_top_nationalities join marts.dim_editions using (edition_year)"
        " order by edition_year desc limit 1",
    )
    about = written(
        say(
            "De drie met de meeste in {year}. Alleen de volgorde is gedrukt, geen aantallen. In spoor 2 zit ook wie elders in de EU al bescherming"
            " heeft: het zegt niet dat een land veilig is.",
            "The three with most in {year}. Only the order is printed, no numbers. Track 2 has those with protection elsewhere in the EU as"
            " well: no sign that a country is safe.",
        ),
        year=newest["year"],
    )
    heads = [PROCEDURE, say("eerste", "first"), say("tweede", "second"), say("derde", "third"), say("geordend naar", "ranked by")]
    ranked = {"applications": say("aanvragen", "applications"), None: say("niet gedrukt", "not printed")}
    table = [[say(nl, en), *map(say, dutch, english), ranked[measure]] for nl, en, dutch, english, measure in rows]
    topic = say("De meest voorkomende nationaliteiten", "The most frequent nationalities")
    return Figure("nationalities", topic, about, heads, table, None, [], "fct_top_nationalities", [newest["publication"]])


FIGURES = [
    backlog,
    flows,
    ratio,
    timeliness,
    outcomes,
    asylum,
    late,
    disposition,
    courts,
    judgments,
    documents,
    contacts,
    workforce,
    sources,
    nationalities,
]
