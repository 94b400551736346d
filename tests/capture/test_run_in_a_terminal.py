"""``tuimon run`` in a real pseudo-terminal: everything is as it is without it."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from tests.capture.captured import (
    command_line,
    environment,
    has_ended,
    is_gone,
    kept_output,
    left_over,
    logged,
    script,
    values,
)
from tests.conftest import Eventually, wait_until
from tests.terminal import TerminalSession

BARS = """
import sys, time
for step in range(1, 41):
    print(f"\\r{step * 5 // 2:3d}%|####      | {step}/40 [00:01<00:30, 3it/s, loss={4 - step / 16}]", end="")
    sys.stdout.flush()
    if step % 10 == 0:
        print(f"\\r\\x1b[K\\x1b[32mstep {step}\\x1b[0m saved\\tß ½", file=sys.stderr, flush=True)
print()
"""
TICKS = """
import os, time
for step in range(100000):
    print(f"step {step} loss 2", flush=True)
    time.sleep(0.01)
    if os.path.exists("go"):
        break
print("done")
"""


def session(directory: Path, command: Sequence[str], size: tuple[int, int] = (24, 80)) -> TerminalSession:
    return TerminalSession(command, cwd=directory, environment=environment(directory), size=size)


def beside(directory: Path, command: Sequence[str], size: tuple[int, int] = (24, 80)) -> TerminalSession:
    return session(directory, command_line(command), size)


def shell(directory: Path) -> TerminalSession:
    """An interactive bash with job control, ready for a command."""
    (directory / "inputrc").write_text("set enable-bracketed-paste off\n")  # it prints codes around each line
    opened = TerminalSession(
        ["bash", "--norc", "--noprofile", "-i"],
        cwd=directory,
        environment=environment(directory, {"INPUTRC": str(directory / "inputrc")}),
    )
    opened.type("PS1='ready'; PS1=$PS1'> '\n")
    opened.wait_for("ready> ")
    return opened


def in_shell(command: Sequence[str]) -> str:
    return shlex.join(command_line(command))


def test_bars_are_the_same_bytes(tmp_path: Path) -> None:
    """What a tqdm-like bar, colours and stderr print arrives byte for byte, and its postfix is logged."""
    command = script(tmp_path, BARS)
    with session(tmp_path, command) as plain:
        assert plain.finish() == 0
    with beside(tmp_path, command) as captured:
        assert captured.finish() == 0
    assert captured.printed == plain.printed
    assert kept_output(tmp_path) == bytes(plain.printed)
    assert values(tmp_path, "train_loss") == [(step, 4 - step / 16) for step in range(1, 41)]


def test_a_terminal_is_one_and_its_size_follows(tmp_path: Path) -> None:
    """The script sees terminals of the right size and hears of a change."""
    code = (
        "import os, signal, sys\n"
        "def show(*_): print('size', *os.get_terminal_size(), flush=True)\n"
        "signal.signal(signal.SIGWINCH, show)\n"
        "print([os.isatty(n) for n in (0, 1, 2)], flush=True)\nshow()\nsys.stdin.readline()\n"
    )
    with beside(tmp_path, script(tmp_path, code), size=(31, 97)) as opened:
        opened.wait_for("[True, True, True]")
        opened.wait_for("size 97 31")
        opened.resize(20, 60)
        opened.wait_for("size 60 20")
        opened.type("\n")
        assert opened.finish() == 0


def test_a_pipe_beside_a_terminal_is_a_pipe(tmp_path: Path) -> None:
    """Where stdout alone is redirected, stdin and stderr are still terminals."""
    code = "import os, sys\nprint(*map(os.isatty, (0, 1, 2)))\nprint('to stderr', file=sys.stderr)\n"
    with shell(tmp_path) as opened:
        opened.type(f"{in_shell(script(tmp_path, code))} > printed; echo code-$?\n")
        opened.wait_for("to stderr\r\n")
        opened.wait_for("code-0\r\n")
    assert (tmp_path / "printed").read_text() == "True False True\n"


def test_a_pipeline_on_a_terminal(tmp_path: Path) -> None:
    """stdin from a pipe, output on the terminal: line ends are the terminal's, once."""
    with shell(tmp_path) as opened:
        place = opened.type(f"printf 'a\\nb\\n' | {in_shell(['cat'])}; echo code-$?\n")
        place = opened.wait_for("\r\na\r\nb\r\ntuimon: no metrics recognised", place)
        opened.wait_for("\r\ncode-0\r\n", place)


def test_control_c_is_the_scripts(tmp_path: Path) -> None:
    """A script that handles it goes on; one that does not dies of it, and the run was interrupted."""
    code = (
        "import time\ntry:\n    print('step 1 loss 2', flush=True)\n    time.sleep(300)\n"
        "except KeyboardInterrupt:\n    print('once', flush=True)\ntime.sleep(300)\n"
    )
    with shell(tmp_path) as opened:
        place = opened.type(in_shell(script(tmp_path, code)) + "\n")
        opened.wait_for("step 1 loss 2\r\n", place)
        opened.type("\x03")
        opened.wait_for("^C", place)
        opened.wait_for("once\r\n", place)
        opened.type("\x03")
        place = opened.wait_for("KeyboardInterrupt\r\n", place)
        opened.wait_for("ready> ", place)
        opened.type("echo code-$?\n")
        opened.wait_for("code-130\r\n", place)
    assert logged(tmp_path)[-1]["status"] == "interrupted"


