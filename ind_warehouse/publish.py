"""Publish: write beside what people read, check, and put it in its place in one step."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import duckdb
from filelock import FileLock, Timeout

from ind_warehouse import ROOT

SCHEMAS = ("marts", "raw")
# what every export can write: a spreadsheet takes no other type, no longer name of a sheet and no longer text
TYPES = {"VARCHAR": "string", "INTEGER": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}
LONGEST_NAME, LONGEST_TEXT = 31, 32_767
LOCKS = ROOT / "target"


class NotPublished(click.ClickException):
    """Something that stopped before it changed anything that is published; its message is for people."""

    def show(self, file=None) -> None:
        """Print the message as it is."""
        click.echo(self.message, err=True)


@contextmanager
def replacing(published: Path) -> Iterator[Path]:
    """Give a path to write to, and put what was written there in the place of what is published, in one step.

    Links are followed, and what takes the place of a file or folder has its mode, whatever the umask says. Where anything goes
    wrong on the way, what was published stays.

    Args:
        published: The file or folder that people read; need not exist.

    Yields:
        A path beside it at which nothing exists.

    Raises:
        NotPublished: It could not be written, or not be put in place; or somebody else does just that.
    """
    place = published.resolve()
    new = place.with_name(place.name + ".new")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        LOCKS.mkdir(exist_ok=True)
        with FileLock(LOCKS / f"{'-'.join(place.parts[-2:])}.lock", blocking=False):
            try:
                discard(new)
                yield new
                for path in (path for path in [new, *new.rglob("*")] if not path.is_symlink()):
                    old = place / path.relative_to(new)
                    if old.exists():
                        shutil.copymode(old, path)
                    sync(path)
                put(new, place)
                sync(place.parent)
            finally:
                discard(new)
    except Timeout:
        raise NotPublished(f"{published.name} is being written already; wait until that has ended.") from None
    except (NotPublished, OSError, duckdb.Error) as error:
        raise NotPublished(f"{error}\n\nNot published: {published.name} was left as it was.") from error


def sync(path: Path) -> None:
    """Have a file or folder written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(new: Path, place: Path) -> None:
    """Put a file or folder in a place, in one step.

    Args:
        new: What was written.
        place: Where it belongs; a folder that is there already goes to where the new one was.

    Raises:
        OSError: That cannot be done; both are where they were.
    """
    if not (new.is_dir() and place.exists()):
        new.replace(place)
    elif not exchange(new, place):
        # a file system that knows no exchange: two steps, and the first is undone where the second fails
        old = place.with_name(place.name + ".old")
        discard(old)
        place.rename(old)
        try:
            new.rename(place)
        except OSError:
            old.rename(place)
            raise
        discard(old)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places; say whether the system can do that in one step.

    Python has no such call. On Linux it is renameat2(2) with RENAME_EXCHANGE, on macOS renamex_np(2) with RENAME_SWAP, both 2.
    """
    library = ctypes.CDLL(None)
    paths = os.fsencode(one), os.fsencode(other)
    here = -2 if sys.platform == "darwin" else -100  # AT_FDCWD
    call = getattr(library, "renameatx_np" if sys.platform == "darwin" else "renameat2", None)
    return call is not None and call(here, paths[0], here, paths[1], 2) == 0


def discard(path: Path) -> None:
    """Delete a file or folder, and the write-ahead log of a DuckDB file, where there are any."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    wal(path).unlink(missing_ok=True)


def wal(path: Path) -> Path:
    """Name the write-ahead log that DuckDB keeps beside a file that is open for writing."""
    return path.with_name(path.name + ".wal")


