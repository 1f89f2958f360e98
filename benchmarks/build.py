"""Measure a warm `make` against its floor: dbt's own start and parse, and the same compiled SQL in one plain DuckDB process."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = str(ROOT / ".venv" / "bin" / "python")
RUNS = 5
COMMANDS = {
    # beside the manifest of the build, which holds the compiled SQL
    "dbt parse": [str(ROOT / ".venv" / "bin" / "dbt"), "parse", "--quiet", "--target-path", "target/parse"],
    "compiled SQL in DuckDB": [PYTHON, str(Path(__file__).resolve()), "replay"],
    "dbt build": [str(ROOT / ".venv" / "bin" / "dbt"), "build", "--quiet"],
    # the last, so that what dbt remembers of its last build is of this one
    "make": ["make"],
}


def measure() -> dict[str, list[float]]:
    """Time each command as a whole process, in turn, after a first round that is not counted.

    Returns:
        Seconds of each run.
    """
    seconds = {name: [] for name in COMMANDS}
    for number in range(RUNS + 1):
        for name, command in COMMANDS.items():
            begun = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            if number:
                seconds[name].append(time.perf_counter() - begun)
    return seconds


def nodes() -> dict[str, tuple[int, float]]:
    """Read from the last build where its time went.

    Returns:
        How many seeds, models and tests there are, and the seconds of dbt's threads that they took together.
    """
    results = json.loads((ROOT / "target" / "run_results.json").read_text("utf-8"))["results"]
    taken = {}
    for result in results:
        kind = result["unique_id"].split(".")[0]
        number, seconds = taken.get(kind, (0, 0.0))
        taken[kind] = (number + 1, seconds + result["execution_time"])
    return taken


def replay() -> None:
    """Load the seeds, create every model and run every data test of the last build, in memory."""
    sys.path.extend([str(ROOT), str(ROOT / "tests")])
    from replay import Replay

    with tempfile.TemporaryDirectory() as scratch:
        replay = Replay(Path(scratch))
        assert not replay.noticed(replay.seeds)
        replay.build_marts()
        assert not any(replay.said_by(key) for key in replay.tests_of_marts)


if __name__ == "__main__":
    replay()
