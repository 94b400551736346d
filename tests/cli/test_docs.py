"""``tuimon docs``: the list, a page in a pipe and on a terminal, and names that are none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.commands import run_tuimon
from tests.terminal import TerminalApp
from tuimon.docs.pages import PAGES, page_summary, page_text


def test_without_a_page_they_are_listed(tmp_path: Path) -> None:
    """A line each: the name, and what the page is about."""
    done = run_tuimon("docs", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert lines == [[name, page_summary(name)] for name in PAGES]


@pytest.mark.parametrize("word", ["quick-reference", "quick", "Quick_Reference.md"])
def test_in_a_pipe_a_page_is_markdown(word: str, tmp_path: Path) -> None:
    """As it was written; the beginning of its name is enough."""
    done = run_tuimon("docs", word, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == page_text("quick-reference")


def test_an_unknown_page_is_one_line(tmp_path: Path) -> None:
    """With the nearest name."""
    done = run_tuimon("docs", "giude", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "tuimon: no page is called 'giude'; there are guide\n"


def test_on_a_terminal_a_page_is_laid_out(tmp_path: Path) -> None:
    """In its width, in colours, without Markdown's signs."""
    command = [sys.executable, "-m", "tuimon", "docs", "internals"]
    with TerminalApp(command, columns=70, rows=400, cwd=tmp_path) as terminal:
        assert terminal.finish() == 0
        terminal.wait_for("python -m tests.benchmarks")
        text = terminal.text()
        assert text.splitlines()[0].strip() == "Internals"
        assert "```" not in text
        assert "| ---" not in text
        assert len({cell.fg for row in terminal.screen.buffer.values() for cell in row.values()}) > 3


def test_without_utf8_a_page_on_a_terminal_is_ascii(tmp_path: Path) -> None:
    """Lists and tables too."""
    command = [sys.executable, "-m", "tuimon", "docs", "guide"]
    with TerminalApp(command, columns=80, rows=1500, cwd=tmp_path, environment={"LC_ALL": "C"}) as terminal:
        assert terminal.finish() == 0
        terminal.wait_for("Guide")
        assert terminal.text().isascii()
