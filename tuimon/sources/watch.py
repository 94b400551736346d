"""Noticing that files change: events where the system sends them, polling where it does not."""

from __future__ import annotations

from typing import Protocol


class LogWatcher(Protocol):
    """Says which paths may have changed. What it says is a hint: a path may come too often, or never."""

    @property
    def mode(self) -> str:
        """How changes are noticed, in words: ``events``, ``poll (nfs)``, ``poll (watch limit)``, ..."""
        ...

    def start(self) -> None:
        """Begin watching."""
        ...

    def wait(self, timeout: float) -> frozenset[str]:
        """The paths that may have changed since the last call; empty after ``timeout`` seconds."""
        ...

    def wake(self) -> None:
        """Make a ``wait`` in another thread return now."""
        ...

    def stop(self) -> None:
        """End watching; a ``wait`` in another thread returns."""
        ...
