"""Which runs a comparison has room for, and what only the baseline has."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.axes import ELAPSED
from tuimon.analysis.comparison import compare_runs
from tuimon.charts.compare_rows import CompareSpec
from tuimon.charts.compare_text import CompareTable
from tuimon.charts.text_line import line_text
from tuimon.store.snapshot import RunSnapshot

BASE = {"lr": 3e-4, "warmup": 100, "seed": 1}


def run_of(name: str, steps: int = 1001, loss: float = 2.0, **config: Any) -> RunSnapshot:
    losses = [3.0 - (3.0 - loss) * step / (steps - 1) for step in range(steps)]
    return make_run(name, config={**BASE, **config}, metrics={"val_loss": losses, "train_loss": losses})


def four_runs() -> list[RunSnapshot]:
    """The first is the best and alone in two keys; the third goes on for longer."""
    return [
        run_of("fast", lr=6e-4, warmup=500),
        run_of("base", loss=2.125),
        run_of("slow", 1201, 2.25, lr=1e-4),
        run_of("seed", loss=2.0625, seed=2),
    ]


def lines(runs: list[RunSnapshot], width: int, **wanted: Any) -> list[str]:
    table = CompareTable(CompareSpec(compare_runs(runs), width, **wanted))
    return [line_text(line).rstrip() for line in (*table.heading, *map(table.line, range(len(table))))]


def words_of(found: list[str], label: str) -> list[str]:
    line = next(line for line in found if line.strip().startswith(f"{label} "))
    return line.replace(label, "", 1).split()


def test_four_runs_with_short_names_stand_beside_each_other_in_80_columns() -> None:
    """One rival at a time was seen there."""
    heading = lines(four_runs(), 79)[0]
    assert "←→" not in heading
    assert [name for name in heading.split() if name.isalpha()] == ["fast", "base", "slow", "seed"]


def test_in_narrow_columns_a_row_says_where_the_values_and_differences_hold() -> None:
    """Of a run that went further than the baseline the difference is at the last step that both have."""
    found = lines(four_runs(), 79)
    values = ["2.0000", "2.1250", "+0.1250", "2.2500", "+0.3750", "2.0625", "+0.0625"]
    assert words_of(found, "val_loss") == values
    assert words_of(found, "at step") == ["1001", "1001", "1201", "Δ@1001", "1001"]
    best = ["2.0000", "@1001", "2.1250", "@1001", "2.2500", "@1201", "2.0625", "@1001"]
    assert words_of(found, "val_loss best") == best
    assert not any("at step" in line for line in lines(four_runs(), 160) if "metrics" not in line)


def test_where_the_differences_hold_is_said_in_short_words() -> None:
    """For the axis that they stand on; of one run there is nothing to say."""
    even = [run_of("one"), run_of("two")]
    assert "metrics   latest; Δ to the baseline at the same step" in map(str.strip, lines(even, 79))
    longer = " metrics   latest; Δ to the baseline at the same step, else the last both have"
    assert longer in lines(four_runs(), 79)
    timed = CompareTable(CompareSpec(compare_runs(even, axis=ELAPSED), 79))
    assert any(
        "Δ to the baseline at the same time" in line_text(timed.line(row)) for row in range(len(timed))
    )
    assert "metrics   latest" in map(str.strip, lines(even[:1], 79))


def test_what_only_the_baseline_has_is_said_and_bold() -> None:
    """Keys of which no other run has its value, behind the number of those that differ."""
    compared = compare_runs(four_runs())
    table = CompareTable(CompareSpec(compared, 79))
    assert (
        line_text(table.line(0)).strip() == "config   3 of 3 keys differ   only fast has lr=6e-04, warmup=500"
    )
    bold = [
        segment.text.strip()
        for row in (1, 2, 3)
        for segment in table.line(row)
        if segment.style is not None and segment.style.bold
    ]
    assert bold == ["lr", "6e-04", "warmup", "500"]


def test_nothing_is_only_the_baselines_where_there_is_nothing_to_tell() -> None:
    """Beside one other run everything that differs is; a value that another run has, too, is not; a run
    without any config is no other.
    """
    without = make_run("without", config={}, metrics={"val_loss": [3.0]})
    for runs in (
        four_runs()[:2],
        [run_of("one", lr=1e-3), run_of("two", lr=1e-3), run_of("three")],
        [run_of("one", lr=1e-3), run_of("two"), without],
        [without, run_of("one", lr=1e-3), run_of("two")],
    ):
        assert not any("   only " in line for line in lines(runs, 120))


def test_a_key_that_the_baseline_alone_lacks_is_told_as_well() -> None:
    runs = [run_of("bare"), *(run_of(name, clip=1.0) for name in ("one", "two"))]
    assert "only bare has clip=–" in lines(runs, 79)[1]


def test_more_than_a_line_has_room_for_is_counted() -> None:
    """On a line of its own below the title, within the width."""
    many = {f"a_rather_long_key_{number}": number for number in range(12)}
    runs = [
        run_of("best", **many),
        run_of("one", **dict.fromkeys(many, -1)),
        run_of("two", **dict.fromkeys(many, -1)),
    ]
    found = lines(runs, 79)
    assert found[1] == " config   12 of 15 keys differ"
    assert found[2].startswith(" only best has a_rather_long_key_0=0, ")
    assert found[2].endswith(" and 10 more")
    assert len(found[2]) <= 79


@pytest.mark.parametrize("width", range(50, 130, 10))
def test_names_are_told_apart_by_what_differs_in_them(width: int) -> None:
    """Not by a number put behind them, whatever is scrolled into sight."""
    begin = "transformer_language_model_lr"
    names = [
        f"{begin}{lr}_warmup{warmup}_seed{seed}"
        for lr in ("1e-3", "3e-4")
        for warmup in (1, 5)
        for seed in (1, 2)
    ]
    seen: set[str] = set()
    for first in range(len(names)):
        heading = lines([run_of(name) for name in names], width, first=first)[0]
        seen |= set(re.findall("[◆●] (\\S+)", heading))
    assert len(seen) == len(names)
    assert all(re.search(r"lr[13].*[15]_?s?e?e?d?[12]$", name) for name in seen), seen


def test_long_values_are_told_apart_as_well() -> None:
    """Paths were cut in their middle, where they differ."""
    begin = "/data/teams/llm/tinystories/v2/shards/train_"
    paths = {name: f"{begin}{number}_of_a_hundred.bin" for number, name in enumerate(("one", "two", "three"))}
    found = lines([run_of(name, path=path) for name, path in paths.items()], 79)
    assert len(set(words_of(found, "path"))) == 3


def test_what_is_out_of_sight_is_said_without_moving_a_name() -> None:
    """With short labels the words are shorter, too."""
    runs = [make_run(f"run_{number}", metrics={"loss": [3.0 - number]}) for number in range(12)]
    heading = lines(runs, 60)[0]
    assert re.match(r" 2–\d of 12 ←→ +◆ run_0", heading)
    first = next(line for line in lines(runs, 60) if line.startswith(" loss"))
    assert heading.index("◆ run_0") < first.index("3.0000") + len("3.0000")
    assert " ● " in heading
