"""From words with boxes to tables: the years at the head of a table say where its columns stand.

A page is cut where tables stand side by side; each line then has what stands left of the columns, in them, and right of them.
A label of several lines is put together by the gaps between lines: they belong to the row above or below, cut at the widest gap.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from ind_warehouse.edition.read import (
    LIKE_A_FIGURE,
    MARK,
    Box,
    Document,
    Line,
    assemble,
    heads,
    is_figure,
    mend,
    years_of,
)

# a line further away than this many line heights is another paragraph; two words nearer than GAP points belong together
FAR, GAP = 1.45, 6
SMALL_MARK = re.compile(r"[*°¹²³⁴⁵⁶⁷⁸⁹]|\d\)?")


@dataclass(eq=False)
class Word:
    """A word and its box, in points from the upper left corner of its page; and how sure its reader is, from 0 to 1."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    text: str
    sureness: float = 1.0

    @property
    def middle(self) -> float:
        """How far below the upper edge its middle lies."""
        return (self.y0 + self.y1) / 2


@dataclass(eq=False)
class Head:
    """The columns of a table: the word of each year, from left to right."""

    columns: dict[int, Word]

    @property
    def left(self) -> float:
        """Where the first year begins."""
        return min(word.x0 for word in self.columns.values())

    @property
    def right(self) -> float:
        """Where the last year ends."""
        return max(word.x1 for word in self.columns.values())

    def year_at(self, word: Word) -> int:
        """Name the column that a word stands in, or is nearest to."""
        return max(self.columns, key=lambda year: min(self.columns[year].x1, word.x1) - max(self.columns[year].x0, word.x0))


