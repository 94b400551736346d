"""The workspace: from a snapshot and a view to rows, curves, axes and metrics, without an app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.charts.runs_by_hand import START, make_run
from tuimon.charts.palette import DARK
from tuimon.charts.picture import Line
from tuimon.charts.snapshot_text import draw_snapshot
from tuimon.charts.strip import draw_strip
from tuimon.charts.text_line import line_text
from tuimon.records.person_meta import PersonMeta
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.background.age_clock import seconds_to_next_age
from tuimon.tui.painting.chart_specs import large_chart, strip
from tuimon.tui.painting.compare_painter import ComparePainter, CompareRequest
from tuimon.tui.painting.header_line import header_line
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.run_painter import RunPainter, RunRequest
from tuimon.tui.painting.screen_lines import facts_line
from tuimon.tui.view.board import UNMARKED_CURVES, Board
from tuimon.tui.view.chart_in_hand import whole_x_range
from tuimon.tui.view.choices import NEWEST_FIRST, chart_metrics, sort_choices, sort_label
from tuimon.tui.view.view_state import ViewState
from tuimon.tui.view.workspace import Workspace, newest_named

NOW = START.timestamp() + 3600


def snapshot_of(runs: Sequence[RunSnapshot], version: int = 1) -> StoreSnapshot:
    return StoreSnapshot(version, tuple(runs), False, "events", (), ())


def board_of(runs: Sequence[RunSnapshot], state: ViewState | None = None) -> Board:
    return Workspace().board(snapshot_of(runs), state or ViewState(), NOW)


def picture_of(snapshot: StoreSnapshot) -> list[Line]:
    """What ``--once`` prints."""
    return [tuple(line) for line in draw_snapshot(snapshot, 120, 36, datetime.fromtimestamp(NOW, UTC))]


def losses(name: str, loss: float, **config: object) -> RunSnapshot:
    values = {
        "val_loss": [3.0, loss],
        "train_loss": [3.0, loss],
        "learning_rate": [1e-3, 1e-3],
        "grad_norm": [1.0, 2.0],
    }
    return make_run(name, metrics=values, config=config)


THREE = (losses("a", 1.2, lr=1), losses("b", 1.1, lr=2), losses("c", 1.3, lr=2))


def names(board: Board) -> list[str]:
    return [row.name for row in board.rows]


def test_rows_are_filtered_and_sorted_and_the_baseline_is_pinned() -> None:
    """The order of the table is the order of ``keys``, which the cursor moves over."""
    state = ViewState()
    assert names(board_of(THREE)) == ["a", "b", "c"]
    assert names(board_of(THREE, state.sorted_by(None, descending=True))) == ["c", "b", "a"]
    assert names(board_of(THREE, state.sorted_by("best", descending=False))) == ["b", "a", "c"]
    assert names(board_of(THREE, state.sorted_by("best", descending=True))) == ["c", "a", "b"]
    pinned = board_of(THREE, state.sorted_by("best", descending=False).baseline_toggled(THREE[2].key))
    assert names(pinned) == ["c", "b", "a"]
    assert pinned.keys == tuple(row.key for row in pinned.rows)
    assert names(board_of(THREE, state.filtered("b"))) == ["b"]


def test_a_wrong_filter_keeps_the_last_good_result_and_says_what_is_wrong() -> None:
    """While a filter is being typed the table doesn't jump back to all runs."""
    workspace = Workspace()
    good = workspace.board(snapshot_of(THREE), ViewState().filtered("b"), NOW)
    wrong = workspace.board(snapshot_of(THREE), ViewState().filtered("b ("), NOW)
    assert names(good) == names(wrong) == ["b"]
    assert good.filter_error is None
    assert wrong.filter_error
    none = workspace.board(snapshot_of(THREE), ViewState(), NOW)
    assert (names(none), none.filter_error) == (["a", "b", "c"], None)


TYPED = [
    make_run("alpha_run", config={"lr": 1e-3}, metrics={"val_loss": [1.0], "train_loss": [0.5]}),
    make_run("beta_run", config={"lr": 1e-2}, metrics={"val_loss": [2.0], "train_loss": [1.5]}),
]


def typed(text: str) -> list[list[str]]:
    """The runs shown after every key."""
    workspace, snapshot = Workspace(), snapshot_of(TYPED)
    states = (ViewState().filtered(text[:end], typed=True) for end in range(1, len(text) + 1))
    return [names(workspace.board(snapshot, state, NOW)) for state in states]


