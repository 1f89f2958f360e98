"""The site in a real browser: what it says and draws, what it asks for, whom it shuts out."""

import csv
import functools
import http.server
import io
import pickle
import re
import shutil
import subprocess
import threading
from itertools import combinations, product
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parents[2]
SITE, SOURCES, PUBLISHED = ROOT / "site", ROOT / "ind_warehouse" / "site", ROOT / "ind_warehouse.duckdb"
LANGUAGES = ("nl", "en")
PAGES = sorted(path.relative_to(SITE).parent.as_posix() for lang in LANGUAGES for path in (SITE / lang).rglob("index.html"))
# a scheme changes colours alone, which test_contrast computes: each width once, each scheme twice
LOOKS = [(320, "light"), (390, "dark"), (768, "light"), (1280, "dark")]
# the pages that differ most from each other: they are looked at in every way, all others in one
DIFFERENT = ["nl", "en/asylum-track-4", "nl/naturalisatie", "nl/rechtszaken", "nl/bronnen-en-verschillen", "en/glossary"]
# read by hand from Jaarcijfers 2023: page, series, year, and the figure as it stands there
BY_HAND = [
    ("nl/asiel-spoor-4", "asylum_track_4.pending", "2023", "45.640"),
    ("en/asylum-track-4", "asylum_track_4.backlog_change", "2023", "+14,350"),
    ("nl/asiel-spoor-4", "asylum_track_4.late_decisions", "2023", "9.685 9.544\u20139.825"),
    ("nl/nareis", "asylum_family_reunification.arrivals", "2022", "10.930"),
    ("nl/asiel-sporen-1-2-4", "asylum_tracks.pending", "2023", "49.860"),
    ("en/knowledge-and-talent", "knowledge_talent.applications", "2022", "33,030"),
    ("nl/intrekkingen", "permit_withdrawals.permit_withdrawn_share", "2021", "33% 32,5%\u201333,5%"),
    ("nl/bezwaar", "objections.objection_well_founded_share", "2022", "37% 36,5%\u201337,5%"),
    ("en/students", "students.timely_share", "2023", ">99.5%"),
    ("nl/rechtszaken", "further_appeals_by_ind.further_appeal_share_asylum", "2023", "28% 27,5%\u201328,5%"),
    ("nl/contact", "service_desks.desk_contacts", "2023", "493.782"),
    ("en/contact", "telephone.calls_handled", "2021", "461,470"),
    ("nl/documenten", "documents.w_documents", "2022", "40.610"),
    ("nl/documenten", "documents.o_documents", "2021", "\u2013"),
    ("nl/ingebrekestellingen-en-klachten", "complaints.handled_timely_share", "2023", "79%"),
    ("en/staff", "workforce.external_staff", "2022", "835"),
]
READ = """() => ({
    lang: document.documentElement.lang,
    charts: [...document.querySelectorAll("figure")].map((figure) => ({
        code: figure.id, title: figure.querySelector("h2").textContent, alt: figure.querySelector("svg").getAttribute("aria-label"),
        marks: [...figure.querySelectorAll("[data-mark]")].map((mark) => mark.dataset.mark).sort(),
        rows: [...figure.querySelectorAll("[data-row]")].map((row) => row.dataset.row).sort(),
        sql: [...figure.querySelectorAll("pre")].at(-1).textContent, cited: figure.querySelector("pre").textContent,
        labels: [...figure.querySelectorAll("svg > :not(.alone) ~ text, svg > text")]
            .filter((text) => text.classList.contains("v") || text.classList.contains("note"))
            .map((text) => { const box = text.getBoundingClientRect(); return [text.textContent, box.left, box.top, box.right, box.bottom]; }),
        lines: [...figure.querySelectorAll("svg > .s")].map((line) => [0, 1].map((end) => line.getPointAtLength(end * line.getTotalLength())
            .matrixTransform(line.getScreenCTM())).map((point) => [point.x, point.y])),
    })),
    links: [...document.querySelectorAll("a[href], link[href], script[src]")].map((one) => one.href || one.src),
    pair: document.querySelector("link[hreflang]:not([hreflang=" + document.documentElement.lang + "])").href,
    series: Object.fromEntries([...document.querySelectorAll("[data-series]")].map((row) => [row.dataset.series,
        Object.fromEntries([...row.cells].slice(1).map((cell, at) => [
            row.closest("table").tHead.rows[0].cells[at + 1].firstChild.textContent.trim(),
            [...cell.childNodes].filter((node) => !node.classList?.contains("broken")).map((node) => node.textContent.trim()).filter(Boolean).join(" "),
        ]))])),
    ids: [...document.querySelectorAll("[id]")].map((one) => one.id),
})"""


