"""What a program printed, tracked: lines to records, and the end of the program to the end of the run."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tuimon.capture.launch import Launch
from tuimon.capture.output_file import OutputFile
from tuimon.records.captured import NOTHING_READ
from tuimon.tracker.claim import CLAIM_VARIABLE
from tuimon.tracker.run_plan import INTERVAL_VARIABLE

if TYPE_CHECKING:  # both are imported when the program has started: it need not wait for them
    from tuimon.capture.line_reader import LineReader, ParsedLine
    from tuimon.tracker.experiment_tracker import ExperimentTracker

# A program that puts numbers into names ("layer12 step 5: ...") must not make a thousand charts.
MOST_METRICS = 300
LAST_LINES = 200  # of the output, of which a failure's traceback is taken
MAX_REASON = 300  # characters
# Signals by which a person or a scheduler ends a training; any other is a failure.
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_EXCEPTION = re.compile(r"^(?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$")  # behind the indented frames
_TRACEBACK = "Traceback (most recent call last):"


class Recorder:
    """Keeps the output and logs what it says; never raises for what goes wrong with the files.

    A program that calls the tracker itself says so in the file that ``claim`` names: then its own log is the
    run, and the output is kept beside that.
    """

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._reader: LineReader | None = None
        self._last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._names: set[str] = set()
        self._total: float | None = None
        self._tracker: ExperimentTracker | None = None
        self._output: OutputFile | None = None
        self._beginning: list[bytes] = []
        self._first_lines: list[str] = []
        self._starting: threading.Thread | None = None
        self._has_begun = False
        self._warned: set[str] = set()
        self.records = 0
        self.trouble: str | None = None
        """The first thing that went wrong here; the program itself is not affected."""
        self.claim = _claim_file()

    @property
    def environment(self) -> dict[str, str]:
        """The program's environment."""
        variables = dict(os.environ)
        if self.claim:
            variables[CLAIM_VARIABLE] = str(self.claim)
        if self._launch.system_interval:  # a program that calls the tracker itself logs the figures as well
            variables.setdefault(INTERVAL_VARIABLE, str(self._launch.system_interval))
        return variables

    @property
    def log(self) -> Path | None:
        """The log of the run, whoever writes it."""
        return self._claimed() or (self._tracker.path if self._tracker is not None else None)

    def start(self) -> None:
        """Begin the run, in a thread: the output need not wait until modules are loaded and git is asked."""
        self._starting = threading.Thread(target=self._start, daemon=True)
        self._starting.start()

    @property
    def is_ready(self) -> bool:
        """Whether the run has begun; what came before waits in memory until the next call that keeps more."""
        if not self._has_begun and self._starting is not None and not self._starting.is_alive():
            self._has_begun = True
            beginning, lines = b"".join(self._beginning), self._first_lines
            self._beginning, self._first_lines = [], []
            self.keep(beginning)
            self.read(lines)
        return self._has_begun

    def keep(self, data: bytes) -> None:
        """Keep a piece of output as it is."""
        if not self.is_ready:
            self._beginning.append(data)
        elif self._output is not None:
            try:
                self._output.write(data)
            except OSError as error:
                self._output.close()
                self._output = None
                self.complain(f"the output is not kept any further: {error.strerror}")

    def read(self, lines: Iterable[str]) -> None:
        """Log what the lines say."""
        if not self.is_ready:
            self._first_lines += lines
            return
        for line in lines:
            self._last_lines.append(line)
            if self._tracker is not None and self._reader is not None:
                self._log(self._reader.read(line))

    @property
    def has_given_way(self) -> bool:
        """Whether the program tracks itself."""
        return self._has_begun and self._tracker is None

    def look_for_claim(self) -> None:
        """Give way to a tracker that the program has started itself."""
        if self._tracker is None or (path := self._claimed()) is None:
            return
        from tuimon.tracker.elsewhere import discard

        tracker, self._tracker = self._tracker, None
        if self.records:  # what was printed before is kept as a run of its own
            tracker.log_event(f"the program tracks itself from here on: {path}")
            tracker.finish()
        else:
            discard(tracker)
        if self._output is not None:
            try:
                self._output.move(path.with_suffix(".out"))
            except OSError as error:
                self.complain(f"the output stays in {self._output.path}: {error.strerror}")

    def end(self, wait_status: int) -> None:
        """End the run as the program ended."""
        if self._starting is not None:
            self._starting.join()
        self.read(())
        if self._reader is not None:
            self._log(self._reader.finish())
        self.look_for_claim()
        if self._tracker is not None:
            from tuimon.tracker.elsewhere import end_as

            if not self.records and self._last_lines:
                self.complain(NOTHING_READ)
            status, failure = outcome(wait_status, self._last_lines)
            end_as(self._tracker, status, failure)
        if self._output is not None:
            self._output.close()

    def forget(self) -> None:
        """Nobody will claim the run any more."""
        if self.claim is not None:
            self.claim.unlink(missing_ok=True)

    def complain(self, trouble: str) -> None:
        """Note the first thing that goes wrong, in the log as well."""
        if self.trouble is None:
            self.trouble = trouble
            if self._tracker is not None:
                self._tracker.log_event(trouble, "warning")

    def warn(self, message: str) -> None:
        """Say what the tracker warns of as this command speaks, at once and once."""
        if message in self._warned:
            return
        self._warned.add(message)
        if self._launch.in_background or sys.stderr is None:  # the terminal is the app's
            self.complain(message.removeprefix("tuimon: "))
            return
        end = "\r\n" if os.isatty(2) else "\n"  # the front may hold the terminal raw
        with contextlib.suppress(OSError):
            os.write(2, f"{message}{end}".encode(errors="replace"))

    def _start(self) -> None:
        try:
            self._begin()
        except Exception as error:  # in a thread nobody else would hear of it
            self.complain(fault(error))

    def _begin(self) -> None:
        import tuimon.tracker.elsewhere  # noqa: F401 (now, not at the end of a training that may take days)
        from tuimon.capture.line_reader import LineReader
        from tuimon.tracker.experiment_tracker import ExperimentTracker
        from tuimon.tracker.warn import say_by

        say_by(self.warn)
        launch = self._launch
        self._reader = LineReader(launch.patterns)
        sys.orig_argv = list(launch.command)  # the header tells what the training was called with
        self._tracker = ExperimentTracker(
            launch.config,
            launch.log_dir,
            name=launch.name,
            tags=launch.tags,
            notes=launch.notes,
            group=launch.group,
            system_interval=launch.system_interval,
        )
        self._tracker.start()
        if self._tracker.path is not None:
            self._open_output(self._tracker.path.with_suffix(".out"))

    def _log(self, records: Iterable[ParsedLine]) -> None:
        for record in records:
            self.look_for_claim()
            if self._tracker is None:
                return
            values = self._known(record.values)
            if record.total is not None and record.total != self._total:
                self._total = values["total_iterations"] = record.total
            if not values:
                continue
            self.records += 1
            if record.is_eval:
                self._tracker.log_eval(record.step, **values)
            else:
                self._tracker.log_values(values, iteration=record.step)

    def _known(self, values: dict[str, float]) -> dict[str, float]:
        if values.keys() <= self._names:
            return dict(values)
        kept = {}
        for name, value in values.items():
            if name in self._names or len(self._names) < MOST_METRICS:
                self._names.add(name)
                kept[name] = value
            else:
                self.complain(f"more than {MOST_METRICS} metrics were printed: {name!r} is not logged")
        return kept

    def _claimed(self) -> Path | None:
        if self.claim is None:
            return None
        try:
            if not self.claim.stat().st_size:
                return None
            first, ended, _ = self.claim.read_text("utf-8", "surrogateescape").partition("\n")
        except OSError:  # somebody tidied up the temporary files
            return None
        return Path(first) if ended else None

    def _open_output(self, path: Path) -> None:
        try:
            self._output = OutputFile(path, self._launch.output_limit)
        except OSError as error:
            self.complain(f"the output cannot be kept in {path}: {error.strerror}")


