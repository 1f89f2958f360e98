"""Pictures of the published figures, each with its margin, its source and the table behind it, in Dutch and English."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import duckdb
import jinja2
import pandas as pd
import vl_convert

from ind_warehouse import PUBLISHED, ROOT, version

PAGE = ROOT / "site" / "index.html"
TEMPLATE = Path(__file__).with_name("page.html.j2")
LANGUAGES = ("nl", "en")
# Distinct for colour-blind readers too (Okabe and Ito), dark enough on white.
BLUE, ORANGE, GREY = "#0072b2", "#b85c00", "#767676"
NEWEST = "(select max(edition_year) filter (where not is_partial) from marts.dim_editions)"

Text = dict[str, str]


@dataclass
class Figure:
    """A picture: one chart or several, what they say and of what, and the table behind them.

    Attributes:
        name: Short name, for its address and its files.
        title: What the bounds carry as a statement, else a plain name, by language.
        about: Unit, margin and what to mind, by language.
        heads: Names of the columns of the table behind it.
        rows: The table: texts, texts in both languages, numbers, or nothing.
        draw: Makes the charts of a language, each with the name that stands above it or none.
        source: The mart that the figures come from.
    """

    name: str
    title: Text
    about: Text
    heads: list[Text]
    rows: list[list]
    draw: Callable[[str], list[tuple[str | None, alt.Chart]]]
    source: str


def say(nl: str, en: str) -> Text:
    """Put a text in both languages together."""
    return {"nl": nl, "en": en}


def number(value: float, language: str) -> str:
    """Write a number as the language does, 14.350 or 14,350, with the decimals that it has, four at most."""
    text = f"{round(value, 4):,}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def written(template: Text, **values: float) -> Text:
    """Fill numbers into a text in both languages."""
    return {
        language: text.format(**{name: number(value, language) for name, value in values.items()})
        for language, text in template.items()
    }


def one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    """Read the single row that a query gives."""
    (row,) = con.execute(sql).fetchall()
    return row


def write_page(path: Path) -> None:
    """Write the page.

    Args:
        path: The file to write.
    """
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        editions = con.execute("select title, printed_figures from marts.dim_editions order by edition_year desc").fetchall()
        (digest,) = one(
            con,
            "select md5(string_agg(figures::varchar, chr(10) order by observation_key)) from marts.fct_observations as figures",
        )
        page = render(opening(con), [figure(con) for figure in FIGURES], editions, digest[:12])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, "utf-8")


def render(statements: list[Text], figures: list[Figure], editions: list[tuple], digest: str) -> str:
    """Fill the template.

    Args:
        statements: What stands on top, in both languages.
        figures: The pictures in their order.
        editions: Title and number of figures of each edition.
        digest: What tells this build's printed figures from another's.

    Returns:
        The page, with charts and scripts inside it.
    """
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = number
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    drawn = {
        figure.name: {
            language: [
                (name, styled(chart, f"{figure.title[language]}: {name or ''}".rstrip(": ")).to_json(indent=None))
                for name, chart in figure.draw(language)
            ]
            for language in LANGUAGES
        }
        for figure in figures
    }
    return template.render(
        layout=layout,
        statements=statements,
        figures=figures,
        drawn=drawn,
        editions=editions,
        digest=digest,
        version=version(),
        languages=LANGUAGES,
        script=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed; window.vega = vega;"),
    )


def layout(names: list[str | None]) -> str:
    """Name the grid that charts stand in: one alone, many small ones, or roomier ones where names are long.

    Args:
        names: What stands above each chart.

    Returns:
        A class of the page's style sheet, or nothing for a chart alone.
    """
    longest = max((len(name) for name in names if name), default=0)
    return "" if not longest else "roomy" if longest > 26 else "many"


def styled(chart: alt.Chart, description: str) -> alt.Chart:
    """Give a chart the page's looks, and words for who cannot see it."""
    return (
        chart.properties(description=description)
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#e4e4e4", domainColor=GREY, tickColor=GREY, labelColor="#333", labelFontSize=12, labelLimit=190
        )
        .configure(font="system-ui, sans-serif", background="transparent")
    )


