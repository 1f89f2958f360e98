"""What CONTRIBUTING says of extending the project, done in a copy."""

import duckdb

from conftest import run_build

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


def test_adding_a_metric(project_copy):
    """One entry and three columns bring a metric into all three tables; a forgotten column fails the build by name."""
    project = project_copy / "dbt_project.yml"
    project.write_text(project.read_text("utf-8").replace("  metrics:\n", "  metrics:\n" + METRIC), "utf-8")
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
    assert wide and wide == long
    assert described == [("12 * pending / decisions", "It isn't a waiting time.")]
