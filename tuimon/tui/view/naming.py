"""Sentences that begin with a run's name, which can be longer than a line. Pure."""

from __future__ import annotations

from rich.cells import cell_len

from tuimon.charts.notation import cut_middle, harmless

_MARGIN = 2  # around the sentence
_LEAST_NAME = 12  # cells; where the sentence leaves fewer, its end is cut instead


def about(name: str, said: str, width: int, *, before: str = "") -> str:
    """``before``, the name and what is ``said`` of it in a line of so many cells: the name gives way, its
    middle is left out. Harmless.
    """
    before, said = harmless(before), harmless(said)
    room = width - _MARGIN - cell_len(before) - cell_len(said)
    return f"{before}{cut_middle(harmless(name), max(room, _LEAST_NAME))}{said}"
