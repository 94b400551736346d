"""The list of metrics: which one is in the large chart, which have a small one, which come first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tuimon.analysis.metric_order import Group, is_starred, starred_first
from tuimon.tui.screens.pick import Option, PickScreen
from tuimon.tui.view.board import Board

STAR, STAR_ASCII = "★", "*"
KEPT = "\0"  # what the list is dismissed with where checks and stars are kept, in place of a metric
_CHECKS = ("Space", "show"), ("*", "to the front")


def metric_options(groups: Iterable[Group], starred: Sequence[str], star: str = STAR) -> tuple[Option, ...]:
    """The metrics in the order of the charts, with their stars and what they share a chart with."""
    return tuple(
        Option(
            metric,
            metric,
            "  ".join([f"with {group[0]}"] * (metric != group[0]) + [star] * is_starred(metric, starred)),
        )
        for group in starred_first(groups, starred)
        for metric in group
    )


class MetricsScreen(PickScreen):
    """``groups`` are the metrics that share charts, ``hidden`` those without a check mark. ``on_star`` is
    called with a metric whose star is to be set or taken away, and gives the stars that there are then.

    Enter picks the metric under the cursor; after a check or a star it is ``KEPT``, that they stay.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("asterisk", "star", "Star", show=False),
    ]

    KEYS = frozenset({"asterisk"})

    def __init__(
        self,
        groups: tuple[Group, ...],
        starred: tuple[str, ...],
        *,
        current: str | None,
        hidden: frozenset[str],
        on_toggle: Callable[[str], None],
        on_star: Callable[[str], tuple[str, ...]],
        ascii: bool,  # noqa: A002
    ) -> None:
        self._groups = groups
        self._starred = starred
        self._hidden = hidden
        self._before = hidden, starred
        self._turn = on_toggle
        self._on_star = on_star
        self._sign = STAR_ASCII if ascii else STAR
        super().__init__(
            "metrics",
            metric_options(groups, starred, self._sign),
            current=current,
            checked=_metrics_of(groups) - hidden,
            on_toggle=self._toggled,
            options_of=self._options_now,
        )

    def _options_now(self, board: Board) -> tuple[Option, ...]:
        self._groups = board.metrics.groups
        self._checked = _metrics_of(self._groups) - self._hidden
        return metric_options(self._groups, self._starred, self._sign)

    def _toggled(self, metric: str) -> None:
        self._hidden = self._hidden ^ {metric}
        self._turn(metric)

    def _is_changed(self) -> bool:
        return self._before != (self._hidden, self._starred)

    def entered(self) -> str | None:
        """The metric under the cursor, or what was checked and starred."""
        return KEPT if self._is_changed() else super().entered()

    def action_star(self) -> None:
        """Star the metric under the cursor, or take its star."""
        if self._cursor is not None:
            self._starred = self._on_star(self._cursor)
            self.show_options(metric_options(self._groups, self._starred, self._sign))

    def _hint_keys(self) -> tuple[tuple[str, str], ...]:
        return self._hints()[self._is_changed()]

    def _hints(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        return (
            (("Enter", "large"), *_CHECKS, ("Esc", "close")),
            (("Enter", "keep"), *_CHECKS, ("Esc", "as before")),
        )


def _metrics_of(groups: Iterable[Group]) -> frozenset[str]:
    return frozenset(metric for group in groups for metric in group)
