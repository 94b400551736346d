"""The dashboard's layout: pure arithmetic, right at every size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.charts.dashboard_layout import DashboardLayout, dashboard_layout, next_shares


@given(
    width=st.integers(1, 400),
    height=st.integers(1, 120),
    runs=st.integers(0, 1000),
    strips=st.integers(0, 200),
    full=st.booleans(),
    values=st.integers(0, 12),
    share=st.none() | st.floats(0, 1),
    page_size=st.integers(0, 100),
    framed=st.booleans(),
    system=st.booleans(),
)
def test_the_parts_fill_the_screen_and_never_overlap(
    width: int,
    height: int,
    runs: int,
    strips: int,
    full: bool,
    values: int,
    share: float | None,
    page_size: int,
    framed: bool,
    system: bool,
) -> None:
    """Header, charts, table, status and keys add up to the height; each chart is within its pane, alone."""
    layout = dashboard_layout(
        width,
        height,
        runs,
        strips,
        full_chart=full,
        values=values,
        charts_share=share,
        page_size=page_size,
        framed=framed,
        system=system,
    )
    assert system or layout.system is None
    assert 1 + layout.charts + layout.values + layout.table + layout.status + layout.keys == height
    assert min(layout.charts, layout.values, layout.table, layout.status, layout.keys) >= 0
    taken: set[tuple[int, int]] = set()
    for place in (layout.chart, *layout.strips, layout.system):
        if place is not None:
            assert place.x >= 0
            assert place.x + place.width <= width
            assert place.y >= 0
            assert place.y + place.height <= layout.charts
            cells = {(x, place.y) for x in range(place.x, place.x + place.width)}
            cells |= {(place.x, y) for y in range(place.y, place.y + place.height)}
            assert not cells & taken
            taken |= cells


def test_a_small_terminal_has_one_line_of_strips_below_the_chart() -> None:
    """80x24: the large chart keeps the width; the table shows eight runs."""
    layout = dashboard_layout(80, 24, 40, 30)
    assert not layout.beside
    assert layout.chart is not None
    assert (layout.chart.width, layout.chart.height) == (80, 11)
    assert [place.height for place in layout.strips] == [1, 1, 1]
    assert layout.table == 9
    assert layout.status == 1


def test_fewer_strips_than_fit_below_the_chart_share_its_width() -> None:
    """One alone has all of it: its name and its curve are whole."""
    assert [place.width for place in dashboard_layout(80, 24, 3, 1).strips] == [78]
    assert [place.width for place in dashboard_layout(80, 24, 3, 2).strips] == [38, 38]
    alone = dashboard_layout(80, 24, 3, 1, system=True)
    assert alone.system is not None
    assert [place.width for place in alone.strips] == [38]


@pytest.mark.parametrize(("width", "height", "strips"), [(120, 36, 3), (200, 50, 10)])
def test_a_larger_terminal_has_strips_beside_the_chart(width: int, height: int, strips: int) -> None:
    """The large chart is the largest thing on the screen; beyond 160 columns two columns of strips."""
    layout = dashboard_layout(width, height, 40, 30)
    assert layout.beside
    assert len(layout.strips) == strips
    assert layout.chart is not None
    assert layout.chart.width > width / 2
    assert layout.chart.height == layout.charts > layout.table


def test_the_machine_has_a_row_of_its_own() -> None:
    """Beside the chart below the strips and above the page's number; in a small terminal among the strips;
    below the chart where there are none."""
    large = dashboard_layout(120, 36, 40, 30, system=True)
    assert large.system is not None
    assert large.system.y == large.charts - 2
    assert {place.x for place in large.strips} == {large.system.x}
    one_page = dashboard_layout(120, 36, 40, 3, system=True)
    assert one_page.system is not None
    assert one_page.system.y == one_page.charts - 1
    small = dashboard_layout(80, 24, 40, 30, system=True)
    assert small.system is not None
    assert [place.y for place in small.strips] == [small.system.y] * 2
    alone = dashboard_layout(120, 36, 40, 0, system=True)
    assert alone.system is not None
    assert alone.chart is not None
    assert alone.system.y == alone.chart.height
    assert dashboard_layout(120, 36, 40, 30, system=True, full_chart=True).system is None


def test_few_strips_get_the_height_of_the_pane() -> None:
    """Five metrics on a large terminal: one column, no line for pages; none: the chart alone."""
    layout = dashboard_layout(200, 50, 40, 5)
    assert [place.height for place in layout.strips] == [6, 6, 5, 5, 5]
    assert len({place.x for place in layout.strips}) == 1
    assert sum(place.height for place in layout.strips) == layout.charts
    alone = dashboard_layout(200, 50, 40, 0)
    assert alone.strips == ()
    assert alone.chart is not None
    assert alone.chart.width == 200


def test_the_table_takes_no_more_rows_than_it_has_runs() -> None:
    """With few runs the charts get the room, and the second run doesn't move anything."""
    assert dashboard_layout(120, 36, 1, 30) == dashboard_layout(120, 36, 3, 30)
    assert dashboard_layout(120, 36, 3, 30).charts > dashboard_layout(120, 36, 40, 30).charts


def test_a_full_chart_has_the_whole_screen_between_header_and_status() -> None:
    """No strips, no table."""
    layout = dashboard_layout(120, 36, 40, 30, full_chart=True)
    assert layout.table == 0
    assert layout.strips == ()
    assert layout.chart is not None
    assert (layout.chart.width, layout.chart.height) == (120, 32)


def test_a_tiny_terminal_shows_runs_rather_than_a_chart_nobody_can_read() -> None:
    """20x5: the header and the table."""
    layout = dashboard_layout(20, 5, 40, 30)
    assert layout.chart is None
    assert layout.table == 4


@given(
    width=st.integers(1, 400),
    height=st.integers(8, 120),
    runs=st.integers(0, 1000),
    strips=st.integers(1, 200),
    page_size=st.integers(1, 100),
)
def test_a_page_has_as_many_strips_as_are_wanted_and_fit(
    width: int, height: int, runs: int, strips: int, page_size: int
) -> None:
    """``most_strips`` says how many fit; so many and any fewer can be had, each with a row at least."""
    layout = dashboard_layout(width, height, runs, strips, page_size=page_size)
    assert layout.most_strips <= strips
    assert len(layout.strips) == min(page_size, layout.most_strips)
    assert all(place.height > 0 for place in layout.strips)


@given(height=st.integers(8, 120), runs=st.integers(0, 100), start=st.none() | st.floats(0, 1))
def test_shares_go_step_by_step_to_both_ends(height: int, runs: int, start: float | None) -> None:
    """Larger shares give more rows, never fewer, and the other way round; both ends are reached."""
    for by in (1, -1):
        layout: DashboardLayout | None = dashboard_layout(120, height, runs, 5, charts_share=start)
        seen = []
        while layout is not None:
            last = layout
            seen.append(last.charts)
            further = (
                dashboard_layout(120, height, runs, 5, charts_share=share) for share in next_shares(last, by)
            )
            layout = next((found for found in further if found.charts != last.charts), None)
        assert seen == sorted(seen, reverse=by < 0)
        if height >= 12:
            assert last.charts == 0 if by < 0 else last.table == 2


def test_a_snapshot_has_no_frame() -> None:
    """No lines for status and keys; charts and runs have their rows."""
    framed = dashboard_layout(120, 36, 40, 30)
    bare = dashboard_layout(120, 36, 40, 30, framed=False)
    assert (bare.status, bare.keys) == (0, 0)
    assert bare.charts + bare.table == 35 == framed.charts + framed.table + framed.status + framed.keys
