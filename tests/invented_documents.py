"""Invented documents of the year after the newest edition: its rows laid out as text, as words on pages, or as PDF.

``PYTHONPATH=. python tests/invented_documents.py 20`` damages twenty editions in every way, and says how many figures are right
in the end, how many questions were asked, and how many figures are silently wrong; with the name of a layout behind it, it reads
a PDF of that layout for each edition, and with ``scan`` behind that a scan of it.
"""

import csv
import io
import random
import re
import resource
import sys
import time
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from next_edition import AGES, CHECKS, PLACES, PRINTED, NextEdition, digits

from ind_warehouse.edition.columns import Word, read_words
from ind_warehouse.edition.engines import RAISED, read
from ind_warehouse.edition.enter import read_seeds
from ind_warehouse.edition.held import Held
from ind_warehouse.edition.prove import Prover
from ind_warehouse.edition.questions import Question, Questions
from ind_warehouse.edition.read import Document, read_text

ROOT = Path(__file__).resolve().parent.parent
LAYOUTS = ("plain", "ascending", "beside", "columns", "centred", "bottom", "top", "ruled", "serif", "marks")
DAMAGES = ("digit", "digits exchanged", "column", "row gone", "rows exchanged", "label", "mark", "letter", "years", "table gone")
# widths of Helvetica and Times in thousandths of the size, from the blank on; other signs are taken for an average one
WIDTHS = {
    "Helvetica": "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 "
    "278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 "
    "667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 "
    "556 333 500 278 556 500 722 500 500 500 334 260 334 584",
    "Times-Roman": "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 "
    "278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 "
    "722 944 722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 "
    "500 333 389 278 500 500 722 500 500 444 480 200 480 541",
}
# the size of a footnote's mark, as a part of that of its line
MARK = 0.83
LETTERS = {font: [int(width) for width in text.split()] for font, text in WIDTHS.items()}
ESCAPED = {ord(sign): f"\\{sign}" for sign in "()"}
NOTES = (
    "Telt ook wat elders is geteld.",
    "Zonder de zaken die later zijn ingetrokken.",
    "Gaat over personen en niet over zaken.",
)


def width(text: str, size: float, font: str) -> float:
    """Measure a text in points."""
    return sum(LETTERS[font][ord(c) - 32] if 32 <= ord(c) < 127 else 500 for c in text) * size / 1000


@dataclass
class Table:
    """A printed table: its rows are label and three figures, the newest first; and the series of each row."""

    chapter: str
    label: str
    rows: list[list[str]]
    series: list[str]
    list_label: str = ""
    places: list[str] = field(default_factory=list)
    note: str = ""
    descending: bool = True


