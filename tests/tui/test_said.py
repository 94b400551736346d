"""What the app says, and where: a message for a moment, keys that fit the screen, what happened to a run."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from rich.style import Style
from textual.widgets._toast import Toast

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import NOW, RunningApp, running, text_of, until, until_judged
from tuimon.analysis.health import health_of
from tuimon.charts.event_words import event_line
from tuimon.charts.palette import DARK, LIGHT, NO_COLOUR, Theme, style
from tuimon.records.events import EventRecord
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui import app as app_module
from tuimon.tui.screens.pick import PickScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.view.preferences import Preferences
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

FALLING = [3 - step / 200 + 0.01 * (step % 3) for step in range(400)]
SPIKING = [*FALLING[:300], 9.0, *FALLING[301:]]


def a_run(name: str = "jumpy", **more: object) -> RunSnapshot:
    return make_run(name, metrics={"train_loss": SPIKING}, **more)  # type: ignore[arg-type]


def refuse(*_: object) -> Path:
    """A disk that is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def shown_as(ink: Style | None) -> tuple[object, object, object]:
    """What is seen of a style, whatever ground it stands on."""
    assert ink is not None
    return ink.color, bool(ink.bold), bool(ink.dim)


def last_line(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#keys"))[0]


async def test_a_message_goes_at_the_next_key_whatever_the_screen() -> None:
    """An event jumped to and a fault of the settings alike; the keys are back."""
    app = RunningApp([a_run()], preferences=Preferences(notice="settings.toml:2: no such key"))
    async with running(app) as pilot:
        await until_judged(pilot, app)
        await until(pilot, lambda: "no such key" in last_line(app))
        await pilot.press("j")
        assert "q Quit" in last_line(app)
        await pilot.press("full_stop")
        assert "spike 1/" in text_of(app.screen.query_one("#header"))[0]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: "Esc Back" in last_line(app))


async def test_a_message_goes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also below a dialog."""
    monkeypatch.setattr(app_module, "NOTICE_SECONDS", 0.05)
    app = RunningApp([a_run()])
    async with running(app) as pilot:
        dashboard = app.screen
        await pilot.press("x")
        app.tell("something")
        await until(pilot, lambda: app.notice is None)
        assert app.screen is not dashboard
        assert "q Quit" in text_of(dashboard.query_one("#keys"))[0]


async def test_the_keys_are_those_of_what_is_shown() -> None:
    """Events and export where there is room; on the whole screen those of one chart, and the way back."""
    app = RunningApp([a_run()])
    async with running(app) as pilot:
        await until(pilot, lambda: "Space Mark" in last_line(app))
        assert "e Export" in last_line(app)
        assert ". Event" in last_line(app)
        await pilot.press("f")
        await until(pilot, lambda: "Esc Back" in last_line(app))
        assert "Mark" not in last_line(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Space Mark" in last_line(app))


@pytest.mark.parametrize("width", [80, 120])
async def test_f_gives_the_chart_of_a_run_the_whole_screen(width: int) -> None:
    """The keys stay; f or Esc brings the facts back, and Esc again leaves the run."""
    app = RunningApp([a_run()])
    async with running(app, width, 24) as pilot:
        await until_judged(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        screen = app.screen
        facts, chart = screen.query_one("#facts", ScrolledLines), screen.query_one("#chart", LinesView)
        await until(pilot, lambda: facts.size.height and "spike train_loss @301" in text_of(facts)[0])
        if width >= 120:
            assert ". Event" in last_line(app)
        for back in ("f", "escape"):
            await pilot.press("f")
            await until(pilot, lambda: chart.size.height == 22 and not facts.display)
            assert "q Quit" in last_line(app)
            await pilot.press(back)
            await until(pilot, lambda: facts.display and chart.size.height < 22)
            assert app.screen is screen
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)


async def test_a_message_about_files_covers_neither_charts_nor_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the last line with the file's whole name, whatever the length of the way; the next key ends it."""
    start = tmp_path / "a_long_way_down_to_where_it_was_started" / "and_further"
    start.mkdir(parents=True)
    monkeypatch.chdir(start)
    app = RunningApp([a_run()])
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.board is not None)
        await pilot.press("e")
        await until(pilot, lambda: app.notice is not None)
        (written,) = start.iterdir()
        assert f"wrote jumpy to {written.name}" in last_line(app)
        assert not app.screen.query(Toast)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        assert app.notice is None
        assert not app.screen.query(Toast)


@pytest.mark.parametrize("theme", [DARK, LIGHT, NO_COLOUR], ids=lambda theme: theme.name)
async def test_a_failure_is_told_in_the_colour_of_failures(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export that cannot be written, not one that was; without colours its first word says so."""
    monkeypatch.chdir(tmp_path)
    bad, warning = (style(theme, ink, bold=True) for ink in (theme.bad, theme.warning))

    def ink() -> Style | None:
        line = app.screen.query_one("#keys").render_line(0)
        return next(part.style for part in line if part.text.strip())

    app = RunningApp([a_run()], theme=theme)
    async with running(app) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: "wrote jumpy" in last_line(app))
        assert shown_as(ink()) == shown_as(warning)
        monkeypatch.setattr("tuimon.whole_file.write_new", refuse)
        await pilot.press("j", "e")
        await until(pilot, lambda: "failed: No space left on device" in last_line(app))
        assert shown_as(ink()) == shown_as(bad)


def test_what_happened_is_said_in_one_line() -> None:
    """The worst first, then what the program warned of; what has no room is counted."""
    logged = tuple(
        EventRecord(iteration=step, level=level, message="gradients overflow")
        for step, level in ((10, "info"), (20, "warning"), (30, "error"))
    )
    run = a_run(events=logged, state=RunState.FINISHED)

    def said(width: int) -> str:
        line = event_line(run, health_of(run, NOW), width, DARK)
        return "".join(part.text for part in line).strip() if line is not None else ""

    assert said(120) == "spike train_loss @301   gradients overflow @30   gradients overflow @20"
    assert said(60) == "spike train_loss @301   gradients overflow @30   +1 more"
    assert said(30).startswith("spike train_loss @301")
    assert event_line(make_run("calm", metrics={"train_loss": FALLING}), None, 80, DARK) is None
