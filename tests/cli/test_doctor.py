"""What ``tuimon doctor`` finds."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import run_tuimon
from tuimon.cli.machine_checks import (
    Check,
    Verdict,
    directory_checks,
    limit_checks,
    settings_checks,
    terminal_checks,
    version_checks,
)
from tuimon.settings.loading import load_settings


def by_subject(checks: list[Check]) -> dict[str, Check]:
    return {check.subject: check for check in checks}


def test_a_good_machine_passes_on_one_screen(tmp_path: Path) -> None:
    """Every line has a verdict, the last one says that it works, and all fit on 24 lines."""
    (tmp_path / "experiment_logs").mkdir()
    done = run_tuimon("doctor", cwd=tmp_path)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line[0] in "✓!" for line in lines[:-1])
    assert any(line.startswith("✓ log directory     experiment_logs, writable") for line in lines)
    assert lines[-1] == "works, with less comfort: terminal"  # stdout is a pipe here
    assert len(lines) < 24
    assert max(len(line) for line in lines if "settings.toml" not in line) <= 120  # a home may be deep
    assert list((tmp_path / "experiment_logs").iterdir()) == []


def test_a_log_directory_that_cannot_be_written_fails(tmp_path: Path) -> None:
    """A file in its place: exit code 1, and the last line names what does not work."""
    (tmp_path / "logs").write_text("a file")
    done = run_tuimon("doctor", "--log-dir", "logs", cwd=tmp_path)
    assert done.returncode == 1
    assert "✗ log directory     logs is a file" in done.stdout
    assert done.stdout.splitlines()[-1] == "does not work: log directory"


def test_below_a_file_no_directory_can_be_made(tmp_path: Path) -> None:
    """The reason is the system's, not a traceback."""
    (tmp_path / "file").write_text("")
    (check,) = directory_checks(tmp_path / "file" / "logs")
    assert check.verdict is Verdict.BAD


def test_without_utf8_the_signs_are_ascii(tmp_path: Path) -> None:
    """Under LC_ALL=C nothing but ASCII is printed, and the finding says so."""
    done = run_tuimon("doctor", cwd=tmp_path, environment={"LC_ALL": "C"})
    assert done.stdout.isascii()
    assert "! characters        no UTF-8" in done.stdout


def test_a_terminal_is_judged_by_its_environment() -> None:
    """TERM, size, colours, and what lies between are each one finding."""
    good = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "TMUX": "/tmp/x"}
    found = by_subject(list(terminal_checks(good, is_terminal=True, size=(120, 36))))
    assert {check.verdict for check in found.values()} == {Verdict.OK}
    assert found["colours"].finding == "16 million"
    assert found["size"].finding == "120x36"
    assert found["through"].finding == "tmux"
    poor = by_subject(list(terminal_checks({"TERM": "dumb"}, is_terminal=True, size=(60, 20))))
    assert poor["terminal"].verdict is Verdict.BAD
    assert poor["size"].verdict is poor["characters"].verdict is Verdict.WARNING


def test_low_watch_limits_come_with_the_line_that_raises_them(tmp_path: Path) -> None:
    """The advice is a command; where the kernel has no such limits there is no finding."""
    (tmp_path / "max_user_watches").write_text("1024\n")
    (tmp_path / "max_user_instances").write_text("128\n")
    watches, instances = limit_checks(tmp_path)
    assert (watches.verdict, watches.advice) == (Verdict.WARNING, "sysctl fs.inotify.max_user_watches=32768")
    assert instances.verdict is Verdict.OK
    assert list(limit_checks(tmp_path / "elsewhere")) == []


def test_a_missing_package_is_bad() -> None:
    """It is named with the line that installs it."""
    found = by_subject(list(version_checks(("rich", "no-such-package"))))
    assert found["missing"] == Check("missing", "no-such-package", Verdict.BAD, "pip install no-such-package")


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    """Each with its line, also a key for an action that only the app knows."""
    file = tmp_path / "settings.toml"
    file.write_text('[charts]\nsmoothing = 2\n[keys]\nmarkk = "v"\n', encoding="utf-8")
    findings = [check.finding for check in settings_checks(load_settings(file, {}))]
    assert len(findings) == 2
    assert findings[0].startswith(f"{file}:2: charts.smoothing: must be a number")
    assert findings[1] == f"{file}:4: keys.markk: no such action; did you mean mark?"
    (fine,) = settings_checks(load_settings(tmp_path / "none.toml", {}))
    assert fine.finding.startswith(str(tmp_path)) or "no such file" in fine.finding


def test_the_last_line_names_each_subject_once(tmp_path: Path) -> None:
    """Two wrong settings are one subject."""
    file = tmp_path / "settings.toml"
    file.write_text("smothing = 3\nlok = 1\n")
    done = run_tuimon("doctor", cwd=tmp_path, environment={"TUIMON_SETTINGS": str(file)})
    assert done.stdout.splitlines()[-1].count("settings") == 1
