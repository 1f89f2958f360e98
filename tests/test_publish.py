"""Write, audit, publish: a build that fails changes nothing, and a copy that differs is not published."""

import os
import re
import subprocess
import sys

import duckdb
import pytest
from filelock import FileLock

from conftest import run_build
from ind_warehouse import build
from ind_warehouse.build import BuildFailed, check_copy, forget_outdated_parse, publish


def write_warehouse(path, values=(1, 2), comment="a table"):
    """Write a small file with the schemas of a build: a raw table, a view between, a mart with key and comment."""
    with duckdb.connect(path) as con:
        for schema in ("raw", "staging", "marts"):
            con.execute(f"create schema {schema}")
        con.execute("create table raw.seed (x integer)")
        con.executemany("insert into raw.seed values (?)", [[value] for value in values])
        con.execute("create view staging.stg as select * from raw.seed")
        con.execute("create table marts.fct (x integer not null primary key)")
        con.execute("insert into marts.fct from staging.stg")
        con.execute(f"comment on table marts.fct is '{comment}'")
    return path


def test_macros(published):
    """The published file carries its macros; the example in the comment of each finds something."""
    macros = published.execute(
        "select function_name, comment from duckdb_functions() where function_type like '%macro' and not internal"
    ).fetchall()
    tables = {"find", "list_columns", "list_tables", "metric", "notes", "product", "provenance"}
    shown = {"at_least", "at_most", "decimals", "in_words", "rounded", "with_range"}
    assert {name for name, _ in macros} == tables | shown | {"asked_here", "this_file"}
    for _, comment in macros:
        assert published.execute(comment.partition("Example: ")[2]).fetchall()


def test_a_copy_without_macros_is_refused(tmp_path):
    """A macro that the copy lacks is noticed."""
    working = write_warehouse(tmp_path / "working.duckdb")
    copy = write_warehouse(tmp_path / "copy.duckdb")
    with duckdb.connect(working) as con:
        con.execute("create macro main.twice(x) as table select 2 * x as y")
    with pytest.raises(BuildFailed, match="macro twice: missing"):
        check_copy(working, copy)


def test_second_build_gives_way(project_copy):
    """While one build runs, another says so in one line and touches nothing."""
    (project_copy / "target").mkdir()
    before = (project_copy / "ind_warehouse.duckdb").read_bytes()
    with FileLock(project_copy / "target" / "ind_warehouse.lock"):
        run = run_build(project_copy)
    assert run.returncode == 1
    assert run.stderr == "Another build is running in this folder; wait until it has ended.\n"
    assert (project_copy / "ind_warehouse.duckdb").read_bytes() == before


def test_a_description_that_kept_its_time_is_parsed_anew(tmp_path, monkeypatch):
    """What dbt parsed is forgotten once a YAML file was written, whatever time that file shows."""
    monkeypatch.setattr(build, "ROOT", tmp_path)
    described, parsed = tmp_path / "models" / "marts" / "fct.yml", tmp_path / "target" / "partial_parse.msgpack"
    monkeypatch.setattr(build, "PARSED", parsed)
    for path in (described, parsed):
        path.parent.mkdir(parents=True)
        path.touch()
    os.utime(described, (1, 1))
    written = described.stat().st_ctime
    for parsed_at, kept in ((written + 1, True), (written - 1, False)):
        os.utime(parsed, (parsed_at, parsed_at))
        forget_outdated_parse()
        assert parsed.exists() == kept


