"""Drawing in SVG: self-contained, nothing in it is fetched, text from a log stays text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from rich.cells import cell_len

from tuimon.charts.notation import harmless

FONT_SIZE = 13
_CELL = 0.58  # of the font size: what a letter takes on average, so that room for text can be told
_FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


class SvgPage:
    """A page of ``width`` x ``height`` pixels, drawn from back to front; x to the right, y downwards."""

    def __init__(self, width: float, height: float, *, title: str, background: str) -> None:
        self.width = width
        self.height = height
        size = f"{_number(width)} {_number(height)}"
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
            f'width="{_number(width)}" height="{_number(height)}" role="img" '
            f'font-family="{_FONT}" font-size="{FONT_SIZE}">',
            f"<title>{_text(title)}</title>",
            f'<rect width="100%" height="100%" fill="{background}"/>',
        ]
        self._clips = 0

    def text(
        self, x: float, y: float, text: str, colour: str, *, anchor: str = "start", bold: bool = False
    ) -> None:
        """Text on the base line ``y``; ``anchor`` is start, middle or end."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{_number(x)}" y="{_number(y)}" fill="{colour}" text-anchor="{anchor}"{weight}>'
            f"{_text(text)}</text>"
        )

    def line(self, ends: Sequence[float], colour: str, *, width: float = 1.0, dash: str = "") -> None:
        """A straight line from (x, y) to (x, y)."""
        x1, y1, x2, y2 = map(_number, ends)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" '
            f'stroke-width="{_number(width)}"{dashes}/>'
        )

    def path(
        self,
        points: Iterable[tuple[float, float] | None],
        colour: str,
        *,
        width: float,
        opacity: float = 1.0,
        name: str = "",
    ) -> None:
        """A line through points, interrupted where one is None; ``name`` shows when it is pointed at."""
        commands: list[str] = []
        pen_down = False
        for point in points:
            if point is None:
                pen_down = False
                continue
            place = f"{_number(point[0])} {_number(point[1])}"
            # A point alone between two gaps is seen as well: round caps make a line to itself a dot.
            commands.append(f"L{place}" if pen_down else f"M{place}L{place}")
            pen_down = True
        if not commands:
            return
        title = f"<title>{_text(name)}</title>" if name else ""
        self._parts.append(
            f'<path d="{"".join(commands)}" fill="none" stroke="{colour}" stroke-width="{_number(width)}" '
            f'stroke-opacity="{_number(opacity)}" stroke-linejoin="round" stroke-linecap="round">'
            f"{title}</path>"
        )

    def circle(self, x: float, y: float, radius: float, fill: str, *, name: str = "") -> None:
        """A filled circle."""
        title = f"<title>{_text(name)}</title>" if name else ""
        self._parts.append(
            f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" fill="{fill}">'
            f"{title}</circle>"
        )

    def cross(self, x: float, y: float, size: float, colour: str, *, name: str = "") -> None:
        """An x, for what is not finite."""
        ends = [_number(value) for value in (x - size, y - size, x + size, y + size)]
        left, top, right, bottom = ends
        title = f"<title>{_text(name)}</title>" if name else ""
        self._parts.append(
            f'<path d="M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}" fill="none" '
            f'stroke="{colour}" stroke-width="2" stroke-linecap="round">{title}</path>'
        )

    def begin_clip(self, x: float, y: float, width: float, height: float) -> None:
        """What is drawn until ``end_clip`` is seen within a rectangle alone."""
        self._clips += 1
        name = quoteattr(f"clip{self._clips}")
        self._parts.append(
            f"<clipPath id={name}><rect x={quoteattr(_number(x))} y={quoteattr(_number(y))} "
            f"width={quoteattr(_number(width))} height={quoteattr(_number(height))}/></clipPath>"
            f'<g clip-path="url(#clip{self._clips})">'
        )

    def end_clip(self) -> None:
        """What follows is seen everywhere."""
        self._parts.append("</g>")

    def document(self) -> str:
        """The finished file."""
        return "\n".join((*self._parts, "</svg>", ""))


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """About the pixels that a text takes."""
    return cell_len(harmless(text)) * size * _CELL


def _text(text: str) -> str:
    return escape(harmless(text))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