def opening(con: duckdb.DuckDBPyConnection) -> list[Text]:
    """Write the three statements on top, which hold whatever the rounding.

    Args:
        con: The published file.

    Returns:
        The statements in both languages.
    """
    grown, grew, grew_low, grew_high, others, shrank, shrank_low, shrank_high = one(
        con,
        "with stocks as (select *, backlog_change >= 1000 as grew from marts.fct_caseload"
        f" where not is_derived and backlog_change is not null and reference_year = {NEWEST})"
        " select count(*) filter (where grew), sum(backlog_change) filter (where grew),"
        " sum(backlog_change_lower) filter (where grew), sum(backlog_change_upper) filter (where grew),"
        " count(*) filter (where not grew), -sum(backlog_change) filter (where not grew),"
        " -sum(backlog_change_upper) filter (where not grew), -sum(backlog_change_lower) filter (where not grew) from stocks",
    )
    late, late_low, late_high = one(
        con,
        "select 100 * sum(late_decisions) / sum(decisions), 100 * sum(late_decisions_lower) / sum(decisions),"
        f" 100 * sum(late_decisions_upper) / sum(decisions) from marts.fct_caseload where reference_year = {NEWEST}"
        " and late_decisions is not null",
    )
    year, first, first_low, first_high = one(
        con,
        "select reference_year, value, value_lower, value_upper from marts.fct_observations"
        f" where series_code = 'first_asylum_applications.applications' and is_current and reference_year = {NEWEST}",
    )
    pending, pending_low, pending_high = one(
        con,
        "select sum(value), sum(value_lower), sum(value_upper) from marts.fct_observations"
        " where series_code in (select part_code || '.pending' from raw.derived_products where product_code = 'asylum_tracks')"
        f" and is_current and reference_year = {NEWEST}",
    )
    return [
        written(
            say(
                f"In {year} groeide de voorraad van {{grown}} procedures samen met {{grew}} zaken ({{grew_low}} tot {{grew_high}});"
                " die van de andere {others} kromp samen met {shrank} ({shrank_low} tot {shrank_high}).",
                f"In {year} the backlog of {{grown}} procedures grew by {{grew}} cases together ({{grew_low}} to {{grew_high}});"
                " that of the other {others} shrank by {shrank} ({shrank_low} to {shrank_high}).",
            ),
            grown=grown,
            grew=grew,
            grew_low=grew_low,
            grew_high=grew_high,
            others=others,
            shrank=shrank,
            shrank_low=shrank_low,
            shrank_high=shrank_high,
        ),
        written(
            say(
                f"{{late}}% ({{low}} tot {{high}}) van de beslissingen van {year} waarvan het gedrukt is, viel buiten de wettelijke"
                " termijn.",
                f"{{late}}% ({{low}} to {{high}}) of the decisions of {year} for which it is printed fell outside the statutory time"
                " limit.",
            ),
            late=round(late, 1),
            low=round(late_low, 1),
            high=round(late_high, 1),
        ),
        written(
            say(
                f"Er waren in {year} {{first}} eerste asielaanvragen ({{first_low}} tot {{first_high}}), en aan het einde van dat jaar"
                " {pending} zaken in behandeling in de sporen 1, 2 en 4 ({pending_low} tot {pending_high}).",
                f"There were {{first}} first asylum applications in {year} ({{first_low}} to {{first_high}}), and at the end of that"
                " year {pending} cases pending in tracks 1, 2 and 4 ({pending_low} to {pending_high}).",
            ),
            first=first,
            first_low=first_low,
            first_high=first_high,
            pending=pending,
            pending_low=pending_low,
            pending_high=pending_high,
        ),
    ]


SHARES, COUNTS, RATIOS = ".0%", ",.0f", ",.4f"
FLOWS = alt.Scale(domain=["applications", "decisions"], range=[BLUE, ORANGE])
AT_LEAST, AT_MOST = say("ten minste", "at least"), say("ten hoogste", "at most")
PROCEDURE, YEAR = say("procedure", "procedure"), say("jaar", "year")
PLACE = say("gedrukt in", "printed in")


