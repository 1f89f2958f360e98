"""A build that fails changes nothing, and a copy that differs from the working file is not published."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from filelock import FileLock

from conftest import ROOT, run_build
from ind_warehouse import build
from ind_warehouse import publish as publishing
from ind_warehouse.build import BuildFailed, check_all_passed, forget_outdated_parse
from ind_warehouse.publish import NotPublished, check_copy, publish, replacing


def write_warehouse(path, values=(1, 2), comment="a table"):
    """Write a small file with the schemas of a build: a raw table, a view, and a mart with key and comment."""
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
    """The published file contains its macros, and the example in each comment returns rows."""
    macros = published.execute(
        "select function_name, comment from duckdb_functions() where function_type like '%macro' and not internal"
    ).fetchall()
    tables = {"find", "list_columns", "list_tables", "metric", "notes", "product", "provenance", "figures", "cite"}
    shown = {"at_least", "at_most", "decimals", "in_words", "rounded", "shown"}
    assert {name for name, _ in macros} == tables | shown | {"asked_here", "this_file", "nearest"}
    for _, comment in macros:
        assert published.execute(comment.partition("Example: ")[2]).fetchall()


def test_second_build_gives_way(project_copy):
    """While a build runs, a second one stops with one line and changes nothing."""
    (project_copy / "target").mkdir()
    before = (project_copy / "ind_warehouse.duckdb").read_bytes()
    with FileLock(project_copy / "target" / "ind_warehouse.lock"):
        run = run_build(project_copy)
    assert run.returncode == 1
    assert run.stderr == "Another build is running in this folder; wait until it finishes.\n"
    assert (project_copy / "ind_warehouse.duckdb").read_bytes() == before


def test_a_yaml_file_with_an_old_time_is_parsed_again(tmp_path, monkeypatch):
    """The partial parse is deleted after a YAML file was written, whatever its modification time."""
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


def test_a_link_to_the_published_file_is_followed(tmp_path):
    """The file behind a link is replaced; it keeps its mode whatever the umask, and nothing else is left beside it."""
    published, served = tmp_path / "published.duckdb", tmp_path / "served" / "figures.duckdb"
    served.parent.mkdir()
    publish(write_warehouse(tmp_path / "first.duckdb"), served)
    published.symlink_to(served)
    served.chmod(0o644)
    before = served.stat().st_ino
    umask = os.umask(0o077)
    try:
        publish(write_warehouse(tmp_path / "second.duckdb", values=(1, 2, 3)), published)
    finally:
        os.umask(umask)
    assert published.is_symlink() and served.stat().st_ino != before
    assert served.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in served.parent.glob("[!.]*")] == ["figures.duckdb"]


def test_a_failed_last_message_is_not_an_error():
    """If the last message cannot be written, the command still succeeds."""
    with Path("/dev/full").open("w") as full:
        speaking = [sys.executable, "-c", "from ind_warehouse.publish import tell; tell('Published')"]
        assert subprocess.run(speaking, cwd=ROOT, stdout=full, stderr=subprocess.PIPE).returncode == 0


@pytest.mark.parametrize("kind", ["test", "model", "seed"])
def test_a_node_that_did_not_run_fails_the_build(manifest, kind):
    """A node that is missing from the results, or was skipped, is named and stops the build."""
    nodes = manifest["nodes"]
    left_out = next(key for key, node in nodes.items() if node["resource_type"] == kind)
    for status in ("pass", "skipped", None):
        results = [
            SimpleNamespace(node=SimpleNamespace(unique_id=key), status=status if key == left_out else "pass")
            for key in nodes
            if key != left_out or status
        ]
        if status == "pass":
            check_all_passed(manifest, results)
        else:
            with pytest.raises(BuildFailed, match=f"^{re.escape(left_out)} did not run or did not pass$"):
                check_all_passed(manifest, results)


@pytest.mark.parametrize(
    "softened",
    [{"severity": "WARN"}, {"error_if": ">100"}, {"warn_if": ">100"}, {"limit": 0}, {"fail_calc": "count(*) * 0"}, "disabled"],
    ids=str,
)
def test_a_disabled_or_weakened_test_stops_the_build(manifest, softened):
    """A data test that is disabled or weakened is named and stops the build, though all that ran passed."""
    name = "test.ind_warehouse.figures_are_read"
    nodes = manifest["nodes"]
    results = [SimpleNamespace(node=SimpleNamespace(unique_id=key), status="pass") for key in nodes]
    if softened == "disabled":
        others = {key: node for key, node in manifest["nodes"].items() if key != name}
        changed = manifest | {"nodes": others, "disabled": {name: [nodes[name]]}}
        message = f"{name} is disabled; remove its enabled: false, or remove it altogether"
    else:
        node = nodes[name] | {"config": nodes[name]["config"] | softened}
        changed = manifest | {"nodes": manifest["nodes"] | {name: node}}
        message = f"{name} lets rows pass; remove its severity, warn_if, error_if, limit or fail_calc"
    with pytest.raises(BuildFailed, match=f"^{re.escape(message)}$"):
        check_all_passed(changed, results)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("delete from marts.fct", "marts.fct: it has no rows"),
        ("create table marts.fct_of_a_name_that_is_far_too_long as select 1 as x", "its name has 34 characters"),
        ("create table marts.wide as select 1::bigint as x", "marts.wide.x: its type is bigint; expected one of varchar"),
        ("create table marts.wide as select 1.5::decimal(9, 2) as x", "marts.wide.x: its type is decimal(9,2)"),
        ("create table marts.wide as select now() as x", "marts.wide.x: its type is timestamp with time zone"),
        ("create table marts.wide as select 1 as x", "marts.wide: it has no primary key"),
        ("create view marts.wide as select 1 as x", "marts.wide: it is a view"),
        ("create table marts.wide as select 'a' as k, date '1850-01-01' as x", "marts.wide.x: the value of a is not a date"),
        ("create table marts.wide as select 'a' as k, 'infinity'::date as x", "marts.wide.x: the value of a is not a date"),
        ("create table marts.wide as select 'a' as k, repeat('\U0001f600', 16384) as x", "the value of a has more than 32767"),
        ("comment on table marts.fct is '{}'", "marts.fct: its description has more than 32767 characters"),
        ("comment on column marts.fct.x is '{}'", "marts.fct.x: its description has more than 32767 characters"),
        ("create table marts.wide as select 'a' as k, 'inf'::double as x", "marts.wide.x: the value of a is not a finite number"),
        ("create table marts.wide as select 'a' as k, 'nan'::double as x", "marts.wide.x: the value of a is not a finite number"),
        ("create table marts.wide as select null::varchar as k, 'inf'::double as x", "the value of null is not a finite number"),
        ("create table marts.wide as select 'a' as k, repeat('x', 32768) as x", "the value of a has more than 32767"),
    ],
)
def test_a_mart_that_exports_cannot_write_is_refused(tmp_path, change, message):
    """A mart that make data could not write in full is refused before it is published."""
    working = write_warehouse(tmp_path / "working.duckdb")
    publish(working, tmp_path / "published.duckdb")
    before = (tmp_path / "published.duckdb").read_bytes()
    with duckdb.connect(working) as con:
        con.execute(change.format("x" * 32768))
    with pytest.raises(NotPublished, match=re.escape(message)):
        publish(working, tmp_path / "published.duckdb")
    assert (tmp_path / "published.duckdb").read_bytes() == before


def write_folder(folder, text):
    """Write a folder with a file in it."""
    folder.mkdir(parents=True)
    (folder / "figures.csv").write_text(text)


def read_all(folder):
    """Read all files in a folder, by their path."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("[!.]*") if path.is_file()}