@pytest.mark.parametrize(
    "text",
    [
        "alpha and (val_loss<2 or state:running)",
        "alpha and val_loss<2",
        "alpha val_loss <2",
        "beta and not (train_loss<1)",
        "not alpha and lr<1e-1",
        "run or nobody and val_loss.last<9",
        "(alpha) and cfg.lr<=1e-3",
        "name:alpha and not train_loss>1",
    ],
)
def test_a_good_filter_typed_key_by_key_never_empties_the_table(text: str) -> None:
    """The beginnings of and, or, not and of keys are words that no run has."""
    assert all(typed(text))
    assert typed(text)[-1] == names(board_of(TYPED, ViewState().filtered(text)))


def test_what_is_said_by_a_filter_as_it_is_typed_holds_at_once() -> None:
    """A word that begins nothing is looked for while it is typed; once typed all words are."""
    assert typed("alpha ax")[-1] == []
    assert typed("alpha val_losses")[-1] == []
    assert typed("alpha val_loss")[-1] == ["alpha_run"]
    held = board_of(TYPED, ViewState().filtered("alpha val_loss", typed=True))
    assert held.filter_error is not None
    assert names(held) == ["alpha_run"]
    assert names(board_of(TYPED, ViewState().filtered("alpha val_loss"))) == []
    assert names(board_of(TYPED, ViewState().filtered("alpha an"))) == []


def test_runs_are_judged_by_a_metric_of_those_that_are_shown() -> None:
    """Archived runs had a say although nobody saw them: the large chart was empty beside what there was."""
    away = PersonMeta(archived=True)
    hidden = [make_run(f"h{n}", metrics={"val_loss": [1.0], "acc": [0.1]}, meta=away) for n in range(3)]
    shown = make_run("s", metrics={"train_loss": [0.5], "accuracy": [0.9]})
    board = board_of([*hidden, shown])
    assert board.metrics.main == board.metric == "train_loss"
    assert board.best is not None
    assert board.best.name == "s"
    assert [group[0] for group in board.metrics.groups] == ["train_loss", "accuracy", "acc"]
    assert board_of([*hidden, shown], ViewState(show_archived=True)).metric == "val_loss"
    assert board_of(hidden).metric == "val_loss"


def test_the_cursor_is_on_a_shown_run() -> None:
    """The first one at first and where a filter hides the cursor's run; none without runs."""
    assert board_of(THREE).cursor == THREE[0].key
    state = ViewState().with_cursor(THREE[0].key)
    assert board_of(THREE, state.filtered("b")).cursor == THREE[1].key
    assert board_of([]).cursor is None


def test_without_marks_the_first_runs_and_the_one_under_the_cursor_are_plotted() -> None:
    """As many as can be told apart."""
    runs = [losses(f"run{number}", 1 + number / 100) for number in range(20)]
    board = board_of(runs, ViewState().with_cursor(runs[15].key))
    assert [run.name for run in board.plotted] == [*(f"run{n}" for n in range(UNMARKED_CURVES)), "run15"]


def test_marked_runs_and_the_one_under_the_cursor_are_plotted_in_the_order_of_the_table() -> None:
    state = ViewState(cursor=THREE[0].key, marked=(THREE[2].key, THREE[1].key))
    assert [run.name for run in board_of(THREE, state).plotted] == ["a", "b", "c"]
    hidden = state.filtered("a")
    assert [run.name for run in board_of(THREE, hidden).plotted] == ["a"]


def test_colours_stay_with_runs() -> None:
    """A run that appears, disappears or moves in the order changes nobody's colour."""
    workspace = Workspace()
    before = dict(workspace.board(snapshot_of(THREE), ViewState(), NOW).colours)
    workspace.board(snapshot_of(THREE[:1], 2), ViewState(), NOW)
    later = workspace.board(snapshot_of((losses("new", 1.0), *THREE[::-1]), 3), ViewState(), NOW).colours
    assert {key: later[key] for key in before} == before
    assert len(set(later.values())) == 4


