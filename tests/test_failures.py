"""A wrong entry is explained: each kind of damage gives a message that names file, line and label, and nothing is published.

What dbt's SQL finds is replayed in plain DuckDB; what is checked before dbt starts runs as it is; a few whole builds show that
the command prints those messages, ends with status 1 and leaves the published file alone.
"""

import shutil

import duckdb
import pytest

from conftest import ROOT, run_build
from ind_warehouse.audit.replay import Replay
from ind_warehouse.build import said_by
from ind_warehouse.seeds import check_seeds

ASYLUM = "seeds/jaarcijfers_2023/jaarcijfers_2023_asiel.csv"
REGULAR = "seeds/jaarcijfers_2023/jaarcijfers_2023_regulier_verblijf.csv"
SERVICES = "seeds/jaarcijfers_2023/jaarcijfers_2023_dienstverlening.csv"
NOTICES = "seeds/jaarcijfers_2023/jaarcijfers_2023_ingebrekestellingen_en_klachten.csv"
LABELS = "seeds/reference/printed_labels.csv"
MARKS = "seeds/reference/footnote_marks.csv"
REFUSED = (
    "41,820",
    "4l.820",
    "1234",
    "0.123",
    "01",
    "1.23",
    "12.3456",
    "-5",
    "101%",
    "62",
    "78 %",
    " 62%",
    "62% ",
    "62%\u00a0",
    "\uff16\uff12%",  # full-width digits
)


def messages_after(replay: Replay, path: str, damage) -> list[str]:
    """Damage the lines of one seed file in the replay, and gather what the tests say."""
    lines = (ROOT / path).read_text("utf-8").splitlines()
    damaged = damage(list(lines))
    assert damaged != lines, "the damage changed nothing"
    replay.damage({path: "\n".join([*damaged, ""]).encode()})
    messages = [message for messages in replay.noticed([path]).values() for message in messages]
    replay.damage({})
    return messages


def line_of(path: str, *texts: str) -> int:
    """Find the line of a file that holds all of some texts."""
    lines = (ROOT / path).read_text("utf-8").splitlines()
    (number,) = (number for number, line in enumerate(lines, 1) if all(text in line for text in texts))
    return number


def replaced(number: int, old: str, new: str):
    """Make a damage that replaces a text in one line."""

    def damage(lines: list[str]) -> list[str]:
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        return lines

    return damage


def said(messages: list[str], *texts: str) -> bool:
    """Say whether one message holds all the texts."""
    return any(all(text in message for text in texts) for message in messages)


TRACK_4_PENDING = line_of(ASYLUM, '"Spoor 4', '"In behandeling"')
TRACK_4_GRANTED = line_of(ASYLUM, '"Spoor 4', '"Inwilligingen"')
TRACK_4_DECISIONS = line_of(ASYLUM, '"Spoor 4', '"Beslissingen"')
FAMILY_MVV = line_of(ASYLUM, '"Aanvragen MVV Nareis"')


@pytest.mark.parametrize(
    ("path", "number", "printed", "wrong"),
    [
        (ASYLUM, TRACK_4_PENDING, "45.640", "46.640"),
        (ASYLUM, TRACK_4_GRANTED, "62%", "63%"),
        (NOTICES, line_of(NOTICES, " mln"), "€ 11,3 mln", "€ 17,3 mln"),
        (ASYLUM, TRACK_4_PENDING, "45.640", "-"),
        (SERVICES, line_of(SERVICES, "O-documenten"), "-", "10"),
    ],
)
def test_wrong_figure(replay, path, number, printed, wrong):
    """The message names the cell and, from the totals of its row and its column, what is printed there."""
    messages = messages_after(replay, path, replaced(number, f'"{printed}"', f'"{wrong}"'))
    assert said(messages, f"{path}, line {number}: ", f'reads "{wrong}"', f'it would be "{printed}"')


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        (ASYLUM, {TRACK_4_PENDING: ('"45.640","31.290"', '"45.650","31.280"')}),
        # two rows and two columns are off, and by as much where no figure is wrong
        (ASYLUM, {11: ('"40.920","36.340"', '"40.940","36.350"'), 12: ('"23.890"', '"23.920"')}),
        # where nothing is printed, a figure too many
        ("seeds/jaarcijfers_2021/jaarcijfers_2021_nieuwsbericht.csv", {2: ('"42.690",,', '"42.690","42.690",')}),
    ],
)
def test_wrong_figures(replay, path, changes):
    """Where totals do not tell which figure is wrong, the message shows those of the row, and names none."""

    def damage(lines):
        for number, (old, new) in changes.items():
            lines = replaced(number, old, new)(lines)
        return lines

    messages = messages_after(replay, path, damage)
    for number, (_, new) in changes.items():
        assert said(messages, f"{path}, line {number}: ", new.split('"')[1], "the control total of")
    assert not said(messages, "would be")


