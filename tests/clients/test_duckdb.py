"""The published file in the oldest DuckDB that it promises, 1.1.3, and in the real command line, 1.5.6."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ind_warehouse.ask import QUESTIONS, query

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "ind_warehouse.duckdb"
SHELL = Path(sys.executable).parent / "duckdb"
ATTACH = "attach '{path}' as elsewhere (read_only); use elsewhere;"
MACROS = "select function_name, comment from duckdb_functions() where function_type = 'table_macro' and not internal"


def in_python(sql: str, attached: bool) -> list[list[str]]:
    """Run SQL in DuckDB 1.1.3 and give back the rows as texts."""
    with duckdb.connect() if attached else duckdb.connect(PUBLISHED, read_only=True) as con:
        if attached:
            con.execute(ATTACH.format(path=str(PUBLISHED).replace("'", "''")))
        result = con.execute(sql)
        return [["" if value is None else str(value) for value in row] for row in result.fetchall()]


def in_shell(sql: str, attached: bool) -> list[list[str]]:
    """Run SQL in the command line and give back the rows as texts."""
    first = ATTACH.format(path=str(PUBLISHED).replace("'", "''")) if attached else ""
    file = [] if attached else ["-readonly", PUBLISHED]
    command = [SHELL, "-no-init", "-csv", "-noheader", "-nullvalue", "", *file]
    run = subprocess.run(command, input=f"{first}\n{sql.rstrip().rstrip(';')};", capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return list(csv.reader(io.StringIO(run.stdout)))


CLIENTS = {"1.1.3": in_python, "1.5.6": in_shell}
EXAMPLES = [comment.partition("Example: ")[2] for _, comment in in_python(MACROS, False)]


@pytest.mark.parametrize("version", CLIENTS)
def test_version(version):
    """The client is the one that is meant."""
    assert CLIENTS[version]("select version()", False) == [[f"v{version}"]]


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("version", CLIENTS)
def test_comments(version, attached):
    """Every table, column and macro explains itself, also under another name."""
    run = CLIENTS[version]
    here = "where database_name = current_database()"
    tables = run(f"select table_name, comment from duckdb_tables() {here}", attached)
    columns = run(f"select column_name, comment from duckdb_columns() {here} and not internal", attached)
    macros = run(MACROS + " and database_name = current_database()", attached)
    assert len(tables) > 40 and len(columns) > 400 and len(macros) == 6
    assert all(comment for _, comment in [*tables, *columns, *macros])


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("version", CLIENTS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_questions(name, version, attached):
    """Every analysis is answered, with the same rows in both clients and under another name."""
    rows = CLIENTS[version](query(name), attached)
    assert rows
    assert len(rows) == len(in_python(query(name), False))


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("version", CLIENTS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_macros(example, version, attached):
    """The example in the comment of each macro finds something, and the same under another name."""
    rows = CLIENTS[version](example, attached)
    assert rows
    assert len(rows) == len(in_python(example, False))


@pytest.mark.parametrize("attached", [False, True])
def test_what_macros_say(attached):
    """They say what the tables say: one product, one metric, one figure, words in both languages and with or without accents."""

    def same(macro: str, table: str) -> bool:
        found = in_python(macro, attached)
        return bool(found) and found == in_python(table, attached)

    columns = "reference_year, applications, pending, decision_to_application_ratio_upper, timely_share"
    assert same(
        "select reference_year, applications, pending, ratio_upper, timely_share from product('objections')",
        f"select {columns} from marts.fct_caseload where product_code = 'objections' order by reference_year",
    )
    for year, text in ((2023, ""), (2022, ", of_year := 2022")):
        assert same(
            f"select product_code, reference_year, value, value_lower, value_upper from metric('net_inflow'{text}) order by 1",
            "select product_code, reference_year, value, value_lower, value_upper from marts.fct_metrics"
            f" where metric_code = 'net_inflow' and reference_year = {year} order by 1",
        )
    assert in_python(
        "select edition_year, chapter_label, table_label, row_label, printed_value, is_current, address is not null"
        " from provenance('students.applications', 2021)",
        attached,
    ) == [
        ["2021", "Werk en studie", "Studenten", "Aanvragen", "20.560", "False", "True"],
        ["2023", "Regulier verblijf", "Studenten", "Aanvragen", "20.560", "True", "True"],
    ]
    assert in_python("select code from find('onverklaarde VERANDERING')", attached) == [["stock_flow_residual"]]
    assert ["objections"] in in_python("select code from find('bezwaar')", attached)
    assert ["objections"] in in_python("select code from find('Objéctions')", attached)
    assert in_python("select column_name from list_columns('fct_workforce')", attached)[0] == ["workforce_key"]
    assert ["fct_caseload", "65"] in in_python("select table_name, table_rows from list_tables()", attached)


def test_read_only():
    """Both clients refuse to write."""
    with duckdb.connect(PUBLISHED, read_only=True) as con, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        con.execute("create table main.x (i integer)")
    command = [SHELL, "-no-init", "-readonly", PUBLISHED, "create table main.x (i integer)"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode != 0
    assert "read-only" in run.stderr


def test_make_cli():
    """A first-time visitor who types .tables, describe or summarize finds the way, and is told the macros."""
    typed = ".tables\ndescribe;\ndescribe fct_workforce;\nsummarize fct_workforce;\nfrom list_columns('fct_workforce');\n"
    run = subprocess.run(["make", "-s", "cli"], cwd=ROOT, input=typed, capture_output=True, text=True, check=True)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout)
    hints, _, answers = shown.partition(".quit ends.")
    for macro in ("list_tables()", "list_columns(", "find(", "product(", "metric(", "provenance("):
        assert macro in hints
    assert "Error" not in run.stderr
    for text in ("fct_caseload", "external_share", "null_percentage", "External staff as a share"):
        assert text in answers, text
