"""Build the marts on Apache Spark and compare them with the published file: `python spark [MASTER [FOLDER]]`."""

import json
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb
from pyspark.errors import PySparkRuntimeError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType
from sqlglot import ErrorLevel, exp, parse_one
from sqlglot.expressions import Expression

ROOT = Path(__file__).resolve().parent.parent
# DuckDB functions that SQLGlot does not know, with their names in Spark
NAMES = {"arg_max_null": "max_by", "error": "raise_error", "row": "struct"}
# arguments of macros that are text; the others are figures
TEXTS = {"unit", "language"}


def rewritten(node: Expression) -> Expression:
    """Return what stands in Spark for a node of DuckDB's syntax tree, where SQLGlot leaves it as it is."""
    match node:
        case exp.Table():
            node.set("catalog", None)
        case exp.PropertyEQ():
            # a named argument; all are in order
            return node.expression
        case exp.Anonymous() if node.name.lower() in NAMES:
            node.set("this", NAMES[node.name.lower()])
        case exp.Greatest() | exp.Least() if not node.expressions:
            return node.this
        case exp.Length(this=exp.Split()):
            return exp.ArraySize(this=node.this)
        case exp.ArgMax():
            # DuckDB skips rows without a value
            node.set("expression", exp.case().when(node.this.is_(exp.null()).not_(), node.expression))
        case exp.RegexpFullMatch():
            whole = exp.Concat(expressions=[exp.Literal.string("^("), node.expression, exp.Literal.string(")$")])
            return exp.RegexpLike(this=node.this, expression=whole)
        case exp.Round(args={"decimals": Expression(is_number=False) as decimals}):
            # Spark's round() takes a constant number
            scale = exp.Pow(this=exp.Literal.number(10), expression=decimals)
            return exp.Round(this=exp.paren(node.this) * scale) / scale.copy()
        case exp.Format():
            # '{:,.2f} of {}' becomes '%,.2f of %s'
            for text in node.this.find_all(exp.Literal):
                if text.is_string:
                    text.set("this", text.this.replace("%", "%%").replace("{}", "%s").replace("{:", "%").replace("}", ""))
        case exp.Window() if node.sql() == "ROW_NUMBER() OVER ()":
            # the line in a seed, which is one file
            return exp.column("row_index", "_metadata") + 1
    return node


class Build:
    """The build of a warehouse on Spark, from the seeds, macros and compiled models of one in DuckDB."""

    def __init__(self, spark: SparkSession, folder: str) -> None:
        """Read the manifest and open the published file.

        Args:
            spark: A session.
            folder: The path or address of a folder for tables, as Parquet, which all machines of a cluster can write.
        """
        self.spark = spark
        self.folder = folder
        nodes = json.loads((ROOT / "target" / "manifest.json").read_text("utf-8"))["nodes"]
        self.nodes = {key: node for key, node in nodes.items() if node["resource_type"] in ("seed", "model")}
        self.built: set[str] = set()
        self.con = duckdb.connect(ROOT / "ind_warehouse.duckdb", read_only=True)
        macros = self.con.execute("from duckdb_functions() select function_name, parameters, macro_definition where not internal")
        self.macros = {name: macro for name, *macro in macros.fetchall()}

    def build(self, key: str) -> None:
        """Create the table of a seed or model, after those that it reads."""
        if key in self.built or key not in self.nodes:
            return
        node = self.nodes[key]
        for parent in node["depends_on"].get("nodes", []):
            self.build(parent)
        name = f"{node['schema']}.{node['name']}"
        try:
            frame = self.query(node["compiled_code"]) if node["resource_type"] == "model" else self.seed(name)
            if node["schema"] == "marts":
                frame = frame.to(self.published(name)[0])
            self.spark.sql(f"create database if not exists {node['schema']}")
            frame.write.mode("overwrite").option("path", f"{self.folder}/{node['schema']}/{node['name']}").saveAsTable(name)
        except Exception as error:
            error.add_note(f"This is in {name}.")
            raise
        self.built.add(key)

    def published(self, name: str) -> tuple[StructType, list[tuple]]:
        """Read a table of the published file: its columns, with Spark's types, and its rows."""
        result = self.con.execute(f"from {name}")
        types = [(column, exp.DataType.build(str(kind), dialect="duckdb")) for column, kind, *_ in result.description]
        return StructType.fromDDL(", ".join(f"`{column}` {kind.sql('spark')}" for column, kind in types)), result.fetchall()

    def seed(self, name: str) -> DataFrame:
        """Return the frame of a seed, in one part, which keeps its lines in order."""
        columns, rows = self.published(name)
        return self.spark.createDataFrame(rows, columns).coalesce(1)

    def query(self, sql: str) -> DataFrame:
        """Return the frame of a query in DuckDB's SQL; its common table expressions become temporary views.

        Raises:
            sqlglot.errors.SqlglotError: SQLGlot cannot parse or translate it.
            pyspark.errors.AnalysisException: Spark does not know a name or function, or types do not fit.
        """
        tree = self.tree(sql)
        if common := tree.args.pop("with_", None):
            for part in common.expressions:
                frame = self.frame(part.this)
                if names := [column.name for column in part.args["alias"].columns]:
                    frame = frame.toDF(*names)
                frame.createOrReplaceTempView(part.alias)
        return self.frame(tree)

    def tree(self, sql: str) -> Expression:
        """Parse DuckDB's SQL and rewrite it for Spark; create functions in place of the macros that it calls."""
        tree = parse_one(sql, dialect="duckdb")
        for call in tree.find_all(exp.Anonymous):
            if macro := self.macros.pop(call.name.lower(), None):
                arguments = ", ".join(f"{name} {'string' if name in TEXTS else 'double'}" for name in macro[0])
                self.spark.sql(f"create temporary function {call.name}({arguments}) return {self.tree(macro[1]).sql('spark')}")
        for star in list(tree.find_all(exp.Star)):
            for column in star.args.pop("replace", None) or []:
                star.append("except_", exp.column(column.alias))
                star.find_ancestor(exp.Select).append("expressions", column)
        # from the leaves up, since a new node may contain old ones; the root is last
        for node in reversed(list(tree.walk())):
            tree = node.replace(rewritten(node))
        return tree

    def frame(self, tree: Expression) -> DataFrame:
        """Return the frame of a rewritten query without common table expressions."""
        if isinstance(tree, exp.Union) and tree.args.get("by_name"):
            return self.frame(tree.left).unionByName(self.frame(tree.right), allowMissingColumns=True)
        for where in tree.find_all(exp.Where):
            # only DuckDB lets a condition name a result, unless a table read has a column of that name
            results = {column.alias: column.this for column in where.parent.expressions if isinstance(column, exp.Alias)}
            for table in where.parent.find_all(exp.Table) if results else []:
                for column in self.spark.table(f"{table.db}.{table.name}".strip(".")).columns:
                    results.pop(column, None)
            while meant := [name for name in where.find_all(exp.Column) if not name.table and name.name in results]:
                for name in meant:
                    name.replace(exp.paren(results[name.name]))
        return self.spark.sql(tree.sql("spark", unsupported_level=ErrorLevel.RAISE))


