"""The published file in the oldest supported DuckDB, 1.1.3, and in the command line, 1.5.6."""

import csv
import io
import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ind_warehouse.ask import QUESTIONS, query

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "ind_warehouse.duckdb"
SHELL = [sys.executable, "-m", "duckdb_cli"]
ATTACH = "attach '{path}' as elsewhere (read_only); use elsewhere;"
MACROS = "select function_name, comment from duckdb_functions() where function_type like '%macro' and not internal"


def in_python(sql: str, attached: bool) -> list[list[str]]:
    """Run SQL in DuckDB 1.1.3 and return the rows as strings."""
    with duckdb.connect() if attached else duckdb.connect(PUBLISHED, read_only=True) as con:
        if attached:
            con.execute(ATTACH.format(path=str(PUBLISHED).replace("'", "''")))
        result = con.execute(sql)
        return [["" if value is None else str(value) for value in row] for row in result.fetchall()]


def in_shell(sql: str, attached: bool) -> list[list[str]]:
    """Run SQL in the command line and return the rows as strings."""
    first = ATTACH.format(path=str(PUBLISHED).replace("'", "''")) if attached else ""
    file = [] if attached else ["-readonly", PUBLISHED]
    command = [*SHELL, "-no-init", "-csv", "-noheader", "-nullvalue", "", *file]
    run = subprocess.run(command, input=f"{first}\n{sql.rstrip().rstrip(';')};", capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return list(csv.reader(io.StringIO(run.stdout)))


def alike(rows: list[list[str]]) -> list[list[str]]:
    """Ignore how each client writes booleans, true or True."""
    return [[text.lower() for text in row] for row in rows]


CLIENTS = {"1.1.3": in_python, "1.5.6": in_shell}
EXAMPLES = [comment.partition("Example: ")[2] for _, comment in in_python(MACROS, False)]


@pytest.mark.parametrize("version", CLIENTS)
def test_version(version):
    """Each client is the intended version."""
    assert CLIENTS[version]("select version()", False) == [[f"v{version}"]]


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("version", CLIENTS)
def test_comments(version, attached):
    """Every table, column and macro has a comment, also when attached under another name."""
    run = CLIENTS[version]
    here = "where database_name = current_database()"
    tables = run(f"select table_name, comment from duckdb_tables() {here}", attached)
    columns = run(f"select column_name, comment from duckdb_columns() {here} and not internal", attached)
    macros = run(MACROS + " and database_name = current_database()", attached)
    assert len(tables) > 30 and len(columns) > 300 and len(macros) == 18
    assert all(comment for _, comment in [*tables, *columns, *macros])


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("version", CLIENTS)
@pytest.mark.parametrize("sql", [*map(query, QUESTIONS), *EXAMPLES], ids=[*QUESTIONS, *EXAMPLES])
def test_questions_and_examples(sql, version, attached):
    """Every analysis and every macro's example returns the same rows in both clients and under another name."""
    rows = CLIENTS[version](sql, attached)
    assert rows
    assert alike(rows) == alike(in_python(sql, False))


NEWEST = "(select edition_year from marts.dim_editions where is_newest_whole)"
METRICS = (
    "select product_code, reference_year, round(value), floor(value_lower), ceil(value_upper), unit from marts.fct_metrics"
    " where metric_code ="
)
# what each macro should return, as a query on the tables
MEANINGS = {
    "from product(' Objections ')": "select reference_year, applications, decisions, pending, backlog_change::integer,"
    " outcome_share, timely_share from marts.fct_caseload where product_code = 'objections' order by reference_year",
    "from metric('late_decisions')": f"{METRICS} 'late_decisions' and reference_year = {NEWEST} order by value desc",
    "from metric('net_inflow', of_year := 2022)": f"{METRICS} 'net_inflow' and reference_year = 2022"
    " order by value desc, product_code",
    "from provenance('students.applications', 2021)": "select edition_year, reference_year, printed_value, row_label,"
    " table_label, chapter_label, publication, address from marts.fct_observations"
    " where series_code = 'students.applications' and reference_year = 2021 order by edition_year",
    "select about, note_nl, note_en from notes('naturalisation') where year is not null": "select series_code, note_nl, note_en"
    " from marts.dim_breaks where product_code = 'naturalisation' order by series_code",
    "select note_nl, note_en from notes('workforce')": "select note_nl, note_en from marts.dim_products"
    " where product_code = 'workforce'",
    "from list_columns('marts.FCT_workforce')": "select column_name, data_type, comment from duckdb_columns()"
    " where database_name = current_database() and table_name = 'fct_workforce' order by column_index",
    "select table_name from list_tables()": "select table_name from duckdb_tables()"
    " where database_name = current_database() and schema_name = 'marts' order by table_name",
    "from cite('students.applications', 2021)": "select concat('Immigratie- en Naturalisatiedienst (IND), ', publication, ' (',"
    " published, '), ', table_label, ', ', row_label, ' 2021: ', printed_value, '. ', observations.address), concat('Immigratie-"
    " en Naturalisatiedienst (IND), ', publication, ' (', published, '), Students: applications, 2021: ',"
    " replace(printed_value, '.', ','), '. ', observations.address) from marts.fct_observations as observations inner join"
    " raw.publications using (publication_code, publication) where series_code = 'students.applications' and reference_year"
    " = 2021 and is_current",
    "select * from find('onverklaarde VERANDERING')": "select 'metric', metric_code, name_nl, name_en from marts.dim_metrics"
    " where metric_code = 'stock_flow_residual'",
    "select code from find('Gezinshereniging') where kind = 'product'": "select code from raw.synonyms where synonyms like"
    " '%gezinshereniging%' order by code",
}


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("version", CLIENTS)
@pytest.mark.parametrize("macro", MEANINGS)
def test_what_macros_say(macro, version, attached):
    """Macros return what the tables have, with columns and rows in order."""
    found = CLIENTS[version](macro, attached)
    assert found
    assert found == CLIENTS[version](MEANINGS[macro], attached)


@pytest.mark.parametrize("version", CLIENTS)
def test_find(version):
    """Words in either language match, with or without accents; names with them come first, products before series."""
    for words in ("bezwaar", "Objéctions"):
        first, *others = [code for _, code, *_ in CLIENTS[version](f"from find('{words}')", False)]
        assert first == "objections" and "objections.pending" in others
    codes = [code for _, code, *_ in CLIENTS[version]("from find('nareis')", False)]
    assert codes[:2] == ["asylum_family_reunification", "family_reunification_echr8"]
    # short names, synonyms and nationalities
    found = {
        words: tuple(CLIENTS[version](f"from find('{words}')", False)[0][:2])
        for words in ("asiel spoor 1", "wachttijd", "syrian")
    }
    assert found == {
        "asiel spoor 1": ("product", "asylum_track_1"),
        "wachttijd": ("metric", "disposition_time_days"),
        "syrian": ("nationality", "SYR"),
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("from product('asylum')", "There is no procedure 'asylum'"),
        ("from notes('asylum')", "There is no product 'asylum'"),
        ("from metric('pending')", "There is no metric 'pending'"),
        ("from provenance('students', 2021)", "There is no printed series 'students'. The nearest: students.pending, "),
        ("from cite('students.applications', 1999)", "for the year '1999'; there are for 2019, 2020"),
        ("from metric('net_inflow', of_year := 1999)", "There are no figures of net_inflow for 1999; there are for 2019"),
        ("from provenance('students.applications', 1999)", "No figure of students.applications is printed for the year '1999'"),
        ("from find('qqq')", "Nothing matches 'qqq'"),
        ("from list_columns('caseload')", "There is no table 'caseload'"),
    ],
)
def test_unknown_codes(wrong, said):
    """An unknown code gives a message that says where to find codes, not an empty answer."""
    with duckdb.connect(PUBLISHED, read_only=True) as con, pytest.raises(duckdb.Error, match=said):
        con.execute(wrong).fetchall()
    run = subprocess.run([*SHELL, "-no-init", "-readonly", PUBLISHED, wrong], capture_output=True, text=True)
    assert run.returncode != 0
    assert said in run.stderr


