"""Which run a word means, and what is said where it means none or several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.in_process import Shell
from tests.cli.telling_runs import HOSTILE, write_telling_runs
from tuimon import ExperimentAnalyzer

LOGS = Path("experiment_logs")


def chosen_id(shell: Shell, *words: str | Path) -> str:
    """The run id of the rows that ``export --format jsonl`` writes; each has it."""
    done = shell.run("export", "--format", "jsonl", *words)
    assert done.code == 0, done
    (run_id,) = {json.loads(line)["run_id"] for line in done.lines}
    return str(run_id)


@pytest.mark.parametrize(
    ("word", "run_id"),
    [
        ("baseline", "tellyaaa"),
        ("tellzaaa", "tellzaaa"),
        ("lr_6", "tellzaaa"),
        ("tell2", "tell2aaa"),
        ("@", "tell5aaa"),
        (HOSTILE, "tell5aaa"),
        ("=cmd", "tell5aaa"),
        ("experiment_logs/experiment_0_20260105_090000.jsonl", "tellyaaa"),
        ("twin@tell3aaa", "tell3aaa"),
    ],
)
def test_a_run_by_name_id_prefix_path_or_the_newest(word: str, run_id: str, shell: Shell, runs: Path) -> None:
    """Each way of naming a run, hostile characters included."""
    assert chosen_id(shell, word) == run_id


def test_of_two_runs_of_a_name_the_newest_and_that_there_is_another(shell: Shell, runs: Path) -> None:
    """The earlier one is named on stderr, as it can be asked for; stdout is the newest's alone."""
    done = shell.run("export", "twin", "--format", "jsonl")
    assert {json.loads(line)["run_id"] for line in done.lines} == {"tell4aaa"}
    assert done.err == "tuimon: twin: the newest of 2 runs of this name; earlier: twin@tell3aaa\n"


def test_a_document_beside_its_log_is_the_log(shell: Shell, runs: Path) -> None:
    """What ``tracker.save()`` wrote is the same run; named twice it comes once."""
    log = LOGS / "experiment_0_20260105_090000.jsonl"
    assert shell.run("export", "baseline", "--format", "json", "-o", log.with_suffix(".json")).code == 0
    rows = shell.good("export", log.with_suffix(".json"), log, "baseline", "--format", "jsonl").splitlines()
    assert len(rows) == 200


@pytest.mark.parametrize("command", ["show", "plot", "export", "tail"])
def test_an_unknown_run(command: str, shell: Shell, runs: Path) -> None:
    """Exit code 1 and the nearest name."""
    code, line = shell.failing(command, "baselin3")
    assert (code, line) == (
        1,
        "tuimon: experiment_logs: no run is called 'baselin3'; did you mean 'baseline'?",
    )


@pytest.mark.parametrize("words", [(), ("--log-dir", "nowhere")])
def test_a_directory_is_no_run(words: tuple[str, ...], shell: Shell, runs: Path) -> None:
    """It is told from a run, and how to look into it."""
    code, line = shell.failing("show", ".", *words)
    assert (code, line) == (1, "tuimon: .: a directory, not a run; --log-dir . looks for runs in it")


def test_a_name_longer_than_a_files_may_be(shell: Shell, runs: Path) -> None:
    """No path, so a name; here of no run."""
    code, line = shell.failing("show", "a" * 5000)
    assert code == 1
    assert "no run is called" in line


def test_an_ambiguous_beginning_lists_what_it_may_mean(shell: Shell, runs: Path) -> None:
    """Exit code 1 and the matches with their ids."""
    code, line = shell.failing("show", "lr_")
    assert code == 1
    assert line == (
        "tuimon: 'lr_' is the beginning of several runs: lr_1e-02 (tell2aaa), lr_6e-04 (tellzaaa)"
    )


@pytest.mark.parametrize("command", ["show", "plot", "export", "tail", "best"])
def test_a_directory_without_runs(
    command: str, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No runs yet is a failure of a command that needs one."""
    monkeypatch.chdir(tmp_path)
    LOGS.mkdir()
    word = () if command == "best" else ("@",)
    assert shell.failing(command, *word) == (1, "tuimon: experiment_logs: no runs yet")


@pytest.mark.parametrize("command", ["show", "plot", "export", "tail", "compare", "best", "ls"])
def test_a_directory_that_is_not_there(
    command: str, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, naming it."""
    monkeypatch.chdir(tmp_path)
    words = {"best": (), "ls": (), "compare": ("a", "b")}.get(command, ("a",))
    code, line = shell.failing(command, *words, "--log-dir", "nowhere")
    assert code == 1
    assert line.startswith("tuimon: nowhere: no such directory")


def test_log_directories_add_up(shell: Shell, runs: Path) -> None:
    """``--log-dir`` twice, in front of the command or behind it: runs of both."""
    write_telling_runs(runs / "more")
    done = shell.run("--log-dir", "experiment_logs", "export", "baseline", "--log-dir", "more")
    assert done.code == 0
    assert "the newest of 2 runs of this name" in done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show",), "RUN"),
        (("show", "a", "b"), "b"),
        (("compare",), "two runs"),
        (("compare", "baseline"), "two runs"),
        (("compare", "baseline", "tellyaaa"), "the same run"),
        (("compare", "baseline", "lr_6", "--at", "soon"), "'soon'"),
        (("compare", "baseline", "lr_6", "--jso"), "--jso"),
        (("plot",), "needs a run"),
        (("plot", "@", "--smooth", "1"), "--smooth"),
        (("plot", "@", "--output", "chart.png"), "chart.png"),
        (("plot", "--sweep", "seed", "--x", "elapsed"), "--sweep"),
        (("best", "--mode", "most"), "most"),
        (("best", "--filter", "state:"), "--filter"),
        (("best", "--metric", "tokens_per_sec"), "--mode"),
        (("tail", "@", "--lines", "-1"), "-1"),
        (("export",), "needs a run"),
        (("export", "@", "--format", "xml"), "xml"),
    ],
)
def test_a_wrong_call(words: tuple[str, ...], message: str, shell: Shell, runs: Path) -> None:
    """Exit code 2 and one line that says what is wrong."""
    code, line = shell.failing(*words)
    assert code == 2
    assert message in line


