"""The sweep takes its trainings with it, whenever it is told to end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.demo.test_training import DEMO

# Runs the sweep and sends it a signal at the line of Python, its own or of starting a process, with a number,
# at the latest when it waits for its trainings.
AT_A_LINE = """
import os, signal, subprocess, sys
sys.argv, at = sys.argv[:1], int(sys.argv[1])
sys.path.insert(0, os.getcwd())
import sweep
count, sent = 0, False
def trace(frame, event, _):
    global count, sent
    if frame.f_code.co_filename not in (sweep.__file__, subprocess.__file__):
        return None
    if event == "line":
        count += 1
        if not sent and (count == at or frame.f_code.co_name == "wait"):
            sent = True
            os.kill(os.getpid(), signal.SIGTERM)
    return trace
sys.settrace(trace)
sweep.main()
print(count)
"""
WAITING = "import signal; signal.pause()"
BETWEEN = 12  # lines between two moments that are tried
LAST_LINE = 1000  # starting three trainings takes about as many; later is while they are waited for


@contextmanager
def told_at(line: int, directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A sweep of trainings that would go on for ever; whatever is left of it is killed at the end."""
    sweep = subprocess.Popen(
        [sys.executable, "-c", AT_A_LINE, str(line)],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with sweep:
        try:
            yield sweep
        finally:
            with suppress(ProcessLookupError):  # nothing is left
                os.killpg(sweep.pid, signal.SIGKILL)


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The sweep with trainings that wait for a signal."""
    shutil.copy(DEMO / "sweep.py", tmp_path)
    (tmp_path / "train.py").write_text(WAITING)
    return tmp_path


@pytest.mark.parametrize("first", range(1, LAST_LINE, BETWEEN * 8))
def test_no_training_outlives_the_sweep_whenever_the_signal_comes(demo: Path, first: int) -> None:
    """They hold the sweep's output open, so its end is theirs: before, while and after each is started."""
    for line in range(first, first + BETWEEN * 8, BETWEEN):
        with told_at(line, demo) as sweep:
            output, _ = sweep.communicate(timeout=60)
            assert "Traceback" not in output, (line, output)
            assert set(re.findall("ended with (.*)", output)) <= {"-15"}, (line, output)
