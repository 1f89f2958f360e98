"""Kinds of damage that a hand, a spreadsheet, a scan or an editor does to a seed, each in every place where it fits.

Each kind is a function that takes the table of a file, header first, and yields (place, damaged table or bytes); the place is
said in words. A damage that changes nothing is left out.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from typing import NamedTuple
from unicodedata import normalize

Table = list[list[str]]
Kind = Callable[[Table], Iterator[tuple[str, Table | bytes]]]

LABELS = ("chapter_label", "table_label", "row_label")
# what people read beside the figures; no check can tell a wrong note from a right one
TEXTS = re.compile(
    r".*_(nl|en)|title|publisher|publication|published|address|source|evidence|concept|reason|printed_mark|mark_state|alpha_2"
)


class Damage(NamedTuple):
    """What is done to one file."""

    kind: str
    path: str
    place: str
    content: bytes


def damages(path: str, table: Table, tables: dict[str, Table]) -> Iterator[Damage]:
    """List all damage to one file.

    Args:
        path: The seed, relative to the project.
        table: Its header and rows.
        tables: All seeds, for what is taken from another.

    Yields:
        Each damage that changes the file.
    """
    header = table[0]
    if years(table):
        kinds = FIGURES | ROWS | COLUMNS | LABELS_OF_ROWS | FILES
    elif "printed_rank" in header:
        kinds = RANKINGS | ROWS | LABELS_OF_ROWS | FILES
    else:
        kinds = LISTS | {f"{name}, in a list of our own": kind for name, kind in (ROWS | FILES).items()}
    before = written(table)
    for name, kind in kinds.items():
        for place, damaged in kind(table):
            content = damaged if isinstance(damaged, bytes) else written(damaged)
            if content != before:
                yield Damage(name, path, place, content)
    if years(table):
        for other, (other_header, *rows) in tables.items():
            if other != path and years([other_header]):
                yield Damage("file of another chapter or edition", path, other, written([other_header, *rows]))
                yield Damage("rows of another chapter or edition", path, other, written([header, *rows]))
                if other_header == header:
                    yield Damage("table of another chapter added", path, other, written([*table, *rows]))


def written(table: Table, **options) -> bytes:
    """Write a table as a CSV file, every text in quotes."""
    text = io.StringIO(newline="")
    csv.writer(text, **({"quoting": csv.QUOTE_ALL, "lineterminator": "\n"} | options)).writerows(table)
    return text.getvalue().encode()


def years(table: Table) -> list[int]:
    """Name the fields that hold printed figures."""
    return [field for field, name in enumerate(table[0]) if name.isdigit()]


def put(table: Table, *cells: tuple[int, int, str]) -> Table:
    """Write some cells (row, field, text) of a copy of a table."""
    damaged = [list(row) for row in table]
    for row, field, value in cells:
        damaged[row][field] = value
    return damaged


def figures(change: Callable[[str], str | None]) -> Kind:
    """Make a kind that changes the text of one printed figure."""

    def kind(table: Table) -> Iterator[tuple[str, Table]]:
        for row in range(1, len(table)):
            for field in years(table):
                old = table[row][field]
                if old and (new := change(old)) is not None:
                    yield f"line {row + 1}, {table[0][field]}: {old} -> {new}", put(table, (row, field, new))

    return kind


def at_each(pattern: str, new: str) -> Kind:
    """Make a kind that changes one match of a pattern in one printed figure, each match in turn."""

    def kind(table: Table) -> Iterator[tuple[str, Table]]:
        for row in range(1, len(table)):
            for field in years(table):
                old = table[row][field]
                for match in re.finditer(pattern, old):
                    text = old[: match.start()] + match.expand(new) + old[match.end() :]
                    yield f"line {row + 1}, {table[0][field]}: {old} -> {text}", put(table, (row, field, text))

    return kind


def labels(change: Callable[[str], str | None]) -> Kind:
    """Make a kind that changes the text of one label of a printed row."""

    def kind(table: Table) -> Iterator[tuple[str, Table]]:
        for row in range(1, len(table)):
            for field, name in enumerate(table[0]):
                if not name.isdigit() and name != "printed_in" and (new := change(table[row][field])) is not None:
                    yield f"line {row + 1}, {name} -> {new}", put(table, (row, field, new))

    return kind


def whole(change: Callable[[Table], Table | bytes]) -> Kind:
    """Make a kind that changes a file as a whole."""

    def kind(table: Table) -> Iterator[tuple[str, Table | bytes]]:
        yield "whole file", change(table)

    return kind


def rows(change: Callable[[Table, int], Table]) -> Kind:
    """Make a kind that changes a table at one of its rows."""

    def kind(table: Table) -> Iterator[tuple[str, Table]]:
        for row in range(1, len(table)):
            yield f"line {row + 1}", change(table, row)

    return kind


def rows_exchanged(table: Table) -> Iterator[tuple[str, Table]]:
    """Each row with the next."""
    for row, below in pairwise(range(1, len(table))):
        damaged = list(table)
        damaged[row], damaged[below] = damaged[below], damaged[row]
        yield f"lines {row + 1} and {below + 1}", damaged


def exchanged(table: Table, one: tuple[int, int], other: tuple[int, int]) -> tuple[str, Table]:
    """Exchange two cells (row, field)."""
    damaged = put(table, (*one, table[other[0]][other[1]]), (*other, table[one[0]][one[1]]))
    return f"line {one[0] + 1}, {table[0][one[1]]} and line {other[0] + 1}, {table[0][other[1]]}", damaged


def figures_exchanged_in_a_table(table: Table) -> Iterator[tuple[str, Table]]:
    """Each pair of figures of one printed table, of one row and of one year alike."""
    cells = [(row, field) for row in range(1, len(table)) for field in years(table) if table[row][field]]
    for one, other in combinations(cells, 2):
        if table[one[0]][:2] == table[other[0]][:2]:
            yield exchanged(table, one, other)


def figures_exchanged_between_tables(table: Table) -> Iterator[tuple[str, Table]]:
    """Each figure with that of the same row and year of each other printed table of the chapter."""
    for row, other in combinations(range(1, len(table)), 2):
        if table[row][1] != table[other][1] and table[row][2] == table[other][2]:
            for field in years(table):
                yield exchanged(table, (row, field), (other, field))


def all_figures_exchanged(table: Table) -> Iterator[tuple[str, Table]]:
    """All years of each row with those of each other row of the chapter."""
    for row, other in combinations(range(1, len(table)), 2):
        mine, theirs = ([(at, field, table[of][field]) for field in years(table)] for at, of in ((row, other), (other, row)))
        yield f"lines {row + 1} and {other + 1}", put(table, *mine, *theirs)


def figure_moved_down(table: Table) -> Iterator[tuple[str, Table]]:
    """One figure into the row below, over what stands there."""
    for row in range(1, len(table) - 1):
        for field in years(table):
            yield f"line {row + 1}, {table[0][field]}", put(table, (row + 1, field, table[row][field]), (row, field, ""))


def column_moved_down(table: Table) -> Iterator[tuple[str, Table]]:
    """A year's figures from one row on, each into the row below; the last is lost."""
    for row in range(1, len(table)):
        for field in years(table):
            cells = [(at + 1, field, table[at][field]) for at in range(row, len(table) - 1)]
            yield f"from line {row + 1}, {table[0][field]}", put(table, *cells, (row, field, ""))


