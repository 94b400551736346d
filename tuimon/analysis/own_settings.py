"""What the person's settings say of how runs are judged, for who asks from Python."""

from __future__ import annotations

import warnings

from tuimon.analysis.metric_roles import tell_directions
from tuimon.store.liveness import Silence

_ABOUT_RUNS = ("metrics", "health")  # the sections that decide here; what is wrong in others is the app's


def judge_by_settings() -> Silence:
    """Read ``[metrics.directions]``, which hold in this process from now on, and when a log is stalled.

    So the API names the same run as best as the app and the commands do, and gives it the same state. What is
    wrong in these settings is warned of and left out.
    """
    from tuimon.settings.loading import load_settings  # 10 ms that an import of the analyzer does not need

    loaded = load_settings()
    for problem in loaded.problems:
        if not problem.key or problem.key.partition(".")[0] in _ABOUT_RUNS:
            warnings.warn(f"settings: {problem}", stacklevel=4)
    tell_directions(loaded.settings.metrics.told)
    health = loaded.settings.health
    return Silence(health.stall_seconds, health.stall_intervals)
