"""Write the marts as CSV, Parquet, an Excel workbook and a data package, and the dbt docs as one page."""

import json
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
import duckdb
import xlsxwriter
import yaml

from ind_warehouse import PUBLISHED, ROOT, opened, version
from ind_warehouse.build import PARSED, WORKING, run_dbt
from ind_warehouse.publish import TYPES, quoted, replacing, tell

FOLDER = ROOT / "site" / "data"
GENERATED = ROOT / "target" / "docs" / "static_index.html"
PAGE = ROOT / "site" / "docs" / "index.html"
NAME = "ind_warehouse"
PACKAGE = "datapackage.json"
# the unit of a column whose unit varies by row; a difference of shares is in percentage points
UNIT_OF_ROW = "as the column unit says"
DIFFERENCE = "difference as the column unit says"
PROFILES = "https://datapackage.org/profiles/2.0"
# the fewest and most decimals that a spreadsheet shows for each unit, enough to show bounds
DECIMALS = {
    "count": (0, 1),
    "fte": (0, 1),
    "eur": (0, 0),
    "share": (0, 3),
    "points": (0, 3),
    "ratio": (2, 4),
    "days": (2, 4),
    "months": (2, 4),
    "index": (2, 4),
    "year": (0, 0),
}
# the same for people who read the figures and do not compare their bounds
SHOWN = {"share": (0, 1), "points": (0, 1), "ratio": (2, 2), "days": (1, 1), "months": (1, 1), "index": (2, 2)}
# where names stand beside a code in the workbook: the mart that has them
NAMED = {
    "product_code": "dim_products",
    "series_code": "dim_series",
    "metric_code": "dim_metrics",
    "measure_code": "dim_measures",
}
TEXTS = Path(__file__).with_suffix(".yaml")


@dataclass
class Column:
    """A column of a mart."""

    name: str
    data_type: str
    comment: str
    nullable: bool
    unit: str | None

    @property
    def unit_varies(self) -> bool:
        """Whether the column unit says the unit of each row."""
        return self.unit in (UNIT_OF_ROW, DIFFERENCE)


@dataclass
class Table:
    """A mart: its comment in English, a one-line comment in Dutch, its key and its columns."""

    name: str
    comment: str
    dutch: str
    key: str
    columns: list[Column]

    @property
    def english(self) -> str:
        """The first paragraph of the comment, on one line."""
        return self.comment.partition("\n\n")[0].replace("\n", " ").strip()


@click.command()
def data() -> None:
    """Write the marts of the last build to site/data: CSV, Parquet, Excel and a data package."""
    with opened(PUBLISHED) as con, replacing(FOLDER) as new:
        tables = write_files(con, new)
        keep_others(FOLDER, new)
    tell(f"Wrote {FOLDER.relative_to(ROOT)}: {len(tables)} tables as CSV, Parquet and {NAME}.xlsx, and {PACKAGE}")


def write_files(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Table]:
    """Write all files into a new folder, and return the tables that were written."""
    folder.mkdir(parents=True)
    tables = describe(con)
    for table in tables:
        # quoted, so that a spreadsheet can import '20.430' as text
        texts = ", ".join(f'"{column.name}"' for column in table.columns if column.data_type == "VARCHAR")
        quotes = f", force_quote ({texts})" if texts else ""
        for kind, options in (("csv", f"format csv{quotes}"), ("parquet", "format parquet")):
            con.execute(f"copy (from marts.{table.name}) to {quoted(folder / f'{table.name}.{kind}')} ({options})")
    texts = yaml.safe_load(TEXTS.read_text("utf-8"))
    for name, file in texts["files"].items():
        write_plain(con, folder / name, file)
    write_workbook(con, tables, folder / f"{NAME}.xlsx", texts)
    package = json.dumps(describe_package(con, tables), ensure_ascii=False, indent=2)
    (folder / PACKAGE).write_text(package + "\n", "utf-8")
    return tables


def write_plain(con: duckdb.DuckDBPyConnection, path: Path, file: dict) -> None:
    """Write the figures as a file that a spreadsheet opens right by a double click.

    Args:
        con: The published file.
        path: The file.
        file: Its separator, decimal mark, names of units, and columns of rpt_figures with their headings.
    """
    figures = (
        con.sql("from figures()").df()[list(file["columns"])].replace({"unit": file["units"]}).rename(columns=file["columns"])
    )
    for name in figures.select_dtypes("float").columns:
        figures[name] = figures[name].map(lambda value: f"{value:.10g}".replace(".", file["decimal"]), na_action="ignore")
    # the mark at its start tells Excel that it is UTF-8
    figures.to_csv(path, sep=file["separator"], index=False, encoding="utf-8-sig", lineterminator="\r\n")


