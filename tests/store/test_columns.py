"""A column holds what was put into it, and what it published never changes."""

from __future__ import annotations

import math
from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.store.columns import Column, ColumnView

values = st.floats(width=32) | st.sampled_from([0.0, -1.0, math.nan, math.inf, -math.inf])
put = st.tuples(st.just("put"), st.integers(0, 30), values, st.booleans())
extend = st.tuples(st.just("extend"), st.lists(values, min_size=1, max_size=40))
keep = st.tuples(st.just("keep"), st.sets(st.integers(0, 80)))
view = st.tuples(st.just("view"))
rest = st.tuples(st.just("rest"))


def contents(view: ColumnView) -> dict[int, float]:
    return dict(zip(view.rows.tolist(), view.values.tolist(), strict=True))


def same(one: object, other: object) -> bool:
    """Equality with NaN equal to NaN and -0.0 equal to 0.0."""
    return repr(one).replace("-0.0", "0.0") == repr(other).replace("-0.0", "0.0")


@settings(deadline=None, max_examples=300)
@given(steps=st.lists(put | extend | keep | view | rest, max_size=25))
def test_a_column_equals_a_dict_and_its_views_stay(steps: list[tuple[object, ...]]) -> None:
    """Whatever is done in whatever order: the content is a dict's, and every view taken stays as it was."""
    column, model = Column(), dict[int, float]()
    taken: list[tuple[ColumnView, dict[int, float]]] = []
    for kind, *given_ in steps:
        match kind, given_:
            case "put", [int(row), float(value), bool(replace)]:
                column.put(row, value, replace=replace)
                if replace or row not in model:
                    model[row] = value
            case "extend", [list(added)]:
                first = max(model, default=-1) + 1
                rows = range(first, first + len(added))
                column.extend(array("i", rows), np.array(added, dtype=np.float64))
                model.update(zip(rows, added, strict=True))
            case "keep", [set(kept)]:
                numbers = {old: new for new, old in enumerate(sorted(kept))}
                column.keep(sorted(kept))
                model = {numbers[row]: value for row, value in model.items() if row in numbers}
            case "rest", []:
                if model:
                    column = Column.of(column.rest())
            case "view", []:
                if model:
                    taken.append((column.view(), dict(sorted(model.items()))))
        assert len(column) == len(model)
        assert column.last_row == max(model, default=-1)
        assert all(column.has(row) == (row in model) for row in range(90))
    if model:
        taken.append((column.view(), dict(sorted(model.items()))))
        assert same(column.last_value, model[max(model)])
    for view_, then in taken:
        assert same(contents(view_), then)
        _check_bounds(view_)
    versions = [view_.version for view_, _ in taken]
    assert versions == sorted(versions)


def _check_bounds(view: ColumnView) -> None:
    finite = [value for value in view.values.tolist() if math.isfinite(value)]
    assert view.finite_min == (min(finite) if finite else None)
    assert view.finite_max == (max(finite) if finite else None)
    assert view.least_positive == min((value for value in finite if value > 0), default=None)
    assert view.nan_count == int(np.isnan(view.values).sum())
    assert view.inf_count == int(np.isinf(view.values).sum())
    assert view.last_row == view.rows[-1]


def test_an_unchanged_column_keeps_its_view() -> None:
    """Identity is the cache key of all who draw."""
    column = Column()
    column.put(0, 1.0)
    view = column.view()
    assert column.view() is view
    column.put(0, 2.0, replace=False)
    assert column.view() is view
    column.put(1, 1.0)
    assert column.view() is not view


def test_views_are_read_only() -> None:
    column = Column()
    column.put(0, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        column.view().values[0] = 2.0


def test_appending_shares_the_memory_of_earlier_views() -> None:
    """Growing is amortised: most views of a growing column lie in one block, nothing is copied for them."""
    column = Column()
    column.extend(array("i", range(1000)), np.arange(1000.0))
    views = []
    for row in range(1000, 1100):
        column.put(row, 0.0)
        views.append(column.view())
    blocks = {id(view.values.base) for view in views}
    assert len(blocks) <= 2


def test_rows_without_gaps_are_kept_once_for_all_columns() -> None:
    """A metric that each row has costs 8 bytes a value, its rows nothing."""
    columns = [Column() for _ in range(3)]
    for column in columns:
        column.extend(array("i", range(1000)), np.arange(1000.0))
    bases = {id(column.view().rows.base) for column in columns}
    assert len(bases) == 1
    columns[0].put(1500, 1.0)
    assert columns[0].view().rows[-2:].tolist() == [999, 1500]
    assert columns[1].view().rows[-1] == 999


def test_trimming_gives_back_what_was_kept_ready() -> None:
    """Of a run that has ended no value more than there are takes memory."""
    column = Column()
    column.extend(array("i", range(0, 160, 2)), np.arange(80.0))
    column.view()
    column.extend(array("i", range(160, 200, 2)), np.arange(20.0))
    assert _memory(column.view()) > 100
    view = column.rest()
    assert _memory(view) == 100
    assert column.rest() is view


def test_the_rest_of_a_column_grows_as_the_column_would() -> None:
    """A run that had ended may be resumed: all is told of old and new values, the view stays as it was."""
    values = [math.nan, -2.0, 5.0, math.inf, 0.5]
    column = Column()
    column.extend(array("i", range(5)), np.array(values))
    rest = column.rest()
    told = _told(rest)
    again = Column.of(rest)
    assert again.view() is rest
    for each in (again, column):
        each.put(3, 1.0)
        each.put(5, 7.0)
        each.extend(array("i", [6, 7]), np.array([-9.0, math.nan]))
    assert _told(again.view()) == _told(column.view())
    for each in (again, column):
        each.keep([0, 1, 5])
        each.put(4, 3.0)
    assert _told(again.view()) == _told(column.view())
    assert _told(rest) == told


def _told(view: ColumnView) -> tuple[object, ...]:
    bounds = (view.finite_min, view.finite_max, view.least_positive, view.nan_count, view.inf_count)
    return (*bounds, view.last_row, view.rows.tolist(), [repr(value) for value in view.values.tolist()])


def _memory(view: ColumnView) -> int:
    """The values that the block behind a view has room for."""
    block = view.values if view.values.base is None else view.values.base
    return len(block)
