"""What the seeds hold: the editions and pages that are entered, what they print, and our own lists."""

import csv
import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from ind_warehouse.edition.read import AMOUNT, FIGURE, Row, Table, years_of

AGES = {"newest": 0, "year_before": 1, "two_years_before": 2}
PRINTED, REFERENCE = "seeds/printed", "seeds/reference"


def value_of(text: str) -> tuple[str, int]:
    """Read a Dutch figure as its kind and number: a count, a share in percent, an amount in tenths of a million euros.

    So figures of two documents can be compared; what is none is a value of its own.
    """
    if amount := AMOUNT.fullmatch(text) or re.fullmatch(r"EUR (\S+) million|(\S+) million euros", text):
        whole, _, tenths = (amount[1] or amount[2]).replace(".", ",").partition(",")
        return "eur", int(whole) * 10 + int(tenths or 0)
    if not FIGURE.fullmatch(text) or text == "-":
        return text, 0
    return "share" if "%" in text else "count", int(re.sub(r"\D", "", text))


class Held:
    """The seeds of a project, as an edition's reader needs them."""

    def __init__(self, root: Path, year: int, with_own: bool = False) -> None:
        """Read them.

        Args:
            root: The project's folder.
            year: The year of the edition that is read.
            with_own: Whether it is compared with itself, as it is entered already; else that is left out.
        """
        self.root, self.year = root, year
        self.publications = {row["publication_code"]: row for row in self.read("publications")}
        whole = {int(row["edition_year"]): code for code, row in self.publications.items() if row["is_partial"] == "false"}
        self.own = whole.pop(year, None)
        self.pages = {
            code: row
            for code, row in self.publications.items()
            if row["edition_year"] == str(year) and row["is_partial"] == "true"
        }
        before, after = [other for other in whole if other < year], [other for other in whole if other > year]
        self.before, self.after = whole[max(before)] if before else None, whole[min(after)] if after else None
        # the edition whose tables and labels it is compared with
        self.like = self.own if with_own else self.before or self.after
        self.figures: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        for row in self.read("printed_rows"):
            if with_own or row["publication_code"] != self.own:
                code = row["publication_code"]
                for name, age in AGES.items():
                    if row[name]:
                        self.figures[row["series_code"], self.edition_year(code) - age][code] = self.dutch(row[name], code)

    def read(self, name: str) -> list[dict]:
        """Read a seed."""
        (path,) = (self.root / "seeds").glob(f"*/{name}.csv")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def edition_year(self, code: str) -> int:
        """Name the year of a publication's edition."""
        return int(self.publications[code]["edition_year"])

    def dutch(self, text: str, code: str) -> str:
        """Write a figure of a publication with Dutch marks."""
        return text.translate(str.maketrans(",.", ".,")) if self.publications[code]["number_format"] == "en" else text

    def named(self, code: str) -> str:
        """Name a publication for people."""
        return self.publications[code]["publication"]

    def printed(self, series: str, year: int) -> dict[str, str]:
        """Name what others print of a series and year, by publication, those nearest to the edition first."""
        found = self.figures.get((series, year), {})
        return dict(sorted(found.items(), key=lambda item: (item[0] != self.like, abs(self.edition_year(item[0]) - self.year))))

    def overlaps(self) -> bool:
        """Say whether anything that is held prints a year of the edition."""
        return any(year in years_of(self.year) for _, year in self.figures)

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of the edition before, else of the one after, else those that our own lists would make.

        Their cells are what others print of the years that the edition prints.
        """
        rows = [row for row in self.read("printed_rows") if row["publication_code"] == self.like]
        if not rows:
            products = {row["product_code"]: row["name_nl"] for row in self.read("products")}
            measures = {row["measure_code"]: row["name_nl"] for row in self.read("measures")}
            rows = []
            for row in self.read("series"):
                product, measure = row["series_code"].split(".")
                labels = {"table_label": products[product], "row_label": row["name_nl"] or measures[measure]}
                rows.append(labels | {"chapter_label": "", "printed_in": "table", "series_code": row["series_code"]})
        tables = {}
        for row in rows:
            cells = {year: next(iter(self.printed(row["series_code"], year).values()), "") for year in years_of(self.year)}
            table = tables.setdefault((row["chapter_label"], row["table_label"]), Table(row["table_label"], row["chapter_label"]))
            table.rows.append(Row(row["row_label"], cells, printed_in=row["printed_in"], series=row["series_code"]))
        for place in self.read("top_nationalities"):
            if place["publication_code"] == self.like:
                table = tables[place["chapter_label"], place["table_label"]]
                table.heading, table.list_label = place["list_heading"], place["list_label"]
                table.places.append(place["printed_nationality"])
        return list(tables.values())

    @cached_property
    def series(self) -> set[str]:
        """The series that are known."""
        return {row["series_code"] for row in self.read("series")}

    def words(self, code: str) -> str:
        """Write the Dutch words for what a series counts, as a label."""
        own = {row["series_code"]: row["name_nl"] for row in self.read("series")}
        measures = {row["measure_code"]: row["name_nl"] for row in self.read("measures")}
        words = own.get(code) or measures[code.split(".")[1]]
        return words[0].upper() + words[1:]

    def may_be_series(self, code: str) -> bool:
        """Say whether a series is known, or could be, being of a product and a measure that are."""
        product, _, measure = code.partition(".")
        return any(row["product_code"] == product for row in self.read("products")) and any(
            row["measure_code"] == measure for row in self.read("measures")
        )

    @cached_property
    def nationalities(self) -> dict[str, str]:
        """The code of each nationality by its spellings."""
        return {
            word: row["nationality_code"]
            for row in self.read("nationalities")
            for word in [row["name_nl"], *(row["other_spellings"] or "").split(", ")]
            if word
        }

    @cached_property
    def nationality_codes(self) -> set[str]:
        """The codes of all nationalities."""
        return {row["nationality_code"] for row in self.read("nationalities")}
