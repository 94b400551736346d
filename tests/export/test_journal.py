"""The experiment log: what it holds, and that a refresh takes nothing from the person."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.export.journal_runs import load, three_runs, three_runs_later, training
from tuimon.export.journal import Journal, write_journal
from tuimon.export.journal_draft import NEXT
from tuimon.export.journal_marks import block_lines, fingerprint, parse
from tuimon.records.person_meta import meta_path, write_meta
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing.run_builder import START, RunBuilder
from tuimon.testing.sample_runs import sample_runs

GOLDEN = Path(__file__).with_name("journal.golden.md")
TEMPLATE = Path(__file__).with_name("journal_template.golden.md")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log directory with three runs."""
    where = tmp_path_factory.mktemp("logs")
    three_runs(where)
    return where


@pytest.fixture(scope="module")
def runs(directory: Path) -> tuple[RunSnapshot, ...]:
    return load(directory)


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunSnapshot, ...]:
    """The same runs, gone on by some steps, and a fourth."""
    where = tmp_path_factory.mktemp("later")
    three_runs_later(where)
    return load(where)


def test_the_whole_journal(runs: tuple[RunSnapshot, ...]) -> None:
    """Overview, sections, plans, hyperparameters, findings, troubles; text from logs is only text."""
    assert write_journal("", runs).text == GOLDEN.read_text(encoding="utf-8")


def test_text_from_logs_is_no_markup(tmp_path: Path) -> None:
    """Nothing that a log holds becomes a link, an emphasis, a heading, a fence or HTML, or ends a mark."""
    sample_runs(tmp_path, records=20)
    hostile = [
        "# a",
        "- b",
        "1. c",
        "| d |",
        "*e* _f_ **g**",
        "[h](http://i)",
        "<script>",
        "```",
        "~~j~~",
        "<!-- k",
    ]
    for number, text in enumerate((*hostile, "`l`", "$m$ \\", "===", "&amp;", "    n")):
        run = RunBuilder(tmp_path, text, start=START + timedelta(days=1, minutes=number))
        run.header(run_id=f"bbbbbb{number:02}", config={text: text}, notes=f"{text}\n\n{text}", tags=[text])
        run.metrics(0, **{text: 1.0}).event(text, level="error").end("failed", exception={"type": text})
    journal = write_journal("", load(tmp_path)).text
    kinds = Counter[str]()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(journal):
        kinds.update([token.type, *(child.type for child in token.children or ())])
        if token.type == "heading_open":
            kinds[token.tag] += 1
        assert token.type != "html_block" or token.content.startswith("<!-- tuimon:")
    experiments, ours = journal.count("\n### Experiment "), 2
    assert not kinds & Counter({"link_open", "strong_open", "html_inline", "s_open", "hr", "code_block"})
    assert kinds["em_open"] == 3 * experiments + ours
    assert (kinds["h1"], kinds["h2"], kinds["h3"]) == (1, 6, experiments)
    assert write_journal(journal, load(tmp_path)).text == journal


def test_without_runs_it_says_what_to_do() -> None:
    """The template has the first experiment, with the lines to paste."""
    written = write_journal("", ())
    assert written.created
    assert written.text == TEMPLATE.read_text(encoding="utf-8")


def test_the_first_run_takes_the_place_of_the_instructions(runs: tuple[RunSnapshot, ...]) -> None:
    """What was written about the first experiment before it ran stays above its results."""
    text = write_journal("", ()).text.replace(
        "_What should this run show, and what do you expect?_", "It learns."
    )
    text = text.replace("1. Put the tracker", "0. Buy a GPU\n1. Put the tracker")
    written = write_journal(text, runs)
    assert (written.new_runs, written.moved) == (2, 1)
    first = written.text.partition("### Experiment 1: baseline\n")[2].partition(
        "### Experiment 2: lr_3e-3\n"
    )[0]
    assert "It learns." in first
    assert "0. Buy a GPU" in first
    assert "`aaaaaaa1`" in first
    assert "Put the tracker" not in written.text
    assert write_journal(written.text, runs).text == written.text


def test_refreshing_changes_nothing_where_nothing_changed(runs: tuple[RunSnapshot, ...]) -> None:
    """Byte by byte, whatever came before."""
    text = write_journal("", runs).text
    assert write_journal(text, runs) == Journal(text, False, 0, 0, 0, ())


