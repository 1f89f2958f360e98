"""On Spark, a difference from the published file is an error that names it, and so is a missing Java."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".spark" / "bin" / "python"


@pytest.fixture
def project(tmp_path):
    """A copy of the published file with one figure changed, and the SQL of its mart."""
    shutil.copytree(ROOT / "spark", tmp_path / "spark")
    shutil.copy(ROOT / "ind_warehouse.duckdb", tmp_path)
    with duckdb.connect(tmp_path / "ind_warehouse.duckdb") as con:
        con.execute("update marts.dim_series set half_width = half_width + 1e-15 where series_code = 'students.applications'")
    nodes = json.loads((ROOT / "target" / "manifest.json").read_text("utf-8"))["nodes"]
    names = ("series", "products", "measures", "int_series", "dim_series")
    kept = {key: node for key, node in nodes.items() if node["name"] in names}
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text(json.dumps({"nodes": kept}), "utf-8")
    return tmp_path


def test_a_difference_is_named(project):
    """A figure that differs in its last bit fails, with mart, key, column and both figures."""
    run = subprocess.run([PYTHON, "spark"], cwd=project, check=False, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    with duckdb.connect(project / "ind_warehouse.duckdb", read_only=True) as con:
        ((rows,),) = con.execute("select count(*) from marts.dim_series").fetchall()
    differs, total = run.stdout.splitlines()
    row = "in the row students.applications, half_width is 5.000000000000001 in the published file and 5.0 on Spark"
    assert differs == f"marts.dim_series: {rows} rows, unequal: {row}"
    assert total.startswith(f"0 of 1 marts, {rows} rows, are equal")


def test_java_is_named(project):
    """Without Java, one sentence says how to install it."""
    without = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"} | {"PATH": str(project)}
    run = subprocess.run([PYTHON, "spark"], cwd=project, env=without, check=False, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert len(run.stderr.splitlines()) == 1 and "apt install openjdk-17-jre-headless" in run.stderr
