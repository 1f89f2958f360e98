"""How the page's pictures are made: printed figures through the years, and metrics side by side, in Dutch and English."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import altair as alt
import duckdb
import pandas as pd

# Distinct for colour-blind readers too (Okabe and Ito), dark enough on white.
BLUE, ORANGE, PINK, GREY, DARK = "#0072b2", "#b85c00", "#cc79a7", "#767676", "#4d4d4d"
SHARES, COUNTS = ".0%", ",.0f"
NEWEST = "(select edition_year from marts.dim_editions where is_newest_whole)"

# the rows of each panel, which the page puts in
ROWS = alt.NamedData(name="rows")

Text = dict[str, str]
Draw = Callable[[str], alt.Chart | alt.LayerChart]
Panels = list[tuple[Text | None, pd.DataFrame]]


def say(nl: str, en: str) -> Text:
    """Put a text in both languages together."""
    return {"nl": nl, "en": en}


AT_LEAST, AT_MOST = say("ten minste", "at least"), say("ten hoogste", "at most")
PROCEDURE, YEAR, CASES = say("procedure", "procedure"), say("jaar", "year"), say("zaken", "cases")
PLACE, KEY = say("vindplaats", "printed in"), say("sleutel", "key")


@dataclass
class Figure:
    """A picture: one chart, or several alike, what they say and of what, and the table behind them.

    Attributes:
        name: Short name, for its address.
        topic: Plain name, by language.
        about: Unit, margin and what to mind, by language.
        heads: Names of the columns of the table behind it.
        rows: The table: texts, texts in both languages, or numbers.
        draw: Makes the chart of a language, without its data; not there where a table says it all.
        panels: For each chart the name that stands above it, if any, and its data.
        mart: The table of the warehouse that the figures come from.
        publications: Where they were printed, each with its web address, if known.
        statement: What the bounds carry as a title, if anything; else the plain name is the title.
        notes: Footnotes, changes of law or definition, exceptional years; each with the web address that says so, if known.
        lines: Colour and name of each line, where there are two.
    """

    name: str
    topic: Text
    about: Text
    heads: list[Text]
    rows: list[list]
    draw: Draw | None
    panels: Panels
    mart: str
    publications: list[tuple[str, str | None]]
    statement: Text | None = None
    notes: list[tuple[Text, str | None]] = field(default_factory=list)
    lines: list[tuple[str, Text]] = field(default_factory=list)

    @property
    def title(self) -> Text:
        """What stands above the picture."""
        return self.statement or self.topic


def number(value: float | str, language: str) -> str:
    """Write a number as the language does, 14.350 or 14,350.

    Args:
        value: A number, written with the decimals that it has, four at most; or a text, to keep those of the text (15.0).
        language: Its code.

    Returns:
        The number in words of that language.
    """
    text = value if isinstance(value, str) else f"{round(value, 4):,}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def written(template: Text, *values: float | str | Text, **named: float | str | Text) -> Text:
    """Fill numbers, and texts of both languages, into a text of both languages.

    Args:
        template: The text, with {} or {name} where something goes.
        values: What goes into {}, in this order.
        named: What goes into {name}.

    Returns:
        The text in both languages.
    """

    def fill(language: str, value: float | str | Text) -> str:
        return value[language] if isinstance(value, dict) else number(value, language)

    return {
        language: text.format(
            *(fill(language, value) for value in values), **{name: fill(language, value) for name, value in named.items()}
        )
        for language, text in template.items()
    }


def fixed(value: float, decimals: int, unit: str = "") -> Text:
    """Write a number with so many decimals, halves rounded up, and its unit."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return written(say("{value}{unit}", "{value}{unit}"), value=f"{exact:,}", unit=unit)


def rounded(low: float, high: float, decimals: int) -> tuple[float, float]:
    """Round the bounds of a figure outward, so that they leave nothing out that it can be.

    Args:
        low: The least that it can be.
        high: The most that it can be.
        decimals: How many are left.

    Returns:
        The two bounds.
    """
    scale = 10**decimals
    # a billionth is what a computer makes of 64.25 when it is printed as such
    return math.floor(low * scale + 1e-9) / scale, math.ceil(high * scale - 1e-9) / scale