@pytest.mark.parametrize("in_one_step", [True, False])
def test_replacing_a_folder(tmp_path, monkeypatch, in_one_step):
    """A folder is replaced behind its link and keeps its modes, whether or not the file system can exchange folders."""
    if not in_one_step:
        monkeypatch.setattr(publishing, "exchange", lambda *_: False)
    served, link = tmp_path / "served", tmp_path / "data"
    write_folder(served, "old")
    link.symlink_to(served)
    served.chmod(0o755)
    (served / "figures.csv").chmod(0o664)
    umask = os.umask(0o077)
    try:
        with replacing(link) as new:
            write_folder(new, "new")
            assert read_all(served) == {"figures.csv": "old"}
    finally:
        os.umask(umask)
    assert read_all(served) == {"figures.csv": "new"} and link.is_symlink()
    assert {path.name for path in tmp_path.iterdir()} == {"data", "served", ".served.lock"}
    assert (served.stat().st_mode & 0o777, (served / "figures.csv").stat().st_mode & 0o777) == (0o755, 0o664)


@pytest.mark.parametrize("kind", ["while it is written", "before it is in place", "when it is in place", "nowhere to go"])
def test_replacing_fails(tmp_path, monkeypatch, kind):
    """If writing or renaming fails, the old folder is unchanged and no other files are left."""
    place = tmp_path / "data"
    write_folder(place, "old")
    rename = Path.rename
    renames = []

    def fail(path, target):
        renames.append(path)
        if len(renames) == {"before it is in place": 1, "when it is in place": 2}.get(kind):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(publishing, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(NotPublished, match="Not published: data is unchanged") as raised, replacing(place) as new:
        if kind == "while it is written":
            new.mkdir()
            raise OSError(28, "No space left on device")
        if kind != "nowhere to go":
            write_folder(new, "new")
    assert "No s" in str(raised.value)
    assert read_all(tmp_path) == {"data/figures.csv": "old"}


def test_one_writer_at_a_time(tmp_path):
    """While one process writes, another is refused, even through a different link, and leaves the first one's file alone."""
    place, link = tmp_path / "index.html", tmp_path / "link.html"
    link.symlink_to(place)
    with replacing(place) as new:
        new.write_text("first")
        with pytest.raises(NotPublished, match=r"Another process is writing link\.html"), replacing(link) as other:
            other.write_text("second")
    assert place.read_text() == "first"


def test_errors_after_the_rename_are_ignored(tmp_path, tmp_path_factory, monkeypatch):
    """After the rename it is published, even if a folder cannot be synced or an old file cannot be deleted."""
    place = tmp_path / "data"
    write_folder(place / "theirs", "old")
    (place / "theirs").chmod(0o555)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    elsewhere.chmod(0o755)
    (place / "link").symlink_to(elsewhere)
    sync = publishing.sync

    def fails_for_the_folder(path):
        if path == tmp_path:
            raise OSError(22, "Invalid argument")
        sync(path)

    monkeypatch.setattr(publishing, "sync", fails_for_the_folder)
    for text in ("new", "newer"):
        with replacing(place) as new:
            shutil.copytree(place, new, symlinks=True)
            (new / "figures.csv").write_text(text)
        assert read_all(place) == {"theirs/figures.csv": "old", "figures.csv": text}
        assert [path.name for path in tmp_path.glob("[!.]*")] == ["data"]
        assert elsewhere.stat().st_mode & 0o777 == 0o755


def test_a_folder_that_was_put_aside_comes_back(tmp_path):
    """If a run was killed between the two renames that some file systems need, the next run first restores the old folder."""
    write_folder(tmp_path / "data.old", "old")
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "data"):
        1 / 0  # noqa: B018
    assert read_all(tmp_path) == {"data/figures.csv": "old"}


