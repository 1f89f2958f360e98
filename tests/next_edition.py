"""An invented whole edition for the year after the newest one: ``python tests/next_edition.py FOLDER`` enters it in a copy.

Its rows are those of the last edition, moved on by a year, with invented figures for the new year. A table is renamed, a row is
new and one is gone, two figures are revised and one is withdrawn, and a list has a nationality twice. It replaces web pages about
its year: it prints their figures, which become second readings.
"""

import csv
import random
import re
import sys
from pathlib import Path

PUBLICATIONS, FOOTNOTES = "seeds/reference/publications.csv", "seeds/reference/footnotes.csv"
PRINTED, SECOND = "seeds/printed/printed_rows.csv", "seeds/printed/second_reading.csv"
PLACES, PLACES_AGAIN = "seeds/printed/top_nationalities.csv", "seeds/printed/second_reading_top_nationalities.csv"
REMARKS, ENDED = "seeds/reference/remarks.csv", "seeds/reference/ended.csv"
SERIES, MEASURES = "seeds/reference/series.csv", "seeds/reference/measures.csv"
ENTERED = (PUBLICATIONS, FOOTNOTES, PRINTED, SECOND, PLACES, PLACES_AGAIN, REMARKS, ENDED, SERIES, MEASURES)
CHECKS, EXTERNAL_TOTALS = "seeds/reference/checks.csv", "seeds/reference/external_totals.csv"
# columns whose values are not quoted; nor are empty values
NUMBERS = ("edition_year", "is_partial", "reference_year", "rank", "footnote_number", "half_width")
AGES = {"newest": 0, "year_before": 1, "two_years_before": 2}

Rows = list[dict]


