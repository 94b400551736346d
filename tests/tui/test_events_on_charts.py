"""Events on the charts of each screen: marked, jumped to by . and , and told of by bell and program."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.charts.runs_by_hand import START, make_run
from tests.conftest import Eventually
from tests.tui.running_app import NOW, RunningApp, running, text_of, until, until_judged
from tuimon.analysis.axes import GRADIENT_STEP
from tuimon.analysis.health import health_of
from tuimon.charts.event_signs import SignKind
from tuimon.records.events import ResumeRecord
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.chart_signs import signs_of
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.view.preferences import Preferences
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

STEPS = 400
FALLING = [3 - step / 200 + 0.01 * (step % 3) for step in range(STEPS)]
SPIKING = [*FALLING[:300], 9.0, *FALLING[301:]]
WITH_NAN = [*FALLING[:40], math.nan, *FALLING[41:]]


def a_run(name: str, losses: list[float], **more: object) -> RunSnapshot:
    return make_run(name, metrics={"train_loss": losses}, **more)  # type: ignore[arg-type]


def resumed(name: str = "again") -> RunSnapshot:
    return a_run(name, FALLING, resumes=[ResumeRecord(START, "node18", 99)], segment_rows=[200])


def last_line(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#keys"))[0]


def first_line(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#header"))[0]


def cursor(app: RunningApp) -> float | None:
    return app.view.zoom.cursor_on("gradient_step")


def test_a_runs_signs_are_its_findings_and_resumes_on_the_axis() -> None:
    """By x; NaN is marked on the curve itself."""
    run = replace(resumed(), metrics=a_run("again", SPIKING).metrics)
    signs = signs_of(run, health_of(run, NOW), GRADIENT_STEP)
    assert (SignKind.RESUME, 201.0, "") in [(sign.kind, sign.x, sign.metric) for sign in signs]
    assert (SignKind.SPIKE, 301.0, "train_loss") in [(sign.kind, sign.x, sign.metric) for sign in signs]
    assert [sign.x for sign in signs] == sorted(sign.x for sign in signs)
    broken = a_run("broken", WITH_NAN)
    assert not [sign for sign in signs_of(broken, health_of(broken, NOW), GRADIENT_STEP) if sign.x == 41]


async def test_what_has_happened_is_read_to_its_end_at_80_columns() -> None:
    """Long names give way, as far as they are told apart."""
    names = [f"transformer_small_with_rotary_lr_{rate}_warmup_2000_batch_64" for rate in ("1e-04", "3e-04")]
    app = RunningApp([a_run(name, losses) for name, losses in zip(names, (SPIKING, FALLING), strict=True)])
    async with running(app, 80, 24) as pilot:
        await until_judged(pilot, app)
        await pilot.press("full_stop")
        await until(pilot, lambda: "at 301" in first_line(app))
        assert "1e-04" in first_line(app)
        assert app.notice is not None
        assert app.notice.rpartition(": ")[2] in first_line(app)
        assert "…" not in first_line(app).rpartition(": ")[2]


async def test_the_dashboard_marks_spikes_and_resumes() -> None:
    """The spike of the run under the cursor in a word, the other's resume on the axis."""
    app = RunningApp([a_run("jumpy", SPIKING), resumed()])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        await until(
            pilot, lambda: any("▴ spike" in line for line in text_of(app.screen.query_one("#charts")))
        )
        assert any("↻" in line for line in text_of(app.screen.query_one("#charts")))


async def test_on_the_dashboard_the_keys_go_through_all_curves() -> None:
    """To the events of every run drawn, one run after the other, the cursor of the table with them."""
    app = RunningApp([a_run("jumpy", SPIKING), resumed()])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        seen, said = [], []
        for _ in range(4):
            await pilot.press("full_stop")
            seen.append((cursor(app), app.view.cursor))
            said.append(first_line(app))
        assert (201.0, resumed().key) in seen
        assert (301.0, a_run("jumpy", SPIKING).key) in seen
        for text in said[-2::-1]:
            await pilot.press("comma")
            assert first_line(app) == text


async def test_they_begin_on_the_run_under_the_cursor() -> None:
    """At its first event, also where others have earlier ones, and go on to the next run's after its last;
    so they do wherever the cursor is moved to.
    """
    jumpy, again, broken = a_run("jumpy", SPIKING), resumed(), a_run("broken", WITH_NAN)
    app = RunningApp([broken, jumpy, again])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        await pilot.press("j", "full_stop")
        assert (cursor(app), app.view.cursor) == (301.0, jumpy.key)
        assert first_line(app).startswith(" spike 1/")
        while app.view.cursor == jumpy.key:
            before = cursor(app)
            await pilot.press("full_stop")
        assert before == STEPS, "the best, and the last"
        assert (cursor(app), app.view.cursor) == (201.0, again.key)
        await pilot.press("k", "k", "full_stop")
        assert (cursor(app), app.view.cursor) == (41.0, broken.key)
        await pilot.press("j", "comma")
        assert (cursor(app), app.view.cursor) == (STEPS, jumpy.key)


