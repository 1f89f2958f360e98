"""Publish: write a new file or folder beside the published one, check it, and rename it into place."""

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
# the types that every export can write, and a spreadsheet's longest sheet name and cell text
TYPES = {"VARCHAR": "string", "INTEGER": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}
LONGEST_NAME, LONGEST_TEXT = 31, 32_767
# by type, the values that a spreadsheet would cut, change or refuse; it counts text in UTF-16 units
REFUSED = {
    "VARCHAR": (
        rf"length(#) + length(regexp_replace(#, '[\x{{0}}-\x{{FFFF}}]', '', 'g')) > {LONGEST_TEXT}",
        f"has more than {LONGEST_TEXT} characters, a spreadsheet's limit",
    ),
    "DOUBLE": ("not isfinite(#)", "is not a finite number"),
    "DATE": ("# not between date '1900-01-01' and date '9999-12-31'", "is not a date from 1900 to 9999"),
}


class NotPublished(click.ClickException):
    """An error before anything published was changed; its message is for people."""

    def show(self, file=None) -> None:
        """Print the message as it is."""
        click.echo(self.message, err=True)


@contextmanager
def replacing(published: Path) -> Iterator[Path]:
    """Yield a path to write to, then replace the published file or folder with it in one step.

    Links are followed, and mode and owner are kept. On any error the published file or folder is unchanged.

    Args:
        published: The file or folder that people read; need not exist.

    Raises:
        NotPublished: The new one could not be written or renamed, or another process is writing it.
    """
    try:
        place = published.resolve()
        new, old = place.with_name(place.name + ".new"), place.with_name(place.name + ".old")
        place.parent.mkdir(parents=True, exist_ok=True)
        # the lock is beside the target, because two projects may publish to the same place
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
                # it is published, or the error is being reported; cleaning up must not change that
                with suppress(OSError):
                    discard(new)
            with suppress(OSError):
                sync(place.parent)
    except Timeout:
        raise NotPublished(f"Another process is writing {published.name}; wait until it finishes.") from None
    except (NotPublished, OSError, RuntimeError, duckdb.Error) as error:
        raise NotPublished(f"{error}\n\nNot published: {published.name} is unchanged.") from error


def tell(text: str) -> None:
    """Print what was done; a closed or full output is not an error, because the work is published."""
    try:
        click.echo(text)
    except OSError:
        # otherwise the buffer would fail again when the process ends
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115


def take_after(place: Path, old: Path, new: Path) -> None:
    """Give a new file or folder the mode and, if permitted, the owner of the one it replaces.

    Args:
        place: The published file or folder; need not exist.
        old: The file or folder at the same path inside it; if there is none, ``place`` is used.
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
    """Move write-ahead logs of the old file away, or DuckDB would replay them into the new one; move them back on an error."""
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
    """Flush a file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(new: Path, place: Path, old: Path) -> None:
    """Rename a file or folder into place in one step.

    Args:
        new: What was written.
        place: Its destination; a folder already there changes places with the new one.
        old: A temporary name for that folder, if the file system cannot exchange folders.

    Raises:
        OSError: The rename failed; both are where they were.
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
    """Exchange two folders in one step; return whether the system could.

    Python has no such call. It is renameat2(2) with RENAME_EXCHANGE on Linux and renamex_np(2) with RENAME_SWAP on macOS, both 2.
    """
    library = ctypes.CDLL(None)
    paths = os.fsencode(one), os.fsencode(other)
    here = -2 if sys.platform == "darwin" else -100  # AT_FDCWD
    call = getattr(library, "renameatx_np" if sys.platform == "darwin" else "renameat2", None)
    return call is not None and call(here, paths[0], here, paths[1], 2) == 0


def discard(path: Path) -> None:
    """Delete a file or folder, and a write-ahead log beside it, if they exist."""
    if path.is_dir() and not path.is_symlink():
        path.chmod(0o700)
        for folder, folders, _ in os.walk(path):
            # a folder without write permission cannot be emptied
            for below in (Path(folder, name) for name in folders):
                if not below.is_symlink():
                    below.chmod(0o700)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    wal(path).unlink(missing_ok=True)


def wal(path: Path) -> Path:
    """Return the path of DuckDB's write-ahead log for a file."""
    return path.with_name(path.name + ".wal")