def keep_others(old: Path, new: Path) -> None:
    """Copy files that the old data package does not name, such as other people's, from the old folder to the new one."""
    named = {f"{NAME}.xlsx"}
    with suppress(OSError, ValueError, KeyError, TypeError):
        for resource in json.loads((old / PACKAGE).read_text("utf-8"))["resources"]:
            named |= {resource["path"], Path(resource["path"]).with_suffix(".parquet").name}
    for path in old.iterdir() if old.exists() else ():
        if path.name not in named and not (new / path.name).exists():
            if path.is_dir() and not path.is_symlink():
                shutil.copytree(path, new / path.name, symlinks=True)
            else:
                shutil.copy2(path, new / path.name, follow_symlinks=False)


def describe(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """Read the descriptions of the marts from the published file: all figures first, then facts, columns in order."""
    keys = dict(
        con.execute(
            "select table_name, constraint_column_names[1] from duckdb_constraints()"
            " where schema_name = 'marts' and constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    )
    tables = con.execute(
        "select table_name, comment, description_nl from raw.columns join duckdb_tables() using (table_name)"
        " where schema_name = 'marts' and column_name is null"
        " order by table_name != 'rpt_figures', table_name like 'dim_%', table_name"
    ).fetchall()
    columns = con.execute(
        "select table_name, column_name, data_type, comment, is_nullable, unit"
        " from raw.columns join duckdb_columns() using (table_name, column_name)"
        " where schema_name = 'marts' order by column_index"
    ).fetchall()
    return [
        Table(*table, keys[table[0]], [Column(*column[1:]) for column in columns if column[0] == table[0]]) for table in tables
    ]


def describe_package(con: duckdb.DuckDBPyConnection, tables: list[Table]) -> dict:
    """Return the content of datapackage.json, which describes the CSV files (Data Package standard, version 2)."""
    dimensions = {table.key: (table.name, table.key) for table in tables if table.name.startswith("dim_")}
    dimensions |= dict.fromkeys(("edition_year", "from_edition", "to_edition"), ("dim_editions", "edition_year"))
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": NAME.replace("_", "-"),
        "title": "IND warehouse: annual figures of the Dutch Immigration and Naturalisation Service",
        "description": (
            "Every figure printed in the annual figures (Jaarcijfers), and derived figures, with the bounds that rounding leaves."
            " Each field's description says what it is, its unit, and what an empty value means. Read the notes"
            " on products, series and breaks before you compare years or add up. Name the IND as the source of the figures. The"
            " document states no terms of reuse, so no licence is given here. The same tables are also available as Parquet and"
            " in one Excel workbook."
        ),
        "version": version(),
        "keywords": ["IND", "Jaarcijfers", "Netherlands", "migration", "asylum", "naturalisation"],
        "contributors": [
            {"title": "Immigratie- en Naturalisatiedienst (IND)", "roles": ["publisher of the figures"]},
            {"title": "Maintainers of the IND warehouse", "roles": ["author of the derived figures"]},
        ],
        "sources": [{"title": title} | ({"path": address} if address else {}) for title, address in sources(con)],
        "resources": [describe_resource(table, dimensions) for table in tables],
    }


def sources(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None]]:
    """List title and address of each publication: the IND's first, then those they are compared with."""
    return con.execute(
        "select publication, address from ("
        " select 'IND, ' || publication as publication, min(address) as address, max(edition_year) as year"
        " from marts.fct_observations group by publication"
        " union all"
        " select expected_from, min(address), null from marts.fct_reconciliation"
        " where register is not null group by expected_from"
        ") as published order by year desc nulls last, publication"
    ).fetchall()


def describe_resource(table: Table, dimensions: dict[str, tuple[str, str]]) -> dict:
    """Describe one CSV file as a resource of the data package.

    Args:
        table: The mart.
        dimensions: By column name, the table and key that it refers to.
    """
    references = [
        {"fields": [column.name], "reference": {"resource": dimensions[column.name][0], "fields": [dimensions[column.name][1]]}}
        for column in table.columns
        if column.name in dimensions and dimensions[column.name][0] != table.name
    ]
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.english,
        "description": table.comment,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [
                {"name": column.name, "type": TYPES[column.data_type], "description": column.comment}
                | ({"unitField": "unit"} if column.unit_varies else {"unit": column.unit} if column.unit else {})
                | ({} if column.nullable else {"constraints": {"required": True}})
                for column in table.columns
            ],
            "missingValues": [""],
            "primaryKey": [table.key],
        }
        | ({"uniqueKeys": [["edition_year"]]} if table.name == "dim_editions" else {})
        | ({"foreignKeys": references} if references else {}),
    }


