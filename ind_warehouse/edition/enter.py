"""Write a proved edition into the seeds, all files in one step."""

import csv
import re
import shutil
from pathlib import Path

from ind_warehouse.edition.held import AGES, PRINTED, REFERENCE, Held, value_of
from ind_warehouse.edition.prove import Prover
from ind_warehouse.publish import replacing

# columns whose values stand without quotes, as what is empty does
BARE = ("edition_year", "is_partial", "reference_year", "rank", "footnote_number", "half_width")
IND = "Immigratie- en Naturalisatiedienst (IND)"


class Lines:
    """The lines of the seeds as they will be: those that are there, without some, and with more behind them."""

    def __init__(self, root: Path) -> None:
        """Begin with what is there."""
        self.root = root
        self.texts: dict[str, list[str]] = {}

    def of(self, path: str) -> list[str]:
        """Read the lines of a file, the header first."""
        if path not in self.texts:
            self.texts[path] = (self.root / path).read_text("utf-8-sig").splitlines()
        return self.texts[path]

    def rows(self, path: str) -> list[dict]:
        """Read a file as it will be."""
        return list(csv.DictReader(self.of(path)))

    def replace(self, path: str, rows: list[dict | None]) -> None:
        """Change each row that is given otherwise, and leave out those that are given as nothing."""
        header, *lines = self.of(path)
        before = self.rows(path)
        changed = [
            line if row == old else self.line(path, row)
            for line, old, row in zip(lines, before, rows, strict=True)
            if row is not None
        ]
        self.texts[path] = [header, *changed]

    def add(self, path: str, *rows: dict) -> None:
        """Put rows behind those that are there."""
        self.of(path).extend(self.line(path, row) for row in rows)

    def line(self, path: str, row: dict) -> str:
        """Write a row as the seeds have it."""
        names = next(csv.reader([self.of(path)[0]]))
        values = [(name, row.get(name) or "") for name in names]
        return ",".join(v if n in BARE or not v else '"' + v.replace('"', '""') + '"' for n, v in values)


def lines_of(held: Held, proof: Prover) -> Lines:
    """Say what the seeds will hold.

    Args:
        held: What they hold.
        proof: The edition, with no question open.
    """
    lines, code, year = Lines(held.root), f"jaarcijfers_{held.year}", held.year
    title, like = f"Jaarcijfers {year}", held.publications.get(held.like, {"publisher": IND})
    publication = {"publication_code": code, "edition_year": str(year), "is_partial": "false", "number_format": "nl"}
    publication |= {"title": title, "publication": title, "publisher": like["publisher"]}
    lines.add(f"{REFERENCE}/publications.csv", publication)
    new = sorted({entry.series for entry in proof.entries} - held.series)
    lines.add(f"{REFERENCE}/series.csv", *({"series_code": series} for series in new))
    readings = []
    for entry in proof.entries:
        texts = {name: entry.cells[year - age].text if year - age in entry.cells else "" for name, age in AGES.items()}
        labels = {"chapter_label": entry.chapter, "table_label": entry.table, "row_label": entry.label}
        row = {"publication_code": code, "series_code": entry.series, "printed_in": entry.printed_in} | labels | texts
        lines.add(f"{PRINTED}/printed_rows.csv", row)
        for of, cell in entry.cells.items():
            figure = {
                "publication_code": code,
                "series_code": entry.series,
                "reference_year": str(of),
                "printed_value": cell.text,
            }
            readings += [figure | {"read_by": reader} for reader in cell.readers if cell.text]
    lines.add(f"{PRINTED}/second_reading.csv", *readings)
    add_lists(lines, held, proof, code)
    give_way(lines, held, code)
    add_remarks(lines, held, proof, code)
    add_ended(lines, held, proof, code)
    if proof.keep_notes:
        path = f"{REFERENCE}/footnotes.csv"
        printed = {entry.series for entry in proof.entries} | {entry.series.split(".")[0] for entry in proof.entries}
        notes = [row for row in lines.rows(path) if row["publication_code"] == held.before]
        kept = [row for row in notes if (row["series_code"] or row["product_code"]) in printed]
        lines.add(path, *(row | {"publication_code": code} for row in kept))
    return lines


