"""Polylines to braille."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from tuimon.charts.raster import BRAILLE_BASE, Extents, Raster, connect, rasterise, rasterise_cells

NAN = np.nan


def line(*values: float) -> Extents:
    """One curve with one value per dot column."""
    row = np.array([values], dtype=np.float64)
    return Extents(row, row, row, row)


def both(*curves: ArrayLike) -> Extents:
    rows = np.array(curves, dtype=np.float64)
    return Extents(rows, rows, rows, rows)


def text_of(raster: Raster) -> list[str]:
    return ["".join(chr(BRAILLE_BASE + dot) if dot else " " for dot in row) for row in raster.dots.tolist()]


ONE = np.zeros(1, dtype=np.int16)


def test_a_rising_line_is_connected() -> None:
    assert text_of(rasterise(line(0, 1, 2, 3, 4, 5, 6, 7), ONE, 4, 2)) == ["  ⡠⠊", "⡠⠊  "]


def test_a_jump_between_two_columns_leaves_no_hole() -> None:
    """Every row between the two values has a dot in one of the two columns."""
    low, high = connect(line(0, 15))
    assert (low[0, 0], high[0, 0], low[0, 1], high[0, 1]) == (0, 7, 8, 15)
    assert text_of(rasterise(line(0, 15), ONE, 1, 4)) == ["⢸", "⢸", "⡇", "⡇"]


def test_columns_without_a_point_are_bridged_between_points_but_not_beyond_them() -> None:
    raster = rasterise(line(NAN, NAN, 2, NAN, NAN, 2, NAN, NAN), ONE, 4, 1)
    assert text_of(raster) == [" ⠒⠒ "]


def test_a_spike_within_one_column_is_drawn_to_its_full_height() -> None:
    flat = np.zeros((1, 8))
    high = flat.copy()
    high[0, 3] = 15
    raster = rasterise(Extents(flat, flat, high, flat), ONE, 4, 4)
    assert text_of(raster) == [" ⢸  ", " ⢸  ", " ⢸  ", "⣀⣸⣀⣀"]


def test_the_higher_layer_owns_a_cell_alone_and_equal_layers_share_it() -> None:
    curves = both([0, 0], [3, 3])
    over = rasterise(curves, np.array([5, 1], dtype=np.int16), 1, 1)
    assert text_of(over) == ["⣀"]
    assert over.owner.tolist() == [[0]]
    equal = rasterise(curves, np.array([1, 1], dtype=np.int16), 1, 1)
    assert text_of(equal) == ["⣉"]
    assert equal.owner.tolist() == [[1]]


def test_values_beyond_the_picture_are_cut_off_at_its_edge() -> None:
    assert text_of(rasterise(line(-50, -50, -50, 90), ONE, 2, 2)) == [" ⡇", " ⡇"]
    assert not rasterise(line(-50, -50), ONE, 1, 2).dots.any()
    assert not rasterise(line(50, 50), ONE, 1, 2).dots.any()


def test_ascii_cells_are_where_the_curve_is() -> None:
    raster = rasterise_cells(line(0, 1, 2), ONE, 3, 3)
    assert raster.dots.tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]


def test_nothing_gives_an_empty_picture() -> None:
    empty = np.empty((0, 0))
    for function in (rasterise, rasterise_cells):
        raster = function(Extents(empty, empty, empty, empty), np.empty(0, dtype=np.int16), 5, 2)
        assert raster.dots.shape == (2, 5)
        assert (raster.owner == -1).all()


@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=2, max_size=40),
    st.integers(1, 12),
)
def test_dots_and_owners_agree_for_any_curve(values: list[float], height: int) -> None:
    values = values[: len(values) // 2 * 2]
    raster = rasterise(line(*values), ONE, len(values) // 2, height)
    assert ((raster.dots != 0) == (raster.owner == 0)).all()
    inside = [v for v in values if 0 <= v < 4 * height]
    assert not inside or raster.dots.any()
