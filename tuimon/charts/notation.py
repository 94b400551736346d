"""Numbers, names and states as text, by one set of rules for every screen and command."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial

from rich.cells import cell_len

from tuimon.analysis.config_words import short_power

ABSENT = "–"
NAN = "NaN"
MINUS = "−"

# By the words of RunState; the ASCII sign must say the same on its own.
STATE_SIGNS: Mapping[str, str] = {
    "running": "▶",
    "finished": "■",
    "failed": "✗",
    "interrupted": "□",
    "crashed": "†",
    "stalled": "◌",
}
STATE_SIGNS_ASCII: Mapping[str, str] = {
    "running": ">",
    "finished": "#",
    "failed": "x",
    "interrupted": "i",
    "crashed": "!",
    "stalled": "~",
}

_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_EXACT_BELOW = 10_000  # a step is shown to the last digit until it would need a fifth one


@lru_cache(maxsize=16384)
def loss_text(value: float | None) -> str:
    """Five significant digits: ``1.5312``, ``0.041200``, ``12.345``, ``1.2346e06``."""
    if value is None or not math.isfinite(value):
        return _not_finite(value)
    if value == 0:
        return "0.0000"
    size = abs(float(f"{value:.4e}"))  # rounded first: 9.99999 has the decimals of 10
    if not 1e-4 <= size < 1e5:
        return _signed_like_print(power_text(f"{value:.4e}"))
    decimals = max(0, 4 - math.floor(math.log10(size)))
    return _signed_like_print(f"{value:.{decimals}f}")


def delta_text(delta: float | None, like: float | None = None) -> str:
    """A signed difference with the decimals that ``like``, the value compared, is shown with: ``−0.0412``.

    None at all is ``0``.
    """
    if delta is None or not math.isfinite(delta):
        return _not_finite(delta)
    if delta == 0:
        return "0"
    size = abs(like) if like is not None and math.isfinite(like) and like != 0 else 1.0
    if not 1e-4 <= size < 1e5 or abs(delta) >= 1e5:
        text = power_text(f"{delta:+.2e}")
    else:
        decimals = max(0, 4 - math.floor(math.log10(size)))
        text = f"{delta:+.{decimals}f}"
        if float(text) == 0 and delta != 0:
            text = f"{delta:+.0e}"  # smaller than the last digit shown, yet not nothing
    return text.replace("-", MINUS, 1) if text.startswith("-") else text


def learning_rate_text(value: float | None) -> str:
    """``6e-04``, ``5.91e-04``: at most three significant digits, no trailing zeros."""
    if value is None or not math.isfinite(value):
        return _not_finite(value)
    if value == 0:
        return "0"
    return _signed_like_print(short_power(value))


def count_text(value: float | None) -> str:
    """``1234`` below ten thousand, then ``12.4k``, ``1.28M``: three significant digits and a unit."""
    if value is None or not math.isfinite(value):
        return _not_finite(value)
    size = abs(value)
    if size < _EXACT_BELOW:
        rounded = round(value)
        text = str(rounded) if rounded == value or size >= 100 else f"{value:.3g}"
        return _signed_like_print(text)
    return _signed_like_print(_with_unit(value, 3))


def rate_text(value: float | None) -> str:
    """A throughput: ``51.2k``, ``980``, ``3.4``."""
    if value is None or not math.isfinite(value):
        return _not_finite(value)
    return _signed_like_print(_with_unit(value, 3) if abs(value) >= 1e3 else f"{value:.3g}")


def tick_count_text(value: float) -> str:
    """A tick on a count axis: ``5k``, ``1.2M``, ``250``; as short as it is exact."""
    size = abs(value)
    for unit, letter in _UNITS:
        if size >= unit:
            return _signed_like_print(f"{value / unit:.6g}{letter}")
    return _signed_like_print(f"{value:.6g}")


def duration_text(seconds: float | None) -> str:
    """Two neighbouring units at most, in six cells: ``2s``, ``2m40s``, ``14m``, ``1h04m``, ``322d``."""
    if seconds is None or not math.isfinite(seconds):
        return _not_finite(seconds)
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    minutes = whole // 60
    if minutes < 10:
        return f"{minutes}m{whole % 60:02d}s" if whole % 60 else f"{minutes}m"
    if minutes < 60:
        return f"{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h{minutes:02d}m"
    days, hours = divmod(hours, 24)
    return f"{days}d{hours:02d}h" if days < 100 else f"{count_text(days)}d"


def age_text(seconds: float | None) -> str:
    """How long ago something was: as a duration, in whole minutes, so that a screen rests between them."""
    if seconds is None or not 60 <= seconds < 600:
        return duration_text(seconds)
    return duration_text(round(seconds) // 60 * 60)


def clock_text(seconds: float) -> str:
    """A unix time as the local time of day: ``14:05``; what no calendar has stays a number."""
    try:
        return datetime.fromtimestamp(seconds).strftime("%H:%M")
    except (OverflowError, OSError, ValueError):
        return count_text(seconds)


def percent_text(share: float | None) -> str:
    """A share of 1 as whole percent, never 100 before the end: ``62%``."""
    if share is None or not math.isfinite(share):
        return _not_finite(share)
    percent = math.floor(min(max(share, 0.0), 1.0) * 100 + 1e-9)
    return f"{percent}%"


def ratio_text(ratio: float) -> str:
    """How a value compares with another: ``−5.2%``, ``+67%``, from twice on ``×2``, from half on ``÷2``.

    ``=`` where they are as good as the same. What is nothing of the other, or has another sign, is a share.
    """
    percent = (ratio - 1) * 100
    if round(percent) >= 100:
        return f"×{power_text(f'{ratio:.3g}')}"
    if ratio > 0 and round(percent) <= -50 and math.isfinite(1 / ratio):
        return f"÷{power_text(f'{1 / ratio:.3g}')}"
    if abs(percent) < 0.05:
        return "="
    return _signed_like_print(f"{percent:+.1f}%" if abs(percent) < 10 else f"{percent:+.0f}%")


@lru_cache(maxsize=16384)  # a table of 1,000 runs asks for 3,000 values again with each new record
def value_text(metric: str, value: float | None) -> str:
    """A value by the custom of its metric: learning rates, throughputs and counts have their own forms."""
    return _form_of(metric)(value)


def is_written_as_loss(metric: str) -> bool:
    """Whether ``value_text`` of a metric is ``loss_text``."""
    return _form_of(metric) is loss_text


@lru_cache(maxsize=1024)
def _form_of(metric: str) -> Callable[[float | None], str]:
    if is_learning_rate(metric):
        return learning_rate_text
    name = metric.lower().rsplit("/", 1)[-1]
    if "per_sec" in name or name.endswith(("/s", "_ps", "throughput")):
        return rate_text
    if name in ("gradient_step", "iteration", "step", "epoch", "tokens") or name.endswith("_count"):
        return count_text
    if name.endswith("_ms"):
        return rate_text
    if name == "wallclock_time" or name.endswith("_seconds"):
        return duration_text
    if name.endswith("_bytes"):
        return _bytes_text
    machine_form = _MACHINE_FORMS.get(metric)
    return partial(_machine_text, machine_form) if machine_form is not None else loss_text


def _machine_text(form: Callable[[float], str], value: float | None) -> str:
    return form(value) if value is not None and math.isfinite(value) else loss_text(value)


def _bytes_text(value: float | None) -> str:
    if value is not None and math.isfinite(value) and value >= 0:
        return size_text(value / 2**30)
    return loss_text(value)


def size_text(gib: float) -> str:
    """An amount of memory, given in GiB: ``71.2G``, ``512M``."""
    size, unit = (gib, "G") if gib >= 1 else (gib * 1024, "M")
    return f"{size:.0f}{unit}" if size >= 100 else f"{size:.3g}{unit}"


# How the machine's figures are written, by the words of analysis.system_figures.Kind.
_MACHINE_FORMS: Mapping[str, Callable[[float], str]] = {
    "machine percent": "{:.0f}%".format,
    "machine GiB": size_text,
    "machine MiB/s": lambda value: f"{size_text(value / 1024)}/s",
    "machine watts": "{:.0f}W".format,
    "machine celsius": "{:.0f}C".format,
}


def is_learning_rate(metric: str) -> bool:
    """Whether a metric's values are written as learning rates are."""
    name = metric.lower().rsplit("/", 1)[-1]
    return name == "lr" or name.startswith(("learning_rate", "lr_", "lr-"))


