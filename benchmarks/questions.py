"""Measure how long the questions of analyses/ take: DuckDB on the published file, pandas and polars on site/data/*.csv."""

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

# the project is no installed package
sys.path.append(str(Path(__file__).resolve().parents[1]))

from ind_warehouse import PUBLISHED, ROOT
from ind_warehouse.ask import QUESTIONS, query

HERE = Path(__file__).resolve()
TOOLS = ("duckdb", "pandas", "polars")
# what is timed of each tool
WAYS = {
    "process": "a whole process: interpreter, imports, opening or reading, answering, printing",
    "query": "within a process: opening the file, or reading the CSV files, and answering",
    "kept": "within a process that keeps the file open, or what it has read in memory: answering",
}
# all that answering one question needs, apart from the file and the SQL
DUCKDB = "import sys, duckdb; print(duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[2]))"
RUNS = 5
# within a process a question takes milliseconds, so many repetitions cost little
REPETITIONS = 25
CLOSE = 1e-9

Answer = tuple[list[str], list[tuple[Any, ...]]]


def measure() -> list[dict[str, Any]]:
    """Check that the three tools answer each question alike, then time them.

    Returns:
        Per question its name under `question`, and medians in seconds: under `<tool>_process` of a whole process with
        interpreter, imports (compiled before) and printing, under `<tool>_query` of opening or reading the file or files and
        answering, in a process that is running and has answered the question before, and under `<tool>_kept` of the same where
        DuckDB keeps its file open, and the others what they have read.

    Raises:
        AssertionError: Where two tools answer differently.
        FileNotFoundError: Where the published file or the CSV files are missing.
        subprocess.CalledProcessError: Where a process fails; what it said is on stderr.
    """
    for path in (PUBLISHED, ROOT / "site" / "data" / "fct_observations.csv"):
        if not path.exists():
            raise FileNotFoundError(f"{path.relative_to(ROOT)} is not there; run make data first.")
    for question in QUESTIONS:
        check(question)
    within = {
        f"{tool}_{way}": json.loads(run([sys.executable, str(HERE), tool, way])) for tool in TOOLS for way in ("query", "kept")
    }
    return [
        {
            "question": question,
            **{f"{tool}_process": seconds for tool, seconds in seconds_of_processes(question).items()},
            **{name: seconds[question] for name, seconds in within.items()},
        }
        for question in QUESTIONS
    ]


def check(question: str) -> None:
    """Compare the answers of the three tools, row by row.

    Args:
        question: Name of the analysis.

    Raises:
        AssertionError: Where another tool's answer is not DuckDB's; the message says where.
    """
    columns, rows = answer("duckdb", question)
    for tool in TOOLS[1:]:
        its_columns, its_rows = answer(tool, question)
        if its_columns != columns:
            raise AssertionError(f"{question}: DuckDB has the columns {columns}, {tool} has {its_columns}.")
        if len(its_rows) != len(rows):
            raise AssertionError(f"{question}: DuckDB has {len(rows)} rows, {tool} has {len(its_rows)}.")
        for number, (row, its_row) in enumerate(zip(rows, its_rows, strict=True), start=1):
            if not all(map(same, row, its_row)):
                raise AssertionError(f"{question}, row {number}: DuckDB has {row}, {tool} has {its_row}.")


def same(one: Any, other: Any) -> bool:
    """Say whether two values are equal, numbers to within 1e-9 whatever their type."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=0, abs_tol=CLOSE)
    return one == other


def answer(tool: str, question: str) -> Answer:
    """Answer a question as column names and rows of plain Python values, null as None."""
    found = answerer(tool, question)()
    if tool == "duckdb":
        columns, rows = found
        return columns, rows
    if tool == "pandas":
        plain = found.astype(object).where(found.notna(), None)
        return list(plain.columns), list(plain.itertuples(index=False, name=None))
    return found.columns, found.rows()


def answerer(tool: str, question: str) -> Callable[[], Any]:
    """Find the function that answers a question with a tool, from opening the file or files on."""
    if tool != "duckdb":
        return getattr(import_module(f"questions_{tool}"), question)
    sql = query(question)

    def ask_duckdb() -> Answer:
        with duckdb.connect(PUBLISHED, read_only=True) as con:
            found = con.execute(sql)
            return [column for column, *_ in found.description], found.fetchall()

    return ask_duckdb


def seconds_of_processes(question: str) -> dict[str, float]:
    """Time whole processes that answer a question and print it, the tools in turn: the median of each, in seconds."""
    commands = {
        "duckdb": [sys.executable, "-c", DUCKDB, str(PUBLISHED), query(question)],
        **{tool: [sys.executable, str(HERE.with_name(f"questions_{tool}.py")), question] for tool in TOOLS[1:]},
    }
    seconds = {tool: [] for tool in TOOLS}
    # Where Python may keep no compiled code, pandas alone compiles for a second each time, which is not what a user waits for.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as compiled:
        environment["PYTHONPYCACHEPREFIX"] = compiled
        for command in commands.values():
            run(command, environment)
        # in turn, so that whatever else the machine does falls on all of them
        for _ in range(RUNS):
            for tool, command in commands.items():
                begun = time.perf_counter()
                run(command, environment)
                seconds[tool].append(time.perf_counter() - begun)
    return {tool: statistics.median(taken) for tool, taken in seconds.items()}


def seconds_within(tool: str, way: str) -> dict[str, float]:
    """Time each question in this process: the median of the repetitions after a first one, in seconds."""
    medians = {}
    with keeping(tool) if way == "kept" else nullcontext():
        for question in QUESTIONS:
            ask = answerer(tool, question)
            ask()
            medians[question] = statistics.median(timeit.repeat(ask, number=1, repeat=REPETITIONS))
    return medians


def keeping(tool: str) -> AbstractContextManager:
    """Keep what a tool needs for its answers, as a good user of it would between two questions."""
    if tool == "duckdb":
        # the connections of a process share an open file
        return duckdb.connect(PUBLISHED, read_only=True)
    module = import_module(f"questions_{tool}")
    if tool == "pandas":
        return patch.object(module, "read", cache(module.read))
    scan = module.table
    return patch.object(module, "table", cache(lambda name: scan(name).collect().lazy()))


def run(command: list[str], environment: dict[str, str] | None = None) -> str:
    """Run a process to its end and return what it printed."""
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    print(json.dumps(seconds_within(*sys.argv[1:])))
