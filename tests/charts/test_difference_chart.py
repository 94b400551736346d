"""The difference chart: around 0, below the curves, which side is better."""

from __future__ import annotations

import pytest

from tests.charts.pictures import make_series, make_spec, picture_text
from tuimon.charts.difference_chart import draw_difference
from tuimon.charts.palette import RUN_COLOURS
from tuimon.charts.spec import Curve


def curve(values: list[float], name: str = "fast") -> Curve:
    return Curve(make_series(values), name, RUN_COLOURS[0])


def test_it_reaches_from_0_to_the_greatest_difference() -> None:
    """Where all runs are on one side of 0, the other side takes no more than a margin."""
    picture = draw_difference(make_spec([curve([-0.5, -0.25])], height=6, direction="min"), "base")
    rows = picture_text(picture).split("\n")
    assert len(rows) == 6
    assert rows[1].lstrip().startswith("0┤╌")
    assert rows[5].startswith("−0.53")
    assert picture.y_range == pytest.approx((-0.53, 0.03))


def test_with_runs_on_both_sides_both_ends_are_labelled() -> None:
    """The line at 0 is where it belongs between them."""
    picture = draw_difference(make_spec([curve([-0.5, 0.25])], height=8), "base")
    rows = picture_text(picture).split("\n")
    assert rows[1].startswith("+0.27")
    assert rows[3].lstrip().startswith("0┤╌")
    assert rows[7].startswith("−0.53")
    assert picture.y_range == pytest.approx((-0.53, 0.265))


@pytest.mark.parametrize(
    ("direction", "words"), [("min", "below is better"), ("max", "above is better"), (None, "")]
)
def test_the_title_says_to_whom_and_what_is_better(direction: str | None, words: str) -> None:
    """By the direction of the metric; nothing where it has none."""
    spec = make_spec([curve([1.0, 2.0])], height=6, direction=direction)
    title = picture_text(draw_difference(spec, "base")).split("\n")[0]
    assert title == f" Δ val_loss  to base  {words}".rstrip()


def test_labels_say_the_last_difference_with_its_sign() -> None:
    """As ``+0.2500 fast``."""
    text = picture_text(draw_difference(make_spec([curve([-0.5, 0.25])], height=6), "base"))
    assert "+0.2500 fast" in text


def test_the_cursor_is_in_it() -> None:
    """A line through the rows of the curves, without a label of its own."""
    text = picture_text(draw_difference(make_spec([curve([1, 2, 3, 4])], height=7, cursor_x=1.5), "base"))
    assert text.count("│") >= 8  # the axis and the cursor


@pytest.mark.parametrize("width", [0, 1, 11, 12, 30, 200])
@pytest.mark.parametrize("height", [0, 1, 3, 4, 6, 40])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_any_size_has_exactly_that_size(width: int, height: int, ascii_only: bool) -> None:
    """Also without any curve, and in ASCII with ASCII alone."""
    for curves in ([], [curve([0.0])], [curve([1e300, -1e300])], [curve([1e-300, 0.0])]):
        spec = make_spec(curves, width, height, ascii=ascii_only)
        picture = draw_difference(spec, "幅[bold]" * 9)
        assert len(picture.lines) == height
        assert all(sum(segment.cell_length for segment in line) == width for line in picture.lines)
        assert not ascii_only or picture_text(picture).isascii()
