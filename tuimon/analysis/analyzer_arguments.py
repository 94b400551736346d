"""What a person passes to the analyzer, looked at before it is used."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real


def texts(what: str, given: str | Sequence[str]) -> tuple[str, ...]:
    """One text or several as several. Raises ``TypeError`` for what is neither."""
    if isinstance(given, str):
        return (given,)
    found = tuple(given)
    wrong = next((item for item in found if not isinstance(item, str)), None)
    if wrong is not None:
        raise TypeError(f"{what}: text or several texts, not {wrong!r}")
    return found


def require_number(what: str, given: object) -> None:
    """Raise ``TypeError`` for what is no number."""
    if not isinstance(given, Real) and not hasattr(given, "__float__"):
        raise TypeError(f"{what} is a number, not {given!r}")
