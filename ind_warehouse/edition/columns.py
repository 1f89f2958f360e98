"""From words with boxes to tables: the years at the head of a table say where its columns stand.

A page is cut where tables stand side by side; each line then has what stands left of the columns, in them, and right of them.
A label of several lines is put together by the gaps between lines: they belong to the row above or below, cut at the widest gap.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from ind_warehouse.edition.read import LIKE_A_FIGURE, MARK, Document, Line, assemble, heads, is_figure, mend, years_of

# a line further away than this many line heights is another paragraph; two words nearer than GAP points belong together
FAR, GAP = 1.45, 6
RANK = re.compile(r"[0O]?[123lI][.,]")
MARKS = re.compile(r"[*°⁰¹²³⁴⁵⁶⁷⁸⁹]+")


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

    @property
    def height(self) -> float:
        """How high it is."""
        return self.y1 - self.y0


@dataclass(eq=False)
class Piece:
    """A line of a part of a page, and the words of the years in force: its words left of them, under them, and right of them."""

    words: list[Word]
    part: int
    columns: dict[int, Word]
    kind: str = "text"
    label: list[Word] = field(default_factory=list)
    cells: dict[int, list[Word]] = field(default_factory=dict)
    rest: list[Word] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Measure the line."""
        self.y = sum(word.middle for word in self.words) / len(self.words)
        self.height = median(word.height for word in self.words)

    def beside(self, columns: dict[int, Word], side: str) -> list[Word]:
        """Return its words left of some columns (``label``) or right of them (``rest``)."""
        left, right = min(word.x0 for word in columns.values()), max(word.x1 for word in columns.values())
        return [word for word in self.words if (word.x1 < left + 1 if side == "label" else word.x0 > right - 1)]

    def took(self, other: "Piece") -> bool:
        """Take in the other half of a row, whose figures stand a little lower; return whether it is one."""
        near = self.part == other.part and other.y - self.y < 0.9 * other.height
        is_half = near and self.kind == other.kind == "row" and not self.cells.keys() & other.cells.keys()
        if is_half:
            self.words, self.label, self.rest = self.words + other.words, self.label + other.label, self.rest + other.rest
            self.cells |= other.cells
        return is_half

    def is_small_mark(self, word: Word) -> bool:
        """Return whether a word is the mark of a footnote, and small as such."""
        return word.height < 0.8 * self.height and bool(MARKS.fullmatch(word.text) or re.fullmatch(r"\d\)?", word.text))

    def written(self, words: list[Word]) -> str:
        """Write words with blanks between them, but none before the small mark of a footnote."""
        return "".join(word.text if self.is_small_mark(word) or not n else f" {word.text}" for n, word in enumerate(words))


def read_words(words: list[Word], year: int) -> Document:
    """Read the words of all pages."""
    years, seen, columns, pieces = set(years_of(year)), set(), {}, []
    for number, part in enumerate(parts_of(words, years)):
        for line in lines_of(part):
            is_head = False
            for *_, at in heads([word.text for word in line]):
                seen.add(tuple(sorted(at, reverse=True)))
                if at.keys() == years:
                    columns, is_head = {of: line[place] for of, place in at.items()}, True
            piece = Piece(line, number, columns)
            if columns:
                take_apart(piece, is_head)
            if not (pieces and pieces[-1].took(piece)):
                pieces.append(piece)
    join_wrapped(pieces)
    lines = []
    for piece in pieces:
        if piece.words:
            label, rest = (piece.words, []) if piece.kind == "text" else (piece.label, piece.rest)
            cells = {of: "".join(word.text for word in piece.cells[of]) for of in years_of(year) if of in piece.cells}
            place = (piece.words[0].page, piece.y)
            lines.append(Line(piece.kind, place, piece.written(label), cells, piece.written(rest)))
    return assemble(lines, year, seen)


def lines_of(words: list[Word]) -> list[list[Word]]:
    """Gather the words of one height, judged by the neighbour in the line, since a scanned line may slope."""
    lines = []
    for word in sorted(words, key=lambda word: word.middle):
        for line in reversed(lines[-4:]):
            near = min(line, key=lambda other: max(other.x0 - word.x1, word.x0 - other.x1))
            if min(near.y1, word.y1) - max(near.y0, word.y0) > 0.5 * min(near.height, word.height):
                line.append(word)
                break
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.x0) for line in lines]


def parts_of(words: list[Word], years: set[int]) -> Iterator[list[Word]]:
    """Cut pages on which tables stand side by side, and yield the parts in reading order, each from its own left edge."""
    for page in sorted({word.page for word in words}):
        lines = lines_of([word for word in words if word.page == page])
        spans: list[list[float]] = []
        for left, right in sorted(
            (line[first].x0, line[last].x1)
            for line in lines
            for first, last, at in heads([word.text for word in line])
            if at.keys() == years
        ):
            if spans and left < spans[-1][1]:
                spans[-1][1] = max(right, spans[-1][1])
            else:
                spans.append([left, right])
        cuts = [cut for (_, a), (b, _) in pairwise(spans) if (cut := cut_between(a, b, lines))]
        parts = [[] for _ in range(len(cuts) + 1)]
        for line in lines:
            # a title or note may reach across
            across = not is_tabular(line) and any(
                b.x0 < cut < b.x1 or (a.x1 < cut < b.x0 and b.x0 - a.x1 < GAP) for cut in cuts for a, b in pairwise(line)
            )
            for word in line:
                parts[0 if across else sum(word.x0 > cut for cut in cuts)].append(word)
        for part in filter(None, parts):
            left = min(word.x0 for word in part)
            yield [replace(word, x0=word.x0 - left, x1=word.x1 - left) for word in part]


