"""The charts pane of the dashboard as finished lines; lives in the drawing thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from rich.segment import Segment
from rich.style import Style

from tuimon.analysis.metric_order import prefix_of
from tuimon.charts.cells import PLAIN
from tuimon.charts.chart import draw_chart
from tuimon.charts.dashboard_layout import DashboardLayout
from tuimon.charts.notation import cut_middle, harmless
from tuimon.charts.palette import style
from tuimon.charts.picture import Line, Picture, Rect
from tuimon.charts.spec import ChartSpec
from tuimon.charts.strip import draw_strip
from tuimon.charts.system_text import SystemLook, system_line
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.tui.painting.chart_specs import large_chart, strip
from tuimon.tui.painting.cursor_panel import cursor_panel
from tuimon.tui.painting.empty_text import empty_lines, empty_text
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import DrawnChart

# Pictures kept for going back: a few pages of strips on a large terminal.
_KEPT_PICTURES = 64

# A picture and where it goes.
Placed = tuple[Rect, Sequence[Line]]


@dataclass(frozen=True, slots=True)
class ChartsRequest:
    """What the charts pane is to show; ``chosen`` is the chart the keys act on (None: no focus)."""

    board: Board
    layout: DashboardLayout
    chosen: int | None

    def draws_as(self, other: ChartsRequest | None) -> bool:
        """Whether the picture is that of ``other``: all that a picture is made from is the same."""
        if other is None or (self.layout, self.chosen) != (other.layout, other.chosen):
            return False
        mine, others = self.board, other.board
        if mine is others:
            return True
        # Without curves the pane says why there are none, which anything may change.
        return bool(mine.charts and mine.has_values) and _DRAWN_FROM(mine) == _DRAWN_FROM(others)


_DRAWN_FROM = attrgetter(
    *("state", "plotted", "cursor", "colours", "names", "axis", "metrics", "metric", "strips"),
    *("groups", "health"),
)


@dataclass(frozen=True, slots=True, eq=False)
class ChartsPicture:
    """What is to be seen: the lines of the pane, the charts in them by number, the values at the cursor."""

    lines: tuple[Line, ...]
    charts: Mapping[int, DrawnChart]
    values: tuple[Line, ...] = ()

    def chart_at(self, x: int, y: int) -> int | None:
        """The number of the chart in this cell of the pane: 0 is the large one, then the strips."""
        return next((number for number, chart in self.charts.items() if chart.covers(x, y)), None)


def page_count(strips: int, per_page: int) -> int:
    """How many pages so many strips make."""
    return max(1, -(-strips // per_page)) if per_page else 1


class ChartsPainter:
    """Draws the charts pane, and keeps the pictures whose spec may come again."""

    def __init__(self, look: Look, place: str) -> None:
        self._look = look
        self._place = place
        self._pictures: OrderedDict[tuple[Callable[[ChartSpec], Picture], ChartSpec], Picture] = OrderedDict()

    def paint(self, request: ChartsRequest) -> ChartsPicture:
        """The lines of the pane, ``layout.charts`` of them, each ``layout.width`` cells wide."""
        board, layout = request.board, request.layout
        empty = empty_text(board, self._place)
        if empty is not None:
            lines = empty_lines(*empty, layout.width, layout.charts, self._look)
            return ChartsPicture(tuple(lines), {})
        placed: list[Placed] = []
        drawn: dict[int, DrawnChart] = {}
        values: tuple[Line, ...] = ()
        if layout.chart is not None and board.charts:
            chart = board.state.chart % len(board.charts) if board.state.full_chart else 0
            metric = board.charts[chart]
            spec = large_chart(board, metric, layout.chart.width, layout.chart.height, self._look)
            picture = self._drawn(draw_chart, spec)
            placed += self._marked(picture, layout.chart, request, chart)
            drawn[chart] = DrawnChart.of(metric, board.axis.id, layout.chart, picture)
            values = cursor_panel(board, metric, layout.width, layout.values, self._look)
        placed += self._strips(request, drawn)
        divider = style(self._look.theme, self._look.theme.axis, share=0.5)
        lines = compose(layout.width, layout.charts, placed, divider=divider, divided=layout.beside)
        if self._look.ascii:
            lines = [tuple(Segment(s.text.replace("│", "|"), s.style) for s in line) for line in lines]
        return ChartsPicture(tuple(lines), drawn, values)

    def _strips(self, request: ChartsRequest, drawn: dict[int, DrawnChart]) -> list[Placed]:
        board, layout = request.board, request.layout
        per_page = len(layout.strips)
        pages = page_count(len(board.strips), per_page)
        first = (board.state.page % pages) * per_page
        shown = board.strips[first : first + per_page]
        placed: list[Placed] = []
        for offset, (place, metric) in enumerate(zip(layout.strips, shown, strict=False)):
            spec = strip(board, metric, place.width, place.height, self._look)
            picture = self._drawn(draw_strip, spec)
            number = first + offset + 1
            placed += self._marked(picture, place, request, number)
            drawn[number] = DrawnChart.of(metric, board.axis.id, place, picture)
        if layout.beside and pages > 1:
            place = Rect(layout.strips[0].x, layout.charts - 1, layout.width - layout.strips[0].x, 1)
            prefixes = dict.fromkeys(prefix_of(board.metrics.group_of(metric)) for metric in shown)
            text = " ".join(f"{harmless(prefix)}/" for prefix in prefixes if prefix)
            placed.append((place, [self._page_line(board.state.page % pages + 1, pages, text, place.width)]))
        if layout.system is not None:
            placed.append((layout.system, [self._system_line(board, layout.system.width)]))
        return placed

    def _system_line(self, board: Board, width: int) -> Line:
        """The machine's figures of the run under the cursor."""
        run = board.run(board.cursor)
        name = board.names.get(run.key, run.name) if run is not None else ""
        colour = board.colours.get(run.key, self._look.theme.text) if run is not None else ""
        among = [board.names.get(other.key, other.name) for other in board.plotted]
        return system_line(run, name, colour, SystemLook(width, self._look.ascii, self._look.theme), among)

    def _page_line(self, page: int, pages: int, prefixes: str, width: int) -> Line:
        theme = self._look.theme
        text = f"page {page}/{pages}  "
        line = (
            LineBuilder(width)
            .add(" ")
            .add(cut_middle(prefixes, max(0, width - len(text) - 6)), style(theme, theme.muted))
        )
        line = line.to(width - len(text) - 4).add(text, style(theme, theme.muted))
        return line.add("[ ]", style(theme, theme.accent, bold=True)).line()

    def _drawn(self, draw: Callable[[ChartSpec], Picture], spec: ChartSpec) -> Picture:
        picture = self._pictures.pop((draw, spec), None) or draw(spec)
        self._pictures[draw, spec] = picture
        if len(self._pictures) > _KEPT_PICTURES:
            self._pictures.popitem(last=False)
        return picture

    def _marked(self, picture: Picture, place: Rect, request: ChartsRequest, chart: int) -> list[Placed]:
        """A picture in its place; where it is the chosen chart with a sign before its title.

        The sign has the blank in front of the title, or the cell left of it where the title begins the line.
        """
        if chart != request.chosen or not picture.lines:
            return [(place, picture.lines)]
        theme = self._look.theme
        sign = Segment(">" if self._look.ascii else "▸", style(theme, theme.accent, bold=True))
        title, *others = picture.lines
        if title[0].text.startswith(" ") or not place.x:
            return [(place, ((sign, *_without_first_cell(title)), *others))]
        return [(place, picture.lines), (Rect(place.x - 1, place.y, 1, 1), ((sign,),))]


