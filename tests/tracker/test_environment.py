"""Where a run runs: what stands in the header, and what reading it may cost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.tracker.process import only_log, run_script
from tuimon import ExperimentTracker
from tuimon.tracker.environment import gpu_names, process_facts, process_start_time
from tuimon.tracker.git_state import DIRTY_SECONDS, git_facts
from tuimon.tracker.run_plan import rank_of, script_name
from tuimon.tracker.warn import TrackerWarning

PATIENCE = 60.0  # seconds for git to answer: here it is known to do


def git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git work tree with one commit."""
    directory = tmp_path / "work"
    directory.mkdir()
    git(directory, "init", "-q", "-b", "main")
    (directory / "train.py").write_text("pass\n")
    git(directory, "add", ".")
    git(directory, "commit", "-qm", "first")
    return directory


def test_the_header_says_where_the_run_runs(tmp_path: Path) -> None:
    """Host, process, command line, directory, Python, tags, notes and group."""
    with ExperimentTracker({"name": "x"}, tmp_path, tags=["a", "b"], notes="why", group="g"):
        pass
    header = only_log(tmp_path)[0]
    assert header["format"] == 1
    assert header["host"] == socket.gethostname()
    assert header["pid"] == os.getpid()
    assert header["process_start_time"] == pytest.approx(psutil.Process().create_time(), abs=1.0)
    assert header["argv"] == sys.orig_argv
    assert header["cwd"] == str(Path.cwd())
    assert header["python"].startswith("3.")
    assert (header["tags"], header["notes"], header["group"]) == (["a", "b"], "why", "g")
    assert len(header["run_id"]) == 8
    assert set(header["run_id"]) <= set("abcdefghijklmnopqrstuvwxyz234567")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_the_process_is_known_without_psutil(tmp_path: Path) -> None:
    """Boot id, pid namespace and start time come from /proc; a process that is gone has no start time."""
    code = "ExperimentTracker({'name': 'x'}, directory).start()\nassert 'psutil' not in sys.modules\n"
    assert run_script(code, tmp_path) == (0, "")
    facts = process_facts()
    assert facts["boot_id"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert facts["pid_namespace"].startswith("pid:[")
    assert process_start_time(2**22 + 1) is None


def test_commit_and_dirty_flag(repository: Path) -> None:
    """From a directory inside the tree; untracked files are not dirt, changed tracked ones are."""
    inner = repository / "experiment_logs"
    inner.mkdir()
    (inner / "x.jsonl").write_text("")
    commit = git(repository, "rev-parse", "HEAD")
    assert git_facts(inner, PATIENCE) == (commit, False)
    (repository / "train.py").write_text("changed\n")
    assert git_facts(inner, PATIENCE) == (commit, True)


def test_the_commit_is_found_however_git_keeps_it(repository: Path, tmp_path: Path) -> None:
    """Packed references, a detached head and a linked work tree."""
    commit = git(repository, "rev-parse", "HEAD")
    git(repository, "pack-refs", "--all")
    assert git_facts(repository)[0] == commit
    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert git_facts(tmp_path / "side", PATIENCE) == (commit, False)
    git(repository, "checkout", "-q", "--detach")
    assert git_facts(repository)[0] == commit


def test_no_work_tree_no_commit(tmp_path: Path) -> None:
    """Neither is made up; a broken .git is no error either."""
    assert git_facts(tmp_path) == (None, None)
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    assert git_facts(tmp_path)[0] is None


@pytest.mark.parametrize("script", ["sleep 60", "exec sleep 60", "echo nonsense >&2; exit 128"])
def test_a_git_that_hangs_or_fails_does_not_delay_the_training(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """The commit is known, the dirty flag isn't, and nobody waits for it longer than is decided."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\n{script}\n")
    (programs / "git").chmod(0o755)
    commit = git(repository, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    started = time.monotonic()
    assert git_facts(repository) == (commit, None)
    assert DIRTY_SECONDS < 0.3
    assert time.monotonic() - started < DIRTY_SECONDS + 10  # a busy machine; git sleeps for longer


def test_no_git_at_all(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit is read without it."""
    commit = git(repository, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", "/nowhere")
    assert git_facts(repository) == (commit, None)


def test_asking_git_leaves_no_child_behind(repository: Path) -> None:
    """No zombie, no open descriptor."""
    before = psutil.Process().num_fds()
    assert git_facts(repository, PATIENCE)[1] is False
    assert not [child for child in psutil.Process().children() if child.name() == "git"]
    assert psutil.Process().num_fds() == before


def test_gpus_are_named_where_the_driver_names_them(tmp_path: Path) -> None:
    """Show nothing rather than something made up."""
    assert gpu_names(tmp_path / "absent") == ()
    for place in ("0000:01:00.0", "0000:02:00.0"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "information").write_text("Model: \t NVIDIA H100\nIRQ: 5\n")
    assert gpu_names(tmp_path) == ("NVIDIA H100", "NVIDIA H100")


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        (None, {}, (None, None)),
        (None, {"RANK": "3", "WORLD_SIZE": "8"}, (3, 8)),
        (None, {"RANK": "3", "WORLD_SIZE": "1"}, (None, 1)),
        (None, {"RANK": "3"}, (None, None)),
        (0, {"RANK": "3", "WORLD_SIZE": "8"}, (0, 8)),
        (2, {}, (2, None)),
        (None, {"RANK": "x", "WORLD_SIZE": "y"}, (None, None)),
    ],
)
def test_the_rank_is_the_argument_else_the_variable_of_a_larger_world(
    given: int | None, environment: dict[str, str], expected: tuple[int | None, int | None]
) -> None:
    """RANK counts where WORLD_SIZE is above 1."""
    assert rank_of(given, environment) == expected


def test_rank_0_alone_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other ranks' calls do nothing, which is said once."""
    monkeypatch.setenv("WORLD_SIZE", "2")
    for rank in ("1", "0"):
        monkeypatch.setenv("RANK", rank)
        tracker = ExperimentTracker({"name": "x"}, tmp_path)
        if rank == "1":
            with pytest.warns(TrackerWarning, match="rank 0 alone writes") as caught:  # noqa: PT031 (one)
                tracker.log_metrics(train_loss=1.0)
                tracker.log_event("x")
                tracker.finish()
                tracker.save()
            assert len(caught) == 1
            assert (tracker.path, list(tmp_path.iterdir())) == (None, [])
            assert tracker.log.metrics_history == []
            continue
        tracker.log_metrics(train_loss=1.0)
        tracker.finish()
    header = only_log(tmp_path)[0]
    assert (header["rank"], header["world_size"]) == (0, 2)


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("train.py", "train"),
        ("/a/b/sweep.py", "sweep"),
        ("/a/pkg/__main__.py", "pkg"),
        ("-c", "run"),
        ("", "run"),
    ],
)
def test_a_run_without_a_name_is_called_as_its_script(
    monkeypatch: pytest.MonkeyPatch, argument: str, name: str
) -> None:
    """In a notebook or a shell it is called run."""
    monkeypatch.setattr(sys, "argv", [argument])
    assert script_name() == name


def test_a_removed_working_directory_does_not_stop_the_run(tmp_path: Path) -> None:
    """The header just doesn't say where."""
    code = "os.mkdir(directory + '/gone'); os.chdir(directory + '/gone'); os.rmdir(directory + '/gone')\n"
    code += "ExperimentTracker({'name': 'x'}, directory + '/logs').start()\n"
    assert run_script(code, tmp_path) == (0, "")
    assert "cwd" not in only_log(tmp_path / "logs")[0]
