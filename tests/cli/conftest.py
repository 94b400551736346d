"""Fixtures of the commands' tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.in_process import Shell, fixed_surroundings
from tests.cli.telling_runs import write_telling_runs

NOW = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Commands at a fixed time, in UTC, without colours."""
    surroundings = fixed_surroundings(monkeypatch, NOW)
    next(surroundings)
    yield Shell(capsys, monkeypatch)
    next(surroundings, None)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with telling runs in its default log directory."""
    write_telling_runs(tmp_path / "experiment_logs")
    monkeypatch.chdir(tmp_path)
    return tmp_path
