"""Everything that dbt does not do: check input files, publish the warehouse, answer questions, write files and pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import duckdb

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "ind_warehouse.duckdb"


def version() -> str:
    """Read the project's version."""
    # few commands need it, and make ask should be quick
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@contextmanager
def opened(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published file read-only.

    Raises:
        click.ClickException: The file does not exist or cannot be read; the message says why and what to do.
    """
    if not published.exists():
        raise click.ClickException(f"{published.name} does not exist; run make first.")
    try:
        con = duckdb.connect(published, read_only=True)
        con.execute("from marts.dim_editions").fetchall()
    except duckdb.Error as error:
        raise unreadable(published, error) from None
    with con:
        try:
            yield con
        except duckdb.IOException as error:
            raise unreadable(published, error) from None


def unreadable(published: Path, error: duckdb.Error) -> click.ClickException:
    """Explain in one line why the published file cannot be read, and what to do."""
    remedies = {
        "Could not set lock": "close the program that has it open for writing",
        "Permission denied": "give yourself read permission",
    }
    remedy = next((remedies[text] for text in remedies if text in str(error)), "run make to rebuild it")
    return click.ClickException(f"{published.name} cannot be read; {remedy}. {str(error).splitlines()[0]}")