@lru_cache(maxsize=4096)
def harmless(text: str) -> str:
    """Text from a log made fit for one line of a terminal.

    Control characters, escape sequences, line ends, direction overrides and lone surrogates become a visible
    ``·``, so that nothing moves the cursor, bleeds a colour or swaps the order of what stands beside it.
    Letters and their accents are joined: terminals do not agree on the cells of loose ones.
    """
    if text.isascii() and text.isprintable():
        return text
    joined = unicodedata.normalize("NFC", text)
    return "".join("·" if _is_harmful(character) else character for character in joined)


def _is_harmful(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def ascii_text(text: str) -> str:
    """The text in ASCII, for terminals without UTF-8: what has no equivalent becomes ``?``."""
    if text.isascii():
        return text
    replaced = text.translate(_ASCII_FORMS)
    return unicodedata.normalize("NFKD", replaced).encode("ascii", "replace").decode("ascii")


_ASCII_FORMS = str.maketrans(
    {
        MINUS: "-", "–": "-", "—": "-", "…": "~", "·": ".", "Δ": "d", "±": "+-", "×": "x", "●": "*", "○": "o",
        "◆": "B", "↑": "^", "↓": "v", "▲": "^", "▼": "v", "▶": ">", "■": "#", "✗": "x", "□": "i", "†": "!",
        "◌": "~", "┄": "-", "│": "|", "─": "-", "┤": "+", "┬": "+", "└": "+", "┴": "+", "┈": ".", "÷": "/",
        "╌": "-", "━": "=", "╸": "=", "▴": "^", "↗": "/", "↘": "\\", "↻": "R",
        "█": "#", "░": ".", "→": ">", "←": "<", "✓": "+", "∞": "I",
    }
)  # fmt: skip


def cut_middle(text: str, width: int, ellipsis: str = "…") -> str:
    """The text in at most ``width`` cells, its middle left out: names differ at the start or the end."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    if width <= cell_len(ellipsis):
        return ellipsis if width == cell_len(ellipsis) else ""
    room = width - cell_len(ellipsis)
    head = _fitting(text, (room + 1) // 2)
    tail = _fitting(text[::-1], room - cell_len(head))[::-1]
    return f"{head}{ellipsis}{tail}"


def cut_end(text: str, width: int, ellipsis: str = "…") -> str:
    """The sentence in at most ``width`` cells, its end left out."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    return _fitting(text, room).rstrip() + ellipsis if room >= 0 else ""


def pad(text: str, width: int, align: str = "<") -> str:
    """The text in exactly ``width`` cells: cut in the middle or filled up (``<``, ``>`` or ``^``)."""
    text = cut_middle(text, width)
    free = width - cell_len(text)
    before = {"<": 0, ">": free, "^": free // 2}[align]
    return " " * before + text + " " * (free - before)


def _fitting(text: str, width: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return text[:index]
    return text


def _not_finite(value: float | None) -> str:
    if value is None:
        return ABSENT
    if math.isnan(value):
        return NAN
    return "inf" if value > 0 else f"{MINUS}inf"


def _signed_like_print(text: str) -> str:
    return MINUS + text[1:] if text.startswith("-") else text


def power_text(text: str) -> str:
    """A power of ten as everywhere: ``2e17``, ``6e-04``."""
    return text.replace("e+", "e")


def _with_unit(value: float, digits: int) -> str:
    """``value`` with a unit letter and ``digits`` significant digits, kept when they are zeros."""
    for unit, letter in _UNITS:
        scaled = value / unit
        if abs(scaled) >= 1 or (abs(float(f"{scaled:.{digits - 1}e}")) >= 1):
            if abs(scaled) >= 1e5:
                return f"{power_text(f'{scaled:.2e}')}{letter}"
            decimals = max(0, digits - 1 - math.floor(math.log10(float(f"{abs(scaled):.{digits - 1}e}"))))
            return f"{scaled:.{decimals}f}{letter}"
    return f"{value:.{digits}g}"


def time_text(time: datetime) -> str:
    """A time on this machine's clock: ``2026-11-23 14:05:12``."""
    return f"{time.astimezone():%Y-%m-%d %H:%M:%S}"