def test_wrong_controls(replay):
    """Where both controls are wrong, the message asks for the page, and says what to correct if that has the figure."""
    totals = {
        "seeds/reference/control_totals_by_series.csv": ('"students.pending",920', '"students.pending",890'),
        "seeds/reference/control_totals_by_year.csv": ('2023,"count","table",27,0,698980', '2023,"count","table",27,0,698970'),
    }
    texts = {path: (ROOT / path).read_text("utf-8") for path in totals}
    assert all(old in texts[path] for path, (old, _) in totals.items())
    replay.damage({path: texts[path].replace(*change).encode() for path, change in totals.items()})
    messages = replay.noticed(totals)["control_totals_by_series"]
    replay.damage({})
    assert said(
        messages, 'Studenten / In behandeling / 2023 reads "190"', 'would be "180"', "or, where the page has it so, both totals"
    )


def test_two_figures_exchanged_in_a_row(replay):
    """Years exchanged within a row keep its plain sum; the weighted total notices."""
    messages = messages_after(replay, ASYLUM, replaced(TRACK_4_PENDING, '"45.640","31.290"', '"31.290","45.640"'))
    assert said(messages, f"{ASYLUM}, line {TRACK_4_PENDING}", "In behandeling", "three times the newest")


def test_two_figures_exchanged_in_a_column(replay):
    """Rows exchanged within a year keep the year's sum; the totals by series name both rows."""

    def damage(lines):
        lines = replaced(TRACK_4_PENDING, "45.640", "27.670")(lines)
        return replaced(TRACK_4_DECISIONS, "27.670", "45.640")(lines)

    messages = messages_after(replay, ASYLUM, damage)
    for line, label in ((TRACK_4_PENDING, "In behandeling"), (TRACK_4_DECISIONS, "Beslissingen")):
        assert said(messages, f"{ASYLUM}, line {line}", label, "three times the newest")


def test_figures_of_two_rows_exchanged(replay):
    """The figures of two rows of the same plain sum, in one chapter, exchanged: every sum by year and row stays the same."""
    first = line_of(REGULAR, '"Studenten"', '"Inwilligingen"')
    second = line_of(REGULAR, '"Omwisseling', '"Tijdigheid beslissingen"')

    def damage(lines):
        lines = replaced(first, '"99%","98%","99%"', '"98%","99%","99%"')(lines)
        return replaced(second, '"98%","99%","99%"', '"99%","98%","99%"')(lines)

    messages = messages_after(replay, REGULAR, damage)
    assert said(messages, f"{REGULAR}, line {first}", "Studenten / Inwilligingen")
    assert said(messages, f"{REGULAR}, line {second}", "Tijdigheid beslissingen")


def test_totals_kept(replay):
    """Six figures changed so that all totals hold: the file no longer has the fingerprint that was written down."""
    applications, decisions = (line_of(REGULAR, '"Familie & Gezin', label) for label in ('"Aanvragen"', '"Beslissingen"'))

    def damage(lines):
        lines = replaced(applications, '"41.820","45.300","37.790"', '"41.830","45.280","37.800"')(lines)
        return replaced(decisions, '"43.050","44.930","35.790"', '"43.040","44.950","35.780"')(lines)

    (message,) = messages_after(replay, REGULAR, damage)
    assert said([message], f"{REGULAR}: its fingerprint is", "git diff")


def test_labels_of_two_rows_exchanged(replay):
    """Labels exchanged are figures exchanged."""

    def damage(lines):
        lines = replaced(TRACK_4_PENDING, "In behandeling", "Beslissingen")(lines)
        return replaced(TRACK_4_DECISIONS, "Beslissingen", "In behandeling")(lines)

    assert said(messages_after(replay, ASYLUM, damage), f"{ASYLUM}, line {TRACK_4_PENDING}", "asylum_track_4.decisions")


def test_mapping_exchanged(replay):
    """Two rows that are mapped to each other's series."""
    first = line_of(LABELS, "2023,", '"students.applications"')
    second = line_of(LABELS, "2023,", '"students.decisions"')

    def damage(lines):
        lines = replaced(first, "students.applications", "students.decisions")(lines)
        return replaced(second, "students.decisions", "students.applications")(lines)

    assert said(messages_after(replay, LABELS, damage), REGULAR, "Studenten / Aanvragen", LABELS)


