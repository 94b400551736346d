"""``tuimon export`` and ``--output``: what is written can be read back, and nothing is lost by writing."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.commands import plain_environment
from tests.cli.in_process import Shell
from tests.cli.telling_runs import HOSTILE
from tuimon import load_experiment_log
from tuimon.export.csv_file import ORIGINAL_COLUMNS
from tuimon.testing import RunBuilder
from tuimon.testing.sample_runs import sample_runs

LOG = Path("experiment_logs/experiment_2_20260105_110000.jsonl")
FORMATS = ("csv", "json", "jsonl", "markdown")


def test_json_is_the_original_shape_and_reads_back_equal(shell: Shell, runs: Path) -> None:
    """The document that was exported is the run, NaN included."""
    shell.run("export", "lr_1e-02", "--output", "out.json")
    assert load_experiment_log("out.json") == load_experiment_log(LOG)


def test_every_sample_run_survives_json(shell: Shell, tmp_path: Path) -> None:
    """Resumed, torn, without points, with 200 metrics, of any name: the same after the round trip."""
    for kind, path in sample_runs(tmp_path / "logs", records=40).items():
        if kind in ("garbage",):
            continue
        out = tmp_path / f"{kind}.json"
        done = shell.run("export", path, "--output", out)
        assert (done.code, done.err) == (0, f"tuimon: written to {out}\n"), kind
        assert load_experiment_log(out) == load_experiment_log(path), kind


def test_several_runs_as_json_are_a_list(shell: Shell, runs: Path) -> None:
    """Each in the original shape."""
    documents = json.loads(shell.good("export", "baseline", "lr_1e-02", "--format", "json"))
    assert [len(document["metrics_history"]) for document in documents] == [200, 60]


def test_csv_has_the_original_columns_first(shell: Shell, runs: Path) -> None:
    """Of one run the eight; of several, name and id behind them, the name harmless to a spreadsheet."""
    one = list(csv.DictReader(io.StringIO(shell.good("export", "lr_1e-02"))))
    assert tuple(one[0]) == ORIGINAL_COLUMNS
    assert (one[39]["val_loss"], one[40]["train_loss"], one[40]["val_loss"]) == (
        one[39]["val_loss"],
        "NaN",
        "",
    )
    assert [float(row["train_loss"]) for row in one[:40]] == pytest.approx(
        [row.train_loss for row in load_experiment_log(LOG).metrics_history[:40]], rel=0, abs=0
    )
    several = list(csv.DictReader(io.StringIO(shell.good("export", "baseline", HOSTILE))))
    assert tuple(several[0]) == (*ORIGINAL_COLUMNS, "run_name", "run_id")
    assert {row["run_name"] for row in several} == {"baseline", f"'{HOSTILE}"}


def test_json_lines_have_what_was_measured(shell: Shell, runs: Path) -> None:
    """Strict JSON, a row an object; absent is missing, what is not finite is text."""

    def refuse(token: str) -> float:
        raise AssertionError(f"bare {token} is no JSON")

    lines = shell.good("export", HOSTILE, "lr_1e-02", "--format", "jsonl").splitlines()
    rows = [json.loads(line, parse_constant=refuse) for line in lines]
    assert {row["run"] for row in rows} == {HOSTILE, "lr_1e-02"}
    assert "val_loss" not in rows[0]
    assert rows[0] | {"train_loss": 0.0} == {
        "run": HOSTILE,
        "run_id": "tell5aaa",
        "iteration": 0,
        "gradient_step": 0,
        "wallclock_time": 0.0,
        "train_loss": 0.0,
        "learning_rate": 0.001,
        "tokens_per_sec": 51200.0,
        "iter_time_ms": 20.0,
    }
    assert rows[-1]["train_loss"] == "NaN"


def test_markdown_shows_text_as_it_is(shell: Shell, runs: Path) -> None:
    """A bar, a backtick or a line end in a name ends no cell and begins no markup."""
    text = shell.good("export", HOSTILE, "--format", "markdown")
    assert text.splitlines()[0] == '## \\=cmd\\|"·,\\`\\$(x)\\`·\\[31m'
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_exists_is_kept(form: str, shell: Shell, runs: Path) -> None:
    """Only ``--force`` replaces it, wholly; the ending names the format."""
    target = runs / {"markdown": "out.md"}.get(form, f"out.{form}")
    target.write_text("mine")
    code, line = shell.failing("export", "baseline", "--output", target)
    assert (code, line) == (1, f"tuimon: {target}: exists already; --force replaces it")
    assert target.read_text() == "mine"
    done = shell.run("export", "baseline", "--output", target, "--force")
    assert (done.code, done.out) == (0, "")
    assert target.read_text(encoding="utf-8") == shell.good("export", "baseline", "--format", form)
    assert sorted(path.name for path in runs.iterdir()) == ["experiment_logs", target.name]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("out.xlsx",), "'out.xlsx' ends in none of .csv"),
        (("out.json", "--format", "csv"), "'out.json' is the name of a json file, not of csv"),
    ],
)
def test_a_name_that_says_another_format_is_refused(
    words: tuple[str, ...], reason: str, shell: Shell, runs: Path
) -> None:
    """Before anything is written; a name that says no format is taken with the one asked for."""
    code, line = shell.failing("export", "baseline", "--output", *words)
    assert code == 2
    assert reason in line
    assert sorted(path.name for path in runs.iterdir()) == ["experiment_logs"]
    assert shell.run("export", "baseline", "--output", "out.txt", "--format", "csv").code == 0
    assert shell.run("export", "baseline", "--output", "out").code == 0
    assert (runs / "out").read_text() == (runs / "out.txt").read_text()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("nowhere/out.csv", "nowhere: no such directory"),
        ("experiment_logs", "directory"),
        ("/dev/null", "regular"),
    ],
)
def test_what_cannot_be_a_file(target: str, reason: str, shell: Shell, runs: Path) -> None:
    """One line that names it, no traceback, and a device stays one."""
    code, line = shell.failing("export", "baseline", "--output", target, "--force")
    assert code in (1, 2)
    assert reason in line
    assert not Path("/dev/null").is_file()


def test_a_failing_write_leaves_the_old_file_and_nothing_else(
    shell: Shell, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up half way: the file that was there stays, no part of the new one does."""
    target = runs / "out.csv"
    target.write_text("mine")

    def full_disk(_runs: object) -> object:
        yield "iteration\n"
        raise OSError(28, "No space left on device", ".out.csv.tmp")

    monkeypatch.setattr("tuimon.export.run_files.WRITERS", {"csv": full_disk})
    code, line = shell.failing("export", "baseline", "--output", target, "--force")
    assert (code, line) == (1, f"tuimon: {target}: No space left on device")
    assert target.read_text() == "mine"
    assert sorted(path.name for path in runs.iterdir()) == ["experiment_logs", "out.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has the device that is always full")
