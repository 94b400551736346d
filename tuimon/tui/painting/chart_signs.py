"""What happened to the runs of a board, as signs for its charts; for the drawing thread alone."""

from __future__ import annotations

from collections import OrderedDict

from tuimon.analysis.axes import XAxis
from tuimon.analysis.health_events import HealthKind, RunHealth
from tuimon.analysis.navigation import x_of_rows
from tuimon.charts.event_signs import EventSign, SignKind
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.view.board import Board

_KINDS = {
    HealthKind.SPIKE: SignKind.SPIKE,
    HealthKind.DIVERGENCE: SignKind.DIVERGENCE,
    HealthKind.PLATEAU: SignKind.PLATEAU,
    HealthKind.THROUGHPUT_DROP: SignKind.THROUGHPUT_DROP,
    HealthKind.STALL: SignKind.STALL,
}
_LOSSES = (HealthKind.NAN, HealthKind.DIVERGENCE)
_MOST_SIGNS = 64  # of one run, the newest
_KEPT_RUNS = 64

_Known = tuple[RunSnapshot, RunHealth | None, XAxis, tuple[EventSign, ...]]


class ChartSigns:
    """The signs of each run, kept while neither the run nor its health changes."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def of(self, board: Board, metrics: tuple[str, ...]) -> tuple[EventSign, ...]:
        """The signs for a chart of these metrics: those about one of them, and those about a run as a whole.

        Of a group those of its members that diverged: what else happened to one is not on the mean of all.
        """
        return tuple(
            sign
            for run in board.plotted
            for sign in self._of_row(run, board)
            if not sign.metric or sign.metric in metrics
        )

    def _of_row(self, run: RunSnapshot, board: Board) -> tuple[EventSign, ...]:
        grouped = board.groups.get(run.key)
        if grouped is None:
            return self._of_run(run, board.health.get(run.key), board.axis)
        lost = (row.run for row in grouped.members if row.key in grouped.diverged)
        return tuple(
            sign
            for member in lost
            if (sign := lost_sign(run.key, member, board.health.get(member.key), board.axis)) is not None
        )

    def _of_run(self, run: RunSnapshot, health: RunHealth | None, axis: XAxis) -> tuple[EventSign, ...]:
        known = self._known.get(run.key)
        if known is not None and known[0] is run and known[1] is health and known[2] == axis:
            return known[3]
        signs = signs_of(run, health, axis)
        self._known.pop(run.key, None)
        self._known[run.key] = run, health, axis, signs
        if len(self._known) > _KEPT_RUNS:
            self._known.popitem(last=False)
        return signs


def lost_sign(row_key: str, member: RunSnapshot, health: RunHealth | None, axis: XAxis) -> EventSign | None:
    """Where a member of a group was lost, on the curve of the group's row; None where that is not known."""
    events = health.events if health is not None else ()
    lost = [event for event in events if event.kind in _LOSSES and event.row >= 0]
    if not lost:
        return None
    first = min(lost, key=lambda event: event.row)
    (x,) = x_of_rows(member, [first.row], axis)
    return EventSign(row_key, x, SignKind.MEMBER, first.metric) if x is not None else None


def signs_of(run: RunSnapshot, health: RunHealth | None, axis: XAxis) -> tuple[EventSign, ...]:
    """What is to be marked of a run over an axis; nothing where it lacks the axis."""
    found = [
        (event.row, _KINDS[event.kind], event.metric)
        for event in (health.events if health is not None else ())
        if event.kind in _KINDS and event.row >= 0
    ]
    found += [(row, SignKind.RESUME, "") for row in run.segment_rows if row < len(run.iterations)]
    found = sorted(found, key=lambda place: place[0])[-_MOST_SIGNS:]
    places = x_of_rows(run, [row for row, _, _ in found], axis)
    return tuple(
        EventSign(run.key, x, kind, metric)
        for x, (_, kind, metric) in zip(places, found, strict=True)
        if x is not None
    )
