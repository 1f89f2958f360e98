"""Ill-treat builds, and see what they survive."""

import tempfile
from pathlib import Path

import click

from ind_warehouse.audit.survival import survive


@click.command()
def audit() -> None:
    """Ill-treat builds in copies of the project, and say what was survived."""
    with tempfile.TemporaryDirectory() as folder:
        rows = survive(Path(folder), lambda text: click.echo(text, err=True))
    click.echo(f"{'Survived':<66} {'tried':>6} {'held':>8}")
    for row in rows:
        click.echo(f"{row['what']:<66} {row['tried']:>6} {row['held']:>8}")
        for fault in row["faults"]:
            click.echo(f"    {fault}")
    if any(row["faults"] for row in rows):
        raise click.ClickException("Not everything was survived.")
