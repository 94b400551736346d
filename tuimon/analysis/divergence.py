"""Whether a run is to be counted as diverged: groups and sweeps count such runs instead of averaging them."""

from __future__ import annotations

import math
from collections import OrderedDict
from threading import Lock

from tuimon.analysis.health_events import HealthRules
from tuimon.analysis.metric_roles import Role, role_of, train_metric
from tuimon.analysis.metric_watch import MetricWatch
from tuimon.analysis.verdicts import find_divergence
from tuimon.store.columns import ColumnView
from tuimon.store.snapshot import RunSnapshot

_MOST_KNOWN = 4096
_SHARE = HealthRules().divergence or math.inf


def has_diverged(run: RunSnapshot, metric: str) -> bool:
    """Whether the newest value of ``metric`` or of the training loss is not finite or far above its best.

    The training loss too, since it turns to NaN long before the next evaluation would. Before the log is read
    wholly, only what is not finite is known. Safe from any thread; a run is looked at once while it does not
    change.
    """
    return any(_diverged(run, name) for name in {metric, train_metric((run,)) or metric})


def _diverged(run: RunSnapshot, metric: str) -> bool:
    if role_of(metric) not in (Role.LOSS, Role.QUALITY):
        return False
    view = run.metrics.get(metric)
    if view is None or run.loading:
        summary = run.summaries.get(metric)
        last = summary.last if summary is not None else run.last_values.get(metric)
        return last is not None and not math.isfinite(last)
    return not math.isfinite(view.last_value) or _KNOWN.climbed(run, metric, view)


class _Known:
    """The newest verdict on each run and metric."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[tuple[str, str], tuple[ColumnView, tuple[int, ...], bool]] = OrderedDict()
        self._lock = Lock()

    def climbed(self, run: RunSnapshot, metric: str, view: ColumnView) -> bool:
        """Whether the metric is far above its best."""
        key = (run.key, metric)
        with self._lock:
            known = self._verdicts.get(key)
        if known is not None and known[0] is view and known[1] == run.segment_rows:
            return known[2]
        watch = MetricWatch(metric, HealthRules(spike=0))
        watch.update(view, run.segment_rows)
        climbed = find_divergence(watch, _SHARE, warming_up=False) is not None
        with self._lock:
            self._verdicts[key] = view, run.segment_rows, climbed
            if len(self._verdicts) > _MOST_KNOWN:
                self._verdicts.popitem(last=False)
        return climbed


_KNOWN = _Known()
