"""Health in the app: badges, alerts, jumps from event to event, and what happened while the app was away."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.charts.runs_by_hand import START, make_run
from tests.conftest import Eventually
from tests.tui.running_app import NOW, RunningApp, running, text_of, until
from tuimon.analysis.health import health_of
from tuimon.analysis.health_events import HealthEvent, HealthKind, Severity
from tuimon.charts.text_line import line_text
from tuimon.records.events import EndRecord
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.background.away import away_text
from tuimon.tui.background.health_watch import AlertCommand, HealthWatch, filled
from tuimon.tui.event_jumps import in_sight
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.view.preferences import Preferences
from tuimon.tui.view.zoom import Zoom

STEPS = 60
FALLING = [3 - step / 30 for step in range(STEPS)]
WITH_NAN = [*FALLING[:40], math.nan, *FALLING[41:]]


def a_run(name: str, losses: list[float] = FALLING, **more: object) -> RunSnapshot:
    return make_run(name, metrics={"train_loss": losses}, **more)  # type: ignore[arg-type]


def picture(*runs: RunSnapshot) -> StoreSnapshot:
    return StoreSnapshot(1, runs, False, "events", (), ())


def first_line(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#header"))[0]


def last_line(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#keys"))[0]


async def test_what_is_wrong_stands_beside_the_name() -> None:
    """A NaN loss is a word in the run's row; a healthy run has none."""
    app = RunningApp([a_run("sound"), a_run("broken", WITH_NAN)])
    async with running(app) as pilot:
        screen = app.screen
        assert isinstance(screen, DashboardScreen)
        await until(pilot, lambda: any("NaN" in line for line in text_of(screen.table)))
        rows = {name: line for line in text_of(screen.table) for name in ("sound", "broken") if name in line}
        assert "NaN" in rows["broken"]
        assert "NaN" not in rows["sound"]


async def test_keys_go_from_event_to_event() -> None:
    """. and , say what is where, and take the cursor to its run, round and round."""
    app = RunningApp([a_run("sound"), a_run("broken", WITH_NAN)])
    async with running(app) as pilot:
        await until(pilot, lambda: app.board is not None and app.board.health)
        await pilot.press("j", "full_stop")
        first = first_line(app)
        assert first.startswith(" nan 1/3 at 41 broken: train_loss is NaN")
        await pilot.press("full_stop")
        assert first_line(app) != first
        await pilot.press("comma")
        assert first_line(app) == first
        assert app.view.zoom.cursor_on("gradient_step") == 41
        assert app.board is not None
        row = app.board.cursor_row
        assert row is not None
        assert row.name == "broken"


def test_a_jump_out_of_sight_moves_the_zoomed_part() -> None:
    """It keeps its width and has the event in its middle; what is in sight stays."""
    zoom = Zoom().with_x("loss", "iteration", (10.0, 20.0))
    assert in_sight(zoom, "iteration", 12.0).x == (10.0, 20.0)
    assert in_sight(zoom, "iteration", 42.0).x == (37.0, 47.0)
    assert in_sight(Zoom(), "iteration", 42.0) == Zoom(axis="iteration", cursor=42.0)


async def test_a_new_nan_is_told_of_once(tmp_path: Path, eventually: Eventually) -> None:
    """The last line says it, and the person's program is started with its name; the past is no alert."""
    told = tmp_path / "told"
    code = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + chr(10))"
    words = (sys.executable, "-c", code, str(told), "{run}: {kind} of {metric}")
    app = RunningApp([a_run("old", WITH_NAN), a_run("new")], preferences=Preferences(on_alert=words))
    async with running(app) as pilot:
        await until(pilot, lambda: app.board is not None and len(app.board.health) == 2)
        assert app.notice is None
        app.publish([a_run("old", WITH_NAN), a_run("new", WITH_NAN)])
        await until(pilot, lambda: app.notice is not None)
        assert "new: train_loss is NaN" in last_line(app)
        await until(pilot, told.exists)
    eventually(lambda: told.read_text(encoding="utf-8") == "new: nan of train_loss\n")


def test_a_watch_tells_of_what_is_new_alone() -> None:
    """What a run had when it was first seen is its past; plateaus are news, not alerts."""
    watch = HealthWatch()
    assert not watch.look(picture(a_run("a", WITH_NAN)), NOW).alerts
    assert not watch.look(picture(a_run("a", WITH_NAN)), NOW).alerts
    worse = [*WITH_NAN[:50], math.nan, *WITH_NAN[51:]]
    ((run, event),) = watch.look(picture(a_run("a", worse)), NOW).alerts
    assert (run.name, event.kind, event.row) == ("a", HealthKind.NAN, 50)


def test_a_plateau_is_told_of_once_where_that_is_wanted() -> None:
    """One that a lucky value ends for a while is no news; one after a new best is."""
    falls = [1.0 + 2.0 * 0.98**step for step in range(400)]
    level = [*falls, *[1.0] * 400]
    lucky = [*level, *[0.9] * 300]
    later = [*lucky, *[0.9] * 600]

    def told(watch: HealthWatch) -> list[tuple[HealthKind, ...]]:
        alerts = (
            watch.look(picture(a_run("a", losses)), NOW).alerts for losses in (falls, level, lucky, later)
        )
        return [tuple(event.kind for _, event in found) for found in alerts]

    plateau = (HealthKind.PLATEAU,)
    assert told(HealthWatch()) == [(), (), (), ()]
    assert told(HealthWatch(plateaus=True)) == [(), plateau, (), plateau]
    watch = HealthWatch(plateaus=True)
    for losses in (level, falls, level):
        assert not watch.look(picture(a_run("a", losses)), NOW).alerts