def write_workbook(con: duckdb.DuckDBPyConnection, tables: list[Table], path: Path, texts: dict) -> None:
    """Write a workbook: a sheet that explains, all figures in one table, then one sheet per mart.

    Args:
        con: The published file.
        tables: The marts.
        path: The workbook.
        texts: The contents of export.yaml.
    """
    ((newest,),) = con.execute("select max(reference_year) from marts.fct_observations").fetchall()
    names = {
        code: {row[0]: row[1:] for row in con.execute(f"select {code}, name_nl, name_en from marts.{mart}").fetchall()}
        for code, mart in NAMED.items()
    }
    # in memory, so that no temporary files are written
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        # a fixed date, so that the same figures give the same file
        book.set_properties({"title": "IND warehouse", "created": datetime(newest, 12, 31)})
        write_first_sheet(book, tables, sources(con), texts["about"])
        formats = Formats(book)
        write_figures(book.add_worksheet("Cijfers"), tables[0], con, texts["figures"], formats)
        for table in tables:
            columns, rows = with_names(table, con.execute(f"from marts.{table.name}").fetchall(), names)
            sheet = book.add_worksheet(table.name)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column.name, formats.head)
                sheet.write_comment(0, at, column.comment, {"x_scale": 2.5, "y_scale": 1.5})
                sheet.set_column(at, at, 28 if column.data_type == "VARCHAR" else 14)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
            lay_out(sheet, len(rows), len(columns), wide=len(columns) > 16)
            write_rows(sheet, columns, rows, formats)


def with_names(table: Table, rows: list[tuple], names: dict[str, dict]) -> tuple[list[Column], list[list]]:
    """Put names in Dutch and English beside each code that has none.

    Args:
        table: The mart.
        rows: Its rows.
        names: By column and code, the names.
    """
    own = {column.name for column in table.columns}
    columns, values = [], [[] for _ in rows]
    for at, column in enumerate(table.columns):
        columns.append(column)
        what = column.name.removesuffix("_code")
        known = None if NAMED.get(column.name) in (None, table.name) or f"{what}_nl" in own else names[column.name]
        if known is not None:
            columns += [Column(f"{what}_nl", "VARCHAR", f"Dutch name of {column.name}.", True, None)]
            columns += [Column(f"{what}_en", "VARCHAR", f"English name of {column.name}.", True, None)]
        for row, cells in zip(rows, values, strict=True):
            cells += [row[at], *(() if known is None else known.get(row[at], (None, None)))]
    return columns, values


class Formats(dict):
    """The number formats of a workbook, each created once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        """Create the format of a header."""
        self.book = book
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})

    def __missing__(self, shown: str) -> xlsxwriter.format.Format:
        """Create a format."""
        self[shown] = self.book.add_format({"num_format": shown})
        return self[shown]


def write_first_sheet(
    book: xlsxwriter.Workbook, tables: list[Table], published: list[tuple[str, str | None]], about: dict
) -> None:
    """Write the sheet that explains the others in both languages and lists the publications (title and address)."""
    bold, link = book.add_format({"bold": True}), book.get_default_url_format()
    sheet = book.add_worksheet("Lees mij - Read me")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 2, 100)
    row = 0
    for language, lines in about.items():
        sheet.write_string(row, 0, language, bold)
        sheet.write_column(row, 1, lines)
        row += len(lines) + 1
    for table in tables:
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", link, table.name)
        sheet.write_row(row, 1, [table.dutch, table.english])
        row += 1
    row += 1
    sheet.write_string(row, 0, "Bronnen / Sources", bold)
    for title, address in published:
        sheet.write_string(row, 1, title)
        if address:
            sheet.write_url(row, 2, address)
        row += 1
    lay_out(sheet, row, 3)


def write_figures(
    sheet: xlsxwriter.worksheet.Worksheet, table: Table, con: duckdb.DuckDBPyConnection, headings: dict, formats: Formats
) -> None:
    """Write every figure that no other one counts as an Excel table, which can be filtered and pivoted as it is.

    Args:
        sheet: An empty sheet.
        table: The mart rpt_figures.
        con: The published file.
        headings: By column, its heading, a note in Dutch and its width.
        formats: The number formats.
    """
    of = {column.name: column for column in table.columns}
    columns = [of[name] for name in headings]
    rows = con.execute(f"select {', '.join(headings)} from figures()").fetchall()
    head = [{"header": heading, "header_format": formats.head} for heading, *_ in headings.values()]
    sheet.add_table(0, 0, len(rows), len(columns) - 1, {"name": "Cijfers", "columns": head, "style": "Table Style Light 1"})
    for at, (column, (_, note, width)) in enumerate(zip(columns, headings.values(), strict=True)):
        sheet.write_comment(0, at, f"{note}\n\n{column.comment}", {"x_scale": 2.5, "y_scale": 1.5})
        sheet.set_column(at, at, width)
    sheet.set_row(0, 32)
    # what a row is about stays in view
    sheet.freeze_panes(1, 4)
    # up to the margin as text; notes and codes would not fit
    lay_out(sheet, len(rows), list(headings).index("shown_nl"))
    write_rows(sheet, columns, rows, formats, SHOWN)


def lay_out(sheet: xlsxwriter.worksheet.Worksheet, rows: int, columns: int, wide: bool = False) -> None:
    """Print rows and columns on landscape A4 with the header on every page: as wide as a page, or the first column on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.print_area(0, 0, rows, columns - 1)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&RIND, &P / &N")
    if wide:
        sheet.repeat_columns(0)
        sheet.set_print_scale(60)
    else:
        sheet.fit_to_pages(1, 0)


