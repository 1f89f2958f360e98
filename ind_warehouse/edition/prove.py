"""Prove each figure by something that did not see it, and ask if nothing does.

Two of these must agree: the first reading, the second, another publication that prints the same series and year, and a person
who types the figure without seeing a reading. Not covered: a newest figure that both readings have wrong in the same way, and two
newest figures that both have exchanged. Only the independence of the readings speaks against these.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from ind_warehouse.edition.held import Held, value_of
from ind_warehouse.edition.questions import NO, YES, Questions
from ind_warehouse.edition.read import AMOUNT, Box, Document, Row, Table, is_figure, mend, years_of
from ind_warehouse.edition.rows import SKIP, Rows, plain

# two readings prove a figure only while fewer than this many newest figures are expected to be wrong in both
TOLERATED = 0.02
# a newest figure this many times last year's, or as much smaller, may have a digit too many or too few
JUMP = 4
FIRST, SECOND, PERSON = "first reading", "second reading", "a person"
READ_BY_PERSON = "a person, from the page"
NUMBERS = ("count", "share", "eur")


@dataclass
class Cell:
    """A figure to be entered, empty if nothing is printed; what proves it, and who read it again."""

    text: str
    proofs: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """A row to be entered."""

    series: str
    chapter: str
    table: str
    label: str
    printed_in: str
    cells: dict[int, Cell]


@dataclass
class Places:
    """A top-3 list to be entered: words, nationality codes, and who read it again."""

    product: str
    chapter: str
    table: str
    heading: str
    label: str
    words: list[str]
    codes: list[str]
    readers: list[str]


class Prover:
    """Prove one document, with the answers given so far.

    Attributes:
        rows: The rows of both readings and of the edition that is held.
        entries: The rows to be entered.
        lists: The lists to be entered.
        otherwise: Series, year and page, where a page about the year has another figure.
        mended: The number of figures whose damage was undone.
        hints: What is unusual; it proves nothing.
        keep_notes: Whether our words for the notes of the last edition stand again.
    """

    def __init__(self, held: Held, document: Document, second: Document | None, reader: str, questions: Questions) -> None:
        """Prepare.

        Args:
            held: The seeds.
            document: The first reading.
            second: The second reading, if any.
            reader: Who made the second reading, as the seeds name it.
            questions: The answers given so far; open questions are added.
        """
        self.held, self.document, self.second, self.reader, self.questions = held, document, second, reader, questions
        self.years = years_of(held.year)
        self.rows = Rows(held, document, second, questions)
        self.entries: list[Entry] = []
        self.entries_of: dict[Table, list[Entry]] = defaultdict(list)
        self.lists: list[Places] = []
        self.otherwise: list[tuple[str, int, str]] = []
        self.mended = 0
        self.hints: list[str] = []
        self.keep_notes = False

    def run(self) -> None:
        """Prove everything."""
        self.series = self.rows.series()
        self.risk = self.expected_errors()
        for table in self.document.tables:
            for row in table.rows:
                if self.series[row] != SKIP:
                    self.enter_row(table, row, self.series[row] or "")
        for table in self.document.tables:
            self.enter_amount(table)
            if table.beside:
                self.enter_list(table)
        self.ask_for_gone()
        self.look_twice()
        for box, text in self.document.odd:
            question = f'A line with figures is not a row: "{text}". Is it to be left out?'
            self.questions.confirmed(f"line|{text}", question, text, box)
        self.ask_for_notes()

    def expected_errors(self) -> float | None:
        """Estimate how many newest figures are wrong in both readings; nothing if there is one reading.

        The figures that are held are a test with known answers, which gives each reading's error rate on this very document.
        """
        if not self.second:
            return None
        known, wrong = [1, 1], [1, 1]
        for row, series in self.series.items():
            for year in self.years:
                held = {value_of(text) for text in self.held.printed(series or "", year).values()}
                values = [value_of(mend(of.cells.get(year, ""))) if of else ("", 0) for of in (row, self.rows.again.get(row))]
                # what both have otherwise was revised; what was not found agrees with nothing
                if held and (values[0] != values[1] or values[0] in held):
                    for n, value in enumerate(values):
                        known[n] += value != ("", 0)
                        wrong[n] += value != ("", 0) and value not in held
        return len(self.series) * wrong[0] * wrong[1] / (known[0] * known[1])

    def is_noisy(self) -> bool:
        """Return whether the readings err so often that their agreement proves nothing."""
        return self.risk is not None and self.risk > TOLERATED

    def enter_row(self, table: Table, row: Row, series: str) -> None:
        """Prove the figures of a row, the newest one last: the older ones show whether the row is misread."""
        name, again, newest = self.rows.names[row], self.rows.again.get(row), self.years[0]
        cells = {year: self.prove(name, row, again, series, year) for year in self.years[1:]}
        readings = {year: {mend(of.cells.get(year, "")) for of in (row, again) if of} for year in self.years}
        held = {year: set(self.held.printed(series, year).values()) for year in self.years}
        misread = any(cell.text and cell.text not in readings[year] for year, cell in cells.items())
        strange = any(held.values()) and not any(held[year] & readings[year] for year in self.years)
        cells = {newest: self.prove(name, row, again, series, newest, doubted=misread or strange)} | cells
        entry = Entry(series, self.chapter(table), self.rows.label(table), self.rows.label(row), "table", cells)
        self.entries.append(entry)
        self.entries_of[table].append(entry)

    def chapter(self, table: Table) -> str:
        """Return the chapter of a table, as it is held if it is."""
        known = self.rows.known.get(table)
        return (known and known.chapter) or table.chapter or table.label

    def prove(self, name: str, row: Row, again: Row | None, series: str, year: int, doubted: bool = False) -> Cell:
        """Prove a figure, or have it typed.

        Args:
            name: The row's name for people.
            row: The first reading.
            again: The second reading, if any.
            series: Its series, empty if unknown.
            year: The reference year.
            doubted: Whether readings alone prove nothing here.
        """
        is_note = row.printed_in == "note"
        form = AMOUNT.fullmatch if is_note else is_figure
        raw = [of.cells.get(year, "") if of else "" for of in (row, again)]
        held = self.held.printed(series, year)
        votes: dict[str, list[str]] = defaultdict(list)
        for who, found in zip((FIRST, SECOND), raw, strict=True):
            if form(text := found if is_note else mend(found)):
                votes[text].append(who)
        read = list(votes)
        for code, text in held.items():
            votes[next((other for other in votes if value_of(other) == value_of(text)), text)].append(code)
        best = sorted(read, key=lambda text: len(votes[text]), reverse=True)
        text = best[0] if best else ""
        proofs = votes[text] if text else []
        tied = len(best) > 1 and len(votes[best[1]]) == len(proofs)
        readings_suffice = not (doubted or self.is_noisy() or self.jumps(series, year, text, mend(row.cells.get(year - 1, ""))))
        key, figure, seen = f"figure|{name} / {year}", f"{name} / {year}", (*raw, *held.values())
        box = row.boxes.get(year, row.box)

        def typed() -> Cell:
            return self.typed(key, figure, seen, box, votes, form, nothing=not any(raw))

        if len(proofs) < 2 or tied or not (readings_suffice or held.keys() & proofs):
            return typed()
        others = {code: other for code, other in held.items() if value_of(other) != value_of(text)}
        # the nearest publication, or a page about the year, has another figure
        if others and (next(iter(held)) in others or others.keys() & self.held.pages.keys()):
            figures = " ".join(row.cells.get(of, "") or "(nothing)" for of in self.years)
            told = ", ".join(f"{other} in {self.held.named(code)}" for code, other in others.items())
            question = f"{figure} is {text}, but {told}; the whole row is {figures}. Is it printed so?"
            answers = "yes, or no to type it"
            if self.questions.ask(f"revised|{key}", question, answers, seen, (YES, NO).__contains__, box, YES) == NO:
                return typed()
        self.otherwise += [(series, year, code) for code in others if code in self.held.pages]
        self.mended += FIRST in proofs and raw[0] != text
        return Cell(text, proofs, [self.reader] if SECOND in proofs else [])

    def jumps(self, series: str, year: int, text: str, before: str) -> bool:
        """Return whether a newest figure is of another kind or size than the one of the year before."""
        if year != self.years[0]:
            return False
        held = self.held.printed(series, year - 1)
        (kind, new), (other, old) = value_of(text), value_of(next(iter(held.values()), before))
        if kind not in NUMBERS or other not in NUMBERS or kind == "share" == other:
            return False
        return kind != other or (min(new, old) * JUMP < max(new, old) and max(new, old) > 20)

    def typed(
        self, key: str, name: str, seen: object, box: Box, votes: dict[str, list[str]], form: Callable, nothing: bool
    ) -> Cell:
        """Have a figure typed by a person who is not shown a reading; if it agrees with none, by a second one.

        Args:
            key: The question's key.
            name: The figure for people.
            seen: What was read.
            box: Where it stands.
            votes: Who has each figure.
            form: Says whether a text is a figure.
            nothing: Whether no reading found anything there.
        """
        answers = "the figure as printed, - for a dash, or empty if nothing is printed"

        def valid(text: str) -> bool:
            return text == "empty" or bool(form(text))

        answer = self.questions.ask(key, f"Type {name} from the page.", answers, seen, valid, box)
        if answer is None:
            return Cell("")
        text = "" if answer == "empty" else answer
        # OCR passes over dashes
        agree = [FIRST] if nothing and text in ("", "-") else votes.get(text, [])
        if not agree:
            question = f"What was typed for {name} agrees with no reading. Let somebody else type it without seeing that answer."
            if self.questions.ask(f"{key}|again", question, answers, (seen, answer), answer.__eq__, box) is None:
                return Cell("")
        readers = [READ_BY_PERSON, *[self.reader] * (SECOND in agree)]
        return Cell(text, [PERSON, *agree], readers if text else [])

    def enter_amount(self, table: Table) -> None:
        """Enter the amount in the notes of a table, if one is held there or a person says which series it is."""
        newest, known, again = self.years[0], self.rows.known.get(table), self.rows.again.get(table)
        box, text = amount_behind(self.document, table)
        row = Row("", {newest: text}, box or table.box, printed_in="note")
        held = [of for of in known.rows if of.printed_in == "note"] if known else []
        if text and not held:
            question = f'A note on "{table.label}" has an amount ({text}).'
            code = self.rows.ask_for_code(f"amount|{table.label}", question, row, {entry.series for entry in self.entries})
            held = [Row(self.held.words(code), {}, series=code)] if code and code != SKIP else []
        for of in held:
            second = Row("", {newest: amount_behind(self.second, again)[1]}) if again else None
            cell = self.prove(f"{table.label} / {of.label}", row, second, of.series, newest)
            if cell.text:
                labels = self.chapter(table), self.rows.label(table), of.label
                self.entries.append(Entry(of.series, *labels, "note", {newest: cell}))

    def enter_list(self, table: Table) -> None:
        """Prove the three places of a list by two readings, or have them typed."""
        known, again = self.rows.known.get(table), self.rows.again.get(table)
        words, readers, box = table.places, [self.reader], table.list_box
        read = [list(map(plain, of.places)) for of in (table, again) if of and len(of.places) == 3]
        if len(read) < 2 or read[0] != read[1]:
            text = f'Type the three nationalities beside "{table.label}" from the page.'
            answers, key = "three words with commas between them, or none if there is no list", f"list|{table.label}"
            seen = (table.places, again and again.places)
            answer = self.questions.ask(key, text, answers, seen, lambda text: text == "none" or text.count(",") == 2, box)
            if answer in (None, "none"):
                return
            words, readers = [word.strip() for word in answer.split(",")], [READ_BY_PERSON]
            if list(map(plain, words)) not in read:
                text = f"What was typed agrees with no reading. {text}"
                self.questions.ask(f"{key}|again", text, answers, (seen, answer), answer.__eq__, box)
        answers = "a code of seeds/reference/nationalities.csv; a new one is entered there first"
        codes, known_codes = [], set(self.held.nationalities.values())
        for word in words:
            text = f'"{word}" beside "{table.label}" is not a known spelling. Which nationality is it?'
            code = self.held.nationalities.get(word)
            codes.append(code or self.questions.ask(f"word|{word}", text, answers, word, known_codes.__contains__, box))
        products = Counter(entry.series.split(".")[0] for entry in self.entries_of[table] if entry.series)
        if products:
            heading = table.heading
            if known and known.places and not re.fullmatch(r"Top 3 nationaliteiten .*\d{4}", heading):
                heading = re.sub(r"\d{4}$", str(self.held.year), known.heading)
            label = self.rows.label(table)
            labels = self.chapter(table), label, heading, table.list_label or label
            self.lists.append(Places(products.most_common(1)[0][0], *labels, words, codes, readers))

    def ask_for_gone(self) -> None:
        """Ask of each row and list of the last edition that is not found whether it is gone; once for a whole table."""
        entered, tables = {entry.series for entry in self.entries}, {of: table for table, of in self.rows.known.items()}
        for held in self.held.tables:
            missing = [row for row in held.rows if row.series not in entered]
            for part in [[row] for row in missing] if held in tables else filter(None, [missing]):
                labels = ", ".join(f'"{row.label}"' for row in part)
                text = f'"{held.label}" of {self.rows.where} is not found: {labels}. Does the document no longer have it?'
                self.questions.confirmed(f"gone|{held.label}|{labels}", text, labels)
            if held.places and held in tables and not tables[held].beside:
                text = f'The list beside "{held.label}" is not found. Does the document no longer have it?'
                self.questions.confirmed(f"gone|{held.label}|list", text, held.label)

    def look_twice(self) -> None:
        """Note stocks that the flows do not explain, and counts that are not rounded as before."""
        newest = self.years[0]
        cells = {entry.series: entry.cells[newest].text for entry in self.entries}
        for series, text in cells.items():
            product, _, measure = series.partition(".")
            flows = [cells.get(f"{product}.{name}", "") for name in ("applications", "decisions")]
            before = next(iter(self.held.printed(series, newest - 1).values()), "")
            values = [value_of(of) for of in (text, before, *flows)]
            if measure == "pending" and {kind for kind, _ in values} == {"count"}:
                stock, last, inflow, outflow = (number for _, number in values)
                if abs(rest := stock - last - inflow + outflow) > max(0.1 * inflow, 300):
                    self.hints.append(f"{product}: stock and flows leave {rest:+d} unexplained")
            olds = [value_of(of) for year in self.years[1:] for of in self.held.printed(series, year).values()]
            if values[0][0] == "count" and values[0][1] % 10 and olds and not any(number % 10 for _, number in olds):
                self.hints.append(f"{series}: {text} is not in tens")

    def ask_for_notes(self) -> None:
        """Ask once whether the notes say what those of the last edition say; the words are a person's."""
        notes = {row["footnote_number"] for row in self.held.seeds["footnotes"] if row["publication_code"] == self.held.before}
        if notes and self.document.notes:
            read = [text for _, text, _ in self.document.notes]
            text = (
                f"The document has {len(read)} notes; for {self.held.named(self.held.before)} {len(notes)} are in our words."
                " Do they say the same, so that our words stand again? With no you write them before make."
            )
            self.keep_notes = self.questions.ask("notes", text, "yes or no", read, (YES, NO).__contains__) == YES


def amount_behind(document: Document, table: Table) -> tuple[Box, str]:
    """Return the place and text of the amount in the notes on a table; nothing if there is none, or more than one."""
    found = [(box, match) for box, text, of in document.notes if of is table for match in AMOUNT.finditer(text)]
    if len(found) != 1:
        return (), ""
    box, match = found[0]
    number = (match[1] or match[2]).replace(".", ",")
    return box, f"€ {number} mln" if match[1] else f"{number} miljoen euro"
