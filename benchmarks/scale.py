"""Invented editions in the form of the real ones, and what scale_models, scale_lean, scale_polars and scale_pandas share.

All four compute fct_caseload and fct_metrics from the printed text, with notes and vintages.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb
import yaml

ROOT = Path(__file__).resolve().parents[1]
METRICS = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"]["metrics"]
MANIFEST = json.loads((ROOT / "target" / "manifest.json").read_text("utf-8"))
NODES = MANIFEST["nodes"]
OWN_SEEDS = [node for node in NODES.values() if node["resource_type"] == "seed"]
MEASURES = ROOT / "seeds" / "reference" / "measures.csv"
RESULTS = {"fct_caseload": "caseload_key", "fct_metrics": "metric_key"}
# the number format of each edition's publication
EDITIONS = {2023: "nl", 2022: "nl", 2021: "en", 2020: "nl"}
# the columns of a printed row, and how many years they lie before the edition's year
AGES = {"newest": 0, "year_before": 1, "two_years_before": 2}
# an agency has 18 procedures with five figures each
CELLS_OF_AN_AGENCY = 18 * 5 * len(AGES) * len(EDITIONS)
# the invented editions have only counts and shares
HALF_WIDTHS = {"count": 5.0, "share": 0.005}
# the figures of fct_caseload, by the role of their measure
FIGURES = {
    "inflow": "applications",
    "outflow": "decisions",
    "stock": "pending",
    "outcome_share": "outcome_share",
    "timely_share": "timely_share",
}
COUNTS = ["applications", "decisions", "pending"]
ENDS = ["", "_lower", "_upper"]
VALUES = [f"value{end}" for end in ENDS]
STOCKS = [f"compared_{stock}{end}" for stock in ("pending", "pending_previous") for end in ENDS]
KEYS = ["product_code", "reference_year"]
SERIES = ["series_code", "reference_year"]
CELL = ["publication_code", "edition_year", "number_format", "series_code", "product_code", "role", "unit", "half_width"]
CASELOAD = list(NODES["model.ind_warehouse.fct_caseload"]["columns"])
# columns that only the models fill
NOTES = ["break_note_nl", "break_note_en", "remark_nl", "remark_en"]
# the notes on comparisons, as in int_comparisons and int_caseload
WORDS = {
    "nl": {
        "apart": "Geen publicatie die hier is opgenomen, vermeldt beide jaren: {} komt uit een publicatie over {}, {} uit een over {}; die kunnen anders tellen.",
        "restated": "{}: editie {} vermeldt {}",
        "of": "; deze vergelijking gebruikt editie {}.",
        "flows": "De stromen van {} zijn herzien in editie {}; de voorraden komen uit editie {}.",
    },
    "en": {
        "apart": "No publication held here prints both years: {} is from one about {}, {} from one about {}; these may count differently.",
        "restated": "{}: edition {} prints {}",
        "of": "; this comparison uses edition {}.",
        "flows": "The flows of {} were restated in edition {}; the stocks are from edition {}.",
    },
}

INVENTED = """
    create table invented as
    select
        agency || '_' || product_code || '.' || measure_code as series_code, 'Dienst ' || right(agency, 6) as chapter_label,
        name_nl as table_label, row_label, measure_code, row_number() over (order by agency, product_code, place) as id
    from agencies, own_products, (values
        (1, 'applications', 'Aanvragen'), (2, 'decisions', 'Beslissingen'), (3, 'pending', 'In behandeling'),
        (4, 'granted_share', 'Inwilligingen'), (5, 'timely_share', 'Tijdigheid beslissingen')
    ) as measures(place, measure_code, row_label)
    where decided_by is not null and product_code not in (select part_of from own_products where part_of is not null)
    order by id