def test_new_runs_come_below_the_others(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...]
) -> None:
    """Above the line for them; the overview and the sections of runs that went on are refreshed."""
    written = write_journal(write_journal("", runs).text, later)
    assert written.new_runs == 1
    headings = re.findall(r"^##+ (?:Experiment \d|[A-Z]\w+ ?\w*).*$", written.text, flags=re.MULTILINE)
    headings = [heading for heading in headings if not heading.startswith("####")]
    assert headings[:6] == [
        "## Overview",
        "## Experiments",
        "### Experiment 1: baseline",
        "### Experiment 2: lr_3e-3",
        "### Experiment 3: lr_3e-2 \\| &lt;b&gt;\\`=cmd()\\`",
        "### Experiment 4: fourth",
    ]
    assert "4 runs:" in written.text


def test_a_deleted_section_stays_away(runs: tuple[RunSnapshot, ...]) -> None:
    """It was deleted on purpose; asked to, everything is written again."""
    text = write_journal("", runs).text
    start, end = text.index("### Experiment 2"), text.index("### Experiment 3")
    without = text[:start] + text[end:]
    assert write_journal(without, runs).text == without
    restored = write_journal(without, runs, restore=True)
    assert restored.new_runs == 1
    assert "### Experiment 2: lr_3e-3" in restored.text
    no_overview = text[: text.index("## Overview")] + text[text.index("## Experiments") :]
    assert write_journal(no_overview, runs).text == no_overview


def test_a_part_without_its_marks_is_the_persons(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...]
) -> None:
    """Whoever deletes the marks keeps the text as it is."""
    text = write_journal("", runs).text
    unmarked = re.sub(r"<!-- tuimon:(begin|end) run-aaaaaaa1 .*\n", "", text)
    written = write_journal(unmarked, later)
    section = unmarked[unmarked.index("### Experiment 1") : unmarked.index("#### Observations")]
    assert section in written.text
    assert written.stray == ()


def test_a_mark_that_lost_its_partner_is_told_of(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...]
) -> None:
    """The part is left as it is, and its line is named."""
    text = write_journal("", runs).text
    torn = re.sub(r"<!-- tuimon:end run-aaaaaaa1 .*\n", "", text)
    written = write_journal(torn, later)
    assert [torn.split("\n")[number - 1][:30] for number in written.stray] == [
        "<!-- tuimon:begin run-aaaaaaa1"
    ]
    assert torn[torn.index("### Experiment 1") : torn.index("#### Observations")] in written.text


def test_lines_written_into_a_generated_part_go_below_it(runs: tuple[RunSnapshot, ...]) -> None:
    """A sentence, an edited row, a table and a fence of one's own; the generated part is whole again."""
    text = write_journal("", runs).text
    own = ["why so slow?", "", "```", "my code", "```", "", "| a | b |", "| --- | --- |", "| 1 | 2 |"]
    edited = text.replace("\n- State: finished\n", "\n" + "\n".join(own) + "\n- State: finished, barely\n", 1)
    written = write_journal(edited, runs)
    below = "\n".join(("", *own, "- State: finished, barely", ""))
    mark = next(line for line in text.split("\n") if line.startswith("<!-- tuimon:end run-aaaaaaa1"))
    assert written.text == text.replace(f"{mark}\n", f"{mark}\n{below}", 1)
    assert written.moved == 8
    assert write_journal(written.text, runs).text == written.text


def test_a_moved_and_a_doubled_part_are_both_refreshed(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...]
) -> None:
    """A part is refreshed wherever it stands, as often as it stands there."""
    text = write_journal("", runs).text
    lines = text.split("\n")
    (begin,) = [n for n, line in enumerate(lines) if line.startswith("<!-- tuimon:begin findings")]
    (end,) = [n for n, line in enumerate(lines) if line.startswith("<!-- tuimon:end findings")]
    block = "\n".join(lines[begin : end + 1])
    written = write_journal(f"{block}\n\n{text}", later).text
    found = re.findall(r"<!-- tuimon:begin findings \w+ -->\n(.*?)<!-- tuimon:end", written, flags=re.DOTALL)
    assert len(found) == 2
    assert found[0] == found[1]
    assert found[0] not in block


