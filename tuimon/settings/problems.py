"""What is wrong with a settings file, said so that the person finds the place and the right word."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tuimon.quick_dataclass import dataclass

_LONGEST_SHOWN = 60  # characters of a wrong value or key: enough to recognise it, and the line stays one


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """One thing that was not used. ``key`` is dotted (``charts.smoothing``), empty for the whole file."""

    file: Path
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (printable(place), self.key, self.message) if part)


class WrongValue(ValueError):  # noqa: N818 (it names the value, not the failure)
    """A value that its setting cannot have; the text says what is expected and what was found."""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that looks most like ``word``, whatever its case; None where none does."""
    # Wanted only when something is wrong, so that a start without mistakes does not pay for it (2 ms).
    from difflib import get_close_matches

    by_lower = {choice.lower(): choice for choice in choices}
    found = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """``"; did you mean X?"``, or nothing where no choice is near."""
    found = nearest(word, choices)
    return f"; did you mean {found}?" if found else ""


def shown(value: object) -> str:
    """A value as a person can recognise it: short, and harmless to print."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**_LONGEST_SHOWN:
        return "a number beyond all bounds"  # Python refuses to write numbers of thousands of digits
    return _shortened(repr(value) if isinstance(value, str | int | float) else str(value))


def printable(text: str) -> str:
    """``text`` with what is not printable (control characters, other writing directions) as escapes."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def dotted(path: tuple[str, ...]) -> str:
    """A path of keys as one harmless text: ``charts.smoothing``."""
    return _shortened(printable(".".join(path)))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
