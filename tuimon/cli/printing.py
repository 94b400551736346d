"""What is printed where: the terminal's size and colours, plain text in a pipe."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tuimon.cli.own_settings import own_look
from tuimon.settings.terminal import colour_count, is_light_background, speaks_utf8, wants_colour

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from rich.segment import Segment

    from tuimon.charts.palette import Theme

# The size that the screens are designed for, where no terminal says another.
FALLBACK_SIZE = (120, 36)


# Control characters but for the end of a line, and those that change the direction of writing.
_ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Paper:
    """What stdout offers: its size in cells, whether it is a terminal, colours, and only ASCII or not.

    ``theme_name`` is the one that the person's settings name.
    """

    width: int
    height: int
    on_terminal: bool
    coloured: bool
    ascii: bool
    theme_name: str = "auto"

    @property
    def theme(self) -> Theme:
        """The colours that the person chose, else such that can be read on a background that nobody knows."""
        from tuimon.charts.palette import ANSI, DARK, LIGHT, NO_COLOUR, TERMINAL_TEXT

        if not self.coloured:
            return NO_COLOUR
        if self.theme_name == "ansi" or (self.theme_name == "auto" and colour_count(os.environ) <= 16):
            return ANSI
        light = self.theme_name == "light" or (self.theme_name != "dark" and is_light_background(os.environ))
        # Text in the terminal's own colour stands out from whatever is behind it.
        return replace(LIGHT if light else DARK, text=TERMINAL_TEXT)


def stdout_paper(environ: Mapping[str, str] = os.environ) -> Paper:
    """The paper that stdout is."""
    width, height = shutil.get_terminal_size(FALLBACK_SIZE)
    on_terminal = sys.stdout.isatty()
    look = own_look(environ)
    return Paper(
        width,
        height,
        on_terminal,
        coloured=wants_colour(environ, is_terminal=on_terminal) and look.colours,
        ascii=not speaks_utf8(environ),
        theme_name=look.theme,
    )


def print_lines(lines: Iterable[Sequence[Segment]], paper: Paper) -> None:
    """Print finished lines, each at once; without the spaces that would fill them up to their width."""
    colours = _colour_system() if paper.coloured else None
    for line in lines:
        sys.stdout.write(line_output(line, colours) + "\n")


def line_output(line: Sequence[Segment], colours: ColorSystem | None) -> str:
    """A line as it goes to stdout; ``colours`` None is plain text."""
    if colours is None:
        return "".join(segment.text for segment in line).rstrip()
    parts = [
        segment.style.render(segment.text, color_system=colours) if segment.style else segment.text
        for segment in without_fill(line)
    ]
    return "".join(parts)


def without_fill(line: Sequence[Segment]) -> list[Segment]:
    """A line without blank cells at its end: they would wrap when the terminal is made narrower."""
    kept = list(line)
    while kept:
        last = kept.pop()
        text = last.text if last.style and last.style.bgcolor else last.text.rstrip(" ")
        if text:
            kept.append(last._replace(text=text))
            break
    return kept


def write_text(text: str) -> None:
    """Write data to stdout; to a terminal without the control characters in it, which would act there."""
    sys.stdout.write(_ACTING.sub("·", text) if sys.stdout.isatty() else text)


def tell(message: str) -> None:
    """Say something on stderr: talk, not data."""
    from tuimon.charts.notation import harmless

    print(f"tuimon: {harmless(message)}", file=sys.stderr)


def _colour_system() -> ColorSystem:
    from rich.color import ColorSystem

    count = colour_count(os.environ)
    if count > 256:
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if count == 256 else ColorSystem.STANDARD
