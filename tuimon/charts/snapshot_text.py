"""The dashboard as text, once: what ``tuimon --once`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.segment import Segment

from tuimon.analysis.axes import XAxis, default_axis
from tuimon.analysis.leaderboard import Leaderboard, RunRow
from tuimon.analysis.metric_order import known_first, metric_groups, starred_first
from tuimon.analysis.metric_roles import main_metric
from tuimon.analysis.sorting import best_row
from tuimon.charts.cells import CellGrid
from tuimon.charts.chart import draw_chart
from tuimon.charts.dashboard_layout import DashboardLayout, dashboard_layout
from tuimon.charts.distinct_names import cut_name, distinct_names
from tuimon.charts.first_lines import FIRST_LINES, other_files_sentence
from tuimon.charts.no_metrics import no_metrics_sentence
from tuimon.charts.notation import cut_middle, harmless, value_text
from tuimon.charts.palette import DARK, Theme, assign_colours, style
from tuimon.charts.picture import Picture, Rect
from tuimon.charts.run_chart import run_chart
from tuimon.charts.run_table import TableSpec, draw_header, draw_row
from tuimon.charts.spec import ChartSpec
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.strip import draw_strip
from tuimon.charts.system_text import SystemLook, system_line
from tuimon.charts.text_line import LineBuilder, wrap
from tuimon.quick_dataclass import dataclass
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot

# As many curves as there are colours to tell them apart.
MOST_CURVES = 8

_TOP = 1  # the row below the header
_LONGEST_NAME = 28


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What the picture is made of: the runs in the charts and everything worked out for all of them."""

    snapshot: StoreSnapshot
    rows: tuple[RunRow, ...]
    plotted: tuple[RunSnapshot, ...]
    colours: Mapping[str, str]
    names: Mapping[str, str]
    axis: XAxis
    metric: str | None
    ascii: bool
    theme: Theme


def draw_snapshot(
    snapshot: StoreSnapshot,
    width: int,
    height: int,
    now: datetime,
    ascii: bool = False,  # noqa: A002
    *,
    place: str = "",
    theme: Theme = DARK,
    starred: Sequence[str] = (),
) -> list[list[Segment]]:
    """The whole dashboard in exactly ``width`` x ``height`` cells; ``place`` names the log directory.

    ``starred`` metrics, by names or patterns, have the first small charts.
    """
    grid = _Canvas(width, height)
    scene = _scene(snapshot, now, ascii, theme)
    _draw_header(grid, scene, place, now)
    if not snapshot.runs:
        _draw_no_runs(grid, scene, place)
    else:
        _draw_body(grid, scene, starred)
    return [list(line) for line in grid.lines(ascii=ascii)]


class _Canvas(CellGrid):
    """A grid that finished lines and pictures can be put into."""

    __slots__ = ()

    def put_line(self, x: int, y: int, line: Sequence[Segment]) -> None:
        """Write the segments of a line from cell (x, y) on."""
        for segment in line:
            x = self.put(x, y, segment.text, segment.style) if segment.style else self.put(x, y, segment.text)

    def put_picture(self, x: int, y: int, picture: Picture) -> None:
        """Write a picture with its upper left corner at (x, y)."""
        for offset, line in enumerate(picture.lines):
            self.put_line(x, y + offset, line)


def _scene(snapshot: StoreSnapshot, now: datetime, ascii: bool, theme: Theme) -> _Scene:  # noqa: A002
    metric = main_metric(snapshot.runs)
    rows = Leaderboard().rows(snapshot.runs, now.timestamp(), metric=metric)
    with_values = [run for run in snapshot.runs if len(run.iterations)]
    plotted = tuple(with_values[:MOST_CURVES])
    colours = assign_colours(((run.key, run.run_id) for run in reversed(snapshot.runs)), {})
    names, axis = distinct_names(snapshot.runs), default_axis(plotted)
    return _Scene(snapshot, rows, plotted, colours, names, axis, metric, ascii, theme)


def _draw_header(grid: _Canvas, scene: _Scene, place: str, now: datetime) -> None:
    theme = scene.theme
    clock = f"{now:%H:%M:%S}"
    line = LineBuilder(grid.width).add(" tuimon", style(theme, theme.accent, bold=True))
    line.add(f" {cut_middle(harmless(place), max(10, grid.width // 3))}  ", style(theme, theme.text))
    for state in RunState:
        count = sum(run.state is state for run in scene.snapshot.runs)
        if count:
            line.add(f"{state_sign(state)}{count} ", state_style(theme, state))
    best = best_row(scene.rows, scene.metric)
    if best is not None and scene.metric is not None:
        name = _name(scene, best)
        value = value_text(scene.metric, best.best)
        label = f" best {harmless(scene.metric).removesuffix('_loss')} "
        if line.room > cell_len(label + value + name) + 2:
            line.add(label, style(theme, theme.muted)).add(value, style(theme, theme.text, bold=True))
            line.add(f" {name}", style(theme, scene.colours[best.key]))
    fits = line.column + len(clock) + 2 < grid.width
    grid.put_line(0, 0, line.line())
    if fits:
        grid.put(grid.width - len(clock) - 1, 0, clock, style(theme, theme.muted))


