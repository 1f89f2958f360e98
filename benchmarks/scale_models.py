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
# time limit of a table in seconds; models that depend on one that exceeds it are skipped
LIMIT = 120


def create(con: duckdb.DuckDBPyConnection, marts: list[str]) -> dict[str, float | None]:
    """Create marts as tables, with the models they depend on.

    Returns:
        Seconds per table, including those that the marts read; None if it or one of those exceeded the limit.
    """
    (formatters,) = (macro for macro in MANIFEST["macros"].values() if macro["name"] == "create_formatters")
    con.execute(re.sub("{%.*?%}|{#.*?#}", "", formatters["macro_sql"], flags=re.DOTALL))
    seconds, done = {}, {}

    def add(key: str) -> bool:
        node = NODES.get(key)
        if node is None or node["resource_type"] != "model":
            return True
        if key not in done:
            kind, timer = node["config"]["materialized"], Timer(LIMIT, con.interrupt)
            done[key] = all(add(parent) for parent in node["depends_on"]["nodes"])
            begun = time.perf_counter()
            timer.start()
            try:
                if done[key]:
                    con.execute(f"create {kind} {node['schema']}.{node['name']} as {node['compiled_code']}")
            except duckdb.InterruptException:
                done[key] = False
            timer.cancel()
            if kind == "table":
                seconds[node["name"]] = time.perf_counter() - begun if done[key] else None
        return done[key]

    for mart in marts:
        add(f"model.ind_warehouse.{mart}")
    return seconds


if __name__ == "__main__":
    folder, *options = Path(sys.argv[1]), *sys.argv[2:]
    memory, name = ("2GB", "models_2GB") if options == ["2GB"] else (None, "models_marts" if options else "models")
    with open_warehouse(folder, name, memory=memory) as con:
        if name != "models_marts":
            # the other ways write no notes on breaks and remarks
            con.execute(f"create or replace view raw.breaks as from '{folder}/breaks.parquet' limit 0")
            NODES["model.ind_warehouse.int_remarks"]["compiled_code"] += "\nlimit 0"
        seconds = create(con, options if name == "models_marts" else list(RESULTS))
    print(json.dumps({"peak_mb": peak_memory(), "seconds": seconds}))
