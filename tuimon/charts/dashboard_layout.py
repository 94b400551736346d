"""Where the parts of the dashboard go at a size, in the app and in a snapshot: arithmetic of cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuimon.charts.picture import Rect
from tuimon.quick_dataclass import dataclass

# From this width on there is room for strips beside the large chart, above the next one for two columns.
STRIPS_BESIDE_WIDTH = 100
TWO_COLUMNS_WIDTH = 160
# Above this height the facts of the run under the cursor have a line of their own.
FACTS_HEIGHT = 30

_STRIP_HEIGHT = 5  # a title, three rows of dots, the axis
_LEAST_STRIP = 3  # of more strips than fit by themselves: a title, a row of dots, the axis
_HIGHEST_STRIP = 12  # beyond that a strip is no longer the smaller chart
_LINE_STRIP_WIDTH = 25  # a strip of one line: name, value, sparkline
_LEAST_CHART = 5  # below this a chart is no help, and the table gets its rows
_TABLE_SHARE = 0.42
_VALUES_SHARE = 0.52  # with the values at the cursor: they are what one looks at then
_TABLE_BESIDE_VALUES = 3  # the header, the run under the cursor, another one
_LEAST_TABLE = 4  # the header and three runs: the table does not jump when the second run appears
_LEAST_CHOSEN_TABLE = 2  # who wants large charts keeps the run under the cursor
_SHARE_STEPS = 20  # a share of the charts is so many parts, each a key


@dataclass(frozen=True, slots=True)
class DashboardLayout:
    """Heights of the dashboard's parts from top to bottom, and the charts' places within their pane.

    ``chart`` is the large one (None: no room), ``strips`` the small ones; with ``beside`` they stand right of
    the chart, behind a divider. ``most_strips`` is how many there can be on a page.
    ``values`` are the rows for what the runs had at the charts' cursor. ``system`` is the row
    of the machine's figures.
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
    most_strips: int = 0
    system: Rect | None = None

    @property
    def charts_share(self) -> float:
        """The charts' share of the rows that charts and table have together."""
        rows = self.charts + self.values + self.table
        return self.charts / rows if rows else 0.0


def dashboard_layout(
    width: int,
    height: int,
    runs: int,
    strips: int,
    *,
    full_chart: bool = False,
    values: int = 0,
    charts_share: float | None = None,
    page_size: int = 0,
    framed: bool = True,
    system: bool = False,
) -> DashboardLayout:
    """The layout for ``width`` x ``height`` cells with ``runs`` rows in the table, ``strips`` small charts.

    The table takes no more than it needs, the charts get the rest; a ``charts_share`` (of the rows that both
    have, 0 to 1) is kept to as far as both stay usable. ``full_chart`` leaves one chart alone. ``values``
    rows are wanted for the values at the cursor: they come out of the table's share, which is larger then.
    ``page_size`` is the number of strips wanted on a page, 0 for what fits well. Without a frame there are no
    lines for status and keys, and none for the number of the page: a picture has one. ``system``: there are
    figures of the machine to be shown.
    """
    keys = 1 if framed and height >= 6 else 0
    status = (2 if height >= FACTS_HEIGHT else 1 if height >= 7 else 0) if framed else 0
    rows = max(0, height - 1 - status - keys)  # the header has the first row
    if full_chart:
        values, table = _values_alone(rows, values), 0
    else:
        values, table = _values_and_table(rows, runs, values, charts_share)
    charts = rows - values - table
    pane = _Pane(width, charts, strips, page_size, system=system, paged=framed)
    placed = _placed_alone(pane) if full_chart else _placed(pane)
    return DashboardLayout(
        width,
        charts,
        values,
        table,
        status,
        keys,
        placed.chart,
        placed.strips,
        placed.beside,
        placed.most_strips,
        placed.system,
    )


@dataclass(frozen=True, slots=True)
class _Pane:
    """The rows of the charts: how large, how many strips there are, and how many are wanted on a page.

    With ``paged`` the number of the page has a line of its own where there are several.
    """

    width: int
    height: int
    strips: int
    page_size: int
    system: bool
    paged: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    """What goes where in the pane of the charts, as in :class:`DashboardLayout`."""

    chart: Rect | None
    strips: tuple[Rect, ...] = ()
    beside: bool = False
    most_strips: int = 0
    system: Rect | None = None


def _placed_alone(pane: _Pane) -> _Placed:
    """One chart and nothing else."""
    return _Placed(Rect(0, 0, pane.width, pane.height) if pane.height else None)


def _placed(pane: _Pane) -> _Placed:
    """The large chart, and the strips right of it or below."""
    if not pane.height:
        return _placed_alone(pane)
    return _placed_beside(pane) if pane.strips and pane.width >= STRIPS_BESIDE_WIDTH else _placed_below(pane)


