"""The charts' colours as a theme of Textual's, for its own widgets."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES
from textual.theme import Theme as TextualTheme

from tuimon.charts.palette import Theme, blend

TEXTUAL_THEME = "tuimon"


def textual_theme(theme: Theme) -> TextualTheme:
    """The charts' colours for Textual's own widgets."""
    if not theme.has_shades:
        return _plain_textual_theme(theme)
    return TextualTheme(
        name=TEXTUAL_THEME,
        primary=theme.accent,
        foreground=theme.text,
        background=theme.background,
        surface=theme.background,
        panel=blend(theme.text, theme.background, 0.08),
        error=theme.bad,
        warning=theme.warning,
        success=theme.good,
        accent=theme.accent,
        dark=not theme.is_light,
    )


def _plain_textual_theme(theme: Theme) -> TextualTheme:
    """The terminal's own foreground and background, and of its colours those that the theme has."""

    def own(colour: str) -> str:
        return "ansi_default" if theme.monochrome or colour == "default" else f"ansi_{colour}"

    return replace(
        BUILTIN_THEMES["ansi-dark"],
        name=TEXTUAL_THEME,
        primary=own(theme.accent),
        secondary=own(theme.accent),
        error=own(theme.bad),
        warning=own(theme.warning),
        success=own(theme.good),
        accent=own(theme.accent),
    )
