"""Runs side by side as text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.axes import GRADIENT_STEP
from tuimon.analysis.comparison import (
    ABSENT,
    Comparison,
    ConfigLine,
    Measure,
    MetricCell,
    MetricLine,
    compare_runs,
)
from tuimon.charts.compare_rows import CompareSpec
from tuimon.charts.compare_text import CompareTable
from tuimon.charts.compare_words import config_text
from tuimon.charts.palette import DARK
from tuimon.charts.text_line import line_text
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

NAMES = ("baseline", "lr_6e-04", "lr_1e-03")


def comparison(names: tuple[str, ...] = NAMES, baseline: int = 0) -> Comparison:
    """One differing and one common config key, val_loss with last and best, throughput and time."""
    runs = tuple(
        make_run(name, state=RunState.FINISHED if name == "baseline" else RunState.RUNNING) for name in names
    )
    rest = len(runs) - 1
    return Comparison(
        runs=runs,
        baseline=baseline,
        axis=GRADIENT_STEP,
        at=None,
        config=(
            ConfigLine("max_learning_rate", (3e-4, *[6e-4] * rest), (1.0, *[2.0] * rest), True),
            ConfigLine("optimizer.name", ("AdamW", *[ABSENT] * rest), (None,) * len(runs), True),
            ConfigLine("seed", (42,) * len(runs), (1.0,) * len(runs), False),
        ),
        metrics=(
            MetricLine(
                "val_loss",
                Measure.LAST,
                "min",
                (
                    MetricCell(1.5119, 20000.0),
                    *[
                        MetricCell(1.5336 + 0.1 * i, 11500.0, -0.0383 + 0.1 * i, -0.02, i == 0)
                        for i in range(rest)
                    ],
                ),
            ),
            MetricLine(
                "val_loss",
                Measure.BEST,
                "min",
                (MetricCell(1.4620, 19500.0), *[MetricCell(1.5312, 12000.0, 0.0692, 0.05, False)] * rest),
            ),
            MetricLine(
                "tokens_per_sec",
                Measure.MEAN,
                "max",
                (MetricCell(54000.0), *[MetricCell(51200.0, None, -2800.0, -0.052, False)] * rest),
            ),
            MetricLine(
                "val_loss",
                Measure.REACHED,
                "min",
                (MetricCell(7080.0), *[MetricCell(4860.0, None, -2220.0, -0.31, True)] * rest),
                target=1.6,
            ),
        ),
    )


def text_of(table: CompareTable) -> list[str]:
    return [line_text(line) for line in (*table.heading, *(table.line(index) for index in range(len(table))))]


def config_title(*configs: dict[str, Any]) -> str:
    runs = [make_run(f"run{number}", config=config) for number, config in enumerate(configs)]
    return text_of(CompareTable(CompareSpec(compare_runs(runs), 120)))[1].strip()


def test_the_title_of_the_config_counts_keys_as_a_runs_page_does() -> None:
    """The key with the runs' names among them, which is no difference; runs that logged nothing are said."""
    one, two = {"name": "run0", "lr": 1.0, "seed": 1}, {"name": "run1", "lr": 1.0, "seed": 1}
    assert config_title(one) == "config   3 keys"
    assert config_title(one, two) == "config   3 keys, the same in both runs"
    assert config_title(one, {**two, "lr": 2.0}) == "config   1 of 3 keys differ"
    assert config_title(one, {}) == "config   3 keys, 1 run logged none"
    assert config_title({}, {}) == "config   none of these runs logged one"


def test_a_difference_at_another_step_says_where() -> None:
    base = make_run("base", metrics={"val_loss": [3.0, 2.0]})
    ahead = make_run("ahead", metrics={"val_loss": [3.0, 2.5, 1.0]})
    table = CompareTable(CompareSpec(compare_runs([base, ahead]), 120))
    assert line_with(table, "val_loss ").split()[3:] == ["1.0000", "@3", "+0.5000", "@2"]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_labels_and_names_use_the_room_that_no_further_run_needs(width: int) -> None:
    """With runs out of sight, too: a key of the config is whole, of the names all that differs."""
    names = (
        "lr_6e-04_wd0.0",
        *(f"lr_{rate}_wd0.1" for rate in ("1e-02", "1e-03", "6e-04", "3e-04", "1e-04")),
    )
    table = CompareTable(CompareSpec(comparison(names), width))
    assert table.furthest
    assert "6e-04_wd0.0" in text_of(table)[0]
    assert "max_learning_rate" in text_of(table)[2]


def test_the_latest_values_are_not_said_twice_where_they_are_those_at_the_cursor() -> None:
    """Where all runs end at the cursor; one that has gone on keeps the line of the latest values."""
    runs = [make_run("base", metrics={"loss": [3.0, 2.0]}), make_run("other", metrics={"loss": [3.0, 2.5]})]
    longer = make_run("longer", metrics={"loss": [3.0, 2.5, 2.4]})

    def labels(*runs: RunSnapshot, at: float) -> list[str]:
        table = CompareTable(CompareSpec(compare_runs(runs, at=at), 120))
        rows = [text[:16].strip() for text in text_of(table)]
        return [row for row in rows if row in ("loss", "loss @1", "loss @2")]

    assert labels(*runs, at=2.0) == ["loss @2"]
    assert labels(*runs, at=1.0) == ["loss @1", "loss"]
    assert labels(*runs, longer, at=2.0) == ["loss @2", "loss"]