def totals_kept(table: Table) -> Iterator[tuple[str, Table]]:
    """Six figures of each two neighbouring rows of counts in tens, by so much that the totals of rows and columns hold."""
    for row, below in pairwise(range(1, len(table))):
        cells = [(at, field) for at in (row, below) for field in years(table)]
        # weighted 3, 2, 1 each row's changes are nothing, and so are those of each column
        changes = (10, -20, 10, -10, 20, -10)
        if all(re.fullmatch(TENS, table[at][field]) for at, field in cells):
            changed = [
                (at, field, f"{int(table[at][field].replace('.', '')) + change:,}".replace(",", "."))
                for (at, field), change in zip(cells, changes, strict=True)
            ]
            yield f"lines {row + 1} and {below + 1}", put(table, *changed)


def columns_exchanged(heads: bool, values: bool, among: Callable[[str], bool]) -> Kind:
    """Make a kind that exchanges two columns: their heads, their values, or both."""

    def kind(table: Table) -> Iterator[tuple[str, Table]]:
        for one, other in combinations([field for field, name in enumerate(table[0]) if among(name)], 2):
            damaged = [list(row) for row in table]
            for row in damaged[:1] * heads + damaged[1:] * values:
                row[one], row[other] = row[other], row[one]
            yield f"{table[0][one]} and {table[0][other]}", damaged

    return kind


def column_dropped(table: Table) -> Iterator[tuple[str, Table]]:
    """Each column in turn."""
    for field, name in enumerate(table[0]):
        yield name, [row[:field] + row[field + 1 :] for row in table]


