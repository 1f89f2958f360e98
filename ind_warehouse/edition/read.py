"""What a document prints, as tables, from its lines; those of a text are taken apart here, those of a page in columns.py."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

# the printed forms of a figure in a table: a count, a share, or a dash
FIGURE = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})*|0|(?:100|[1-9]?\d)%|-")
# what OCR may make of one
LIKE_A_FIGURE = re.compile(r"(?=.*\d|[-–—_=~]+$)[\dOoQDlI|!iSsBZzgq.,·:;'’\"°¹²³⁴⁵⁶⁷⁸⁹%\-–—_=~]+")
AMOUNT = re.compile(r"(?:€|EUR)\s?(\d{1,3}(?:[.,]\d)?)\s?(?:mln|min|miljoen|million)\b|(\d{1,3}(?:,\d)?) miljoen euro")
# how a footnote begins
MARK = re.compile(r"(?:[*?“”\"'°†•]+|\d{1,2}\)?(?= [A-ZD])|[¹²³⁴⁵⁶⁷⁸⁹]+)\s*\w")
CHAPTER = re.compile(r"(.*?)\s*\bJaar\b\s*(.*)")
MARKED = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,3}%)\d")
DAMAGED = (("OoQD", "0"), ("lI|!i", "1"), ("Ss", "5"), ("B", "8"), ("Zz", "2"), ("gq", "9"), (",·:;", "."), ("–—_=~", "-"))
MENDED = str.maketrans({**{sign: to for signs, to in DAMAGED for sign in signs}, **dict.fromkeys(" '’\"°¹²³⁴⁵⁶⁷⁸⁹")})

# page, left, top, right, bottom in points from the upper left corner; of a text 0 and the number of the line
Box = tuple


@dataclass(eq=False)
class Row:
    """A row of a table: its label, and by year what stands there, as read."""

    label: str
    cells: dict[int, str]
    box: Box = ()
    boxes: dict[int, Box] = field(default_factory=dict)
    printed_in: str = "table"
    series: str = ""


@dataclass(eq=False)
class Table:
    """A table, the list beside it, and where both stand."""

    label: str
    chapter: str = ""
    rows: list[Row] = field(default_factory=list)
    heading: str = ""
    list_label: str = ""
    places: list[str] = field(default_factory=list)
    box: Box = ()
    list_box: Box = ()
    beside: list[tuple[Box, str]] = field(default_factory=list)


@dataclass
class Document:
    """All tables of a document, its footnotes with the table they follow, and lines with figures that are no row."""

    tables: list[Table] = field(default_factory=list)
    notes: list[tuple[Box, str, Table | None]] = field(default_factory=list)
    odd: list[tuple[Box, str]] = field(default_factory=list)
    years: set[tuple[int, ...]] = field(default_factory=set)


@dataclass
class Line:
    """A line: the head of a table, a row of one, or a text; ``rest`` is what stands behind the columns of figures."""

    kind: str
    label: str
    cells: dict[int, str] = field(default_factory=dict)
    rest: str = ""
    box: Box = ()
    boxes: dict[int | str, Box] = field(default_factory=dict)


@cache
def mend(text: str) -> str:
    """Undo what OCR does to a figure: 37.16O is 37.160, and so are 37.160³ and 37.1603, with the mark of a footnote."""
    text = text.translate(MENDED).rstrip(".")
    marked = MARKED.fullmatch(text)
    return marked[1] if marked else text


def is_figure(text: str) -> bool:
    """Say whether a text has the form of a printed figure."""
    return bool(FIGURE.fullmatch(text))


def years_of(year: int) -> tuple[int, int, int]:
    """Name the years that an edition prints, the newest first."""
    return year, year - 1, year - 2


def year_of(word: str) -> int | None:
    """Read a year at the head of a column, whatever mark hangs on it."""
    text = mend(word.strip("'’*\"()"))[:4]
    return int(text) if re.fullmatch(r"(?:19|20)\d\d", text) else None


def heads(words: list[str]) -> Iterator[tuple[int, int, dict[int, int]]]:
    """Look for three years in a row, rising or falling; marks between them are passed over.

    Yields:
        The first and the last word of each such run, and the word of each year.
    """
    kept = [(year_of(word), at) for at, word in enumerate(words) if not re.fullmatch(r"[*'’°¹²³\d.)]{1,2}", word)]
    for run in zip(kept, kept[1:], kept[2:], strict=False):
        (a, first), (b, _), (c, last) = run
        if None not in (a, b, c) and a - b == b - c and abs(a - b) == 1:
            yield first, last, dict(run)


def read_text(source: str, year: int) -> Document:
    """Read a text that kept the lines of the page, and may have lost its columns."""
    order, lines, seen = years_of(year), [], set()
    for number, text in enumerate(source.splitlines(), 1):
        words = text.split()
        found = next(heads(words), None)
        if found:
            first, last, at = found
            seen.add(tuple(sorted(at, reverse=True)))
            if sorted(at) == sorted(order):
                order = tuple(sorted(at, key=at.get))
                lines.append(Line("head", " ".join(words[:first]), rest=" ".join(words[last + 1 :]), box=(0, number)))
                continue
        row = None if not words or MARK.match(" ".join(words)) else split_row(words, order)
        lines.append(Line("row", *row, box=(0, number)) if row else Line("text", " ".join(words), box=(0, number)))
    document = assemble(lines)
    document.years = seen
    return document


def split_row(words: list[str], years: tuple[int, ...]) -> tuple[str, dict[int, str], str] | None:
    """Take a line apart into label, three figures and rest: the way that needs the least mending, where there is one."""

    def figures(stop: int, count: int) -> Iterator[tuple[int, list[str], float]]:
        if not count:
            yield stop, [], 0
            return
        for size in range(1, min(4, stop)):
            joined = "".join(words[stop - size : stop])
            if LIKE_A_FIGURE.fullmatch(joined) and (size == 1 or is_figure(mend(joined))):
                cost = 2 * (size - 1) + (0 if is_figure(joined) else 1 if is_figure(mend(joined)) else 3)
                for start, before, more in figures(stop - size, count - 1):
                    yield start, [*before, joined], cost + more

    best, least = None, float("inf")
    for end in range(len(words), 2, -1):
        # behind the figures only a list may stand
        if end < len(words) and not re.match(r"[123lI]\.?,?$|[123]\.\w", words[end]):
            continue
        for start, cells, cost in figures(end, len(years)):
            # the last word of a label may be a figure of the row
            cost += 0.5 * bool(re.fullmatch(r"[\d.,OlI]*\d[\d.,OlI%]*", words[start - 1]))
            if cost < least:
                label, rest = " ".join(words[:start]), " ".join(words[end:])
                best, least = (label, dict(zip(years, cells, strict=True)), rest), cost
    return best


def split_list(text: str) -> tuple[str, list[str]]:
    """Take what stands beside a table apart: 'Spoor 1 1. Syrische 2. Turkse 3. Somalische' in its label and places."""
    first = re.search(r"(?<!\S)[1lIt]\s?[.,]?\s*(?=[A-Z][a-z]{2})", text)
    if not first:
        return text.strip(), []
    place = r"(?<!\S)([123lItZ])\s?[.,]?\s*(?=[A-ZÀ-Ž])(.*?)(?=\s+[123lIt]\s?[.,]?\s*[A-ZÀ-Ž]|$)"
    found = re.findall(place, text[first.start() :])
    ranks = [rank.replace("t", "1").translate(MENDED) for rank, _ in found]
    # places in another order are no list of three, and are asked
    places = [word.strip() for _, word in found] if ranks == ["1", "2", "3"] else [" ".join(of) for of in found]
    return text[: first.start()].strip(), places


def assemble(lines: Iterable[Line]) -> Document:
    """Make tables, lists and notes of lines in reading order.

    A note goes on until the next head, row or blank line. A line with figures that is none of these is kept as odd, so that
    nothing that may be a row is passed over in silence.
    """
    document, chapter, heading, above, table, note = Document(), "", "", "", None, False
    for line in lines:
        if line.kind == "head":
            table = Table(line.label, chapter or line.label, heading=heading, box=line.box)
            document.tables.append(table)
        elif line.kind == "row" and table:
            table.rows.append(Row(line.label, line.cells, line.box, line.boxes))
        elif not line.label:
            note = False
        elif (title := CHAPTER.fullmatch(line.label)) and not re.search(r"\d{3}|€", title[1]):
            chapter, note = title[1], False
            heading = f"{above} {title[2]}" if above.startswith("Top") and title[2] else ""
        elif MARK.match(line.label):
            document.notes.append((line.box, line.label, table))
            note = True
            continue
        elif note and not line.label.startswith("Top "):
            box, text, at = document.notes[-1]
            document.notes[-1] = (box, f"{text} {line.label}", at)
            continue
        elif table and (line.kind == "row" or len(re.findall(r"(?<!\S)(?:\d[\d.,]*\d%?|\d%)(?!\S)", line.label)) > 1):
            document.odd.append((line.box, line.label))
        note = note and line.kind == "text"
        above = line.label or above
        if table and line.kind in ("head", "row") and line.rest:
            table.beside.append((line.boxes.get("rest", line.box), line.rest))
    for table in document.tables:
        table.list_label, table.places = split_list(" ".join(text for _, text in table.beside))
        if boxes := [box for box, _ in table.beside]:
            table.list_box = around(boxes)
    return document


def around(boxes: list[Box]) -> Box:
    """Draw a box around those on the page of the first; of a text, return the first line."""
    page, *edges = boxes[0]
    if len(edges) == 1:
        return boxes[0]
    edges = zip(*(box[1:] for box in boxes if box[0] == page), strict=True)
    return page, *(of(edge) for of, edge in zip((min, min, max, max), edges, strict=True))
