"""Find for each table and row of a reading the one of another reading, or of another edition, by label and older figures."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

from ind_warehouse.edition.read import Row, Table, mend


@cache
def plain(text: str) -> str:
    """Write a label without what a printer or a text recognition adds to it: case, accents, marks of notes, 0 for o."""
    text = unicodedata.normalize("NFKD", text.lower())
    text = re.sub(r"(?<=[a-z)])[\d*'’°?]+(?=\s|$)", "", text)
    text = re.sub(r"(?<![\d.])0(?=[a-z.])|(?<=[a-z])0", "o", text)
    return re.sub(r"[^a-z0-9]", "", text)


@cache
def likeness(one: str, other: str) -> float:
    """Compare two plain labels: 1 where they are the same."""
    return 1.0 if one == other else SequenceMatcher(None, *sorted((one, other)), autojunk=False).ratio()


def agreeing(row: Row, other: Row, years: tuple[int, ...]) -> tuple[int, int]:
    """Count the years for which two rows have the same figure, and those for which the other has one."""
    known = [year for year in years if other.cells.get(year)]
    return sum(mend(row.cells.get(year, "")) == mend(other.cells[year]) for year in known), len(known)


def pair(
    tables: list[Table], others: list[Table], years: tuple[int, ...]
) -> tuple[dict[int, int], dict[tuple[int, int], tuple[int, int]]]:
    """Find the other table and row of each, the surest first.

    Args:
        tables: Those of a reading.
        others: Those of another reading, or of another edition.
        years: The years by which they are compared; one that is to be proved is none of them.

    Returns:
        The number of the other table by that of the table; and the numbers of the other table and row by those of the row.
    """
    tabular = [[(at, row) for at, row in enumerate(table.rows) if row.printed_in == "table"] for table in others]

    def alike(row: Row, other: Row) -> tuple[float, int, int]:
        return likeness(plain(row.label), plain(other.label)), *agreeing(row, other, years)

    def figures_alike(i: int, k: int) -> float:
        best = [0.0]
        for row in tables[i].rows:
            counts = [(other, *agreeing(row, other, years)) for _, other in tabular[k]]
            shares = [same / known * likeness(plain(row.label), plain(other.label)) for other, same, known in counts if same]
            best.append(max(shares, default=0.0))
        return sum(best) / max(1, len(tables[i].rows))

    found = [
        (likeness(plain(table.label), plain(other.label)), figures_alike(i, k), i, k)
        for i, table in enumerate(tables)
        for k, other in enumerate(others)
    ]
    of, rows = {}, {}
    for label, figures, i, k in sorted(found, key=lambda item: (-item[0] - item[1], item[2:])):
        likely = label == 1 or (label > 0.9 and figures > 0.3) or figures > 0.5
        if likely and i not in of and k not in of.values():
            of[i] = k
    for i, k in of.items():
        candidates = [(*alike(row, other), j, at) for j, row in enumerate(tables[i].rows) for at, other in tabular[k]]
        for label, same, known, j, at in sorted(candidates, key=lambda item: (-item[0] - item[1] / 2, item[3:])):
            likely = label == 1 or (label > 0.85 and same) or (label > 0.5 and 1 < same == known)
            if likely and (i, j) not in rows and (k, at) not in rows.values():
                rows[i, j] = (k, at)
    return of, rows