def _placed_beside(pane: _Pane) -> _Placed:
    """Strips right of the chart."""
    most = min(pane.strips, _columns_beside(pane.width) * max(1, pane.height // _LEAST_STRIP))
    chart, places = _strips_beside(pane, min(pane.page_size, most))
    return _Placed(chart, places, True, most, _figures_beside(pane, places) if pane.system else None)


def _placed_below(pane: _Pane) -> _Placed:
    """Strips of one line each under the chart; the last place is that of the machine's figures."""
    width, charts, system = pane.width, pane.height, pane.system
    if not pane.strips:
        chart, places = _strips_below(width, charts, 1) if system else (Rect(0, 0, width, charts), ())
        return _Placed(chart, system=places[0] if places else None)
    most = max(1, width // _LINE_STRIP_WIDTH) * max(0, charts - _LEAST_CHART - 1) - system
    most = min(max(most, 1 if charts > _LEAST_CHART + 1 else 0), pane.strips)
    wanted = min(pane.page_size, most)
    # Fewer strips than have room in a line take the width that there is.
    wanted = wanted or (pane.strips if pane.strips + system < width // _LINE_STRIP_WIDTH else 0)
    chart, places = _strips_below(width, charts, wanted + system if wanted else 0)
    if system and len(places) > 1:
        *others, figures = places
        return _Placed(chart, tuple(others), most_strips=most, system=figures)
    return _Placed(chart, places, most_strips=most)


def next_shares(shown: DashboardLayout, by: int) -> Iterator[float]:
    """The shares that the charts can have next: larger ones with ``by`` 1, smaller ones with -1."""
    place = shown.charts_share * _SHARE_STEPS
    if by > 0:
        first = int(place + 1)
        yield from (step / _SHARE_STEPS for step in range(first, _SHARE_STEPS + 1))
    else:
        first = -int(-place // 1) - 1
        yield from (step / _SHARE_STEPS for step in range(first, -1, -1))


def _values_alone(rows: int, values: int) -> int:
    """The rows of the values at the cursor below one chart."""
    values = min(values, round(rows * (_VALUES_SHARE if values else _TABLE_SHARE)))
    return values if values > 1 else 0  # a heading alone says nothing


def _values_and_table(rows: int, runs: int, values: int, charts_share: float | None) -> tuple[int, int]:
    """The rows of the values at the cursor, and those of the table below them."""
    lower = _rows_below(rows, runs, values, charts_share)
    values = min(values, max(0, lower - _TABLE_BESIDE_VALUES))
    values = values if values > 1 else 0
    return values, lower - values


def _rows_below(rows: int, runs: int, values: int, charts_share: float | None) -> int:
    """The rows of the table and of the values at the cursor together."""
    if charts_share is not None:
        lower = max(min(_LEAST_CHOSEN_TABLE, rows), rows - round(rows * charts_share))
    else:
        share = _VALUES_SHARE if values else _TABLE_SHARE
        lower = min(max(runs + 1, _LEAST_TABLE) + values, max(_LEAST_TABLE, round(rows * share)))
    return lower if rows - lower >= _LEAST_CHART else rows


def _strips_below(width: int, height: int, page_size: int) -> tuple[Rect, tuple[Rect, ...]]:
    """A line of strips under the chart, more where so many are wanted, if the chart stays large enough."""
    if height <= _LEAST_CHART + 1:
        return Rect(0, 0, width, height), ()
    per_line = max(1, width // _LINE_STRIP_WIDTH)
    lines = max(1, -(-page_size // per_line))
    # Few ones share the width, many stand below each other in columns.
    count = min(per_line, page_size) if page_size else per_line
    share = width // count
    top = height - lines
    places = [
        Rect(share * place + 1, top + line, share - 2, 1) for line in range(lines) for place in range(count)
    ]
    return Rect(0, 0, width, top), tuple(places[: page_size or None])


def _columns_beside(width: int) -> int:
    return 2 if width > TWO_COLUMNS_WIDTH else 1


def _figures_beside(pane: _Pane, places: Sequence[Rect]) -> Rect | None:
    """The row of the machine's figures below the first column of strips, above the number of the page."""
    y = pane.height - 1 - (pane.paged and pane.strips > len(places))
    free = all(place.y + place.height <= y for place in places)
    return Rect(places[0].x, y, places[0].width, 1) if places and free else None


def _strips_beside(pane: _Pane, page_size: int) -> tuple[Rect, tuple[Rect, ...]]:
    """Columns of strips right of the chart: a second one where it is needed and there is the width for it."""
    width, wanted = pane.width, pane.strips
    height = pane.height - (pane.system and pane.height > 2 * _STRIP_HEIGHT)
    fitting = max(1, height // _STRIP_HEIGHT)
    on_page = min(wanted, page_size) if page_size else wanted
    columns = _columns_beside(width) if on_page > fitting else 1
    rows = -(-on_page // columns) if page_size else min(fitting, -(-wanted // columns))
    paged = pane.paged and wanted > (on_page if page_size else rows * columns) and height > rows
    chart_width = round(width * (0.65 if columns == 1 else 0.54))
    column_width = (width - chart_width - columns) // columns
    each, rest = divmod(height - paged, rows)
    places = []
    y = 0
    for row in range(rows):
        strip_height = each + (row < rest)
        # Each column of strips follows a divider. Row by row: what matters most is in the upper ones.
        for column in range(columns):
            x = chart_width + 1 + column * (column_width + 1)
            highest = strip_height if page_size else min(strip_height, _HIGHEST_STRIP)
            places.append(Rect(x, y, column_width, highest))
        y += strip_height
    return Rect(0, 0, chart_width, pane.height), tuple(places[: page_size or None])