def test_publish_keeps_tables_keys_and_comments(tmp_path):
    """The published file has the tables of raw and marts and nothing else, under whatever name it is opened."""
    publish(write_warehouse(tmp_path / "working.duckdb"), tmp_path / "published.duckdb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["published.duckdb", "working.duckdb"]
    with duckdb.connect() as con:
        con.execute(f"attach '{tmp_path / 'published.duckdb'}' as another_name (read_only)")
        here = "where database_name = 'another_name'"
        tables = con.execute(f"select schema_name, table_name, comment from duckdb_tables() {here} order by all").fetchall()
        assert tables == [("marts", "fct", "a table"), ("raw", "seed", None)]
        assert con.execute(f"select view_name from duckdb_views() {here} and not internal").fetchall() == []
        tags = con.execute("select tags from duckdb_databases() where database_name = 'another_name'").fetchall()
        assert "v1.0.0" in str(tags)  # older DuckDB, its command line and most BI drivers read no newer storage
        kinds = con.execute(f"select constraint_type from duckdb_constraints() {here} order by all").fetchall()
        assert kinds == [("NOT NULL",), ("PRIMARY KEY",)]
        assert con.execute("select x from another_name.marts.fct order by x").fetchall() == [(1,), (2,)]


def test_open_reader_does_not_stop_publishing(tmp_path):
    """A reader keeps the warehouse that it opened; whoever opens the file afterwards gets the new one."""
    publish(write_warehouse(tmp_path / "first.duckdb"), tmp_path / "published.duckdb")
    inode = (tmp_path / "published.duckdb").stat().st_ino
    with duckdb.connect(tmp_path / "published.duckdb", read_only=True) as reader:
        assert reader.execute("select count(*) from marts.fct").fetchall() == [(2,)]
        publish(write_warehouse(tmp_path / "second.duckdb", values=(1, 2, 3)), tmp_path / "published.duckdb")
        assert reader.execute("select count(*) from marts.fct").fetchall() == [(2,)]
    assert (tmp_path / "published.duckdb").stat().st_ino != inode
    with duckdb.connect(tmp_path / "published.duckdb", read_only=True) as reader:
        assert reader.execute("select count(*) from marts.fct").fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("delete from marts.fct where x = 2", "marts.fct: 1 rows, a table; expected: 2 rows, a table"),
        ("comment on table marts.fct is null", "marts.fct: 2 rows, no comment; expected: 2 rows, a table"),
        ("comment on column marts.fct.x is 'a column'", "marts.fct.x: INTEGER, a column; expected: INTEGER, no comment"),
        ("drop table raw.seed", "raw.seed: missing; expected: 2 rows, no comment"),
        ("create table marts.stray (y integer)", "marts.stray: 0 rows, no comment; expected: nothing"),
        ("alter table raw.seed alter x type bigint", "raw.seed.x: BIGINT, no comment; expected: INTEGER, no comment"),
        ("create or replace table marts.fct as select x from marts.fct", "marts.fct, PRIMARY KEY(x): missing; expected: there"),
    ],
)
def test_a_copy_that_differs_is_refused(tmp_path, damage, message):
    """Rows, comments, tables, types and keys of the copy are those of the working file."""
    working = write_warehouse(tmp_path / "working.duckdb")
    copy = write_warehouse(tmp_path / "copy.duckdb")
    check_copy(working, copy)
    with duckdb.connect(copy) as con:
        con.execute(damage)
    with pytest.raises(BuildFailed, match=re.escape(message)):
        check_copy(working, copy)


def test_a_copy_with_a_write_ahead_log_is_refused(tmp_path):
    """A log beside the copy means that it was not written whole."""
    working = write_warehouse(tmp_path / "working.duckdb")
    copy = write_warehouse(tmp_path / "copy.duckdb")
    (tmp_path / "copy.duckdb.wal").touch()
    with pytest.raises(BuildFailed, match=r"copy\.duckdb\.wal lies beside the new file"):
        check_copy(working, copy)


def test_a_refused_copy_is_not_published(tmp_path, monkeypatch):
    """The check stands between the copy and its publication."""
    publish(write_warehouse(tmp_path / "first.duckdb"), tmp_path / "published.duckdb")
    before = (tmp_path / "published.duckdb").read_bytes()
    monkeypatch.setattr(build, "contents", lambda path: {"file": path.name})
    with pytest.raises(BuildFailed, match="The new file differs"):
        publish(write_warehouse(tmp_path / "second.duckdb", values=(1, 2, 3)), tmp_path / "published.duckdb")
    assert (tmp_path / "published.duckdb").read_bytes() == before
    assert not list(tmp_path.glob("*.new*"))


def test_left_over_files_do_no_harm(tmp_path):
    """Neither a copy that was never finished nor the log of someone who wrote into the published file gets into the new one."""
    published = tmp_path / "published.duckdb"
    publish(write_warehouse(tmp_path / "first.duckdb"), published)
    scribble = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('update raw.seed set x = 9'); os._exit(0)"
    subprocess.run([sys.executable, "-c", scribble, published], check=True)
    assert published.with_name("published.duckdb.wal").exists()
    published.with_name("published.duckdb.new").write_text("left by a build that was killed")
    publish(write_warehouse(tmp_path / "second.duckdb"), published)
    with duckdb.connect(published, read_only=True) as reader:
        assert reader.execute("select x from raw.seed order by x").fetchall() == [(1,), (2,)]