"""


def cell(age: int) -> str:
    """Return the SQL of a printed cell; hash() is stable between runs, and an edition repeats earlier restatements."""
    year = f"edition_year - {age}"
    restated = "".join(
        f" + if(hash(id, {year}, {number}) % 25 = 0, 1 + hash(id, {year}, {number}, 1) % 40, 0)" for number in range(1, age + 1)
    )
    # a count printed exactly, by all editions or only by the first
    exact = f"if(hash(id, {year}, 3) % 1000 = 0, 7, 0)" + f" + if(hash(id, {year}, 4) % 300 = 0, 4, 0)" * (age == 0)
    return f"""
        case
            when hash(id, {year}, {age}, 5) % 50 = 0 then null
            when hash(id, {year}, {age}, 6) % 300 = 0 then '-'
            when measure_code like '%share' then ((hash(id, {year}) % 101 {restated}) % 101) || '%'
            else translate(
                format('{{:,}}', (10 * (greatest((hash(id, {year}) % 6000)::integer - 30, 0) {restated}) + {exact})::bigint),
                ',', if(number_format = 'nl', '.', ',')
            )
        end as {list(AGES)[age]}
    """


# the invented seeds; measures and checks are the project's own, and all other seeds are empty
SEEDS = {
    "publications": """
        select 'edition_' || edition_year as publication_code, edition_year, false as is_partial, 'Editie ' || edition_year as title,
            title as publication, 'Dienst' as publisher, edition_year::varchar as published, null::varchar as address, number_format
        from editions order by edition_year desc
    """,
    "printed_rows": f"""
        select 'edition_' || edition_year as publication_code, series_code, chapter_label, table_label, row_label,
            'table' as printed_in, {", ".join(map(cell, AGES.values()))}
        from editions, invented order by edition_year desc, id
    """,
    "second_reading": """
        select publication_code, series_code, edition_year as reference_year, newest as printed_value, 'another reader' as read_by
        from printed_rows inner join publications using (publication_code) where newest is not null
    """,
    "series": """
        select series_code, null::varchar as name_nl, null::varchar as name_en,
            null::varchar as note_nl, null::varchar as note_en
        from invented order by id
    """,
    "products": """
        select * exclude (agency) replace (
            agency || '_' || product_code as product_code, agency || '_' || part_of as part_of,
            (row_number() over (order by agency, position::integer))::integer as position
        )
        from own_products, agencies where decided_by is not null order by position
    """,
    "remarks": """
        select 'edition_2023' as publication_code, series_code, 2023 - (id % 3)::integer as reference_year, 'rounded otherwise' as kind,
            50.0::double as half_width, null::varchar as remark_nl, null::varchar as remark_en, null::varchar as source
        from invented where measure_code not like '%share' and hash(id, 7) % 200 = 0 order by id
    """,
    "breaks": """
        select series_code, 2019 + (id // 5 % 4)::integer as reference_year, 'law' as kind, 'Een wet veranderde.' as note_nl,
            'A law changed.' as note_en, 'a law' as source
        from invented where hash(id, 8) % 10 = 0 order by id
    """,
}


def generate(folder: Path, cells: int) -> None:
    """Write invented editions as Parquet files, one per seed, with about this many printed cells."""
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "invented.duckdb") as con:
        con.execute(f"create view own_products as from read_csv('{ROOT}/seeds/reference/products.csv', all_varchar = true)")
        con.execute("create table editions (edition_year integer, number_format varchar)")
        con.executemany("insert into editions values (?, ?)", list(EDITIONS.items()))
        agencies = f"from range({round(cells / CELLS_OF_AN_AGENCY)}) as numbers(i)"
        con.execute(f"create table agencies as select format('agency_{{:06}}', i) as agency {agencies}")
        con.execute(INVENTED)
        for seed, sql in SEEDS.items():
            con.execute(f"copy ({sql}) to '{folder / seed}.parquet'")
            con.execute(f"create or replace view {seed} as from '{folder / seed}.parquet'")
    (folder / "invented.duckdb").unlink()


def open_warehouse(
    folder: Path, name: str, own: Collection[str] = ("measures", "checks"), memory: str | None = None
) -> duckdb.DuckDBPyConnection:
    """Create a DuckDB file with the seeds in a folder.

    Args:
        folder: The folder with the seeds' Parquet files.
        name: The name of the file, without suffix.
        own: Seeds to read from the project instead; all other missing seeds are empty.
        memory: DuckDB's memory_limit; by default DuckDB's own.
    """
    file = folder / f"{name}.duckdb"
    file.unlink(missing_ok=True)
    con = duckdb.connect()
    # the compiled SQL contains the database's name
    con.execute(f"attach '{file}' as ind_warehouse; use ind_warehouse; set temp_directory = '{folder / 'spill'}'")
    if memory:
        con.execute(f"set memory_limit = '{memory}'")
    for schema in ("raw", "staging", "intermediate", "marts"):
        con.execute(f"create schema {schema}")
    for seed in OWN_SEEDS:
        table, invented = f"raw.{seed['name']}", folder / f"{seed['name']}.parquet"
        if invented.exists():
            con.execute(f"create view {table} as from '{invented}'")
            continue
        columns = ", ".join(f'"{column}" {kind}' for column, kind in seed["config"]["column_types"].items())
        con.execute(f"create table {table} ({columns})")
        if seed["name"] in own:
            read = f"read_csv('{ROOT / seed['original_file_path']}', header = true, all_varchar = true)"
            con.execute(f"insert into {table} by name from {read}")
    return con


def process(script: str, *arguments: str) -> tuple[float, dict]:
    """Run a script in this folder as a process; return seconds and the JSON that it printed."""
    begun = time.perf_counter()
    ended = subprocess.run([sys.executable, Path(__file__).with_name(script), *arguments], check=True, stdout=subprocess.PIPE)
    return time.perf_counter() - begun, json.loads(ended.stdout)


def compare(folder: Path) -> None:
    """Compare every row of the models' results with those of the others, in all columns but notes, numbers to nine decimals.

    Raises:
        AssertionError: Rows, columns or values differ.
    """
    with duckdb.connect() as con:
        for way in ("models", "models_2GB", "lean"):
            con.execute(f"attach '{folder / way}.duckdb' as {way} (read_only)")
        for table, key in RESULTS.items():
            kinds = {name: kind for name, kind, *_ in con.execute(f"describe models.marts.{table}").fetchall()}
            files = [f"'{folder / way}_{table}.parquet'" for way in ("polars", "pandas")]
            for other in (f"models_2GB.marts.{table}", f"lean.marts.{table}", *files):
                columns = {name for name, *_ in con.execute(f"describe from {other}").fetchall()}
                assert columns == set(kinds), f"{other}: {columns ^ set(kinds)}"
                different = {
                    name: f"abs(one.{name} - other.{name}) > 5e-10 or (one.{name} is null) != (other.{name} is null)"
                    if kind in ("DOUBLE", "INTEGER")
                    else f"one.{name} is distinct from other.{name}"
                    for name, kind in kinds.items()
                    if name not in NOTES
                }
                counts = ", ".join(f"count(*) filter ({sql})" for sql in different.values())
                joined = f"models.marts.{table} as one full join {other} as other using ({key})"
                found = con.execute(f"select {counts} from {joined}").fetchall()[0]
                differ = {name: count for name, count in zip(different, found, strict=True) if count}
                assert not differ, f"{other} differs from the models': {differ}"


def bounded(metric: str, column: Callable) -> dict:
    """Compute a metric and its bounds on pandas or polars columns with the project's formula; dividing by zero gives inf or nan."""
    definition = METRICS[metric]
    formula = re.sub(r"nullif\((\w+), 0\)", r"\1", definition["formula"])
    is_change = "pending_previous" in definition["falls_with"]
    computed = {}
    for suffix, other in (("", ""), ("_lower", "_upper"), ("_upper", "_lower")):
        ends = dict.fromkeys(definition["rises_with"], suffix) | dict.fromkeys(definition["falls_with"], other)
        inputs = {name: f"compared_{name}" if is_change and name.startswith("pending") else name for name in ends}
        computed[metric + suffix] = eval(formula, {}, {name: column(inputs[name] + end) for name, end in ends.items()})
    return computed


def dated(metric: str) -> tuple[list[str], list[str], str | None]:
    """Name the columns with the newest and oldest editions of a metric's inputs, and the column with the note on its comparison."""
    inputs = METRICS[metric]["rises_with"] + METRICS[metric]["falls_with"]
    is_change = "pending_previous" in inputs
    if is_change:
        inputs = ["comparison", *(name for name in inputs if not name.startswith("pending"))]
    oldest = [f"{name}{'_from' * (name in [*COUNTS, 'comparison'])}_edition_year" for name in inputs]
    note = ("residual_note" if "applications" in inputs else "comparison_note") if is_change else None
    return [f"{name}_edition_year" for name in inputs], oldest, note


def peak_memory() -> float:
    """Return this process's peak memory in MB, from /proc; getrusage would include its parent's."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) / 1024
