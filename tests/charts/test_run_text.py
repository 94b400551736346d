"""Everything about one run as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.charts.runs_by_hand import START, make_run
from tuimon.analysis.health import health_of
from tuimon.analysis.leaderboard import run_row
from tuimon.analysis.statistics import run_statistics
from tuimon.charts.event_words import event_line
from tuimon.charts.palette import DARK
from tuimon.charts.run_commands import reproduce_command, stop_command
from tuimon.charts.run_text import RunTextSpec, run_text, run_title
from tuimon.charts.text_line import line_text, wrap
from tuimon.records.events import EndRecord, EventRecord, ResumeRecord
from tuimon.records.person_meta import PersonMeta
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

NOW = START.timestamp() + 3600
CURVES = {
    "train_loss": [3.0, 2.5, 2.0],
    "val_loss": [3.5, float("nan"), 2.25],
    "learning_rate": [1e-4, 6e-4, 3e-4],
}


def spec_of(run: RunSnapshot, width: int = 120, **changes: Any) -> RunTextSpec:
    return RunTextSpec(run, run_row(run, NOW), run_statistics(run), width, **changes)


def page(run: RunSnapshot, width: int = 120, **changes: Any) -> list[str]:
    return [line_text(line).rstrip() for line in run_text(spec_of(run, width, **changes))]


def section(lines: Sequence[str], title: str) -> list[str]:
    """The lines of one section, without its heading."""
    start = next(index for index, line in enumerate(lines) if line.startswith(f" {title}"))
    rest = lines[start + 1 :]
    return list(rest[: rest.index("")] if "" in rest else rest)


def test_the_title_says_which_run_how_far_and_how_good() -> None:
    run = make_run("baseline", config={"max_iters": 6}, metrics=CURVES)
    title = line_text(run_title(spec_of(run)))
    assert title.split()[:3] == ["●", "baseline", "▶"]
    for words in ("running", "step 3", "50%", "val_loss best 2.2500 @3", "last record"):
        assert words in title


def test_a_wide_title_has_a_long_name_whole() -> None:
    """A name is cut where it would take more than half of a wide line, not where there is room for it."""
    name = "transformer_tinystories_d512_l4_h16_lr6e-4_bs64_warmup2000_seed2_again"
    run = make_run(name, config={"max_iters": 6}, metrics=CURVES)
    assert name in line_text(run_title(spec_of(run, 200)))
    assert name not in line_text(run_title(spec_of(run, 100)))


def test_the_throughput_has_a_unit() -> None:
    run = make_run(metrics={"train_loss": [1.0, 1.0], "tokens_per_sec": [6860.0, 6860.0]})
    assert "6.86k tok/s" in "\n".join(page(run))


def test_a_failed_run_begins_with_its_exception_and_traceback() -> None:
    traceback = (
        'Traceback (most recent call last):\n  File "train.py", line 9, in step\n    1 / 0\n    ~~^~~\n'
    )
    end = EndRecord(
        "failed",
        exception_type="ZeroDivisionError",
        exception_message="division by zero",
        traceback=traceback,
    )
    lines = page(make_run(state=RunState.FAILED, end=end))
    assert lines[:5] == [
        " failed with",
        " ZeroDivisionError: division by zero",
        "   Traceback (most recent call last):",
        '     File "train.py", line 9, in step',
        "       1 / 0",
    ]


def test_every_metric_has_its_statistics_and_the_chosen_one_a_sign() -> None:
    lines = section(page(make_run(metrics=CURVES), metric="val_loss"), "metrics")
    assert lines[0].split() == ["last", "min", "max", "mean", "std", "count", "NaN"]
    rows = {line.strip(" >").split()[0]: line for line in lines[1:]}
    assert rows["val_loss"].startswith(" > val_loss")
    assert rows["train_loss"].startswith("   train_loss")
    assert rows["val_loss"].split()[2:7] == ["2.2500", "2.2500", "@3", "3.5000", "@1"]
    assert rows["val_loss"].split()[-2:] == ["3", "1"]
    assert rows["learning_rate"].split()[1:4] == ["3e-04", "1e-04", "@1"]


def test_narrow_statistics_keep_last_least_and_greatest() -> None:
    lines = section(page(make_run(metrics=CURVES), 48), "metrics")
    assert lines[0].split()[:3] == ["last", "min", "max"]


def test_config_is_complete_flattened_and_long_values_are_wrapped_not_cut() -> None:
    path = "/data/" + "x" * 150
    run = make_run(config={"lr": 6e-4, "model": {"layers": 6, "path": path}, "betas": [0.9, 0.95]})
    lines = section(page(run, 80), "config")
    text = " ".join(lines)
    for words in ("lr", "6e-04", "model.layers", "betas", "[0.9,0.95]"):
        assert words in text
    assert path in "".join("".join(line.split()) for line in lines)


def test_events_come_newest_first_with_step_and_level() -> None:
    events = [
        EventRecord("info", "checkpoint saved", 500, 7),
        EventRecord("warning", "loss is\nNaN", 12400, 9),
    ]
    lines = section(page(make_run(events=events)), "events")
    assert [line.split() for line in lines] == [
        ["@12.4k", "warning", "loss", "is", "NaN"],
        ["@500", "info", "checkpoint", "saved"],
    ]


def test_where_things_happened_is_counted_in_gradient_steps_as_on_the_charts() -> None:
    """They used to be at iterations, while curves, statistics and resumes were at gradient steps."""
    accumulated = {
        "train_loss": [3.0, 2.9, 2.8, 2.7, float("nan"), 2.5, 2.4, 2.3],
        "gradient_step": [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0],
    }
    events = [
        EventRecord("warning", "half scale", 4),
        EventRecord("info", "saved", 9),
        EventRecord("info", "x"),
    ]
    run = make_run(metrics=accumulated, events=events)
    health = health_of(run, NOW)
    lines = page(run, health=health)
    assert [line.split()[0] for line in section(lines, "health") if "NaN" in line] == ["@1"]
    assert [line.split()[0] for line in section(lines, "events")] == ["info", "@2", "@1"]
    said = line_text(event_line(run, health, 120, DARK) or ())
    assert "nan train_loss @1" in said
    assert "half scale @1" in said


def test_endless_events_are_cut_and_it_is_said() -> None:
    events = [EventRecord("info", f"number {number}") for number in range(1000)]
    lines = page(make_run(events=events))
    assert any("800 earlier ones not shown" in line for line in lines)
    assert any("number 999" in line for line in lines)
    assert not any("number 799" in line for line in lines)


def test_a_resumed_run_tells_from_where_when_and_by_whom() -> None:
    run = make_run(metrics=CURVES, resumes=[ResumeRecord(START, "node17", 8123)], segment_rows=[1])
    (line,) = section(page(run), "resumed")
    assert "from 2" in line
    assert "node17" in line
    assert "pid 8123" in line


def test_bad_lines_are_told_with_number_and_reason() -> None:
    lines = section(page(make_run(bad_lines=[(3, "not an object"), (17, "cut \x1b[31m")])), "bad lines")
    assert [line.split(maxsplit=2) for line in lines] == [
        ["line", "17", "cut ·[31m"],
        ["line", "3", "not an object"],
    ]


def test_notes_of_program_person_and_end_are_shown() -> None:
    run = make_run(
        header={"notes": "from the program"},
        meta=PersonMeta(notes="from a person\nsecond line", tags=("keep",)),
        end=EndRecord("finished", notes="as good as it gets"),
        state=RunState.FINISHED,
    )
    lines = page(run)
    assert section(lines, "notes") == [" from a person", " second line"]
    assert " as good as it gets" in lines
    assert any("keep" in line for line in section(lines, "run"))


def test_a_problem_comes_first() -> None:
    lines = page(make_run(problem="permission denied"))
    assert lines[:2] == [" problem", " permission denied"]


def test_a_run_without_records_says_so() -> None:
    assert any("no records yet" in line for line in page(make_run()))


def test_the_line_that_reproduces_a_run_is_quoted_for_a_shell() -> None:
    header = {
        "argv": ("python", "train.py", "--name", "two words"),
        "cwd": "/home/me/my code",
        "git_commit": "abc123",
    }
    run = make_run(header=header)
    command = "cd '/home/me/my code' && git checkout abc123 && python train.py --name 'two words'"
    assert reproduce_command(run) == command
    assert any(command in line for line in page(run))
    assert reproduce_command(make_run()) is None


def test_the_line_that_stops_a_run_is_of_the_latest_process_and_only_while_it_lives() -> None:
    header = {"pid": 11}
    resumed = [ResumeRecord(START, pid=22)]
    assert stop_command(make_run(header=header)) == "kill -INT 11"
    assert stop_command(make_run(header=header, resumes=resumed)) == "kill -INT 22"
    assert stop_command(make_run(header={**header, "job_id": "99", "array_index": 4})) == "scancel 99_4"
    assert stop_command(make_run(header=header, state=RunState.FINISHED)) is None


HOSTILE = ("[bold]x[/bold]", "../../etc", "e\x1b[31mvil\x07", "幅広い名前" * 20, "x" * 200, "\u200bzero", "")


def hostile_run(name: str) -> RunSnapshot:
    return make_run(
        name,
        config={name or "k": name, "nested": {name or "k": [name] * 3}},
        metrics={name or "m": [1.0, float("inf"), float("nan")], "val_loss": [1e300, 1.0]},
        events=[EventRecord(name, name * 3, 1)],
        bad_lines=[(1, name)],
        header={
            "argv": (name, name),
            "cwd": name,
            "host": name,
            "tags": (name,),
            "notes": f"{name}\r\n\t{name}",
        },
        end=EndRecord("failed", exception_type=name or "E", exception_message=name, traceback=name),
        state=RunState.FAILED,
    )


@pytest.mark.parametrize("width", [0, 1, 5, 20, 40, 80, 120, 200])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_hostile_text_at_any_width_keeps_every_line_in_its_place(width: int, ascii_only: bool) -> None:
    for name in HOSTILE:
        spec = spec_of(hostile_run(name), width, ascii=ascii_only)
        for line in (run_title(spec), *run_text(spec)):
            text = line_text(line)
            assert cell_len(text) == width
            assert "\x1b" not in text
            assert text.isascii() or not ascii_only


@given(st.text(max_size=80), st.integers(0, 250))
def test_lines_are_always_as_wide_as_asked(name: str, width: int) -> None:
    spec = spec_of(hostile_run(name), width)
    assert all(cell_len(line_text(line)) == width for line in (run_title(spec), *run_text(spec)))


@given(st.text(max_size=200), st.integers(1, 60))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split(" ")) == "".join(text.split(" "))
    assert all(cell_len(line) <= max(2, width) for line in lines)


def test_wrapping_to_a_number_of_lines_ends_in_an_ellipsis() -> None:
    assert wrap("one two three four", 5, most=2) == ["one", "two…"]