def test_unknown_label(replay):
    """Both sides are named: the row as entered, and the row that is missed."""
    messages = messages_after(replay, ASYLUM, replaced(FAMILY_MVV, "Aanvragen MVV Nareis", "Aanvragen MVV Naries"))
    assert said(messages, f"{ASYLUM}, line {FAMILY_MVV}", '"Aanvragen MVV Naries"', '"Nareizigers"', LABELS)
    assert said(messages, LABELS, '"Aanvragen MVV Nareis"', "not among the printed rows")


def test_missing_row(replay):
    """A row that was left out is missed by its label."""
    messages = messages_after(replay, ASYLUM, lambda lines: lines[: FAMILY_MVV - 1] + lines[FAMILY_MVV:])
    assert said(messages, '"Aanvragen MVV Nareis"', '"Nareizigers"', '"Asiel"', "not among the printed rows")


def test_row_twice(replay):
    """Both lines are named."""
    messages = messages_after(replay, ASYLUM, lambda lines: lines[:FAMILY_MVV] + lines[FAMILY_MVV - 1 :])
    for line in (FAMILY_MVV, FAMILY_MVV + 1):
        assert said(messages, "asylum_family_reunification.applications is printed 2 times", f"{ASYLUM}, line {line}")


@pytest.mark.parametrize("text", REFUSED)
def test_malformed_figure(replay, text):
    """Each refused form is named with what it reads, also where it would be a figure of another unit."""
    messages = messages_after(replay, ASYLUM, replaced(TRACK_4_GRANTED, '"62%"', f'"{text}"'))
    place = f"{ASYLUM}, line {TRACK_4_GRANTED}: Spoor 4 - Algemene of Verlengde asielprocedure / Inwilligingen / 2023"
    assert said(messages, f'{place} reads "{text}"')


def test_share_in_a_row_of_counts(replay):
    """A count with a percent sign."""
    messages = messages_after(replay, ASYLUM, replaced(TRACK_4_PENDING, '"45.640"', '"45%"'))
    assert said(messages, f"{ASYLUM}, line {TRACK_4_PENDING}", 'reads "45%"', "the unit of asylum_track_4.pending is count")


def test_last_digit(replay):
    """A count that is printed in tens must end in a zero."""
    messages = messages_after(replay, ASYLUM, replaced(TRACK_4_PENDING, "45.640", "45.643"))
    assert said(messages, f"{ASYLUM}, line {TRACK_4_PENDING}", 'reads "45.643"', "in steps of 10")


@pytest.mark.parametrize(
    ("path", "old", "new", "texts"),
    [
        (LABELS, '"naturalisation.pending"', '"naturalisation.pendin"', ["naturalisation.pendin", "series"]),
        ("seeds/reference/series.csv", '"telephone.calls_handled"', '"telefone.calls_handled"', ["telefone", "products"]),
        ("seeds/reference/measures.csv", '"pending","count"', '"pending","number"', ["number", "count, share, fte, eur"]),
        ("seeds/reference/nationalities.csv", '"TUN","TN"', '"TUN","TR"', ['alpha_2 is "TR"']),
        ("seeds/reference/series.csv", '"telephone.calls_handled",5', '"telephone.calls_handled",', ["half_width is empty"]),
        (
            "seeds/reference/control_rankings.csv",
            '"SYR MAR TUN"',
            '"MAR SYR TUN"',
            ["asylum_track_2", "SYR MAR TUN", "MAR SYR TUN"],
        ),
        ("seeds/reference/editions.csv", '"2024-02"', '"feb-24"', ['published "feb-24"', "as in 2024-02"]),
        ("seeds/reference/footnote_marks.csv", '"Nareizigers"', '"Nareiziger"', ["footnote 4", "Nareiziger /"]),
    ],
)
def test_reference_lists(replay, path, old, new, texts):
    """Our own lists are checked alike; the message names file and line, or the footnote."""
    number = line_of(path, old)
    messages = messages_after(replay, path, replaced(number, old, new))
    assert said(messages, path, *texts)


