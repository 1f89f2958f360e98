"""A build with a stub for dbt that copies a finished working file; locks, checks and publishing are real.

Run ``python -m tests.faults.without_dbt FINISHED FAULT`` in a copy of the project. The fault occurs after the copy.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from types import SimpleNamespace

from ind_warehouse import build, publish

HOLD = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
HOLDERS = []


def limit_files() -> None:
    """Limit files to half the size of the published one."""
    half = build.PUBLISHED.stat().st_size // 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (half, half))


def killed_while_copying() -> None:
    """Let the kernel kill this process when the copy is half written."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    limit_files()


def killed_before_rename() -> None:
    """Kill this process just before the rename."""
    publish.put = lambda *_: os.kill(os.getpid(), signal.SIGKILL)


def killed_after_rename() -> None:
    """Kill this process just after the rename."""
    put = publish.put
    publish.put = lambda *paths: (put(*paths), os.kill(os.getpid(), signal.SIGKILL))


def hold() -> None:
    """Open the working file for writing in another process, until this one ends."""
    HOLDERS.append(subprocess.Popen([sys.executable, "-c", HOLD, build.WORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    HOLDERS[0].stdout.readline()


FAULTS = {
    "none": lambda: None,
    "killed while copying": killed_while_copying,
    "killed before the rename": killed_before_rename,
    "killed after the rename": killed_after_rename,
    "file size limited": limit_files,
    "working file locked": hold,
}


def run_dbt(command: str, *_: str, project: None = None) -> list[SimpleNamespace] | None:
    """For a build, copy the finished files into target and report that everything passed."""
    if command != "build":
        return None
    shutil.copytree(sys.argv[1], build.WORKING.parent, dirs_exist_ok=True)
    FAULTS[sys.argv[2]]()
    manifest = json.loads(build.MANIFEST.read_text("utf-8"))
    return [
        SimpleNamespace(node=SimpleNamespace(unique_id=key, resource_type=node["resource_type"]), status="pass")
        for key, node in manifest["nodes"].items()
    ]


if __name__ == "__main__":
    build.run_dbt = run_dbt
    build.build([])
