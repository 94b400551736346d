"""Which runs the comparison puts side by side: those marked, or one beside others. Pure."""

from __future__ import annotations

from tuimon.quick_dataclass import dataclass
from tuimon.tui.view.board import Board

MOST_BESIDE = 8  # of a group that nobody marked, with what it is put beside
MOST_COMPARED = 64  # of those marked: the columns scroll, but each key has all of them laid out again


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """The keys of the runs; ``chosen`` says what they were put beside where a person has not marked two, or
    how many of those marked are too many.
    """

    keys: tuple[str, ...]
    chosen: str = ""


def compared_runs(board: Board) -> ComparedRuns | None:
    """The marked runs; of fewer than two, the one that is marked or else under the cursor beside the
    baseline, without one beside the best, and where it is that itself beside its neighbours in the table.

    Of a group these are its runs. None where there is no other run.
    """
    marked = [key for key in board.keys if key in board.state.marked]
    if len(marked) > 1:
        keys = _members(board, marked)
        left = len(keys) - MOST_COMPARED
        return ComparedRuns(keys[:MOST_COMPARED], f"{left} of {len(keys)} are left out" if left > 0 else "")
    place = marked[0] if marked else board.cursor
    if place is None:
        return None
    own = board.members(place)
    others, words = _beside(board, place)
    others = tuple(key for key in others if key not in own)
    keys = (*own[: MOST_BESIDE - len(others)], *others)
    if len(keys) < 2:
        return None
    said = "one run is marked" if marked else "nothing is marked"
    return ComparedRuns(keys, f"{said}: compared with {words}")


def _beside(board: Board, place: str) -> tuple[tuple[str, ...], str]:
    """What a row is put beside, and that in words."""
    own = board.members(place)
    baseline = board.run(board.state.baseline)
    if baseline is not None and baseline.key not in own:
        return (baseline.key,), "the baseline"
    if baseline is None and board.best is not None and board.best.key not in own:
        return (board.best.key,), "the best"
    if len(own) > 1:
        return (), "each other, the runs of the group"
    at = board.keys.index(place)
    neighbours = [*board.keys[max(0, at - 1) : at], *board.keys[at + 1 : at + 2]]
    words = "its neighbours in the table" if len(neighbours) > 1 else "its neighbour in the table"
    return _members(board, neighbours)[: MOST_BESIDE - 1], words


def _members(board: Board, rows: list[str]) -> tuple[str, ...]:
    return tuple(run for key in rows for run in board.members(key))
