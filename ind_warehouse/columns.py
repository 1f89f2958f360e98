"""What the published file says of its tables and columns as a table, for exports that describe what they hold."""

import re

import duckdb

UNIT_OF_ROW = "as the column unit says"
# Numbers that put in order, and count nothing.
ORDINALS = ("rank", "position", "footnote_number")


def write_columns(con: duckdb.DuckDBPyConnection, manifest: dict) -> None:
    """Write raw.columns: what each table and column of the marts is, and in which unit.

    Args:
        con: The working file, with the marts in it.
        manifest: What dbt knows of the project, from the build of that file.
    """
    con.execute("""
        create or replace table raw.columns (
            table_name varchar not null, column_name varchar, unit varchar, description_nl varchar, description_en varchar
        );
        comment on table raw.columns is
        'What each table and column of marts is, one row each: the comments, as a table. Written when the file is published.';
        comment on column raw.columns.table_name is 'Table of the schema marts.';
        comment on column raw.columns.column_name is 'Its column. Null in the row that speaks of the table itself.';
        comment on column raw.columns.unit is
        'Unit in which the column counts. Null where it counts nothing, and for a table.';
        comment on column raw.columns.description_nl is 'What it is, in Dutch. Null where only English is there.';
        comment on column raw.columns.description_en is 'What it is, in English: its comment.';
    """)
    dutch = [
        (node["name"], None, None, node["config"]["meta"]["description_nl"], node["description"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]
    metrics = dict(con.execute("select metric_code, unit from marts.dim_metrics").fetchall())
    columns = con.execute(
        "select table_name, column_name, data_type, comment, list(column_name) over (partition by table_name)"
        " from duckdb_columns() where schema_name = 'marts' order by table_name, column_index"
    ).fetchall()
    described = [
        (table, column, unit_of(table, column, data_type, names, metrics), None, comment)
        for table, column, data_type, comment, names in columns
    ]
    con.executemany("insert into raw.columns values (?, ?, ?, ?, ?)", dutch + described)


def unit_of(table: str, column: str, data_type: str, names: list[str], metrics: dict[str, str]) -> str | None:
    """Say in which unit a column counts.

    Args:
        table: Name of its table.
        column: Name of the column.
        data_type: Its type in DuckDB.
        names: Names of all columns of the table.
        metrics: Units of the derived metrics.

    Returns:
        A unit, a word that refers to the table's column unit, or nothing where the column counts nothing.
    """
    figure = re.sub("_(lower|upper)$", "", column)
    if data_type not in ("INTEGER", "DOUBLE") or column in ORDINALS:
        return None
    if "year" in column or column in ("from_edition", "to_edition", "compared_with"):
        return "year"
    if figure in metrics:
        return metrics[figure]
    if figure.endswith("_share") or "_share_" in figure:
        return "share"
    if figure == "penalty_payments":
        return "eur"
    if table == "fct_workforce":
        return "fte"
    return UNIT_OF_ROW if "unit" in names else "count"
