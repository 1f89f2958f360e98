"""Which table and row of one document or edition is which of another: by labels and figures, the surest first."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

from ind_warehouse.edition.read import Row, Table, mend


@cache
def plain(text: str) -> str:
    """Write a label without what printing or OCR adds to it: case, accents, marks of notes, 0 for o."""
    text = unicodedata.normalize("NFKD", text.lower())
    text = re.sub(r"(?<=[a-z)])(?:\s?[*'’°?]\s?)?[\d*'’°?]+(?=\s|$)", "", text)
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
