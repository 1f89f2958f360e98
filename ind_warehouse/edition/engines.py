"""Where words come from: the text layer of a PDF, and two OCR engines whose models are in their packages; imported when used."""

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from itertools import chain
from math import degrees
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

import click

from ind_warehouse.edition.columns import Word, read_words
from ind_warehouse.edition.questions import DPI
from ind_warehouse.edition.read import Document, read_text, years_of

if TYPE_CHECKING:
    from PIL.Image import Image

# longest side of a page in pixels that OCR does not shrink
LONGEST_SIDE = 4000
# a page with fewer has no text layer; one without a text layer is blank
FEWEST_WORDS = 15
# an upright page is recognised with more certainty than this
SURE = 0.9
# the newer engine reads all pages, the older one, with another model, again those without a text layer
NEWER, OLDER = "rapidocr", "rapidocr_onnxruntime"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"RIFF")
# a list that OCR joined to a count or a year is a word of its own
WORD = re.compile(r"\d{1,3}(?:\.\d{3})+(?=[123][.,]|[A-Z])|20\d\d(?=[A-Z])|\S+")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Unreadable(Exception):
    """A document that cannot be read; its message is a sentence that says what to do."""


@dataclass
class Source:
    """A document as it was read.

    Attributes:
        document: The first reading.
        how: How it was made.
        second: The second reading, if there is one.
        reader: Who made that.
        images: The pages as pictures of ``DPI``.
    """

    document: Document
    how: str
    second: Document | None = None
    reader: str = ""
    images: "list[Image]" = field(default_factory=list)


