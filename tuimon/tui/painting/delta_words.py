"""The difference of the run under the cursor from the baseline in words, or why there is none. Pure."""

from __future__ import annotations

from tuimon.analysis.alignment import finite_curve, newest_finite
from tuimon.analysis.axes import default_axis
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import count_text, delta_text, harmless
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.line_parts import LONGEST_NAME
from tuimon.tui.view.board import Board


def delta_words(board: Board) -> str:
    """The difference, and at which step it holds; empty without one."""
    row = board.cursor_row
    if row is None or row.is_baseline or row.delta is None:
        return ""
    at = f" at {count_text(row.delta_step)}" if row.delta_step is not None else ""
    return f"Δ {delta_text(row.delta, like=row.last)}{at}"


def no_delta_words(board: Board) -> str:
    """What the baseline lacks, where its deltas are left out for that; empty where it lacks nothing.

    On the baseline itself it is said where no run has a delta.
    """
    baseline, metric, row = board.run(board.state.baseline), board.metrics.main, board.cursor_row
    if baseline is None or metric is None or row is None or (baseline.loading and not baseline.metrics):
        return ""
    view = baseline.metrics.get(metric)
    if view is None:
        return f"{_called(board, baseline)} has no {harmless(metric)}"
    if view.finite_min is None:
        return f"{_called(board, baseline)} has no finite {harmless(metric)}"
    if row.delta is not None or row.last is None or row.key in board.groups:
        return ""
    where = _after(board, baseline, metric) if row.is_baseline else _at(row.run, baseline, metric)
    return f"{_called(board, baseline)} has no finite {harmless(metric)} {where}" if where else ""


def _called(board: Board, baseline: RunSnapshot) -> str:
    drawn = (harmless(board.names.get(run.key, run.name)) for run in board.plotted)
    name = harmless(board.names.get(baseline.key, baseline.name))
    return f"baseline {cut_name(name, LONGEST_NAME, drawn)}"


def _at(run: RunSnapshot, baseline: RunSnapshot, metric: str) -> str:
    """Where the run's newest value is, to which the baseline has none."""
    newest = newest_finite(run, metric, default_axis((run, baseline)))
    return f"at {count_text(newest[0])}" if newest is not None else ""


def _after(board: Board, baseline: RunSnapshot, metric: str) -> str:
    """Where the baseline's values end, if no run can be compared with them."""
    others = [row for row in board.rows if row.key != baseline.key and row.last is not None]
    curve = finite_curve(baseline, metric, default_axis((baseline,)))
    if not others or curve is None or any(row.delta is not None for row in others):
        return ""
    return f"after {count_text(float(curve.x[-1]))}"
