"""What is wrong with a filter, and where. Pure."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len

from tuimon.charts.notation import harmless
from tuimon.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class FilterProblem:
    """Why a filter cannot be read; ``position`` is its first wrong character, or its length.

    ``begun`` is where a comparison stands that only lacks its value.
    """

    reason: str
    position: int
    begun: int | None = None


@lru_cache(maxsize=16)
def filter_problem(text: str) -> FilterProblem | None:
    """What is wrong with a filter; None where it can be read."""
    if not text:
        return None
    from tuimon.analysis.run_filter import FilterError, parse_filter  # 17 ms that few starts need

    try:
        parse_filter(text)
    except FilterError as error:
        return FilterProblem(error.reason, error.position, error.begun)
    return None


def around(text: str, position: int, width: int) -> tuple[str, str, str]:
    """What is before, at and after a place of a text, cut at both ends to ``width`` cells in all.

    At the end of the text, where nothing is, stands a space.
    """
    before, here, after = text[:position], text[position : position + 1] or " ", text[position + 1 :]
    before, here, after = harmless(before), harmless(here), harmless(after)
    room = max(0, width - cell_len(here))
    most_before = max(room // 2, room - cell_len(after))
    if cell_len(before) > most_before:
        while before and cell_len(before) > most_before - 1:
            before = before[1:]
        before = f"…{before}"
    room -= cell_len(before)
    if cell_len(after) > room:
        while after and cell_len(after) > room - 1:
            after = after[:-1]
        after = f"{after}…"
    return before, here, after
