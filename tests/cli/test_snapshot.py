"""``tuimon`` where stdout is no terminal, and ``tuimon --once``: one snapshot."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import plain_environment, run_tuimon
from tests.cli.sample_runs import write_sample_runs
from tests.terminal import TerminalApp

BRAILLE = re.compile("[\u2801-\u28ff]")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A working directory with the sample runs in its default log directory."""
    write_sample_runs(tmp_path / "experiment_logs")
    return tmp_path


@pytest.mark.parametrize("words", [(), ("--once",), ("experiment_logs",), ("--log-dir", "experiment_logs")])
def test_a_pipe_gets_one_plain_snapshot(words: tuple[str, ...], runs: Path) -> None:
    """Charts and table of all runs, 120 cells wide, without escape codes."""
    done = run_tuimon(*words, cwd=runs)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(" tuimon experiment_logs")
    assert len(lines) == 36
    assert "\x1b" not in done.stdout
    assert re.search(r"│.*[.o*%@]{3}", done.stdout), "without colours each curve has a sign of its own"
    assert re.search(r"■ +baseline +400 .* 1\.6000 ", done.stdout)
    assert re.search(r"✗ +lr_1e-02 +300 .* NaN ", done.stdout)
    assert "[bold]·[31m日本" in done.stdout


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_the_size_comes_from_the_environment(size: tuple[int, int], runs: Path) -> None:
    """COLUMNS and LINES where no terminal says another."""
    columns, rows = size
    done = run_tuimon(cwd=runs, environment={"COLUMNS": str(columns), "LINES": str(rows)})
    lines = done.stdout.splitlines()
    assert len(lines) == rows
    assert columns - 20 < max(map(len, lines)) <= columns


def test_without_utf8_it_is_ascii(runs: Path) -> None:
    """LC_ALL=C: every character of charts, signs and names."""
    assert run_tuimon(cwd=runs, environment={"LC_ALL": "C"}).stdout.isascii()


def test_on_a_terminal_the_snapshot_is_coloured_and_fits(runs: Path) -> None:
    """--once there prints and ends; the first line is still to be seen above the shell's prompt."""
    command = [sys.executable, "-m", "tuimon", "--once"]
    with TerminalApp(command, columns=100, rows=30, cwd=runs) as terminal:
        assert terminal.finish() == 0
        terminal.wait_for("baseline")
        assert terminal.text().splitlines()[0].startswith(" tuimon experiment_logs")
        colours = {cell.fg for row in terminal.screen.buffer.values() for cell in row.values()}
        assert len(colours) > 3


@pytest.mark.parametrize(("colorterm", "code"), [("truecolor", "38;2;"), ("", "38;5;")])
def test_colours_are_those_that_the_terminal_knows(colorterm: str, code: str, runs: Path) -> None:
    """True colour where the terminal says so, else the 256."""
    code_to_run = (
        "import sys; sys.stdout.isatty = lambda: True\n"
        "from tuimon.cli.main import main; sys.exit(main(['--once']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code_to_run],
        cwd=runs,
        env=plain_environment({"COLORTERM": colorterm, "TERM": "xterm-256color"}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert set(re.findall(r"38;[25];", done.stdout)) == {code}


def test_no_color_is_respected_on_a_terminal(runs: Path) -> None:
    """NO_COLOR: nothing on the screen has a colour."""
    command = [
        sys.executable,
        "-c",
        "import os; os.environ['NO_COLOR'] = '1'; from tuimon.cli.main import main; main(['--once'])",
    ]
    with TerminalApp(command, columns=100, rows=30, cwd=runs) as terminal:
        assert terminal.finish() == 0
        terminal.wait_for("baseline")
        cells = [cell for row in terminal.screen.buffer.values() for cell in row.values()]
        assert {cell.fg for cell in cells} == {"default"}


def test_an_empty_directory_teaches(tmp_path: Path) -> None:
    """The lines to paste, instead of an empty chart."""
    (tmp_path / "logs").mkdir()
    done = run_tuimon("logs", cwd=tmp_path)
    assert done.returncode == 0
    assert "ExperimentTracker" in done.stdout


def test_garbage_is_no_traceback(tmp_path: Path) -> None:
    """A binary file named outright is shown for what it is."""
    garbage = tmp_path / "garbage.jsonl"
    garbage.write_bytes(bytes(range(256)) * 100)
    done = run_tuimon("garbage.jsonl", cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    assert "garbage" in done.stdout + done.stderr


def test_a_file_of_an_unknown_kind_is_told(tmp_path: Path) -> None:
    """One line that names it."""
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    done = run_tuimon("picture.png", cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert "picture" in done.stdout + done.stderr