@pytest.mark.parametrize(
    ("shown", "metric"), [("tok/s", "tokens_per_sec"), ("ms/it", "iter_time_ms")], ids=lambda text: text
)
def test_a_metric_is_named_as_it_is_shown(shown: str, metric: str, shell: Shell, runs: Path) -> None:
    """The short names of tables and strips mean their metrics, along x as well."""
    for words in (
        ("show", "baseline", "--metric"),
        ("plot", "baseline", "--metric"),
        ("best", "--mode", "max", "--metric"),
    ):
        assert shell.good(*words, shown) == shell.good(*words, metric)
    plot = ("plot", "baseline", "--metric", "val_loss", "--x")
    assert shell.good(*plot, shown) == shell.good(*plot, metric)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("plot", "baseline", "--metric", "val_los"),
            "baseline has no metric 'val_los'; did you mean 'val_loss'?",
        ),
        (("show", "baseline", "--metric", "zzz"), "baseline has no metric 'zzz'; there are "),
        (("plot", "baseline", "lr_6", "--x", "elapsd"), "no x axis 'elapsd'; did you mean 'elapsed'?"),
        (("best", "--metric", "accuracy"), "no metric 'accuracy'"),
        (("compare", "baseline", "lr_6", "--x", "zzz"), "no x axis 'zzz'"),
        (("plot", "--sweep", "max_learning_rat"), "did you mean 'max_learning_rate'?"),
        (("plot", "--sweep", "seed", "--metric", "tokens_per_sec"), "whether less or more is better"),
    ],
)
def test_a_metric_or_axis_that_is_not_there(
    words: tuple[str, ...], message: str, shell: Shell, runs: Path
) -> None:
    """Exit code 1 and the nearest one."""
    code, line = shell.failing(*words)
    assert code == 1
    assert message in line


def test_best_by_any_metric_and_mode(shell: Shell, runs: Path) -> None:
    """The best finite value by the direction of the metric, or by the one that is asked for."""
    best = {
        words: json.loads(shell.good("best", "--json", *words))
        for words in [
            (),
            ("--mode", "max"),
            ("--metric", "tokens_per_sec", "--mode", "max"),
            ("--filter", "not baseline"),
        ]
    }
    assert best[()]["name"] == "baseline"
    assert (best[()]["metric"], best[()]["step"]) == ("val_loss", 199)
    assert best[()]["config"]["optimizer"] == {"name": "adamw", "betas": [0.9, 0.95]}
    assert best[("--mode", "max")]["name"] == "lr_1e-02"
    assert best[("--metric", "tokens_per_sec", "--mode", "max")]["value"] == 51200.0
    assert best[("--filter", "not baseline")]["name"] == "lr_6e-04"


def test_a_direction_from_the_settings(shell: Shell, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the person said of a metric holds for ``best`` and for sweeps; nobody has to say --mode."""
    settings = runs / "settings.toml"
    settings.write_text('[metrics.directions]\n"learning_*" = "max"\n', encoding="utf-8")
    monkeypatch.setenv("TUIMON_SETTINGS", str(settings))
    best = json.loads(shell.good("best", "--metric", "learning_rate", "--json"))
    assert (best["name"], best["value"]) == ("lr_1e-02", 0.01)
    swept = shell.good("plot", "--sweep", "seed", "--metric", "learning_rate", width=120)
    assert "best learning_rate by seed" in swept


def test_best_where_none_matches(shell: Shell, runs: Path) -> None:
    """A filter that leaves nothing is said."""
    code, line = shell.failing("best", "--filter", "tag:none")
    assert (code, line) == (1, "tuimon: experiment_logs: no run matches 'tag:none'")


def test_the_shell_and_python_give_the_same_answer(shell: Shell, runs: Path) -> None:
    """``best`` names the run and the value that the Analyzer names, whatever the metric."""
    analyzer = ExperimentAnalyzer(LOGS)
    analyzer.load_all()
    for metric in ("val_loss", "train_loss"):
        best = json.loads(shell.good("best", "--metric", metric, "--json"))
        assert (best["name"], best["value"]) == analyzer.get_best_experiment(metric)
    best = json.loads(shell.good("best", "--metric", "learning_rate", "--mode", "max", "--json"))
    assert (best["name"], best["value"]) == analyzer.get_best_experiment("learning_rate", "max")
