"""The YAML: every table, column, macro and argument has a description, nothing else has one, and the unit tests pass."""

import json
import re
import shutil
import subprocess
import sys

import duckdb

from conftest import ROOT

PROJECT = "ind_warehouse"
# dbt 1.11 checks YAML keys only for the adapters in this set
STRICT = """
from dbt.cli.main import cli
from dbt.jsonschemas import jsonschemas
jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS.add("duckdb")
cli()
"""


def test_unit_tests(manifest, tmp_path):
    """The unit tests pass, in a project whose YAML has no deprecated or unknown keys, which dbt warns about or ignores."""
    # a copy, because another test may have the working file open in dbt
    shutil.copy(ROOT / "target" / "ind_warehouse.duckdb", tmp_path)
    profile = (ROOT / "profiles.yml").read_text("utf-8")
    (tmp_path / "profiles.yml").write_text(profile.replace("path: target/", f"path: {tmp_path}/"), "utf-8")
    strict = ["--no-partial-parse", "--warn-error-options", '{"error": ["Deprecations"]}']
    test = ["test", "--select", "test_type:unit", "--profiles-dir", tmp_path, "--target-path", tmp_path, *strict]
    run = subprocess.run([sys.executable, "-c", STRICT, *test], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    results = json.loads((tmp_path / "run_results.json").read_text("utf-8"))["results"]
    assert {result["unique_id"] for result in results if result["status"] == "pass"} == manifest["unit_tests"].keys()


def test_published_comments(published):
    """Every table and column in the published file has a comment."""
    silent = published.execute(
        "select schema_name, table_name, null from duckdb_tables() where coalesce(comment, '') = '' union all"
        " select schema_name, table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
    ).fetchall()
    assert silent == []


def test_columns_are_those_described(manifest, tmp_path):
    """Seeds and marts describe exactly the columns they have; other models describe none."""
    # a copy, because another test may have the working file open in dbt
    copy = shutil.copy(ROOT / "target" / "ind_warehouse.duckdb", tmp_path)
    with duckdb.connect(copy, read_only=True) as con:
        rows = con.execute(
            "select schema_name, table_name, list(column_name) from duckdb_columns() where not internal group by all"
        )
        actual = {(schema, table): set(columns) for schema, table, columns in rows.fetchall()}
    described = {
        (node["schema"], node["name"]): {name for name, column in node["columns"].items() if column["description"]}
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("seed", "model")
    }
    # the build writes and describes raw.columns
    published = {table for table in actual if table[0] in ("raw", "marts")} - {("raw", "columns")}
    assert {table: columns for table, columns in described.items() if columns} == {table: actual[table] for table in published}


def test_relations_and_analyses_are_described(manifest):
    """Every seed, model, analysis and unit test has a description."""
    nodes = [*manifest["nodes"].values(), *manifest["unit_tests"].values()]
    kinds = ("seed", "model", "analysis", "unit_test")
    assert [node["name"] for node in nodes if node["resource_type"] in kinds and not node["description"]] == []


def test_macros_are_described(manifest):
    """Every macro and generic test is described, with exactly the arguments of its signature."""
    macros = [macro for macro in manifest["macros"].values() if macro["package_name"] == PROJECT]
    assert macros
    for macro in macros:
        signature = re.search(r"{%-?\s*(?:macro|test)\s+\w+\((.*?)\)\s*-?%}", macro["macro_sql"]).group(1)
        names = [argument.split("=")[0].strip() for argument in signature.split(",") if argument.strip()]
        assert macro["description"], macro["name"]
        assert [argument["name"] for argument in macro["arguments"] if argument["description"]] == names, macro["name"]


def test_keys_have_a_test_of_dbts_own(manifest):
    """The key of every mart has constraints and dbt's own unique test, and no macro of ours overrides dbt's tests."""
    macros = {(macro["package_name"], macro["name"]) for macro in manifest["macros"].values()}
    tested = {"test_unique", "test_not_null", "test_accepted_values", "test_relationships"}
    assert {name for package, name in macros if package == "dbt"} >= tested
    assert {name for package, name in macros if package == PROJECT}.isdisjoint(tested)
    nodes = manifest["nodes"].values()
    marts = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    found = {
        (node["attached_node"], node["column_name"], node["test_metadata"]["name"]) for node in nodes if "test_metadata" in node
    }
    keys = {(mart["unique_id"], next(iter(mart["columns"])), "unique") for mart in marts}
    assert {tuple(kind["type"] for kind in next(iter(mart["columns"].values()))["constraints"]) for mart in marts} == {
        ("not_null", "primary_key")
    }
    assert keys and keys <= found