@pytest.mark.parametrize("words", [("export", "baseline"), ("show", "baseline"), ("ls", "--json")])
def test_a_full_disk_behind_stdout(words: tuple[str, ...], runs: Path) -> None:
    """One line, exit code 1, whether Python writes at once or when it ends."""
    for unbuffered in ("1", ""):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "tuimon", *words],
                cwd=runs,
                env=plain_environment({"PYTHONUNBUFFERED": unbuffered}),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert (done.returncode, done.stderr) == (1, "tuimon: No space left on device\n")


@pytest.mark.skipif(os.name != "posix", reason="descriptors are closed as POSIX does")
def test_a_closed_stdout_is_no_fault(runs: Path) -> None:
    """``tuimon ls >&-``: nothing is printed, and nothing goes wrong."""
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m tuimon ls >&-', sys.executable],
        cwd=runs,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "words",
    [
        ("ls",),
        ("show", "baseline"),
        ("compare", "baseline", "lr_1e-02"),
        ("best",),
        ("plot", "baseline"),
        ("tail", "baseline"),
        ("export", "baseline"),
    ],
)
def test_a_reader_that_has_enough(words: tuple[str, ...], runs: Path) -> None:
    """``tuimon ... | head -0``: the exit code of SIGPIPE and no complaint (``tail`` says that the run is over
    before it notices)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tuimon", *words],
        cwd=runs,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (141, "")


def test_a_terminal_is_not_moved_by_a_name(shell: Shell, runs: Path) -> None:
    """Where the data goes to a terminal, escape sequences in a name are shown; in a pipe they are data."""
    for form in FORMATS:
        assert "\x1b" not in shell.run("export", HOSTILE, "--format", form, width=80).out
    assert "\x1b" in shell.good("export", "baseline", HOSTILE, "--format", "csv")


@pytest.mark.parametrize("command", ["show", "plot", "tail", "ls", "best", "compare"])
def test_a_hostile_name_goes_through_every_command(command: str, shell: Shell, runs: Path) -> None:
    """Nothing fails, nothing acts, each run keeps to its lines."""
    words = {
        "ls": (),
        "best": ("--filter", "tag:sweep", "--metric", "learning_rate", "--mode", "max"),
        "compare": (HOSTILE, "baseline"),
    }.get(command, (HOSTILE,))
    done = shell.run(command, *words, width=100)
    assert done.code == 0
    assert not any(sign in done.out + done.err for sign in "\x1b\x07")


def svg_of(shell: Shell, *words: str) -> ElementTree.Element:
    """The chart as a parsed file."""
    assert shell.run("plot", *words, "--output", "chart.svg", "--force").code == 0
    return ElementTree.parse("chart.svg").getroot()


def test_an_svg_is_valid_and_fetches_nothing(shell: Shell, runs: Path) -> None:
    """XML with the names as text; no script, font, image or address in it but the namespace."""
    root = svg_of(shell, HOSTILE, "baseline", "lr_1e-02")
    words = "".join(root.itertext())
    assert '=cmd|"·,`$(x)`·[31m' in words
    source = Path("chart.svg").read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not any(word in source for word in ("http", "href", "<script", "@import", "font-face", "<image"))
    for element in root.iter():
        for name, value in element.attrib.items():
            assert "nan" not in value.lower() or name in ("font-family",), (name, value)
            assert "inf" not in value.lower(), (name, value)


def test_every_sample_run_becomes_an_svg(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One point, constant, all NaN, a spike: each is a file that parses, on both scales."""
    monkeypatch.chdir(tmp_path)
    for kind, path in sample_runs(tmp_path / "logs", records=40).items():
        if kind in ("no points", "garbage"):
            continue
        for scale in ((), ("--log-y",)):
            assert len(list(svg_of(shell, str(path), *scale).iter())) > 5, kind