def test_each_group_of_metrics_has_one_chart() -> None:
    """The large chart's group is not among the strips; hidden metrics have none."""
    board = board_of(THREE)
    assert board.metric == "val_loss"
    assert board.strips == ("learning_rate", "grad_norm")
    assert board.charts == ("val_loss", "learning_rate", "grad_norm")
    assert set(chart_metrics(board)) == {"val_loss", "train_loss", "learning_rate", "grad_norm"}
    assert board_of(THREE, ViewState().metric_toggled("grad_norm")).strips == ("learning_rate",)
    other = board_of(THREE, ViewState().with_main_metric("grad_norm"))
    assert other.charts == ("grad_norm", "val_loss", "learning_rate")


def test_strips_that_no_run_in_the_charts_has_come_last() -> None:
    """They used to take the first page, in the order of the names; starred ones stay in front."""
    wide = make_run("wide", metrics={"val_loss": [2.0, 1.0], "aux_a": [1.0, 1.0], "aux_b": [1.0, 1.0]})
    runs = (*THREE, wide)
    state = ViewState(marked=(THREE[0].key,), cursor=THREE[0].key)
    assert board_of(runs, state).strips == ("learning_rate", "grad_norm", "aux_a", "aux_b")
    on_wide = board_of(runs, ViewState(marked=(wide.key,), cursor=wide.key))
    assert on_wide.strips == ("aux_a", "aux_b", "learning_rate", "grad_norm")
    again = on_wide.under(state)
    assert again is not None
    assert again.strips == board_of(runs, state).strips
    assert board_of(runs, replace(state, starred=("aux_b",))).strips[0] == "aux_b"


def test_the_best_run_is_the_best_of_all_also_of_those_the_filter_hides() -> None:
    best = board_of(THREE, ViewState().filtered("c")).best
    assert best is not None
    assert best.name == "b"


def test_facts_are_of_the_config_keys_that_differ() -> None:
    """A key that is the same everywhere tells nothing."""
    assert board_of(THREE).differing == ("lr",)
    assert board_of(THREE[1:]).differing == ()


@pytest.mark.parametrize(
    "state",
    [
        ViewState(cursor=THREE[1].key),
        ViewState(marked=(THREE[1].key,)),
        ViewState(log_y=True),
        ViewState(page=1),
        ViewState(chart=1),
        ViewState(full_chart=True),
        ViewState(paused=True),
        ViewState(smoothing=0.5),
        ViewState(x_axis="iteration"),
        ViewState(main_metric="grad_norm"),
        ViewState(hidden_metrics=("grad_norm",)),
    ],
)
def test_what_need_only_be_picked_is_picked_at_once(state: ViewState) -> None:
    """The board under another cursor or marks is the same as one worked out anew."""
    picked, anew = board_of(THREE).under(state), board_of(THREE, state)
    assert picked is not None
    assert (picked.cursor, picked.state) == (anew.cursor, anew.state)
    assert [run.key for run in picked.plotted] == [run.key for run in anew.plotted]
    assert (picked.axis, picked.charts) == (anew.axis, anew.charts)


@pytest.mark.parametrize(
    "state",
    [
        ViewState(baseline=THREE[1].key),
        ViewState(sort="best"),
        ViewState(descending=True),
        ViewState(filter_text="b"),
    ],
)
def test_other_rows_or_another_order_are_worked_out_anew(state: ViewState) -> None:
    assert board_of(THREE).under(state) is None


def test_an_axis_that_is_not_there_gives_the_default() -> None:
    """A view that names an axis of runs long gone still shows something."""
    assert board_of(THREE, ViewState(x_axis="epoch")).axis.id == "gradient_step"
    assert board_of(THREE, ViewState(x_axis="iteration")).axis.id == "iteration"


def test_sort_choices_put_the_best_on_top() -> None:
    """Losses rise, throughput falls; config keys that differ and every metric can be sorted by."""
    choices = {choice.column: choice for choice in sort_choices(board_of(THREE))}
    assert next(iter(choices)) == NEWEST_FIRST
    assert not choices["best"].descending
    assert choices["throughput"].descending
    assert {"cfg.lr", "metric.grad_norm"} <= set(choices)
    for choice in choices.values():
        if choice.column != NEWEST_FIRST:
            board_of(THREE, ViewState().sorted_by(choice.column, descending=choice.descending))
    assert sort_label("best", "val_loss") == "val_loss best"
    assert sort_label("cfg.lr", "val_loss") == "lr"


