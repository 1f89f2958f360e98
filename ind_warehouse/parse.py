"""Parse the project strictly: what dbt would only warn of, or not look at on DuckDB, is an error here."""

import click

from ind_warehouse import ROOT
from ind_warehouse.build import run_dbt


@click.command()
def parse() -> None:
    """Refuse deprecated settings and unknown YAML keys."""
    from dbt.jsonschemas import jsonschemas

    # dbt 1.11 checks YAML keys for the adapters of this set alone
    jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS.add("duckdb")
    # in a folder of its own, so that the next build can still start from what the last one parsed
    strictly = ["--no-partial-parse", "--warn-error-options", '{"error": ["Deprecations"]}']
    run_dbt("parse", *strictly, "--target-path", str(ROOT / "target" / "parse"))
