"""No command writes onto the files of a run, and a file that is no log is no run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.in_process import Shell
from tuimon import load_experiment_log
from tuimon.records.own_files import is_no_log, own_kind
from tuimon.records.person_meta import meta_path, write_meta
from tuimon.testing import RunBuilder

LOG = Path("experiment_logs/experiment_2_20260105_110000.jsonl")


@pytest.mark.parametrize("kind", ["log", "document", "notes", "output", "link"])
def test_export_does_not_write_onto_a_run(kind: str, shell: Shell, runs: Path) -> None:
    """Neither with --force nor through a link: one line says so, and the file is as it was."""
    target = {
        "log": LOG,
        "document": LOG.with_suffix(".json"),
        "notes": meta_path(LOG),
        "output": LOG.with_suffix(".out"),
        "link": Path("elsewhere.csv"),
    }[kind]
    if kind == "link":
        target.symlink_to(LOG)
    elif kind == "notes":
        write_meta(target, {"notes": "mine"})
    elif kind != "log":
        target.write_text("{}", encoding="utf-8")
    before = target.read_bytes()
    form = {"log": "jsonl", "document": "json"}.get(kind, "csv")
    code, line = shell.failing("export", LOG, "--format", form, "--force", "--output", target)
    kept = "log" if kind == "link" else kind
    assert (code, f"the {kept} of a run, which nothing else may write" in line) == (1, True), line
    assert target.read_bytes() == before
    assert load_experiment_log(LOG).metrics_history


def test_a_log_of_any_name_is_kept(shell: Shell, runs: Path) -> None:
    """It is told by its records: as text of a plot, or as a journal, nothing goes over it."""
    for name in ("mine.jsonl", "mine.txt", "EXPERIMENT_LOG.md"):
        Path(name).write_bytes(LOG.read_bytes())
        assert own_kind(Path(name)) == "log"
    for words in (
        ("export", LOG, "--force", "-o", "mine.jsonl"),
        ("plot", LOG, "--force", "-o", "mine.txt"),
        ("journal",),
        ("journal", "-o", LOG),
    ):
        code, line = shell.failing(*words)
        assert (code, "the log of a run" in line) == (1, True), line
    assert Path("mine.txt").read_bytes() == Path("EXPERIMENT_LOG.md").read_bytes() == LOG.read_bytes()


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "out.csv", "out.md"])
def test_what_was_exported_can_be_exported_again(name: str, shell: Shell, runs: Path) -> None:
    """A file that an export wrote is nobody's run."""
    for force in ((), ("--force",)):
        assert shell.run("export", LOG, "--output", name, *force).code == 0


@pytest.mark.parametrize("command", ["ls", "best", "show", "tail", "plot", "export", "--once"])
def test_a_file_that_is_no_log_is_no_run(command: str, shell: Shell, runs: Path) -> None:
    """It is named in one line, exit code 1."""
    Path("wf.py").write_text("import tuimon\n\nprint(1)\n", encoding="utf-8")
    code, line = shell.failing(command, "wf.py")
    assert (code, line) == (1, "tuimon: wf.py: not a log of a run: none of its lines is a record")


def test_a_log_that_just_begins_is_one(tmp_path: Path) -> None:
    """Empty, or with a first line that is not whole yet; one record among bad lines suffices."""
    path = tmp_path / "begun.jsonl"
    for content, no_log in (
        (b"", False),
        (b'{"type": "ru', False),
        (b"\n\n", False),
        (b"oops\n{}\n", False),
        (b"oops\n", True),
        (b"oops", True),
    ):
        path.write_bytes(content)
        assert is_no_log(path) is no_log, content
    spoilt = tmp_path / "experiment_spoilt_20260105_090000.jsonl"
    spoilt.write_bytes(b"oops\n")
    assert not is_no_log(spoilt)


def test_loading_what_is_no_log_is_a_clear_error(tmp_path: Path) -> None:
    """A ``ValueError`` that names the file."""
    path = tmp_path / "an.py"
    path.write_text("import tuimon\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"an\.py: none of its lines is a record of a run"):
        load_experiment_log(path)


def test_a_copy_of_a_log_beside_its_csv(tmp_path: Path) -> None:
    """A CSV beside a log, and a document without one, are no run's unless they are called so."""
    run = RunBuilder(tmp_path, "a", file_name="a.jsonl").header().metrics(0, train_loss=1.0)
    for name in ("a.csv", "other.json", "other.meta"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
        assert own_kind(tmp_path / name) is None
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    assert own_kind(tmp_path / "a.json") == "document"
    assert own_kind(run.path) == "log"
    assert own_kind(tmp_path) is None
    assert own_kind(Path(os.devnull)) is None
