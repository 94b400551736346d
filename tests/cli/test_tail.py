"""``tuimon tail`` on real logs that grow while it runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from tests.cli.commands import plain_environment
from tests.cli.in_process import Shell
from tuimon.testing import RunBuilder
from tuimon.testing.run_builder import this_process

Eventually = Callable[..., object]

WRITER = """
import sys, time
from tuimon import ExperimentTracker
tracker = ExperimentTracker({"name": "killed"}, log_dir=sys.argv[1])
for step in range(5):
    tracker.log_metrics(step, train_loss=4.0 - step)
print("ready", flush=True)
time.sleep(600)
"""


class Tail:
    """``tuimon tail WORDS`` in a process; :meth:`line` is its next line of stdout."""

    def __init__(self, directory: Path, *words: str | Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tuimon", "tail", *map(str, words)],
            cwd=directory,
            env=plain_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def line(self, timeout: float = 60.0) -> str:
        """The next line; fails where none comes."""
        try:
            return self._lines.get(timeout=timeout)
        except Empty:
            raise AssertionError("tail printed nothing") from None

    def said(self) -> str:
        """The next line of stderr."""
        assert self.process.stderr is not None
        return self.process.stderr.readline().rstrip("\n")

    def ending(self, timeout: float = 60.0) -> tuple[int, str]:
        """Exit code and stderr."""
        assert self.process.stderr is not None
        said = self.process.stderr.read()
        return self.process.wait(timeout), said


@pytest.fixture
def tails(tmp_path: Path) -> Iterator[Callable[..., Tail]]:
    """Starts tails, and ends what is left of them."""
    started: list[Tail] = []

    def start(*words: str | Path) -> Tail:
        started.append(Tail(tmp_path, *words))
        return started[-1]

    yield start
    for tail in started:
        tail.process.kill()
        tail.process.communicate()


def live_run(directory: Path) -> RunBuilder:
    """A run whose writer is this process, with two records."""
    run = RunBuilder(directory / "experiment_logs", "live").header(**this_process())
    return run.metrics(0, train_loss=4.0).metrics(1, train_loss=3.5)


def test_records_as_they_come_until_the_run_ends(tmp_path: Path, tails: Callable[..., Tail]) -> None:
    """The newest first ones, then each as it is written; the end is said, exit code 0."""
    run = live_run(tmp_path)
    tail = tails("live", "-n", "1")
    assert tail.line().split() == ["1", "0s", "train_loss", "3.5000"]
    run.metrics(2, train_loss=3.0)
    assert tail.line().split() == ["2", "1s", "train_loss", "3.0000"]
    run.eval(2, val_loss=float("nan"))
    assert tail.line().split() == ["2", "1s", "eval", "val_loss", "NaN"]
    run.event("checkpoint \x1b[31msaved", "warning", iteration=2)
    assert tail.line().split() == ["2", "event", "warning:", "checkpoint", "·[31msaved"]
    run.raw(b"no record\n").end(duration_seconds=61)
    assert tail.line().split() == ["end", "finished", "after", "1m01s"]
    code, said = tail.ending()
    assert code == 0
    bad, over = said.splitlines()
    assert bad.startswith("tuimon: line 7: no JSON")
    assert over == "tuimon: live is over: finished"


def test_json_lines_are_those_of_the_log(tmp_path: Path, tails: Callable[..., Tail]) -> None:
    """``--json``: strict JSON, one object a line, a torn line only when the rest of it has come."""
    run = live_run(tmp_path)
    tail = tails("live", "--json", "-n", "2")
    written = [json.loads(line) for line in run.path.read_bytes().splitlines()]
    assert [json.loads(tail.line()), json.loads(tail.line())] == written[1:]
    run.raw(b'{"type": "metrics", "iteration": 2, "train_l')
    run.raw(b'oss": NaN}\n').end()
    assert json.loads(tail.line()) == {"type": "metrics", "iteration": 2, "train_loss": "NaN"}
    assert json.loads(tail.line())["type"] == "end"
    assert tail.ending()[0] == 0


def test_a_stalled_run_is_followed_on(tmp_path: Path, tails: Callable[..., Tail]) -> None:
    """Its writer cannot be looked up and nothing comes: that is said once, new records still come."""
    run = RunBuilder(tmp_path / "experiment_logs", "far").header(host="elsewhere").metrics(0, train_loss=4.0)
    run.last_written(1e9)
    tail = tails("far", "-n", "1")
    assert tail.line().split()[0] == "0"
    assert tail.said() == "tuimon: far: nothing has come for a while; still following"
    run.metrics(1, train_loss=3.0)
    assert tail.line().split()[0] == "1"
    run.end()
    tail.line()
    assert tail.ending() == (0, "tuimon: far is over: finished\n")


def test_ctrl_c_ends_it_and_says_what_the_run_does(tmp_path: Path, tails: Callable[..., Tail]) -> None:
    """The exit code of SIGINT, one line on stderr."""
    live_run(tmp_path)
    tail = tails("live")
    for _ in range(3):
        tail.line()
    tail.process.send_signal(signal.SIGINT)
    assert tail.ending() == (130, "tuimon: stopped following; live is running\n")


def test_a_killed_writer_is_noticed(tmp_path: Path, tails: Callable[..., Tail]) -> None:
    """``kill -9`` of the training: its last records are printed, then that the process is gone."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "experiment_logs")], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    tail = tails("@", "-n", "1")
    assert tail.line().split()[0] == "4"
    writer.kill()
    writer.communicate()
    assert tail.ending() == (0, "tuimon: killed is over: crashed, its process is gone\n")


def test_a_log_that_is_written_anew_or_deleted(tmp_path: Path, tails: Callable[..., Tail]) -> None:
    """A truncated log is followed from its first line again; where it is gone, exit code 1."""
    run = live_run(tmp_path)
    tail = tails("live", "-n", "1")
    assert tail.line().split()[0] == "1"
    os.truncate(run.path, 0)
    run.header(**this_process())
    assert "run" in tail.line().split()
    run.path.unlink()
    code, said = tail.ending()
    assert code == 1
    assert said.splitlines() == [
        f"tuimon: {Path('experiment_logs') / run.path.name}: the log was written anew; from its first line",
        f"tuimon: {Path('experiment_logs') / run.path.name}: the log is gone",
    ]


def test_a_saved_document_is_printed_and_nothing_follows(shell: Shell, runs: Path) -> None:
    """A run that exists only in the original shape has rows, and no end to wait for."""
    shell.run("export", "baseline", "--output", "experiment_old.json")
    done = shell.run("tail", "experiment_old.json", "-n", "2")
    assert done.code == 0
    assert [line.split()[0] for line in done.lines] == ["198", "199"]
    assert done.err.endswith("a saved document, nothing follows\n")
    nothing = shell.run("tail", "experiment_old.json", "-n", "0")
    assert (nothing.code, nothing.out) == (0, "")


def test_a_run_resumed_after_its_end_goes_on(tmp_path: Path, tails: Callable[..., Tail]) -> None:
    """An end before a resume is no end."""
    run = live_run(tmp_path).end().resume(**this_process())
    tail = tails("live", "-n", "1")
    assert tail.line().split()[:1] == ["resume"]
    run.metrics(2, train_loss=3.0).end("interrupted")
    assert tail.line().split()[0] == "2"
    assert tail.line().split() == ["end", "interrupted"]
    assert tail.ending() == (0, "tuimon: live is over: interrupted\n")
