"""The SQL that the last build compiled, run again in plain DuckDB on seeds that may be damaged."""

import csv
from pathlib import Path

import duckdb

from ind_warehouse import ROOT


class Replay:
    """Seeds and views of a build in memory, and its data tests: a whole build in a fraction of a second.

    Marts are left out: what is wrong with an input is found before them.
    """

    def __init__(self, manifest: dict, scratch: Path) -> None:
        """Load the seeds of the project and create the views that stand on them.

        Args:
            manifest: What dbt knows of the project, from the last build.
            scratch: A folder for damaged files.
        """
        self.scratch = scratch
        self.nodes = manifest["nodes"]
        self.con = duckdb.connect()
        self.con.execute("attach ':memory:' as ind_warehouse")
        for node in self.nodes.values():
            self.con.execute(f"create schema if not exists ind_warehouse.{node['schema']}")
            if node["resource_type"] == "seed":
                self.load(node, ROOT / node["original_file_path"])
        self.views = []
        for key in self.nodes:
            self.create(key)

    def load(self, node: dict, path: Path) -> None:
        """Load a CSV file as the table of a seed, by header and with the types that the project gives it."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        types = node["config"]["column_types"]
        table = f"ind_warehouse.{node['schema']}.{node['name']}"
        columns = ", ".join(f'"{name}" {types[name]}' for name in header)
        self.con.execute(f"create or replace table {table} ({columns})")
        values = [[value or None for value in row] for row in rows]
        self.con.executemany(f"insert into {table} values ({', '.join('?' * len(header))})", values)

    def create(self, key: str) -> None:
        """Create a view after those that it stands on."""
        node = self.nodes[key]
        if node["resource_type"] == "model" and node["config"]["materialized"] == "view" and key not in self.views:
            for parent in node["depends_on"]["nodes"]:
                self.create(parent)
            self.con.execute(f"create view ind_warehouse.{node['schema']}.{node['name']} as {node['compiled_code']}")
            self.views.append(key)

    def messages(self) -> list[str]:
        """Run every data test that stands on seeds and views alone, and gather what they say."""
        return [
            message
            for node in self.nodes.values()
            if node["resource_type"] == "test" and all(self.in_memory(parent) for parent in node["depends_on"]["nodes"])
            for (message,) in self.con.execute(node["compiled_code"]).fetchall()
        ]

    def in_memory(self, key: str) -> bool:
        """Say whether a node is a seed or a view."""
        return key in self.views or self.nodes[key]["resource_type"] == "seed"

    def messages_after(self, path: str, damage) -> list[str]:
        """Damage the text of one seed file, run the tests, and mend it again.

        Args:
            path: The file, relative to the project.
            damage: A function from the file's lines to other lines.

        Returns:
            The messages of the failed tests.
        """
        node = next(node for node in self.nodes.values() if node["original_file_path"] == path)
        original = ROOT / path
        lines = original.read_text("utf-8").splitlines()
        damaged = damage(list(lines))
        assert damaged != lines, "the damage changed nothing"
        copy = self.scratch / original.name
        copy.write_text("\n".join(damaged) + "\n", "utf-8")
        try:
            self.load(node, copy)
            return self.messages()
        finally:
            self.load(node, original)
