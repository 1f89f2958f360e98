"""What the published figures say, in pictures, each with its margin, its source and the table behind it; the page of them."""

from pathlib import Path

import altair as alt
import duckdb
import jinja2
import pandas as pd
import vl_convert

from ind_warehouse import version
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
    ROWS,
    SHARES,
    YEAR,
    Figure,
    Text,
    cited,
    compared,
    derived,
    fixed,
    listed,
    number,
    observed,
    one,
    printed,
    ranged,
    say,
    written,
)

TEMPLATE = Path(__file__).with_name("page.html.j2")
LANGUAGES = ("nl", "en")
# Below this many decisions per application a procedure falls behind by more than a headline should pass over.
BEHIND = 0.95
# Cases by which a backlog must have grown to be named on top, and how many procedures are named as late.
NAMED, MOST = 1000, 4
# The derived product that the asylum tracks add up to.
TRACKS = "asylum_tracks"


def write_page(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the page.

    Args:
        con: The published file.
        path: The file to write.
    """
    editions = con.execute("select title, printed_figures from marts.dim_editions order by edition_year desc").fetchall()
    digest = one(
        con,
        """
        select md5(string_agg(figures::varchar, chr(10) order by observation_key)) as digest
        from marts.fct_observations as figures
        """,
    )
    figures = [figure for make in FIGURES if (figure := make(con))]
    path.write_text(render(opening(con), figures, editions, digest["digest"][:12]), "utf-8")


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
    # not validated against the schema of Vega-Lite, which takes a second: the tests see in a browser that every mark is drawn
    charts = {
        figure.name: {language: styled(figure.draw(language)).to_dict(validate=False) for language in LANGUAGES}
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
            gridColor="#e4e4e4",
            domainColor=GREY,
            tickColor=GREY,
            labelColor=DARK,
            titleColor=DARK,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelLimit=190,
            labelSeparation=8,
        )
    )


def opening(con: duckdb.DuckDBPyConnection) -> list[tuple[str, Text]]:
    """Write the statements on top, each only if it holds whatever the rounding.

    Args:
        con: The published file.

    Returns:
        For each the name of the picture that shows it, and what it says.
    """
    statements = []
    stocks = one(
        con,
        f"""
        with stocks as (
            select *, backlog_change_lower >= {NAMED} as grew
            from marts.fct_caseload
            inner join marts.dim_products using (product_code)
            where not dim_products.is_derived and backlog_change is not null and reference_year = {NEWEST}
        )

        select
            any_value(reference_year)::varchar as year,
            list(short_name_nl order by backlog_change desc, position) filter (grew) as names_nl,
            list(short_name_en order by backlog_change desc, position) filter (grew) as names_en,
            [
                sum(backlog_change) filter (grew),
                sum(backlog_change_lower) filter (grew),
                sum(backlog_change_upper) filter (grew)
            ] as grew,
            count(*) filter (not grew) as others,
            [
                -sum(backlog_change) filter (not grew),
                -sum(backlog_change_upper) filter (not grew),
                -sum(backlog_change_lower) filter (not grew)
            ] as shrank
        from stocks
        """,
    )
    if stocks["names_nl"] and stocks["others"] and stocks["shrank"][1] > 0:
        text = say(
            "In {year} groeide de voorraad van {names} samen met {grew} zaken; die van de andere {others} procedures kromp per saldo met"
            " {shrank}.",
            "In {year} the backlogs of {names} grew by {grew} cases together; those of the other {others} procedures shrank by {shrank}"
            " on balance.",
        )
        values = {"grew": ranged(*stocks["grew"]), "others": stocks["others"], "shrank": ranged(*stocks["shrank"])}
        names = listed(stocks["names_nl"], stocks["names_en"])
        statements.append(("backlog", written(text, year=stocks["year"], names=names, **values)))
    late = most_late(con)
    if late["names_nl"]:
        text = say(
            "Van de beslissingen van {year} waarvoor de tijdigheid is gepubliceerd, viel {share} buiten de wettelijke termijn;"
            " {most} daarvan komt van {names}.",
            "Of the decisions of {year} for which timeliness is published, {share} fell outside the statutory time limit;"
            " {most} of these come from {names}.",
        )
        values = {"share": ranged(*late["share"], 1, "%"), "most": ranged(*late["most"], 0, "%")}
        names = listed(late["names_nl"], late["names_en"])
        statements.append(("late", written(text, year=late["year"], names=names, **values)))
    first, tracks = first_applications(con), tracks_together(con)
    if first and tracks:
        text = say(
            "Er waren in {year} {first} eerste asielaanvragen, en aan het einde van dat jaar waren er bij {tracks} samen {pending} zaken"
            " in behandeling.",
            "There were {first} first asylum applications in {year}, and at the end of that year {pending} cases were pending in {tracks}"
            " together.",
        )
        values = {"first": ranged(*first), "pending": ranged(*tracks["pending"][:3]), "tracks": tracks["name"]}
        statements.append(("asylum", written(text, year=tracks["year"], **values)))
    return statements


def most_late(con: duckdb.DuckDBPyConnection) -> dict:
    """Add up the procedures with most late decisions of the newest year.

    Args:
        con: The published file.

    Returns:
        Their names, whether rounding leaves no doubt that it is these, their part of all late decisions, and the part of decisions
        that came late; the last two in percent with their bounds.
    """
    # a part of a whole is least where it is least and the rest is most, and the other way round
    return one(
        con,
        f"""
        with procedures as (
            select *, row_number() over (order by late_decisions desc, position) <= {MOST} as most
            from marts.fct_caseload
            inner join marts.dim_products using (product_code)
            where reference_year = {NEWEST} and late_decisions is not null and not dim_products.is_derived
        ),

        sums as (
            select
                any_value(reference_year)::varchar as year,
                list(short_name_nl order by late_decisions desc, position) filter (most) as names_nl,
                list(short_name_en order by late_decisions desc, position) filter (most) as names_en,
                sum(decisions) as decisions,
                sum(late_decisions) as late,
                sum(late_decisions_lower) as low,
                sum(late_decisions_upper) as high,
                sum(late_decisions) filter (most) as most,
                sum(late_decisions_lower) filter (most) as most_low,
                sum(late_decisions_upper) filter (most) as most_high,
                sum(late_decisions_lower) filter (not most) as rest_low,
                sum(late_decisions_upper) filter (not most) as rest_high,
                min(late_decisions_lower) filter (most) > max(late_decisions_upper) filter (not most) as surely
            from procedures
        )

        select
            year,
            names_nl,
            names_en,
            surely,
            [100 * late / decisions, 100 * low / decisions, 100 * high / decisions] as share,
            [100 * most / late, 100 * most_low / (most_low + rest_high), 100 * most_high / (most_high + rest_low)] as most
        from sums
        """,
    )


def first_applications(con: duckdb.DuckDBPyConnection) -> list[float] | None:
    """Read the first asylum applications of the newest year, with their bounds, if they are printed."""
    rows = con.execute(f"""
        select [value, value_lower, value_upper]
        from marts.fct_observations
        where series_code = 'first_asylum_applications.applications' and is_current and reference_year = {NEWEST}
    """).fetchall()
    return rows[0][0] if rows else None


def tracks_together(con: duckdb.DuckDBPyConnection) -> dict | None:
    """Add up the asylum tracks of the newest year.

    Args:
        con: The published file.

    Returns:
        Their name, the year, and of the stock before and at its end and of the flows the cases, the bounds and the keys of the
        figures that they are the sum of; nothing where one of these is not printed.
    """
    rows = con.execute(f"""
        with parts as (
            select product_code from raw.products where part_of = '{TRACKS}'
        )

        select
            if(reference_year = {NEWEST}, measure_code, 'before'),
            sum(value),
            sum(value_lower),
            sum(value_upper),
            string_agg(observation_key, ', ' order by observation_key)
        from marts.fct_observations
        inner join parts using (product_code)
        where
            is_current
            and (
                measure_code in ('applications', 'decisions', 'pending') and reference_year = {NEWEST}
                or measure_code = 'pending' and reference_year = {NEWEST} - 1
            )
        group by all
        having count(value) = (select count(*) from parts)
    """).fetchall()
    if len(rows) < 4:
        return None
    name = one(
        con,
        f"""
        select short_name_nl as nl, short_name_en as en, {NEWEST}::varchar as year
        from marts.dim_products
        where product_code = '{TRACKS}'
        """,
    )
    return {"name": say(name["nl"], name["en"]), "year": name["year"], **{what: sums for what, *sums in rows}}


def named(con: duckdb.DuckDBPyConnection, condition: str) -> Text:
    """Name the procedures of the IND for which a condition on the newest year of fct_caseload holds."""
    names = one(
        con,
        f"""
        select list(short_name_nl order by position) as nl, list(short_name_en order by position) as en
        from marts.fct_caseload as caseload
        inner join marts.dim_products using (product_code)
        where caseload.decided_by = 'IND' and not caseload.is_derived and reference_year = {NEWEST} and {condition}
        """,
    )
    return listed(names["nl"] or [], names["en"] or [])


def rose_or_fell(con: duckdb.DuckDBPyConnection, series: str, rose: Text, fell: Text) -> tuple[Text | None, Text]:
    """Say that a series rose or fell in the newest year, where its bounds carry it and no break spoils it.

    Args:
        con: The published file.
        series: Its code.
        rose: The statement with {percent}, {year} and {before} in it, for a rise.
        fell: The same for a fall.

    Returns:
        The statement if there is one, and the growth with its margin, or nothing where it is not known.
    """
    rows = con.execute(
        f"""
        select
            [100 * trends.value, 100 * trends.value_lower, 100 * trends.value_upper] as margin,
            trends.break_note_en is not null,
            {{
                'year': reference_year::varchar,
                'before': (reference_year - 1)::varchar,
                'was': earlier.value,
                'is': later.value
            }}
        from marts.fct_trends as trends
        inner join marts.fct_observations as later using (series_code, reference_year)
        inner join marts.fct_observations as earlier
            on earlier.series_code = trends.series_code and earlier.reference_year = trends.reference_year - 1
        where
            series_code = '{series}'
            and trend_code = 'growth'
            and reference_year = {NEWEST}
            and later.is_current
            and earlier.is_current
        """
    ).fetchall()
    if not rows:
        return None, say("", "")
    (((value, low, high), spoilt, growth),) = rows
    margin = written(
        say("Van {was} in {before} naar {is} in {year}: {growth}.", "From {was} in {before} to {is} in {year}: {growth}."),
        growth=ranged(value, low, high, 2, "%"),
        **growth,
    )
    if spoilt or low <= 0 <= high:
        return None, margin
    return written(rose if low > 0 else fell, percent=fixed(abs(value), 1), **growth), margin


def backlog(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the stock of each procedure through the years."""
    changes = derived(con, "backlog_change")
    statement = written(
        say(
            "In {year} groeide de voorraad bij {rose} van de {all} procedures en kromp die bij {fell}",
            "In {year} the backlog grew in {rose} of {all} procedures and shrank in {fell}",
        ),
        year=str(changes.year.max()),
        all=len(changes),
        rose=int((changes.low > 0).sum()),
        fell=int((changes.high < 0).sum()),
    )
    about = say(
        "Zaken in behandeling op 31 december, geen personen; elk grafiekje heeft zijn eigen schaal. Intrekkingen begint de IND zelf; 31 december valt buiten het seizoen van studenten.",
        "Cases pending on 31 December, not persons; each panel has a scale of its own. Withdrawals are started by the IND itself; for students 31 December is off-season.",
    )
    topic = say("Voorraad per procedure", "Backlog by procedure")
    return printed(con, "backlog", topic, about, observed(con, "measure_code = 'pending'"), None if changes.empty else statement)


def flows(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw what came in and what went out of each procedure."""
    frame = observed(
        con, "measure_code in ('applications', 'decisions') and (decided_by = 'IND' or product_code = 'family_incl_echr8')"
    )
    # the older definition stands in the panel of the newer one, with a break between them
    names = ["panel_nl", "panel_en"]
    frame.loc[frame.product_code == "family_incl_echr8", names] = (
        frame.loc[frame.product_code == "family", names].head(1).to_numpy()
    )
    about = say(
        "Zaken per jaar; elk grafiekje heeft zijn eigen schaal. Tussen de asielsporen verhuizen zaken. Een bleke lijn volgt een oudere definitie, tot aan de stippellijn: Familie & Gezin telde in oudere edities"
        " de 8 EVRM-zaken mee. Wat een jaar niet laat zien, is voor dat jaar niet gepubliceerd.",
        "Cases per year; each panel has a scale of its own. Between the asylum tracks cases move. A pale line follows an older definition, up to the dashed line: in older editions Family included the Article 8 ECHR cases."
        " What a year does not show was not published for it.",
    )
    topic = say("Binnengekomen en beslist per procedure", "Received and decided by procedure")
    lines = (say("binnengekomen", "received"), say("beslist of afgehandeld", "decided or handled"))
    return printed(con, "flows", topic, about, frame, lines=lines)


def ratio(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw decisions per application with their bounds and the line at 1."""
    frame = derived(con, "decision_to_application_ratio", "decided_by = 'IND' and product_group != 'caribbean_netherlands'")
    statement = written(
        say(
            "Bij {below} van de {all} procedures bleven de beslissingen in {year} meer dan {percent}% achter bij de aanvragen",
            "In {below} of {all} procedures decisions fell behind applications by more than {percent}% in {year}",
        ),
        all=len(frame),
        year=str(frame.year.max()),
        below=int((frame.high < BEHIND).sum()),
        percent=round(100 * (1 - BEHIND)),
    )
    about = written(
        say(
            "Beslissingen in het jaar per aanvraag in dat jaar; links van de stippellijn (1) komt er meer binnen dan eruit gaat."
            " Aantal procedures dat zeker onder 1 zit: {below}; zeker erboven: {above}. Zeker onder 1 is niet hetzelfde als ver"
            " onder 1. Naast de punt staat het cijfer, of de marge van de afronding als die zichtbaar is.",
            "Decisions in the year per application in that year; left of the dashed line (1) more comes in than goes out. Number of"
            " procedures certainly below 1: {below}; certainly above it: {above}. Certainly below 1 is not the same as far below 1."
            " Beside the point stands the figure, or the margin of rounding where that can be seen.",
        ),
        below=int((frame.high < 1).sum()),
        above=int((frame.low > 1).sum()),
    )
    topic = say("Beslissingen per aanvraag", "Decisions per application")
    words = say("beslissingen per aanvraag", "decisions per application")
    return compared(con, "ratio", topic, about, frame, words, statement, decimals=4, label=3, line=1)


def timeliness(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the shares decided in time."""
    about = written(
        say(
            "Aandeel van de beslissingen van het jaar dat binnen de wettelijke termijn viel; ook 100% is afgerond. Termijnen verschillen per procedure. Wie nog wacht, telt niet mee, en"
            " het wegwerken van oude zaken drukt het aandeel. Stippellijn: de beslistermijn veranderde in de loop van dat jaar, en de"
            " jaren ervoor en erna zijn niet te vergelijken. Niet gepubliceerd voor {names}.",
            "Share of the decisions of the year that fell within the statutory time limit; 100% is rounded too. Limits differ by procedure. Those still waiting do not count, and clearing"
            " old cases lowers the share. Dashed line: the time limit changed in the course of that year, and the years before and after"
            " cannot be compared. Not published for {names}.",
        ),
        names=named(con, "timely_share is null"),
    )
    topic = say("Beslist binnen de wettelijke termijn", "Decided within the statutory time limit")
    return printed(con, "timeliness", topic, about, observed(con, "measure_code = 'timely_share'"), shown=SHARES)


def outcomes(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the shares of decisions with the printed outcome."""
    # a panel says which outcome, unless it is the usual one
    name = "products.short_name_{0} || if(measure_code = 'granted_share', '', ': ' || split_part(measures.name_{0}, ',', 1))"
    about = written(
        say(
            "Aandeel van de beslissingen van het jaar dat een inwilliging was; naar we aannemen van alle beslissingen, ook die zonder"
            " inhoudelijk oordeel. De rest is dus niet alles afgewezen, en dit is niet het Europese erkenningspercentage. Bij intrekkingen"
            " is het wat tot intrekking leidde, bij bezwaar wat gegrond was (ook over visa en nareis). Ook 0% is afgerond. Niet gepubliceerd voor {names}.",
            "Share of the decisions of the year that granted the application; of all decisions, we assume, those without a substantive"
            " outcome included. So the rest were not all refused, and this is not the European recognition rate. For withdrawals it is"
            " what ended in withdrawal, for objections what was well-founded (those about visas and asylum family reunification"
            " included). 0% is rounded too. Not published for {names}.",
        ),
        names=named(con, "outcome_share is null"),
    )
    topic = say("Uitkomst, als aandeel van de beslissingen", "Outcome, as a share of decisions")
    return printed(con, "outcomes", topic, about, observed(con, "role = 'outcome_share'", name), shown=SHARES)


def asylum(con: duckdb.DuckDBPyConnection) -> Figure | None:
    """Draw how the stock of the asylum tracks together came about."""
    tracks, first = tracks_together(con), first_applications(con)
    if not tracks or not first:
        return None
    year = tracks["year"]
    change = one(
        con,
        f"""
        with checks as (
            select check_key, residual, tolerance from marts.fct_reconciliation
        )

        select
            [backlog_change, backlog_change_lower, backlog_change_upper] as margin,
            residual,
            tolerance,
            check_key
        from marts.fct_caseload
        inner join checks on check_key = 'stock_flow/' || caseload_key
        where caseload_key = '{TRACKS}/{year}'
        """,
    )
    cases, low, high, keys = tracks["decisions"]
    went = [-cases, -high, -low, keys]
    before, came, end = tracks["before"], tracks["applications"], tracks["pending"]
    residual, tolerance = change["residual"], change["tolerance"]
    unexplained = [residual, residual - tolerance, residual + tolerance, change["check_key"]]
    top = before[0] + came[0]
    steps = [
        (say(f"eind {int(year) - 1}", f"end of {int(year) - 1}"), DARK, 0, before),
        (say("aanvragen", "applications"), BLUE, before[0], came),
        (say("beslissingen", "decisions"), ORANGE, top, went),
        (say("onverklaard", "unexplained"), PINK, top + went[0], unexplained),
        (say(f"eind {year}", f"end of {year}"), DARK, 0, end),
    ]
    change_of = say(
        "De voorraad van {tracks} samen {verb_nl} in {year} met {cases} zaken",
        "The backlog of {tracks} together {verb_en} by {cases} cases in {year}",
    )
    grew = change["margin"][1] > 0
    statement = written(
        change_of,
        tracks=tracks["name"],
        verb_nl="groeide" if grew else "kromp",
        verb_en="grew" if grew else "shrank",
        year=year,
        cases=abs(change["margin"][0]),
    )
    about = written(
        say(
            "Zaken, geen asielzoekers: de aanvragen bevatten naast {first} eerste aanvragen ook herhaalde aanvragen, zaken die na beroep"
            " of uit een ander spoor terugkomen, en hervestiging. De voorraad veranderde met {margin}. Zaken verhuizen tussen de sporen:"
            " reken voorraad en stromen alleen samen na. Onverklaard blijft {residual}; de afronding kan {tolerance} verklaren.",
            "Cases, not asylum seekers: besides {first} first applications they contain repeated applications, cases that return after an"
            " appeal or from another track, and resettlement. The backlog changed by {margin}. Cases move between the tracks: check stock"
            " and flows of all together only. {residual} remains unexplained; rounding may explain {tolerance}.",
        ),
        first=ranged(*first),
        margin=ranged(*change["margin"]),
        residual=residual,
        tolerance=tolerance,
    )
    frame = pd.DataFrame(
        [
            {**name, "colour": colour, "from": start, "to": start + cases, "cases": cases}
            | {"right": max(start, start + cases), "low": low, "high": high, "keys": keys}
            for name, colour, start, (cases, low, high, keys) in steps
        ]
    )

    def draw(language: str) -> alt.LayerChart:
        base = alt.Chart(ROWS).encode(y=alt.Y(f"{language}:N", sort=None, title=None))
        axis = alt.Axis(format=COUNTS, tickCount=4, labelOverlap=True, labelFlush=False)
        bars = base.mark_bar().encode(
            x=alt.X("from:Q", title=CASES[language], scale=alt.Scale(domainMax=1.2 * top), axis=axis),
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
        return alt.layer(bars, labels).properties(width="container", height=250)

    rows = [[name, *figures] for name, *_, figures in steps]
    topic = written(say("De voorraad van {}", "The backlog of {}"), tracks["name"])
    heads = [say("stap", "step"), CASES, AT_LEAST, AT_MOST, KEY]
    parts = con.execute("select product_code, ? as year from raw.products where part_of = ?", [int(year), TRACKS])
    publications = cited(con, parts.df())
    carried = grew or change["margin"][2] < 0
    return Figure(
        "asylum",
        topic,
        about,
        heads,
        rows,
        draw,
        [(None, frame)],
        "fct_observations",
        publications,
        statement if carried else None,
    )


def arrivals(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw first asylum applications and the family members who arrived."""
    about = say(
        "Per jaar. Aanvragen en personen zijn verschillende dingen: niet optellen.",
        "Per year. Applications and persons are different things: do not add them up.",
    )
    frame = observed(
        con,
        "series_code in ('first_asylum_applications.applications', 'asylum_family_reunification.arrivals')",
        "if(role = 'inflow', products.short_name_{0}, measures.name_{0})",
    )
    topic = say("Eerste asielaanvragen en ingereisde nareizigers", "First asylum applications and family members arrived")
    return printed(con, "arrivals", topic, about, frame, first=say("wat", "what"))


def late(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw late decisions by procedure with their bounds."""
    frame = derived(con, "late_decisions").iloc[::-1]
    if frame.empty:
        return None
    first = frame.iloc[0]
    most = most_late(con)
    statement = written(
        say(
            "De meeste te late beslissingen van {year} komen van {names}",
            "Most late decisions of {year} come from {names}",
        ),
        names=listed(most["names_nl"], most["names_en"]),
        year=most["year"],
    )
    _, least, _ = most["most"]
    together = one(
        con,
        f"""
        select
            sum(decisions) as decisions,
            [sum(late_decisions), sum(late_decisions_lower), sum(late_decisions_upper)] as every,
            [
                sum(late_decisions) filter (product_group = 'asylum'),
                sum(late_decisions_lower) filter (product_group = 'asylum'),
                sum(late_decisions_upper) filter (product_group = 'asylum')
            ] as asylum
        from marts.fct_caseload
        where late_decisions is not null and not is_derived and reference_year = {NEWEST}
        """,
    )
    about = written(
        say(
            "Beslissingen buiten de wettelijke termijn, afgeleid uit een percentage dat op hele procenten is afgerond; naast de punt staat"
            " de marge. Samen {every} van {decisions} beslissingen waarvoor de tijdigheid is gepubliceerd; de asielprocedures samen, nareis"
            " meegeteld, {asylum}. Bezwaar gaat over vele procedures. Termijnen verschillen per procedure; wie nog wacht, telt niet mee.",
            "Decisions outside the statutory time limit, implied by a share rounded to whole percentages; beside the point stands the"
            " margin. Together {every} of {decisions} decisions for which timeliness is published; the asylum procedures together, family"
            " reunification included, {asylum}. Objections concern many procedures. Limits differ by procedure; those still waiting do"
            " not count.",
        ),
        every=ranged(*together["every"]),
        decisions=together["decisions"],
        asylum=ranged(*together["asylum"]),
    )
    words = say(f"te late beslissingen in {first.year}", f"late decisions in {first.year}")
    topic = say("Te late beslissingen", "Late decisions")
    return compared(con, "late", topic, about, frame, words, statement if most["surely"] and least > 50 else None)


def disposition(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the calculated disposition time by procedure with its bounds."""
    frame = derived(con, "disposition_time_days").iloc[::-1]
    year = frame.year.max()
    about = say(
        f"Berekend: 365 × voorraad eind {year} / beslissingen in {year} (naar analogie van CEPEJ, de commissie van de Raad van Europa voor"
        " rechtspraak). Zo lang zou het duren om de voorraad in dat tempo weg te werken als er niets bijkwam; het is geen wachttijd."
        " Intrekkingen begint de IND zelf, de stand van 31 december is niet die van de rest van het jaar (studenten, kennis en talent,"
        " omwisseling), en spoor 1 verlaat men ook naar een ander spoor.",
        f"Calculated: 365 × pending at the end of {year} / decisions in {year} (by analogy with CEPEJ, the Council of Europe's commission"
        " on justice). This is how long it would take to clear the backlog at that pace if nothing came in; it is not a waiting time."
        " Withdrawals are started by the IND itself, 31 December is unlike the rest of the year (students, knowledge and talent,"
        " exchange), and cases also leave track 1 for another track.",
    )
    topic = say("Berekende afhandelingsduur van de voorraad", "Calculated disposition time of the backlog")
    return compared(
        con, "disposition", topic, about, frame, say(f"dagen, berekend voor {year}", f"days, calculated for {year}"), decimals=1
    )


def courts(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw court cases received and handled."""
    statement, margin = rose_or_fell(
        con,
        "court_cases_residence.applications",
        say(
            "In {year} kwamen er {percent}% meer rechtszaken over verblijf binnen dan in {before}",
            "In {year} {percent}% more court cases about residence were received than in {before}",
        ),
        say(
            "In {year} kwamen er {percent}% minder rechtszaken over verblijf binnen dan in {before}",
            "In {year} {percent}% fewer court cases about residence were received than in {before}",
        ),
    )
    about = say(
        "Procedures per jaar. De rechter beslist, niet de IND; naar we aannemen tellen ook"
        f" beroepen tegen te laat beslissen, voorlopige voorzieningen en hoger beroep mee. {margin['nl']}",
        "Cases per year. Judges decide, not the IND; we assume that appeals against late decisions,"
        f" interim measures and further appeals are included. {margin['en']}",
    )
    frame = observed(con, "measure_code in ('applications', 'decisions') and decided_by = 'court'")
    lines = (say("ontvangen", "received"), say("afgehandeld", "handled"))
    return printed(con, "courts", say("Rechtszaken", "Court cases"), about, frame, statement, lines=lines)


def judgments(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw what courts upheld, and how often the IND appealed."""
    about = say(
        "Aandelen: van de getoetste besluiten wat bij de rechter in stand bleef, en van de uitspraken tegen"
        " de IND die waartegen de IND in hoger beroep ging. Zo lezen wij het; de IND geeft geen definitie. Hoeveel uitspraken het zijn,"
        " is niet gepubliceerd, dus aantallen zijn er niet uit af te leiden.",
        "Shares: of the decisions tested what the court left standing, and of the judgments against the"
        " IND those that the IND appealed. That is how we read it; the IND gives no definition. How many judgments there are is not"
        " published, so no numbers follow from them.",
    )
    # the English names say what they are a share of, as the text above does
    frame = observed(con, "measure_code like 'upheld_share%' or measure_code like 'further_appeal_share%'", "measures.name_{}")
    frame["panel_en"] = frame.en.str.split(",").str[0]
    topic = say("Uitspraken van de rechter", "Judgments of the courts")
    return printed(con, "judgments", topic, about, frame, shown=SHARES, first=say("uitspraken", "judgments"))


def notices(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw notices of default and complaints."""
    about = say(
        "Ontvangen per jaar. Een ingebrekestelling mag pas na het verstrijken van de termijn;"
        " daarna heeft de IND twee weken. Punten zonder lijn ertussen zijn niet te vergelijken.",
        "Received per year. A notice of default is allowed only after the time limit has passed; the"
        " IND then has two weeks. Points without a line between them cannot be compared.",
    )
    frame = observed(con, "measure_code = 'received' or series_code = 'complaints.applications'")
    topic = say("Ingebrekestellingen en klachten", "Notices of default and complaints")
    return printed(con, "notices", topic, about, frame, first=say("wat", "what"))


def documents(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the cards made and issued."""
    about = say(
        "Gemaakte en uitgegeven pasjes per jaar, geen verleende vergunningen: een pasje voor onbepaalde tijd is vijf jaar geldig, dus hun"
        " aantal volgt oude lichtingen. Elk grafiekje heeft zijn eigen schaal.",
        "Cards made and issued per year, not permits granted: a permanent card is valid for five years, so their number follows old"
        " cohorts. Each panel has a scale of its own.",
    )
    frame = observed(con, "product_code = 'documents'", "measures.name_{}")
    return printed(con, "documents", say("Documenten", "Documents"), about, frame, first=say("document", "document"))


def contacts(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw calls, visits and stickers."""
    about = say(
        "Afgehandelde gesprekken, contacten aan de loketten en uitgereikte stickers per jaar. Minder gesprekken kan ook betekenen dat er minder zijn beantwoord; of de ketenservicelijn in telefonie zit, zegt de bron"
        " niet: niet optellen. Stickers zijn uitreikingen, geen personen.",
        "Calls handled, contacts at the desks and stickers issued per year. Fewer calls may also mean that fewer were answered; the source does not say whether the partner line is part of telephone: do not add"
        " them up. Stickers are acts of issuing, not persons.",
    )
    frame = observed(
        con,
        "measure_code = 'calls_handled' or product_code = 'service_desks'",
        "if(measure_code = 'calls_handled', products.short_name_{0}, measures.name_{0})",
    )
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
        f"Voltijdbanen (FTE) op 31 december. {margin['nl']}",
        f"Full-time equivalents (FTE) on 31 December. {margin['en']}",
    )
    frame = observed(con, "product_code = 'workforce'", "measures.name_{}")
    return printed(con, "workforce", say("Personeel", "Workforce"), about, frame, statement, first=say("personeel", "staff"))


def sources(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw where others publish something else, and say what changed from edition to edition."""
    # a difference may be as large as the margin of the other and half a unit of the printed figure, on either side
    frame = con.execute("""
        with compared as (
            select *, split_part(found_from, '/', 1) as series_code, split_part(expected_from, ',', 1) as publisher
            from marts.fct_reconciliation
            where register is not null
        ),

        margins as (
            select
                compared.*,
                margin_below,
                margin_above,
                tolerance - if(residual < 0, margin_below, margin_above) as half
            from compared
            inner join raw.external_totals using (publisher, series_code, reference_year)
        )

        select
            publisher,
            reference_year as year,
            if(role = 'other', measures.name_nl, short_name_nl) as figure_nl,
            if(role = 'other', measures.name_en, short_name_en) as figure_en,
            publisher || ' ' || reference_year || '|' || figure_nl as who_nl,
            -- without what stands behind a comma or in brackets, and in two lines where it is long
            publisher || ' ' || reference_year || '|'
            || if(role = 'other', regexp_replace(regexp_extract(figure_en, '^[^,(]*'), '^(.{16,}?) (.)', '\\1|\\2'), figure_en) as who_en,
            expected_from as publication,
            address,
            expected,
            found,
            residual,
            -margin_below - half as low,
            margin_above + half as high,
            verdict,
            margins.note_nl,
            margins.note_en,
            check_key as key
        from margins
        inner join marts.dim_products as products using (product_code)
        inner join marts.dim_measures as measures on measure_code = split_part(series_code, '.', 2)
        order by products.position, measure_code, publisher, reference_year
    """).df()
    vintages = one(
        con,
        """
        select
            count(*) as pairs,
            count(*) filter (beyond_rounding) as revised,
            count(*) filter (stock_or_flow = 'stock') as stocks,
            count(*) filter (product_code like 'asylum_track%') as tracks
        from marts.fct_revisions
        left join marts.dim_series using (series_code)
        """,
    )
    off = frame[frame.verdict == "differs"]
    statement = written(
        say(
            "Van de {all} cijfers die ook elders staan, wijken er {differ} meer af dan de marges verklaren",
            "Of {all} figures that are published elsewhere too, {differ} differ by more than the margins explain",
        )
        if len(off) > 1
        else say(
            "Van de {all} cijfers die ook elders staan, wijkt er {differ} meer af dan de marges verklaren",
            "Of {all} figures that are published elsewhere too, {differ} differs by more than the margins explain",
        ),
        differ=len(off),
        all=len(frame),
    )
    about = written(
        say(
            "Verschil in aantallen: het gedrukte cijfer min dat van de andere publicatie; de grijze balk is wat de marges van beide verklaren."
            " Alle komen uit het register van de IND, en sommige van de IND zelf: overeenstemming toetst het overtypen en de definitie, niet"
            " de telling. Van {pairs} cijfers die in twee edities staan, zijn er {revised} herzien; onder die {pairs} zijn {stocks} voorraden"
            " en {tracks} cijfers van asielsporen.",
            "Difference in numbers: the printed figure minus that of the other publication; the grey bar is what the margins of both explain."
            " All come from the register of the IND, and some from the IND itself: agreement tests the transcription and the definition, not"
            " the count. Of {pairs} figures that stand in two editions, {revised} were revised; among these {pairs} are {stocks} stocks and"
            " {tracks} figures of asylum tracks.",
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
                alt.Tooltip(f"figure_{language}:N", title=say("cijfer", "figure")[language]),
                alt.Tooltip("publication:N", title=say("andere bron", "other source")[language]),
                alt.Tooltip("expected:Q", title=say("daar", "there")[language], format=",~f"),
                alt.Tooltip("found:Q", title=say("gedrukt", "printed")[language], format=",~f"),
                alt.Tooltip("residual:Q", title=say("verschil", "difference")[language], format="+,~f"),
                alt.Tooltip("low:Q", title=AT_LEAST[language], format="+,~f"),
                alt.Tooltip("high:Q", title=AT_MOST[language], format="+,~f"),
                alt.Tooltip("key:N", title=KEY[language]),
            ],
        )
        margins = base.mark_rule(color="#bbb", strokeWidth=10).encode(x="low:Q", x2="high:Q")
        axis = alt.Axis(format=",~f", tickCount=5, labelOverlap=True, labelFlush=False)
        marks = base.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X("residual:Q", title=say("verschil", "difference")[language], axis=axis, scale=alt.Scale(padding=10)),
            color=alt.Color("verdict:N", scale=alt.Scale(domain=list(verdicts), range=[BLUE, BLUE, ORANGE]), legend=None),
        )
        return alt.layer(margins, marks).properties(width="container", height=44 * len(frame) + 60)

    heads = [
        say("andere bron", "other source"),
        say("cijfer", "figure"),
        YEAR,
        say("daar", "there"),
        say("gedrukt", "printed"),
        say("verschil", "difference"),
        AT_LEAST,
        AT_MOST,
        say("oordeel", "verdict"),
    ]
    rows = [
        [
            row.publication,
            say(row.figure_nl, row.figure_en),
            str(row.year),
            *(row.expected, row.found, row.residual, row.low, row.high),
            verdicts[row.verdict],
        ]
        for row in frame.itertuples()
    ]
    notes = [
        (say(f"{row.publisher} {row.year}: {row.note_nl}", f"{row.publisher} {row.year}: {row.note_en}"), row.address)
        for row in off.itertuples()
        if row.note_nl
    ]
    topic = say("Verschillen tussen bronnen en edities", "Differences between sources and editions")
    statement = statement if len(off) else None
    publications = list(dict.fromkeys(zip(frame.publication, frame.address, strict=True)))
    return Figure(
        "sources", topic, about, heads, rows, draw, [(None, frame)], "fct_reconciliation", publications, statement, notes
    )


def nationalities(con: duckdb.DuckDBPyConnection) -> Figure:
    """List the three nationalities of each printed list."""
    rows = con.execute(f"""
        select
            short_name_nl,
            short_name_en,
            list(places.name_nl order by rank),
            list(places.name_en order by rank),
            any_value(ranked_by)
        from marts.fct_top_nationalities as places
        inner join marts.dim_products as products using (product_code)
        where edition_year = {NEWEST}
        group by short_name_nl, short_name_en, products.position
        order by products.position
    """).fetchall()
    if not rows:
        return None
    newest = one(
        con,
        f"select edition_year::varchar as year, publication, address from marts.dim_editions where edition_year = {NEWEST}",
    )
    unsaid = [row[:2] for row in rows if not row[-1]]
    about = written(
        say(
            "De drie nationaliteiten met de meeste aanvragen in {year}; alleen de volgorde is gepubliceerd, geen aantallen. In spoor 2 zit"
            " ook wie elders in de EU al bescherming heeft: het zegt niet dat een land veilig is. Waarnaar is gerangschikt, staat er niet"
            " bij voor {names}.",
            "The three nationalities with the most applications in {year}; only the order is published, no numbers. Track 2 includes those"
            " who have protection elsewhere in the EU, which does not mean that a country is safe. What they are ranked by is not said"
            " for {names}.",
        ),
        year=newest["year"],
        names=listed([nl for nl, _ in unsaid], [en for _, en in unsaid]),
    )
    heads = [PROCEDURE, say("eerste", "first"), say("tweede", "second"), say("derde", "third")]
    table = [[say(nl, en), *map(say, dutch, english)] for nl, en, dutch, english, _ in rows]
    topic = say("De meest voorkomende nationaliteiten", "The most frequent nationalities")
    publications = [(newest["publication"], newest["address"])]
    return Figure("nationalities", topic, about, heads, table, None, [], "fct_top_nationalities", publications)


def glossary(con: duckdb.DuckDBPyConnection) -> Figure:
    """Say what the short names stand for."""
    rows = con.execute("""
        select short_name_nl, short_name_en, name_nl, name_en, note_nl, note_en
        from marts.dim_products
        order by position
    """).fetchall()
    table = [[say(*row[:2]), say(*row[2:4]), say(*row[4:]) if row[4] else None] for row in rows]
    about = say(
        "De korte namen op deze pagina, zoals de IND ze voluit noemt, en wat men ervan moet weten.",
        "The short names on this page, in full, and what must be known of them.",
    )
    heads = [say("kort", "short"), say("voluit", "in full"), say("wat men moet weten", "what must be known")]
    return Figure("glossary", say("Begrippen", "Terms"), about, heads, table, None, [], "dim_products", [])


FIGURES = [
    backlog,
    flows,
    ratio,
    timeliness,
    outcomes,
    asylum,
    arrivals,
    late,
    disposition,
    courts,
    judgments,
    notices,
    documents,
    contacts,
    workforce,
    sources,
    nationalities,
    glossary,
]
