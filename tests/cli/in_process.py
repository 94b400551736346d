"""Running commands in this process, on a stdout that can be made a terminal of any width, at a fixed time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tuimon.cli.main import main
from tuimon.testing import FakeClock

GOLDEN = Path(__file__).with_name("golden")
UPDATE = "TUIMON_UPDATE_GOLDEN"  # set: write the golden files instead of comparing with them


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.out.splitlines()


@dataclass(slots=True)
class Shell:
    """Runs ``tuimon WORDS`` in the working directory of the test."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *words: str | Path, width: int | None = None, height: int = 36) -> Done:
        """Run a command; with ``width`` stdout is a terminal of that many columns, without colours."""
        with self.monkeypatch.context() as patch:
            if width is not None:
                patch.setenv("COLUMNS", str(width))
                patch.setenv("LINES", str(height))
                patch.setattr(sys.stdout, "isatty", lambda: True)
            code = main([str(word) for word in words])
        captured = self.capsys.readouterr()
        return Done(code, captured.out, captured.err)

    def good(self, *words: str | Path, width: int | None = None) -> str:
        """The stdout of a command that succeeds and has nothing to say on stderr."""
        done = self.run(*words, width=width)
        assert (done.code, done.err) == (0, ""), done
        return done.out

    def failing(self, *words: str | Path) -> tuple[int, str]:
        """Exit code and the one line of a command that fails and prints nothing."""
        done = self.run(*words)
        assert done.out == "", done.out
        (line,) = done.err.splitlines()
        assert "Traceback" not in line
        return done.code, line


def fixed_surroundings(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[None]:
    """A fixed time, UTC, UTF-8, no colours and nobody's settings; what the environment says is dropped."""
    for name in ("TUIMON_DIR", "TUIMON_SETTINGS", "COLUMNS", "LINES", "LANG", "LC_CTYPE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    time.tzset()
    monkeypatch.setattr(time, "time", FakeClock(now.timestamp()).time)
    yield
    monkeypatch.undo()
    time.tzset()


def assert_golden(name: str, text: str) -> None:
    """``text`` is what the golden file of that name holds (``TUIMON_UPDATE_GOLDEN=1`` writes it)."""
    path = GOLDEN / name
    if os.environ.get(UPDATE):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{UPDATE}=1 pytest writes {path} anew; look at it"
