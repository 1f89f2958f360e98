"""The Superset server: its dashboard matches the marts, users can do no harm, and what they save is kept."""

import fcntl
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import compress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

import duckdb
import pytest
import yaml
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
SERVE = [ROOT / ".superset" / "venv" / "bin" / "python", "-I", ROOT / "dashboards" / "superset" / "serve.py"]
# special characters in a folder's name, and settings for a proxy, another Superset and another gunicorn
FOLDER = 'it\'s a $HOME & b; #1 [x]* {y} "é" ~'
SURROUNDINGS = {
    "http_proxy": "http://127.0.0.1:9",
    "GUNICORN_CMD_ARGS": "--threads=many",
    "SUPERSET_APP_ROOT": "/elsewhere",
    "SUPERSET_CONFIG": "another_superset",
    "SUPERSET__SQLALCHEMY_DATABASE_URI": "sqlite:////nowhere/superset.db",
    "WEB_CONCURRENCY": "many",
}
PUBLISHED = ROOT / "ind_warehouse.duckdb"
LOADS = 20
# tabs of the dashboard and the number of their charts
TABS = {"One year": 6, "Through the years": 7, "All figures": 1}
LINES = ["Pending: asylum", "Pending: family, knowledge, study and work", "Pending: other procedures"]
FLOWS = "Received and decided"
NEWEST = "(select edition_year from marts.dim_editions where is_newest_whole)"
MONTHS = "Months of work (not a waiting time)"
# by table: its metric, the factor to the unit shown, the decimals of its bounds, the figure, and further columns
TABLES = {
    "Change in pending": ("backlog_change", "1", 0, "round(backlog_change)", ""),
    "Decided late": ("late_decisions", "1", 0, "round(late_decisions)", ", coalesce(break_note_en, '')"),
    "Decided on time": ("timely_share", "100", 1, "shown_en", ", '%', coalesce(break_note_en, '')"),
    MONTHS: ("disposition_time_days", "12 / 365", 1, "round(12 / 365 * disposition_time_days, 1)", ""),
}
BOUNDS = (("floor", "lower"), ("ceil", "upper"))
# the tables of all years, by the rows that they show
PIVOTS = {
    "Pending": "measure_code = 'pending'",
    "Courts": "product_group = 'legal_affairs' and measure_code is not null",
    "Complaints, contact and staff": "product_code <> 'documents' and measure_code is not null"
    " and product_group in ('services', 'notices_and_complaints', 'workforce')",
    "Documents": "product_code = 'documents'",
}
SITE = ROOT / "ind_warehouse" / "site"
# whether anything can only be read by scrolling sideways
WIDER = """() => [...document.querySelectorAll("html, .slice_container *")]
    .some(part => part.clientWidth && part.scrollWidth > part.clientWidth + 1
        && (part.matches("html") || ["auto", "scroll"].includes(getComputedStyle(part).overflowX)))"""
# forbidden: changing the warehouse, writing and reading other files, changing settings
FORBIDDEN = [
    "insert into marts.dim_editions select * from marts.dim_editions",
    "update marts.fct_caseload set pending = 0",
    "drop table marts.fct_caseload",
    "create table marts.mine as select 1 as one",
    "create temp table mine as select 1 as one",
    "copy marts.fct_caseload to '{folder}/stolen.csv'",
    "copy (select 1) to '{folder}/stolen.parquet' (format parquet)",
    "export database '{folder}/stolen'",
    "attach '{folder}/other.duckdb' as other",
    "install httpfs",
    "load httpfs",
    "select * from read_csv('/etc/passwd', header = false, sep = '|')",
    "select * from read_text('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from glob('/etc/*')",
    "set enable_external_access = true",
    "reset enable_external_access",
    "set lock_configuration = false",
    "set disabled_filesystems = ''",
    "comment on table marts.fct_caseload is 'mine'",
    # DuckDB's own file stays accessible, and an attach may ask for write access
    "attach ':memory:' as nn (read_write); use nn; detach ind_warehouse; attach '{file}' as w (read_write);"
    " prepare p as update w.marts.fct_caseload set pending = 0; execute p; select 1 as x",
    "attach ':memory:' as nn (read_write); use nn; detach ind_warehouse;"
    " copy (select 1 as a) to '{file}.wal' (format csv); select 1 as x",
    "select * from read_blob('{file}')",
    "copy (select 1 as a) to '{file}.tmp/x.csv'",
]


