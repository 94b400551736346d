"""The values at the cursor: each row says its step, and a value from elsewhere says its own."""

from __future__ import annotations

from dataclasses import replace

from tuimon.analysis.at_cursor import SampleNear
from tuimon.analysis.axes import GRADIENT_STEP
from tuimon.charts.cursor_values import CursorValues, ValueColumn, cursor_lines, cursor_note


def at(step: float, value: float) -> SampleNear:
    return SampleNear(x=step, value=value, smoothed=None, step=step, elapsed=step, beyond=False)


def values(*columns: ValueColumn) -> CursorValues:
    return CursorValues(1180.0, GRADIENT_STEP, ("one", "two"), ("red", "blue"), columns, None)


def texts(shown: CursorValues, width: int) -> list[list[str]]:
    return ["".join(part.text for part in line).split() for line in cursor_lines(shown, width, 3)]


def test_a_row_is_at_its_nearest_sample_and_a_value_from_elsewhere_says_its_step() -> None:
    """Whichever metric comes first; where all were logged at one step nothing is added."""
    shown = values(
        ValueColumn("val_loss", 0.0, (at(1200, 2.5), at(1180, 2.5))),
        ValueColumn("train_loss", 0.0, (at(1180, 3.5), at(1180, 3.5))),
    )
    for width in (80, 120):
        _, one, two = texts(shown, width)
        assert one[2] == "1180"
        assert one[-3:] == ["2.5000", "@1200", "3.5000"]
        assert two[2] == "1180"
        assert two[-2:] == ["2.5000", "3.5000"]
    assert cursor_note(shown) == ""


def test_runs_that_have_nothing_at_the_same_step_are_told_of() -> None:
    """How far their records are apart."""
    shown = values(ValueColumn("val_loss", 0.0, (at(1180, 2.5), at(1177, 2.5))))
    assert cursor_note(shown) == "nearest records, 3 apart"


def test_runs_that_have_ended_before_the_cursor_say_so() -> None:
    """They are not said to be logged apart; one that goes on has only not come so far, one that was cut in
    front begins there. The words give way where there is no room."""
    early, late = replace(at(900, 3.5), beyond=True), replace(at(1300, 3.5), beyond=True)
    columns = (
        ValueColumn("val_loss", 0.0, (at(1180, 2.5), early, early, late, at(1180, 2.5))),
        ValueColumn(
            "train_loss", 0.0, (at(1180, 2.5), early, early, late, replace(at(1170, 2.5), beyond=True))
        ),
    )
    shown = CursorValues(
        1180.0,
        GRADIENT_STEP,
        ("one", "gone", "slow", "cut", "rare"),
        ("red",) * 5,
        columns,
        None,
        live=frozenset({2, 4}),
    )
    rows = ["".join(part.text for part in line) for line in cursor_lines(shown, 100, 6)]
    for row, words in zip(
        rows[1:], ("1180  ", "900 ended", "900 so far", "1300 begins", "1180  "), strict=True
    ):
        assert words in row
    assert cursor_note(shown) == ""
    assert all(row.rstrip().endswith(("2.5000", "3.5000", "@1170")) for row in rows[1:])
    narrow = ["".join(part.text for part in line) for line in cursor_lines(shown, 30, 6)]
    assert any("900" in row and "ended" not in row for row in narrow)


def test_the_smoothed_value_comes_before_other_metrics_and_before_the_end_of_a_long_name() -> None:
    near = replace(at(1180, 2.5), smoothed=2.4)
    apart = (near, at(1177, 2.5))
    columns = [ValueColumn("val_loss", 0.0, apart), ValueColumn("train_loss", 0.0, apart)]
    others = [ValueColumn(name, 0.0, apart) for name in ("lr", "grad_norm", "tokens_per_sec")]
    shown = values(*columns, ValueColumn("train_loss", 0.9, apart), *others)
    long = replace(shown, names=("a" * 40, "b" * 40))
    for each, width in ((shown, 80), (long, 80), (long, 100), (long, 120)):
        heading = texts(each, width)[0]
        assert "train_loss~0.9" in heading
        assert "grad_norm" not in heading or heading.index("train_loss~0.9") < heading.index("grad_norm")
