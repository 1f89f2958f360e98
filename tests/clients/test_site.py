"""The page in a real browser: what it draws, what it asks for, whom it shuts out."""

import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "site"
PAGE = (SITE / "index.html").as_uri()
DRAWN = """() => [...document.querySelectorAll("[data-rows]")]
    .every((place) => place.dataset.drawn == document.documentElement.lang)"""


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, without a window."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not there: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Open the page at a width, with all its charts drawn; gather what it says to the console and asks for."""
    contexts = []

    def open_at(width: int = 1100):
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(PAGE)
        page.wait_for_function(DRAWN)
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_chart_is_drawn(open_page, language, width):
    """Every row of a table has its mark in the picture above it, and the page is silent and asks for nothing but itself."""
    page = open_page(width)
    if language == "en":
        page.click("#switch")
        page.wait_for_function(DRAWN)
    pictures = 0
    for section in page.query_selector_all("section"):
        rows = len(section.query_selector_all("tbody tr"))
        assert rows
        if section.query_selector("svg"):
            pictures += 1
            marks = section.query_selector_all(".mark-symbol path, .mark-rect path")
            assert len(marks) == rows, section.get_attribute("id")
    assert pictures == 14
    assert page.said == []
    assert {urlsplit(url).path for url in page.asked if not url.startswith("data:")} == {urlsplit(PAGE).path}


def test_switch(open_page):
    """One language shows at a time, the page says which, and the browser remembers."""
    page = open_page()
    assert page.get_attribute("html", "lang") == "nl"
    assert page.inner_text("#switch") == "English"
    assert "Bron:" in page.inner_text("footer") and "Source:" not in page.inner_text("footer")
    page.click("#switch")
    page.reload()
    assert page.get_attribute("html", "lang") == "en"
    assert "Source:" in page.inner_text("footer") and "Bron:" not in page.inner_text("footer")


def test_tooltip(open_page):
    """A point tells the figure as printed, its margin, and its cell."""
    page = open_page()
    page.locator("#backlog .chart", has_text="Bezwaar").locator(".mark-symbol path").last.hover(force=True)
    tooltip = page.wait_for_selector("#vg-tooltip-element.visible")
    for text in ("22.000", "21.995", "22.005", "Jaarcijfers 2023 / Regulier verblijf / Bezwaar"):
        assert text in tooltip.inner_text()


def test_phone(open_page):
    """Nothing sticks out at the width of a phone."""
    page = open_page(390)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


@pytest.mark.parametrize("language", ["nl", "en"])
def test_access(open_page, language):
    """Axe finds nothing that shuts a reader out."""
    page = open_page()
    if language == "en":
        page.click("#switch")
        page.wait_for_function(DRAWN)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_links(open_page):
    """What the page links to is there, and what is there links back."""
    page = open_page()
    links = {link.get_attribute("href") for link in page.query_selector_all("a[href]")}
    assert "docs/index.html" in links and "data/ind_warehouse.xlsx" in links
    assert [link for link in links if not link.startswith("#") and not (SITE / link.split("#")[0]).exists()] == []
    assert [link for link in links if link.startswith("#") and not page.query_selector(link)] == []
    # the docs are drawn by a script: go there, and back
    for link in sorted(link for link in links if "#!" in link):
        page.goto((SITE / link.split("#")[0]).as_uri() + "#" + link.split("#")[1])
        page.wait_for_selector(f"h1:has-text('{link.split('.')[-1]}')")
    page.goto((SITE / "docs" / "index.html").as_uri())
    page.locator("a[href='../index.html']").first.click()
    page.wait_for_selector("#backlog")


def test_what_it_says(open_page):
    """Statements and titles have the figures that were computed by hand from the printed page, with their margin."""
    page = open_page()
    opening = page.inner_text(".opening")
    for text in ("36.260", "18.970", "15,0% (14,6 tot 15,5)", "78% (76 tot 80)", "38.380", "49.860"):
        assert text in opening, text
    titles = {
        section.get_attribute("id"): section.query_selector("h2").inner_text() for section in page.query_selector_all("section")
    }
    assert titles["courts"] == "In 2023 kwamen er 64,3% meer rechtszaken over verblijf binnen"
    assert titles["workforce"] == "Eind 2023 had de IND 12,0% meer personeel dan een jaar eerder"
    assert titles["asylum"] == "De voorraad van de drie asielsporen samen groeide in 2023 met 14.070 zaken"
    assert "1 van de 15" in titles["sources"]
    assert "Jaarcijfers 2023 (325 cijfers), Jaarcijfers 2021 (31 cijfers), Jaarverslag 2020 (8 cijfers)" in page.inner_text(
        "footer"
    )


def test_breaks_are_drawn(open_page):
    """Where a law or a definition changed, a rule stands across and the line ends; the text says what changed."""
    page = open_page()
    rule = page.locator(".mark-rule line[stroke-dasharray]")
    broken = page.locator("#timeliness .chart").filter(has=rule)
    assert broken.locator("h3").all_inner_texts() == ["Asiel spoor 4", "Nareis"]
    assert [line.get_attribute("d").count("L") for line in broken.locator(".mark-line path").all()] == [0] * 6
    assert "27 september 2022" in page.inner_text("#timeliness ul.about")
    defined = page.locator("#flows .chart").filter(has=rule)
    assert defined.locator("h3").all_inner_texts() == ["Familie & Gezin"]
    # three years of the older definition, three of the newer one, and decisions
    assert sorted(line.get_attribute("d").count("L") for line in defined.locator(".mark-line path").all()) == [2, 2, 2]
    assert page.locator("#ratio .mark-rule line[stroke-dasharray]").count() == 1


def test_same_each_time():
    """The same figures give the same page."""
    before = (SITE / "index.html").read_bytes()
    subprocess.run([ROOT / ".venv" / "bin" / "python", "-m", "ind_warehouse", "site"], cwd=ROOT, check=True, capture_output=True)
    assert (SITE / "index.html").read_bytes() == before
