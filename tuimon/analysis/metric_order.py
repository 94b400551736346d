"""In which order metrics are shown, and which of them share a chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from tuimon.analysis.metric_roles import (
    CHART_ORDER,
    Role,
    is_evaluation,
    main_metric,
    metric_counts,
    role_of,
    stem_of,
)
from tuimon.store.snapshot import RunSnapshot

Group = tuple[str, ...]


def metric_groups(runs: Iterable[RunSnapshot]) -> tuple[Group, ...]:
    """All metrics in the order of the charts; metrics in one group share a chart, the evaluation's first.

    The group of the main metric comes first, then what has no prefix, then one prefix (``optim/``) after the
    other. Within a prefix: learning rate, throughput, other losses and qualities, the rest by name,
    durations, system figures; a prefix comes as early as the first of its metrics would. Step counters and
    elapsed time are axes, no charts.
    """
    runs = tuple(runs)
    main = main_metric(runs)
    found: dict[str, list[str]] = {}
    for name in sorted(metric_counts(runs), key=lambda name: (not is_evaluation(name), name)):
        if role_of(name) is not Role.PROGRESS:
            found.setdefault(stem_of(name), []).append(name)
    groups = [tuple(group) for group in found.values()]

    def order(group: Group) -> int:
        role = role_of(group[0])
        after_rates = role is Role.LOSS and main not in group
        return CHART_ORDER[Role.QUALITY if after_rates else role]

    earliest: dict[str, int] = {}
    for group in groups:
        prefix = prefix_of(group)
        earliest[prefix] = min(order(group), earliest.get(prefix, order(group)))

    def place(group: Group) -> tuple[bool, bool, int, str, int, str]:
        prefix = prefix_of(group)
        return main not in group, prefix != "", earliest[prefix], prefix, order(group), stem_of(group[0])

    return tuple(sorted(groups, key=place))


def prefix_of(group: Sequence[str]) -> str:
    """What stands before the first ``/`` of all these names; empty where that is not the same in all."""
    prefixes = {name.partition("/")[0] if "/" in name else "" for name in group}
    return prefixes.pop() if len(prefixes) == 1 else ""


def is_starred(metric: str, starred: Iterable[str]) -> bool:
    """Whether one of these names or patterns (``*`` is any text, ``?`` any character) is the metric's."""
    return any(metric == pattern or fnmatchcase(metric, pattern) for pattern in starred)


def groups_of_seen(runs: Sequence[RunSnapshot], seen: Sequence[RunSnapshot]) -> tuple[Group, ...]:
    """The groups of all these runs in the order that those ``seen`` give them; what they lack comes last."""
    everything = metric_groups(runs)
    if len(seen) == len(runs) or not seen:
        return everything
    places = {name: place for place, group in enumerate(metric_groups(seen)) for name in group}
    groups = [tuple(sorted(group, key=lambda name: name not in places)) for group in everything]
    return tuple(sorted(groups, key=lambda group: places.get(group[0], len(places))))


def starred_first(groups: Iterable[Group], starred: Sequence[str]) -> tuple[Group, ...]:
    """The groups with starred metrics in front, in the order of the stars; the starred leads."""

    def place(names: Iterable[str]) -> int:
        places = (
            place
            for place, pattern in enumerate(starred)
            if any(is_starred(name, (pattern,)) for name in names)
        )
        return next(places, len(starred))

    led = (tuple(sorted(group, key=lambda name: place((name,)))) for group in groups)
    return tuple(sorted(led, key=place))


def known_first(
    groups: Iterable[Group], runs: Iterable[RunSnapshot], starred: Sequence[str] = ()
) -> tuple[Group, ...]:
    """The groups that one of the runs has, or whose first metric is starred, before those that none has.

    A run that is not read yet has what it says at its end.
    """
    known = set[str]().union(*(run.metrics or run.summaries for run in runs))

    def is_unknown(group: Group) -> bool:
        return known.isdisjoint(group) and not is_starred(group[0], starred)

    return tuple(sorted(groups, key=is_unknown))


def star_toggled(metric: str, starred: Sequence[str], metrics: Iterable[str]) -> tuple[str, ...]:
    """The stars with this metric's set, as the last one, or taken away.

    A pattern that had matched it gives way to the other ``metrics`` that it matches.
    """
    if not is_starred(metric, starred):
        return (*starred, metric)
    metrics = tuple(metrics)
    kept: dict[str, None] = {}
    for pattern in starred:
        if not is_starred(metric, (pattern,)):
            kept[pattern] = None
        else:
            kept |= dict.fromkeys(name for name in metrics if name != metric and is_starred(name, (pattern,)))
    return tuple(kept)
