"""``tuimon run`` where no terminal is around: pipes, files, exit codes, signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.capture.captured import (
    command_line,
    environment,
    has_ended,
    kept_output,
    left_over,
    log_of,
    logged,
    run,
    script,
    values,
)
from tests.cli.commands import run_tuimon
from tests.conftest import Eventually, wait_until
from tuimon.records.candidates import list_candidates

LOSSES = "for step in range({count}): print(f'step {{step}} loss {{10 - step / 8}}', flush=True)\n"
# Waits for a file, so that the test decides when the training goes on.
WAIT = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.005)\n"


def start(
    directory: Path, command: list[str], *, stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command_line(command), cwd=directory, env=environment(directory), stdout=stdout, stderr=stderr
    )


def holder_of(process: subprocess.Popen[bytes]) -> psutil.Process:
    """The process that holds the output: the front's one child."""
    (holder,) = psutil.Process(process.pid).children()
    return holder


def test_output_and_errors_stay_apart_and_metrics_are_logged(tmp_path: Path) -> None:
    """Each byte goes where it went before; what was printed with a step is in the log."""
    code = (
        LOSSES.format(count=3)
        + "import sys\nprint('warn', file=sys.stderr)\nsys.stdout.buffer.write(b'\\xff\\r\\n')\n"
    )
    done = run(tmp_path, script(tmp_path, code))
    assert done.stdout == b"step 0 loss 10.0\nstep 1 loss 9.875\nstep 2 loss 9.75\n\xff\r\n"
    assert done.stderr == b"warn\n"
    assert done.returncode == 0
    assert values(tmp_path, "train_loss") == [(0, 10.0), (1, 9.875), (2, 9.75)]
    assert logged(tmp_path)[-1]["status"] == "finished"
    assert kept_output(tmp_path).replace(b"warn\n", b"") == done.stdout
    assert not left_over(tmp_path)


def test_the_header_tells_of_the_script(tmp_path: Path) -> None:
    """Name, command line and hyperparameters are the script's; tags, notes and group as given."""
    command = [*script(tmp_path, "pass", "my-train.py"), "--lr", "3e-4", "--batch-size=64", "seed=7", "--amp"]
    run(tmp_path, [*command, "--api-key=x"], "--tag", "a", "--tag", "b", "--notes", "n", "--group", "g")
    header = logged(tmp_path)[0]
    assert header["name"] == "my-train"
    assert header["argv"][:2] == command[:2]
    assert header["argv"][-1] == "--api-key=***"
    assert header["config"] == {"lr": 3e-4, "batch_size": 64, "seed": 7, "amp": True}
    assert (header["tags"], header["notes"], header["group"]) == (["a", "b"], "n", "g")
    assert log_of(tmp_path).name.startswith("experiment_my-train_")


def test_name_and_directory_can_be_chosen(tmp_path: Path) -> None:
    """``--name`` and ``--log-dir``."""
    run(tmp_path, ["true"], "--name", "my run", "--log-dir", "elsewhere")
    (candidate,) = list_candidates(tmp_path / "elsewhere")
    assert candidate.name == "my run"


@pytest.mark.parametrize(
    ("shell", "code", "status", "failure"),
    [
        ("exit 0", 0, "finished", None),
        ("exit 3", 3, "failed", "exit code 3"),
        ("exit 130", 130, "interrupted", None),
        ("kill -TERM $$", -15, "interrupted", None),
        ("kill -INT $$", -2, "interrupted", None),
        ("kill -SEGV $$", -11, "failed", "killed by signal SIGSEGV"),
        ("kill -KILL $$", -9, "failed", "killed by signal SIGKILL"),
    ],
)
def test_the_end_is_the_scripts(
    tmp_path: Path, shell: str, code: int, status: str, failure: str | None
) -> None:
    """Exit code and death by a signal are passed on, and the run ends accordingly."""
    done = run(tmp_path, ["sh", "-c", shell])
    assert (done.returncode, done.stderr) == (code, b"")
    end = logged(tmp_path)[-1]
    assert end["status"] == status
    assert end.get("exception", {}).get("message") == failure