def test_it_is_said_that_values_at_the_cursor_are_interpolated() -> None:
    """They looked like samples: the value at 1.5 of a run that logged at 1 and 2."""
    runs = [make_run("base", metrics={"loss": [3.0, 2.0]}), make_run("other", metrics={"loss": [3.0, 2.5]})]
    text = text_of(CompareTable(CompareSpec(compare_runs(runs, at=1.5), 120)))
    (title,) = (line.strip() for line in text if "interpolated" in line)
    assert title == "metrics   at 1.5 gradient steps, interpolated; Δ to the baseline"
    assert len(title) < 80
    assert any("2.5000 @1.5" in line for line in text)


def line_with(table: CompareTable, start: str) -> str:
    return next(text for text in text_of(table) if text.strip().startswith(start))


def test_differing_config_comes_first_and_the_rest_is_hidden_until_asked_for() -> None:
    shown = CompareTable(CompareSpec(comparison(), 120))
    everything = CompareTable(CompareSpec(comparison(), 120, all_config=True))
    assert [text.split()[0] for text in text_of(shown)[2:4]] == ["max_learning_rate", "optimizer.name"]
    assert "2 of 3 keys differ" in text_of(shown)[1]
    assert not any(text.strip().startswith("seed") for text in text_of(shown))
    assert line_with(everything, "seed").split() == ["seed", "42", "42", "42"]


def test_a_cell_says_value_step_and_difference() -> None:
    table = CompareTable(CompareSpec(comparison(), 120))
    assert line_with(table, "val_loss ").split()[:6] == [
        "val_loss",
        "1.5119",
        "@20.0k",
        "1.5336",
        "@11.5k",
        "−0.0383",
    ]
    assert line_with(table, "val_loss best").split()[2:4] == ["1.4620", "@19.5k"]
    assert "−5.2%" in line_with(table, "tok/s mean")
    assert line_with(table, "time to 1.6000").split()[3:] == ["1h58m", "1h21m", "−37m", "1h21m", "−37m"]
    assert line_with(table, "max_learning_rate").split() == [
        "max_learning_rate",
        "3e-04",
        "6e-04",
        "×2",
        "6e-04",
        "×2",
    ]


def test_a_learning_rate_is_compared_by_its_share() -> None:
    base = comparison()
    cells = (MetricCell(3e-4), MetricCell(6e-4, None, 3e-4, 1.0), MetricCell(3e-3, None, 2.7e-3, 9.0))
    line = MetricLine("learning_rate", Measure.LAST, None, cells)
    table = CompareTable(CompareSpec(Comparison(base.runs, 0, base.axis, None, (), (line,)), 120))
    assert line_text(table.line(len(table) - 1)).split() == ["lr", "3e-04", "6e-04", "×2", "3e-03", "×10"]


def test_config_and_metric_write_one_ratio_alike() -> None:
    """Below twice as much as percent, from there on as a factor; the same in both parts of the table."""
    base = comparison()
    cells = (
        MetricCell(3e-4),
        MetricCell(5e-4, None, 2e-4, 5e-4 / 3e-4 - 1),
        MetricCell(6e-4, None, 3e-4, 1.0),
    )
    line = MetricLine("learning_rate", Measure.LAST, None, cells)
    config = ConfigLine("max_lr", (3e-4, 5e-4, 6e-4), (None, 5e-4 / 3e-4, 2.0), True)
    table = CompareTable(CompareSpec(Comparison(base.runs, 0, base.axis, None, (config,), (line,)), 120))
    for name in ("max_lr ", "lr "):
        assert line_with(table, name).split()[1:] == ["3e-04", "5e-04", "+67%", "6e-04", "×2"]


def test_numbers_of_a_run_end_in_the_same_column() -> None:
    table = CompareTable(CompareSpec(comparison(), 120))
    ends = {
        line_with(table, start).index(value) + len(value)
        for start, value in (("val_loss best", "1.5312"), ("val_loss ", "1.5336"), ("max_learning", "6e-04"))
    }
    assert len(ends) == 1


def test_better_is_green_and_worse_is_red() -> None:
    table = CompareTable(CompareSpec(comparison(), 120))
    index = next(i for i in range(len(table)) if line_text(table.line(i)).startswith(" val_loss "))
    colours = {
        segment.text: segment.style.color.name
        for segment in table.line(index)
        if segment.style is not None and segment.style.color is not None
    }
    assert colours["−0.0383"] == DARK.good
    assert colours["+0.0617"] == DARK.bad


