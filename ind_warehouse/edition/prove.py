"""Prove each figure by something that did not see it, and ask where nothing does.

Two of these must agree: the first reading, the second one, another publication that prints the same series and year, and a person
who types the figure without seeing a reading. What no proof covers: the same wrong newest figure in both readings, and two newest
figures exchanged in both; only the independence of the readings speaks against these.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from ind_warehouse.edition.held import Held, value_of
from ind_warehouse.edition.match import plain
from ind_warehouse.edition.questions import NO, YES, Questions
from ind_warehouse.edition.read import AMOUNT, Box, Document, Row, Table, is_figure, mend, years_of
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


@dataclass
class Places:
    """A top-3 list as it is to be entered: words, codes, and who read it again."""

    product: str
    chapter: str
    table: str
    heading: str
    label: str
    words: list[str]
    codes: list[str]
    readers: list[str]


class Prover:
    """Prove one document, with the answers that were given.

    Attributes:
        entries: The rows.
        lists: The lists.
        otherwise: Series, year and page where a page about the year has another figure.
        keep_notes: Whether our words for the notes of the last edition stand again.
        mended: How many figures were read with a damage that was undone.
        risk: How many newest figures both readings are expected to have wrong alike; nothing where there is one reading.
        hints: What is unusual, and proves nothing.
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
        self.lists: list[Places] = []
        self.otherwise: list[tuple[str, int, str]] = []
        self.keep_notes, self.mended, self.hints = False, 0, []

    def run(self) -> None:
        """Prove all of it."""
        self.series = self.rows.series()
        self.risk = self.expected_errors()
        for (i, j), series in self.series.items():
            if series != SKIP:
                self.enter_row(i, j, series)
        self.enter_amounts()
        for i, table in enumerate(self.document.tables):
            if table.beside:
                self.enter_list(i, table)
        self.ask_for_gone()
        self.check_sums()
        self.look_twice()
        for box, text in self.document.odd:
            self.questions.confirmed(
                f"line|{text}", f'A line with figures is no row: "{text}". Is it to be passed over?', text, box
            )
        self.ask_for_notes()

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
        cells = {year: self.prove(name, row, again, series or "", year) for year in self.years}
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

    def prove(self, name: str, row: Row, again: Row | None, series: str, year: int) -> Cell:
        """Prove one figure, or have it typed."""
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
        doubtful = not elsewhere and (self.is_noisy() or self.jumps(series, year, text, mend(row.cells.get(year - 1, ""))))
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

    def enter_list(self, i: int, table: Table) -> None:
        """Prove the three places of a list: by two readings, or by a person who types them."""
        again, other = self.rows.again_table(i), self.rows.held_table(i)
        words, readers = table.places, [self.reader]
        read = [list(map(plain, of.places)) for of in (table, again) if of and len(of.places) == 3]
        if len(read) < 2 or read[0] != read[1]:
            text, seen = (
                f'Type the three nationalities beside "{table.label}" from the page.',
                (table.places, again and again.places),
            )
            answers = "three words with commas between them, or none where there is no list"
            key = f"list|{table.label}"
            answer = self.questions.ask(
                key, text, answers, seen, lambda text: text == "none" or text.count(",") == 2, table.list_box
            )
            if answer in (None, "none"):
                return
            words, readers = [word.strip() for word in answer.split(",")], [READ_BY_PERSON]
            if list(map(plain, words)) not in read:
                text = f"What was typed agrees with no reading. {text}"
                self.questions.ask(f"{key}|again", text, answers, (seen, answer), answer.__eq__, table.list_box)
        answers = "a code of seeds/reference/nationalities.csv; a new one is entered there first"
        known = self.held.nationality_codes
        codes = []
        for word in words:
            text = f'"{word}" beside "{table.label}" is no spelling that is known. Which nationality is it?'
            known = self.held.nationalities.get(word)
            codes.append(
                known
                or self.questions.ask(
                    f"word|{word}", text, answers, word, self.held.nationality_codes.__contains__, table.list_box
                )
                or ""
            )
        own = [entry for entry in self.entries_of[i] if entry.series]
        product = Counter(entry.series.split(".")[0] for entry in own).most_common(1)
        if not product:
            return
        heading = table.heading
        if other and other.places and not re.fullmatch(r"Top 3 nationaliteiten .*\d{4}", heading):
            heading = re.sub(r"\d{4}$", str(self.held.year), other.heading)
        label = self.rows.label(table, again, other)
        self.lists.append(Places(product[0][0], own[0].chapter, label, heading, table.list_label or label, words, codes, readers))

    def ask_for_gone(self) -> None:
        """Ask of each row and list that is not found whether it is gone; of a table that is not found, once."""
        entered, where = {entry.series for entry in self.entries}, self.rows.where
        for k, table in enumerate(self.held.tables if self.held.like else []):
            i = next((i for i, of in self.rows.tables_of.items() if of == k), None)
            missing = [row for row in table.rows if row.series not in entered]
            parts = [missing] if i is None else [[row] for row in missing]
            for part in filter(None, parts):
                labels = ", ".join(f'"{row.label}"' for row in part)
                text = f'"{table.label}" of {where} is not found: {labels}. Has the document it no longer?'
                self.questions.confirmed(f"gone|{table.label}|{labels}", text, labels)
            if table.places and i is not None and not self.document.tables[i].beside:
                text = f'The list beside "{table.label}" is not found. Has the document it no longer?'
                self.questions.confirmed(f"gone|{table.label}|list", text, table.label)

    def check_sums(self) -> None:
        """Have the figures of a printed total typed where they do not add up."""
        newest = self.years[0]
        entries = {entry.series: entry for entry in self.entries if newest in entry.cells}
        for check in self.held.read("checks"):
            codes = [check["found_code"], *check["part_codes"].split(" + ")]
            if check["must_hold"] != "true" or not entries.keys() >= set(codes):
                continue
            values = [value_of(entries[code].cells[newest].text) for code in codes]
            if {kind for kind, _ in values} != {"count"}:
                continue
            whole, *parts = (number for _, number in values)
            # each number is rounded by itself
            step = 10 if all(number % 10 == 0 for number in (whole, *parts)) else 1
            if abs(whole - sum(parts)) > step * len(codes) / 2:
                for code in codes:
                    self.confirm_part(entries[code], check["name_nl"])

    def confirm_part(self, entry: Entry, check: str) -> None:
        """Have a figure typed that a check does not fit, unless a person has."""
        cell, newest = entry.cells[self.years[0]], self.years[0]
        if cell.text and PERSON not in cell.proofs:
            name, key = f"{entry.table} / {entry.label} / {newest}", f"sum|{entry.table} / {entry.label}"
            name += f", which does not fit ({check}),"
            entry.cells[newest] = self.typed(key, name, cell.text, (), {cell.text: cell.proofs}, is_figure)

    def look_twice(self) -> None:
        """Note stocks that flows do not explain, and counts that are rounded unlike before."""
        newest = self.years[0]
        cells = {entry.series: entry.cells[newest].text for entry in self.entries if newest in entry.cells}
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
        notes = {row["footnote_number"] for row in self.held.read("footnotes") if row["publication_code"] == self.held.before}
        if notes and self.document.notes:
            read = [text for _, text, _ in self.document.notes]
            text = (
                f"The document has {len(read)} notes; for {self.held.named(self.held.before)} {len(notes)} are in our words."
                " Do they say the same, so that our words stand again? With no you write them before make."
            )
            self.keep_notes = self.questions.ask("notes", text, "yes or no", read, (YES, NO).__contains__) == YES


def amount_behind(document: Document, at: int | None) -> tuple[Box, str]:
    """Find the amount in the notes behind a table, as it is printed; nothing where there is none, or more than one."""
    found = [(box, match) for box, text, table in document.notes if table == at for match in AMOUNT.finditer(text)]
    if len(found) != 1:
        return (), ""
    box, match = found[0]
    number = (match[1] or match[2]).replace(".", ",")
    return box, f"€ {number} mln" if match[1] else f"{number} miljoen euro"
