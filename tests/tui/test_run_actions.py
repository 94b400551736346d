"""Note, tags, archive, delete, export and copy: on real files, seen again by the store itself."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.widgets import Label

from tests.charts.runs_by_hand import make_run
from tests.conftest import Eventually
from tests.terminal import TerminalApp
from tests.tui.files_app import FilesApp, opened, write_after
from tests.tui.running_app import NOW, RunningApp, running, text_of, until
from tests.tui.seen import keys_of_list, names, table_of
from tuimon.charts.run_commands import shell_word
from tuimon.charts.states import state_sign
from tuimon.records.person_meta import PersonMeta, meta_path, read_meta, write_meta
from tuimon.records.trash import TRASH
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import RunBuilder
from tuimon.tui.run_actions import copy_lines
from tuimon.tui.screens.pick import PickScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.screens.write import LineScreen, NoteScreen, editable
from tuimon.tui.view.naming import about
from tuimon.tui.widgets.lines_view import LinesView

NAMES = ("alpha", "beta", "gamma")


@pytest.fixture
def logs(tmp_path: Path) -> dict[str, Path]:
    """Three finished runs; the table shows gamma, beta, alpha."""
    paths = {}
    for number, name in enumerate(NAMES):
        run = RunBuilder(tmp_path / "logs", name, file_name=f"experiment_{name}.jsonl")
        run.header(
            run_id=f"{name:x<8}", start_time=f"2026-01-0{number + 1}T09:00:00+00:00", argv=["train.py"]
        )
        run.metrics(1, train_loss=3.0).metrics(2, train_loss=0.0).end()
        paths[name] = run.path
    return paths


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("key", ["escape", "ctrl+s"])
async def test_n_writes_a_note_of_several_lines_that_appears_by_itself(
    logs: dict[str, Path], key: str
) -> None:
    """Escape and Ctrl+S keep it; letters that are keys elsewhere are letters here."""
    async with opened(logs) as (app, pilot):
        await write_after(pilot, "quite good", "n")
        await pilot.press("enter", "q", key)
        await until(pilot, lambda: (run := app.run_of("gamma")) is not None and run.notes == "quite good\nq")
        assert not meta_path(logs["beta"]).exists()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: any("quite good" in line for line in text_of(app.screen.lines)))  # type: ignore[attr-defined]
        await write_after(pilot, "!", "n")
        await pilot.press(key)
        await until(pilot, lambda: read_meta(meta_path(logs["gamma"])).notes == "quite good\nq!")


async def test_ctrl_r_discards_what_was_typed_into_a_note(logs: dict[str, Path]) -> None:
    """Nothing is written, neither then nor at the end of the app."""
    async with opened(logs) as (app, pilot):
        await write_after(pilot, "not this", "n")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not isinstance(app.screen, NoteScreen))
        assert app.open_note is None
    assert not meta_path(logs["gamma"]).exists()


@pytest.mark.parametrize("key", ["n", "t"])
@pytest.mark.parametrize("size", [(30, 8), (80, 24), (200, 50)])
async def test_a_box_to_write_in_is_whole_and_says_which_key_keeps(key: str, size: tuple[int, int]) -> None:
    app = RunningApp([make_run("a", metrics={"val_loss": [2.0]})])
    async with running(app, *size) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, NoteScreen | LineScreen))
        await pilot.pause()
        box = app.screen.query_one(Vertical).region
        assert app.screen.region.contains_region(box)
        assert isinstance(app.screen, NoteScreen | LineScreen)
        await until(pilot, lambda: keys_of_list(app).endswith("Esc keep  Ctrl+R discard"))


@pytest.mark.parametrize("key", ["n", "t", "D", "m"])
async def test_every_dialog_has_its_keys_in_one_colour_and_their_words_in_another(key: str) -> None:
    """Lists, notes, tags and what is asked before a run is deleted."""
    app = RunningApp([make_run("a", metrics={"val_loss": [2.0]}, state=RunState.FINISHED)])
    async with running(app, 80, 24) as pilot:
        dashboard = app.screen
        await pilot.press(key)
        await until(pilot, lambda: app.screen is not dashboard and "Esc" in keys_of_list(app))
        colours = colours_of(app.screen.query_one(LinesView))
        theme = app.palette_theme
        assert colours["Esc"] == theme.accent, "a key"
        assert colours["discard" if key in "nt" else "close"] == theme.muted, "what it does"


def colours_of(lines: LinesView) -> dict[str, str]:
    """The colour of each word in the last of these lines."""
    strip = lines.render_line(lines.size.height - 1)
    return {
        word: part.style.color.name
        for part in strip
        if part.style is not None and part.style.color is not None
        for word in part.text.split()
    }


async def test_a_note_that_is_emptied_stays_empty(tmp_path: Path) -> None:
    """The program's note does not come back in its place."""
    log = RunBuilder(tmp_path, "noted").header(notes="hm").metrics(1, train_loss=3.0).end()
    async with opened({"noted": log.path}) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoteScreen))
        await pilot.press("backspace", "backspace", "escape")
        await until(pilot, lambda: (run := app.run_of("noted")) is not None and run.notes == "")


