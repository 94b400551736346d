"""Whole files: logs that were cut, spoiled or written by somebody else."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.records.folded_run import fold_log
from tuimon.records.lines import encode_record
from tuimon.records.load import compare_experiments, load_experiment_log
from tuimon.records.quick_read import read_ends, read_header

HEADER: dict[str, Any] = {
    "type": "run",
    "format": 1,
    "run_id": "abcd2345",
    "name": "naïve ∇",
    "config": {"lr": 0.1},
}
LINES: list[dict[str, Any]] = [
    HEADER,
    {"type": "metrics", "iteration": 0, "gradient_step": 0, "wallclock_time": 0.5, "train_loss": 4.0},
    {"type": "eval", "iteration": 0, "gradient_step": 0, "wallclock_time": 0.6, "val_loss": "NaN"},
    {"type": "event", "level": "info", "message": "half way: 50 % ∎"},
    {"type": "metrics", "iteration": 1, "gradient_step": 1, "wallclock_time": 1.5, "train_loss": 0.0},
    {"type": "end", "status": "finished", "duration_seconds": 2.0, "summary": {}},
]


def log_of(records: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(encode_record(record) for record in records)


LOG = log_of(LINES)


def test_a_log_cut_at_every_byte_opens_with_its_whole_records(tmp_path: Path) -> None:
    """At each of its bytes: no exception, no bad line, and just the records that are whole."""
    path = tmp_path / "experiment_cut_20260101_000000.jsonl"
    for length in range(len(LOG) + 1):
        path.write_bytes(LOG[:length])
        whole = sum(length >= len(log_of(LINES[: count + 1])) - 1 for count in range(len(LINES)))
        log = load_experiment_log(path)
        rows = {0: 0, 1: 0, 2: 1, 3: 1, 4: 1, 5: 2, 6: 2}[whole]
        assert len(log.metrics_history) == rows, length
        folded = fold_log(path)
        assert folded.bad_line_count == 0
        assert (folded.end is not None) == (whole == 6)
        assert len(folded.events) == (whole >= 4)
        assert folded.header is not None
        assert folded.header.name == ("naïve ∇" if whole else path.stem)
        read_ends(path)


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(0, len(LINES)))
def test_garbage_between_the_lines_costs_only_itself(garbage: list[bytes], place: int) -> None:
    """Any bytes on lines of their own leave the records around them as they are, and are counted."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "experiment_x_20260101_000000.jsonl")
        spoiled = [b"!" + line.replace(b"\n", b"").replace(b"\r", b"") + b"\n" for line in garbage]
        lines = [encode_record(line) for line in LINES]
        path.write_bytes(b"".join([*lines[:place], *spoiled, *lines[place:]]))
        folded = fold_log(path)
        assert folded.bad_line_count == len(garbage)
        assert [number for number, _ in folded.bad_lines] == list(range(place + 1, place + 1 + len(garbage)))
        assert [row.get("train_loss") for row in folded.rows()] == [4.0, 0.0]


def test_a_log_of_binary_garbage_is_an_empty_run_named_after_its_file(tmp_path: Path) -> None:
    """A message per line, never a crash."""
    path = tmp_path / "experiment_noise_20260101_000000.jsonl"
    path.write_bytes(bytes(range(256)) * 50)
    folded = fold_log(path)
    assert folded.bad_line_count > 0
    assert folded.header is not None
    assert folded.header.name == "experiment_noise_20260101_000000"
    assert load_experiment_log(path).metrics_history == []


def test_a_loss_of_zero_is_a_value(tmp_path: Path) -> None:
    """0.0 is the best loss there is, not a missing one."""
    path = tmp_path / "zero.jsonl"
    path.write_bytes(LOG)
    log = load_experiment_log(path)
    assert log.best_train_loss == 0.0
    assert log.final_train_loss == 0.0
    assert log.metrics_history[1].train_loss == 0.0


def test_no_evaluation_yet_is_absent_and_a_nan_is_never_best(tmp_path: Path) -> None:
    """Neither infinity nor NaN stands where no finite loss was measured."""
    path = tmp_path / "nan.jsonl"
    path.write_bytes(LOG)
    log = load_experiment_log(path)
    assert log.best_val_loss is None
    path.write_bytes(LOG[: LOG.index(b'{"type":"eval"')])
    log = load_experiment_log(path)
    assert (log.best_val_loss, log.final_val_loss) == (None, None)


def test_unknown_types_and_keys_are_kept_apart(tmp_path: Path) -> None:
    """A later version's lines change nothing, and its header's keys are kept."""
    path = tmp_path / "later.jsonl"
    lines = [{**HEADER, "cluster": "x"}, {"type": "histogram", "iteration": 99}, {"no": "type"}, *LINES[1:]]
    path.write_bytes(log_of(lines))
    folded = fold_log(path)
    assert folded.bad_line_count == 0
    assert folded.header is not None
    assert folded.header.extra == {"cluster": "x"}
    assert list(folded.iterations) == [0, 1]


def test_comparing_takes_two_runs_of_one_name_as_two(tmp_path: Path) -> None:
    """The newest has the bare name, the earlier one its id behind it."""
    paths = []
    for number, start in enumerate(("2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00")):
        path = tmp_path / f"experiment_x_{number}.jsonl"
        header = {**HEADER, "name": "x", "run_id": f"aaaaaaa{number + 2}", "start_time": start}
        path.write_bytes(log_of([header, *LINES[1:]]))
        paths.append(path)
    table = compare_experiments(paths)
    assert list(table) == ["x", "x@aaaaaaa2"]
    assert table["x"]["path"] == str(paths[1])
    assert table["x"]["best_train_loss"] == 0.0
    assert table["x"]["config"] == {"lr": 0.1}
    assert table["x"]["total_iterations"] == 2


@pytest.mark.parametrize("filler", [0, 300_000])
def test_the_two_ends_are_read_without_what_lies_between(tmp_path: Path, filler: int) -> None:
    """Header, end and last metrics record, also where the end line is larger than the first block."""
    path = tmp_path / "ends.jsonl"
    end = {**LINES[-1], "exception": {"type": "E", "message": "m", "traceback": "x" * filler}}
    path.write_bytes(log_of([*LINES[:-1], end]))
    header, read, last = read_ends(path)
    assert header.name == "naïve ∇"
    assert read is not None
    assert read.duration_seconds == 2.0
    assert last is not None
    assert last["iteration"] == 1


def test_an_end_that_was_resumed_is_no_end(tmp_path: Path) -> None:
    """The quick read follows the same rule as the fold."""
    path = tmp_path / "resumed.jsonl"
    path.write_bytes(LOG + encode_record({"type": "resume", "pid": 1}))
    assert read_ends(path)[1] is None


def test_json_lines_of_the_standard_library_are_read(tmp_path: Path) -> None:
    """Spaces, bare NaN and escapes, as ``json.dumps`` writes them."""
    path = tmp_path / "other.jsonl"
    path.write_text(
        json.dumps({"type": "metrics", "iteration": 3, "train_loss": float("nan"), "é": 1}) + "\n"
    )
    (row,) = fold_log(path).rows()
    assert row["train_loss"] != row["train_loss"]
    assert row["é"] == 1


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    """A log that an editor on Windows has saved keeps its header, read whole or by its ends."""
    path = tmp_path / "experiment_x_20260101_000000.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + LOG.replace(b"\n", b"\r\n"))
    folded, (header, _, _) = fold_log(path), read_ends(path)
    assert folded.bad_line_count == 0
    assert folded.header == header == read_header(path)
    assert header.run_id == HEADER["run_id"]
