"""What is said of a run that has no metrics: nothing yet, nothing at all, nothing recognised."""

from __future__ import annotations

from tuimon.charts.notation import age_text
from tuimon.records.captured import NOTHING_RECOGNISED, nothing_was_recognised
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

_HOW = "a line needs a step and names, or a pattern of yours"


def no_metrics_sentence(run: RunSnapshot, name: str, state: RunState, age: float | None) -> str:
    """In place of its charts. ``name`` is what it is called there, ``age`` seconds since its start."""
    if nothing_was_recognised(run.events):
        return f"{name}: {NOTHING_RECOGNISED}"
    if state.is_over:
        return f"{name} {state.value} without a record"
    if age is None:
        return f"{name}: no records yet"
    return f"{name} started {age_text(age)} ago, no records yet"


def no_metrics_words(run: RunSnapshot, *, has_output: bool) -> str:
    """In place of its statistics. ``has_output``: it is captured, what it prints is kept."""
    if nothing_was_recognised(run.events):
        return f"none recognised in the output: {_HOW}"
    if run.state.is_over:
        return "none were logged"
    return f"none recognised in the output yet: {_HOW}" if has_output else "no records yet"