@pytest.fixture
def grouped(tmp_path: Path) -> dict[str, Path]:
    """Two runs that differ in their seed alone, one with a note."""
    paths = {}
    for seed in (1, 2):
        run = RunBuilder(tmp_path / "logs", f"lr_seed{seed}").header(
            run_id=f"{seed}" * 8, config={"lr": 1e-3, "seed": seed}, notes="old" if seed == 1 else ""
        )
        paths[run.name] = run.metrics(1, train_loss=3.0).end().path
    return paths


@asynccontextmanager
async def opened_as_a_group(grouped: dict[str, Path]) -> AsyncIterator[tuple[FilesApp, Pilot[object]]]:
    """The app with both in one row."""
    async with opened(grouped) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: app.shown() == ["lr"])
        yield app, pilot


async def test_a_note_on_a_group_is_added_to_that_of_each_member(grouped: dict[str, Path]) -> None:
    """None of the notes that the members have is lost."""
    async with opened_as_a_group(grouped) as (_, pilot):
        await write_after(pilot, "new", "n")
        await pilot.press("escape")
        await until(pilot, lambda: meta_path(grouped["lr_seed2"]).exists())
        notes = [read_meta(meta_path(path)).notes for path in grouped.values()]
        assert notes == ["old\nnew", "new"]


async def test_a_group_is_deleted_whole_when_its_name_is_typed(grouped: dict[str, Path]) -> None:
    """Never the oldest member alone."""
    async with opened_as_a_group(grouped) as (_, pilot):
        await write_after(pilot, "lr", "D")
        await pilot.press("enter")
        await until(pilot, lambda: not any(path.exists() for path in grouped.values()))


async def test_t_tags_all_members_of_a_group(grouped: dict[str, Path]) -> None:
    """Each keeps the tags that it had."""
    write_meta(meta_path(grouped["lr_seed1"]), {"tags": ["mine"]})
    async with opened_as_a_group(grouped) as (app, pilot):
        await write_after(pilot, "sweep", "t")
        await pilot.press("enter")
        await until(pilot, lambda: all("sweep" in run.tags for run in app.feed.snapshot().runs))
        tags = [read_meta(meta_path(path)).tags for path in grouped.values()]
        assert tags == [("mine", "sweep"), ("sweep",)]


async def test_x_archives_all_members_of_a_group(grouped: dict[str, Path]) -> None:
    """And brings all of them back."""
    async with opened_as_a_group(grouped) as (app, pilot):
        await pilot.press("X")
        await until(pilot, lambda: app.shown() == [])
        assert all(read_meta(meta_path(path)).archived for path in grouped.values())
        await pilot.press("V")
        await until(pilot, lambda: app.shown() == ["lr"])
        await pilot.press("X")
        await until(pilot, lambda: not any(read_meta(meta_path(path)).archived for path in grouped.values()))


async def test_an_unchanged_note_writes_no_file(logs: dict[str, Path]) -> None:
    """Looking at a note leaves nothing behind."""
    async with opened(logs) as (app, pilot):
        await pilot.press("n", "escape")
        await until(pilot, lambda: not isinstance(app.screen, NoteScreen))
        await pilot.pause()
    assert not meta_path(logs["gamma"]).exists()


