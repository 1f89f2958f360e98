"""Measure how the cost grows: invented editions of many agencies, from printed text to metrics, in four ways.

    python benchmarks/scale.py generate <folder> <cells>   writes the printed tables as Parquet files
    python benchmarks/scale.py models <folder> [<memory>]  the project's compiled models, in plain DuckDB
    python benchmarks/scale.py lean <folder>               the leanest SQL that we could write for the same result
    python benchmarks/scale.py keys <folder>               the primary keys of what the models wrote

scale_polars.py and scale_pandas.py do the same work. All read the same files and write fct_caseload and fct_metrics.
"""

import json
import re
import sys
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
NODES = ROOT / "target" / "manifest.json"
MEASURES = ROOT / "seeds" / "reference" / "measures.csv"
# each of three editions prints three years of each of the five figures of the 18 procedures
CELLS_OF_AN_AGENCY = 18 * 5 * 3 * 3
# the year of each edition, and how its publication writes numbers
EDITIONS = {2023: "nl", 2021: "nl", 2020: "en"}
# the columns of a printed row, and how many years before that of the edition they are
AGES = {"newest": 0, "year_before": 1, "two_years_before": 2}
HALF_WIDTHS = {"count": 5.0, "share": 0.005, "fte": 0.5, "eur": 50_000.0}
RESULTS = {"fct_caseload": "caseload_key", "fct_metrics": "metric_key"}

SERIES = """
    create table series_printed as
    select
        agency || '_' || product_code || '.' || measure_code as series_code,
        'Dienst ' || right(agency, 6) as chapter_label,
        name_nl as table_label,
        row_label,
        measure_code,
        row_number() over (order by agency, product_code, place) as id
    from agencies, products, (values
        (1, 'applications', 'Aanvragen'), (2, 'decisions', 'Beslissingen'), (3, 'pending', 'In behandeling'),
        (4, 'granted_share', 'Inwilligingen'), (5, 'timely_share', 'Tijdigheid beslissingen')
    ) as measures(place, measure_code, row_label)
    where decided_by is not null and product_code not in (select part_of from products where part_of is not null)
    order by id
"""
# counts in tens and now and then one that is printed exactly, whole percentages, and a dash here and there; hash() is the same in each
# run, and an edition prints of a year what another does
CELL = """
    case
        when hash(id, edition_year - {age}, 1) % 500 = 0 then '-'
        when measure_code like '%share' then (hash(id, edition_year - {age}) % 101) || '%'
        else translate(
            format(
                '{{:,}}',
                10 * greatest((hash(id, edition_year - {age}) % 6000)::integer - 30, 0)
                + if(hash(id, edition_year - {age}, 3) % 1000 = 0, 7, 0)
            ),
            ',',
            if(number_format = 'nl', '.', ',')
        )
    end
"""
# what the generated seeds hold; those that are not named here are empty, but for the measures
SEEDS = {
    "publications": "select 'edition_' || edition_year as publication_code, edition_year, number_format from editions",
    "printed_rows": f"""
        select
            'edition_' || edition_year as publication_code, series_code, chapter_label, table_label, row_label, 'table' as printed_in,
            {", ".join(f"{CELL.format(age=age)} as {column}" for column, age in AGES.items())}
        from editions, series_printed
        order by edition_year desc, id
    """,
    "series": """
        select series_code, null::varchar as name_nl, null::varchar as name_en, null::varchar as note_nl, null::varchar as note_en
        from series_printed
        order by id
    """,
    "products": """
        select agency || '_' || product_code as product_code, row_number() over (order by agency, position::integer)::integer as position,
            agency || '_' || part_of as part_of, product_group, decided_by, name_nl, name_en, short_name_nl, short_name_en,
            null::varchar as note_nl, null::varchar as note_en
        from products, agencies
        where decided_by is not null
        order by position
    """,
    "remarks": """
        select 'edition_2023' as publication_code, series_code, 2023 as reference_year, 'rounded otherwise' as kind, 50.0::double as half_width
        from series_printed
        where measure_code not like '%share' and hash(id, 2) % 1000 = 0
        order by id
    """,
}


def seeds() -> list[dict]:
    """Read from the last build what dbt knows of the seeds."""
    nodes = json.loads(NODES.read_text("utf-8"))["nodes"].values()
    return [node for node in nodes if node["resource_type"] == "seed"]


