"""What the journal says of all runs together: overview, hyperparameters, findings, what went wrong."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.groups import RunGroup, Spread, best_spread, group_runs
from tuimon.analysis.health_events import HealthKind
from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.sweep import Sweep, sweep, sweep_keys
from tuimon.charts import notation
from tuimon.charts.badges import badge_of
from tuimon.charts.compare_words import config_text
from tuimon.charts.distinct_names import cut_names
from tuimon.export.journal_section import RunFacts, start_text, state_text, value_cell
from tuimon.export.markdown_text import code, plain, table
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

_LONGEST_NAME = 48
_MOST_KEYS, _MOST_CONFIGURATIONS, _MOST_FINDINGS, _MOST_TROUBLES = 6, 100, 8, 50
_ENDED_BADLY = (RunState.FAILED, RunState.CRASHED, RunState.INTERRUPTED, RunState.STALLED)


def overview_block(every: Sequence[RunFacts], metric: str | None, archived: int) -> list[str]:
    """How many there are, which is the best, and a line for each."""
    if not every:
        return ["No runs yet."]
    counts = Counter(facts.run.state for facts in every)
    states = ", ".join(f"{counts[state]} {state.value}" for state in RunState if counts[state])
    lines = [f"{len(every)} {'run' if len(every) == 1 else 'runs'}: {states}."]
    best = best_of(every, metric)
    if best is not None and metric is not None:
        lines[0] += f" Best {code(metric)}: {_value_and_run(best, metric)}."
    if archived:
        lines[0] += f" {archived} archived {'run is' if archived == 1 else 'runs are'} left out."
    name = code(metric, cell=True) if metric is not None else "metric"
    heading = ("#", "run", "state", "noticed", "started", "trained", "step", f"best {name}", "last", "tags")
    names = cut_names(tuple(sorted({facts.name for facts in every})), _LONGEST_NAME)
    rows = [_overview_row(facts, metric, names[facts.name]) for facts in every]
    return [*lines, "", *table(heading, rows, "><<<<>>>><")]


def _overview_row(facts: RunFacts, metric: str | None, name: str) -> list[str]:
    row, badge = facts.row, badge_of(facts.health)
    return [
        str(facts.number),
        code(name, cell=True),
        row.state.value,
        badge.text if badge is not None else "",
        start_text(facts.run),
        notation.duration_text(row.duration_seconds),
        notation.count_text(row.step),
        value_cell(metric or "", row.best, row.best_step),
        value_cell(metric or "", row.last),
        " ".join(code(tag, cell=True) for tag in facts.run.tags),
    ]


def hyperparameters_block(every: Sequence[RunFacts], metric: str | None) -> list[str]:
    """A line a configuration, the best first: the keys that differ, and what came of them."""
    runs = [facts.run for facts in every]
    keys = sweep_keys(runs) if len(runs) > 1 else ()
    if not keys or metric is None or direction_of(metric) is None:
        return ["Here the configurations that were tried are listed, the best first, once two runs differ."]
    shown = keys[:_MOST_KEYS]
    groups = sorted(
        ((group, best_spread(group.members, metric)) for group in group_runs(runs)),
        key=lambda pair: _goodness(pair[1], metric),
    )
    heading = (
        *(code(key, cell=True) for key in shown),
        "runs",
        f"best {code(metric, cell=True)}",
        "±",
        "experiments",
    )
    numbers = {facts.run.key: facts.number for facts in every}
    rows = [
        _group_row(group, spread, metric, shown, numbers) for group, spread in groups[:_MOST_CONFIGURATIONS]
    ]
    lines = table(heading, rows, "<" * len(shown) + ">>>")
    if len(keys) > len(shown):
        rest = [
            *map(code, keys[len(shown) : 2 * _MOST_KEYS]),
            *(["..."] if len(keys) > 2 * _MOST_KEYS else []),
        ]
        lines += [
            "",
            f"{len(keys) - len(shown)} more keys differ: {', '.join(rest)}",
        ]
    if len(groups) > _MOST_CONFIGURATIONS:
        lines += ["", f"... and {len(groups) - _MOST_CONFIGURATIONS} more configurations"]
    return lines


def _goodness(spread: Spread, metric: str) -> tuple[bool, float]:
    sign = -1.0 if direction_of(metric) == "max" else 1.0
    return spread.mean is None, sign * spread.mean if spread.mean is not None else 0.0


def _group_row(
    group: RunGroup, spread: Spread, metric: str, keys: Sequence[str], numbers: dict[str, int]
) -> list[str]:
    config = flatten_config(group.members[0].header.config)
    diverged = f" ({len(spread.diverged)} diverged)" if spread.diverged else ""
    return [
        *(
            code(config_text(key, config[key])[:60], cell=True) if key in config else notation.ABSENT
            for key in keys
        ),
        f"{group.n}{diverged}",
        notation.value_text(metric, spread.mean),
        notation.value_text(metric, spread.std) if spread.std is not None else "",
        _number_list([numbers[run.key] for run in group.members]),
    ]


def _number_list(numbers: Sequence[int]) -> str:
    """``1, 4, 5``; of many the first ones."""
    ordered = sorted(numbers)
    return ", ".join(map(str, ordered[:4])) + (f" and {len(ordered) - 4} more" if len(ordered) > 4 else "")


def findings_block(every: Sequence[RunFacts], metric: str | None) -> list[str]:
    """What the numbers say by themselves: the best run, how far from the baseline, the best of each key."""
    best = best_of(every, metric)
    if best is None or metric is None:
        return ["Nothing to tell yet."]
    lines = [f"- Best {code(metric)}: {_value_and_run(best, metric)}."]
    base = best.baseline
    if base is not None and base.row.best is not None and best.row.best is not None:
        change = notation.delta_text(best.row.best - base.row.best, best.row.best)
        lines.append(
            f"- That is {change} from the baseline, {code(base.name)} (experiment {base.number}), "
            f"whose best is {notation.value_text(metric, base.row.best)}."
        )
    runs = [facts.run for facts in every]
    for key in sweep_keys(runs)[:_MOST_FINDINGS] if len(runs) > 1 else ():
        said = _sweep_sentence(runs, key, metric)
        if said:
            lines.append(f"- {said}")
    return lines


def _sweep_sentence(runs: Sequence[RunSnapshot], key: str, metric: str) -> str:
    """The best value of a key, where at least two values came to something."""
    found: Sweep = sweep(runs, key, metric)
    valued = [point for point in found.points if point.spread.mean is not None]
    if found.best is None or len(valued) < 2:
        return ""
    best = found.points[found.best]
    others = [point for point in valued if point is not best][:4]
    rest = "; ".join(
        f"{code(point.label)}: {notation.value_text(metric, point.spread.mean)}" for point in others
    )
    more = "; ..." if len(valued) > len(others) + 1 else ""
    mean = notation.value_text(metric, best.spread.mean)
    winner = f"{code(best.label)} is best on average: {mean} ({rest}{more})"
    return f"Of {len(valued)} values of {code(key)}, {winner}."


def troubles_block(every: Sequence[RunFacts]) -> list[str]:
    """The runs that ended badly or went astray, and what is known of it."""
    lines = []
    for facts in every:
        reasons = [state_text(facts.run)] if facts.run.state in _ENDED_BADLY else []
        worst = facts.health.worst
        if worst is not None and worst.kind not in (HealthKind.STALL, HealthKind.PLATEAU):
            reasons.append(plain(worst.message))
        if facts.run.problem:
            reasons.append(plain(facts.run.problem))
        if reasons:
            lines.append(f"- {code(facts.name)} (experiment {facts.number}): {'; '.join(reasons)}")
    if len(lines) > _MOST_TROUBLES:
        lines = [*lines[-_MOST_TROUBLES:], f"- ... and {len(lines) - _MOST_TROUBLES} earlier runs"]
    return lines or ["No run failed or went astray."]


def best_of(every: Sequence[RunFacts], metric: str | None) -> RunFacts | None:
    """The run with the best value, the earliest of several."""
    direction = direction_of(metric) if metric is not None else None
    valued = [facts for facts in every if facts.row.best is not None and math.isfinite(facts.row.best)]
    if direction is None or not valued:
        return None
    sign = 1.0 if direction == "min" else -1.0
    return min(valued, key=lambda facts: sign * (facts.row.best or 0.0))


def _value_and_run(best: RunFacts, metric: str) -> str:
    value = value_cell(metric, best.row.best, best.row.best_step)
    return f"{value} by {code(best.name)} (experiment {best.number})"