def _without_first_cell(line: Line) -> Line:
    first, *others = line
    _, rest = first.split_cells(1)
    return (rest, *others) if rest.text else tuple(others)


def compose(
    width: int, height: int, placed: Sequence[Placed], *, divider: Style = PLAIN, divided: bool = False
) -> list[Line]:
    """Pictures side by side and below each other as whole lines; ``divided`` draws │ left of each column.

    Where a picture stands there, it is left out.
    """
    columns = sorted({rect.x for rect, _ in placed if rect.x and rect.width > 1}) if divided else []
    lines = []
    for y in range(height):
        covering = sorted(
            ((rect, picture) for rect, picture in placed if rect.y <= y < rect.y + rect.height),
            key=lambda item: item[0].x,
        )
        pieces = [(rect.x, rect.width, picture[y - rect.y]) for rect, picture in covering]
        taken = {x for x, _, _ in pieces}
        pieces += [(x - 1, 1, (Segment("│", divider),)) for x in columns if x - 1 not in taken]
        lines.append(_joined(width, sorted(pieces, key=lambda piece: piece[0])))
    return lines


def _joined(width: int, pieces: Sequence[tuple[int, int, Line]]) -> Line:
    segments: list[Segment] = []
    column = 0
    for x, size, line in pieces:
        if x > column:
            segments.append(Segment(" " * (x - column), PLAIN))
        segments.extend(line)
        column = x + size
    if column < width:
        segments.append(Segment(" " * (width - column), PLAIN))
    return tuple(segments)
