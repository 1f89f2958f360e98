"""Check the seed files before dbt reads them: what it would answer with a traceback, or not notice at all."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import yaml


def check_seeds(root: Path) -> list[str]:
    """Look at every seed file and at the editions that dbt_project.yml lists.

    Args:
        root: The project's folder.

    Returns:
        One message per fault, each naming the file, what was found and expected, and what to do; empty when all is well.
    """
    try:
        described = described_columns(root)
        listed = listed_files(root)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        return [f"dbt_project.yml or a .yml file under seeds/ cannot be understood: {error}; correct it"]
    found = {path.relative_to(root).as_posix(): path for path in sorted((root / "seeds").rglob("*.csv"))}
    messages = [
        f"{name} is not there, though dbt_project.yml lists its edition or chapter; add the file, or take it out of vars"
        for name in sorted(listed - found.keys())
    ]
    for name, path in found.items():
        if is_printed(path) and name not in listed:
            messages.append(f"{name} is not listed in dbt_project.yml, so it would not be read; add it to vars, or take it away")
        if path.stem not in described:
            messages.append(f"{name} is described in no .yml file beside it; describe it and its columns there")
        else:
            messages.extend(f"{name}{fault}" for fault in faults(path, described[path.stem]))
    return messages


def is_printed(path: Path) -> bool:
    """Say whether a seed holds what was printed, and not a list of our own."""
    return path.parent.name.startswith("jaarcijfers_")


def described_columns(root: Path) -> dict[str, dict[str, str]]:
    """Read the columns of each seed from the YAML files beside the seeds.

    Args:
        root: The project's folder.

    Returns:
        By seed name the type of each column by its name, in their order.

    Raises:
        yaml.YAMLError: A file is no YAML.
    """
    return {
        seed["name"]: {column["name"]: seed["config"]["column_types"][column["name"]] for column in seed["columns"]}
        for path in sorted((root / "seeds").rglob("*.yml"))
        for seed in read_yaml(path)["seeds"]
    }


def listed_files(root: Path) -> set[str]:
    """Read from dbt_project.yml which printed seeds the editions are made of.

    Args:
        root: The project's folder.

    Returns:
        Paths relative to the project's folder.

    Raises:
        yaml.YAMLError: The file is no YAML.
    """
    editions = read_yaml(root / "dbt_project.yml")["vars"]["editions"]
    return {
        f"seeds/jaarcijfers_{edition}/jaarcijfers_{edition}_{chapter}.csv"
        for edition, chapters in editions.items()
        for chapter in chapters
    }


def read_yaml(path: Path) -> dict:
    """Read a YAML file.

    Args:
        path: The file; an error names it.

    Returns:
        What the file says.

    Raises:
        yaml.YAMLError: The file is no YAML.
    """
    with path.open(encoding="utf-8") as file:
        return yaml.safe_load(file)


def faults(path: Path, columns: dict[str, str]) -> Iterator[str]:
    """Look for what makes a file unreadable, or a row of it: encoding, header, number of fields, empty labels, numbers.

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
            found = ", ".join(f'"{name}"' for name in header)
            yield f", line 1: the header is {found or 'missing'}; expected {expected}"
            return
        start = reader.line_num
        for row in reader:
            if len(row) != len(header):
                hint = "look for a blank line, or a comma or quote too many or too few"
                yield f", line {start + 1}: {len(row)} fields, but the header has {len(header)}; {hint}"
            else:
                fields = zip(header, row, strict=True)
                looks = ((name, field_fault(name, columns[name], value, is_printed(path))) for name, value in fields)
                if fault := next((f"{name} is {fault}" for name, fault in looks if fault), None):
                    yield f", line {start + 1}: {fault}"
            start = reader.line_num
        if start == 1:
            yield ": no row stands under the header; enter the printed rows"
    except csv.Error:
        yield f", line {start + 1}: a quote is not closed, or a text goes on behind it; put each text in one pair of quotes"


def field_fault(name: str, kind: str, value: str, printed: bool) -> str | None:
    """Look at a single field.

    Args:
        name: Its column.
        kind: The column's type.
        value: Its text.
        printed: Whether it stands in a file of what was printed, where only figures and the heading of a list may be empty.

    Returns:
        What is wrong with it and what to do, or nothing.
    """
    if kind == "boolean" and value not in ("true", "false"):
        return f'"{value}"; write true or false'
    if kind == "integer" and not re.fullmatch("(-?[0-9]+)?", value):
        return f'"{value}"; write a whole number without a thousands mark'
    if kind == "double" and not re.fullmatch(r"(-?[0-9]+([.][0-9]+)?)?", value):
        return f'"{value}"; write a number with a point and no thousands mark'
    if printed and not value and not name.isdigit() and name != "list_heading":
        return "empty; repeat it in each row (a merged cell of a spreadsheet leaves the rows below it empty)"
    if value.strip().lower() == "null":
        return f'"{value}", which would be read as nothing; leave the field empty, or write what is printed'
    if value != value.strip():
        return f'"{value}", with a blank before or behind it; take the blank out'
    return None
