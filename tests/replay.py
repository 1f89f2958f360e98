"""Run the SQL of the last build again in plain DuckDB, on seeds that tests can damage."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from ind_warehouse import ROOT
from ind_warehouse.build import MANIFEST, said_by


def statements(manifest: dict, macro: str) -> str:
    """Read the SQL statements in one of the project's dbt macros, without its tags."""
    return re.sub("{%.*?%}|{#.*?#}", "", manifest["macros"][f"macro.ind_warehouse.{macro}"]["macro_sql"], flags=re.DOTALL)


class Replay:
    """A build in memory, without dbt, in a fraction of a second: seeds, models and data tests.

    It runs the SQL that dbt compiled into target/manifest.json, and reads seeds with dbt's reader.
    """

    def __init__(self, scratch: Path, base: Path = ROOT) -> None:
        """Load the seeds.

        Args:
            scratch: A folder for damaged files.
            base: The folder with the seeds.
        """
        self.scratch = scratch
        self.base = base
        self.damaged: set[str] = set()
        manifest = json.loads(MANIFEST.read_text("utf-8"))
        self.nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("seed", "model", "test")}
        compiled = any("compiled_code" in node for node in self.nodes.values())
        assert compiled, "target/manifest.json has no compiled SQL, as after dbt parse: run make first"
        self.seeds = {node["original_file_path"]: node for node in self.nodes.values() if node["resource_type"] == "seed"}
        self.sources = {key: frozenset(self.seeds_under(key)) for key in self.nodes}
        self.con = duckdb.connect(config={"threads": 1})
        self.con.execute("attach ':memory:' as ind_warehouse")
        for schema in {node["schema"] for node in self.nodes.values()}:
            self.con.execute(f"create schema ind_warehouse.{schema}")
        self.con.execute("use ind_warehouse")
        self.con.execute(statements(manifest, "create_formatters"))
        for path, node in self.seeds.items():
            self.load(node, base / path)
        self.marts = [key for key in self.ordered() if self.nodes[key]["schema"] == "marts"]
        self.views = [key for key in self.ordered() if key not in self.marts]
        self.stale = set(self.views)
        tests = [key for key, node in self.nodes.items() if node["resource_type"] == "test"]
        self.tests_of_marts = [key for key in tests if set(self.parents(key)) & set(self.marts)]
        self.tests_of_input = [key for key in tests if key not in self.tests_of_marts]

    def parents(self, key: str) -> list[str]:
        """List the seeds and models that a node reads."""
        return [parent for parent in self.nodes[key].get("depends_on", {}).get("nodes", []) if parent in self.nodes]

    def seeds_under(self, key: str) -> Iterator[str]:
        """List the paths of the seeds that a node depends on."""
        if self.nodes[key]["resource_type"] == "seed":
            yield self.nodes[key]["original_file_path"]
        for parent in self.parents(key):
            yield from self.seeds_under(parent)

    def views_under(self, key: str) -> Iterator[str]:
        """List the views that a node depends on, each after those that it reads."""
        for parent in self.parents(key):
            if parent in self.views:
                yield from self.views_under(parent)
                yield parent

    def ordered(self) -> list[str]:
        """List the models, each after those that it reads."""
        done = []

        def add(key: str) -> None:
            if self.nodes[key]["resource_type"] == "model" and key not in done:
                for parent in self.parents(key):
                    add(parent)
                done.append(key)

        for key in self.nodes:
            add(key)
        return done

    def table(self, key: str) -> str:
        """Return a node's name in SQL."""
        return f"ind_warehouse.{self.nodes[key]['schema']}.{self.nodes[key]['name']}"

    def load(self, seed: dict, path: Path) -> None:
        """Load a CSV file as the table of a seed, with the header and column types that dbt would use.

        Raises:
            duckdb.Error: A text does not have its column's type.
        """
        # imported here because dbt takes a second to import
        from dbt_common.clients import agate_helper

        types = seed["config"]["column_types"]
        read = agate_helper.from_csv(path, text_columns=types, delimiter=",")
        table = f"ind_warehouse.{seed['schema']}.{seed['name']}"
        columns = ", ".join(f'"{name}" {types[name]}' for name in read.column_names)
        self.con.execute(f"create or replace table {table} ({columns})")
        if read.rows:
            row = f"({', '.join('?' * len(read.column_names))})"
            values = [value for row in read.rows for value in row]
            self.con.execute(f"insert into {table} values {', '.join([row] * len(read.rows))}", values)

    def run(self, key: str, sql: str) -> duckdb.DuckDBPyConnection:
        """Run the SQL of a node, after rebuilding the views it depends on whose seeds have changed.

        Views are created as tables, because many tests read them.
        """
        for view in self.views_under(key):
            if view in self.stale:
                self.con.execute(f"create or replace table {self.table(view)} as {self.nodes[view]['compiled_code']}")
                self.stale.remove(view)
        return self.con.execute(sql)

    def build_marts(self) -> None:
        """Create the marts, with the types and constraints of their contracts.

        Raises:
            duckdb.Error: A row violates its contract.
        """
        for key in self.marts:
            node = self.nodes[key]
            columns = []
            for column in node["columns"].values():
                kinds = {constraint["type"] for constraint in column["constraints"]}
                not_null = " not null" if "not_null" in kinds else ""
                columns.append(f"{column['name']} {column['data_type']}{not_null}{' primary key' * ('primary_key' in kinds)}")
            self.con.execute(f"create or replace table {self.table(key)} ({', '.join(columns)})")
            names = ", ".join(column["name"] for column in node["columns"].values())
            self.run(key, f"insert into {self.table(key)} select {names} from ({node['compiled_code']})")

    def said_by(self, key: str) -> list[str]:
        """Run a data test and return its messages."""
        return said_by(self.nodes[key], self.run(key, self.nodes[key]["compiled_code"]))

    def noticed(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Run the data tests that depend on these seeds, except tests on marts; return the messages of failing tests by name."""
        found = {}
        for key in self.tests_of_input:
            if self.sources[key].intersection(paths) and (messages := self.said_by(key)):
                found[self.nodes[key]["name"]] = messages
        return found

    def damage(self, files: dict[str, bytes]) -> None:
        """Replace seeds with other files, and restore those replaced before.

        Args:
            files: New contents by the seed's path relative to the project; empty to restore all seeds.

        Raises:
            duckdb.Error: A text does not have its column's type, or a column is missing.
        """
        restored = self.damaged - files.keys()
        self.damaged |= files.keys()
        for path in restored:
            self.load(self.seeds[path], self.base / path)
        for path, content in files.items():
            copy = self.scratch / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
            self.load(self.seeds[path], copy)
        self.stale.update(view for view in self.views if self.sources[view].intersection(restored | files.keys()))
        self.damaged = set(files)
