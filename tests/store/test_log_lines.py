"""The lines of a log by number: indexed in steps, judged one by one, searched in both directions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.store.log_lines import SHOWN_BYTES, LineKind, LogLines
from tuimon.testing import RunBuilder


def opened(path: Path, most: int = 1 << 20) -> LogLines:
    lines = LogLines(path)
    while lines.extend(most):
        pass
    return lines


def found(lines: LogLines, text: str, start: int, *, forward: bool = True, most: int = 1 << 20) -> int | None:
    search = lines.search(text, start, forward=forward)
    steps = 0
    while not search.over:
        search = lines.search_on(search, most)
        steps += 1
        assert steps <= len(lines) + 1
    return search.found


def test_lines_are_judged_as_the_log_is_read(tmp_path: Path) -> None:
    """Bad and torn ones with the reason, superseded ones with the resume that took them back."""
    run = RunBuilder(tmp_path, "a").header().metrics(1, train_loss=3.0).metrics(2, train_loss=2.5)
    run.raw(b"not json\n").metrics(3, train_loss=2.0).resume().event("hello")
    run.metrics(2, train_loss=2.4).raw(b'{"type":"metr')
    for most in (7, 64, 1 << 20):
        lines = opened(run.path, most).read(0, 100)
        assert [line.number for line in lines] == list(range(1, 10))
        assert [line.kind for line in lines] == [
            LineKind.GOOD,
            LineKind.GOOD,
            LineKind.SUPERSEDED,
            LineKind.BAD,
            LineKind.SUPERSEDED,
            LineKind.GOOD,
            LineKind.GOOD,
            LineKind.GOOD,
            LineKind.TORN,
        ]
        assert "line 6" in lines[2].about
        assert "no JSON" in lines[3].about
        assert [line.type for line in lines[:2]] == ["run", "metrics"]


def test_a_growing_log_is_followed_and_a_replaced_one_begun_anew(tmp_path: Path) -> None:
    """Only new bytes are read; a torn line becomes whole."""
    run = RunBuilder(tmp_path, "a").header().raw(b'{"type":"metrics",')
    lines = opened(run.path)
    assert lines.read(1, 1)[0].kind is LineKind.TORN
    run.raw(b'"iteration":1}\n').resume()
    assert not lines.extend()
    assert [line.kind for line in lines.read(0, 9)] == [LineKind.GOOD] * 3
    run.metrics(1, train_loss=1.0)
    lines.extend()
    assert lines.read(1, 1)[0].kind is LineKind.SUPERSEDED
    run.path.write_bytes(b"x\n")
    lines.extend()
    assert len(lines) == 1
    assert lines.read(0, 9)[0].kind is LineKind.BAD


def test_a_huge_line_is_cut_and_the_others_are_whole(tmp_path: Path) -> None:
    """A line of many megabytes costs no more than what is shown of it."""
    run = RunBuilder(tmp_path, "a").header().raw(b"x" * (6 << 20) + b"\n").metrics(1, train_loss=1.0)
    lines = opened(run.path).read(0, 3)
    assert [line.size > SHOWN_BYTES for line in lines] == [False, True, False]
    assert len(lines[1].text) == SHOWN_BYTES
    assert lines[2].type == "metrics"


def test_an_empty_log_has_no_lines(tmp_path: Path) -> None:
    """Nothing to read, nothing to find."""
    run = RunBuilder(tmp_path, "a")
    lines = opened(run.path)
    assert len(lines) == 0
    assert lines.read(0, 10) == ()
    assert found(lines, "x", 0) is None


@given(
    st.lists(st.sampled_from(["aa", "Loss", "xlossy", "", "b" * 30]), min_size=1, max_size=12),
    st.integers(0, 11),
    st.booleans(),
    st.sampled_from([1, 5, 16, 1000]),
    st.booleans(),
)
def test_a_search_finds_what_a_walk_through_the_lines_finds(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[str],
    start: int,
    forward: bool,
    most: int,
    ended: bool,
) -> None:
    """Round and round from the line after (before) the cursor, its own line last; case does not matter."""
    path = tmp_path_factory.mktemp("log") / "a.jsonl"
    path.write_text("\n".join(texts) + ("\n" if ended else ""))
    lines = opened(path, most)
    count = len(lines)
    if count == 0:
        return
    start %= count
    step = 1 if forward else -1
    walk = [(start + step * (i + 1)) % count for i in range(count)]
    expected = next((place for place in walk if "loss" in texts[place].lower()), None)
    assert found(lines, "LOSS", start, forward=forward, most=most) == expected
