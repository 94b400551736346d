"""Names of files, and which run a text means."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.records.candidates import find_run, list_candidates
from tuimon.records.lines import encode_record
from tuimon.records.run_lookup import (
    RUN_FILE_PATTERN,
    AmbiguousRun,
    RunCandidate,
    UnknownRun,
    resolve_run,
)
from tuimon.records.run_names import log_file_name, new_run_id, safe_file_name

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def run(name: str, run_id: str, day: int, file: str = "") -> RunCandidate:
    return RunCandidate(
        Path("logs", file or f"experiment_{name}_{day}.jsonl"),
        run_id,
        name,
        datetime(2026, 1, day, tzinfo=UTC),
    )


RUNS = [
    run("baseline", "aaaa2222", 1),
    run("baseline", "bbbb3333", 3),
    run("base", "cccc4444", 2),
    run("sweep/lr", "aadd5555", 4),
]


@given(st.text(max_size=300))
def test_a_safe_name_is_safe_and_stays_so(name: str) -> None:
    """ASCII of four kinds, 1 to 100 bytes, and the file's name is recognised as a log."""
    safe = safe_file_name(name)
    assert 1 <= len(safe.encode("ascii")) <= 100
    assert "/" not in safe
    assert safe_file_name(safe) == safe
    match = RUN_FILE_PATTERN.fullmatch(log_file_name(name, WHEN))
    assert match is not None
    assert (match["name"], match["time"], match["kind"]) == (safe, "20260102_030405", "jsonl")


@pytest.mark.parametrize("name", ["con", "Aux", "nul.txt", "COM1", "lpt9.log"])
def test_device_names_are_no_file_names(name: str) -> None:
    """Windows would open the device."""
    assert safe_file_name(name) == f"_{name}"


def test_run_ids_do_not_repeat() -> None:
    """8 base32 characters from the system's randomness."""
    ids = {new_run_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert all(len(name) == 8 and set(name) <= set("abcdefghijklmnopqrstuvwxyz234567") for name in ids)


@pytest.mark.parametrize(
    ("name", "rank", "clash"),
    [
        ("experiment_x_20260101_000000.jsonl", None, None),
        ("experiment_x_20260101_000000_12.jsonl", None, "12"),
        ("experiment_x_20260101_000000.rank3.jsonl", ".rank3", None),
        ("experiment_x.json", None, None),
    ],
)
def test_files_of_runs_are_recognised(name: str, rank: str | None, clash: str | None) -> None:
    """Numbered ones and those of other ranks too."""
    match = RUN_FILE_PATTERN.fullmatch(name)
    assert match is not None
    assert (match["name"], match["rank"], match["clash"]) == ("x", rank, clash)


@pytest.mark.parametrize(
    "name", ["x.jsonl", "experiment_x.meta", "experiment_x.jsonl.gz", "Experiment_x.json"]
)
def test_other_files_are_not(name: str) -> None:
    """Only experiment_*.jsonl and .json."""
    assert RUN_FILE_PATTERN.fullmatch(name) is None


@pytest.mark.parametrize(
    ("text", "run_id"),
    [
        ("@", "aadd5555"),
        ("aaaa2222", "aaaa2222"),
        ("baseline", "bbbb3333"),
        ("baseline@aaaa2222", "aaaa2222"),
        ("base", "cccc4444"),
        ("basel", "bbbb3333"),
        ("swe", "aadd5555"),
        ("cc", "cccc4444"),
        ("experiment_baseline_1", "aaaa2222"),
        ("logs/experiment_baseline_1.jsonl", "aaaa2222"),
        ("./logs/experiment_baseline_1.jsonl", "aaaa2222"),
    ],
)
def test_a_run_is_found_by_what_a_person_types(text: str, run_id: str) -> None:
    """Newest of all, id, newest of a name, earlier one, exact before prefix, path."""
    assert resolve_run(text, RUNS).run_id == run_id


@pytest.mark.parametrize("text", ["ba", "aa", "b"])
def test_a_beginning_of_several_is_ambiguous(text: str) -> None:
    """The matches are listed."""
    with pytest.raises(AmbiguousRun, match="beginning of several runs") as caught:
        resolve_run(text, RUNS)
    assert len(caught.value.matches) >= 2


@pytest.mark.parametrize(("text", "nearest"), [("baselin3", ("baseline",)), ("", ()), ("zzz", ())])
def test_an_unknown_run_names_the_nearest(text: str, nearest: tuple[str, ...]) -> None:
    """So that a typing error costs one look."""
    with pytest.raises(UnknownRun) as caught:
        resolve_run(text, RUNS)
    assert caught.value.nearest[: len(nearest)] == nearest
    assert bool(caught.value.nearest) == bool(nearest)


def test_no_runs_at_all() -> None:
    """Even the newest is unknown then."""
    with pytest.raises(UnknownRun):
        resolve_run("@", [])


def test_the_candidates_of_a_directory(tmp_path: Path) -> None:
    """Each run once, though it has two files; other ranks' and other files are none; odd ones do no harm."""
    header = {"type": "run", "run_id": "aaaa2222", "name": "x", "config": {}}
    for name in (
        "experiment_x_20260101_000000.jsonl",
        "experiment_x_20260101_000000.rank1.jsonl",
        "other.jsonl",
    ):
        (tmp_path / name).write_bytes(encode_record(header))
    (tmp_path / "experiment_x_20260101_000000.json").write_text("{}")
    (tmp_path / "experiment_bad_20260101_000000.json").write_text("garbage")
    (tmp_path / "experiment_dir_20260101_000000.jsonl").mkdir()
    names = sorted(found.name for found in list_candidates(tmp_path))
    assert names == ["experiment_bad_20260101_000000", "experiment_dir_20260101_000000", "x"]
    assert list_candidates(tmp_path / "absent") == []
    assert find_run(str(tmp_path / "other.jsonl")).run_id == "aaaa2222"
    assert find_run("x", tmp_path).run_id == "aaaa2222"