@pytest.mark.parametrize(("first", "expected"), [(0, (0.0, 1.0)), (40, (38.0, 42.0)), (-3, (-4.0, -2.0))])
def test_around_a_single_step_the_charts_go_not_below_zero(first: int, expected: tuple[float, float]) -> None:
    """One point at step 0 stands at the left end of the axis: there are no steps below it."""
    run = make_run("one", metrics={"val_loss": [2.0]})
    run = replace(run, iterations=np.array([float(first)]), metrics={"val_loss": run.metrics["val_loss"]})
    assert whole_x_range(board_of([run], ViewState(x_axis="iteration"))) == expected


def test_marking_by_name_takes_the_newest_run_of_each() -> None:
    """Names without a run wait."""
    old = make_run("b", header={"run_id": "old"})
    snapshot = snapshot_of((*THREE, old))
    assert newest_named(snapshot, ("b", "missing", "a")) == (THREE[1].key, THREE[0].key)


def test_ages_change_each_second_in_the_first_minute_and_then_once_a_minute() -> None:
    """So nothing is repainted each second while nothing is live."""
    last = START.timestamp() + 60
    workspace = Workspace()
    young = workspace.board(snapshot_of(THREE), ViewState(), last + 10)
    assert seconds_to_next_age(young) == 1.0
    old = workspace.board(snapshot_of(THREE), ViewState(), last + 3615)
    assert 0 < seconds_to_next_age(old) <= 60
    assert seconds_to_next_age(workspace.board(snapshot_of(()), ViewState(), last)) > 0


def test_a_name_that_two_runs_have_is_told_with_the_id_everywhere() -> None:
    """In the header, the facts, curves, a comparison and on a run's own page."""
    values = {"val_loss": [3.0, 1.2], "train_loss": [3.0, 1.2]}
    one, two = (
        replace(make_run("lr_3e-1", metrics=values, header={"run_id": run_id}), key=run_id)
        for run_id in ("icfbaaaa", "uxyzaaaa")
    )
    look = Look(DARK, ascii=False)
    board = board_of([one, two])
    snapshot = board.snapshot
    assert "lr_3e-1@icfb" in line_text(header_line(board, snapshot, "/logs", 120, look))
    assert "lr_3e-1@icfb" in line_text(facts_line(board, 120, look))
    assert {curve.name for curve in large_chart(board, "val_loss", 80, 20, look).curves} == {
        "lr_3e-1@icfb",
        "lr_3e-1@uxyz",
    }
    keys = (one.key, two.key)
    compared = ComparePainter(look).paint(CompareRequest(board, keys, None, 0, False, 120, 30))
    assert compared is not None
    assert "lr_3e-1@uxyz" in line_text(compared.table.heading[0])
    page = RunPainter(look).paint(RunRequest(board, two.key, None, 120, 30))
    assert page is not None
    assert "lr_3e-1@uxyz" in line_text(page.title)
    text = [line_text(line) for line in picture_of(snapshot)]
    assert "lr_3e-1@icfb" in text[0]
    hidden = board_of([one, two], ViewState().filtered("icfb"))
    assert hidden.names[one.key] == "lr_3e-1@icfb", "a filter renames no run"


def test_a_run_has_the_same_colour_however_the_runs_were_found() -> None:
    """At one start all at once, at another one after the other."""
    runs = [replace(losses(str(n), 1.0), key=str(n)) for n in range(7)]
    together = board_of(runs).colours
    workspace = Workspace()
    for found in (runs[:2], runs[:5]):
        workspace.board(replace(snapshot_of(found), scanning=True), ViewState(), NOW)
    after = workspace.board(snapshot_of(runs), ViewState(), NOW).colours
    assert after == together
    later = losses("later", 1.0)
    assert workspace.board(snapshot_of([later, *runs]), ViewState(), NOW).colours.items() > together.items()


def test_only_runs_that_go_on_have_no_values_yet() -> None:
    """Those that have ended have none, and none will come."""
    for state, words in ((RunState.RUNNING, "no values of lr yet"), (RunState.FINISHED, "no values of lr ")):
        runs = [make_run("old", state=state, metrics={"train_loss": [2.0]}), make_run(metrics={"lr": [1.0]})]
        board = board_of(runs, ViewState(marked=(runs[0].key,), cursor=runs[0].key))
        (drawn,) = board.plotted
        assert drawn.name == "old"
        picture = draw_strip(strip(board, "lr", 60, 5, Look(DARK, ascii=False)))
        text = " ".join(line_text(line) for line in picture.lines)
        assert words in text
        assert ("yet" in text) == (state is RunState.RUNNING)
