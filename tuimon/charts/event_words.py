"""What happened to a run in one line, as the first thing that is read of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.style import Style

from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.navigation import steps_of_found, steps_of_logged
from tuimon.analysis.short_names import short_metric
from tuimon.charts.badges import severity_style
from tuimon.charts.notation import count_text, harmless
from tuimon.charts.palette import Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.store.snapshot import RunSnapshot

_GAP = 3
_LOUD = ("warning", "error", "critical")
_LONGEST = 40


def event_line(
    run: RunSnapshot,
    health: RunHealth | None,
    width: int,
    theme: Theme,
    *,
    ascii: bool = False,  # noqa: A002
) -> Line | None:
    """``spike train_loss @1180``, one after another as far as they fit; None where nothing happened."""
    found = [*_of_health(run, health, theme), *_logged(run, theme)]
    if not found:
        return None
    line = LineBuilder(width, ascii=ascii).to(1)
    for place, (words, ink) in enumerate(found):
        left = len(found) - place
        gap = _GAP if place else 0
        reserve = len(_more(left - 1)) + _GAP if left > 1 else 0
        if place and line.room < gap + len(words) + reserve + 1:
            line.add(" " * gap).add(_more(left), style(theme, theme.muted))
            break
        line.add(" " * gap).add(words, ink)
    return line.line()


def _more(count: int) -> str:
    return f"+{count} more"


def _of_health(run: RunSnapshot, health: RunHealth | None, theme: Theme) -> Iterator[tuple[str, Style]]:
    """The worst first, of these the newest."""
    newest_first = health.events[::-1] if health is not None else ()
    worst_first = sorted(newest_first, key=lambda event: -event.severity)
    for event, step in zip(worst_first, steps_of_found(run, worst_first), strict=True):
        kind = event.kind.value.replace("_", " ")
        metric = f" {harmless(short_metric(event.metric))}" if event.metric else ""
        at = f" @{_step(step)}" if step is not None else ""
        yield f"{kind}{metric}{at}", severity_style(theme, event.severity)


def _logged(run: RunSnapshot, theme: Theme) -> Iterator[tuple[str, Style]]:
    """The warnings and errors that the program logged, newest first."""
    loud = [event for event in reversed(run.events) if event.level.lower() in _LOUD]
    for event, step in zip(loud, steps_of_logged(run, loud), strict=True):
        at = f" @{_step(step)}" if step is not None else ""
        message = harmless(" ".join(event.message.split()))
        words = message if len(message) <= _LONGEST else _beginning(message)
        bad = event.level.lower() != "warning"
        yield f"{words}{at}", style(theme, theme.bad if bad else theme.warning)


def _beginning(message: str) -> str:
    """As many whole words as there is room for; of a word that is too long itself its beginning."""
    most = message[: _LONGEST - 1]
    words = most.rpartition(" ")[0] if message[_LONGEST - 1] != " " else most
    return f"{(words if len(words) > _LONGEST // 2 else most).rstrip(' ,:;(.')}…"


def _step(step: float) -> str:
    whole = float(step).is_integer() and abs(step) < 10**6
    return f"{step:.0f}" if whole else count_text(step)
