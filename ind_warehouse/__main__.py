"""The command line, ``python -m ind_warehouse <verb> ...``; each verb is a module of its own."""

import sys

import click

from ind_warehouse.ask import ask
from ind_warehouse.build import build
from ind_warehouse.cli import cli
from ind_warehouse.data import data
from ind_warehouse.docs import docs
from ind_warehouse.findings import findings
from ind_warehouse.page import page
from ind_warehouse.parse import parse


@click.group()
def verbs() -> None:
    """DuckDB warehouse over the annual figures (Jaarcijfers) of the IND."""


for verb in (ask, build, cli, data, docs, findings, page, parse):
    verbs.add_command(verb)

if __name__ == "__main__":
    # a terminal of another encoding shows another sign in the place of one that it lacks
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="replace")
    verbs(prog_name="python -m ind_warehouse")