def called(home: Path, *arguments: str, **surroundings: str) -> subprocess.CompletedProcess:
    """Call the server's command."""
    return subprocess.run(
        [*SERVE, "--home", home, *arguments], cwd=ROOT, env=os.environ | surroundings, capture_output=True, text=True
    )


def serve(home: Path, *arguments: str) -> str:
    """Call the server's command with unrelated environment variables, and return its output."""
    # a PYTHONPATH for another program
    another = home.parent / "another"
    another.mkdir(exist_ok=True)
    (another / "sitecustomize.py").write_text("raise SystemExit('This is for another program.')")
    result = called(home, *arguments, PYTHONPATH=str(another), **SURROUNDINGS)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


def refused(home: Path, *arguments: str, **surroundings: str) -> str:
    """Call the server's command, check that it fails with one line, and return that line."""
    result = called(home, *arguments, **surroundings)
    assert result.returncode == 1 and result.stdout == "" and re.fullmatch(r"Error: .*\n", result.stderr), result.stderr
    return result.stderr


class Server:
    """A server on a copy of the published file."""

    def __init__(self, folder: Path) -> None:
        """Start it on a free port."""
        self.home, self.file = folder / "home", folder / "ind_warehouse.duckdb"
        shutil.copy(PUBLISHED, self.file)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        self.start()

    def start(self) -> None:
        """Start it, and read its address and login from what it prints."""
        relative = os.path.relpath(self.file, ROOT)
        address, login, _ = serve(self.home, "start", "--port", self.port, "--file", relative).splitlines()[-3:]
        self.dashboard = address
        self.root = address.split("/superset/")[0]
        self.user, self.password = login.removeprefix("user ").split(", password ")

    def stop(self) -> None:
        """Stop it, and check that the port is closed."""
        assert serve(self.home, "stop") == "Stopped.\n"
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", int(self.port)))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running server."""
    assert SERVE[0].exists(), "The server is not installed: run make test-clients"
    folder = tmp_path_factory.mktemp("superset") / FOLDER
    folder.mkdir()
    server = Server(folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def page(server, browser):
    """A page with a logged-in user."""
    page = browser.new_page(viewport={"width": 1280, "height": 2700})
    # an answer to an earlier request that arrives after the login ends the session: wait for all, and look whether it holds
    for _ in range(3):
        page.goto(f"{server.root}/login/", wait_until="networkidle")
        page.fill("#username", server.user)
        page.fill("#password", server.password)
        page.keyboard.press("Enter")
        with suppress(TooLate):
            page.wait_for_url(lambda url: "login" not in url, wait_until="networkidle", timeout=20_000)
            page.goto(server.dashboard, wait_until="networkidle", timeout=60_000)
            if "login" not in page.url:
                return page
    pytest.fail("The login was not accepted.")


def gather(server, page, act) -> dict[str, tuple[str, list[dict]]]:
    """Perform an action on the dashboard, and collect the request and the rows of each chart."""
    answers = []

    def remember(answer) -> None:
        answers.append(answer)

    page.on("response", remember)
    act()
    expect(page.locator(".chart-slice:visible")).to_have_count(TABS[page.locator("[role=tab][aria-selected=true]").inner_text()])
    expect(page.locator("[data-test=loading-indicator], .loading")).to_have_count(0, timeout=60_000)
    page.remove_listener("response", remember)
    charts = {}
    for answer in answers:
        asked = parse_qs(urlsplit(answer.url).query).get("form_data")
        if asked and "/api/v1/chart/data" in answer.url:
            assert answer.ok, answer.text()
            chart = page.request.get(f"{server.root}/api/v1/chart/{json.loads(asked[0])['slice_id']}").json()["result"]
            charts[chart["slice_name"]] = (answer.request.post_data, answer.json()["result"][0]["data"])
    return charts


def choose_tab(page, name: str) -> None:
    """Open a tab of the dashboard."""
    page.get_by_role("tab", name=name).click()
    page.locator(".chart-slice:visible").first.wait_for()


@pytest.fixture(scope="module")
def shown(server, page):
    """The charts on the dashboard when it is opened, tab by tab."""
    charts = gather(server, page, lambda: page.goto(server.dashboard))
    for tab in list(TABS)[1:]:
        charts |= gather(server, page, lambda tab=tab: choose_tab(page, tab))
    return charts


def rows(server: Server, sql: str) -> list[tuple]:
    """Query the served file directly."""
    with duckdb.connect(server.file, read_only=True) as con:
        return con.execute(sql).fetchall()


def allowed(server: Server, page) -> dict[str, str]:
    """Return the headers that the server requires for changes."""
    token = page.request.get(f"{server.root}/api/v1/security/csrf_token/").json()["result"]
    return {"X-CSRFToken": token, "Referer": server.root}


def datasets(server: Server, page) -> dict[str, int]:
    """Return the ids of the datasets by name."""
    listed = page.request.get(f"{server.root}/api/v1/dataset/?q=(columns:!(id,table_name))").json()["result"]
    return {dataset["table_name"]: dataset["id"] for dataset in listed}


def lab(server: Server, page, sql: str) -> dict:
    """Run a statement in SQL Lab."""
    (database,) = page.request.get(f"{server.root}/api/v1/database/").json()["result"]
    answer = page.request.post(
        f"{server.root}/api/v1/sqllab/execute/",
        data={"database_id": database["id"], "sql": sql, "runAsync": False, "client_id": uuid4().hex[:10]},
        headers=allowed(server, page),
    )
    return {"ok": answer.ok, "text": answer.text(), **(answer.json() if answer.ok else {})}


@pytest.mark.parametrize("port", ["80880", "-1", "0", "word"])
def test_ports(tmp_path, port):
    """An invalid port is refused."""
    assert f" {port} is not a port;" in refused(tmp_path / "home", "start", PORT=port)
    assert list(tmp_path.iterdir()) == []


def test_port_in_use(tmp_path):
    """A port in use is refused."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert "in use" in refused(tmp_path / "home", "start", PORT=str(other.getsockname()[1]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    {
        "missing": (None, "does not exist; run make to build it."),
        "empty": (b"", "run make to rebuild it"),
        "not a database": (b"id,name\n" * 10_000, "run make to rebuild it"),
        "truncated": (PUBLISHED.read_bytes()[:-5000], "run make to rebuild it"),
    }.values(),
)
def test_damaged_files(tmp_path, content, said):
    """A damaged file is reported with a remedy before anything is prepared."""
    file = tmp_path / "ind_warehouse.duckdb"
    if content is not None:
        file.write_bytes(content)
    message = refused(tmp_path / "home", "start", "--file", str(file))
    assert str(file) in message and said in message
    assert not (tmp_path / "home").exists()


def test_other_files(tmp_path):
    """So are a locked file and a database of another project."""
    file = tmp_path / "locked.duckdb"
    with duckdb.connect(file):
        assert "close the program that has it open for writing" in refused(tmp_path / "home", "start", "--file", str(file))
    assert "run make to rebuild it" in refused(tmp_path / "home", "start", "--file", str(file))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["what?", "100%"])
def test_unusable_paths(tmp_path, name):
    """A path with ? or % is refused: it would cut off the options that make the connection read-only."""
    file = tmp_path / name
    shutil.copy(PUBLISHED, file)
    for arguments in ((tmp_path / "home", "start", "--file", str(file)), (tmp_path / name / "home", "start")):
        assert f"rename the file or folder: {file}" in refused(*arguments)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff\x00", b"1"])
def test_number_of_the_server_is_lost(tmp_path, content):
    """If the process id is missing or damaged, the command says so and stops nothing."""
    number = tmp_path / "pid"
    number.write_bytes(content)
    with number.open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        for verb in ("start", "stop"):
            assert f"end the processes that have {number} open" in refused(tmp_path, verb)
    assert number.read_bytes() == content


def test_environments_in_any_folder(tmp_path):
    """Each environment is installed in the right place, whatever the project's folder is called."""
    project = tmp_path / FOLDER
    for folder in ("dashboards/superset", "tests/clients"):
        (project / folder).mkdir(parents=True)
        for name in ("pyproject.toml", "uv.lock"):
            shutil.copy(ROOT / folder / name, project / folder)
    shutil.copy(ROOT / "Makefile", project)
    # a stand-in for uv: only the paths matter
    uv = project / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text('#!/bin/sh\nmkdir -p "$UV_PROJECT_ENVIRONMENT"')
    uv.chmod(0o755)
    targets = [f"{folder}/installed" for folder in (".clients/current", ".clients/oldest", ".superset")]
    surroundings = os.environ | {"PATH": os.pathsep.join([str(uv.parent), os.environ["PATH"]])}
    subprocess.run(["make", "-C", project, *targets], env=surroundings, check=True, capture_output=True)
    assert (project / ".superset" / "venv").is_dir()
    assert list(tmp_path.iterdir()) == [project]


def test_no_chart_shows_an_error(shown, page):
    """The dashboard shows all charts without errors, and nothing is wider than its place on a large or a small screen."""
    assert len(shown) == sum(TABS.values())
    (ROOT / "target").mkdir(exist_ok=True)
    for tab, count in reversed(TABS.items()):
        choose_tab(page, tab)
        expect(page.locator(".slice_container:visible")).to_have_count(count)
        expect(page.locator("[data-test=error-message], .ant-alert-error, .missing-chart-container")).to_have_count(0)
        for width in (1600, 1280):
            page.set_viewport_size({"width": width, "height": 2700})
            # charts follow the window with some delay
            page.wait_for_function(f"() => window.innerWidth === {width} && !({WIDER})()")
    page.screenshot(path=ROOT / "target" / "superset.png", clip={"x": 0, "y": 0, "width": 1280, "height": 1700})


@pytest.mark.parametrize("name", TABLES)
def test_tables_equal_the_marts(shown, server, name):
    """A table shows the newest whole year, each metric rounded and its bounds rounded outward, in the order of the metric."""
    metric, factor, decimals, figure, more = TABLES[name]
    lower, upper = (f"{way}(round({metric}_{which} * {factor} * 1e{decimals}, 6)) / 1e{decimals}" for way, which in BOUNDS)
    expected = rows(
        server,
        f"select short_name_en, fct_caseload.reference_year, {figure}, {lower}, {upper} {more}"
        " from marts.fct_caseload join marts.dim_products using (product_code)"
        f" join marts.rpt_figures on figure_key in (replace(caseload_key, '/', '.{metric}/'), caseload_key || '/{metric}')"
        f" where not fct_caseload.is_derived and {metric} is not null and fct_caseload.reference_year = {NEWEST}",
    )
    assert len(expected) > 10
    found = [tuple(row.values()) for row in shown[name][1]]
    assert [str(row) for row in sorted(found)] == [str(row) for row in sorted(expected)]
    order = [row[3 if isinstance(row[2], str) else 2] for row in found]
    assert order == sorted(order, reverse=metric != "timely_share")


def test_charts_equal_the_marts(shown, server):
    """Lines and bars have the counts of the marts, and there are few lines in a chart."""
    caseload = "from marts.fct_caseload join marts.dim_products using (product_code) where not fct_caseload.is_derived"
    stocks = rows(server, f"select reference_year, short_name_en, pending {caseload} and pending is not null")
    found = []
    for name in LINES:
        lines = shown[name][1]
        assert 4 <= len({key for row in lines for key in row} - {"reference_year"}) <= 6
        found += [(row["reference_year"], key, row[key]) for row in lines for key in row if key != "reference_year"]
    assert sorted(one for one in found if one[2] is not None) == sorted(stocks)
    flows = rows(server, f"select short_name_en, applications, decisions {caseload} and reference_year = {NEWEST}")
    found = [(row["short_name_en"], row["received"], row["decided"]) for row in shown[FLOWS][1]]
    assert sorted(found) == sorted(flows)
    places = rows(
        server,
        "select short_name_en, reference_year, string_agg(places.name_en, ', ' order by rank)"
        " from marts.fct_top_nationalities as places join marts.dim_products using (product_code) group by all",
    )
    assert sorted(tuple(row.values()) for row in shown["Most common nationalities"][1]) == sorted(places)


@pytest.mark.parametrize("name", PIVOTS)
def test_tables_of_all_years(shown, server, page, name):
    """A table of all years shows each figure as the other surfaces do, and marks breaks and exceptional years."""
    figures = rows(
        server,
        "select reference_year, short_name_en, upper(measure_en[1]) || measure_en[2:], shown_en, break_key is not null"
        " from marts.rpt_figures join marts.dim_products using (product_code)"
        " left join (select series_code || '/' || reference_year as figure_key, min(break_key) as break_key"
        f" from marts.dim_breaks group by all) using (figure_key) where {PIVOTS[name]}",
    )
    figures = [(year, name, item, figure + " *" * broken) for year, name, item, figure, broken in figures]
    row = shown[name][1][0]
    shows = [True, "short_name_en" in row, "measure_en" in row, True]
    expected = [tuple(compress(figure, shows)) for figure in figures]
    found = [tuple(one[key] for key in ("reference_year", *list(row)[1:])) for one in shown[name][1]]
    assert sorted(found) == sorted(expected)
    choose_tab(page, "Through the years")
    drawn = page.locator(f'[data-test-chart-name="{name}"] .pvtVal').all_inner_texts()
    assert sorted(text for text in drawn if text) == sorted(figure for *_, figure in expected)


def test_all_figures(shown, server):
    """The last tab has every figure of the warehouse, in whole numbers or per cent, with its bounds and what to know."""
    expected = rows(
        server,
        "select short_name_en, upper(measure_en[1]) || measure_en[2:], reference_year, coalesce(printed_value, 'calculated'),"
        " rpt_figures.note_en, columns(['at_least', 'at_most']) * if(unit in ('share', 'ratio'), 100, 1)"
        " from marts.rpt_figures join marts.dim_products using (product_code)",
    )
    columns = ("short_name_en", "measure_en", "reference_year", "printed_value", "note_en", "at_least", "at_most")
    assert sorted(map(str, expected)) == sorted(str(tuple(row[name] for name in columns)) for row in shown["All figures"][1])
    cents = [row for row in shown["All figures"][1] if row["unit"] in ("number", "FTE", "€") and row["value"] is not None]
    assert len(cents) > 400 and all(row["value"] == int(row["value"]) for row in cents)


def test_nothing_is_added_up(shown, server, page):
    """No metric adds up: over several years, procedures or items it is empty."""
    dataset = page.request.get(f"{server.root}/api/v1/dataset/{datasets(server, page)['figures']}").json()["result"]
    # Superset itself adds a count of rows
    metrics = [one["metric_name"] for one in dataset["metrics"] if one["expression"].lower() != "count(*)"]
    body = json.loads(shown[FLOWS][0])
    assert len(body["queries"]) == 1 and len(metrics) > 3
    body["queries"][0] |= {"columns": [], "orderby": [], "post_processing": [], "filters": [], "metrics": metrics}
    answer = page.request.post(f"{server.root}/api/v1/chart/data", data=body, headers=allowed(server, page))
    assert answer.json()["result"][0]["data"] == [dict.fromkeys(metrics)]
    for tab, name in (("One year", FLOWS), ("Through the years", LINES[0])):
        choose_tab(page, tab)
        page.locator(f'[data-test-chart-name="{name}"] canvas').first.hover(position={"x": 200, "y": 120})
        tooltip = page.locator("div[style*='pointer-events: none'] table:visible").last
        expect(tooltip).to_be_visible()
        expect(tooltip).not_to_contain_text("Total")


def test_names_of_the_site(shown, server, page):
    """Groups, procedures and charts are called as on the site."""
    pages, charts = (yaml.safe_load((SITE / f"{name}.yaml").read_text("utf-8")) for name in ("pages", "charts"))
    figures = shown["All figures"][1]
    assert {row["product_group"] for row in figures} == {name["en"] for code, name in pages["groups"].items() if code != "other"}
    groups = {row["short_name_en"]: row["product_group"] for row in figures}
    named = rows(server, "select product_code, short_name_en from marts.dim_products")
    products = {
        code: page for name, page in pages["pages"].items() for code in [name, *page.get("products", []), *page.get("also", [])]
    }
    assert groups == {name: pages["groups"][products[code]["group"]]["en"] for code, name in named}
    heads = {name["en"] for name in charts["measures"].values()} | {
        text["title"]["en"].lower() for text in charts["charts"].values()
    }
    texts = yaml.safe_load((SITE / "texts.yaml").read_text("utf-8"))["texts"]
    heads |= {texts[name]["en"].lower() for name in ("col_applications", "col_decisions", "nationalities")}
    own = {"all figures", "complaints, contact and staff", "courts", "documents", "received and decided"}
    assert {re.split(r": | \(", name)[0].lower() for name in shown} <= heads | own


def test_filters(shown, server, page):
    """A group, procedure and year are chosen by name; lines and tables of all years have no filter, the last tab no year."""

    def choose(name: str, text: str) -> None:
        page.locator("[data-test=form-item-value]").nth(list(filters).index(name)).click()
        page.keyboard.type(text)
        page.locator(".ant-select-item-option", has_text=text).first.click()
        page.get_by_role("button", name="Apply filters").click()
        page.locator("[data-test=loading-indicator], .loading").first.wait_for()

    filters = {"Group": "Regular residence", "Procedure": "Students", "Year": "2022"}
    choose_tab(page, "One year")
    found = {}
    for name, text in filters.items():
        charts = gather(server, page, lambda name=name, text=text: choose(name, text))
        assert len(charts) == TABS["One year"] + (name != "Year")
        found[name] = {chart: {row.get("reference_year") for row in data} for chart, (_, data) in charts.items()}
        names = {row["short_name_en"] for _, data in charts.values() for row in data}
        if name == "Group":
            assert (
                {"Students", "Objections"}
                < names
                < {row["short_name_en"] for row in shown[FLOWS][1]} | {"Family with Article 8 ECHR"}
            )
        else:
            assert names == {"Students"}
    assert found["Procedure"]["Decided late"] == set(rows(server, NEWEST[1:-1])[0])
    assert found["Year"]["Decided late"] == {2022}
    assert len(found["Procedure"]["All figures"]) > 2


def test_columns_are_described(server, page):
    """The dataset and its columns have the comments of the warehouse, and names."""
    comments = dict(rows(server, "select column_name, comment from duckdb_columns() where table_name = 'rpt_figures'"))
    ids = datasets(server, page)
    assert set(ids) == {"figures"}
    dataset = page.request.get(f"{server.root}/api/v1/dataset/{ids['figures']}").json()["result"]
    described = {column["column_name"]: column["description"] for column in dataset["columns"]}
    assert comments.items() <= described.items()
    assert all(described.values())
    assert dataset["description"] == rows(server, "select comment from duckdb_tables() where table_name = 'rpt_figures'")[0][0]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_nothing_but_reading(server, page, sql, tmp_path):
    """Statements that write, or access anything outside the warehouse, fail and leave no trace."""
    before, beside = server.file.read_bytes(), sorted(server.file.parent.iterdir())
    answer = lab(server, page, sql.format(folder=tmp_path, file=str(server.file).replace("'", "''")))
    assert not answer["ok"] or answer.get("status") == "failed", answer["text"][:300]
    assert server.file.read_bytes() == before
    assert sorted(server.file.parent.iterdir()) == beside
    assert list(tmp_path.iterdir()) == []


def test_connection_stays_as_it_is(server, page):
    """A logged-in user can neither change the connection or the datasets nor create a connection."""
    (database,) = page.request.get(f"{server.root}/api/v1/database/").json()["result"]
    headers = allowed(server, page)
    url = f"{server.root}/api/v1/database/"
    assert page.request.put(f"{url}{database['id']}", data={"allow_dml": True}, headers=headers).status == 403
    for dataset in datasets(server, page).values():
        answer = page.request.put(f"{server.root}/api/v1/dataset/{dataset}", data={"description": "mine"}, headers=headers)
        assert answer.status == 403
    other = {"database_name": "other", "sqlalchemy_uri": "duckdb:////tmp/other.duckdb"}
    assert page.request.post(url, data=other, headers=headers).status == 403


def test_rebuild_shows_at_the_next_query(server, page, shown):
    """After a rebuild, the next query reads the new file, in SQL Lab and in a chart."""
    question = "select pending from marts.fct_caseload where caseload_key = 'students/2023'"
    assert lab(server, page, question)["data"] == [{"pending": rows(server, question)[0][0]}]
    working = server.file.with_name("working.duckdb")
    shutil.copy(server.file, working)
    with duckdb.connect(working) as con:
        con.execute("update marts.fct_caseload set pending = 12345 where caseload_key = 'students/2023'")
        con.execute("update marts.rpt_figures set value = 12345 where figure_key = 'students.pending/2023'")
    program = "import pathlib, sys; from ind_warehouse.publish import publish; publish(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run([ROOT / ".venv" / "bin" / "python", "-c", program, working, server.file], cwd=ROOT, check=True)
    assert lab(server, page, question)["data"] == [{"pending": 12345}]
    answer = page.request.post(
        f"{server.root}/api/v1/chart/data",
        data=shown[LINES[1]][0],
        headers={"Content-Type": "application/json"},
    )
    assert {row["reference_year"]: row["Students"] for row in answer.json()["result"][0]["data"]}[2023] == 12345


def test_many_at_once(server, page, shown):
    """Twenty people can open the dashboard at once."""
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    headers = {"Cookie": cookies, "Content-Type": "application/json"}

    direct = build_opener(ProxyHandler({}))

    def ask(body: str) -> int:
        request = Request(f"{server.root}/api/v1/chart/data", body.encode(), headers)
        try:
            with direct.open(request, timeout=120) as answer:
                return answer.status if json.load(answer)["result"][0]["data"] else 0
        except HTTPError as error:
            return error.code

    bodies = [body for body, _ in list(shown.values())[: TABS["One year"]]]
    with ThreadPoolExecutor(LOADS) as people:
        statuses = list(people.map(ask, LOADS * bodies))
    assert statuses == [200] * LOADS * len(bodies)


def test_keeps_what_was_saved(server, page):
    """A restart keeps saved charts and the login, makes the connection read-only again, and finds the newest whole edition."""
    saved = page.request.post(
        f"{server.root}/api/v1/chart/",
        data={
            "slice_name": "Mine",
            "viz_type": "table",
            "datasource_id": datasets(server, page)["figures"],
            "datasource_type": "table",
            "params": "{}",
        },
        headers=allowed(server, page),
    )
    assert saved.status == 201, saved.text()
    password = server.password
    server.stop()
    kept = server.home / "superset.db"
    with sqlite3.connect(kept) as con:
        (address,) = con.execute("select sqlalchemy_uri from dbs").fetchone()
        con.execute("update dbs set sqlalchemy_uri = 'duckdb:////tmp/other.duckdb'")
    assert address.partition("?")[0] == f"duckdb:///{server.file}"
    assert sorted(address.partition("?")[2].split("&")) == [
        "access_mode=READ_ONLY",
        "allowed_configs=%5B%27disabled_filesystems%27%5D",
        "enable_external_access=false",
        "lock_configuration=true",
        "memory_limit=1GB",
        "threads=1",
    ]
    year = rows(server, NEWEST[1:-1])[0][0]
    with duckdb.connect(server.file) as con:
        con.execute(f"update marts.dim_editions set is_newest_whole = edition_year = {year - 1}")
    server.start()
    assert server.password == password
    charts = gather(server, page, lambda: page.goto(server.dashboard))
    assert {row["reference_year"] for row in charts["Decided late"][1]} == {year - 1}
    assert page.request.get(f"{server.root}/api/v1/chart/{saved.json()['id']}").json()["result"]["slice_name"] == "Mine"
    with sqlite3.connect(kept) as con:
        assert con.execute("select sqlalchemy_uri from dbs").fetchall() == [(address,)]
    assert (server.home / "secret_key").stat().st_mode & 0o077 == 0


def test_only_this_machine_and_no_fixed_secret(server, tmp_path):
    """It listens on 127.0.0.1 only, and each home has its own login and key."""
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.2", int(server.port)))
    program = "import pathlib, sys; from serve import kept; print(kept(pathlib.Path(sys.argv[1]), 12))"
    command = [SERVE[0], "-c", program]
    made = [
        subprocess.run([*command, tmp_path / name], cwd=SERVE[-1].parent, capture_output=True, text=True, check=True).stdout
        for name in ("one", "other", "one")
    ]
    assert made[0] == made[2] != made[1] and len(made[0]) > 12
