"""Other people's environments: their settings, and missing, locked and corrupted files."""

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

# variables set for other projects, and variables needed to install anything
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
    """A target inherits package sources, but nothing that would lead it into another environment."""
    recipe = "include Makefile\nsurroundings: ; @env"
    given = os.environ | dict.fromkeys((*FOREIGN, *NEEDED), "given")
    make = ["make", "-f", "-", "surroundings"]
    run = subprocess.run(make, cwd=ROOT, env=given, input=recipe, check=True, capture_output=True, text=True)
    names = {line.partition("=")[0] for line in run.stdout.splitlines()}
    assert names.intersection(FOREIGN) == set()
    assert names.issuperset(NEEDED)


def test_scripts_are_not_called_by_name():
    """A script in an environment contains its folder's path, which may have changed; python -m does not."""
    files = (ROOT / "Makefile", ROOT / ".pre-commit-config.yaml", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run")
    called = {name for path in files for name in re.findall(r"/bin/([\w-]+)", path.read_text("utf-8"))}
    # uv is a program, not a script
    assert called == {"env", "python", "uv"}


def test_inside_another_workspace(project_copy):
    """Inside another uv workspace, the project still uses its own lock file and environment."""
    workspace = '[project]\nname = "outer"\nversion = "1"\nrequires-python = ">=3.11"\n[tool.uv.workspace]\nmembers = ["*"]\n'
    (project_copy.parent / "pyproject.toml").write_text(workspace)
    uv = shutil.which("uv", path=os.pathsep.join([str(ROOT / ".uv" / "bin"), os.environ["PATH"]]))
    own = {name: value for name, value in os.environ.items() if not name.startswith(("UV_PROJECT", "VIRTUAL_ENV"))}
    run = subprocess.run([uv, "sync", "--frozen", "--dry-run"], cwd=project_copy, env=own, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "dbt-duckdb" in run.stderr


def test_a_clone_has_the_same_bytes_on_every_system(tmp_path):
    """Git settings for line endings do not change the files."""
    clone = ["git", "clone", "--quiet", "--config", "core.autocrlf=true", ROOT, tmp_path / "clone"]
    subprocess.run(clone, check=True)
    found = subprocess.run(["git", "ls-files", "--eol"], cwd=tmp_path / "clone", check=True, capture_output=True, text=True)
    assert "w/lf" in found.stdout and "w/crlf" not in found.stdout


def write_corrupted(kind: str, path: Path) -> None:
    """Write a published file that cannot be read, or none."""
    whole = (ROOT / "ind_warehouse.duckdb").read_bytes()
    if kind == "of another project":
        duckdb.connect(path).close()
    elif kind != "missing":
        content = {"empty": b"", "not a database": b"figures" * 999, "truncated": whole[: len(whole) // 2]}
        path.write_bytes(content.get(kind, whole))


@pytest.mark.parametrize("kind", ["missing", "empty", "not a database", "truncated", "of another project", "locked"])
def test_every_command_explains_what_is_wrong_with_the_file(tmp_path, monkeypatch, kind):
    """Each command that reads the published file prints one line that says what to do."""
    published = tmp_path / "ind_warehouse.duckdb"
    write_corrupted(kind, published)
    lock = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('locked', flush=True); sys.stdin.read()"
    locked = published if kind == "locked" else ":memory:"
    holder = subprocess.Popen([sys.executable, "-c", lock, locked], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        holder.stdout.readline()
        for verb, arguments in (("ask", ["did_staff_keep_pace"]), ("cli", []), ("data", []), ("findings", []), ("site", [])):
            module = import_module(f"ind_warehouse.{MODULES[verb]}")
            monkeypatch.setattr(module, "PUBLISHED", published)
            answer = CliRunner().invoke(getattr(module, verb), arguments)
            assert answer.exit_code == 1
            remedy = {"missing": "run make first", "locked": "close the program"}.get(kind, "run make to rebuild it")
            assert answer.output.startswith("Error: ind_warehouse.duckdb ") and remedy in answer.output
            assert len(answer.output.splitlines()) == 1
    finally:
        holder.communicate()


def test_deleted_files_are_rebuilt(project_copy):
    """Without target, make data needs no build, and make docs builds first."""
    (project_copy / ".venv").symlink_to(ROOT / ".venv")
    shutil.rmtree(project_copy / "site", ignore_errors=True)
    assert not (project_copy / "target").exists()
    (project_copy / "ind_warehouse.duckdb").touch()
    subprocess.run(["make", "data"], cwd=project_copy, check=True)
    assert (project_copy / "site" / "data" / "datapackage.json").exists()
    assert not (project_copy / "target" / "manifest.json").exists()
    plan = subprocess.run(["make", "--dry-run", "docs"], cwd=project_copy, check=True, capture_output=True, text=True).stdout
    assert re.findall(r"-m ind_warehouse (\w+)", plan) == ["build", "docs"]
