"""The names of exported files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.charts.runs_by_hand import make_run
from tuimon.export.file_names import export_path


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("baseline", "baseline_all.csv"),
        ("lr=0.3", "lr_0.3_all.csv"),
        ("../../x", "_.._x_all.csv"),
        ("-rf", "rf_all.csv"),
        (".hidden", "hidden_all.csv"),
        ("", "run_all.csv"),
        ("...", "run_all.csv"),
    ],
)
def test_a_file_is_called_after_its_run(name: str, file_name: str, tmp_path: Path) -> None:
    """Whatever the run is called, the file is in this directory, seen, and no option of a command."""
    path = export_path(tmp_path, make_run(name))
    assert path.name == file_name
    assert path.parent == tmp_path


def test_the_name_says_which_metric_is_in_it_and_where_it_is_taken_which_run(tmp_path: Path) -> None:
    """Another run of this name gets its id into the name of its file."""
    run = make_run("baseline", header={"run_id": "ab12cd34"})
    path = export_path(tmp_path, run, "val/loss", ".svg")
    assert path.name == "baseline_val_loss.svg"
    path.touch()
    assert export_path(tmp_path, run, "val/loss", ".svg").name == "baseline_ab12cd34_val_loss.svg"
