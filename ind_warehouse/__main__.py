"""The command line, ``python -m ind_warehouse <verb> ...``; each verb is a module of its own."""

import click

from ind_warehouse.ask import ask
from ind_warehouse.audit import audit
from ind_warehouse.build import build
from ind_warehouse.data import data
from ind_warehouse.docs import docs
from ind_warehouse.findings import findings
from ind_warehouse.page import page
from ind_warehouse.parse import parse


@click.group()
def cli() -> None:
    """DuckDB warehouse over the annual figures (Jaarcijfers) of the IND."""


cli.add_command(ask)
cli.add_command(audit)
cli.add_command(build)
cli.add_command(data)
cli.add_command(docs)
cli.add_command(findings)
cli.add_command(page)
cli.add_command(parse)

if __name__ == "__main__":
    cli(prog_name="python -m ind_warehouse")
