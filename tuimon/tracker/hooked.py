"""What a framework's hook needs of a tracker, and a training loop does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuimon.tracker.experiment_tracker import ExperimentTracker
from tuimon.tracker.run_writer import State


def is_running(tracker: ExperimentTracker) -> bool:
    """Whether the run has started and not ended, and this process writes it."""
    return tracker._run.state is State.RUNNING


def add_config(tracker: ExperimentTracker, values: Mapping[str, Any]) -> bool:
    """Add hyperparameters to those that are known, which win; False once the header is written."""
    return tracker._run.add_config(values)


def go_on(tracker: ExperimentTracker) -> None:
    """Go on with a run that this tracker has ended, as for an evaluation after the training."""
    tracker._run.go_on()


def end_after(tracker: ExperimentTracker, error: BaseException | None) -> None:
    """End the run as the exception that ended the training says, ``None`` being none."""
    tracker._run.end_after(error)


def interrupt(tracker: ExperimentTracker, reason: str) -> None:
    """End the run as interrupted, and say why."""
    tracker._run.end("interrupted", {"reason": reason})
