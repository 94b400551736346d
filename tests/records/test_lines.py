"""One record to one line and back."""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.records.lines import MAX_DEPTH, BadLine, as_number, decode_line, decode_lines, encode_record

scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.floats(allow_nan=False)
)
anything = st.recursive(
    scalars | st.integers() | st.floats() | st.binary() | st.characters(categories=["Cs"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.integers() | st.none(), inner, max_size=4)
        | st.tuples(inner)
        | st.frozensets(st.integers() | st.text(), max_size=3)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), scalars | st.lists(scalars)))
def test_what_json_can_hold_comes_back_equal(record: dict[str, Any]) -> None:
    """A record of finite numbers, text and lists is the same after a line and back."""

    def finite(value: Any) -> Any:
        return "big" if isinstance(value, float) and math.isinf(value) else value

    record = {
        key: [finite(v) for v in value] if isinstance(value, list) else finite(value)
        for key, value in record.items()
    }
    line = encode_record(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_line(line) == record


@given(st.dictionaries(st.text() | st.integers() | st.characters(categories=["Cs"]), anything))
def test_no_data_makes_encoding_fail(record: dict[Any, Any]) -> None:
    """Surrogates, huge integers, bytes, sets, odd keys: always one line of strict JSON."""

    def no_constant(token: str) -> None:
        raise AssertionError(f"bare {token}")

    line = encode_record(record)
    assert isinstance(json.loads(line.decode("utf-8"), parse_constant=no_constant), dict)
    decode_line(line)


@given(st.floats())
def test_every_float_comes_back_as_the_same_number(value: float) -> None:
    """NaN and the infinities too, by way of text; zero's sign and the last bit included."""
    back = as_number(decode_line(encode_record({"loss": value}))["loss"])
    assert back is not None
    assert back == value or (math.isnan(back) and math.isnan(value))
    assert math.copysign(1, back) == math.copysign(1, value) or math.isnan(value)


def test_objects_of_a_config_are_written_as_text_or_plain_values() -> None:
    """Paths, dates, enumerations, dataclasses, numpy values and cycles are no errors."""

    class Kind(Enum):
        DENSE = "dense"

    @dataclass
    class Optimizer:
        name: str
        betas: tuple[float, float]

    cycle: dict[str, Any] = {"width": 3}
    cycle["self"] = cycle
    record = decode_line(
        encode_record(
            {
                "path": Path("data/train.bin"),
                "when": datetime(2026, 1, 2, tzinfo=UTC),
                "kind": Kind.DENSE,
                "optimizer": Optimizer("AdamW", (0.9, 0.95)),
                "float32": np.float32(0.5),
                "array": np.arange(3),
                "large": np.zeros(100_000),
                "huge": 10**400,
                "cycle": cycle,
            }
        )
    )
    assert record["path"] == "data/train.bin"
    assert record["when"].startswith("2026-01-02")
    assert "DENSE" in record["kind"]
    assert record["optimizer"] == {"name": "AdamW", "betas": [0.9, 0.95]}
    assert record["float32"] == 0.5
    assert record["array"] == [0, 1, 2]
    assert isinstance(record["large"], str)
    assert record["huge"].startswith("0x")
    assert record["cycle"]["self"]["width"] == 3


def test_an_object_whose_text_fails_is_named_instead() -> None:
    """A config's object with a broken ``__str__`` does not stop the run."""

    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no text")

    assert decode_line(encode_record({"model": Broken()}))["model"] == "<Broken: RuntimeError>"


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity"])
def test_bare_tokens_are_read(token: str) -> None:
    """Other writers' NaN and infinities are numbers as well."""
    record = decode_line(f'{{"type": "metrics", "train_loss": {token}}}\n'.encode())
    value = as_number(record["train_loss"])
    assert value is not None
    assert str(value) == {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}[token]


def test_trailing_nul_bytes_are_a_torn_tail() -> None:
    """What a power cut leaves behind a whole record does not spoil it."""
    assert decode_line(b'{"type":"event"}\0\0\0\n') == {"type": "event"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "no JSON"),
        (b"\0\0\0\0", "no JSON"),
        (b'{"type":"metrics","train_lo', "no JSON"),
        (b'{"a": NaN', "no JSON"),
        (b"\xff\xfe{\x00}\x00", "no JSON"),
        (b"[1, 2]", "a JSON array, not an object"),
        (b"null", "a JSON null, not an object"),
        (b"NaN", "a JSON number, not an object"),
        (b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", "nested deeper"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "no JSON"),
        (b'{"NaN":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper"),
    ],
)
def test_a_bad_line_says_why(line: bytes, reason: str) -> None:
    """Each kind of garbage gives a reason and never any other exception."""
    with pytest.raises(BadLine, match=reason):
        decode_line(line)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_a_record_or_a_bad_line(line: bytes) -> None:
    """Fuzzed lines raise nothing but ``BadLine``."""
    with contextlib.suppress(BadLine):
        assert isinstance(decode_line(line), dict)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    """Only nesting counts against the limit."""
    record = {"rows": [[index] for index in range(10 * MAX_DEPTH)]}
    assert decode_line(encode_record(record)) == record


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1.0),
        (0.0, 0.0),
        (True, 1.0),
        ("-Infinity", -math.inf),
        (10**400, math.inf),
        ("1.5", None),
        (None, None),
        ([1], None),
    ],
)
def test_only_numbers_and_the_three_words_are_numbers(value: object, number: float | None) -> None:
    """Text that looks like a number stays text."""
    assert as_number(value) == number


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["type", "a", "b"]), st.sampled_from(["metrics", 1, math.nan, [1]]))
    )
)
def test_many_lines_at_once_are_the_same_records(records: list[dict[str, Any]]) -> None:
    """The fast way through many lines is the slow one, bare NaN and all."""
    lines = [json.dumps(record).encode() + b"\n" for record in records]
    assert [encode_record(record) for record in decode_lines(lines)] == [
        encode_record(decode_line(line)) for line in lines
    ]


@pytest.mark.parametrize("line", [b"[1]", b'{"a":', b'{"a":' + b"[" * 200 + b"]" * 200 + b"}"])
def test_one_bad_line_among_many_is_told(line: bytes) -> None:
    """Whoever reads many then reads them one by one."""
    with pytest.raises(BadLine):
        decode_lines([b'{"type":"metrics"}', line])
