"""Build the warehouse in a working file, audit it there, and publish a finished copy in one step."""

import gc
import os
from collections import Counter
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import duckdb
from filelock import FileLock, Timeout

from ind_warehouse import PUBLISHED, ROOT
from ind_warehouse.ask import answer, query
from ind_warehouse.seeds import check_seeds

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult

WORKING = ROOT / "target" / "ind_warehouse.duckdb"
# what dbt keeps of the project, so as not to parse all of it each time
PARSED = WORKING.with_name("partial_parse.msgpack")
MACROS = Path(__file__).with_name("macros.sql")
PUBLISHED_SCHEMAS = ("marts", "raw")
MESSAGES_SHOWN = 20
FIRST_QUESTION = "where_did_the_backlog_grow"


class BuildFailed(click.ClickException):
    """Something that stopped before it changed anything; its message is for people."""

    def show(self, file=None) -> None:
        """Print the message as it is."""
        click.echo(self.message, err=True)


@click.command()
def build() -> None:
    """Build with dbt, run every test, publish ind_warehouse.duckdb if all pass."""
    try:
        WORKING.parent.mkdir(exist_ok=True)
        with FileLock(WORKING.with_suffix(".lock"), blocking=False):
            if faults := check_seeds(ROOT):
                raise BuildFailed("\n".join(faults))
            click.echo("Building and testing, about ten seconds ...", err=True)
            # A kept file would hide tables of deleted models and the storage version of an older DuckDB.
            remove(WORKING)
            forget_outdated_parse()
            results = list(run_dbt("build"))
            add_macros(WORKING)
            publish(WORKING, PUBLISHED)
    except Timeout:
        raise BuildFailed("Another build is running in this folder; wait until it has ended.") from None
    except (BuildFailed, OSError, duckdb.Error) as error:
        raise BuildFailed(f"{error}\n\nNot published: {PUBLISHED.name} was left as it was.") from error
    click.echo(summary(PUBLISHED, results))


def forget_outdated_parse() -> None:
    """Let dbt parse anew after a YAML file was written: it takes one that kept its modification time for unchanged."""
    described = [path for folder in ("analyses", "macros", "models", "seeds", "tests") for path in (ROOT / folder).rglob("*.yml")]
    # an unpacked archive or a copy brings its files' modification time along, but never the time of the last change of status
    if PARSED.exists() and any(path.stat().st_ctime >= PARSED.stat().st_mtime for path in described):
        PARSED.unlink()


