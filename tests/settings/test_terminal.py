"""What a terminal can show, told from its environment."""

from __future__ import annotations

import pytest

from tuimon.settings.terminal import speaks_utf8, wants_colour


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, False),
        ({"LC_ALL": "POSIX"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LC_ALL": "", "LANG": "C.UTF-8"}, True),
        ({}, False),
    ],
)
def test_the_locale_says_whether_utf8_is_understood(environ: dict[str, str], expected: bool) -> None:
    """LC_ALL goes before LC_CTYPE before LANG; an empty variable counts as unset."""
    assert speaks_utf8(environ, platform="linux") is expected


def test_macos_names_the_character_set_alone() -> None:
    """Terminal.app sets LC_CTYPE=UTF-8, which is no locale elsewhere."""
    assert speaks_utf8({"LC_CTYPE": "UTF-8"}, platform="darwin")
    assert not speaks_utf8({"LC_CTYPE": "UTF-8"}, platform="linux")


def test_the_windows_console_takes_unicode() -> None:
    """There are no locale variables there."""
    assert speaks_utf8({}, platform="win32")


@pytest.mark.parametrize(
    ("environ", "is_terminal", "expected"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    environ: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    """A pipe, NO_COLOR (unless empty) and a dumb terminal get none."""
    assert wants_colour(environ, is_terminal=is_terminal) is expected
