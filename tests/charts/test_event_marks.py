"""What happened to runs, marked at the edge of their charts."""

from __future__ import annotations

import pytest

from tests.charts.pictures import make_series, make_spec, picture_text, styles_of
from tuimon.charts.chart import draw_chart
from tuimon.charts.event_signs import SIGNS, EventSign, SignKind
from tuimon.charts.palette import DARK, RUN_COLOURS
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.strip import draw_strip

FALLING = [10 - step / 10 for step in range(100)]


def spec_of(*signs: EventSign, height: int = 16, **more: object) -> ChartSpec:
    curves = [Curve(make_series(FALLING, key=key), key, RUN_COLOURS[place]) for place, key in enumerate("ab")]
    return make_spec(curves, 100, height, signs=tuple(signs), **more)


def rows(spec: ChartSpec) -> list[str]:
    return picture_text(draw_chart(spec)).split("\n")


def test_a_sign_stands_in_the_top_row_at_its_place() -> None:
    """Where nothing else is."""
    spec = spec_of(EventSign("a", 50.0, SignKind.SPIKE, "val_loss"))
    picture = draw_chart(spec)
    column = rows(spec)[1].index(SIGNS[SignKind.SPIKE])
    assert abs(column - (picture.canvas.x + picture.canvas.width * 50 / 99)) <= 1


def test_no_curve_is_covered() -> None:
    """A sign steps aside of the curve at the edge, or is left out."""
    plain = rows(spec_of())
    signs = [EventSign("a", float(x), SignKind.SPIKE) for x in range(100)]
    marked = rows(spec_of(*signs))
    for before, after in zip(plain, marked, strict=True):
        for old, new in zip(before, after.ljust(len(before)), strict=False):
            assert old == new or old in " ┈"


def test_the_bright_run_is_told_in_words_the_others_by_signs() -> None:
    """Signs come first: no word takes the place of another run's sign."""
    signs = EventSign("a", 50.0, SignKind.DIVERGENCE), EventSign("b", 56.0, SignKind.SPIKE)
    top = rows(spec_of(*signs, highlighted="b"))[1]
    assert "▴ spike" in top
    assert "diverged" not in top
    top = rows(spec_of(*signs, highlighted="a"))[1]
    assert "↗" in top
    assert "▴" in top
    assert "↗ diverged" not in top  # there is no room for it before the next sign
    assert "↗ diverged" in rows(spec_of(signs[0], highlighted="a"))[1]


def test_a_divergence_is_red_a_spike_in_the_colour_of_its_run() -> None:
    """Whose it is can be seen, and what kills a run."""
    signs = EventSign("a", 50.0, SignKind.DIVERGENCE), EventSign("a", 80.0, SignKind.SPIKE)
    top = draw_chart(spec_of(*signs, highlighted="a")).lines[1]
    assert DARK.bad in styles_of(top, "↗")[0]
    assert RUN_COLOURS[0] in styles_of(top, "▴")[0]


def test_resumes_are_on_the_axis() -> None:
    """On the line below the curves, where none of them can be covered."""
    spec = spec_of(EventSign("a", 50.0, SignKind.RESUME))
    picture = draw_chart(spec)
    assert "↻" in rows(spec)[picture.canvas.y + picture.canvas.height]


def test_a_plateau_is_news_of_the_bright_run_alone() -> None:
    """Every run stays level in the end."""
    sign = EventSign("a", 50.0, SignKind.PLATEAU)
    assert "→" not in rows(spec_of(sign, highlighted="b"))[1]
    assert "→ flat" in rows(spec_of(sign, highlighted="a"))[1]


def test_what_is_out_of_sight_has_no_sign() -> None:
    """Zooming shows the signs of the part that is shown."""
    sign = EventSign("a", 50.0, SignKind.SPIKE)
    assert "▴" not in rows(spec_of(sign, x_range=(60.0, 90.0)))[1]


@pytest.mark.parametrize("height", [1, 4, 6, 9, 20])
def test_strips_have_signs_without_words_where_there_are_rows(height: int) -> None:
    """A few rows are the curve's."""
    signs = [EventSign("a", 50.0, kind) for kind in SignKind]
    text = picture_text(draw_strip(spec_of(*signs, height=height)))
    assert "spike" not in text
    assert ("▴" in text) == (height >= 6)
    assert ("↻" in text) == (height >= 9)


def test_signs_have_ascii_forms_of_their_own() -> None:
    """Each told from the others."""
    for kind in SignKind:
        text = picture_text(draw_chart(spec_of(EventSign("a", 50.0, kind), highlighted="a", ascii=True)))
        assert text.isascii()
        assert "?" not in text


def test_the_mark_of_a_companions_spike_says_whose_it_is() -> None:
    """The title names another metric; where it names this one, that goes without saying."""
    sign = EventSign("a", 30.0, SignKind.SPIKE, "train_loss")
    assert "▴ spike train_loss" in rows(spec_of(sign, highlighted="a"))[1]
    sign = EventSign("a", 30.0, SignKind.SPIKE, "val_loss")
    top = rows(spec_of(sign, highlighted="a"))[1]
    assert "▴ spike" in top
    assert "val_loss" not in top
