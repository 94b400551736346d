"""The run that a framework's training is logged to: what all hooks have in common."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict, TypeVar, cast

from tuimon.hooks.metric_names import renamed
from tuimon.records.run_lookup import AmbiguousRun, UnknownRun
from tuimon.tracker.experiment_tracker import ExperimentTracker
from tuimon.tracker.hooked import add_config, end_after, go_on, interrupt, is_running
from tuimon.tracker.run_plan import config_values
from tuimon.tracker.short_way import current_run
from tuimon.tracker.warn import warn

F = TypeVar("F", bound=Callable[..., None])


class RunOptions(TypedDict, total=False):
    """What can be said of a run when its hook is made; as :class:`ExperimentTracker` takes them."""

    log_dir: str | os.PathLike[str] | None
    config: object
    resume: str | os.PathLike[str] | bool | None
    fsync: bool
    tags: Iterable[str]
    notes: str
    group: str | None
    system_interval: float | None


def quietly(method: F) -> F:
    """What goes wrong in ``method`` is warned of, once for each hook, and never raised into the training."""

    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            method(self, *args, **kwargs)
        except Exception as error:  # whatever it is: a training must not end for its log
            said: set[str] = vars(self).setdefault("_failures_said", set())
            if method.__name__ not in said:
                said.add(method.__name__)
                hook = f"{type(self).__name__}.{method.__name__}"
                warn(f"{hook} failed ({type(error).__name__}: {error}): something is not logged")

    return cast(F, call)


class TrainingRun:
    """One run after the other, each logged to as a framework's training goes on.

    A ``tracker`` that is given, or the run that ``tuimon.init`` has started, is its caller's: the training is
    logged to it, and whoever started it ends it. Else each run is made here, by ``options``, and ended here.

    Raises ``TypeError`` for options that are none. Can be copied and pickled; the copy has no run.
    """

    def __init__(
        self, name: str | None, tracker: ExperimentTracker | None, options: Mapping[str, Any]
    ) -> None:
        own = {**options} if name is None else {"name": name, **options}
        unknown = options.keys() - RunOptions.__annotations__.keys()
        if unknown:
            raise TypeError(
                f"unknown: {', '.join(sorted(unknown))}; a run has {', '.join(RunOptions.__annotations__)}"
            )
        if tracker is not None and own:
            raise TypeError(f"{', '.join(own)}: a tracker that is given has its own")
        config_values(options.get("config"))  # a config that is none is told of now, not in the training
        self._given = tracker
        self._options = own
        self._tracker: ExperimentTracker | None = None
        self._own: ExperimentTracker | None = None
        self._config: dict[str, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_tracker": None, "_own": None, "_given": None}

    @property
    def is_running(self) -> bool:
        """Whether there is a run that has not ended."""
        return self._tracker is not None and is_running(self._tracker)

    @property
    def has_run(self) -> bool:
        """Whether there is a run, also one that has ended."""
        return self._tracker is not None

    def tracker(self, name: str | None = None) -> ExperimentTracker:
        """The run's tracker, not started if it is new; a new one is called ``name`` if no option says."""
        if self._tracker is None:
            self._tracker = self._given or current_run()
        if self._tracker is None:
            own_name = self._options.get("name") or _own_name(self._options.get("config"))
            options = {**self._options, "name": own_name or name, "rank": 0}
            self._own = self._tracker = ExperimentTracker(**options)
            add_config(self._own, self._config)
        return self._tracker

    def start(self, config: Mapping[str, Any], name: str | None = None) -> None:
        """Start a run with ``config`` in its header, unless one goes on; a run that has ended goes on."""
        tracker = self.tracker(name)
        if is_running(tracker):
            return
        if tracker.path is not None:
            if tracker is self._own:
                go_on(tracker)
            return
        self.add_config(config)
        try:
            tracker.start()
        except (UnknownRun, AmbiguousRun) as error:
            if tracker is not self._own:
                raise
            warn(f"{error}: this is a new run")
            self._options["resume"] = None
            self._tracker = None
            self.start(config, name)

    def add_config(self, config: Mapping[str, Any]) -> None:
        """Hyperparameters for the header, or for an event where it is written; a caller's run has its own."""
        tracker = self.tracker()
        new = {str(key): value for key, value in config.items() if key not in self._config}
        self._config |= new
        if tracker is self._own and not add_config(tracker, new) and new:
            text = ", ".join(f"{key} = {value!r:.200}" for key, value in new.items())
            self.event(f"hyperparameters: {text}")

    def log(
        self,
        values: Mapping[str, Any],
        names: Mapping[str, str],
        *,
        iteration: float | None,
        gradient_step: float | None,
        evaluation: bool = False,
    ) -> None:
        """Log ``values`` by the standard ``names`` of those that have one."""
        self.start({})
        record = renamed(values, names)
        if gradient_step is not None:
            record["gradient_step"] = gradient_step
        if evaluation:
            self.tracker().log_eval(iteration, **record)
        else:
            self.tracker().log_values(record, iteration=iteration)

    def event(self, message: str, level: str = "info", iteration: float | None = None) -> None:
        """Log an event, if there is a run."""
        if self.is_running:
            self.tracker().log_event(message, level, iteration)

    def end(self, error: BaseException | None = None) -> None:
        """End the run, as ``error`` says, if it was made here."""
        if self._own is not None:
            end_after(self._own, error)

    def interrupt(self, reason: str) -> None:
        """End the run as interrupted, if it was made here, and say why."""
        if self._own is not None:
            interrupt(self._own, reason)

    def forget(self) -> None:
        """The next training is a run of its own; what was to be resumed has been."""
        if self._own is not None:
            self._options["resume"] = None
        self._tracker = self._own = None
        self._config = {}


def _own_name(config: object) -> str | None:
    values = config_values(config)
    for key in ("experiment_name", "name"):
        if isinstance(values.get(key), str) and values[key]:
            return str(values[key])
    return None
