"""The pictures: SVG of 400 units wide, about the width of a phone, whose looks are those of style.css."""

import math
from functools import cache
from html import escape
from itertools import pairwise
from textwrap import wrap

from ind_warehouse.site.pages import Chart, Line

WIDTH, LEFT, RIGHT, TALL, LOW = 400, 52, 388, 170, 104
# a disc, a square, a triangle, a diamond: lines differ in more than colour
MARKS = ("m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "m-3.6-3.6h7.2v7.2h-7.2z", "m0-4.8l4.6 8h-9.2z", "m0-5l5 5l-5 5l-5-5z")
# the least length of a whisker that is drawn
SEEN = 3


def tag(name: str, inner: str = "", **attributes: object) -> str:
    """Write an element; numbers are rounded, since nobody sees a hundredth."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{round(value, 1) if isinstance(value, float) else escape(str(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def text(x: float, y: float, words: str, look: str, anchor: str = "start") -> str:
    """Write words at a place."""
    return tag("text", escape(words), x=float(x), y=float(y), class_=look, text_anchor=anchor)


def key_of(row: dict) -> str:
    """Name the figure that a mark stands for."""
    return f"{row['series_code']}/{row['reference_year']}"


def path(d: str, look: str, said: str = "", key: str = "") -> str:
    """Draw a path, and what is said of it; of a mark also whose it is."""
    more = {"data_mark": key} if key else {}
    return tag("path", tag("title", escape(said)) if said else "", d=d, class_=look, **more)


def scale(top: float) -> list[float]:
    """Choose round numbers from 0 to past the top, four or five of them."""
    power = 10 ** math.floor(math.log10(top / 4))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= top / 4)
    return [step * place for place in range(math.ceil(top / step - 1e-9) + 1)]


def tick(value: float, unit: str, lang: str) -> str:
    """Write a round number beside its line."""
    if unit == "share":
        return f"{value:.0%}"
    million = value >= 1e6
    return f"{value / (1e6 if million else 1):,g}".translate(str.maketrans(",.", ".,") if lang == "nl" else {}) + (
        {"nl": " mln", "en": " m"}[lang] if million else ""
    )


class Labels:
    """Puts words where they lie on no other and on no line, or leaves them out: they stand in the table."""

    def __init__(self, floor: float):
        """Start with nothing taken, above a floor."""
        self.taken, self.points, self.crossed, self.floor = [], [], [], floor

    def cross(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Remember where a line runs."""
        self.crossed += [tuple(a + (b - a) * part / 40 for a, b in zip(start, end, strict=True)) for part in range(41)]

    def free(self, box: tuple[float, ...]) -> bool:
        """Tell whether nothing is at a place; digits are less high than their box."""
        left, top, right, bottom = box
        inside = left >= LEFT - 12 and right <= WIDTH + 6 and top >= 0 and bottom <= self.floor
        return (
            inside
            and not any(left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in self.taken)
            and not any(left < x < right and top + 1 < y < bottom - 2 for x, y in self.crossed)
        )

    def put(self, x: float, y: float, reach: float, words: str, look: str, under: bool) -> str:
        """Write words beside a point, at the first place that is free and nearer to it than to any other point."""
        half, above, below = 4.2 * len(words), y - reach - 5, y + reach + 14
        places = [(x, below), (x, above)] if under else [(x, above), (x, below)]
        places += [(x + half + 8, y + 4), (x - half - 8, y + 4), (x, above - 9), (x, below + 9)]
        places += [(x + side * (half + 4), up) for up in (above + 4, below - 4) for side in (1, -1)]
        for across, up in places:
            box = across - half, up - 11, across + half, up + 3
            own = distance((x, y), box)
            if self.free(box) and all(distance(point, box) > own for point in self.points if point != (x, y)):
                self.taken.append(box)
                return text(across, up, words, look, "middle")
        return ""


def distance(point: tuple[float, float], box: tuple[float, ...]) -> float:
    """Measure how far a point lies from a box."""
    return math.hypot(max(box[0] - point[0], 0, point[0] - box[2]), max(box[1] - point[1], 0, point[1] - box[3]))


@cache
def years(chart: Chart, lang: str) -> tuple[str, float]:
    """Draw series through the years, those of each unit in a panel: a line that ends at a break, a point for each row."""
    rows, out = chart.rows, []
    first, last = min(row["reference_year"] for row in rows), max(row["reference_year"] for row in rows)
    units = list(dict.fromkeys(line.unit for line in chart.lines))
    apart = (RIGHT - LEFT - 44) / max(last - first, 1)

    def x(year: int) -> float:
        return (LEFT + RIGHT) / 2 if first == last else LEFT + 24 + (year - first) * apart

    head = 13 * len(chart.breaks) + 4
    at, marks = head, []
    for unit in units:
        lines = [line for line in chart.lines if line.unit == unit]
        part, at = panel(chart, lines, lang, x, at + 12 * bool(out), TALL if len(units) == 1 else LOW, len(chart.lines) > 1)
        out.append(part)
    for place, change in enumerate(chart.breaks):
        words, level = change["label"][lang], 11 + 13 * place
        half, across = 3 * len(words), x(change["year"])
        marks.append(path(f"M{across:.1f} {level + 3}V{at}", "break" if change["ends"] else "mark"))
        out.append(text(min(max(across, half), WIDTH - half), level, words, "note", "middle"))
    # years of which only single figures are held stand on grey
    bands = [
        tag("rect", x=left, y=head, width=min(x(year) + apart / 2, RIGHT + 8) - left, height=at - head + 20, class_="partial")
        for year in sorted(chart.partial)
        for left in [max(x(year) - apart / 2, LEFT)]
    ]
    shown = range(first, last + 1)
    out += [text(x(year), at + 16, str(year), "year soft" if year in chart.partial else "year", "middle") for year in shown]
    return "".join(bands + marks + out), at + 22


def panel(chart: Chart, lines: list[Line], lang: str, x, top: float, tall: float, named: bool) -> tuple[str, float]:
    """Draw the series of one unit below each other's names; give also where it ends."""
    unit, out, key, level = lines[0].unit, [], LEFT, top + 12
    places = {line.code: chart.lines.index(line) for line in lines}
    for line in lines if named else ():
        name = line.name[lang]
        if key > LEFT and key + 7 * len(name) > WIDTH - 14:
            key, level = LEFT, level + 16
        look = f"l{places[line.code] + 1}"
        out.append(path(f"M{key + 4} {level - 4}{MARKS[places[line.code]]}", f"p {look}") + text(key + 13, level, name, "name"))
        key += 7 * len(name) + 28
    head = level + 24 if named else top + 18
    floor = head + tall
    rows = [row for line in lines for row in line.rows]
    ticks = [0, 0.25, 0.5, 0.75, 1] if unit == "share" else scale(max(row["value_upper"] for row in rows) or 1)
    ticks = ticks[::2] if unit == "share" and tall == LOW else ticks

    def y(value: float) -> float:
        return floor - value / ticks[-1] * tall

    out += [path(f"M{LEFT} {y(one):.1f}H{RIGHT}", "grid" if one else "axis") for one in ticks]
    out += [text(LEFT - 5, y(one) + 4, tick(one, unit, lang), "tick", "end") for one in ticks]
    labels, points, waiting = Labels(floor + 1), [], []
    for line in lines:
        look, mark = f"l{places[line.code] + 1}", MARKS[places[line.code]]
        for before, after in pairwise(line.rows):
            years = before["reference_year"], after["reference_year"]
            if years[1] - years[0] == 1 and not line.cut.intersection(years):
                start, end = ((x(row["reference_year"]), y(row["value"])) for row in (before, after))
                out.append(path("M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*start, *end), f"s {look}"))
                labels.cross(start, end)
        for index, row in enumerate(line.rows):
            across, up = x(row["reference_year"]), y(row["value"])
            reach = (y(row["value_lower"]) - y(row["value_upper"])) / 2
            if 2 * reach >= SEEN:
                low, high = y(row["value_lower"]), y(row["value_upper"])
                points.append(path(f"M{across - 4:.1f} {high:.1f}h8m-4 0V{low:.1f}m-4 0h8", f"w {look}"))
            shown, hollow = row[f"shown_{lang}"], " r" if row["remark_nl"] else ""
            said = f"{line.name[lang]} {row['reference_year']}: {shown}"
            points.append(path(f"M{across:.1f} {up:.1f}{mark}", f"p {look}{hollow}", said, key_of(row)))
            labels.taken.append((across - 4, up - 4, across + 4, up + 4))
            labels.points.append((across, up))
            # of nearly equal lines the lower one has its figure below; so has the bottom of a valley
            rivals = [y(one["value"]) for one in rows if one["reference_year"] == row["reference_year"] and one is not row]
            near = [y(line.rows[one]["value"]) for one in (index - 1, index + 1) if 0 <= one < len(line.rows)]
            under = all(rival < up for rival in rivals) if rivals else bool(near) and max(near) < up
            words = across, up, max(reach, 4), shown.split(" (")[0], f"v {look}", under
            waiting.append((index not in (0, len(line.rows) - 1), up, words))
    # the ends of a line are named first
    out += points + [labels.put(*words) for _, _, words in sorted(waiting, key=lambda one: one[:2])]
    return "".join(out), floor


def steps(chart: Chart, lang: str, names: dict[str, str]) -> tuple[str, float]:
    """Draw how one stock became the next: a bar for each step, from where the last one ended."""
    rows, at, out, most = ordered(chart), 0.0, [], 0.0
    bars = []
    for role, row in rows:
        whole = role in ("before", "after")
        start = 0 if whole else at
        at = row["value"] if whole else start + (-1 if role == "decisions" else 1) * row["value"]
        most = max(most, start, at)
        bars.append((role, row, *sorted((start, at))))
    for place, (role, row, start, end) in enumerate(bars):
        left, right = (4 + value / most * (WIDTH - 12) for value in (start, end))
        level = 14 + 40 * place
        look = {"before": "total", "after": "total", "applications": "l2", "decisions": "l3"}.get(role, "l4")
        sign = {"applications": "+", "decisions": "\u2212"}.get(role, "")
        shown = row[f"shown_{lang}"].split(" (")[0]
        out.append(text(10, level + 5, names[role], "name") + text(WIDTH - 6, level + 5, sign + shown, "v", "end"))
        size = {"x": left, "y": level + 11, "width": max(right - left, 1.0), "height": 12, "class_": f"b {look}"}
        said = tag("title", escape(f"{names[role]}: {row[f'shown_{lang}']}"))
        out.append(tag("rect", said, data_mark=key_of(row), **size))
    tall = 40 * len(rows) + 10
    return path(f"M4 8V{tall - 2}", "axis") + "".join(out), tall


def ordered(chart: Chart) -> list[tuple[str, dict]]:
    """Put the rows of steps in their order, each with its role."""
    by_measure = {line.code.split(".")[1]: line.rows for line in chart.lines}
    stocks = sorted(by_measure["pending"], key=lambda row: row["reference_year"])
    middle = [(code, by_measure[code][0]) for code in ("applications", "decisions", "stock_flow_residual")]
    return [("before", stocks[0]), *middle, ("after", stocks[-1])]


def block(lines: list[str], y: float, apart: float, look: str) -> str:
    """Write lines below each other."""
    return "".join(text(0, y + apart * place, line, look) for place, line in enumerate(lines))


def alone(heads: tuple[str, str, str], tall: float) -> tuple[str, int, int]:
    """Write what a chart needs away from its page: title, what it is of, source; give also the room above and below it."""
    title, about, foot = wrap(heads[0], 46), wrap(heads[1], 68), wrap(heads[2], 72)
    top = 16 + 20 * len(title) + 15 * len(about)
    out = tag("rect", x=-12, y=-top, width="100%", height="100%", class_="paper")
    out += block(title, 26 - top, 20, "h") + block(about, 22 - top + 20 * len(title), 15, "name")
    return out + block(foot, tall + 16, 14, "src"), top, 14 * len(foot) + 14


def picture(chart: Chart, lang: str, names: dict[str, str]) -> tuple[str, float]:
    """Draw a chart by its form, without anything around it; give also how tall it is."""
    return steps(chart, lang, names) if chart.form == "steps" else years(chart, lang)


def drawn(chart: Chart, lang: str, names: dict[str, str], heads: tuple[str, str, str], alt: str, style: str = "") -> str:
    """Draw a chart: on its page, or with a style as a file that stands alone, with title and source.

    Args:
        chart: What to draw.
        lang: In which language.
        names: What the steps are called.
        heads: Title, what it is of, and source.
        alt: What it shows, in words.
        style: The rules of a file that stands alone.
    """
    inner, tall = picture(chart, lang, names)
    around, top, below = alone(heads, tall)
    width, height = WIDTH + 24, top + tall + below
    whole, inner = f"-12 {-top} {width} {height}", tag("g", around, class_="alone") + inner
    if style:
        inner = tag("title", escape(alt)) + tag("style", style) + inner
        size = {"viewBox": whole, "width": 2 * width, "height": 2 * height}
        return tag("svg", inner, xmlns="http://www.w3.org/2000/svg", class_="chart", role="img", **size)
    return tag("svg", inner, viewBox=f"0 0 {WIDTH} {tall}", data_whole=whole, class_="chart", role="img", aria_label=alt)


def card(heads: tuple[str, list[str], str], chart: tuple[str, float], style: str) -> str:
    """Draw what is shown where a page is shared: its name, what it says and its source, beside its first chart.

    Args:
        heads: Name, what it says, and source.
        chart: The chart and how tall it is, or nothing.
        style: The rules of charts that stand alone.
    """
    inner, tall = chart
    name = wrap(heads[0], 19 if inner else 44, break_long_words=False)
    said = [line for one in heads[1] for line in (*wrap(one, 33 if inner else 74), "")]
    down, size = 52 + 30 * len(name), min(0.8, 270 / tall) if inner else 1
    parts = [
        tag("style", style)
        + tag("rect", width=600, height=315, class_="paper")
        + tag("rect", width=600, height=6, class_="b total"),
        tag("g", block(name, 0, 20, "h"), transform="translate(20 50) scale(1.5)"),
        tag("g", block(said, 0, 16, "name"), transform=f"translate(20 {down}) scale(1.3)"),
        tag("g", inner, transform=f"translate(270 {(315 - size * tall) / 2:.0f}) scale({size:.2f})"),
        text(20, 298, heads[2], "src"),
    ]
    return tag("svg", "".join(parts), xmlns="http://www.w3.org/2000/svg", class_="chart", viewBox="0 0 600 315")


def spark(rows: list[dict], cut: set[int]) -> str:
    """Draw a line as large as a word, on its own scale from 0, with a gap where the years cannot be compared."""
    if len(rows) < 2:
        return ""
    first, last = rows[0]["reference_year"], rows[-1]["reference_year"]
    most, least = max(0, *(row["value"] for row in rows)), min(0, *(row["value"] for row in rows))
    size, d = (most - least) or 1, ""
    for index, row in enumerate(rows):
        x, y = 4 + (row["reference_year"] - first) * 68 / (last - first), 21 - (row["value"] - least) / size * 17
        years = {row["reference_year"], rows[index - 1]["reference_year"]}
        # a point that no line reaches is still seen
        d += f"{'L' if index and max(years) - min(years) == 1 and not years & cut else 'M'}{x:.0f} {y:.1f}h.1"
    inner = path(f"M2 {21 + least / size * 17:.1f}H74", "axis") + path(d, "s l1")
    inner += tag("circle", cx=float(x), cy=float(y), r=2.6, class_="p l1")
    return tag("svg", inner, viewBox="0 0 76 24", class_="spark", aria_hidden="true")


def bar(value: float, most: float) -> str:
    """Draw a change as large as a word, on the scale of all."""
    length = abs(value) / most * 36
    size = {"x": 38.0 - length * (value < 0), "y": 3, "width": max(length, 0.6), "height": 8}
    inner = tag("rect", class_="b up" if value > 0 else "b down", **size) + path("M38 0V14", "axis")
    return tag("svg", inner, viewBox="0 0 76 14", class_="bar", aria_hidden="true")