class Invented:
    """An edition as it would be printed, whose figures for its own year are invented."""

    def __init__(self, root: Path, seed: int, changed: bool = False) -> None:
        """Invent it.

        Args:
            root: The project's folder.
            seed: What decides on figures, and on what changes.
            changed: Whether tables are renamed, rows new and gone, figures revised, as ``next_edition`` does.
        """
        edition = NextEdition(root)
        self.random = edition.random = random.Random(seed)
        self.year = edition.year
        places = edition.rows[PLACES]
        rows = edition.rows[PRINTED] if changed else self.invented(edition)
        known = edition.known()
        self.tables, by_label = [], {}
        for row in rows:
            figures = [row[name] for name in AGES]
            if row["printed_in"] == "note":
                text = known.get((row["series_code"], self.year), (figures[0], None))[0]
                amount = re.search(r"\d+(,\d)?", text)[0]
                by_label[row["table_label"]].note = f"* Het bedrag aan dwangsommen is in {self.year} € {amount} mln."
                self.amount = (row["series_code"], f"€ {amount} mln")
                continue
            if row["table_label"] not in by_label:
                by_label[row["table_label"]] = Table(row["chapter_label"], row["table_label"], [], [])
                self.tables.append(by_label[row["table_label"]])
            by_label[row["table_label"]].rows.append([row["row_label"], *figures])
            by_label[row["table_label"]].series.append(row["series_code"])
        for place in places:
            table = next(
                (of for of in self.tables if any(series.startswith(f"{place['product_code']}.") for series in of.series)), None
            )
            table.list_label = place["list_label"]
            table.places.append(place["printed_nationality"])
        for table, note in zip(self.tables[2::9], NOTES, strict=False):
            table.note = table.note or f"* {note}"
        self.truth = {
            (series, self.year - age): figures[age]
            for table in self.tables
            for series, (_, *figures) in zip(table.series, table.rows, strict=True)
            for age in range(3)
        }
        self.truth[self.amount[0], self.year] = self.amount[1]

    def invented(self, edition: NextEdition) -> list[dict]:
        """Move the rows on by a year and invent its figures alone; what pages print of the year stays, and totals add up."""
        known, rows = edition.known(), {}
        for row in edition.of_last(PRINTED):
            text = known.get((row["series_code"], self.year), (edition.figure(row["newest"]), None))[0]
            rows[row["series_code"]] = row | {
                "newest": text,
                "year_before": row["newest"],
                "two_years_before": row["year_before"],
            }
        for check in edition.read(CHECKS):
            parts = check["part_codes"].split(" + ")
            if check["must_hold"] == "true" and rows.keys() >= {check["found_code"], *parts}:
                rows[check["found_code"]]["newest"] = edition.count(sum(digits(rows[part]["newest"]) for part in parts))
        return list(rows.values())

    def damaged(self, kind: str) -> str:
        """Damage one place, as a bad copy or a bad reading does; say which."""
        table = self.random.choice([table for table in self.tables if len(table.rows) > 1])
        at = self.random.randrange(len(table.rows))
        row, column = table.rows[at], self.random.randint(1, 3)
        numbers = [n for n, c in enumerate(row[column]) if c.isdigit()]
        if kind in ("digit", "digits exchanged", "letter", "mark") and not numbers:
            return self.damaged(kind)
        place = f"{kind}: {table.label} / {row[0]} / {column}"
        if kind == "digit":
            n = self.random.choice(numbers)
            row[column] = row[column][:n] + str((int(row[column][n]) + self.random.randint(1, 9)) % 10) + row[column][n + 1 :]
        elif kind == "digits exchanged":
            other = self.random.choice([of for of in table.rows if of is not row])
            row[column], other[column] = other[column], row[column]
        elif kind == "column":
            row[1:] = row[2:] + row[1:2]
        elif kind == "row gone":
            del table.rows[at], table.series[at]
        elif kind == "rows exchanged":
            other = self.random.choice([of for of in table.rows if of is not row])
            row[1:], other[1:] = other[1:], row[1:]
        elif kind == "label":
            letters = list(row[0])
            for n in self.random.sample(range(len(letters)), min(4, len(letters))):
                letters[n] = self.random.choice("abcdefghijklmnoprstuvwz")
            row[0] = "".join(letters)
        elif kind == "mark":
            row[column] += self.random.choice("123456789")
        elif kind == "letter":
            row[column] = row[column].replace("0", "O").replace("1", "l")
        elif kind == "years":
            table.descending = False
        elif kind == "table gone":
            self.tables.remove(table)
        return place

    def text(self) -> str:
        """Lay it out as a text recognition gives it: lines, without columns."""
        lines, chapter = [f"Jaarcijfers - {self.year}", ""], ""
        for table in self.tables:
            if table.chapter != chapter:
                chapter = table.chapter
                lines += ["Top 3 nationaliteiten", f"{chapter} Jaar aanvragen {self.year}"]
            years = [self.year - age for age in range(3)]
            lines.append(
                f"{table.label} {' '.join(map(str, years if table.descending else years[::-1]))} {table.list_label}".strip()
            )
            for n, (label, *figures) in enumerate(table.rows):
                place = f" {n + 1}. {table.places[n]}" if n < len(table.places) else ""
                lines.append(f"{label} {' '.join(figures)}{place}")
            lines += [table.note, ""] if table.note else []
        return "\n".join(lines) + "\n"

    def drawn(self, layout: str = "plain") -> list[tuple[int, float, float, float, str, str]]:
        """Lay it out on pages of A4: page, x, y of the base line from the top, size, font and text of each piece."""
        return Drawing(self, layout).pieces

    def words(self, layout: str = "plain") -> list[Word]:
        """Lay it out as words with boxes."""
        found = []
        for page, x, y, size, font, text in self.drawn(layout):
            # as a text layer has it
            text = text.translate(RAISED) if len(text) == 1 and size < 9 and layout == "marks" else text
            for part in re.finditer(r"\S+", text):
                left = x + width(text[: part.start()], size, font)
                found.append(Word(page, left, y - 0.9 * size, left + width(part[0], size, font), y + 0.2 * size, part[0]))
        return found