@dataclass(eq=False)
class Piece:
    """A line of a page under the head that is in force: its words left of the columns, in them, and right of them."""

    words: list[Word]
    head: Head | None
    kind: str = "text"
    label: list[Word] = field(default_factory=list)
    cells: dict[int, list[Word]] = field(default_factory=dict)
    rest: list[Word] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Measure the line."""
        self.page = self.words[0].page
        self.y = sum(word.middle for word in self.words) / len(self.words)
        self.height = sorted(word.y1 - word.y0 for word in self.words)[len(self.words) // 2]

    def beside(self, head: Head, side: str) -> list[Word]:
        """Name its words left of some columns (``label``) or right of them (``rest``)."""
        return [word for word in self.words if (word.x1 < head.left + 1 if side == "label" else word.x0 > head.right - 1)]


def read_words(words: list[Word], year: int) -> Document:
    """Read the words of all pages."""
    years, document_years = sorted(years_of(year)), set()
    words, origin = cut_pages(words, years)
    head, pieces = None, []
    for line in visual_lines(words):
        own = None
        for first, last, at in heads([word.text for word in line]):
            document_years.add(tuple(sorted(at, reverse=True)))
            if sorted(at) == years:
                head = own = Head({of: line[place] for of, place in sorted(at.items(), key=lambda item: item[1])})
                own_span = range(first, last + 1)
        piece = Piece(line, head)
        if head:
            take_apart(piece, own is not None and {line[at] for at in own_span})
        pieces.append(piece)
    join_sloping(pieces)
    join_wrapped(pieces)
    document = assemble(as_line(piece, origin) for piece in pieces if piece.kind != "done")
    document.years = document_years
    return document


def visual_lines(words: list[Word]) -> list[list[Word]]:
    """Gather the words of one height, judged by the neighbour in the line, since a scanned line may slope."""
    lines = []
    for word in sorted(words, key=lambda word: (word.page, word.middle)):
        for line in reversed(lines[-4:]):
            near = min(line, key=lambda other: max(other.x0 - word.x1, word.x0 - other.x1))
            shared = min(near.y1, word.y1) - max(near.y0, word.y0)
            if near.page == word.page and shared > 0.5 * min(near.y1 - near.y0, word.y1 - word.y0):
                line.append(word)
                break
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.x0) for line in lines]


def cut_pages(words: list[Word], years: list[int]) -> tuple[list[Word], dict[int, tuple[int, float]]]:
    """Cut pages on which tables stand side by side, before the labels of the right ones.

    Returns:
        The words anew, each part as a page of its own, and the page and left edge of each part.
    """
    parts_of_all, origin = [], {}
    for page in sorted({word.page for word in words}):
        lines = visual_lines([word for word in words if word.page == page])
        runs = [
            (line[first].x0, line[last].x1)
            for line in lines
            for first, last, at in heads([word.text for word in line])
            if sorted(at) == years
        ]
        spans = []
        for left, right in sorted(runs):
            if spans and left < spans[-1][1]:
                spans[-1][1] = max(right, spans[-1][1])
            else:
                spans.append([left, right])
        tabular = [
            line for line in lines if sum(bool(LIKE_A_FIGURE.fullmatch(w.text)) and is_figure(mend(w.text)) for w in line) > 2
        ]
        cuts = [cut for (_, a), (b, _) in pairwise(spans) if (cut := cut_between(a, b, lines, tabular)) is not None]
        parts = [[] for _ in range(len(cuts) + 1)]
        for line in lines:
            across = line not in tabular and any(
                (a.x1 < cut < b.x0 and b.x0 - a.x1 < GAP) or b.x0 < cut < b.x1 for cut in cuts for a, b in pairwise(line)
            )
            for word in line:
                parts[0 if across else sum(word.x0 > cut for cut in cuts)].append(word)
        for part in filter(None, parts):
            left, number = min(word.x0 for word in part), len(origin) + 1
            origin[number] = (page, left)
            parts_of_all += [Word(number, w.x0 - left, w.y0, w.x1 - left, w.y1, w.text) for w in part]
    return parts_of_all, origin


def cut_between(left: float, right: float, lines: list[list[Word]], tabular: list[list[Word]]) -> float | None:
    """Find where to cut between two tables: where the most labels begin, through no line of figures."""
    starts = [
        word.x0
        for line in lines
        for before, word in zip([None, *line], line, strict=False)
        if left < word.x0 < right and word.text[0].isalpha() and (before is None or word.x0 - before.x1 > GAP)
    ]
    free = [x for x in starts if not any(word.x0 < x - 4 < word.x1 for line in tabular for word in line)]
    return max(free, key=lambda x: sum(abs(x - other) < 3 for other in free)) - 2 if free else None


def take_apart(piece: Piece, of_head: set[Word] | bool) -> None:
    """Say what a line is, and which of its words are label, figures and rest."""
    head, words = piece.head, piece.words
    columns = head.columns.values()

    def under_a_year(word: Word) -> bool:
        return any(word.x1 > column.x0 + 1 and word.x0 < column.x1 for column in columns)

    piece.label = [word for word in words if word.x1 < head.left + 1 and not under_a_year(word)]
    # a small sign beside a figure is the mark of a footnote
    marks = [word for word in words if word.y1 - word.y0 < 0.8 * piece.height and SMALL_MARK.fullmatch(word.text)]
    words = [word for word in words if word in piece.label or word not in marks]
    piece.rest = [word for word in words if word.x0 > head.right - 1]
    inside = [word for word in words if word not in piece.label and word not in piece.rest]
    text = joined(words)
    if of_head:
        piece.kind = "head"
    elif inside and not MARK.match(text):
        # a wide figure reaches left of its year, a label does not stand under one
        while inside and not LIKE_A_FIGURE.fullmatch(inside[0].text) and inside[0].x1 < head.left + 1:
            piece.label.append(inside.pop(0))
        if inside and all(LIKE_A_FIGURE.fullmatch(word.text) for word in inside):
            piece.kind = "row"
            for word in inside:
                piece.cells.setdefault(head.year_at(word), []).append(word)
    elif not inside and not MARK.match(text) and not re.search(r"\bJaar\b", text):
        piece.kind = "wrap"


def join_sloping(pieces: list[Piece]) -> None:
    """Put figures that a sloping scan put beside their line back into it."""
    for piece in [piece for piece in pieces if piece.kind == "row" and not piece.label]:
        for row in pieces:
            near = row.page == piece.page and abs(row.y - piece.y) < 0.9 * piece.height
            if row.kind == "row" and row.label and near and not piece.cells.keys() & row.cells.keys():
                row.cells.update(piece.cells)
                row.words += piece.words
                piece.kind = "done"
                break


def join_wrapped(pieces: list[Piece]) -> None:
    """Give lines that hold only a part of a label, or of a list, to the row or head above or below."""
    anchors = [piece for piece in pieces if piece.kind in ("head", "row")]
    loose = [piece for piece in pieces if piece.kind == "wrap" or (piece.kind == "text" and not MARK.match(joined(piece.words)))]
    loose = [piece for piece in loose if not re.search(r"\bJaar\b", joined(piece.words))]
    more = {side: {} for side in ("label", "rest")}
    for side in more:
        for above, below in zip([None, *anchors], [*anchors, None], strict=True):
            between = [
                piece
                for piece in loose
                if (not above or (piece.page, piece.y) > (above.page, above.y))
                and (not below or (piece.page, piece.y) <= (below.page, below.y))
                and ((above and fits(piece, above, side)) or (below and fits(piece, below, side)))
            ]
            chain = [*filter(None, [above]), *between, *filter(None, [below])]
            gaps = [(q.y - p.y if p.page == q.page else float("inf")) / max(p.height, q.height) for p, q in pairwise(chain)]
            cut = max(range(len(gaps)), key=gaps.__getitem__) if above and below else len(between) if above else 0
            for anchor, near, steps in ((above, between[:cut], gaps), (below, between[cut:][::-1], gaps[::-1])):
                for piece, gap in zip(near, steps, strict=False):
                    if gap > FAR or not fits(piece, anchor, side):
                        break
                    taken = piece.beside(anchor.head, side)
                    more[side].setdefault(anchor, []).extend(taken)
                    piece.words = [word for word in piece.words if word not in taken]
        loose = [piece for piece in loose if piece.words]
    for piece in pieces:
        if not piece.words:
            piece.kind = "done"
        elif piece.kind == "wrap":
            piece.kind = "text"
    for side, found in more.items():
        for anchor, words in found.items():
            ordered = [word for line in visual_lines([*getattr(anchor, side), *words]) for word in line]
            setattr(anchor, side, ordered)


def fits(piece: Piece, anchor: Piece, side: str) -> bool:
    """Say whether a line may hold a part of what stands on a side of a row or head: alone, and from about the same left edge."""
    head = anchor.head
    words = piece.beside(head, side)
    if not words or piece.page != anchor.page:
        return False
    alone = side == "rest" or all(word in words or word.x0 > head.right - 1 for word in piece.words)
    own = getattr(anchor, side)
    return alone and (not own or abs(min(w.x0 for w in words) - min(w.x0 for w in own)) < 40)


def as_line(piece: Piece, origin: dict[int, tuple[int, float]]) -> Line:
    """Write a piece as a line of text, its boxes on the page that it was cut from."""
    page, left = origin[piece.page]

    def box(words: list[Word], margin: float = 0) -> Box:
        across = min(w.x0 for w in words) + left - margin, max(w.x1 for w in words) + left + margin
        down = min(w.y0 for w in words) - margin, max(w.y1 for w in words) + margin
        return page, across[0], down[0], across[1], down[1]

    boxes = {"rest": box(piece.rest)} if piece.rest else {}
    cells = {year: "".join(word.text for word in words) for year, words in sorted(piece.cells.items(), reverse=True)}
    label = joined(piece.words) if piece.kind == "text" else joined(piece.label, piece.height)
    if piece.kind == "row":
        for year, column in piece.head.columns.items():
            # an empty cell is looked at where its figure would stand
            words = piece.cells.get(year) or [
                Word(piece.page, column.x0 - 12, piece.words[0].y0, column.x1 + 6, piece.words[0].y1, "")
            ]
            boxes[year] = box(words, 1.5)
    return Line(piece.kind, label, cells, joined(piece.rest) if piece.kind != "text" else "", box(piece.words), boxes)


def joined(words: list[Word], height: float = 0) -> str:
    """Write words with blanks between them, but none before the small mark of a footnote, given the height of the line."""
    parts = []
    for word in words:
        is_mark = word.y1 - word.y0 < 0.8 * height and SMALL_MARK.fullmatch(word.text)
        parts += [word.text] if is_mark or not parts else [" ", word.text]
    return "".join(parts)
