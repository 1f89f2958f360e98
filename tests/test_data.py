"""The files of make data match the marts, describe themselves, and are reproducible."""

import csv
import datetime
import json
import re
import shutil

import openpyxl
import pandas
import pytest
from click.testing import CliRunner

from conftest import ROOT
from ind_warehouse import export, opened
from ind_warehouse.export import number_format, write_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files, written twice to compare."""
    parent = tmp_path_factory.mktemp("data")
    for name in ("first", "second"):
        with opened(ROOT / "ind_warehouse.duckdb") as con:
            write_files(con, parent / name)
    return parent / "second"


@pytest.fixture(scope="module")
def marts(published) -> dict[str, tuple[list[str], list[tuple]]]:
    """Column names and rows of every mart."""
    names = published.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
    found = {}
    for (name,) in names:
        result = published.execute(f"from marts.{name}")
        found[name] = ([column[0] for column in result.description], result.fetchall())
    return found


@pytest.fixture(scope="module")
def comments(published) -> dict[tuple[str, str], str]:
    """The comment of every column of the marts."""
    found = published.execute("select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'")
    return {(table, column): comment for table, column, comment in found.fetchall()}


def test_same_each_time(folder, marts):
    """The same figures give the same files, byte for byte."""
    other = folder.with_name("first")
    files = sorted(path.name for path in folder.iterdir())
    assert len(files) == 2 * len(marts) + 4
    assert files == sorted(path.name for path in other.iterdir())
    assert [name for name in files if (folder / name).read_bytes() != (other / name).read_bytes()] == []


def test_csv_and_parquet(folder, marts, published):
    """A file read back matches its mart to the last digit."""
    for name, (columns, rows) in marts.items():
        assert published.execute(f"from read_parquet('{folder / name}.parquet')").fetchall() == rows
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *found = csv.reader(file)
        assert header == columns
        assert found == [[written(value) for value in row] for row in rows], name


def written(value) -> str:
    """Format a value as in a CSV file."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_data_package(folder, marts, comments, published):
    """Every field has a description, every number a unit, every table a key, and references point to their dimension."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    nullable = published.execute(
        "select table_name, column_name, not is_nullable from duckdb_columns() where schema_name = 'marts'"
    )
    required = {(table, column): needed for table, column, needed in nullable.fetchall()}
    resources = {resource["path"].removesuffix(".csv"): resource["schema"] for resource in package["resources"]}
    assert resources.keys() == marts.keys() and next(iter(resources)) == "rpt_figures"
    for table, schema in resources.items():
        assert {field["name"]: field["description"] for field in schema["fields"]} == {
            column: comments[table, column] for column in marts[table][0]
        }
        for field in schema["fields"]:
            counts = field["type"] in ("integer", "number") and field["name"] not in ("rank", "position", "footnote_number")
            assert ("unit" in field or "unitField" in field) == counts, (table, field["name"])
            expected = {"required": True} if required[table, field["name"]] else None
            assert field.get("constraints") == expected, (table, field["name"])
        assert schema["missingValues"] == [""]
        assert schema["primaryKey"] == marts[table][0][:1]
    references = [
        (table, key["fields"], key["reference"]) for table in resources for key in resources[table].get("foreignKeys", [])
    ]
    assert ("fct_trends", ["series_code"], {"resource": "dim_series", "fields": ["series_code"]}) in references
    assert ("fct_observations", ["edition_year"], {"resource": "dim_editions", "fields": ["edition_year"]}) in references
    assert ("fct_revisions", ["to_edition"], {"resource": "dim_editions", "fields": ["edition_year"]}) in references
    # the target of a reference must be declared as a key
    keys = {(table, key) for table, schema in resources.items() for key in schema["primaryKey"]}
    keys |= {(table, key) for table, schema in resources.items() for (key,) in schema.get("uniqueKeys", [])}
    assert {(reference["resource"], *reference["fields"]) for _, _, reference in references} <= keys
    # the standard forbids empty lists, and each part must give its version
    assert "[]" not in (folder / "datapackage.json").read_text("utf-8")
    parts = [package, *package["resources"], *resources.values()]
    assert all(part["$schema"].startswith("https://datapackage.org/profiles/2.0/") for part in parts)
    assert all(resource["title"].endswith(".") for resource in package["resources"])
    assert "states no terms of reuse" in package["description"] and "licenses" not in package
    assert "IND, Jaarcijfers 2023" in {source["title"] for source in package["sources"]}
    assert any(source["title"].startswith("CBS, StatLine") and source["path"] for source in package["sources"])


def test_units(folder):
    """Fields have the right units."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    units = {
        f"{resource['path'].removesuffix('.csv')}.{field['name']}": field.get("unit") or field.get("unitField")
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    expected = {
        "fct_caseload.applications": "count",
        "fct_caseload.timely_share_lower": "share",
        "fct_caseload.backlog_change_pct": "ratio",
        "fct_caseload.disposition_time_days_upper": "days",
        "fct_caseload.reference_year": "year",
        "fct_caseload.note_en": None,
        "fct_court_cases.upheld_share_asylum": "share",
        "fct_court_cases.residence_received": "count",
        "fct_complaints.penalty_payments_lower": "eur",
        "fct_complaints.notices_timely_share": "share",
        "fct_workforce.total_staff": "fte",
        "fct_workforce.external_share": "share",
        "fct_trends.value": "unit",
        "fct_revisions.steps": "count",
        "fct_trends.compared_with": "year",
        "fct_reconciliation.residual": "unit",
        "fct_reconciliation.residual_share": "share",
        "fct_observations.value_upper": "unit",
        "dim_series.half_width": "unit",
        "dim_products.position": None,
        "dim_editions.printed_figures": "count",
    }
    assert {name: units[name] for name in expected} == expected


