"""Check the seed files before dbt reads them, for faults that dbt would answer with a traceback or miss."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

import yaml

# every other column of a file in seeds/printed is filled in each row
MAY_BE_EMPTY = ("newest", "year_before", "two_years_before", "list_heading", "repeated")
MAY_HAVE_NO_ROWS = ("ended.csv",)


def check_seeds(root: Path) -> list[str]:
    """Check every seed file, the YAML files that describe them, and dbt_project.yml, which dbt's own errors do not name.

    Returns:
        One message per fault, with the file, what was found, what was expected, and what to do.
    """
    described = {}
    for path in (root / "dbt_project.yml", *sorted((root / "seeds").rglob("*.yml"))):
        try:
            with path.open(encoding="utf-8") as file:
                content = yaml.safe_load(file)
            if path.parent != root:
                described |= described_columns(path, content["seeds"])
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            return [f"{path.relative_to(root).as_posix()} cannot be parsed: {error}; correct it"]
    found = {path for path in (root / "seeds").rglob("*") if path.suffix.lower() == ".csv"}
    messages = []
    for path in sorted(found | described.keys()):
        name = path.relative_to(root).as_posix()
        if path not in found:
            messages.append(f"{name} does not exist, but a .yml file in its folder describes it; add it or remove that text")
        elif path not in described:
            messages.append(f"{name} is not described in any .yml file in its folder; describe it, or rename it as described")
        else:
            messages.extend(name + fault for fault in faults(path, described[path]))
    return messages


def described_columns(path: Path, seeds: list[dict]) -> dict[Path, dict[str, str]]:
    """Read the column types of the seeds that a YAML file describes.

    Returns:
        By CSV file, the type of each column by name, in order.

    Raises:
        KeyError: A seed has no columns, or a column has no type.
        TypeError: The list does not describe seeds.
    """
    return {
        path.with_name(f"{seed['name']}.csv"): {
            column["name"]: seed["config"]["column_types"][column["name"]] for column in seed["columns"]
        }
        for seed in seeds
    }


def faults(path: Path, columns: dict[str, str]) -> Iterator[str]:
    """Check a CSV file for faults in encoding, header, number of fields, labels and numbers.

    No field may contain a line break, so line numbers match those in a text editor.

    Args:
        path: The CSV file.
        columns: The type of each expected column.

    Yields:
        One text per fault, to follow the file's name.
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
                hint = "look for a blank line, or an extra or missing comma or quote"
                yield f", line {start + 1}: {len(row)} fields, but the header has {len(header)}; {hint}"
            else:
                may_be_empty = MAY_BE_EMPTY if path.parent.name == "printed" else header
                fields = zip(header, row, strict=True)
                looks = ((name, field_fault(columns[name], value, name in may_be_empty)) for name, value in fields)
                if fault := next((f"{name} is {fault}" for name, fault in looks if fault), None):
                    yield f", line {start + 1}: {fault}"
            start = reader.line_num
        if start == 1 and path.name not in MAY_HAVE_NO_ROWS:
            yield ": there are no rows below the header; enter the printed rows"
    except csv.Error:
        yield f", line {start + 1}: a quote is not closed, or text follows it; put each text in one pair of quotes"


def field_fault(kind: str, value: str, may_be_empty: bool) -> str | None:
    """Check a single field of a column of the given type; return what is wrong and what to do, or None."""
    shown = f'"{visible(value)}"'
    if shown != f'"{value}"':
        return f"{shown}, with an invisible character; remove it, or replace it with a plain space or letter"
    if kind == "boolean" and value not in ("true", "false"):
        return f"{shown}; write true or false"
    if kind == "integer" and not re.fullmatch("(-?[0-9]+)?", value):
        return f"{shown}; write a whole number without a thousands separator"
    if kind == "double" and not re.fullmatch(r"(-?[0-9]+([.][0-9]+)?)?", value):
        return f"{shown}; write a number with a decimal point and no thousands separator"
    if not value and not may_be_empty:
        return "empty; repeat the value in each row (merged cells in a spreadsheet leave the rows below empty)"
    if value.strip().lower() == "null":
        return f"{shown}, which would be read as null; leave the field empty, or write what is printed"
    if re.search("^ | $|  ", value):
        return f"{shown}, with a leading, trailing or double space; remove the space"
    return None


def visible(text: str) -> str:
    """Write invisible characters and combining accents as their code points."""
    return "".join(c if c.isprintable() and category(c)[0] != "M" else f"<U+{ord(c):04X}>" for c in text)
