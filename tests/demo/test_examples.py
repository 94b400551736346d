"""The three examples of the original, as a newcomer runs them: in order, in one directory."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tuimon

DEMO = Path(__file__).parents[2] / "demo"


def run(script: str, directory: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "TUIMON_DIR"}
    package = str(Path(tuimon.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-W", "error", str(DEMO / script)],
        cwd=directory,
        env={**environment, "PYTHONPATH": package, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each example printed; the last one wrote into ``directory``."""
    directory = tmp_path_factory.mktemp("examples")
    scripts = ("basic_tracking.py", "several_experiments.py", "analysis_and_comparison.py")
    return {"directory": str(directory), **{script: run(script, directory) for script in scripts}}


def number_after(label: str, text: str) -> float:
    found = re.search(rf"{label}\s+([\d.]+)", text)
    assert found is not None, text
    return float(found[1])


def test_basic_tracking_learns_and_sums_up(outputs: dict[str, str]) -> None:
    """Real numbers: the loss falls from that of guessing, and the document is saved."""
    shown = outputs["basic_tracking.py"]
    assert re.match(r"saved experiment_logs/experiment_baseline_\d{8}_\d{6}\.json\n", shown)
    assert number_after("best val loss", shown) < 2.8
    assert "iterations logged 150, gradient steps 150" in shown
    assert "notes: the first example" in shown


def test_several_experiments_are_compared(outputs: dict[str, str]) -> None:
    """A line for each of the seven runs that there are now, the best first."""
    lines = outputs["several_experiments.py"].split("\n\n")[1].splitlines()
    assert lines[0].split()[:3] == ["name", "state", "max_learning_rate"]
    losses = [float(line.split()[5]) for line in lines[2:]]
    assert len(losses) == 7
    assert losses == sorted(losses)
    assert 2.0 < losses[0] < losses[-1] < 3.5


def test_analysis_finds_the_best_and_exports_it(outputs: dict[str, str]) -> None:
    """Its loss, means over seeds, times, the comparison, a CSV with a line for each iteration."""
    shown = outputs["analysis_and_comparison.py"]
    best = re.match(r"Best: (\S+) \(([\d.]+)\)\n", shown)
    assert best is not None
    assert number_after("best val loss", shown) == pytest.approx(float(best[2]), abs=1e-5)
    assert len(re.findall(r"\(n = [23]\)", shown)) == 3
    assert shown.count("train_loss 3.0 after") >= 5
    assert f"{best[1]} (baseline)" in shown
    assert re.search(r"^@ iteration .*\(baseline\)", shown, re.MULTILINE)
    assert "@150" not in shown
    with open(Path(outputs["directory"]) / "best_experiment.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 150
    assert min(float(row["val_loss"]) for row in rows if row["val_loss"]) == pytest.approx(
        float(best[2]), abs=1e-6
    )


def test_every_example_is_in_the_list_for_newcomers() -> None:
    """demo/README.md names the scripts that there are to run."""
    text = (DEMO / "README.md").read_text(encoding="utf-8")
    for script in ("basic_tracking", "several_experiments", "analysis_and_comparison", "train", "sweep"):
        assert f"demo/{script}.py" in text
        assert (DEMO / f"{script}.py").is_file()
