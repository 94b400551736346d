"""One record of a log on one line, readable: where it stands, what it says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from rich.style import Style

from tuimon.analysis.short_names import short_metric
from tuimon.charts.notation import count_text, harmless, value_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.records.lines import as_number

_STEP_WIDTH, _TIME_WIDTH, _KIND_WIDTH = 8, 9, 6
_VALUE_WIDTH = 9  # of numbers, so that they stand below each other
_PLACE = frozenset(("type", "iteration", "gradient_step", "wallclock_time"))


def record_line(
    record: Mapping[str, Any],
    width: int,
    *,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
) -> Line:
    """A record in ``width`` cells: step, elapsed time, kind, then what it carries, cut at the edge.

    The elapsed time is as logged: after a resume it counts from the resuming process's start.
    """
    line = LineBuilder(width, ascii=ascii)
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    kind = str(record.get("type", "?"))
    iteration, elapsed = as_number(record.get("iteration")), as_number(record.get("wallclock_time"))
    line.cell("" if iteration is None else _exact(iteration), _STEP_WIDTH, ink, right=True)
    line.cell("" if elapsed is None else clock_of(elapsed), _TIME_WIDTH, muted, right=True)
    shown = "" if kind == "metrics" else harmless(kind)
    line.add("  ").cell(shown, _KIND_WIDTH, _kind_style(record, theme))
    if kind in ("metrics", "eval", "system"):
        for name, value in _scalars(record):
            bad = not math.isfinite(value)
            line.add("  ").add(harmless(short_metric(name)), muted).add(" ")
            text = value_text(name, value)
            line.add(text, style(theme, theme.bad, bold=True) if bad else ink)
            line.add(" " * (_VALUE_WIDTH - len(text)))
        return line.line()
    line.add("  ").add(_sentence(record, kind), _sentence_style(record, theme))
    return line.line()


def clock_of(seconds: float) -> str:
    """An elapsed time to the second: ``5s``, ``3m12s``, ``1h04m12s``; what is no time as ``-``."""
    if not math.isfinite(seconds) or abs(seconds) > 1e10:
        return "-"
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes:02d}m{rest:02d}s"
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


def _exact(iteration: float) -> str:
    """To the last digit, as far as it has room: whoever follows a run counts along."""
    exact = f"{iteration:.10g}"
    return exact if len(exact) <= _STEP_WIDTH else count_text(iteration)


def _scalars(record: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in record.items():
        number = as_number(value) if name not in _PLACE else None
        if number is not None:
            yield name, number


def _sentence(record: Mapping[str, Any], kind: str) -> str:
    """What a record that is no row of numbers says."""
    match kind:
        case "event":
            level = str(record.get("level", "info"))
            message = str(record.get("message", ""))
            return harmless(" ".join((message if level == "info" else f"{level}: {message}").split()))
        case "run":
            config = record.get("config")
            keys = len(config) if isinstance(config, Mapping) else 0
            name = record.get("name", "")
            return harmless(f"{name}  {record.get('run_id', '')}  {keys} config keys")
        case "resume":
            where = " ".join(str(record[key]) for key in ("host", "pid") if record.get(key) is not None)
            return harmless(f"a later process goes on  {where}".rstrip())
        case "end":
            return harmless(_ending(record))
    return harmless(" ".join(f"{key}={value}" for key, value in record.items() if key != "type")[:2000])


def _ending(record: Mapping[str, Any]) -> str:
    words = str(record.get("status", "finished"))
    duration = as_number(record.get("duration_seconds"))
    if duration is not None:
        words += f" after {clock_of(duration)}"
    failure = record.get("exception")
    if isinstance(failure, Mapping):
        message = " ".join(str(failure.get("message") or "").split())
        words += f": {failure.get('type')}" + (f": {message}" if message else "")
    return words


def _kind_style(record: Mapping[str, Any], theme: Theme) -> Style:
    return style(theme, theme.accent if record.get("type") == "eval" else theme.muted)


def _sentence_style(record: Mapping[str, Any], theme: Theme) -> Style:
    if record.get("type") == "end":
        return style(
            theme, theme.text if record.get("status", "finished") == "finished" else theme.bad, bold=True
        )
    level = str(record.get("level", "")).lower()
    colours = {"warning": theme.warning, "error": theme.bad, "critical": theme.bad}
    return style(theme, colours.get(level, theme.text))
