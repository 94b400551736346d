"""The frame, and what it relies on in plotext."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimon.charts.frame import Frame, FrameSpec, canvas_of, draw_frame, draw_whole
from tuimon.charts.picture import Rect

PICTURE = """\
4.0┤
   │
2.0┤
1.4┤
   └┬──────┬──────┬
    0      5k   10k"""

SPEC = FrameSpec(19, 6, ((0, "0"), (7, "5k"), (14, "10k")), ((0, "1.4"), (1, "2.0"), (3, "4.0")))


def text_of(frame: Frame) -> str:
    return "\n".join(row.rstrip() for row in frame.rows)


def test_a_frame_has_its_ticks_where_they_were_asked_for() -> None:
    frame = draw_frame(SPEC)
    assert text_of(frame) == PICTURE
    assert frame.canvas == Rect(4, 0, 15, 4)


@st.composite
def frame_specs(draw: st.DrawFn) -> FrameSpec:
    """Any frame that a chart may ask for: its ticks lie in the canvas and are told apart."""
    width, height = draw(st.integers(1, 60)), draw(st.integers(1, 12))
    label_width, x_line = draw(st.integers(1, 8)), draw(st.booleans())
    labels = st.text("0123456789.k-eM", min_size=1, max_size=label_width)
    rows = draw(st.sets(st.integers(0, height - 1), max_size=5))
    y_ticks = tuple((row, draw(labels)) for row in sorted(rows))
    x_ticks, free_from = [], 0
    for cell in sorted(draw(st.sets(st.integers(0, width - 1), max_size=5))):
        label = draw(labels)
        begin = max(0, min(cell - len(label) // 2, width - len(label)))
        if x_line and begin >= free_from and begin + len(label) <= width:
            x_ticks.append((cell, label))
            free_from = begin + len(label) + 1
    if x_line and not x_ticks:
        x_ticks.append((0, "0"))
    left = label_width + 1 if y_ticks else 1
    below = 2 if x_line else 0
    return FrameSpec(left + width, height + below, tuple(x_ticks), y_ticks, label_width, x_line)


@given(frame_specs())
@example(FrameSpec(14, 3, ((2, "0000"), (8, "0000000")), ()))
def test_a_frame_is_what_plotext_draws_in_one_piece(spec: FrameSpec) -> None:
    """Put together from its axes, whatever the size and the ticks."""
    assert draw_frame(spec) == draw_whole(spec)


@pytest.mark.parametrize("x_line", [True, False])
@pytest.mark.parametrize("size", [(5, 3), (6, 4), (80, 24), (300, 100)])
def test_plotext_leaves_the_canvas_where_the_chart_counts_on_it(size: tuple[int, int], x_line: bool) -> None:
    """Also where it is larger than the terminal."""
    ticks = ((0, "7"),) if x_line else ()
    frame = draw_frame(FrameSpec(*size, ticks, ((0, "1.5"),), 3, x_line))
    assert frame.canvas == canvas_of(*size, 3, x_line=x_line)
    assert len(frame.rows) == size[1]
    assert {len(row) for row in frame.rows} == {size[0]}


def test_without_any_tick_there_are_no_labels_but_the_row_of_x_labels_stays() -> None:
    frame = draw_frame(FrameSpec(30, 8, (), (), 4))
    assert frame.canvas == canvas_of(30, 8, 0)
    assert frame.rows[-2:] == ("└" + "─" * 29, " " * 30)


@pytest.mark.parametrize(
    "spec",
    [
        FrameSpec(0, 5, (), ()),
        FrameSpec(5, 10**6, (), ()),
        FrameSpec(2, 2, (), ()),
        FrameSpec(20, 8, ((math.nan, "x"),), ()),  # type: ignore[arg-type]
        FrameSpec(20, 8, ((99, "x"),), ()),
        FrameSpec(20, 8, ((-1, "x"),), ()),
        FrameSpec(20, 8, ((1, "\x1b[31m"),), ()),
    ],
)
def test_what_plotext_must_not_get_is_refused_before(spec: FrameSpec) -> None:
    with pytest.raises(ValueError, match=r"frame|tick"):
        draw_frame(spec)


def test_a_figure_of_its_own_touches_nobody_elses() -> None:
    """plotext has one figure for the whole process; ours must not be that one."""
    import plotext

    before = plotext.figure.size()
    draw_frame(FrameSpec(33, 9, ((0, "0"),), ((0, "1"),)))
    assert plotext.figure.size() == before


RELIED_UPON = """
import plotext
terminal = type(plotext.terminal)()
assert terminal._master is not plotext.terminal._master
terminal.limit(False, False)
figure = terminal._master
figure.plot_size(250, 90)
assert figure.size() == (250, 90), figure.size()
figure.axes(False, axis=[0, 1], side=1)
figure.ruler(0, 0).lim(0, 245)
figure.ruler(0, 0).ticks([0, 245], ["0", "9"])
figure.ruler(1, 0).lim(0, 87)
figure.ruler(1, 0).ticks([0], ["1.0"])
rows = figure.build().string(True).split("\\n")
assert rows[87].startswith("1.0┤"), rows[87][:9]
assert rows[88].startswith("   └┬") and rows[88].endswith("┬"), rows[88]
assert figure._parts.canvas.position() == (4, 0)
assert figure._parts.canvas.size() == (246, 88)
print("as in 6.1")
"""


def test_plotext_still_is_what_the_frame_relies_on() -> None:
    """In a process of its own, since what goes wrong in plotext's kernel aborts the process."""
    done = subprocess.run([sys.executable, "-c", RELIED_UPON], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "as in 6.1\n"


def test_the_frame_does_not_pay_for_plotexts_manual_and_images() -> None:
    """They take longer to load than all the rest; and they stay importable for everybody else."""
    program = """
import sys
from tuimon.charts.frame import FrameSpec, draw_frame
draw_frame(FrameSpec(20, 8, (), ()))
print("PIL.Image" in sys.modules, "plotext._doc.doc" in sys.modules, "PIL" in sys.modules)
import PIL.Image
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 or "No module named 'PIL'" in done.stderr, done.stderr
    assert done.stdout == "False False False\n"
