"""The recipes for other tools run unchanged, and other tools can read the data package, CSV files and workbook."""

import csv
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import frictionless
import pandas
import pypdf
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "ind_warehouse.duckdb"
DATA = ROOT / "site" / "data"
RECIPES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "clients.md").read_text("utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("recipe", RECIPES)
def test_recipe(recipe):
    """A recipe prints figures, opens the file read-only, and leaves it unchanged."""
    before = hashlib.sha256(PUBLISHED.read_bytes()).hexdigest()
    narrow = os.environ | {"COLUMNS": "80"}
    run = subprocess.run([sys.executable, "-W", "error", "-c", recipe], cwd=ROOT, env=narrow, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert re.search(r"\d{3}", run.stdout)
    assert not re.search(r"\.\.\.|…", run.stdout)
    assert "read_only=True" in recipe or '"read_only": True' in recipe or "READ_ONLY" in recipe
    assert hashlib.sha256(PUBLISHED.read_bytes()).hexdigest() == before


def test_pins():
    """The recipes install the versions that are tested."""
    pins = re.findall(r"[a-z-]+==[0-9.]+", (ROOT / "docs" / "clients.md").read_text("utf-8"))
    tested = (ROOT / "tests" / "clients" / "pyproject.toml").read_text("utf-8")
    assert pins and all(pin in tested for pin in pins)
    assert len(RECIPES) == 4


def test_adbc_refuses_to_write():
    """What the ADBC recipe opens cannot be written."""
    recipe = next(recipe for recipe in RECIPES if "adbc" in recipe)
    writing = re.sub(r'execute\(".*?"\)', 'execute("create table main.x (i integer)")', recipe)
    run = subprocess.run([sys.executable, "-c", writing], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode != 0
    assert "read-only" in run.stderr


def test_data_package():
    """Frictionless accepts every file, with its fields, types, keys and references."""
    package = DATA / "datapackage.json"
    # run in its folder, because frictionless treats a path with brackets as a pattern
    command = [sys.executable, "-m", "frictionless", "validate", package.name, "--json"]
    run = subprocess.run(command, cwd=DATA, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    report = json.loads(run.stdout)
    assert report["valid"] and report["stats"]["tasks"] == len(json.loads(package.read_text("utf-8"))["resources"])


def test_data_package_notices(tmp_path):
    """Frictionless refuses a duplicate key and an unknown product."""
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "fct_metrics.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1].replace("family", "familie"), lines[1]]) + "\n", "utf-8")
    report = frictionless.validate(tmp_path / "data" / "datapackage.json")
    assert {"primary-key", "foreign-key"} <= {error.type for task in report.tasks for error in task.errors}


def test_release(tmp_path):
    """The files of a release have the checksums that go with them, and the archive is a data package."""
    folder = ROOT / "target" / "release"
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sums} == sums
    assert {path.name for path in folder.iterdir()} - {"SHA256SUMS"} == sums.keys() >= {PUBLISHED.name, "ind_warehouse.xlsx"}
    shutil.unpack_archive(folder / "ind_warehouse_data.zip", tmp_path)
    assert frictionless.Package(tmp_path / "data" / "datapackage.json").resource_names[0] == "rpt_figures"


def test_workbook_in_libreoffice(tmp_path):
    """LibreOffice opens the workbook, and each sheet matches its mart."""
    assert shutil.which("soffice"), "LibreOffice is not installed: apt-get install libreoffice-calc-nogui"
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", every_sheet]
    workbook = DATA / "ind_warehouse.xlsx"
    subprocess.run([*command, "--outdir", tmp_path, workbook], check=True, capture_output=True, timeout=300)
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        tables = con.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        for (table,) in tables:
            with (tmp_path / f"ind_warehouse-{table}.csv").open(encoding="utf-8", newline="") as file:
                header, *lines = csv.reader(file)
            result = con.execute(f"from marts.{table}")
            # names beside codes are not in the mart
            at = [header.index(column[0]) for column in result.description]
            found, expected = [[line[place] for place in at] for line in lines], result.fetchall()
            assert len(found) == len(expected)
            for texts, values in zip(found, expected, strict=True):
                assert all(map(shows, texts, values)), (table, texts, values)
        figures = con.execute("select count(*) from figures()").fetchone()[0]
    with (tmp_path / "ind_warehouse-Cijfers.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == figures + 1
    assert "Nederlands" in (tmp_path / "ind_warehouse-Lees mij - Read me.csv").read_text("utf-8")


def in_locale(tmp_path: Path, locale: str, *command: object) -> None:
    """Run LibreOffice with the settings of a locale."""
    settings = tmp_path / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"><item'
        ' oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">'
        f"<value>{locale}</value></prop></item></oor:items>",
        "utf-8",
    )
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(["soffice", profile, "--headless", *command], check=True, capture_output=True, timeout=300)


@pytest.mark.parametrize(("name", "locale", "separator"), [("cijfers.csv", "nl-NL", 59), ("figures.csv", "en-US", 44)])
def test_figures_open_in_their_locale(tmp_path, name, locale, separator):
    """Opened with the settings of its language, each file has every figure as a number and every text as text."""
    # the separator, and nothing else: language, types and quotes are as the program has them
    asked = f"--infilter=CSV:{separator},34,76,1"
    in_locale(tmp_path, locale, asked, "--convert-to", "xlsx", "--outdir", tmp_path, DATA / name)
    frame = pandas.read_excel(tmp_path / f"{Path(name).stem}.xlsx")
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        figures = con.execute("from figures()").df()
    for at, column in ((2, "reference_year"), (3, "value"), (4, "at_least"), (5, "at_most"), (7, "edition_year")):
        pandas.testing.assert_series_equal(frame.iloc[:, at], figures[column], check_names=False, check_dtype=False, rtol=1e-9)
    units = yaml.safe_load((ROOT / "ind_warehouse" / "export.yaml").read_text("utf-8"))["files"][name]["units"]
    language = locale[:2]
    for at, column in (
        (0, f"product_{language}"),
        (1, f"measure_{language}"),
        (6, "unit"),
        (8, f"note_{language}"),
        (9, "figure_key"),
    ):
        expected = figures[column].replace(units if column == "unit" else {}).fillna("")
        assert [pair for pair in zip(frame.iloc[:, at].fillna(""), expected, strict=True) if pair[0] != pair[1]][:3] == [], column


def test_printed_workbook(tmp_path):
    """On paper, the sheet of figures is as wide as a page, has its header on each, and loses no row."""
    in_locale(tmp_path, "nl-NL", "--convert-to", "pdf", "--outdir", tmp_path, DATA / "ind_warehouse.xlsx")
    pages = map(pypdf.PageObject.extract_text, pypdf.PdfReader(tmp_path / "ind_warehouse.pdf").pages)
    # its pages follow those of the sheet that explains
    after = itertools.dropwhile(lambda page: not page.startswith("Cijfers"), pages)
    figures = list(itertools.takewhile(lambda page: page.startswith("Cijfers"), after))
    with duckdb.connect(PUBLISHED, read_only=True) as con:
        units = con.execute("select unit, count(*) from figures() group by all").fetchall()
    assert len(figures) > 5 and all("Onderwerp" in page and "Hoogstens" in page and "Eenheid" in page for page in figures)
    for unit, rows in units:
        assert sum(len(re.findall(rf"{unit}$", page, re.MULTILINE)) for page in figures) == rows


@pytest.mark.parametrize("texts", ["{column}/2,1033,false", ",1033,true"])
def test_csv_in_libreoffice(tmp_path, texts):
    """With the import settings in docs/clients.md, printed figures stay text and values become numbers."""
    with (DATA / "fct_observations.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    # comma, quote, UTF-8, first line, column type, English, quoted fields as text
    imported = f"--infilter=CSV:44,34,76,1,{texts.format(column=list(expected[0]).index('printed_value') + 1)},false"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", imported, "--convert-to", "fods"]
    observations = DATA / "fct_observations.csv"
    subprocess.run([*command, "--outdir", tmp_path, observations], check=True, capture_output=True, timeout=300)
    sheet = (tmp_path / "fct_observations.fods").read_text("utf-8")
    assert all(f"<text:p>{row['printed_value']}</text:p>" in sheet for row in expected)
    assert all(f'office:value="{row["value"].removesuffix(".0")}"' in sheet for row in expected if row["value"])


def shows(text: str, value) -> bool:
    """Return whether a cell shows a DuckDB value; a number may be a percentage, and LibreOffice rounds to ten decimals."""
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == str(value).upper()
    if isinstance(value, int | float):
        number = float(text.removesuffix("-pt").rstrip("%")) / (100 if "%" in text else 1)
        return abs(number - value) <= 1e-9
    return text == str(value)