def test_a_log_stays_with_its_file(tmp_path, monkeypatch):
    """If the rename fails, the old file keeps its write-ahead log."""
    published = tmp_path / "published.duckdb"
    publish(write_warehouse(tmp_path / "first.duckdb"), published)
    scribble = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('update raw.seed set x = 9'); os._exit(0)"
    subprocess.run([sys.executable, "-c", scribble, published], check=True)

    def fail(*_):
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(publishing, "put", fail)
    with pytest.raises(NotPublished, match="Device or resource busy"):
        publish(write_warehouse(tmp_path / "second.duckdb"), published)
    with duckdb.connect(published, read_only=True) as con:
        assert con.execute("select distinct x from raw.seed").fetchall() == [(9,)]


def test_publish_keeps_tables_keys_and_comments(tmp_path):
    """The published file has the tables of raw and marts and nothing else, under any name."""
    publish(write_warehouse(tmp_path / "working.duckdb"), tmp_path / "published.duckdb")
    assert sorted(path.name for path in tmp_path.glob("[!.]*")) == ["published.duckdb", "working.duckdb"]
    with duckdb.connect() as con:
        con.execute(f"attach '{tmp_path / 'published.duckdb'}' as another_name (read_only)")
        here = "where database_name = 'another_name'"
        tables = con.execute(f"select schema_name, table_name, comment from duckdb_tables() {here} order by all").fetchall()
        assert tables == [("marts", "fct", "a table"), ("raw", "seed", None)]
        assert con.execute(f"select view_name from duckdb_views() {here} and not internal").fetchall() == []
        tags = con.execute("select tags from duckdb_databases() where database_name = 'another_name'").fetchall()
        assert "v1.0.0" in str(tags)  # the newest storage version that older DuckDB, its command line and most BI drivers read
        kinds = con.execute(f"select constraint_type from duckdb_constraints() {here} order by all").fetchall()
        assert kinds == [("NOT NULL",), ("PRIMARY KEY",)]
        assert con.execute("select x from another_name.marts.fct order by x").fetchall() == [(1,), (2,)]


