"""Prove each figure by something that did not see it, and ask if nothing does.

Two of these must agree: the first reading, the second, another publication that prints the same series and year, and a person
who types the figure without seeing a reading. Not covered: a newest figure that both readings have wrong in the same way, and two
newest figures that both have exchanged. Only the independence of the readings speaks against these.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches

from ind_warehouse.edition.held import AGES, Held, value_of
from ind_warehouse.edition.questions import YES, YES_OR_NO, Question, Questions
from ind_warehouse.edition.read import Document, Row, Table, is_figure, mend, years_of
from ind_warehouse.edition.rows import agreeing, pair, plain

# two readings prove a figure only while fewer than this many newest figures are expected to be wrong in both, alike or not
TOLERATED = 0.05
# a newest figure this many times last year's, or as much smaller, may have a digit too many or too few
JUMP = 4
FIRST, SECOND, PERSON = "first reading", "second reading", "a person"
READ_BY_PERSON = "a person, from the page"
SKIP = "skip"
NUMBERS = {"count", "share", "eur"}

# a figure, and what proves it
Cell = tuple[str, list[str]]
Test = Callable[[str], bool]


class Prover:
    """Prove one document, with the answers given so far.

    Attributes:
        known: The table or row that is held, by that of the document.
        again: The table or row of the second reading, by that of the document.
        names: A unique name of each row, for people.
        series: The series of each row, known or answered: ``skip`` if it is left out, nothing while the question is open.
        added: The lines to be added to each seed, without the edition's code.
        spelled: The nationality of each new spelling.
        otherwise: Series, year and page, where a page about the year has another figure.
        proofs: How many figures each proof has proved; of none, how many are not.
        mended: The number of figures whose damage was undone.
        is_noisy: Whether the readings err so often that their agreement proves nothing.
        hints: What is unusual; it proves nothing.
        keep_notes: Whether our words for the notes of the last edition stand again.
    """

    def __init__(self, held: Held, document: Document, second: Document | None, reader: str, questions: Questions) -> None:
        """Prove everything.

        Args:
            held: The seeds.
            document: The first reading.
            second: The second reading, if any.
            reader: Who made the second reading, as the seeds name it.
            questions: The answers given so far; open questions are added.
        """
        self.held, self.document, self.reader, self.ask = held, document, reader, questions.ask
        self.years = years_of(held.year)
        self.like = held.named(held.like)
        self.known = pair(document.tables, held.tables, self.years)
        self.again = pair(document.tables, second.tables, self.years[1:]) if second else {}
        self.names: dict[Row, str] = {}
        self.series: dict[Row, str | None] = {}
        self.added: dict[str, list[dict]] = defaultdict(list)
        self.spelled: dict[str, str] = {}
        self.otherwise: list[tuple[str, int, str]] = []
        self.proofs: Counter[str] = Counter()
        self.mended = 0
        for table in document.tables:
            same = self.is_same_table(table)
            for row in table.rows:
                self.names[row] = self.name(table, row)
                self.series[row] = self.series_of(row, same)
        self.is_noisy = bool(second) and self.expected_errors() > TOLERATED
        for table in document.tables:
            rows = [row for row in table.rows if self.series[row] != SKIP]
            for row in rows:
                self.enter_row(table, row, self.series[row] or "")
            if table.beside:
                self.enter_list(table, Counter(self.series[row].split(".")[0] for row in rows if self.series[row]))
        self.ask_for_gone()
        for place, text in document.odd:
            question = f'A line with figures is not a row: "{text}". Is it to be left out?'
            self.ask(Question(f"line|{text}", question, text, place=place))
        self.hints = self.look_twice()
        self.keep_notes = self.ask_for_notes()

    def has_known_label(self, read: Table | Row) -> bool:
        """Return whether a table or row has the label that is held; if only one of two readings has it, the other misread it."""
        known = plain(self.known[read].label)
        return any(of and plain(of.label) == known for of in (read, self.again.get(read)))

    def label(self, read: Table | Row) -> str:
        """Write a label as first read, or as held if only the second reading has that, or if it is our own, as of an amount."""
        known = self.known.get(read)
        is_own = isinstance(read, Row) and read.printed_in == "note"
        misread = known and plain(known.label) != plain(read.label) and self.has_known_label(read)
        return known.label if misread or (known and is_own) else read.label

    def name(self, table: Table, row: Row) -> str:
        """Name a row by the labels that are entered; a person would look for a misread one in vain."""
        name = f"{self.label(table)} / {self.label(row)}"
        while name in self.names.values():
            name += " (again)"
        return name

    def is_same_table(self, table: Table) -> bool:
        """Return whether a table is one that is held; if it is renamed, ask, because its definition may have changed."""
        known = self.known.get(table)
        if not known or self.has_known_label(table):
            return bool(known)
        counts = [agreeing(row, self.known[row], self.years) for row in table.rows if row in self.known]
        same, of = (sum(count) for count in zip((0, 0), *counts, strict=True))
        text = f'Table "{table.label}" is taken for "{known.label}" of {self.like}: {same} of {of} figures agree.'
        text += " Is it the same, by the same definition?"
        seen = (table.label, [(row.label, *row.cells.items()) for row in table.rows])
        return self.ask(Question(f"table|{table.label}", text, seen, YES_OR_NO, table.place, YES)) != "no"

    def series_of(self, row: Row, same_table: bool) -> str | None:
        """Return the series of a row; ask if it is new, renamed, or has no figure in common with the one that has its label."""
        known, name = self.known.get(row) if same_table else None, self.names[row]
        same = agreeing(row, known, self.years)[0] if known else 0
        if known and (row.printed_in == "note" or (same and self.has_known_label(row))):
            code = known.series
        else:
            text = f"Row {name} ({' '.join(row.cells.values())})"
            if known is None:
                text += f" is not in {self.like}."
            elif same:
                text += f' is taken for "{known.label}" of {self.like}: {same} figures agree.'
            else:
                had = " ".join(filter(None, known.cells.values())) or "nothing"
                text += f" has no figure in common with the row of that name, for which {had} is held."
            code = self.code_for(f"row|{name}", text, row, (), known.series if known else "")
        taken = self.series.values()
        if code and code != SKIP and code in taken:
            code = self.code_for(f"twice|{name}", f"Row {name} would be a second row of {code}.", row, taken)
        return code

    def code_for(self, key: str, text: str, row: Row, taken: Iterable, proposal: str = "") -> str | None:
        """Ask for a series: a known one, or a new one of a known product and measure."""
        answers = "a series code; a new one needs its product and measure in seeds/reference; or skip"
        question = Question(key, f"{text} Which series is it?", (row.label, *row.cells.items()), answers, row.place, proposal)
        return self.ask(question, lambda code: code == SKIP or (code not in taken and self.held.may_be_series(code)))

    def expected_errors(self) -> float:
        """Estimate how many newest figures are wrong in both readings.

        The figures that are held are a test with known answers, which gives each reading's error rate on this very document.
        """
        known, wrong = [1, 1], [1, 1]
        for row, series in self.series.items():
            for year in self.years:
                held = {value_of(text) for text in self.held.printed(series or "", year).values()}
                values = [value_of(mend(text)) for text in self.raw(row, year)]
                # what both have otherwise was revised; what is not found, or no number, is no error that could pass for a figure
                if held and (values[0] != values[1] or values[0] in held):
                    for n, value in enumerate(values):
                        known[n] += value[0] in NUMBERS
                        wrong[n] += value[0] in NUMBERS and value not in held
        return len(self.series) * wrong[0] * wrong[1] / (known[0] * known[1])

    def raw(self, row: Row, year: int) -> list[str]:
        """Return what both readings have of a figure, as read."""
        return [of.cells.get(year, "") if of else "" for of in (row, self.again.get(row))]

    def votes(self, row: Row, series: str, year: int) -> dict[str, list[str]]:
        """Return which readings and publications have each figure, those of the readings first."""
        votes: dict[str, list[str]] = defaultdict(list)
        for who, text in zip((FIRST, SECOND), map(mend, self.raw(row, year)), strict=True):
            if is_figure(text):
                votes[text].append(who)
        for code, text in self.held.printed(series, year).items():
            votes[next((other for other in votes if value_of(other) == value_of(text)), text)].append(code)
        return votes

    def enter_row(self, table: Table, row: Row, series: str) -> None:
        """Prove the figures of a row, the newest one last: the older ones show whether the row is misread."""
        newest, *older = self.years if row.printed_in == "table" else self.years[:1]
        cells = {year: self.prove(row, series, year) for year in older}
        pairs = [({*self.held.printed(series, year).values()}, {*map(mend, self.raw(row, year))}) for year in (newest, *older)]
        strange = any(held for held, _ in pairs) and not any(held & read for held, read in pairs)
        doubted = None in cells.values() or strange
        cells = {newest: self.prove(row, series, newest, doubted)} | cells
        if unproved := [year for year, cell in cells.items() if cell is None]:
            cells |= self.typed_figures(row, series, unproved)
        texts = {name: cells[year][0] if (year := self.held.year - age) in cells else "" for name, age in AGES.items()}
        if row.printed_in == "table" or texts["newest"]:
            labels = {"chapter_label": self.chapter(table), "table_label": self.label(table), "row_label": self.label(row)}
            self.added["printed_rows"].append({"series_code": series, "printed_in": row.printed_in} | labels | texts)
        for year, (text, proofs) in cells.items():
            others = [self.held.named(who) for who in proofs if who in self.held.publications]
            self.proofs[PERSON if PERSON in proofs else (others or ["two readings"])[0] if proofs else ""] += 1
            figure = {"series_code": series, "reference_year": str(year), "printed_value": text}
            for who, reader in ((PERSON, READ_BY_PERSON), (SECOND, self.reader)):
                if text and who in proofs:
                    self.added["second_reading"].append(figure | {"read_by": reader})

    def chapter(self, table: Table) -> str:
        """Return the chapter of a table, as it is held if it is."""
        known = self.known.get(table)
        return (known and known.chapter) or table.chapter or table.label

    def prove(self, row: Row, series: str, year: int, doubted: bool = False) -> Cell | None:
        """Return a figure and what proves it, or nothing if a person has to type it; ``doubted`` readings alone prove nothing."""
        raw, held, votes = self.raw(row, year), self.held.printed(series, year), self.votes(row, series, year)
        best = sorted((text for text in votes if {FIRST, SECOND} & {*votes[text]}), key=lambda text: -len(votes[text]))
        if not best or len(proofs := votes[text := best[0]]) < 2 or (len(best) > 1 and len(votes[best[1]]) == len(proofs)):
            return None
        weak = doubted or self.is_noisy or self.jumps(series, year, text, mend(row.cells.get(year - 1, "")))
        if weak and not held.keys() & proofs:
            return None
        others = {code: other for code, other in held.items() if value_of(other) != value_of(text)}
        # the nearest publication, or a page about the year, has another figure
        if others and (next(iter(held)) in others or others.keys() & self.held.pages.keys()):
            figures = " ".join(row.cells.get(of, "") or "(nothing)" for of in self.years)
            told = ", ".join(f"{other} in {self.held.named(code)}" for code, other in others.items())
            name = f"{self.names[row]} / {year}"
            question = f"{name} is {text}, but {told}; the whole row is {figures}. Is it printed so? With no you type it."
            if self.ask(Question(f"revised|{name}", question, (*raw, *held.values()), YES_OR_NO, row.place, YES)) == "no":
                return None
        self.otherwise += [(series, year, code) for code in others if code in self.held.pages]
        self.mended += FIRST in proofs and raw[0] != text
        return text, proofs

    def jumps(self, series: str, year: int, text: str, before: str) -> bool:
        """Return whether a newest figure is of another kind or size than the one of the year before."""
        held = self.held.printed(series, year - 1)
        (kind, new), (other, old) = value_of(text), value_of(next(iter(held.values()), before))
        if year != self.years[0] or not {kind, other} <= NUMBERS or kind == other == "share":
            return False
        return kind != other or (min(new, old) * JUMP < max(new, old) and max(new, old) > 20)

    def typed(self, question: Question, valid: Test, agrees: Test) -> str | None:
        """Have something typed by a person who is shown no reading; if it agrees with none, by a second person too."""
        answer = self.ask(question, valid)
        if answer is None or agrees(answer):
            return answer
        text = f"{question.text} What was typed agrees with no reading: let somebody else type it without seeing that answer."
        again = replace(question, key=f"{question.key}|again", text=text, seen=(question.seen, answer))
        return self.ask(again, answer.__eq__)

    def typed_figures(self, row: Row, series: str, years: list[int]) -> dict[int, Cell]:
        """Have figures of a row typed."""
        name = f"{self.names[row]} / {' '.join(map(str, years))}"
        seen = [(self.raw(row, year), self.held.printed(series, year)) for year in years]
        how = "as printed, with blanks between figures; - for a dash, empty where nothing is printed"

        def texts(answer: str) -> list[str]:
            return [answer] if len(years) == 1 else answer.split()

        def valid(answer: str) -> bool:
            return len(texts(answer)) == len(years) and all(text == "empty" or is_figure(text) for text in texts(answer))

        def cells(answer: str) -> dict[int, Cell]:
            found = {}
            for year, text in zip(years, texts(answer), strict=True):
                text = "" if text == "empty" else text
                # OCR passes over dashes
                passed_over = text in ("", "-") and not any(self.raw(row, year))
                found[year] = text, [PERSON, *([FIRST] if passed_over else self.votes(row, series, year).get(text, []))]
            return found

        def agrees(answer: str) -> bool:
            return all(len(proofs) > 1 for _, proofs in cells(answer).values())

        answer = self.typed(Question(f"figure|{name}", f"Type {name} from the page.", seen, how, row.place), valid, agrees)
        return cells(answer) if answer else dict.fromkeys(years, ("", []))

    def enter_list(self, table: Table, products: Counter) -> None:
        """Prove the three places of a list by two readings, or have them typed."""
        known, again = self.known.get(table), self.again.get(table)
        read = [of.places for of in (table, again) if of and len(of.places) == 3]
        words, reader = list(map(self.place, *read)) if len(read) == 2 else [""], self.reader
        if not all(words):
            text = f'Type the three nationalities beside "{table.label}" from the page.'
            how = "three words with commas between them, or none if there is no list"
            question = Question(f"list|{table.label}", text, (table.places, again and again.places), how, table.place)
            answer = self.typed(
                question,
                lambda text: text == "none" or text.count(",") == 2,
                lambda text: text == "none" or list(map(plain, text.split(","))) in [list(map(plain, of)) for of in read],
            )
            if answer in (None, "none"):
                return
            words, reader = [word.strip() for word in answer.split(",")], READ_BY_PERSON
        answers = "a code of seeds/reference/nationalities.csv; a new one is entered there first"
        codes, known_codes = [], set(self.held.nationalities.values())
        for word in words:
            code = self.held.nationalities.get(word)
            text = f'"{word}" beside "{table.label}" is not a known spelling. Which nationality is it?'
            codes.append(code or self.ask(Question(f"word|{word}", text, word, answers, table.place), known_codes.__contains__))
            if not code:
                self.spelled[word] = codes[-1]
        if not products:
            return
        heading, label, product = table.heading, self.label(table), products.most_common(1)[0][0]
        if known and known.places and not re.fullmatch(r"Top 3 nationaliteiten .*\d{4}", heading):
            heading = re.sub(r"\d{4}$", str(self.held.year), known.heading)
        labels = {"chapter_label": self.chapter(table), "table_label": label, "list_heading": heading}
        labels |= {"list_label": table.list_label or label, "product_code": product}
        for rank, (word, code) in enumerate(zip(words, codes, strict=True), 1):
            place = {"nationality_code": code, "repeated": "as printed" if codes.count(code) > 1 else ""}
            self.added["top_nationalities"].append(labels | place | {"printed_rank": f"{rank}.", "printed_nationality": word})
            again = {"product_code": product, "rank": str(rank), "printed_nationality": word, "read_by": reader}
            self.added["second_reading_top_nationalities"].append(again)

    def place(self, one: str, other: str) -> str:
        """Return what two readings of a place agree on; a slip in one counts as the known nationality that it is nearest to."""
        known = self.held.nationalities
        for word, slip in ((one, other), (other, one)):
            if word in known and (plain(word) == plain(slip) or get_close_matches(slip, known, 1, 0.8) == [word]):
                return word
        return one if plain(one) == plain(other) else ""

    def ask_for_gone(self) -> None:
        """Ask of each row and list of the last edition that is not found whether it is gone; once for a whole table."""
        entered, tables = set(self.series.values()), {of: table for table, of in self.known.items()}
        for held in self.held.tables:
            missing = [row for row in held.rows if row.series not in entered]
            parts = [[row] for row in missing] if held in tables else [missing]
            gone = [", ".join(f'"{row.label}"' for row in part) for part in parts]
            gone += ["the list beside it"] * bool(held.places and held in tables and not tables[held].beside)
            where = f'"{held.label}" of {self.like}'
            for what in filter(None, gone):
                self.ask(Question(f"gone|{held.label}|{what}", f"{where} is not found: {what}. Is it gone?", what))

    def look_twice(self) -> list[str]:
        """Name stocks that the flows do not explain."""
        newest, hints = {row["series_code"]: row["newest"] for row in self.added["printed_rows"]}, []
        for series, text in newest.items():
            product, _, measure = series.partition(".")
            last = list(self.held.printed(series, self.years[1]).values())[:1]
            flows = [newest.get(f"{product}.{name}", "") for name in ("applications", "decisions")]
            values = [value_of(of) for of in (text, *last, *flows)]
            if measure == "pending" and [kind for kind, _ in values] == ["count"] * 4:
                now, before, inflow, outflow = (number for _, number in values)
                if abs(rest := now - before - inflow + outflow) > max(0.1 * inflow, 300):
                    hints.append(f"{product}: stock and flows leave {rest:+d} unexplained")
        return hints

    def ask_for_notes(self) -> bool:
        """Ask once whether the notes say what those of the last edition say; the words are a person's."""
        notes = {row["footnote_number"] for row in self.held.seeds["footnotes"] if row["publication_code"] == self.held.before}
        read = [text for _, text, _ in self.document.notes]
        if not notes or not read:
            return False
        text = (
            f"The document has {len(read)} notes; for {self.held.named(self.held.before)} {len(notes)} are in our words."
            " Do they say the same, so that our words stand again? With no you write them before make."
        )
        return self.ask(Question("notes", text, read, YES_OR_NO)) == YES
