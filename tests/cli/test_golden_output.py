"""What each command prints, to the letter, and that it keeps to the width of the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.in_process import Shell, assert_golden

CALLS = {
    "ls": ("ls",),
    "show": ("show", "baseline"),
    "show_failed": ("show", "lr_1e-02"),
    "compare": ("compare", "baseline", "lr_6e-04", "lr_1e-02"),
    "compare_at": ("compare", "lr_6e-04", "lr_1e-02", "--baseline", "baseline", "--at", "30", "--all"),
    "best": ("best",),
    "sweep": ("plot", "--sweep", "max_learning_rate", "--height", "12"),
    "plot": ("plot", "baseline", "lr_6e-04", "lr_1e-02", "--log-y", "--height", "16"),
}
FORMS = {
    "compare.json": ("compare", "baseline", "lr_1e-02", "--json"),
    "compare.csv": ("compare", "baseline", "lr_1e-02", "--csv"),
    "compare.md": ("compare", "baseline", "lr_1e-02", "--markdown"),
    "best.json": ("best", "--json"),
    "ls.csv": ("ls", "--csv"),
    "export.md": ("export", "baseline", "lr_1e-02", "--format", "markdown"),
    "plot.svg": ("plot", "lr_6e-04", "lr_1e-02", "--output", "plot.svg"),
    "sweep.svg": ("plot", "--sweep", "max_learning_rate", "--output", "plot.svg"),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal(name: str, width: int, shell: Shell, runs: Path) -> None:
    """The text of each command on a terminal of 80 and of 120 columns."""
    assert_golden(f"{name}_{width}.txt", shell.good(*CALLS[name], width=width))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_nothing_is_wider_than_the_terminal(name: str, width: int, shell: Shell, runs: Path) -> None:
    """No line wraps, whatever the width."""
    text = shell.good(*CALLS[name], width=width)
    assert text
    assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("name", FORMS)
def test_forms_for_programs(name: str, shell: Shell, runs: Path) -> None:
    """JSON, CSV, Markdown and SVG, to the letter."""
    done = shell.run(*FORMS[name])
    assert done.code == 0
    text = (runs / "plot.svg").read_text(encoding="utf-8") if name.endswith(".svg") else done.out
    assert_golden(name, text)


def test_tail_on_a_terminal(shell: Shell, runs: Path) -> None:
    """The newest records of a run that ended, and on stderr that it did."""
    done = shell.run("tail", "lr_1e-02", "--lines", "6", width=100)
    assert (done.code, done.err) == (0, "tuimon: lr_1e-02 is over: failed\n")
    assert_golden("tail_100.txt", done.out)


@pytest.mark.parametrize("name", CALLS)
def test_without_utf8_all_is_ascii(
    name: str, shell: Shell, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that speaks no UTF-8 gets nothing else, at the same widths."""
    monkeypatch.setenv("LC_ALL", "C")
    text = shell.good(*CALLS[name], width=80)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", CALLS)
def test_a_pipe_gets_plain_text(name: str, shell: Shell, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No escape sequence, even where colours are wanted on terminals, and no spaces at the end of lines."""
    monkeypatch.delenv("NO_COLOR")
    text = shell.good(*CALLS[name])
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize(
    "name", sorted(CALLS.keys() - {"plot"})
)  # several curves: without colours each has a sign
def test_a_terminal_gets_colours(
    name: str, shell: Shell, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With colours the characters are the same."""
    import re

    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("COLORTERM", "truecolor")
    coloured = shell.good(*CALLS[name], width=80)
    assert "\x1b[" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    stripped = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in coloured.splitlines()]
    assert stripped == shell.good(*CALLS[name], width=80).splitlines()


def test_more_runs_than_fit_stand_below_each_other(shell: Shell, runs: Path) -> None:
    """Each block begins with the baseline; no run is left out, and in a pipe all stand side by side."""
    words = ("compare", "baseline", "lr_6e-04", "lr_1e-02", "tell3aaa", "tell4aaa")
    blocks = shell.good(*words, width=80).split("\n\n", 2)
    headings = [line for line in shell.good(*words, width=80).splitlines() if "◆" in line]
    assert len(headings) > 1
    assert all("◆ baseline" in line for line in headings)
    assert blocks
    together = " ".join(headings)
    assert all(name in together for name in ("lr_6e-04", "lr_1e-02", "twin@tell"))
    assert "←→" not in together
    (heading,) = [line for line in shell.good(*words).splitlines() if "◆" in line]
    assert heading.count("●") == 4


def test_show_draws_the_metrics_that_are_asked_for(shell: Shell, runs: Path) -> None:
    """A chart for each, in that order."""
    text = shell.good("show", "baseline", "--metric", "tokens_per_sec", "--metric", "train_loss", width=100)
    titles = [line.split()[0] for line in text.splitlines() if line.startswith(" ") and "min " in line]
    assert text.index(" tokens_per_sec") < text.index(" train_loss~")
    assert titles


def test_ls_as_csv_and_json_hold_the_same(shell: Shell, runs: Path) -> None:
    """NaN is ``NaN`` in both, absent is empty or null, names come back but for the apostrophe."""
    import csv
    import io
    import json

    rows = list(csv.DictReader(io.StringIO(shell.good("ls", "--csv"))))
    listed = json.loads(shell.good("ls", "--json"))
    for row, run in zip(rows, listed, strict=True):
        assert row["name"].removeprefix("'") == run["name"]
        assert row["val_loss_last"] == ("" if run["val_loss_last"] is None else str(run["val_loss_last"]))
        assert row["eta_seconds"] == ("" if run["eta_seconds"] is None else str(run["eta_seconds"]))
    assert "NaN" in {row["val_loss_last"] for row in rows}
