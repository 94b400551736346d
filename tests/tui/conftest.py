"""What the tests of the app share."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.tui.settling import wait_for_idle


@pytest.fixture(autouse=True)
def universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local times are shown on several screens."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is pressed, and a pause over, when the app has done all that came of it."""
    monkeypatch.setattr("textual.app.wait_for_idle", wait_for_idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", wait_for_idle)


@pytest.fixture(autouse=True)
def notices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said ends by the next key, as it does for a person, and not because the machine is slow."""
    monkeypatch.setattr("tuimon.tui.app.NOTICE_SECONDS", 3600.0)
