"""Read the seeds, and write a proved edition into them, all files in one step."""

import csv
import shutil
from pathlib import Path

from ind_warehouse.edition.held import AGES, Held, value_of
from ind_warehouse.edition.prove import Prover
from ind_warehouse.publish import replacing

# columns whose values are not quoted; nor are empty values
NUMBERS = ("edition_year", "is_partial", "reference_year", "rank", "footnote_number", "half_width")

Seeds = dict[str, list[dict]]


def read_seeds(root: Path) -> Seeds:
    """Read all seeds of a project, by name."""
    seeds = {}
    for path in (root / "seeds").rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            seeds[path.stem] = list(csv.DictReader(file))
    return seeds


def with_edition(held: Held, proof: Prover) -> Seeds:
    """Return the seeds with one edition added; rows that do not change are the same objects.

    Args:
        held: The seeds as they are.
        proof: The edition, with no question open.
    """
    seeds, title = {name: list(rows) for name, rows in held.seeds.items()}, f"Jaarcijfers {held.year}"
    code = {"publication_code": title.lower().replace(" ", "_")}
    names = {"title": title, "publication": title, "publisher": held.publications[held.like]["publisher"], "number_format": "nl"}
    seeds["publications"].append(code | {"edition_year": str(held.year), "is_partial": "false"} | names)
    for name, rows in proof.added.items():
        seeds[name] += [code | row for row in rows]
    series = {row["series_code"] for row in proof.added["printed_rows"]}
    seeds["series"] += [{"series_code": of} for of in sorted(series - {row["series_code"] for row in seeds["series"]})]
    for n, row in enumerate(seeds["nationalities"]):
        if words := [word for word, of in proof.spelled.items() if of == row["nationality_code"]]:
            seeds["nationalities"][n] = row | {"other_spellings": ", ".join(filter(None, [row["other_spellings"], *words]))}
    own = printed_by(code["publication_code"], held.year, seeds)
    give_way(held, code, own, seeds)
    add_remarks(held, proof, code, own, seeds)
    add_ended(held, code["publication_code"], seeds)
    for row in held.seeds["footnotes"] if proof.keep_notes else ():
        of = row["series_code"] or row["product_code"]
        if row["publication_code"] == held.before and of in series | {of.split(".")[0] for of in series}:
            seeds["footnotes"].append(row | code)
    return seeds


def printed_by(code: str, year: int, seeds: Seeds) -> dict[tuple[str, int], str]:
    """Return what a publication prints, by series and year, given the year of its edition."""
    rows = [row for row in seeds["printed_rows"] if row["publication_code"] == code]
    return {(row["series_code"], year - age): row[name] for row in rows for name, age in AGES.items() if row[name]}


def give_way(held: Held, code: dict, own: dict, seeds: Seeds) -> None:
    """Turn figures of pages about the year that the edition prints too into second readings; a page left empty goes."""
    rows, again, kept = [], [], {"second_reading": [], "remarks": []}

    def read_again(row: dict, year: int, text: str, by: str) -> None:
        figure = {"series_code": row["series_code"], "reference_year": str(year), "read_by": by}
        again.append(code | figure | {"printed_value": held.dutch(text, row["publication_code"])})

    for row in seeds["printed_rows"]:
        page = held.pages.get(row["publication_code"])
        given = [name for name, age in AGES.items() if page and row[name] and (row["series_code"], held.year - age) in own]
        for name in given:
            read_again(row, held.year - AGES[name], row[name], page["publication"])
        if not given or any(row[name] for name in AGES.keys() - given):
            rows.append(row | dict.fromkeys(given, "") if given else row)
    for name, lines in kept.items():
        for row in seeds[name]:
            page, year = held.pages.get(row["publication_code"]), int(row["reference_year"])
            if not page or (row["series_code"], year) not in own:
                lines.append(row)
            elif name == "remarks":
                lines.append(row | code)
            else:
                read_again(row, year, row["printed_value"], f"{row['read_by']} ({page['publication']})")
    kept["second_reading"] += again
    gone = held.pages.keys() - {row["publication_code"] for row in rows}
    kept["publications"] = [row for row in seeds["publications"] if row["publication_code"] not in gone]
    seeds |= kept | {"printed_rows": rows}


