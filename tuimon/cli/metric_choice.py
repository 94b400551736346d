"""The metrics and axes that a person names: as they are, or the nearest ones."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tuimon.cli.failure import CommandFailed

if TYPE_CHECKING:
    from tuimon.analysis.axes import XAxis
    from tuimon.store.snapshot import RunSnapshot

_MOST_NAMED = 8


def known_metric(metric: str, runs: Sequence[RunSnapshot]) -> str:
    """``metric``, which one of the runs has, or the one that is shown by that name.

    Raises CommandFailed with the nearest ones.
    """
    from tuimon.analysis.metric_roles import metric_names
    from tuimon.analysis.short_names import meant_metric

    names = dict.fromkeys(name for run in runs for name in metric_names(run))
    found = meant_metric(metric, names)
    if found in names:
        return found
    raise CommandFailed(f"{_whose(runs)} no metric {_quoted(metric)}{nearest(metric, list(names))}")


def judging_metric(metric: str | None, runs: Sequence[RunSnapshot]) -> str:
    """``metric``, else the one that the runs are judged by. Raises CommandFailed where there is none."""
    from tuimon.analysis.metric_roles import main_metric

    found = known_metric(metric, runs) if metric is not None else main_metric(runs)
    if found is None:
        raise CommandFailed(f"{_whose(runs)} no metric yet")
    return found


def known_axis(name: str | None, runs: Sequence[RunSnapshot]) -> XAxis:
    """The axis of that name, which one of the runs has; None is the default one."""
    from tuimon.analysis.axes import available_axes, default_axis
    from tuimon.analysis.short_names import meant_metric

    if name is None:
        return default_axis(runs)
    axes = {axis.id: axis for axis in available_axes(runs)}
    found = meant_metric(name, axes)
    if found in axes:
        return axes[found]
    raise CommandFailed(f"{_whose(runs)} no x axis {_quoted(name)}{nearest(name, list(axes))}")


def nearest(word: str, words: Sequence[str]) -> str:
    """``; did you mean ...?``, else which there are, a few."""
    from tuimon.charts.notation import harmless

    near = get_close_matches(word, words, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {_quoted(near[0])}?"
    shown = ", ".join(harmless(word) for word in words[:_MOST_NAMED])
    more = f" and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else ""
    return f"; there are {shown}{more}" if words else ""


def _quoted(word: str) -> str:
    from tuimon.charts.notation import harmless

    return repr(harmless(word))


def _whose(runs: Sequence[RunSnapshot]) -> str:
    from tuimon.charts.notation import harmless

    return f"{harmless(runs[0].name)} has" if len(runs) == 1 else "these runs have"
