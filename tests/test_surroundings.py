"""Other people's surroundings: settings of theirs, and a published file that is not as it should be."""

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from conftest import ROOT
from ind_warehouse.__main__ import MODULES

# What people have in their environment for other projects, and what they need to install anything at all.
FOREIGN = (
    "DBT_EMPTY",
    "GIT_DIR",
    "PYTEST_ADDOPTS",
    "PYTHONOPTIMIZE",
    "PYTHONPATH",
    "PYTHONSAFEPATH",
    "SKIP",
    "UV_LOCKED",
    "UV_NO_DEV",
    "UV_PROJECT_ENVIRONMENT",
)
NEEDED = ("HTTPS_PROXY", "PYTHONIOENCODING", "UV_CACHE_DIR", "UV_DEFAULT_INDEX", "UV_INDEX_URL")


def test_make_works_in_its_own_environment():
    """Nothing of the caller's that would lead a target into another environment gets through; where packages come from does."""
    recipe = "include Makefile\nsurroundings: ; @env"
    given = os.environ | dict.fromkeys((*FOREIGN, *NEEDED), "given")
    make = ["make", "-f", "-", "surroundings"]
    run = subprocess.run(make, cwd=ROOT, env=given, input=recipe, check=True, capture_output=True, text=True)
    names = {line.partition("=")[0] for line in run.stdout.splitlines()}
    assert names.intersection(FOREIGN) == set()
    assert names.issuperset(NEEDED)


def test_scripts_are_not_called_by_name():
    """A script of an environment names the folder that it was installed in, which may have moved; python -m does not."""
    files = (ROOT / "Makefile", ROOT / ".pre-commit-config.yaml", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run")
    called = {name for path in files for name in re.findall(r"/bin/([\w-]+)", path.read_text("utf-8"))}
    # uv is a program, not a script
    assert called == {"env", "python", "uv"}


def test_a_workspace_around_it(project_copy):
    """Cloned into a folder that is a workspace of uv, the project still has its own lock file and environment."""
    workspace = '[project]\nname = "outer"\nversion = "1"\nrequires-python = ">=3.11"\n[tool.uv.workspace]\nmembers = ["*"]\n'
    (project_copy.parent / "pyproject.toml").write_text(workspace)
    uv = shutil.which("uv", path=os.pathsep.join([str(ROOT / ".uv" / "bin"), os.environ["PATH"]]))
    own = {name: value for name, value in os.environ.items() if not name.startswith(("UV_PROJECT", "VIRTUAL_ENV"))}
    run = subprocess.run([uv, "sync", "--frozen", "--dry-run"], cwd=project_copy, env=own, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "dbt-duckdb" in run.stderr


def test_a_clone_has_the_same_bytes_on_every_system(tmp_path):
    """Git may be told to write the line ends of another system; the checks would then find other files."""
    clone = ["git", "clone", "--quiet", "--config", "core.autocrlf=true", ROOT, tmp_path / "clone"]
    subprocess.run(clone, check=True)
    found = subprocess.run(["git", "ls-files", "--eol"], cwd=tmp_path / "clone", check=True, capture_output=True, text=True)
    assert "w/lf" in found.stdout and "w/crlf" not in found.stdout


def spoilt(kind: str, path: Path) -> None:
    """Write a published file that cannot be read, or none."""
    whole = (ROOT / "ind_warehouse.duckdb").read_bytes()
    if kind == "of another project":
        duckdb.connect(path).close()
    elif kind != "missing":
        path.write_bytes({"empty": b"", "no database": b"figures" * 999, "cut off": whole[: len(whole) // 2]}.get(kind, whole))


@pytest.mark.parametrize("kind", ["missing", "empty", "no database", "cut off", "of another project", "held"])
def test_every_verb_says_what_is_wrong_with_the_file(tmp_path, monkeypatch, kind):
    """Each verb that reads the published file answers with one sentence and what to do."""
    published = tmp_path / "ind_warehouse.duckdb"
    spoilt(kind, published)
    hold = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, published if kind == "held" else ":memory:"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        holder.stdout.readline()
        for verb, arguments in (("ask", ["did_staff_keep_pace"]), ("cli", []), ("data", []), ("findings", []), ("site", [])):
            module = import_module(f"ind_warehouse.{MODULES[verb]}")
            monkeypatch.setattr(module, "PUBLISHED", published)
            answer = CliRunner().invoke(getattr(module, verb), arguments)
            assert answer.exit_code == 1
            remedy = {"missing": "run make first", "held": "close the program"}.get(kind, "run make to build it anew")
            assert answer.output.startswith("Error: ind_warehouse.duckdb ") and remedy in answer.output
            assert len(answer.output.splitlines()) == 1
    finally:
        holder.communicate()


def test_what_was_deleted_is_made_anew(project_copy):
    """Without the folder of the last build, data needs none, and what reads it begins with one."""
    (project_copy / ".venv").symlink_to(ROOT / ".venv")
    shutil.rmtree(project_copy / "site", ignore_errors=True)
    assert not (project_copy / "target").exists()
    (project_copy / "ind_warehouse.duckdb").touch()
    subprocess.run(["make", "data"], cwd=project_copy, check=True)
    assert (project_copy / "site" / "data" / "datapackage.json").exists()
    assert not (project_copy / "target" / "manifest.json").exists()
    for target in ("docs", "audit"):
        plan = subprocess.run(["make", "--dry-run", target], cwd=project_copy, check=True, capture_output=True, text=True).stdout
        verbs = re.findall(r"-m ind_warehouse (\w+)", plan)
        assert verbs == ["build", target]
