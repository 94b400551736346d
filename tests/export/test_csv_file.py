"""Curves as CSV: what is absent, zero and NaN stay three things, and no cell is a formula."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.runs_by_hand import make_run
from tests.snapshots_by_hand import column
from tests.store.stores import load
from tuimon.analysis import curve_table
from tuimon.export.csv_file import ORIGINAL_COLUMNS, curves_csv, harmless_cell
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import RunBuilder


def table(*runs: RunSnapshot) -> list[list[str]]:
    return list(csv.reader("".join(curves_csv(runs)).splitlines()))


def test_the_original_columns_come_first_and_absent_zero_and_nan_stay_apart(tmp_path: Path) -> None:
    """Read from a log: rows merge as they do on screen."""
    run = RunBuilder(tmp_path, "a").header()
    run.metrics(1, train_loss=0.0, grad_norm=2.5, learning_rate=6e-4)
    run.eval(1, val_loss="NaN").metrics(2, train_loss="-Infinity").metrics(3, acc="Infinity")
    heading, *rows = table(*load(tmp_path).runs)
    assert tuple(heading[:8]) == ORIGINAL_COLUMNS
    assert set(heading[8:]) == {"grad_norm", "acc"}
    read = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [row["iteration"] for row in read] == ["1", "2", "3"]
    assert read[0]["train_loss"] == "0.0"
    assert read[0]["val_loss"] == "NaN"
    assert read[0]["learning_rate"] == "0.0006"
    assert read[1]["train_loss"] == "-Infinity"
    assert read[2]["train_loss"] == ""
    assert read[2]["acc"] == "Infinity"


def test_several_runs_say_which_row_is_whose() -> None:
    """Two runs of one name are told apart by their ids; a metric that one lacks is empty there."""
    first = make_run("a", metrics={"loss": [1.0, 2.0]})
    second = make_run("a", metrics={"reward": [3.0]}, header={"run_id": "zz99zz99"})
    heading, *rows = table(first, second)
    assert heading[8:] == ["run_name", "run_id", "loss", "reward"]
    assert [row[8:] for row in rows] == [
        ["a", "ab12cd34", "1.0", ""],
        ["a", "ab12cd34", "2.0", ""],
        ["a", "zz99zz99", "", "3.0"],
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_no_text_is_a_formula(name: str) -> None:
    """Names of runs and metrics come from a log, so from anybody."""
    run = make_run("x", metrics={name: [1.0], "val_loss": [-0.5]})
    heading, *_ = table(run)
    assert heading[-1] == f"'{name}"
    both = table(replace(run, header=replace(run.header, name=name)), run)
    assert both[1][8] == f"'{name}"
    assert both[1][4] == "-0.5"  # a number stays one


def test_a_metric_named_like_a_column_of_ours_is_told_apart() -> None:
    """No two columns have one title."""
    runs = [make_run("a", metrics={"run_name": [1.0]}), make_run("b")]
    assert table(*runs)[0][8:] == ["run_name", "run_id", "run_name (metric)"]


@pytest.mark.parametrize("block", [1, 2, 3, 100])
def test_the_table_is_the_same_in_blocks_of_any_length(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long run is written a part at a time; no row is lost or moved where two parts meet."""
    run = make_run("a", metrics={"learning_rate": [0.1] * 7})
    run = replace(run, metrics={**run.metrics, "train_loss": column({0: 1.0, 2: 0.0, 6: 7.0})})
    whole = table(run)
    monkeypatch.setattr(curve_table, "BLOCK_ROWS", block)
    assert table(run) == whole
    assert [row[3] for row in whole[1:]] == ["1.0", "", "0.0", "", "", "", "7.0"]


def test_a_run_without_records_is_a_heading(tmp_path: Path) -> None:
    """Nothing to export is no error."""
    RunBuilder(tmp_path, "a").header()
    assert table(*load(tmp_path).runs) == [list(ORIGINAL_COLUMNS)]


@given(st.lists(st.floats(), min_size=1, max_size=20))
def test_values_come_back_exactly(values: list[float]) -> None:
    """What is read again is what was logged, to the last bit."""
    _, *rows = table(make_run("a", metrics={"val_loss": values}))
    for row, value in zip(rows, values, strict=True):
        assert float(row[4]) == value or (math.isnan(value) and row[4] == "NaN")


@given(st.text(max_size=20))
def test_harmless_cells_begin_like_no_formula(text: str) -> None:
    """Whatever the text."""
    assert not harmless_cell(text).strip(" ").startswith(("=", "+", "-", "@"))
