"""The output of a run in the app: followed, gone through, searched, at any size."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.conftest import wait_until
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, text_of, until
from tuimon.records.trash import move_to_trash
from tuimon.store.liveness import RunState
from tuimon.store.printed_output import OutputPage, OutputPlace
from tuimon.testing import RunBuilder
from tuimon.tui.screens import output as output_screen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.output import OutputScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.screens.searching_screen import PAGE_SLOT
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return RunBuilder(tmp_path, "a").header().metrics(1, train_loss=2.0).path


def numbered(count: int, first: int = 0) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, first + count))


def app_of(log: Path, *, ascii: bool = False, state: RunState = RunState.RUNNING) -> RunningApp:  # noqa: A002
    run = make_run("baseline", metrics={"loss": [1.0, 0.5]}, state=state)
    return RunningApp([replace(run, path=log)], ascii=ascii)


@asynccontextmanager
async def opened(
    log: Path,
    width: int = 120,
    height: int = 36,
    *,
    ascii: bool = False,  # noqa: A002
) -> AsyncIterator[tuple[RunningApp, OutputScreen, Pilot[object]]]:
    """The output of the run under the cursor."""
    app = app_of(log, ascii=ascii)
    async with running(app, width, height) as pilot:
        await pilot.press("O")
        await until(pilot, lambda: isinstance(app.screen, OutputScreen))
        screen = app.screen
        assert isinstance(screen, OutputScreen)
        await until(pilot, lambda: any(text_of(screen.lines)))
        yield app, screen, pilot


def seen(screen: OutputScreen) -> list[str]:
    return [line.strip() for line in text_of(screen.lines)]


def heading(screen: OutputScreen) -> str:
    return text_of(screen.query_one("#header", LinesView))[0]


async def test_the_end_is_followed(log: Path) -> None:
    """What is printed comes by itself, without a record in the log; a bar shows its last state."""
    out = log.with_suffix(".out")
    out.write_bytes(numbered(100))
    async with opened(log) as (_, screen, pilot):
        assert seen(screen)[-1] == "line 99"
        assert "followed" in heading(screen)
        with out.open("ab") as file:
            file.write(b"\r 10%|#  |\r 20%|## |")
            file.flush()
            await until(pilot, lambda: seen(screen)[-1] == "20%|## |")
            file.write(b"\r 30%|###|\ndone\n")
            file.flush()
            await until(pilot, lambda: seen(screen)[-2:] == ["30%|###|", "done"])


async def test_the_moving_keys_go_through_it(log: Path) -> None:
    """By lines, by pages, to both ends; what is looked at stays while more is printed."""
    out = log.with_suffix(".out")
    out.write_bytes(numbered(100))
    async with opened(log) as (_, screen, pilot):
        rows = screen.lines.size.height
        await pilot.press("k", "k", "k")
        await until(pilot, lambda: seen(screen)[-1] == "line 96")
        await pilot.press("j")
        await until(pilot, lambda: seen(screen)[-1] == "line 97")
        assert "followed" not in heading(screen)
        with out.open("ab") as file:
            file.write(numbered(10, 100))
        await pilot.press("pageup")
        await until(pilot, lambda: seen(screen)[-1] == f"line {97 - (rows - 1)}")
        await pilot.press("g")
        await until(pilot, lambda: seen(screen)[0] == "line 0")
        await pilot.press("pagedown")
        await until(pilot, lambda: seen(screen)[0] == f"line {rows - 1}")
        await pilot.press("G")
        await until(pilot, lambda: seen(screen)[-1] == "line 109")
        assert "followed" in heading(screen)


async def test_the_wheel_goes_through_it(log: Path) -> None:
    """Three lines a notch."""
    log.with_suffix(".out").write_bytes(numbered(100))
    async with opened(log) as (_, screen, pilot):
        lines = screen.lines
        lines.post_message(MouseScrollUp(lines, 5, 5, 0, -1, 0, False, False, False))
        await until(pilot, lambda: seen(screen)[-1] == "line 96")
        lines.post_message(MouseScrollDown(lines, 5, 5, 0, 1, 0, False, False, False))
        await until(pilot, lambda: seen(screen)[-1] == "line 99")


async def test_long_lines_are_seen_by_going_sideways(log: Path) -> None:
    """Right and left again."""
    log.with_suffix(".out").write_bytes(b"".join(b"%04d." % number for number in range(100)) + b"\n")
    async with opened(log, 80, 24) as (_, screen, pilot):
        assert seen(screen)[0].startswith("0000.")
        assert seen(screen)[0].endswith("…")
        await pilot.press("l")
        await until(pilot, lambda: seen(screen)[0].startswith("<0004."))
        await pilot.press("h")
        await until(pilot, lambda: seen(screen)[0].startswith("0000."))


async def test_a_search_goes_on_both_ways_and_says_when_there_is_nothing(log: Path) -> None:
    """Round and round; what was found stays in sight while more is printed; Escape closes the input first."""
    out = log.with_suffix(".out")
    out.write_bytes(numbered(50) + b"\x1b[31mOut of \x1b[1mmemory\x1b[0m\n" + numbered(50) + b"memory\n")
    async with opened(log) as (app, screen, pilot):
        await pilot.press("g", "/", *"of MEMORY", "enter")
        await until(pilot, lambda: "> Out of memory" in text_of(screen.lines))
        await pilot.press("/", *"memory", "enter")
        await until(pilot, lambda: "> memory" in text_of(screen.lines))
        with out.open("ab") as file:
            file.write(numbered(100))
        await until(pilot, lambda: "100%" not in heading(screen))
        assert "> memory" in text_of(screen.lines)
        await pilot.press("n")
        await until(pilot, lambda: "> Out of memory" in text_of(screen.lines))
        await pilot.press("N")
        await until(pilot, lambda: "> memory" in text_of(screen.lines))
        await pilot.press("/", *"nowhere", "enter")
        await until(pilot, lambda: "nowhere is not in the output" in heading(screen))
        await pilot.press("/", "escape")
        assert app.screen is screen
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))


async def test_a_file_that_is_cut_or_replaced_is_followed(log: Path) -> None:
    """As the kept output is when it comes to its limit."""
    out = log.with_suffix(".out")
    out.write_bytes(numbered(100))
    async with opened(log) as (_, screen, pilot):
        await pilot.press("g")
        await until(pilot, lambda: seen(screen)[0] == "line 0")
        anew = out.with_name("anew")
        anew.write_bytes(b"[left out]\n" + numbered(60, 70))
        anew.replace(out)
        await until(pilot, lambda: seen(screen)[-1] == "line 129")
        out.write_bytes(b"once more\n")
        await until(pilot, lambda: seen(screen)[0] == "once more")
        out.unlink()
        await until(pilot, lambda: any("No output was captured" in line for line in seen(screen)))


async def test_without_output_it_says_how_there_would_be_some(log: Path) -> None:
    """And it appears once there is."""
    async with opened(log) as (_, screen, pilot):
        assert any("tuimon run -- " in line for line in seen(screen))
        log.with_suffix(".out").write_bytes(b"hello\n")
        await until(pilot, lambda: seen(screen)[0] == "hello")


async def test_two_hundred_megabytes_open_at_once(log: Path) -> None:
    """The end is there, and so is the beginning, by reading no more than what is seen of them."""
    out = log.with_suffix(".out")
    with out.open("wb") as file:
        file.write(b"the first line\n")
        file.truncate(200 * 2**20)  # a hole: NULs, which take no room on the disk
        file.seek(200 * 2**20)
        file.write(b"\n" + numbered(100))
    async with opened(log) as (_, screen, pilot):
        assert seen(screen)[-1] == "line 99"
        await pilot.press("g")
        await until(pilot, lambda: seen(screen)[0] == "the first line")
        assert set(seen(screen)[1].rstrip("…")) == {"·"}


async def test_the_run_screen_ends_in_the_last_lines(log: Path) -> None:
    """A section of them, kept up; ``O`` shows all."""
    out = log.with_suffix(".out")
    app = app_of(log)

    def facts() -> list[str]:
        return text_of(app.screen.query_one("#facts", ScrolledLines))

    async with running(app) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and any(facts()))
        assert not any("output" in line for line in facts())
        out.write_bytes(numbered(100) + b"\n\n")
        app.publish(app.store.snapshot().runs)
        await until(pilot, lambda: any(line.startswith(" output   O shows all") for line in facts()))
        at = next(place for place, line in enumerate(facts()) if line.startswith(" output"))
        assert facts()[at + 1 : at + 6] == [f" line {number}" for number in range(95, 100)]
        await pilot.press("O")
        await until(pilot, lambda: isinstance(app.screen, OutputScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))


async def test_of_a_failed_run_the_last_lines_come_first(log: Path) -> None:
    """They say why."""
    log.with_suffix(".out").write_bytes(b"CUDA out of memory\n")
    app = app_of(log, state=RunState.CRASHED)
    async with running(app) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        lines = app.screen.query_one("#facts", ScrolledLines)
        await until(pilot, lambda: text_of(lines)[1] == " CUDA out of memory")


HOSTILE = (
    b"\x1b[2J\x1b[H\x1b]0;owned\x07[bold]x[/bold]\0\xff\xfe\x80\x1b[31m\xe5\xb9\x85" * 20
    + b"\r\n\x1b[9999Cfar\n"
)


@pytest.mark.parametrize("size", [(20, 4), (80, 24), (200, 50)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_hostile_output_at_any_size(log: Path, size: tuple[int, int], ascii_only: bool) -> None:
    """Nothing of it reaches the terminal as a command, and every row has its width."""
    log.with_suffix(".out").write_bytes(HOSTILE * 30 + b"\x00" * 5000)
    async with opened(log, *size, ascii=ascii_only) as (app, screen, pilot):
        await pilot.press("k", "l", "g", "/", "x", "enter")
        await until(pilot, lambda: "found" in heading(screen) or size[0] < 40)
        assert_lines_keep_their_place(app.screen.query(LinesView), ascii_only=ascii_only)


def test_the_output_goes_to_the_trash_with_its_log(log: Path) -> None:
    """Deleting a run moves all of its files."""
    out = log.with_suffix(".out")
    out.write_bytes(b"printed\n")
    moved = move_to_trash(log)
    assert {path.name for path in moved} == {log.name, out.name}
    assert not out.exists()


async def move_slowly(
    app: RunningApp, screen: OutputScreen, by: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Move; the page for that is being read, and is not ready before another one is asked for."""
    begun = threading.Event()
    page, drawing = screen._output.page, app.drawing

    def slowly(place: OutputPlace, rows: int) -> OutputPage:
        if not begun.is_set():
            begun.set()
            wait_until(lambda: (id(screen), PAGE_SLOT) in drawing._jobs)
        return page(place, rows)

    monkeypatch.setattr(screen._output, "page", slowly)
    screen.move(by)
    while not begun.is_set():
        await asyncio.sleep(0)


async def test_room_for_more_lines_is_filled_at_once(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a page was being read when there was less of it, as after a search, which takes a row."""
    log.with_suffix(".out").write_bytes(numbered(100))
    monkeypatch.setattr(output_screen, "LOOK_INTERVAL", 3600.0)
    async with opened(log) as (app, screen, pilot):
        await pilot.press("g")
        await move_slowly(app, screen, 3, monkeypatch)
        await pilot.resize_terminal(120, 40)
        assert seen(screen) == [f"line {number}" for number in range(3, 3 + screen.lines.size.height)]


async def test_a_move_counts_once_however_often_the_page_is_read(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first line there is no way up; a look at what is new meanwhile does not make it one down."""
    log.with_suffix(".out").write_bytes(numbered(100))
    monkeypatch.setattr(output_screen, "LOOK_INTERVAL", 3600.0)
    async with opened(log) as (app, screen, pilot):
        await pilot.press("g")
        await move_slowly(app, screen, -1, monkeypatch)
        screen._look_again()
        await pilot.pause()
        assert seen(screen)[0] == "line 0"
