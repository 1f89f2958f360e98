"""Where words come from: the text layer of a PDF, and two OCR engines whose models are in their packages; imported when used."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from math import degrees
from pathlib import Path
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
NEWER, OLDER = "rapidocr", "rapidocr_onnxruntime"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"RIFF")


class Unreadable(Exception):
    """A document that cannot be read; its message is a sentence that says what to do."""


@dataclass
class Source:
    """A document: its text, or the words of its text layer, the pages without one, and what draws all pages."""

    name: str
    text: str | None = None
    words: list[Word] = field(default_factory=list)
    scanned: set[int] = field(default_factory=set)
    draw: "Callable[[], list[Image]]" = list
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
    if b"%PDF" in content[:1024]:
        return of_pdf(path)
    if content.startswith(PICTURES):
        return of_picture(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(f"{path.name} is no PDF, no picture and no text in UTF-8; save it as one of these.")
    return Source(path.name, text)


def of_pdf(path: Path) -> Source:
    """Read the text layer of each page of a PDF, and draw all pages."""
    pdfium, source = imported("pypdfium2"), Source(path.name)
    try:
        pages = list(pdfium.PdfDocument(path))
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(f"{path.name} has a password; save a copy without one.") from None
        raise Unreadable(f"{path.name} is a damaged PDF ({error}); fetch it again.") from None
    if not pages:
        raise Unreadable(f"{path.name} has no page; fetch it again.")
    for number, page in enumerate(pages, 1):
        words, turned = words_of_layer(pdfium, page, number)
        if turned:
            raise Unreadable(turned_page(path.name, number, "upside down" if turned == 180 else "lying on a side"))
        source.words += words
        if len(words) < FEWEST_WORDS:
            source.scanned.add(number)
    source.draw = lambda: [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in pages]
    return source


def of_picture(path: Path) -> Source:
    """Read a picture of one or more pages."""
    pillow, ops, sequence = (imported(f"PIL.{name}") for name in ("Image", "ImageOps", "ImageSequence"))
    source = Source(path.name)
    try:
        with pillow.open(path) as picture:
            frames = [ops.exif_transpose(frame).convert("L") for frame in sequence.Iterator(picture)]
    except (OSError, SyntaxError) as error:
        raise Unreadable(f"{path.name} is a damaged picture ({error}); fetch or scan it again.") from None
    # each is taken for a page of A4, whichever way it lies
    scales = [DPI * 11.69 / max(frame.size) for frame in frames]
    sizes = [(round(frame.width * scale), round(frame.height * scale)) for frame, scale in zip(frames, scales, strict=True)]
    source.draw = lambda: [frame.resize(size, pillow.LANCZOS) for frame, size in zip(frames, sizes, strict=True)]
    source.scanned = set(range(1, len(frames) + 1))
    return source


def readings(
    source: Source, year: int, twice: bool, folder: Path, tell: Callable[[str], None]
) -> tuple[Document, Document | None, str, str]:
    """Read a document by its text layer, and again by OCR; a page without a text layer by two OCR engines; a text once.

    Args:
        source: The document; its pictures are turned upright.
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
    source.images = [upright(image) if n in source.scanned else image for n, image in enumerate(source.draw(), 1)]
    pages = dict(enumerate(source.images, 1))

    def seen(numbers: set[int], package: str) -> list[Word]:
        chosen = {number: pages[number] for number in sorted(numbers)}
        return recognised(chosen, package, folder, tell)

    newer = seen(set(pages) if twice else source.scanned, NEWER)
    # a page without a text layer and without words is blank
    scanned = {number for number in source.scanned if sum(word.page == number for word in newer) >= FEWEST_WORDS}
    for number in scanned:
        refuse_turned(source.name, number, pages[number], [word for word in newer if word.page == number])
    words = [word for word in source.words if word.page not in scanned]
    first = words + [word for word in newer if word.page in scanned]
    how = " and ".join(["the text layer"] * bool(words) + [named(NEWER)] * bool(scanned))
    if not twice:
        return read_words(first, year), None, how, ""
    again = [word for word in newer if word.page not in scanned] + seen(scanned, OLDER)
    readers = " and ".join([named(NEWER)] * bool(words) + [named(OLDER)] * bool(scanned))
    return read_words(first, year), read_words(again, year), how, f"a program, {readers}, from pictures of the pages"


def imported(name: str) -> Any:
    """Import a library of the optional group.

    Raises:
        Unreadable: It is not there.
    """
    try:
        return import_module(name)
    except ImportError as error:
        python, else_ = (" for Python 3.11 or 3.12", ", or give another copy as CHECK=") if name == OLDER else ("", "")
        raise Unreadable(
            f"A PDF or picture cannot be read, since {name}{python} is not installed; type make edition, which installs it,"
            f" or uv sync --group edition{else_}. ({error})"
        ) from None


def words_of_layer(pdfium: Any, page: Any, number: int) -> tuple[list[Word], int]:
    """Join the characters of a text layer to words; a small one, as the mark of a footnote, is a word of its own.

    Returns:
        The words, and by how many degrees most characters are turned.
    """
    layer, height, found, last, angles = page.get_textpage(), page.get_height(), [], None, Counter()
    for at in range(layer.count_chars()):
        sign = layer.get_text_range(at, 1)
        if not sign.strip() or sign in "\ufffe\u00ad":
            last = None
            continue
        angles[round(degrees(pdfium.raw.FPDFText_GetCharAngle(layer, at)) / 90) * 90 % 360] += 1
        left, bottom, right, top = layer.get_charbox(at, loose=True)
        char = Word(number, left, height - top, right, height - bottom, sign)
        if (
            last
            and left - last.x0 >= -1
            and left - last.x1 <= 0.28 * char.height
            and 0.8 * char.height <= last.height <= 1.25 * char.height
            and abs(char.y1 - last.y1) <= 0.6 * char.height
        ):
            word = found[-1]
            word.text, word.x1 = word.text + sign, max(word.x1, right)
            word.y0, word.y1 = min(word.y0, char.y0), max(word.y1, char.y1)
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


def named(package: str) -> str:
    """Name an OCR engine, its version and the model in its package."""
    spec = find_spec(package)
    if not spec:
        imported(package)
    models = sorted(Path(spec.origin).parent.glob("models/*rec*.onnx"))
    return f"{package} {version(package)} ({models[0].stem if models else 'its own model'})"


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


def refuse_turned(name: str, number: int, image: "Image", words: list[Word]) -> None:
    """Refuse a scanned page that lies on a side or upside down.

    Raises:
        Unreadable: It does.
    """

    def sureness(words: list[Word]) -> float:
        return sum(word.sureness for word in words) / max(1, len(words))

    long = [word for word in words if len(word.text) > 3]
    if sum(word.height > word.x1 - word.x0 for word in long) > len(long) / 2:
        raise Unreadable(turned_page(name, number, "lying on a side"))
    if sureness(words) < SURE and sureness(words_of_picture(image.rotate(180), NEWER)) > sureness(words) + 0.1:
        raise Unreadable(turned_page(name, number, "upside down"))


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