def address(page: str) -> str:
    """Where a page lies on the disk."""
    return (SITE / page / "index.html").as_uri()


@pytest.fixture(scope="module")
def read(browser):
    """What stands on each page, and what each asked for."""
    asked, found, page = [], {}, browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto(address(name))
        found[name] = page.evaluate(READ)
    page.close()
    return found | {"asked": asked}


@pytest.fixture
def open_page(browser):
    """Open a page of a width and looks."""
    opened = []

    def opens(name: str = "nl", width: int = 1280, **looks):
        opened.append(browser.new_page(viewport={"width": width, "height": 900}, **looks))
        opened[-1].goto(address(name))
        return opened[-1]

    yield opens
    for page in opened:
        page.close()


def made_of(file: Path, *address: str) -> dict[str, str | bytes]:
    """Make the site of a file, for an address or for the disk, in a process of its own."""
    program = """import pickle, sys, duckdb
from ind_warehouse.site.build import files
from ind_warehouse.site.pages import Reader
sys.stdout.buffer.write(pickle.dumps(files(Reader(duckdb.connect(sys.argv[1], read_only=True)), *sys.argv[2:])))"""
    python = ROOT / ".venv" / "bin" / "python"
    return pickle.loads(subprocess.run([python, "-c", program, file, *address], cwd=ROOT, check=True, capture_output=True).stdout)


def test_rows_are_marks_are_csv(read):
    """Each chart draws each row once, has them all in its table, and in the CSV file, which its SQL gives on the published file."""
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        charts = [(name, chart) for name in PAGES for chart in read[name]["charts"]]
        assert len(charts) > 100
        for name, chart in charts:
            text = (SITE / name / f"{chart['code']}.csv").read_text("utf-8")
            rows = con.execute(chart["sql"])
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows([[column[0] for column in rows.description], *rows.fetchall()])
            assert out.getvalue() == text, (name, chart["code"])
            figures = sorted(f"{row['series_code']}/{row['reference_year']}" for row in csv.DictReader(io.StringIO(text)))
            alone = re.findall(r'data-mark="([^"]+)"', (SITE / name / f"{chart['code']}.svg").read_text("utf-8"))
            assert chart["marks"] == chart["rows"] == sorted(alone) == figures and figures, (name, chart["code"])


def test_figures_read_by_hand(read):
    """What was typed from the printed edition stands on the pages."""
    for page, series, year, expected in BY_HAND:
        assert read[page]["series"][series][year] == expected, (page, series)


def test_margins_are_those_of_the_warehouse(read):
    """Each figure stands as rpt_figures writes it, but for the minus and the plus."""
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        rows = con.execute("""
            select product_code || '.' || coalesce(measure_code, metric_code), reference_year::varchar, shown_nl, shown_en from marts.rpt_figures
            where value is not null
        """).fetchall()
    shown = {}
    for name in PAGES:
        for series, years in read[name]["series"].items():
            shown[read[name]["lang"], series] = years
    found = 0
    for series, year, *texts in rows:
        for lang, text in zip(LANGUAGES, texts, strict=True):
            if (lang, series) in shown:
                plain = shown[lang, series][year].translate(str.maketrans("\u2212\u00a0", "- ")).lstrip("+")
                assert plain == text.replace(" (", " ").rstrip(")"), (series, year)
                found += 1
    assert found > 1000


def test_sources_are_whole():
    """Each publication stands with its own address and number of figures, and each check with its verdict."""
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        printed = con.execute("""
            select coalesce(address, ''), publication, count(*)::varchar from marts.fct_observations
            group by publication_code, publication, address
        """).fetchall()
        (checks,) = con.execute("select count(*) from marts.fct_reconciliation").fetchone()
    for page in ("nl/bronnen-en-verschillen", "en/sources-and-differences"):
        html = (SITE / page / "index.html").read_text("utf-8")
        listed = html[html.index('id="editions"') : html.index('id="others"')]
        row = '<tr><th scope="row"><(?:a href="(.*?)"|span) lang="..">(.*?)</.*?<td class="n">(.*?)</td></tr>'
        assert sorted(re.findall(row, listed)) == sorted(printed)
        assert html.count('<td class="verdict">') == checks


