"""The look by the settings, the environment, and what the terminal says of its background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tuimon.settings.terminal import colour_count, wants_colour
from tuimon.tui.start.terminal_background import BackgroundQuestion

if TYPE_CHECKING:
    from tuimon.settings.sections import Look as LookSettings
    from tuimon.tui.painting.look import Look


class AskedLook:
    """Asks the terminal at once where it has to be asked; ``look`` waits for the answer."""

    def __init__(self, settings: LookSettings, environ: Mapping[str, str]) -> None:
        self._settings = settings
        self._environ = environ
        self._question = BackgroundQuestion(environ) if _must_ask(settings, environ) else None
        self._look: Look | None = None

    @property
    def is_known(self) -> bool:
        """Whether ``look`` would wait for nothing."""
        return self._look is not None or self._question is None or self._question.is_answered()

    @property
    def typed(self) -> str:
        """What a person typed before the terminal had answered, as the terminal sent it."""
        return self._question.typed.decode("utf-8", "replace") if self._question is not None else ""

    def look(self) -> Look:
        """The look, the same one each time."""
        from tuimon.tui.painting.look import look_of

        if self._look is None:
            settings = self._settings
            light = self._question.answer() if self._question is not None else None
            self._look = look_of(self._environ, theme=settings.theme, colours=settings.colours, light=light)
        return self._look

    def withdraw(self) -> None:
        """No answer is waited for any more."""
        if self._question is not None:
            self._question.withdraw()


def _must_ask(look: LookSettings, environ: Mapping[str, str]) -> bool:
    """Where colours are for one background and the environment does not say which there is."""
    return (
        look.colours
        and look.theme != "ansi"
        and wants_colour(environ, is_terminal=True)
        and not environ.get("COLORFGBG")
        and colour_count(environ) > 16
    )
