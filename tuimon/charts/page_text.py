"""A page of Markdown as lines of a given width, in the colours of a theme."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from rich.theme import Theme as RichTheme

from tuimon.charts.notation import ascii_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line

WIDEST = 100  # cells: longer lines of prose are hard to read
_MARGIN = 1
_LEAST_WIDTH = 20
_ASCII_MARKS = str.maketrans({"•": "*", "▌": "|"})  # of a list, of a quotation


def page_lines(
    markdown: str,
    width: int,
    *,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
) -> list[Line]:
    """The page in lines of at most ``width`` cells; code that is wider is cut."""
    inner = max(_LEAST_WIDTH, min(width, WIDEST) - 2 * _MARGIN)
    console = Console(
        width=inner, height=25, theme=_styles(theme), color_system=None, force_terminal=False, _environ={}
    )
    options = console.options.copy()
    options.encoding = "ascii" if ascii else "utf-8"
    page = console.render_lines(_Page(markdown), options, pad=False)
    margin = Segment(" " * _MARGIN)
    lines = []
    for segments in page:
        shown = [_shown(segment, ascii=ascii) for segment in segments]
        lines.append(tuple(Segment.adjust_line_length([margin, *shown], width, pad=False)))
    return lines


def _shown(segment: Segment, *, ascii: bool) -> Segment:  # noqa: A002
    text = ascii_text(segment.text.translate(_ASCII_MARKS)) if ascii else segment.text
    return Segment(text, segment.style or Style.null())


def _styles(theme: Theme) -> RichTheme:
    """Rich's names of what is in a page, in the colours of the theme."""
    text, accent = style(theme, theme.text), style(theme, theme.accent)
    heading = style(theme, theme.accent, bold=True)
    muted = style(theme, theme.muted)
    return RichTheme(
        {
            "markdown.paragraph": text,
            "markdown.text": text,
            "markdown.item": text,
            "markdown.strong": style(theme, theme.text, bold=True),
            "markdown.em": text + Style(italic=True),
            "markdown.h1": heading + Style(reverse=theme.monochrome),
            **{f"markdown.h{level}": heading for level in range(2, 7)},
            "markdown.code": style(theme, theme.good),
            "markdown.code_block": style(theme, theme.good),
            "markdown.block_quote": muted,
            "markdown.list": text,
            "markdown.item.bullet": accent,
            "markdown.item.number": accent,
            "markdown.hr": muted,
            "markdown.link": accent,
            "markdown.link_url": muted,
            "markdown.table.border": muted,
            "markdown.table.header": style(theme, theme.text, bold=True),
        }
    )


class _Heading(Heading):
    """At the left, whatever its level."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Code(CodeBlock):
    """Code as it is, indented; its lines are not wrapped, as a wrapped line is another program."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = Text(str(self.text).rstrip(), style="markdown.code_block", no_wrap=True, overflow="ellipsis")
        yield Padding(code, (0, 0, 0, 3))


class _Page(Markdown):
    """What only looks like HTML, ``<step>`` in a pattern, stands as it is; comments are not shown."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }

    def __init__(self, markup: str) -> None:
        super().__init__(markup, hyperlinks=False)
        for block in self.parsed:
            for token in (block, *(block.children or ())):
                if token.type.startswith("html_") and not token.content.lstrip().startswith("<!--"):
                    token.type = "text" if token.type == "html_inline" else "code_block"
