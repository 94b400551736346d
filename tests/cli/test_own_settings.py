"""The person's settings hold for the commands as they do for the app."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.cli.commands import run_tuimon
from tuimon import ExperimentAnalyzer
from tuimon.analysis.metric_roles import tell_directions
from tuimon.cli.own_settings import is_coloured, run_store
from tuimon.cli.printing import Paper, stdout_paper
from tuimon.store.liveness import RunState
from tuimon.testing import RunBuilder


def settings(folder: Path, text: str) -> dict[str, str]:
    """The environment of someone whose settings file holds ``text``."""
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return {"TUIMON_SETTINGS": str(file), "TERM": "xterm-256color"}


def two_runs(folder: Path) -> Path:
    logs = folder / "logs"
    logs.mkdir()
    for name, score in (("low", 1.0), ("high", 9.0)):
        RunBuilder(logs, name).header().metrics(0, elo=score).end("finished")
    return logs


def test_a_direction_that_is_told_decides_on_the_best(tmp_path: Path) -> None:
    """By its name nobody can tell of elo; the settings can, both ways, and ``none`` takes it back."""
    logs = two_runs(tmp_path)

    def best(direction: str) -> tuple[int, str]:
        environment = settings(tmp_path, f'[metrics.directions]\n"el*" = "{direction}"\n')
        words = ("best", "--metric", "elo", "--log-dir", logs, "--json")
        done = run_tuimon(*words, cwd=tmp_path, environment=environment)
        return done.returncode, json.loads(done.stdout)["name"] if done.stdout else done.stderr

    assert best("max") == (0, "high")
    assert best("min") == (0, "low")
    code, said = best("none")
    assert code == 2
    assert "say --mode" in said


@pytest.mark.parametrize(("direction", "name"), [("max", "high"), ("min", "low")])
def test_the_analyzer_names_the_same_best_run_as_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direction: str, name: str
) -> None:
    """By the directions in the settings, in every answer; a ``mode`` goes before them."""
    logs = two_runs(tmp_path)
    environment = settings(tmp_path, f'[metrics.directions]\n"el*" = "{direction}"\n')
    words = ("best", "--metric", "elo", "--log-dir", logs, "--json")
    done = run_tuimon(*words, cwd=tmp_path, environment=environment)
    monkeypatch.setenv("TUIMON_SETTINGS", environment["TUIMON_SETTINGS"])
    analyzer = ExperimentAnalyzer(logs).load_all()
    try:
        assert json.loads(done.stdout)["name"] == name
        best = analyzer.get_best_experiment("elo")
        assert best is not None
        assert best[0] == name
        assert "best elo" in analyzer.get_comparison_table("elo")
        assert analyzer.get_best_experiment("elo", mode="min") == ("low", 1.0)
        assert analyzer.get_best_experiment("elo", mode="max") == ("high", 9.0)
    finally:
        tell_directions({})


def test_the_analyzer_reads_the_settings_at_each_load_and_warns_of_wrong_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong elsewhere in the file is the app's affair."""
    logs = two_runs(tmp_path)
    environment = settings(tmp_path, '[metrics.directions]\nelo = "up"\n[charts]\nsmoothing = "much"\n')
    monkeypatch.setenv("TUIMON_SETTINGS", environment["TUIMON_SETTINGS"])
    analyzer = ExperimentAnalyzer(logs)
    try:
        with pytest.warns(UserWarning, match=r"settings: .*metrics\.directions.*elo") as told:
            analyzer.load_all()
        assert len(told) == 1
        with pytest.raises(ValueError, match="mode="):
            analyzer.get_best_experiment("elo")
        settings(tmp_path, '[metrics.directions]\nelo = "max"\n')
        assert analyzer.load_all().get_best_experiment("elo") == ("high", 9.0)
    finally:
        tell_directions({})


