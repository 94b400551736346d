"""``tuimon journal`` as a command: what it writes, says and refuses."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import plain_environment, run_tuimon
from tests.export.journal_runs import three_runs
from tuimon.records.person_meta import meta_path, write_meta

GOLDEN = Path(__file__).parents[1] / "export" / "journal.golden.md"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A working directory with three runs in its default log directory."""
    three_runs(tmp_path / "experiment_logs")
    return tmp_path


def test_it_writes_the_file_and_says_so_in_one_line(runs: Path) -> None:
    """Nothing is on stdout; a second time there is nothing to do, and the file is not written."""
    done = run_tuimon("journal", cwd=runs)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "tuimon: EXPERIMENT_LOG.md: written, 3 runs\n"
    file = runs / "EXPERIMENT_LOG.md"
    assert file.read_text(encoding="utf-8") == GOLDEN.read_text(encoding="utf-8")
    before = file.stat()
    again = run_tuimon("journal", cwd=runs)
    assert again.stderr == "tuimon: EXPERIMENT_LOG.md: up to date\n"
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert {path.name for path in runs.iterdir()} == {"EXPERIMENT_LOG.md", "experiment_logs"}


def test_it_says_how_many_archived_runs_have_no_section(runs: Path) -> None:
    log = next((runs / "experiment_logs").glob("experiment_lr_3e-2*.jsonl"))
    write_meta(meta_path(log), {"archived": True})
    done = run_tuimon("journal", cwd=runs)
    assert done.stderr == (
        "tuimon: EXPERIMENT_LOG.md: written, 2 runs; 1 archived run without a section of its own\n"
    )


def test_a_refresh_says_what_it_did(runs: Path) -> None:
    """New runs, parts refreshed, the person's lines moved, and the line of a mark that lost its partner."""
    run_tuimon("journal", cwd=runs)
    file = runs / "EXPERIMENT_LOG.md"
    text = file.read_text(encoding="utf-8").replace("- State: finished\n", "- State: splendid\n", 1)
    file.write_text(text.replace("<!-- tuimon:end findings", "<!-- tuimon:end finding"), encoding="utf-8")
    (gone,) = (runs / "experiment_logs").glob("experiment_lr_3e-2*.jsonl")
    gone.unlink()
    done = run_tuimon("journal", cwd=runs)
    number = 1 + [line[:27] for line in text.split("\n")].index("<!-- tuimon:begin findings ")
    assert done.stderr == (
        "tuimon: EXPERIMENT_LOG.md: 4 parts refreshed; 1 line of yours moved below the generated part; "
        f"left alone for a mark without its partner: line {number}, {number + 4}\n"
    )
    assert "### Experiment 3: lr_3e-2" in file.read_text(
        encoding="utf-8"
    )  # its log is gone, its section stays


def test_without_a_log_directory_it_writes_the_template(tmp_path: Path) -> None:
    """The first thing to do, before the first run; a directory that is named has to be there."""
    done = run_tuimon("journal", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "tuimon: EXPERIMENT_LOG.md: written, 0 runs\n")
    assert "Experiment 1: baseline" in (tmp_path / "EXPERIMENT_LOG.md").read_text(encoding="utf-8")
    missing = run_tuimon("journal", "nowhere", cwd=tmp_path)
    assert missing.returncode == 1
    assert missing.stderr.startswith("tuimon: nowhere: no such directory")


def test_stdout_leaves_the_file_as_it_is(runs: Path) -> None:
    """What would be written is printed, and nothing is."""
    done = run_tuimon("journal", "--stdout", "experiment_logs", cwd=runs)
    assert done.stdout == GOLDEN.read_text(encoding="utf-8")
    assert not (runs / "EXPERIMENT_LOG.md").exists()


def test_a_link_and_the_mode_of_the_file_stay(runs: Path) -> None:
    """The file that a link leads to is written; who may read it stays as it was; odd bytes stay too."""
    (runs / "docs").mkdir()
    file = runs / "docs" / "log.md"
    file.write_bytes(b"mine \xff\xfe\n")
    file.chmod(0o640)
    (runs / "EXPERIMENT_LOG.md").symlink_to(Path("docs") / "log.md")
    assert run_tuimon("journal", cwd=runs).returncode == 0
    assert (runs / "EXPERIMENT_LOG.md").is_symlink()
    assert file.read_bytes().startswith(b"mine \xff\xfe\n\n## Overview\n")
    assert file.stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_written_is_one_line(runs: Path) -> None:
    """A directory, a place that is not there, a disk that is full: exit code 1 or 2, no half file."""
    for output in ("experiment_logs", "no/such/place.md", "/dev/null"):
        done = run_tuimon("journal", "--output", output, cwd=runs)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert output in done.stderr
    full = subprocess.run(
        [sys.executable, "-m", "tuimon", "journal"],
        cwd=runs,
        env=plain_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (full.returncode, full.stderr) == (1, "tuimon: EXPERIMENT_LOG.md: File too large\n")
    assert {path.name for path in runs.iterdir()} == {"experiment_logs"}


def test_a_reader_that_goes_away_is_no_error(runs: Path) -> None:
    """``tuimon journal --stdout | head -1`` ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tuimon", "journal", "--stdout"],
            cwd=runs,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writer)
    assert done.returncode == 141
    assert done.stderr == b""
