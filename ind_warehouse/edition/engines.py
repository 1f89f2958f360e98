"""Where words come from: the text layer of a PDF, and two OCR engines whose models are in their packages; imported when used."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import version
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
INSTALL = "its libraries are not installed; type make edition, which installs them, or uv sync --group edition"


class Unreadable(Exception):
    """A document that cannot be read; its message is a sentence that says what to do."""


class Source:
    """A document: the words of its pages and, unless it is a text, their pictures.

    Attributes:
        text: The whole of it, where it is a text.
        words: The words of the text layer.
        images: The pages as pictures of ``DPI``, upright.
        scanned: The pages that have no text layer.
    """

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        """Open a document.

        Args:
            path: A PDF, a picture of a page, or a text in UTF-8.
            tell: Where progress goes.

        Raises:
            Unreadable: It is none of these, cannot be opened, or holds nothing.
        """
        self.path, self.tell = path, tell
        self.text, self.pdf, self.words, self.images, self.scanned = None, None, [], [], set()
        try:
            content = path.read_bytes()
        except OSError as error:
            what = "is not there" if isinstance(error, FileNotFoundError) else "cannot be opened"
            raise Unreadable(f"{path} {what}; type FROM= and the path of a PDF, a picture or a text.") from None
        if not content.strip():
            raise Unreadable(f"{path.name} is empty; fetch it again.")
        if b"%PDF" in content[:1024]:
            self.open_pdf()
        elif is_picture(content):
            self.open_picture()
        else:
            try:
                self.text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                self.text = "\0"
            if "\0" in self.text:
                raise Unreadable(f"{path.name} is no PDF, no picture and no text in UTF-8; save it as one of these.")

    def open_pdf(self) -> None:
        """Read the text layer of each page."""
        pdfium = imported("pypdfium2")
        try:
            self.pdf = pdfium.PdfDocument(self.path)
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                raise Unreadable(f"{self.path.name} has a password; save a copy without one.") from None
            raise Unreadable(f"{self.path.name} is a damaged PDF ({error}); fetch it again.") from None
        for number, page in enumerate(self.pdf, 1):
            words, turned = words_of_layer(pdfium, page, number)
            if turned:
                raise Unreadable(turned_page(self.path, number, turned))
            self.words += words
            if len(words) < FEWEST_WORDS:
                self.scanned.add(number)
        if not len(self.pdf):
            raise Unreadable(f"{self.path.name} has no page; fetch it again.")

    def open_picture(self) -> None:
        """Read a picture of one or more pages."""
        pillow = imported("PIL.Image")
        from PIL import ImageOps, ImageSequence

        try:
            with pillow.open(self.path) as picture:
                frames = [ImageOps.exif_transpose(frame).convert("L") for frame in ImageSequence.Iterator(picture)]
        except (OSError, SyntaxError) as error:
            raise Unreadable(f"{self.path.name} is a damaged picture ({error}); fetch or scan it again.") from None
        for image in frames:
            # taken for a page of A4, whichever way it lies
            scale = DPI * 11.69 / max(image.size)
            self.images.append(image.resize((round(image.width * scale), round(image.height * scale)), pillow.LANCZOS))
        self.scanned = set(range(1, len(self.images) + 1))

    def readings(self, year: int, twice: bool = True) -> tuple[Document, Document | None, str, str]:
        """Read it by its text layer, and again by OCR; a page without a text layer by two OCR engines. A text is read once.

        Args:
            year: The edition's year.
            twice: Whether a second reading is needed.

        Returns:
            Both readings, the second one ``None`` if there is none; how the first was made, and by whom the second.

        Raises:
            Unreadable: An engine is missing, or a page is turned.
        """
        if self.text is not None:
            return read_text(self.text, year), None, "a text", ""
        layer = read_words(self.words, year)
        if not self.scanned and not any(table.rows for table in layer.tables):
            # another document, which need not be recognised to be refused
            return layer, None, "the text layer", ""
        if self.pdf:
            self.images = [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in self.pdf]
        self.images = [upright(image) if n in self.scanned else image for n, image in enumerate(self.images, 1)]
        pages = set(range(1, len(self.images) + 1)) if twice else self.scanned
        seen = self.recognised(pages, newer_engine) if pages else []
        # a page without a text layer and without words is blank
        scanned = {page for page in self.scanned if sum(word.page == page for word in seen) >= FEWEST_WORDS}
        self.refuse_turned(scanned, seen)
        words = [word for word in self.words if word.page not in scanned]
        first = words + [word for word in seen if word.page in scanned]
        how = " and ".join(["the text layer"] * bool(words) + [named("rapidocr")] * bool(scanned))
        if not twice:
            return read_words(first, year), None, how, ""
        again = [word for word in seen if word.page not in scanned]
        if scanned:
            again += self.recognised(scanned, older_engine)
        readers = [named("rapidocr")] * bool(words) + [named("rapidocr_onnxruntime")] * bool(scanned)
        reader = f"a program, {' and '.join(readers)}, from pictures of the pages"
        return read_words(first, year), read_words(again, year), how, reader

    def recognised(self, pages: set[int], engine: Callable) -> list[Word]:
        """Recognise some pages."""
        return recognised({page: self.images[page - 1] for page in sorted(pages)}, engine(), self.tell)

    def refuse_turned(self, pages: set[int], seen: list[Word]) -> None:
        """Refuse scanned pages that lie on a side or upside down.

        Raises:
            Unreadable: One of them does.
        """
        for number in sorted(pages):
            found = {0: sureness([word for word in seen if word.page == number])}
            if found[0] > SURE:
                continue
            for angle in (90, 180, 270):
                turned = {number: self.images[number - 1].rotate(angle, expand=True)}
                found[angle] = sureness(recognised(turned, newer_engine(), lambda _: None))
            angle = max(found, key=found.get)
            if found[angle] > found[0] + 0.1:
                raise Unreadable(turned_page(self.path, number, angle))


def turned_page(path: Path, number: int, angle: int) -> str:
    """Say that a page is turned, and what to do."""
    how = "upside down" if angle == 180 else "lying on a side"
    return f"Page {number} of {path.name} is {how}; turn it upright in a viewer, save it, and try again."


def sureness(words: list[Word]) -> float:
    """Say how sure OCR is of a page on average."""
    return sum(word.sureness for word in words) / max(1, len(words))


def is_picture(content: bytes) -> bool:
    """Say whether a file begins as PNG, JPEG, TIFF, BMP, GIF or WebP do."""
    return content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8")) or content[8:12] == b"WEBP"


def imported(name: str) -> Any:
    """Import a library of the optional group.

    Raises:
        Unreadable: It is not there.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise Unreadable(f"A PDF or picture cannot be read, since {INSTALL}. ({error})") from None


