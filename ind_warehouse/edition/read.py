"""What a document prints, as tables, from its lines; those of a text are taken apart here, those of a page in columns.py."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise, product

# the printed forms of a figure in a table, a count, a share or a dash; and of an amount in a note
FIGURE = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})*|0|(?:100|[1-9]?\d)%|-")
AMOUNT = re.compile(r"(?:€|EUR)\s?(\d{1,3}(?:[.,]\d)?)\s?(?:mln|min|miljoen|million)\b|(\d{1,3}(?:,\d)?) miljoen euro")
# what OCR may make of a figure
LIKE_A_FIGURE = re.compile(r"(?=.*\d|[-–—_=~]+$)[\dOoQDlI|!iSsBZzgq.,·:;'’\"°*⁰¹²³⁴⁵⁶⁷⁸⁹%\-–—_=~]+")
DAMAGED = (("OoQD", "0"), ("lI|!i", "1"), ("Ss", "5"), ("B", "8"), ("Zz", "2"), ("gq", "9"), (",·:;", "."), ("–—_=~", "-"))
MENDED = str.maketrans({**{sign: to for signs, to in DAMAGED for sign in signs}, **dict.fromkeys(" '’\"°*⁰¹²³⁴⁵⁶⁷⁸⁹")})
# a figure with the mark of a footnote behind it, and how a footnote begins
MARKED = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,3}%)\d")
MARK = re.compile(r"(?:[*?“”\"'°†•]+|\d{1,2}\)?(?= [A-ZD])|[¹²³⁴⁵⁶⁷⁸⁹]+)\s*\w")
CHAPTER = re.compile(r"(.*?)\s*\bJaar\b\s*(.*)")

# page, and points from its upper edge; of a text 0, and the number of the line
Place = tuple


@dataclass(eq=False)
class Row:
    """A row of a table, or an amount in a note on it: its label, and by year what stands there, as read."""

    label: str
    cells: dict[int, str]
    place: Place = ()
    printed_in: str = "table"
    series: str = ""


@dataclass(eq=False)
class Table:
    """A table and the list beside it: its heading, label and places."""

    label: str
    chapter: str = ""
    rows: list[Row] = field(default_factory=list)
    heading: str = ""
    list_label: str = ""
    places: list[str] = field(default_factory=list)
    place: Place = ()
    beside: str = ""


@dataclass
class Document:
    """All tables of a document, its footnotes with the table they follow, lines with figures that are no row, and heads."""

    tables: list[Table] = field(default_factory=list)
    notes: list[tuple[Place, str, Table | None]] = field(default_factory=list)
    odd: list[tuple[Place, str]] = field(default_factory=list)
    years: set[tuple[int, ...]] = field(default_factory=set)


@dataclass
class Line:
    """A line: the head of a table, a row of one, or a text; ``rest`` is what stands behind the columns of figures."""

    kind: str
    place: Place
    label: str
    cells: dict[int, str] = field(default_factory=dict)
    rest: str = ""


@cache
def mend(text: str) -> str:
    """Undo what OCR does to a figure: 37.16O is 37.160, and so are 37.160³ and 37.1603, with the mark of a footnote."""
    if AMOUNT.fullmatch(text):
        return text
    text = text.translate(MENDED).rstrip(".")
    marked = MARKED.fullmatch(text)
    return marked[1] if marked else text


def is_figure(text: str) -> bool:
    """Say whether a text has the form of a printed figure or amount."""
    return bool(FIGURE.fullmatch(text) or AMOUNT.fullmatch(text))


def years_of(year: int) -> tuple[int, int, int]:
    """Name the years that an edition prints, the newest first."""
    return year, year - 1, year - 2


def heads(words: list[str]) -> Iterator[tuple[int, int, dict[int, int]]]:
    """Look for three years in a row, rising or falling; marks on or between them are passed over.

    Yields:
        The first and the last word of each such run, and the word of each year.
    """
    years = [re.fullmatch(r"((?:19|20)\d\d).*", mend(word.strip("'’*\"()"))) for word in words]
    kept = [
        (int(year[1]) if year else None, at)
        for at, year in enumerate(years)
        if not re.fullmatch(r"[*'’°¹²³\d.)]{1,2}", words[at])
    ]
    for run in zip(kept, kept[1:], kept[2:], strict=False):
        (a, first), (b, _), (c, last) = run
        if None not in (a, b, c) and a - b == b - c and abs(a - b) == 1:
            yield first, last, dict(run)


def read_text(source: str, year: int) -> Document:
    """Read a text that kept the lines of the page, and may have lost its columns."""
    order, lines, seen = years_of(year), [], set()
    for number, text in enumerate(source.splitlines(), 1):
        place, words = (0, number), text.split()
        first, last, at = next(heads(words), (0, 0, {}))
        if at:
            seen.add(tuple(sorted(at, reverse=True)))
        if at.keys() == set(order):
            order = tuple(at)
            lines.append(Line("head", place, " ".join(words[:first]), rest=" ".join(words[last + 1 :])))
        else:
            row = None if MARK.match(" ".join(words)) else split_row(words, order)
            lines.append(Line("row", place, *row) if row else Line("text", place, " ".join(words)))
    return assemble(lines, year, seen)


def split_row(words: list[str], years: tuple[int, ...]) -> tuple[str, dict[int, str], str] | None:
    """Take a line apart into label, three figures and rest: the way that needs the least mending, where there is one."""
    best, least = None, float("inf")
    for end in range(len(words), 3, -1):
        # behind the figures only a list may stand
        if end < len(words) and not re.match(r"[123lI]\.?,?$|[123]\.\w", words[end]):
            continue
        for sizes in product((1, 2, 3), repeat=3):
            if (start := end - sum(sizes)) < 1:
                continue
            cells = ["".join(words[a:b]) for a, b in pairwise(accumulate(sizes, initial=start))]
            mended = [is_figure(mend(cell)) for cell in cells]
            if not all(LIKE_A_FIGURE.fullmatch(cell) for cell in cells) or not all(
                ok or size == 1 for ok, size in zip(mended, sizes, strict=True)
            ):
                continue
            # the last word of a label may be a figure of the row
            cost = 2 * (sum(sizes) - 3) + 0.5 * bool(re.fullmatch(r"[\d.,OlI]*\d[\d.,OlI%]*", words[start - 1]))
            cost += sum(0 if is_figure(cell) else 1 if ok else 3 for cell, ok in zip(cells, mended, strict=True))
            if cost < least:
                best, least = (" ".join(words[:start]), dict(zip(years, cells, strict=True)), " ".join(words[end:])), cost
    return best


def split_list(text: str) -> tuple[str, list[str]]:
    """Take what stands beside a table apart: 'Spoor 1 1. Syrische 2. Turkse 3. Somalische' in its label and places."""
    first = re.search(r"(?<!\S)[0O]?[1lIt]\s?[.,]?\s*(?=[A-Z][a-z]{2})", text)
    if not first:
        return text.strip(), []
    place = r"(?<!\S)[0O]?([123lItZ])\s?[.,]?\s*(?=[A-ZÀ-Ž])(.*?)(?=\s+[0O]?[123lIt]\s?[.,]?\s*[A-ZÀ-Ž]|$)"
    found = re.findall(place, text[first.start() :])
    ranks = [rank.replace("t", "1").translate(MENDED) for rank, _ in found]
    # places in another order are no list of three, and are asked
    places = [word.strip() for _, word in found] if ranks == ["1", "2", "3"] else [" ".join(of) for of in found]
    return text[: first.start()].strip(), places


def assemble(lines: Iterable[Line], year: int, seen: set[tuple[int, ...]]) -> Document:
    """Make tables, lists and notes of lines in reading order.

    A note goes on until the next head, row or blank line. A line with figures that is none of these is kept as odd, so that
    nothing that may be a row is passed over in silence.

    Args:
        lines: The lines.
        year: The edition's year.
        seen: The years at the heads of all tables, also of those that are no part of the edition.
    """
    document, chapter, heading, above, table, note = Document(years=seen), "", "", "", None, False
    for line in lines:
        if line.kind == "head":
            table = Table(line.label, chapter or line.label, heading=heading, place=line.place)
            document.tables.append(table)
        elif line.kind == "row" and table:
            table.rows.append(Row(line.label, line.cells, line.place))
        elif not line.label:
            note = False
        elif (title := CHAPTER.fullmatch(line.label)) and not re.search(r"\d{3}|€", title[1]):
            chapter, note = title[1], False
            heading = f"{above} {title[2]}" if above.startswith("Top") and title[2] else ""
        elif MARK.match(line.label):
            document.notes.append((line.place, line.label, table))
            note = True
            continue
        elif note and not line.label.startswith("Top "):
            place, text, of = document.notes[-1]
            document.notes[-1] = (place, f"{text} {line.label}", of)
            continue
        elif table and (line.kind == "row" or len(re.findall(r"(?<!\S)(?:\d[\d.,]*\d%?|\d%)(?!\S)", line.label)) > 1):
            document.odd.append((line.place, line.label))
        note = note and line.kind == "text"
        above = line.label or above
        if table and line.kind != "text":
            table.beside = f"{table.beside} {line.rest}".strip()
    for table in document.tables:
        table.list_label, table.places = split_list(table.beside)
        amounts = [(place, amount) for place, text, of in document.notes if of is table for amount in AMOUNT.finditer(text)]
        if len(amounts) == 1:
            place, (millions, words) = amounts[0][0], amounts[0][1].groups()
            text = f"€ {millions.replace('.', ',')} mln" if millions else f"{words} miljoen euro"
            table.rows.append(Row("Bedrag in een noot", {year: text}, place, "note"))
    return document
