"""A sheet that shows each question beside its cut-out of the page."""

import base64
import html
import io
from pathlib import Path
from typing import TYPE_CHECKING

from ind_warehouse.edition.questions import Question

if TYPE_CHECKING:
    from PIL.Image import Image

STYLE = (
    "body{font:16px/1.4 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "img{max-width:100%;border:1px solid #999}"
    "section{border-top:1px solid #ccc;padding:.5rem 0}code{background:#eee;padding:.1rem .3rem}"
)


def write_sheet(path: Path, title: str, questions: list[Question], images: "list[Image]", dpi: int) -> None:
    """Write the review sheet.

    Args:
        path: An HTML file, which holds pieces of the source.
        title: What it is about.
        questions: What is open.
        images: The pages, if they are pictures.
        dpi: Their pixels per inch.
    """
    sections = []
    for number, question in enumerate(questions, 1):
        picture = (
            f'<img alt="" src="data:image/png;base64,{cut(images, question.box, dpi)}">'
            if len(question.box) == 5 and images
            else ""
        )
        proposal = f", proposed <code>{html.escape(question.proposal)}</code>" if question.proposal else ""
        place = f" <small>{question.where}</small>" if question.box else ""
        sections.append(
            f"<section><h2>{number}{place}</h2><p>{html.escape(question.text)}</p>{picture}"
            f"<p>Answer: {html.escape(question.answers)}{proposal}</p></section>"
        )
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    path.write_text(f"{page}<h1>{html.escape(title)}</h1>{''.join(sections)}</html>", "utf-8")


def cut(images: "list[Image]", box: tuple, dpi: int) -> str:
    """Cut a piece out of its page, with some of what stands around it, as PNG in base 64."""
    page, left, top, right, bottom = box
    scale = dpi / 72
    image, data = images[page - 1], io.BytesIO()
    edges = (max(0, left - 180), max(0, top - 26), right + 60, bottom + 26)
    x0, y0, x1, y1 = (int(edge * scale) for edge in edges)
    image.crop((x0, y0, min(x1, image.width), min(y1, image.height))).save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()
