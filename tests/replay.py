"""The SQL that the last build compiled, run again in plain DuckDB on seeds that may be damaged."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from ind_warehouse import ROOT
from ind_warehouse.build import MANIFEST, said_by


class Replay:
    """A build in memory, in a fraction of a second: seeds, models, and the data tests on them, without dbt's own work.

    dbt compiles every model and test to SQL and writes it to target/manifest.json; this runs the same SQL. A seed is read by the
    reader that dbt uses.
    """

    def __init__(self, scratch: Path, base: Path = ROOT) -> None:
        """Load the seeds of the project and create what stands on them, but for the published tables.

        Args:
            scratch: A folder for damaged files.
            base: The folder whose seeds are read, the project's own where no other is given.
        """
        self.scratch = scratch
        self.base = base
        self.damaged: set[str] = set()
        manifest = json.loads(MANIFEST.read_text("utf-8"))
        formatters = manifest["macros"]["macro.ind_warehouse.create_formatters"]
        self.nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("seed", "model", "test")}
        compiled = any("compiled_code" in node for node in self.nodes.values())
        assert compiled, "target/manifest.json holds no compiled SQL, as after dbt parse: run make first"
        self.seeds = {node["original_file_path"]: node for node in self.nodes.values() if node["resource_type"] == "seed"}
        self.sources = {key: frozenset(self.seeds_under(key)) for key in self.nodes}
        self.con = duckdb.connect(config={"threads": 1})
        self.con.execute("attach ':memory:' as ind_warehouse")
        for schema in {node["schema"] for node in self.nodes.values()}:
            self.con.execute(f"create schema ind_warehouse.{schema}")
        self.con.execute("use ind_warehouse")
        self.con.execute(re.sub("{%.*?%}|{#.*?#}", "", formatters["macro_sql"], flags=re.DOTALL))
        for path, node in self.seeds.items():
            self.load(node, base / path)
        self.marts = [key for key in self.ordered() if self.nodes[key]["schema"] == "marts"]
        self.views = [key for key in self.ordered() if key not in self.marts]
        self.stale = set(self.views)
        tests = [key for key, node in self.nodes.items() if node["resource_type"] == "test"]
        self.tests_of_marts = [key for key in tests if set(self.parents(key)) & set(self.marts)]
        self.tests_of_input = [key for key in tests if key not in self.tests_of_marts]

    def parents(self, key: str) -> list[str]:
        """Name the seeds and models that a node reads."""
        return [parent for parent in self.nodes[key].get("depends_on", {}).get("nodes", []) if parent in self.nodes]

    def seeds_under(self, key: str) -> Iterator[str]:
        """Name the paths of the seeds that a node stands on."""
        if self.nodes[key]["resource_type"] == "seed":
            yield self.nodes[key]["original_file_path"]
        for parent in self.parents(key):
            yield from self.seeds_under(parent)

    def views_under(self, key: str) -> Iterator[str]:
        """Name the views that a node stands on, each after those that it reads."""
        for parent in self.parents(key):
            if parent in self.views:
                yield from self.views_under(parent)
                yield parent

    def ordered(self) -> list[str]:
        """Name the models, each after those that it reads."""
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
        """Write a node's name as SQL does."""
        return f"ind_warehouse.{self.nodes[key]['schema']}.{self.nodes[key]['name']}"

    def load(self, seed: dict, path: Path) -> None:
        """Load a CSV file as the table of a seed, as dbt does: by header, with the types that the project gives the columns.

        Args:
            seed: What dbt knows of the seed.
            path: The file to read in its place.

        Raises:
            duckdb.Error: A text does not have its column's type.
        """
        # imported here, since dbt takes a second to import
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
        """Run the SQL of a node, and first create anew the views under it whose seeds have changed.

        Here views are tables, of the same SQL: many tests read them, and each would read all printed seeds again.
        """
        for view in self.views_under(key):
            if view in self.stale:
                self.con.execute(f"create or replace table {self.table(view)} as {self.nodes[view]['compiled_code']}")
                self.stale.remove(view)
        return self.con.execute(sql)

    def build_marts(self) -> None:
        """Create the published tables, with the types, keys and not null that their contracts promise.

        Raises:
            duckdb.Error: A row does not keep to its contract.
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
        """Run a data test.

        Args:
            key: The test, as dbt names it.

        Returns:
            Its messages; none where it passes.
        """
        return said_by(self.nodes[key], self.run(key, self.nodes[key]["compiled_code"]))

    def noticed(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Run the data tests that stand on some seeds, but for those of published tables.

        Args:
            paths: The seeds, relative to the project.

        Returns:
            The messages of each test that fails, by its name.
        """
        found = {}
        for key in self.tests_of_input:
            if self.sources[key].intersection(paths) and (messages := self.said_by(key)):
                found[self.nodes[key]["name"]] = messages
        return found

    def damage(self, files: dict[str, bytes]) -> None:
        """Put other files in the place of seeds, and take back those that were put there before.

        Args:
            files: What to read, by the seed's path relative to the project; empty to have those of the base again.

        Raises:
            duckdb.Error: A text does not have its column's type, or a column is missing.
        """
        mended = self.damaged - files.keys()
        self.damaged |= files.keys()
        for path in mended:
            self.load(self.seeds[path], self.base / path)
        for path, content in files.items():
            copy = self.scratch / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
            self.load(self.seeds[path], copy)
        self.stale.update(view for view in self.views if self.sources[view].intersection(mended | files.keys()))
        self.damaged = set(files)