def test_control_c_drops_what_was_typed(tmp_path: Path) -> None:
    """Half a line that was typed before Ctrl+C is gone, as in any terminal."""
    code = (
        "try:\n    print('ready', flush=True)\n    input()\n"
        "except KeyboardInterrupt:\n    print('again', flush=True)\n"
        "print('got', input())\n"
    )
    with beside(tmp_path, script(tmp_path, code)) as opened:
        opened.wait_for("ready\r\n")
        opened.type("half")
        opened.wait_for("half")
        opened.type("\x03")
        opened.wait_for("again\r\n")
        opened.type("whole\n")
        opened.wait_for("got whole\r\n")
        assert opened.finish() == 0


def test_control_c_drops_nothing_that_was_printed(tmp_path: Path) -> None:
    """Each line that the script printed by then is logged, though the script is faster than its reader."""
    code = (
        "step = 0\ntry:\n    while True:\n        print(f'step {step} loss 2', flush=True)\n"
        "        step += 1\nexcept KeyboardInterrupt:\n    open('printed', 'w').write(str(step))\n"
    )
    with beside(tmp_path, script(tmp_path, code)) as opened:
        opened.wait_for("step 500 loss 2\r\n")
        opened.type("\x03")
        assert opened.finish() == 0
    steps = [step for step, _ in values(tmp_path, "train_loss")]
    printed = int((tmp_path / "printed").read_text())
    assert steps[:printed] == list(range(printed))


def test_control_z_and_fg(tmp_path: Path) -> None:
    """The whole job stops, the shell takes over in its own modes, and ``fg`` goes on as if nothing were."""
    with shell(tmp_path) as opened:
        modes = opened.modes()
        place = opened.type(in_shell(script(tmp_path, TICKS)) + "\n")
        opened.wait_for("step 5 loss", place)
        place = opened.type("\x1a")
        place = opened.wait_for("Stopped", place)
        opened.wait_for("ready> ", place)
        (child,) = [
            p
            for p in psutil.Process(opened.process.pid).children(recursive=True)
            if "train.py" in p.cmdline()[-1:] and "tuimon" not in p.cmdline()
        ]
        wait_until(lambda: child.status() == psutil.STATUS_STOPPED)
        assert opened.modes()[3] == modes[3]
        place = opened.type("echo alive\n")
        opened.wait_for("\r\nalive\r\n", place)
        place = opened.type("fg\n")
        opened.wait_for("loss 2\r\n", place)
        (tmp_path / "go").touch()
        place = opened.wait_for("done\r\n", place)
        opened.wait_for("ready> ", place)
        assert opened.modes()[3] == modes[3]
    steps = [step for step, _ in values(tmp_path, "train_loss")]
    assert steps == list(range(len(steps)))


def test_bg_and_the_background(tmp_path: Path) -> None:
    """A stopped job goes on by ``bg``; brought back by ``fg`` it gets the keys again."""
    code = TICKS + "print('got', input())\n"
    with shell(tmp_path) as opened:
        place = opened.type(in_shell(script(tmp_path, code)) + "\n")
        opened.wait_for("step 5 loss", place)
        place = opened.type("\x1a")
        opened.wait_for("Stopped", place)
        place = opened.type("bg\n")
        opened.wait_for("loss 2\r", place)
        place = opened.type("echo alive\n")
        opened.wait_for("\r\nalive\r\n", place)
        (tmp_path / "go").touch()
        opened.wait_for("done\r", place)
        place = opened.type("fg\n")
        opened.wait_for("train.py", place)
        opened.type("word\n")
        opened.wait_for("got word", place)


def test_started_in_the_background(tmp_path: Path) -> None:
    """``... &`` runs beside the shell, which keeps the terminal."""
    with shell(tmp_path) as opened:
        place = opened.type(in_shell(script(tmp_path, TICKS)) + " &\n")
        opened.wait_for("step 5 loss", place)
        place = opened.type("echo alive\n")
        opened.wait_for("\r\nalive\r\n", place)
        (tmp_path / "go").touch()
        opened.wait_for("done\r", place)
        wait_until(lambda: has_ended(tmp_path))
        place = opened.type("wait; echo\n")
        opened.wait_for("Done", place)


def test_an_interactive_python(tmp_path: Path) -> None:
    """``python -i`` with its prompt, echo and line editing; Ctrl+D leaves it."""
    with beside(tmp_path, [sys.executable, "-q", "-i"]) as opened:
        opened.wait_for(">>> ")
        place = opened.type("print(6 * 7)\n")
        opened.wait_for("42\r\n>>> ", place)
        opened.type("print(1)\x7f2)\n")
        opened.wait_for("\r\n12\r\n", place)
        opened.type("\x04")
        assert opened.finish() == 0


