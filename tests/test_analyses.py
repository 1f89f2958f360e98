"""The DuckDB command line answers each question in analyses/ with the figures computed by hand."""

import csv
import io
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from conftest import ROOT
from ind_warehouse.ask import QUESTIONS, TEXTS, answer, ask, header, query

DUCKDB = Path(sys.executable).parent / "duckdb"
LATE = "how_many_decisions_were_late"
MOST = "which_procedures_are_late_most"
BEHIND = "where_were_decisions_behind"
OTHERS = "does_the_ind_differ_from_others"
# computed by hand from the publications pinned in conftest, independently of this project: row, column, figure
BY_HAND = [
    ("where_did_the_backlog_grow", "asylum_track_4", {"change": 14350, "at_least": 14340, "at_most": 14360}),
    ("where_did_the_backlog_grow", "asylum_family_reunification", {"change": 9130, "at_least": 9120, "at_most": 9140}),
    ("where_did_the_backlog_grow", "objections", {"change": 6960, "at_least": 6950, "at_most": 6970}),
    ("where_did_the_backlog_grow", "family_reunification_echr8", {"change": 5820, "at_least": 5810, "at_most": 5830}),
    ("where_did_the_backlog_grow", "all others together", {"stocks": 11, "change": -18970}),
    (BEHIND, "family_reunification_echr8", {"ratio": 0.381, "certainty": "certain", "size": "large"}),
    (BEHIND, "asylum_family_reunification", {"ratio": 0.590}),
    (BEHIND, "asylum_track_4", {"ratio": 0.676}),
    (BEHIND, "objections", {"ratio": 0.737}),
    (BEHIND, "asylum_track_1", {"ratio": 0.846, "at_least": 0.845, "at_most": 0.847}),
    (BEHIND, "students", {"ratio": 0.998, "at_least": 0.998, "at_most": 0.999}),
    (BEHIND, "students", {"cases": 40, "certainty": "certain", "size": "small"}),
    (LATE, "2023", {"procedures": 13, "decisions": 364330, "late": 54808, "at_least": 53084, "at_most": 56648}),
    (LATE, "2023", {"share": 0.150, "share_from": 0.145, "share_to": 0.156}),
    (LATE, "2022", {"late": 48666, "at_least": 46957, "at_most": 50377}),
    (LATE, "2021", {"late": 34826, "at_least": 33157, "at_most": 36495}),
    (MOST, "objections", {"late": 14645, "at_least": 14541, "at_most": 14748}),
    (MOST, "asylum_family_reunification", {"late": 11147, "at_least": 11076, "at_most": 11218}),
    (MOST, "asylum_track_4", {"late": 9684.5, "at_least": 9544, "at_most": 9825}),
    (MOST, "family", {"late": 7319, "at_least": 7102, "at_most": 7535}),
    (MOST, "the first four together", {"late": 42794, "share": 0.781, "low": 0.760, "high": 0.801, "of_all": 0.285}),
    (MOST, "all asylum procedures", {"late": 24145, "at_least": 23905, "at_most": 24384}),
    (MOST, "backlog grew by 1,000+", {"share": 0.707, "low": 0.686, "high": 0.727, "of_all": 0.177}),
    ("did_asylum_decisions_get_faster", "2022", {"in_time": 0.40, "calculated_days": 478.1, "law_of": "2022"}),
    ("did_asylum_decisions_get_faster", "2023", {"in_time": 0.65, "at_least": 0.645, "at_most": 0.655}),
    ("did_asylum_decisions_get_faster", "2023", {"calculated_days": 602.0, "days_from": 601.8, "days_to": 602.3}),
    ("did_asylum_decisions_get_faster", "2021", {"in_time": 0.44, "law_of": "NULL"}),
    ("how_many_months_are_pending", "family_reunification_echr8", {"months": 45.2, "at_least": 45.1, "at_most": 45.3}),
    ("how_many_months_are_pending", "asylum_family_reunification", {"months": 24.5}),
    ("how_many_months_are_pending", "asylum_track_4", {"months": 19.8}),
    ("how_many_months_are_pending", "asylum_tracks", {"months": 17.1}),
    ("how_many_months_are_pending", "objections", {"months": 13.3}),
    ("what_part_of_the_asylum_stock_is_track_4", "tracks 1, 2 and 4", {"share": 0.915, "track_4": 45640, "whole": 49860}),
    ("what_part_of_the_asylum_stock_is_track_4", "with both family reunifications", {"share": 0.505}),
    ("do_stock_and_flows_agree", "asylum_tracks", {"residual": -180, "tolerance": 60, "size": "small"}),
    ("do_stock_and_flows_agree", "asylum_track_1", {"residual": -1380, "size": "large", "verdict": "unexplained"}),
    ("do_stock_and_flows_agree", "asylum_track_4", {"residual": 1100, "tolerance": 20}),
    ("how_many_asylum_applications_were_granted", "2022", {"granted": 18634, "at_least": 18510, "at_most": 18758}),
    ("how_many_asylum_applications_were_granted", "2023", {"granted": 17155, "at_least": 17013, "at_most": 17297}),
    ("how_many_asylum_applications_were_granted", "2023", {"growth_from": -0.0930, "growth_to": -0.0655}),
    ("how_often_is_an_objection_well_founded", "2023", {"well_founded": 6729, "at_least": 6627, "at_most": 6830}),
    ("how_often_is_an_objection_well_founded", "2021", {"well_founded": 3903, "at_least": 3834, "at_most": 3973}),
    ("how_many_permits_were_withdrawn", "2023", {"withdrawn": 12941, "at_least": 12670, "at_most": 13212}),
    ("how_many_permits_were_withdrawn", "2022", {"withdrawn": 10382, "at_least": 10187, "at_most": 10576}),
    ("how_many_permits_were_withdrawn", "2023", {"change": 2559, "change_from": 2094, "change_to": 3024}),
    ("did_court_cases_double", "2023", {"growth_received": 0.643, "at_least": 0.6425, "at_most": 0.6433}),
    ("did_court_cases_double", "2023", {"handled_per_received": 0.855}),
    ("did_staff_keep_pace", "staff, FTE", {"growth": 0.120, "at_least": 0.1196, "at_most": 0.12}),
    ("did_staff_keep_pace", "external share of staff", {"this_year": 0.161}),
    ("did_staff_keep_pace", "decisions", {"growth": 0.117, "at_least": 0.116, "at_most": 0.117}),
    ("did_staff_keep_pace", "of which on applications", {"this_year": 350690, "growth": 0.079}),
    ("is_naturalisation_falling", "2019", {"applications": 44400}),
    ("is_naturalisation_falling", "2023", {"applications": 43930, "first_year": 2019, "growth": -0.011}),
    ("is_naturalisation_falling", "2023", {"since_base_year": -0.264}),
    ("is_naturalisation_falling", "2023", {"pending": 17460, "at_least": -0.011, "at_most": -0.010}),
    ("is_naturalisation_falling", "2021", {"pending": 33580}),
    (OTHERS, "cbs/first_asylum_applications.applications", {"year": 2021, "ind": 24690, "off_by": -50, "margin": 7.5}),
    (OTHERS, "aida/asylum_tracks.pending", {"year": 2023, "off_by": 0, "margin": 20, "differ": 0}),
    ("what_changed_between_editions", "2020 - 2021", {"printed_twice": 4, "revised": 0, "may_be_rounding": 0}),
    ("what_changed_between_editions", "2021 - 2023", {"printed_twice": 10, "revised": 0, "may_be_rounding": 0}),
    ("what_changed_between_editions", "2021 - 2023", {"stocks": 0, "asylum_tracks": 0}),
    (
        "which_nationalities_lead",
        "asylum_track_2",
        {"first_place": "Syrian", "second_place": "Moroccan", "third_place": "Tunisian"},
    ),
    ("which_nationalities_lead", "naturalisation", {"third_place": "Indian", "ranked_by": "not printed"}),
    ("how_far_back_do_figures_reach", "family_incl_echr8", {"since": 2019, "latest": 2021, "last_in": "page"}),
    ("how_far_back_do_figures_reach", "naturalisation", {"since": 2019, "latest": 2023, "last_in": "whole"}),
]
# the same for other publishers: the check, the IND's difference, the margin of rounding, and the verdict
OFF_BY = {
    "external_cbs/first_asylum_applications.applications/2021": (-50, 7.5, "differs"),
    "external_cbs/first_asylum_applications.applications/2022": (5, 7.5, "within_rounding"),
    "external_cbs/first_asylum_applications.applications/2023": (5, 7.5, "within_rounding"),
    "external_cbs/asylum_family_reunification.arrivals/2021": (0, 7.5, "holds"),
    "external_cbs/asylum_family_reunification.arrivals/2022": (0, 15, "holds"),
    "external_cbs/asylum_family_reunification.arrivals/2023": (5, 7.5, "within_rounding"),
    "external_ind/first_asylum_applications.applications/2021": (4, 5, "within_rounding"),
    "external_aida/first_asylum_applications.applications/2022": (5, 5, "within_rounding"),
    "external_aida/first_asylum_applications.applications/2023": (3, 5, "within_rounding"),
    "external_aida/asylum_tracks.pending/2023": (0, 20, "holds"),
    "external_ind/notices_of_default.received/2023": (0, 10, "holds"),
    "external_ind/service_desks.ukraine_stickers/2022": (0, 100, "holds"),
    "external_unhcr/first_asylum_applications.applications/2021": (41, 129, "within_rounding"),
    "external_unhcr/first_asylum_applications.applications/2022": (64, 183, "within_rounding"),
    "external_unhcr/first_asylum_applications.applications/2023": (82, 197, "within_rounding"),
}