def test_many_runs_are_looked_at_in_steps() -> None:
    """A step is bounded; the last one says that nothing is left."""
    watch = HealthWatch()
    everything = picture(*(a_run(f"r{number}") for number in range(20)))
    reports = [watch.look(everything, NOW) for _ in range(3)]
    assert [report.behind for report in reports] == [True, True, False]
    assert len(reports[-1].health) == 20


def test_what_is_found_while_a_run_is_read_is_its_past() -> None:
    """A log that is read in parts, or waits for its turn, alerts of nothing that it had before."""
    watch = HealthWatch()
    partly = replace(a_run("a", FALLING), loading=True)
    others = [a_run(f"r{number}") for number in range(20)]
    for runs in ([*others, partly], [*others, a_run("a", FALLING[:10])], [*others, a_run("a", WITH_NAN)]):
        report = watch.look(picture(*runs), NOW)
        assert not report.alerts
    while report.behind:
        report = watch.look(picture(*others, a_run("a", WITH_NAN)), NOW)
        assert not report.alerts


def test_placeholders_are_filled_once_and_stay_in_their_words() -> None:
    """A run's name cannot become a word of its own, a placeholder or an escape sequence."""
    event = HealthEvent(HealthKind.SPIKE, "{run}", 3, 12.0, 9.0, "jumped; rm -rf", Severity.WARNING)
    run = a_run("evil {message}\x1b[31m")
    words = filled(["say", "{run} {metric} @{step}", "{message} {unknown}"], run, event)
    assert words[0] == "say"
    assert words[1].startswith("evil {message}")
    assert words[1].endswith("{run} @12")
    assert "\x1b" not in words[1]
    assert words[2] == "jumped; rm -rf {unknown}"


def test_the_step_of_an_alert_is_whole_and_counted_as_on_the_charts() -> None:
    """It used to be an iteration, from a million on in the notation of floats."""
    event = HealthEvent(HealthKind.SPIKE, "train_loss", 1, 2.0, 9.0, "jumped", Severity.WARNING)
    values = {"train_loss": [1.0, 9.0], "gradient_step": [0.0, 1_234_567.0]}
    assert filled(["{step}"], make_run("a", metrics=values), event) == ["1234567"]


@pytest.mark.parametrize("words", [("/nowhere/program",), ("a\0b",)])
def test_a_program_that_cannot_start_is_said(words: tuple[str, ...]) -> None:
    """A wrong on_alert costs a sentence."""
    event = HealthEvent(HealthKind.NAN, "loss", 3, 12.0, math.nan, "loss is NaN", Severity.CRITICAL)
    problem = AlertCommand(words).run(a_run("a"), event)
    assert problem is not None
    assert problem.startswith("on_alert: ")


def ended(name: str, after: float, losses: list[float] = FALLING, status: str = "finished") -> RunSnapshot:
    end = EndRecord(status, START + timedelta(seconds=after))
    return a_run(name, losses, state=RunState(status), end=end)


def test_what_happened_since_last_time() -> None:
    """Ends and fatal findings between the two moments, each run once for each; nothing else."""
    since, opened = START.timestamp() + 100, START.timestamp() + 100 + 29_520
    runs = [ended("a", 200), ended("b", 300), ended("c", 400, status="failed"), ended("d", 50)]
    runs.append(a_run("e"))
    assert away_text(runs, {}, since, opened) == "away 8h12m: 2 finished, 1 failed"
    assert away_text(runs[3:], {}, since, opened) is None
    assert away_text(runs, {}, opened - 30, opened) is None
    broken = a_run("f", WITH_NAN)
    health = {broken.key: health_of(broken, NOW)}
    assert away_text([broken], health, START.timestamp() - 3600, NOW) == "away 2h00m: 1 NaN"
    assert away_text([broken], health, NOW - 100, NOW) is None


def test_the_header_says_it() -> None:
    """Beside the clock; at 80 columns with signs for the states, so that the best run has room."""
    from tuimon.charts.palette import DARK
    from tuimon.tui.painting.header_line import header_line
    from tuimon.tui.painting.look import Look
    from tuimon.tui.view.view_state import ViewState
    from tuimon.tui.view.workspace import Workspace

    everything = picture(a_run("a"))
    board = Workspace().board(everything, ViewState(), NOW)
    board = replace(board, away="away 8h12m: 2 finished, 1 NaN")
    text = line_text(header_line(board, everything, "/logs", 80, Look(DARK, ascii=False)))
    assert "away 8h12m: ■2, 1 NaN" in text
    wide = line_text(header_line(board, everything, "/logs", 120, Look(DARK, ascii=False)))
    assert "away 8h12m: 2 finished, 1 NaN" in wide
    assert "▶1" in text
