"""Prove the rest of an edition: its lists, totals and size, what the last edition had and is not found, and its notes."""

import re
from collections import Counter
from dataclasses import dataclass

from ind_warehouse.edition.figures import PERSON, READ_BY_PERSON, Entry, Figures
from ind_warehouse.edition.held import value_of
from ind_warehouse.edition.match import plain
from ind_warehouse.edition.questions import NO, YES
from ind_warehouse.edition.read import Table, is_figure
from ind_warehouse.edition.rows import SKIP


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


class Prover(Figures):
    """Prove one document, with the answers that were given.

    Attributes:
        lists: The lists.
        hints: What is unusual, and proves nothing.
        keep_notes: Whether our words for the notes of the last edition stand again.
    """

    def run(self) -> None:
        """Prove all of it."""
        self.lists: list[Places] = []
        self.hints: list[str] = []
        self.keep_notes = False
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
