"""The command line, ``python -m ind_warehouse <command> ...``."""

import sys
from importlib import import_module

import click

# the module of each command, imported only when it is called: dbt, charts and spreadsheets take seconds to import
MODULES = {
    "ask": "ask",
    "build": "build",
    "cli": "ask",
    "data": "export",
    "docs": "export",
    "edition": "edition",
    "findings": "findings",
    "site": "site.build",
}


class Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        return getattr(import_module(f"ind_warehouse.{MODULES[name]}"), name) if name in MODULES else None


@click.command(cls=Verbs)
def verbs() -> None:
    """DuckDB warehouse over the annual figures (Jaarcijfers) of the IND."""


if __name__ == "__main__":
    # replace characters that the terminal's encoding lacks
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="replace")
    verbs(prog_name="python -m ind_warehouse")