def test_a_key_that_a_run_lacks_is_absent_not_empty() -> None:
    assert line_with(CompareTable(CompareSpec(comparison(), 120)), "optimizer.name").split() == [
        "optimizer.name",
        "AdamW",
        "–",
        "–",
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_runs_beyond_the_width_are_reached_sideways_with_the_baseline_in_sight(width: int) -> None:
    names = ("baseline", *(f"run_{number}" for number in range(1, 8)))
    seen: set[int] = set()
    first = 0
    while True:
        table = CompareTable(CompareSpec(comparison(names), width, first=first))
        assert table.shown[0] == 0
        assert all(text.startswith("◆ baseline", text.index("◆")) for text in text_of(table)[:1])
        seen.update(table.shown)
        if first >= table.furthest:
            break
        first += 1
    assert seen == set(range(8))
    assert CompareTable(CompareSpec(comparison(names), width, first=99)).first == first


def test_the_chosen_run_has_a_cursor_and_is_always_in_sight() -> None:
    names = ("baseline", *(f"run_{number}" for number in range(1, 8)))
    compared = comparison(names)
    for first in (0, 3, 99):
        for place, run in enumerate(compared.runs):
            table = CompareTable(CompareSpec(compared, 80, first=first, chosen=run.key))
            assert place in table.shown
            sign = "◆" if place == 0 else "●"
            assert f">{sign} {run.name}" in text_of(table)[0]
            assert text_of(table)[0].count(">") == 1
    assert table.order == tuple(run.key for run in compared.runs)


def test_the_hint_to_scroll_counts_the_baseline_as_run_1_and_touches_no_name() -> None:
    compared = comparison(("baseline", *(f"run_{number}" for number in range(1, 6))))
    headings = [text_of(CompareTable(CompareSpec(compared, 80, first=first)))[0] for first in (0, 99)]
    assert re.match(r" runs 2–\d of 6 ←→ +◆ baseline", headings[0])
    assert re.match(r" runs \d–6 of 6 ←→ +◆ baseline", headings[1])


def test_everything_fits_without_a_hint_to_scroll() -> None:
    table = CompareTable(CompareSpec(comparison(), 120))
    assert table.furthest == 0
    assert "←→" not in text_of(table)[0]


def test_any_run_can_be_the_baseline() -> None:
    table = CompareTable(CompareSpec(comparison(baseline=2), 160))
    assert table.shown == (2, 0, 1)
    assert text_of(table)[0].index("◆ lr_1e-03") < text_of(table)[0].index("● baseline")


def test_equal_configs_and_missing_ones_are_said() -> None:
    base = comparison()
    same = Comparison(base.runs, 0, base.axis, None, base.config[2:], ())
    none = Comparison(base.runs, 0, base.axis, None, (), ())
    assert "the same in all 3 runs" in text_of(CompareTable(CompareSpec(same, 100)))[1]
    assert "none of these runs logged one" in text_of(CompareTable(CompareSpec(none, 100)))[1]
    assert "none yet" in text_of(CompareTable(CompareSpec(none, 100)))[-1]


def test_nan_is_red_and_never_the_best() -> None:
    base = comparison()
    line = MetricLine(
        "val_loss", Measure.LAST, "min", (MetricCell(2.0), MetricCell(float("nan")), MetricCell(3.0))
    )
    table = CompareTable(CompareSpec(Comparison(base.runs, 0, base.axis, None, (), (line,)), 120))
    styles = {segment.text: segment.style for segment in table.line(len(table) - 1)}
    nan, best = styles["NaN"], styles["2.0000"]
    assert nan is not None
    assert nan.color is not None
    assert nan.color.name == DARK.bad
    assert best is not None
    assert best.bold


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("max_learning_rate", 6e-4, "6e-04"),
        ("optim.lr", 0.00123456, "0.00123456"),  # not rounded: what differs must look different
        ("lr", 1e-4 * 3, "3e-04"),  # 0.00030000000000000003
        ("dropout", 0.1, "0.1"),
        ("weight_decay", float("nan"), "nan"),
        ("flag", True, "True"),
        ("seed", None, "None"),
        ("betas", [0.9, 0.95], "[0.9,0.95]"),
        ("name", "", '""'),
        ("name", "a\x1b[31mb\n", "a·[31mb·"),
        ("anything", ABSENT, "–"),
    ],
)
def test_config_values_are_exact_and_harmless(key: str, value: object, text: str) -> None:
    assert config_text(key, value) == text


HOSTILE = ("[bold]x[/bold]", "../../etc", "e\x1b[31mvil\x07", "幅広い名前" * 20, "x" * 200, "​zero", "")


@pytest.mark.parametrize("width", [0, 1, 5, 20, 40, 80, 120, 200])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_hostile_names_at_any_width_keep_every_line_in_its_place(width: int, ascii_only: bool) -> None:
    table = CompareTable(CompareSpec(comparison(HOSTILE), width, ascii=ascii_only, all_config=True))
    for text in text_of(table):
        assert cell_len(text) == width
        assert "\x1b" not in text
        assert text.isascii() or not ascii_only


@given(st.lists(st.text(max_size=60), min_size=2, max_size=8), st.integers(0, 250), st.integers(-3, 20))
def test_lines_are_always_as_wide_as_asked(names: list[str], width: int, first: int) -> None:
    table = CompareTable(CompareSpec(comparison(tuple(names)), width, first=first))
    assert all(cell_len(text) == width for text in text_of(table))
    assert len(table.shown) >= 2