def ranged(value: float, low: float, high: float, decimals: int = 0, unit: str = "") -> Text:
    """Write a figure with its margin, 15.0% (14.5 to 15.6).

    Args:
        value: The figure.
        low: The least that it can be.
        high: The most that it can be.
        decimals: How many are written.
        unit: What stands behind the figure.

    Returns:
        The figure and its margin in both languages.
    """
    bounds = rounded(low, high, decimals)
    figures = [fixed(figure, decimals) for figure in (value, *bounds)]
    return written(say("{}{} ({} tot {})", "{}{} ({} to {})"), figures[0], unit, *figures[1:])


def listed(names_nl: list[str], names_en: list[str]) -> Text:
    """Write names as people list them, a, b and c; none where there is no name."""
    if not names_nl:
        return say("geen", "none")
    return {
        language: f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        for language, last, names in (("nl", "en", names_nl), ("en", "and", names_en))
    }


def one(con: duckdb.DuckDBPyConnection, sql: str) -> dict:
    """Read the single row that a query gives.

    Args:
        con: The published file.
        sql: The query.

    Returns:
        The row by the names of its columns.

    Raises:
        ValueError: There is no row, or more than one.
    """
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


def observed(con: duckdb.DuckDBPyConnection, condition: str, name: str = "products.short_name_{}") -> pd.DataFrame:
    """Read printed figures up to the year of the newest whole edition, with their bounds and their cell, in the order of print.

    Args:
        con: The published file.
        condition: Which of them, as SQL.
        name: What a panel is named after, as SQL, with {} for the language.

    Returns:
        Its place in that order, the names in both languages, the panel that it is drawn in, year, value, low, high, printed,
        cell, and part: between an even part and the next a law or a definition changed, and the odd
        part is the year in which it did.
    """
    return (
        con.execute(f"""
            select
                {name.format("nl")} as nl,
                {name.format("en")} as en,
                nl as panel_nl,
                en as panel_en,
                product_code,
                measure_code,
                series_code,
                reference_year as year,
                value,
                value_lower as low,
                value_upper as high,
                printed_value as printed,
                concat_ws(' / ', publication, chapter_label, table_label, row_label, reference_year) as cell,
                (
                    select
                        count(*) filter (changes.reference_year <= figures.reference_year)
                        + count(*) filter (changes.reference_year < figures.reference_year)
                    from marts.dim_breaks as changes
                    where changes.series_code = figures.series_code and kind != 'exceptional_year'
                ) as part
            from marts.fct_observations as figures
            inner join marts.dim_products as products using (product_code)
            inner join marts.dim_measures as measures using (measure_code)
            where is_current and value is not null and reference_year <= {NEWEST} and ({condition})
            order by products.position, series_code, reference_year
        """)
        .df()
        .reset_index(names="place")
    )


def derived(con: duckdb.DuckDBPyConnection, metric: str, condition: str = "true") -> pd.DataFrame:
    """Read a metric of the newest whole edition by procedure, with its bounds.

    Args:
        con: The published file.
        metric: Its code.
        condition: Which products, as SQL.

    Returns:
        The names in both languages, year, value, low, high, key and product_code, smallest first.
    """
    return con.execute(f"""
        select
            short_name_nl as nl,
            short_name_en as en,
            reference_year as year,
            value,
            value_lower as low,
            value_upper as high,
            metric_key as key,
            product_code
        from marts.fct_metrics
        inner join marts.dim_products as products using (product_code)
        where metric_code = '{metric}' and reference_year = {NEWEST} and not products.is_derived and {condition}
        order by value, position
    """).df()


