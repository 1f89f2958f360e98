"""Where words come from: the text layer of a PDF, and two OCR engines whose models are in their packages; imported when used."""

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from math import degrees
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from ind_warehouse.edition.columns import Word, read_words
from ind_warehouse.edition.read import Document, read_text

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 200
# longest side of a page in pixels that OCR does not shrink
LONGEST_SIDE = 4000
FEWEST_WORDS = 15
# an upright page is read with more certainty than this
SURE = 0.9
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
NEWER, OLDER = "rapidocr", "rapidocr_onnxruntime"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"RIFF")


class Unreadable(Exception):
    """A document that cannot be read; its message is a sentence that says what to do."""


@dataclass
class Source:
    """A document: its text, or its pages, the words of their text layers, those without one, and all as pictures once drawn."""

    name: str
    text: str | None = None
    pages: list[Any] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    scanned: set[int] = field(default_factory=set)
    images: "list[Image]" = field(default_factory=list)


def opened(path: Path) -> Source:
    """Open a PDF, a picture of a page, or a text in UTF-8.

    Raises:
        Unreadable: It is none of these, cannot be opened, or holds nothing.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        what = "is not there" if isinstance(error, FileNotFoundError) else "cannot be opened"
        raise Unreadable(f"{path} {what}; type FROM= and the path of a PDF, a picture or a text.") from None
    if not content.strip():
        raise Unreadable(f"{path.name} is empty; fetch it again.")
    if content.startswith(PICTURES):
        content = pdf_of_picture(path)
    if b"%PDF" in content[:1024]:
        return of_pdf(path.name, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(f"{path.name} is no PDF, no picture and no text in UTF-8; save it as one of these.")
    return Source(path.name, text)


def of_pdf(name: str, content: bytes) -> Source:
    """Read the text layer of each page of a PDF."""
    pdfium = imported("pypdfium2")
    try:
        source = Source(name, pages=list(pdfium.PdfDocument(content)))
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(f"{name} has a password; save a copy without one.") from None
        raise Unreadable(f"{name} is a damaged PDF ({error}); fetch it again.") from None
    if not source.pages:
        raise Unreadable(f"{name} has no page; fetch it again.")
    for number, page in enumerate(source.pages, 1):
        words, turned = words_of_layer(pdfium, page, number)
        if turned:
            raise Unreadable(turned_page(name, number, "upside down" if turned == 180 else "lying on a side"))
        source.words += words
        if len(words) < FEWEST_WORDS:
            source.scanned.add(number)
    return source


def pdf_of_picture(path: Path) -> bytes:
    """Make a PDF of a picture of one or more pages, each taken for one of A4, whichever way it lies."""
    pillow, ops, sequence = (imported(f"PIL.{name}") for name in ("Image", "ImageOps", "ImageSequence"))
    data = io.BytesIO()
    try:
        with pillow.open(path) as picture:
            first, *more = (ops.exif_transpose(frame).convert("L") for frame in sequence.Iterator(picture))
    except (OSError, SyntaxError) as error:
        raise Unreadable(f"{path.name} is a damaged picture ({error}); fetch or scan it again.") from None
    first.save(data, "PDF", resolution=max(first.size) / 11.69, save_all=True, append_images=more, quality=95)
    return data.getvalue()


def readings(
    source: Source, year: int, twice: bool, folder: Path, tell: Callable[[str], None]
) -> tuple[Document, Document | None, str, str]:
    """Read a document by its text layer, and again by OCR; a page without a text layer by two OCR engines; a text once.

    Args:
        source: The document; its pages are drawn.
        year: The edition's year.
        twice: Whether a second reading is needed.
        folder: Where recognised pages are kept.
        tell: Where progress goes.

    Returns:
        Both readings, the second one ``None`` if there is none; how the first was made, and by whom the second.

    Raises:
        Unreadable: An engine is missing, or a page is turned.
    """
    if source.text is not None:
        return read_text(source.text, year), None, "a text", ""
    layer = read_words(source.words, year)
    if not source.scanned and not any(table.rows for table in layer.tables):
        # another document, which need not be recognised to be refused
        return layer, None, "the text layer", ""
    for number, page in enumerate(source.pages, 1):
        image = page.render(scale=DPI / 72, grayscale=True).to_pil()
        source.images.append(upright(image) if number in source.scanned else image)

    def seen(pages: set[int], package: str) -> list[Word]:
        images = {number: source.images[number - 1] for number in sorted(pages)}
        return recognised(images, package, folder, tell)

    newer = seen({*range(1, len(source.pages) + 1)} if twice else source.scanned, NEWER)
    # a page without a text layer and without words is blank
    scanned = {number for number in source.scanned if sum(word.page == number for word in newer) >= FEWEST_WORDS}
    for number in scanned:
        refuse_turned(source, number, [word for word in newer if word.page == number])
    words = [word for word in source.words if word.page not in scanned]
    first = words + [word for word in newer if word.page in scanned]
    how = " and ".join(["the text layer"] * bool(words) + [named(NEWER)] * bool(scanned))
    if not twice:
        return read_words(first, year), None, how, ""
    again = [word for word in newer if word.page not in scanned] + seen(scanned, OLDER)
    readers = " and ".join([named(NEWER)] * bool(words) + [named(OLDER)] * bool(scanned))
    return read_words(first, year), read_words(again, year), how, f"a program, {readers}, from pictures of the pages"


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


def named(package: str) -> str:
    """Name an OCR engine and its version."""
    return f"{package} {imported(package, version)}"


def words_of_layer(pdfium: Any, page: Any, number: int) -> tuple[list[Word], int]:
    """Join the characters of a text layer to words; the small ones of a footnote's mark are written as such.

    Returns:
        The words, and by how many degrees most characters are turned.
    """
    layer, height, found, last, angles = page.get_textpage(), page.get_height(), [], None, Counter()
    for at in range(layer.count_chars()):
        sign = layer.get_text_range(at, 1)
        if sign in "\r\n":
            # guessed by the library, also within words; the boxes know better
            continue
        if not sign.strip() or sign in "\ufffe\u00ad":
            last = None
            continue
        angles[round(degrees(pdfium.raw.FPDFText_GetCharAngle(layer, at)) / 90) * 90 % 360] += 1
        left, bottom, right, top = layer.get_charbox(at, loose=True)
        char, word = Word(number, left, height - top, right, height - bottom, sign), found[-1] if last else None
        near = word and left - last.x0 >= -1 and left - last.x1 <= 0.15 * char.height
        if near and char.height <= 1.1 * word.height and abs(char.y1 - last.y1) <= 0.6 * char.height:
            word.text += sign.translate(RAISED) if char.height < 0.9 * word.height else sign
            word.x1, word.y0, word.y1 = max(word.x1, right), min(word.y0, char.y0), max(word.y1, char.y1)
        else:
            found.append(char)
        last = char
    turned = (angles.most_common(1)[0][0] + page.get_rotation()) % 360 if angles.total() > FEWEST_WORDS else 0
    return found, turned


@cache
def engine(package: str) -> Callable[[Any], list[tuple]]:
    """Start an OCR engine: the newer one reads all pages, the older one, with another model, again those without a text layer."""
    imported("onnxruntime")
    if package == OLDER:
        older = imported(OLDER).RapidOCR(max_side_len=LONGEST_SIDE, intra_op_num_threads=2)
        return lambda picture: older(picture, use_cls=False)[0] or []
    settings = {"Global.max_side_len": LONGEST_SIDE, "Global.use_cls": False, "Global.log_level": "error"}
    newer = imported(NEWER).RapidOCR(params=settings | {"EngineConfig.onnxruntime.intra_op_num_threads": 2})

    def read(picture: Any) -> list[tuple]:
        seen = newer(picture)
        return [] if seen.boxes is None else list(zip(seen.boxes, seen.txts, seen.scores, strict=True))

    return read


def recognised(pages: "dict[int, Image]", package: str, folder: Path, tell: Callable[[str], None]) -> list[Word]:
    """Recognise pictures of pages, or look up what was recognised before.

    Args:
        pages: The pictures by page.
        package: The OCR engine.
        folder: Where words are kept, each page in a file of its own, named by a hash of picture and engine.
        tell: Where progress goes.
    """
    words = []
    for count, (number, image) in enumerate(pages.items(), 1):
        kept = folder / f"{package}_{sha256(image.tobytes() + named(package).encode()).hexdigest()[:16]}.json"
        if not kept.exists():
            tell(f"Recognising page {count} of {len(pages)} with {package} ...")
            found = [astuple(word)[1:] for word in words_of_picture(image, package)]
            folder.mkdir(parents=True, exist_ok=True)
            new = kept.with_suffix(".new")
            new.write_text(json.dumps(found), "utf-8")
            new.replace(kept)
        words += [Word(number, *word) for word in json.loads(kept.read_text("utf-8"))]
    return words


def words_of_picture(image: "Image", package: str) -> list[Word]:
    """Recognise a picture; a box that holds several words is shared out by their letters."""
    found = []
    for box, text, score in engine(package)(imported("numpy").array(image.convert("RGB"))):
        xs, ys = ([float(point[n]) * 72 / DPI for point in box] for n in (0, 1))
        left, width = min(xs), (max(xs) - min(xs)) / max(1, len(text))
        found += [
            Word(0, left + width * part.start(), min(ys), left + width * part.end(), max(ys), part[0], float(score))
            for part in re.finditer(r"\S+", text)
        ]
    return found


def refuse_turned(source: Source, number: int, words: list[Word]) -> None:
    """Refuse a scanned page that lies on a side or upside down.

    Raises:
        Unreadable: It does.
    """

    def sureness(words: list[Word]) -> float:
        return sum(word.sureness for word in words) / max(1, len(words))

    if median(word.height / (word.x1 - word.x0) for word in words if len(word.text) > 3) > 1:
        raise Unreadable(turned_page(source.name, number, "lying on a side"))
    sure, turned = sureness(words), source.images[number - 1].rotate(180)
    if sure < SURE and sureness(words_of_picture(turned, NEWER)) > sure + 0.1:
        raise Unreadable(turned_page(source.name, number, "upside down"))


def turned_page(name: str, number: int, how: str) -> str:
    """Say that a page is turned, and what to do."""
    return f"Page {number} of {name} is {how}; turn it upright in a viewer, save it, and try again."


def upright(image: "Image") -> "Image":
    """Turn a scanned page by up to three degrees, to where its lines of ink are sharpest."""
    numpy, pillow = imported("numpy"), imported("PIL.Image")
    small = image.convert("L")
    small.thumbnail((1000, 1400))
    ink = pillow.fromarray(255 - numpy.asarray(small))

    def sharpness(angle: float) -> float:
        lines = numpy.asarray(ink.rotate(angle, resample=pillow.BILINEAR)).sum(axis=1, dtype=float)
        return float((numpy.diff(lines) ** 2).sum())

    best = max(numpy.arange(-3, 3.01, 0.04), key=sharpness)
    return image.rotate(best, resample=pillow.BICUBIC, fillcolor=255) if abs(best) > 0.03 else image
