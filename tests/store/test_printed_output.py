"""The kept output of a program, read by pages from any place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.store import printed_output
from tuimon.store.printed_output import OutputPage, OutputPlace, PrintedOutput, output_path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "run.out"


def numbered(count: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(count))


def texts(page: OutputPage) -> list[str]:
    return [line.text for line in page.lines]


def found_line(output: PrintedOutput, text: str, line: int, *, forward: bool = True) -> str | None:
    search = output.search(text, line, forward=forward)
    while not search.over:
        search = output.search_on(search)
    if search.found is None:
        return None
    page = output.page(OutputPlace(search.found), 1)
    # The last page is never left for an emptier one, so the line may stand further down in it.
    return texts(page)[0] if page.start == search.found else "elsewhere"


def test_it_opens_at_its_end(kept: Path) -> None:
    """The last lines are seen, an unfinished one too."""
    kept.write_bytes(numbered(1000) + b"and")
    page = PrintedOutput(kept).page(OutputPlace(), 3)
    assert texts(page) == ["line 998", "line 999", "and"]
    assert page.at_end


def test_it_is_gone_through_by_lines_and_pages(kept: Path) -> None:
    """Down, up, never beyond the ends, and never an emptier page than the last."""
    kept.write_bytes(numbered(100))
    output = PrintedOutput(kept)
    page = output.page(OutputPlace(0), 10)
    assert texts(page)[0] == "line 0"
    page = output.page(OutputPlace(page.start, 1), 10)
    assert texts(page) == [f"line {number}" for number in range(1, 11)]
    page = output.page(OutputPlace(page.start, 10), 10)
    assert texts(page)[0] == "line 11"
    page = output.page(OutputPlace(page.start, -2), 10)
    assert texts(page)[0] == "line 9"
    assert texts(output.page(OutputPlace(page.start, -1000), 10))[0] == "line 0"
    page = output.page(OutputPlace(page.start, 1000), 10)
    assert texts(page) == [f"line {number}" for number in range(90, 100)]


def test_a_file_that_grows_is_seen_to_grow(kept: Path) -> None:
    """At the end the page follows; elsewhere it stays."""
    kept.write_bytes(numbered(50))
    output = PrintedOutput(kept)
    output.page(OutputPlace(), 5)
    with kept.open("ab") as file:
        file.write(b"new\n")
    assert texts(output.page(OutputPlace(), 2)) == ["line 49", "new"]
    assert texts(output.page(OutputPlace(0), 2)) == ["line 0", "line 1"]


def test_a_shorter_or_another_file_is_begun_anew(kept: Path) -> None:
    """The places in it mean nothing any more."""
    kept.write_bytes(numbered(50))
    output = PrintedOutput(kept)
    place = OutputPlace(output.page(OutputPlace(), 5).start)
    kept.write_bytes(b"cut\n")
    page = output.page(place, 5)
    assert (page.replaced, texts(page)) == (True, ["cut"])
    assert not output.page(place, 5).replaced
    other = kept.with_name("other")
    other.write_bytes(numbered(90))
    other.replace(kept)
    page = output.page(place, 5)
    assert page.replaced
    assert texts(page)[-1] == "line 89"


def test_a_file_that_is_missing_or_cannot_be_read_is_said(kept: Path) -> None:
    """It may still appear."""
    output = PrintedOutput(kept)
    assert not output.page(OutputPlace(), 5).is_kept
    kept.write_bytes(b"now\n")
    page = output.page(OutputPlace(), 5)
    assert page.is_kept
    assert texts(page) == ["now"]
    assert PrintedOutput(kept.parent).page(OutputPlace(), 5).problem


def test_of_a_long_line_there_is_its_beginning_of_a_bar_its_last_state(kept: Path) -> None:
    """A line of megabytes costs no more than what is shown of it."""
    long = b"x" * 3_000_000
    bar = b"".join(b"\r%6d/200000" % number for number in range(200_001))
    kept.write_bytes(b"one\n" + long + b"\n" + bar + b"\ntwo")
    output = PrintedOutput(kept)
    for _ in range(2):  # the second time with what was learnt of long lines
        lines = output.page(OutputPlace(), 4).lines
        assert [line.text[:3] for line in lines[:2]] == ["one", "xxx"]
        assert lines[1].left_out == len(long) + 1 - len(lines[1].text)
        assert lines[2].text.endswith("\r200000/200000")
        assert lines[3].text == "two"
    assert texts(output.page(OutputPlace(lines[2].start), 1))[0].endswith("200000/200000")


def test_a_bar_that_goes_on_for_megabytes_is_followed(kept: Path) -> None:
    """What was looked through for its beginning is not looked through again."""
    kept.write_bytes(b"begin\n" + b"\r50%" * 500_000)
    output = PrintedOutput(kept)
    assert output.page(OutputPlace(), 2).lines[0].text == "begin"
    for state in (b"\r51%", b"\r52%", b"\r53%\nend\n"):
        with kept.open("ab") as file:
            file.write(state)
        lines = output.page(OutputPlace(), 3).lines
        assert lines[0].text == "begin"
        assert lines[1].text.endswith(state.partition(b"\n")[0].decode())


@pytest.mark.parametrize("chunk", [10, 50, 4 * 2**20])
def test_a_search_goes_round_both_ways(kept: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """From beyond a line, whatever the case, whatever piece of the file is looked at at once."""
    monkeypatch.setattr(printed_output, "CHUNK_BYTES", chunk)
    kept.write_bytes(numbered(30))
    output = PrintedOutput(kept)
    first = output.page(OutputPlace(0), 1).start
    tenth = output.page(OutputPlace(0, 10), 1).start
    assert found_line(output, "LINE 1", first) == "line 1"
    assert found_line(output, "line", tenth) == "line 11"
    assert found_line(output, "line", tenth, forward=False) == "line 9"
    assert found_line(output, "line 2", tenth) == "line 20"
    assert found_line(output, "line 2", tenth, forward=False) == "line 2"
    assert found_line(output, "line 3", tenth) == "line 3"
    assert found_line(output, "line 29", tenth, forward=False) == "line 29"
    assert found_line(output, "line 10", tenth) == "line 10"
    assert found_line(output, "nowhere", tenth) is None
    assert found_line(output, "nowhere", tenth, forward=False) is None
    assert found_line(output, "", tenth) is None


def test_a_search_sees_what_a_person_sees(kept: Path) -> None:
    """Colours are no part of the text, nor are the states of a bar that later ones replaced."""
    kept.write_bytes(b"a\n\x1b[1;32mloss\x1b[0m: 2.5\r\nepoch 1\repoch 2\n\x1b]0;title\x07b\n")
    output = PrintedOutput(kept)
    output.page(OutputPlace(), 1)
    assert found_line(output, "loss: 2.5", 0) == "\x1b[1;32mloss\x1b[0m: 2.5"
    assert found_line(output, "epoch 1", 0) is None
    assert found_line(output, "epoch 2", 0) == "epoch 1\repoch 2"
    assert found_line(output, "title", 0) is None


PIECES = st.lists(
    st.sampled_from([b"a", b"\n", b"\r", b"\x1b[31m", b"\0\0", b"\xff", b"bcd" * 9]), max_size=60
)


@settings(deadline=None, max_examples=150)
@given(PIECES, st.integers(1, 7), st.sampled_from([3, 16, 64 * 1024]))
def test_going_down_and_going_up_see_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], rows: int, block: int
) -> None:
    """Every line once, whatever is in the file, whatever the page and the pieces that are read."""
    kept = tmp_path_factory.mktemp("out") / "run.out"
    kept.write_bytes(b"".join(pieces))
    lines = b"".join(pieces).split(b"\n")
    lines = lines[:-1] if not lines[-1] else lines
    wanted = [line.rstrip(b"\r\n").decode("utf-8", "replace") for line in lines]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printed_output, "_BLOCK_BYTES", block)
        patch.setattr(printed_output, "_LONG_BYTES", 8)
        output = PrintedOutput(kept)
        seen = list(output.page(OutputPlace(0), rows).lines)
        while not (page := output.page(OutputPlace(seen[-1].start if seen else 0), rows)).at_end:
            seen += (
                page.lines[1:] if len(page.lines) > 1 else output.page(OutputPlace(page.start, 1), 1).lines
            )
        seen += [line for line in page.lines if not seen or line.start > seen[-1].start]
        assert [line.text for line in seen] == wanted
        page = output.page(OutputPlace(), 1)
        back = [page.lines[0]] if page.lines else []
        while back and back[-1].start:
            back += output.page(OutputPlace(back[-1].start, -1), 1).lines
        assert [line.text for line in reversed(back)] == wanted


def test_the_output_stands_beside_the_log() -> None:
    """Under the log's name."""
    assert output_path(Path("/logs/experiment_a_1.jsonl")) == Path("/logs/experiment_a_1.out")
