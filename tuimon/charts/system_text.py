"""The machine's figures of a run: one line of the newest, and charts of all of them over elapsed time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment

from tuimon.analysis.axes import ELAPSED
from tuimon.analysis.system_figures import (
    GIB,
    GpuNow,
    RankNow,
    SystemChart,
    SystemNow,
    system_charts,
    system_now,
)
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import harmless, size_text
from tuimon.charts.palette import ALL_COLOURS, DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.strip import draw_strip
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot

_LEAST_CHART_WIDTH = 36
_CHART_HEIGHT = 9  # with an x axis
_MOST_COLUMNS = 3
_LEAST_NAME = 6
_USUAL_NAME = 12
_ROOMY = 30  # cells, from which on words stand further apart
_MOST_GPUS = 16  # each on a line of its own

# Words of one thing: a label and what is known of it.
Words = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SystemLook:
    """How the figures are shown."""

    width: int
    ascii: bool = False
    theme: Theme = DARK


def system_line(
    run: RunSnapshot | None, name: str, colour: str, look: SystemLook, among: Iterable[str] = ()
) -> Line:
    """One row: the newest figures, as many as fit, and whose they are where there is room; empty without.

    The name is told apart from those that it is ``among``.
    """
    theme = look.theme
    line = LineBuilder(look.width, ascii=look.ascii)
    now = system_now(run) if run is not None else None
    if run is None or now is None:
        return line.line()
    muted = style(theme, theme.muted)
    ink = style(theme, theme.text, bold=True) if run.state.is_live else muted
    line.add(" ")
    gap = " " if look.width < _ROOMY else "  "
    for_name = min(cell_len(name), _USUAL_NAME) + 3 if look.width >= _ROOMY else 0
    for number, (label, values) in enumerate(_fitting(now, line.room - for_name, gap)):
        line.add("  " if number else "").add(label, muted)
        for value in values:
            line.add(gap if now.gpus else " ").add(value, ink)
    room = line.room - 3
    if room >= _LEAST_NAME:
        shown = cut_name(harmless(name), room, map(harmless, among))
        line.to(look.width - cell_len(shown) - 1).add(shown, style(theme, colour))
    return line.line()


def system_lines(run: RunSnapshot, look: SystemLook) -> tuple[Line, ...]:
    """The newest figures in words, then the charts beside each other as they fit; nothing without figures."""
    now = system_now(run)
    if now is None:
        return ()
    theme = look.theme
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    lines: list[Line] = []
    gpus = [[_gpu_words(gpu)] for gpu in now.gpus[:_MOST_GPUS]]
    for group in (
        _machine_words(now),
        *gpus,
        *_in_rows([_rank_words(rank) for rank in now.ranks], look.width),
    ):
        line = LineBuilder(look.width, ascii=look.ascii).add(" ")
        for label, values in group:
            line.add(label, muted).add(f" {'  '.join(values)}   ", ink)
        if group:
            lines.append(line.line())
    lines.append(LineBuilder(look.width, ascii=look.ascii).line())
    return (*lines, *_charts(system_charts(run), look))


def _in_rows(words: Sequence[Words], width: int) -> Iterator[list[Words]]:
    """As many beside each other as fit."""
    row: list[Words] = []
    for each in words:
        if row and sum(_size(other, "  ") + 3 for other in (*row, each)) + 1 > width:
            yield row
            row = []
        row.append(each)
    if row:
        yield row


def _rank_words(now: RankNow) -> Words:
    known = (
        None if now.cpu_percent is None else f"cpu {now.cpu_percent:.0f}%",
        None if now.memory_bytes is None else f"mem {size_text(now.memory_bytes / GIB)}",
    )
    place = f" {harmless(now.host)}" if now.host else ""
    return f"rank {now.rank}{place}", tuple(value for value in known if value is not None)


def _fitting(now: SystemNow, room: int, gap: str) -> Sequence[Words]:
    """The words for one row: the GPUs if there are any, else the training's processor and memory."""
    if now.gpus:
        label, values = _gpus_words(now.gpus, whole=False)
        short = _gpus_words(now.gpus, whole=True)[1]
        for shown in (values, values[:3], short, short[:2]):
            if _size((label, shown), gap) <= room:
                return [(label, shown)]
        return [(label, short)]
    own = [words for words in (_cpu_words(now), _memory_words(now)) if words is not None]
    while len(own) > 1 and sum(_size(words, " ") + 2 for words in own) - 2 > room:
        own.pop()
    return own