def add_lists(lines: Lines, held: Held, proof: Prover, code: str) -> None:
    """Add the places of the lists, their second reading, and spellings that are new."""
    for places in proof.lists:
        for rank, (word, nationality) in enumerate(zip(places.words, places.codes, strict=True), 1):
            row = {"publication_code": code, "product_code": places.product, "nationality_code": nationality}
            row |= {"chapter_label": places.chapter, "table_label": places.table, "list_heading": places.heading}
            row |= {"list_label": places.label, "printed_rank": f"{rank}.", "printed_nationality": word, "rank": str(rank)}
            row["repeated"] = "as printed" if places.codes.count(nationality) > 1 else ""
            lines.add(f"{PRINTED}/top_nationalities.csv", row)
            for reader in places.readers:
                lines.add(f"{PRINTED}/second_reading_top_nationalities.csv", row | {"read_by": reader})
            if word not in held.nationalities:
                path, spelt = f"{REFERENCE}/nationalities.csv", []
                for line in lines.rows(path):
                    others = line["other_spellings"].split(", ") if line["other_spellings"] else []
                    own = line["nationality_code"] == nationality and word not in (line["name_nl"], *others)
                    spelt.append(line | {"other_spellings": ", ".join([*others, word])} if own else line)
                lines.replace(path, spelt)


def give_way(lines: Lines, held: Held, code: str) -> None:
    """Turn what pages about the year print, and the edition as well, into second readings of it; an empty page goes."""
    rows, again = f"{PRINTED}/printed_rows.csv", f"{PRINTED}/second_reading.csv"
    remarks, publications = f"{REFERENCE}/remarks.csv", f"{REFERENCE}/publications.csv"
    own = printed_by(lines, {code: held.year})
    moved, kept = [], []
    for row in lines.rows(rows):
        page, left = held.pages.get(row["publication_code"]), dict(row)
        for name, age in AGES.items() if page else ():
            if row[name] and (row["series_code"], held.year - age) in own:
                figure = {"publication_code": code, "series_code": row["series_code"], "reference_year": str(held.year - age)}
                text = held.dutch(row[name], row["publication_code"])
                moved.append(figure | {"printed_value": text, "read_by": page["publication"]})
                left[name] = ""
        kept.append(left if any(left[name] for name in AGES) else None)
    lines.replace(rows, kept)
    for path in (again, remarks):
        left = []
        for row in lines.rows(path):
            here = (row["series_code"], int(row["reference_year"])) in own
            if row["publication_code"] not in held.pages or not here:
                left.append(row)
            elif path == remarks:
                left.append(row | {"publication_code": code})
            else:
                page = held.pages[row["publication_code"]]["publication"]
                text = held.dutch(row["printed_value"], row["publication_code"])
                moved.append(row | {"publication_code": code, "printed_value": text, "read_by": f"{row['read_by']} ({page})"})
                left.append(None)
        lines.replace(path, left)
    lines.add(again, *moved)
    still = {row["publication_code"] for row in lines.rows(rows)}
    named = lines.rows(publications)
    lines.replace(publications, [row if row["publication_code"] not in held.pages.keys() - still else None for row in named])


def printed_by(lines: Lines, codes: dict[str, int]) -> dict[tuple[str, int], str]:
    """Name what publications print, by series and year, given the year of each."""
    return {
        (row["series_code"], codes[row["publication_code"]] - age): row[name]
        for row in lines.rows(f"{PRINTED}/printed_rows.csv")
        if row["publication_code"] in codes
        for name, age in AGES.items()
        if row[name]
    }


