"""Measure everything and write README.md here: `make bench`. Ratios are within one run; times are this machine's."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import build
import duckdb
import questions
import scale
import site_page

HERE = Path(__file__).resolve().parent
CELLS = (10_000, 100_000, 1_000_000, 10_000_000)
RUNS = 3
WAYS = {
    "models": ["scale.py", "models"],
    "lean": ["scale.py", "lean"],
    "models, 2GB": ["scale.py", "models"],
    "polars": ["scale_polars.py"],
    "pandas": ["scale_pandas.py"],
}


def process(*arguments: str) -> tuple[float, dict]:
    """Run a Python script as a whole process.

    Returns:
        Seconds, and the JSON that it printed.
    """
    begun = time.perf_counter()
    ended = subprocess.run([sys.executable, HERE / arguments[0], *arguments[1:]], check=True, stdout=subprocess.PIPE)
    return time.perf_counter() - begun, json.loads(ended.stdout)


def growth(folder: Path) -> list[dict]:
    """Time the ways from printed text to metrics on ever more cells, in turn, and compare all rows of their results.

    Returns:
        Per number of cells and way: median seconds, their least and most, peak memory in MB; and the seconds of the keys.
    """
    measured = []
    for cells in CELLS:
        here = folder / str(cells)
        scale.generate(here, cells)
        taken = {way: [] for way in WAYS}
        for _ in range(RUNS):
            for way, command in WAYS.items():
                memory = ["2GB"] if way.endswith("2GB") else []
                taken[way].append(process(*command, str(here), *memory))
        compare(here)
        _, keys = process("scale.py", "keys", str(here))
        for way, runs in taken.items():
            seconds = [each for each, _ in runs]
            measured.append(
                {
                    "cells": cells,
                    "way": way,
                    "s": statistics.median(seconds),
                    "least": min(seconds),
                    "most": max(seconds),
                    "mb": max(printed["peak_mb"] for _, printed in runs),
                    "keys_s": keys["seconds"] if way == "models" else None,
                }
            )
            print(measured[-1], file=sys.stderr)
    return measured


def compare(folder: Path) -> None:
    """Compare every row and column of what the models wrote with what the others wrote, numbers to one part in 10^9.

    Raises:
        AssertionError: A row is missing, or a value differs.
        duckdb.Error: A column is missing.
    """
    with duckdb.connect() as con:
        for name in ("models", "models_2GB", "lean"):
            con.execute(f"attach '{folder / name}.duckdb' as {name} (read_only)")
        for table, key in scale.RESULTS.items():
            columns = con.execute(f"describe models.marts.{table}").fetchall()
            same = " and ".join(
                f"abs(one.{name} - other.{name}) <= 1e-9 * greatest(1, abs(one.{name})) is not false"
                f" and (one.{name} is null) = (other.{name} is null)"
                if kind in ("DOUBLE", "INTEGER", "BIGINT")
                else f"one.{name} is not distinct from other.{name}"
                for name, kind, *_ in columns
                if name != key
            )
            for way, source in {
                "lean": f"lean.marts.{table}",
                "models, 2GB": f"models_2GB.marts.{table}",
                "polars": f"'{folder / f'polars_{table}.parquet'}'",
                "pandas": f"'{folder / f'pandas_{table}.parquet'}'",
            }.items():
                rows, equal = con.execute(
                    f"select count(*), count(*) filter (where {same}) from models.marts.{table} as one full join {source} as other using ({key})"
                ).fetchall()[0]
                assert rows == equal, f"{table}: {rows - equal} of {rows} rows of {way} differ from the models'"


def table(head: list[str], rows: list[list]) -> str:
    """Write a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def report() -> str:
    """Measure, and write it up."""
    site, builds = site_page.measure(), build.measure()
    asked = questions.measure()
    with tempfile.TemporaryDirectory() as folder:
        grown = growth(Path(folder))
    floor = statistics.median(builds["dbt parse"]) + statistics.median(builds["compiled SQL in DuckDB"])
    nodes = ", ".join(
        f"{number} {kind.replace('_', ' ')}s {seconds:.1f} s"
        for kind, (number, seconds) in build.nodes().items()
        if seconds > 0.01
    )
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "polars"))
    found = {(row["cells"], row["way"]): row for row in grown}

    def against(way: str) -> float:
        return found[CELLS[-1], way]["s"] / found[CELLS[-1], "models"]["s"]

    goals = [
        [
            "linear or better: at most 10 times a tenth",
            ratio := found[CELLS[-1], "models"]["s"] / found[CELLS[-2], "models"]["s"],
            ratio <= 10,
        ],
        ["ahead of polars", ratio := against("polars"), ratio > 1],
        ["10 times ahead of pandas", ratio := against("pandas"), ratio >= 10],
        ["within 1.5 times of the leanest SQL", ratio := 1 / against("lean"), ratio <= 1.5],
    ]
    goals = [[goal, f"{ratio:.2f}", "yes" if met else "no"] for goal, ratio, met in goals]

    columns = [f"{tool}_{way}" for way in questions.WAYS for tool in questions.TOOLS]
    middle = {"question": "median", **{column: statistics.median(row[column] for row in asked) for column in columns}}
    times = [[row["question"], *(f"{row[column] * 1000:.1f}" for column in columns)] for row in [*asked, middle]]
    ratios = [
        [f"{way}, {text}", *(f"{middle[f'{tool}_{way}'] / middle[f'duckdb_{way}']:.2f}" for tool in ("pandas", "polars"))]
        for way, text in questions.WAYS.items()
    ]

    spread = [
        [name, f"{statistics.median(runs):.2f}", f"{min(runs):.2f} to {max(runs):.2f}", len(runs)]
        for name, runs in ({f"{name} (s)": runs for name, runs in builds.items()} | site).items()
    ]
    scales = [
        [
            f"{row['cells']:,}",
            row["way"],
            f"{row['s']:.2f}",
            f"{row['least']:.2f} to {row['most']:.2f}",
            f"{row['mb']:,.0f}",
            f"{row['s'] / found[row['cells'], 'models']['s']:.2f}",
            f"{row['s'] / found[row['cells'] // 10, row['way']]['s']:.1f}" if row["cells"] > CELLS[0] else "",
            "" if row["keys_s"] is None else f"{row['keys_s']:.2f}",
        ]
        for row in grown
    ]
    return f"""# Benchmarks

`make bench` measures this and writes this page. Whole processes but for the questions within one, in turn; medians but for the peak
memory (a maximum) and the keys (one run); only ratios within one run mean something elsewhere.
Machine: {os.cpu_count()} processors, {platform.machine()}, {platform.system()}; Python {platform.python_version()}, {versions}.

## Build and page

{table(["what", "median", "least to most", "runs"], spread)}

The floor of a build is dbt's own start and parse and the same compiled SQL (seeds, models, data tests) in one plain DuckDB process:
{floor:.2f} s; `make` takes {statistics.median(builds["make"]) / floor:.2f} times as long, a bare `dbt build` {statistics.median(builds["dbt build"]) / floor:.2f} times.
Where the time of a `make` goes, in seconds of dbt's two threads, each node with its SQL: {nodes}.

## Questions

The {len(asked)} questions of analyses/: DuckDB on the published file, pandas and polars on site/data/*.csv, all answers compared. The
medians, as multiples of DuckDB's:

{table(["what is timed", "pandas", "polars"], ratios)}

The file and the tables are small, so opening the one costs more than reading the others. Each question, in milliseconds: the median
of {questions.RUNS} processes, or within one of {questions.REPETITIONS} repetitions.

{table(["question", *(f"{tool}, {way}" for way in questions.WAYS for tool in questions.TOOLS)], times)}

## Scale

Invented editions (agencies x 18 procedures x 5 figures, three editions of three years), printed as the real ones, without notes, from
Parquet files: the project's compiled models as `create table as` without primary keys, from the printed text to `fct_caseload` and
`fct_metrics`; the leanest SQL that we could write for the same tables; polars and pandas, as a good user of each would write it.
Each {RUNS} times; all rows and columns are compared. The last three columns: how many times the models' time, how many times the time of
a tenth of the cells, and what adding the primary keys of the contract to the models' tables costs.

{table(["printed cells", "way", "median s", "least to most", "peak MB", "times the models", "times a tenth", "keys s"], scales)}

What we aimed at, at the most cells, and what was measured:

{table(["goal", "measured", "met"], goals)}
"""


if __name__ == "__main__":
    (HERE / "README.md").write_text(report(), "utf-8")
    print(f"Wrote {HERE.name}/README.md")