def is_tabular(line: list[Word]) -> bool:
    """Say whether a line has three figures."""
    return sum(bool(LIKE_A_FIGURE.fullmatch(word.text)) and is_figure(mend(word.text)) for word in line) > 2


def cut_between(left: float, right: float, lines: list[list[Word]]) -> float | None:
    """Find where to cut between two tables: a little left of where the most labels begin, through no line of figures."""
    starts = [
        word.x0
        for line in lines
        for before, word in zip([None, *line], line, strict=False)
        if left < word.x0 < right and word.text[0].isalpha() and (before is None or word.x0 - before.x1 > GAP)
    ]
    figures = [word for line in lines if is_tabular(line) for word in line]
    free = [x for x in starts if not any(word.x0 < x - 4 < word.x1 for word in figures)]
    if not free:
        return None
    start = max(free, key=lambda x: sum(abs(x - other) < 3 for other in free))
    # a title may begin left of the labels under it
    return start - min(10, (start - max([left, *(word.x1 for word in figures if word.x1 < start - 4)])) / 2)


def take_apart(piece: Piece, is_head: bool) -> None:
    """Say what a line is, and which of its words are label, figures and rest."""
    piece.label, piece.rest = (piece.beside(piece.columns, side) for side in ("label", "rest"))
    marks = [word for word in piece.words if MARKS.fullmatch(word.text) or piece.is_small_mark(word)]
    inside = [word for word in piece.words if word not in (*piece.label, *piece.rest, *marks)]
    piece.rest = [word for word in piece.rest if word not in marks]
    # a list may begin nearer to the figures than OCR has its words
    right = max(column.x1 for column in piece.columns.values())
    at = next((n for n, word in enumerate(inside) if not LIKE_A_FIGURE.fullmatch(word.text) and word.x1 > right), len(inside))
    at -= bool(inside[:at] and RANK.fullmatch(inside[at - 1].text))
    inside, piece.rest = inside[:at], inside[at:] + piece.rest
    like_figures = all(LIKE_A_FIGURE.fullmatch(word.text) for word in inside)
    # a title may end with a year that stands under another
    like_figures &= not all(re.fullmatch(r"20\d\d", word.text) for word in inside)
    if is_head:
        piece.kind = "head"
    elif like_figures and not MARK.match(piece.written(piece.words)):
        piece.kind = "row"
        for word in inside:
            # the column that it stands in, or is nearest to
            shared = {year: min(of.x1, word.x1) - max(of.x0, word.x0) for year, of in piece.columns.items()}
            piece.cells.setdefault(max(shared, key=shared.get), []).append(word)


def join_wrapped(pieces: list[Piece]) -> None:
    """Give lines that hold only a part of a label, or of a list, to the row or head above or below."""
    anchors = [piece for piece in pieces if piece.kind in ("head", "row")]
    texts = {piece: piece.written(piece.words) for piece in pieces if piece.kind == "text"}
    loose = [piece for piece, text in texts.items() if not MARK.match(text) and not re.search(r"^Top\b|\bJaar\b", text)]
    for side in ("label", "rest"):
        more: dict[Piece, list[Word]] = {}
        for above, below in zip([None, *anchors], [*anchors, None], strict=True):
            between = [
                piece
                for piece in loose
                if (not above or (piece.part, piece.y) > (above.part, above.y))
                and (not below or (piece.part, piece.y) <= (below.part, below.y))
                and any(anchor and fits(piece, anchor, side) for anchor in (above, below))
            ]
            chain = [*filter(None, [above]), *between, *filter(None, [below])]
            gaps = [(q.y - p.y if p.part == q.part else float("inf")) / max(p.height, q.height) for p, q in pairwise(chain)]
            # a label begins with a capital, and goes on without
            wide = [gap * (1.2 if piece.words[0].text[0].isupper() else 1) for gap, piece in zip(gaps, chain[1:], strict=True)]
            cut = wide.index(max(wide)) if above and below else len(between) if above else 0
            for anchor, near, steps in ((above, between[:cut], gaps), (below, between[cut:][::-1], gaps[::-1])):
                for piece, gap in zip(near, steps, strict=False):
                    if gap > FAR or not fits(piece, anchor, side):
                        break
                    taken = piece.beside(anchor.columns, side)
                    more.setdefault(anchor, []).extend(taken)
                    piece.words = [word for word in piece.words if word not in taken]
        loose = [piece for piece in loose if piece.words]
        for anchor, words in more.items():
            setattr(anchor, side, [word for line in lines_of([*getattr(anchor, side), *words]) for word in line])


def fits(piece: Piece, anchor: Piece, side: str) -> bool:
    """Say whether a line may hold a part of what stands on a side of a row or head: alone, and from about the same left edge."""
    words, own = piece.beside(anchor.columns, side), getattr(anchor, side)
    alone = side == "rest" or not set(piece.words) - {*words, *piece.beside(anchor.columns, "rest")}
    near = not own or (words and abs(min(w.x0 for w in words) - min(w.x0 for w in own)) < 40)
    return bool(words and near) and piece.part == anchor.part and alone
