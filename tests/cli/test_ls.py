"""``tuimon ls`` on a directory with known contents."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import plain_environment, run_tuimon
from tests.cli.sample_runs import write_run, write_sample_runs
from tests.terminal import TerminalApp
from tuimon.records.quick_read import BLOCK_BYTES, HEADER_BYTES
from tuimon.testing import RunBuilder

TABLE = """\
state          name             id        step  done  best val_loss    last   train  age
◌ stalled      silent           aaaaaaa4   200   50%         3.5000  3.5000  3.5000  AGE
□ interrupted  [bold]·[31m日本  aaaaaaa3   100   25%              –       –  4.0000  AGE
✗ failed       lr_1e-02         aaaaaaa2   300   75%         4.2000  4.2000     NaN  AGE
■ finished     baseline         aaaaaaa1   400  100%         1.6000  1.6000  1.5000  AGE
"""


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A working directory with the sample runs in its default log directory."""
    write_sample_runs(tmp_path / "experiment_logs")
    return tmp_path


def listed(runs: Path, *words: str) -> list[str]:
    """The names in the order in which they are listed."""
    done = run_tuimon("ls", "--json", *words, cwd=runs)
    assert done.returncode == 0, done.stderr
    return [run["name"] for run in json.loads(done.stdout)]


def test_the_table(runs: Path) -> None:
    """The newest first; absent, NaN, wide and hostile text are shown harmless, without ANSI in a pipe."""
    done = run_tuimon("ls", cwd=runs)
    assert (done.returncode, done.stderr) == (0, "")
    assert normalised(done.stdout) == TABLE


def normalised(table: str) -> str:
    """Ages depend on today."""
    return re.sub(
        r" +(age|\d+d(?:\d\dh)?)$", lambda age: "  age" if age[1] == "age" else "  AGE", table, flags=re.M
    )


def test_json_is_strict_and_complete(runs: Path) -> None:
    """Absent is null, NaN a string, steps are integers, and every row has the same keys."""
    done = run_tuimon("ls", "--json", cwd=runs)

    def refuse(token: str) -> float:
        raise AssertionError(f"bare {token} is no JSON")

    rows = json.loads(done.stdout, parse_constant=refuse)
    by_name = {row["name"]: row for row in rows}
    assert len({tuple(row) for row in rows}) == 1
    baseline, odd, failed = by_name["baseline"], by_name["[bold]\x1b[31m日本"], by_name["lr_1e-02"]
    assert (baseline["state"], baseline["step"], baseline["progress"]) == ("finished", 400, 1.0)
    assert (baseline["metric"], baseline["best"], baseline["best_iteration"]) == ("val_loss", 1.6, 400)
    assert (odd["best"], odd["tags"]) == (None, ["odd"])
    assert (failed["train_loss_last"], failed["train_loss_best"], failed["nan_count"]) == ("NaN", 4.0, 1)
    assert baseline["path"] == "experiment_logs/experiment_1_20260105_090001.jsonl"
    assert isinstance(baseline["step"], int)


def test_csv_has_the_same_columns(runs: Path) -> None:
    """A heading and a line a run, text with commas and line ends whole."""
    rows = json.loads(run_tuimon("ls", "--json", cwd=runs).stdout)
    table = list(csv.DictReader(io.StringIO(run_tuimon("ls", "--csv", cwd=runs).stdout)))
    assert [row["name"] for row in table] == [row["name"] for row in rows]
    assert list(table[0]) == list(rows[0])
    assert table[-1]["best"] == "1.6"
    assert table[1]["best"] == ""


def test_one_line_for_a_status_bar(runs: Path) -> None:
    """Counts by state, the best run, and where the live one is."""
    done = run_tuimon("ls", "--oneline", cwd=runs)
    assert done.stdout == "■1 ✗1 □1 ◌1  best val_loss 1.6000 baseline  silent 50%\n"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--sort", "best"), ["baseline", "silent", "lr_1e-02"]),
        (("--sort", "best", "--reverse"), ["lr_1e-02", "silent", "baseline"]),
        (("--sort", "step"), ["silent", "lr_1e-02", "baseline"]),
        (("--sort", "cfg.max_learning_rate"), ["silent", "lr_1e-02", "baseline"]),
        (("--sort", "metric.val_loss"), ["baseline", "silent", "lr_1e-02"]),
        (("--sort", "val_loss"), ["baseline", "silent", "lr_1e-02"]),
        (("--sort", "time"), ["silent", "lr_1e-02", "baseline"]),
        (("--sort", "tok/s"), ["silent", "lr_1e-02", "baseline"]),
        (("--sort", "took"), ["silent", "lr_1e-02", "baseline"]),
        (("--filter", "BASE"), ["baseline"]),
        (("--filter", "odd"), []),
    ],
)
def test_sorting_and_filtering(words: tuple[str, ...], names: list[str], runs: Path) -> None:
    """By a column or a config key, absent values last both ways; words are looked for in names and tags."""
    assert [name for name in listed(runs, *words) if not name.startswith("[")] == names