@pytest.mark.skipif(shutil.which("vim") is None, reason="vim is not here")
def test_a_program_that_fills_the_screen(tmp_path: Path) -> None:
    """vim draws, edits and saves, and leaves the terminal as it was."""
    pyte = pytest.importorskip("pyte")
    with beside(tmp_path, ["vim", "-u", "NONE", "-i", "NONE", "note.txt"], size=(24, 80)) as opened:
        modes = opened.modes()
        opened.wait_for("note.txt")
        opened.type("iloss falls\x1b")
        opened.wait_for("loss falls")
        screen = pyte.Screen(80, 24)
        # What is vim's question about the terminal's own extensions pyte does not know.
        pyte.ByteStream(screen).feed(re.sub(rb"\x1b\[[<>=?][0-9;]*[a-zA-Z]", b"", bytes(opened.printed)))
        assert screen.display[0].startswith("loss falls")
        opened.type(":wq\r")
        assert opened.finish() == 0
        assert opened.modes() == modes
    assert (tmp_path / "note.txt").read_text() == "loss falls\n"


def test_tuimon_killed_leaves_terminal_and_training_alone(tmp_path: Path) -> None:
    """SIGKILL to the process in front: the terminal's modes are back, the rest of the output comes."""
    with shell(tmp_path) as opened:
        modes = opened.modes()
        place = opened.type(in_shell(script(tmp_path, TICKS)) + "\n")
        opened.wait_for("step 5 loss", place)
        (front,) = psutil.Process(opened.process.pid).children()
        front.kill()
        opened.wait_for("Killed", place)
        wait_until(lambda: opened.modes()[3] == modes[3])
        place = opened.type("echo alive\n")
        opened.wait_for("\r\nalive\r\n", place)
        opened.wait_for("loss 2\r", place)
        (tmp_path / "go").touch()
        opened.wait_for("done\r", place)
        wait_until(lambda: has_ended(tmp_path))
    steps = [step for step, _ in values(tmp_path, "train_loss")]
    assert steps == list(range(len(steps)))
    assert kept_output(tmp_path).endswith(b"done\r\n")
    assert logged(tmp_path)[-1]["status"] == "finished"


def test_a_terminal_that_is_closed_hangs_up_on_the_script(tmp_path: Path, eventually: Eventually) -> None:
    """As without tuimon the script gets SIGHUP, and the run was interrupted."""
    with beside(tmp_path, script(tmp_path, TICKS)) as opened:
        opened.wait_for("step 5 loss")
        opened.hang_up()
        eventually(lambda: has_ended(tmp_path))
    assert logged(tmp_path)[-1]["status"] == "interrupted"


def test_nohup_outlives_the_terminal(tmp_path: Path, eventually: Eventually) -> None:
    """Under ``nohup`` the script goes on when the terminal is closed."""
    with session(tmp_path, ["nohup", *command_line(script(tmp_path, TICKS))]) as opened:
        eventually(
            lambda: (tmp_path / "nohup.out").exists() and b"step 5" in (tmp_path / "nohup.out").read_bytes()
        )
        opened.hang_up()
        (tmp_path / "go").touch()
        eventually(lambda: has_ended(tmp_path))
    assert logged(tmp_path)[-1]["status"] == "finished"
    assert (tmp_path / "nohup.out").read_bytes().endswith(b"done\n")


def test_background_processes_of_the_script_are_not_hung_up_on(
    tmp_path: Path, eventually: Eventually
) -> None:
    """What a script leaves behind in the terminal goes on when the script has ended."""
    code = "(while ! test -e go; do sleep 0.01; done; echo late; touch late) & echo early"
    with shell(tmp_path) as opened:
        place = opened.type(in_shell(["sh", "-c", code]) + "\n")
        place = opened.wait_for("\nearly\r\n", place)
        opened.wait_for("ready> ", place)
        (tmp_path / "go").touch()
        opened.wait_for("late\r", place)
        eventually((tmp_path / "late").exists)


def test_one_line_where_nothing_can_be_started(tmp_path: Path) -> None:
    """On a terminal too, and the terminal is left as it was."""
    with shell(tmp_path) as opened:
        place = opened.type(in_shell(["no-such-command"]) + "; echo code-$?\n")
        opened.wait_for("\r\ntuimon: no-such-command: command not found\r\ncode-127\r\n", place)


def test_no_process_is_left(tmp_path: Path, eventually: Eventually) -> None:
    """When all is over, so are the processes and the temporary files."""
    with beside(tmp_path, ["true"]) as opened:
        assert opened.finish() == 0
        eventually(lambda: not left_over(tmp_path))
        inside = [
            p
            for p in psutil.process_iter(["environ"])
            if (p.info["environ"] or {}).get("TMPDIR") == str(tmp_path)
        ]
        eventually(lambda: all(map(is_gone, inside)))
