"""The dashboard printed once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from tests.charts.pictures import line_text
from tests.charts.runs_by_hand import START, make_run
from tuimon.charts.first_lines import FIRST_LINES
from tuimon.charts.palette import NO_COLOUR
from tuimon.charts.snapshot_text import MOST_CURVES, draw_snapshot
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot

NOW = START + timedelta(seconds=72)


def snapshot_of(runs: Sequence[RunSnapshot], **changes: Any) -> StoreSnapshot:
    facts: dict[str, Any] = {
        "version": 1, "scanning": False, "watch_mode": "events", "problems": (), "missing_paths": (),
    }  # fmt: skip
    return StoreSnapshot(runs=tuple(runs), **(facts | changes))


def training(name: str, floor: float = 1.4, **changes: Any) -> RunSnapshot:
    steps = np.arange(300)
    loss = floor + 3 * np.exp(-steps / 60)
    metrics = {"train_loss": loss, "val_loss": loss + 0.05, "learning_rate": steps * 1e-6, "grad_norm": loss}
    values = {metric: column.tolist() for metric, column in metrics.items()}
    return make_run(name, metrics=values, config={"max_iters": 600}, **changes)


def printed(snapshot: StoreSnapshot, width: int = 120, height: int = 36, **changes: Any) -> list[str]:
    lines = draw_snapshot(snapshot, width, height, NOW, place="~/logs", **changes)
    assert len(lines) == height
    assert all(sum(cell_len(segment.text) for segment in line) == width for line in lines)
    return [line_text(line) for line in lines]


def test_it_has_header_chart_strips_and_table() -> None:
    runs = [training("baseline", state=RunState.FINISHED), training("lr_1e-03", 1.6)]
    lines = printed(snapshot_of(runs))
    text = "\n".join(lines)
    assert lines[0].split()[:4] == ["tuimon", "~/logs", "▶1", "■1"]
    assert "best val 1.4706 baseline" in lines[0]
    assert lines[0].rstrip().endswith(f"{NOW:%H:%M:%S}")
    assert lines[1].startswith(" val_loss")
    assert "train_loss~0.90 ─" in lines[1]
    for words in ("learning_rate", "grad_norm", "1.4706 baseline", "1.6706 lr_1e-03", "gradient step", "50%"):
        assert words in text
    assert "│ learning_rate" in lines[1]


def test_at_80_columns_the_strips_are_a_line_below_the_chart() -> None:
    text = printed(snapshot_of([training("baseline")]), 80, 24)
    strips = next(line for line in text if line.startswith(" lr "))
    assert "grad_norm" in strips
    assert any(block in strips for block in "▁▂▃▄▅▆▇█")


def test_without_runs_it_shows_the_lines_to_paste() -> None:
    text = "\n".join(printed(snapshot_of([], problems=("~/logs cannot be read",)), 100, 24))
    assert "no runs yet in ~/logs" in text
    assert "~/logs cannot be read" in text
    assert all(line in text for line in FIRST_LINES)


def test_without_runs_it_says_which_logs_have_other_names() -> None:
    """And what to do with them, whole at 80 columns."""
    files = {"others": 3, "other_names": ("metrics.jsonl", "train.jsonl")}
    text = " ".join(" ".join(printed(snapshot_of([], **files), 80, 24)).split())
    assert "3 .jsonl files there (metrics.jsonl, train.jsonl, ...) are not named experiment_*.jsonl" in text
    assert "tuimon FILE reads one as a log" in text


def test_the_lines_to_paste_are_python_that_the_tracker_understands() -> None:
    compile("\n".join(FIRST_LINES), "five lines", "exec")
    assert sum(map(bool, FIRST_LINES)) == 5


def test_a_run_without_records_says_since_when() -> None:
    text = "\n".join(printed(snapshot_of([make_run("early")])))
    assert "early started 1m ago, no records yet" in text


def test_a_log_that_cannot_be_read_says_why() -> None:
    run = make_run("broken", problem="permission denied \x1b[2J")
    assert "broken: permission denied ·[2J" in "\n".join(printed(snapshot_of([run])))


def test_more_runs_than_rows_are_counted_and_no_more_are_drawn_than_have_colours() -> None:
    runs = [training(f"run_{number:02}") for number in range(40)]
    text = "\n".join(printed(snapshot_of(runs)))
    assert "and 27 more: tuimon ls lists them all" in text
    assert sum(f"run_{number:02}" in text for number in range(40)) < 20
    assert MOST_CURVES <= 10


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 5), (40, 10), (80, 24), (200, 50), (170, 12)])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_any_size_and_hostile_runs_are_printed(size: tuple[int, int], ascii_only: bool) -> None:
    runs = [
        training("[bold]\x1b[31m"),
        training("学習率" * 40),
        make_run("one point", metrics={"train_loss": [2.0]}),
        make_run("nan", metrics={"train_loss": [math.nan] * 4}, state=RunState.CRASHED),
        make_run("nothing", header={"start_time": None}),
    ]
    for lines in (printed(snapshot_of(runs), *size, ascii=ascii_only), printed(snapshot_of([]), *size)):
        assert "\x1b" not in "".join(lines)
    for line in printed(snapshot_of(runs), *size, ascii=True, theme=NO_COLOUR):
        assert line.isascii()


def test_200_metrics_are_no_burden() -> None:
    run = make_run("many", metrics={f"metric_{number:03}": [1.0, 2.0] for number in range(200)})
    assert "metric_000" in "\n".join(printed(snapshot_of([run]), 200, 50))
