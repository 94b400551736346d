"""What all tests share: waiting for a condition with a deadline instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

Eventually = Callable[..., None]


def wait_until(predicate: Callable[[], object], timeout: float = 10.0, message: str = "") -> None:
    """Return when ``predicate()`` is true; fail after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not predicate():
        if time.monotonic() > deadline:
            raise AssertionError(message or f"condition not met within {timeout} s")
        time.sleep(0.005)


@pytest.fixture
def eventually() -> Eventually:
    """The waiting function, as a fixture: ``eventually(predicate, timeout=10)``."""
    return wait_until
