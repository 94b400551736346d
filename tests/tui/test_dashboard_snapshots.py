"""Pictures of the dashboard as keys change it; ``pytest --snapshot-update`` takes new ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.pictured import SMALL, USUAL, Compare, drawn, runs
from tests.tui.running_app import RunningApp
from tuimon.charts.palette import LIGHT
from tuimon.store.snapshot import RunSnapshot

SIZES = pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])


def with_seeds() -> list[RunSnapshot]:
    """Each run twice, by two seeds."""
    found = runs()
    for run in runs():
        config = {**run.header.config, "seed": 2}
        header = replace(run.header, name=f"{run.name} again", run_id=f"{run.run_id}2", config=config)
        found.append(replace(run, key=f"{run.key}2", header=header))
    return found


@SIZES
def test_cursor(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The line across all charts and what each run has there."""
    app = RunningApp(runs())
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, "i", *["less_than_sign"] * 2))


@SIZES
def test_zoomed(snap_compare: Compare, size: tuple[int, int]) -> None:
    """A part of x, which the line below the table names."""
    app = RunningApp(runs())
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, "z", "z", "H"))


@SIZES
def test_groups(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Two seeds a row, with mean and spread; bands in the chart."""
    app = RunningApp(with_seeds())
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, "d"))


@SIZES
def test_a_strip_on_the_whole_screen(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The chosen small chart alone, with its place among all charts."""
    app = RunningApp(runs())
    before = drawn(app, "tab", "j", "j", "f", showing="tokens_per_sec")
    assert snap_compare(app, terminal_size=size, run_before=before)


@SIZES
def test_light(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The colours for a light background."""
    app = RunningApp(runs(), theme=LIGHT)
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, "space", "space"))


@SIZES
def test_other_shares(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Fewer rows for the charts, and one more small chart on a page."""
    app = RunningApp(runs())
    keys = [*["left_curly_bracket"] * 3, "right_parenthesis"]
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, *keys))


@SIZES
def test_stars(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The list of metrics, one of them starred, which has the first small chart then."""
    app = RunningApp(runs())
    keys = ["m", "end", *"grad", "asterisk", *["backspace"] * 4]
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, *keys))
