"""The page in a real browser: what it says and draws, what it asks for, whom it shuts out."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "site"
PAGE = (SITE / "index.html").as_uri()
DRAWN = """() => [...document.querySelectorAll("[data-rows]")]
    .every((place) => place.dataset.drawn == document.documentElement.lang)"""

# By figure: title in both languages, rows of the table, first row in Dutch and last one in English up to the cell or key, and the
# table of the warehouse; read in the printed source, or computed by hand from it.
BY_HAND = {
    "backlog": (
        "In 2023 groeide de voorraad bij 5 van de 15 procedures en kromp die bij 10",
        "In 2023 the backlog grew in 5 of 15 procedures and shrank in 10",
        45,
        ["Familie & Gezin", "2021", "6.800", "6.795", "6.805"],
        ["Article 8 ECHR, minors", "2023", "13.520", "13,515", "13,525"],
        "fct_observations",
    ),
    "flows": (
        "Binnengekomen en beslist per procedure",
        "Received and decided by procedure",
        113,
        ["Familie & Gezin", "binnengekomen", "2021", "37.790", "37.785", "37.795"],
        ["Family with Article 8 ECHR", "received", "2021", "42.690", "42,685", "42,695"],
        "fct_observations",
    ),
    "ratio": (
        "Bij 5 van de 15 procedures bleven de beslissingen in 2023 meer dan 5% achter bij de aanvragen",
        "In 5 of 15 procedures decisions fell behind applications by more than 5% in 2023",
        15,
        ["8 EVRM bij AMV", "0,3811", "0,3803", "0,3819"],
        ["Naturalisation", "1.2199", "1.2196", "1.2202"],
        "fct_metrics",
    ),
    "timeliness": (
        "Beslist binnen de wettelijke termijn",
        "Decided within the statutory time limit",
        39,
        ["Familie & Gezin", "2021", "91%", "90,5%", "91,5%"],
        ["Article 8 ECHR, minors", "2023", "9%", "8.5%", "9.5%"],
        "fct_observations",
    ),
    "outcomes": (
        "Uitkomst, als aandeel van de beslissingen",
        "Outcome, as a share of decisions",
        48,
        ["Familie & Gezin", "2021", "86%", "85,5%", "86,5%"],
        ["Article 8 ECHR, minors", "2023", "55%", "54.5%", "55.5%"],
        "fct_observations",
    ),
    "asylum": (
        "De voorraad van Asiel sporen 1, 2 en 4 samen groeide in 2023 met 14.070 zaken",
        "The backlog of Asylum tracks 1, 2 and 4 together grew by 14,070 cases in 2023",
        5,
        ["eind 2022", "35.790", "35.775", "35.805"],
        ["end of 2023", "49,860", "49,845", "49,875"],
        "fct_observations",
    ),
    "arrivals": (
        "Eerste asielaanvragen en ingereisde nareizigers",
        "First asylum applications and family members arrived",
        13,
        ["Eerste asielaanvragen", "2016", "18.170", "18.165", "18.175"],
        ["family members arrived, persons", "2023", "10.130", "10,125", "10,135"],
        "fct_observations",
    ),
    "late": (
        "De meeste te late beslissingen van 2023 komen van Bezwaar, Nareis, Asiel spoor 4 en Familie & Gezin",
        "Most late decisions of 2023 come from Objections, Asylum family reunification, Asylum track 4 and Family",
        13,
        ["Bezwaar", "14.645", "14.541", "14.748"],
        ["Students", "0", "0", "116"],
        "fct_metrics",
    ),
    "disposition": (
        "Berekende afhandelingsduur van de voorraad",
        "Calculated disposition time of the backlog",
        15,
        ["8 EVRM bij AMV", "1.374,6", "1.372,1", "1.377,1"],
        ["Students", "3.0", "2.9", "3.1"],
        "fct_metrics",
    ),
    "courts": (
        "In 2023 kwamen er 64,3% meer rechtszaken over verblijf binnen dan in 2022",
        "In 2023 64.3% more court cases about residence were received than in 2022",
        12,
        ["Rechtszaken verblijf", "ontvangen", "2021", "33.880", "33.875", "33.885"],
        ["Other court cases", "handled", "2023", "13.460", "13,455", "13,465"],
        "fct_observations",
    ),
    "judgments": (
        "Uitspraken van de rechter",
        "Judgments of the courts",
        12,
        ["instandhoudingen asiel", "2021", "86%", "85,5%", "86,5%"],
        ["further appeal by the IND in regular cases, share of judgments against it", "2023", "18%", "17.5%", "18.5%"],
        "fct_observations",
    ),
    "notices": (
        "Ingebrekestellingen en klachten",
        "Notices of default and complaints",
        6,
        ["Ingebrekestellingen", "2021", "4.390", "4.385", "4.395"],
        ["Complaints", "2023", "6.100", "6,095", "6,105"],
        "fct_observations",
    ),
    "documents": (
        "Documenten",
        "Documents",
        38,
        ["verblijfsvergunningen asiel onbepaalde tijd", "2021", "22.680", "22.675", "22.685"],
        ["Withdrawal Agreement residence documents, temporary", "2023", "480", "475", "485"],
        "fct_observations",
    ),
    "contacts": (
        "Contacten",
        "Contacts",
        11,
        ["Telefonie", "2021", "461.470", "461.465", "461.475"],
        ["residence endorsement stickers issued (Ukraine)", "2023", "33.985", "33,985", "33,985"],
        "fct_observations",
    ),
    "workforce": (
        "Eind 2023 had de IND 12,0% meer personeel dan een jaar eerder",
        "At the end of 2023 the IND had 12.0% more staff than a year before",
        9,
        ["ambtelijke bezetting", "2021", "4.120", "4.119,5", "4.120,5"],
        ["total staff", "2023", "6.039", "6,038.5", "6,039.5"],
        "fct_observations",
    ),
    "sources": (
        "Van de 22 cijfers die ook elders staan, wijken er 3 meer af dan de marges verklaren",
        "Of 22 figures that are published elsewhere too, 3 differ by more than the margins explain",
        22,
        [
            "AIDA, Country report Netherlands, update 30-04-2024",
            "Eerste asielaanvragen",
            "2022",
            "35.535",
            "35.540",
            "5",
            "-5",
            "5",
        ],
        [
            "AIDA, Country report Netherlands, update 30-04-2024",
            "Asylum tracks 1, 2 and 4",
            "2023",
            "49,860",
            "49,860",
            "0",
            "-20",
        ],
        "fct_reconciliation",
    ),
    "nationalities": (
        "De meest voorkomende nationaliteiten",
        "The most frequent nationalities",
        10,
        ["Familie & Gezin", "Indiase", "Turkse", "Russische"],
        ["Article 8 ECHR, minors", "Syrian", "Eritrean", "Somali"],
        "fct_top_nationalities",
    ),
    "glossary": (
        "Begrippen",
        "Terms",
        29,
        ["Familie & Gezin", "Familie & Gezin"],
        ["Family with Article 8 ECHR"],
        "dim_products",
    ),
}
OPENING = {
    "nl": [
        "In 2023 groeide de voorraad van Asiel spoor 4, Nareis, Bezwaar en 8 EVRM bij AMV samen met 36.260 (36.220 tot 36.300) zaken;"
        " die van de andere 11 procedures kromp per saldo met 18.970 (18.860 tot 19.080).",
        "Van de beslissingen van 2023 waarvoor de tijdigheid is gepubliceerd, viel 15,0% (14,5 tot 15,6) buiten de wettelijke termijn;"
        " 78% (76 tot 81) daarvan komt van Bezwaar, Nareis, Asiel spoor 4 en Familie & Gezin.",
        "Er waren in 2023 38.380 (38.375 tot 38.385) eerste asielaanvragen, en aan het einde van dat jaar waren er bij Asiel sporen 1, 2"
        " en 4 samen 49.860 (49.845 tot 49.875) zaken in behandeling.",
    ],
    "en": [
        "In 2023 the backlogs of Asylum track 4, Asylum family reunification, Objections and Article 8 ECHR, minors grew by 36,260"
        " (36,220 to 36,300) cases together; those of the other 11 procedures shrank by 18,970 (18,860 to 19,080) on balance.",
        "Of the decisions of 2023 for which timeliness is published, 15.0% (14.5 to 15.6) fell outside the statutory time limit;"
        " 78% (76 to 81) of these come from Objections, Asylum family reunification, Asylum track 4 and Family.",
        "There were 38,380 (38,375 to 38,385) first asylum applications in 2023, and at the end of that year 49,860 (49,845 to 49,875)"
        " cases were pending in Asylum tracks 1, 2 and 4 together.",
    ],
}
# what the margins in the texts are, and on what the notes under a title are
SAID = {
    "ratio": ["onder 1 zit: 6; zeker erboven: 9"],
    "asylum": ["38.380 (38.375 tot 38.385)", "14.070 (14.040 tot 14.100)", "blijft -180;", "kan 60 verklaren"],
    "late": ["54.808 (53.084 tot 56.648) van 364.330", "24.145 (23.905 tot 24.384)"],
    "courts": ["Van 36.710 in 2022 naar 60.310 in 2023: 64,29% (64,25 tot 64,33)", "5 meer of minder"],
    "workforce": ["Van 5.393 in 2022 naar 6.039 in 2023: 11,98% (11,95 tot 12,00)", "0,5 meer of minder"],
    "sources": [
        "Van 17 cijfers die in twee edities staan, zijn er 0 herzien; onder die 17 zijn 0 voorraden en 0 cijfers van asielsporen"
    ],
    "timeliness": ["Niet gepubliceerd voor Intrekkingen, Asiel spoor 1 en Caribisch Nederland", "0,5 procentpunt meer of minder"],
    "contacts": ["verschilt per cijfer"],
}
SAID_IN_ENGLISH = {
    "courts": "From 36,710 in 2022 to 60,310 in 2023: 64.29% (64.25 to 64.33)",
    "workforce": "From 5,393 in 2022 to 6,039 in 2023: 11.98% (11.95 to 12.00)",
    "late": "54,808 (53,084 to 56,648) of 364,330",
    "timeliness": "Not published for Withdrawals of permits, Asylum track 1 and Caribbean Netherlands",
}
NOTES = {
    "backlog": ["Familie & Gezin", "Asiel spoor 4", "Naturalisatie"],
    "flows": [
        "Familie & Gezin",
        "Asiel spoor 4",
        "Kennis & Talent, Studenten, Arbeidsmigranten, Familie & Gezin met 8 EVRM",
        "Naturalisatie",
    ],
    "timeliness": ["Familie & Gezin", "Asiel spoor 4", "Asiel spoor 4", "Nareis"],
    "outcomes": ["Familie & Gezin", "Asiel spoor 4"],
    "arrivals": ["Eerste asielaanvragen", "Ingereisde nareizigers", "Eerste asielaanvragen"],
    "notices": ["Ingebrekestellingen"] * 4,
    "documents": [
        *["EU/EER-documenten terugtrekkingsakkoord onbepaalde tijd, EU/EER-documenten terugtrekkingsakkoord bepaalde tijd"],
        "Documenten grensarbeider",
        *["EU/EER-documenten terugtrekkingsakkoord onbepaalde tijd, EU/EER-documenten terugtrekkingsakkoord bepaalde tijd"],
    ],
    "contacts": ["Contacten aan het IND-loket"],
    "sources": ["CBS 2018", "CBS 2020", "CBS 2021"],
}


@pytest.fixture
def open_page(browser):
    """Open the page at a width and in a language, with all its charts drawn; gather what it says to the console and asks for."""
    contexts = []

    def open_at(width: int = 1100, language: str = "nl"):
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(PAGE)
        page.wait_for_function(DRAWN)
        if language == "en":
            page.click("#switch")
            page.wait_for_function(DRAWN)
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_chart_is_drawn(open_page, language, width):
    """Every row of a table has its mark in the picture above it, and the page is silent and asks for nothing but itself."""
    page = open_page(width, language)
    pictures = 0
    for section in page.query_selector_all("section"):
        rows = len(section.query_selector_all("tbody tr"))
        assert rows
        if section.query_selector("svg"):
            pictures += 1
            marks = section.query_selector_all(".mark-symbol path, .mark-rect path")
            assert len(marks) == rows, section.get_attribute("id")
    assert pictures == 16
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
    page = open_page(language=language)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_links(open_page):
    """What the page links to is there, and what is there links back."""
    page = open_page()
    links = {link.get_attribute("href") for link in page.query_selector_all("a[href]")}
    assert "docs/index.html" in links and "data/ind_warehouse.xlsx" in links
    inside = {link for link in links if not link.startswith(("#", "https:"))}
    assert [link for link in inside if not (SITE / link.split("#")[0]).exists()] == []
    assert [link for link in links if link.startswith("#") and not page.query_selector(link)] == []
    # the docs are drawn by a script: go there, and back
    for link in sorted(link for link in links if "#!" in link):
        page.goto((SITE / link.split("#")[0]).as_uri() + "#" + link.split("#")[1])
        page.wait_for_selector(f"h1:has-text('{link.split('.')[-1]}')")
    page.goto((SITE / "docs" / "index.html").as_uri())
    page.locator("a[href='../index.html']").first.click()
    page.wait_for_selector("#backlog")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_it_says(open_page, language):
    """Statements, titles and tables have the figures of the printed page, with their margin, in the language that shows."""
    page = open_page(language=language)
    shown = [text.rsplit(". ", 1)[0] + "." for text in page.locator(".opening li").all_inner_texts()]
    assert shown == OPENING[language]
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert [section.get_attribute("id") for section in page.query_selector_all("section")] == list(BY_HAND)
    for name, (title_nl, title_en, rows, first, last, mart) in BY_HAND.items():
        section = page.locator(f"#{name}")
        assert section.locator("h2").inner_text() == (title_nl if language == "nl" else title_en)
        table = section.locator("tbody tr")
        assert table.count() == rows, name
        row, expected = (table.first, first) if language == "nl" else (table.last, last)
        assert row.locator("td").all_inner_texts()[: len(expected)] == expected
        links = [link.get_attribute("href") for link in section.locator(".more a").all()]
        assert links == [f"data/{mart}.csv", f"docs/index.html#!/model/model.ind_warehouse.{mart}"]


def test_what_is_to_be_minded(open_page):
    """Texts have their figures, and the notes are about what they stand under; the foot tells the editions."""
    page = open_page()
    for name, texts in SAID.items():
        about = page.locator(f"#{name} p.about").first.inner_text()
        assert [text for text in texts if text not in about] == [], about
    notes = {name: page.locator(f"#{name} ul.about li").all_inner_texts() for name in BY_HAND}
    assert {name: [text.split(": ")[0] for text in texts] for name, texts in notes.items() if texts} == NOTES
    page.click("#switch")
    for name, text in SAID_IN_ENGLISH.items():
        assert text in page.locator(f"#{name} p.about").first.inner_text()
    page.click("#switch")
    footer = page.inner_text("footer")
    for edition in ("Jaarcijfers 2023 (325 cijfers)", "Jaarcijfers 2021 (31 cijfers)", "Jaarverslag 2020 (8 cijfers)"):
        assert edition in footer
    sources = page.locator("#flows p.about").last.inner_text()
    assert sources.startswith("Bron: ")
    for source in ("Jaarcijfers 2023", "Jaarverslag 2021, Werk en studie", "Nieuwsbericht Jaarcijfers 2021"):
        assert source in sources


def test_pictures_show_the_rows(open_page):
    """A figure lies within its bounds; the newest one is written at its point, and so are bounds, colours and the line at 1."""
    page = open_page()
    panels = page.evaluate(
        """() => [...document.querySelectorAll(".chart")].map((chart) => ({
            figure: chart.closest("section").id,
            rows: JSON.parse(chart.querySelector("[data-rows]").dataset.rows),
            labels: [...chart.querySelectorAll(".role-mark.mark-text text")].map((text) => text.textContent).filter((text) => text),
            rules: chart.querySelectorAll(".role-mark.mark-rule line:not([stroke-dasharray])").length,
        }))"""
    )
    assert len(panels) > 80
    for panel in panels:
        rows, figure = panel["rows"], panel["figure"]
        key = "residual" if figure == "sources" else "cases" if figure == "asylum" else "value"
        assert all(row["low"] <= row[key] <= row["high"] or row.get("verdict") == "differs" for row in rows), figure
        if figure in ("flows", "courts", "sources"):
            assert panel["labels"] == []
        elif figure == "asylum":
            assert panel["labels"] == ["35.790", "49.230", "−34.980", "−180", "49.860"]
        elif key == "value" and "printed" in rows[0]:
            assert panel["labels"] == [max(rows, key=lambda row: row["year"])["printed"]], figure
        else:
            assert panel["labels"] == [row["label_nl"] for row in rows]
            assert panel["rules"] == len(rows)
    late = next(panel["labels"] for panel in panels if panel["figure"] == "late")
    assert late[:2] + late[-1:] == ["14.541–14.748", "11.076–11.218", "0–116"]
    # and bounds that are wide are drawn wide
    lengths = [float(line.get_attribute("x2") or 0) for line in page.locator("#late .role-mark.mark-rule line").all()]
    assert max(map(abs, lengths)) > 10
    # the label stands above or below the newest point
    objections = page.locator("#backlog .chart", has_text="Bezwaar")
    label = objections.locator(".role-mark.mark-text text").last.bounding_box()
    point = objections.locator(".mark-symbol path").last.bounding_box()
    assert abs(label["x"] + label["width"] / 2 - point["x"] - point["width"] / 2) < 5
    # one is where the axis says that it is
    rule = page.locator("#ratio .mark-rule line[stroke-dasharray]").bounding_box()
    tick = page.locator("#ratio .role-axis-label text", has_text="1,0").bounding_box()
    assert abs(rule["x"] - tick["x"] - tick["width"] / 2) < 2
    # received and handled have the colours that the key gives them; the last point is the last row's
    colours = [mark.get_attribute("style") or "" for mark in page.locator("#courts .key > span").all()]
    received, handled = (re.search(r"#\w{6}", style)[0] for style in colours)
    marks = page.locator("#courts .chart").first.locator(".mark-symbol path")
    assert {mark.get_attribute("fill") for mark in marks.all()} == {received, handled}
    assert "22.000" in page.locator("#backlog").inner_text() and "20.000" in page.locator("#backlog").inner_text()
    page.click("#switch")
    page.wait_for_function(DRAWN)
    assert "22,000" in page.locator("#backlog").inner_text() and "20.000" not in page.locator("#backlog svg").all_inner_texts()


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
    subprocess.run([ROOT / ".venv" / "bin" / "python", "-m", "ind_warehouse", "page"], cwd=ROOT, check=True, capture_output=True)
    assert (SITE / "index.html").read_bytes() == before


def page_of(file: Path) -> str:
    """Write the page of another file, beside it."""
    page = file.with_suffix(".html")
    program = "import duckdb, pathlib, sys; from ind_warehouse.figures import write_page; write_page(duckdb.connect(sys.argv[1], read_only=True), pathlib.Path(sys.argv[2]))"
    subprocess.run([ROOT / ".venv" / "bin" / "python", "-c", program, file, page], cwd=ROOT, check=True, capture_output=True)
    return page.read_text("utf-8")


def test_other_figures(tmp_path):
    """Where bounds do not carry a statement there is none; where figures are missing there is no picture, and no line."""
    other = tmp_path / "ind_warehouse.duckdb"
    shutil.copy(ROOT / "ind_warehouse.duckdb", other)
    with duckdb.connect(other) as con:
        for sql in (
            "update fct_trends set value_lower = -0.01 where trend_key = 'court_cases_residence.applications/2023/growth'",
            "update fct_trends set value = -0.1, value_lower = -0.11, value_upper = -0.09"
            " where trend_key = 'workforce.total_staff/2023/growth'",
            "update fct_caseload set backlog_change_lower = -9000 where caseload_key = 'naturalisation/2023'",
            "update fct_caseload set backlog_change_upper = 29000 where caseload_key = 'naturalisation/2023'",
            "delete from fct_observations where observation_key = 'asylum_track_1.pending/2022@2023'",
            "delete from fct_observations where observation_key = 'students.pending/2022@2023'",
            "delete from fct_top_nationalities",
            "update fct_caseload set late_decisions_upper = 7500 where caseload_key = 'extensions/2023'",
        ):
            assert con.execute(f"use ind_warehouse.marts; {sql}").fetchall()[0][0], sql
    text = page_of(other)
    titles = dict(re.findall(r'<section id="(\w+)">.*?<h2>\s*<span lang="nl">(.*?)</span>', text, flags=re.DOTALL))
    assert titles["courts"] == "Rechtszaken"
    assert titles["workforce"] == "Eind 2023 had de IND 10,0% minder personeel dan een jaar eerder"
    assert titles["late"] == "Te late beslissingen"
    assert set(BY_HAND) - set(titles) == {"asylum", "nationalities"}
    opening = re.search(r'<ul class="opening">(.*?)</ul>', text, flags=re.DOTALL)[1]
    assert opening.count("<li>") == 1 and "78%" in opening
    rows = next(
        json.loads(rows.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&"))
        for name, rows in re.findall(r'<h3><span lang="nl">(.*?)</span>.*?data-rows="(.*?)"', text)
        if name == "Studenten"
    )
    assert [row["year"] for row in rows] == [2021, 2023] and rows[0]["part"] != rows[1]["part"]


def test_digest(tmp_path):
    """One figure that is another one gives another digest."""
    other = tmp_path / "ind_warehouse.duckdb"
    shutil.copy(ROOT / "ind_warehouse.duckdb", other)
    with duckdb.connect(other) as con:
        con.execute("update marts.fct_observations set value_upper = 196 where observation_key = 'students.pending/2023@2023'")
    digests = [re.search(r"<code>(\w+)</code>", html)[1] for html in (page_of(other), (SITE / "index.html").read_text("utf-8"))]
    assert digests[0] != digests[1]