def years_shifted(table: Table) -> Iterator[tuple[str, Table]]:
    """The heads of another edition."""
    for shift in (-1, 1):
        yield f"{shift:+} year", [[str(int(name) + shift) if name.isdigit() else name for name in table[0]], *table[1:]]


def label_of_the_next_row(table: Table) -> Iterator[tuple[str, Table]]:
    """Each label exchanged with that of the row below."""
    for row, below in pairwise(range(1, len(table))):
        for field, name in enumerate(table[0]):
            if not name.isdigit():
                yield exchanged(table, (row, field), (below, field))


def label_of_another_row(table: Table) -> Iterator[tuple[str, Table]]:
    """Each label overwritten with that of the row below."""
    for row, below in pairwise(range(1, len(table))):
        for field, name in enumerate(table[0]):
            if not name.isdigit():
                yield f"line {row + 1}, {name}", put(table, (row, field, table[below][field]))


def number_changed(change: Callable[[str], str]) -> Kind:
    """Make a kind that changes one number of a list of our own."""

    def kind(table: Table) -> Iterator[tuple[str, Table]]:
        for row in range(1, len(table)):
            for field, name in enumerate(table[0]):
                old = table[row][field]
                if re.fullmatch(r"-?[0-9]+([.][0-9]+)?", old) and not TEXTS.fullmatch(name):
                    yield f"line {row + 1}, {name}: {old} -> {change(old)}", put(table, (row, field, change(old)))

    return kind


def another_code(table: Table) -> Iterator[tuple[str, Table]]:
    """Each code or word overwritten with others of its column: with all, or where these are many, with two."""
    for field, name in enumerate(table[0]):
        values = sorted({row[field] for row in table[1:]})
        if not TEXTS.fullmatch(name) and not all(re.fullmatch("[0-9.]*", value) for value in values):
            for row in range(1, len(table)):
                old = table[row][field]
                at = values.index(old)
                others = values if len(values) <= 8 else [values[at - 1], values[(at + 1) % len(values)]]
                for new in others:
                    yield f"line {row + 1}, {name}: {old} -> {new}", put(table, (row, field, new))


def codes_exchanged(table: Table) -> Iterator[tuple[str, Table]]:
    """Each code or number with that of the row below."""
    for row, below in pairwise(range(1, len(table))):
        for field, name in enumerate(table[0]):
            if not TEXTS.fullmatch(name):
                yield exchanged(table, (row, field), (below, field))


def field_emptied(table: Table) -> Iterator[tuple[str, Table]]:
    """Each field that is no text for people."""
    for row in range(1, len(table)):
        for field, name in enumerate(table[0]):
            if not TEXTS.fullmatch(name):
                yield f"line {row + 1}, {name}", put(table, (row, field, ""))


def texts_exchanged(table: Table) -> Iterator[tuple[str, Table]]:
    """Each name or note with that of the row below."""
    for row, below in pairwise(range(1, len(table))):
        for field, name in enumerate(table[0]):
            if TEXTS.fullmatch(name):
                yield exchanged(table, (row, field), (below, field))


