"""The machine's figures: columns of their own, over elapsed time, never rows."""

from __future__ import annotations

import time
from pathlib import Path

from tests.store.stores import load
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import FakeClock, RunBuilder
from tuimon.testing.run_builder import this_process


def only(directory: Path, now: float | None = None) -> RunSnapshot:
    clock = FakeClock(now) if now is not None else FakeClock()
    (run,) = load(directory, clock=clock).runs
    return run


def table(run: RunSnapshot, name: str) -> list[tuple[float, float]]:
    view = run.system[name]
    return list(zip(run.system_seconds[view.rows].tolist(), view.values.tolist(), strict=True))


def test_system_records_are_columns_over_elapsed_time_and_no_rows(tmp_path: Path) -> None:
    log = RunBuilder(tmp_path).header().metrics(0, train_loss=3.0)
    log.system(0.1, cpu_percent=20.0, gpu0_percent=5.0).metrics(1, train_loss=2.0)
    log.system(10.1, cpu_percent=30.0).system(20.1, cpu_percent=40.0, gpu0_percent=99.0)
    log.metrics(2, train_loss=1.0)
    run = only(tmp_path)
    assert run.iterations.tolist() == [0, 1, 2]
    assert set(run.metrics) == {"gradient_step", "wallclock_time", "train_loss"}
    assert table(run, "cpu_percent") == [(0.1, 20.0), (10.1, 30.0), (20.1, 40.0)]
    assert table(run, "gpu0_percent") == [(0.1, 5.0), (20.1, 99.0)]
    assert "cpu_percent" not in run.summaries


def test_a_run_without_system_records_has_no_figures(tmp_path: Path) -> None:
    RunBuilder(tmp_path).header().metrics(0, train_loss=3.0)
    run = only(tmp_path)
    assert run.system == {}
    assert len(run.system_seconds) == 0


def test_after_a_resume_elapsed_time_goes_on_from_the_last_row_kept(tmp_path: Path) -> None:
    """Whether the figures come before or after the first row; those beyond the row kept are taken back."""
    log = RunBuilder(tmp_path).header()
    for iteration, seconds in enumerate((0.0, 10.0, 20.0, 30.0)):
        log.metrics(iteration, train_loss=1.0, wallclock_time=seconds)
        log.system(seconds + 1, cpu_percent=seconds)
    log.resume().system(2.0, cpu_percent=100.0)
    tentative = only(tmp_path)
    assert table(tentative, "cpu_percent") == [(1, 0), (11, 10), (21, 20), (32, 100)]
    log.metrics(2, train_loss=1.0, wallclock_time=5.0).system(12.0, cpu_percent=101.0)
    run = only(tmp_path)
    assert run.metrics["wallclock_time"].values.tolist() == [0, 10, 15]
    assert table(run, "cpu_percent") == [(1, 0), (12, 100), (22, 101)]
    log.resume().metrics(3, train_loss=1.0, wallclock_time=1.0).system(2.0, cpu_percent=102.0)
    assert table(only(tmp_path), "cpu_percent") == [(1, 0), (12, 100), (17, 102)]


def test_what_is_no_figure_is_left_out(tmp_path: Path) -> None:
    log = RunBuilder(tmp_path).header().record("system", cpu_percent=1.0)
    log.record("system", wallclock_time="NaN", cpu_percent=2.0)
    log.record("system", wallclock_time=3.0, cpu_percent="much", gpu="H100", machine_cpu_percent=4.0)
    run = only(tmp_path)
    assert list(run.system) == ["machine_cpu_percent"]
    assert table(run, "machine_cpu_percent") == [(3.0, 4.0)]


def test_a_training_that_hangs_is_stalled_though_its_sampler_goes_on(tmp_path: Path) -> None:
    """The figures are logged by a thread of their own: they are no sign that the training goes on."""
    log = RunBuilder(tmp_path).header(**this_process())
    log.metrics(0, train_loss=3.0, wallclock_time=0.0).metrics(1, train_loss=2.0, wallclock_time=10.0)
    for seconds in range(20, 400, 10):
        log.system(seconds, cpu_percent=0.0)
    now = time.time()
    log.last_written(now)
    run = only(tmp_path, now + 1)
    assert run.state is RunState.STALLED
    assert run.last_change is not None
    assert abs(now - 380 - run.last_change) < 0.1
    log.event("woke up").last_written(now)
    assert only(tmp_path, now + 1).state is RunState.RUNNING