def test_a_filter_finds_tags(runs: Path) -> None:
    """The run with the tag, whatever its name."""
    assert listed(runs, "--filter", "odd") == ["[bold]\x1b[31m日本"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("val_loss<2", ["baseline"]),
        ("not val_loss<2 and (state:failed or state:interrupted)", ["lr_1e-02"]),
        ("val_loss.mean<1.5", []),
        ("train_loss.mean<1e9 baseline", ["baseline"]),
    ],
)
def test_a_filter_asks_for_values(text: str, names: list[str], runs: Path) -> None:
    """The language of the app's filter; means too, although no summary holds them."""
    assert [name for name in listed(runs, "--filter", text) if not name.startswith("[")] == names


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("base state:nowhere", "character 12, nowhere: one of running"),
        ("step>", "at its end: "),
        ("val_loss<", "at its end: a value is missing after val_loss<\n"),
        ("val_loss<<", "character 10, <: a value is missing after val_loss<\n"),
    ],
)
def test_a_wrong_filter_says_where(text: str, place: str, runs: Path) -> None:
    """Exit status 2; the first wrong character by its number and what stands there, and the reason."""
    done = run_tuimon("ls", "--filter", text, cwd=runs)
    assert done.returncode == 2
    assert f"--filter, {place}" in done.stderr


def test_a_path_may_be_a_log(runs: Path) -> None:
    """Files are taken as well as directories."""
    assert listed(runs, "experiment_logs/experiment_1_20260105_090001.jsonl") == ["baseline"]


def test_without_utf8_the_table_is_ascii(runs: Path) -> None:
    """Signs, the absent mark and names are replaced."""
    done = run_tuimon("ls", cwd=runs, environment={"LC_ALL": "C"})
    assert done.stdout.isascii()
    assert "# finished     baseline" in done.stdout


def test_an_empty_directory_is_said_on_stderr(tmp_path: Path) -> None:
    """No runs is no failure: exit code 0, and programs get an empty list."""
    (tmp_path / "logs").mkdir()
    done = run_tuimon("ls", "logs", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "tuimon: logs: no runs yet\n")
    assert run_tuimon("ls", "logs", "--json", cwd=tmp_path).stdout == "[]\n"
    assert run_tuimon("ls", "logs", "--oneline", cwd=tmp_path).stdout == "no runs\n"


def test_a_directory_of_logs_under_other_names_says_so(tmp_path: Path) -> None:
    """Which they are and what to do; the command that it names lists the file."""
    RunBuilder(tmp_path / "logs", "mine", file_name="mine.jsonl").header().metrics(1, train_loss=2.0).end()
    done = run_tuimon("ls", "logs", cwd=tmp_path)
    said = "One .jsonl file there (mine.jsonl) is not named experiment_*.jsonl: tuimon FILE reads it as a log"
    assert (done.returncode, done.stderr) == (0, f"tuimon: logs: no runs yet. {said}\n")
    assert "mine" in run_tuimon("ls", "logs/mine.jsonl", cwd=tmp_path).stdout


def test_garbage_is_listed_beside_whole_runs(runs: Path) -> None:
    """A binary file with a log's name does not hide the others; one line on stderr names it."""
    garbage = Path("experiment_logs", "experiment_x_20260105_090000.jsonl")
    (runs / garbage).write_bytes(bytes(range(256)) * 40)
    done = run_tuimon("ls", "--json", cwd=runs)
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"tuimon: {garbage}: ")
    assert "baseline" in [run["name"] for run in json.loads(done.stdout)]


def test_only_a_few_problems_are_told(tmp_path: Path) -> None:
    """A directory full of garbage is no screen full of complaints."""
    for index in range(9):
        (tmp_path / f"experiment_{index}_20260105_090000.jsonl").write_bytes(b"\xff\xfe\n")
    lines = run_tuimon("ls", ".", cwd=tmp_path).stderr.splitlines()
    assert len(lines) == 6
    assert lines[-1] == "tuimon: 4 more such logs"


