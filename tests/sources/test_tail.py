"""The tail gives every whole line once, in order, whatever happens to the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.records.lines import encode_record
from tuimon.sources.decode import decode_chunk
from tuimon.sources.tail import LogTail

EVERYTHING = 1 << 20


def lines_of(tail: LogTail, max_bytes: int = EVERYTHING) -> list[bytes]:
    """All lines that there are to read now."""
    lines: list[bytes] = []
    while True:
        chunk = tail.read(max_bytes)
        lines += chunk.lines
        if chunk.at_end:
            return lines


def append(path: Path, data: bytes) -> None:
    with open(path, "ab", buffering=0) as file:
        file.write(data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiment_a.jsonl"


def test_only_what_is_new_is_given(path: Path) -> None:
    """A second read gives what came after the first, numbered on."""
    path.write_bytes(b"one\ntwo\n")
    tail = LogTail(path)
    assert tail.read(EVERYTHING).lines == [b"one", b"two"]
    append(path, b"three\n")
    chunk = tail.read(EVERYTHING)
    assert (chunk.lines, chunk.first_line_number, chunk.restarted) == ([b"three"], 3, False)
    assert tail.read(EVERYTHING).lines == []


def test_a_torn_last_line_waits_for_its_rest(path: Path) -> None:
    """Half a line is held back and comes whole, once, when the other half is there."""
    path.write_bytes(b'{"a": 1}\n{"b"')
    tail = LogTail(path)
    assert tail.read(EVERYTHING).lines == [b'{"a": 1}']
    append(path, b": 2}\n")
    chunk = tail.read(EVERYTHING)
    assert (chunk.lines, chunk.first_line_number) == ([b'{"b": 2}'], 2)


def test_a_whole_record_without_its_newline_is_given_once(path: Path) -> None:
    """A log cut right before a newline loses no record, and does not gain one when the newline comes."""
    path.write_bytes(b'{"a": 1}\n{"b": 2}')
    tail = LogTail(path)
    assert tail.read(EVERYTHING).lines == [b'{"a": 1}', b'{"b": 2}']
    append(path, b'\n{"c": 3}\n')
    chunk = tail.read(EVERYTHING)
    assert (chunk.lines, chunk.first_line_number, chunk.restarted) == ([b'{"c": 3}'], 3, False)


def test_a_line_given_early_that_goes_on_is_taken_back(path: Path) -> None:
    """When more follows on the line, the file is read anew: the record was none."""
    path.write_bytes(b'{"a": 1}')
    tail = LogTail(path)
    assert tail.read(EVERYTHING).lines == [b'{"a": 1}']
    append(path, b' nonsense\n{"b": 2}\n')
    chunk = tail.read(EVERYTHING)
    assert chunk.restarted
    assert chunk.lines == [b'{"a": 1} nonsense', b'{"b": 2}']


@pytest.mark.parametrize("after", [b"", b"short\n", b"another beginning, and longer than before\n"])
def test_a_truncated_file_is_read_from_its_start(path: Path, after: bytes) -> None:
    """Truncation is noticed even when the file has grown beyond the old offset meanwhile."""
    path.write_bytes(b"one\ntwo\nthree\n")
    tail = LogTail(path)
    lines_of(tail)
    with open(path, "r+b") as file:  # the same inode
        file.truncate(0)
        file.write(after)
    chunk = tail.read(EVERYTHING)
    assert chunk.restarted
    assert (chunk.lines, chunk.first_line_number) == (after.split(b"\n")[:-1], 1)


def test_a_replaced_file_is_read_from_its_start(path: Path) -> None:
    """A new inode under the name is a new file, even one that begins with the same bytes."""
    path.write_bytes(b"one\ntwo\n")
    tail = LogTail(path)
    lines_of(tail)
    other = path.with_name("other")
    other.write_bytes(b"one\ntwo\nthree\n")
    other.replace(path)
    chunk = tail.read(EVERYTHING)
    assert (chunk.restarted, chunk.lines) == (True, [b"one", b"two", b"three"])


def test_a_rotated_file_goes_on_in_the_new_one(path: Path) -> None:
    """After a rename and a new file under the old name, the new one is read."""
    path.write_bytes(b"old\n")
    tail = LogTail(path)
    lines_of(tail)
    path.rename(path.with_suffix(".jsonl.1"))
    path.write_bytes(b"new\n")
    chunk = tail.read(EVERYTHING)
    assert (chunk.restarted, chunk.lines, chunk.first_line_number) == (True, [b"new"], 1)


def test_a_deleted_file_is_missing_and_may_come_back(path: Path) -> None:
    """Deletion is said; a file of that name created later is read from its start."""
    path.write_bytes(b"one\n")
    tail = LogTail(path)
    lines_of(tail)
    path.unlink()
    chunk = tail.read(EVERYTHING)
    assert (chunk.missing, chunk.restarted) == (True, True)
    path.write_bytes(b"back\n")
    assert tail.read(EVERYTHING).lines == [b"back"]


def test_a_rewritten_head_is_noticed(path: Path) -> None:
    """The same inode, size and end, but another beginning: another run was written over this one."""
    path.write_bytes(b"first header\n" + b"x\n" * 2000)
    tail = LogTail(path)
    lines_of(tail)
    with open(path, "r+b") as file:
        file.write(b"other header\n")
    append(path, b"x\n")
    assert tail.read(EVERYTHING).restarted


def test_a_rewritten_middle_is_noticed_at_the_offset(path: Path) -> None:
    """The same inode and the same long header, but other records up to where the reader was."""
    header = b"h" * 1000 + b"\n"
    path.write_bytes(header + b"old\n" * 200)
    tail = LogTail(path)
    lines_of(tail)
    with open(path, "r+b") as file:
        file.write(header + b"new\n" * 300)
    chunk = tail.read(EVERYTHING)
    assert chunk.restarted
    assert chunk.lines == [header[:-1], *[b"new"] * 300]


def test_a_line_over_the_limit_is_skipped_and_reported(path: Path) -> None:
    """It stands as an empty line, so that the numbers stay right, and what follows is read."""
    path.write_bytes(b"before\n" + b"x" * 1000 + b"\nafter\n")
    tail = LogTail(path, max_line_bytes=100)
    chunk = tail.read(EVERYTHING)
    assert chunk.lines == [b"before", b"", b"after"]
    assert chunk.too_long == (2,)


def test_a_huge_line_is_not_kept_in_memory(path: Path) -> None:
    """A line of 100 MB costs no more memory than the limit and one chunk."""
    import tracemalloc

    with open(path, "wb") as file:
        file.write(b"before\n")
        for _ in range(100):
            file.write(b"x" * 2**20)
        file.write(b"\nafter\n")
    tail = LogTail(path, max_line_bytes=4 * 2**20)
    tracemalloc.start()
    try:
        lines: list[bytes] = []
        too_long: list[int] = []
        while not (chunk := tail.read(256 * 1024)).at_end:
            lines += chunk.lines
            too_long += chunk.too_long
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert lines + chunk.lines == [b"before", b"", b"after"]
    assert [*too_long, *chunk.too_long] == [2]
    assert peak < 12 * 2**20


def test_records_survive_what_else_is_in_the_file(path: Path) -> None:
    """CRLF, blank lines, a byte order mark, NUL bytes: the records are read, the rest is no bad line."""
    path.write_bytes(
        b'\xef\xbb\xbf{"a": 1}\r\n\r\n\n  \n{"b": 2}\r\n\0\0\0{"c": 3}\n{"d": 4}\0\0\0\n\0\0\0\0'
    )
    decoded = decode_chunk(LogTail(path).read(EVERYTHING))
    assert list(decoded.records) == [{"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}]
    assert list(decoded.line_numbers) == [1, 5, 6, 7]
    assert list(decoded.bad_lines) == []


@pytest.mark.parametrize(
    "line",
    [
        b"no JSON",
        b"[1, 2]",
        b"\xff\xfe{\x00",
        b'{"type": "run", "config": ' + b'{"a":' * 500 + b"1" + b"}" * 501,
        b"[" * 100_000,
        b'{"type": "metrics", "iteration": 1',
        '{"type": "metrics"}'.encode("utf-16"),
    ],
)
def test_a_bad_line_is_reported_with_its_number(path: Path, line: bytes) -> None:
    """Whatever the bad line holds, the lines around it are read."""
    path.write_bytes(b'{"a": 1}\n' + line + b'\n{"b": 2}\n')
    decoded = decode_chunk(LogTail(path).read(EVERYTHING))
    assert list(decoded.records) == [{"a": 1}, {"b": 2}]
    assert [number for number, _ in decoded.bad_lines] == [2]
    assert decoded.bad_lines[0][1]


def test_an_unreadable_file_raises(tmp_path: Path) -> None:
    """What exists and cannot be read is an error for the caller to show, not an empty file."""
    with pytest.raises(OSError, match="directory"):
        LogTail(tmp_path).read(EVERYTHING)


json_like = st.binary(max_size=30) | st.dictionaries(st.text(max_size=5), st.integers(), max_size=3).map(
    lambda record: encode_record(record).rstrip(b"\n")
)


@settings(deadline=None, max_examples=200)
@given(
    content=st.lists(json_like, max_size=12).map(lambda lines: b"\n".join(lines)),
    cuts=st.lists(st.integers(0, 400), max_size=8),
    chunk=st.integers(1, 64),
)
def test_reading_while_it_grows_equals_reading_it_whole(content: bytes, cuts: list[int], chunk: int) -> None:
    """However the writes are torn and however small the reads: the lines are those of the whole file."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "log"
        path.touch()
        tail = LogTail(path)
        lines: dict[int, bytes] = {}
        ends = [*sorted({min(cut, len(content)) for cut in cuts}), len(content)]
        start = 0
        for end in ends:
            append(path, content[start:end])
            start = end
            while True:
                part = tail.read(chunk)
                if part.restarted:
                    lines.clear()
                lines.update(enumerate(part.lines, part.first_line_number))
                if part.at_end:
                    break
        whole = LogTail(path).read(EVERYTHING)
        assert list(lines) == list(range(1, len(lines) + 1))
        assert [line.strip(b" \t\r\0") for line in lines.values()] == [
            line.strip(b" \t\r\0") for line in whole.lines
        ]


@settings(deadline=None, max_examples=100)
@given(data=st.binary(max_size=2000))
def test_any_bytes_can_be_read(data: bytes) -> None:
    """Fuzzed files: every line is a record, blank, or reported."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "log"
        path.write_bytes(data)
        chunk = LogTail(path).read(EVERYTHING)
        decoded = decode_chunk(chunk)
        assert len(decoded.records) == len(decoded.line_numbers)
        assert len(decoded.records) + len(decoded.bad_lines) <= len(chunk.lines)


def test_the_offset_says_how_far_it_has_read(path: Path) -> None:
    """For the progress of a long load."""
    path.write_bytes(b"x" * 9 + b"\n" + b"y" * 9 + b"\n")
    tail = LogTail(path)
    tail.read(10)
    assert (tail.offset, tail.size) == (10, 20)