def observed(con: duckdb.DuckDBPyConnection, condition: str, named: str = "products.short_name") -> pd.DataFrame:
    """Read printed figures with their bounds and their cell, in the order of print.

    Args:
        con: The published file.
        condition: Which of them, as SQL.
        named: What a panel is named after, a column without its language.

    Returns:
        The names in both languages, year, value, low, high, printed and cell.
    """
    return con.execute(
        f"select {named}_nl as nl, {named}_en as en, measure_code, reference_year as year, value, value_lower as low,"
        " value_upper as high, printed_value as printed, series_code,"
        " concat_ws(' / ', publication, chapter_label, table_label, row_label, reference_year) as cell"
        " from marts.fct_observations as figures join marts.dim_products as products using (product_code)"
        " join marts.dim_measures as measures using (measure_code)"
        f" where is_current and value is not null and {condition}"
        " order by products.position, series_code, reference_year"
    ).df()


def derived(con: duckdb.DuckDBPyConnection, metric: str, condition: str = "true") -> pd.DataFrame:
    """Read a metric of the newest whole edition by procedure, with its bounds.

    Args:
        con: The published file.
        metric: Its code.
        condition: Which products, as SQL.

    Returns:
        The names in both languages, year, value, low and high, smallest first.
    """
    return con.execute(
        "select short_name_nl as nl, short_name_en as en, reference_year as year, value, value_lower as low, value_upper as high"
        " from marts.fct_metrics as metrics join marts.dim_products as products using (product_code)"
        f" where metric_code = '{metric}' and reference_year = {NEWEST} and not products.is_derived and {condition} order by value"
    ).df()


def panels(frame: pd.DataFrame, shown: str, breaks: dict[str, int] | None = None) -> Callable[[str], list]:
    """Draw each name of printed figures in a panel of its own, through the years; applications and decisions as two lines.

    Args:
        frame: What observed() gives.
        shown: How numbers are written, in the words of D3.
        breaks: By series, the year of a change of law, drawn as a line across.

    Returns:
        What makes the panels of a language.
    """
    # shares stand on one scale: of 1% more in a panel of its own, a reader would make too much
    scale = alt.Scale(domain=[0, 1]) if shown == SHARES else alt.Scale(zero=True)
    # a bound has a decimal more than its figure, where it needs one
    bound = ".1%" if shown == SHARES else ",~f"
    years = sorted(set(frame.year))
    colour = alt.Color("measure_code:N", scale=FLOWS, legend=None) if "decisions" in set(frame.measure_code) else alt.value(BLUE)

    def draw(language: str) -> list[tuple[str | None, alt.Chart]]:
        charts = []
        for name, rows in frame.groupby(language, sort=False):
            chart = (
                alt.Chart(rows)
                .mark_line(point=alt.OverlayMarkDef(filled=True, size=45))
                .encode(
                    x=alt.X("year:O", title=None, scale=alt.Scale(domain=years), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
                    y=alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(format=shown, tickCount=3)),
                    color=colour,
                    tooltip=[
                        alt.Tooltip("year:O", title=YEAR[language]),
                        alt.Tooltip("printed:N", title=say("gedrukt", "printed")[language]),
                        alt.Tooltip("low:Q", title=AT_LEAST[language], format=bound),
                        alt.Tooltip("high:Q", title=AT_MOST[language], format=bound),
                        alt.Tooltip("cell:N", title=PLACE[language]),
                    ],
                )
            )
            changed = [year for series, year in (breaks or {}).items() if series in set(rows.series_code)]
            if changed:
                line = alt.Chart(pd.DataFrame({"year": changed})).mark_rule(color=GREY, strokeDash=[4, 3], strokeWidth=2)
                chart = chart + line.encode(x="year:O")
            charts.append((str(name), chart.properties(width="container", height=110)))
        return charts

    return draw


