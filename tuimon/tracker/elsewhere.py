"""A tracker for a training that runs in another process: ends that the training's own tracker never has."""

from __future__ import annotations

from collections.abc import Mapping

from tuimon.tracker.experiment_tracker import ExperimentTracker


def end_as(tracker: ExperimentTracker, status: str, failure: Mapping[str, str]) -> None:
    """End the run as ``status`` says; ``failure`` may have exception_type, exception_message, traceback."""
    tracker._run.end(status, failure)


def discard(tracker: ExperimentTracker) -> None:
    """Take the run back: its log is removed, and later calls do nothing."""
    tracker._run.discard()
