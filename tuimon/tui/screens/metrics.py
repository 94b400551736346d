"""The list of metrics: which one is in the large chart, which have a small one, which come first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tuimon.analysis.metric_order import Group, is_starred, starred_first
from tuimon.tui.screens.pick import Option, PickScreen

STAR, STAR_ASCII = "★", "*"


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
    """``groups`` are the metrics that share charts. ``on_star`` is called with a metric whose star is to be
    set or taken away, and gives the stars that there are then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the line to type in takes it.
        Binding("asterisk", "star", "Star", show=False, priority=True),
    ]

    KEYS = frozenset({"asterisk"})

    def __init__(
        self,
        groups: tuple[Group, ...],
        starred: tuple[str, ...],
        *,
        current: str | None,
        checked: frozenset[str],
        on_toggle: Callable[[str], None],
        on_star: Callable[[str], tuple[str, ...]],
        ascii: bool,  # noqa: A002
    ) -> None:
        self._groups = groups
        self._starred = starred
        self._on_star = on_star
        self._sign = STAR_ASCII if ascii else STAR
        super().__init__(
            "metrics",
            metric_options(groups, starred, self._sign),
            current=current,
            checked=checked,
            on_toggle=on_toggle,
        )

    def action_star(self) -> None:
        """Star the metric under the cursor, or take its star."""
        if self._cursor is not None:
            self._starred = self._on_star(self._cursor)
            self.show_options(metric_options(self._groups, self._starred, self._sign))

    def _hint_keys(self) -> tuple[tuple[str, str], ...]:
        return ("Enter", "large"), ("Space", "show"), ("*", "to the front"), ("Esc", "close")
