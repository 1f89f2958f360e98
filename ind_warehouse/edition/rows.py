"""Which series each printed row holds: known by label and figures, or asked."""

from ind_warehouse.edition.held import Held
from ind_warehouse.edition.match import agreeing, pair, plain
from ind_warehouse.edition.questions import NO, YES, Questions
from ind_warehouse.edition.read import Document, Row, Table, years_of

SKIP = "skip"


class Rows:
    """The rows of a first reading beside those of the second and of the edition that is held.

    Attributes:
        tables_of: The number of the held table by that of the table.
        names: A name of each row that no other one has.
    """

    def __init__(self, held: Held, document: Document, second: Document | None, questions: Questions) -> None:
        """Pair them."""
        self.held, self.document, self.second, self.questions = held, document, second, questions
        self.years = years_of(held.year)
        self.tables_of, self.rows_of = pair(document.tables, held.tables, self.years)
        # the newest figures are to be proved by the second reading, so they may not find its rows
        self.again_tables, self.again_rows = pair(document.tables, second.tables, self.years[1:]) if second else ({}, {})
        self.where = held.named(held.like) if held.like else "our lists of products and measures"
        self.names, seen = {}, set()
        for i, table in enumerate(document.tables):
            for j, row in enumerate(table.rows):
                name = f"{table.label} / {row.label}"
                while name in seen:
                    name += " (again)"
                seen.add(name)
                self.names[i, j] = name

    def held_table(self, i: int) -> Table | None:
        """Find the table that is held."""
        return self.held.tables[self.tables_of[i]] if i in self.tables_of else None

    def held_row(self, i: int, j: int) -> Row | None:
        """Find the row that is held."""
        return self.held.tables[self.rows_of[i, j][0]].rows[self.rows_of[i, j][1]] if (i, j) in self.rows_of else None

    def again_table(self, i: int) -> Table | None:
        """Find the table of the second reading."""
        return self.second.tables[self.again_tables[i]] if i in self.again_tables else None

    def again(self, i: int, j: int) -> Row | None:
        """Find the row of the second reading."""
        return self.second.tables[self.again_rows[i, j][0]].rows[self.again_rows[i, j][1]] if (i, j) in self.again_rows else None

    @staticmethod
    def is_label(known: Table | Row, *readings: Table | Row | None) -> bool:
        """Say whether a reading has the label that is held; with two readings one of them suffices, and the other misread it."""
        return any(reading and plain(reading.label) == plain(known.label) for reading in readings)

    def label(self, read: Table | Row, again: Table | Row | None, known: Table | Row | None) -> str:
        """Write a label as it is printed: as first read, or as held where only the second reading has that."""
        misread = known and plain(read.label) != plain(known.label) and self.is_label(known, again)
        return known.label if misread else read.label

    def series(self) -> dict[tuple[int, int], str | None]:
        """Name the series of each row as known or answered; ``skip`` for one that is left out, nothing while that is open."""
        series = {}
        for i, table in enumerate(self.document.tables):
            sure = self.sure_rows(i, table)
            for j, row in enumerate(table.rows):
                found = self.held_row(i, j) if sure is not None else None
                code = found.series if found and j in sure else self.ask_for_series(i, j, row, found)
                if code and code != SKIP and code in series.values():
                    code = self.ask_for_code(
                        f"twice|{self.names[i, j]}",
                        f"Row {self.names[i, j]} would be a second row of {code}.",
                        row,
                        set(series.values()),
                    )
                series[i, j] = code
        return series

    def sure_rows(self, i: int, table: Table) -> set[int] | None:
        """Name the rows of a table whose series is sure, by label and figures; nothing where it is no table that is held.

        A table that is renamed is asked about once, and so is one that is only in our own lists, with all its rows.
        """
        other = self.held_table(i)
        if not other:
            return None
        pairs = {j: row for j in range(len(table.rows)) if (row := self.held_row(i, j))}
        agree = {j: agreeing(table.rows[j], row, self.years) for j, row in pairs.items()}
        sure = {j for j, row in pairs.items() if agree[j][0] and self.is_label(row, table.rows[j], self.again(i, j))}
        from_lists = not self.held.like
        if self.is_label(other, table, self.again_table(i)) and not (from_lists and len(sure) < len(pairs)):
            return sure
        same, known = (sum(counts) for counts in zip(*agree.values(), strict=True)) if agree else (0, 0)
        rows = "".join(f"; {table.rows[j].label} = {row.series}" for j, row in pairs.items()) if from_lists else ""
        text = (
            f'Table "{table.label}" is taken for "{other.label}" of {self.where}: {same} of {known} figures agree{rows}.'
            " Is it the same, by the same definition?"
        )
        seen = (table.label, [(row.label, *row.cells.items()) for row in table.rows])
        answer = self.questions.ask(f"table|{table.label}", text, "yes or no", seen, (YES, NO).__contains__, table.box, YES)
        if answer == NO:
            return None
        return set(pairs) if from_lists else sure

    def ask_for_series(self, i: int, j: int, row: Row, found: Row | None) -> str | None:
        """Ask for the series of a row that is new, renamed, or has no figure in common with the one of its label."""
        figures = " ".join(row.cells.values())
        if found is None:
            text = f"Row {self.names[i, j]} ({figures}) is not in {self.where}."
        elif same := agreeing(row, found, self.years)[0]:
            text = f'Row {self.names[i, j]} ({figures}) is taken for "{found.label}" of {self.where}: {same} figures agree.'
        else:
            had = " ".join(filter(None, found.cells.values())) or "nothing"
            text = (
                f"Row {self.names[i, j]} ({figures}) has no figure in common with the row of that name, of which {had} is held."
            )
        return self.ask_for_code(f"row|{self.names[i, j]}", text, row, set(), found.series if found else "")

    def ask_for_code(self, key: str, text: str, row: Row, taken: set, proposal: str = "") -> str | None:
        """Ask for a series: one that is known, or a new one of a product and a measure that are known."""

        def valid(code: str) -> bool:
            return code == SKIP or (code not in taken and self.held.may_be_series(code))

        answers = "a series code; a new one needs its product and measure in seeds/reference; or skip"
        return self.questions.ask(
            key, f"{text} Which series is it?", answers, (row.label, *row.cells.items()), valid, row.box, proposal
        )
