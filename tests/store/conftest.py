"""What the tests of running stores share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store.live import Live, StartLive


@pytest.fixture
def live() -> Iterator[StartLive]:
    """Starts stores, and stops them."""
    started: list[Live] = []

    def start(*paths: Path, **options: Any) -> Live:
        started.append(Live(*paths, **options))
        return started[-1]

    yield start
    for one in started:
        one.store.stop()
