"""Measure how the cost grows: invented editions of many agencies, from printed text to metrics, in four ways.

python benchmarks/scale.py generate <folder> <cells>     writes the printed tables as Parquet files
python benchmarks/scale.py models <folder> [<memory>]    the project's compiled models in plain DuckDB
python benchmarks/scale.py lean <folder>                 the leanest SQL that we could write for the same result
"""

import json
import sys
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "target" / "manifest.json"
CELLS_OF_AN_AGENCY = 18 * 5 * 9
# the printed file that holds each edition's rows; the other files of the edition stay empty
PRINTED = {
    2023: "jaarcijfers_2023_regulier_verblijf",
    2021: "jaarcijfers_2021_werk_en_studie",
    2020: "jaarcijfers_2020_nieuwsbericht",
}
MEASURES = ROOT / "seeds" / "reference" / "measures.csv"
RESULTS = ("fct_caseload", "fct_metrics")


def generate(folder: Path, cells: int) -> None:
    """Write invented editions, printed as the real ones: agencies, each with the 18 procedures of the IND.

    Each of three editions prints three years of the same series, so that years overlap and the newest edition counts.

    Args:
        folder: Where the Parquet files go, one for each seed that has other rows than the project's.
        cells: How many printed cells, to the nearest agency (810 cells).
    """
    folder.mkdir(parents=True, exist_ok=True)
    nodes = json.loads(MANIFEST.read_text("utf-8"))["nodes"].values()
    with duckdb.connect() as con:
        for node in nodes:
            if node["resource_type"] == "seed":
                con.execute(
                    f"create table {node['name']} as from read_csv($path, all_varchar = true)",
                    {"path": str(ROOT / node["original_file_path"])},
                )
        con.execute(
            f"create table agencies as select 'agency_' || lpad(i::varchar, 6, '0') as agency from range({round(cells / CELLS_OF_AN_AGENCY)}) t(i)"
        )
        con.execute("""
            create table caseload as
            select product_code, name_nl, decided_by from products
            where decided_by is not null and product_code not in (select product_code from derived_products)
        """)
        con.execute("""
            create table printed_measures as
            from (values
                (1, 'applications', 'Aanvragen'), (2, 'decisions', 'Beslissingen'), (3, 'pending', 'In behandeling'),
                (4, 'granted_share', 'Inwilligingen'), (5, 'timely_share', 'Tijdigheid beslissingen')
            ) t(place, measure_code, row_label)
        """)
        con.execute("""
            create table series_printed as
            select
                agency || '_' || product_code || '.' || measure_code as series_code,
                'Dienst ' || right(agency, 6) as chapter_label,
                name_nl as table_label,
                row_label,
                measure_code,
                row_number() over (order by agency, product_code, place) as id
            from agencies, caseload, printed_measures
            order by id
        """)
        share = "(hash(id, {year}) % 101) || '%'"
        tens = "10 * greatest((hash(id, {year}) % 6000)::integer - 30, 0)"
        cell = (
            "case when hash(id, {year}, 1) % 500 = 0 then '-'"
            f" when measure_code like '%share' then {share}"
            f" else replace(format('{{{{:,}}}}', {tens}), ',', '.') end"
        )
        copies = {
            "agencies": None,
        }
        for edition, seed in PRINTED.items():
            columns = ", ".join(f'{cell.format(year=year)} as "{year}"' for year in (edition, edition - 1, edition - 2))
            copies[seed] = (
                f"select chapter_label, table_label, row_label, 'table' as printed_in, {columns} from series_printed order by id"
            )
        copies["printed_labels"] = (
            "select edition_year, chapter_label, table_label, row_label, series_code from series_printed,"
            f" (select unnest({list(PRINTED)})::integer as edition_year) order by edition_year desc, id"
        )
        copies["series"] = (
            "select series_code, case when measure_code like '%share' then 0.005 else 5 end::double as half_width, null::varchar as name_nl,"
            " null::varchar as name_en, null::varchar as note_nl, null::varchar as note_en from series_printed order by id"
        )
        copies["products"] = (
            "select agency || '_' || product_code as product_code, row_number() over (order by agency, position::integer)::integer as position,"
            " product_group, decided_by, name_nl, name_en, short_name_nl, short_name_en, null::varchar as note_nl, null::varchar as note_en"
            " from products, agencies where decided_by is not null order by position"
        )
        copies["derived_products"] = (
            "select agency || '_' || product_code as product_code, agency || '_' || part_code as part_code from derived_products, agencies order by all"
        )
        copies["rounding_exceptions"] = (
            "select 2023 as edition_year, series_code, 2023 as reference_year, 0.0::double as half_width, 'printed exactly' as reason"
            " from series_printed where measure_code not like '%share' and hash(id, 2) % 1000 = 0 order by id"
        )
        del copies["agencies"]
        for name, sql in copies.items():
            con.execute(f"copy ({sql}) to '{folder / name}.parquet'")


def raw_tables(con: duckdb.DuckDBPyConnection, folder: Path, nodes: list[dict]) -> None:
    """Create the raw schema: the generated files, the project's measures, and all else empty."""
    con.execute("create schema raw")
    for node in nodes:
        if node["resource_type"] == "seed":
            file = folder / f"{node['name']}.parquet"
            types = node["config"]["column_types"]
            if file.exists():
                con.execute(f"create view raw.{node['name']} as from '{file}'")
            else:
                columns = ", ".join(f'"{name}" {type_}' for name, type_ in types.items())
                con.execute(f"create table raw.{node['name']} ({columns})")
            if node["name"] == "measures":
                con.execute(
                    "insert into raw.measures from read_csv($path, header = true)",
                    {"path": str(ROOT / node["original_file_path"])},
                )


def models(folder: Path, memory: str | None = None, keys: bool = False) -> None:
    """Run the project's own compiled models: views as in the project, fct_caseload and fct_metrics as tables."""
    nodes = {key: node for key, node in json.loads(MANIFEST.read_text("utf-8"))["nodes"].items()}
    file = folder / "ind_warehouse.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(file) as con:
        if memory:
            con.execute(f"set memory_limit = '{memory}'")
        con.execute(f"set temp_directory = '{folder / 'spill'}'")
        raw_tables(con, folder, list(nodes.values()))
        for schema in ("staging", "intermediate", "marts"):
            con.execute(f"create schema {schema}")
        done = set()

        def create(key: str) -> None:
            node = nodes.get(key)
            if not node or node["resource_type"] != "model" or key in done:
                return
            done.add(key)
            for parent in node["depends_on"]["nodes"]:
                create(parent)
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            begun = time.perf_counter()
            con.execute(f"create {kind} {node['schema']}.{node['name']} as {node['compiled_code']}")
            if kind == "table":
                print(f"{node['name']:<20} {time.perf_counter() - begun:8.2f} s", file=sys.stderr)

        for name in RESULTS:
            create(f"model.ind_warehouse.{name}")


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    begun = time.perf_counter()
    if what == "generate":
        generate(Path(folder), int(float(rest[0])))
    if what == "models":
        models(Path(folder), *rest)
    print(f"{what} {time.perf_counter() - begun:.2f} s")
