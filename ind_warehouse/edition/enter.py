"""Read the seeds, and write a proved edition into them, all files in one step."""

import csv
import shutil
from pathlib import Path

from ind_warehouse.edition.held import AGES, Held, value_of
from ind_warehouse.edition.prove import Prover
from ind_warehouse.publish import replacing

# columns whose values are not quoted; nor are empty values
NUMBERS = ("edition_year", "is_partial", "reference_year", "rank", "footnote_number", "half_width")


def read_seeds(root: Path) -> dict[str, list[dict]]:
    """Read all seeds of a project, by name."""
    seeds = {}
    for path in (root / "seeds").rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            seeds[path.stem] = list(csv.DictReader(file))
    return seeds


class Entering:
    """The seeds as they will be, with one edition added.

    Attributes:
        seeds: The rows of each seed by its name; rows that do not change are the same objects.
    """

    def __init__(self, held: Held, proof: Prover) -> None:
        """Add the edition.

        Args:
            held: The seeds as they are.
            proof: The edition, with no question open.
        """
        self.held, self.proof = held, proof
        self.code, self.year = f"jaarcijfers_{held.year}", held.year
        self.seeds = {name: list(rows) for name, rows in held.seeds.items()}
        title = f"Jaarcijfers {self.year}"
        publisher = held.publications[held.like]["publisher"]
        names = {"title": title, "publication": title, "publisher": publisher, "number_format": "nl"}
        self.add("publications", edition_year=str(self.year), is_partial="false", **names)
        for series in sorted({entry.series for entry in proof.entries} - held.series):
            self.seeds["series"].append({"series_code": series})
        self.add_rows()
        self.add_lists()
        self.give_way()
        self.add_remarks()
        self.add_ended()
        self.add_notes()

    def add(self, name: str, **row: str) -> None:
        """Add a row of the edition to a seed."""
        self.seeds[name].append(row | {"publication_code": self.code})

    def printed(self, code: str, year: int) -> dict[tuple[str, int], str]:
        """Return what a publication prints, by series and year."""
        return {
            (row["series_code"], year - age): row[name]
            for row in self.seeds["printed_rows"]
            if row["publication_code"] == code
            for name, age in AGES.items()
            if row[name]
        }

    def add_rows(self) -> None:
        """Add the printed rows and their second reading."""
        for entry in self.proof.entries:
            texts = {name: entry.cells[of].text if (of := self.year - age) in entry.cells else "" for name, age in AGES.items()}
            labels = {"chapter_label": entry.chapter, "table_label": entry.table, "row_label": entry.label}
            self.add("printed_rows", series_code=entry.series, printed_in=entry.printed_in, **labels, **texts)
            for of, cell in entry.cells.items():
                figure = {"series_code": entry.series, "reference_year": str(of), "printed_value": cell.text}
                for reader in cell.readers:
                    self.add("second_reading", **figure, read_by=reader)

    def add_lists(self) -> None:
        """Add the places of the lists, their second reading, and new spellings."""
        for places in self.proof.lists:
            labels = {"chapter_label": places.chapter, "table_label": places.table}
            labels |= {"list_heading": places.heading, "list_label": places.label, "product_code": places.product}
            for rank, (word, nationality) in enumerate(zip(places.words, places.codes, strict=True), 1):
                repeated = "as printed" if places.codes.count(nationality) > 1 else ""
                place = {"nationality_code": nationality, "repeated": repeated, "printed_rank": f"{rank}."}
                self.add("top_nationalities", **labels, **place, printed_nationality=word)
                again = {"product_code": places.product, "rank": str(rank), "printed_nationality": word}
                for reader in places.readers:
                    self.add("second_reading_top_nationalities", **again, read_by=reader)
                if word not in self.held.nationalities:
                    self.add_spelling(nationality, word)

    def add_spelling(self, nationality: str, word: str) -> None:
        """Add a spelling to a nationality, once."""
        for n, row in enumerate(self.seeds["nationalities"]):
            known = list(filter(None, row["other_spellings"].split(", ")))
            if row["nationality_code"] == nationality and word not in known:
                self.seeds["nationalities"][n] = row | {"other_spellings": ", ".join([*known, word])}

    def give_way(self) -> None:
        """Turn figures of pages about the year that the edition prints too into second readings; a page left empty goes."""
        pages, own = self.held.pages, self.printed(self.code, self.year)
        kept: dict[str, list[dict]] = {"printed_rows": [], "second_reading": [], "remarks": [], "publications": []}
        moved = []

        def move(row: dict, page: str, year: int, text: str, read_by: str) -> None:
            figure = {"series_code": row["series_code"], "reference_year": str(year), "read_by": read_by}
            moved.append({"publication_code": self.code, "printed_value": self.held.dutch(text, page)} | figure)

        for row in self.seeds["printed_rows"]:
            page = row["publication_code"]
            if page in pages:
                given = {name for name, age in AGES.items() if row[name] and (row["series_code"], self.year - age) in own}
                for name in sorted(given):
                    move(row, page, self.year - AGES[name], row[name], pages[page]["publication"])
                if not any(row[name] for name in AGES.keys() - given):
                    continue
                row = row | dict.fromkeys(given, "") if given else row
            kept["printed_rows"].append(row)
        for name in ("second_reading", "remarks"):
            for row in self.seeds[name]:
                page, year = row["publication_code"], int(row["reference_year"])
                if page not in pages or (row["series_code"], year) not in own:
                    kept[name].append(row)
                elif name == "remarks":
                    kept[name].append(row | {"publication_code": self.code})
                else:
                    move(row, page, year, row["printed_value"], f"{row['read_by']} ({pages[page]['publication']})")
        kept["second_reading"] += moved
        still = {row["publication_code"] for row in kept["printed_rows"]}
        kept["publications"] = [row for row in self.seeds["publications"] if row["publication_code"] not in pages.keys() - still]
        self.seeds |= kept

    def add_remarks(self) -> None:
        """Add which figures a page has otherwise, and the last edition's remarks on rounding of figures that stand again."""
        own, held = self.printed(self.code, self.year), self.held
        for series, year, page in self.proof.otherwise:
            text, name = held.figures[series, year][page], held.named(page)
            told = {"remark_nl": f"{name} heeft {text}.", "remark_en": f"{name} has {text}.", "source": name}
            self.add("remarks", series_code=series, reference_year=str(year), kind="printed otherwise", **told)

        def figure(row: dict) -> tuple:
            return row["series_code"], row["reference_year"], row["kind"]

        there = {figure(row) for row in self.seeds["remarks"] if row["publication_code"] == self.code}
        for row in held.seeds["remarks"]:
            key = (row["series_code"], int(row["reference_year"]))
            if row["publication_code"] == held.before and row["half_width"] and key in own and figure(row) not in there:
                if value_of(own[key]) == value_of(held.figures[key].get(held.before, "")):
                    self.add("remarks", **row)
                else:
                    self.add("ended", kind="rounding", code=f"{key[0]}/{key[1]}", note="The figure is another.")

    def add_ended(self) -> None:
        """Say what this edition no longer has of the one before it, and what the one after it no longer has of this one."""
        before = self.held.before, self.code, "The page has it no longer."
        after = self.code, self.held.after, f"Only the edition of {self.year} has it."
        for earlier, later, note in (before, after):
            if not earlier or not later:
                continue
            years = [self.year if code == self.code else self.held.edition_year(code) for code in (earlier, later)]
            had = self.printed(earlier, years[0])
            # what a page about the year still prints is not gone
            of_year = [row["publication_code"] for row in self.seeds["publications"] if row["edition_year"] == str(years[1])]
            has = {key for code in of_year for key in self.printed(code, years[1])}
            series = {of for of, _ in has}
            gone = [("series", of) for of in sorted({of for of, _ in had} - series)]
            newest = max(year for _, year in had)
            owed = {key for key in had if key[1] >= years[1] - 2} | {(of, years[1]) for of, year in had if year == newest}
            gone += [("cell", f"{of}/{year}") for of, year in sorted(owed - has) if of in series]
            lists = self.seeds["top_nationalities"]
            products = [{row["product_code"] for row in lists if row["publication_code"] == code} for code in (earlier, later)]
            gone += [("list", product) for product in sorted(products[0] - products[1])]
            no_figure = {
                f"{row['series_code']}/{row['reference_year']}"
                for row in self.seeds["remarks"]
                if row["publication_code"] == later and row["kind"] == "no figure"
            }
            said = {(row["kind"], row["code"]) for row in self.seeds["ended"] if row["publication_code"] == later}
            for kind, code in gone:
                if (kind, code) not in said and code not in no_figure:
                    self.seeds["ended"].append({"publication_code": later, "kind": kind, "code": code, "note": note})

    def add_notes(self) -> None:
        """Repeat our words for the notes of the last edition, if they stand again."""
        series = {entry.series for entry in self.proof.entries}
        printed = series | {of.split(".")[0] for of in series}
        for row in self.held.seeds["footnotes"] if self.proof.keep_notes else ():
            if row["publication_code"] == self.held.before and (row["series_code"] or row["product_code"]) in printed:
                self.add("footnotes", **row)

    def write(self, root: Path) -> dict[str, int]:
        """Write all files, or none; lines that do not change are kept byte for byte.

        Args:
            root: The project's folder.

        Returns:
            By path, the number of lines added to each file that changed, minus those removed.

        Raises:
            publish.NotPublished: They could not be written; all are as they were.
        """
        changed = {}
        with replacing(root / "seeds") as new:
            shutil.copytree(root / "seeds", new)
            for path in sorted(new.rglob("*.csv")):
                before, rows = self.held.seeds[path.stem], self.seeds[path.stem]
                if rows == before:
                    continue
                header, *lines = path.read_text("utf-8-sig").splitlines()
                names = next(csv.reader([header]))
                kept = {id(row): line for row, line in zip(before, lines, strict=True)}
                texts = [kept.get(id(row)) or line_of(names, row) for row in rows]
                path.write_text("\n".join([header, *texts]) + "\n", "utf-8")
                changed[f"seeds/{path.relative_to(new).as_posix()}"] = len(rows) - len(before)
        return changed


def line_of(names: list[str], row: dict) -> str:
    """Write a row as the seeds have it."""
    values = [(name, row.get(name) or "") for name in names]
    return ",".join(v if name in NUMBERS or not v else '"' + v.replace('"', '""') + '"' for name, v in values)
