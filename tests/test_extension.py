"""What CONTRIBUTING says of extending the project, done in a copy."""

import re
from pathlib import Path

import duckdb

from conftest import run_build
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
    """One entry and three columns bring a metric into all three tables; a forgotten column fails the build by name.

    The year in which an index is 100 is another one in the same build.
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


def appended(path: Path, line: str) -> None:
    """Add a line to the end of a file."""
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")


def write_fingerprints(project: Path, said: str) -> list[str]:
    """Write down the fingerprints that a build has named, and name their seeds."""
    controls = project / "seeds" / "reference" / "control_fingerprints.csv"
    found = re.findall(r"(\w+)[.]csv: its fingerprint is (\w+)", said)
    kept = [line for line in controls.read_text("utf-8").splitlines() if line.split('"')[1] not in dict(found)]
    controls.write_text("\n".join([*kept, *(f'"{name}","{fingerprint}"' for name, fingerprint in found)]) + "\n", "utf-8")
    return sorted(name for name, _ in found)


def test_adding_an_edition(project_copy):
    """An invented edition that revises two figures of the last one: both vintages stay, the newer one counts, and both appear."""
    seeds = project_copy / "seeds"
    edition = seeds / "jaarcijfers_2024"
    edition.mkdir()
    described = (seeds / "jaarcijfers_2020" / "jaarcijfers_2020.yml").read_text("utf-8").replace("nieuwsbericht", "proef")
    for year in ("2020", "2019", "2018"):
        described = described.replace(year, str(int(year) + 4))
    (edition / "jaarcijfers_2024.yml").write_text(described, "utf-8")
    # the edition of 2023 has 23.180 for 2023 and 22.220 for 2022
    (edition / "jaarcijfers_2024_proef.csv").write_text(
        '"chapter_label","table_label","row_label","printed_in","2024","2023","2022"\n'
        '"Proef","Studie","Aanvragen","table","23.000","23.190","22.120"\n',
        "utf-8",
    )
    project = project_copy / "dbt_project.yml"
    project.write_text(project.read_text("utf-8").replace("  editions:\n", '  editions:\n    "2024": [proef]\n'), "utf-8")
    reference = seeds / "reference"
    appended(reference / "editions.csv", '2024,true,"Jaarcijfers 2024","IND","Jaarcijfers 2024","2025-02",')
    appended(reference / "printed_labels.csv", '2024,"Proef","Studie","Aanvragen","students.applications"')
    appended(reference / "control_totals_by_series.csv", f'2024,"students.applications",{3 * 23000 + 2 * 23190 + 22120}')
    for year, total in ((2024, 23000), (2023, 23190), (2022, 22120)):
        appended(reference / "control_totals_by_year.csv", f'2024,"Proef",{year},"count","table",1,0,{total}')
    # the build says which files are new or changed; whoever has read them writes their fingerprints down
    run = run_build(project_copy)
    assert run.returncode == 1 and write_fingerprints(project_copy, run.stderr) == [
        "editions",
        "jaarcijfers_2024_proef",
        "printed_labels",
    ]
    run = run_build(project_copy)
    assert run.returncode == 0, run.stderr
    with duckdb.connect(project_copy / "ind_warehouse.duckdb", read_only=True) as con:
        revisions = con.execute(
            "select revision_key, value_from, value_to, revision, beyond_rounding from marts.fct_revisions"
            " where to_edition = 2024 order by reference_year"
        ).fetchall()
        vintages = con.execute(
            "select edition_year, value, is_current from marts.fct_observations"
            " where series_code = 'students.applications' and reference_year = 2022 order by edition_year"
        ).fetchall()
        applications = con.execute(
            "select reference_year, applications from marts.fct_caseload"
            " where product_code = 'students' and reference_year >= 2022 order by reference_year"
        ).fetchall()
        # questions about the newest year are answered from the newest whole edition
        assert all(con.execute(query(name)).fetchall() for name in QUESTIONS)
    assert revisions == [
        ("students.applications/2022@2023-2024", 22220, 22120, -100, True),
        ("students.applications/2023@2023-2024", 23180, 23190, 10, False),
    ]
    assert vintages == [(2023, 22220, False), (2024, 22120, True)]
    assert applications == [(2022, 22120), (2023, 23190), (2024, 23000)]


def test_identities_must_hold(project_copy):
    """Printed figures that must agree and do not stop the build, though all control totals hold; both are named, with places."""
    published = project_copy / "ind_warehouse.duckdb"
    before = published.read_bytes()
    for path, old, new in (
        ("jaarcijfers_2021/jaarcijfers_2021_nieuwsbericht.csv", '"42.690"', '"42.960"'),
        (
            "reference/control_totals_by_year.csv",
            '2021,"Nieuwsbericht",2021,"count","page",2,0,102370',
            '2021,"Nieuwsbericht",2021,"count","page",2,0,102640',
        ),
        (
            "reference/control_totals_by_series.csv",
            '2021,"family_incl_echr8.applications",128070',
            '2021,"family_incl_echr8.applications",128880',
        ),
    ):
        file = project_copy / "seeds" / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 1
    for text in (
        "family_incl_echr8.applications/2021 is 42960.0",
        "family.applications/2021 + family_reunification_echr8.applications/2021 is 42690.0",
        'jaarcijfers_2021_nieuwsbericht.csv, line 2: Familie & Gezin / Aanvragen / 2021 reads "42.960"',
        """Familie & Gezin' / Aanvragen / 2021 reads "37.790\"""",
        "8 EVRM",
    ):
        assert text in run.stderr
    assert published.read_bytes() == before
