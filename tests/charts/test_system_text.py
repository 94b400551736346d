"""The machine's figures of a run: the newest in a row, all of them in charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.system_figures import GIB, system_charts, system_now
from tuimon.charts.notation import size_text
from tuimon.charts.palette import NO_COLOUR, RUN_COLOURS
from tuimon.charts.run_text import RunTextSpec, run_text
from tuimon.charts.system_text import SystemLook, system_line, system_lines
from tuimon.charts.text_line import line_text
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

CPU = {
    "cpu_percent": [700.0, 812.0],
    "memory_bytes": [GIB, 12.3 * GIB],
    "machine_memory_total_bytes": [64 * GIB] * 2,
}


def gpu(number: int = 0, percent: float = 97.0, memory: float = 71.2) -> dict[str, list[float]]:
    return {
        f"gpu{number}_percent": [0.0, percent],
        f"gpu{number}_memory_bytes": [0.0, memory * GIB],
        f"gpu{number}_memory_total_bytes": [79.6 * GIB] * 2,
        f"gpu{number}_power_watts": [80.0, 682.4],
        f"gpu{number}_temperature_celsius": [40.0, 64.0],
    }


def measured(system: Mapping[str, list[float]], state: RunState = RunState.RUNNING) -> RunSnapshot:
    return make_run("lr_6e-04", metrics={"loss": [1.0]}, system=system, state=state)


def row(system: Mapping[str, list[float]], width: int) -> str:
    return line_text(system_line(measured(system), "lr_6e-04", RUN_COLOURS[0], SystemLook(width))).rstrip()


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, " gpu0  97%  71.2/80G  682W  64C                    lr_6e-04"),
        (41, " gpu0  97%  71.2/80G  682W      lr_6e-04"),
        (24, " gpu0 97% 71.2/80G 682W"),
        (22, " gpu0 97% 71/80G 682W"),
        (16, " gpu0 97% 71/80G"),
    ],
)
def test_a_gpu_is_told_in_a_row(width: int, shown: str) -> None:
    """Use, memory, power, temperature, and whose they are, as far as there is room."""
    assert row({**CPU, **gpu()}, width) == shown


def test_without_a_gpu_the_processor_and_the_memory_are() -> None:
    """Those of the training's processes."""
    assert row(CPU, 40) == " cpu 812%  mem 12.3/64G        lr_6e-04"
    assert row(CPU, 24) == " cpu 812%  mem 12.3/64G"
    assert row(CPU, 12) == " cpu 812%"


def test_little_memory_is_told_in_its_own_unit() -> None:
    """It used to be 0.0361 of 24 GiB."""
    small = {"memory_bytes": [37 * GIB / 1024], "machine_memory_total_bytes": [24 * GIB]}
    assert row(small, 16) == " mem 37M/24G"


def test_many_gpus_share_the_row() -> None:
    """The mean of their use, the memory of the fullest, all of their power."""
    system = {**gpu(0, 100.0, 10.0), **gpu(1, 50.0, 70.0), **gpu(2, 0.0, 20.0)}
    assert row(system, 60).split("  ")[:4] == [" 3 gpus", "50%", "70/80G", "2047W"]


def test_what_was_not_read_is_not_told() -> None:
    """No figures, no row; NaN is none."""
    assert row({}, 40) == ""
    assert line_text(system_line(None, "", "", SystemLook(40))).strip() == ""
    assert row({"gpu0_percent": [3.0]}, 14) == " gpu0 3%"
    assert row({"cpu_percent": [float("nan")], "memory_bytes": [2 * GIB]}, 14) == " mem 2G"
    assert system_lines(measured({}), SystemLook(80)) == ()
    assert system_now(measured({})) is None


def test_figures_of_a_run_that_is_over_are_quiet() -> None:
    """They are no longer what the machine does."""
    style = {}
    for state in (RunState.RUNNING, RunState.FINISHED):
        line = system_line(measured(gpu(), state), "a", RUN_COLOURS[0], SystemLook(41))
        style[state] = next(segment.style for segment in line if "97%" in segment.text)
    assert style[RunState.RUNNING] != style[RunState.FINISHED]


def test_each_kind_of_figure_has_a_chart_over_elapsed_time() -> None:
    """GPUs first, one curve each; from 0 to what there can be."""
    charts = {chart.title: chart for chart in system_charts(measured({**CPU, **gpu(0), **gpu(1)}))}
    assert list(charts) == [
        "GPU use",
        "GPU memory, GiB",
        "GPU power",
        "GPU temperature",
        "CPU, 100% a core",
        "memory, GiB",
    ]
    assert [label for label, _ in charts["GPU use"].lines] == ["gpu0", "gpu1"]
    series = charts["GPU memory, GiB"].lines[1][1]
    assert series.x.tolist() == [0.0, 10.0]
    assert series.y.tolist() == pytest.approx([0.0, 71.2])
    assert charts["GPU memory, GiB"].high == pytest.approx(79.6)
    assert charts["GPU use"].high == 100.0
    assert charts["CPU, 100% a core"].high > 812.0


def test_equal_figures_give_the_same_curves() -> None:
    """So that the same picture need not be drawn again."""
    run = measured(gpu())
    first, second = (system_charts(run)[0].lines[0][1] for _ in range(2))
    assert first is second


