"""Publish: write beside what people read, check, and put it in its place in one step."""

import ctypes
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import duckdb
from filelock import FileLock, Timeout

SCHEMAS = ("marts", "raw")
# what every export can write: a spreadsheet takes no other type, no longer name of a sheet and no longer text
TYPES = {"VARCHAR": "string", "INTEGER": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}
LONGEST_NAME, LONGEST_TEXT = 31, 32_767
# by type, what a spreadsheet would cut, change or refuse: a text is measured in the units of UTF-16, a day counts from 1900
REFUSED = {
    "VARCHAR": (
        rf"length(#) + length(regexp_replace(#, '[\x{{0}}-\x{{FFFF}}]', '', 'g')) > {LONGEST_TEXT}",
        f"has over {LONGEST_TEXT} letters, a sheet's most",
    ),
    "DOUBLE": ("not isfinite(#)", "is no finite number"),
    "DATE": ("# not between date '1900-01-01' and date '9999-12-31'", "is no day that a sheet knows, from 1900 to 9999"),
}


class NotPublished(click.ClickException):
    """Something that stopped before it changed anything that is published; its message is for people."""

    def show(self, file=None) -> None:
        """Print the message as it is."""
        click.echo(self.message, err=True)


@contextmanager
def replacing(published: Path) -> Iterator[Path]:
    """Give a path to write to, and put what was written there in the place of what is published, in one step.

    Links are followed, and what takes the place of a file or folder has its mode and owner, whatever the umask says. Where
    anything goes wrong on the way, what was published stays.

    Args:
        published: The file or folder that people read; need not exist.

    Yields:
        A path beside it at which nothing exists.

    Raises:
        NotPublished: It could not be written, or not be put in place; or somebody else does just that.
    """
    try:
        place = published.resolve()
        new, old = place.with_name(place.name + ".new"), place.with_name(place.name + ".old")
        place.parent.mkdir(parents=True, exist_ok=True)
        # beside it, since two projects may publish to one place
        with FileLock(place.with_name(f".{place.name}.lock"), blocking=False):
            if old.exists() and not place.exists():
                old.rename(place)
            try:
                discard(new)
                yield new
                for path in (path for path in [new, *new.rglob("*")] if not path.is_symlink()):
                    take_after(place, place / path.relative_to(new), path)
                    sync(path)
                with set_aside({wal(published), wal(place)}):
                    put(new, place, old)
            finally:
                # from here on it is published, or what went wrong has been said
                with suppress(OSError):
                    discard(new)
            with suppress(OSError):
                sync(place.parent)
    except Timeout:
        raise NotPublished(f"{published.name} is being written already; wait until that has ended.") from None
    except (NotPublished, OSError, RuntimeError, duckdb.Error) as error:
        raise NotPublished(f"{error}\n\nNot published: {published.name} was left as it was.") from error


def tell(text: str) -> None:
    """Print what was done, where anybody listens: what is published is published."""
    try:
        click.echo(text)
    except OSError:
        # what could not be written would fail once more when the process ends
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115


def take_after(place: Path, old: Path, new: Path) -> None:
    """Give a file or folder the mode and, as far as one may, the owner of the one whose place it takes.

    Args:
        place: What is replaced, a file or a folder; need not exist.
        old: What stood where the new one will stand; where nothing did, the new one takes after the folder.
        new: The file or folder that was written.
    """
    like = old if old.exists() else place
    if like.exists():
        found = like.stat()
        with suppress(OSError):
            os.chown(new, found.st_uid, found.st_gid)
        new.chmod(stat.S_IMODE(found.st_mode) & (0o666 if new.is_file() and like.is_dir() else 0o7777))


@contextmanager
def set_aside(logs: set[Path]) -> Iterator[None]:
    """Move write-ahead logs of the old file away, which DuckDB would play into the new one; back, where that is not put in place.

    Args:
        logs: Where there may be one.
    """
    moved = {log: log.with_name(log.name + ".old") for log in logs if log.exists()}
    for log, aside in moved.items():
        log.replace(aside)
    try:
        yield
    except OSError:
        for log, aside in moved.items():
            aside.replace(log)
        raise
    for aside in moved.values():
        with suppress(OSError):
            aside.unlink()


def sync(path: Path) -> None:
    """Have a file or folder written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(new: Path, place: Path, old: Path) -> None:
    """Put a file or folder in a place, in one step.

    Args:
        new: What was written.
        place: Where it belongs; a folder that is there already goes to where the new one was.
        old: Where it waits meanwhile on a file system that cannot exchange folders.

    Raises:
        OSError: That cannot be done; both are where they were.
    """
    if not (new.is_dir() and place.exists()):
        new.replace(place)
    elif not exchange(new, place):
        discard(old)
        place.rename(old)
        try:
            new.rename(place)
        except OSError:
            old.rename(place)
            raise
        with suppress(OSError):
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
        path.chmod(0o700)
        for folder, folders, _ in os.walk(path):
            # what somebody else has closed to writing cannot be emptied
            for below in (Path(folder, name) for name in folders):
                if not below.is_symlink():
                    below.chmod(0o700)
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
        tables = con.execute(
            "select table_name, estimated_size, coalesce(has_primary_key, false), coalesce(length(comment), 0)"
            " from duckdb_tables() where schema_name = 'marts'"
            " union all select view_name, null, null, 0 from duckdb_views() where schema_name = 'marts' order by all"
        ).fetchall()
        for table, rows, has_key, letters in tables:
            if rows is None:
                faults.append(f"marts.{table}: it is a view, which does not outlive the file's name; make it a table")
            elif not rows:
                faults.append(f"marts.{table}: it has no row; look for a model or seed that gives none")
            elif not has_key:
                faults.append(f"marts.{table}: it has no primary key; declare one in its contract")
            if len(table) > LONGEST_NAME:
                faults.append(f"marts.{table}: its name has {len(table)} letters, a sheet's {LONGEST_NAME} at most; shorten it")
            if letters > LONGEST_TEXT:
                faults.append(f"marts.{table}: its description has over {LONGEST_TEXT} letters; shorten it")
        columns = con.execute(
            "select table_name, column_name, data_type, coalesce(length(comment), 0) from duckdb_columns()"
            " where schema_name = 'marts' order by all"
        ).fetchall()
        for table, column, data_type, letters in columns:
            condition, what = REFUSED.get(data_type, ("false", ""))
            quoted_name = f'"{column}"'
            if letters > LONGEST_TEXT:
                faults.append(f"marts.{table}.{column}: its description has over {LONGEST_TEXT} letters; shorten it")
            if data_type not in TYPES:
                expected = ", ".join(TYPES).lower()
                faults.append(f"marts.{table}.{column}: its type is {data_type.lower()}; expected one of {expected}, so cast it")
            elif found := con.execute(f"from marts.{table} where {condition.replace('#', quoted_name)}").fetchone():
                faults.append(f"marts.{table}.{column}: the value of {found[0]} {what}; mend it")
    if faults:
        raise NotPublished("\n".join(faults))


def quoted(path: Path) -> str:
    """Write a path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