def cut_off(table: Table) -> Iterator[tuple[str, bytes]]:
    """The file ends in the middle of each of its lines."""
    content = written(table)
    ends = [match.end() for match in re.finditer(b"\n", content)]
    for line, (start, end) in enumerate(pairwise([0, *ends]), 1):
        yield f"in line {line}", content[: (start + end) // 2]


def ends_early(table: Table) -> Iterator[tuple[str, Table]]:
    """The file ends after each of its rows but the last."""
    for row in range(2, len(table)):
        yield f"after line {row}", table[:row]


def stray(text: bytes) -> Kind:
    """Make a kind that writes something at the end of a field, in each row once."""

    def kind(table: Table) -> Iterator[tuple[str, bytes]]:
        lines = written(table).splitlines(keepends=True)
        for row in range(1, len(lines)):
            damaged = lines[row].replace(b'",', text, 1)
            yield f"line {row + 1}", b"".join([*lines[:row], damaged, *lines[row + 1 :]])

    return kind


def fitting(pattern: str, change: Callable[[str], str]) -> Callable[[str], str | None]:
    """Restrict a change to texts that match a pattern as a whole."""
    return lambda old: change(old) if re.fullmatch(pattern, old) else None


COUNT = r"[0-9]{1,3}([.][0-9]{3})*"
TENS = r"[0-9]{1,3}([.][0-9]{3})*[.][0-9]{2}0"
POINTED = r"[0-9]{1,3}([.][0-9]{3})+"
SHARE = r"[0-9]+%"
FULL_WIDTH = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")

FIGURES: dict[str, Kind] = {
    "comma for the thousands point": at_each("[.]", ","),
    "thousands point lost": at_each("[.]", ""),
    "blank for the thousands point": at_each("[.]", " "),
    "thousands point one digit to the left": at_each(r"([0-9])[.]", r".\1"),
    "thousands point one digit to the right": at_each(r"[.]([0-9])", r"\1."),
    "read as a decimal (41.820 is 41.82)": figures(
        fitting(POINTED, lambda old: str(float(old.replace(".", "", old.count(".") - 1))))
    ),
    "share as a fraction (89% is 0.89)": figures(fitting(SHARE, lambda old: str(int(old[:-1]) / 100))),
    "percent sign lost": figures(fitting(SHARE, lambda old: old[:-1])),
    "percent sign added": figures(fitting(COUNT, lambda old: old + "%")),
    "percent sign twice": figures(fitting(SHARE, lambda old: old + "%")),
    "blank before the percent sign": figures(fitting(SHARE, lambda old: old[:-1] + " %")),
    "per mille for percent": figures(fitting(SHARE, lambda old: old[:-1] + "\u2030")),
    "O for 0": at_each("0", "O"),
    "l for 1": at_each("1", "l"),
    "I for 1": at_each("1", "I"),
    "S for 5": at_each("5", "S"),
    "B for 8": at_each("8", "B"),
    "digit lost": at_each("[0-9]", ""),
    "digit doubled": at_each("[0-9]", r"\g<0>\g<0>"),
    "neighbouring digits exchanged": at_each("([0-9])([.]?)([0-9])", r"\3\2\1"),
    "thousand times": figures(fitting(COUNT, lambda old: old + ".000")),
    "thousands lost": figures(fitting(POINTED, lambda old: old.rpartition(".")[0])),
    "minus sign": figures(lambda old: "-" + old),
    "figure lost": figures(lambda old: ""),
    "dash for a figure": figures(lambda old: "-"),
    "zero for a figure or a dash": figures(lambda old: "0"),
    "en dash for a dash": figures(fitting("-", lambda old: "\u2013")),
    "the word null": figures(lambda old: "null"),
    "a footnote's mark behind": figures(lambda old: old + "2"),
    "a footnote's mark behind, raised": figures(lambda old: old + "\u00b2"),
    "blank before the figure": figures(lambda old: " " + old),
    "blank behind the figure": figures(lambda old: old + " "),
    "no-break space behind the figure": figures(lambda old: old + "\u00a0"),
    "zero-width space in the figure": figures(lambda old: old[:1] + "\u200b" + old[1:]),
    "line break behind the figure": figures(lambda old: old + "\n"),
    "full-width digits": figures(lambda old: old.translate(FULL_WIDTH)),
    "millions lost": figures(fitting("€.*", lambda old: old.removesuffix(" mln"))),
    "euro sign lost": figures(fitting("€.*", lambda old: old.removeprefix("€ "))),
    "decimal point for the comma of an amount": figures(fitting("€.*", lambda old: old.replace(",", "."))),
    "comma of an amount moved": figures(fitting("€.*", lambda old: re.sub("([0-9]),([0-9])", r",\1\2", old))),
    "figures exchanged within a table": figures_exchanged_in_a_table,
    "figures exchanged between tables": figures_exchanged_between_tables,
    "all figures of two rows exchanged": all_figures_exchanged,
    "figure moved one row down": figure_moved_down,
    "column moved one row down": column_moved_down,
    "six figures of two rows changed so that the totals hold": totals_kept,
}

COLUMNS: dict[str, Kind] = {
    "years' heads exchanged": columns_exchanged(True, False, str.isdigit),
    "years' figures exchanged": columns_exchanged(False, True, str.isdigit),
    "year columns in another order": columns_exchanged(True, True, str.isdigit),
    "years of another edition": years_shifted,
}

LABELS_OF_ROWS: dict[str, Kind] = {
    "label columns' heads exchanged": columns_exchanged(True, False, LABELS.__contains__),
    "label columns' texts exchanged": columns_exchanged(False, True, LABELS.__contains__),
    "columns in another order": columns_exchanged(True, True, LABELS.__contains__),
    "label exchanged with the next row": label_of_the_next_row,
    "label of the next row": label_of_another_row,
    "label emptied (a merged cell)": labels(lambda old: "" if old else None),
    "blank behind a label": labels(lambda old: old + " "),
    "two blanks in a label": labels(lambda old: old.replace(" ", "  ", 1) if " " in old else None),
    "no-break space in a label": labels(lambda old: old.replace(" ", "\u00a0", 1) if " " in old else None),
    "label in capitals": labels(lambda old: old.upper() if old else None),
    "label cut off": labels(lambda old: old[:-1] if old else None),
    "curly quotes lost": labels(lambda old: old.encode("ascii", "ignore").decode()),
}

RANKINGS: dict[str, Kind] = {
    "rank without its point": lambda table: (
        (f"line {row + 1}", put(table, (row, 4, table[row][4].rstrip(".")))) for row in range(1, len(table))
    ),
    "nationalities exchanged": lambda table: (exchanged(table, (row, 5), (row + 1, 5)) for row in range(1, len(table) - 1)),
    "nationality of another list": lambda table: (
        (f"line {row + 1}, {new}", put(table, (row, 5, new)))
        for row in range(1, len(table))
        for new in sorted({other[5] for other in table[1:]})
    ),
    "a list lost": lambda table: ((f"from line {row + 1}", table[:row] + table[row + 3 :]) for row in range(1, len(table), 3)),
}

ROWS: dict[str, Kind] = {
    "row lost": rows(lambda table, row: table[:row] + table[row + 1 :]),
    "row doubled": rows(lambda table, row: [*table[: row + 1], *table[row:]]),
    "rows exchanged": rows_exchanged,
    "blank line": rows(lambda table, row: [*table[:row], [], *table[row:]]),
    "row of commas": rows(lambda table, row: [*table[:row], [""] * len(table[0]), *table[row:]]),
    "comma too many": rows(lambda table, row: [*table[:row], [*table[row], ""], *table[row + 1 :]]),
    "comma too few": rows(lambda table, row: [*table[:row], table[row][:-1], *table[row + 1 :]]),
    "quote in a field": stray(b'"",'),
    "quote lost": stray(b","),
    "column lost": column_dropped,
}

FILES: dict[str, Kind] = {
    "byte order mark": whole(lambda table: b"\xef\xbb\xbf" + written(table)),
    "line ends of Windows": whole(lambda table: written(table, lineterminator="\r\n")),
    "no line end at the end": whole(lambda table: written(table).rstrip(b"\n")),
    "quotes around no field but those that need them": whole(lambda table: written(table, quoting=csv.QUOTE_MINIMAL)),
    "semicolons": whole(lambda table: written(table, delimiter=";")),
    "tabs": whole(lambda table: written(table, delimiter="\t")),
    "saved in Latin-1": whole(lambda table: written(table).decode().encode("cp1252", "replace")),
    "UTF-8 read as Latin-1 and saved again": whole(lambda table: written(table).decode("latin-1").encode()),
    "UTF-16": whole(lambda table: written(table).decode().encode("utf-16")),
    "empty file": whole(lambda table: b""),
    "header alone": whole(lambda table: table[:1]),
    "no header": whole(lambda table: table[1:]),
    "header twice": whole(lambda table: [table[0], *table]),
    "header in capitals": whole(lambda table: [[name.upper() for name in table[0]], *table[1:]]),
    "columns from right to left": whole(lambda table: [row[::-1] for row in table]),
    "cut off in a line": cut_off,
    "ends early": ends_early,
}

LISTS: dict[str, Kind] = {
    "another code, in a list of our own": another_code,
    "codes exchanged between rows, in a list of our own": codes_exchanged,
    "field emptied, in a list of our own": field_emptied,
    "names or notes exchanged between rows, in a list of our own": texts_exchanged,
    "accents as characters of their own, in a list of our own": labels(lambda old: normalize("NFD", old)),
    "accents lost, in a list of our own": labels(lambda old: normalize("NFD", old).encode("ascii", "ignore").decode()),
    "last digit of a number one higher, in a list of our own": number_changed(
        lambda old: old[:-1] + str((int(old[-1]) + 1) % 10)
    ),
    "first digit of a number one higher, in a list of our own": number_changed(lambda old: str((int(old[0]) + 1) % 10) + old[1:]),
    "number ten times, in a list of our own": number_changed(lambda old: str(float(old) * 10)),
    "number with a thousands point, in a list of our own": number_changed(lambda old: re.sub(r"(\d)(\d{3})$", r"\1.\2", old)),
}