def _size(words: Words, gap: str) -> int:
    label, values = words
    return cell_len(label) + sum(len(gap) + cell_len(value) for value in values)


def _gpus_words(gpus: Sequence[GpuNow], *, whole: bool) -> Words:
    """All GPUs in the words of one: the mean use, the memory of the fullest, all their power."""
    if len(gpus) == 1:
        return _gpu_words(gpus[0], whole=whole)
    used = [gpu.percent for gpu in gpus if gpu.percent is not None]
    power = [gpu.power_watts for gpu in gpus if gpu.power_watts is not None]
    heat = [gpu.temperature_celsius for gpu in gpus if gpu.temperature_celsius is not None]
    fullest = max(gpus, key=lambda gpu: (gpu.memory_bytes or 0.0) / (gpu.memory_total_bytes or 1.0))
    mean = GpuNow(
        0,
        sum(used) / len(used) if used else None,
        fullest.memory_bytes,
        fullest.memory_total_bytes,
        sum(power) if power else None,
        max(heat, default=None),
    )
    return f"{len(gpus)} gpus", _gpu_words(mean, whole=whole)[1]


def _gpu_words(gpu: GpuNow, *, whole: bool = False) -> Words:
    known = (
        None if gpu.percent is None else f"{gpu.percent:.0f}%",
        _part_text(gpu.memory_bytes, gpu.memory_total_bytes, whole=whole),
        None if gpu.power_watts is None else f"{gpu.power_watts:.0f}W",
        None if whole or gpu.temperature_celsius is None else f"{gpu.temperature_celsius:.0f}C",
    )
    place = f"{harmless(gpu.host)} " if gpu.host else ""
    return f"{place}gpu{gpu.number}", tuple(value for value in known if value is not None)


def _machine_words(now: SystemNow) -> list[Words]:
    machine_cpu = now.machine_cpu_percent
    known = (
        _cpu_words(now),
        _memory_words(now),
        None if machine_cpu is None else ("machine cpu", (f"{machine_cpu:.0f}%",)),
        _words("machine mem", _part_text(now.machine_memory_bytes, now.machine_memory_total_bytes)),
    )
    return [words for words in known if words is not None]


def _cpu_words(now: SystemNow) -> Words | None:
    return None if now.cpu_percent is None else ("cpu", (f"{now.cpu_percent:.0f}%",))


def _memory_words(now: SystemNow) -> Words | None:
    return _words("mem", _part_text(now.memory_bytes, now.machine_memory_total_bytes))


def _words(label: str, text: str | None) -> Words | None:
    return None if text is None else (label, (text,))


def _part_text(part: float | None, total: float | None, *, whole: bool = False) -> str | None:
    """``71.2/80G``: what is used of how much; ``512M/80G`` where that is less than one."""
    if part is None:
        return None
    if total is None or total < GIB:
        return size_text(part / GIB)
    used = part / GIB
    if used < 1 and not whole:
        return f"{size_text(used)}/{total / GIB:.0f}G"
    return f"{used:.0f}/{total / GIB:.0f}G" if whole or used >= 100 else f"{used:.3g}/{total / GIB:.0f}G"


def _charts(charts: Sequence[SystemChart], look: SystemLook) -> Iterator[Line]:
    columns = max(1, min(_MOST_COLUMNS, look.width // _LEAST_CHART_WIDTH))
    width = look.width // columns
    for first in range(0, len(charts), columns):
        row = [draw_strip(_spec(chart, width, look)).lines for chart in charts[first : first + columns]]
        rest = look.width - width * len(row)
        for y in range(_CHART_HEIGHT):
            segments: list[Segment] = [segment for lines in row for segment in lines[y]]
            yield (*segments, *LineBuilder(rest).line())
        yield LineBuilder(look.width).line()


def _spec(chart: SystemChart, width: int, look: SystemLook) -> ChartSpec:
    lines = list(enumerate(chart.lines))
    curves = [
        Curve(series, label, ALL_COLOURS[place % len(ALL_COLOURS)], companion=place >= chart.loud)
        for place, (label, series) in lines
    ]
    return ChartSpec(
        curves=tuple(curves[chart.loud :] + curves[: chart.loud]),
        metric=chart.kind.value,
        title=chart.title,
        width=width,
        height=_CHART_HEIGHT,
        x_axis=ELAPSED,
        y_range=(0.0, chart.high),
        ascii=look.ascii,
        theme=look.theme,
    )