class NextEdition:
    """The lines of the edition, and the files with these lines added."""

    def __init__(self, root: Path) -> None:
        """Invent the edition, deterministically, for the project in a folder."""
        self.root = root
        self.random = random.Random(0)
        publications = self.read(PUBLICATIONS)
        self.last = max((row for row in publications if row["is_partial"] == "false"), key=lambda row: row["edition_year"])
        self.year = int(self.last["edition_year"]) + 1
        self.code = f"invented_{self.year}"
        self.pages = {row["publication_code"]: row for row in publications if row["edition_year"] == str(self.year)}
        self.later = {row["publication_code"]: row for row in publications if row["edition_year"] > str(self.year)}
        title = self.of_this_year(self.last["title"])
        named = {"title": title, "publication": title, "published": str(self.year + 1), "address": ""}
        self.rows: dict[str, Rows] = dict.fromkeys(ENTERED, ())
        self.rows[PUBLICATIONS] = [self.moved(self.last, edition_year=str(self.year), **named)]
        self.rows[FOOTNOTES] = [self.moved(row) for row in self.of_last(FOOTNOTES)]
        self.print_rows()
        self.print_lists()
        self.read_again()

    def read(self, path: str) -> Rows:
        """Read a seed."""
        with (self.root / path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def of_last(self, path: str) -> Rows:
        """Read the lines of the last edition."""
        return [row for row in self.read(path) if row["publication_code"] == self.last["publication_code"]]

    def moved(self, row: dict, **changes: str) -> dict:
        """Repeat a line in the invented edition."""
        return row | {"publication_code": self.code} | changes

    def of_this_year(self, text: str) -> str:
        """Move a heading on by a year."""
        return text.replace(str(self.year - 1), str(self.year))

    def in_marks(self, text: str, code: str) -> str:
        """Convert a publication's figure to the number format of the invented edition."""
        of = (self.pages | self.later)[code]
        return text if of["number_format"] == self.last["number_format"] else text.translate(str.maketrans(",.", ".,"))

    def count(self, number: int) -> str:
        """Format a count."""
        return f"{number:,}".replace(",", "." if self.last["number_format"] == "nl" else ",")

    def figure(self, text: str) -> str:
        """Invent a figure with the form and approximate size of last year's."""
        number = re.search("[0-9.,]+", text)
        if not number:
            return text
        old = digits(text)
        if "%" in text:
            return f"{min(max(old + self.random.randint(-5, 5), 1), 99)}%"
        if "mil" in text or "mln" in text:
            point = "," if self.last["number_format"] == "nl" else "."
            return text.replace(number[0], f"{self.random.randint(1, 99)}{point}{self.random.randint(1, 9)}")
        new = round(old * self.random.uniform(0.85, 1.2))
        # figures that end in a zero are rounded, others are exact
        return self.count(max(round(new, -1), 10) if old % 10 == 0 else new + (new % 10 == 0))

    def known(self) -> dict[tuple[str, int], tuple[str, dict]]:
        """Find figures on the pages it replaces, and figures for its year on later pages: text and line by series and year."""
        found = {}
        for publications in (self.pages, self.later):
            for row in self.read(PRINTED):
                for name, age in AGES.items() if (code := row["publication_code"]) in publications else ():
                    year = int(publications[code]["edition_year"]) - age
                    if row[name] and (code in self.pages or year == self.year):
                        found.setdefault((row["series_code"], year), (self.in_marks(row[name], code), row))
        return found

    def print_rows(self) -> None:
        """Move the rows on by a year, with the changes that editions make."""
        known, last = self.known(), self.of_last(PRINTED)
        sums = [(row["found_code"], row["part_codes"].split(" + ")) for row in self.read(CHECKS) if row["must_hold"] == "true"]
        # series without footnotes, remarks or checks are free to change
        bound = {row["series_code"] for path in (FOOTNOTES, REMARKS, EXTERNAL_TOTALS) for row in self.read(path)}
        bound |= {series for series, _ in known} | {code for whole, parts in sums for code in (whole, *parts)}
        free = [row for row in last if row["series_code"] not in bound]
        products = [row["series_code"].split(".")[0] for row in last]
        largest = max(products, key=products.count)
        gone = next(row for row in free if row["series_code"].startswith(f"{largest}."))
        rows = {
            row["series_code"]: self.moved(
                row, newest=self.figure(row["newest"]), year_before=row["newest"], two_years_before=row["year_before"]
            )
            for row in last
            if row is not gone
        }
        for (series, year), (text, row) in known.items():
            empty = self.moved(row, printed_in="table", **dict.fromkeys(AGES, ""))
            rows.setdefault(series, empty)[list(AGES)[self.year - year]] = text
        for whole, parts in sums:
            if rows.keys() >= {whole, *parts}:
                total = sum(digits(rows[part]["newest"]) for part in parts)
                if (whole, self.year) not in known:
                    rows[whole]["newest"] = self.count(total)
                else:
                    part = next(part for part in parts if (part, self.year) not in known)
                    rest = total - digits(rows[part]["newest"])
                    rows[part]["newest"] = self.count(digits(rows[whole]["newest"]) - rest)
        # a revised flow, a revised stock, a figure rounded differently, one withdrawn, and a share shown without a range
        flow, stock, rough = (
            rows[next(row["series_code"] for row in free if row["series_code"].endswith(f".{measure}"))]
            for measure in ("applications", "pending", "decisions")
        )
        flow["year_before"] = self.count(digits(flow["year_before"]) + 70)
        stock["two_years_before"] = self.count(digits(stock["two_years_before"]) + 30)
        rough["newest"] = self.count(round(digits(rough["newest"]), -2) + 100)
        withdrawn, half = (
            rows[[row["series_code"] for row in free if row["series_code"].endswith(f".{measure}")][-1]]
            for measure in ("applications", "timely_share")
        )
        withdrawn["year_before"], half["newest"] = "-", "50%"
        self.say_what_is_rounded(rows, rough)
        changed = {row["series_code"] for row in (gone, flow, stock, rough, withdrawn, half)}
        self.unchanged = [row["series_code"] for row in free if row["series_code"] not in changed]
        new = f"new_in_{self.year}"
        names = {"name_nl": f"nieuw in {self.year}", "name_en": f"new in {self.year}"}
        self.rows[MEASURES] = [{"measure_code": new, "unit": "count", "role": "other", "stock_or_flow": "flow"} | names]
        self.rows[SERIES] = [{"series_code": f"{largest}.{new}"}]
        figures = {"newest": "1230", "year_before": "990", "two_years_before": "-"}
        figures = {name: self.figure(text) for name, text in figures.items()}
        rows[new] = self.moved(gone, series_code=f"{largest}.{new}", row_label=f"Nieuw in {self.year}", **figures)
        note = "The page has it no longer."
        self.rows[ENDED] = [{"publication_code": self.code, "kind": "series", "code": gone["series_code"], "note": note}]
        self.renamed = self.random.choice(last)["table_label"]
        self.rows[PRINTED] = [self.relabelled(row) for row in rows.values()]

    def relabelled(self, row: dict) -> dict:
        """Rename the table that changes its name."""
        return row | ({"table_label": f"{row['table_label']} ({self.year})"} if row["table_label"] == self.renamed else {})

    def say_what_is_rounded(self, rows: dict[str, dict], rough: dict) -> None:
        """Copy the remarks on printed figures: the last edition's on rounding, and the replaced pages' remarks."""
        printed = {(series, str(self.year - age)) for series, row in rows.items() for name, age in AGES.items() if row[name]}
        for row in self.read(REMARKS):
            of_last = row["publication_code"] == self.last["publication_code"] and row["half_width"]
            if (of_last or row["publication_code"] in self.pages) and (row["series_code"], row["reference_year"]) in printed:
                self.rows[REMARKS] = [*self.rows[REMARKS], self.moved(row)]
        figure = {"series_code": rough["series_code"], "reference_year": str(self.year)}
        texts = {"remark_nl": "Op honderdtallen afgerond.", "remark_en": "Rounded to hundreds.", "source": "The edition"}
        remark = {"publication_code": self.code, "kind": "rounded otherwise", "half_width": "50"} | figure | texts
        self.rows[REMARKS] = [*self.rows[REMARKS], remark]

    def print_lists(self) -> None:
        """Repeat the lists; the first list with three nationalities gets one of them twice."""
        places = [
            self.relabelled(self.moved(row, list_heading=self.of_this_year(row["list_heading"]))) for row in self.of_last(PLACES)
        ]
        at = next(at for at in range(0, len(places), 3) if not any(place["repeated"] for place in places[at : at + 3]))
        places[at + 1] |= {name: places[at][name] for name in ("nationality_code", "printed_nationality")}
        for place in places[at : at + 2]:
            place["repeated"] = "as printed"
        self.rows[PLACES] = places
        self.rows[PLACES_AGAIN] = [
            row | {"rank": row["printed_rank"].removesuffix("."), "read_by": "a person who invents"} for row in places
        ]

    def read_again(self) -> None:
        """Add second readings for the newest year, figures that differ from the last edition, and the replaced pages' figures."""
        last = {row["series_code"]: [row[name] for name in AGES] for row in self.of_last(PRINTED)}
        self.rows[SECOND] = [
            self.reading(row["series_code"], self.year - age, row[name])
            for row in self.rows[PRINTED]
            for name, age in AGES.items()
            if row[name] and (age == 0 or row["series_code"] not in last or row[name] != last[row["series_code"]][age - 1])
        ]
        for row in self.read(PRINTED):
            for name, age in AGES.items() if (code := row["publication_code"]) in self.pages else ():
                if row[name]:
                    text, page = self.in_marks(row[name], code), self.pages[code]["publication"]
                    self.rows[SECOND].append(self.reading(row["series_code"], self.year - age, text, page))
        for row in self.read(SECOND):
            if (code := row["publication_code"]) in self.pages:
                text, read_by = self.in_marks(row["printed_value"], code), f"{row['read_by']} ({self.pages[code]['publication']})"
                self.rows[SECOND].append(self.moved(row, printed_value=text, read_by=read_by))

    def reading(self, series: str, year: int, text: str, read_by: str = "a person who invents") -> dict:
        """Make a line for the second reading."""
        figure = {"series_code": series, "reference_year": str(year), "printed_value": text}
        return {"publication_code": self.code} | figure | {"read_by": read_by}

    def files(self, rows: dict[str, Rows]) -> dict[str, bytes]:
        """Return the content of each file with these lines added, and without the lines of replaced pages."""
        files = {}
        for path, of_file in rows.items():
            header, *lines = (self.root / path).read_text("utf-8").splitlines(keepends=True)
            names = next(csv.reader([header]))
            kept = [line for line in lines if next(csv.reader([line]))[0] not in self.pages]
            entered = [",".join(field(name, row.get(name) or "") for name in names) + "\n" for row in of_file]
            files[path] = "".join([header, *kept, *entered]).encode()
        return files


def digits(text: str) -> int:
    """Parse a number without decimals."""
    return int(re.sub("[^0-9]", "", text))


def field(name: str, value: str) -> str:
    """Format a field as in the seeds."""
    return value if name in NUMBERS or not value else '"' + value.replace('"', '""') + '"'


if __name__ == "__main__":
    next_edition = NextEdition(Path(sys.argv[1]))
    for path, content in next_edition.files(next_edition.rows).items():
        (next_edition.root / path).write_bytes(content)
    print(f"Entered {next_edition.code}.")
