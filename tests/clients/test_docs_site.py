"""The dbt docs in a real browser: what opens first, the lineage, and owners and tags."""

import re
from pathlib import Path

import pytest
import sqlalchemy
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "site" / "docs" / "index.html").as_uri()
# the tags of the nodes in the graph, without its edges
GRAPH = """() => window.angular.element(document.body).injector().get("graph").graph.elements
    .filter((element) => element.data.resource_type).map((element) => element.data.tags.join())"""
MARTS = [path.stem for path in (ROOT / "models" / "marts").glob("*.sql")]


@pytest.fixture
def page(browser):
    """The docs as they open."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(DOCS)
    page.get_by_role("heading", name="IND warehouse").wait_for()
    yield page
    page.close()


def test_overview_fits_a_screen(page):
    """What is where, addresses, lineage and the warning are all seen without scrolling."""
    expect(page.get_by_text("Never add up", exact=True)).to_be_in_viewport()
    for link in ("site", "rpt_figures", "fct_caseload", "of the marts"):
        expect(page.get_by_role("link", name=link, exact=True)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_every_mart_is_one_click_away(page):
    """The overview links to each mart, and each link opens it."""
    links = {link.inner_text(): link.get_attribute("href") for link in page.locator(".panel-body a[href*='#!/model/']").all()}
    assert sorted(links) == sorted(MARTS)
    page.get_by_role("link", name="rpt_figures").click()
    expect(page.get_by_role("heading", name="rpt_figures")).to_be_visible()
    page.goto(DOCS)
    page.get_by_role("link", name="Layers, bounds and Dutch terms").click()
    expect(page.get_by_role("heading", name="Glossary")).to_be_visible()


@pytest.mark.parametrize(
    ("link", "more"), [("of the marts", set()), ("from the printed rows", {"intermediate", "seed", "staging"})]
)
def test_lineage_without_tests(page, link, more):
    """The links load the docs again with the graph of the marts, or of all that they are made of, without any test."""
    page.get_by_role("link", name=link).click()
    page.wait_for_url(re.compile(r"index\.html\?"))
    page.wait_for_function(f"() => window.angular && !({GRAPH})().includes('check') && ({GRAPH})().length")
    drawn = page.evaluate(GRAPH)
    assert drawn.count("mart") == len(MARTS)
    assert set(drawn) == {"mart"} | more


@pytest.mark.parametrize(
    ("node", "tag"), [("model/model.ind_warehouse.fct_caseload", "mart"), ("seed/seed.ind_warehouse.breaks", "seed")]
)
def test_owners_and_tags(page, node, tag):
    """A page of a node names its owner and its tag."""
    page.goto(f"{DOCS}#!/{node}")
    page.locator(".detail dt").first.wait_for()
    shown = {entry.inner_text().lower(): entry.locator("+ dd").inner_text().strip() for entry in page.locator(".detail dt").all()}
    assert shown["owner"] == "Maintainers of the IND warehouse"
    assert shown["tags"] == tag


def test_the_site_leads_to_the_addresses(page):
    """From the overview of the site, the addresses for other programs are one click away."""
    page.goto((ROOT / "site" / "en" / "index.html").as_uri())
    page.get_by_role("link", name="other programs").click()
    for address in ("duckdb:////data", "jdbc:duckdb:/data", "Grafana, Metabase"):
        expect(page.get_by_text(address)).to_be_in_viewport()


def test_address_of_sqlalchemy():
    """The address in docs/clients.md opens the file for reading alone."""
    (address,) = re.findall(r"`(duckdb:///\S+)`", (ROOT / "docs" / "clients.md").read_text("utf-8"))
    engine = sqlalchemy.create_engine(address.replace("/data/", f"{ROOT}/"), poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("select count(*) from marts.rpt_figures")).scalar() > 700
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
            connection.execute(sqlalchemy.text("create table main.x (i integer)"))
