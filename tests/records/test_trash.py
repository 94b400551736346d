"""Deleting a run moves its files to the trash, all of them, over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuimon.records.trash import TRASH, files_of_run, move_to_trash
from tuimon.whole_file import write_new

STEM = "experiment_a.b_20260105_090000"
ENDINGS = (".json", ".meta", ".out", ".rank1.jsonl", ".rank12.jsonl", ".jsonl")


def a_run(directory: Path, content: str = "first") -> Path:
    for ending in ENDINGS:
        (directory / f"{STEM}{ending}").write_text(content + ending)
    return directory / f"{STEM}.jsonl"


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_all_files_of_the_run_and_no_others_are_moved(tmp_path: Path) -> None:
    """Other runs whose name begins alike, copies and notes of a person stay."""
    log = a_run(tmp_path)
    others = {
        f"{STEM}_2.jsonl",
        f"{STEM}.jsonl.bak",
        f"{STEM}.rank1.json",
        f"{STEM}.png",
        "experiment_a.jsonl",
    }
    for other in others:
        (tmp_path / other).write_text("other")
    assert files_of_run(log)[-1] == log
    moved = move_to_trash(log)
    assert names(tmp_path) == others | {TRASH}
    assert {path.name for path in moved} == {STEM + ending for ending in ENDINGS}
    assert all(path.read_text() == "first" + path.name[len(STEM) :] for path in moved)


def test_nothing_in_the_trash_is_overwritten(tmp_path: Path) -> None:
    """A second run of one name gets a number, the same for all its files."""
    move_to_trash(a_run(tmp_path))
    (tmp_path / TRASH / f"{STEM}_2.out").write_text("somebody's")
    moved = move_to_trash(a_run(tmp_path, "second"))
    assert {path.name for path in moved} == {f"{STEM}_3{ending}" for ending in ENDINGS}
    trash = tmp_path / TRASH
    assert (trash / f"{STEM}.jsonl").read_text() == "first.jsonl"
    assert (trash / f"{STEM}_2.out").read_text() == "somebody's"
    assert not (trash / f"{STEM}_2.jsonl").exists()


def test_where_one_file_cannot_be_moved_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure half way leaves the run as it was, and nothing in the trash."""
    log = a_run(tmp_path)
    before = names(tmp_path)
    replace = Path.replace

    def fail_on_the_log(self: Path, target: Path) -> Path:
        if self == log:
            raise PermissionError("no")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_on_the_log)
    with pytest.raises(PermissionError):
        move_to_trash(log)
    assert names(tmp_path) == before | {TRASH}
    assert not names(tmp_path / TRASH)


def test_of_a_log_with_a_foreign_name_only_itself_and_its_side_file_go(tmp_path: Path) -> None:
    """``train.out`` beside a ``train.log`` that was named by hand may be anything."""
    for name in ("train.log", "train.meta", "train.out", "train.json"):
        (tmp_path / name).write_text(name)
    move_to_trash(tmp_path / "train.log")
    assert names(tmp_path) == {"train.out", "train.json", TRASH}


def test_a_run_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    """Somebody else deleted it: no empty trash is made."""
    with pytest.raises(FileNotFoundError):
        move_to_trash(tmp_path / "experiment_x.jsonl")
    assert not (tmp_path / TRASH).exists()


def test_a_new_file_is_never_written_over_another(tmp_path: Path) -> None:
    """The next free number is taken, and nothing half written is left by a failure."""
    wanted = tmp_path / "curves.csv"
    assert write_new(wanted, [b"a", b"b"]) == wanted
    assert write_new(wanted, [b"c"]) == tmp_path / "curves_2.csv"
    assert wanted.read_bytes() == b"ab"

    def broken() -> object:
        yield b"part"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_new(wanted, broken())  # type: ignore[arg-type]
    assert names(tmp_path) == {"curves.csv", "curves_2.csv"}


def test_a_failed_write_names_the_file_that_was_wanted(tmp_path: Path) -> None:
    """Not the temporary one, of which nobody knows."""
    wanted = tmp_path / "gone" / "curves.csv"
    with pytest.raises(FileNotFoundError) as failed:
        write_new(wanted, [b"a"])
    assert failed.value.filename == str(wanted)
