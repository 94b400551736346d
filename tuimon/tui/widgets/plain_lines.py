"""Widgets whose lines are finished as they come: no border, no padding, nothing to be put over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.color import Color
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip

from tuimon.tui.painting.look import Look

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuimon.tui.app import TuimonApp
else:
    Widget = object  # Textual looks for styles and bindings along the first base of a widget's class alone


def grounded(strip: Strip, look: Look) -> Strip:
    """The line on the theme's background, where that is painted."""
    return strip.apply_style(look.ground) if look.painted else strip


def changed_cells(before: Strip | None, after: Strip, y: int, width: int) -> Region:
    """What of row ``y`` is to be painted where one line takes the place of another (None: of none).

    What both end with can stay. What they begin with cannot: Textual paints a line from its beginning.
    """
    right = width
    if before is not None and before.cell_length == after.cell_length == width:
        for old, new in zip(reversed(list(before)), reversed(list(after)), strict=False):
            if old != new:
                break
            right -= new.cell_length
    return Region(0, y, right, 1)


class PlainLines(Widget):
    """For widgets that render lines: gives these straight to the screen.

    Textual's own way puts borders, padding, links, opacity and tint over each line, of which these widgets
    have none: that took more time than all else that a repaint does. To be named before the widget's class.
    """

    TRUE_COLOURS: ClassVar[bool] = False
    """Whether the lines have the theme's colours alone, in a theme with shades: no colour by its ANSI name.

    Then there is nothing in them for the filter that turns ANSI colours into others.
    """

    if TYPE_CHECKING:
        app: TuimonApp

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the widget, through the filters of the app (NO_COLOR)."""
        theme = self.app.look.theme
        filters, ground = self.get_line_filters(), Color.parse(theme.background)
        if self.TRUE_COLOURS and theme.has_shades:
            filters = [each for each in filters if not isinstance(each, ANSIToTruecolor)]
        left, right = crop.column_span
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            if left or strip.cell_length != right:
                strip = strip.crop_extend(left, right, Style.null())
            for each in filters:
                strip = strip.apply_filter(each, ground)
            strips.append(strip)
        return strips
