"""Build the warehouse in a working file, run every test on it, and publish a copy in one step."""

import gc
import json
import os
import re
import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import duckdb
from filelock import FileLock, Timeout

from ind_warehouse import PUBLISHED, ROOT, version
from ind_warehouse.check import check_seeds
from ind_warehouse.publish import NotPublished, discard, publish, tell

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult
    from dbt.contracts.graph.manifest import Manifest

WORKING = ROOT / "target" / "ind_warehouse.duckdb"
MANIFEST = WORKING.with_name("manifest.json")
# dbt's partial parse
PARSED = WORKING.with_name("partial_parse.msgpack")
DIFFERENCES = Path(__file__).with_name("differences.sql")
MESSAGES_SHOWN = 20
# the settings with which a data test fails on any row
STRICT = {"severity": "ERROR", "warn_if": "!= 0", "error_if": "!= 0", "fail_calc": "count(*)", "limit": None}
DIFFERENCES_SHOWN = 3
# the two newest whole editions, and the rest in a line
EDITIONS = """
    with editions as (

        select *, row_number() over (partition by is_partial order by edition_year desc) as place
        from marts.dim_editions

    )

    select
        concat(title, ': ', printed_figures, ' figures in ', printed_tables, ' tables, ')
        || concat(rankings, ' top-3 lists, ', footnotes, ' footnotes')
    from editions
    where not is_partial and place <= 2
    union all
    select
        concat(sum(printed_figures), ' more figures in editions of ', string_agg(edition_year, ', ' order by edition_year))
    from editions
    where is_partial or place > 2
    having count(*) > 0
"""


class BuildFailed(NotPublished):
    """A seed, model or test failed before anything was published."""


@click.command()
def build() -> None:
    """Build with dbt, run every test, and publish ind_warehouse.duckdb if all pass."""
    # searching dbt's many objects for garbage would take a tenth of the time, and free 0.1 GB
    gc.disable()
    try:
        WORKING.parent.mkdir(exist_ok=True)
        with FileLock(WORKING.with_suffix(".lock"), blocking=False):
            if faults := check_seeds(ROOT):
                raise BuildFailed("\n".join(faults))
            click.echo("Building and testing, about ten seconds ...", err=True)
            passed = build_working_file()
            size = publish(WORKING, PUBLISHED)
            built = summary(passed, size)
    except Timeout:
        raise NotPublished("Another build is running in this folder; wait until it finishes.") from None
    except (BuildFailed, OSError, duckdb.Error) as error:
        raise NotPublished(f"{error}\n\nNot published: {PUBLISHED.name} is unchanged.") from error
    tell(built)
    # nor need the interpreter search them when it ends
    gc.freeze()


def build_working_file() -> Counter:
    """Rebuild the working file from scratch and run every test on it.

    Returns:
        The number of nodes of each type (seed, model, test) that were built or passed.

    Raises:
        BuildFailed: A node failed or did not run.
    """
    # an old file would keep tables of deleted models, and an older DuckDB's storage version
    discard(WORKING)
    forget_outdated_parse()
    project = run_dbt("parse", "--no-write-json")
    # unit tests have inputs of their own, so they run in make test
    results = list(run_dbt("build", "--exclude-resource-type", "unit_test", project=project))
    # compile the questions to target/compiled, keeping the manifest of the build
    run_dbt("compile", "--select", "resource_type:analysis", "--no-write-json", "--no-introspect", project=project)
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    check_all_passed(manifest, results)
    return Counter(result.node.resource_type for result in results)


def check_all_passed(manifest: dict, results: "list[RunResult]") -> None:
    """Check that every node was built or passed, and that no test is weakened: a build without failures may have skipped some.

    Raises:
        BuildFailed: A node is disabled, weakened, did not run or did not pass; the message names it.
    """
    nodes = manifest["nodes"]
    kinds = ("seed", "model", "test")
    passed = {result.node.unique_id for result in results if result.status in ("success", "pass")}
    missing = {key for key, node in nodes.items() if node["resource_type"] in kinds} - passed
    weakened = {
        key
        for key, node in nodes.items()
        if node["resource_type"] == "test" and any(node["config"].get(name) != value for name, value in STRICT.items())
    }
    faults = [f"{key} is disabled; remove its enabled: false, or remove it altogether" for key in sorted(manifest["disabled"])]
    faults += [f"{key} lets rows pass; remove its severity, warn_if, error_if, limit or fail_calc" for key in sorted(weakened)]
    faults += [f"{key} did not run or did not pass" for key in sorted(missing - weakened)]
    if faults:
        raise BuildFailed("\n".join(faults))


