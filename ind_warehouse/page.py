"""The page for people who read rather than query."""

import click

from ind_warehouse import PUBLISHED, ROOT


@click.command()
def page() -> None:
    """Write the page of the last build to site/index.html."""
    if not PUBLISHED.exists():
        raise click.ClickException(f"{PUBLISHED.name} is not there; make page builds first.")
    # imported here, since charts take a second to import and are not installed by the other commands
    from ind_warehouse.figures import PAGE, write_page

    write_page(PAGE)
    click.echo(f"Wrote {PAGE.relative_to(ROOT)} ({PAGE.stat().st_size / 1e6:.1f} MB)")