def write_rows(
    sheet: xlsxwriter.worksheet.Worksheet, columns: list[Column], rows: list, formats: Formats, decimals: dict = DECIMALS
) -> None:
    """Write the rows below a header, every value with its type, and numbers as their unit says."""
    unit_at = next((at for at, column in enumerate(columns) if column.name == "unit"), None)
    for line, values in enumerate(rows, 1):
        for at, (column, value) in enumerate(zip(columns, values, strict=True)):
            if value is None:
                continue
            if column.data_type == "DATE":
                sheet.write_datetime(line, at, value, formats["yyyy-mm-dd"])
            elif column.data_type == "BOOLEAN":
                sheet.write_boolean(line, at, value)
            elif column.data_type == "VARCHAR":
                sheet.write_string(line, at, value)
            else:
                unit = values[unit_at] if column.unit_varies else column.unit
                if column.unit == DIFFERENCE and unit == "share":
                    unit = "points"
                sheet.write_number(line, at, value, formats[number_format(value, unit, decimals)])


def number_format(value: float, unit: str | None, limits: dict = DECIMALS) -> str:
    """Return the Excel number format of a number, with the decimals it needs, within the limits of its unit.

    Args:
        value: The number.
        unit: Its unit, or None for a number that only sets an order.
        limits: The fewest and most decimals of each unit, without those that have none.
    """
    least, most = limits.get(unit, (0, 0))
    sign = {"share": "%", "ratio": "%", "points": '%"-pt"'}.get(unit, "")
    scaled = value * 100 if sign else value
    decimals = next((n for n in range(least, most) if abs(round(scaled, n) - scaled) < 1e-9), most)
    whole = "#,##0" if unit not in (None, "share", "points", "year") else "0"
    return whole + ("." + "0" * decimals if decimals else "") + sign


@click.command()
def docs() -> None:
    """Write the docs site of the last build to site/docs/index.html."""
    if not WORKING.exists():
        raise click.ClickException(f"{WORKING.relative_to(ROOT)} does not exist; run make first.")
    # Reuse the build's partial parse in a separate folder, to keep the build's manifest. Skip tests: the docs do not show them,
    # and compiling them would take half the time.
    GENERATED.parent.mkdir(exist_ok=True)
    if PARSED.exists():
        shutil.copy(PARSED, GENERATED.parent)
    without_tests = ("--exclude", "resource_type:test", "resource_type:unit_test")
    run_dbt("docs", "generate", "--static", "--target-path", str(GENERATED.parent.relative_to(ROOT)), *without_tests)
    # dbt writes the absolute folder of each seed into the page
    page = re.sub(r'"root_path": ?"([^"\\]|\\.)*"', '"root_path":""', GENERATED.read_text("utf-8"))
    page = page.replace("<title>dbt Docs</title>", "<title>IND warehouse</title>")
    with replacing(PAGE) as new:
        new.write_text(page, "utf-8")
    tell(f"Wrote {PAGE.relative_to(ROOT)} ({PAGE.stat().st_size / 1e6:.1f} MB)")
