"""What the journal says of one run: facts, configuration, results, curves, and what was noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuimon.analysis.axes import ELAPSED, XAxis, step_axis
from tuimon.analysis.best_values import best_value
from tuimon.analysis.comparison import ABSENT, same_setting
from tuimon.analysis.curves import build_series, smoothing_of
from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.health_events import HealthKind, RunHealth
from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.metric_order import metric_groups
from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.smoothing import DEFAULT_SMOOTHING
from tuimon.analysis.statistics import MetricStatistics, run_statistics
from tuimon.charts import notation
from tuimon.charts.chart import draw_chart
from tuimon.charts.compare_words import config_text
from tuimon.charts.palette import NO_COLOUR
from tuimon.charts.run_commands import reproduce_command
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.strip import sparkline
from tuimon.export.markdown_text import cell_text, code, fence, plain, quoted, table
from tuimon.records.experiment import CONFIG_FIELDS, ExperimentConfig
from tuimon.store.snapshot import RunSnapshot

CHART_WIDTH, CHART_HEIGHT = 76, 14
_MOST_CONFIG, _MOST_METRICS, _MOST_FINDINGS, _MOST_EVENTS = 40, 12, 8, 8
_UNIMPORTANT_KEYS = ("experiment_name", "name", "run_name")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """All that is known of a run for its section. ``name`` tells it from the others; ``number`` from 1."""

    run: RunSnapshot
    row: RunRow
    health: RunHealth
    name: str
    number: int
    baseline: RunFacts | None


def run_block(facts: RunFacts, *, charts: bool = True) -> list[str]:
    """Facts, configuration, results and curves; without ``charts`` the curve is one line."""
    return [
        *_facts(facts),
        "",
        "#### Configuration",
        "",
        *_configuration(facts),
        "",
        "#### Results",
        "",
        *_results(facts),
        *(_charts(facts) if charts else _one_line(facts)),
    ]


def noticed_block(facts: RunFacts) -> list[str]:
    """Notes and tags from the app or the program, and what tuimon noticed."""
    run = facts.run
    lines: list[str] = []
    if run.tags:
        lines.append(f"- Tags: {', '.join(map(code, run.tags))}")
    lines += [f"- {said}" for said in _noticed(facts)]
    at_the_end = run.end.notes if run.end is not None else ""
    for notes in dict.fromkeys((run.meta.notes or "", run.header.notes, at_the_end)):
        if notes.strip():
            lines += ["", *quoted(notes)] if lines else quoted(notes)
    return lines or ["No notes, no tags, nothing out of the ordinary."]


def state_text(run: RunSnapshot) -> str:
    """What became of the run, with the exception or the signal that ended it."""
    end = run.end
    if end is not None and end.reason:
        return f"{run.state.value}: {cell_text(end.reason)}"
    if end is None or end.exception_type is None:
        return run.state.value
    message = f": {end.exception_message}" if end.exception_message else ""
    return f"{run.state.value}: {cell_text(f'{end.exception_type}{message}')}"


def start_text(run: RunSnapshot) -> str:
    """The day and minute of the start, on the clock of the machine that it ran on."""
    start = run.header.start_time
    return notation.ABSENT if start is None else f"{start:%Y-%m-%d %H:%M}"


def value_cell(metric: str, value: float | None, step: float | None = None) -> str:
    """A value, with its step."""
    at = f" @{notation.count_text(step)}" if step is not None and value is not None else ""
    return f"{notation.value_text(metric, value)}{at}"


def _facts(facts: RunFacts) -> list[str]:
    run, row = facts.run, facts.row
    steps = notation.count_text(row.step)
    done = f" ({notation.percent_text(row.progress)})" if row.progress is not None else ""
    lines = [
        f"- Run: {code(run.name)}, id {code(run.run_id)}, log {code(run.path.name)}",
        f"- State: {state_text(run)}",
        f"- Started: {start_text(run)}; trained: {notation.duration_text(row.duration_seconds)}; "
        f"{step_axis(run).label}s: {steps}{done}",
    ]
    if run.header.git_commit:
        changed = " with uncommitted changes" if run.header.git_dirty else ""
        lines.append(f"- Code: commit {code(run.header.git_commit[:12])}{changed}")
    again = reproduce_command(run)
    if again is not None:
        lines.append(f"- Again: {code(again)}")
    if run.problem:
        lines.append(f"- Problem: {plain(run.problem)}")
    return lines


def _configuration(facts: RunFacts) -> list[str]:
    own = _shown_config(facts.run)
    if not own:
        return ["The log holds no configuration."]
    if facts.baseline is None:
        return _own_configuration(own)
    other = _shown_config(facts.baseline.run)
    keys = [
        key
        for key in dict.fromkeys((*own, *other))
        if not same_setting(own.get(key, ABSENT), other.get(key, ABSENT))
    ]
    if not keys:
        return [f"The same as that of experiment {facts.baseline.number}, the baseline."]
    rows = [(code(key, cell=True), _value(key, own), _value(key, other)) for key in keys[:_MOST_CONFIG]]
    return [
        f"What differs from experiment {facts.baseline.number}, the baseline:",
        "",
        *table(("key", "here", "baseline"), rows),
        *_and_more(len(keys) - _MOST_CONFIG, "keys"),
    ]


def _own_configuration(own: Mapping[str, Any]) -> list[str]:
    """A baseline's: where it is an ExperimentConfig, what differs from that one's defaults."""
    defaults = ExperimentConfig("").to_dict()
    keys, said = list(own), "The baseline, with which the others are compared:"
    if all(name in own for name in CONFIG_FIELDS if name not in _UNIMPORTANT_KEYS):
        keys = [key for key in own if not same_setting(own[key], defaults.get(key, ABSENT))]
        if not keys:
            return ["The baseline, with which the others are compared: the defaults of `ExperimentConfig`."]
        said = "The baseline, with which the others are compared: the defaults of `ExperimentConfig`, but"
    rows = [(code(key, cell=True), _value(key, own)) for key in keys[:_MOST_CONFIG]]
    return [said, "", *table(("key", "value"), rows), *_and_more(len(keys) - _MOST_CONFIG, "keys")]


def _results(facts: RunFacts) -> list[str]:
    every = run_statistics(facts.run)
    if not every:
        return ["No values yet."]
    heading = ["metric", "best", "last", "mean"]
    if facts.baseline is not None:
        heading.insert(2, "baseline's best")
    rows = [_result(facts, each) for each in every[:_MOST_METRICS]]
    lost = [each.nan_count + each.inf_count for each in every[:_MOST_METRICS]]
    if any(lost):
        heading.append("not finite")
        rows = [
            [*row, notation.count_text(count) if count else ""] for row, count in zip(rows, lost, strict=True)
        ]
    return [
        *table(heading, rows, "<" + ">" * (len(heading) - 1)),
        *_and_more(len(every) - _MOST_METRICS, "metrics"),
    ]


def _result(facts: RunFacts, each: MetricStatistics) -> list[str]:
    metric, direction = each.metric, direction_of(each.metric)
    best, step = {"min": (each.min, each.min_step), "max": (each.max, each.max_step)}.get(
        direction or "", (None, None)
    )
    cells = [
        code(metric, cell=True),
        value_cell(metric, best, step),
        value_cell(metric, each.last),
        value_cell(metric, each.mean),
    ]
    if facts.baseline is not None:
        cells.insert(2, value_cell(metric, best_value(facts.baseline.run, metric)))
    return cells


def _charts(facts: RunFacts) -> list[str]:
    """The loss over steps and over elapsed time."""
    lines: list[str] = []
    for axis in (step_axis(facts.run), ELAPSED):
        chart = _chart(facts, axis)
        if chart:
            lines += [
                "",
                f"Over {'wall-clock time' if axis == ELAPSED else axis.label + 's'}:",
                "",
                *fence(chart),
            ]
    return lines


def _chart(facts: RunFacts, axis: XAxis) -> list[str]:
    metric = facts.row.main_metric
    groups = metric_groups((facts.run,))
    shown = next((group for group in groups if metric in group), groups[0] if groups else ())
    curves: list[Curve] = []
    for name in shown:
        series = build_series(facts.run, name, axis, smoothing_of(name, DEFAULT_SMOOTHING))
        if series is not None and series.y_range is not None:
            curves.append(Curve(series, "", NO_COLOUR.text, companion=bool(curves)))
    if not curves:
        return []
    main = curves[0].series.metric
    spec = ChartSpec(
        curves=tuple(reversed(curves)),
        metric=main,
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        x_axis=axis,
        end_labels=False,
        direction=direction_of(main),
        theme=NO_COLOUR,
    )
    return ["".join(segment.text for segment in line) for line in draw_chart(spec).lines]


def _one_line(facts: RunFacts) -> list[str]:
    line = sparkline(facts.row.sparkline, 32)
    return ["", *fence([line])] if line else []


def _noticed(facts: RunFacts) -> list[str]:
    """What the health rules found, what the program logged as a warning, restarts and lines that are bad."""
    run = facts.run
    said = []
    found = [event for event in facts.health.events if event.kind is not HealthKind.STALL]
    for event in found[:_MOST_FINDINGS]:
        at = "" if event.iteration is None else f" (iteration {notation.count_text(event.iteration)})"
        said.append(f"{plain(event.message)}{at}")
    said += _and_more(len(found) - _MOST_FINDINGS, "findings")[1:]
    loud = [event for event in run.events if event.level not in ("info", "debug")]
    said += [f"{plain(event.level)}: {cell_text(event.message)}" for event in loud[:_MOST_EVENTS]]
    said += _and_more(len(loud) - _MOST_EVENTS, "logged events")[1:]
    if run.resumes:
        said.append(f"Resumed {_times(len(run.resumes))}; rows done anew: {run.superseded_rows}")
    if run.bad_line_count:
        said.append(f"Lines of the log that cannot be read: {run.bad_line_count}")
    return said


def _shown_config(run: RunSnapshot) -> dict[str, Any]:
    return {
        key: value for key, value in flatten_config(run.header.config).items() if key not in _UNIMPORTANT_KEYS
    }


def _value(key: str, config: Mapping[str, Any]) -> str:
    return code(config_text(key, config[key])[:200], cell=True) if key in config else notation.ABSENT


def _and_more(count: int, what: str) -> list[str]:
    return ["", f"... and {count} more {what}"] if count > 0 else []


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
