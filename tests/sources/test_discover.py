"""Runs are found where they are, and nowhere else, and a search ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuimon.sources.discover import ScanLimits, Search, discover


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{}\n")
    return path


def found(*paths: Path, limits: ScanLimits | None = None) -> set[str]:
    return {run.path.name for run in discover(paths, limits=limits).runs}


def test_logs_and_documents_are_found_in_all_directories(tmp_path: Path) -> None:
    touch(tmp_path / "experiment_a.jsonl")
    touch(tmp_path / "outputs" / "today" / "experiment_b.json")
    touch(tmp_path / "notes.jsonl")
    touch(tmp_path / "experiment_a.out")
    assert found(tmp_path) == {"experiment_a.jsonl", "experiment_b.json"}


def test_logs_under_other_names_are_counted_where_there_is_no_run(tmp_path: Path) -> None:
    """So that it can be said why a directory full of them has none; not hidden ones, nor directories."""
    for name in ("train.jsonl", "sub/metrics.jsonl", "eval.jsonl", ".hidden.jsonl", "notes.txt"):
        touch(tmp_path / name)
    (tmp_path / "folder.jsonl").mkdir()
    discovery = discover([tmp_path])
    assert (discovery.others, discovery.other_names) == (3, ("eval.jsonl", "metrics.jsonl"))


def test_a_document_beside_its_log_is_the_same_run(tmp_path: Path) -> None:
    log = touch(tmp_path / "experiment_a.jsonl")
    document = touch(tmp_path / "experiment_a.json")
    (run,) = discover([tmp_path]).runs
    assert (run.key, run.log, run.document) == (str(log.resolve()), log, document)
    (named,) = discover([document]).runs
    assert named == run


def test_other_ranks_are_not_runs_of_their_own(tmp_path: Path) -> None:
    touch(tmp_path / "experiment_a.jsonl")
    touch(tmp_path / "experiment_a.rank1.jsonl")
    assert found(tmp_path) == {"experiment_a.jsonl"}


def test_a_named_file_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    assert found(touch(tmp_path / "weird.log")) == {"weird.log"}


def test_a_run_that_is_named_twice_is_one(tmp_path: Path) -> None:
    log = touch(tmp_path / "experiment_a.jsonl")
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    assert len(discover([tmp_path, log, tmp_path / "link"]).runs) == 1


def test_what_holds_no_logs_is_skipped(tmp_path: Path) -> None:
    """Hidden folders, node_modules and virtual environments; unless one of them is named."""
    for folder in (".git", "node_modules", "env"):
        touch(tmp_path / folder / "experiment_a.jsonl")
        touch(tmp_path / folder / "deep" / "experiment_b.jsonl")
    touch(tmp_path / "env" / "pyvenv.cfg")
    assert found(tmp_path) == set()
    assert found(tmp_path / "env") == {"experiment_a.jsonl", "experiment_b.jsonl"}


def test_symbolic_links_in_a_circle_end(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "experiment_a.jsonl")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    discovery = discover([tmp_path])
    assert [run.path.name for run in discovery.runs] == ["experiment_a.jsonl"]
    assert discovery.stopped is None


def test_a_linked_directory_is_searched(tmp_path: Path) -> None:
    touch(tmp_path / "elsewhere" / "experiment_a.jsonl")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert found(tmp_path / "logs") == {"experiment_a.jsonl"}


def test_a_search_that_is_too_deep_says_so(tmp_path: Path) -> None:
    touch(tmp_path / "1" / "experiment_near.jsonl")
    touch(tmp_path / "1" / "2" / "3" / "experiment_far.jsonl")
    discovery = discover([tmp_path], limits=ScanLimits(depth=2))
    assert [run.path.name for run in discovery.runs] == ["experiment_near.jsonl"]
    assert "2 directories deep" in (discovery.stopped or "")


def test_a_search_of_too_many_entries_says_so(tmp_path: Path) -> None:
    for number in range(50):
        touch(tmp_path / "data" / f"{number}.bin")
    discovery = discover([tmp_path], limits=ScanLimits(entries=20))
    assert "after 20 entries" in (discovery.stopped or "")


def test_a_search_that_takes_too_long_says_so(tmp_path: Path) -> None:
    for number in range(5):
        touch(tmp_path / str(number) / "experiment_a.jsonl")
    times = iter(range(1000))
    search = Search([tmp_path], limits=ScanLimits(seconds=3), monotonic=lambda: next(times))
    while not search.step(1.0):
        pass
    assert "after 3 s" in (search.result().stopped or "")


def test_a_search_goes_on_where_it_paused(tmp_path: Path) -> None:
    """In steps of no time at all the same runs are found."""
    for number in range(5):
        touch(tmp_path / str(number) / "experiment_a.jsonl")
    search = Search([tmp_path])
    steps = 1
    while not search.step(0.0):
        steps += 1
    assert steps > 5
    assert len(search.result().runs) == 5


def test_a_missing_path_is_said(tmp_path: Path) -> None:
    discovery = discover([tmp_path / "later", touch(tmp_path / "experiment_a.jsonl")])
    assert discovery.missing == (tmp_path / "later",)
    assert len(discovery.runs) == 1


def test_what_is_neither_file_nor_directory_is_a_problem(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (problem,) = discover([tmp_path / "pipe"]).problems
    assert "neither a directory nor a file" in problem


def test_what_only_bears_a_logs_name_is_no_run(tmp_path: Path) -> None:
    """A pipe (opening it would wait for ever) and a broken link; a directory is searched."""
    os.mkfifo(tmp_path / "experiment_pipe.jsonl")
    (tmp_path / "experiment_link.jsonl").symlink_to(tmp_path / "nothing")
    touch(tmp_path / "experiment_folder.jsonl" / "experiment_a.jsonl")
    assert found(tmp_path) == {"experiment_a.jsonl"}


def test_an_unreadable_directory_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence that names it; the others are searched."""
    touch(tmp_path / "open" / "experiment_a.jsonl")
    closed = tmp_path / "closed"
    closed.mkdir()
    scan = os.scandir

    def refuse(path: Path) -> object:  # permissions do not stop root, who may run the tests
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    discovery = discover([closed, tmp_path / "open"])
    assert discovery.problems == (f"cannot read {closed}: Permission denied",)
    assert len(discovery.runs) == 1


def test_a_second_search_knows_the_runs_of_the_first(tmp_path: Path) -> None:
    """It comes each few seconds, and in a directory with 1,000 logs mostly nothing is new."""
    for name in ("experiment_a.jsonl", "experiment_b.jsonl"):
        touch(tmp_path / name)
    first = discover([tmp_path]).runs
    assert all(one is other for one, other in zip(discover([tmp_path]).runs, first, strict=True))
    touch(tmp_path / "experiment_b.json")
    assert {files.document for files in discover([tmp_path]).runs} == {None, tmp_path / "experiment_b.json"}
    (tmp_path / "experiment_a.jsonl").unlink()
    assert [files.path.name for files in discover([tmp_path]).runs] == ["experiment_b.jsonl"]


def test_a_link_that_leads_elsewhere_by_now_is_another_run(tmp_path: Path) -> None:
    """Its name alone does not tell."""
    logs = tmp_path / "logs"
    for path in (tmp_path / "one.jsonl", tmp_path / "other.jsonl", logs / "experiment_plain.jsonl"):
        touch(path)
    link = logs / "experiment_link.jsonl"
    for target in ("one.jsonl", "other.jsonl"):
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / target)
        assert str(tmp_path / target) in {files.key for files in discover([logs]).runs}