def run_dbt(*command: str) -> Any:
    """Run dbt in this process, silently, and let go of the working file.

    Args:
        command: What would stand behind ``dbt`` on its command line.

    Returns:
        What dbt gives back; for ``build`` one result per seed, model and test, all of them successful.

    Raises:
        BuildFailed: dbt stopped, or a seed, model or test failed; the message says which and why.
    """
    # imported here, since it takes a second and a half that answering a question should not wait for
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    gc.disable()  # dbt keeps nearly all that it makes, and looking for garbage took a twentieth of a build
    os.chdir(ROOT)  # dbt resolves the profile's relative path against the current folder
    options = ["--log-level", "none", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    try:
        outcome = dbtRunner().invoke([*command, *options])
    finally:
        DuckDBConnectionManager.close_all_connections()
    if outcome.exception:
        raise BuildFailed(str(outcome.exception) or "The build was interrupted.")
    if not outcome.success:
        raise BuildFailed(explain([r for r in outcome.result if r.status in ("fail", "error")]))
    return outcome.result


def explain(failures: "list[RunResult]") -> str:
    """Say what failed: the messages that a failed data test selects, for all else what dbt says.

    Args:
        failures: The results that are no success.

    Returns:
        A paragraph per failure, the totals last: what they notice, another check may have explained. Last of all are the
        fingerprints, and only those of files that no other check names: such a file will change once more.
    """
    paragraphs = []
    order = {"control_totals_by_series": 1, "control_totals_by_year": 2, "control_fingerprints": 3}
    failures = sorted(failures, key=lambda failure: (order.get(failure.node.name, 0), failure.node.name))
    with duckdb.connect(WORKING, read_only=True) as con:
        for failure in failures:
            messages = [line for line in str(failure.message).splitlines() if not line.startswith("  > ")]
            if failure.status == "fail" and failure.node.resource_type == "test":
                messages = sorted(str(row[0]) for row in con.execute(failure.node.compiled_code).fetchall())
            if failure.node.name == "control_fingerprints":
                messages = [each for each in messages if each.partition(":")[0] not in "".join(paragraphs)]
            if len(messages) > MESSAGES_SHOWN:
                messages[MESSAGES_SHOWN:] = [f"and {len(messages) - MESSAGES_SHOWN} more"]
            if messages:
                paragraphs.append("\n  ".join([f"{failure.node.name} failed:", *messages]))
    return "\n\n".join(paragraphs)


def add_macros(working: Path) -> None:
    """Create the macros, with what tells the figures of this file from those of another written into them.

    Args:
        working: The file that dbt built.
    """
    with duckdb.connect(working) as con:
        tables = con.execute(
            f"select schema_name || '.' || table_name from duckdb_tables() where schema_name in {PUBLISHED_SCHEMAS} order by all"
        )
        sums = [
            (name, con.execute(f"select sum(hash(each_row)) from {name} as each_row").fetchall()) for (name,) in tables.fetchall()
        ]
        con.execute(MACROS.read_text("utf-8").replace("{identity}", md5(str(sums).encode()).hexdigest()))


def publish(working: Path, published: Path) -> None:
    """Copy the finished tables beside the published file, check the copy, and rename it over the old one.

    The copy has the storage version that DuckDB 1.1 and all later ones read. Whoever holds the old file open keeps it.

    Args:
        working: The file that dbt built, with every test passed.
        published: The file that people read; replaced in a single step.

    Raises:
        BuildFailed: The copy is not what the working file holds.
    """
    new = published.with_name(published.name + ".new")
    remove(new)
    try:
        copy_tables(working, new)
        check_copy(working, new)
        # left by someone who wrote into the old file; DuckDB would play it into the new one
        wal(published).unlink(missing_ok=True)
        new.replace(published)
    finally:
        remove(new)


def copy_tables(working: Path, new: Path) -> None:
    """Copy the schemas that are published, and the macros, into a file that does not exist yet.

    Args:
        working: The file that dbt built.
        new: The file to write.
    """
    with duckdb.connect() as con:
        con.execute(f"attach {quoted(working)} as working (read_only)")
        con.execute(f"attach {quoted(new)} as published (storage_version 'v1.0.0', block_size 16384)")
        con.execute("copy from database working to published")
        schemas = con.execute("select schema_name from duckdb_schemas() where database_name = 'published' and not internal")
        for (schema,) in schemas.fetchall():
            if schema not in PUBLISHED_SCHEMAS:
                con.execute(f"drop schema published.{schema} cascade")
        con.execute("checkpoint published")
        con.execute("detach published")


def check_copy(working: Path, new: Path) -> None:
    """Compare a copy that is about to be published with the working file.

    Args:
        working: The file that dbt built.
        new: The copy, closed by its writer.

    Raises:
        BuildFailed: A write-ahead log lies beside the copy, or tables, row counts, comments or constraints differ.
    """
    if wal(new).exists():
        raise BuildFailed(f"{wal(new).name} lies beside the new file, so it was not written whole; build again.")
    expected, found = contents(working), contents(new)
    differences = [
        f"  {name}: {found.get(name, 'missing')}; expected: {expected.get(name, 'nothing')}"
        for name in sorted(expected.keys() | found.keys())
        if found.get(name) != expected.get(name)
    ]
    if differences:
        raise BuildFailed("\n".join(["The new file differs from the working file:", *differences]))


def contents(path: Path) -> dict[str, str]:
    """Say what a file holds in the schemas that are published.

    Args:
        path: A DuckDB file, opened read-only.

    Returns:
        By name: rows and comment of every table, type and comment of every column, every constraint, and every macro.
    """
    here = f"where schema_name in {PUBLISHED_SCHEMAS}"
    with duckdb.connect(path, read_only=True) as con:
        tables = con.execute(f"select schema_name || '.' || table_name, comment from duckdb_tables() {here}").fetchall()
        columns = con.execute(
            f"select schema_name || '.' || table_name || '.' || column_name, data_type, comment from duckdb_columns() {here}"
        ).fetchall()
        constraints = con.execute(
            f"select schema_name || '.' || table_name || ', ' || constraint_text from duckdb_constraints() {here}"
        ).fetchall()
        macros = con.execute(
            "select function_name, coalesce(comment, '') || macro_definition from duckdb_functions()"
            " where function_type like '%macro' and not internal"
        ).fetchall()
        counts = {name: con.execute(f"select count(*) from {name}").fetchall()[0][0] for name, _ in tables}
    return {
        **{name: f"{counts[name]} rows, {comment or 'no comment'}" for name, comment in tables},
        **{name: f"{data_type}, {comment or 'no comment'}" for name, data_type, comment in columns},
        **{name: "there" for (name,) in constraints},
        **{f"macro {name}": text for name, text in macros},
    }


def summary(published: Path, results: "list[RunResult]") -> str:
    """Say for a person what was built, with one query to try and its answer.

    Args:
        published: The published file.
        results: What dbt built and tested.

    Returns:
        A few lines of text.
    """
    kinds = Counter(result.node.resource_type for result in results)
    with duckdb.connect(published, read_only=True) as con:
        editions = con.execute(
            "select title, printed_figures, printed_tables, rankings, footnotes from marts.dim_editions order by edition_year"
        ).fetchall()
    lines = [f"Published {published.name} ({published.stat().st_size / 1e6:.1f} MB)"]
    for title, figures, tables, rankings, footnotes in editions:
        lines.append(f"  {title}: {figures} printed figures from {tables} tables, {rankings} top-3 lists, {footnotes} footnotes")
    lines.append(f"  Checks passed: {kinds['test']} data tests, {kinds['unit_test']} unit tests")
    try_this = ["", "A query to try, and its answer:", "", query(FIRST_QUESTION), "", answer(FIRST_QUESTION).rstrip()]
    return "\n".join([*lines, *try_this, "", "More questions, and their answers: make ask"])


def wal(path: Path) -> Path:
    """Name the write-ahead log that DuckDB keeps beside a file that is open for writing."""
    return path.with_name(path.name + ".wal")


def remove(path: Path) -> None:
    """Delete a DuckDB file and its write-ahead log, where there are any."""
    path.unlink(missing_ok=True)
    wal(path).unlink(missing_ok=True)


def quoted(path: Path) -> str:
    """Write a path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
