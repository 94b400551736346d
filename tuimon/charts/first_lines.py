"""The lines to paste into a training loop, shown where there are no runs yet. The README has the same."""

from __future__ import annotations

FIRST_LINES = (
    "from tuimon import ExperimentTracker",
    "",
    'with ExperimentTracker({"name": "baseline", "max_iters": 20000}) as tracker:',
    "    for step in range(20000):",
    "        loss = train_step()",
    "        tracker.log_metrics(step, train_loss=loss)",
)
