"""The driver that takes over a terminal with the first picture on it."""

from __future__ import annotations

import sys

import pytest
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver

from tuimon.tui.start.held_terminal import HeldTerminal
from tuimon.tui.start.over_picture import driver_over

LEAVE = "\x1b[?1049l"


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal is held there")
async def test_the_alternate_screen_is_cleared_before_it_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that became larger meanwhile may keep rows of it above the prompt, as tmux does."""
    written: list[str] = []
    monkeypatch.setattr(HeldTerminal, "is_held", True)
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: written.append(data))
    driver = driver_over(HeadlessDriver, HeldTerminal())(App())
    driver.write("a row")
    driver.write(LEAVE)
    assert "".join(written) == f"a row\x1b[H\x1b[J{LEAVE}"