def test_a_text_of_the_persons_gets_the_parts_below_it(runs: tuple[RunSnapshot, ...]) -> None:
    """Also one without a final newline; nothing in it is changed."""
    own = "# EXPERIMENT_LOG\n\n## Experiment 1 (Baseline)\nval_loss 1.6"
    written = write_journal(own, runs)
    assert written.text.startswith(f"{own}\n\n## Overview\n")
    assert not written.created
    assert write_journal(written.text, runs).text == written.text


def test_line_ends_are_those_of_the_file(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...]
) -> None:
    """A file with CRLF has CRLF afterwards, and converting it is no edit."""
    text = write_journal("", runs).text.replace("\n", "\r\n")
    assert write_journal(text, runs).text == text
    written = write_journal(text, later)
    assert written.moved == 0
    assert written.text.count("\n") == written.text.count("\r\n")
    assert write_journal(text.rstrip("\r\n"), later).text.count("\r\r") == 0


def test_what_a_formatter_does_is_no_edit(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...]
) -> None:
    """White space at line ends, narrower tables and shorter rules are not taken for a person's lines."""
    text = write_journal("", runs).text
    formatted = re.sub(r" +\|", " |", re.sub(r"-{3,}(:?) \|", r"---\1 |", text))
    formatted = re.sub(r"(?m)$", "  ", formatted)
    assert formatted != text
    assert write_journal(formatted, later).moved == 0


def test_notes_tags_and_archived_runs(directory: Path, tmp_path: Path) -> None:
    """What a person wrote in the app is in the observations; an archived run is in no table."""
    three_runs(tmp_path)
    text = write_journal("", load(tmp_path)).text
    (path,) = tmp_path.glob("experiment_lr_3e-3_*.jsonl")
    write_meta(meta_path(path), {"notes": "Slower than it looks", "archived": True})
    written = write_journal(text, load(tmp_path)).text
    assert "> Slower than it looks" in written
    assert "> Fast, and" not in written
    assert "2 runs:" in written
    assert "1 archived run is left out." in written
    assert "### Experiment 2: lr_3e-3" in written
    assert "Experiment 2" not in write_journal("", load(tmp_path)).text.partition("Experiment 2: lr_3e-2")[0]


def test_two_copies_of_one_log_have_a_section_each(tmp_path: Path) -> None:
    """They have the same id; both are refreshed."""
    path = training(tmp_path, 1, "baseline", 1e-3).end().path
    path.with_name("experiment_copy_20260105_100000.jsonl").write_bytes(path.read_bytes())
    written = write_journal("", load(tmp_path))
    assert written.new_runs == 2
    assert write_journal(written.text, load(tmp_path)).text == written.text


def test_a_hostile_run_id_makes_no_mark(tmp_path: Path) -> None:
    """Whatever a log calls itself, its block has a name of letters."""
    run = training(tmp_path, 1, "x", 1e-3).end()
    text = run.path.read_text(encoding="utf-8").replace('"aaaaaaa1"', '"--> <!-- tuimon:end x -->"')
    run.path.write_text(text, encoding="utf-8")
    written = write_journal("", load(tmp_path))
    assert re.search(r"<!-- tuimon:begin run-x[a-z2-7]{12} ", written.text)
    assert write_journal(written.text, load(tmp_path)).text == written.text


def test_many_runs_have_one_line_for_a_curve(tmp_path: Path) -> None:
    """A journal of hundreds stays one that can be opened."""
    for number in range(201):
        run = training(tmp_path, number % 50, f"run{number}", 1e-3, to=3)
        run.record("end", status="finished")
    written = write_journal("", load(tmp_path))
    assert written.new_runs == 201
    assert len(written.text) < 201 * 2500
    assert "gradient step\n" not in written.text


# Properties