class Drawing:
    """A page layout."""

    def __init__(self, edition: Invented, layout: str) -> None:
        """Draw all tables."""
        self.layout, self.pieces, self.rules = layout, [], []
        self.font = "Times-Roman" if layout == "serif" else "Helvetica"
        self.narrow = layout in ("beside", "columns")
        self.size = 6.5 if self.narrow else 9
        self.page, self.marks = 1, 0
        # how wide a label may be, and where the three columns end
        self.label = 80 if self.narrow else 170 if layout in ("bottom", "top") else 270
        self.step = 36 if self.narrow else 52
        columns, y = [25, 305] if self.narrow else [40], 60
        self.put(columns[0], 40, f"Jaarcijfers - {edition.year}", 14)
        side, tops, chapter = 0, [y] * len(columns), ""
        for table in edition.tables:
            high = self.height(table)
            # tables beside each other begin at one height; in two columns each goes on where its own ends
            if layout == "beside" and side == 0:
                tops = [max(tops)] * 2
            if table.chapter != chapter:
                chapter = table.chapter
                tops = [max(tops) + 8] * len(columns)
                side = 0
                if tops[0] + high > 740:
                    self.page, tops = self.page + 1, [50] * len(columns)
                self.put(columns[0], tops[0], f"{chapter}   Jaar")
                tops = [top + 2 * self.size for top in tops]
            if tops[side] + high > 790:
                if layout == "columns" and side == 0 and tops[1] + high <= 790:
                    side = 1
                else:
                    self.page, side, tops = self.page + 1, 0, [50] * len(columns)
            tops[side] = self.table(edition, table, columns[side], tops[side]) + 1.6 * self.size
            if layout == "beside":
                side = 1 - side

    def put(self, x: float, y: float, text: str, size: float = 0) -> None:
        """Draw a text."""
        self.pieces.append((self.page, x, y, size or self.size, self.font, text))

    def wrap(self, text: str) -> list[str]:
        """Cut a label into lines."""
        lines = [""]
        for word in text.split():
            if lines[-1] and width(f"{lines[-1]} {word}", self.size, self.font) > self.label:
                lines.append(word)
            else:
                lines[-1] = f"{lines[-1]} {word}".strip()
        return lines

    def height(self, table: Table) -> float:
        """Measure a table."""
        lines = sum(len(self.wrap(label)) for label, *_ in [[table.label], *table.rows])
        return (lines + 0.5 * len(table.rows) + 3) * 1.15 * self.size

    def line(self, x: float, y: float, label: str, figures: list[str], beside: str) -> float:
        """Draw a row, its label in as many lines as it needs; say where the next one begins."""
        lines, pitch = self.wrap(label), 1.15 * self.size
        for n, text in enumerate(lines):
            self.put(x, y + n * pitch, text)
        at = y if self.layout in ("top", "centred") else y + (len(lines) - 1) * pitch
        if self.layout == "marks" and len(label) % 5 == 0:
            end = x + width(lines[-1], self.size, self.font)
            self.put(end + 0.3, y + (len(lines) - 1) * pitch - 0.35 * self.size, str(len(label) % 9 + 1), MARK * self.size)
        for n, text in enumerate(figures):
            right = x + self.label + 10 + (n + 1) * self.step
            wide = width(text, self.size, self.font)
            self.put(right - wide if self.layout != "centred" else right - (self.step - 8 + wide) / 2, at, text)
            self.marks += 1
            is_year = re.fullmatch(r"20\d\d", text)
            if self.layout == "marks" and self.marks % (7 if is_year else 71) == 0:
                self.put(right + 0.3, at - 0.35 * self.size, "*" if is_year else "3", MARK * self.size)
        if beside:
            self.put(x + self.label + 20 + 3 * self.step, at, beside)
        end = y + len(lines) * pitch
        if self.layout == "ruled":
            self.rules.append((self.page, x - 3, end - 0.75 * self.size, self.label + 10 + 3 * self.step + 8))
        return end + 0.5 * self.size

    def table(self, edition: Invented, table: Table, x: float, y: float) -> float:
        """Draw a table; say where it ends."""
        down = table.descending != (self.layout == "ascending")
        years = [str(edition.year - age) for age in range(3)]
        y = self.line(x, y, table.label, years if down else years[::-1], table.list_label)
        for n, (label, *figures) in enumerate(table.rows):
            place = f"{n + 1}. {table.places[n]}" if n < len(table.places) else ""
            y = self.line(x, y, label, figures[::-1] if self.layout == "ascending" else figures, place)
        if table.note:
            self.put(x, y + self.size, table.note, 0.85 * self.size)
            y += 2 * self.size
        return y


