"""Ill-treat builds, in copies of the project: what is published stays whole, the old or the new, and the next build succeeds."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import duckdb

from ind_warehouse import PUBLISHED, ROOT
from ind_warehouse.build import BuildFailed
from ind_warehouse.publish import contents, publish

SEED = 2023
KILLS = 35
KILLS_IN_PUBLISHING = 30
FAULTS_SHOWN = 5
READERS = 8
PUBLISHES = 20
DAY = 24 * 60 * 60
NOT_COPIED = (".git", ".uv", ".venv", ".clients", ".superset", ".hypothesis", "site", "logs", "*cache*")
NOTES = "seeds/reference/footnotes.csv"
NOTED = ("raw.footnotes", "marts.dim_footnotes")
DESCRIPTION = "models/marts/dim_footnotes.yml"
MARK = re.compile(r" \(build (\d+)\)")
QUESTION = "where_did_the_backlog_grow"

# Whoever runs this may mount in a view of the disks that ends with the command.
OWN_DISKS = ("unshare", "--map-root-user", "--mount", "sh", "-euc")
# $0 is the copy, $1 the kilobytes that are left, then comes the build. The copy becomes what the full disk holds in the end.
FULL_DISK = """
project=$0; room=$1; shift; disk="$project, on a full disk"
mkdir "$disk"
mount -t tmpfs -o size=1g tmpfs "$disk"
cp -R "$project/." "$disk"
cd "$disk"
rm -rf target/*
used=$(df -k . | awk 'END { print $3 }')
mount -t tmpfs -o "remount,size=$((used + room))k" tmpfs "$disk"
status=0; "$@" || status=$?
rm -rf "$project"/*
cp -R . "$project"
exit $status
"""
READ_ONLY_DISK = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; cd "$0"; exec "$@"'
SMALL_FILES = ("sh", "-euc", 'ulimit -f "$0"; exec "$@"')
# To root no folder is closed, unless it gives its privileges away.
UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
# A build for which dbt's work is done: its working file is put in place, all else happens.
WITHOUT_DBT = """
import pathlib, shutil, sys
from ind_warehouse import build
def build_working_file():
    shutil.copy(sys.argv[1], build.WORKING)
    pathlib.Path("target/run_results.json").touch()
    return {"test": 0, "unit_test": 0}
build.build_working_file = build_working_file
build.build([])
"""
HOLD = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
# takes a file in the first moment in which nobody else holds it
SNATCH = """
import duckdb, pathlib, sys, time
while True:
    time.sleep(0.001)
    if pathlib.Path(sys.argv[1]).exists():
        try: con = duckdb.connect(sys.argv[1]); break
        except duckdb.Error: pass
print("held", flush=True)
sys.stdin.read()
"""

Run = subprocess.CompletedProcess
Faults = list[str]


class CannotBeTried(Exception):
    """This machine does not let an experiment happen; the message says why."""


class Project:
    """A copy of the project; a note among its seeds says which of its builds is published."""

    def __init__(self, folder: Path, source: Path, whole: dict[str, str], *not_copied: str) -> None:
        """Copy the project with its published file.

        Args:
            folder: Where to; must not exist yet.
            source: The project, or a copy of it.
            whole: What a published file holds, but for the note.
            not_copied: What to leave out besides environments and caches.
        """
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*NOT_COPIED, *not_copied))
        self.folder = folder
        self.published = folder / PUBLISHED.name
        self.new = folder / f"{PUBLISHED.name}.new"
        self.target = folder / "target"
        self.working = self.target / PUBLISHED.name
        self.results = self.target / "run_results.json"
        self.whole = whole
        self.entered = self.seen = 0
        self.remark = ""

    def enter(self) -> int:
        """Change the note, and with it what the next build publishes.

        Returns:
            The number of that build.
        """
        self.entered += 1
        path = self.folder / NOTES
        note, quote, end = MARK.sub("", path.read_text("utf-8")).rpartition('"')
        path.write_text(f"{note} (build {self.entered}){quote}{end}", "utf-8")
        return self.entered

    def describe(self, number: int) -> None:
        """Write the number of a build into a table's description too."""
        path = self.folder / DESCRIPTION
        text = MARK.sub("", path.read_text("utf-8"))
        path.write_text(re.sub(r"(description: \|\n.*)", rf"\1 (build {number})", text, count=1), "utf-8")

    def command(self, *words: str) -> list[str]:
        """Write a command of the project."""
        return [sys.executable, "-m", "ind_warehouse", *words]

    def run(self, *command: str) -> Run:
        """Run a command in the copy, and keep what it says."""
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def build(self, *before: str) -> Run:
        """Build as ``make`` does; ``before`` stands in front of the command."""
        return self.run(*before, *self.command("build"))

    def start(self, *command: str) -> subprocess.Popen:
        """Start a build, or another command, in a process group of its own, and do not wait for it."""
        self.results.unlink(missing_ok=True)  # dbt writes it last, so then publishing begins
        return subprocess.Popen(
            command or self.command("build"),
            cwd=self.folder,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def faults(self, *allowed: int) -> Faults:
        """Look at the published file, and remember which build it is of.

        Args:
            allowed: The builds that it may be of.

        Returns:
            What is wrong with it, in words.
        """
        try:
            numbers, held = look(self.published)
        except (OSError, duckdb.Error) as error:
            return [f"the published file cannot be read: {error}"]
        if differing := sorted(name for name in held | self.whole if held.get(name) != self.whole.get(name)):
            return [f"the published file is not whole: {', '.join(differing[:5])}"]
        if len(numbers) != 1 or not numbers.issubset(allowed):
            return [f"the published file is of build {sorted(numbers)}; expected: {sorted(allowed)}"]
        (self.seen,) = numbers
        return []


Experiment = Callable[[Project], Iterator[Faults]]


def survive(scratch: Path, say: Callable[[str], None]) -> list[dict]:
    """Run all experiments, two at a time.

    Args:
        scratch: A folder for the copies of the project.
        say: Takes a line for people after each experiment.

    Returns:
        A row per experiment: what, tried and held (how often), faults (what went wrong, in words).

    Raises:
        BuildFailed: The project does not build even where it is left alone.
    """
    begun = time.monotonic()
    base = Project(scratch / "base", ROOT, {}, "target")
    length, publishing = build_in_peace(base)
    say(f"a build left alone: {length:.1f} s, of which it publishes for {publishing:.2f} s")

    def carry_out(number: int, what: str, experiment: Experiment) -> dict:
        started = time.monotonic()
        project = Project(scratch / f"copy {number}", base.folder, base.whole)
        project.entered = project.seen = base.entered
        tried = held = 0
        faults = []
        try:
            for found in experiment(project):
                tried += 1
                held += not found
                faults.extend(found)
        except CannotBeTried as reason:
            what = f"{what} (cannot be tried here: {reason})"
        except (OSError, duckdb.Error, BuildFailed) as error:
            tried += 1
            faults.append(f"the experiment broke off: {error}")
        shutil.rmtree(project.folder)
        say(f"{what}: {held} of {tried} held, {time.monotonic() - started:.0f} s{project.remark}")
        return {"what": what, "tried": tried, "held": held, "faults": list(dict.fromkeys(faults))[:FAULTS_SHOWN]}

    with ThreadPoolExecutor(2) as pool:
        rows = [pool.submit(carry_out, n, *pair) for n, pair in enumerate(experiments(base, length, publishing).items())]
    say(f"all that: {time.monotonic() - begun:.0f} s")
    return [row.result() for row in rows]


def experiments(base: Project, length: float, publishing: float) -> dict[str, Experiment]:
    """Name what is tried, the longest first, so that two at a time end together.

    Args:
        base: A copy that was built in peace.
        length: How long that took, in seconds.
        publishing: And how long its publishing.

    Returns:
        What tries it on a copy, and yields after each trial what went wrong.
    """
    working = base.working.stat().st_size
    artefacts = sum(path.stat().st_blocks * 512 for path in base.target.rglob("*")) - working
    rooms = {
        "for what dbt writes": artefacts // 4,
        "for the working file": artefacts + working // 2,
        "for the copy": artefacts + working + base.published.stat().st_size // 2,
    }
    return {
        "killed at any moment": partial(killed_at_any_moment, length=length),
        "killed while it publishes": partial(killed_while_publishing, length=publishing),
        **{f"disk full, no room {what}": misfortune(partial(full_disk, room=room), 1) for what, room in rooms.items()},
        "files must not grow": misfortune(small_files, 0, 1),
        "folders closed to the build": misfortune(closed_folders, 1),
        "disk read-only": misfortune(read_only_disk, 1),
        "working file held by another program": misfortune(held_before, 0),
        "working file taken during the build": misfortune(taken_during, 0, 1),
        "garbage in all files of target": misfortune(garbage_left, 0),
        "garbage in place of the published file": garbage_published,
        "two builds at once": two_at_once,
        "files of tomorrow, as after the clock is set back": files_of_tomorrow,
        "same input, other folder and threads": same_input,
        f"{READERS} readers while {PUBLISHES} builds are published": readers,
    }


def build_in_peace(project: Project) -> tuple[float, float]:
    """Build a copy from nothing, and remember what a whole published file holds.

    Args:
        project: The copy.

    Returns:
        How many seconds that took, and how many of these went into publishing.

    Raises:
        BuildFailed: The build failed, or does not show the note.
    """
    number = project.enter()
    started = time.monotonic()
    build = project.start()
    begun = wait_for(project.results.exists, build)
    wait_for(project.new.exists, build)
    ended = wait_for(lambda: not project.new.exists(), build)
    said = build.communicate()[1]
    if build.returncode:
        raise BuildFailed(f"A copy of the project does not build, so nothing can be tried on it:\n{said}")
    length = time.monotonic() - started
    numbers, whole = look(project.published)
    project.whole.update(whole)
    if numbers != {number}:
        raise BuildFailed(f"The end of {NOTES} does not get into the published file, so builds cannot be told apart.")
    return length, ended - begun


def look(path: Path) -> tuple[set[int], dict[str, str]]:
    """Read all that a published file holds.

    Args:
        path: The file.

    Returns:
        The numbers of builds that it names; and digests of all else, by name: rows in their order, types, comments, keys, macros.

    Raises:
        duckdb.Error: It cannot be read.
    """
    held = contents(path)
    with duckdb.connect(path, read_only=True) as con:
        for (table,) in con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall():
            held[f"rows of {table}"] = repr(con.execute(f"from {table} order by rowid").fetchall())
        # the macros know their file by its figures and notes
        ((identity,),) = con.execute("select this_file()").fetchall()
    numbers = {int(number) for text in held.values() for number in MARK.findall(text)}
    return numbers, {name: sha256(MARK.sub("", text).replace(identity, "").encode()).hexdigest() for name, text in held.items()}


def renumber(working: Path, number: int) -> None:
    """Make a working file that of another build."""
    with duckdb.connect(working) as con:
        for table in NOTED:
            con.execute(f"update {table} set note_en = regexp_replace(note_en, ?, ?)", [MARK.pattern, f" (build {number})"])


def wait_for(condition: Callable[[], bool], build: subprocess.Popen) -> float:
    """Wait until something is so, or the build has ended; say when that was."""
    while build.poll() is None and not condition():
        time.sleep(0.001)
    return time.monotonic()


def judged(project: Project, run: Run, before: bytes, *expected: int) -> Faults:
    """Look at what a build left behind.

    Args:
        project: The copy, its note entered anew before the build.
        run: The build.
        before: The published file as it was.
        expected: The statuses that the build may end with.

    Returns:
        What is wrong: a failure that does not explain itself, or a published file that is not the right one.
    """
    faults = []
    if run.returncode not in expected or "Traceback" in run.stderr:
        faults.append(f"status {run.returncode}, expected {expected}: {run.stderr[-500:]}")
    faults += [f"{path.name} was left behind" for path in project.folder.glob(f"{PUBLISHED.name}.*")]
    if run.returncode == 0:
        return faults + project.faults(project.entered)
    if not re.search(r"^\S.*\n\nNot published: ", run.stderr, re.MULTILINE):
        faults.append(f"no word for people: {run.stderr[-500:]}")
    if not project.published.exists() or project.published.read_bytes() != before:
        faults.append("the build failed, but the published file is not what it was")
    return faults


def next_build(project: Project) -> Faults:
    """Build once more upon what is left; now it must succeed."""
    project.enter()
    before = project.published.read_bytes() if project.published.exists() else b""
    return [f"the next build: {fault}" for fault in judged(project, project.build(), before, 0)]


def misfortune(builds: Callable[[Project], Iterator[Run]], *expected: int) -> Experiment:
    """Make an experiment of builds that have bad luck, each upon what the last one left, and of one that has not.

    Args:
        builds: Runs a build each time it is asked for one, and has undone what spoilt it before it gives it back.
        expected: The statuses that such a build may end with.

    Returns:
        The experiment.
    """

    def experiment(project: Project) -> Iterator[Faults]:
        project.enter()
        before = project.published.read_bytes()
        for run in builds(project):
            yield judged(project, run, before, *expected)
            project.enter()
            before = project.published.read_bytes()
        yield next_build(project)

    return experiment


def killed_at_any_moment(project: Project, length: float) -> Iterator[Faults]:
    """Kill builds anywhere in the seconds that one takes."""
    yield from killed(project, KILLS, project.command, lambda: True, length)


def killed_while_publishing(project: Project, length: float) -> Iterator[Faults]:
    """Kill builds anywhere between the end of dbt and the rename, in a part that takes so many seconds."""
    finished = project.folder / "finished.duckdb"
    shutil.copy(project.working, finished)

    def command(_: str) -> list[str]:
        renumber(finished, project.entered)
        return [sys.executable, "-c", WITHOUT_DBT, str(finished)]

    yield from killed(project, KILLS_IN_PUBLISHING, command, project.results.exists, length)


def killed(
    project: Project, times: int, command: Callable[[str], list[str]], begun: Callable[[], bool], length: float
) -> Iterator[Faults]:
    """Kill builds, each upon what the last one left; after every tenth a whole build must succeed.

    Args:
        project: The copy.
        times: How many.
        command: Writes the command that builds.
        begun: Says whether the part has begun in which to kill.
        length: How many seconds that part takes.

    Yields:
        What is wrong afterwards, for each build that had not ended before.
    """
    chance = random.Random(SEED)
    copies = renamed = 0
    for attempt in range(1, times + 1):
        old, new = project.seen, project.enter()
        build = project.start(*command("build"))
        wait_for(begun, build)
        time.sleep(delay := chance.uniform(0, length))
        if landed := build.poll() is None:
            os.killpg(build.pid, signal.SIGKILL)
        build.communicate()
        faults = project.faults(old, new)
        copies += landed and project.new.exists()
        renamed += landed and project.seen == new
        if attempt % 10 == 0:
            faults += next_build(project)
        if landed or faults:
            yield [f"kill {attempt} of seed {SEED}, after {delay:.3f} s: {fault}" for fault in faults]
    project.remark = f"; {copies} left an unfinished copy, {renamed} had published"


def full_disk(project: Project, room: int) -> Iterator[Run]:
    """Build on a disk that has only so many bytes left."""
    own_disks(project)
    yield project.build(*OWN_DISKS, FULL_DISK, str(project.folder), str(room // 1024))


def read_only_disk(project: Project) -> Iterator[Run]:
    """Build where nothing can be written."""
    own_disks(project)
    yield project.build(*OWN_DISKS, READ_ONLY_DISK, str(project.folder))


def own_disks(project: Project) -> None:
    """Refuse to go on where nothing can be mounted."""
    try:
        run = project.run(*OWN_DISKS, 'mount -t tmpfs tmpfs "$0"', str(project.target))
    except FileNotFoundError as error:
        raise CannotBeTried(str(error)) from None
    if run.returncode:
        raise CannotBeTried(run.stderr.strip())


def small_files(project: Project) -> Iterator[Run]:
    """Build where no file may grow beyond a size: a file of dbt, the working file early, and late."""
    for kilobytes in (200, 1500, 5000):
        yield project.build(*SMALL_FILES, str(kilobytes * 2))


def closed_folders(project: Project) -> Iterator[Run]:
    """Build without permission to write first in target, then in the folder of the published file."""
    if UNPRIVILEGED and not shutil.which(UNPRIVILEGED[0]):
        raise CannotBeTried("to root every folder is open, and setpriv is not there")
    for folder in (project.target, project.folder):
        folder.chmod(0o555)
        try:
            run = project.build(*UNPRIVILEGED)
        finally:
            folder.chmod(0o755)
        yield run


def held_before(project: Project) -> Iterator[Run]:
    """Build while another program has the working file of the last build open for writing."""
    with program(HOLD, project.working) as holder:
        holder.stdout.readline()
        run = project.build()
    yield run


def taken_during(project: Project) -> Iterator[Run]:
    """Build while another program opens the working file as soon as it can."""
    for _ in range(2):
        project.working.unlink()
        with program(SNATCH, project.working):
            run = project.build()
        yield run


@contextmanager
def program(source: str, *arguments: object) -> Iterator[subprocess.Popen]:
    """Run a small Python program meanwhile, and kill it in the end."""
    command = [sys.executable, "-c", source, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def garbage_left(project: Project) -> Iterator[Run]:
    """Build where every file that the last build left in target holds garbage, and where its log is beside the working file."""
    garbage = random.Random(SEED).randbytes(20_000)
    for path in [*project.target.rglob("*"), project.working.with_name(f"{project.working.name}.wal")]:
        if not path.is_dir():
            path.write_bytes(garbage)
    yield project.build()


def garbage_published(project: Project) -> Iterator[Faults]:
    """Put garbage, a part of the file and nothing in place of the published file; ask a question, and build."""
    good = project.published.read_bytes()
    for bad in (random.Random(SEED).randbytes(len(good)), good[: len(good) // 2], b""):
        project.published.write_bytes(bad)
        run = project.run(*project.command("ask", QUESTION))
        explained = run.returncode == 1 and run.stderr and "Traceback" not in run.stderr
        yield [] if explained else [f"ask ends with status {run.returncode}: {run.stderr[-500:]}"]
    yield next_build(project)


def two_at_once(project: Project) -> Iterator[Faults]:
    """Start a second build together with a first, and when dbt is at work in it; one publishes, the other gives way."""
    for begun in (lambda: True, project.working.exists):
        number = project.enter()
        project.working.unlink()
        first = project.start()
        wait_for(begun, first)
        second = project.start()
        said = {build.communicate()[1]: build.returncode for build in (first, second)}
        gave_way = {"Another build is running in this folder; wait until it has ended.\n": 1}
        faults = [] if gave_way.items() <= said.items() and 0 in said.values() else [f"they ended so: {said}"]
        yield faults + project.faults(number)


def files_of_tomorrow(project: Project) -> Iterator[Faults]:
    """Change a seed while all else is of tomorrow; then change it, and a description, and keep the times of the files."""
    tomorrow = time.time() + DAY
    shutil.rmtree(project.target)  # dbt remembers the times of the files from when it read them all
    project.describe(project.entered + 1)
    set_times(project, tomorrow)
    yield next_build(project)
    project.describe(project.enter())
    set_times(project, tomorrow)
    yield judged(project, project.build(), b"", 0)


def set_times(project: Project, moment: float) -> None:
    """Give all files that a build reads the same time."""
    for path in project.folder.rglob("*"):
        if path.is_file() and not path.is_relative_to(project.target):
            os.utime(path, times=(moment, moment))


def same_input(project: Project) -> Iterator[Faults]:
    """Build from nothing in a plain folder with one thread, and with eight in one with a blank and a quote in its name."""
    for threads, name in ((1, "plain"), (8, "ind warehouse's copy")):
        other = Project(project.folder.with_name(name), project.folder, project.whole, "target")
        profile = other.folder / "profiles.yml"
        profile.write_text(re.sub(r"threads: \d+", f"threads: {threads}", profile.read_text("utf-8")), "utf-8")
        yield [f"{threads} threads, in '{name}': {fault}" for fault in next_build(other)]


def readers(project: Project) -> Iterator[Faults]:
    """Publish again and again, while others read two tables that tell the number of the build, and compare."""
    stop = project.folder / "stop"
    with ProcessPoolExecutor(READERS, get_context("spawn")) as pool:
        reading = [pool.submit(read, project.published, project.folder / f"reader {n}", stop) for n in range(READERS)]
        try:
            while len(list(project.folder.glob("reader *"))) < READERS:
                time.sleep(0.01)
            for _ in range(PUBLISHES):
                project.entered += 1
                renumber(project.working, project.entered)
                publish(project.working, project.published)
        finally:
            stop.touch()
        answers = [reader.result() for reader in reading]
    for seen, answered in answers:
        yield from answered
        if len(seen) < PUBLISHES // 2:
            yield [f"a reader saw only {len(seen)} of {PUBLISHES} builds"]
    yield project.faults(project.entered)


def read(published: Path, begun: Path, stop: Path) -> tuple[set[str], list[Faults]]:
    """Read the published file without a pause, opened anew each time.

    Args:
        published: The file.
        begun: A file to write when something was answered.
        stop: A file that says when to end.

    Returns:
        The numbers of the builds that were seen; and for each time what went wrong.
    """
    seen, answered = set(), []
    while not stop.exists():
        try:
            with duckdb.connect(published, read_only=True) as con:
                told = {
                    con.execute(f"select max(regexp_extract(note_en, '{MARK.pattern}', 1)) from {table}").fetchall()[0][0]
                    for table in NOTED
                }
        except duckdb.Error as error:
            told = {f"a query failed: {error}"}
            answered.append(list(told))
        else:
            answered.append([f"two tables of different builds: {sorted(told)}"] if len(told) > 1 else [])
        seen |= told
        begun.touch()
    return seen, answered