def test_ls_judges_by_the_told_direction(tmp_path: Path) -> None:
    """The best value of a run in the list is the greatest one where more is better, else the least."""
    log = RunBuilder(tmp_path, "one").header()
    for step, score in enumerate((5.0, 9.0, 1.0, 4.0)):
        log.metrics(step, elo=score)

    def best(direction: str) -> float:
        environment = settings(tmp_path, f'[metrics.directions]\nelo = "{direction}"\n')
        (run,) = json.loads(
            run_tuimon("ls", "--json", log.path, cwd=tmp_path, environment=environment).stdout
        )
        return float(run["best"])

    assert (best("max"), best("min")) == (9.0, 1.0)


def test_when_a_run_has_stalled_is_set_by_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silent for two minutes: stalled after one, as is usual, and not yet after ten."""
    log = RunBuilder(tmp_path, "far").header(host="elsewhere").metrics(0, train_loss=1.0)
    log.last_written(time.time() - 120)

    def state(text: str) -> RunState:
        monkeypatch.setenv("TUIMON_SETTINGS", settings(tmp_path, text)["TUIMON_SETTINGS"])
        return run_store([log.path]).load_all().runs[0].state

    assert state("") is RunState.STALLED
    assert state("[health]\nstall_seconds = 600\n") is RunState.RUNNING


def test_colours_can_be_turned_off(tmp_path: Path) -> None:
    """look.colours = false is NO_COLOR in the settings."""
    assert is_coloured(settings(tmp_path, ""), is_terminal=True)
    environment = settings(tmp_path, "[look]\ncolours = false\n")
    assert not is_coloured(environment, is_terminal=True)
    assert not stdout_paper(environment).coloured


@pytest.mark.parametrize(("name", "theme"), [("light", "light"), ("dark", "dark"), ("ansi", "ansi")])
def test_the_theme_of_the_settings_is_that_of_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, theme: str
) -> None:
    """Whatever the terminal says of its background."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("COLORFGBG", "15;0" if name == "light" else "0;15")
    chosen = stdout_paper(settings(tmp_path, f'[look]\ntheme = "{name}"\n')).theme_name
    paper = Paper(80, 24, on_terminal=True, coloured=True, ascii=False, theme_name=chosen)
    assert paper.theme.name == theme


def test_the_doctor_names_a_column_that_there_is_not(tmp_path: Path) -> None:
    """With the nearest one and the line of the file; config keys and metrics may be anything."""
    environment = settings(tmp_path, '[table]\ncolumns = ["stp", "cfg.lr", "metric.elo:max", "best"]\n')
    said = run_tuimon("doctor", "--log-dir", tmp_path, cwd=tmp_path, environment=environment).stdout
    assert "settings.toml:2: table.columns: no column 'stp'; did you mean step?" in said
    assert said.count("no column") == 1


def test_starred_metrics_come_first_in_the_snapshot(tmp_path: Path) -> None:
    """The first small chart of ``tuimon --once`` is that of the metric in metrics.starred."""
    builder = RunBuilder(tmp_path, "one").header()
    for step in range(20):
        builder.metrics(step, train_loss=1.0 / (step + 1), alpha=float(step), beta=float(-step))
    environment = settings(tmp_path, '[metrics]\nstarred = ["bet?"]\n') | {"COLUMNS": "120", "LINES": "36"}
    rows = run_tuimon("--once", builder.path, cwd=tmp_path, environment=environment).stdout.splitlines()
    places = {name: next(y for y, row in enumerate(rows) if f"│ {name}" in row) for name in ("alpha", "beta")}
    assert places["beta"] < places["alpha"]


@pytest.mark.parametrize("words", [("ls",), ("show", "low"), ("best", "--metric", "elo", "--mode", "max")])
def test_commands_tell_what_is_wrong_with_the_settings(tmp_path: Path, words: tuple[str, ...]) -> None:
    """One line on stderr, whatever the number of mistakes; the command does its work."""
    logs = two_runs(tmp_path)
    environment = settings(tmp_path, "smothing = 3\nlok = 1\n")
    done = run_tuimon(*words, "--log-dir", logs, cwd=tmp_path, environment=environment)
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"tuimon: {tmp_path / 'settings.toml'}:1: smothing: no such setting")
    assert line.endswith("(and 1 more: tuimon doctor)")
    assert (
        run_tuimon(*words, "--log-dir", logs, cwd=tmp_path, environment=settings(tmp_path, "")).stderr == ""
    )