def _claim_file() -> Path | None:
    """An empty file; None where nothing temporary can be written, which keeps no training from starting."""
    try:
        descriptor, name = tempfile.mkstemp(prefix="tuimon-claim-")
    except OSError:
        return None
    os.close(descriptor)
    return Path(name)


def outcome(wait_status: int, last_lines: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The status of the run that ends with a program's ``wait_status``, and a failure's fields."""
    code = os.waitstatus_to_exitcode(wait_status)
    if code == 0:
        return "finished", {}
    number = -code if code < 0 else code - 128  # shells report a signal as 128 and its number
    if number in _ENDING:
        return "interrupted", {"reason": signal.Signals(number).name}
    if code < 0:
        name = signal.Signals(number).name if number in signal.Signals.__members__.values() else str(number)
        return "failed", {"exception_type": "Killed", "exception_message": f"killed by signal {name}"}
    return "failed", _failure(code, list(last_lines))


def fault(error: Exception) -> str:
    """A fault of ours as a sentence."""
    return f"internal error while tracking: {type(error).__name__}: {error}"


def _failure(code: int, lines: list[str]) -> dict[str, str]:
    """What the traceback at the end of the output says; the exit code where there is none."""
    kind, message, traceback = "ExitCode", f"exit code {code}", ""
    starts = [place for place, line in enumerate(lines) if line.startswith(_TRACEBACK)]
    if starts:
        for place in range(starts[-1] + 1, len(lines)):
            if found := _EXCEPTION.match(lines[place]):
                kind, message = found["type"], (found["message"] or "")[:MAX_REASON]
                traceback = "\n".join(lines[starts[-1] : place + 1])
                break
    failure = {"exception_type": kind, "exception_message": message}
    return {**failure, "traceback": traceback} if traceback else failure
