"""Extend a copy of the project as CONTRIBUTING describes."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb

from conftest import read_seed, run_build

METRIC = """\
    pending_months:
      name_nl: Voorraad in maanden
      name_en: Months of work pending
      formula: 12 * pending / nullif(decisions, 0)
      rises_with: [pending]
      falls_with: [decisions]
      unit: months
      direction: worse
      description: The stock in months of this year's decisions. Null where one of them is not printed.
      caveat_nl: Het is geen wachttijd.
      caveat_en: It isn't a waiting time.
      source: Derived, 12 x pending / decisions.
"""
COLUMNS = "".join(
    f"      - {{name: pending_months{suffix}, description: A metric of this test., data_type: double}}\n"
    for suffix in ("", "_lower", "_upper")
)
NEXT_COLUMN = "      - {name: note_nl,"
QUESTION = """\
-- Welke procedure heeft de grootste voorraad?
-- Which procedure has the largest stock?
-- In zaken, niet in personen.
-- In cases, not persons.
select product_code, max(pending) as pending
from {{ ref('fct_caseload') }}
where not is_derived
group by product_code
order by pending desc
limit 1
"""
MART = """\
models:
  - name: fct_stocks
    config: {meta: {description_nl: Voorraden.}}
    description: Stocks, one row per figure.
    columns:
      - name: stock_key
        description: Key.
        data_type: varchar
        constraints: [{type: not_null}, {type: primary_key}]
        data_tests: [unique]
      - {name: pending, description: Stock., data_type: double, config: {meta: {unit: count}}}
"""
STOCKS = "select caseload_key as stock_key, pending::double as pending from {{ ref('fct_caseload') }} where pending is not null"
BREAK = '"telephone.calls_handled",2023,"registration","Anders geteld in 2023.","Counted otherwise in 2023.","This test"'


def appended(path: Path, *lines: str) -> None:
    """Add lines to the end of a file."""
    path.write_text("\n".join([path.read_text("utf-8") + lines[0], *lines[1:], ""]), "utf-8")


def test_extension(project_copy):
    """A metric takes an entry and three columns, a question or a mart two files, a series three lines, a break one.

    The base year is one number. A forgotten column is named in the build's error.
    """
    project = project_copy / "dbt_project.yml"
    text = project.read_text("utf-8").replace("  metrics:\n", "  metrics:\n" + METRIC)
    project.write_text(re.sub(r"index_base_year: \d+", "index_base_year: 2022", text), "utf-8")
    analyses, marts = project_copy / "analyses", project_copy / "models" / "marts"
    (analyses / "which_stock_is_largest.sql").write_text(QUESTION, "utf-8")
    appended(analyses / "analyses.yml", "", "  - {name: which_stock_is_largest, description: The largest stock.}")
    seeds = project_copy / "seeds"
    appended(seeds / "reference" / "breaks.csv", BREAK)
    whole = (row for row in read_seed("publications") if row["is_partial"] == "false")
    newest = max(whole, key=lambda row: row["edition_year"])
    code, year = newest["publication_code"], newest["edition_year"]
    appended(seeds / "reference" / "series.csv", '"objections.arrivals",,,,')
    appended(seeds / "printed" / "printed_rows.csv", f'"{code}","objections.arrivals","Proef","Proef","Ingereisd","table","10",,')
    appended(seeds / "printed" / "second_reading.csv", f'"{code}","objections.arrivals",{year},"10","somebody else"')
    (marts / "fct_stocks.yml").write_text(MART, "utf-8")
    (marts / "fct_stocks.sql").write_text(STOCKS, "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 1
    assert "pending_months_upper" in run.stderr and "missing in contract" in run.stderr

    columns = marts / "fct_caseload.yml"
    columns.write_text(columns.read_text("utf-8").replace(NEXT_COLUMN, COLUMNS + NEXT_COLUMN, 1), "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 0, run.stderr
    ask = [sys.executable, "-m", "ind_warehouse", "ask", "which_stock_is_largest"]
    answer = subprocess.run(ask, cwd=project_copy, capture_output=True, text=True, check=True).stdout
    assert "Which procedure has the largest stock?" in answer and "Asylum track 4" in answer
    with duckdb.connect(project_copy / "ind_warehouse.duckdb", read_only=True) as con:
        wide = con.execute(
            "select product_code, reference_year, pending_months, pending_months_lower, pending_months_upper"
            " from marts.fct_caseload where pending_months is not null order by all"
        ).fetchall()
        long = con.execute(
            "select product_code, reference_year, value, value_lower, value_upper from marts.fct_metrics"
            " where metric_code = 'pending_months' and unit = 'months' order by all"
        ).fetchall()
        described = con.execute(
            "select formula, caveat_en, caveat_nl from marts.dim_metrics where metric_code = 'pending_months'"
        ).fetchall()
        bases = con.execute(
            "select distinct reference_year, value, value_lower, value_upper from marts.fct_trends"
            " where trend_code = 'index' and reference_year = compared_with"
        ).fetchall()
        comments = con.execute("select comment from duckdb_tables() where table_name = 'fct_trends'").fetchall()
        units = con.execute("select list(unit) from raw.columns where table_name = 'fct_stocks' and unit is not null").fetchone()
        entered = con.execute(
            "select reference_year, value, confirmed_by from marts.fct_observations where series_code = 'objections.arrivals'"
        ).fetchall()
        noted = con.execute(
            "select break_note_en from marts.fct_trends where trend_key = 'telephone.calls_handled/2023/change'"
        ).fetchone()
    assert bases == [(2022, 100, 100, 100)]
    assert "index is 100 in 2022" in " ".join(comments[0][0].split())
    assert wide and wide == long
    assert described == [("12 * pending / decisions", "It isn't a waiting time.", "Het is geen wachttijd.")]
    assert units == (["count"],)
    assert entered == [(int(year), 10, "second reading by somebody else")]
    assert noted == ("Counted otherwise in 2023.",)