async def test_t_edits_the_tags_of_one_run(logs: dict[str, Path]) -> None:
    """By spaces or commas; other things in the side file stay."""
    write_meta(meta_path(logs["gamma"]), {"tags": ["old"], "notes": "stays"})
    async with opened(logs) as (app, pilot):
        await write_after(pilot, ", #good keep", "t")
        await pilot.press("enter")
        await until(
            pilot, lambda: (run := app.run_of("gamma")) is not None and run.tags == ("old", "good", "keep")
        )
        assert read_meta(meta_path(logs["gamma"])).notes == "stays"


async def test_escape_keeps_tags_as_it_keeps_a_note(logs: dict[str, Path]) -> None:
    """What was typed is discarded by Ctrl+R alone."""
    async with opened(logs) as (app, pilot):
        await write_after(pilot, "not-this", "t")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not isinstance(app.screen, LineScreen))
        assert not meta_path(logs["gamma"]).exists()
        await write_after(pilot, "good", "t")
        await pilot.press("escape")
        await until(pilot, lambda: (run := app.run_of("gamma")) is not None and run.tags == ("good",))


async def test_t_adds_tags_to_all_marked_runs(logs: dict[str, Path]) -> None:
    """Each keeps those that it had."""
    write_meta(meta_path(logs["beta"]), {"tags": ["mine"]})
    async with opened(logs) as (app, pilot):
        await write_after(pilot, "sweep", "a", "t")
        await pilot.press("enter")
        await until(pilot, lambda: all("sweep" in run.tags for run in app.feed.snapshot().runs))
        assert read_meta(meta_path(logs["beta"])).tags == ("mine", "sweep")


async def test_x_archives_v_shows_and_x_brings_back(logs: dict[str, Path]) -> None:
    """An archived run is out of the table; the cursor goes to the next one; the status line says so."""
    async with opened(logs, on="beta") as (app, pilot):
        await pilot.press("X")
        await until(pilot, lambda: app.shown() == ["gamma", "alpha"])
        assert app.board is not None
        assert app.board.cursor_row is not None
        assert app.board.cursor_row.name == "alpha"
        await until(pilot, lambda: "1 archived" in "".join(text_of(app.screen.status)))  # type: ignore[attr-defined]
        await pilot.press("V")
        await until(pilot, lambda: len(app.shown()) == 3)
        await pilot.press("k")
        await until(pilot, lambda: app.board is not None and app.board.cursor == str(logs["beta"]))
        await pilot.press("X")
        await until(pilot, lambda: not read_meta(meta_path(logs["beta"])).archived)


async def test_all_runs_archived_says_how_to_see_them(logs: dict[str, Path]) -> None:
    """An empty table explains itself."""
    async with opened(logs) as (app, pilot):
        await pilot.press("a", "X")
        await until(pilot, lambda: not app.shown())
        await until(pilot, lambda: "V shows them" in "\n".join(text_of(app.screen.charts)))  # type: ignore[attr-defined]


async def test_d_deletes_only_when_the_name_is_typed(logs: dict[str, Path]) -> None:
    """Another text or Escape leaves the run; the name moves its files to the trash."""
    meta_path(logs["gamma"]).write_bytes(b'{"notes":"hm"}')
    async with opened(logs) as (app, pilot):
        await write_after(pilot, "beta", "D")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, LineScreen)
        await pilot.press("escape")
        assert logs["gamma"].exists()
        await write_after(pilot, "gamma", "D")
        await pilot.press("enter")
        await until(pilot, lambda: app.shown() == ["beta", "alpha"])
        trash = logs["gamma"].parent / TRASH
        assert {path.name for path in trash.iterdir()} == {"experiment_gamma.jsonl", "experiment_gamma.meta"}
        assert any("2 files" in text for text in app.said)


async def test_a_live_run_is_not_deleted(logs: dict[str, Path]) -> None:
    """It is said why, and nothing is asked."""
    live = RunBuilder(logs["gamma"].parent, "live", file_name="experiment_live.jsonl")
    live.header(run_id="livelive", start_time="2027-01-01T09:00:00+00:00").metrics(1, train_loss=1.0)
    app = FilesApp(live.path.parent)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.shown()[:1] == ["live"])
        await pilot.press("D")
        await until(pilot, lambda: any("only a run that is over" in text for text in app.said))
        assert not isinstance(app.screen, LineScreen)
    assert live.path.exists()