def test_workbook(folder, marts, comments, published):
    """Each mart has a sheet: numbers formatted by unit, a frozen header with filters and notes, names beside codes, bounds."""
    book = openpyxl.load_workbook(folder / "ind_warehouse.xlsx")
    first, _, *sheets = book.worksheets
    text = " ".join(str(cell.value) for row in first for cell in row if cell.value)
    assert "Tel procedures niet op" in text and "Never add up procedures" in text
    links = {row[0].value: row for row in first if row[0].hyperlink}
    assert links.keys() == marts.keys()
    assert all(row[0].hyperlink.location == f"'{name}'!A1" for name, row in links.items())
    assert links["fct_workforce"][1].value == "Personeel aan het einde van het jaar, per jaar."
    assert (
        links["fct_workforce"][2].value == "Staff of the IND at the end of the year, one row per reference year, current edition."
    )
    assert book.properties.created.date() == max(row[3] for row in marts["fct_caseload"][1])
    assert {sheet.title for sheet in sheets} == marts.keys()
    names = {}
    for code in ("product", "series", "measure", "metric"):
        mart = f"marts.dim_{code}{'' if code == 'series' else 's'}"
        names |= {
            code: {row[0]: row for row in published.execute(f"select {code}_code, name_nl, name_en from {mart}").fetchall()}
        }
    named = set()
    for sheet in sheets:
        columns, rows = marts[sheet.title]
        header = [cell.value for cell in sheet[1]]
        added = [name for name in header if name not in columns]
        assert [name for name in header if name in columns] == columns
        assert {cell.value: cell.comment.text for cell in sheet[1] if cell.value in columns} == {
            name: comments[sheet.title, name] for name in columns
        }
        assert sheet.freeze_panes == "B2" and sheet.print_title_rows == "$1:$1" and sheet.page_setup.orientation == "landscape"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(len(rows) + 1, len(header)).coordinate}"
        cells = [dict(zip(header, map(day, row), strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert [tuple(row[name] for name in columns) for row in cells] == rows, sheet.title
        for name in added:
            code, language = name.rsplit("_", 1)
            assert header.index(name) - header.index(f"{code}_code") == 1 + (language == "en")
            for row in cells:
                known = names[code].get(row[f"{code}_code"])
                assert row[name] == (known and known[1 + (language == "en")]), (sheet.title, name)
            named.add((sheet.title, code))
    assert {("fct_trends", "series"), ("fct_metrics", "metric"), ("dim_footnotes", "product")} <= named
    caseload = book["fct_caseload"]
    at = {cell.value: cell.column for cell in caseload[1]}
    assert at["timely_share_lower"] == at["timely_share"] + 1 and at["timely_share_upper"] == at["timely_share"] + 2
    (line,) = (row[0].row for row in caseload.iter_rows() if row[0].value == "family/2023")
    shown = {name: caseload.cell(line, at[name]).number_format for name in ("applications", "timely_share", "reference_year")}
    assert shown == {"applications": "#,##0", "timely_share": "0%", "reference_year": "0"}
    trends = book["fct_trends"]
    at = {cell.value: cell.column for cell in trends[1]}
    formats = {row[0].value: row[at["value"] - 1].number_format for row in trends.iter_rows(min_row=2)}
    assert formats["family.timely_share/2023/change"] == '0%"-pt"'
    assert re.fullmatch("#,##0[.]0+%", formats["family.applications/2023/growth"])


def test_figures_sheet(folder, published):
    """The second sheet is a table of what no other figure counts, in both languages, that pivots to right totals."""
    book = openpyxl.load_workbook(folder / "ind_warehouse.xlsx")
    sheet = book.worksheets[1]
    assert sheet.title == "Cijfers" and sheet.freeze_panes == "E2"
    header, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    (table,) = sheet.tables.values()
    assert table.ref == f"A1:{sheet.cell(len(rows) + 1, len(header)).coordinate}" and table.autoFilter
    assert [column.name for column in table.tableColumns] == header
    assert {"Onderwerp", "Subject", "Waarde - Value", "Notitie", "Note"} <= set(header)
    assert all("\n\n" in cell.comment.text for cell in sheet[1])
    figures = published.execute("from figures()").df()
    frame = pandas.DataFrame(rows, columns=header)
    assert list(frame["Sleutel - Key"]) == list(figures["figure_key"])
    pivot = frame[frame["Code gedrukt - printed"] == "applications"].pivot_table(
        values="Waarde - Value", index="Subject", columns="Jaar - Year", aggfunc="sum"
    )
    printed = published.execute(
        "select name_en, reference_year, value from marts.fct_observations inner join marts.dim_products using (product_code)"
        " where measure_code = 'applications' and is_current"
        " and product_code not in ('first_asylum_applications', 'family_incl_echr8')"
    ).fetchall()
    # a dash adds nothing
    assert {(subject, year): value or 0 for subject, year, value in printed} == pivot.stack().dropna().to_dict()
    assert pivot.loc["General and extended asylum procedure (track 4)", 2023] == 40920
    # a reader's decimals, and no more columns than a page takes
    ratio = header.index("Waarde - Value")
    shown = {row[header.index("Sleutel - Key")].value: row[ratio].number_format for row in sheet.iter_rows(min_row=2)}
    assert shown["family/2023/decision_to_application_ratio"] == "#,##0.00%" and shown["family/2023/late_decisions"] == "#,##0"
    assert sheet.print_area.endswith(f"$I${len(rows) + 1}") and sheet.page_setup.fitToHeight == 0


@pytest.mark.parametrize(("name", "separator", "decimal"), [("cijfers.csv", ";", ","), ("figures.csv", ",", ".")])
def test_files_for_a_double_click(folder, published, name, separator, decimal):
    """They have every value exactly, and no text that a spreadsheet could take for a number."""
    read = pandas.read_csv(folder / name, sep=separator, decimal=decimal, encoding="utf-8-sig")
    figures = published.execute("from figures()").df()
    assert (folder / name).read_bytes().startswith(b"\xef\xbb\xbf")
    for at, column in ((3, "value"), (4, "at_least"), (5, "at_most")):
        pandas.testing.assert_series_equal(read.iloc[:, at], figures[column], check_names=False, rtol=1e-9)
    assert list(read.iloc[:, -1]) == list(figures["figure_key"])
    texts = read.select_dtypes("str").stack()
    assert not texts.str.fullmatch("[-+€ 0-9.,%/:-]+").any()


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (41820.0, "count", "#,##0"),
        (9684.5, "count", "#,##0.0"),
        (971.5, "fte", "#,##0.0"),
        (0.89, "share", "0%"),
        (0.885, "share", "0.0%"),
        (-0.0020210186, "share", "0.000%"),
        (1.0293, "ratio", "#,##0.00%"),
        (0.458512, "ratio", "#,##0.0000%"),
        (0.07, "points", '0%"-pt"'),
        (11300000.0, "eur", "#,##0"),
        (2023, "year", "0"),
        (3, None, "0"),
    ],
)
def test_number_format(value, unit, shown):
    """Bounds keep their decimals, and whole numbers have none."""
    assert number_format(value, unit) == shown


def day(value):
    """Take the time of day from a date."""
    return value.date() if isinstance(value, datetime.datetime) else value


def test_bounds_show(published):
    """Bounds that differ from their figure look different in the workbook, in whichever unit."""
    for unit, value, lower, upper in published.execute(
        "select unit, value, value_lower, value_upper from marts.fct_observations"
        " union all select unit, value, value_lower, value_upper from marts.fct_metrics"
        " union all select unit, value, value_lower, value_upper from marts.fct_trends"
        " union all select 'share', external_share, external_share_lower, external_share_upper from marts.fct_workforce"
    ).fetchall():
        numbers = [number for number in (value, lower, upper) if number is not None]
        formats = [number_format(number, unit) for number in numbers]
        scale = 100 if unit in ("share", "ratio") else 1
        shown = [f"{n * scale:.{len(f.partition('.')[2].rstrip('%'))}f}" for n, f in zip(numbers, formats, strict=True)]
        assert len({float(text) for text in shown}) == len(set(numbers)), (unit, numbers, shown)


def test_failure_leaves_the_files(tmp_path, monkeypatch):
    """On an error the old files are unchanged, and no other files are left."""
    folder = tmp_path / "site" / "data"
    folder.mkdir(parents=True)
    (folder / "datapackage.json").write_text("as it was")
    monkeypatch.setattr(export, "FOLDER", folder)
    monkeypatch.setattr(export, "describe_package", lambda *_: 1 / 0)
    assert isinstance(CliRunner().invoke(export.data).exception, ZeroDivisionError)
    assert (folder / "datapackage.json").read_text() == "as it was"
    assert [path.name for path in folder.parent.glob("[!.]*")] == ["data"]


def test_files_of_others_stay(folder, marts, tmp_path, monkeypatch):
    """Files in the old data package are replaced or removed; other people's files are kept."""
    here = tmp_path / "site" / "data"
    shutil.copytree(folder, here)
    package = json.loads((here / "datapackage.json").read_text("utf-8"))
    package["resources"].append({"path": "fct_dropped.csv"})
    (here / "datapackage.json").write_text(json.dumps(package), "utf-8")
    for name in ("fct_dropped.csv", "fct_dropped.parquet", "index.html", "sub/page.html"):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text("here before")
    monkeypatch.setattr(export, "FOLDER", here)
    monkeypatch.setattr(export, "ROOT", tmp_path)
    assert CliRunner().invoke(export.data).output.startswith(f"Wrote site/data: {len(marts)} tables")
    found = {str(path.relative_to(here)) for path in here.rglob("*") if path.is_file()}
    assert found - {path.name for path in folder.iterdir()} == {"index.html", "sub/page.html"}
    assert (here / "datapackage.json").read_bytes() == (folder / "datapackage.json").read_bytes()


def test_exposure(manifest, marts):
    """In the docs, the data package depends on every mart."""
    exposure = manifest["exposures"]["exposure.ind_warehouse.data_package"]
    assert {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]} == marts.keys()
