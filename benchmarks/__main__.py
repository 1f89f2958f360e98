"""Run all benchmarks and write the tables of README.md: `make bench`, or `python benchmarks <cells> ...` for other sizes."""

import math
import os
import platform
import re
import statistics
import sys
import tempfile
import textwrap
from importlib.metadata import version
from pathlib import Path

import build
import scale
import scale_models

PLACE = re.compile(r"(?<=<!-- python benchmarks writes this -->\n).*?(?=<!-- up to here -->)", re.DOTALL)
CELLS = [10_000, 100_000, 1_000_000, 10_000_000]
# only one for the run with limited memory
ROUNDS = 3
WAYS = {
    "models": ["scale_models.py"],
    "models, 2 GB": ["scale_models.py", "2GB"],
    "lean": ["scale_lean.py"],
    "polars": ["scale_polars.py"],
    "pandas": ["scale_pandas.py"],
}


def grow(folder: Path, sizes: list[int]) -> tuple[dict, dict]:
    """Time each way on every size, in turn, and compare their results; then time every table of the models once.

    Returns:
        By size and way, the seconds of each run and the peak memory in MB; by table and size, its seconds.
    """
    ways, tables = {}, {}
    for cells in sizes:
        here = folder / str(cells)
        scale.generate(here, cells)
        runs = {way: [] for way in WAYS}
        for number in range(ROUNDS):
            for way in [*WAYS, *WAYS][number : number + len(WAYS)]:
                script, *options = WAYS[way]
                if number and options:
                    continue
                runs[way].append(scale.process(script, str(here), *options))
        scale.compare(here)
        for way, results in runs.items():
            ways[cells, way] = [seconds for seconds, _ in results], max(said["peak_mb"] for _, said in results)
            print(f"{cells:,} {way}: {ways[cells, way]}", file=sys.stderr)
        # a mart that exceeded the limit is not tried on larger sizes
        tried = [mart for mart in scale_models.MARTS if None not in tables.get(mart, {}).values()]
        for name, seconds in scale.process("scale_models.py", str(here), *tried)[1]["seconds"].items():
            tables.setdefault(name, {})[cells] = seconds
        print(f"{cells:,} tables: { {name: seconds.get(cells) for name, seconds in tables.items()} }", file=sys.stderr)
    return ways, tables


def table(head: list[str], rows: list[list[str]]) -> str:
    """Format a Markdown table."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("| --- |", "|---|").replace(" ---: |", "---:|")


def spread(runs: list[float]) -> list[str]:
    """Format median, minimum and maximum."""
    return [f"{statistics.median(runs):.2f}", f"{min(runs):.2f} to {max(runs):.2f}"]


def report(sizes: list[int]) -> tuple[str, str]:
    """Run the benchmarks; return the tables, and the README's quote of them."""
    builds = build.measure()
    with tempfile.TemporaryDirectory(dir=scale.ROOT / "target") as folder:
        ways, tables = grow(Path(folder), sizes)
    # rounded as in the tables, so that the quote follows from them
    middle = {key: round(statistics.median(runs), 2) for key, (runs, _) in ways.items()}
    most = sizes[-1]
    warm = {name: round(statistics.median(runs), 2) for name, runs in builds.items()}
    floor = warm["dbt parse"] + warm["same SQL in DuckDB"]

    def tenth(cells: int, way: str) -> str:
        return f"{middle[cells, way] / middle[cells // 10, way]:.1f}" if (cells // 10, way) in middle else ""

    scales = [
        [
            f"{cells:,}",
            way,
            *spread(runs),
            f"{peak:,.0f}",
            f"{middle[cells, way] / middle[cells, 'models']:.2f}",
            tenth(cells, way),
        ]
        for (cells, way), (runs, peak) in ways.items()
    ]
    # where the fixed costs of a query no longer weigh
    least = min([cells for cells in sizes if cells >= 100_000] or sizes)
    tables["all tables"] = {
        cells: None if None in (each := [seconds.get(cells) for seconds in tables.values()]) else sum(each) for cells in sizes
    }
    shown = []
    for name, seconds in sorted(tables.items()):
        times = [seconds.get(cells) for cells in sizes]
        growth = "" if None in times or most == least else (times[-1] / seconds[least]) ** (1 / math.log10(most / least))
        if None in times or times[-1] >= 0.1:
            shown.append([name, *("given up" if each is None else f"{each:.2f}" for each in times), growth and f"{growth:.1f}"])
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "polars"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    seconds = {way: f"{middle[most, way]:.1f} s" for way in WAYS}
    quote = (
        f"On {os.cpu_count()} processors, `make` takes {warm['make']:.1f} s; dbt's parse alone takes {warm['dbt parse']:.1f} s, and the same SQL in "
        f"plain DuckDB {warm['same SQL in DuckDB']:.1f} s. From the text of {most:,} invented cells to `fct_metrics`, the models need {seconds['models']} and "
        f"{round(ways[most, 'models'][1]) / 1000:.1f} GB, or {seconds['models, 2 GB']} with DuckDB limited to 2 GB; lean SQL needs {seconds['lean']}, polars "
        f"{seconds['polars']}, pandas {seconds['pandas']}. See [benchmarks](benchmarks/README.md)."
    )
    page = f"""
{os.cpu_count()} processors, {memory:.0f} GB; Python {platform.python_version()}, {versions}; up to {most:,} cells.

{table(["what", "median s", "least to most"], [[name, *spread(runs)] for name, runs in builds.items()])}

`make` takes {warm["make"] / floor:.1f} times the two above it, {floor:.1f} s.

{table(["printed cells", "way", "median s", "least to most", "peak MB", "times the models", "times a tenth"], scales)}

{table(["table", *(f"{cells:,}" for cells in sizes), f"per tenfold from {least:,}"], shown)}

"""
    return page, f"{textwrap.fill(quote, 130)}\n"


if __name__ == "__main__":
    texts = report([int(float(cells)) for cells in sys.argv[1:]] or CELLS)
    for page, text in zip((scale.ROOT / "benchmarks" / "README.md", scale.ROOT / "README.md"), texts, strict=True):
        page.write_text(PLACE.sub(lambda _, text=text: text, page.read_text("utf-8")), "utf-8")
    print("Wrote the tables in benchmarks/README.md and the quote in README.md.")
