"""An invented edition as a PDF with a scanned page, read by the real OCR engines and entered; and many damages."""

import io
import shutil

import pypdfium2
import pytest
from invented_documents import LAYOUTS, ROOT, Drawing, Invented, answer_all, measured, outcome, pdf, scanned

from ind_warehouse.edition import engines, run
from ind_warehouse.edition.enter import read_seeds
from ind_warehouse.edition.held import Held
from ind_warehouse.edition.read import read_text

EDITION = Invented(ROOT, 1)
OLD = Invented(ROOT, 1)
OLD.year -= 9
EMPTY = io.BytesIO()
pypdfium2.PdfDocument.new().save(EMPTY)
LOCKED = b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"4f" * 32 + b">/U<" + b"55" * 32 + b">>>/ID[<00><00>]"


def test_an_edition_is_entered(tmp_path, monkeypatch, capsys):
    """The text layer and both OCR engines prove all but a few figures, which are asked; the rest of the seeds stays as it was."""
    path = tmp_path / "edition.pdf"
    path.write_bytes(pdf(Drawing(EDITION, "plain")))
    scanned(path, 1, pages=slice(-1, None))
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    assert run(tmp_path, str(EDITION.year), str(path)) == 1
    assert len(answer_all(tmp_path, EDITION)) <= 8
    # what was recognised is not recognised again
    monkeypatch.setattr(engines, "engine", None)
    assert run(tmp_path, str(EDITION.year), str(path)) == 0
    held = Held(read_seeds(tmp_path), EDITION.year, with_own=True)
    assert {key: of[held.own] for key, of in held.figures.items() if held.own in of} == EDITION.truth
    readers = {row["read_by"] for row in held.seeds["second_reading"] if row["publication_code"] == held.own}
    (reader,) = (reader for reader in readers if "rapidocr" in reader)
    assert reader.startswith("a program, rapidocr ") and " and rapidocr_onnxruntime " in reader
    capsys.readouterr()
    assert run(tmp_path, str(EDITION.year), str(path)) == 0
    assert "Nothing was changed" in capsys.readouterr().out


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_text_layer_is_read(tmp_path, layout):
    """As its words with boxes are, in any layout, with small marks beside labels, years and figures."""
    path = tmp_path / "edition.pdf"
    path.write_bytes(pdf(Drawing(EDITION, layout)))
    source = engines.read(path, EDITION.year, False, tmp_path)
    assert source.how == "the text layer"
    found = outcome(ROOT, source.document, read_text(EDITION.text(), EDITION.year), EDITION)
    assert (found.right, found.wrong, found.asked) == (len(EDITION.truth), [], ["notes"])


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_stored_on_its_side_is_read(tmp_path, turn):
    """If viewers turn it upright, as they do a landscape page."""
    document = pypdfium2.PdfDocument(pdf(Drawing(EDITION, "plain")))
    for page in document:
        width, height = page.get_size()
        stored = {90: (height, 0), 180: (width, height), 270: (0, width)}[turn]
        for piece in page.get_objects():
            piece.transform(pypdfium2.PdfMatrix().rotate(turn, ccw=True).translate(*stored))
        page.gen_content()
        page.set_mediabox(0, 0, *((width, height) if turn == 180 else (height, width)))
        page.set_rotation(turn)
    document.save(tmp_path / "stored.pdf")
    source = engines.read(tmp_path / "stored.pdf", EDITION.year, False, tmp_path)
    found = outcome(ROOT, source.document, read_text(EDITION.text(), EDITION.year), EDITION)
    assert (found.right, found.wrong, found.asked) == (len(EDITION.truth), [], ["notes"])


@pytest.mark.parametrize("angle, message", [(180, "is upside down"), (90, "is lying on a side")])
def test_a_turned_page_is_refused(tmp_path, angle, message):
    """In a text layer and in a picture, with what to do."""
    document = pypdfium2.PdfDocument(pdf(Drawing(EDITION, "plain")))
    picture = document[0].render(scale=1.5, grayscale=True).to_pil()
    # a part of the page is recognised sooner
    picture.crop((0, 0, picture.width, picture.height // 6)).rotate(angle, expand=True).save(tmp_path / "turned.png")
    for page in document:
        page.set_rotation(angle)
    document.save(tmp_path / "turned.pdf")
    for name in ("turned.pdf", "turned.png"):
        with pytest.raises(engines.Unreadable, match=message):
            engines.read(tmp_path / name, EDITION.year, True, tmp_path)


@pytest.mark.parametrize("content, message", [
    (pdf(Drawing(EDITION, "plain")).replace(b"trailer<<", LOCKED), "has a password; save a copy without one"),
    (pdf(Drawing(EDITION, "plain"))[:2000], "is a damaged PDF"),
    (EMPTY.getvalue(), "or has no page"),
    (pdf(Drawing(OLD, "plain")), f"type YEAR={OLD.year}, or give the document of {EDITION.year}"),
    (b"\x89PNG\r\n\x1a\nnothing", "is a damaged picture"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused(tmp_path, content, message):
    """With one sentence that says what to do, before anything is recognised."""
    path = tmp_path / "document"
    path.write_bytes(content)
    with pytest.raises(engines.Unreadable, match=message):
        engines.read(path, EDITION.year, True, tmp_path)


def test_a_blank_page_is_no_edition(tmp_path):
    """A document without words is refused, by what OCR does not find."""
    path = tmp_path / "blank.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(path)
    with pytest.raises(engines.Unreadable, match="has no table under three years"):
        engines.read(path, EDITION.year, True, tmp_path)


def test_no_damage_is_silent():
    """In either reading, in both, on a page, and in a text that is read once."""
    for what, came, _ in measured(ROOT, 11):
        assert came.wrong == [] or what == "uncovered", what
