"""Whatever may be printed survives the way into the warehouse and back, and what may not is refused."""

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conftest import ROOT
from ind_warehouse.audit.digits import Table, read
from ind_warehouse.seeds import described_columns, faults

# a chapter with counts, shares and an amount, and one with FTE
CHAPTERS = (
    "seeds/jaarcijfers_2023/jaarcijfers_2023_ingebrekestellingen_en_klachten.csv",
    "seeds/jaarcijfers_2023/jaarcijfers_2023_personele_bezetting.csv",
)
COUNT = st.integers(0, 10**9).map(lambda number: f"{number:,}".replace(",", "."))
PRINTED = {
    "count": COUNT,
    "fte": COUNT,
    "share": st.integers(0, 100).map("{}%".format),
    "eur": st.integers(0, 9999).map(lambda tenths: f"€ {tenths // 10},{tenths % 10} mln"),
}
FORM = re.compile(r"-|0|[1-9][0-9]{0,2}([.][0-9]{3})*|(0|[1-9][0-9]?|100)%|€ (0|[1-9][0-9]{0,2}),[0-9] mln")
EACH = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def printed_again(value: float | None, unit: str) -> str:
    """Write a figure of the warehouse as the IND prints it."""
    if value is None:
        return "-"
    if unit == "share":
        return f"{value:.0%}"
    if unit == "eur":
        return f"€ {value / 1e6:.1f} mln".replace(".", ",")
    return f"{value:,.0f}".replace(",", ".")


def as_file(table: Table) -> bytes:
    """Write a table as a seed is written."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def units(published) -> dict[tuple[str, str, str], str]:
    """The unit of each printed row of the two chapters, by its labels."""
    rows = published.execute(
        "select distinct chapter_label, table_label, row_label, unit from marts.fct_observations where edition_year = 2023"
    ).fetchall()
    return {tuple(labels): unit for *labels, unit in rows}


@EACH
@given(data=st.data())
def test_printed_figures_survive(replay, units, data):
    """Printed text to seed to warehouse and formatted again: the same text, within its bounds; nothing printed gives no row."""
    expected, files = {}, {}
    for path in CHAPTERS:
        table = read(path)
        for row in table[1:]:
            unit = units[tuple(row[:3])]
            texts = st.one_of(st.just(""), st.just("-"), *[PRINTED[unit]] * 8)
            row[4:] = data.draw(st.lists(texts, min_size=3, max_size=3))
            expected |= {(*row[:3], year): (text, unit) for year, text in zip((2023, 2022, 2021), row[4:], strict=True) if text}
        files[path] = as_file(table)
        assert not list(faults(replay.written(path, files[path]), described_columns(ROOT)[path.rpartition("/")[2][:-4]]))
    replay.damage(files)
    assert "figures_are_readable" not in replay.noticed(files)
    replay.build_marts()
    rows = replay.con.execute(
        "select chapter_label, table_label, row_label, reference_year, value, value_lower, value_upper, observation_status"
        " from ind_warehouse.marts.fct_observations where edition_year = 2023 and chapter_label in $chapters",
        {"chapters": [read(path)[1][0] for path in CHAPTERS]},
    ).fetchall()
    replay.damage({})
    found = {}
    for *labels, year, value, lower, upper, status in rows:
        _, unit = expected[*labels, year]
        found[*labels, year] = (printed_again(value, unit), unit)
        assert status == ("M" if value is None else "A")
        assert (lower, upper) == (None, None) if value is None else 0 <= lower <= value <= upper
        assert unit != "share" or value is None or upper <= 1
    assert found == expected


@EACH
@given(data=st.data())
def test_other_texts_are_refused(replay, data):
    """A text that is no printed figure is refused, made of any characters or by a slip of one character in a printed figure."""
    slip = st.tuples(st.one_of(*PRINTED.values()), st.integers(0, 14), st.integers(0, 1), st.characters(codec="utf-8"))
    slipped = slip.map(lambda each: each[0][: each[1]] + each[3] + each[0][each[1] + each[2] :])
    text = data.draw(st.one_of(st.text(st.characters(codec="utf-8"), min_size=1), slipped))
    assume(not FORM.fullmatch(text))
    path = CHAPTERS[0]
    table = read(path)
    table[1][4] = text
    content = as_file(table)
    messages = [
        path + fault for fault in faults(replay.written(path, content), described_columns(ROOT)[path.rpartition("/")[2][:-4]])
    ]
    if not messages:
        replay.damage({path: content})
        messages = replay.noticed([path]).get("figures_are_readable", [])
        replay.damage({})
    assert any(message.startswith(f"{path}, line 2:") for message in messages)