def forget_outdated_parse() -> None:
    """Delete dbt's partial parse if a YAML file was written since: dbt compares only modification times."""
    described = [path for folder in ("analyses", "macros", "models", "seeds", "tests") for path in (ROOT / folder).rglob("*.yml")]
    # a copy or an unpacked archive keeps the modification time of a file, but not its ctime
    if PARSED.exists() and any(path.stat().st_ctime >= PARSED.stat().st_mtime for path in described):
        PARSED.unlink()


def run_dbt(*command: str, project: "Manifest | None" = None) -> Any:
    """Run dbt in this process, silently and with a clean environment, then release the working file.

    Args:
        command: The arguments after ``dbt``.
        project: The parsed project; dbt parses it if omitted.

    Returns:
        dbt's result: the project for ``parse``, one result per seed, model and test for ``build``.

    Raises:
        BuildFailed: dbt stopped, or a seed, model or test failed; the message says which and why.
    """
    # any dbt flag can be set in the environment, such as DBT_EMPTY or DBT_EXCLUDE_RESOURCE_TYPES
    for name in [name for name in os.environ if name.upper().startswith("DBT_")]:
        del os.environ[name]
    # imported here because it takes 1.5 s, and faults in seeds should be reported before that
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    try:
        outcome = dbtRunner(manifest=project).invoke([*command, "--log-level", "none"])
    finally:
        # otherwise the adapter keeps the working file open until the process ends
        DuckDBConnectionManager.close_all_connections()
    if outcome.exception:
        raise BuildFailed(str(outcome.exception) or "The build was interrupted.")
    if not outcome.success:
        raise BuildFailed(explain([r for r in outcome.result if r.status in ("fail", "error")]))
    return outcome.result


def explain(failures: "list[RunResult]") -> str:
    """Describe failures, one paragraph each: the rows a data test found, or dbt's message; line 9 sorts before line 10."""
    paragraphs = []
    with duckdb.connect(WORKING, read_only=True) as con:
        for failure in sorted(failures, key=lambda failure: failure.node.name):
            messages = [line for line in str(failure.message).splitlines() if not line.startswith("  > ")]
            if failure.status == "fail" and failure.node.resource_type == "test":
                found = said_by(failure.node.to_dict(), con.execute(failure.node.compiled_code))
                messages = sorted(found, key=lambda message: re.sub("[0-9]+", lambda number: number[0].zfill(9), message))
            if len(messages) > MESSAGES_SHOWN:
                messages[MESSAGES_SHOWN:] = [f"and {len(messages) - MESSAGES_SHOWN} more"]
            paragraphs.append("\n  ".join([f"{failure.node.name} failed:", *messages]))
    return "\n\n".join(paragraphs)


def said_by(test: dict, found: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the messages that a data test selects; for dbt's own tests, write one from table, column and values of each row.

    Args:
        test: The test's node in dbt's manifest.
        found: The result of its SQL.
    """
    names = [name for name, *_ in found.description]
    if names == ["message"]:
        return [str(message) for (message,) in found.fetchall()]
    file = place = test["original_file_path"]
    if generic := test.get("test_metadata"):
        table = (test["attached_node"] or file).split(".")[-1]
        place = f"{table}: {generic['kwargs'].get('column_name', 'a row')}"
    said = []
    for row in found.fetchall():
        values = [json.dumps(value, default=str, ensure_ascii=False) for value in row]
        where = " and ".join(f"{name} is {value}" for name, value in zip(names, values, strict=True))
        said.append(f"{place} fails where {where}; correct the model, its input, or the test in {file}")
    return said


def summary(passed: Counter, size: int) -> str:
    """Summarise the build in at most twelve lines of 80 characters, which fit any terminal.

    Args:
        passed: The number of nodes of each type that were built or passed.
        size: The size of the published file in bytes.
    """
    with duckdb.connect(WORKING, read_only=True) as con:
        editions = [line for (line,) in con.execute(EDITIONS).fetchall()]
        differences = [line for (line,) in con.execute(DIFFERENCES.read_text("utf-8")).fetchall()]
    if (more := len(differences) - DIFFERENCES_SHOWN) > 0:
        differences[DIFFERENCES_SHOWN:] = [f"and {more} more differences: make ask Q=what_changed_between_editions"]
    return "\n".join(
        [
            f"Published {PUBLISHED.name} {version()} ({size / 1e6:.1f} MB), {passed['test']} data tests passed",
            *(f"  {textwrap.shorten(line, 77, placeholder=' ...')}" for line in editions + differences),
            "",
            "make ask    answers questions; make ask Q=asylum finds those about asylum",
            "make cli    opens the file for SQL",
            "make site   writes pages, spreadsheets and docs: site/index.html",
        ]
    )