def read(path: Path, year: int, twice: bool, folder: Path) -> Source:
    """Read a document by its text layer, and again by OCR; a page without a text layer by two OCR engines; a text once.

    Args:
        path: A PDF, a picture of a page, or a text in UTF-8.
        year: The edition's year.
        twice: Whether a second reading is needed.
        folder: Where recognised pages are kept.

    Raises:
        Unreadable: It is none of these, cannot be opened, holds nothing or is about other years; an engine is missing.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        what = "is not there" if isinstance(error, FileNotFoundError) else "cannot be opened"
        raise Unreadable(f"{path} {what}; type FROM= and the path of a PDF, a picture or a text.") from None
    if not content.strip():
        raise Unreadable(f"{path.name} is empty; fetch it again.")
    if content.startswith(PICTURES):
        content = pdf_of_picture(path.name, content)
    if b"%PDF" in content[:1024]:
        source = read_pdf(path.name, content, year, twice, folder)
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise Unreadable(f"{path.name} is no PDF, no picture and no text in UTF-8; save it as one of these.")
        source = Source(read_text(text, year), "a text")
    if not any(table.rows for table in source.document.tables):
        found = f"has no table under three years, as annual figures have; give the document of the edition of {year}"
        if years_of(year) in source.document.years:
            found = f"has {years_of(year)} at the head of a table, but no row of three figures; give another copy"
        elif source.document.years:
            years = max(source.document.years)
            found = f"is about {', '.join(map(str, years))}; type YEAR={years[0]}, or give the document of {year}"
        raise Unreadable(f"{path.name} {found}.")
    return source


def pdf_of_picture(name: str, content: bytes) -> bytes:
    """Make a PDF of a picture of one or more pages, each taken for one of A4, whichever way it lies."""
    pillow, ops, sequence = (imported(f"PIL.{module}") for module in ("Image", "ImageOps", "ImageSequence"))
    data = io.BytesIO()
    try:
        with pillow.open(io.BytesIO(content)) as picture:
            first, *more = (ops.exif_transpose(frame).convert("L") for frame in sequence.Iterator(picture))
    except (OSError, SyntaxError) as error:
        raise Unreadable(f"{name} is a damaged picture ({error}); fetch or scan it again.") from None
    first.save(data, "PDF", resolution=max(first.size) / 11.69, save_all=True, append_images=more, quality=95)
    return data.getvalue()


def read_pdf(name: str, content: bytes, year: int, twice: bool, folder: Path) -> Source:
    """Read a PDF; see ``read``."""
    pdfium = imported("pypdfium2")
    try:
        pages = dict(enumerate(pdfium.PdfDocument(content), 1))
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(f"{name} has a password; save a copy without one.") from None
        raise Unreadable(f"{name} is a damaged PDF, or has no page ({error}); fetch it again.") from None
    words = {number: words_of_layer(name, number, page) for number, page in pages.items()}
    scanned = {number for number, of_page in words.items() if len(of_page) < FEWEST_WORDS}
    layer = read_words([*chain(*words.values())], year)
    if not scanned and not any(table.rows for table in layer.tables):
        # another document, which need not be recognised to be refused
        return Source(layer, "the text layer")
    images = {number: page.render(scale=DPI / 72, grayscale=True).to_pil() for number, page in pages.items()}
    images |= {number: upright(images[number]) for number in scanned}
    newer, older = {}, {}
    for number in pages if twice else sorted(scanned):
        newer[number] = recognised(name, number, images[number], NEWER, folder)
    # a scanned page without words is blank
    scanned = {number for number in scanned if len(newer[number]) >= FEWEST_WORDS}
    for number in scanned:
        refuse_turned(name, number, images[number], newer[number])
    for number in sorted(scanned) if twice else ():
        older[number] = recognised(name, number, images[number], OLDER, folder)
    first = {number: newer[number] if number in scanned else words[number] for number in pages}
    has_layer = any(first[number] for number in pages.keys() - scanned)

    def named(reader: str, of_scans: str) -> str:
        names = [reader] * has_layer + [of_scans] * bool(scanned)
        return " and ".join(f"{of} {imported(of, version)}" if of in (NEWER, OLDER) else of for of in names)

    source = Source(read_words([*chain(*first.values())], year), named("the text layer", NEWER), images=list(images.values()))
    if twice:
        source.second = read_words([*chain(*(newer | older).values())], year)
        source.reader = f"a program, {named(NEWER, OLDER)}, from pictures of the pages"
    return source


def imported(name: str, load: Callable | None = None) -> Any:
    """Import a library of the optional group, or look up its version.

    Raises:
        Unreadable: It is not there.
    """
    try:
        return (load or import_module)(name)
    except ImportError as error:
        python, check = (" for Python 3.11 or 3.12", ", or give another copy as CHECK=") if name == OLDER else ("", "")
        raise Unreadable(
            f"A PDF or picture cannot be read, since {name}{python} is not installed; type make edition, which installs it,"
            f" or uv sync --group edition{check}. ({error})"
        ) from None


def words_of_layer(name: str, number: int, page: Any) -> list[Word]:
    """Join the characters of a text layer to words; the small ones of a footnote's mark are written as such.

    Raises:
        Unreadable: Most characters are turned.
    """
    layer, width, height, found, last, angles = page.get_textpage(), page.get_width(), page.get_height(), [], None, Counter()
    # a viewer turns the page by this, but not the boxes of its characters
    turn = page.get_rotation()
    shown = {
        0: lambda x, y: (x, height - y),
        90: lambda x, y: (y, x),
        180: lambda x, y: (width - x, y),
        270: lambda x, y: (width - y, height - x),
    }[turn]
    for at in range(layer.count_chars()):
        sign = layer.get_text_range(at, 1)
        if sign in "\r\n":
            # guessed by the library, also within words; the boxes know better
            continue
        if not sign.strip() or sign in "\ufffe\u00ad":
            last = None
            continue
        angle = degrees(imported("pypdfium2.raw").FPDFText_GetCharAngle(layer, at)) + turn
        angles[round(angle / 90) * 90 % 360] += 1
        box = layer.get_charbox(at, loose=True)
        (left, right), (top, bottom) = map(sorted, zip(shown(*box[:2]), shown(*box[2:]), strict=True))
        char, word = Word(number, left, top, right, bottom, sign), found[-1] if last else None
        near = word and left - last.x0 >= -1 and left - last.x1 <= 0.15 * char.height
        if near and char.height <= 1.1 * word.height and abs(char.y1 - last.y1) <= 0.6 * char.height:
            word.text += sign.translate(RAISED) if char.height < 0.9 * word.height else sign
            word.x1, word.y0, word.y1 = max(word.x1, right), min(word.y0, char.y0), max(word.y1, char.y1)
        else:
            found.append(char)
        last = char
    if len(found) >= FEWEST_WORDS and (most := angles.most_common(1)[0][0]):
        raise turned(name, number, "upside down" if most == 180 else "lying on a side")
    return found


def turned(name: str, number: int, how: str) -> Unreadable:
    """Say that a page is turned, and what to do."""
    return Unreadable(f"Page {number} of {name} is {how}; turn it upright in a viewer, save it, and try again.")


def refuse_turned(name: str, number: int, image: "Image", words: list[Word]) -> None:
    """Refuse a scanned page that lies on a side or upside down.

    Raises:
        Unreadable: It does.
    """
    if median(word.height / (word.x1 - word.x0) for word in words if len(word.text) > 3) > 1:
        raise turned(name, number, "lying on a side")
    sure = mean(word.sureness for word in words)
    again = lines_of_picture(image.rotate(180), NEWER) if sure < SURE else []
    if again and mean(line[-1] for line in again) > sure + 0.1:
        raise turned(name, number, "upside down")


@cache
def engine(package: str) -> Callable[[Any], list[tuple]]:
    """Start an OCR engine: it returns the corners, text and certainty of each line that it finds in a picture."""
    imported("onnxruntime")
    if package == OLDER:
        older = imported(OLDER).RapidOCR(max_side_len=LONGEST_SIDE, intra_op_num_threads=2)
        return lambda picture: older(picture, use_cls=False)[0] or []
    settings = {"Global.max_side_len": LONGEST_SIDE, "Global.use_cls": False, "Global.log_level": "error"}
    newer = imported(NEWER).RapidOCR(params=settings | {"EngineConfig.onnxruntime.intra_op_num_threads": 2})

    def lines(picture: Any) -> list[tuple]:
        seen = newer(picture)
        return [] if seen.boxes is None else list(zip(seen.boxes, seen.txts, seen.scores, strict=True))

    return lines


def recognised(name: str, number: int, image: "Image", package: str, folder: Path) -> list[Word]:
    """Recognise a page, or look up what was recognised before; each page is kept in a file named by picture and engine."""
    mark = sha256(image.tobytes() + f"{package} {imported(package, version)}".encode()).hexdigest()[:16]
    kept = folder / f"{package}_{mark}.json"
    if not kept.exists():
        click.echo(f"Recognising page {number} of {name} with {package} ...", err=True)
        folder.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(".new")
        new.write_text(json.dumps(lines_of_picture(image, package)), "utf-8")
        new.replace(kept)
    words = []
    for x0, y0, x1, y1, text, sure in json.loads(kept.read_text("utf-8")):
        # a box that holds several words is shared out by their letters
        width = (x1 - x0) / len(text)
        words += [Word(number, x0 + width * of.start(), y0, x0 + width * of.end(), y1, of[0], sure) for of in WORD.finditer(text)]
    return words


def lines_of_picture(image: "Image", package: str) -> list[tuple]:
    """Recognise a picture: return left, top, right, bottom in points, text and certainty of each line."""
    lines = []
    for box, text, score in engine(package)(imported("numpy").array(image.convert("RGB"))):
        xs, ys = ([float(point[n]) * 72 / DPI for point in box] for n in (0, 1))
        if text.strip():
            lines.append((min(xs), min(ys), max(xs), max(ys), text, float(score)))
    return lines


def upright(image: "Image") -> "Image":
    """Turn a scanned page by up to five degrees, to where its lines of ink are sharpest."""
    numpy, pillow = imported("numpy"), imported("PIL.Image")
    small = image.convert("L")
    small.thumbnail((1000, 1400))
    ink = pillow.fromarray(255 - numpy.asarray(small))

    def sharpness(angle: float) -> float:
        lines = numpy.asarray(ink.rotate(angle, resample=pillow.BILINEAR)).sum(axis=1, dtype=float)
        return float((numpy.diff(lines) ** 2).sum())

    best = max(numpy.arange(-5, 5.01, 0.2), key=sharpness)
    best = round(max(numpy.arange(best - 0.16, best + 0.17, 0.04), key=sharpness), 2)
    return image.rotate(best, resample=pillow.BICUBIC, fillcolor=255) if abs(best) > 0.03 else image
