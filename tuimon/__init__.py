"""tuimon: htop for training runs.

Everything here is imported on first use, so that a training script pays for the tracker alone.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from tuimon.analysis.analyzer import ExperimentAnalyzer
    from tuimon.records.experiment import ExperimentConfig, ExperimentLog, MetricsSnapshot
    from tuimon.records.load import compare_experiments, load_experiment_log
    from tuimon.tracker.experiment_tracker import ExperimentTracker
    from tuimon.tracker.short_way import finish, init, log

__version__ = "0.1.0"

__all__ = [
    "ExperimentAnalyzer",
    "ExperimentConfig",
    "ExperimentLog",
    "ExperimentTracker",
    "MetricsSnapshot",
    "__version__",
    "compare_experiments",
    "finish",
    "init",
    "load_experiment_log",
    "log",
]

_HOMES = {
    "ExperimentAnalyzer": "tuimon.analysis.analyzer",
    "ExperimentConfig": "tuimon.records.experiment",
    "ExperimentLog": "tuimon.records.experiment",
    "ExperimentTracker": "tuimon.tracker.experiment_tracker",
    "MetricsSnapshot": "tuimon.records.experiment",
    "compare_experiments": "tuimon.records.load",
    "finish": "tuimon.tracker.short_way",
    "init": "tuimon.tracker.short_way",
    "load_experiment_log": "tuimon.records.load",
    "log": "tuimon.tracker.short_way",
}


def __getattr__(name: str) -> object:
    """Import a public name on its first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
