"""One record to one line of the log and back.

Strict JSON goes out: a non-finite float is one of the strings ``"NaN"``, ``"Infinity"``, ``"-Infinity"``, and
what JSON cannot hold is written as text or float rather than refused. Coming in, the bare tokens are taken as
well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import orjson

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from typing import Any

MAX_LINE_BYTES = 64 * 2**20  # longer lines are no record of a training; parsing one would take gigabytes
MAX_DEPTH = 64  # far beyond any config, far below Python's recursion limit
MAX_ARRAY = 1000  # elements of an array that is still written as a list; a larger one is no hyperparameter
MAX_INTEGER = 2**64 - 1  # the largest and smallest integers that orjson writes
MIN_INTEGER = -(2**63)

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class BadLine(ValueError):  # noqa: N818 (it names the line, not the failure)
    """A line that is no record; the message says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def encode_record(record: Mapping[str, Any]) -> bytes:
    r"""One line of strict JSON, UTF-8, with ``\n`` at its end. No data makes it fail."""
    return orjson.dumps(plain(record), option=orjson.OPT_APPEND_NEWLINE)


def decode_line(line: bytes) -> dict[str, Any]:
    """The record that ``line`` holds, non-finite values still as the strings they were written as.

    Trailing NUL bytes (a torn tail after a power cut) and bare ``NaN`` and ``Infinity`` tokens are accepted.
    Raises :class:`BadLine` for anything that is not one JSON object of bounded size and nesting.
    """
    if line.endswith((b"\n", b"\0")):
        line = line.rstrip(b"\0\r\n")
    if len(line) > MAX_LINE_BYTES:
        raise BadLine(f"longer than {MAX_LINE_BYTES // 2**20} MB")
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        record = _decode_bare_tokens(line, error)
    if not isinstance(record, dict):
        raise BadLine(f"a JSON {_json_kind(record)}, not an object")
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _deeper_than(record, MAX_DEPTH):
        raise BadLine(f"nested deeper than {MAX_DEPTH} levels")
    return record


def bare_line(line: bytes, number: int) -> bytes:
    """What is left of a log's line without blanks, line ends and NUL bytes around it.

    ``number`` counts from 1: some editors on Windows put a byte order mark before the first line.
    """
    return (line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line).strip(b" \t\r\n\0")


def decode_lines(lines: Sequence[bytes]) -> list[dict[str, Any]]:
    """The records of many lines, as :func:`decode_line` reads each, but faster where nothing is odd.

    The nesting of ``metrics`` records is not looked at: whatever nests in one is no scalar and is not kept.
    Raises :class:`BadLine` when one of the lines is no record.
    """
    try:
        records = list(map(orjson.loads, lines))
    except orjson.JSONDecodeError:  # a bare NaN, NUL bytes, or really a bad line
        return [decode_line(line) for line in lines]
    if not {dict}.issuperset(map(type, records)):
        return [decode_line(line) for line in lines]
    for line, record in zip(lines, records, strict=True):
        if record.get("type") != "metrics":
            decode_line(line)
    return records


def as_number(value: object) -> float | None:
    """A logged value as a float: numbers, booleans and the three non-finite strings, else ``None``.

    NaN comes back as the one object ``math.nan``, so that containers holding it compare equal.
    """
    if isinstance(value, float):
        return value if value == value else math.nan
    if isinstance(value, int):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str):
        return _NON_FINITE.get(value)
    return None


def plain(value: object, depth: int = 0) -> Any:
    """``value`` as JSON can hold it: dicts with text keys, lists, text, numbers, booleans and ``None``.

    Dataclasses and mappings become dicts, sequences and sets become lists, array scalars their Python value,
    and everything else its text.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int):
        return _plain_integer(int(value))
    if isinstance(value, float):
        return _plain_float(float(value))
    if depth >= MAX_DEPTH - 1:  # the record itself is one level
        return "..."
    if isinstance(value, Mapping):
        return {key_text(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item, depth + 1) for item in value), key=str)
    return _plain_object(value, depth)


def plain_text(text: str) -> str:
    """``text`` with lone surrogates (which UTF-8 cannot hold) shown as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def key_text(key: object) -> str:
    """A mapping's key as JSON's text key."""
    return plain_text(key) if isinstance(key, str) else str(plain(key, MAX_DEPTH))


def _plain_integer(value: int) -> int | float | str:
    if MIN_INTEGER <= value <= MAX_INTEGER:
        return value
    try:
        return float(value)
    except OverflowError:
        return hex(value)  # str() refuses more than 4,300 digits


def _plain_float(value: float) -> float | str:
    if math.isfinite(value):
        return value
    if value != value:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _plain_object(value: object, depth: int) -> Any:
    """Dataclass, enumeration, array scalar or small array, bytes; else the object's text."""
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None and not isinstance(value, type):
        return {name: plain(getattr(value, name, None), depth + 1) for name in fields}
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "backslashreplace")
    try:
        if callable(to_list := getattr(value, "tolist", None)) and math.prod(value.shape) <= MAX_ARRAY:  # type: ignore[attr-defined]
            return plain(to_list(), depth + 1)
        return plain_text(str(value))
    except Exception as error:  # a foreign object's own code may fail in any way; the record must not
        return f"<{type(value).__name__}: {type(error).__name__}>"


def _decode_bare_tokens(line: bytes, error: orjson.JSONDecodeError) -> Any:
    """Once more with the standard library, which reads ``NaN`` and ``Infinity``, if the line has them."""
    if b"NaN" not in line and b"Infinity" not in line:
        raise BadLine(_reason(error)) from None
    import json  # only old or foreign lines need it; a training process never does

    try:
        return json.loads(line)
    except RecursionError:
        raise BadLine(f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:  # JSONDecodeError, UnicodeDecodeError, or an integer of too many digits
        raise BadLine(_reason(error)) from None


def _reason(error: orjson.JSONDecodeError) -> str:
    return f"no JSON: {error.msg} at character {error.pos + 1}"


def _json_kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "value")


def _deeper_than(value: object, limit: int) -> bool:
    """Whether containers nest more than ``limit`` deep; level by level, since recursion is what it guards."""
    level: list[Any] = [value]
    for _ in range(limit):
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True
