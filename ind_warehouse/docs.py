"""The dbt docs site as one page that needs nothing else."""

import json

import click

from ind_warehouse import ROOT
from ind_warehouse.build import WORKING, run_dbt

GENERATED = ROOT / "target" / "static_index.html"
PAGE = ROOT / "site" / "docs" / "index.html"


@click.command()
def docs() -> None:
    """Write the docs site of the last build to site/docs/index.html."""
    if not WORKING.exists():
        raise click.ClickException(f"{WORKING.relative_to(ROOT)} is not there; make builds it.")
    # the SQL of tests, once its variables are filled in, interests nobody who reads docs, and takes half of the time
    run_dbt("docs", "generate", "--static", "--exclude", "resource_type:test", "resource_type:unit_test")
    # dbt writes the folder of whoever builds the page into it, once for each seed
    page = GENERATED.read_text("utf-8").replace(json.dumps(str(ROOT)), '""')
    page = page.replace("<title>dbt Docs</title>", "<title>IND warehouse</title>")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, "utf-8")
    click.echo(f"Wrote {PAGE.relative_to(ROOT)} ({PAGE.stat().st_size / 1e6:.1f} MB)")
