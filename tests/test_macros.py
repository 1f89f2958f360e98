"""Displayed bounds exclude no possible value, and macros handle any argument and read only their own file."""

import re
import shutil
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import duckdb
import pytest

from conftest import ROOT, add_macros
from ind_warehouse.ask import QUESTIONS, query

# replace the rounding macros, to get exact figures
EXACT = """
    create temp macro rounded(figure, unit) as figure;
    create temp macro at_least(bound, unit) as bound;
    create temp macro at_most(bound, unit) as bound;
    create temp macro round(figure, digits := 0) as figure;
"""
LOWER, UPPER = r"at_least|low|\w+_from|\w+_lower", r"at_most|high|\w+_to|\w+_upper|tolerance"
UNITS = {"count": 0, "fte": 0, "eur": 0, "days": 1, "months": 1, "index": 2, "share": 3, "ratio": 4}


@pytest.fixture(scope="module")
def exact(published):
    """A connection that does not round."""
    con = published.cursor()
    con.execute(EXACT)
    return con


def digits(shown: list[str]) -> int:
    """Count the decimals of numbers in the same format."""
    return max(len(text.removesuffix(".0").partition(".")[2]) for text in shown)


def columns(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list]:
    """Return the numeric columns of an answer."""
    cursor = con.execute(sql)
    names = [name for name, *_ in cursor.description]
    answer = dict(zip(names, zip(*cursor.fetchall(), strict=True), strict=True))
    return {name: values for name, values in answer.items() if any(isinstance(value, int | float) for value in values)}


@pytest.mark.parametrize("name", [*QUESTIONS, "metric"])
def test_bounds_leave_nothing_out(published, exact, name):
    """Every displayed bound is rounded outward, by less than one unit of its last digit."""
    metrics = published.execute("select distinct metric_code, reference_year from marts.fct_metrics").fetchall()
    asked = [query(name)] if name in QUESTIONS else [f"from metric('{code}', of_year := {year})" for code, year in metrics]
    for sql in asked:
        found, truth = columns(published, sql), columns(exact, sql.replace("::integer", "::double"))
        for column, values in found.items():
            digit = 10.0 ** -digits([str(value) for value in values])
            for shown, meant in zip(values, truth[column], strict=True):
                if meant is None:
                    assert shown is None
                    continue
                off = shown - meant
                if re.fullmatch(LOWER, column):
                    assert -digit < off <= 1e-10, (column, shown, meant)
                elif re.fullmatch(UPPER, column):
                    assert -1e-10 <= off < digit, (column, shown, meant)
                else:
                    assert abs(off) <= digit / 2 + 1e-10, (column, shown, meant)


@pytest.mark.parametrize("name", QUESTIONS)
def test_bounds_are_called_so(published, name):
    """The columns that an analysis rounds down or up have names that the test above recognises."""
    names = [name for name, *_ in published.execute(query(name)).description]
    for macro, pattern in (("at_least", LOWER), ("at_most", UPPER)):
        assert query(name).count(f"{macro}(") == sum(bool(re.fullmatch(pattern, name)) for name in names)


@pytest.mark.parametrize(("unit", "decimals"), UNITS.items())
def test_shown(published, unit, decimals):
    """Figures are rounded exactly, despite binary floating point; halves round away from zero."""
    step = Decimal(1).scaleb(-decimals)
    exact = [count * step / 4 for count in range(-4000, 4001)]
    found = published.execute(
        "select rounded(x, $unit), at_least(x, $unit), at_most(x, $unit) from unnest($figures) as figures (x)",
        {"unit": unit, "figures": [float(figure) for figure in exact]},
    ).fetchall()
    ways = (ROUND_HALF_UP, ROUND_FLOOR, ROUND_CEILING)
    assert found == [tuple(float(figure.quantize(step, way)) for way in ways) for figure in exact]
    assert "-0.0" not in {str(figure) for row in found for figure in row}


