"""What a shell offers at Tab, asked as a shell asks and in a real bash."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import plain_environment, run_tuimon
from tuimon.cli.completion import SWITCH_ON

README = Path(__file__).parents[2] / "README.md"


def offered(runs: Path, line: str) -> list[str]:
    """The words offered at the end of a command line; its last word is the beginning typed so far."""
    words = line.split(" ")
    asked = {
        "_TUIMON_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = run_tuimon(cwd=runs, environment=asked)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("tuimon co", ["plain,compare"]),
        ("tuimon --o", ["plain,--once"]),
        ("tuimon compare --ba", ["plain,--baseline"]),
        ("tuimon show ba", ["plain,baseline"]),
        ("tuimon show lr_6e-04 nothing", []),
        ("tuimon compare baseline tw", ["plain,twin"]),
        ("tuimon compare baseline --baseline lr_1", ["plain,lr_1e-02"]),
        ("tuimon plot baseline --metric t", ["plain,tokens_per_sec", "plain,train_loss"]),
        ("tuimon plot --x el", ["plain,elapsed"]),
        ("tuimon plot --sweep optimizer.n", ["plain,optimizer.name"]),
        ("tuimon best --metric va", ["plain,val_loss"]),
        ("tuimon ls --sort ag", ["plain,age"]),
        ("tuimon export @ --format m", ["plain,markdown"]),
        ("tuimon --log-dir nowhere show ba", ["file,ba"]),
        ("tuimon show tell5", ["plain,tell5aaa"]),
    ],
)
def test_what_is_offered(line: str, words: list[str], runs: Path) -> None:
    """Commands, options, runs, metrics, axes and config keys; files where nothing else begins so."""
    assert sorted(offered(runs, line)) == words


def test_names_that_a_shell_would_run_are_offered_by_id(runs: Path) -> None:
    """The hostile run's name is never put on a command line; the earlier of two twins is an id, too."""
    words = offered(runs, "tuimon show ")
    assert sorted(words) == sorted(
        f"plain,{word}" for word in ("tell5aaa", "twin", "tell3aaa", "lr_1e-02", "lr_6e-04", "baseline", "@")
    )


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_in_bash(runs: Path, tmp_path: Path) -> None:
    """The line that the help and the README give makes bash offer what tuimon says."""
    program = tmp_path / "bin" / "tuimon"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m tuimon "$@"\n')
    program.chmod(0o755)
    script = f"""
        {SWITCH_ON["bash"]}
        COMP_WORDS=(tuimon show ba) COMP_CWORD=2
        _tuimon_completion tuimon
        echo "${{COMPREPLY[@]}}"
    """
    environment = plain_environment()
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=runs,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("baseline\n", 0), done.stderr


def test_completing_loads_nothing_heavy(runs: Path) -> None:
    """Neither numpy nor what draws: whoever presses Tab waits for the imports."""
    code = """
import os, sys
from tuimon.cli.main import main
os.environ.update(_TUIMON_COMPLETE="bash_complete", COMP_WORDS="tuimon plot @ --metric t", COMP_CWORD="4")
assert main() == 0
print(sorted({"numpy", "rich", "textual", "plotext", "watchdog", "psutil"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=runs,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "plain,train_loss" in done.stdout


def test_the_lines_that_switch_it_on_are_in_help_and_readme(tmp_path: Path) -> None:
    """For bash, zsh and fish, the same ones; each gives a script."""
    shown = run_tuimon("--help", cwd=tmp_path).stdout
    readme = README.read_text(encoding="utf-8")
    for shell, line in SWITCH_ON.items():
        assert line in shown
        assert line in readme
        script = run_tuimon(cwd=tmp_path, environment={"_TUIMON_COMPLETE": f"{shell}_source"})
        assert "_TUIMON_COMPLETE" in script.stdout