def publish(working: Path, published: Path) -> int:
    """Copy the working file beside the published one, check the copy, and rename it into place.

    The copy uses the storage version of DuckDB 1.1. A program that has the old file open keeps reading it.

    Args:
        working: The file that dbt built and tested.
        published: The file that people read.

    Returns:
        The size of the published file in bytes.

    Raises:
        NotPublished: The copy differs from the working file, a mart is empty or cannot be exported, or the disk is full.
    """
    with replacing(published) as new:
        copy_tables(working, new)
        check_copy(working, new)
        check_marts(new)
        return new.stat().st_size


def copy_tables(working: Path, new: Path) -> None:
    """Copy the published schemas and the macros of the working file into a new file."""
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
    """Compare the copy with the working file.

    Raises:
        NotPublished: The copy has a write-ahead log, or tables, row counts, comments, constraints or macros differ.
    """
    if wal(new).exists():
        raise NotPublished(f"The new file has a write-ahead log, {wal(new).name}, so it is incomplete; build again.")
    expected, found = contents(working), contents(new)
    differences = [
        f"  {name}: {found.get(name, 'missing')}; expected: {expected.get(name, 'nothing')}"
        for name in sorted(expected.keys() | found.keys())
        if found.get(name) != expected.get(name)
    ]
    if differences:
        raise NotPublished("\n".join(["The new file differs from the working file:", *differences]))


def contents(path: Path) -> dict[str, str]:
    """Describe the published schemas of a file.

    Returns:
        By name: row count and comment of every table, type and comment of every column, every constraint, and every macro.
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
    """Check that each mart has rows, and that every export can write it.

    Raises:
        NotPublished: A mart is empty, or has a name, type or value that a spreadsheet cannot store; the message names it.
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
                faults.append(f"marts.{table}: it is a view, which breaks when the file is renamed; make it a table")
            elif not rows:
                faults.append(f"marts.{table}: it has no rows; look for a model or seed that returns none")
            elif not has_key:
                faults.append(f"marts.{table}: it has no primary key; declare one in its contract")
            if len(table) > LONGEST_NAME:
                faults.append(f"marts.{table}: its name has {len(table)} characters; shorten it to at most {LONGEST_NAME}")
            if letters > LONGEST_TEXT:
                faults.append(f"marts.{table}: its description has more than {LONGEST_TEXT} characters; shorten it")
        columns = con.execute(
            "select table_name, column_name, data_type, coalesce(length(comment), 0) from duckdb_columns()"
            " where schema_name = 'marts' order by all"
        ).fetchall()
        refused = {}
        for table, column, data_type, letters in columns:
            if letters > LONGEST_TEXT:
                faults.append(f"marts.{table}.{column}: its description has more than {LONGEST_TEXT} characters; shorten it")
            if data_type not in TYPES:
                expected = ", ".join(TYPES).lower()
                faults.append(f"marts.{table}.{column}: its type is {data_type.lower()}; expected one of {expected}, so cast it")
            elif data_type in REFUSED:
                condition, what = REFUSED[data_type]
                refused.setdefault(table, []).append((column, what, condition.replace("#", f'"{column}"')))
        for table, conditions in refused.items():
            # for each column, the key of one row that is refused
            keys = ", ".join(f"any_value(coalesce(#1::varchar, 'null')) filter ({condition})" for *_, condition in conditions)
            found = con.execute(f"select {keys} from marts.{table}").fetchone()
            for (column, what, _), key in zip(conditions, found, strict=True):
                if key is not None:
                    faults.append(f"marts.{table}.{column}: the value of {key} {what}; correct it")
    if faults:
        raise NotPublished("\n".join(faults))


def quoted(path: Path) -> str:
    """Write a path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