def points(frame: pd.DataFrame, words: Text, shown: str, line: float | None = None) -> Callable[[str], list]:
    """Draw a metric by procedure as points between their bounds.

    Args:
        frame: What derived() gives, in the order from top to bottom.
        words: What the metric is.
        shown: How numbers are written, in the words of D3.
        line: Where a line is drawn across, if anywhere.

    Returns:
        What makes the chart of a language.
    """

    def draw(language: str) -> list[tuple[str | None, alt.Chart]]:
        scale = alt.Scale(zero=line is None)
        axis = alt.Axis(format=".1f" if shown == RATIOS else shown, tickMinStep=0.1, tickCount=6)
        base = alt.Chart(frame).encode(
            y=alt.Y(f"{language}:N", sort=None, title=None),
            tooltip=[
                alt.Tooltip(f"{language}:N", title=PROCEDURE[language]),
                alt.Tooltip("value:Q", title=words[language], format=shown),
                alt.Tooltip("low:Q", title=AT_LEAST[language], format=shown),
                alt.Tooltip("high:Q", title=AT_MOST[language], format=shown),
            ],
        )
        bounds = base.mark_rule(color=BLUE, strokeWidth=2).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
        marks = base.mark_point(filled=True, size=60, color=BLUE, opacity=1).encode(
            x=alt.X("value:Q", title=None, scale=scale, axis=axis)
        )
        chart = bounds + marks
        if line is not None:
            chart = alt.Chart(pd.DataFrame({"at": [line]})).mark_rule(color=GREY, strokeDash=[4, 3]).encode(x="at:Q") + chart
        return [(None, chart.properties(width="container", height=24 * len(frame)))]

    return draw


def printed(
    name: str,
    title: Text,
    about: Text,
    frame: pd.DataFrame,
    shown: str = COUNTS,
    first: Text = PROCEDURE,
    breaks: dict[str, int] | None = None,
) -> Figure:
    """Make the picture of printed figures through the years.

    Args:
        name: Short name.
        title: What the picture says.
        about: Unit, margin and what to mind.
        frame: What observed() gives.
        shown: How numbers are written, in the words of D3.
        first: What the names are names of.
        breaks: By series, the year of a change of law.

    Returns:
        The picture, its table with every figure as printed, its bounds and its cell.
    """
    rows = [[say(row.nl, row.en), str(row.year), row.printed, row.low, row.high, row.cell] for row in frame.itertuples()]
    heads = [first, YEAR, say("gedrukt", "printed"), AT_LEAST, AT_MOST, PLACE]
    return Figure(name, title, about, heads, rows, panels(frame, shown, breaks), "fct_observations")


def compared(
    name: str, title: Text, about: Text, frame: pd.DataFrame, words: Text, shown: str, line: float | None = None
) -> Figure:
    """Make the picture of a metric of the newest year by procedure.

    Args:
        name: Short name.
        title: What the picture says.
        about: Unit, margin and what to mind.
        frame: What derived() gives, in the order from top to bottom.
        words: What the metric is.
        shown: How numbers are written, in the words of D3.
        line: Where a line is drawn across, if anywhere.

    Returns:
        The picture, its table with the metric and its bounds.
    """
    decimals = 4 if shown == RATIOS else None
    rows = [
        [say(row.nl, row.en), *(round(value, decimals) for value in (row.value, row.low, row.high))] for row in frame.itertuples()
    ]
    heads = [PROCEDURE, words, AT_LEAST, AT_MOST]
    return Figure(name, title, about, heads, rows, points(frame, words, shown, line), "fct_metrics")


def rose_or_fell(con: duckdb.DuckDBPyConnection, series: str, plain: Text, rose: Text, fell: Text) -> tuple[Text, Text]:
    """Say that a series rose or fell in the newest year where its bounds carry it, else give the plain name.

    Args:
        con: The published file.
        series: Its code.
        plain: The plain name.
        rose: The statement with {percent} and {year} in it, for a rise.
        fell: The same for a fall.

    Returns:
        The title, and the growth with its margin.
    """
    growth, low, high, year, spoilt = one(
        con,
        "select 100 * value, 100 * value_lower, 100 * value_upper, reference_year, break_note_en is not null"
        f" from marts.fct_trends where series_code = '{series}' and trend_code = 'growth' and reference_year = {NEWEST}",
    )
    margin = written(
        say("Groei: {growth}%, door afronding {low}% tot {high}%.", "Growth: {growth}%, {low}% to {high}% by rounding."),
        growth=round(growth, 2),
        low=round(low, 2),
        high=round(high, 2),
    )
    if spoilt or low <= 0 <= high:
        return plain, margin
    statement = rose if low > 0 else fell
    dated = {language: text.replace("{year}", str(year)) for language, text in statement.items()}
    return written(dated, percent=round(abs(growth), 1)), margin


