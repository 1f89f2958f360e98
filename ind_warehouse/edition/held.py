"""What the seeds hold: the publications that are entered, what they print, and our own lists."""

import re
from collections import defaultdict
from functools import cached_property

from ind_warehouse.edition.read import AMOUNT, FIGURE, Row, Table, years_of

AGES = {"newest": 0, "year_before": 1, "two_years_before": 2}


def value_of(text: str) -> tuple[str, int]:
    """Parse a Dutch figure, so that figures of two documents can be compared.

    Returns:
        Its kind and number: a count, a share in percent, an amount in tenths of a million euros; any other text is its own kind.
    """
    if amount := AMOUNT.fullmatch(text) or re.fullmatch(r"EUR (\S+) million|(\S+) million euros", text):
        whole, _, tenths = (amount[1] or amount[2]).replace(".", ",").partition(",")
        return "eur", int(whole) * 10 + int(tenths or 0)
    if not FIGURE.fullmatch(text) or text == "-":
        return text, 0
    return "share" if "%" in text else "count", int(re.sub(r"\D", "", text))


class Held:
    """The seeds, as seen from the edition of one year.

    Attributes:
        own: The whole edition of the year, if it is entered.
        pages: Pages about the year with single figures, which give way to the whole edition.
        before: The whole edition before it, if any.
        after: The whole edition after it, if any.
        like: The whole edition nearest to it, whose tables and labels it is compared with.
        whole_years: The years of the other whole editions.
        figures: By series and year, what each publication prints, with Dutch marks.
    """

    def __init__(self, seeds: dict[str, list[dict]], year: int, with_own: bool = False) -> None:
        """Look for the edition's neighbours.

        Args:
            seeds: The rows of each seed by its name.
            year: The edition's year.
            with_own: Whether the edition is compared with itself, because it is entered; otherwise it is left out.
        """
        self.seeds, self.year = seeds, year
        self.publications = {row["publication_code"]: row for row in seeds["publications"]}
        whole = {int(row["edition_year"]): code for code, row in self.publications.items() if row["is_partial"] == "false"}
        of_year = {code: row for code, row in self.publications.items() if row["edition_year"] == str(year)}
        self.own = whole.pop(year, None)
        self.pages = {code: row for code, row in of_year.items() if code != self.own}
        self.before = whole.get(max((other for other in whole if other < year), default=0))
        self.after = whole.get(min((other for other in whole if other > year), default=0))
        nearest = min(whole, key=lambda other: (abs(other - year), other), default=0)
        self.like = self.own if with_own else whole.get(nearest)
        self.whole_years = sorted(whole)
        self.figures: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        for row in seeds["printed_rows"]:
            code = row["publication_code"]
            if with_own or code != self.own:
                for name, age in AGES.items():
                    if row[name]:
                        self.figures[row["series_code"], self.edition_year(code) - age][code] = self.dutch(row[name], code)

    def edition_year(self, code: str) -> int:
        """Return the year of a publication's edition."""
        return int(self.publications[code]["edition_year"])

    def dutch(self, text: str, code: str) -> str:
        """Write a publication's figure with Dutch marks."""
        return text.translate(str.maketrans(",.", ".,")) if self.publications[code]["number_format"] == "en" else text

    def named(self, code: str) -> str:
        """Return a publication's name for people."""
        return self.publications[code]["publication"]

    def printed(self, series: str, year: int) -> dict[str, str]:
        """Return what others print of a series and year, by publication, those nearest to the edition first."""
        found = self.figures.get((series, year), {})
        return dict(sorted(found.items(), key=lambda item: (item[0] != self.like, abs(self.edition_year(item[0]) - self.year))))

    def overlaps(self) -> bool:
        """Return whether the nearest whole edition prints a year of this one; its figures are the test of the readings."""
        return any(self.like in of for (_, year), of in self.figures.items() if year in years_of(self.year))

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of the edition it is compared with; their cells are what others print of the years of this edition."""
        tables: dict[tuple[str, str], Table] = {}
        for row in self.seeds["printed_rows"]:
            if row["publication_code"] == self.like:
                of = {year: next(iter(self.printed(row["series_code"], year).values()), "") for year in years_of(self.year)}
                labels = row["chapter_label"], row["table_label"]
                table = tables.setdefault(labels, Table(row["table_label"], row["chapter_label"]))
                table.rows.append(Row(row["row_label"], of, printed_in=row["printed_in"], series=row["series_code"]))
        for place in self.seeds["top_nationalities"]:
            if place["publication_code"] == self.like:
                table = tables[place["chapter_label"], place["table_label"]]
                table.heading, table.list_label = place["list_heading"], place["list_label"]
                table.places.append(place["printed_nationality"])
        return list(tables.values())

    @cached_property
    def series(self) -> set[str]:
        """The codes of all series."""
        return {row["series_code"] for row in self.seeds["series"]}

    def may_be_series(self, code: str) -> bool:
        """Return whether a series is known, or could be because its product and measure are."""
        product, _, measure = code.partition(".")
        products = {row["product_code"] for row in self.seeds["products"]}
        return product in products and measure in {row["measure_code"] for row in self.seeds["measures"]}

    @cached_property
    def nationalities(self) -> dict[str, str]:
        """The code of each nationality by its spellings."""
        return {
            word: row["nationality_code"]
            for row in self.seeds["nationalities"]
            for word in [row["name_nl"], *row["other_spellings"].split(", ")]
            if word
        }