def silent_for(seconds: float, name: str = "away") -> RunSnapshot:
    """A stalled run."""
    return replace(make_run(name, state=RunState.STALLED), last_change=NOW - seconds)


async def test_a_run_that_stalled_lately_is_not_deleted() -> None:
    """It may go on elsewhere: that is said, and nothing is asked."""
    app = RunningApp([silent_for(23 * 3600)])
    async with running(app, 80, 24) as pilot:
        await pilot.press("D")
        await until(pilot, lambda: app.notice is not None)
        assert app.notice == "away is stalled: deleted only once its log is silent for a day"
        assert not isinstance(app.screen, LineScreen)


async def test_a_run_whose_log_is_silent_for_a_day_is_deleted_although_it_has_no_end(tmp_path: Path) -> None:
    """Since when is said where its name is asked for."""
    log = RunBuilder(tmp_path / "logs", "away").header(host="elsewhere").metrics(1, train_loss=3.0)
    os.utime(log.path, (1_700_000_000, 1_700_000_000))
    async with opened({"away": log.path}) as (app, pilot):
        assert app.run_of("away").state is RunState.STALLED  # type: ignore[union-attr]
        await write_after(pilot, "away", "D")
        asked = str(app.screen.query_one(Label).content)
        assert asked == "stalled since 2023-11-14: type its name to move it to .trash/"
        await pilot.press("enter")
        await until(pilot, lambda: not app.shown())
    assert (log.path.parent / TRASH / log.path.name).exists()


@pytest.mark.parametrize("name", ["a_very_long_name_" * 6, "学習率を変えた実験" * 12])
async def test_a_very_long_name_leaves_room_for_what_is_said_of_the_run(name: str) -> None:
    app = RunningApp([make_run(name, state=RunState.RUNNING)])
    async with running(app, 80, 24) as pilot:
        await pilot.press("D")
        await until(pilot, lambda: app.notice is not None)
        await until(pilot, lambda: "…" in text_of(app.screen.query_one("#keys"))[0])
        line = text_of(app.screen.query_one("#keys"))[0].strip()
        assert line.endswith("is running: only a run that is over is deleted")
        assert line.startswith(name[:6])


def test_a_name_is_as_long_as_what_is_said_leaves_room_for() -> None:
    """A few cells at least, where not even the sentence has room."""
    assert about("run", " is over", 80) == "run is over"
    assert cell_len(about("n" * 98, " is over", 40, before="so ")) == 38
    assert about("n" * 98, "!" * 50, 40).startswith("nnnnnn…nnnnn!")
    assert "\x1b" not in about("a\x1b[2J", "\x1b[0m", 80)


async def test_e_exports_the_run_under_the_cursor_and_the_marked_ones(
    logs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the directory where the app was started, under the run's name, over nothing; the app says where."""
    monkeypatch.chdir(tmp_path)
    async with opened(logs, on="beta") as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: any("beta_all.csv" in text for text in app.said))
        rows = table(tmp_path / "beta_all.csv")
        assert [row["train_loss"] for row in rows] == ["3.0", "0.0"]
        (tmp_path / "beta_all.csv").write_text("precious")
        with_id = "beta_betaxxxx_all"
        await pilot.press("e")
        await until(pilot, lambda: any(f"{with_id}.csv" in text for text in app.said))
        await pilot.press("e")
        await until(pilot, lambda: any(f"{with_id}_2.csv" in text for text in app.said))
        assert (tmp_path / "beta_all.csv").read_text() == "precious"
        await pilot.press("a", "e")
        await until(pilot, lambda: any(text.startswith("wrote 3 marked runs to ") for text in app.said))
        assert app.said[-1].endswith(f" in {tmp_path}")
        (together,) = tmp_path.glob("curves_*.csv")
        assert {row["run_name"] for row in table(together)} == set(NAMES)


