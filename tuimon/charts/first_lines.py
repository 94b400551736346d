"""The lines to paste into a training loop, shown where there are no runs yet. The README has the same."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.charts.notation import harmless

FIRST_LINES = (
    "from tuimon import ExperimentTracker",
    "",
    'with ExperimentTracker({"name": "baseline", "max_iters": 20000}) as tracker:',
    "    for step in range(20000):",
    "        loss = train_step()",
    "        tracker.log_metrics(step, train_loss=loss)",
)


def other_files_sentence(count: int, names: Sequence[str]) -> str:
    """That there are ``.jsonl`` files whose names are no runs', the first of them, and what to do; "" without
    any.
    """
    if not count:
        return ""
    listed = ", ".join(map(harmless, names)) + (", ..." if count > len(names) else "")
    if count == 1:
        are, reads = f"One .jsonl file there ({listed}) is", "it"
    else:
        are, reads = f"{count} .jsonl files there ({listed}) are", "one"
    return f"{are} not named experiment_*.jsonl: tuimon FILE reads {reads} as a log"
