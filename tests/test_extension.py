"""Extend a copy of the project as CONTRIBUTING describes."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from conftest import PINNED, run_build, write_seeds
from ind_warehouse.ask import QUESTIONS, query

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
      caveat: It isn't a waiting time.
      source: Derived, 12 x pending / decisions.
"""
COLUMNS = "".join(
    f"      - name: pending_months{suffix}\n        description: A metric of this test.\n        data_type: double\n"
    for suffix in ("", "_lower", "_upper")
)


def test_adding_a_metric_and_changing_the_base_year(project_copy):
    """One entry and three columns add a metric to all three tables; a forgotten column is named in the build's error.

    The same build changes the base year of the index.
    """
    project = project_copy / "dbt_project.yml"
    text = project.read_text("utf-8").replace("  metrics:\n", "  metrics:\n" + METRIC)
    project.write_text(re.sub(r"index_base_year: \d+", "index_base_year: 2022", text), "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 1
    assert "pending_months_upper" in run.stderr and "missing in contract" in run.stderr

    columns = project_copy / "models" / "marts" / "fct_caseload.yml"
    columns.write_text(
        columns.read_text("utf-8").replace("      - name: note_nl\n", COLUMNS + "      - name: note_nl\n", 1), "utf-8"
    )
    run = run_build(project_copy)
    assert run.returncode == 0, run.stderr
    with duckdb.connect(project_copy / "ind_warehouse.duckdb", read_only=True) as con:
        wide = con.execute(
            "select product_code, reference_year, pending_months, pending_months_lower, pending_months_upper"
            " from marts.fct_caseload where pending_months is not null order by all"
        ).fetchall()
        long = con.execute(
            "select product_code, reference_year, value, value_lower, value_upper from marts.fct_metrics"
            " where metric_code = 'pending_months' and unit = 'months' order by all"
        ).fetchall()
        described = con.execute("select formula, caveat from marts.dim_metrics where metric_code = 'pending_months'").fetchall()
        bases = con.execute(
            "select distinct reference_year, value, value_lower, value_upper from marts.fct_trends"
            " where trend_code = 'index' and reference_year = compared_with"
        ).fetchall()
        comments = con.execute("select comment from duckdb_tables() where table_name = 'fct_trends'").fetchall()
    assert bases == [(2022, 100, 100, 100)]
    assert "index is 100 in 2022" in " ".join(comments[0][0].split())
    assert wide and wide == long
    assert described == [("12 * pending / decisions", "It isn't a waiting time.")]


def appended(path: Path, *lines: str) -> None:
    """Add lines to the end of a file."""
    path.write_text("\n".join([path.read_text("utf-8") + lines[0], *lines[1:], ""]), "utf-8")


def test_adding_an_edition(project_copy):
    """An invented edition of three rows takes eleven lines in three files; new and revised figures need a second reading.

    It revises figures of the pinned edition and restates a stock. Both vintages are kept, the newer one is current, and no change
    mixes the two.
    """
    write_seeds(project_copy, PINNED)
    appended(
        project_copy / "seeds" / "reference" / "publications.csv",
        '"invented_2024",2024,true,"Jaarcijfers 2024","Proef","IND","2025-02",,"nl"',
    )
    printed = project_copy / "seeds" / "printed" / "printed_rows.csv"
    line = printed.read_text("utf-8").count("\n") + 1
    # the 2023 edition has 23.180 and 22.220 applications, and the same decisions
    appended(
        printed,
        '"invented_2024","students.applications","Proef","Studie","Aanvragen","page","23.000","23.190","22.120"',
        '"invented_2024","students.decisions","Proef","Studie","Beslissingen","page","23.500","23.140","22.320"',
        # 190, 140 and 70 in the 2023 edition
        '"invented_2024","students.pending","Proef","Studie","In behandeling","page","1.300","1.190","1.140"',
    )
    run = run_build(project_copy)
    assert run.returncode == 1 and run.stderr.count("it has no second reading") == 7
    for place in (
        f'line {line}: Studie / Aanvragen / 2024 reads "23.000", and it has no',
        f'line {line}: Studie / Aanvragen / 2023 reads "23.190", and it has no',
        f'line {line}: Studie / Aanvragen / 2022 reads "22.120", and it has no',
        f'line {line + 1}: Studie / Beslissingen / 2024 reads "23.500", and it has no',
    ):
        assert f"seeds/printed/printed_rows.csv, {place}" in run.stderr
    appended(
        project_copy / "seeds" / "printed" / "second_reading.csv",
        '"invented_2024","students.applications",2024,"23.000","somebody else"',
        '"invented_2024","students.applications",2023,"23.190","somebody else"',
        '"invented_2024","students.applications",2022,"22.120","somebody else"',
        '"invented_2024","students.decisions",2024,"23.500","somebody else"',
        '"invented_2024","students.pending",2024,"1.300","somebody else"',
        '"invented_2024","students.pending",2023,"1.190","somebody else"',
        '"invented_2024","students.pending",2022,"1.140","somebody else"',
    )
    run = run_build(project_copy)
    assert run.returncode == 0, run.stderr
    revised = [line.strip() for line in run.stdout.splitlines() if line.strip().startswith("Revised")]
    assert revised == [
        "Revised in edition 2024: students.applications of 2022, 22.220 in edition 2023, now 22.120 (-10 steps of rounding)",
        "Revised in edition 2024: students.applications of 2023, 23.180 in edition 2023, now 23.190 (+1 steps of rounding)",
        "Revised in edition 2024: students.pending of 2022, 140 in edition 2023, now 1.140 (+100 steps of rounding)",
        "Revised in edition 2024: students.pending of 2023, 190 in edition 2023, now 1.190 (+100 steps of rounding)",
    ]
    with duckdb.connect(project_copy / "ind_warehouse.duckdb", read_only=True) as con:
        revisions = con.execute(
            "select revision_key, value_from, value_to, revision, beyond_rounding from marts.fct_revisions"
            " where to_edition = 2024 and series_code = 'students.applications' order by reference_year"
        ).fetchall()
        vintages = con.execute(
            "select edition_year, value, is_current from marts.fct_observations"
            " where series_code = 'students.applications' and reference_year = 2022 order by edition_year"
        ).fetchall()
        applications = con.execute(
            "select reference_year, applications from marts.fct_caseload"
            " where product_code = 'students' and reference_year >= 2022 order by reference_year"
        ).fetchall()
        stocks = con.execute(
            "select reference_year, pending, backlog_change, comparison_edition_year, comparison_note_en from marts.fct_caseload"
            " where product_code = 'students' and pending is not null order by reference_year"
        ).fetchall()
        moved = con.execute(
            "select trend_code, reference_year, value, edition_year from marts.fct_trends where series_code = 'students.pending'"
            " and trend_code != 'growth' and reference_year >= 2022 order by trend_code, reference_year"
        ).fetchall()
        residual = con.execute(
            "select value, edition_year, from_edition_year, note_en from marts.fct_metrics"
            " where metric_key = 'students/2022/stock_flow_residual'"
        ).fetchall()
        reconciled = con.execute(
            "select residual, found, edition_year, note_en from marts.fct_reconciliation"
            " where check_key = 'stock_flow/students/2022'"
        ).fetchall()
        # questions about the newest year use the newest whole edition
        assert all(con.execute(query(name)).fetchall() for name in QUESTIONS)
    assert revisions == [
        ("students.applications/2022@2023-2024", 22220, 22120, -100, True),
        ("students.applications/2023@2023-2024", 23180, 23190, 10, False),
    ]
    assert vintages == [(2023, 22220, False), (2024, 22120, True)]
    assert applications == [(2022, 22120), (2023, 23190), (2024, 23000)]
    restated = "2022: edition 2024 prints 1.140; this comparison uses edition 2023."
    # 140 - 70, both from the 2023 edition, and not 1.140 - 70
    assert stocks == [
        (2021, 70, None, None, None),
        (2022, 1140, 70, 2023, restated),
        (2023, 1190, 50, 2024, None),
        (2024, 1300, 110, 2024, None),
    ]
    # there is no index for 2024: no edition prints both 2024 and 2021, and the stock was restated in between
    assert moved == [
        ("change", 2022, 70, 2023),
        ("change", 2023, 50, 2024),
        ("change", 2024, 110, 2024),
        ("index", 2022, 200, 2023),
        ("index", 2023, pytest.approx(100 * 190 / 70), 2023),
    ]
    both = f"{restated} The flows of 2022 were restated in edition 2024; the stocks are from edition 2023."
    assert residual == [(140 - 70 - (22120 - 22320), 2024, 2023, both)]
    assert reconciled == [(270, 140, 2024, both)]


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
        data_tests: [unique, not_null]
      - {name: pending, description: Stock., data_type: double, config: {meta: {unit: count}}}
"""


def test_adding_a_question_a_break_and_a_mart(project_copy):
    """A question takes two files, a break one line, a mart two files."""
    (project_copy / "analyses" / "which_stock_is_largest.sql").write_text(QUESTION, "utf-8")
    appended(
        project_copy / "analyses" / "analyses.yml", "", "  - {name: which_stock_is_largest, description: The largest stock.}"
    )
    appended(
        project_copy / "seeds" / "reference" / "breaks.csv",
        '"telephone.calls_handled",2023,"registration","Anders geteld in 2023.","Counted otherwise in 2023.","This test"',
    )
    marts = project_copy / "models" / "marts"
    (marts / "fct_stocks.yml").write_text(MART, "utf-8")
    select = (
        "select caseload_key as stock_key, pending::double as pending from {{ ref('fct_caseload') }} where pending is not null"
    )
    (marts / "fct_stocks.sql").write_text(select, "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 0, run.stderr
    ask = [sys.executable, "-m", "ind_warehouse", "ask", "which_stock_is_largest"]
    answer = subprocess.run(ask, cwd=project_copy, capture_output=True, text=True, check=True).stdout
    assert "Which procedure has the largest stock?" in answer and "asylum_track_4" in answer
    with duckdb.connect(project_copy / "ind_warehouse.duckdb", read_only=True) as con:
        (units,) = con.execute(
            "select list(unit) from raw.columns where table_name = 'fct_stocks' and unit is not null"
        ).fetchone()
        noted = con.execute(
            "select break_note_en from marts.fct_trends where trend_key = 'telephone.calls_handled/2023/change'"
        ).fetchone()
    assert units == ["count"]
    assert noted == ("Counted otherwise in 2023.",)


def test_identities_must_hold(project_copy):
    """Figures that must agree but do not stop the build, even if both readings are equal; the message names their lines."""
    published = project_copy / "ind_warehouse.duckdb"
    before = published.read_bytes()
    for name in ("printed_rows", "second_reading"):
        file = project_copy / "seeds" / "printed" / f"{name}.csv"
        text = file.read_text("utf-8")
        assert text.count('"42.690"') == 1
        file.write_text(text.replace('"42.690"', '"42.960"'), "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 1
    for text in (
        "family_incl_echr8.applications/2021 is 42960.0",
        "family.applications/2021 + family_reunification_echr8.applications/2021 is 42690.0",
        """Familie & Gezin / Aanvragen / 2021 reads "42.960\"""",
        """Familie & Gezin' / Aanvragen / 2021 reads "37.790\"""",
        "8 EVRM",
    ):
        assert text in run.stderr
    assert published.read_bytes() == before