@pytest.mark.parametrize("width", [10, 40, 79, 120, 199])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_charts_fill_the_width(width: int, ascii_only: bool) -> None:
    """Side by side as they fit, with an axis of time."""
    system = {**CPU, **gpu(), "machine_memory_bytes": [GIB, 20 * GIB], "disk_read_bytes_per_sec": [0.0, 0.0]}
    lines = system_lines(measured(system), SystemLook(width, ascii_only, NO_COLOUR))
    assert all(sum(segment.cell_length for segment in line) == width for line in lines)
    text = "\n".join(map(line_text, lines))
    assert text.isascii() or not ascii_only
    if width >= 40:
        assert "GPU use" in text
        assert "97% gpu0" in text
        assert "10s" in text


def several_ranks(hosts: tuple[str, ...] = ("one", "one", "two.cluster")) -> RunSnapshot:
    """A run of a rank on each host, whose ranks use 100, 200, ... percent and log the GPUs that they see."""
    ranks = [
        replace(
            make_run(
                f"rank{rank}",
                header={"rank": rank, "host": host},
                system={
                    "cpu_percent": [0.0, 100.0 * (rank + 1)],
                    "memory_bytes": [0.0, (rank + 1) * GIB],
                    "machine_memory_bytes": [0.0, 8 * GIB],
                    "machine_memory_total_bytes": [64 * GIB] * 2,
                    "machine_cpu_percent": [0.0, 20.0 * (rank + 1)],
                    **(gpu(0, 50.0) | gpu(1, 100.0) if host == "one" else gpu(0, 0.0)),
                },
            ),
            ranks=(),
        )
        for rank, host in enumerate(hosts)
    ]
    return replace(ranks[0], ranks=tuple(ranks[1:]))


def test_the_figures_of_all_ranks_are_shown() -> None:
    """Their sum in the row, each rank in words and with a line in the charts; a GPU that two ranks see is
    one, and one of another machine is another."""
    run = several_ranks()
    now = system_now(run)
    assert now is not None
    assert (now.cpu_percent, now.memory_bytes) == (600.0, 6 * GIB)
    assert (now.machine_cpu_percent, now.machine_memory_total_bytes) == (40.0, 128 * GIB)
    assert [(gpu.host, gpu.number) for gpu in now.gpus] == [("", 0), ("", 1), ("two", 0)]
    text = "\n".join(map(line_text, system_lines(run, SystemLook(100))))
    for words in (
        "cpu 600%   mem 6/128G   machine cpu 40%",
        "two gpu0 0%",
        "rank 0 cpu 100%  mem 1G   rank 1 cpu 200%  mem 2G   rank 2 two cpu 300%  mem 3G",
    ):
        assert words in text
    charts = {chart.title: chart for chart in system_charts(run)}
    labels = {title: [label for label, _ in chart.lines] for title, chart in charts.items()}
    assert labels["GPU use"] == ["gpu0", "gpu1", "two gpu0"]
    assert labels["CPU, 100% a core"] == ["rank 0", "rank 1", "rank 2"]
    assert labels["memory, GiB"] == ["rank 0", "rank 1", "rank 2", "machine", "two machine"]
    assert charts["memory, GiB"].loud == 3


def test_ranks_that_are_over_use_nothing_while_the_run_goes_on() -> None:
    """What a rank used last counts no more when it is gone; of a run that is over all count."""
    run = several_ranks(("one", "one"))
    gone = replace(run.ranks[0], state=RunState.CRASHED)
    now = system_now(replace(run, ranks=(gone,)))
    assert now is not None
    assert (now.cpu_percent, now.ranks) == (100.0, ())
    over = system_now(replace(run, state=RunState.FAILED, ranks=(gone,)))
    assert over is not None
    assert over.cpu_percent == 300.0


@pytest.mark.parametrize("width", [10, 40, 100])
def test_many_ranks_keep_the_width(width: int) -> None:
    """64 ranks on 8 machines, whatever these are called."""
    hosts = tuple(f"n\x1b[31mode{rank // 8}" for rank in range(64))
    for line in system_lines(several_ranks(hosts), SystemLook(width, True, NO_COLOUR)):
        assert sum(segment.cell_length for segment in line) == width
        assert "\x1b" not in line_text(line)


NAMES = st.sampled_from(
    [*CPU, *gpu(), "gpu12_percent", "gpux_percent", "network_sent_bytes_per_sec", "other"]
)
VALUES = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=4)


@given(st.dictionaries(NAMES, VALUES), st.integers(0, 90))
def test_any_figures_are_shown(system: dict[str, list[float]], width: int) -> None:
    """Whatever a driver or a foreign log says."""
    run = measured(system)
    look = SystemLook(width)
    for line in (system_line(run, run.name, RUN_COLOURS[0], look), *system_lines(run, look)):
        assert sum(segment.cell_length for segment in line) == width


def test_a_run_s_text_has_them_below_its_metrics() -> None:
    """A section of its own, none without figures."""
    from tuimon.analysis.leaderboard import run_row

    run = measured(gpu())
    row = run_row(run, 0.0)
    spec = RunTextSpec(run, row, (), 80, system=system_lines(run, SystemLook(80)))
    text = [line_text(line).strip() for line in run_text(spec)]
    assert text.index("system   over elapsed time") < next(
        i for i, line in enumerate(text) if line.startswith("config")
    )
    assert not any("system" in line_text(line) for line in run_text(RunTextSpec(run, row, (), 80)))


@pytest.mark.parametrize(
    ("gib", "text"), [(71.23, "71.2G"), (640.0, "640G"), (0.5, "512M"), (0.0, "0M"), (2015.0, "2015G")]
)
def test_sizes(gib: float, text: str) -> None:
    """Three digits, more only for what is larger."""
    assert size_text(gib) == text