def pdf(drawing: Drawing) -> bytes:
    """Write a drawing as PDF, by hand, in fonts that every viewer has."""
    fonts = ("Helvetica", "Times-Roman")
    pages = max(page for page, *_ in drawing.pieces)
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    objects += [f"<</Type/Font/Subtype/Type1/BaseFont/{font}/Encoding/WinAnsiEncoding>>" for font in fonts]
    kids = []
    for number in range(1, pages + 1):
        content = [
            f"BT /F{fonts.index(font)} {size} Tf {x:.2f} {842 - y:.2f} Td ({text.translate(ESCAPED)}) Tj ET"
            for page, x, y, size, font, text in drawing.pieces
            if page == number
        ]
        content += [f"{x:.2f} {842 - y:.2f} {wide:.2f} 0.6 re f" for page, x, y, wide in drawing.rules if page == number]
        stream = "\n".join(content)
        objects.append(f"<</Length {len(stream.encode('cp1252'))}>>\nstream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        resources = "/Resources<</Font<</F0 3 0 R/F1 4 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R{resources}>>")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {pages}>>"
    data, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{text}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()


@dataclass
class Person:
    """Somebody who looks at the printed page, and answers as it is there."""

    printed: Invented

    def near(self, table: str, row: str) -> tuple[str, list[str]]:
        """Find a row by labels that may have been misread: its series and figures."""
        rows = [
            (of.label, row[0], series, row[1:])
            for of in self.printed.tables
            for row, series in zip(of.rows, of.series, strict=True)
        ]
        _, _, series, figures = max(
            rows, key=lambda item: 2 * SequenceMatcher(None, item[0], table).ratio() + SequenceMatcher(None, item[1], row).ratio()
        )
        return series, figures

    def answer(self, question: Question) -> str:
        """Answer a question."""
        kind, *rest = question.key.split("|")
        if kind in ("table", "notes", "line", "gone"):
            return "yes"
        name = rest[-2] if rest[-1] == "again" else rest[-1]
        if kind == "list":
            table = max(self.printed.tables, key=lambda of: SequenceMatcher(None, of.label, rest[0]).ratio())
            return ",".join(table.places) or "none"
        if kind == "word":
            return "SYR"
        if kind in ("row", "twice"):
            return self.near(*name.split(" / ", 1))[0]
        row, years = name.rsplit(" / ", 1)
        if row.endswith(("Betaalde dwangsommen", "Bedrag in een noot")):
            texts = [self.printed.amount[1]]
        else:
            figures = self.near(*row.rsplit(" / ", 1))[1]
            texts = [figures[self.printed.year - int(year)] for year in years.split()]
        if kind == "revised":
            return "yes" if f" is {texts[0]}, but" in question.text else "no"
        return " ".join(text or "empty" for text in texts)


@dataclass
class Outcome:
    """What came of a document: figures right and silently wrong, rows that are missed, and questions of each kind."""

    right: int
    wrong: list[str]
    asked: list[str]


def outcome(root: Path, document: Document, second: Document | None, printed: Invented) -> Outcome:
    """Prove a document, let a person who sees the page answer, and compare what would be entered with the page."""
    held, answers, asked = Held(read_seeds(root), printed.year), {}, []
    person = Person(printed)
    for _ in range(9):
        questions = Questions(answers)
        prover = Prover(held, document, second, "a program that invents", questions)
        if not questions.open:
            break
        for question in questions.open:
            asked.append(question.key)
            answers[question.key] = (person.answer(question), question.mark)
    rows = prover.added["printed_rows"]
    entered = {(row["series_code"], printed.year - age): row[name] for row in rows for name, age in AGES.items() if row[name]}
    gone = {key[0] for key in printed.truth} - {row["series_code"] for row in rows}
    wrong = [
        f"{key}: {text}, printed {printed.truth.get(key)}" for key, text in entered.items() if text != printed.truth.get(key)
    ]
    wrong += [f"still open: {question.key}" for question in questions.open]
    # a row that is left out was asked about, as gone or as new
    wrong += [f"{series} is left out" for series in gone if not any(key.startswith(("gone|", "row|", "line|")) for key in asked)]
    lists: dict[str, list[str]] = {}
    for place in prover.added["top_nationalities"]:
        lists.setdefault(place["product_code"], []).append(place["printed_nationality"])
    wrong += [
        f"list {product}: {words}"
        for product, words in lists.items()
        if not any(of.places == words for of in printed.tables if f"{product}." in str(of.series))
    ]
    return Outcome(sum(printed.truth.get(key) == text for key, text in entered.items()), wrong, asked)


def damaged(root: Path, kind: str, seed: int) -> tuple[Invented, Invented, str]:
    """Invent an edition, and damage a copy of it in one place: return both, and the place."""
    clean, bad = Invented(root, seed), Invented(root, seed)
    bad.random.seed(f"{seed} {kind}")
    return clean, bad, bad.damaged(kind)


def both_damaged(root: Path, kind: str, seed: int) -> tuple[Outcome, bool]:
    """Prove an edition that both readings have damaged alike: what came of it, and whether no proof covers that."""
    clean, bad, place = damaged(root, kind, seed)
    document = read_text(bad.text(), clean.year)
    return outcome(root, document, document, clean), kind in ("digit", "digits exchanged") and place.endswith(" 1")


def measured(root: Path, seed: int, layout: str = "", scan: bool = False) -> list[tuple[str, Outcome, int]]:
    """Read an invented edition, and say what came of it, and how many figures it has.

    Args:
        root: The project's folder.
        seed: What decides on figures and damages.
        layout: The layout of a PDF that is read by its text layer and OCR; if empty, texts are damaged in every way.
        scan: Whether the PDF is scanned first.
    """
    found = []
    if layout:
        clean = Invented(root, seed)
        path = root / "target" / f"invented_{seed}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pdf(Drawing(clean, layout)))
        if scan:
            scanned(path, seed)
        source = read(path, clean.year, True, path.with_suffix(""))
        came = outcome(root, source.document, source.second, clean)
        return [(f"{layout}{', scanned' * scan}", came, len(clean.truth))]
    for kind in DAMAGES:
        clean, bad, _ = damaged(root, kind, seed)
        right, wrong = (read_text(edition.text(), clean.year) for edition in (clean, bad))
        page = read_words(bad.words(LAYOUTS[seed % len(LAYOUTS)]), clean.year)
        ways = {"first": (wrong, right), "second": (right, wrong), "page": (page, right), "alone": (wrong, None)}
        found += [(f"{kind}, {way}", outcome(root, *documents, clean), len(clean.truth)) for way, documents in ways.items()]
        both, uncovered = both_damaged(root, kind, seed)
        found.append(("uncovered" if uncovered else f"{kind}, both", both, len(clean.truth)))
    return found


def scanned(path: Path, seed: int, pages: slice = slice(None)) -> None:
    """Replace pages of a PDF by scans of 150 to 300 dpi: turned a little, and noisy."""
    import numpy
    import pypdfium2
    from PIL import Image

    choice = numpy.random.default_rng(seed)
    dpi, angle, noise = (150, 200, 300)[seed % 3], choice.uniform(-0.7, 0.7), choice.uniform(4, 16)
    document = pypdfium2.PdfDocument(path.read_bytes())
    for number in range(len(document))[pages]:
        image = document[number].render(scale=dpi / 72, grayscale=True).to_pil()
        image = image.rotate(angle, resample=Image.BICUBIC, fillcolor=255)
        dots = numpy.asarray(image) + choice.normal(0, noise, image.size[::-1])
        data = io.BytesIO()
        Image.fromarray(dots.clip(0, 255).astype("uint8")).save(data, "PDF", resolution=dpi)
        document.del_page(number)
        document.import_pages(pypdfium2.PdfDocument(data.getvalue()), index=number)
    document.save(path)


def answer_all(root: Path, edition: Invented) -> list[str]:
    """Fill in the file of questions as somebody who sees the page; return the keys of the questions."""
    path = root / "target" / f"edition_{edition.year}" / "questions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    open_ones = [row for row in asked if not row["answer"]]
    for row in open_ones:
        row["answer"] = Person(edition).answer(Question(row["key"], row["question"]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, asked[0].keys())
        writer.writeheader()
        writer.writerows(asked)
    return [row["key"] for row in open_ones]


if __name__ == "__main__":
    number, *how = sys.argv[1:]
    totals: dict[str, list[float]] = {}
    for at in range(int(number)):
        begun, used = time.monotonic(), time.process_time()
        for what, came, figures in measured(ROOT, at, *how[:1], scan="scan" in how):
            counts = totals.setdefault(what, [0] * 5)
            found = (1, came.right, figures, len(came.wrong), len(came.asked))
            counts[:] = [sum(pair) for pair in zip(counts, found, strict=True)]
            for fault in came.wrong:
                print(f"seed {at}, {what}: {fault}")
        print(f"seed {at}: {time.monotonic() - begun:.0f} s, {time.process_time() - used:.0f} s of processors")
    covered = [sum(of) for of in zip(*(counts for what, counts in totals.items() if what != "uncovered"), strict=True)]
    print(f"{'':<28} {'documents':>10} {'right':>8} {'of':>8} {'silent':>8} {'questions':>10}")
    for what, counts in [*totals.items(), ("all that proofs cover", covered)]:
        print(f"{what:<28} " + " ".join(f"{count:>{wide}}" for count, wide in zip(counts, (10, 8, 8, 8, 10), strict=True)))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB at most")
