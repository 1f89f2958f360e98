"""Change every printed digit to every other, and see which checks notice."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from ind_warehouse import ROOT
from ind_warehouse.audit.replay import Replay
from ind_warehouse.seeds import is_printed

Table = list[list[str]]


class Change(NamedTuple):
    """One digit of a printed file, and the digit put in its place."""

    path: str
    line: int
    field: int
    position: int
    digit: str
    kind: str


def changed_digits(replay: Replay) -> Iterator[dict]:
    """Change each digit to each of the nine others.

    Many are tried at once, one in each printed row or top-3 list: a change counts as noticed only where a message names its own
    row or list, which no change of another row makes it do.

    Args:
        replay: The build in memory.

    Yields:
        A row for each kind of digit: what, tried, noticed, checks (how many each check noticed), silent (the places of the rest).
    """
    tables = {path: read(path) for path in replay.seeds if is_printed(ROOT / path)}
    tried, noticed, checks = Counter(), Counter(), {}
    silent = {}
    for together in zip_longest(*(changes for path in tables for changes in changes_by_place(path, tables[path]))):
        changes = [change for change in together if change]
        found = {change: set() for change in changes}
        replay.damage({path: write(path, tables[path], changes) for path in {change.path for change in changes}})
        for check, messages in replay.noticed(tables).items():
            for change in changes:
                if any(names(message, change) for message in messages):
                    found[change].add(check)
        for change, by in found.items():
            tried[change.kind] += 1
            noticed[change.kind] += bool(by)
            checks.setdefault(change.kind, Counter()).update(by)
            if not by:
                silent.setdefault(change.kind, []).append(f"{change.path}, line {change.line}, digit {change.position + 1}")
    for kind in tried:
        yield {
            "what": f"digit of a {kind} changed",
            "tried": tried[kind],
            "noticed": noticed[kind],
            "checks": dict(checks[kind].most_common()),
            "silent": silent.get(kind, []),
        }


def changes_by_place(path: str, table: Table) -> Iterator[list[Change]]:
    """Gather all changes of each printed row, or of each top-3 list, which is checked as one."""
    header, *rows = table
    places = {}
    for line, row in enumerate(rows, 2):
        place = row[header.index("list_label")] if "list_label" in header else line
        for field, value in enumerate(row):
            places.setdefault(place, []).extend(
                Change(path, line, field, position, digit, kind(header[field]))
                for position, old in enumerate(value)
                for digit in "0123456789"
                if old in "0123456789" and digit != old
            )
    yield from places.values()


def kind(column: str) -> str:
    """Say what a column of a printed file holds."""
    return {"printed_rank": "rank", "list_heading": "list's heading"}.get(column, "figure" if column.isdigit() else "label")


def read(path: str) -> Table:
    """Read a seed file as text."""
    return list(csv.reader(io.StringIO((ROOT / path).read_text("utf-8"), newline=""), strict=True))


def write(path: str, table: Table, changes: list[Change]) -> bytes:
    """Write a table as a file of its own, with the changes that are about it."""
    table = [list(row) for row in table]
    for change in changes:
        if change.path == path:
            value = table[change.line - 1][change.field]
            table[change.line - 1][change.field] = value[: change.position] + change.digit + value[change.position + 1 :]
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


def names(message: str, change: Change) -> bool:
    """Say whether a message is about the row of a change, or about its list."""
    first = change.line - (change.line - 2) % 3
    return f"{change.path}, line {change.line}:" in message or f"{change.path}, from line {first}:" in message