_WORDS = st.integers(0, 10**6).map(lambda number: f"word{number}")
_LINES = st.builds(
    lambda form, word: form.format(word),
    st.sampled_from(
        ["{}", "| {} | 1 |", "> {}", "```\n{}\n```", "# {}", "{}\r", "\n\n{}", "- State: {}", "<!-- {} -->"]
    ),
    _WORDS,
)
_EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("line"), st.floats(0, 1), _LINES),
        st.tuples(st.just("word"), st.floats(0, 1), _WORDS),
        st.tuples(st.just("mark"), st.floats(0, 1), _WORDS),
        st.tuples(st.just("delete"), st.floats(0, 1), st.integers(1, 40)),
        st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 200)),
        st.tuples(st.just("double"), st.floats(0, 1), st.integers(1, 80)),
        st.tuples(st.just("move"), st.floats(0, 1), st.integers(1, 80)),
        st.tuples(st.just("crlf"), st.just(0.0), st.just(0)),
        st.tuples(st.just("no end"), st.just(0.0), st.just(0)),
    ),
    max_size=12,
)


def edited(text: str, edits: list[tuple[str, float, str | int]]) -> str:
    """The text after a person had it; each place is a share of its length."""
    for kind, share, what in edits:
        lines = text.split("\n")
        place = round(share * (len(lines) - 1))
        if isinstance(what, str):
            if kind == "line":
                lines.insert(place, what)
            else:
                marks = [n for n, line in enumerate(lines) if "<!-- tuimon:" in line]
                if kind == "mark" and marks:
                    place = marks[round(share * (len(marks) - 1))]
                at = round(share * 997 % 1 * len(lines[place]))
                lines[place] = lines[place][:at] + what + lines[place][at:]
            text = "\n".join(lines)
        elif kind == "cut":
            at = round(share * len(text))
            text = text[:at] + text[at + what :]
        elif kind in ("delete", "double", "move"):
            piece = lines[place : place + what]
            if kind != "double":
                del lines[place : place + what]
            to = len(lines) // 3
            text = "\n".join(lines if kind == "delete" else [*lines[:to], *piece, *lines[to:]])
        elif kind == "crlf":
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        else:
            text = text.rstrip("\r\n")
    return text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=_EDITS)
def test_nothing_that_a_person_wrote_is_lost(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...], edits: list[tuple[str, float, str | int]]
) -> None:
    """Whatever was inserted wherever, marks included, is there after a refresh, its whole line as it was.

    Refreshing again with nothing new changes nothing.
    """
    text = edited(write_journal("", runs).text, edits)
    written = write_journal(text, later).text
    lines = {line.rstrip() for line in written.split("\n")}
    for line in text.split("\n"):
        words = re.findall(r"word\d+", line)
        assert all(word in written for word in words)
        if words and "tuimon:known" not in line:
            assert line.rstrip() in lines
    assert write_journal(written, later).text == written


@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(st.sampled_from(["a", "b", "| --- |", "```", "", "c d"]), max_size=12),
    inserted=st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["mine", "my word", "own 1"])), max_size=5
    ),
)
def test_a_persons_lines_are_told_from_generated_ones(
    before: list[str], inserted: list[tuple[int, str]]
) -> None:
    """Insertions into a block are found, all of them, and nothing that was generated with them."""
    from tuimon.export.journal_marks import Block, own_lines

    lines = block_lines("x", before)
    for place, line in inserted:
        lines.insert(min(1 + place, len(lines) - 1), line)
    (block,) = parse(lines).parts
    assert isinstance(block, Block)
    assert [line for line in own_lines(block) if line.strip() not in ("", "```", "| --- |")] == [
        line for line in lines if line in ("mine", "my word", "own 1")
    ]


def test_a_fingerprint_knows_words_not_spaces() -> None:
    """Formatters change white space and rules, people change words."""
    assert fingerprint("|  a |   b |") == fingerprint("| a | b |\r")
    assert fingerprint("| ---: |") == fingerprint("| --------: |")
    assert fingerprint("a b") != fingerprint("ab")


def test_the_place_for_new_runs_may_be_moved_or_gone(
    runs: tuple[RunSnapshot, ...], later: tuple[RunSnapshot, ...]
) -> None:
    """They go above the line wherever it is, and to the end of the text without it."""
    text = write_journal("", runs).text
    moved = f"Newest first\n\n{NEXT}\n\n" + text.replace(f"{NEXT}\n", "")
    assert write_journal(moved, later).text.index("### Experiment 4") < moved.index("# Experiment log")
    gone = text.replace(f"{NEXT}\n", "")
    assert write_journal(gone, later).text.index("### Experiment 4") > gone.index("## Troubleshooting")
