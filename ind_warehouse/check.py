"""Check the seed files before dbt reads them: what it would answer with a traceback, or not notice at all."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

import yaml

# in a file of what was printed, all else stands in each row
MAY_BE_EMPTY = ("newest", "year_before", "two_years_before", "list_heading", "repeated")
# nothing may have ended yet
MAY_HAVE_NO_ROWS = ("ended.csv",)


def check_seeds(root: Path) -> list[str]:
    """Look at every seed file, at the YAML files beside them that describe it, and at dbt_project.yml, which dbt does not name.

    Args:
        root: The project's folder.

    Returns:
        One message per fault, each naming the file, what was found and expected, and what to do; empty when all is well.
    """
    described = {}
    for path in (root / "dbt_project.yml", *sorted((root / "seeds").rglob("*.yml"))):
        try:
            with path.open(encoding="utf-8") as file:
                content = yaml.safe_load(file)
            if path.parent != root:
                described |= described_columns(path, content["seeds"])
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            return [f"{path.relative_to(root).as_posix()} cannot be understood: {error}; correct it"]
    found = {path for path in (root / "seeds").rglob("*") if path.suffix.lower() == ".csv"}
    messages = []
    for path in sorted(found | described.keys()):
        name = path.relative_to(root).as_posix()
        if path not in found:
            messages.append(f"{name} is not there, though a .yml file beside it describes it; add it, or take that out")
        elif path not in described:
            messages.append(f"{name} is described in no .yml file beside it; describe it there, or call it as it is described")
        else:
            messages.extend(name + fault for fault in faults(path, described[path]))
    return messages


def described_columns(path: Path, seeds: list[dict]) -> dict[Path, dict[str, str]]:
    """Gather what a YAML file says of its seeds.

    Args:
        path: The file.
        seeds: The seeds that it describes.

    Returns:
        By the file of each seed the type of each column by its name, in their order.

    Raises:
        KeyError: A seed has no columns, or a column no type.
        TypeError: It is another list.
    """
    return {
        path.with_name(f"{seed['name']}.csv"): {
            column["name"]: seed["config"]["column_types"][column["name"]] for column in seed["columns"]
        }
        for seed in seeds
    }


def faults(path: Path, columns: dict[str, str]) -> Iterator[str]:
    """Look for what makes a file unreadable, or a row of it: encoding, header, number of fields, empty labels, numbers.

    No field may hold a line break, so a line is always that of a text editor.

    Args:
        path: A CSV file.
        columns: The columns it should have, with their types.

    Yields:
        One text per fault, to stand behind the file's name.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        byte = error.object[error.start]
        yield f", line {line}: byte 0x{byte:02X} is not UTF-8; save the file as UTF-8 (a spreadsheet calls it CSV UTF-8)"
        return
    expected = ", ".join(f'"{name}"' for name in columns)
    if ";" in text.partition("\n")[0]:
        yield f", line 1: the fields are separated by semicolons; save the file with commas: {expected}"
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 0
    try:
        header = next(reader, [])
        if header != list(columns):
            found = ", ".join(f'"{visible(name)}"' for name in header)
            yield f", line 1: the header is {found or 'missing'}; expected {expected}"
            return
        start = reader.line_num
        for row in reader:
            if len(row) != len(header):
                hint = "look for a blank line, or a comma or quote too many or too few"
                yield f", line {start + 1}: {len(row)} fields, but the header has {len(header)}; {hint}"
            else:
                may_be_empty = MAY_BE_EMPTY if path.parent.name == "printed" else header
                fields = zip(header, row, strict=True)
                looks = ((name, field_fault(columns[name], value, name in may_be_empty)) for name, value in fields)
                if fault := next((f"{name} is {fault}" for name, fault in looks if fault), None):
                    yield f", line {start + 1}: {fault}"
            start = reader.line_num
        if start == 1 and path.name not in MAY_HAVE_NO_ROWS:
            yield ": no row stands under the header; enter the printed rows"
    except csv.Error:
        yield f", line {start + 1}: a quote is not closed, or a text goes on behind it; put each text in one pair of quotes"


def field_fault(kind: str, value: str, may_be_empty: bool) -> str | None:
    """Look at a single field.

    Args:
        kind: The type of its column.
        value: Its text.
        may_be_empty: Whether nothing is a value of its column.

    Returns:
        What is wrong with it and what to do, or nothing.
    """
    shown = f'"{visible(value)}"'
    if shown != f'"{value}"':
        return f"{shown}, with a character that cannot be seen; take it out, or write a plain blank or letter in its place"
    if kind == "boolean" and value not in ("true", "false"):
        return f"{shown}; write true or false"
    if kind == "integer" and not re.fullmatch("(-?[0-9]+)?", value):
        return f"{shown}; write a whole number without a thousands mark"
    if kind == "double" and not re.fullmatch(r"(-?[0-9]+([.][0-9]+)?)?", value):
        return f"{shown}; write a number with a point and no thousands mark"
    if not value and not may_be_empty:
        return "empty; repeat it in each row (a merged cell of a spreadsheet leaves the rows below it empty)"
    if value.strip().lower() == "null":
        return f"{shown}, which would be read as nothing; leave the field empty, or write what is printed"
    if re.search("^ | $|  ", value):
        return f"{shown}, with a blank before or behind it, or two in a row; take the blank out"
    return None


def visible(text: str) -> str:
    """Write the characters that cannot be seen, and accents that stand apart from their letter, by their code points."""
    return "".join(c if c.isprintable() and category(c)[0] != "M" else f"<U+{ord(c):04X}>" for c in text)