def words_of_layer(pdfium: Any, page: Any, number: int) -> tuple[list[Word], int]:
    """Join the characters of a text layer to words; a small one, as the mark of a footnote, is a word of its own.

    Returns:
        The words, and by how many degrees most characters are turned.
    """
    layer, height, found, run, angles = page.get_textpage(), page.get_height(), [], [], Counter()

    def close() -> None:
        if run:
            box = (f(char[n] for char in run) for n, f in ((1, min), (2, min), (3, max), (4, max)))
            found.append(Word(number, *box, "".join(char[0] for char in run)))
            run.clear()

    for at in range(layer.count_chars()):
        char = layer.get_text_range(at, 1)
        if not char.strip() or char in "\ufffe\u00ad":
            close()
            continue
        angles[round(degrees(pdfium.raw.FPDFText_GetCharAngle(layer, at)) / 90) * 90 % 360] += 1
        left, bottom, right, top = layer.get_charbox(at, loose=True)
        size = top - bottom
        if run:
            _, last_left, last_top, last_right, last_bottom = run[-1]
            last_size = last_bottom - last_top
            apart = left - last_right > 0.28 * size or left < last_left - 1
            of_another_size = size < 0.8 * last_size or last_size < 0.8 * size
            if apart or of_another_size or abs(height - bottom - last_bottom) > 0.6 * size:
                close()
        run.append((char, left, height - top, right, height - bottom))
    close()
    turned = (angles.most_common(1)[0][0] + page.get_rotation()) % 360 if angles.total() > FEWEST_WORDS else 0
    return found, turned