def test_a_tracebacks_exception_is_the_runs(tmp_path: Path) -> None:
    """A script that fails by an exception leaves type, message and traceback in the log."""
    done = run(tmp_path, script(tmp_path, "def f():\n    raise ValueError('no data: 3')\nf()\n"))
    exception = logged(tmp_path)[-1]["exception"]
    assert (done.returncode, exception["type"], exception["message"]) == (1, "ValueError", "no data: 3")
    assert exception["traceback"].startswith("Traceback (most recent call last):\n")


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("no-such-command", 127, "tuimon: no-such-command: command not found\n"),
        ("./no-such-file", 127, "tuimon: ./no-such-file: No such file or directory\n"),
        ("./plain.txt", 126, "tuimon: ./plain.txt: Permission denied\n"),
    ],
)
def test_what_cannot_be_started_is_one_line(tmp_path: Path, word: str, code: int, said: str) -> None:
    """The shell's exit codes, one clear line, and no log."""
    (tmp_path / "plain.txt").write_text("text")
    done = run(tmp_path, [word])
    assert (done.returncode, done.stdout, done.stderr.decode()) == (code, b"", said)
    assert not (tmp_path / "experiment_logs").exists()
    assert not left_over(tmp_path)


def test_a_command_is_required(tmp_path: Path) -> None:
    """Without one the call is wrong."""
    done = run(tmp_path, [])
    assert done.returncode == 2
    assert done.stderr.startswith(b"tuimon: Missing argument")


def test_stdin_is_the_scripts(tmp_path: Path) -> None:
    """What is piped in arrives, with its end."""
    done = run(tmp_path, ["cat"], given=b"line\n" * 50_000)
    assert done.stdout == b"line\n" * 50_000


def test_one_file_for_both_keeps_their_order(tmp_path: Path) -> None:
    """``> file 2>&1``: lines stand in the order in which they were printed."""
    code = "import os\nfor i in range(200): os.write(1 + i % 2, f'{i}\\n'.encode())\n"
    with open(tmp_path / "both", "wb") as both:
        process = start(tmp_path, script(tmp_path, code), stdout=both.fileno(), stderr=both.fileno())
        assert process.wait(120) == 0
    printed, _, _ = (tmp_path / "both").read_text().partition("tuimon: no metrics recognised")
    assert printed.split() == [str(number) for number in range(200)]


def test_a_lot_of_output_passes_whole(tmp_path: Path) -> None:
    """Output that comes faster than it is read waits and is complete."""
    code = "import sys\nfor i in range(100): sys.stdout.write(('%07d' % i) * 9000 + '\\n')\n"
    done = run(tmp_path, script(tmp_path, code))
    assert done.stdout == b"".join(b"%07d" % i * 9000 + b"\n" for i in range(100))


def test_a_slow_reader_gets_all(tmp_path: Path) -> None:
    """Who reads only when the script has ended still gets every byte, in order."""
    code = "import os\nos.write(1, b'a' * 60_000)\nos.write(1, b'b' * 60_000)\nopen('done', 'w').close()\n"
    process = start(tmp_path, script(tmp_path, code), stdout=subprocess.PIPE)
    wait_until((tmp_path / "done").exists)
    output, _ = process.communicate(timeout=120)
    assert output == b"a" * 60_000 + b"b" * 60_000