async def test_a_run_without_events_is_said_to_have_none() -> None:
    """And the next run that has some is gone to."""
    silent = make_run("silent", metrics={"other": FALLING}, state=RunState.FINISHED)
    app = RunningApp([a_run("last", WITH_NAN), silent, a_run("jumpy", SPIKING)])
    async with running(app, 80, 24) as pilot:
        await until_judged(pilot, app)
        await pilot.press("j", "full_stop")
        assert first_line(app).startswith(" none on this run; spike 1/")
        assert app.view.cursor == a_run("jumpy", SPIKING).key
        await pilot.press("full_stop")
        assert "none on this run" not in first_line(app)


@pytest.mark.parametrize("opened", [(), ("enter",), ("a", "c")], ids=["dashboard", "run", "compare"])
async def test_the_keys_stay_while_one_goes_from_event_to_event(opened: tuple[str, ...]) -> None:
    """At 80 columns too: the event stands in the first line, above the charts, until the next other key."""
    app = RunningApp([a_run("jumpy", SPIKING), resumed()])
    async with running(app, 80, 24) as pilot:
        await until_judged(pilot, app)
        await pilot.press(*opened)
        await until(pilot, lambda: app.screen.chart_in_hand() is not None)  # type: ignore[attr-defined]
        title, keys = first_line(app), last_line(app)
        assert "q Quit" in keys
        for key in ("full_stop", "full_stop", "comma"):
            await pilot.press(key)
            await until(pilot, lambda: "jumpy: " in first_line(app) or "again: " in first_line(app))
            assert last_line(app) == keys
        await pilot.press("i")
        await until(pilot, lambda: first_line(app) == title)


async def test_on_a_comparison_they_go_through_the_runs_compared_alone() -> None:
    """Whatever the dashboard draws; the run of the event gets the cursor of the comparison."""
    jumpy, again, broken = a_run("jumpy", SPIKING), resumed(), a_run("broken", WITH_NAN)
    app = RunningApp([jumpy, again, broken])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        await pilot.press("space", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: any(text_of(app.screen.query_one("#chart", LinesView))))
        places = []
        for _ in range(8):
            await pilot.press("full_stop")
            places.append(cursor(app))
            assert "broken" not in first_line(app)
        assert 201.0 in places
        assert 301.0 in places
        while cursor(app) != 301.0:
            await pilot.press("comma")
        heading = text_of(app.screen.query_one(ScrolledLines))
        await until(pilot, lambda: "jumpy" in text_of(app.screen.query_one(ScrolledLines))[0])
        await until(
            pilot,
            lambda: any(
                sign + "jumpy" in text_of(app.screen.query_one(ScrolledLines))[0] for sign in (">◆ ", ">● ")
            ),
            str(heading),
        )


async def test_on_a_runs_screen_they_go_through_its_own_events() -> None:
    """The other runs' are left out."""
    app = RunningApp([a_run("jumpy", SPIKING), resumed()])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: any(text_of(app.screen.query_one("#chart", LinesView))))
        places = []
        for key in ["full_stop"] * 4 + ["comma"] * 4:
            await pilot.press(key)
            places.append(cursor(app))
            assert "again" not in first_line(app)
        assert 301.0 in places
        assert 201.0 not in places
        assert places[4:7] == places[2::-1]


@pytest.mark.parametrize("bell", [True, False])
async def test_an_alert_rings_the_bell_if_asked_to_and_starts_the_program(
    bell: bool, tmp_path: Path, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each, of what is newly found alone."""
    told, rung = tmp_path / "told", []
    code = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + chr(10))"
    words = (sys.executable, "-c", code, str(told), "{run} {kind} {step}")
    app = RunningApp(
        [a_run("old", WITH_NAN), a_run("new", FALLING)], preferences=Preferences(bell=bell, on_alert=words)
    )
    monkeypatch.setattr(app, "bell", lambda: rung.append("ding"))
    async with running(app) as pilot:
        await until_judged(pilot, app)
        assert not rung
        app.publish([a_run("old", WITH_NAN), a_run("new", WITH_NAN)])
        await until(pilot, lambda: app.notice is not None)
        await until(pilot, told.exists)
        assert rung == (["ding"] if bell else [])
    eventually(lambda: told.read_text(encoding="utf-8") == "new nan 41\n")
