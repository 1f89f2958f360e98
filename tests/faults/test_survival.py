"""Fault injection: the published file stays intact, either old or new, and the next build succeeds.

For faults that do not involve dbt, without_dbt.py replaces it, so a build takes a second.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from without_dbt import FAULTS, HOLD

from conftest import read_seed, run_build
from ind_warehouse import PUBLISHED
from ind_warehouse.ask import COMPILED
from ind_warehouse.build import MANIFEST, PARSED, WORKING
from ind_warehouse.publish import contents, publish

BUILD = (sys.executable, "-m", "ind_warehouse", "build")
TOMORROW = time.time() + 24 * 60 * 60
GARBAGE = bytes(range(256)) * 80
NOTE = read_seed("footnotes")[-1]["note_en"]
# a mount namespace, which needs no root and disappears with the command
OWN_DISKS = ("unshare", "--map-root-user", "--mount", "sh", "-euc")
# $0 is the project, $1 the free space in kB; the build command follows
FULL_DISK = """
project=$0; room=$1; shift; disk="$project, on a full disk"
mkdir "$disk"
mount -t tmpfs -o size=1g tmpfs "$disk"
cp -R "$project/." "$disk"
cd "$disk"
used=$(df -k . | awk 'END { print $3 }')
mount -t tmpfs -o "remount,size=$((used + room))k" tmpfs "$disk"
status=0; "$@" || status=$?
rm -rf "$project"/*
cp -R . "$project"
exit $status
"""
READ_ONLY_DISK = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; cd "$0"; exec "$@"'
# for a minute, read a note from two tables and print it whenever it changes
READ = """
import duckdb, sys, time
printed, ended, refused = None, time.time() + 60, 0
while time.time() < ended:
    try:
        con = duckdb.connect(sys.argv[1], read_only=True)
    except duckdb.IOException:
        # DuckDB opens a path three times, and a publish may fall between two of them; so once for each publish at most
        refused += 1
        if refused > 3:
            raise
        continue
    with con:
        note = "select any_value(note_en) from {} where starts_with(note_en, ?)"
        found = [con.execute(note.format(t), sys.argv[2:]).fetchone()[0] for t in ("raw.footnotes", "marts.dim_footnotes")]
    if found != printed:
        print(*found, sep="|", flush=True)
        printed = found
"""


def renew(working: Path, note: str) -> None:
    """Change a note in a working file, as a build from an edited seed would."""
    with duckdb.connect(working) as con:
        for table in ("raw.footnotes", "marts.dim_footnotes"):
            con.execute(f"update {table} set note_en = ? where starts_with(note_en, ?)", [note, NOTE])


def digest(path: Path) -> str:
    """Hash the content of a published file: rows in order, types, comments, keys and macros."""
    with duckdb.connect(path, read_only=True) as con:
        tables = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by all").fetchall()
        rows = [con.execute(f"from {table} order by rowid").fetchall() for (table,) in tables]
        # the macros contain a hash of the file's figures and notes
        identity = con.execute("select this_file()").fetchone()[0]
    return sha256(re.sub(rf"{identity}| \(edited\)", "", repr((sorted(contents(path).items()), rows))).encode()).hexdigest()


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """The files that dbt would write to target after an edit to a note."""
    folder = tmp_path_factory.mktemp("finished")
    for path in (MANIFEST, WORKING):
        shutil.copy(path, folder)
    shutil.copytree(COMPILED, folder / COMPILED.relative_to(WORKING.parent))
    renew(folder / WORKING.name, f"{NOTE} (new)")
    return folder


@pytest.fixture(scope="module")
def versions(finished, tmp_path_factory) -> dict[str, str]:
    """The names of the old and new versions by digest."""
    new = tmp_path_factory.mktemp("new") / PUBLISHED.name
    publish(finished / WORKING.name, new)
    return {digest(PUBLISHED): "old", digest(new): "new"}


@dataclass
class Project:
    """A copy of the project with the old version published, in which a build of the new version fails."""

    folder: Path
    finished: Path
    versions: dict[str, str]

    def __post_init__(self) -> None:
        """Record the published file before the fault."""
        self.published, self.target = self.folder / PUBLISHED.name, self.folder / "target"
        self.target.mkdir()
        self.before = self.published.read_bytes()

    def build(self, *before: str, fault: str = "none") -> subprocess.CompletedProcess:
        """Build without dbt; ``before`` is prefixed to the command."""
        command = [*before, sys.executable, "-m", "tests.faults.without_dbt", str(self.finished), fault]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def version(self) -> str:
        """Return which version is published."""
        return self.versions.get(digest(self.published), "damaged")

    def assert_refused(self, run: subprocess.CompletedProcess) -> None:
        """Check that a build failed with a message, left the published file unchanged, and left no other files."""
        assert run.returncode == 1 and "\n\nNot published: " in run.stderr and "Traceback" not in run.stderr, run.stderr
        assert self.published.read_bytes() == self.before
        assert list(self.folder.glob(f"{PUBLISHED.name}.*")) == []

    def assert_recovers(self) -> None:
        """Check that the next build publishes the new version and leaves no other files."""
        inode = self.published.stat().st_ino
        run = self.build()
        assert run.returncode == 0, run.stderr
        assert self.version() == "new" and self.published.stat().st_ino != inode
        assert list(self.folder.glob(f"{PUBLISHED.name}.*")) == []


@pytest.fixture
def project(project_copy, finished, versions) -> Project:
    """A copy of the project to break."""
    return Project(project_copy, finished, versions)


@pytest.fixture
def own_disks(tmp_path) -> None:
    """Skip the test if mounting is not allowed."""
    run = subprocess.run(["env", *OWN_DISKS, 'mount -t tmpfs tmpfs "$0"', tmp_path], capture_output=True, text=True)
    if run.returncode:
        pytest.skip(run.stderr.strip())


@pytest.mark.parametrize("moment", [fault for fault in FAULTS if fault.startswith("killed ")])
def test_killed_while_publishing(project, moment):
    """A killed build leaves the old file, or the new one once it has been renamed."""
    run = project.build(fault=moment)
    assert run.returncode in (-signal.SIGKILL, -signal.SIGXFSZ), run.stderr
    assert project.version() == ("new" if moment == "killed after the rename" else "old")
    project.assert_recovers()


@pytest.mark.parametrize(("working_file", "copy"), [(0.5, 0), (1, 0.1), (1, 0.9)])
def test_full_disk(project, own_disks, working_file, copy):
    """A disk with room for only part of the working file, or of the copy, stops the build."""
    room = (project.finished / WORKING.name).stat().st_size * working_file + len(project.before) * copy
    room += (project.finished / MANIFEST.name).stat().st_size
    project.assert_refused(project.build(*OWN_DISKS, FULL_DISK, str(project.folder), str(int(room / 1024))))
    project.assert_recovers()


def test_read_only_disk(project, own_disks):
    """A read-only disk stops the build."""
    project.assert_refused(project.build(*OWN_DISKS, READ_ONLY_DISK, str(project.folder)))


def test_closed_folders(project):
    """A build without permission to write to target, or beside the published file, stops."""
    # root can write anywhere until it drops its privileges
    unprivileged = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
    if unprivileged and not shutil.which(unprivileged[0]):
        pytest.skip("root can write anywhere, and setpriv is not installed to drop its privileges")
    for folder in (project.target, project.folder):
        folder.chmod(0o555)
        run = project.build(*unprivileged)
        folder.chmod(0o755)
        project.assert_refused(run)
    project.assert_recovers()


@pytest.mark.parametrize("fault", ["file size limited", "working file locked"])
def test_copy_cannot_be_made(project, fault):
    """A limit on file size, or a program that locks the working file during the build, stops it."""
    project.assert_refused(project.build(fault=fault))
    project.assert_recovers()


def test_working_file_locked(project):
    """A program that still has the last working file open for writing does not stop the next build."""
    hold = [sys.executable, "-c", HOLD, shutil.copy(WORKING, project.target)]
    with subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        project.assert_recovers()


def test_garbage_published(project):
    """A build replaces a corrupted published file."""
    project.published.write_bytes(GARBAGE)
    project.assert_recovers()


def test_reader_while_builds_publish(project):
    """A reader that keeps querying while builds publish always gets an answer, entirely from one build."""
    working = Path(shutil.copy(WORKING, project.target))
    read = [sys.executable, "-c", READ, project.published, NOTE]
    with subprocess.Popen(read, stdout=subprocess.PIPE, text=True) as reader:
        answers = [reader.stdout.readline()]
        for number in range(3):
            renew(working, f"{NOTE} ({number})")
            publish(working, project.published)
            answers.append(reader.stdout.readline())
        reader.kill()
    notes = [NOTE, *(f"{NOTE} ({number})" for number in range(3))]
    assert answers == [f"{note}|{note}\n" for note in notes]


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Edit a text file."""
    path.write_text(re.sub(pattern, replacement, path.read_text("utf-8")), "utf-8")


def date_tomorrow(project: Project) -> None:
    """Set the modification time of all input files to the same moment tomorrow."""
    for path in project.folder.rglob("*"):
        if not path.is_relative_to(project.target):
            os.utime(path, (TOMORROW, TOMORROW))


def test_whole_builds(project):
    """After garbage files, a kill, and edits that keep modification times, a build is still correct."""
    for path in (WORKING, WORKING.with_name(f"{WORKING.name}.wal"), MANIFEST, PARSED):
        (project.target / path.name).write_bytes(GARBAGE)
    edit(project.folder / "profiles.yml", "threads: 2", "threads: 8")
    date_tomorrow(project)
    with subprocess.Popen(BUILD, cwd=project.folder, stderr=subprocess.DEVNULL) as build:
        while build.poll() is None and not any(project.target.glob("run/*/models/staging/*")):
            time.sleep(0.01)
        build.kill()
    assert build.returncode == -signal.SIGKILL
    assert project.published.read_bytes() == project.before

    edit(project.folder / "seeds/reference/footnotes.csv", re.escape(NOTE), r"\g<0> (new)")
    edit(project.folder / "models/marts/dim_footnotes.yml", r"description: \|\n.*", r"\g<0> (edited)")
    date_tomorrow(project)
    run = run_build(project.folder)
    assert run.returncode == 0, run.stderr
    assert project.version() == "new" and "(edited)" in contents(project.published)["marts.dim_footnotes"]
