"""An invented edition as a PDF with a scanned page, read by the real OCR engines and entered; and many damages."""

import shutil

import pypdfium2
import pytest
from invented_documents import ROOT, Drawing, Invented, answer_all, measured, pdf, scanned

from ind_warehouse.edition import engines, run
from ind_warehouse.edition.enter import read_seeds
from ind_warehouse.edition.held import Held


def test_an_edition_is_entered(tmp_path):
    """The text layer and both OCR engines prove all but a few figures, which are asked; the rest of the seeds stays as it was."""
    edition = Invented(ROOT, 1)
    path = tmp_path / "edition.pdf"
    path.write_bytes(pdf(Drawing(edition, "plain")))
    scanned(path, 1, pages=slice(-1, None))
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    assert run(tmp_path, str(edition.year), str(path)) == 1
    assert len(answer_all(tmp_path, edition)) <= 8
    assert run(tmp_path, str(edition.year), str(path)) == 0
    held = Held(read_seeds(tmp_path), edition.year, with_own=True)
    assert {key: of[held.own] for key, of in held.figures.items() if held.own in of} == edition.truth
    readers = {row["read_by"] for row in held.seeds["second_reading"] if row["publication_code"] == held.own}
    (reader,) = (reader for reader in readers if "rapidocr" in reader)
    assert reader.startswith("a program, rapidocr ") and " and rapidocr_onnxruntime " in reader


@pytest.mark.parametrize("angle, message", [(180, "is upside down"), (90, "is lying on a side")])
def test_a_turned_page_is_refused(tmp_path, angle, message):
    """In a text layer and in a picture, with what to do."""
    document = pypdfium2.PdfDocument(pdf(Drawing(Invented(ROOT, 1), "plain")))
    picture = document[0].render(scale=1.5, grayscale=True).to_pil()
    # a part of the page is recognised sooner
    picture.crop((0, 0, picture.width, picture.height // 3)).rotate(angle, expand=True).save(tmp_path / "turned.png")
    for page in document:
        page.set_rotation(angle)
    document.save(tmp_path / "turned.pdf")
    for name in ("turned.pdf", "turned.png"):
        with pytest.raises(engines.Unreadable, match=message):
            engines.read(tmp_path / name, 2024, True, tmp_path)


def test_a_pdf_with_a_password_is_refused(tmp_path):
    """With what to do."""
    path = tmp_path / "locked.pdf"
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"4f" * 32 + b">/U<" + b"55" * 32 + b">>>/ID[<00><00>]"
    path.write_bytes(pdf(Drawing(Invented(ROOT, 1), "plain")).replace(b"trailer<<", b"trailer<<" + locked))
    with pytest.raises(engines.Unreadable, match="has a password; save a copy without one"):
        engines.read(path, 2024, True, tmp_path)


def test_no_damage_is_silent():
    """In either reading, in both, on a page, and in a text that is read once."""
    for what, came, _ in measured(ROOT, 11):
        assert came.wrong == [] or what == "uncovered", what