async def test_a_directory_that_cannot_be_written_is_said(logs: dict[str, Path], tmp_path: Path) -> None:
    """A failure is a sentence, not the end of the app."""
    async with opened(logs) as (app, pilot):
        meta_path(logs["gamma"]).mkdir()  # in the way of the side file
        await pilot.press("X")
        await until(pilot, lambda: any(text.startswith("failed: ") for text in app.said))


async def test_capital_y_copies_a_line_to_the_clipboard() -> None:
    """The stop line of a live run first, then the one that reproduces it."""
    header = {"argv": ("python", "train.py"), "cwd": "/home/me", "pid": 42}
    app = RunningApp([make_run("a", metrics={"loss": [1.0]}, header=header)])
    async with running(app) as pilot:
        await pilot.press("Y")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.clipboard == "cd /home/me && python train.py")
        await pilot.press("Y")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.clipboard == "kill -INT 42")


def test_nothing_that_is_copied_can_end_a_paste() -> None:
    """Control characters from a log are escaped as a shell reads them, or shown harmless."""
    evil = "x\x1b[201~\nrm -rf ~\n"
    run = make_run(
        "a", header={"argv": ("python", evil, "it's"), "cwd": evil, "job_id": evil, "run_id": evil}
    )
    lines = copy_lines(run)
    assert all(line.isprintable() for line in lines.values())
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {shell_word(evil)}"], capture_output=True, check=True
    )
    assert words.stdout.decode().split("\0")[0] == evil


def test_a_note_from_a_file_is_harmless_to_edit() -> None:
    """Lines stay lines, escapes are shown."""
    assert editable("a\x1b[31m\r\n\tb") == "a·[31m\n    b"


async def test_archived_runs_are_out_of_the_charts_too() -> None:
    """Nothing of them is drawn, and none is the best."""
    runs = [
        make_run("a", metrics={"val_loss": [2.0]}),
        make_run("b", metrics={"val_loss": [1.0]}, meta=PersonMeta(archived=True)),
    ]
    app = RunningApp(runs)
    async with running(app):
        assert app.board is not None
        assert [run.name for run in app.board.plotted] == ["a"]
        assert app.board.best is not None
        assert app.board.best.name == "a"


async def test_archived_runs_that_are_shown_look_archived_and_the_header_counts_what_is_shown() -> None:
    """Their names are faint; while they are hidden, the counts of states are without them."""
    runs = [
        make_run("a", metrics={"val_loss": [2.0]}),
        make_run("b", metrics={"val_loss": [1.0]}, meta=PersonMeta(archived=True)),
    ]
    app = RunningApp(runs)

    def header() -> str:
        return text_of(app.screen.query_one("#header"))[0]

    def name_colour(name: str) -> object:
        lines = (table_of(app).render_line(y) for y in range(table_of(app).size.height))
        return next(
            part.style.color for line in lines for part in line if part.style and part.text.strip() == name
        )

    async with running(app) as pilot:
        sign = state_sign(runs[0].state)
        assert f"{sign}1 " in header()
        await pilot.press("V")
        await until(pilot, lambda: names(app) == ["a", "b"])
        assert f"{sign}2 " in header()
        assert name_colour("b") != name_colour("a")
        assert "1 archived shown" in text_of(app.screen.query_one("#status"))[0]


@pytest.mark.parametrize("end", ["\x03", "SIGTERM", "SIGHUP"])
def test_an_open_note_survives_whatever_ends_the_app(
    logs: dict[str, Path], end: str, eventually: Eventually
) -> None:
    """Ctrl+C, a kill, a connection that is cut: the words typed so far are kept."""
    code = "from tuimon.tui.run import run_app; import sys; sys.exit(run_app(sys.argv[1:]))"
    directory = logs["gamma"].parent
    with TerminalApp([sys.executable, "-c", code, str(directory)], columns=100, rows=30) as app:
        app.wait_for("gamma")
        app.send("n")
        app.wait_for("note on gamma")
        app.send("do not lose this")
        app.wait_for("do not lose this")
        if end == "\x03":
            app.send(end)
        else:
            app.process.send_signal(getattr(signal, end))
        eventually(lambda: app.process.poll() is not None)
    assert read_meta(meta_path(logs["gamma"])).notes == "do not lose this"
