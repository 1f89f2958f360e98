"""The README does what it says."""

import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT

BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)


def blocks(language: str) -> list[str]:
    """The README's blocks of one language."""
    return [text for name, text in BLOCKS if name == language]


def test_first_paste(project_copy):
    """The paste of the first screen, as it stands, ends with the answer that the README shows."""
    for environment in (".venv", ".uv"):  # installing is what make did before it came to this test
        if (ROOT / environment).exists():
            (project_copy / environment).symlink_to(ROOT / environment)
    (project_copy / "ind_warehouse.duckdb").unlink()
    (project_copy / "target").mkdir()
    (project_copy / "target" / "ind_warehouse.duckdb").write_text("left by a build that was killed")
    (paste,), (answer,) = blocks("bash"), blocks("text")
    run = subprocess.run(["bash", "-e"], input=paste, cwd=project_copy, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip().endswith(answer.strip())


@pytest.mark.parametrize("commands", blocks("sh"))
def test_commands(project_copy, commands):
    """The other commands run as they stand, with the tools that make installed; pytest only collects, as it would run itself."""
    (project_copy / ".venv").symlink_to(ROOT / ".venv")
    tools = os.pathsep.join([str(ROOT / ".uv" / "bin"), str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    environment = os.environ | {"PATH": tools, "PYTEST_ADDOPTS": "--collect-only"}
    run = subprocess.run(
        ["bash", "-ec", commands],
        check=False,
        cwd=project_copy,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("query", blocks("sql"))
def test_queries(published, query):
    """Each query runs on the published file and finds something."""
    assert published.cursor().execute(query).fetchall()


@pytest.mark.parametrize("code", blocks("python"))
def test_python(code):
    """Each piece of Python runs in the project's folder and prints something."""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout.strip()
