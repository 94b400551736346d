"""The charts of the experiment log are those of the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.export.journal_runs import load
from tuimon.charts.chart import draw_chart
from tuimon.charts.picture import Picture
from tuimon.charts.spec import ChartSpec
from tuimon.export import journal_section
from tuimon.export.journal import write_journal
from tuimon.testing.run_builder import RunBuilder


def test_a_schedule_is_drawn_as_it_was_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a run that logs nothing else; an average would show rates that never were."""
    run = RunBuilder(tmp_path, "warm-up").header()
    for step in range(40):
        run.metrics(step, learning_rate=1e-4 if step < 20 else 1e-3)
    drawn: list[ChartSpec] = []

    def draw(spec: ChartSpec) -> Picture:
        drawn.append(spec)
        return draw_chart(spec)

    monkeypatch.setattr(journal_section, "draw_chart", draw)
    write_journal("", load(tmp_path))
    assert {(curve.series.metric, curve.series.smoothing) for spec in drawn for curve in spec.curves} == {
        ("learning_rate", 0.0)
    }
