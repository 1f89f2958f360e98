"""The page for people who read rather than query."""

import click

from ind_warehouse import PUBLISHED, ROOT, opened
from ind_warehouse.publish import replacing, tell

PAGE = ROOT / "site" / "index.html"


@click.command()
def page() -> None:
    """Write the page of the last build to site/index.html."""
    with opened(PUBLISHED) as con, replacing(PAGE) as new:
        # imported here, since charts take a second to import and are not installed by the other commands
        from ind_warehouse.figures import write_page

        write_page(con, new)
        size = new.stat().st_size
    tell(f"Wrote {PAGE.relative_to(ROOT)} ({size / 1e6:.1f} MB)")
