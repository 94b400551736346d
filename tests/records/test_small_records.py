"""Headers, ends, resumes, summaries, a person's additions and the statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon import ExperimentLog, MetricsSnapshot
from tuimon.records.events import EndRecord, EventRecord, ResumeRecord
from tuimon.records.lines import decode_line, encode_record
from tuimon.records.metric_summary import LoggedSummaries, MetricSummary
from tuimon.records.person_meta import PersonMeta, meta_path, read_meta, write_meta
from tuimon.records.run_header import RunHeader, header_from_path, parse_time
from tuimon.records.statistics import statistics_text, summary_statistics
from tuimon.whole_file import write_parts

HEADER = RunHeader(
    run_id="abcd2345",
    name="x",
    start_time=datetime(2026, 1, 2, tzinfo=UTC),
    config={"lr": 0.1, "model": {"layers": 3}},
    host="box",
    pid=7,
    process_start_time=1.5,
    argv=("python", "train.py"),
    git_commit="0" * 40,
    git_dirty=False,
    rank=0,
    world_size=2,
    gpu_names=("H100",),
    tags=("a",),
    notes="n",
    extra={"later": 1},
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def through_a_line(record: dict[str, Any]) -> dict[str, Any]:
    return decode_line(encode_record(record))


def test_a_header_comes_back_equal() -> None:
    """Facts that are not known are left out of the line."""
    record = through_a_line(HEADER.to_record())
    assert RunHeader.from_record(record, path=Path("x.jsonl")) == HEADER
    assert "job_id" not in record
    assert record["type"] == "run"


FIELDS = [
    *RunHeader.__dataclass_fields__,
    "status",
    "end_time",
    "summary",
    "exception",
    "time",
    "level",
    "message",
]


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_records_of_wrong_types_are_read_without_an_error(record: dict[str, Any]) -> None:
    """Whatever stands in a header, an end, a resume or an event."""
    header = RunHeader.from_record(record, path=Path("experiment_y_20260101_000000.jsonl"))
    assert header.name
    assert header.run_id
    encode_record(header.to_record())
    encode_record(EndRecord.from_record(record).to_record())
    ResumeRecord.from_record(record)
    EventRecord.from_record(record)


def test_a_log_without_a_header_is_named_after_its_file() -> None:
    """With an id that stays the same."""
    header = header_from_path(Path("logs/experiment_y_20260101_000000.jsonl"))
    assert header.name == "experiment_y_20260101_000000"
    assert header == header_from_path(Path("elsewhere/experiment_y_20260101_000000.jsonl"))
    assert len(header.run_id) == 8


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05+00:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("nonsense", None),
        (5, None),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_times_are_aware_or_absent(text: object, time: str | None) -> None:
    """Zones are honoured, nonsense is no error."""
    parsed = parse_time(text)
    if time is None:
        assert parsed is None or parsed.tzinfo is not None
    else:
        assert parsed is not None
        assert parsed.astimezone(UTC).isoformat() == time


def test_an_end_comes_back_equal() -> None:
    """Summary, exception and what was given at the end."""
    end = EndRecord(
        "failed",
        datetime(2026, 1, 2, tzinfo=UTC),
        12.5,
        {"loss": MetricSummary.of([0, 1, 2], [1.0, math.inf, 0.5])},
        "ValueError",
        "message",
        "Traceback ...",
        "notes",
        0.5,
        None,
    )
    assert EndRecord.from_record(through_a_line(end.to_record())) == end


@given(st.lists(st.tuples(st.integers(0, 99), st.floats())))
def test_a_summary_is_what_a_slow_look_says(values: list[tuple[int, float]]) -> None:
    """Extremes over the finite values at their first place; NaN counted."""
    summary = MetricSummary.of([at for at, _ in values], [value for _, value in values])
    finite = [(value, at) for at, value in values if math.isfinite(value)]
    assert summary.count == len(values)
    assert summary.nan_count == sum(math.isnan(value) for _, value in values)
    if finite:
        assert summary.min == min(value for value, _ in finite)
        assert summary.min_iteration == next(at for value, at in finite if value == summary.min)
        assert summary.max_iteration == next(at for value, at in finite if value == summary.max)
    else:
        assert (summary.min, summary.max, summary.min_iteration) == (None, None, None)
    back = MetricSummary.from_record(through_a_line(summary.to_record()))
    assert back.to_record() == pytest.approx(summary.to_record(), nan_ok=True)


@given(
    st.dictionaries(
        st.text(max_size=3),
        st.one_of(
            st.lists(st.floats(), max_size=4).map(
                lambda values: MetricSummary.of(range(9)[: len(values)], values).to_record()
            ),
            st.sampled_from([None, 3, "text", [], {}, {"last": "NaN"}, {"last": {}, "nan_count": -2}]),
        ),
        max_size=4,
    )
)
def test_summaries_read_late_say_what_those_read_at_once_say(logged: dict[str, Any]) -> None:
    """Whatever stands in the line: the same summaries, and the same quick answers for all of them."""
    line = through_a_line({"type": "end", "summary": logged})["summary"]
    at_once = {name: MetricSummary.from_record(each) for name, each in line.items()}
    late = LoggedSummaries(line)
    last_values = {name: each.last for name, each in at_once.items() if each.last is not None}
    assert repr(dict(late.last_values())) == repr(last_values)  # NaN is not equal to itself
    assert late.nan_count == sum(each.nan_count for each in at_once.values())
    assert repr(late) == repr(at_once)
    assert ("absent" in late, len(late), list(late)) == (False, len(line), list(line))


def test_a_persons_additions_are_merged_by_key(tmp_path: Path) -> None:
    """What another app wrote meanwhile under other keys is kept, and no temporary file is left."""
    path = meta_path(tmp_path / "experiment_x_20260101_000000.jsonl")
    assert path.name == "experiment_x_20260101_000000.meta"
    assert read_meta(path) == PersonMeta()
    write_meta(path, {"notes": "look again", "colour": "red"})
    meta = write_meta(path, {"tags": ["a", "b"], "archived": True})
    assert meta == PersonMeta("look again", ("a", "b"), True, {"colour": "red"})
    assert read_meta(path) == meta
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [b"", b"garbage", b"[]", b'{"notes": 5, "tags": "a", "archived": 1}'])
def test_a_broken_file_of_additions_reads_as_none(tmp_path: Path, content: bytes) -> None:
    """Half-edited by hand: nothing is shown, and it can be written again."""
    path = tmp_path / "x.meta"
    path.write_bytes(content)
    assert read_meta(path) == PersonMeta()
    assert write_meta(path, {"notes": "n"}).notes == "n"


def test_a_failed_replacement_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half-written file, no temporary one."""
    path = tmp_path / "x.meta"
    write_meta(path, {"notes": "old"})

    def refuse(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no space"):
        write_meta(path, {"notes": "new"})
    assert read_meta(path).notes == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_statistics_leave_non_finite_values_out() -> None:
    """Mean and deviation of the finite ones, even where squares would overflow; none where there are none."""
    rows = [
        MetricsSnapshot(step, train_loss=loss, metrics={"huge": 1e300 * (-1) ** step, "bad": math.nan})
        for step, loss in enumerate([1.0, math.nan, 3.0, math.inf])
    ]
    statistics = summary_statistics(ExperimentLog(config={}, metrics_history=rows))
    assert statistics["train_loss"] == {"count": 4, "min": 1, "max": 3, "mean": 2, "std": 1, "last": math.inf}
    assert statistics["huge"]["std"] == pytest.approx(1e300)
    assert statistics["bad"]["mean"] is None
    assert "val_loss" not in statistics


def test_the_summary_is_text_without_control_characters() -> None:
    """Names and notes from a log cannot write to the terminal."""
    row = MetricsSnapshot(0, train_loss=0.5, metrics={"a\x1b[31m\n": math.nan})
    text = text_of(ExperimentLog(config={"name": "x\x1b]0;t\x07"}, metrics_history=[row], notes="\x1b[2J"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "0.5" in text
    assert "a\\x1b[31m\\n" in text


def test_the_summary_of_an_empty_run_is_text_too() -> None:
    """Nothing was logged: the name, and that it took no known time."""
    assert "not known" in text_of(ExperimentLog(config={}), "x")


def test_a_file_in_parts_replaces_only_when_asked(tmp_path: Path) -> None:
    """The whole file or none of it; one that is there stays unless it is to be replaced."""
    path = tmp_path / "out.csv"
    write_parts(path, [b"a", b"b"], replace=False)
    with pytest.raises(FileExistsError):
        write_parts(path, [b"c"], replace=False)
    assert path.read_bytes() == b"ab"
    write_parts(path, [b"c"], replace=True)
    assert path.read_bytes() == b"c"

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_parts(path, broken(), replace=True)
    assert path.read_bytes() == b"c"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]


def text_of(log: ExperimentLog, name: str = "") -> str:
    return statistics_text(summary_statistics(log), log.experiment_name or name, log.notes)
