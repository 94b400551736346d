"""Where the parts of the dashboard go at a size: pure arithmetic of terminal cells."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.charts.picture import Rect

# From this width on there is room for strips beside the large chart, above the next one for two columns.
STRIPS_BESIDE_WIDTH = 100
TWO_COLUMNS_WIDTH = 160
# Above this height the facts of the run under the cursor have a line of their own.
FACTS_HEIGHT = 30

_STRIP_HEIGHT = 5  # a title, three rows of dots, the axis
_LINE_STRIP_WIDTH = 25  # a strip of one line: name, value, sparkline
_LEAST_CHART = 5  # below this a chart is no help, and the table gets its rows
_TABLE_SHARE = 0.42
_LEAST_TABLE = 4  # the header and three runs: the table does not jump when the second run appears


@dataclass(frozen=True, slots=True)
class DashboardLayout:
    """Heights of the dashboard's parts from top to bottom, and the charts' places within their pane.

    ``chart`` is the large one (None: no room), ``strips`` the small ones; with ``beside`` they stand right of
    the chart, behind a divider, with a line for the page number below them.
    """

    width: int
    charts: int
    table: int
    status: int
    keys: int
    chart: Rect | None
    strips: tuple[Rect, ...]
    beside: bool

    def chart_at(self, x: int, y: int) -> int | None:
        """The number of the chart in this cell of the charts pane: 0 is the large one, then the strips."""
        for number, place in enumerate((self.chart, *self.strips)):
            if place and place.x <= x < place.x + place.width and place.y <= y < place.y + place.height:
                return number
        return None


def dashboard_layout(width: int, height: int, runs: int, *, full_chart: bool = False) -> DashboardLayout:
    """The layout for a terminal of ``width`` x ``height`` cells with ``runs`` rows in the table.

    The table takes no more than it needs, the charts get the rest; ``full_chart`` leaves one chart alone.
    """
    keys = 1 if height >= 6 else 0
    status = 2 if height >= FACTS_HEIGHT else 1 if height >= 7 else 0
    rows = max(0, height - 1 - status - keys)  # the header has the first row
    table = (
        0 if full_chart else min(max(runs + 1, _LEAST_TABLE), max(_LEAST_TABLE, round(rows * _TABLE_SHARE)))
    )
    charts = rows - table
    if charts < _LEAST_CHART and not full_chart:
        table, charts = rows, 0
    chart, strips, beside = _chart_places(width, charts, alone=full_chart)
    return DashboardLayout(width, charts, table, status, keys, chart, strips, beside)


def _chart_places(width: int, height: int, *, alone: bool) -> tuple[Rect | None, tuple[Rect, ...], bool]:
    if height <= 0:
        return None, (), False
    if alone:
        return Rect(0, 0, width, height), (), False
    if width < STRIPS_BESIDE_WIDTH:
        return _strips_below(width, height)
    columns = 2 if width > TWO_COLUMNS_WIDTH else 1
    chart_width = round(width * (0.65 if columns == 1 else 0.54))
    column_width = (width - chart_width - columns) // columns
    heights = _strip_heights(height - 1)
    strips = []
    for column in range(columns):
        # Each column of strips follows a divider.
        x, y = chart_width + 1 + column * (column_width + 1), 0
        for strip_height in heights:
            strips.append(Rect(x, y, column_width, strip_height))
            y += strip_height
    # Row by row, so that the metrics that matter most are in the upper ones.
    ordered = [
        strips[row + column * len(heights)] for row in range(len(heights)) for column in range(columns)
    ]
    return Rect(0, 0, chart_width, height), tuple(ordered), True


def _strips_below(width: int, height: int) -> tuple[Rect, tuple[Rect, ...], bool]:
    """One line of strips under the chart, where the chart stays large enough."""
    if height <= _LEAST_CHART + 1:
        return Rect(0, 0, width, height), (), False
    count = max(1, width // _LINE_STRIP_WIDTH)
    share = width // count
    strips = tuple(Rect(share * place + 1, height - 1, share - 2, 1) for place in range(count))
    return Rect(0, 0, width, height - 1), strips, False


def _strip_heights(height: int) -> list[int]:
    """The heights of the strips that fill ``height`` rows: as many as are readable, as equal as can be."""
    count = max(1, height // _STRIP_HEIGHT)
    each, rest = divmod(height, count)
    return [each + (place < rest) for place in range(count)]
