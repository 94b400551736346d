"""What a person has set up on the screen, apart from the data and from Textual: one frozen value.

Every key that changes the view is a pure transition here: it takes the state and returns a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Self

from tuimon.analysis.smoothing import DEFAULT_SMOOTHING, SMOOTHING_STEPS
from tuimon.quick_dataclass import dataclass
from tuimon.tui.view.zoom import Zoom

WIDEST = 60  # cells that a column can be wider, or narrower, than by itself


@dataclass(frozen=True, slots=True)
class ViewState:
    """The view: cursor, marks, baseline, axes, smoothing, sort, filter, page of strips, pause.

    Runs are named by their keys. ``x_axis`` and ``main_metric`` are None while the default holds, which may
    change with the runs shown. ``sort`` is a column of the run table, or None for the newest start first.
    ``columns`` of the run table are None for those that fit, ``column_widths`` cells more than by themselves.
    With ``grouped``, runs that differ in seeds and the like alone share a row; ``opened`` is a run of the
    group whose members are shown instead. ``turned_keys`` of the config are left out of the grouping although
    by themselves they are not, or the other way round. ``hidden_metrics`` are left out of the strips.
    ``chart`` is the one that the keys of the charts pane act on, counted in the order they are shown: the
    large one is 0. ``starred`` metrics (names or patterns) come first; ``page_size`` small charts are on a
    page, 0 for those that fit; both are None for what the settings say. ``charts_share`` is the charts' share
    of the rows that they and the table have, None for what suits the number of runs.
    ``filter_typed`` while the filter is being typed.
    """

    cursor: str | None = None
    marked: tuple[str, ...] = ()
    baseline: str | None = None
    x_axis: str | None = None
    log_y: bool = False
    clip_outliers: bool = False
    zoom: Zoom = field(default_factory=Zoom)
    smoothing: float = DEFAULT_SMOOTHING
    sort: str | None = None
    descending: bool = False
    filter_text: str = ""
    filter_typed: bool = False
    columns: tuple[str, ...] | None = None
    column_widths: tuple[tuple[str, int], ...] = ()
    show_archived: bool = False
    grouped: bool = False
    turned_keys: tuple[str, ...] = ()
    opened: str | None = None
    main_metric: str | None = None
    hidden_metrics: tuple[str, ...] = ()
    starred: tuple[str, ...] | None = None
    page_size: int | None = None
    charts_share: float | None = None
    page: int = 0
    chart: int = 0
    full_chart: bool = False
    paused: bool = False

    # The cursor

    def with_cursor(self, key: str | None) -> Self:
        """The cursor on this run."""
        return replace(self, cursor=key)

    def moved(self, keys: Sequence[str], by: int) -> Self:
        """The cursor ``by`` rows further down the shown runs, stopping at both ends."""
        if not keys:
            return self
        return replace(self, cursor=keys[min(max(self.place(keys) + by, 0), len(keys) - 1)])

    def place(self, keys: Sequence[str]) -> int:
        """The row of the cursor among the shown runs; the first one where its run is not shown."""
        return keys.index(self.cursor) if self.cursor is not None and self.cursor in keys else 0

    # Marks

    def mark_toggled(self, key: str) -> Self:
        """The run marked if it was not, else no longer."""
        if key in self.marked:
            return replace(self, marked=tuple(other for other in self.marked if other != key))
        return replace(self, marked=(*self.marked, key))

    def all_marked(self, keys: Sequence[str]) -> Self:
        """All these marked as well, in their order."""
        return replace(self, marked=tuple(dict.fromkeys((*self.marked, *keys))))

    def none_marked(self) -> Self:
        """No run marked."""
        return replace(self, marked=())

    def baseline_toggled(self, key: str) -> Self:
        """This run as the baseline of deltas, or none if it was."""
        return replace(self, baseline=None if self.baseline == key else key)

    # Axes and smoothing

    def with_x_axis(self, axis: str | None) -> Self:
        """This x axis; None for the default."""
        return replace(self, x_axis=axis)

    def log_y_toggled(self) -> Self:
        """The other y scale."""
        return replace(self, log_y=not self.log_y)

    def outliers_toggled(self) -> Self:
        """The y ranges without outliers, or with all there is."""
        return replace(self, clip_outliers=not self.clip_outliers)

    def zoomed(self, zoom: Zoom) -> Self:
        """Another part of the charts, or another place of their cursor."""
        return replace(self, zoom=zoom)

    def smoothed_by(self, steps: int) -> Self:
        """The smoothing so many steps stronger (or weaker, below 0), stopping at both ends."""
        nearest = min(range(len(SMOOTHING_STEPS)), key=lambda i: abs(SMOOTHING_STEPS[i] - self.smoothing))
        place = min(max(nearest + steps, 0), len(SMOOTHING_STEPS) - 1)
        return replace(self, smoothing=SMOOTHING_STEPS[place])

    def unsmoothed(self) -> Self:
        """No smoothing."""
        return replace(self, smoothing=0.0)

    # The table

    def sorted_by(self, column: str | None, *, descending: bool) -> Self:
        """The table sorted by a column; None for the newest start first."""
        return replace(self, sort=column, descending=descending)

    def sort_reversed(self) -> Self:
        """The other direction of the same sort."""
        return replace(self, descending=not self.descending)

    def filtered(self, text: str, *, typed: bool = False) -> Self:
        """Only the runs that match this text shown; an empty text shows all. ``typed``: it may go on."""
        return replace(self, filter_text=text, filter_typed=typed)

    def with_columns(self, columns: tuple[str, ...] | None, widths: tuple[tuple[str, int], ...] = ()) -> Self:
        """These columns in the table; None for those that fit."""
        return replace(self, columns=columns, column_widths=widths)

    def archived_toggled(self) -> Self:
        """Archived runs shown among the others, or hidden again."""
        return replace(self, show_archived=not self.show_archived)

    def group_toggled(self) -> Self:
        """Runs in groups, or each by itself."""
        return replace(self, grouped=not self.grouped, opened=None)

    def key_turned(self, key: str) -> Self:
        """This config key left out of the grouping where it was not, or looked at again; in groups."""
        others = tuple(other for other in self.turned_keys if other != key)
        turned = others if key in self.turned_keys else (*others, key)
        return replace(self, grouped=True, opened=None, turned_keys=turned)

    def no_keys_turned(self) -> Self:
        """Seeds, names, paths and devices left out of the grouping, as by itself; in groups."""
        return replace(self, grouped=True, opened=None, turned_keys=())

    def grouped_as(self, other: Self) -> Self:
        """The grouping of another view, with the cursor that it had there."""
        return replace(
            self,
            grouped=other.grouped,
            opened=other.opened,
            turned_keys=other.turned_keys,
            cursor=other.cursor,
        )

    def with_group_opened(self, key: str | None) -> Self:
        """Only the members of this run's group; None for the groups again, the cursor on the one left."""
        return replace(self, opened=key, cursor=self.opened if key is None else self.cursor)

    # The charts

    def with_main_metric(self, metric: str | None) -> Self:
        """This metric in the large chart, and therefore not hidden."""
        hidden = tuple(name for name in self.hidden_metrics if name != metric)
        return replace(self, main_metric=metric, hidden_metrics=hidden, chart=0, page=0)

    def metric_toggled(self, metric: str) -> Self:
        """The metric left out of the strips, or back in them."""
        if metric in self.hidden_metrics:
            hidden = tuple(name for name in self.hidden_metrics if name != metric)
        else:
            hidden = (*self.hidden_metrics, metric)
        return replace(self, hidden_metrics=hidden, page=0)

    def with_metrics_of(self, other: Self) -> Self:
        """The metrics that another view leaves out and puts first."""
        return replace(self, hidden_metrics=other.hidden_metrics, starred=other.starred, page=other.page)

    def page_turned(self, by: int, pages: int) -> Self:
        """``by`` pages of strips further, round and round."""
        return replace(self, page=(self.page + by) % max(1, pages))

    def chart_moved(self, by: int, charts: int, per_page: int) -> Self:
        """Another chart chosen, stopping at both ends; the page of strips follows it."""
        chart = min(max(self.chart + by, 0), max(0, charts - 1))
        page = self.page if chart == 0 else (chart - 1) // max(1, per_page)
        return replace(self, chart=chart, page=page)

    def chart_cycled(self, by: int, charts: int) -> Self:
        """Another chart chosen, round and round."""
        return replace(self, chart=(self.chart + by) % max(1, charts))

    def with_chart(self, chart: int) -> Self:
        """This chart chosen."""
        return replace(self, chart=chart)

    def with_starred(self, starred: tuple[str, ...] | None) -> Self:
        """These metrics first; None for those that the settings name."""
        return replace(self, starred=starred, page=0)

    def with_page_size(self, strips: int | None) -> Self:
        """So many small charts on a page; 0 for those that fit, None for what the settings say."""
        return replace(self, page_size=strips, page=0)

    def with_charts_share(self, share: float | None) -> Self:
        """This share of the rows for the charts; None for what suits the number of runs."""
        return replace(self, charts_share=share)

    def full_chart_toggled(self) -> Self:
        """One chart on the whole screen, or the dashboard again."""
        return replace(self, full_chart=not self.full_chart)

    def pause_toggled(self) -> Self:
        """The view frozen, or following again."""
        return replace(self, paused=not self.paused)