def test_doubt_is_shown():
    """Marks stand at doubted figures and what is computed from them, no title builds on these, and margins are named."""
    track, students, overview, asylum = (
        (SITE / page / "index.html").read_text("utf-8")
        for page in ("en/asylum-track-2-safe-country", "en/students", "nl", "nl/asiel-spoor-4")
    )
    assert "Margin from rounding: ±5 and ±20 (unexplained)." in track and "fewer cases" not in track and "went from" not in track
    assert all(f">{figure}<a class=" in track for figure in ("190", "\u221220", "+100", "2.0")) and "* There is a remark" in track
    assert "More than 99.5% of the decisions of 2023" in students
    assert "50.910* (2024)" in overview and overview.count(">†</a>") == 4 and "† De wet, definitie of registratie" in asylum
    assert "binnen de marge" in (SITE / "nl" / "bronnen-en-verschillen" / "index.html").read_text("utf-8")


def test_pages_of_all_products(read):
    """Each procedure has a row on the overview and a page with its figures, each product a page, in both languages."""
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        caseload, products = (
            {row[0] for row in con.execute(f"select distinct product_code from marts.{table}").fetchall()}
            for table in ("fct_caseload", "fct_observations")
        )
    for lang in LANGUAGES:
        text = (SITE / lang / "index.html").read_text("utf-8")
        assert set(re.findall(r'data-product="(\w+)"', text)) == caseload
        held = {series.split(".")[0] for name in PAGES if name.startswith(lang) for series in read[name]["series"]}
        assert held == caseload | products
    assert all(len(read[name]["charts"]) <= 4 for name in PAGES)


