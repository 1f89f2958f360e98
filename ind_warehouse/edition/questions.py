"""What only a person can decide, and the file in which the answers last."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ind_warehouse.edition.read import Box

COLUMNS = ("key", "question", "where", "answers", "proposal", "answer", "given_for")
YES, NO = "yes", "no"


@dataclass
class Question:
    """What a person must decide.

    Attributes:
        key: Its name, the same from run to run.
        text: What is asked; of a figure that is typed, without any reading of it.
        answers: What may be answered, for people.
        proposal: What the program would answer; empty for what is typed.
        seen: A fingerprint of what was read: where it changes, it is asked again.
        box: Where it stands.
    """

    key: str
    text: str
    answers: str
    proposal: str
    seen: str
    box: Box

    @property
    def where(self) -> str:
        """Say where its subject stands."""
        return "" if not self.box else f"line {self.box[1]}" if self.box[0] == 0 else f"page {self.box[0]}"


class Questions:
    """The answers that were given, and the questions that are open.

    Attributes:
        given: By question the answer, and the fingerprint of what it was given for.
        open: What has no answer yet.
    """

    def __init__(self, given: dict[str, tuple[str, str]]) -> None:
        """Begin with the answers."""
        self.given = given
        self.open: list[Question] = []

    def ask(
        self, key: str, text: str, answers: str, seen: object, valid: Callable[[str], bool], box: Box = (), proposal: str = ""
    ) -> str | None:
        """Give the answer to a question, or put it.

        Args:
            key: Its name.
            text: What is asked.
            answers: What may be answered, for people.
            seen: What the answer was, or will be, given for.
            valid: Says whether an answer is one.
            box: Where its subject stands.
            proposal: What the program would answer.

        Returns:
            The answer, or nothing where there is none yet.
        """
        mark = sha256(repr(seen).encode()).hexdigest()[:12]
        answer, given_for = self.given.get(key, ("", ""))
        same = given_for in (mark, "")
        if answer and same and valid(answer):
            return answer
        if answer:
            text += f' ("{answer}" cannot be taken.)' if same else " (It was answered before, but now reads otherwise.)"
        if key not in {question.key for question in self.open}:
            self.open.append(Question(key, text, answers, proposal, mark, box))
        return None

    def confirmed(self, key: str, text: str, seen: object, box: Box = (), proposal: str = "") -> bool:
        """Ask for a yes; say whether it was given."""
        return self.ask(key, text, YES, seen, YES.__eq__, box, proposal) == YES

    def write(self, path: Path) -> None:
        """Write the open questions, and below them the answers that were given."""
        keys = {question.key for question in self.open}
        rows = [(q.key, q.text, q.where, q.answers, q.proposal, "", q.seen) for q in self.open]
        rows += [(key, "", "", "", "", answer, seen) for key, (answer, seen) in self.given.items() if key not in keys]
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        with new.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([COLUMNS, *rows])
        new.replace(path)


def read_answers(path: Path) -> dict[str, tuple[str, str]]:
    """Read the answers that were given, whatever a spreadsheet put between the fields.

    Args:
        path: The file; need not exist.

    Returns:
        By question the answer, and the fingerprint of what it was given for.
    """
    if not path.exists():
        return {}
    text = path.read_text("utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") > 2 else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return {row["key"]: (row["answer"].strip(), row.get("given_for") or "") for row in rows if (row.get("answer") or "").strip()}