def _draw_body(grid: _Canvas, scene: _Scene, starred: Sequence[str]) -> None:
    """The charts and the table below the header, where the app has them too."""
    groups = starred_first(metric_groups(scene.snapshot.runs), starred)
    large = next((group for group in groups if scene.metric in group), groups[0] if groups else ())
    others = (group for group in groups if group is not large)
    strips = known_first(others, scene.plotted, starred)
    measured = next((run for run in scene.plotted if run.system), None)
    layout = dashboard_layout(
        grid.width,
        grid.height,
        len(scene.rows),
        len(strips),
        framed=False,
        system=measured is not None,
    )
    if layout.chart is not None and scene.plotted:
        metrics = [scene.metric or "", *(metric for metric in large if metric != scene.metric)]
        grid.put_picture(0, _TOP, draw_chart(_chart_spec(scene, metrics, layout.chart)))
        for group, rect in zip(strips, layout.strips, strict=False):
            grid.put_picture(rect.x, _TOP + rect.y, draw_strip(_chart_spec(scene, group, rect)))
        if layout.system is not None and measured is not None:
            _draw_system(grid, scene, layout.system, measured)
        if layout.beside:
            _draw_dividers(grid, scene, layout)
    elif layout.charts:
        _draw_sentences(grid, scene, Rect(0, _TOP, grid.width, layout.charts), [_no_records(scene)])
    _draw_table(grid, scene, Rect(0, _TOP + layout.charts, grid.width, layout.table))


def _draw_system(grid: _Canvas, scene: _Scene, rect: Rect, run: RunSnapshot) -> None:
    """What the machine does for the newest run of which that is known."""
    look = SystemLook(rect.width, scene.ascii, scene.theme)
    among = [scene.names[other.key] for other in scene.plotted]
    line = system_line(run, scene.names[run.key], scene.colours[run.key], look, among)
    grid.put_line(rect.x, _TOP + rect.y, line)


def _draw_dividers(grid: _Canvas, scene: _Scene, layout: DashboardLayout) -> None:
    divider = style(scene.theme, scene.theme.axis, share=0.5)
    for x in {rect.x for rect in layout.strips}:
        for y in range(_TOP, _TOP + layout.charts):
            grid.put(x - 1, y, "│", divider)


def _chart_spec(scene: _Scene, metrics: Sequence[str], rect: Rect) -> ChartSpec:
    """A chart of the first metric with the others drawn quietly behind it."""
    main, *beside = metrics
    return run_chart(
        scene.plotted,
        main,
        scene.axis,
        rect.width,
        rect.height,
        scene.names,
        scene.colours,
        beside=beside,
        ascii=scene.ascii,
        theme=scene.theme,
    )


def _draw_table(grid: _Canvas, scene: _Scene, area: Rect) -> None:
    spec = TableSpec(
        rows=scene.rows,
        width=area.width,
        marked=frozenset(run.key for run in scene.plotted),
        colours=scene.colours,
        ascii=scene.ascii,
        theme=scene.theme,
    )
    if area.height < 1:
        return
    grid.put_line(0, area.y, draw_header(spec))
    room = area.height - 1
    shown = scene.rows if len(scene.rows) <= room else scene.rows[: max(0, room - 1)]
    for offset, row in enumerate(shown):
        grid.put_line(0, area.y + 1 + offset, draw_row(spec, row))
    hidden = len(scene.rows) - len(shown)
    if hidden and room > 0:
        text = f"     and {hidden} more: tuimon ls lists them all"
        grid.put(0, area.y + area.height - 1, text, style(scene.theme, scene.theme.muted))


def _name(scene: _Scene, row: RunRow) -> str:
    """What a run is called where there is room for a part of it, told apart from those in the charts."""
    drawn = (harmless(scene.names[run.key]) for run in scene.plotted)
    return cut_name(harmless(scene.names[row.key]), _LONGEST_NAME, drawn)


def _no_records(scene: _Scene) -> str:
    """What to say while no run has a value."""
    row = scene.rows[0]
    name = _name(scene, row)
    if row.run.problem:
        return f"{name}: {harmless(row.run.problem)}"
    return no_metrics_sentence(row.run, name, row.state, row.age_seconds)


def _draw_no_runs(grid: _Canvas, scene: _Scene, place: str) -> None:
    where = f" in {harmless(place)}" if place else ""
    sentences = [f"no runs yet{where}", *(harmless(problem) for problem in scene.snapshot.problems)]
    if others := other_files_sentence(scene.snapshot.others, scene.snapshot.other_names):
        sentences += wrap(others, grid.width - 2)
    area = Rect(0, 1, grid.width, grid.height - 1)
    if grid.height > len(FIRST_LINES) + len(sentences) + 5:
        indent = max(0, (grid.width - max(len(text) for text in FIRST_LINES)) // 2)
        top = area.y + (area.height - len(FIRST_LINES) - len(sentences) - 3) // 2
        _draw_sentences(grid, scene, Rect(0, top, grid.width, len(sentences)), sentences)
        top += len(sentences) + 1
        _draw_sentences(
            grid, scene, Rect(0, top, grid.width, 1), ["a training loop becomes a run with this:"]
        )
        for offset, text in enumerate(FIRST_LINES):
            grid.put(indent, top + 2 + offset, text, style(scene.theme, scene.theme.accent))
        return
    _draw_sentences(grid, scene, area, sentences)


def _draw_sentences(grid: _Canvas, scene: _Scene, area: Rect, sentences: Sequence[str]) -> None:
    """Sentences in the middle of an area."""
    top = area.y + max(0, (area.height - len(sentences)) // 2)
    for offset, sentence in enumerate(sentences):
        text = cut_middle(sentence, area.width)
        x = area.x + (area.width - cell_len(text)) // 2
        grid.put(x, top + offset, text, style(scene.theme, scene.theme.text))
