"""The findings follow from the printed page, and appear only if the bounds support them."""

from fractions import Fraction
from math import ceil, floor

import duckdb
import pytest

from ind_warehouse.findings import FINDINGS

SENTENCES = FINDINGS.read_text("utf-8")
LATE = "which_procedures_are_late_most"
WITHDRAWN = "how_many_permits_were_withdrawn"
BOOKS = "do_stock_and_flows_agree"
COURTS = "did_court_cases_double"
GRANTED = "how_many_asylum_applications_were_granted"
OTHERS = "does_the_ind_differ_from_others"

EN_DASH = "\u2013"
Range = tuple[Fraction, Fraction, Fraction]

# decisions in 2023 and the percentage on time, as printed: the four with the most late decisions, and the rest
FOUR = {
    "objections": (19790, 26),
    "asylum family reunification": (13270, 16),
    "asylum track 4": (27670, 65),
    "family": (43050, 83),
}
REST = {
    "knowledge_talent": (26550, 96),
    "students": (23140, 100),
    "labour_migrants": (5430, 72),
    "extensions": (97020, 96),
    "permanent_residence": (16380, 97),
    "document_replacement": (33690, 98),
    "naturalisation": (53590, 98),
    "asylum track 2": (1160, 96),
    "article 8 ECHR": (3590, 9),
}
ASYLUM = ("asylum family reunification", "asylum track 4", "asylum track 2", "article 8 ECHR")


def count(printed: int) -> Range:
    """Return the range of a count printed to the nearest ten."""
    return Fraction(printed), Fraction(printed - 5), Fraction(printed + 5)


def percentage(printed: int) -> Range:
    """Return the range of a whole percentage, as a fraction."""
    half = Fraction(1, 2)
    return Fraction(printed, 100), max(printed - half, 0) / 100, min(printed + half, 100) / 100


def times(one: Range, other: Range) -> Range:
    """Multiply non-negative ranges."""
    return tuple(a * b for a, b in zip(one, other, strict=True))


def plus(*parts: Range) -> Range:
    """Add independent ranges."""
    return tuple(map(sum, zip(*parts, strict=True)))


def minus(one: Range, other: Range) -> Range:
    """Subtract independent ranges."""
    return one[0] - other[0], one[1] - other[2], one[2] - other[1]


def grown(later: Range, earlier: Range) -> Range:
    """Compute the growth between two years."""
    return later[0] / earlier[0] - 1, later[1] / earlier[2] - 1, later[2] / earlier[1] - 1


def part(one: Range, rest: Range) -> Range:
    """Compute the share of a part in the whole."""
    return one[0] / (one[0] + rest[0]), one[1] / (one[1] + rest[2]), one[2] / (one[2] + rest[1])


def written(figure: Range, decimals: int = 0, percent: bool = False) -> str:
    """Format a figure as in a sentence: halves round away from zero, bounds outward; narrow ranges are left out."""
    step = Fraction(1, 10**decimals)
    value, low, high = (number * 100 if percent else number for number in figure)
    steps = floor(abs(value) / step + Fraction(1, 2)) * (1 if value > 0 else -1), floor(low / step), ceil(high / step)
    written = [f"{float(number * step):,.{decimals}f}" for number in steps]
    value_text, low_text, high_text = ((text.rstrip("0").rstrip(".") if decimals else text) + "%" * percent for text in written)
    if (high - low) / 2 <= abs(value) / 100:
        return value_text
    return f"{value_text} ({low_text}{' to ' if low < 0 else EN_DASH}{high_text})"


def shared(printed: int) -> str:
    """Format a whole percentage as in a sentence."""
    return written(percentage(printed), 1, percent=True)


def late(procedures: dict[str, tuple[int, int]]) -> Range:
    """Add up the late decisions of procedures."""
    return plus(*(times(count(decisions), percentage(100 - in_time)) for decisions, in_time in procedures.values()))


def unexplained(*tracks: tuple[int, int, int, int]) -> Range:
    """Compute the residual from stock, previous stock, applications and decisions of each track."""
    return plus(*(minus(plus(count(end), count(out)), plus(count(before), count(came))) for end, before, came, out in tracks))


