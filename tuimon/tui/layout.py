"""Where the parts of the dashboard go at a size: pure arithmetic of terminal cells."""

from __future__ import annotations

from tuimon.charts.picture import Rect
from tuimon.quick_dataclass import dataclass

# From this width on there is room for strips beside the large chart, above the next one for two columns.
STRIPS_BESIDE_WIDTH = 100
TWO_COLUMNS_WIDTH = 160
# Above this height the facts of the run under the cursor have a line of their own.
FACTS_HEIGHT = 30

_STRIP_HEIGHT = 5  # a title, three rows of dots, the axis
_HIGHEST_STRIP = 12  # beyond that a strip is no longer the smaller chart
_LINE_STRIP_WIDTH = 25  # a strip of one line: name, value, sparkline
_LEAST_CHART = 5  # below this a chart is no help, and the table gets its rows
_TABLE_SHARE = 0.42
_VALUES_SHARE = 0.52  # with the values at the cursor: they are what one looks at then
_TABLE_BESIDE_VALUES = 3  # the header, the run under the cursor, another one
_LEAST_TABLE = 4  # the header and three runs: the table does not jump when the second run appears


@dataclass(frozen=True, slots=True)
class DashboardLayout:
    """Heights of the dashboard's parts from top to bottom, and the charts' places within their pane.

    ``chart`` is the large one (None: no room), ``strips`` the small ones; with ``beside`` they stand right of
    the chart, behind a divider, with a line for the page number below them. ``values`` are the rows for what
    the runs had at the charts' cursor.
    """

    width: int
    charts: int
    values: int
    table: int
    status: int
    keys: int
    chart: Rect | None
    strips: tuple[Rect, ...]
    beside: bool


def dashboard_layout(
    width: int, height: int, runs: int, strips: int, *, full_chart: bool = False, values: int = 0
) -> DashboardLayout:
    """The layout for ``width`` x ``height`` cells with ``runs`` rows in the table, ``strips`` small charts.

    The table takes no more than it needs, the charts get the rest; ``full_chart`` leaves one chart alone.
    ``values`` rows are wanted for the values at the cursor: they come out of the table's share, which is
    larger then.
    """
    keys = 1 if height >= 6 else 0
    status = 2 if height >= FACTS_HEIGHT else 1 if height >= 7 else 0
    rows = max(0, height - 1 - status - keys)  # the header has the first row
    share = _VALUES_SHARE if values else _TABLE_SHARE
    lower = min(max(runs + 1, _LEAST_TABLE) + values, max(_LEAST_TABLE, round(rows * share)))
    if full_chart:
        lower = min(values, round(rows * share))
    elif rows - lower < _LEAST_CHART:
        lower = rows
    charts = rows - lower
    values = min(values, lower if full_chart else max(0, lower - _TABLE_BESIDE_VALUES))
    values = values if values > 1 else 0  # a heading alone says nothing
    table = 0 if full_chart else lower - values
    charts += lower - values - table
    chart: Rect | None = Rect(0, 0, width, charts) if charts else None
    places: tuple[Rect, ...] = ()
    beside = chart is not None and not full_chart and strips > 0 and width >= STRIPS_BESIDE_WIDTH
    if beside:
        chart, places = _strips_beside(width, charts, strips)
    elif chart is not None and not full_chart and strips > 0:
        chart, places = _strips_below(width, charts)
    return DashboardLayout(width, charts, values, table, status, keys, chart, places, beside)


def _strips_below(width: int, height: int) -> tuple[Rect, tuple[Rect, ...]]:
    """One line of strips under the chart, where the chart stays large enough."""
    if height <= _LEAST_CHART + 1:
        return Rect(0, 0, width, height), ()
    count = max(1, width // _LINE_STRIP_WIDTH)
    share = width // count
    strips = tuple(Rect(share * place + 1, height - 1, share - 2, 1) for place in range(count))
    return Rect(0, 0, width, height - 1), strips


def _strips_beside(width: int, height: int, wanted: int) -> tuple[Rect, tuple[Rect, ...]]:
    """Columns of strips right of the chart: a second one where it is needed and there is the width for it."""
    fitting = max(1, height // _STRIP_HEIGHT)
    columns = 2 if width > TWO_COLUMNS_WIDTH and wanted > fitting else 1
    rows = min(fitting, -(-wanted // columns))
    paged = wanted > rows * columns
    chart_width = round(width * (0.65 if columns == 1 else 0.54))
    column_width = (width - chart_width - columns) // columns
    each, rest = divmod(height - paged, rows)  # the page number has a line of its own
    places = []
    y = 0
    for row in range(rows):
        strip_height = each + (row < rest)
        # Each column of strips follows a divider. Row by row: what matters most is in the upper ones.
        for column in range(columns):
            x = chart_width + 1 + column * (column_width + 1)
            places.append(Rect(x, y, column_width, min(strip_height, _HIGHEST_STRIP)))
        y += strip_height
    return Rect(0, 0, chart_width, height), tuple(places)