def test_every_check_that_must_hold_is_told(replay):
    """Were all checks to hold and all to fail, each would be told with its printed figures, one of derived figures without."""
    replay.con.execute(f"attach '{str(ROOT / 'ind_warehouse.duckdb').replace(chr(39), chr(39) * 2)}' as published (read_only)")
    replay.con.execute(
        "create or replace table ind_warehouse.marts.fct_reconciliation as"
        " select * replace (true as must_hold, 'differs' as verdict) from published.marts.fct_reconciliation"
    )
    messages = replay.said_by("test.ind_warehouse.reconciliation_holds")
    keys = [key for (key,) in replay.con.execute("select check_key from published.marts.fct_reconciliation").fetchall()]
    assert all(said(messages, key) for key in keys) and len(messages) == len(keys)
    pending = (
        f'{ASYLUM}, line {TRACK_4_PENDING}: Spoor 4 - Algemene of Verlengde asielprocedure / In behandeling / 2023 reads "45.640"'
    )
    decided = f"{ASYLUM}, line {TRACK_4_DECISIONS}: "
    assert said(messages, "stock_flow/asylum_track_4/2023", pending, decided, "/ In behandeling / 2022")
    assert said(messages, "stock_flow/asylum_tracks/2023", "not printed as such")


def test_rows_of_a_test_without_a_message():
    """A test with a file of its own that selects no message: each row is told."""
    rows = duckdb.sql("select 'België' as name, null as year, 0.5::double as share")
    (message,) = said_by({"original_file_path": "tests/rows.sql"}, rows)
    assert message.startswith('tests/rows.sql fails, where name is "België" and year is null and share is 0.5;')


# What is checked before dbt starts: the file, the damage to its bytes, and what the message says.
TOP = b'"chapter_label","table_label","row_label","printed_in","2023","2022","2021"\n'
UNREADABLE = {
    "year column missing": (
        lambda text: text.replace(b',"2022"', b"", 1),
        [', line 1: the header is "chapter_label"', 'expected "chapter_label"', '"2022"'],
    ),
    "year columns exchanged": (
        lambda text: text.replace(b'"2023","2022"', b'"2022","2023"', 1),
        [', line 1: the header is "chapter_label"', '"2022", "2023"'],
    ),
    "year column of another year": (lambda text: text.replace(b'"2021"', b'"2020"', 1), [", line 1: the header is", '"2020"']),
    "a blank in the header": (lambda text: text.replace(b'"2021"', b'"2021 "', 1), [", line 1: the header is", '"2021 "']),
    "semicolons": (lambda text: text.replace(b",", b";"), [", line 1: the fields are separated by semicolons"]),
    "unclosed quote in the header": (lambda text: text.replace(b'"2021"', b'2021"', 1), [", line 1: "]),
    "bad UTF-8": (
        lambda text: text.replace("loketafspraken)\u2019".encode(), b"loketafspraken)\x92"),
        [", line 17: byte 0x92", "save the file as UTF-8"],
    ),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), [", line 1: byte 0xFF", "save the file as UTF-8"]),
    "empty file": (lambda text: b"", [", line 1: the header is missing"]),
    "no rows": (lambda text: TOP, [": no row stands under the header"]),
    "unclosed quote": (lambda text: text.replace(b'"W-document"', b'"W-document', 1), [", line 8: a quote is not closed"]),
    "unclosed quote at the end": (lambda text: text.rstrip(b'"\n') + b"\n", [", line 18: a quote is not closed"]),
    "a comma too many": (lambda text: text.replace(b'"1.090",', b'"1.090",,', 1), [", line 9: 8 fields"]),
    "a row of commas": (lambda text: text.replace(TOP, TOP + b",,,,,,\n"), [", line 2: chapter_label is empty"]),
    "a merged cell": (
        lambda text: text.replace(b'"Ketenservicelijn"', b"", 1),
        [", line 3: table_label is empty", "merged cell"],
    ),
    "a blank behind a label": (
        lambda text: text.replace(b'"W-document"', b'"W-document "', 1),
        [', line 8: row_label is "W-document "'],
    ),
    "a blank line": (lambda text: text.replace(TOP, TOP + b"\n"), [", line 2: 0 fields", "blank line"]),
}


