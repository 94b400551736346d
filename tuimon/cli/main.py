"""The command line's entry point."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    raise SystemExit("tuimon: not built yet")