def publish(working: Path, published: Path) -> int:
    """Copy the finished tables beside the published file, check the copy, and rename it over the old one.

    The copy has the storage version that DuckDB 1.1 and all later ones read. Whoever holds the old file open keeps it.

    Args:
        working: The file that dbt built, with every test passed.
        published: The file that people read; replaced in a single step.

    Returns:
        The size of the published file in bytes.

    Raises:
        NotPublished: The copy is not what the working file holds, a mart is empty or cannot be exported, or the disk is full.
    """
    with replacing(published) as new:
        copy_tables(working, new)
        check_copy(working, new)
        check_marts(new)
        # left by someone who wrote into the old file; DuckDB would play it into the new one
        for path in {published, published.resolve()}:
            wal(path).unlink(missing_ok=True)
        return new.stat().st_size


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
            if schema not in SCHEMAS:
                con.execute(f"drop schema published.{schema} cascade")
        con.execute("checkpoint published")
        con.execute("detach published")


def check_copy(working: Path, new: Path) -> None:
    """Compare a copy that is about to be published with the working file.

    Args:
        working: The file that dbt built.
        new: The copy, closed by its writer.

    Raises:
        NotPublished: A write-ahead log lies beside the copy, or tables, row counts, comments or constraints differ.
    """
    if wal(new).exists():
        raise NotPublished(f"{wal(new).name} lies beside the new file, so it was not written whole; build again.")
    expected, found = contents(working), contents(new)
    differences = [
        f"  {name}: {found.get(name, 'missing')}; expected: {expected.get(name, 'nothing')}"
        for name in sorted(expected.keys() | found.keys())
        if found.get(name) != expected.get(name)
    ]
    if differences:
        raise NotPublished("\n".join(["The new file differs from the working file:", *differences]))


def contents(path: Path) -> dict[str, str]:
    """Say what a file holds in the schemas that are published.

    Args:
        path: A DuckDB file, opened read-only.

    Returns:
        By name: rows and comment of every table, type and comment of every column, every constraint, and every macro.
    """
    here = f"where schema_name in {SCHEMAS}"
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
            " where function_type in ('macro', 'table_macro') and not internal"
        ).fetchall()
        counts = {name: con.execute(f"select count(*) from {name}").fetchall()[0][0] for name, _ in tables}
    return {
        **{name: f"{counts[name]} rows, {comment or 'no comment'}" for name, comment in tables},
        **{name: f"{data_type}, {comment or 'no comment'}" for name, data_type, comment in columns},
        **{name: "there" for (name,) in constraints},
        **{f"macro {name}": text for name, text in macros},
    }


def check_marts(path: Path) -> None:
    """Look whether each mart has rows, and whether every export can write it.

    Args:
        path: The file that is about to be published.

    Raises:
        NotPublished: One of them is empty, or has a name, type or value that a spreadsheet does not take; the message names it.
    """
    faults = []
    with duckdb.connect(path, read_only=True) as con:
        tables = con.execute("select table_name from duckdb_tables() where schema_name = 'marts' order by all").fetchall()
        for (table,) in tables:
            if len(table) > LONGEST_NAME:
                faults.append(
                    f"marts.{table}: its name is {len(table)} letters long, a sheet's at most {LONGEST_NAME}; shorten it"
                )
            if not con.execute(f"select count(*) from marts.{table}").fetchall()[0][0]:
                faults.append(f"marts.{table}: it has no row; look for a model or seed that gives none")
        columns = con.execute(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts' order by all"
        ).fetchall()
        for table, column, data_type in columns:
            refused = {"DOUBLE": f'not isfinite("{column}")', "VARCHAR": f'length("{column}") > {LONGEST_TEXT}'}.get(data_type)
            if data_type not in TYPES:
                expected = ", ".join(TYPES).lower()
                faults.append(f"marts.{table}.{column}: its type is {data_type.lower()}; expected one of {expected}, so cast it")
            elif refused and (found := con.execute(f"from marts.{table} where {refused}").fetchone()):
                what = "is no finite number" if data_type == "DOUBLE" else f"has over {LONGEST_TEXT} letters, a sheet's most"
                faults.append(f"marts.{table}.{column}: the value of {found[0]} {what}; mend the formula or shorten the text")
    if faults:
        raise NotPublished("\n".join(faults))


def quoted(path: Path) -> str:
    """Write a path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
