"""Which series each printed row has: known by its label and older figures, or asked."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

from ind_warehouse.edition.held import Held
from ind_warehouse.edition.questions import NO, YES, Questions
from ind_warehouse.edition.read import Document, Row, Table, mend, years_of

SKIP = "skip"


@cache
def plain(text: str) -> str:
    """Write a label without what printing or OCR adds to it: case, accents, marks of notes, 0 for o."""
    text = unicodedata.normalize("NFKD", text.lower())
    text = re.sub(r"(?<=[a-z)])(?:\s?[*'’°?])?[\d*'’°?]+(?=\s|$)", "", text)
    text = re.sub(r"(?<![\d.])0(?=[a-z.])|(?<=[a-z])0", "o", text)
    return re.sub(r"[^a-z0-9]", "", text)


@cache
def likeness(one: str, other: str) -> float:
    """Compare two labels, from 0 to 1 if they are the same."""
    one, other = sorted((plain(one), plain(other)))
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def figures_of(row: Row, years: tuple[int, ...]) -> set[tuple[int, str]]:
    """Return the figures of a row in some years, mended."""
    return {(year, mend(row.cells[year])) for year in years if row.cells.get(year)}


def agreeing(row: Row, other: Row, years: tuple[int, ...]) -> tuple[int, int]:
    """Count the years in which two rows have the same figure, and those in which the other has one."""
    known = figures_of(other, years)
    return len(known & figures_of(row, years)), len(known)


def pair(tables: list[Table], others: list[Table], years: tuple[int, ...]) -> dict[Table | Row, Table | Row]:
    """Find the other table of each table and the other row of each row, the surest pairs first.

    Args:
        tables: Those of a reading.
        others: Those of another reading, or of another edition.
        years: The years in which figures are compared; a figure that is to be proved may not find its row.
    """
    printed = {table: [row for row in table.rows if row.printed_in == "table"] for table in (*tables, *others)}
    figures = {row: figures_of(row, years) for rows in printed.values() for row in rows}

    def figures_alike(table: Table, other: Table) -> float:
        best = [0.0] * len(printed[table])
        for n, row in enumerate(printed[table]):
            for of in printed[other]:
                if same := figures[row] & figures[of]:
                    best[n] = max(best[n], len(same) / len(figures[of]) * likeness(row.label, of.label))
        return sum(best) / max(1, len(best))

    pairs, taken = {}, set()

    def join(one: Table | Row, other: Table | Row, likely: bool) -> bool:
        joined = likely and one not in pairs and other not in taken
        if joined:
            pairs[one] = other
            taken.add(other)
        return joined

    candidates = [(likeness(one.label, other.label), figures_alike(one, other), one, other) for one in tables for other in others]
    for label, rows, table, other in sorted(candidates, key=lambda of: -of[0] - of[1]):
        if not join(table, other, label == 1 or (label > 0.9 and rows > 0.3) or rows > 0.5):
            continue
        of_rows = [(likeness(row.label, of.label), *agreeing(row, of, years), row, of) for row in table.rows for of in other.rows]
        for alike, same, known, row, of in sorted(of_rows, key=lambda of: -of[0] - 0.5 * of[1]):
            if row.printed_in == of.printed_in:
                likely = alike == 1 or (alike > 0.85 and same) or (alike > 0.5 and 1 < same == known)
                join(row, of, likely or row.printed_in == "note")
    return pairs


class Rows:
    """The tables and rows of the first reading, beside those of the second and those of the edition that is held.

    Attributes:
        known: The table or row that is held, by that of the document.
        again: The table or row of the second reading, by that of the document.
        names: A unique name of each row.
    """

    def __init__(self, held: Held, document: Document, second: Document | None, questions: Questions) -> None:
        """Pair them."""
        self.held, self.document, self.questions = held, document, questions
        self.years = years_of(held.year)
        self.known = pair(document.tables, held.tables, self.years)
        self.again = pair(document.tables, second.tables, self.years[1:]) if second else {}
        self.names: dict[Row, str] = {}
        for table in document.tables:
            for row in table.rows:
                # a person looks for the label that is entered, and not for a misread one
                name = f"{self.label(table)} / {self.label(row) or 'amount in a note'}"
                while name in self.names.values():
                    name += " (again)"
                self.names[row] = name

    def has_known_label(self, read: Table | Row) -> bool:
        """Return whether a table or row has the label that is held; if only one of two readings has it, the other misread it."""
        known = plain(self.known[read].label)
        return any(of and plain(of.label) == known for of in (read, self.again.get(read)))

    def label(self, read: Table | Row) -> str:
        """Write a label as first read, or as held if only the second reading has that; an amount has its own, if held."""
        known = self.known.get(read)
        misread = known and plain(known.label) != plain(read.label) and self.has_known_label(read)
        return known.label if misread or (known and not read.label) else read.label

    def series(self) -> dict[Row, str | None]:
        """Return the series of each row, known or answered: ``skip`` if it is left out, nothing while the question is open."""
        series: dict[Row, str | None] = {}
        for table in self.document.tables:
            same = self.is_same_table(table)
            for row in table.rows:
                known = self.known.get(row) if same else None
                sure = known and ((agreeing(row, known, self.years)[0] and self.has_known_label(row)) or row.printed_in == "note")
                code = known.series if sure else self.ask_for_series(row, known)
                if code and code != SKIP and code in series.values():
                    text = f"Row {self.names[row]} would be a second row of {code}."
                    code = self.ask_for_code(f"twice|{self.names[row]}", text, row, set(series.values()))
                series[row] = code
        return series

    def is_same_table(self, table: Table) -> bool:
        """Return whether a table is one that is held; if it is renamed, ask, because its definition may have changed."""
        known = self.known.get(table)
        if not known or self.has_known_label(table):
            return bool(known)
        counts = [agreeing(row, self.known[row], self.years) for row in table.rows if row in self.known]
        same, of = (sum(count) for count in zip((0, 0), *counts, strict=True))
        text = (
            f'Table "{table.label}" is taken for "{known.label}" of {self.held.named(self.held.like)}: {same} of {of} figures'
            " agree. Is it the same, by the same definition?"
        )
        seen = (table.label, [(row.label, *row.cells.items()) for row in table.rows])
        return self.questions.ask(f"table|{table.label}", text, seen, place=table.place, proposal=YES, may=(YES, NO)) != NO

    def ask_for_series(self, row: Row, known: Row | None) -> str | None:
        """Ask for the series of a row that is new, renamed, or has no figure in common with the one that has its label."""
        text, where = f"Row {self.names[row]} ({' '.join(row.cells.values())})", self.held.named(self.held.like)
        if known is None:
            text += f" is not in {where}."
        elif same := agreeing(row, known, self.years)[0]:
            text += f' is taken for "{known.label}" of {where}: {same} figures agree.'
        else:
            had = " ".join(filter(None, known.cells.values())) or "nothing"
            text += f" has no figure in common with the row of that name, for which {had} is held."
        return self.ask_for_code(f"row|{self.names[row]}", text, row, set(), known.series if known else "")

    def ask_for_code(self, key: str, text: str, row: Row, taken: set, proposal: str = "") -> str | None:
        """Ask for a series: a known one, or a new one of a known product and measure."""
        return self.questions.ask(
            key,
            f"{text} Which series is it?",
            (row.label, *row.cells.items()),
            "a series code; a new one needs its product and measure in seeds/reference; or skip",
            lambda code: code == SKIP or (code not in taken and self.held.may_be_series(code)),
            row.place,
            proposal,
        )
