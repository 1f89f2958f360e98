"""The DuckDB command line on the published file."""

import os
import sys
from pathlib import Path

import click

from ind_warehouse import PUBLISHED, opened

FIRST = Path(__file__).with_name("cli.sql")


@click.command()
def cli() -> None:
    """Open the published file in the DuckDB command line, read-only."""
    with opened(PUBLISHED):
        pass
    os.execv(sys.executable, [sys.executable, "-m", "duckdb_cli", "-readonly", "-init", FIRST, PUBLISHED])
