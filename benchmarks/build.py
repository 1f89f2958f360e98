"""Measure `make` without installing, its floor (dbt's parse, and the same SQL in one plain DuckDB process) and `make ask`."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scale import NODES, OWN_SEEDS, ROOT, open_warehouse
from scale_models import MARTS, create

PYTHON = str(ROOT / ".venv" / "bin" / "python")
DBT = [PYTHON, "-c", "from dbt.cli.main import cli; cli()"]
ROUNDS = 5
QUESTION = min((ROOT / "analyses").glob("*.sql")).stem
COMMANDS = {
    # in its own folder, to keep the build's manifest with the compiled SQL
    "dbt parse": [*DBT, "parse", "--quiet", "--target-path", "target/parse"],
    "same SQL in DuckDB": [sys.executable, __file__],
    "make": ["make"],
    "make ask": ["make", "ask", f"Q={QUESTION}"],
}


def measure() -> dict[str, list[float]]:
    """Time each command as a process, in turn, after a warm-up round; return the seconds of each run."""
    seconds = {name: [] for name in COMMANDS}
    for number in range(ROUNDS + 1):
        for name, command in COMMANDS.items():
            begun = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            if number:
                seconds[name].append(time.perf_counter() - begun)
    return seconds


def replay() -> None:
    """Load the project's seeds, create every model and run every data test."""
    own = [seed["name"] for seed in OWN_SEEDS]
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder, open_warehouse(Path(folder), "replay", own) as con:
        create(con, MARTS)
        for node in NODES.values():
            if node["resource_type"] == "test":
                assert not con.execute(node["compiled_code"]).fetchall(), node["name"]


if __name__ == "__main__":
    replay()