def test_a_closed_pipe_ends_the_script_as_without(tmp_path: Path) -> None:
    """Behind ``| head`` the script gets its SIGPIPE."""
    process = start(tmp_path, ["yes"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read(4) == b"y\ny\n"
    process.stdout.close()
    assert process.wait(120) == -signal.SIGPIPE


def test_signals_go_to_the_script(tmp_path: Path, eventually: Eventually) -> None:
    """SIGTERM, SIGINT, SIGUSR1 sent to tuimon are the script's, which may handle them."""
    code = (
        "import signal, sys\n"
        "def on(number, frame): print('got', number, flush=True); number == 15 and sys.exit(5)\n"
        "for number in (2, 10, 15): signal.signal(number, on)\n"
        "print('ready', flush=True)\nwhile True: signal.pause()\n"
    )
    process = start(tmp_path, script(tmp_path, code), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    for number in (signal.SIGINT, signal.SIGUSR1, signal.SIGTERM):
        process.send_signal(number)
        assert process.stdout.readline() == f"got {int(number)}\n".encode()
    assert process.wait(120) == 5
    process.stdout.close()


def test_a_signal_to_the_process_in_the_header_is_the_scripts(tmp_path: Path, eventually: Eventually) -> None:
    """The header names the holder, and the line that the app copies to stop a run signals that."""
    process = start(tmp_path, script(tmp_path, "print('ready', flush=True)\nimport time\ntime.sleep(300)"),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    logs = tmp_path / "experiment_logs"
    eventually(lambda: any(path.read_bytes().endswith(b"\n") for path in logs.glob("*.jsonl")))
    os.kill(logged(tmp_path)[0]["pid"], signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGINT
    assert logged(tmp_path)[-1]["status"] == "interrupted"


def test_killed_in_the_middle_the_training_goes_on(tmp_path: Path, eventually: Eventually) -> None:
    """tuimon killed by SIGKILL: the script finishes, its output and its metrics are complete."""
    code = LOSSES.format(count=40) + WAIT + LOSSES.format(count=100)
    with open(tmp_path / "printed", "wb") as printed:
        process = start(tmp_path, script(tmp_path, code), stdout=printed.fileno())
        eventually(lambda: b"step 39 " in (tmp_path / "printed").read_bytes())
        process.kill()
        process.wait(120)
    (tmp_path / "go").touch()
    eventually(lambda: has_ended(tmp_path))
    lines = (tmp_path / "printed").read_bytes().splitlines()
    assert len(lines) == 140
    assert kept_output(tmp_path).splitlines() == lines
    assert len(values(tmp_path, "train_loss")) == 140
    assert logged(tmp_path)[-1]["status"] == "finished"
    eventually(lambda: not left_over(tmp_path))


def test_a_killed_script_loses_no_line(tmp_path: Path) -> None:
    """Every line that was printed before SIGKILL is in the log."""
    code = LOSSES.format(count=2000) + "import os\nos.kill(os.getpid(), 9)\n"
    done = run(tmp_path, script(tmp_path, code))
    assert done.returncode == -signal.SIGKILL
    assert len(values(tmp_path, "train_loss")) == 2000
    end = logged(tmp_path)[-1]
    assert (end["status"], end["exception"]["message"]) == ("failed", "killed by signal SIGKILL")
    assert end["summary"]["train_loss"]["count"] == 2000


def test_a_script_with_a_tracker_is_tracked_once(tmp_path: Path) -> None:
    """Its own log is the run, and the output is kept beside that."""
    code = (
        "import tuimon\ntuimon.init('mine', log_dir='logs')\n"
        "for step in range(5):\n    print(f'step {step} loss 2', flush=True)\n"
        "    tuimon.log({'train_loss': 1.0}, step=step)\n"
    )
    done = run(tmp_path, script(tmp_path, code))
    assert done.stdout.count(b"\n") == 5
    assert not list((tmp_path / "experiment_logs").iterdir())
    (log,) = (tmp_path / "logs").glob("*.jsonl")
    assert log.with_suffix(".out").read_bytes() == done.stdout
    assert not left_over(tmp_path)


def test_what_was_printed_before_a_tracker_starts_is_kept(tmp_path: Path) -> None:
    """A run that has records already is ended, and says where it goes on."""
    code = (
        "print('step 1 loss 3', flush=True)\n"
        + WAIT
        + ("import tuimon\ntuimon.init('mine', log_dir='logs')\nprint('step 2 loss 2')\n")
    )
    process = start(tmp_path, script(tmp_path, code), stdout=subprocess.DEVNULL)
    logs = tmp_path / "experiment_logs"
    wait_until(lambda: any(b'"train_loss":3' in path.read_bytes() for path in logs.glob("*.jsonl")))
    (tmp_path / "go").touch()
    assert process.wait(120) == 0
    assert values(tmp_path, "train_loss") == [(1, 3.0)]
    *_, event, end = logged(tmp_path)
    assert event["message"].startswith("the program tracks itself from here on: ")
    assert end["status"] == "finished"
    assert len(list((tmp_path / "logs").glob("*.out"))) == 1


def test_output_without_metrics_is_said_in_the_log(tmp_path: Path) -> None:
    """Where lines were printed and none was read as metrics, an event says so and what helps."""
    run(tmp_path, ["echo", "loss is 2"])
    assert "output_patterns" in logged(tmp_path)[1]["message"]


def test_temporary_files_are_not_needed(tmp_path: Path) -> None:
    """Where none can be written the training starts all the same, and is tracked."""
    done = run(tmp_path, ["echo", "step 1 loss 2"], changes={"TMPDIR": "/dev/null"})
    assert done.returncode == 0
    assert values(tmp_path, "train_loss") == [(1, 2.0)]


def test_a_pattern_that_is_wrong_is_named(tmp_path: Path) -> None:
    """The settings' fault is said with its line, and the training starts."""
    settings = tmp_path / "settings.toml"
    settings.write_text("[run]\noutput_patterns = ['(loss']\n")
    done = run(tmp_path, ["echo", "step 1 loss 2"], changes={"TUIMON_SETTINGS": str(settings)})
    assert done.stdout == b"step 1 loss 2\n"
    assert f"tuimon: {settings}:2: run.output_patterns".encode() in done.stderr


def test_patterns_of_the_settings_come_first(tmp_path: Path) -> None:
    """A pattern of the person's own reads what no built-in style does; the output's limit is a setting."""
    (tmp_path / "config" / "tuimon").mkdir(parents=True)
    (tmp_path / "config" / "tuimon" / "settings.toml").write_text(
        "[run]\noutput_patterns = ['<(?P<step>\\d+)> L(?P<loss>\\S+)']\n"
    )
    run(tmp_path, ["sh", "-c", "echo '<3> L2.5'; echo '<4> L2.25'"])
    assert values(tmp_path, "train_loss") == [(3, 2.5), (4, 2.25)]


def test_the_total_is_logged_and_progress_known(tmp_path: Path) -> None:
    """``x/y`` says how far the run is."""
    run(tmp_path, ["sh", "-c", "echo 'step 10/40 loss 2'; echo 'step 20/40 loss 1'"])
    assert values(tmp_path, "total_iterations") == [(10, 40)]


def test_what_a_script_leaves_running_goes_on(tmp_path: Path, eventually: Eventually) -> None:
    """The command ends with the script; a process left behind prints where it printed before."""
    code = "(while ! test -e go; do sleep 0.01; done; echo late) & echo early"
    with open(tmp_path / "printed", "wb") as printed:
        process = start(tmp_path, ["sh", "-c", code], stdout=printed.fileno())
        assert process.wait(120) == 0
    assert (tmp_path / "printed").read_bytes() == b"early\n"
    (tmp_path / "go").touch()
    eventually(lambda: (tmp_path / "printed").read_bytes() == b"early\nlate\n")


def test_a_directory_that_cannot_be_written_does_not_touch_the_training(tmp_path: Path) -> None:
    """The output passes, the exit code is the script's, and what is wrong is said on stderr."""
    (tmp_path / "experiment_logs").write_text("a file")
    done = run(tmp_path, ["sh", "-c", "echo 'step 1 loss 2'; exit 4"])
    assert (done.returncode, done.stdout) == (4, b"step 1 loss 2\n")
    assert b"experiment_logs" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_holder_killed_is_said(tmp_path: Path) -> None:
    """Where the holder itself is killed the command ends with 1 and says so."""
    process = start(tmp_path, script(tmp_path, "print('ready', flush=True)\nimport time\ntime.sleep(300)"),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    holder = holder_of(process)
    (child,) = holder.children()
    holder.kill()
    _, errors = process.communicate(timeout=120)
    child.kill()
    assert process.returncode == 1
    assert b"was killed" in errors


def test_a_run_without_metrics_says_so(tmp_path: Path) -> None:
    """At the end, in one line that names the setting; the log has it as a warning."""
    done = run(tmp_path, ["echo", "hi"])
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("tuimon: no metrics recognised in the output")
    assert "[run] output_patterns" in line
    listed = run_tuimon("ls", cwd=tmp_path).stdout
    assert re.search(r"^. finished +echo .* no metrics ", listed, re.MULTILINE)
    shown = run_tuimon("show", "@", cwd=tmp_path).stdout
    assert "none recognised in the output: a line needs a step and names" in shown
    assert "echo: no metrics recognised in the output" in run_tuimon("--once", cwd=tmp_path).stdout
    (event,) = [record for record in logged(tmp_path) if record["type"] == "event"]
    assert (event["level"], f"tuimon: {event['message']}") == ("warning", line)


def test_a_log_that_cannot_be_written_is_told_plainly(tmp_path: Path) -> None:
    """Lines of this command's own, each once, without Python's warnings; the program is not affected."""
    (tmp_path / "file").touch()
    done = run(tmp_path, ["echo", "hi"], "--log-dir", "file/x")
    lines = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout) == (0, b"hi\n")
    assert lines[0].startswith("tuimon: cannot write file/x/")
    assert all(line.startswith("tuimon: ") for line in lines)
    assert len({*lines}) == len(lines)
