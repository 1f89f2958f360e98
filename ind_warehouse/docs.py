"""The dbt docs site as one page that needs nothing else."""

import re
import shutil

import click

from ind_warehouse import ROOT
from ind_warehouse.build import PARSED, WORKING, run_dbt
from ind_warehouse.publish import replacing, tell

GENERATED = ROOT / "target" / "docs" / "static_index.html"
PAGE = ROOT / "site" / "docs" / "index.html"


@click.command()
def docs() -> None:
    """Write the docs site of the last build to site/docs/index.html."""
    if not WORKING.exists():
        raise click.ClickException(f"{WORKING.relative_to(ROOT)} is not there; run make first.")
    # What the build has parsed need not be parsed again. Its manifest, which tests read, must not be written over. The SQL of
    # tests takes half of the time, once its variables are filled in, and nobody who reads docs wants it, so it is left out.
    GENERATED.parent.mkdir(exist_ok=True)
    if PARSED.exists():
        shutil.copy(PARSED, GENERATED.parent)
    without_tests = ("--exclude", "resource_type:test", "resource_type:unit_test")
    run_dbt("docs", "generate", "--static", "--target-path", str(GENERATED.parent.relative_to(ROOT)), *without_tests)
    # dbt writes the folder of each seed into the page, here or where it lay when it was parsed
    page = re.sub(r'"root_path": ?"([^"\\]|\\.)*"', '"root_path":""', GENERATED.read_text("utf-8"))
    page = page.replace("<title>dbt Docs</title>", "<title>IND warehouse</title>")
    with replacing(PAGE) as new:
        new.write_text(page, "utf-8")
    tell(f"Wrote {PAGE.relative_to(ROOT)} ({PAGE.stat().st_size / 1e6:.1f} MB)")