TRACKS = {1: (4030, 4290, 7270, 6150), 2: (190, 210, 1040, 1160), 4: (45640, 31290, 40920, 27670)}
WITHDRAWN_2023, WITHDRAWN_2022 = times(count(53920), percentage(24)), times(count(38450), percentage(27))
GRANTED_2023, GRANTED_2022 = times(count(27670), percentage(62)), times(count(23890), percentage(78))
EXPECTED = {
    LATE: [
        f"account for most late decisions, {written(part(late(FOUR), late(REST)), 1, percent=True)}, and for 28.5% of decisions",
        *(f"{name} with {written(late({name: figures}))}" for name, figures in FOUR.items()),
        f"All asylum procedures with printed timeliness have {written(late({name: (FOUR | REST)[name] for name in ASYLUM}))}",
        "dim_breaks for the time limits of asylum family reunification (2022) and asylum track 4 (2022)",
    ],
    WITHDRAWN: [
        f"in a smaller share of reviews, {shared(24)}, down from {shared(27)}",
        f"the number of withdrawals rose by {written(minus(WITHDRAWN_2023, WITHDRAWN_2022))}",
    ],
    BOOKS: [
        f"{written(unexplained(*TRACKS.values()))} cases for the tracks together",
        *(f"{written(unexplained(TRACKS[track]))} in asylum track {track}" for track in TRACKS),
    ],
    COURTS: [
        f"did not double in 2023: they rose by {written(grown(count(60310), count(36710)), 2, percent=True)}",
        "from 36,710 to 60,310",
    ],
    GRANTED: [
        f"In asylum track 4, {shared(62)} of the decisions in 2023 were grants, down from {shared(78)}",
        f"fell by only {written(tuple(-grown(GRANTED_2023, GRANTED_2022)[place] for place in (0, 2, 1)), 2, percent=True)}",
        f"from {written(GRANTED_2022)} to {written(GRANTED_2023)}, because more cases were decided",
    ],
    "what_changed_between_editions": [
        "Up to the edition of 2023, 14 figures are printed in two editions.",
        "Of these, none differ by more than rounding, none are stocks, and none belong to the asylum tracks",
    ],
    # printed as 13.670 and 24.690; CBS has four quarters rounded to tens that add up to 13,730, and 24,740 rounded to fives
    OTHERS: [
        "first asylum applications in 2020, for which CBS has 60 (35\u201385) more",
        "first asylum applications in 2021, for which CBS has 50 (42\u201358) more",
    ],
}


@pytest.mark.parametrize(("question", "expected"), EXPECTED.items())
def test_by_hand(by_hand, question, expected):
    """Each sentence has the figures and directions that follow from the printed figures."""
    sentences = dict(by_hand.execute(SENTENCES).fetchall())
    assert [text for text in expected if text not in sentences[question]] == []
    assert list(sentences) == list(EXPECTED)


@pytest.fixture(scope="module")
def changeable(pinned_file):
    """A copy of the pinned file in memory."""
    with duckdb.connect() as con:
        con.execute(f"attach '{pinned_file}' as pinned (read_only)")
        con.execute("attach ':memory:' as changeable")
        con.execute("copy from database pinned to changeable")
        con.execute("use changeable")
        yield con


CASELOAD = "update marts.fct_caseload set {} where reference_year = 2023 and {}"
COURTS_GROWTH = "update marts.fct_trends set {} where trend_key = 'court_cases_residence.applications/2023/growth'"


@pytest.mark.parametrize(
    ("question", "change"),
    [
        (LATE, CASELOAD.format("late_decisions_upper = 7200", "product_code = 'extensions'")),
        (LATE, CASELOAD.format("late_decisions_upper = 7000", "late_decisions < 7000")),
        (LATE, CASELOAD.format("late_decisions_upper = null", "product_code = 'objections'")),
        (WITHDRAWN, CASELOAD.format("outcome_share_upper = 0.266", "product_code = 'permit_withdrawals'")),
        (WITHDRAWN, CASELOAD.format("outcome_decisions_lower = 10500", "product_code = 'permit_withdrawals'")),
        (BOOKS, CASELOAD.format("stock_flow_residual_upper = 400", "product_code = 'asylum_tracks'")),
        (BOOKS, CASELOAD.format("stock_flow_residual = 0", "product_code like 'asylum_track_%'")),
        (COURTS, COURTS_GROWTH.format("value_upper = 1.01")),
        (COURTS, COURTS_GROWTH.format("value_lower = -0.01")),
        (GRANTED, CASELOAD.format("outcome_share_upper = 0.78", "product_code = 'asylum_track_4'")),
        (GRANTED, CASELOAD.format("outcome_decisions_upper = 18600", "product_code = 'asylum_track_4'")),
        (GRANTED, CASELOAD.format("decisions_lower = 23890", "product_code = 'asylum_track_4'")),
        (OTHERS, "update marts.fct_reconciliation set verdict = 'within_rounding'"),
    ],
)
def test_a_sentence_needs_support_from_the_bounds(changeable, question, change):
    """If a bound contradicts a sentence, only that sentence is left out."""
    changeable.execute("begin")
    changeable.execute(change)
    questions = [name for name, _ in changeable.execute(SENTENCES).fetchall()]
    changeable.execute("rollback")
    assert questions == [name for name in EXPECTED if name != question]


def test_later_editions_change_no_sentence(changeable):
    """A revision in a later edition, or a difference from its figures, changes no sentence."""
    before = changeable.execute(SENTENCES).fetchall()
    changeable.execute("begin")
    later = "select * replace ('later' as revision_key, 2024 as to_edition) from marts.fct_revisions limit 1"
    changeable.execute(f"insert into marts.fct_revisions {later}")
    changeable.execute(
        "update marts.fct_reconciliation set verdict = 'differs', edition_year = 2024 where check_key like 'external_cbs/%/2022'"
    )
    after = changeable.execute(SENTENCES).fetchall()
    changeable.execute("rollback")
    assert after == before
