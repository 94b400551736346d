"""What a program printed on one line, as a terminal would show it: redraws done, in colours, harmless.

A line is played on a row of cells of its own, so it can move nothing else on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import Any

from rich.color import Color, ColorParseError
from rich.segment import Segment
from rich.style import Style

from tuimon.charts.notation import harmless
from tuimon.charts.palette import RUN_COLOURS, Theme, style
from tuimon.quick_dataclass import dataclass

MOST_CELLS = 16 * 1024  # a sequence may ask for any column
_TAB = 8

_TOKEN = re.compile(
    r"\x1b\[(?P<numbers>[0-9;:]*)(?P<final>[A-Za-z])"
    r"|(?P<other>\x1b\[[0-?]*[ -/]*[@-~]"  # any other control sequence
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, links and other strings
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
    r"|\x1b\[?[0-?]*[ -/]*$)"  # cut off
    r"|(?P<control>[\r\x08\t])"
)
_ANOTHER_ROW = "ABEFHJdf"  # finals of what goes to another row of the terminal


@dataclass(frozen=True, slots=True)
class Pen:
    """How a cell is written: a colour by name or as ``#rrggbb`` (None: the text's), and what is on."""

    colour: str | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


PLAIN_PEN = Pen()
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_SWITCHES: Mapping[int, Mapping[str, Any]] = {
    1: {"bold": True}, 2: {"dim": True}, 3: {"italic": True}, 4: {"underline": True}, 7: {"reverse": True},
    22: {"bold": False, "dim": False}, 23: {"italic": False}, 24: {"underline": False},
    27: {"reverse": False}, 39: {"colour": None}, 49: {"reverse": False},
}  # fmt: skip


def printed_cells(text: str) -> tuple[list[str], list[Pen]]:
    """The characters that stand in the row at last, and each one's pen."""
    row = _Row()
    place = 0
    for token in _TOKEN.finditer(text):
        row.write(text[place : token.start()])
        place = token.end()
        if token["control"]:
            row.control(token["control"])
        elif token["final"]:
            row.sequence(token["final"], token["numbers"])
    row.write(text[place:])
    return row.characters, row.pens


def printed_segments(text: str, theme: Theme, *, skip: int = 0) -> list[Segment]:
    """The row in the colours of a theme, without its first ``skip`` characters."""
    characters, pens = printed_cells(text)
    pairs = zip(characters[skip:], pens[skip:], strict=True)
    return [
        Segment("".join(character for character, _ in group), pen_style(pen, theme))
        for pen, group in groupby(pairs, key=lambda pair: pair[1])
    ]


@cache
def pen_style(pen: Pen, theme: Theme) -> Style:
    """A pen in a theme: the colours that have a meaning there are the theme's, so they can be read on it."""
    ink = style(theme, _colour_in(pen.colour, theme), share=0.7 if pen.dim else 1.0, bold=pen.bold)
    return ink + Style(
        italic=pen.italic or None, underline=pen.underline or None, reverse=pen.reverse or None
    )


def _colour_in(colour: str | None, theme: Theme) -> str:
    if colour is None or theme.monochrome:
        return theme.text
    if theme.ansi:
        return theme.text if colour.startswith("#") or colour in ("black", "white") else colour
    meanings = {
        "black": theme.muted,
        "red": theme.bad,
        "green": theme.good,
        "yellow": theme.warning,
        "blue": theme.accent,
        "magenta": RUN_COLOURS[7],
        "cyan": RUN_COLOURS[2],
        "white": theme.text,
    }
    return meanings.get(colour, colour)


class _Row:
    """One row of a terminal and the cursor in it."""

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.pens: list[Pen] = []
        self._column = 0
        self._pen = PLAIN_PEN
        self._is_left = False  # for another row: what is written next stands in a new one

    def write(self, text: str) -> None:
        if not text:
            return
        if self._is_left:
            self._erase(0, None)
            self._column, self._is_left = 0, False
        text = harmless(text)[: max(0, MOST_CELLS - self._column)]
        self._reach(self._column)
        end = self._column + len(text)
        self.characters[self._column : end] = text
        self.pens[self._column : end] = [self._pen] * len(text)
        self._column = end

    def control(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\x08":
            self._column = max(0, self._column - 1)
        else:
            self.write(" " * (_TAB - self._column % _TAB))

    def sequence(self, final: str, numbers: str) -> None:
        if final == "m":
            self._pen = _with(self._pen, numbers)
            return
        first = numbers.split(";")[0]
        number = min(int(first), MOST_CELLS) if first.isdigit() else None
        match final:
            case "K" if number in (None, 0):
                self._erase(self._column, None)
            case "K":
                self._erase(0, None if number == 2 else self._column + 1)
            case "G":
                self._column = max(1, number or 1) - 1
            case "C":
                self._column = min(MOST_CELLS, self._column + max(1, number or 1))
            case "D":
                self._column = max(0, self._column - max(1, number or 1))
            case _ if final in _ANOTHER_ROW:
                self._is_left = True

    def _reach(self, column: int) -> None:
        missing = column - len(self.characters)
        if missing > 0:
            self.characters += " " * missing
            self.pens += [PLAIN_PEN] * missing

    def _erase(self, start: int, end: int | None) -> None:
        if end is None:
            del self.characters[start:], self.pens[start:]
        else:
            self._reach(end)
            self.characters[start:end] = " " * (end - start)
            self.pens[start:end] = [PLAIN_PEN] * (end - start)


def _with(pen: Pen, numbers: str) -> Pen:
    """The pen after a sequence of colours and switches."""
    codes = [int(part) if part.isdigit() and len(part) < 6 else 0 for part in re.split("[;:]", numbers)]
    while codes:
        code = codes.pop(0)
        if code in (38, 48):
            pen = _coloured(pen, code, _extended(codes))
        elif code == 0:
            pen = PLAIN_PEN
        elif code in _SWITCHES:
            pen = replace(pen, **_SWITCHES[code])
        elif code // 10 in (3, 4, 9, 10) and code % 10 < 8:
            pen = _coloured(pen, 48 if code // 10 in (4, 10) else 38, _NAMES[code % 10])
    return pen


def _coloured(pen: Pen, which: int, colour: str | None) -> Pen:
    """A background is shown as the colour of reversed text: on a theme's own background it can be read."""
    if colour is None:
        return pen
    return replace(pen, colour=colour, reverse=True) if which == 48 else replace(pen, colour=colour)


def _extended(codes: list[int]) -> str | None:
    """One of 256 colours or any; takes its numbers from ``codes``."""
    kind = codes.pop(0) if codes else 0
    count = {5: 1, 2: 3}.get(kind, 0)
    numbers, codes[:] = codes[:count], codes[count:]
    if not count or len(numbers) < count or max(numbers) > 255:
        return None
    if kind == 5 and numbers[0] < 16:
        return _NAMES[numbers[0] % 8]
    name = f"color({numbers[0]})" if kind == 5 else "rgb({},{},{})".format(*numbers)
    try:
        return Color.parse(name).get_truecolor().hex
    except ColorParseError:
        return None