def written(figure: Decimal, unit: str, language: str) -> str:
    """Format a figure that is already rounded."""
    percent = unit in ("share", "ratio")
    text = f"{figure * 100 if percent else figure:,.{UNITS[unit] - 2 * percent}f}"
    if percent:
        text = re.sub(r"[.]?0+$", "", text) if "." in text else text
    text = text.translate(str.maketrans(",.", ".,")) if language == "nl" else text
    return {"eur": {"nl": "€ ", "en": "€"}[language]}.get(unit, "") + text + "%" * percent


@pytest.mark.parametrize(("language", "to"), [("nl", "tot"), ("en", "to")])
def test_every_figure_as_text(published, language, to):
    """Each figure is formatted correctly, with a range if half of the range is more than 1% of the figure."""
    rows = published.execute(
        f"""
        select texts.figure_key, texts.shown_{language}, figures.value, figures.value_lower, figures.value_upper, figures.unit
        from marts.rpt_figures as texts
        inner join (
            select series_code || '/' || reference_year as key, * from marts.fct_observations where is_current
            union all by name
            select metric_key as key, * from marts.fct_metrics
        ) as figures on texts.figure_key = figures.key
        """
    ).fetchall()
    every = "select count(*) filter (where is_current) + (select count(*) from marts.fct_metrics) from marts.fct_observations"
    assert len(rows) == published.execute(every).fetchone()[0] == len(published.execute("from figures(true)").fetchall())
    for key, shown, *figures, unit in rows:
        value, lower, upper = (None if figure is None else Decimal(repr(figure)) for figure in figures)
        step = Decimal(1).scaleb(-UNITS[unit])

        def text(figure: Decimal, way: str, unit: str = unit, step: Decimal = step) -> str:
            return written(figure.quantize(step, way), unit, language)

        if value is None:
            expected = "-"
        elif unit == "share" and value == 0 < upper:
            expected = "<" + text(upper, ROUND_CEILING)
        elif unit == "share" and value == 1 > lower:
            expected = ">" + text(lower, ROUND_FLOOR)
        else:
            expected = text(value, ROUND_HALF_UP)
            if upper is None or (upper - lower) / 2 > abs(value) / 100:
                low, high = text(lower, ROUND_FLOOR), text(upper, ROUND_CEILING)
                expected += f" ({low} {to} {high})" if lower < 0 else f" ({low}\u2013{high})"
        assert shown == expected, key


def test_what_to_know_of_a_derived_figure(published):
    """Its notes have the caveat of its metric, in both languages, and its name has the outcome that it counts."""
    silent = published.execute("""
        select figure_key from marts.rpt_figures inner join marts.dim_metrics using (metric_code)
        where not (contains(note_nl, caveat_nl) and contains(note_en, caveat_en)) or caveat_nl = caveat_en
    """).fetchall()
    assert silent == []
    named = published.execute("""
        select outcome_kind, list(distinct measure_nl), list(distinct measure_en)
        from marts.rpt_figures inner join marts.fct_caseload using (product_code, reference_year)
        where metric_code = 'outcome_decisions'
        group by outcome_kind order by outcome_kind
    """).fetchall()
    assert named == [
        (kind, [f"Beslissingen met deze uitkomst: {dutch}"], [f"Decisions with this outcome: {english}"])
        for kind, dutch, english in (
            ("granted", "inwilligingen", "approved"),
            ("objection_well_founded", "gegrondverklaringen", "objection well-founded"),
            ("permit_withdrawn", "intrekkingen", "right to stay withdrawn"),
        )
    ]