def test_texts_in_both_languages():
    """What is said in one language is said in the other, with the same values filled in."""
    found = 0

    def walk(place: str, value: object) -> None:
        nonlocal found
        if isinstance(value, dict) and LANGUAGES[0] in value:
            assert all(value.get(lang) for lang in LANGUAGES), place
            fields = [set(re.findall(r"\{\w+\}", str(value[lang]))) for lang in LANGUAGES]
            assert fields[0] == fields[1], place
            found += 1
        for key, one in value.items() if isinstance(value, dict) else ():
            walk(f"{place}.{key}", one)

    for path in SOURCES.glob("*.yaml"):
        walk(path.stem, yaml.safe_load(path.read_text("utf-8")))
    assert found > 150


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_access_and_width(open_page, width, scheme):
    """Axe finds nothing that shuts a reader out, details open, and nothing sticks out sideways."""
    for name in PAGES if (width, scheme) == (320, "light") else DIFFERENT:
        page = open_page(name, width, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, name
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{name} {width} {scheme}\n{results.generate_report()}"
        page.close()


def test_contrast():
    """Words and lines have at least 4.5 to 1 on paper and on grey, in light and in dark."""

    def light(colour: str) -> float:
        digits = colour.lstrip("#")
        digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    sheet = (SOURCES / "style.css").read_text("utf-8")
    for rules in (sheet[: sheet.index("@media")], sheet[sheet.index("@media") : sheet.index("* {")]):
        colours = dict(re.findall(r"--([\w-]+): (#\w+);", rules))
        for ground, name in ((ground, name) for ground in ("paper", "soft") for name in colours):
            pair = sorted((light(colours[ground]), light(colours[name])))
            if name in ("ink", "quiet", "link", "warn", "one", "two", "three", "four"):
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (ground, name)


def test_labels_lie_apart(read):
    """No figure in a chart lies over another, nor over the name of a break, and no line runs through one."""
    for name in PAGES:
        for chart in read[name]["charts"]:
            for (one, *a), (other, *b) in combinations(chart["labels"], 2):
                # boxes have room above and below the letters
                over = a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 5 and b[1] < a[3] - 5
                assert not over, (name, chart["code"], one, other)
            for (one, left, top, right, bottom), ((x, y), (to_x, to_y)) in product(chart["labels"], chart["lines"]):
                points = [(x + (to_x - x) * part / 50, y + (to_y - y) * part / 50) for part in range(51)]
                assert not any(left + 3 < x < right - 3 and top + 5 < y < bottom - 5 for x, y in points), (
                    name,
                    chart["code"],
                    one,
                )


def test_charts_say_their_figures(read):
    """The alternative text of a chart holds what its table shows, and the citation names source and chart."""
    for name in PAGES:
        for chart in read[name]["charts"]:
            assert len(re.findall(r"\d", chart["alt"])) >= 4 * (len(chart["rows"]) > 1), (name, chart["code"])
            assert "IND" in chart["cited"] and f"#{chart['code']}" in chart["cited"]


def test_phone_begins_where_readers_look(open_page):
    """On a phone the overview shows its first procedures at once, and a table by year its newest years."""
    page = open_page("nl", 390)
    assert page.locator(".main tbody tr:not(.group)").nth(1).bounding_box()["y"] < 844
    page = open_page("nl/nareis", 390)
    head, names = page.locator(".by-year thead th").last.bounding_box(), page.locator(".by-year thead th").first.bounding_box()
    assert head["x"] + head["width"] <= 390 and names["x"] >= 0


@pytest.mark.parametrize("width", [320, 390, 560, 1000])
def test_no_year_is_cut(open_page, width):
    """Beside the names stand whole years, however many fit, and the newest whole year is one of them."""
    page = open_page("nl", width)
    for name in (name for name in PAGES if name.startswith("nl/")):
        page.goto(address(name))
        if page.locator(".by-year").count():
            names, *years = (head.bounding_box() for head in page.locator(".by-year thead th").all())
            begin, end = names["x"] + names["width"], page.locator(".wide:has(> .by-year)").bounding_box()
            end = end["x"] + end["width"]
            sides = [(year["x"], year["x"] + year["width"]) for year in years]
            assert not [
                side for side in sides if side[0] < begin - 1 < begin + 1 < side[1] or side[0] < end - 1 < end + 1 < side[1]
            ], name
            whole = page.locator(".by-year thead th:not(.soft)").last.bounding_box()
            assert begin - 1 <= whole["x"] and whole["x"] + whole["width"] <= end + 1, name


def test_links(read):
    """Every link inside leads to something, every anchor is there, and languages lead to each other."""
    for name in PAGES:
        for link in read[name]["links"]:
            parts = urlsplit(link)
            if parts.scheme == "file":
                path = Path(parts.path)
                assert path.is_file(), (name, link)
                if parts.fragment and path.name == "index.html":
                    assert parts.fragment in read[path.parent.relative_to(SITE).as_posix()]["ids"], (name, link)
        other = Path(urlsplit(read[name]["pair"]).path).parent.relative_to(SITE).as_posix()
        assert read[other]["lang"] != read[name]["lang"]
        assert read[other]["pair"] == address(name)
        # anchors are codes, the same in both languages
        assert [chart["code"] for chart in read[other]["charts"]] == [chart["code"] for chart in read[name]["charts"]]
    assert 'url=nl/index.html"' in (SITE / "index.html").read_text("utf-8")
    assert "../index.html" in (SITE / "docs" / "index.html").read_text("utf-8")


def test_nothing_foreign_and_light(read):
    """No page asks for anything but its own files, and the first one weighs less than 100 kB."""
    assert {urlsplit(url).scheme for url in read["asked"]} <= {"file", "data"}
    assert {Path(urlsplit(url).path).name for url in read["asked"] if url.startswith("file")} == {
        "index.html",
        "style.css",
        "site.js",
    }
    # an icon is asked for by browsers with a window alone
    named = re.compile(r"""(?:src=|url\(|@import\s*|rel="(?:icon|stylesheet)" href=)["']?(?:https?:)?//""")
    assert [path for path in SITE.glob("*.*") if named.search(path.read_text("utf-8"))] == []
    assert [name for name in PAGES if named.search((SITE / name / "index.html").read_text("utf-8"))] == []
    for lang in LANGUAGES:
        files = (SITE / lang / "index.html", SITE / "style.css", SITE / "site.js")
        assert sum(file.stat().st_size for file in files) < 100_000


def test_without_javascript(open_page):
    """Without scripts there are table, charts and rows, and nothing that would do nothing."""
    page = open_page("nl", java_script_enabled=False)
    assert page.locator(".main tbody tr:not(.group)").first.is_visible() and not page.locator("form").is_visible()
    page = open_page("en/asylum-track-4", java_script_enabled=False)
    assert page.locator("figure svg").first.is_visible() and page.locator("figure button:visible").count() == 0
    page.locator("figure summary").first.click()
    assert page.locator("figure [data-row]").first.is_visible()


def test_under_a_strict_policy(browser):
    """Served with a policy that allows nothing inline and nothing foreign, it looks the same and complains of nothing."""

    class Strict(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", "default-src 'self'; style-src 'self'; img-src 'self' data:")
            super().end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Strict, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said, page = [], browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    for name in DIFFERENT:
        page.goto(f"http://127.0.0.1:{server.server_port}/{name}/")
        assert page.evaluate("getComputedStyle(document.querySelector('header')).borderBottomWidth") == "3px"
    page.close()
    server.shutdown()
    server.server_close()
    assert said == []


def test_forced_colours_and_print(open_page):
    """In forced colours lines keep standing out; printed, charts have their source and stay whole, and what is for clicking is gone."""
    page = open_page("en/asylum-track-4", forced_colors="active")
    colours = page.evaluate("""() => [".s.l1", ".p.l1", ".axis"].map((of) => document.querySelector("figure " + of)).map((one) =>
        [getComputedStyle(one).stroke, getComputedStyle(one).fill]).flat().concat(getComputedStyle(document.body).backgroundColor)""")
    assert colours[-1] not in (colours[0], colours[3], colours[4])
    page = open_page("en/asylum-track-4")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert (
        page.locator("figure .printed").first.is_visible() and "Jaarcijfers" in page.locator("figure .printed").first.inner_text()
    )
    assert page.locator("footer .printed").inner_text().count("asylum-track-4") and "20" in page.inner_text("[data-today]")
    assert page.locator("header nav:visible, .take:visible, form:visible").count() == 0
    sizes = page.evaluate(
        "[...document.querySelectorAll('figure')].map((one) => [getComputedStyle(one).breakInside, one.offsetHeight])"
    )
    # a sheet of A4 is 1,123 pixels high
    assert all(rule == "avoid" and height < 1000 for rule, height in sizes)
    assert len(page.pdf()) > 10_000


def test_sort_and_search_by_keyboard(open_page):
    """The table is sorted and searched without a mouse, by words of either language, and goes back to its order."""
    page = open_page("en")
    shown = page.locator(".main tbody tr:not(.group):visible th")
    first = shown.all_inner_texts()
    page.locator(".main thead button").nth(1).focus()
    page.keyboard.press("Enter")
    pending = [
        float(one)
        for one in page.locator(".main tbody tr:not(.group) td:nth-child(2)").evaluate_all(
            "all => all.map(one => one.dataset.value).filter(Boolean)"
        )
    ]
    assert pending == sorted(pending, reverse=True) and len(pending) > 10
    assert page.locator(".main thead th").nth(1).get_attribute("aria-sort") == "descending"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert shown.all_inner_texts() == first
    page.locator("#find").focus()
    page.keyboard.type("nareis")
    assert "Asylum family reunification" in shown.all_inner_texts() and shown.count() < 4
    assert page.locator("output").inner_text().endswith("found")


def test_png(open_page):
    """A chart is taken along as a picture, with its title and source."""
    page = open_page("nl/asiel-spoor-4")
    with page.expect_download() as download:
        page.locator("figure#pending .take > button").click()
    assert download.value.suggested_filename == "asiel-spoor-4-pending.png"
    content = download.value.path().read_bytes()
    assert content[:4] == b"\x89PNG" and int.from_bytes(content[16:20]) > 1000
    svg = (SITE / "nl" / "asiel-spoor-4" / "pending.svg").read_text("utf-8")
    assert "Bron: IND, " in svg and "var(" not in svg


def test_same_each_time():
    """The same figures give the same bytes, and these are what was written."""
    made = made_of(PUBLISHED)
    assert made == made_of(PUBLISHED)
    assert {path: (SITE / path).read_text("utf-8") for path in made} == made
    assert not any(path.endswith((".png", ".xml")) for path in made) and not (SITE / "sitemap.xml").exists()


def test_address():
    """Where it is told its address, what leaves the site has it whole, search engines find each page, and each has its card."""
    made = made_of(PUBLISHED, "https://example.org/ind")
    assert made == made_of(PUBLISHED, "https://example.org/ind")
    page = made["nl/nareis/index.html"]
    for text in (
        '<link rel="canonical" href="https://example.org/ind/nl/nareis/">',
        '<link rel="alternate" hreflang="en" href="https://example.org/ind/en/asylum-family-reunification/">',
        "https://example.org/ind/nl/nareis/#pending",
        "https://example.org/ind/nl/nareis/pending.svg",
        '<meta property="og:image" content="https://example.org/ind/nl/nareis/card.png">',
    ):
        assert text in page
    assert made["sitemap.xml"].count("<loc>https://example.org/ind/") == len(PAGES)
    cards = {path: held for path, held in made.items() if path.endswith("card.png")}
    assert len(cards) == len(set(cards.values())) == len(PAGES)
    for path, card in cards.items():
        assert (card[:4], card[16:24]) == (b"\x89PNG", (1200).to_bytes(4) + (630).to_bytes(4)), path
        # words take room: a card without its font is half as large
        assert len(card) > 12_000, path
        html = made[path.replace("card.png", "index.html")]
        assert f'"og:image" content="https://example.org/ind/{path}"' in html and 'name="twitter:card"' in html


def test_other_figures(tmp_path):
    """A new product, series, metric and year appear by themselves; what bounds do not carry is not said; a gap is no line."""
    other = tmp_path / "ind_warehouse.duckdb"
    shutil.copy(PUBLISHED, other)
    with duckdb.connect(other) as con:
        year = con.execute("select edition_year from marts.dim_editions where is_newest_whole").fetchone()[0]
        con.execute("use ind_warehouse.marts")
        for sql in (
            "insert into dim_products (product_code, position, product_group, name_nl, name_en, short_name_nl, short_name_en, is_derived,"
            " is_caseload) values ('stamps', 99, 'services', 'Stempels', 'Stamps', 'Stempels', 'Stamps', false, false)",
            "insert into dim_measures (measure_code, name_nl, name_en, unit, role, stock_or_flow) values"
            " ('stamped', 'gestempeld', 'stamped', 'count', 'other', 'flow')",
            "insert into fct_observations by name select * replace ('stamps' as product_code, 'stamped' as measure_code, 'stamps.stamped' as"
            f" series_code, 'stamps/' || reference_year as observation_key, reference_year + 3 as reference_year) from fct_observations"
            f" where series_code = 'students.applications' and edition_year = {year}",
            "insert into dim_metrics by name select * replace ('pace' as metric_code, 'Tempo' as name_nl, 'Pace' as name_en) from dim_metrics"
            " where metric_code = 'net_inflow'",
            "insert into fct_metrics by name select * replace ('pace' as metric_code, metric_key || '/pace' as metric_key) from fct_metrics"
            " where metric_code = 'net_inflow'",
            f"update fct_metrics set value_lower = -9000, value_upper = 29000 where metric_key = 'asylum_track_4/{year}/backlog_change'",
            f"update fct_caseload set backlog_change_lower = -1 where reference_year = {year}",
            f"delete from fct_observations where series_code = 'students.pending' and reference_year = {year - 1}",
        ):
            assert con.execute(sql).fetchall()[0][0], sql
    made = made_of(other)
    stamps = made["en/stamps/index.html"]
    assert "<h1>Stamps</h1>" in stamps and "stamped" in stamps and f">{year + 3}" in stamps and "some figures" in stamps
    assert "stamps/index.html" in made["en/index.html"] and str(year + 3) in made["en/index.html"]
    assert ">Tempo <" in made["nl/studenten/index.html"]
    before = (SITE / "en" / "index.html").read_text("utf-8"), (SITE / "en" / "asylum-track-4" / "index.html").read_text("utf-8")
    after = made["en/index.html"], made["en/asylum-track-4/index.html"]
    for text, one, two in zip(("<li>In", "more cases were pending"), before, after, strict=True):
        assert two.count(text) < one.count(text)
    # the year that was deleted had a line on either side
    charts = (SITE / "nl" / "studenten" / "pending.svg").read_text("utf-8"), made["nl/studenten/pending.svg"]
    assert charts[0].count("s l1") - charts[1].count("s l1") == 2
