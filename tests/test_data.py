"""What make data writes has the figures of the marts, explains itself, and is the same each time."""

import csv
import datetime
import json

import openpyxl
import pytest

from ind_warehouse.data import write_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files, written anew; twice, to compare."""
    parent = tmp_path_factory.mktemp("data")
    for name in ("first", "second"):
        write_files(parent / name)
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


def test_same_each_time(folder):
    """The same figures give the same files, byte for byte."""
    other = folder.with_name("first")
    files = sorted(path.name for path in folder.iterdir())
    assert len(files) == 2 * 18 + 2
    assert files == sorted(path.name for path in other.iterdir())
    assert [name for name in files if (folder / name).read_bytes() != (other / name).read_bytes()] == []


def test_csv_and_parquet(folder, marts, published):
    """A file read back has the figures of its mart, to the last digit."""
    for name, (columns, rows) in marts.items():
        assert published.execute(f"from read_parquet('{folder / name}.parquet')").fetchall() == rows
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *found = csv.reader(file)
        assert header == columns
        assert found == [[written(value) for value in row] for row in rows], name


def written(value) -> str:
    """Write a value as a CSV file has it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_data_package(folder, marts, published):
    """Every field has its description, every number its unit, every table its key, and references meet their dimension."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    comments = published.execute("select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'")
    comments = {(table, column): comment for table, column, comment in comments.fetchall()}
    resources = {resource["path"].removesuffix(".csv"): resource["schema"] for resource in package["resources"]}
    assert resources.keys() == marts.keys()
    for table, schema in resources.items():
        assert {field["name"]: field["description"] for field in schema["fields"]} == {
            column: comments[table, column] for column in marts[table][0]
        }
        for field in schema["fields"]:
            assert ("unit" in field) == (field["type"] in ("integer", "number")), (table, field["name"])
        assert schema["primaryKey"] == marts[table][0][:1]
    references = [(table, key["fields"], key["reference"]) for table in resources for key in resources[table]["foreignKeys"]]
    assert ("fct_trends", ["series_code"], {"resource": "dim-series", "fields": ["series_code"]}) in references
    assert ("fct_observations", ["edition_year"], {"resource": "dim-editions", "fields": ["edition_year"]}) in references
    assert all(resource["title"].endswith(".") for resource in package["resources"])
    assert "states no terms of reuse" in package["description"] and "licenses" not in package
    assert package["sources"][0]["title"] == "Jaarcijfers 2023"


def test_units(folder):
    """Units as the print and the list of metrics have them."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    units = {
        f"{resource['path'].removesuffix('.csv')}.{field['name']}": field.get("unit")
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
        "fct_trends.value": "as the column unit says",
        "fct_trends.compared_with": "year",
        "fct_reconciliation.residual": "as the column unit says",
        "fct_reconciliation.residual_share": "share",
        "fct_observations.value_upper": "as the column unit says",
        "dim_series.half_width": "as the column unit says",
        "dim_products.position": "count",
        "dim_editions.printed_figures": "count",
    }
    assert {name: units[name] for name in expected} == expected


def test_workbook(folder, marts):
    """A sheet a mart: real numbers in the format of their unit, a frozen and filtered head with notes, bounds beside values."""
    book = openpyxl.load_workbook(folder / "ind_warehouse.xlsx")
    first, *sheets = book.worksheets
    text = " ".join(str(cell.value) for row in first for cell in row if cell.value)
    assert "één blad per tabel" in text and "a sheet a table" in text
    assert {cell.value for row in first for cell in row if cell.hyperlink} == marts.keys()
    assert {sheet.title for sheet in sheets} == marts.keys()
    for sheet in sheets:
        columns, rows = marts[sheet.title]
        assert [cell.value for cell in sheet[1]] == columns
        assert all(cell.comment.text for cell in sheet[1])
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(len(rows) + 1, len(columns)).coordinate}"
        found = [tuple(day(value) for value in row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert found == rows, sheet.title
    caseload = book["fct_caseload"]
    at = {cell.value: cell.column for cell in caseload[1]}
    assert at["timely_share_lower"] == at["timely_share"] + 1 and at["timely_share_upper"] == at["timely_share"] + 2
    (line,) = (row[0].row for row in caseload.iter_rows() if row[0].value == "family/2023")
    shown = {name: caseload.cell(line, at[name]).number_format for name in ("applications", "timely_share", "reference_year")}
    assert shown == {"applications": "#,##0", "timely_share": "0.0%", "reference_year": "0"}
    observations = book["fct_observations"]
    names = [cell.value for cell in observations[1]]
    formats = {
        row[names.index("unit")].value: row[names.index("value")].number_format for row in observations.iter_rows(min_row=2)
    }
    assert formats == {"count": "#,##0", "share": "0.0%", "fte": "#,##0", "eur": "#,##0"}


def day(value):
    """Take the time of day from a date."""
    return value.date() if isinstance(value, datetime.datetime) else value


def test_exposure(manifest, marts):
    """The docs site knows that the data package stands on every mart."""
    (exposure,) = (node for node in manifest["exposures"].values() if node["name"] == "data_package")
    assert {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]} == marts.keys()
