"""Property tests: any valid printed figure is read correctly, and any other text is refused."""

import csv
import io
import re
import shutil
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_recomputation import figure

from conftest import ROOT
from ind_warehouse.check import check_seeds

ROWS = "seeds/printed/printed_rows.csv"
READINGS = "seeds/printed/second_reading.csv"
PUBLICATIONS = "seeds/reference/publications.csv"
# the year of a future edition
YEAR = 2099
# above 9.2e8, DuckDB no longer rounds to ten decimals exactly
COUNT = st.tuples(st.integers(0, 9 * 10**8), st.just(0), st.just("#"))
AMOUNTS = ("€ # mln", "# miljoen euro", "EUR # million", "# million euros")
# by unit: the number, its printed decimals, and the text around it
FIGURES = {
    "count": COUNT,
    "fte": COUNT,
    "share": st.tuples(st.integers(0, 100), st.just(0), st.just("#%")),
    "eur": st.one_of(
        st.tuples(st.integers(0, 999), st.just(0), st.sampled_from(AMOUNTS)),
        st.tuples(st.integers(0, 9999).map(lambda tenths: Fraction(tenths, 10)), st.just(1), st.sampled_from(AMOUNTS)),
    ),
}
SCALES = {"count": 1, "fte": 1, "share": Fraction(1, 100), "eur": 10**6}
FORM = re.compile(
    r"-|0|[1-9][0-9]{0,2}([.][0-9]{3})*|(0|[1-9][0-9]?|100)%|" + "|".join(AMOUNTS).replace("#", "(0|[1-9][0-9]{0,2})(,[0-9])?")
)
EACH = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def printed(number: Fraction, decimals: int, around: str, number_format: str = "nl") -> str:
    """Format a number as printed."""
    text = f"{float(number):,.{decimals}f}"
    return around.replace("#", text.translate(str.maketrans(",.", ".,")) if number_format == "nl" else text)


def read(path: str) -> list[list[str]]:
    """Read a seed, including its header."""
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def as_file(table: list[list]) -> bytes:
    """Write a table as a seed file."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def units(published) -> dict[str, str]:
    """The unit of each series, for products that cover all units."""
    products = "('notices_of_default', 'complaints', 'workforce')"
    rows = published.execute(f"select series_code, unit from marts.dim_series where product_code in {products}").fetchall()
    assert {unit for _, unit in rows} == FIGURES.keys()
    return dict(rows)


@pytest.fixture(scope="module")
def damaged(replay):
    """A replay whose seeds are restored afterwards."""
    yield replay
    replay.damage({})


@pytest.fixture(scope="module")
def printed_alone(tmp_path_factory):
    """A folder with the printed seeds, as the file check reads them."""
    folder = tmp_path_factory.mktemp("printed")
    shutil.copy(ROOT / "dbt_project.yml", folder)
    shutil.copytree(ROOT / "seeds" / "printed", folder / "seeds" / "printed")
    return folder


@EACH
@given(data=st.data())
def test_printed_figures_survive(damaged, units, data):
    """A number printed in both readings comes back unchanged, with its rounding; an empty cell gives no row."""
    number_format = data.draw(st.sampled_from(["nl", "en"]))
    rows, readings, expected = read(ROWS), read(READINGS), {}
    for series, unit in units.items():
        figures = st.one_of(st.just(""), st.just("-"), *[FIGURES[unit]] * 8)
        texts = []
        for year in (YEAR, YEAR - 1, YEAR - 2):
            drawn = data.draw(figures)
            texts.append(drawn if isinstance(drawn, str) else printed(*drawn, number_format))
            if drawn:
                readings.append(["drawn", series, year, texts[-1], "nobody"])
                values = (None, None, None)
                if drawn != "-":
                    value, width = figure(texts[-1], unit, number_format)
                    assert value == drawn[0] * SCALES[unit]
                    upper = value + width
                    values = (value, max(value - width, 0), min(upper, 1) if unit == "share" else upper)
                expected[series, year] = values
        rows.append(["drawn", series, "Drawn", "Drawn", series, "page", *texts])
    publications = [*read(PUBLICATIONS), ["drawn", YEAR, "true", "Drawn", "Drawn", "", "", "", number_format]]
    files = {ROWS: as_file(rows), READINGS: as_file(readings), PUBLICATIONS: as_file(publications)}
    damaged.damage(files)
    assert damaged.noticed(files) == {}
    damaged.build_marts()
    found = damaged.con.execute(
        "select series_code, reference_year, observation_status, value, value_lower, value_upper"
        " from ind_warehouse.marts.fct_observations where publication_code = 'drawn'"
    ).fetchall()
    assert {(series, year) for series, year, *_ in found} == expected.keys() and len(found) == len(expected)
    for series, year, status, *values in found:
        wanted = expected[series, year]
        assert status == ("M" if wanted[0] is None else "A")
        assert values == [number if number is None else pytest.approx(float(number), rel=1e-12) for number in wanted]


@EACH
@given(data=st.data())
def test_other_texts_are_refused(damaged, printed_alone, data):
    """A text that is not a valid figure is refused, whether random or a valid figure with a typo."""
    figures = st.one_of(*FIGURES.values()).map(lambda drawn: printed(*drawn))
    slip = st.tuples(figures, st.integers(0, 14), st.integers(0, 1), st.characters(codec="utf-8"))
    slipped = slip.map(lambda each: each[0][: each[1]] + each[3] + each[0][each[1] + each[2] :])
    text = data.draw(st.one_of(st.text(st.characters(codec="utf-8"), min_size=1), slipped))
    assume(not FORM.fullmatch(text))
    table = read(ROWS)
    table[1][table[0].index("newest")] = text
    content = as_file(table)
    damaged.damage({ROWS: content})
    # only the file check sees surrounding spaces and null
    messages = damaged.noticed([ROWS]).get("figures_are_read", [])
    if not messages:
        (printed_alone / ROWS).write_bytes(content)
        messages = check_seeds(printed_alone)
    assert any(message.startswith(f"{ROWS}, line 2:") for message in messages)