def test_open_reader_does_not_stop_publishing(tmp_path):
    """An open reader keeps the old file; a new reader gets the new one."""
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
        ("create macro main.twice(x) as 2 * x", "macro twice: (2 * x); expected: nothing"),
    ],
)
def test_a_copy_that_differs_is_refused(tmp_path, damage, message):
    """A copy with other rows, comments, tables, types, keys or macros is refused."""
    working = write_warehouse(tmp_path / "working.duckdb")
    copy = write_warehouse(tmp_path / "copy.duckdb")
    check_copy(working, copy)
    with duckdb.connect(copy) as con:
        con.execute(damage)
    with pytest.raises(NotPublished, match=re.escape(message)):
        check_copy(working, copy)


def test_a_copy_with_a_write_ahead_log_is_refused(tmp_path):
    """A write-ahead log means that the copy is incomplete."""
    working = write_warehouse(tmp_path / "working.duckdb")
    copy = write_warehouse(tmp_path / "copy.duckdb")
    (tmp_path / "copy.duckdb.wal").touch()
    with pytest.raises(NotPublished, match=r"write-ahead log, copy\.duckdb\.wal"):
        check_copy(working, copy)


def test_a_refused_copy_is_not_published(tmp_path, monkeypatch):
    """The check runs before the rename."""
    publish(write_warehouse(tmp_path / "first.duckdb"), tmp_path / "published.duckdb")
    before = (tmp_path / "published.duckdb").read_bytes()
    monkeypatch.setattr(publishing, "contents", lambda path: {"file": path.name})
    with pytest.raises(NotPublished, match="The new file differs"):
        publish(write_warehouse(tmp_path / "second.duckdb", values=(1, 2, 3)), tmp_path / "published.duckdb")
    assert (tmp_path / "published.duckdb").read_bytes() == before
    assert not list(tmp_path.glob("*.new*"))


def test_left_over_files_do_no_harm(tmp_path):
    """An unfinished copy, and the write-ahead log of a program that wrote to the published file, do not affect the new file."""
    published = tmp_path / "published.duckdb"
    publish(write_warehouse(tmp_path / "first.duckdb"), published)
    scribble = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('update raw.seed set x = 9'); os._exit(0)"
    subprocess.run([sys.executable, "-c", scribble, published], check=True)
    assert published.with_name("published.duckdb.wal").exists()
    published.with_name("published.duckdb.new").write_text("left by a build that was killed")
    publish(write_warehouse(tmp_path / "second.duckdb"), published)
    with duckdb.connect(published, read_only=True) as reader:
        assert reader.execute("select x from raw.seed order by x").fetchall() == [(1,), (2,)]
