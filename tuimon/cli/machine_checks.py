"""What the machine offers, each finding with a verdict and, where it is not good, what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from tuimon.quick_dataclass import dataclass
from tuimon.settings.loading import LoadedSettings, load_settings
from tuimon.settings.terminal import speaks_utf8

PACKAGES = ("textual", "rich", "plotext", "numpy", "orjson", "watchdog", "click", "platformdirs", "psutil")
INOTIFY_LIMITS = Path("/proc/sys/fs/inotify")

SMALLEST_SCREEN = (80, 24)
LOW_DISK_BYTES = 100e6  # a day of records at 10 a second is about 200 MB
LOW_WATCHES = 8192  # the default of old kernels, shared with editors and file synchronisers
LOW_INSTANCES = 32  # each app that watches takes one


class Verdict(StrEnum):
    """How good a finding is: all well, works with less comfort, does not work."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``advice`` says what to do where the verdict is not OK."""

    subject: str
    finding: str
    verdict: Verdict = Verdict.OK
    advice: str = ""


def terminal_checks(
    environ: Mapping[str, str], *, is_terminal: bool, size: tuple[int, int]
) -> Iterator[Check]:
    """Terminal, size, character set, colours, and what lies between."""
    terminal = environ.get("TERM", "")
    if not is_terminal:
        advice = "the app needs a terminal; here: tuimon --once"
        yield Check("terminal", "output goes to a file or pipe", Verdict.WARNING, advice)
    elif terminal in ("", "dumb"):
        yield Check("terminal", terminal or "TERM is not set", Verdict.BAD, "set TERM=xterm-256color")
    else:
        yield Check("terminal", terminal)
    if is_terminal:
        yield _colour_check(environ, terminal)
        small = size[0] < SMALLEST_SCREEN[0] or size[1] < SMALLEST_SCREEN[1]
        advice = "{}x{} shows everything".format(*SMALLEST_SCREEN) if small else ""
        yield Check("size", f"{size[0]}x{size[1]}", Verdict.WARNING if small else Verdict.OK, advice)
    if speaks_utf8(environ):
        yield Check("characters", "UTF-8")
    else:
        yield Check("characters", "no UTF-8", Verdict.WARNING, "charts are ASCII; set LC_ALL=C.UTF-8")
    between = [name for name, variable in _BETWEEN.items() if environ.get(variable)]
    yield Check("through", ", ".join(between) or "nothing in between")


_BETWEEN = {"tmux": "TMUX", "screen": "STY", "ssh": "SSH_CONNECTION", "a container": "container"}


def _colour_check(environ: Mapping[str, str], terminal: str) -> Check:
    if environ.get("NO_COLOR"):
        return Check("colours", "none: NO_COLOR is set")
    if environ.get("COLORTERM") in ("truecolor", "24bit"):
        return Check("colours", "16 million")
    if "256" in terminal:
        more = "set -as terminal-features ',*:RGB' in ~/.tmux.conf" if environ.get("TMUX") else ""
        return Check("colours", "256", Verdict.OK, more or "export COLORTERM=truecolor if yours shows more")
    return Check("colours", "16 or fewer", Verdict.WARNING, "set TERM=xterm-256color if yours shows more")


def settings_checks(loaded: LoadedSettings) -> Iterator[Check]:
    """Where the settings are, and each thing that is wrong with them."""
    from tuimon.tui.view.preferences import further_problems

    problems = (*loaded.problems, *further_problems(loaded))
    if not problems:
        found = str(loaded.file) if loaded.text else f"defaults; your own go into {loaded.file}"
        yield Check("settings", found)
    for problem in problems:
        yield Check("settings", str(problem), Verdict.WARNING, "ignored until it is right")