def generate(folder: Path, cells: int) -> None:
    """Write invented editions, printed as the real ones: agencies, each with the 18 procedures of the IND.

    Args:
        folder: Where the Parquet files go.
        cells: How many printed cells, to the nearest agency (810 cells).
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        for seed in seeds():
            path = str(ROOT / seed["original_file_path"])
            con.execute(f"create table {seed['name']} as from read_csv($path, all_varchar = true)", {"path": path})
        agencies = (
            f"select 'agency_' || lpad(i::varchar, 6, '0') as agency from range({round(cells / CELLS_OF_AN_AGENCY)}) as t(i)"
        )
        con.execute(f"create table agencies as {agencies}")
        con.execute(SERIES)
        con.execute("create table editions (edition_year integer, number_format varchar)")
        con.executemany("insert into editions values (?, ?)", list(EDITIONS.items()))
        for seed, sql in SEEDS.items():
            con.execute(f"copy ({sql}) to '{folder / seed}.parquet'")


def open_warehouse(folder: Path, name: str) -> duckdb.DuckDBPyConnection:
    """Open a new file whose raw schema reads the generated seeds.

    Args:
        folder: Where they are.
        name: Of the file, without its ending.

    Returns:
        A connection that writes into it.
    """
    file = folder / f"{name}.duckdb"
    file.unlink(missing_ok=True)
    con = duckdb.connect()
    # the compiled SQL names its database
    con.execute(f"attach '{file}' as ind_warehouse; use ind_warehouse")
    con.execute(f"set temp_directory = '{folder / 'spill'}'")
    for schema in ("raw", "staging", "intermediate", "marts"):
        con.execute(f"create schema {schema}")
    for seed in seeds():
        generated = folder / f"{seed['name']}.parquet"
        if generated.exists():
            con.execute(f"create view raw.{seed['name']} as from '{generated}'")
        else:
            columns = ", ".join(f'"{column}" {type_}' for column, type_ in seed["config"]["column_types"].items())
            con.execute(f"create table raw.{seed['name']} ({columns})")
    con.execute("insert into raw.measures from read_csv($path, header = true)", {"path": str(MEASURES)})
    return con


def models(folder: Path, memory: str | None = None) -> None:
    """Run the project's own compiled models: its views as views, fct_caseload and fct_metrics as tables without keys.

    Args:
        folder: Where the generated seeds are.
        memory: DuckDB's memory_limit, as in '2GB'; none for its own.
    """
    nodes = json.loads(NODES.read_text("utf-8"))["nodes"]
    created = set()
    with open_warehouse(folder, f"models_{memory}" if memory else "models") as con:
        if memory:
            con.execute(f"set memory_limit = '{memory}'")

        def create(key: str) -> None:
            node = nodes.get(key, {})
            if node.get("resource_type") == "model" and key not in created:
                created.add(key)
                for parent in node["depends_on"]["nodes"]:
                    create(parent)
                kind = node["config"]["materialized"]
                con.execute(f"create {kind} {node['schema']}.{node['name']} as {node['compiled_code']}")

        for table in RESULTS:
            create(f"model.ind_warehouse.{table}")


def keys(folder: Path) -> float:
    """Add the primary keys that the contracts promise to what the models wrote: seconds for both tables."""
    with duckdb.connect(folder / "models.duckdb") as con:
        begun = time.perf_counter()
        for table, key in RESULTS.items():
            con.execute(f"alter table marts.{table} add primary key ({key})")
        return time.perf_counter() - begun


def lean(folder: Path) -> None:
    """Make the same two tables with as little work as we can: the newest edition's text is picked before it is parsed.

    Args:
        folder: Where the generated seeds are.
    """
    figures = {
        "applications": "applications",
        "decisions": "decisions",
        "pending": "pending",
        "outcome_share": "granted_share",
        "timely_share": "timely_share",
    }
    counts = list(figures)[:3]
    of_measure = "filter (where ends_with(series_code, '.{}'))"
    newest = ", ".join(f"arg_max(printed, edition_year) {of_measure.format(name)} as {name}" for name in figures.values())
    otherwise = ", ".join(f"max(half_width) {of_measure.format(name)} as {name}_otherwise" for name in counts)
    parsed = ", ".join(
        f"case when regexp_full_match({name}, '(0|[1-9][0-9]?|100)%') then replace({name}, '%', '')::double / 100 end as {figure}"
        if name.endswith("share")
        else f"case when regexp_full_match({name}, '0|[1-9][0-9]{{0,2}}([.][0-9]{{3}})*') then replace({name}, '.', '')::double end as {name}"
        for figure, name in figures.items()
    )
    bounds = ", ".join(
        f"""
        case when {figure} is not null then greatest(round({figure} - {width}, 10), 0) end as {figure}_lower,
        case when {figure} is not null then least(round({figure} + {width}, 10), {most}) end as {figure}_upper
        """
        for figure in figures
        for width, most in [
            (f"coalesce({figure}_otherwise, if({figure} % 10 = 0, 5, 0))", "1e300") if figure in counts else ("0.005", "1")
        ]
    )
    sums = ", ".join(
        f"case when count({figure}) = 3 then sum({figure}{suffix}) end as {figure}{suffix}"
        for figure in counts
        for suffix in ("", "_lower", "_upper")
    )
    metrics = metric_definitions()
    with open_warehouse(folder, "lean") as con:
        con.execute(f"""
            create temp table wide as
            with cells as (
                select
                    edition_year, series_code, edition_year - age::integer as reference_year,
                    if(number_format = 'en', translate(cell, ',.', '.,'), cell) as printed
                from (
                    select edition_year, number_format, series_code, {", ".join(AGES)}
                    from raw.printed_rows inner join raw.publications using (publication_code)
                )
                unpivot (cell for age in ({", ".join(f"{column} as '{age}'" for column, age in AGES.items())}))
            ),
            printed as (select split_part(series_code, '.', 1) as product_code, reference_year, {newest} from cells group by all),
            remarked as (
                select split_part(series_code, '.', 1) as product_code, reference_year, {otherwise} from raw.remarks group by all
            ),
            parsed as (select product_code, reference_year, {parsed} from printed),
            bounded as (select *, {bounds} from parsed left join remarked using (product_code, reference_year)),
            derived as (
                select part_of as product_code, reference_year, {sums}
                from raw.products inner join bounded using (product_code)
                where part_of is not null
                group by all
            )
            select *, false as is_derived from bounded union all by name select *, true as is_derived from derived
        """)
        con.execute(f"""
            create table marts.fct_caseload as
            select
                product_code || '/' || reference_year as caseload_key, product_code, reference_year,
                make_date(reference_year, 12, 31) as period_end, name_nl, name_en, product_group, decided_by, is_derived,
                applications::integer as applications, decisions::integer as decisions, pending::integer as pending,
                case when not is_derived then 'granted' end as outcome_kind,
                outcome_share, outcome_share_lower, outcome_share_upper, timely_share, timely_share_lower, timely_share_upper,
                {", ".join(bounded(name, metric) for name, metric in metrics.items())},
                null::varchar as note_nl, null::varchar as note_en, null::varchar as break_note_nl, null::varchar as break_note_en
            from (
                select
                    wide.*, previous.pending as pending_previous, previous.pending_lower as pending_previous_lower,
                    previous.pending_upper as pending_previous_upper
                from wide left join wide as previous
                    on wide.product_code = previous.product_code and wide.reference_year = previous.reference_year + 1
            )
            inner join raw.products using (product_code)
        """)
        con.execute(
            "create table marts.fct_metrics as "
            + " union all ".join(
                f"""
                select
                    caseload_key || '/{name}' as metric_key, product_code, reference_year, '{name}' as metric_code,
                    {name} as value, {name}_lower as value_lower, {name}_upper as value_upper, '{metric["unit"]}' as unit, is_derived
                from marts.fct_caseload
                where {name} is not null
                """
                for name, metric in metrics.items()
            )
        )


def peak_memory() -> float:
    """Read from Linux how many megabytes this process held at most; getrusage would count those of its parent, too."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) / 1024


def metric_definitions() -> dict[str, dict]:
    """Read the metrics from dbt_project.yml."""
    import yaml

    return yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"]["metrics"]


def bounded(name: str, metric: dict) -> str:
    """Write a metric and its bounds, as the project's macro does."""
    bounds = {"_lower": metric["formula"], "_upper": metric["formula"]}
    for mine, theirs in (("_lower", "_upper"), ("_upper", "_lower")):
        for inputs, suffix in ((metric["rises_with"], mine), (metric["falls_with"], theirs)):
            for each in inputs:
                bounds[mine] = re.sub(rf"\b{each}\b", each + suffix, bounds[mine])
    rows = [f"round({metric['formula']}, 10) as {name}"]
    rows += [
        f"case when ({metric['formula']}) is not null then round({bound}, 10) end as {name}{end}" for end, bound in bounds.items()
    ]
    return ", ".join(rows)


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    if what == "generate":
        generate(Path(folder), int(float(rest[0])))
    else:
        seconds = {"models": models, "lean": lean, "keys": keys}[what](Path(folder), *rest)
        print(json.dumps({"seconds": seconds, "peak_mb": peak_memory()}))