def test_a_sweep_over_text_and_over_hostile_values(shell: Shell, tmp_path: Path) -> None:
    """Categories, numbers too far apart for a scale, one value alone: text and a file that parses."""
    values = ("<adamw>", 'a"&b', 1e300, -1e300, None, True, float("nan"), "\x1b[31m")
    for number, value in enumerate(values):
        run = RunBuilder(tmp_path / "logs", f"r{number}", file_name=f"experiment_{number}.jsonl")
        config = {"key": value, "wide": 10.0 ** (number * 40)}
        run.header(run_id=f"sweep{'abcdefgh'[number]}aa", config=config)
        run.metrics(0, train_loss=float(number)).end()
    for key in ("key", "wide"):
        for scale in ((), ("--log-y",)):
            text = shell.good("plot", "--sweep", key, "--log-dir", tmp_path / "logs", *scale)
            assert "\x1b" not in text
            out = tmp_path / "sweep.svg"
            words = ("--sweep", key, "--log-dir", tmp_path / "logs", "-o", out, "--force", *scale)
            assert shell.run("plot", *words).code == 0
            assert len(list(ElementTree.parse(out).getroot().iter())) > 5
    one = shell.good("plot", "r1", "--sweep", "key", "--log-dir", tmp_path / "logs")
    assert "1 value" in one


def test_plot_as_text_into_a_file(shell: Shell, runs: Path) -> None:
    """``.txt`` is the chart as it is printed."""
    printed = shell.good("plot", "baseline", "--height", "12")
    assert shell.run("plot", "baseline", "--height", "12", "-o", "chart.txt").code == 0
    assert Path("chart.txt").read_text(encoding="utf-8") == printed


def test_compare_as_json_and_csv_say_the_same(shell: Shell, runs: Path) -> None:
    """Values in full, the baseline first, NaN as ``NaN``; the columns are the runs."""
    document = json.loads(shell.good("compare", "lr_1e-02", "--baseline", "baseline", "--json"))
    rows = list(csv.DictReader(io.StringIO(shell.good("compare", "baseline", "lr_1e-02", "--csv"))))
    assert document["baseline"] == "tellyaaa"
    by_measure = {(row["name"], row["measure"]): row for row in rows}
    for line in document["metrics"]:
        values = [cell["value"] for cell in line["values"].values()]
        measure = line["measure"] if "target" not in line else f"{line['measure']} {line['target']!r}"
        row = by_measure[line["metric"], measure]
        for value, cell in zip(values, (row["baseline"], row["lr_1e-02"]), strict=True):
            assert cell == ("" if value is None else value if value == "NaN" else repr(value))
            assert value is None or value == "NaN" or math.isfinite(value)
