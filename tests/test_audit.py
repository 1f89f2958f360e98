"""What `make audit` measures, on a part of it: every digit, and every so many of the damages; and that it would see a hole."""

import pytest

from conftest import ROOT
from ind_warehouse.audit.damage import Damage, damages
from ind_warehouse.audit.digits import Change, changed_digits, names, read
from ind_warehouse.audit.judge import Judge, names_line, names_seed

EVERY = 97
SERIES = "seeds/reference/series.csv"


@pytest.fixture(scope="module")
def judge(replay) -> Judge:
    """A judge of damage."""
    return Judge(replay)


def test_digits(replay):
    """Every digit of every printed file, changed to each other one, is noticed."""
    rows = list(changed_digits(replay))
    replay.damage({})
    assert [row["silent"] for row in rows] == [[]] * len(rows)
    digits = sum(
        character.isdigit()
        for path in replay.seeds
        if "/jaarcijfers_" in path
        for row in read(path)[1:]
        for field in row
        for character in field
    )
    assert sum(row["tried"] for row in rows) == 9 * digits


def test_one_change_in_each_row_is_as_good_as_one_alone(replay):
    """A change that stands alone is noticed by the check that noticed it among changes of other rows."""
    path = "seeds/jaarcijfers_2023/jaarcijfers_2023_asiel.csv"
    for line in (2, 9, 26):
        table = read(path)
        old = table[line - 1][4]
        table[line - 1][4] = ("2" if old[0] == "1" else "1") + old[1:]
        text = "\n".join(",".join(f'"{field}"' for field in row) for row in table) + "\n"
        replay.damage({path: text.encode()})
        messages = replay.noticed([path])["control_totals_by_series"]
        replay.damage({})
        assert len(messages) == 1 and names(messages[0], Change(path, line, 4, 0, "1", "figure"))


def test_damage(replay, judge):
    """None is published in silence, and messages name a seed."""
    tables = {path: read(path) for path in sorted(replay.seeds)}
    chosen = [damage for path in tables for damage in damages(path, tables[path], tables)][::EVERY]
    verdicts = {damage: judge.verdict(damage) for damage in chosen}
    replay.damage({})
    assert [damage[:3] for damage, verdict in verdicts.items() if verdict.outcome == "silent"] == []
    noticed = {damage: verdict for damage, verdict in verdicts.items() if verdict.outcome == "noticed"}
    assert [damage[:3] for damage, verdict in noticed.items() if not names_seed(verdict)] == []
    assert sum(map(names_line, noticed.values())) > len(noticed) / 2
    assert len({damage.kind for damage in chosen}) >= 40 and len(noticed) > len(chosen) / 2


def test_a_hole_would_be_seen(replay, judge, monkeypatch):
    """Without the checks that notice it, a wrong half-width counts as published in silence, and other order as harmless."""
    text = (ROOT / SERIES).read_text("utf-8")
    wrong = Damage("half-width", SERIES, "", text.replace('"family.applications",5,', '"family.applications",50,').encode())
    assert judge.verdict(wrong).outcome == "noticed"
    monkeypatch.setattr(replay, "tests_of_input", [])
    assert judge.verdict(wrong).outcome == "silent"
    header, *rows = text.splitlines(keepends=True)
    assert judge.verdict(Damage("order", SERIES, "", "".join([header, *rows[::-1]]).encode())).outcome == "harmless"
    replay.damage({})