@cache
def newer_engine() -> Callable:
    """Start the OCR engine of the second reading, and of the first one where a page has no text layer."""
    imported("onnxruntime")
    settings = {"Global.max_side_len": LONGEST_SIDE, "Global.use_cls": False, "Global.log_level": "error"}
    engine = imported("rapidocr").RapidOCR(params=settings | {"EngineConfig.onnxruntime.intra_op_num_threads": 2})

    def read(picture: Any) -> list[tuple]:
        seen = engine(picture)
        return [] if seen.boxes is None else list(zip(seen.boxes, seen.txts, seen.scores, strict=True))

    return read


@cache
def older_engine() -> Callable:
    """Start the other OCR engine, with an older model, for the second reading of pages without a text layer."""
    try:
        engine = import_module("rapidocr_onnxruntime")
    except ImportError:
        raise Unreadable(
            "The second reading of a scan needs rapidocr_onnxruntime, for Python 3.11 or 3.12; type make edition, which installs"
            " it, or give another copy of the document as CHECK=."
        ) from None
    engine = engine.RapidOCR(max_side_len=LONGEST_SIDE, intra_op_num_threads=2)

    def read(picture: Any) -> list[tuple]:
        seen, _ = engine(picture, use_cls=False)
        return seen or []

    return read


def named(package: str) -> str:
    """Name an OCR engine, its version and the model in its package."""
    models = Path(imported(package).__file__).parent / "models"
    model = next((path.stem for path in sorted(models.glob("*rec*.onnx"))), "its own model")
    return f"{package} {version(package)} ({model})"


def recognised(pages: "dict[int, Image]", read: Callable, tell: Callable[[str], None]) -> list[Word]:
    """Recognise pictures of pages; a box that holds several words is shared out by their letters."""
    numpy, found = imported("numpy"), []
    for count, (number, image) in enumerate(pages.items(), 1):
        tell(f"Recognising page {count} of {len(pages)} ...")
        for box, text, score in read(numpy.array(image.convert("RGB"))):
            xs, ys = [float(x) * 72 / DPI for x, _ in box], [float(y) * 72 / DPI for _, y in box]
            left, width = min(xs), (max(xs) - min(xs)) / max(1, len(text))
            found += [
                Word(number, left + width * part.start(), min(ys), left + width * part.end(), max(ys), part[0], float(score))
                for part in re.finditer(r"\S+", text)
            ]
    return found


def upright(image: "Image") -> "Image":
    """Turn a scanned page by up to two degrees, to where its lines of ink are sharpest."""
    numpy, pillow = imported("numpy"), imported("PIL.Image")
    small = image.convert("L")
    small.thumbnail((1000, 1400))
    ink = pillow.fromarray(255 - numpy.asarray(small))

    def sharpness(angle: float) -> float:
        lines = numpy.asarray(ink.rotate(angle, resample=pillow.BILINEAR)).sum(axis=1, dtype=float)
        return float((numpy.diff(lines) ** 2).sum())

    best = max(numpy.arange(-2, 2.01, 0.1), key=sharpness)
    best = max(numpy.arange(best - 0.1, best + 0.11, 0.02), key=sharpness)
    return image.rotate(best, resample=pillow.BICUBIC, fillcolor=255) if abs(best) > 0.03 else image