def directory_checks(directory: Path) -> Iterator[Check]:
    """Whether logs can be written to ``directory`` and how changes in it are noticed."""
    subject = "log directory"
    try:
        place = _nearest_existing(directory)
        if not place.is_dir():
            yield Check(subject, f"{place} is a file", Verdict.BAD, "name a directory")
            return
        is_there = directory.exists()
        with tempfile.TemporaryDirectory(prefix=".tuimon-", dir=place) as trial:
            changes = _watch_check(directory if is_there else Path(trial))
        free = shutil.disk_usage(place).free
    except OSError as error:
        finding = f"{directory}: {error.strerror or error}"
        yield Check(subject, finding, Verdict.BAD, "trainings cannot log there; choose another: --log-dir")
        return
    yield Check(subject, f"{directory}, writable" if is_there else f"{directory}, not there yet: can be made")
    scarce = free < LOW_DISK_BYTES
    yield Check(
        "free space",
        f"{free / 1e9:.1f} GB",
        Verdict.WARNING if scarce else Verdict.OK,
        "logs grow by about 200 bytes a record" if scarce else "",
    )
    yield changes


def _nearest_existing(path: Path) -> Path:
    return next(place for place in (path, *path.absolute().parents) if place.exists())


def _watch_check(directory: Path) -> Check:
    """What really happens when ``directory`` is watched."""
    from tuimon.sources.watch import FileWatcher

    watcher = FileWatcher()
    watcher.start()
    try:
        watcher.watch(directory)
        watcher.wait(timeout=5.0)  # the first hint comes when the watch stands, or polling took its place
        mode = watcher.mode
    finally:
        watcher.stop()
    if "limit" in mode:
        return Check("changes", mode, Verdict.WARNING, "raise fs.inotify.max_user_watches (sysctl)")
    if mode == "events":
        return Check("changes", "events: seen at once")
    return Check("changes", f"{mode}: seen within about a second")


def limit_checks(limits: Path = INOTIFY_LIMITS) -> Iterator[Check]:
    """The kernel's limits for watching files; nothing where there are none."""
    for name, low in (("max_user_watches", LOW_WATCHES), ("max_user_instances", LOW_INSTANCES)):
        try:
            value = int((limits / name).read_text("ascii"))
        except (OSError, ValueError):
            continue  # another system, or /proc is not mounted
        verdict = Verdict.WARNING if value < low else Verdict.OK
        advice = f"sysctl fs.inotify.{name}={4 * low}" if value < low else ""
        yield Check(f"inotify {name.removeprefix('max_user_')}", f"{value:,}", verdict, advice)


def version_checks(packages: tuple[str, ...] = PACKAGES) -> Iterator[Check]:
    """tuimon, Python and the packages that tuimon needs."""
    system = f"{platform.system()} {platform.release()}"
    yield Check(
        "tuimon", f"{_version('tuimon') or 'not installed'}, Python {platform.python_version()}, {system}"
    )
    versions = {package: _version(package) for package in packages}
    missing = [package for package, version in versions.items() if version is None]
    present = [f"{package} {version}" for package, version in versions.items() if version]
    half = (len(present) + 1) // 2
    yield Check("packages", ", ".join(present[:half]))
    yield Check("packages", ", ".join(present[half:]))
    if missing:
        yield Check("missing", ", ".join(missing), Verdict.BAD, f"pip install {' '.join(missing)}")
    yield _chart_check()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _chart_check() -> Check:
    """plotext's native kernel is built for some platforms alone."""
    try:
        from tuimon.charts import frame  # noqa: F401
    except (ImportError, OSError) as error:
        return Check("charts", str(error), Verdict.BAD, "plotext has no kernel for this platform")
    return Check("charts", "plotext's kernel loads")


def all_checks(directories: tuple[Path, ...], *, is_terminal: bool, size: tuple[int, int]) -> Iterator[Check]:
    """Everything that ``tuimon doctor`` tells, in its order."""
    yield from terminal_checks(os.environ, is_terminal=is_terminal, size=size)
    for directory in directories:
        yield from directory_checks(directory)
    yield from settings_checks(load_settings())
    yield from limit_checks()
    yield from version_checks()
