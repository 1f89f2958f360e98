"""What the Python tests share: the project, its published file, and copies of the project to damage."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def published():
    """The published file, opened read-only; ``make`` builds it."""
    path = ROOT / "ind_warehouse.duckdb"
    assert path.exists(), "ind_warehouse.duckdb is not there: run make first"
    with duckdb.connect(path, read_only=True) as con:
        yield con


@pytest.fixture(scope="session")
def manifest() -> dict:
    """What dbt knows of the project, from the last build."""
    return json.loads((ROOT / "target" / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def replay(tmp_path_factory):
    """The SQL of the last build in memory, on seeds that may be damaged."""
    # imported here, since tests/clients stand under this file too and have no dbt
    from ind_warehouse.audit.replay import Replay

    replay = Replay(tmp_path_factory.mktemp("replay"))
    assert replay.noticed(replay.seeds) == {}
    return replay


@pytest.fixture
def project_copy(tmp_path):
    """A copy of the project with its published file, without its environment; free to be damaged."""
    copy = tmp_path / "ind warehouse's copy"  # a blank and a quote, as folders of people have
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".git", ".uv", ".venv", ".clients", ".superset", "target", "logs", "*cache*")
    )
    return copy


def run_build(project: Path, **surroundings) -> subprocess.CompletedProcess:
    """Build a copy of the project, as ``make`` does, in other surroundings where they are given."""
    build = [sys.executable, "-m", "ind_warehouse", "build"]
    return subprocess.run(build, cwd=project, capture_output=True, text=True, **surroundings)