def backlog(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the stock of each procedure through the years."""
    frame = observed(con, "measure_code = 'pending'")
    changes = derived(con, "backlog_change")
    year = changes.year.max()
    title = written(
        say(
            f"In {year} groeide de voorraad van {{rose}} procedures, en kromp die van {{fell}}",
            f"In {year} the backlog of {{rose}} procedures grew, and that of {{fell}} shrank",
        ),
        rose=int((changes.low > 0).sum()),
        fell=int((changes.high < 0).sum()),
    )
    about = say(
        "Zaken in behandeling op 31 december, geen personen; elk vak heeft zijn eigen schaal. Gedrukt op tientallen, dus 5 meer of"
        " minder. Bij intrekkingen wacht niemand; studenten zijn eind december buiten hun seizoen.",
        "Cases pending on 31 December, not persons; each panel has a scale of its own. Printed to tens, so give or take 5. For"
        " withdrawals nobody waits; for students the end of December is off-season.",
    )
    return printed("backlog", title, about, frame)


def flows(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw what came in and what went out of each procedure."""
    frame = observed(
        con, "measure_code in ('applications', 'decisions') and (decided_by = 'IND' or product_code = 'family_incl_echr8')"
    )
    about = say(
        "Zaken per jaar; blauw is wat binnenkwam (aanvragen), oranje wat eruit ging (beslissingen). Gedrukt op tientallen. In 2020"
        " drukte corona de aanvragen; 2021 was voor naturalisatie een recordjaar. Tussen de asielsporen verhuizen zaken. Familie & Gezin van de edities 2020"
        " en 2021 telde de 8 EVRM-zaken mee: een andere definitie, dus een eigen vak.",
        "Cases per year; blue is what came in (applications), orange what went out (decisions). Printed to tens. Corona kept"
        " applications down in 2020; for naturalisation 2021 was a record year. Between the asylum tracks cases move. Family of the editions of 2020 and"
        " 2021 included the Article 8 ECHR cases: another definition, so a panel of its own.",
    )
    title = say("Aanvragen en beslissingen per procedure", "Applications and decisions by procedure")
    return printed("flows", title, about, frame)


def ratio(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw decisions per application with their bounds and the line at 1."""
    frame = derived(con, "decision_to_application_ratio", "decided_by = 'IND' and product_group != 'caribbean_netherlands'")
    year = frame.year.max()
    title = written(
        say(
            f"In {year} besliste de IND bij {{below}} procedures minder dan er binnenkwam, bij {{above}} meer",
            f"In {year} the IND decided less than came in for {{below}} procedures, and more for {{above}}",
        ),
        below=int((frame.high < 1).sum()),
        above=int((frame.low > 1).sum()),
    )
    words = say("beslissingen per aanvraag", "decisions per application")
    about = say(
        "Beslissingen per aanvraag in het jaar; onder 1 komt er meer binnen dan eruit gaat. De grenzen van de afronding zijn vaak"
        " smaller dan de punt. Zeker onder 1 is niet hetzelfde als ver onder 1.",
        "Decisions per application in the year; below 1, more comes in than goes out. The bounds of rounding are often narrower"
        " than the point. Certainly below 1 is not the same as far below 1.",
    )
    return compared("ratio", title, about, frame, words, RATIOS, 1)


def timeliness(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the shares decided in time, with the years in which the law changed."""
    frame = observed(con, "measure_code = 'timely_share'")
    breaks = con.execute(
        "select series_code, reference_year, note_nl, note_en from marts.dim_breaks where measure_code = 'timely_share'"
    ).fetchall()
    notes = [" ".join(row[at] for row in breaks) for at in (2, 3)]
    about = say(
        "Aandeel van de beslissingen van het jaar dat binnen de wettelijke termijn viel, gedrukt in hele procenten. Termijnen"
        f" verschillen per procedure. Streepjeslijn: de wet veranderde. {notes[0]}",
        "Share of the decisions of the year that fell within the statutory time limit, printed in whole percentages. Limits differ"
        f" by procedure. Dashed line: the law changed. {notes[1]}",
    )
    title = say("Beslist binnen de wettelijke termijn", "Decided within the statutory time limit")
    years = {series: year for series, year, *_ in breaks}
    return printed("timeliness", title, about, frame, SHARES, breaks=years)


def outcomes(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the shares granted."""
    frame = observed(con, "measure_code = 'granted_share'")
    about = say(
        "Aandeel van alle beslissingen van het jaar, ook die zonder inhoudelijk oordeel: de rest is niet alles afgewezen, en dit is"
        " niet het Europese erkenningspercentage. Gedrukt in hele procenten: 0% is minder dan een half procent.",
        "Share of all decisions of the year, those without a substantive outcome included: the rest were not all refused, and this"
        " is not the European recognition rate. Printed in whole percentages: 0% is less than half a percent.",
    )
    title = say("Ingewilligd, als aandeel van de beslissingen", "Granted, as a share of decisions")
    return printed("outcomes", title, about, frame, SHARES)


def asylum(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw how the stock of the three asylum tracks together came about."""
    year, pending, came, went, change, low, high, residual, tolerance = one(
        con,
        "select caseload.reference_year, pending, applications, decisions, backlog_change, backlog_change_lower,"
        " backlog_change_upper, residual, tolerance from marts.fct_caseload as caseload join marts.fct_reconciliation as checks"
        " on checks.check_key = 'stock_flow/' || caseload_key"
        f" where caseload.product_code = 'asylum_tracks' and caseload.reference_year = {NEWEST}",
    )
    before = pending - change
    steps = [
        (say(f"eind {year - 1}", f"end of {year - 1}"), 0, before),
        (say("aanvragen", "applications"), before, before + came),
        (say("beslissingen", "decisions"), before + came, before + came - went),
        (say("onverklaard", "unexplained"), before + came - went, pending),
        (say(f"eind {year}", f"end of {year}"), 0, pending),
    ]
    plain = say("De voorraad van de drie asielsporen samen", "The backlog of the three asylum tracks together")
    grew = written(
        say(
            f"De voorraad van de drie asielsporen samen groeide in {year} met {{change}} zaken",
            f"The backlog of the three asylum tracks together grew by {{change}} cases in {year}",
        ),
        change=change,
    )
    about = written(
        say(
            "Zaken, geen asielzoekers. De groei is door afronding {low} tot {high}. Alleen samen sluiten voorraad en stromen bijna:"
            " zaken verhuizen tussen de sporen. Onverklaard is {residual}, waarvan de afronding er {tolerance} kan verklaren.",
            "Cases, not asylum seekers. By rounding the growth is {low} to {high}. Only together do stock and flows nearly close:"
            " cases move between the tracks. Unexplained are {residual}, of which rounding may explain {tolerance}.",
        ),
        low=low,
        high=high,
        residual=residual,
        tolerance=tolerance,
    )

    def draw(language: str) -> list[tuple[str | None, alt.Chart]]:
        frame = pd.DataFrame(
            {
                "step": [name[language] for name, _, _ in steps],
                "start": [start for _, start, _ in steps],
                "end": [end for _, _, end in steps],
                "cases": [end - start for _, start, end in steps],
                "kind": ["stock", "rise", "fall", "unexplained", "stock"],
            }
        )
        colour = alt.Scale(domain=["stock", "rise", "fall", "unexplained"], range=[BLUE, ORANGE, "#009e73", GREY])
        bars = (
            alt.Chart(frame)
            .mark_bar()
            .encode(
                y=alt.Y("step:N", sort=None, title=None),
                x=alt.X("start:Q", title=None, axis=alt.Axis(format=COUNTS, tickCount=5)),
                x2="end:Q",
                color=alt.Color("kind:N", scale=colour, legend=None),
                tooltip=[
                    alt.Tooltip("step:N", title=" "),
                    alt.Tooltip("cases:Q", format=COUNTS, title=say("zaken", "cases")[language]),
                ],
            )
        )
        return [(None, bars.properties(width="container", height=200))]

    rows = [[name, end - start] for name, start, end in steps]
    return Figure(
        "asylum", grew if low > 0 else plain, about, [say("stap", "step"), say("zaken", "cases")], rows, draw, "fct_caseload"
    )


def late(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw late decisions by procedure with their bounds."""
    frame = derived(con, "late_decisions").iloc[::-1]
    first, second = list(frame.itertuples())[:2]
    year = frame.year.max()
    plain = say(f"Te late beslissingen in {year}", f"Late decisions in {year}")
    ahead = say(
        f"{first.nl} gaf in {year} van alle afzonderlijke procedures de meeste te late beslissingen",
        f"{first.en} gave the most late decisions of all single procedures in {year}",
    )
    words = say("te late beslissingen", "late decisions")
    about = say(
        "Beslissingen buiten de wettelijke termijn, afgeleid uit een percentage dat op hele procenten is afgerond; vandaar de"
        " streep. Termijnen verschillen per procedure en werden voor asiel in 2022 langer. Wie nog wacht, telt niet mee.",
        "Decisions outside the statutory time limit, implied by a share printed in whole percentages; hence the line. Limits"
        " differ by procedure and were lengthened for asylum in 2022. Those still waiting do not count.",
    )
    return compared("late", ahead if first.low > second.high else plain, about, frame, words, COUNTS)


def courts(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw court cases received and handled."""
    frame = observed(con, "measure_code in ('applications', 'decisions') and decided_by = 'court'")
    title, margin = rose_or_fell(
        con,
        "court_cases_residence.applications",
        say("Rechtszaken", "Court cases"),
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
        "Procedures per jaar; blauw is ontvangen, oranje afgehandeld. De rechter beslist, niet de IND; ook beroepen tegen te laat"
        " beslissen, voorlopige voorzieningen en hoger beroep tellen mee. Gedrukt op tientallen. " + margin["nl"],
        "Cases per year; blue is received, orange handled. Judges decide, not the IND; appeals against late decisions, interim"
        " measures and further appeals are included. Printed to tens. " + margin["en"],
    )
    return printed("courts", title, about, frame)


def documents(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw the cards made and issued."""
    frame = observed(con, "product_code = 'documents'", "measures.name")
    about = say(
        "Gemaakte en uitgegeven pasjes per jaar, geen verleende vergunningen; gedrukt op tientallen. Die van het terugtrekkingsakkoord werden na de Brexit eenmalig"
        " omgewisseld.",
        "Cards made and issued per year, not permits granted; printed to tens. Those of the Withdrawal Agreement were exchanged once after Brexit.",
    )
    title = say("Documenten", "Documents")
    return printed("documents", title, about, frame, first=say("document", "document"))


def contacts(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw calls and visits."""
    frame = observed(con, "measure_code = 'calls_handled' or series_code = 'service_desks.desk_contacts'")
    about = say(
        "Afgehandelde gesprekken en contacten aan de loketten per jaar; de marge staat in de tabel. Minder gesprekken kan ook betekenen dat er minder zijn beantwoord; of"
        " de ketenservicelijn in telefonie zit, zegt de bron niet: niet optellen.",
        "Calls handled and contacts at the desks per year; the margin stands in the table. Fewer calls may also mean that fewer were answered; the source does not say whether"
        " the partner line is part of telephone: do not add them up.",
    )
    title = say("Contacten", "Contacts")
    return printed("contacts", title, about, frame, first=say("kanaal", "channel"))


def workforce(con: duckdb.DuckDBPyConnection) -> Figure:
    """Draw staff at the end of the year."""
    frame = observed(con, "product_code = 'workforce'", "measures.name")
    title, margin = rose_or_fell(
        con,
        "workforce.total_staff",
        say("Personeel", "Workforce"),
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
    return printed("workforce", title, about, frame, first=say("personeel", "staff"))


def sources(con: duckdb.DuckDBPyConnection) -> Figure:
    """Show where others publish something else, and what changed from edition to edition."""
    rows = con.execute(
        "select expected_from, series.name_nl, series.name_en, checks.reference_year, expected, found, residual, tolerance, verdict"
        " from marts.fct_reconciliation as checks left join marts.dim_series as series"
        " on series.series_code = split_part(checks.found_from, '/', 1) where register is not null order by abs(residual) - tolerance desc"
    ).fetchall()
    pairs, revised, stocks, tracks_compared = one(
        con,
        "select count(*), count(*) filter (where beyond_rounding), count(*) filter (where stock_or_flow = 'stock'),"
        " count(*) filter (where product_code like 'asylum_track%')"
        " from marts.fct_revisions left join marts.dim_series using (series_code)",
    )
    differ = sum(row[-1] == "differs" for row in rows)
    title = written(
        say(
            "{differ} van de {all} cijfers van anderen wijkt meer af dan de marges verklaren",
            "{differ} of {all} figures of others is off by more than the margins explain",
        ),
        differ=differ,
        all=len(rows),
    )
    about = written(
        say(
            "Allen putten uit het register van de IND: overeenstemming bevestigt niets. Van {pairs} cijfers die in twee edities staan,"
            " zijn er {revised} herzien; onder de {pairs} zijn {stocks} voorraden en {tracks} cijfers van asielsporen. Familie & Gezin van 2020 en 2021 heeft een andere"
            " definitie en is een eigen reeks.",
            "All count from the register of the IND: agreement confirms nothing. Of {pairs} figures that stand in two editions, {revised}"
            " were revised; among the {pairs} are {stocks} stocks and {tracks} figures of asylum tracks. Family and relatives of 2020 and 2021 has another definition"
            " and is a series of its own.",
        ),
        pairs=pairs,
        revised=revised,
        stocks=stocks,
        tracks=tracks_compared,
    )
    verdicts = {
        "holds": say("gelijk", "equal"),
        "within_rounding": say("binnen de marges", "within the margins"),
        "differs": say("wijkt af", "differs"),
    }
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
    tracks = say("Sporen 1, 2 en 4: in behandeling", "Tracks 1, 2 and 4: pending")
    table = [
        [source, say(nl, en) if nl else tracks, str(year), *figures, verdicts[verdict]]
        for source, nl, en, year, *figures, verdict in rows
    ]
    return Figure("sources", title, about, heads, table, lambda language: [], "fct_reconciliation")


def nationalities(con: duckdb.DuckDBPyConnection) -> Figure:
    """List the three nationalities of each printed list."""
    rows = con.execute(
        "select short_name_nl, short_name_en, list(places.name_nl order by rank), list(places.name_en order by rank)"
        " from marts.fct_top_nationalities as places join marts.dim_products as products using (product_code)"
        " where edition_year = (select max(edition_year) from marts.fct_top_nationalities)"
        " group by short_name_nl, short_name_en, products.position order by products.position"
    ).fetchall()
    heads = [PROCEDURE, say("eerste", "first"), say("tweede", "second"), say("derde", "third")]
    table = [[say(nl, en), *map(say, dutch, english)] for nl, en, dutch, english in rows]
    about = say(
        "Alleen de volgorde is gedrukt, geen aantallen. In spoor 2 zit ook wie elders in de EU al bescherming heeft: het zegt niet dat"
        " een land veilig is.",
        "Only the order is printed, no numbers. Track 2 has those with protection elsewhere in the EU as well: no sign that a country"
        " is safe.",
    )
    title = say("De meest voorkomende nationaliteiten", "The most frequent nationalities")
    return Figure("nationalities", title, about, heads, table, lambda language: [], "fct_top_nationalities")


FIGURES = [
    backlog,
    flows,
    ratio,
    timeliness,
    late,
    outcomes,
    asylum,
    courts,
    documents,
    contacts,
    workforce,
    sources,
    nationalities,
]
