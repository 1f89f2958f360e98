"""Check the seed files before dbt reads them: what it would answer with a traceback, or not notice at all."""

import csv
import io
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
        headers = described_headers(root)
        listed = listed_files(root)
    except yaml.YAMLError as error:
        return [f"{error}; correct the YAML"]
    found = {path.relative_to(root).as_posix(): path for path in sorted((root / "seeds").rglob("*.csv"))}
    messages = [
        f"{name} is not there, though dbt_project.yml lists its edition or chapter; add the file, or take it out of vars"
        for name in sorted(listed - found.keys())
    ]
    for name, path in found.items():
        if path.parent.name.startswith("jaarcijfers_") and name not in listed:
            messages.append(f"{name} is not listed in dbt_project.yml, so it would not be read; add it to vars, or take it away")
        if path.stem not in headers:
            messages.append(f"{name} is described in no .yml file beside it; describe it and its columns there")
        else:
            messages.extend(f"{name}{fault}" for fault in faults(path, headers[path.stem]))
    return messages


def described_headers(root: Path) -> dict[str, list[str]]:
    """Read the columns of each seed from the YAML files beside the seeds.

    Args:
        root: The project's folder.

    Returns:
        Column names in their order, by seed name.

    Raises:
        yaml.YAMLError: A file is no YAML.
    """
    return {
        seed["name"]: [column["name"] for column in seed["columns"]]
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


def faults(path: Path, header: list[str]) -> Iterator[str]:
    """Look for what makes a file unreadable: its encoding, its header, the number of fields in a line.

    Args:
        path: A CSV file.
        header: The columns it should have.

    Yields:
        One text per fault, to stand behind the file's name.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        yield f", line {line}: byte 0x{error.object[error.start]:02X} is not UTF-8; save the file as UTF-8"
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        found = next(reader, None)
        if found != header:
            yield f": the header is {', '.join(found or ['missing'])}; expected {', '.join(header)}"
            return
        start = reader.line_num
        for row in reader:
            if len(row) != len(header):
                expected = f"the header has {len(header)}; look for a blank line, or a comma or quote too many or too few"
                yield f", line {start + 1}: {len(row)} fields, but {expected}"
            start = reader.line_num
        if start == 1:
            yield ": no row stands under the header; enter the printed rows"
    except csv.Error:
        yield f", line {start + 1}: a quote is not closed, or a text goes on behind it; put each text in one pair of quotes"
