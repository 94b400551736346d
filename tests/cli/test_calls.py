"""Right and wrong calls: exit codes, and what is said where."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import click
import pytest

from tests.cli.commands import plain_environment, run_tuimon
from tuimon.cli.failure import CommandFailed
from tuimon.cli.log_directories import chosen_paths, require_runs_or_reason
from tuimon.cli.main import commands, main


def test_version_and_help_go_to_stdout(tmp_path: Path) -> None:
    """The version is the package's; the help names the commands and the options of opening."""
    version = run_tuimon("--version", cwd=tmp_path)
    assert (version.returncode, version.stdout) == (0, f"tuimon {metadata.version('tuimon')}\n")
    shown = run_tuimon("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for word in ("[PATH]...", "--once", "--poll", "--log-dir", "ls", "demo", "doctor"):
        assert word in shown.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ls", "--jsn"), "'--jsn'"),
        (("--onc",), "'--onc'"),
        (("ls", "--sort"), "--sort"),
        (("demo", "--iterations", "0"), "--iterations"),
        (("demo", "surplus"), "surplus"),
        (("ls", "--json", "--csv"), "--json and --csv: choose one of them"),
        (("ls", "--oneline", "--csv"), "--csv and --oneline: choose one of them"),
        (("compare", "a", "b", "--markdown", "--json"), "--json and --markdown: choose one of them"),
        (("plot", "@", "--smooth", "abc"), "'abc' is no number from 0 (not at all) to less than 1"),
        (("plot", "@", "--smooth", "1"), "'1' is no number from 0"),
        (("plot", "@", "--smooth", "nan"), "'nan' is no number from 0"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_2(
    words: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    """Nothing on stdout, one line on stderr that names the wrong word."""
    done = run_tuimon(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("tuimon: ")
    assert message in line


@pytest.mark.parametrize("words", [("ls",), ("--once",), ()])
def test_commands_fail_on_a_directory_that_is_not_there(words: tuple[str, ...], tmp_path: Path) -> None:
    """One line that names it, exit code 1; without a terminal opening is a snapshot and fails too."""
    done = run_tuimon(*words, "--log-dir", "nowhere", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "tuimon: nowhere: no such directory; a training creates it when it starts to log\n"
    )


def test_a_mistyped_command_is_told_from_a_path(tmp_path: Path) -> None:
    """The nearest command is named."""
    done = run_tuimon("docter", cwd=tmp_path)
    assert done.returncode == 1
    assert "did you mean the command 'doctor'?" in done.stderr


def test_no_command_is_guessed_for_a_path_nor_one_that_nobody_can_see(tmp_path: Path) -> None:
    """``/nope`` and ``opne`` are no mistyped command ``open``, which has no name of its own."""
    for word in ("/nope", "opne", "elsewhere/docter"):
        done = run_tuimon(word, cwd=tmp_path)
        assert done.returncode == 1
        assert "no such directory" in done.stderr
        assert "did you mean" not in done.stderr


@pytest.mark.parametrize("words", [("show", "a"), ("compare", "a", "b"), ("ls",)])
def test_in_the_wrong_place_the_option_that_helps_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    done = run_tuimon(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "tuimon: experiment_logs: no such directory; --log-dir DIR says where the runs are\n"
    )


@pytest.mark.parametrize("command", ["show", "compare", "plot", "export", "tail"])
def test_the_help_of_a_command_says_what_a_run_is(command: str, tmp_path: Path) -> None:
    text = " ".join(run_tuimon(command, "--help", cwd=tmp_path).stdout.split())
    assert "RUN is the path of a log, or the name, the id" in text


def test_the_log_directory_is_the_options_then_the_environments_then_the_default(tmp_path: Path) -> None:
    """--log-dir before TUIMON_DIR before experiment_logs, also in front of the command."""
    environment = {"TUIMON_DIR": "from-environment"}
    for words, name in (
        (("ls", "--log-dir", "given"), "given"),
        (("--log-dir", "given", "ls"), "given"),
        (("ls",), "from-environment"),
    ):
        done = run_tuimon(*words, cwd=tmp_path, environment=environment)
        assert done.stderr.startswith(f"tuimon: {name}: "), words
    assert run_tuimon("ls", cwd=tmp_path).stderr.startswith("tuimon: experiment_logs: ")


def test_a_reader_that_has_enough_ends_the_command_silently(tmp_path: Path) -> None:
    """``tuimon ls | head -0``: no complaint about the broken pipe, the exit code of SIGPIPE."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tuimon", "doctor"],
        cwd=tmp_path,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141


def test_listing_loads_neither_textual_nor_plotext(tmp_path: Path) -> None:
    """``tuimon ls`` starts fast because it does not load what draws."""
    code = (
        "import sys; from tuimon.cli.main import main; code = main(['ls', '.'])\n"
        "loaded = {'textual', 'plotext', 'watchdog'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {loaded}' if loaded else code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def broken_command() -> None:
    raise ZeroDivisionError("on two\nlines")


def test_an_internal_error_is_one_line_and_on_demand_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where and what, so that it can be reported; TUIMON_TRACEBACK=1 lets it through."""
    monkeypatch.setitem(commands.commands, "broken", click.Command("broken", callback=broken_command))
    monkeypatch.delenv("TUIMON_TRACEBACK", raising=False)
    assert main(["broken"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("tuimon: internal error at test_calls.py:")
    assert "ZeroDivisionError: on two lines" in line
    monkeypatch.setenv("TUIMON_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["broken"])


def test_a_failing_system_call_names_its_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The path and the system's reason, whatever command it was."""
    command = click.Command("broken", callback=lambda: Path("no-such-file").read_text())
    monkeypatch.setitem(commands.commands, "broken", command)
    assert main(["broken"]) == 1
    assert capsys.readouterr().err == "tuimon: no-such-file: No such file or directory\n"


def test_a_directory_that_cannot_be_read_is_a_failure_with_its_reason() -> None:
    """Nothing found because nothing could be looked at is not the same as no runs yet."""
    with pytest.raises(CommandFailed, match="Permission denied"):
        require_runs_or_reason(0, ["logs: Permission denied"])
    require_runs_or_reason(0, [])
    require_runs_or_reason(1, ["elsewhere: Permission denied"])


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything, Windows has no modes"
)
def test_listing_a_locked_directory_fails(tmp_path: Path) -> None:
    """Exit code 1 and one line that names it."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o000)
    done = run_tuimon("ls", "locked", cwd=tmp_path)
    locked.chmod(0o700)  # else pytest could not tidy up
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "locked" in done.stderr


def test_the_settings_name_a_directory_for_those_who_name_none(tmp_path: Path) -> None:
    """After the arguments and TUIMON_DIR; the home directory may be ``~``."""
    file = tmp_path / "settings.toml"
    file.write_text('log_dir = "~/runs"\n', encoding="utf-8")
    environment = {"TUIMON_SETTINGS": str(file)}
    assert chosen_paths((), (), environment) == (Path("~/runs").expanduser(),)
    assert chosen_paths((), (Path("b"),), environment) == (Path("b"),)
    assert chosen_paths((), (), {**environment, "TUIMON_DIR": "a"}) == (Path("a"),)
