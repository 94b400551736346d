"""The lines around charts and table: what they say, and what they leave out where room is scarce."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.runs_by_hand import START, make_run
from tuimon.charts.palette import DARK
from tuimon.charts.text_line import line_text
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.keys.actions import Scope, actions_of
from tuimon.tui.painting.dashboard_lines import placed_actions
from tuimon.tui.painting.header_line import header_line
from tuimon.tui.painting.keys_line import keys_line
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.screen_lines import facts_line, view_line
from tuimon.tui.view.board import Board
from tuimon.tui.view.view_state import ViewState
from tuimon.tui.view.workspace import Workspace

NOW = START.timestamp() + 3600
LOOK = Look(DARK, ascii=False)


def board_of(
    runs: Sequence[RunSnapshot], state: ViewState | None = None, *, problems: Sequence[str] = ()
) -> Board:
    snapshot = StoreSnapshot(1, tuple(runs), False, "events", tuple(problems), ())
    return Workspace().board(snapshot, state or ViewState(), NOW)


def view_text(board: Board, width: int = 120, *, alone: bool = False) -> str:
    return line_text(view_line(board, width, LOOK, pages=1, alone=alone))


def test_the_first_problem_of_the_directories_is_told_and_how_many_more() -> None:
    """At 80 columns too, the sentence cut in the middle."""
    problems = ("/logs/a.json is no run: it is a list", "/logs/b.json is no run: it is a list")
    board = board_of([make_run()], problems=problems)
    assert "/logs/a.json is no run: it is a list +1 more" in view_text(board)
    assert "+1 more" in view_text(board, 80)
    assert "more" not in view_text(board_of([make_run()], problems=problems[:1]))


def test_bad_lines_of_the_run_under_the_cursor_are_told() -> None:
    """In the line of facts, and in the line of the view where there is none of facts."""
    board = board_of([make_run(bad_lines=[(1, "no JSON"), (2, "no JSON")])])
    assert "2 bad lines" in line_text(facts_line(board, 120, LOOK))
    assert "2 bad lines" in view_text(board, 80, alone=True)
    assert "bad" not in view_text(board, 80)


def test_without_marks_the_line_says_how_many_are_drawn() -> None:
    """Every row shows the sign of a run that is not marked then; at 80 columns too."""
    runs = [replace(make_run(f"run{n}", metrics={"val_loss": [2.0]}), key=f"run{n}") for n in range(12)]
    assert "none marked: all drawn" in view_text(board_of(runs[:3]), 80)
    assert "none marked: 8 of 12 drawn" in view_text(board_of(runs), 80)
    assert "2 marked" in view_text(board_of(runs, ViewState(marked=("run1", "run2"))), 80)
    filtered = board_of(runs, ViewState().filtered("run1"))
    assert f"{len(filtered.rows)}/12 shown   none marked: all drawn" in view_text(filtered, 150)
    assert "drawn" not in view_text(board_of([]))


FALLING = [3.0, 2.5, 2.0, 1.5]


@pytest.mark.parametrize(
    ("losses", "on", "reason"),
    [
        ({"val_loss": [math.nan] * 4}, "run", "baseline base has no finite val_loss"),
        ({"val_loss": [math.nan] * 4}, "base", "baseline base has no finite val_loss"),
        ({"train_loss": FALLING}, "run", "baseline base has no val_loss"),
        ({"val_loss": [3.0, 2.0, math.nan, math.inf]}, "run", "baseline base has no finite val_loss at 4"),
        (
            {"val_loss": [3.0, 2.0, math.nan, math.inf]},
            "base",
            "baseline base has no finite val_loss after 2",
        ),
        ({"val_loss": FALLING}, "run", ""),
        ({"val_loss": FALLING}, "base", ""),
    ],
)
def test_why_there_is_no_delta_is_said(losses: dict[str, list[float]], on: str, reason: str) -> None:
    """In the line of facts, at 80 columns in the line of the view; nothing where there is one."""
    runs = [
        replace(make_run(name, metrics=metrics), key=name)
        for name, metrics in (("base", losses), ("run", {"val_loss": FALLING}))
    ]
    board = board_of(runs, ViewState(baseline="base", cursor=on))
    for line in (line_text(facts_line(board, 120, LOOK)), view_text(board, 80, alone=True)):
        assert reason in line
        assert ("has no" in line) == bool(reason)
    if reason:
        assert reason + "   " in line_text(facts_line(board, 120, LOOK)) + "   "
    hidden = board_of(runs, ViewState(baseline="base").filtered("run"))
    assert ("has no" in line_text(facts_line(hidden, 120, LOOK))) == bool(reason)


WRONG = ["state:happy", "base state:nowhere", "age<soon", "step>many", "base and", "archived:maybe", '"lr']


@pytest.mark.parametrize("text", [*WRONG, "not (val_loss<2 or state:happy) and name:transformer"])
@pytest.mark.parametrize("alone", [False, True])
def test_what_is_wrong_with_a_filter_is_whole_at_80_columns(text: str, alone: bool) -> None:
    """Whatever else there is to say; the wrong character stands beside it, marked, in the filter."""
    archived = replace(make_run("old"), meta=replace(make_run().meta, archived=True), key="old")
    board = board_of([make_run(), archived], ViewState(baseline="old", grouped=True).filtered(text))
    assert board.filter_error is not None
    line = view_line(board, 80, LOOK, pages=3, alone=alone)
    assert board.filter_error.reason in line_text(line)
    marked = [part.text for part in line if part.style is not None and part.style.reverse]
    assert marked == [text[board.filter_error.position : board.filter_error.position + 1] or " "]


WHOLE = [
    "sort newest first",
    "filter val_loss<3  1/3 shown",
    "sort warmup_iters ↑",
    "2 marked",
    "1 archived hidden",
    "1 archived shown",
    "3 groups",
    "2 groups",
    "1 group",
    "left out: seed",
    "none marked: all drawn",
    "3 runs",
    "following",
    "paused",
    "x gradient step",
    "x iteration",
    "y linear",
    "smooth 0.9",
    "page 1/3",
    "Δ −0.5000 at 2",
    "all drawn",
    "2 bad lines",
]


@given(
    width=st.integers(60, 160),
    filtered=st.sampled_from(["", "val_loss<3"]),
    sort=st.sampled_from([None, "cfg.warmup_iters"]),
    grouped=st.booleans(),
    marked=st.booleans(),
    paused=st.booleans(),
    shown=st.booleans(),
    alone=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_no_part_of_the_view_is_cut(
    width: int,
    filtered: str,
    sort: str | None,
    grouped: bool,
    marked: bool,
    paused: bool,
    shown: bool,
    alone: bool,
) -> None:
    """What has no room is left out as a whole; the filter, the groups and the sort last."""
    runs = [
        replace(run, key=run.name, meta=replace(run.meta, archived=run.name == "c"))
        for run in (
            make_run("a", config={"seed": 1}, metrics={"val_loss": [3.0, 2.5]}, bad_lines=[(1, ""), (2, "")]),
            make_run("b", config={"seed": 2}, metrics={"val_loss": [3.5, 3.0]}),
            make_run("c", config={"seed": 3}, metrics={"val_loss": [3.5, 3.0]}),
        )
    ]
    state = ViewState(
        cursor="a",
        baseline="b",
        sort=sort,
        grouped=grouped,
        marked=("a", "b") if marked else (),
        paused=paused,
        show_archived=shown,
    ).filtered(filtered)
    line = line_text(view_line(board_of(runs, state), width, LOOK, pages=3, alone=alone)).strip()
    for part in line.split("   "):
        assert not part.strip() or part.strip() in WHOLE, line
    for text, there in (("filter val_loss<3", filtered), ("group", grouped), ("sort ", True)):
        assert text in line or not there or width < 80


def test_the_header_has_the_best_run_and_as_much_of_the_place_as_fits() -> None:
    """At 80 columns too, long names cut in the middle; a short place gives its room away."""
    run = make_run("a_rather_long_name_of_a_run_with_many_parts", metrics={"val_loss": [2.0, 1.5]})
    board = board_of([run])

    def header(place: str, width: int = 80) -> str:
        text = line_text(header_line(board, board.snapshot, place, width, LOOK))
        assert len(text) == width
        return text

    assert "best val 1.5000 a_rather_long" in header("/logs")
    long = "~/projects/assignment1/experiment_logs/of_november"
    assert "best val 1.5000 a_r" in header(long)
    assert long in header(long, 140)
    assert "tuimon ~/" in header(long, 40)


def test_what_happened_meanwhile_does_not_hide_the_best_run() -> None:
    """The states are signs then, as beside it."""
    board = board_of([make_run("run", metrics={"val_loss": [2.0, 1.5]})])
    happened = "12 finished, 3 failed, 2 crashed, 1 interrupted, 2 NaN, 1 diverged"
    board = replace(board, away=f"away 17h20m: {happened}")
    wide = line_text(header_line(board, board.snapshot, "/some/experiment/logs", 160, LOOK))
    assert happened in wide
    assert "best val 1.5000 run" in wide
    narrow = line_text(header_line(board, board.snapshot, "/some/experiment/logs", 120, LOOK))
    assert "away 17h20m: ■12 ✗3 †2 □1, 2 NaN, 1 diverged" in narrow
    assert "best val 1.5000 run" in narrow


def test_the_header_says_how_much_of_long_logs_was_read() -> None:
    """A curve that ended where the reading was looked like the whole of it. What is soon read is not told."""
    run = replace(
        make_run("long", metrics={"val_loss": [2.0]}), size=100_000_000, loading=True, progress=0.43
    )
    board = board_of([run, make_run("other", metrics={"val_loss": [2.0]})])

    def header(run: RunSnapshot) -> str:
        live = replace(board.snapshot, runs=(run, *board.snapshot.runs[1:]))
        return line_text(header_line(board, live, "/logs", 80, LOOK))

    assert "reading 43%" in header(run)
    assert "reading" not in header(replace(run, progress=0.95))
    assert "reading" not in header(replace(run, loading=False, progress=1.0))
    assert "reading" not in header(replace(run, problem="it cannot be read"))


def test_80_columns_have_the_keys_that_matter_most() -> None:
    """Export among them, which people look for; a baseline is found in the help."""
    actions = placed_actions(actions_of(Scope.DASHBOARD), full_chart=False)
    keys = line_text(keys_line(actions, 80, LOOK)).split("  ")
    wanted = ["Space Mark", "Enter Open", "c Compare", "/ Filter", "s Sort", "e Export", "? Help", "q Quit"]
    assert [words.strip() for words in keys if words.strip()] == wanted


def test_header_and_facts_cut_a_name_where_it_tells_runs_apart() -> None:
    """The best run's and that of the run under the cursor, beside others that differ in their middles."""
    runs = [
        replace(make_run(name, metrics={"val_loss": [3.0, 2.0 + place]}), key=name)
        for place, rate in enumerate(("1e-04", "3e-04"))
        for name in [f"transformer_small_lr_{rate}_warmup_2000_batch_64"]
    ]
    board = board_of(runs, ViewState(cursor=runs[1].key))
    assert "1e-04" in line_text(header_line(board, board.snapshot, "/logs", 120, LOOK))
    assert "3e-04" in line_text(facts_line(board, 120, LOOK))