def test_another_file(tmp_path):
    """With two files attached, a macro works only for the current one, and says so in both clients."""
    other = shutil.copy(PUBLISHED, tmp_path / "other.duckdb")
    with duckdb.connect(other) as con:
        con.execute("create or replace macro this_file() as 'another build'")
    path = str(PUBLISHED).replace("'", "''")
    attached = f"{ATTACH.format(path=path)} attach '{other}' as other (read_only); use other;"
    asked, said = "from elsewhere.main.product('family')", "belongs to a different file from the current database, other"
    with duckdb.connect() as con, pytest.raises(duckdb.Error, match=said):
        con.execute(attached)
        con.execute(asked).fetchall()
    run = subprocess.run([*SHELL, "-no-init"], input=f"{attached}\n{asked};", capture_output=True, text=True)
    assert said in run.stderr


def test_read_only():
    """Both clients refuse to write."""
    with duckdb.connect(PUBLISHED, read_only=True) as con, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        con.execute("create table main.x (i integer)")
    command = [*SHELL, "-no-init", "-readonly", PUBLISHED, "create table main.x (i integer)"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode != 0
    assert "read-only" in run.stderr


def test_make_cli():
    """In a terminal the command line lists the macros; what is piped into it gets its result alone, also of .tables."""
    typed = ".tables\ndescribe;\ndescribe fct_workforce;\nsummarize fct_workforce;\nfrom list_columns('fct_workforce');\n"
    run = subprocess.run(["make", "-s", "cli"], cwd=ROOT, input=typed, capture_output=True, text=True, check=True)
    answers = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout)
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(["make", "-s", "cli"], cwd=ROOT, stdin=terminal, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            # what is typed before it is ready is lost
            os.write(keyboard, b".quit\n")
            time.sleep(0.1)
        hints = process.stdout.read()
    os.close(keyboard)
    os.close(terminal)
    for macro in ("list_tables()", "list_columns(", "find(", "product(", "notes(", "metric(", "provenance(", "cite("):
        assert macro in hints
    assert ".quit quits" not in answers and "Error" not in run.stderr
    for text in ("fct_caseload", "external_share", "null_percentage", "External staff as a share"):
        assert text in answers, text