def difference(columns: list[str], published: list[tuple], found: list[tuple]) -> str | None:
    """Describe the first difference between two lists of rows in any order, to the last bit; the first column is a key."""
    sides = [{row[0]: dict(zip(columns, map(repr, row), strict=True)) for row in rows} for rows in (published, found)]
    for key in sorted(sides[0].keys() | sides[1].keys()):
        ours, theirs = (side.get(key) for side in sides)
        if not ours or not theirs:
            return f"the row {key} is only {'on Spark' if theirs else 'in the published file'}"
        for column in columns:
            if ours[column] != theirs[column]:
                return f"in the row {key}, {column} is {ours[column]} in the published file and {theirs[column]} on Spark"
    return None if len(found) == len(published) else "Spark has a row twice"


def main(master: str = "local[2]", folder: str = str(ROOT / "target" / "spark")) -> int:
    """Build on `master`, with the tables in `folder`; return 0 if all marts are equal, 1 if not, 2 if Spark does not start."""
    begun = time.monotonic()
    os.environ.setdefault("SPARK_CONF_DIR", str(Path(__file__).with_name("conf")))
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    spark = None
    with suppress(PySparkRuntimeError):
        if "JAVA_HOME" in os.environ or shutil.which("java"):
            spark = SparkSession.builder.master(master).config("spark.sql.ansi.enabled", True).getOrCreate()
    if not spark:
        print("Spark needs Java 17 or newer; on Debian or Ubuntu: apt install openjdk-17-jre-headless", file=sys.stderr)
        return 2
    build, rows, unequal = Build(spark, folder), 0, 0
    marts = {f"marts.{node['name']}": key for key, node in build.nodes.items() if node["schema"] == "marts"}
    for name, key in sorted(marts.items()):
        build.build(key)
        columns, published = build.published(name)
        differs = difference(columns.names, published, [tuple(row) for row in spark.table(name).collect()])
        print(f"{name}: {len(published)} rows, {f'unequal: {differs}' if differs else 'equal'}", flush=True)
        rows, unequal = rows + len(published), unequal + bool(differs)
    took = f"{time.monotonic() - begun:.0f} s on {master}, Spark {spark.version}"
    spark.stop()
    print(f"{len(marts) - unequal} of {len(marts)} marts, {rows} rows, are equal; {took}.")
    return 1 if unequal else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