def test_what_is_counted_in_others(by_hand):
    """figures() leaves out sums, and figures that a check compares with a sum."""
    left_out = by_hand.execute(
        "select distinct product_code, if(product_code = 'workforce', measure_code, '') from figures(true) except all"
        " select distinct product_code, if(product_code = 'workforce', measure_code, '') from figures()"
    ).fetchall()
    assert sorted(left_out) == [
        ("asylum_tracks", ""),
        ("family_incl_echr8", ""),
        ("first_asylum_applications", ""),
        ("workforce", "total_staff"),
    ]
    asked = "select sum(value) from figures() where product_code like 'asylum_track%' and measure_code = 'applications'"
    assert by_hand.execute(f"{asked} and reference_year = 2023").fetchone() == (7270 + 1040 + 40920,)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("list_columns('raw.publication')", "There is no table 'raw.publication'"),
        ("list_columns(null)", "There is no table ''"),
        ("find('nareis qqq')", "Nothing matches 'nareis qqq'"),
        ("product('telephone')", "There is no procedure 'telephone'"),
        ("product(null)", "There is no procedure ''"),
        ("notes('')", "There is no product ''"),
        ("notes(null)", "There is no product ''"),
        ("metric('pending')", "There is no metric 'pending'. The nearest: "),
        ("product('famly')", "The nearest: family, family_reunification_echr8, "),
        ("cite('students.applications', 1999)", "for the year '1999'; there are for 2019, 2020"),
        ("cite(null, 2021)", "There is no printed series ''"),
        ("cite('student.application', 2021)", "The nearest: students.applications, "),
        ("metric(null, of_year := 1999)", "There is no metric ''"),
        ("metric('late_decisions', of_year := 1999)", "no figures of late_decisions for 1999; there are for 2021, 2022, 2023"),
        ("provenance('students.applications', 1999)", "for the year '1999'; there are for 2019, 2020"),
        ("provenance('students.applications', null)", "for the year ''"),
        ("provenance(null, 2021)", "There is no printed series ''"),
    ],
)
def test_what_is_not_there_is_said(by_hand, asked, said):
    """An unknown argument gives a message that lists the options, not an empty answer."""
    with pytest.raises(duckdb.Error, match=re.escape(said)):
        by_hand.execute(f"from {asked}").fetchall()


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("list_columns(' RAW.publications ')", "list_columns('publications')"),
        ("list_columns('marts.Fct_Caseload')", "list_columns('fct_caseload')"),
        ("find(' Bezwaar  GEGROND ')", "find('bezwaar gegrond')"),
        ("find(null)", "find('')"),
        ("product(' Family ')", "product('family')"),
        ("notes(' Objections')", "notes('objections')"),
        ("metric(' Net_Inflow', of_year := '2022')", "metric('net_inflow', of_year := 2022)"),
        ("metric('net_inflow', of_year := null)", "metric('net_inflow')"),
        ("provenance(' Students.Applications ', '2021')", "provenance('students.applications', 2021)"),
        ("cite(' Students.Applications ', '2021')", "cite('students.applications', 2021)"),
    ],
)
def test_how_it_is_written_does_not_matter(published, asked, plain):
    """Capitals and surrounding spaces do not matter."""
    found = published.execute(f"from {asked}").fetchall()
    assert found and found == published.execute(f"from {plain}").fetchall()


@pytest.fixture(scope="module")
def two_files(tmp_path_factory):
    """A connection with the published file (current) and a file with other figures attached."""
    other = shutil.copy(ROOT / "ind_warehouse.duckdb", tmp_path_factory.mktemp("files") / "other.duckdb")
    with duckdb.connect(other) as con:
        con.execute("update marts.fct_caseload set applications = 1 where product_code = 'family'")
    with duckdb.connect(other) as con:
        add_macros(con, "of other figures")
    with duckdb.connect() as con:
        con.execute("attach $path as first (read_only)", {"path": str(ROOT / "ind_warehouse.duckdb")})
        con.execute("attach $path as second (read_only)", {"path": str(other)})
        con.execute("use first")
        yield con


def test_of_two_files_each_answers_for_itself(two_files, published):
    """A macro of a file that is not current fails, rather than answering with the current file's figures."""
    comments = published.execute(
        "select function_name, comment from duckdb_functions() where function_type = 'table_macro' and not internal"
    ).fetchall()
    for name, comment in comments:
        example = re.search(r"Example: from (.*);", comment).group(1)
        assert two_files.execute(f"from first.{example}").fetchall(), name
        with pytest.raises(duckdb.InvalidInputException, match="belongs to a different file from the current database, first"):
            two_files.execute(f"from second.{example}").fetchall()
    cursor = two_files.cursor()
    cursor.execute("use second")
    assert {row[1] for row in cursor.execute("from second.product('family')").fetchall()} == {1}