def add_remarks(lines: Lines, held: Held, proof: Prover, code: str) -> None:
    """Add which figures a page has otherwise, and the last edition's remarks on the rounding of figures that stand again."""
    path, own = f"{REFERENCE}/remarks.csv", printed_by(lines, {code: held.year})
    for series, year, page in proof.otherwise:
        text, name = held.figures[series, year][page], held.named(page)
        told = {"remark_nl": f"{name} heeft {text}.", "remark_en": f"{name} has {text}.", "source": name}
        figure = {"publication_code": code, "series_code": series, "reference_year": str(year)}
        lines.add(path, figure | told | {"kind": "printed otherwise"})
    there = {
        (row["series_code"], row["reference_year"], row["kind"]) for row in lines.rows(path) if row["publication_code"] == code
    }
    for row in lines.rows(path):
        key = (row["series_code"], int(row["reference_year"]))
        if row["publication_code"] != held.before or not row["half_width"] or key not in own:
            continue
        if (row["series_code"], row["reference_year"], row["kind"]) in there:
            continue
        if value_of(own[key]) == value_of(held.figures[key].get(held.before, "")):
            lines.add(path, row | {"publication_code": code})
        else:
            ended = {"publication_code": code, "kind": "rounding", "code": f"{key[0]}/{key[1]}", "note": "The figure is another."}
            lines.add(f"{REFERENCE}/ended.csv", ended)


def add_ended(lines: Lines, held: Held, proof: Prover, code: str) -> None:
    """Say what an edition no longer has of the one before it: this one, and the one after it."""
    for earlier, later in ((held.before, code), (code, held.after)):
        if not earlier or not later:
            continue
        year = held.year if later == code else held.edition_year(later)
        had = printed_by(lines, {earlier: held.year if earlier == code else held.edition_year(earlier)})
        has = printed_by(lines, {later: year})
        series_had, series_has = {series for series, _ in had}, {series for series, _ in has}
        gone = [("series", series) for series in sorted(series_had - series_has)]
        newest = max(of for _, of in had)
        owed = {key for key in had if key[1] >= year - 2} | {(series, year) for series, of in had if of == newest}
        gone += [("cell", f"{series}/{of}") for series, of in sorted(owed - has.keys()) if series in series_has]
        lists = lines.rows(f"{PRINTED}/top_nationalities.csv")
        products = [{row["product_code"] for row in lists if row["publication_code"] == of} for of in (earlier, later)]
        gone += [("list", product) for product in sorted(products[0] - products[1])]
        no_figure = {
            f"{row['series_code']}/{row['reference_year']}"
            for row in lines.rows(f"{REFERENCE}/remarks.csv")
            if row["publication_code"] == later and row["kind"] == "no figure"
        }
        note = "The page has it no longer." if later == code else f"Only the edition of {held.year} has it."
        path = f"{REFERENCE}/ended.csv"
        said = {(row["publication_code"], row["kind"], row["code"]) for row in lines.rows(path)}
        for kind, what in gone:
            if (later, kind, what) not in said and what not in no_figure:
                lines.add(path, {"publication_code": later, "kind": kind, "code": what, "note": note})


def enter(held: Held, proof: Prover) -> dict[str, int]:
    """Write all files, or none.

    Returns:
        How many lines were added to each file that changed, less those that went.

    Raises:
        publish.NotPublished: They could not be written; all are as they were.
    """
    lines, changed = lines_of(held, proof), {}
    with replacing(held.root / "seeds") as new:
        shutil.copytree(held.root / "seeds", new)
        for path, texts in lines.texts.items():
            target, content = new / Path(path).relative_to("seeds"), "\n".join(texts) + "\n"
            before = target.read_text("utf-8-sig")
            if content != before:
                changed[path] = len(texts) - len(before.splitlines())
                target.write_text(content, "utf-8")
    return changed


def differences(held: Held, cells: dict[tuple[str, int], str]) -> tuple[int, int, list[str]]:
    """Compare a reading with the edition that is entered.

    Args:
        held: The seeds.
        cells: What was read, by series and year.

    Returns:
        How many figures are the same, how many are entered, and one line per figure that is not the same.
    """
    own = printed_by(Lines(held.root), {held.own: held.year})
    other = [
        f"{series} / {year} is entered as {text}, and read as {cells.get((series, year)) or 'nothing'}"
        for (series, year), text in own.items()
        if cells.get((series, year)) != text
    ]
    return len(own) - len(other), len(own), other


def years_named(held: Held, proof: Prover) -> list[str]:
    """Name the notes that were taken over and speak of a year, which may no longer be the right one."""
    notes = [row for row in held.read("footnotes") if proof.keep_notes and row["publication_code"] == held.before]
    return sorted(
        {row["footnote_number"] for row in notes if re.search(rf"\b{held.edition_year(held.before)}\b", row["note_nl"])}
    )
