"""What happened to a run: findings and events, newest first, resumes, lines that could not be read."""

from __future__ import annotations

from rich.style import Style

from tuimon.analysis.axes import step_axis, x_at_row
from tuimon.analysis.health_events import HealthEvent
from tuimon.analysis.navigation import steps_of_found, steps_of_logged
from tuimon.charts import notation
from tuimon.charts.badges import severity_style
from tuimon.charts.notation import harmless
from tuimon.charts.text_line import wrap
from tuimon.charts.text_page import MARGIN, TextPage
from tuimon.store.snapshot import RunSnapshot

_MOST_EVENTS = 200  # the newest; more would be scrolled past, and laid out anew with each record
_EVENT_LINES = 3
_STEP_WIDTH, _KIND_WIDTH, _LEVEL_WIDTH = 8, 10, 8


def add_history(page: TextPage, run: RunSnapshot, found: tuple[HealthEvent, ...]) -> None:
    """Write all of it; ``found`` is what the health rules say. Of what there is none there is no section."""
    if found:
        _health(page, run, found)
    if run.events:
        _events(page, run)
    if run.resumes:
        _resumes(page, run)
    if run.bad_line_count:
        _bad_lines(page, run)


def _health(page: TextPage, run: RunSnapshot, found: tuple[HealthEvent, ...]) -> None:
    page.section("health", f"{len(found)}, newest first")
    steps = steps_of_found(run, found)
    for event, step in zip(reversed(found), reversed(steps), strict=True):
        kind = event.kind.value.replace("_", " ").removeprefix("throughput ")
        ink = severity_style(page.theme, event.severity)
        _event(page, step, (kind, _KIND_WIDTH, ink), event.message)


def _events(page: TextPage, run: RunSnapshot) -> None:
    events = run.events
    hidden = len(events) - _MOST_EVENTS
    page.section(
        "events",
        f"{len(events)}, newest first" + (f", {hidden} earlier ones not shown" if hidden > 0 else ""),
    )
    inks = {"warning": page.warning, "error": page.bad, "critical": page.bad}
    newest = events[-_MOST_EVENTS:]
    for event, step in zip(reversed(newest), reversed(steps_of_logged(run, newest)), strict=True):
        level = (harmless(event.level), _LEVEL_WIDTH, inks.get(event.level.lower(), page.muted))
        _event(page, step, level, " ".join(event.message.split()))


def _event(page: TextPage, step: float | None, word: tuple[str, int, Style], message: str) -> None:
    """A step, a word of some width and ink, and the message beside them, wrapped."""
    at = "" if step is None else f"@{notation.count_text(step)}"
    kind, width, ink = word
    room = page.room - _STEP_WIDTH - width - 4  # two gaps
    for number, piece in enumerate(wrap(harmless(message), room, most=_EVENT_LINES)):
        line = page.new_line()
        line.cell("" if number else at, _STEP_WIDTH, page.muted, right=True).add("  ")
        line.cell("" if number else kind, width, ink).add("  ")
        page.lines.append(line.add(piece, page.ink).line())


def _resumes(page: TextPage, run: RunSnapshot) -> None:
    page.section("resumed", "superseded rows are left out of everything above")
    for number, resume in enumerate(run.resumes):
        row = run.segment_rows[number] if number < len(run.segment_rows) else len(run.iterations)
        step = x_at_row(run, row, step_axis(run)) if row < len(run.iterations) else None
        where = [f"from {notation.count_text(step)}" if step is not None else "without a record yet"]
        where += [notation.time_text(resume.time)] if resume.time is not None else []
        where += [harmless(resume.host)] if resume.host else []
        where += [f"pid {resume.pid}"] if resume.pid is not None else []
        page.lines.append(page.new_line().add("   ".join(where), page.ink).line())


def _bad_lines(page: TextPage, run: RunSnapshot) -> None:
    rest = run.bad_line_count - len(run.bad_lines)
    page.section(
        "bad lines",
        f"{run.bad_line_count}" + (f", the newest {len(run.bad_lines)} shown" if rest > 0 else ""),
    )
    for number, reason in reversed(run.bad_lines):
        line = page.new_line().cell(f"line {number}", 12, page.muted).add("  ")
        page.lines.append(
            line.add(notation.cut_middle(harmless(reason), line.room - MARGIN), page.warning).line()
        )
