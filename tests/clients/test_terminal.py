"""Answers and the end of a build fit real terminals, in tmux."""

import os
import re
import shutil
import subprocess
import time
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))


@pytest.fixture
def screen(tmp_path):
    """A function that runs a command in a terminal of some width and returns what it shows."""
    assert shutil.which("tmux"), "tmux is not installed: apt-get install tmux"
    name = uuid.uuid4().hex

    def shown(command: str, width: int, height: int) -> list[str]:
        tmux, done = ["tmux", "-L", name], tmp_path / "done"
        plain = os.environ | {"LC_ALL": "C.UTF-8", "PS1": "", "TMUX": ""}
        subprocess.run(
            [*tmux, "-f", os.devnull, "new-session", "-d", "-x", str(width), "-y", str(height), f"{command}; touch {done}; cat"],
            cwd=ROOT,
            env=plain,
            check=True,
        )
        while not done.exists():
            time.sleep(0.1)
        # with all that has scrolled by, and lines that were too wide joined again
        lines = subprocess.run([*tmux, "capture-pane", "-pJ", "-S", "-1000"], capture_output=True, text=True, check=True).stdout
        return lines.rstrip().splitlines()

    yield shown
    subprocess.run(["tmux", "-L", name, "kill-server"], check=False)


@pytest.mark.parametrize(("language", "width", "height"), [("nl", 80, 24), ("en", 120, 40)])
def test_answers(screen, language, width, height):
    """No answer is wider than the terminal, and its figures are whole."""
    asked = " && ".join(f"make -s ask Q={name} LANG={language}" for name in QUESTIONS)
    lines = screen(asked, width, height)
    assert max(map(len, (line.rstrip() for line in lines))) <= width
    assert len([line for line in lines if re.match("─{20,}", line)]) == len(QUESTIONS)
    assert not any(re.search("…|NULL|Traceback", line) for line in lines)
    (late,) = (line for line in lines if re.match(r"2023 +(Bezwaar|Objections) +14[.,]645", line))
    assert late.split()[-1].endswith("%")


def test_words(screen):
    """A word lists the questions about it, and SQL=1 shows the query."""
    assert sum("asyl" in line or "asiel" in line for line in screen("make -s ask Q=asylum", 80, 24)) > 3


def test_query(screen):
    """The query follows the answer."""
    lines = screen("make -s ask Q='bezwaar gegrond' SQL=1", 80, 24)
    assert "from marts.fct_caseload" in lines
