"""The project's compiled models in plain DuckDB, without primary keys: `python benchmarks/scale_models.py <folder> [2GB | <marts>]`."""

import json
import re
import sys
import time
from pathlib import Path
from threading import Timer

import duckdb
from scale import MANIFEST, NODES, RESULTS, open_warehouse, peak_memory

MARTS = [node["name"] for node in NODES.values() if node["resource_type"] == "model" and node["schema"] == "marts"]
# a mart that takes longer is given up
LIMIT = 120


def create(con: duckdb.DuckDBPyConnection, marts: list[str]) -> dict[str, float | None]:
    """Create marts as tables, and what they stand on.

    Returns:
        Seconds of each mart; none where it was given up.
    """
    (formatters,) = (macro for macro in MANIFEST["macros"].values() if macro["name"] == "create_formatters")
    con.execute(re.sub("{%.*?%}|{#.*?#}", "", formatters["macro_sql"], flags=re.DOTALL))
    seconds, created = {}, set()

    def add(key: str) -> None:
        node = NODES.get(key)
        if node is None or node["resource_type"] != "model" or key in created:
            return
        created.add(key)
        for parent in node["depends_on"]["nodes"]:
            add(parent)
        kind, begun, timer = node["config"]["materialized"], time.perf_counter(), Timer(LIMIT, con.interrupt)
        timer.start()
        try:
            con.execute(f"create {kind} {node['schema']}.{node['name']} as {node['compiled_code']}")
            if kind == "table":
                seconds[node["name"]] = time.perf_counter() - begun
        except duckdb.InterruptException:
            seconds[node["name"]] = None
        finally:
            timer.cancel()

    for mart in marts:
        add(f"model.ind_warehouse.{mart}")
    return seconds


if __name__ == "__main__":
    folder, memory, marts = Path(sys.argv[1]), "2GB" if "2GB" in sys.argv else None, sys.argv[2:]
    with open_warehouse(
        folder, "_".join(["models", *([memory] if memory else ["marts"] if marts else [])]), memory=memory
    ) as con:
        if memory or not marts:
            # the others do not write notes on breaks
            con.execute(f"create or replace view raw.breaks as from '{folder}/breaks.parquet' limit 0")
        seconds = create(con, list(RESULTS) if memory or not marts else marts)
    print(json.dumps({"peak_mb": peak_memory(), "seconds": seconds}))
