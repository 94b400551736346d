"""All settings, each declared once: type, default, what is valid, and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from tuimon.quick_dataclass import dataclass
from tuimon.settings.declaration import setting
from tuimon.settings.kinds import Choice, Flag, Key, ListOf, Number, OutputPattern, TableOf, Text, Whole


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, and how often the screen is drawn."""

    theme: str = setting("auto", Choice(("auto", "dark", "light", "colour-blind", "ansi")))
    """The colours. auto follows the terminal's background; ansi uses the terminal's own 16 colours."""

    colours: bool = setting(True, Flag())
    """Whether colours are used at all. NO_COLOR in the environment turns them off too."""

    refresh_rate: float = setting(4.0, Number(0.2, 30))
    """How many times a second, at most, the screen is drawn while records come."""


@dataclass(frozen=True, slots=True)
class Charts:
    """How the charts look when the app starts; keys change it from there."""

    smoothing: float = setting(0.9, Number(0, 0.999))
    """How strongly curves are smoothed: 0 is off, more is smoother."""

    x_axis: str = setting("auto", Text("auto, gradient_step, iteration, elapsed, clock, tokens or a metric"))
    """What runs along the x axis. auto: gradient steps where all shown runs count them, else iterations."""

    clip_outliers: bool = setting(False, Flag())
    """Whether the y range leaves outliers out. They are marked at the edge and counted in the title."""

    page_size: int = setting(0, Whole(0, 100))
    """How many small charts are on a page. 0: as many as fit."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """What is known of metrics by their names. In patterns ``*`` is any text, ``?`` any character."""

    starred: tuple[str, ...] = setting((), ListOf(Text("a metric's name or a pattern"), "metrics' names"))
    """These metrics come first, in this order. Patterns are allowed."""

    directions: Mapping[str, str] = setting(
        {}, TableOf(Choice(("min", "max", "none")), "a name or a pattern", '"val/*_score" = "max"')
    )
    """Whether less (min) or more (max) of a metric is better, or neither (none). The first pattern that
    matches a name holds; the names of losses, errors, accuracies and the like are known without."""

    @property
    def told(self) -> dict[str, Literal["min", "max"] | None]:
        """The directions by names and patterns, in their order; None where neither way is better."""
        words: dict[str, Literal["min", "max"]] = {"min": "min", "max": "max"}
        return {pattern: words.get(direction) for pattern, direction in self.directions.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """The run table."""

    columns: tuple[str, ...] = setting((), ListOf(Text("a column"), "columns"))
    """The columns after the name, from left to right: the table's own, such as step, best or eta (C in the
    app lists them), cfg.KEY for a config key, metric.NAME:MEASURE for last, min, max, mean, step_of_min or
    step_of_max of a metric. Empty: those that the width has room for."""


@dataclass(frozen=True, slots=True)
class Health:
    """When something is wrong with a run. 0 turns spike, divergence, plateau, throughput_drop, memory_full,
    gpu_idle_percent and straggler off."""

    nan: bool = setting(True, Flag())
    """A value is NaN or infinite."""

    spike: float = setting(8.0, Number(0, 10_000))
    """A loss jumps above the median of the values before it by more than this many times their usual distance
    from it (the median absolute deviation)."""

    spike_window: int = setting(25, Whole(5, 100_000))
    """How many values before it a spike is measured against."""

    divergence: float = setting(0.5, Number(0, 1000))
    """The smoothed loss climbs back from its best by this share of the way that it had come down."""

    plateau: float = setting(0.25, Number(0, 1))
    """The loss has had no new best for this share of the steps done so far."""

    plateau_gain: float = setting(0.001, Number(0, 1))
    """A new best has to be better by this share of the way that the loss has come down."""

    throughput_drop: float = setting(0.3, Number(0, 1))
    """The throughput falls below its usual (median) value by this share."""

    stall_seconds: float = setting(60.0, Number(1, 100_000))
    """A run that is silent for less than this is never stalled."""

    stall_intervals: float = setting(10.0, Number(1, 10_000))
    """Nor is one that is silent for less than this many times the usual time between its records."""

    memory_full: float = setting(0.95, Number(0, 1))
    """More than this share of the machine's memory is used."""

    gpu_idle_percent: float = setting(5.0, Number(0, 100))
    """GPUs that the run has used, or all where it has used none, are used less than this ..."""

    gpu_idle_seconds: float = setting(120.0, Number(1, 100_000))
    """... for so many seconds, while the run goes on."""

    straggler: float = setting(0.2, Number(0, 100))
    """A rank takes longer for an iteration than the others usually (median) do, by this share."""

    ignore: tuple[str, ...] = setting((), ListOf(Text("a metric's name or a pattern"), "metrics' names"))
    """Metrics that these rules leave alone. Patterns are allowed."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """What happens when a rule of [health] finds something, besides the badge on the run."""

    bell: bool = setting(False, Flag())
    """Whether the terminal's bell rings."""

    plateau: bool = setting(False, Flag())
    """Whether a loss that stays level is an alert too, once for each plateau. By itself it has the badge
    alone, as it is news rather than trouble."""

    on_alert: tuple[str, ...] = setting((), ListOf(Text("a word"), "words"))
    """A program and its arguments to run, such as ["notify-send", "{run}", "{message}"]. {run}, {kind},
    {metric}, {step}, {message} and {path} (of the log) are filled in. No shell is in between, and nothing
    waits for it."""


@dataclass(frozen=True, slots=True)
class Run:
    """``tuimon run``, which tracks what an unchanged script prints."""

    output_patterns: tuple[str, ...] = setting((), ListOf(OutputPattern(), "regular expressions"))
    """Where metrics are found in a line of output, tried in this order before the patterns that are built in.
    The names of the groups are the metrics', as in `step (?P<iteration>\\d+) loss (?P<train_loss>\\S+)`."""

    output_limit_mb: int = setting(100, Whole(1, 100_000))
    """How many megabytes of a run's output are kept: the beginning and the newest, with a line in between
    that says how much is left out."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person can set."""

    log_dir: str = setting("", Text("a directory", may_be_empty=True))
    """Where the app and the commands look for runs when neither their arguments nor $TUIMON_DIR say. Empty:
    experiment_logs. The tracker does not read this file: a training logs where its log_dir or $TUIMON_DIR
    say."""

    poll: bool = setting(False, Flag())
    """Whether to look at the logs at intervals everywhere. On network file systems that is done anyway."""

    poll_interval: float = setting(1.0, Number(0.1, 60))
    """The seconds between two looks, where changes are not told by the system."""

    restore_view: bool = setting(True, Flag())
    """Whether the app starts with the filter, sort, marks and axes that it last had in the same directory."""

    look: Look = field(default_factory=Look)
    charts: Charts = field(default_factory=Charts)
    metrics: Metrics = field(default_factory=Metrics)
    table: Table = field(default_factory=Table)
    health: Health = field(default_factory=Health)
    alerts: Alerts = field(default_factory=Alerts)
    run: Run = field(default_factory=Run)

    keys: Mapping[str, tuple[str, ...]] = setting(
        {}, TableOf(ListOf(Key(), "keys", or_one=True), "an action", 'mark = ["space", "v"]')
    )
    """Other keys for actions, in place of those that they have. A key given here is taken from the action
    that had it. An empty list leaves an action to the palette. The app's help names the actions."""