def test_a_name_that_is_too_long_for_the_terminal_is_cut_in_the_middle(tmp_path: Path) -> None:
    """On a terminal each run takes one line; in a pipe the name is whole."""
    name = "start" + "x" * 200 + "end"
    write_run(tmp_path, name, number=1, losses=[2.0], val_losses=[2.0])
    assert name in run_tuimon("ls", ".", cwd=tmp_path).stdout
    with TerminalApp(
        [sys.executable, "-m", "tuimon", "ls", "."], columns=100, rows=10, cwd=tmp_path
    ) as terminal:
        assert terminal.finish() == 0
        terminal.wait_for(r"startx+…x+end +aaaaaaa1")
        assert len(terminal.text().strip().splitlines()) == 2


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="how much was read Linux tells")
def test_of_a_thousand_finished_runs_only_both_ends_are_read(tmp_path: Path) -> None:
    """So that they are listed in less than a second, which ``python -m tests.benchmarks`` measures."""
    losses = [5.0 / (1 + index) for index in range(300)]
    body = write_run(tmp_path, "model", number=1, losses=losses, val_losses=losses).read_text("utf-8")
    for index in range(999):
        copy = tmp_path / f"experiment_run{index}_20260105_100000.jsonl"
        copy.write_text(body.replace("aaaaaaa1", f"{index:08d}"), encoding="utf-8")
    code = (
        "import sys; from tuimon.cli.main import main\n"
        "def read(): return int(open('/proc/self/io').readline().removeprefix('rchar:'))\n"
        "before = read(); main(['ls', '.', '--json']); print(read() - before, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=plain_environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert len(json.loads(done.stdout)) == 1000
    assert body.count("\n") > 600
    assert int(done.stderr) < 1000 * (HEADER_BYTES + BLOCK_BYTES) < 1000 * len(body)


def test_no_line_wraps_in_a_narrow_terminal(runs: Path) -> None:
    """Names are cut and columns left out before a line would need a second row."""
    for columns in (48, 60, 80):
        with TerminalApp(
            [sys.executable, "-m", "tuimon", "ls"], columns=columns, rows=12, cwd=runs
        ) as terminal:
            assert terminal.finish() == 0
            lines = [line for line in terminal.text().splitlines() if line.strip()]
        assert len(lines) == 5, "\n".join(lines)
        assert all(line.lstrip()[0] in "s◌□✗■" for line in lines)


def test_an_unknown_column_is_a_wrong_call_with_the_nearest_one(runs: Path) -> None:
    """Columns and metrics are what can be meant."""
    done = run_tuimon("ls", "--sort", "bset", cwd=runs)
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean best?" in done.stderr
    assert "did you mean val_loss?" in run_tuimon("ls", "--sort", "val_los", cwd=runs).stderr


def test_archived_runs_are_left_out_and_counted(runs: Path) -> None:
    """How many is said on stderr; ``--all`` and a filter that asks for them list them too."""
    everything = json.loads(run_tuimon("ls", "--json", cwd=runs).stdout)
    archived = next(run["path"] for run in everything if run["name"] == "baseline")
    (runs / archived).with_suffix(".meta").write_bytes(b'{"archived":true}')
    done = run_tuimon("ls", "--json", cwd=runs)
    assert "baseline" not in [run["name"] for run in json.loads(done.stdout)]
    assert done.stderr == "tuimon: 1 archived run is left out (--all lists them too)\n"
    assert "baseline" in listed(runs, "--all")
    asked = run_tuimon("ls", "--json", "--filter", "archived:yes", cwd=runs)
    assert ([run["name"] for run in json.loads(asked.stdout)], asked.stderr) == (["baseline"], "")


def test_names_that_are_cut_are_told_apart(tmp_path: Path) -> None:
    """On a narrow terminal, where they differ in their middles alone."""
    logs = tmp_path / "experiment_logs"
    logs.mkdir()
    for rate in ("1e-04", "3e-04", "6e-04"):
        name = f"transformer_small_with_rotary_lr_{rate}_warmup_2000_batch_64_seed_42"
        RunBuilder(logs, name).header().metrics(1, train_loss=2.0).end()
    command = [sys.executable, "-m", "tuimon", "ls"]
    for locale in ("C.UTF-8", "C"):
        environment = {"PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": locale}
        with TerminalApp(command, columns=60, rows=12, cwd=tmp_path, environment=environment) as app:
            app.wait_for("(?s)finished.*finished.*finished.*")
            assert app.process.wait(30) == 0
            app.wait_for("(?s)6e-04.*3e-04.*1e-04|1e-04.*3e-04.*6e-04")