def add_remarks(held: Held, proof: Prover, code: dict, own: dict, seeds: Seeds) -> None:
    """Add which figures a page has otherwise, and the last edition's remarks on rounding of figures that stand again."""
    for series, year, page in proof.otherwise:
        text, name = held.figures[series, year][page], held.named(page)
        told = {"remark_nl": f"{name} heeft {text}.", "remark_en": f"{name} has {text}.", "source": name}
        figure = {"series_code": series, "reference_year": str(year), "kind": "printed otherwise"}
        seeds["remarks"].append(code | figure | told)

    def key(row: dict) -> tuple:
        return row["series_code"], row["reference_year"], row["kind"]

    there = {key(row) for row in seeds["remarks"] if row.items() >= code.items()}
    for row in held.seeds["remarks"]:
        figure = row["series_code"], int(row["reference_year"])
        if row["publication_code"] != held.before or not row["half_width"] or figure not in own or key(row) in there:
            continue
        if value_of(own[figure]) == value_of(held.figures[figure].get(held.before, "")):
            seeds["remarks"].append(row | code)
        else:
            ended = {"kind": "rounding", "code": f"{figure[0]}/{figure[1]}", "note": "The figure is another."}
            seeds["ended"].append(code | ended)


def add_ended(held: Held, code: str, seeds: Seeds) -> None:
    """Say what this edition no longer has of the one before it, and what the one after it no longer has of this one."""
    of = {row["publication_code"]: int(row["edition_year"]) for row in seeds["publications"]}
    before = held.before, code, "The page has it no longer."
    after = code, held.after, f"Only the edition of {held.year} has it."
    for earlier, later, note in (before, after):
        if not earlier or not later:
            continue
        had = printed_by(earlier, of[earlier], seeds)
        # what a page about the year still prints is not gone
        has = {key for page, year in of.items() if year == of[later] for key in printed_by(page, year, seeds)}
        series, newest = {of for of, _ in has}, max(year for _, year in had)
        owed = {key for key in had if key[1] >= of[later] - 2} | {(name, of[later]) for name, year in had if year == newest}
        gone = [("series", name) for name in sorted({name for name, _ in had} - series)]
        gone += [("cell", f"{name}/{year}") for name, year in sorted(owed - has) if name in series]
        products = [
            {row["product_code"] for row in seeds["top_nationalities"] if row["publication_code"] == at}
            for at in (earlier, later)
        ]
        gone += [("list", product) for product in sorted(products[0] - products[1])]
        said = {(row["kind"], row["code"]) for row in seeds["ended"] if row["publication_code"] == later}
        said |= {
            ("cell", f"{row['series_code']}/{row['reference_year']}")
            for row in seeds["remarks"]
            if row["publication_code"] == later and row["kind"] == "no figure"
        }
        seeds["ended"] += [
            {"publication_code": later, "kind": kind, "code": what, "note": note}
            for kind, what in gone
            if (kind, what) not in said
        ]


def write_seeds(root: Path, before: Seeds, seeds: Seeds) -> dict[str, int]:
    """Write all files, or none; lines that do not change are kept byte for byte.

    Args:
        root: The project's folder.
        before: The seeds as they are.
        seeds: The seeds as they will be.

    Returns:
        By path, the number of lines added to each file that changed, minus those removed.

    Raises:
        publish.NotPublished: They could not be written; all are as they were.
    """
    changed = {}
    with replacing(root / "seeds") as new:
        shutil.copytree(root / "seeds", new)
        for path in sorted(new.rglob("*.csv")):
            old, rows = before[path.stem], seeds[path.stem]
            if rows != old:
                header, *lines = path.read_text("utf-8-sig").splitlines()
                names = next(csv.reader([header]))
                kept = {id(row): line for row, line in zip(old, lines, strict=True)}
                texts = [kept.get(id(row)) or line_of(names, row) for row in rows]
                path.write_text("\n".join([header, *texts]) + "\n", "utf-8")
                changed[f"seeds/{path.relative_to(new).as_posix()}"] = len(rows) - len(old)
    return changed


def line_of(names: list[str], row: dict) -> str:
    """Write a row as the seeds have it."""
    values = [(name, row.get(name) or "") for name in names]
    return ",".join(v if name in NUMBERS or not v else '"' + v.replace('"', '""') + '"' for name, v in values)