def noted(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> list[tuple[Text, str | None]]:
    """Tell what must be known of printed figures: footnotes of the newest edition, changes of law or definition, odd years.

    Args:
        con: The published file.
        frame: What observed() gives.

    Returns:
        What each is about and says, with the web address that says so, if there is one; footnotes first.
    """
    rows = con.execute(f"""
        with notes as (
            select nl, en, min(place) as place, 1 as kind, footnote_number as number, note_nl, note_en, null as source
            from marts.dim_footnotes as footnotes
            inner join frame
                on coalesce(footnotes.series_code = frame.series_code, footnotes.product_code = frame.product_code)
            where edition_year = {NEWEST}
            group by all

            union all

            select nl, en, min(place), 2, reference_year, note_nl, note_en, source
            from marts.dim_breaks
            inner join frame using (series_code)
            where reference_year <= {NEWEST}
            group by all
        )

        select
            string_agg(nl, ', ' order by place),
            string_agg(en, ', ' order by place),
            note_nl,
            note_en,
            nullif(regexp_extract(any_value(source), '^https://[^;]+'), '')
        from notes
        group by kind, note_nl, note_en
        order by kind, min(number), min(place)
    """).fetchall()
    return [(say(f"{names_nl}: {nl}", f"{names_en}: {en}"), address) for names_nl, names_en, nl, en, address in rows]


def cited(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> list[tuple[str, str | None]]:
    """List the publications that print the figures of a frame's products and years, newest first.

    Args:
        con: The published file.
        frame: What observed() or derived() gives.

    Returns:
        Each publication and its web address, if it is known.
    """
    measured = "and figures.measure_code = frame.measure_code" if "measure_code" in frame else ""
    return con.execute(f"""
        select publication, address
        from marts.fct_observations as figures
        inner join frame on figures.product_code = frame.product_code and figures.reference_year = frame.year {measured}
        where is_current
        group by publication, address
        order by max(edition_year) desc, publication
    """).fetchall()


def rounding(frame: pd.DataFrame, shown: str) -> Text:
    """Say how much rounding leaves open.

    Args:
        frame: What observed() gives.
        shown: How numbers are written, in the words of D3.

    Returns:
        The sentence in both languages.
    """
    widths = (frame.high - frame.low) / 2
    # a share is cut off at 0% and 100%
    widest = widths.max() * (100 if shown == SHARES else 1)
    if shown != SHARES and widths.nunique() > 1:
        return say(
            "De marge van de afronding verschilt per cijfer en staat in de tabel.",
            "The margin of rounding differs by figure and stands in the table.",
        )
    unit = say(" procentpunt", " percentage points") if shown == SHARES else say("", "")
    return written(
        say("Afgerond, dus {width}{unit} meer of minder.", "Rounded, so give or take {width}{unit}."),
        width=round(widest, 4),
        unit=unit,
    )


def split(frame: pd.DataFrame, shown: str, lines: bool) -> Panels:
    """Give each name of printed figures a panel of its own, and its newest figure a label.

    Args:
        frame: What observed() gives.
        shown: How numbers are written, in the words of D3.
        lines: Whether a panel has two lines, and so no room for labels.

    Returns:
        The panels; in their rows, changed says that a law or a definition changed in that year, and older that the figure follows
        a definition that the newest figures no longer follow.
    """
    panels: Panels = []
    for (nl, en), rows in frame.groupby(["panel_nl", "panel_en"], sort=False):
        rows = rows.reset_index(drop=True)
        top = 1 if shown == SHARES else rows.value.max()
        rows["older"] = ~rows.series_code.isin(rows.series_code[rows.year == rows.year.max()])
        # the first year of a definition that follows on an older one
        begins = ~rows.older & rows.measure_code.isin(rows.measure_code[rows.older])
        rows["changed"] = (rows.part % 2 == 1) | begins & (rows.year == rows.year[begins].min())
        # a line ends where years are missing
        rows["part"] += 2 * rows.groupby("series_code").year.diff().gt(1).groupby(rows.series_code).cumsum()
        # all labels keep the room above the line that one of them needs, so that panels stand in line
        rows["labelled"], rows["label_at"] = False, 1.2 * top
        if not lines:
            newest = rows.index[-1]
            before = rows.value[rows.year == rows.year[newest] - 1]
            # below the point where the line comes from above, if the axis leaves room
            falls = len(before) and before.iat[0] > rows.value[newest] > top / 4
            rows.loc[newest, ["labelled", "label_at"]] = True, rows.value[newest] + (-0.07 if falls else 0.2) * top
        columns = ["year", "value", "printed", "low", "high", "cell", "series_code", "measure_code", "part", "changed", "older"]
        panels.append((say(nl, en), rows[[*columns, "labelled", "label_at"]]))
    return panels


def through_years(years: list[int], shown: str, lines: list[tuple[str, Text]]) -> Draw:
    """Draw printed figures through the years, from what split() gives.

    A line ends where a law or a definition changed, and a dashed rule stands in that year.

    Args:
        years: All years of the picture.
        shown: How numbers are written, in the words of D3.
        lines: Colour and name of applications and of decisions, where there are both.

    Returns:
        What makes the chart of a language.
    """
    # shares stand on one scale: of 1% more in a panel of its own, a reader would make too much
    scale = alt.Scale(domain=[0, 1.2]) if shown == SHARES else alt.Scale(zero=True, nice=False)
    ticks = {"values": [0, 0.5, 1]} if shown == SHARES else {"tickCount": 3}
    # a bound has a decimal more than its figure, where it needs one
    bound = ".1%" if shown == SHARES else ",~f"

    def draw(language: str) -> alt.LayerChart:
        year = alt.X("year:O", title=None, scale=alt.Scale(domain=years), axis=alt.Axis(labelAngle=0, labelOverlap=True))
        figure = alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(format=shown, minExtent=48, **ticks))
        base = alt.Chart(ROWS).encode(x=year)
        rule = base.transform_filter("datum.changed").mark_rule(color=GREY, strokeDash=[4, 3], strokeWidth=2, aria=False)
        line = base.mark_line(point=alt.OverlayMarkDef(filled=True, size=45, color=BLUE), color=BLUE).encode(
            y=figure,
            detail=[alt.Detail("series_code:N"), alt.Detail("part:N")],
            opacity=alt.when("datum.older").then(alt.value(0.4)).otherwise(alt.value(1)),
            tooltip=[
                alt.Tooltip("year:O", title=YEAR[language]),
                alt.Tooltip("printed:N", title=say("gedrukt", "printed")[language]),
                alt.Tooltip("low:Q", title=AT_LEAST[language], format=bound),
                alt.Tooltip("high:Q", title=AT_MOST[language], format=bound),
                alt.Tooltip("cell:N", title=PLACE[language]),
            ],
        )
        if lines:
            colours = alt.Scale(domain=["applications", "decisions"], range=[colour for colour, _ in lines])
            line = line.encode(color=alt.Color("measure_code:N", scale=colours, legend=None))
        label = base.mark_text(baseline="top", fontSize=12, color=DARK, dx=alt.expr("datum.changed ? -28 : 0")).encode(
            y=alt.Y("label_at:Q"),
            text=alt.when("datum.labelled").then(alt.Text("value:Q", format=shown)).otherwise(alt.value("")),
        )
        return alt.layer(rule, line, label).properties(width="container", height=140)

    return draw


def side_by_side(frame: pd.DataFrame, words: Text, decimals: int, line: float | None) -> Draw:
    """Draw a metric by procedure as points between their bounds, with the bounds beside them.

    Args:
        frame: What derived() gives, in the order from top to bottom, with labels in both languages.
        words: What the metric is, with its unit.
        decimals: How many a tooltip shows.
        line: Where a line is drawn across, if anywhere.

    Returns:
        What makes the chart of a language.
    """
    shown = f",.{decimals}f"
    # to the left of the largest, which have no room on the right
    left = f"datum.high > {0.75 * frame.high.max()}"

    def draw(language: str) -> alt.LayerChart:
        scale = alt.Scale(zero=line is None)
        axis = alt.Axis(format=",.1f" if line else COUNTS, tickMinStep=0.1, tickCount=6, labelOverlap=True, labelFlush=False)
        base = alt.Chart(ROWS).encode(
            y=alt.Y(f"{language}:N", sort=None, title=None),
            tooltip=[
                alt.Tooltip(f"{language}:N", title=PROCEDURE[language]),
                alt.Tooltip("value:Q", title=words[language], format=shown),
                alt.Tooltip("low:Q", title=AT_LEAST[language], format=shown),
                alt.Tooltip("high:Q", title=AT_MOST[language], format=shown),
                alt.Tooltip("key:N", title=KEY[language]),
            ],
        )
        bounds = base.mark_rule(color=BLUE, strokeWidth=2).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
        marks = base.mark_point(filled=True, size=60, color=BLUE, opacity=1).encode(
            x=alt.X("value:Q", title=words[language], scale=scale, axis=axis)
        )
        labels = (
            base.transform_calculate(at=f"{left} ? datum.low : datum.high")
            .mark_text(align=alt.expr(f"{left} ? 'right' : 'left'"), dx=alt.expr(f"{left} ? -7 : 7"), fontSize=12, color=DARK)
            .encode(x="at:Q", text=f"label_{language}:N")
        )
        layers = [bounds, marks, labels]
        if line is not None:
            across = alt.Chart(ROWS).transform_aggregate(rows="count()").transform_calculate(at=f"{line}")
            layers.insert(0, across.mark_rule(color=GREY, strokeDash=[4, 3], aria=False).encode(x="at:Q"))
        return alt.layer(*layers).properties(width="container", height=24 * len(frame) + 60)

    return draw


def printed(
    con: duckdb.DuckDBPyConnection,
    name: str,
    topic: Text,
    about: Text,
    frame: pd.DataFrame,
    statement: Text | None = None,
    shown: str = COUNTS,
    first: Text = PROCEDURE,
    lines: tuple[Text, Text] | None = None,
) -> Figure | None:
    """Make the picture of printed figures through the years.

    Args:
        con: The published file.
        name: Short name.
        topic: Plain name.
        about: Unit and what to mind; the margin is added.
        frame: What observed() gives.
        statement: What the bounds carry as a title, if anything.
        shown: How numbers are written, in the words of D3.
        first: What the names are names of.
        lines: What applications and decisions are called, where a panel has both.

    Returns:
        The picture, its table with every figure as printed, its bounds and its cell; nothing where there is no figure.
    """
    if frame.empty:
        return None
    what = dict(zip(("applications", "decisions"), lines or (), strict=False))
    heads = [
        first,
        *([say("wat", "what")] if lines else []),
        YEAR,
        say("zoals gedrukt", "as printed, in Dutch notation"),
        AT_LEAST,
        AT_MOST,
        PLACE,
    ]
    rows = [
        [
            say(row.nl, row.en),
            *([what[row.measure_code]] if lines else []),
            str(row.year),
            row.printed,
            *(fixed(100 * bound, 1, "%") if shown == SHARES else bound for bound in (row.low, row.high)),
            row.cell,
        ]
        for row in frame.itertuples()
    ]
    coloured = list(zip((BLUE, ORANGE), lines or (), strict=False))
    draw = through_years(sorted(set(frame.year)), shown, coloured)
    panels = split(frame, shown, bool(lines))
    about = written(say("{} {}", "{} {}"), about, rounding(frame, shown))
    publications, notes = cited(con, frame), noted(con, frame)
    return Figure(name, topic, about, heads, rows, draw, panels, "fct_observations", publications, statement, notes, coloured)


def compared(
    con: duckdb.DuckDBPyConnection,
    name: str,
    topic: Text,
    about: Text,
    frame: pd.DataFrame,
    words: Text,
    statement: Text | None = None,
    decimals: int = 0,
    label: int = 0,
    line: float | None = None,
) -> Figure | None:
    """Make the picture of a metric of the newest year by procedure.

    Args:
        con: The published file.
        name: Short name.
        topic: Plain name.
        about: Unit, margin and what to mind.
        frame: What derived() gives, in the order from top to bottom.
        words: What the metric is, with its unit.
        statement: What the bounds carry as a title, if anything.
        decimals: How many the table shows; none where the metric counts cases.
        label: How many the bounds beside a point have.
        line: Where a line is drawn across, if anywhere.

    Returns:
        The picture, its table with the metric, its bounds and its key in the mart; nothing where there is no figure.
    """
    if frame.empty:
        return None
    labels = []
    for row in frame.itertuples():
        low, high = (fixed(bound, label) for bound in rounded(row.low, row.high, label))
        labels.append(low if low == high else written(say("{}\u2013{}", "{}\u2013{}"), low, high))
    bounds = [rounded(row.low, row.high, decimals) for row in frame.itertuples()]
    frame = frame.assign(
        low=[low for low, _ in bounds],
        high=[high for _, high in bounds],
        label_nl=[text["nl"] for text in labels],
        label_en=[text["en"] for text in labels],
    )
    rows = [
        [say(row.nl, row.en), *(fixed(value, decimals) for value in (row.value, row.low, row.high)), row.key]
        for row in frame.itertuples()
    ]
    heads = [PROCEDURE, words, AT_LEAST, AT_MOST, KEY]
    draw = side_by_side(frame, words, decimals, line)
    return Figure(name, topic, about, heads, rows, draw, [(None, frame)], "fct_metrics", cited(con, frame), statement)
