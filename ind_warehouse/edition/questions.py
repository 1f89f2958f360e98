"""What only a person can decide: the file in which answers last, and a sheet with each question beside its place on the page."""

import base64
import csv
import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ind_warehouse.edition.read import Place

if TYPE_CHECKING:
    from PIL.Image import Image

# pixels per inch of a page as picture
DPI = 200
COLUMNS = ("key", "question", "where", "answers", "proposal", "answer", "given_for")
YES, YES_OR_NO = "yes", "yes or no"
STYLE = "body{font-family:sans-serif;max-width:60rem;margin:2rem auto}img{max-width:100%}section{border-top:1px solid}"


@dataclass
class Question:
    """What a person must decide.

    Attributes:
        key: Its name, the same from run to run.
        text: What is asked; for a figure to be typed, without any reading of it.
        seen: What was read; if it changes, the question is asked again.
        answers: What may be answered, for people.
        place: Where its subject stands.
        proposal: What the program would answer; empty for what is typed.
    """

    key: str
    text: str
    seen: object = ""
    answers: str = YES
    place: Place = ()
    proposal: str = ""

    @property
    def mark(self) -> str:
        """A fingerprint of what was read."""
        return sha256(repr(self.seen).encode()).hexdigest()[:12]

    @property
    def where(self) -> str:
        """Say where its subject stands."""
        return "" if not self.place else f"page {self.place[0]}" if self.place[0] else f"line {self.place[1]}"


class Questions:
    """The answers given so far, and the open questions.

    Attributes:
        given: By key, the answer and the fingerprint of what it was given for.
        open: The questions without an answer.
    """

    def __init__(self, given: dict[str, tuple[str, str]]) -> None:
        """Start from the answers."""
        self.given = given
        self.open: list[Question] = []

    def ask(self, question: Question, valid: Callable[[str], bool] | None = None) -> str | None:
        """Return the answer to a question, or nothing and keep it as open.

        Args:
            question: The question.
            valid: Says whether an answer is allowed, unless all are named in the question.
        """
        answer, given_for = self.given.get(question.key, ("", ""))
        same = given_for in (question.mark, "")
        if answer and same and (valid or question.answers.split(" or ").__contains__)(answer):
            return answer
        if answer:
            question.text += f' ("{answer}" is not allowed.)' if same else " (It was answered before, but now reads otherwise.)"
        if question.key not in {of.key for of in self.open}:
            self.open.append(question)
        return None

    def write(self, path: Path) -> None:
        """Write the open questions, and below them the answers."""
        keys = {question.key for question in self.open}
        rows = [(q.key, q.text, q.where, q.answers, q.proposal, "", q.mark) for q in self.open]
        rows += [(key, "", "", "", "", answer, seen) for key, (answer, seen) in self.given.items() if key not in keys]
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        with new.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([COLUMNS, *rows])
        new.replace(path)


def read_answers(path: Path) -> dict[str, tuple[str, str]]:
    """Read the answers, also from a file that a spreadsheet saved with semicolons.

    Args:
        path: The file; need not exist.

    Returns:
        By key, the answer and the fingerprint of what it was given for.
    """
    text = path.read_text("utf-8-sig") if path.exists() else ""
    delimiter = ";" if text.partition("\n")[0].count(";") > 2 else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return {row["key"]: (row["answer"].strip(), row.get("given_for") or "") for row in rows if (row.get("answer") or "").strip()}


def write_sheet(path: Path, title: str, questions: list[Question], images: "list[Image]") -> None:
    """Write the review sheet.

    Args:
        path: An HTML file, which will contain parts of the source.
        title: What it is about.
        questions: The open questions.
        images: The pages as pictures of ``DPI``, if there are any.
    """
    sections = []
    for number, question in enumerate(questions, 1):
        picture = ""
        if question.place and images:
            (page, y), data = question.place, io.BytesIO()
            image = images[page - 1]
            top, bottom = (int(edge * DPI / 72) for edge in (max(0, y - 60), y + 90))
            image.crop((0, top, image.width, min(bottom, image.height))).save(data, "PNG")
            picture = f'<img alt="" src="data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}">'
        proposal = f", proposed <code>{html.escape(question.proposal)}</code>" if question.proposal else ""
        sections.append(
            f"<section><h2>{number} <small>{question.where}</small></h2><p>{html.escape(question.text)}</p>{picture}"
            f"<p>Answer: {html.escape(question.answers)}{proposal}</p></section>"
        )
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    path.write_text(f"{page}<h1>{html.escape(title)}</h1>{''.join(sections)}</html>", "utf-8")
