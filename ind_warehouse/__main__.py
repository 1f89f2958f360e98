"""The command line, ``python -m ind_warehouse <verb>``; each verb is a module of its own."""

import click

from ind_warehouse.build import build


@click.group()
def cli() -> None:
    """DuckDB warehouse over the annual figures (Jaarcijfers) of the IND."""


cli.add_command(build)

if __name__ == "__main__":
    cli(prog_name="python -m ind_warehouse")
