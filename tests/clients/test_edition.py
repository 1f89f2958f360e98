"""Invented editions as PDF and as scan, read by the real recognisers; run where the group ``edition`` is installed."""

import pytest
from invented_documents import ROOT, Drawing, Invented, measured, pdf

from ind_warehouse.edition.engines import Source, Unreadable

for library in ("pypdfium2", "rapidocr", "rapidocr_onnxruntime"):
    pytest.importorskip(library, reason="the group edition is not installed: make edition installs it")


@pytest.mark.parametrize("layout, scan", [("plain", False), ("beside", False), ("marks", False), ("plain", True)])
def test_an_edition_is_read_twice(layout, scan):
    """No figure is silently wrong, and little is asked; a clean PDF asks about its notes alone, or about a figure with a mark."""
    ((_, came, figures),) = measured(ROOT, 1, layout, scan)
    assert (came.wrong, came.right) == ([], figures)
    assert len(came.asked) <= (8 if scan or layout == "marks" else 1)


@pytest.mark.parametrize("angle, message", [(180, "is upside down"), (90, "is lying on a side")])
def test_a_turned_page_is_refused(tmp_path, angle, message):
    """In a text layer and in a picture, with what to do."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf(Drawing(Invented(ROOT, 1), "plain")))
    picture = document[3].render(scale=1.5, grayscale=True).to_pil()
    for page in document:
        page.set_rotation(angle)
    document.save(tmp_path / "turned.pdf")
    picture.rotate(angle, expand=True).save(tmp_path / "turned.png")
    for name in ("turned.pdf", "turned.png"):
        with pytest.raises(Unreadable, match=message):
            Source(tmp_path / name, lambda _: None).readings(2024)
