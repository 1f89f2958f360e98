"""Fixtures for the Python tests: the project, its published file, and copies of the project to damage."""

import csv
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parent.parent
# the publications for which figures were computed by hand; later ones do not affect them
PINNED = frozenset({"jaarcijfers_2023", "nieuwsbericht_2021", "werk_en_studie_2021", "nieuwsbericht_2020"})


def read_seed(name: str) -> list[dict]:
    """Read a seed of the project with Python's csv module."""
    (path,) = (ROOT / "seeds").glob(f"*/{name}.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def seeds_of(codes: frozenset[str]) -> dict[str, str]:
    """Read the project's seeds, with only the lines of these publications and of our own lists that apply to their figures.

    Returns:
        Each file's text by its path relative to the project; the remaining lines are unchanged.
    """
    ages = {"newest": 0, "year_before": 1, "two_years_before": 2}
    editions = {row["publication_code"]: int(row["edition_year"]) for row in read_seed("publications")}
    printed = {
        (row["series_code"], editions[row["publication_code"]] - age)
        for row in read_seed("printed_rows")
        for name, age in ages.items()
        if row["publication_code"] in codes and row[name]
    }
    parts = defaultdict(set)
    for row in read_seed("products"):
        parts[row["part_of"]].add(row["product_code"])
    # other publishers may have a figure for a derived sum
    for series, year in list(printed):
        measure = series.split(".")[1]
        printed |= {
            (f"{whole}.{measure}", year)
            for whole, products in parts.items()
            if whole and all((f"{product}.{measure}", year) in printed for product in products)
        }
    series_codes = {series for series, _ in printed}
    publishers = {
        f"external_{row['publisher'].lower()}"
        for row in read_seed("external_totals")
        if (row["series_code"], int(row["reference_year"])) in printed
    }
    keeps = {
        "series": lambda row: row["series_code"] in series_codes,
        "breaks": lambda row: row["series_code"] in series_codes,
        "external_totals": lambda row: (row["series_code"], int(row["reference_year"])) in printed,
        "checks": lambda row: (
            series_codes.issuperset(filter(None, [row["found_code"], *row["part_codes"].split(" + ")]))
            and (not row["check_code"].startswith("external_") or row["check_code"] in publishers)
        ),
    }
    files = {}
    for path in sorted((ROOT / "seeds").rglob("*.csv")):
        header, *lines = path.read_text("utf-8").splitlines(keepends=True)
        rows = csv.DictReader([header, *lines])
        keep = keeps.get(path.stem, lambda row: row.get("publication_code", "") in {"", *codes})
        kept = [line for line, row in zip(lines, rows, strict=True) if keep(row)]
        files[path.relative_to(ROOT).as_posix()] = "".join([header, *kept])
    return files


def write_seeds(folder: Path, codes: frozenset[str]) -> Path:
    """Write the seeds of these publications into a folder."""
    for path, text in seeds_of(codes).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def replayed(folder: Path, codes: frozenset[str]):
    """Run the SQL of the last build in memory, on the seeds of these publications."""
    # imported here because tests/clients use this file too, without dbt
    from replay import Replay

    replay = Replay(folder / "damaged", write_seeds(folder, codes))
    assert replay.noticed(replay.seeds) == {}
    replay.build_marts()
    assert {key: said for key in replay.tests_of_marts if (said := replay.said_by(key))} == {}
    return replay


def add_macros(con: duckdb.DuckDBPyConnection, identity: str) -> None:
    """Create the macros of the published file, as dbt does at the end of a build."""
    # imported here: the environments of tests/clients have no dbt
    from replay import MANIFEST, statements

    manifest = json.loads(MANIFEST.read_text("utf-8"))
    con.execute(statements(manifest, "create_macros").replace("{{ identity }}", identity))


def written(replay, folder: Path) -> Path:
    """Write a replay to a file with the tables and macros of a published file, without comments."""
    path = folder / "ind_warehouse.duckdb"
    replay.con.execute(f"attach '{path}' as written (storage_version 'v1.0.0')")
    replay.con.execute("copy from database ind_warehouse to written")
    replay.con.execute("detach written")
    with duckdb.connect(path) as con:
        add_macros(con, folder.name)
    return path


@pytest.fixture(scope="session")
def pinned(tmp_path_factory):
    """A replay on the publications for which figures were computed by hand."""
    return replayed(tmp_path_factory.mktemp("pinned"), PINNED)


@pytest.fixture(scope="session")
def pinned_file(pinned, tmp_path_factory) -> Path:
    """The pinned replay as a file."""
    return written(pinned, tmp_path_factory.mktemp("pinned_file"))


@pytest.fixture(scope="session")
def by_hand(pinned_file):
    """The pinned file, opened read-only."""
    with duckdb.connect(pinned_file, read_only=True) as con:
        yield con


@pytest.fixture(scope="session")
def published():
    """The published file, opened read-only."""
    path = ROOT / "ind_warehouse.duckdb"
    assert path.exists(), "ind_warehouse.duckdb does not exist: run make first"
    with duckdb.connect(path, read_only=True) as con:
        yield con


@pytest.fixture(scope="session")
def manifest() -> dict:
    """The manifest that dbt wrote in the last build."""
    return json.loads((ROOT / "target" / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def replay(tmp_path_factory):
    """A replay of the last build in memory, on seeds that tests can damage."""
    # imported here because tests/clients use this file too, without dbt
    from replay import Replay

    replay = Replay(tmp_path_factory.mktemp("replay"))
    assert replay.noticed(replay.seeds) == {}
    return replay


@pytest.fixture
def project_copy(tmp_path):
    """A copy of the project with its published file and without its environment, to damage."""
    copy = tmp_path / "ind warehouse's copy"  # with a space and a quote
    shutil.copytree(
        ROOT,
        copy,
        ignore=shutil.ignore_patterns(".git", ".uv", ".venv", ".clients", ".superset", ".spark", "target", "logs", "*cache*"),
    )
    return copy


def run_build(project: Path) -> subprocess.CompletedProcess:
    """Build a copy of the project as ``make`` does."""
    build = [sys.executable, "-m", "ind_warehouse", "build"]
    return subprocess.run(build, cwd=project, capture_output=True, text=True)