@pytest.fixture
def seeds_copy(tmp_path):
    """A copy of the seeds and of the file that lists the editions."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copy(ROOT / "dbt_project.yml", tmp_path)
    assert check_seeds(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_file(seeds_copy, kind):
    """What makes a file unreadable is said with file and line, and nothing else is said."""
    damage, texts = UNREADABLE[kind]
    path = seeds_copy / SERVICES
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert path.read_bytes() != before
    (message,) = check_seeds(seeds_copy)
    assert message.startswith(SERVICES)
    assert said([message], *texts)


def test_fraction_of_a_year(seeds_copy):
    """A whole number of our own lists with a point, which would be rounded in silence."""
    path = seeds_copy / "seeds" / "reference" / "external_totals.csv"
    path.write_text(path.read_text("utf-8").replace(",2021,", ",2021.2,", 1), "utf-8")
    (message,) = check_seeds(seeds_copy)
    assert said([message], "seeds/reference/external_totals.csv, line", 'reference_year is "2021.2"; write a whole number')


def test_decimal_comma(seeds_copy):
    """A number in our own lists as a spreadsheet writes it in Dutch."""
    path = seeds_copy / "seeds" / "reference" / "series.csv"
    text = path.read_text("utf-8")
    number = line_of("seeds/reference/series.csv", '"family.granted_share"')
    path.write_text(text.replace('"family.granted_share",0.005', '"family.granted_share","0,005"'), "utf-8")
    (message,) = check_seeds(seeds_copy)
    assert message.startswith(f'seeds/reference/series.csv, line {number}: half_width is "0,005"; write a number')


def test_harmless_differences(seeds_copy):
    """A byte order mark and the line ends of another system are no fault."""
    path = seeds_copy / SERVICES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_seeds(seeds_copy) == []


def test_edition_listed_but_not_there(seeds_copy):
    """An edition without files, a file without an edition, and a file without a description."""
    project = seeds_copy / "dbt_project.yml"
    project.write_text(project.read_text("utf-8").replace('    "2023":\n', '    "2024": [asiel]\n    "2023":\n'), "utf-8")
    stray = seeds_copy / "seeds" / "jaarcijfers_2023" / "jaarcijfers_2023_vergeten.csv"
    stray.write_bytes(TOP + b'"a","b","c","table","1","2","3"\n')
    messages = check_seeds(seeds_copy)
    assert said(messages, "seeds/jaarcijfers_2024/jaarcijfers_2024_asiel.csv is not there", "dbt_project.yml")
    assert said(messages, "jaarcijfers_2023_vergeten.csv is not listed in dbt_project.yml")
    assert said(messages, "jaarcijfers_2023_vergeten.csv is described in no .yml file")


WHOLE_BUILDS = {
    # a test of a file of its own, one of ours whose where must not shift the lines, and one of dbt's own
    "data tests": (
        {
            ASYLUM: ('"45.640"', '"45.641"'),
            "seeds/reference/reference.yml": (
                "{values: [printed, damaged, lost]}}",
                "{values: [printed, lost]}, config: {where: footnote_number > 4}}",
            ),
            "models/marts/dim_metrics.yml": (
                "is_one_of: {arguments: {values: [better, worse, neither]}}",
                "unique: {config: {where: metric_code like 'backlog%', store_failures: true, limit: 1}}",
            ),
        },
        [
            f"{ASYLUM}, line {TRACK_4_PENDING}: Spoor 4",
            f'{MARKS}, line {line_of(MARKS, "akkoord onbepaalde")}: mark_state is "damaged"; write one of printed, lost',
            'dim_metrics: direction fails, where unique_field is "worse" and n_records is 2;',
        ],
    ),
    "fingerprint": (
        {"seeds/reference/series.csv": ('"family.applications",5,', '"family.applications",50,')},
        ["its fingerprint is"],
    ),
    "header": ({ASYLUM: ('"2022"', '"2021x"')}, [f"{ASYLUM}, line 1: the header is"]),
    "broken YAML": ({"dbt_project.yml": ("vars:", "vars: [")}, ["dbt_project.yml"]),
    "edition": (
        {"dbt_project.yml": ('    "2023":\n', '    "2024": [asiel]\n    "2023":\n')},
        ["jaarcijfers_2024_asiel.csv is not there"],
    ),
    "metric": ({"dbt_project.yml": ("falls_with: [timely_share]", "falls_with: []")}, ["the formula uses timely_share"]),
}


@pytest.mark.parametrize("kind", WHOLE_BUILDS)
def test_whole_build(project_copy, kind):
    """The command prints each message, no traceback, ends with status 1, and the published file is the same byte for byte."""
    changes, messages = WHOLE_BUILDS[kind]
    published = project_copy / "ind_warehouse.duckdb"
    before = published.read_bytes()
    for path, (old, new) in changes.items():
        file = project_copy / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
    run = run_build(project_copy)
    assert run.returncode == 1
    assert [message for message in messages if message not in run.stderr] == []
    # a file that must be corrected anyway will have another fingerprint
    assert ("its fingerprint is" in run.stderr) == (kind == "fingerprint")
    assert "Traceback" not in run.stdout + run.stderr
    assert run.stderr.splitlines()[-1] == "Not published: ind_warehouse.duckdb was left as it was."
    assert published.read_bytes() == before
