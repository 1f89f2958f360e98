"""The commands, queries, links and figures of the README and the pages in docs/ are correct."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml

from conftest import ROOT, read_seed, replayed, written
from ind_warehouse import version
from ind_warehouse.ask import answer
from ind_warehouse.findings import PLACE, renewed
from ind_warehouse.publish import contents

PAGES = {
    path.relative_to(ROOT): path.read_text("utf-8")
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "benchmarks" / "README.md")
}
README, CHECKS = PAGES[Path("README.md")], PAGES[Path("docs/checks.md")]


def section(page: str, heading: str) -> str:
    """Return a page's text under a heading."""
    return re.search(rf"## {heading}\n(.*?)(?:\n## |\Z)", page, flags=re.DOTALL).group(1)


def blocks(language: str) -> list[str]:
    """Return the code blocks of all pages in a language, except those with conditions of their own."""
    texts = [text for path, text in PAGES.items() if path != Path("docs/supply.md")]
    return [text for page in texts for name, text in re.findall(r"```(\w+)\n(.*?)```", page, flags=re.DOTALL) if name == language]


def test_first_paste(project_copy):
    """The first commands, pasted unchanged, end with the answer."""
    for environment in (".venv", ".uv"):  # make already installed these
        if (ROOT / environment).exists():
            (project_copy / environment).symlink_to(ROOT / environment)
    (project_copy / "ind_warehouse.duckdb").unlink()
    (project_copy / "target").mkdir()
    (project_copy / "target" / "ind_warehouse.duckdb").write_text("left by a build that was killed")
    (paste,) = blocks("bash")
    run = subprocess.run(["bash", "-e"], input=paste, cwd=project_copy, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    with duckdb.connect(project_copy / "ind_warehouse.duckdb", read_only=True) as con:
        sentence, _ = answer(con, "where_did_the_backlog_grow", "en")
    assert sentence in " ".join(run.stdout.split()) and "where_did_the_backlog_grow" not in run.stdout


HOSTILE = {
    "DBT_EMPTY": "1",
    "DBT_EXCLUDE_RESOURCE_TYPES": "test",
    "DBT_FAIL_FAST": "1",
    "DBT_SINGLE_THREADED": "1",
    "DBT_EVENT_TIME_START": "2024-01-01",
    "DBT_EVENT_TIME_END": "2024-01-02",
    "DBT_TARGET_PATH": "elsewhere",
    "DBT_LOG_PATH": "elsewhere",
    "DBT_WRITE_JSON": "false",
    "DBT_WARN_ERROR": "1",
    "DBT_ENGINE_EMPTY": "1",
    # an encoding that lacks box-drawing characters
    "PYTHONIOENCODING": "latin-1",
}


@pytest.mark.parametrize("commands", blocks("sh"))
def test_commands(project_copy, commands):
    """The other commands run unchanged with the installed tools, whatever the environment sets for dbt and the terminal.

    pytest only collects, or it would run itself.
    """
    (project_copy / ".venv").symlink_to(ROOT / ".venv")
    tools = os.pathsep.join([str(ROOT / ".uv" / "bin"), str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    environment = os.environ | HOSTILE | {"PATH": tools, "PYTEST_ADDOPTS": "--collect-only"}
    run = subprocess.run(
        ["bash", "-ec", commands],
        check=False,
        cwd=project_copy,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="latin-1",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    if "build" in commands:
        # it fits a small terminal
        end = run.stdout[run.stdout.index("Published ind_warehouse.duckdb ") :].partition("site/index.html\n")[0].splitlines()
        assert len(end) <= 12 and max(map(len, end)) <= 80 and end[-1].startswith("make site ")
    assert not (project_copy / "elsewhere").exists()
    assert contents(project_copy / "ind_warehouse.duckdb") == contents(ROOT / "ind_warehouse.duckdb")


@pytest.mark.parametrize("sql", blocks("sql"))
def test_queries(published, sql):
    """Each query runs on the published file and returns rows."""
    assert published.cursor().execute(sql).fetchall()


@pytest.fixture(scope="module")
def as_of(tmp_path_factory):
    """Open a file with a whole edition and everything older, by the edition's title."""

    @cache
    def dated(title: str) -> duckdb.DuckDBPyConnection:
        publications = read_seed("publications")
        (year,) = {int(row["edition_year"]) for row in publications if row["title"] == title and row["is_partial"] == "false"}
        codes = frozenset(row["publication_code"] for row in publications if int(row["edition_year"]) <= year)
        folder = tmp_path_factory.mktemp("dated")
        return duckdb.connect(written(replayed(folder, codes), folder), read_only=True)

    return dated


@pytest.mark.parametrize("page", [README, PAGES[Path("docs/findings.md")]])
def test_findings(as_of, page):
    """The first answer and the findings match the command's output for the edition they name."""
    (place,) = PLACE.findall(page)
    assert renewed(page, as_of(re.match(r"(?:For|As of) \*(.*?)\*", place)[1])) == page
    assert len(place.splitlines()) > 8


def test_links():
    """Every link and picture between pages leads to a file."""
    links = [(path, link) for path, text in PAGES.items() for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert len(links) > 20
    assert [(str(path), link) for path, link in links if not (ROOT / path.parent / link).exists()] == [
        # on GitHub
        ("README.md", "../../releases/latest")
    ]


def test_margins(by_hand):
    """The worked example has the ratio and bounds of its row."""
    sql = (
        "select rounded(decision_to_application_ratio, 'ratio'), at_least(decision_to_application_ratio_lower, 'ratio'),"
        " at_most(decision_to_application_ratio_upper, 'ratio') from marts.fct_caseload where caseload_key = 'family/2023'"
    )
    (figures,) = by_hand.execute(sql).fetchall()
    assert re.findall(r"= (\d[.]\d+)", section(CHECKS, "What the margins mean")) == [str(figure) for figure in figures]


SUPPLY = PAGES[Path("docs/supply.md")]
(ATTACH_AGAIN,) = re.findall(r"```text\n(.*?)```", SUPPLY, flags=re.DOTALL)
FORBIDDEN = (
    ATTACH_AGAIN,
    "attach 'ind_warehouse.duckdb' as writable (read_write)",
    "attach 'another.duckdb'",
    "copy marts.fct_caseload to 'copy.csv'",
    "export database 'copy'",
    "from read_csv('README.md')",
    "create table marts.stray (x integer)",
    "set memory_limit = '100GB'",
    "set enable_external_access = true",
    "set disabled_filesystems = ''",
    "pragma profiling_output = 'profile.json'",
)


TRY_EACH = """
import sys

print(con.execute("select count(*) > 0 from marts.fct_caseload").fetchall())
for sql in sys.argv[1:]:
    try:
        con.execute(sql)
        print(sql)
    except duckdb.Error:
        pass
"""


def test_served_connection(tmp_path):
    """The connection in docs/supply.md answers queries, and refuses to write, read other files or change settings."""
    (code,) = re.findall(r"```python\n(.*?)```", SUPPLY, flags=re.DOTALL)
    shutil.copy(ROOT / "ind_warehouse.duckdb", tmp_path)

    def succeeded(code: str) -> str:
        tries = [sys.executable, "-c", code + TRY_EACH, *FORBIDDEN]
        return subprocess.run(tries, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    assert succeeded(code) == "[(True,)]\n"
    # without this line, the attack on the page succeeds
    assert ATTACH_AGAIN in succeeded(code.replace("con.execute(\"set disabled_filesystems = 'LocalFileSystem'\")\n", ""))


def test_one_version():
    """The project, its citation and its changelog have the same version."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == version() == re.findall(r"^## (\S+)$", PAGES[Path("CHANGELOG.md")], flags=re.MULTILINE)[0]


def test_witnesses_are_quoted(as_of):
    """The number of figures with a witness is the result of the query beside it."""
    quoted = " ".join(section(CHECKS, "What it notices").split())
    (sql,) = [sql for sql in blocks("sql") if "with_a_witness" in sql]
    title, *figures = re.search(r"Of \*([^*]*)\*, (\d+) of the (\d+) figures have a witness", quoted).groups()
    assert as_of(title).execute(sql).fetchall() == [(title, *map(int, figures))]


def test_benchmarks_are_quoted_as_they_were_measured():
    """The README quotes the figures in benchmarks/README.md."""
    page, quoted = (ROOT / "benchmarks" / "README.md").read_text("utf-8"), " ".join(section(README, "How fast it is").split())
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")]
    (most,) = re.findall(r"up to ([0-9,]+) cells", page)
    seconds = {tuple(row[:2]): float(row[2]) for row in rows if row[0] == most}
    builds = {row[0]: row[1] for row in rows if len(row) == 3}
    (peak,) = (float(row[4].replace(",", "")) for row in rows if row[:2] == [most, "models"])
    ways = ("lean", "polars", "pandas", "models, 2 GB")
    expected = [
        f"`make` takes {float(builds['make']):.1f} s; dbt's parse alone takes {float(builds['dbt parse']):.1f} s",
        f"plain DuckDB {float(builds['same SQL in DuckDB']):.1f} s",
        f"{most} invented cells",
        f"{seconds[most, 'models']:.1f} s and {peak / 1000:.1f} GB",
    ]
    expected += [f"{seconds[most, way]:.1f} s" for way in ways]
    assert [text for text in expected if text not in quoted] == []
    assert len(quoted) < 600
