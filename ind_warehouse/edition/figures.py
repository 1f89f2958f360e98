"""Prove each figure by something that did not see it, and ask where nothing does.

Two of these must agree: the first reading, the second one, another publication that prints the same series and year, and a person
who types the figure without seeing a reading. What no proof covers: the same wrong newest figure in both readings, and two newest
figures exchanged in both; only the independence of the readings speaks against these.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from ind_warehouse.edition.held import Held, value_of
from ind_warehouse.edition.questions import NO, YES, Questions
from ind_warehouse.edition.read import AMOUNT, Box, Document, Row, is_figure, mend, years_of
from ind_warehouse.edition.rows import SKIP, Rows

# agreement of two readings counts while fewer than this many of the newest figures are to be expected wrong in both
TOLERATED = 0.02
# a newest figure so many times last year's, or as much smaller, has a digit too many or too few until a person says otherwise
JUMP = 4
FIRST, SECOND, PERSON = "first reading", "second reading", "a person"
READ_BY_PERSON = "a person, from the page"
NUMBERS = ("count", "share", "eur")


@dataclass
class Cell:
    """A figure as it is to be entered, empty where nothing is printed; what proves it, and who read it again."""

    text: str
    proofs: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """A row as it is to be entered."""

    series: str
    chapter: str
    table: str
    label: str
    printed_in: str
    cells: dict[int, Cell]


class Figures:
    """Prove the figures of one document, with the answers that were given.

    Attributes:
        entries: The rows.
        otherwise: Series, year and page where a page about the year has another figure.
        mended: How many figures were read with a damage that was undone.
        risk: How many newest figures both readings are expected to have wrong alike; nothing where there is one reading.
    """

    def __init__(self, held: Held, document: Document, second: Document | None, reader: str, questions: Questions) -> None:
        """Begin.

        Args:
            held: The seeds.
            document: The first reading.
            second: The second one, if there is any.
            reader: By whom the second was made, as the seeds have it.
            questions: The answers that were given; what is open is put there.
        """
        self.held, self.document, self.second, self.reader, self.questions = held, document, second, reader, questions
        self.years = years_of(held.year)
        self.rows = Rows(held, document, second, questions)
        self.entries: list[Entry] = []
        self.entries_of: dict[int, list[Entry]] = defaultdict(list)
        self.otherwise: list[tuple[str, int, str]] = []
        self.mended = 0

    def expected_errors(self) -> float | None:
        """Estimate how many newest figures both readings have wrong alike.

        The figures that are held are a test with known answers, which gives each reading's rate of errors on this very document.
        """
        if not self.second:
            return None
        known, wrong = [1, 1], [1, 1]
        for (i, j), series in self.series.items():
            for year in self.years:
                held = {value_of(text) for text in self.held.printed(series or "", year).values()}
                rows = self.document.tables[i].rows[j], self.rows.again(i, j)
                first, second = (value_of(mend(row.cells.get(year, ""))) if row else ("", 0) for row in rows)
                # what both have otherwise was revised; what was not found agrees with nothing
                if held and (first != second or first in held):
                    for n, value in enumerate((first, second)):
                        known[n] += value != ("", 0)
                        wrong[n] += value != ("", 0) and value not in held
        return len(self.series) * wrong[0] * wrong[1] / (known[0] * known[1])

    def enter_row(self, i: int, j: int, series: str | None) -> None:
        """Prove the figures of a row."""
        table = self.document.tables[i]
        row, again, name = table.rows[j], self.rows.again(i, j), self.rows.names[i, j]
        cells = {year: self.prove(name, row, again, series or "", year) for year in self.years[1:]}
        # where both readings were wrong of an older figure, or have none that is held, the row or its columns are misread
        readings = {year: {mend(of.cells.get(year, "")) for of in (row, again) if of} for year in self.years}
        held = [year for year in self.years if self.held.printed(series or "", year)]
        misread = any(cell.text and cell.text not in readings[year] for year, cell in cells.items())
        strange = held and not any(text in readings[year] for year in held for text in self.held.printed(series, year).values())
        newest = self.prove(name, row, again, series or "", self.years[0], doubted=misread or bool(strange))
        cells = {self.years[0]: newest} | cells
        other = self.rows.held_table(i)
        entry = Entry(
            series or "",
            (other and other.chapter) or table.chapter or table.label,
            self.rows.label(table, self.rows.again_table(i), other),
            self.rows.label(row, again, self.rows.held_row(i, j)),
            row.printed_in,
            cells,
        )
        self.entries.append(entry)
        self.entries_of[i].append(entry)

    def prove(self, name: str, row: Row, again: Row | None, series: str, year: int, doubted: bool = False) -> Cell:
        """Prove one figure, or have it typed; always, where it is doubted and no other publication has it."""
        form = is_figure if row.printed_in == "table" else AMOUNT.fullmatch
        raw = row.cells.get(year, "")
        readings = {FIRST: raw, SECOND: again.cells.get(year, "") if again else ""}
        held = self.held.printed(series, year)
        votes: dict[str, list[str]] = {}
        for who, read in readings.items():
            text = mend(read) if row.printed_in == "table" else read
            if text and form(text):
                votes.setdefault(text, []).append(who)
        for code, text in held.items():
            votes.setdefault(next((other for other in votes if value_of(other) == value_of(text)), text), []).append(code)
        read_votes = {text: who for text, who in votes.items() if {FIRST, SECOND} & set(who)}
        best = sorted(read_votes, key=lambda text: len(read_votes[text]), reverse=True)
        text = best[0] if best else ""
        proofs = votes.get(text, [])
        elsewhere = [who for who in proofs if who in held]
        tied = len(best) > 1 and len(votes[best[1]]) == len(proofs)
        doubtful = not elsewhere and (
            doubted or self.is_noisy() or self.jumps(series, year, text, mend(row.cells.get(year - 1, "")))
        )
        key = f"figure|{name} / {year}"
        seen, box = (*readings.values(), *held.values()), row.boxes.get(year, row.box)
        if len(proofs) < 2 or tied or doubtful:
            return self.typed(key, f"{name} / {year}", seen, box, votes, form, nothing=not any(readings.values()))
        others = {code: other for code, other in held.items() if value_of(other) != value_of(text)}
        # the nearest publication, or a page about the year, has it otherwise
        if others and (next(iter(held)) in others or others.keys() & self.held.pages.keys()):
            figures = " ".join(row.cells.get(of, "") or "(nothing)" for of in self.years)
            told = ", ".join(f"{other} in {self.held.named(code)}" for code, other in others.items())
            question = f"{name} / {year} is {text}, but {told}; the whole row is {figures}. Is it printed so?"
            if (
                self.questions.ask(f"revised|{key}", question, "yes, or no to type it", seen, (YES, NO).__contains__, box, YES)
                == NO
            ):
                return self.typed(key, f"{name} / {year}", seen, box, votes, form)
        self.otherwise += [(series, year, code) for code in others if code in self.held.pages]
        self.mended += FIRST in proofs and raw != text
        return Cell(text, proofs, [self.reader] if SECOND in proofs else [])

    def is_noisy(self) -> bool:
        """Say whether the readings err so often that their agreement proves nothing."""
        return self.risk is not None and self.risk > TOLERATED

    def jumps(self, series: str, year: int, text: str, before: str) -> bool:
        """Say whether a newest figure is of another size than the one of the year before."""
        if year != self.years[0]:
            return False
        held = self.held.printed(series, year - 1)
        (kind, new), (other, old) = value_of(text), value_of(next(iter(held.values()), before))
        if kind not in NUMBERS or other not in NUMBERS or kind == "share" == other:
            return False
        return kind != other or (min(new, old) * JUMP < max(new, old) and max(new, old) > 20)

    def typed(
        self, key: str, name: str, seen: object, box: Box, votes: dict[str, list[str]], form: Callable, nothing: bool = False
    ) -> Cell:
        """Have a figure typed by a person who is shown no reading of it; where it agrees with none, by one more.

        Args:
            key: The name of the question.
            name: The figure for people.
            seen: What was read.
            box: Where it stands.
            votes: By figure who has it.
            form: Says whether a text is a figure.
            nothing: Whether no reading found anything there.
        """
        answers = "the figure as printed, - for a dash, or empty where nothing is printed"
        answer = self.questions.ask(
            key, f"Type {name} from the page.", answers, seen, lambda text: text == "empty" or bool(form(text)), box
        )
        if answer is None:
            return Cell("")
        text = "" if answer == "empty" else answer
        agree = votes.get(text, []) if text else [FIRST] * nothing
        if not agree:
            question = (
                f"What was typed of {name} agrees with no reading. Let somebody else type it, who does not see the first answer."
            )
            if self.questions.ask(f"{key}|again", question, answers, (seen, answer), answer.__eq__, box) is None:
                return Cell("")
        return Cell(text, [PERSON, *agree], [READ_BY_PERSON, *[self.reader] * (SECOND in agree)] if text else [])

    def enter_amounts(self) -> None:
        """Enter the amount in the notes behind a table: where one is held there, or where a person says which series it is."""
        newest = self.years[0]
        for i, table in enumerate(self.document.tables):
            other, again = self.rows.held_table(i), self.rows.again_tables.get(i)
            box, text = amount_behind(self.document, i)
            row = Row("", {newest: text}, box or table.box, printed_in="note")
            known = [of for of in other.rows if of.printed_in == "note"] if other else []
            if text and not known:
                question = f'A note behind "{table.label}" has an amount ({text}).'
                code = self.rows.ask_for_code(f"amount|{table.label}", question, row, {entry.series for entry in self.entries})
                known = [Row(self.held.words(code), {}, series=code)] if code and code != SKIP else []
            for of in known:
                second = Row("", {newest: amount_behind(self.second, again)[1]}) if again is not None else None
                cell = self.prove(f"{table.label} / {of.label}", row, second, of.series, newest)
                chapter, label = (
                    (other and other.chapter) or table.chapter,
                    self.rows.label(table, self.rows.again_table(i), other),
                )
                if cell.text:
                    self.entries.append(Entry(of.series, chapter, label, of.label, "note", {newest: cell}))


def amount_behind(document: Document, at: int | None) -> tuple[Box, str]:
    """Find the amount in the notes behind a table, as it is printed; nothing where there is none, or more than one."""
    found = [(box, match) for box, text, table in document.notes if table == at for match in AMOUNT.finditer(text)]
    if len(found) != 1:
        return (), ""
    box, match = found[0]
    number = (match[1] or match[2]).replace(".", ",")
    return box, f"€ {number} mln" if match[1] else f"{number} miljoen euro"