@cache
def answered(name: str, mode: str, file: Path) -> str:
    """Answer a question with the DuckDB command line."""
    command = [DUCKDB, "-readonly", f"-{mode}", file]
    return subprocess.run(command, input=query(name), capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", QUESTIONS)
def test_question(name):
    """It starts with question and caveat in both languages, and its answer fits in a terminal."""
    for language in ("nl", "en"):
        question, caveat = header(QUESTIONS[name], language)
        assert question.endswith("?") and caveat.endswith(".")
    lines = answered(name, "box", ROOT / "ind_warehouse.duckdb").splitlines()
    assert 5 < len(lines) <= 24
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(("name", "row", "figures"), BY_HAND)
def test_by_hand(pinned_file, name, row, figures):
    """The answer matches the figures computed by hand, to their last digit."""
    rows = list(csv.DictReader(io.StringIO(answered(name, "csv", pinned_file))))
    (found,) = (found for found in rows if row in list(found.values())[:2])
    for column, figure in figures.items():
        if isinstance(figure, str):
            assert found[column] == figure, (column, found)
        else:
            last_digit = 0.5 if figure == int(figure) or figure > 1000 else 0.05 if figure > 1 else 0.0005
            assert abs(float(found[column]) - figure) <= last_digit + 1e-9, (column, found)


def test_what_others_publish_by_hand(by_hand):
    """Every year matches; the question shows only the year with the largest difference."""
    sql = "select check_key, residual, tolerance, verdict from marts.fct_reconciliation where register is not null"
    found = {key: numbers for key, *numbers in by_hand.execute(sql).fetchall()}
    assert {key: tuple(found[key]) for key in OFF_BY} == OFF_BY


def test_who_is_behind(pinned_file):
    """Only the IND's procedures with fewer decisions than applications are listed, without court cases and the Caribbean unit."""
    rows = csv.DictReader(io.StringIO(answered(BEHIND, "csv", pinned_file)))
    expected = [row for name, row, figures in BY_HAND if name == BEHIND and "ratio" in figures]
    assert [row["product_code"] for row in rows] == expected


# by hand from the same publications: what is said first, in English and Dutch
SAID = {
    "where_did_the_backlog_grow": (
        "In 2023, pending cases grew most in Asylum track 4: +14,350, to 45,640.",
        "In 2023 groeide de voorraad het meest bij Asiel spoor 4: +14.350, tot 45.640 zaken.",
    ),
    MOST: (
        "Where timeliness is printed, Objections had the most late decisions in 2023: 14,645, 26.7% (25.7%\N{EN DASH}27.7%)"
        " of the late ones.",
        "Waar de tijdigheid is gepubliceerd, vielen in 2023 de meeste te late beslissingen bij Bezwaar: 14.645, 26,7%"
        " (25,7%\N{EN DASH}27,7%) van alle te late.",
    ),
    "how_many_permits_were_withdrawn": (
        "In 2023, the IND withdrew 12,941 (12,670\N{EN DASH}13,212) rights to stay, in 24% (23.5%\N{EN DASH}24.5%) of 53,920"
        " reviews; their number changed by +2,559 (2,094\N{EN DASH}3,024).",
        "In 2023 trok de IND 12.941 (12.670\N{EN DASH}13.212) verblijfsrechten in, bij 24% (23,5%\N{EN DASH}24,5%) van de 53.920"
        " toetsingen; hun aantal veranderde met +2.559 (2.094\N{EN DASH}3.024).",
    ),
}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_sentence(by_hand, name, language):
    """Each question has a first sentence, with the figures computed by hand and their margins."""
    sentence, _ = answer(by_hand.cursor(), name, language)
    assert re.search("[0-9]", sentence) and not re.search("[{}_]|None", sentence)
    assert sentence == SAID.get(name, (sentence, sentence))[language == "nl"]


def test_most_needs_bounds(pinned_file, tmp_path):
    """Where the bounds of two procedures overlap, no sentence calls one of them the first."""
    with duckdb.connect(shutil.copy(pinned_file, tmp_path)) as con:
        con.execute("update marts.fct_caseload set late_decisions_upper = 14600 where caseload_key = 'extensions/2023'")
        assert answer(con, MOST, "en")[0] == ""


@pytest.mark.parametrize(("language", "width"), [("en", 120), ("nl", 80)])
@pytest.mark.parametrize("name", QUESTIONS)
def test_ask(published, monkeypatch, name, language, width):
    """An answer fits the terminal with every column, row and digit, in one language, and shows names and dashes."""
    monkeypatch.setenv("LANG", f"{language}_NL.UTF-8")
    monkeypatch.setenv("COLUMNS", str(width))
    output = CliRunner().invoke(ask, [name]).output
    question, caveat = header(QUESTIONS[name], language)
    assert " ".join(output.split()).startswith(question) and caveat in " ".join(output.split())
    assert max(len(line.rstrip()) for line in output.splitlines()) <= width
    assert not re.search("NULL|None|…|[.][.][.]", output)
    codes = {code for (code,) in published.execute("select product_code from marts.dim_products").fetchall() if "_" in code}
    assert not codes & set(re.findall(r"\w+", output))
    (table,) = re.findall("\n\n(.*?)\n\n", output, re.DOTALL)
    asked = published.execute(query(name))
    raw = [dict(zip([column[0] for column in asked.description], row, strict=True)) for row in asked.fetchall()]
    _, shown = answer(published.cursor(), name, language)
    assert len(shown.columns) == len(raw[0].keys() - {"unit"}) and shown.row_count == len(raw)
    # every figure is whole, in its row
    figures = [list(column.cells) for column in shown.columns if column.justify == "right"]
    lines = [re.findall("[+-]?[0-9][0-9.,]*%?|\N{EN DASH}", line) for line in table.splitlines()]
    assert [row for row in zip(*figures, strict=True) if not any(set(row) <= set(line) for line in lines)] == []


@pytest.mark.parametrize(
    ("unit", "value", "english", "dutch"),
    [("share", 0.267, "26.7%", "26,7%"), ("ratio", 0.6429, "64.29%", "64,29%"), ("count", 14350, "14,350", "14.350")],
)
def test_units_in_a_table(published, monkeypatch, unit, value, english, dutch):
    """Figures are written as people write them."""
    con = published.cursor()
    monkeypatch.setattr("ind_warehouse.ask.query", lambda _: f"select {value} as figure, '{unit}' as unit, 1 as this_year")
    monkeypatch.setattr(
        "ind_warehouse.ask.yaml.load", lambda *_: {"answers": {}, "values": {}, "columns": {"figure": {"unit": unit}}}
    )
    for language, text in (("en", english), ("nl", dutch)):
        assert list(answer(con, "x", language)[1].columns[0].cells) == [text]


def test_find_a_question(published, monkeypatch):
    """Words or their synonyms find questions, one alone is answered, and an unknown word gets a message."""
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    listed = CliRunner().invoke(ask).output
    assert all(f"{name}\n    {header(path, 'nl')[0]}\n" in listed for name, path in QUESTIONS.items())
    about_asylum = re.findall("^[a-z_0-9]+$", CliRunner().invoke(ask, ["asylum"]).output, re.MULTILINE)
    assert set(about_asylum) == {
        "did_asylum_decisions_get_faster",
        "how_many_asylum_applications_were_granted",
        "what_part_of_the_asylum_stock_is_track_4",
    }
    # a word, not a part of one
    assert "did_asylum_decisions_get_faster" not in CliRunner().invoke(ask, ["late"]).output
    passports = CliRunner().invoke(ask, ["Nederlanderschap"]).output
    assert passports == CliRunner().invoke(ask, ["is_naturalisation_falling"]).output
    answered = CliRunner().invoke(ask, ["BEZWAAR", "gegrond"]).output
    assert answered == CliRunner().invoke(ask, ["how_often_is_an_objection_well_founded"]).output
    shown = CliRunner().invoke(ask, ["bezwaar", "gegrond", "--sql"]).output
    assert shown == f"{answered}\n{query('how_often_is_an_objection_well_founded')};\n"
    unknown = CliRunner().invoke(ask, ["why", "not"])
    assert unknown.exit_code == 1 and unknown.output.startswith('Error: No question is about "why not". make ask lists them;')


def test_texts_are_used(published):
    """Each column and value that ask.yaml names stands in an answer, and each question has its sentence in both languages."""
    texts = yaml.safe_load(TEXTS.read_text("utf-8"))
    used, written = set(), "".join(path.read_text("utf-8") for path in ROOT.glob("models/marts/*.sql"))
    for name in QUESTIONS:
        found = published.execute(query(name))
        used |= {column[0] for column in found.description} - {"unit"}
        written += f" {query(name)} {found.fetchall()}"
        fields = {language: set(re.findall(r"{(\w+)}", texts["answers"][name][language])) for language in ("nl", "en")}
        assert fields["nl"] == fields["en"] and fields["en"], name
    assert used == texts["columns"].keys()
    assert texts["answers"].keys() == QUESTIONS.keys()
    assert [value for value in texts["values"] if value not in written and value.upper() not in written] == []


def test_later_editions_are_mentioned(pinned_file, monkeypatch, tmp_path):
    """An answer names the newest whole edition only if there are pages about later ones."""
    file = shutil.copy(pinned_file, tmp_path)
    monkeypatch.setattr("ind_warehouse.ask.PUBLISHED", Path(file))
    monkeypatch.setenv("LANG", "C")
    whole = CliRunner().invoke(ask, [LATE]).output
    assert "Newest whole edition" not in whole
    with duckdb.connect(file) as con:
        later = "edition_key || year as edition_key, edition_year + year as edition_year, not is_newest_whole as is_newest_whole"
        con.execute(
            f"insert into marts.dim_editions select * exclude (year) replace ({later})"
            " from marts.dim_editions, (values (1), (3)) as pages (year) where is_newest_whole"
        )
    output = CliRunner().invoke(ask, [LATE]).output
    assert output.startswith(whole)
    assert " ".join(output.removeprefix(whole).split()) == (
        "Newest whole edition: Jaarcijfers 2023. For later ones (2024, 2026) there are only single figures:"
        " make ask Q=how_far_back_do_figures_reach."
    )
