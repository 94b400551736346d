"""One run: its files, read step by step, and its newest picture."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from tuimon.quick_dataclass import dataclass
from tuimon.records.events import EndRecord
from tuimon.records.metric_summary import MetricSummary
from tuimon.records.run_header import LOG_FORMAT, RunHeader, header_from_path
from tuimon.sources.decode import decode_chunk
from tuimon.sources.discover import RunFiles
from tuimon.sources.tail import LogTail
from tuimon.store.clock import Clock
from tuimon.store.columns import ColumnView, Floats
from tuimon.store.file_stamp import MODIFIED, Stamp, stamp_of
from tuimon.store.liveness import (
    USUAL_SILENCE,
    Machine,
    ProcessProbe,
    RunState,
    Silence,
    Writer,
    judge_state,
    writer_of,
)
from tuimon.store.meta_file import MetaFile
from tuimon.store.preview import Preview, read_preview
from tuimon.store.rank_merge import Kept, MergedMetrics, RankColumns, Spread, Spreads
from tuimon.store.rank_readers import RankReaders
from tuimon.store.run_data import MAX_METRICS, RunData
from tuimon.store.snapshot import RunSnapshot
from tuimon.store.summaries import ColumnSummaries, LastValues


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tells whether a run is alive, injected."""

    clock: Clock
    probe: ProcessProbe
    machine: Machine
    silence: Silence = USUAL_SILENCE


class RunReader:
    """Reads one run in chunks; :meth:`snapshot` is its picture, the same object until something changes."""

    def __init__(self, files: RunFiles, surroundings: Surroundings, *, ranks: bool = True) -> None:
        self.files = files
        self.loading = True
        """Whether not all that was there has been read."""
        self.gone = False
        """Whether the file that is read does not exist any more."""
        self.rejected: str | None = None
        """Why this is no run at all."""
        self.state = RunState.RUNNING
        self.size = 0
        self._newest_bytes: float | None = None
        self._surroundings = surroundings
        self._path = files.path
        self._tail = LogTail(files.log) if files.log is not None else None
        self._data = RunData(self._path)
        self._preview: Preview | None = None
        self._named_after_file: RunHeader | None = None
        self._meta = MetaFile(self._path)
        self._stamp: Stamp | None = None
        self._checked_at: float | None = None
        self._problem: str | None = None
        self._ranks: RankReaders | None = None
        if ranks and files.log is not None:
            self._ranks = RankReaders(
                files.log, lambda rank: RunReader(rank, surroundings, ranks=False), surroundings.clock
            )
        self._merged = Kept()
        self._interval: float | None = None
        self._interval_of = -1  # the number of records that it was told from
        self._changed = True
        self._snapshot: RunSnapshot | None = None

    @property
    def key(self) -> str:
        """What names the run."""
        return self.files.key

    @property
    def changed(self) -> bool:
        """Whether the next snapshot will be another one."""
        return self._changed or (self._ranks is not None and self._ranks.changed)

    @property
    def may_change_by_time(self) -> bool:
        """Whether some time without news would tell something."""
        return self.state is RunState.RUNNING or (self._ranks is not None and self._ranks.any_running)

    @property
    def header(self) -> RunHeader:
        """Which run this is, as far as it is known."""
        if self._data.header is not None:
            return self._data.header
        if self._preview is not None:
            return self._preview.header
        if self._named_after_file is None:
            self._named_after_file = header_from_path(self._path)
        return self._named_after_file

    @property
    def last_change(self) -> float | None:
        """When the newest bytes came (unix, seconds) that are no system figures."""
        if self._newest_bytes is None:
            return None
        return self._newest_bytes - self._data.seconds_without_news()

    @property
    def end(self) -> EndRecord | None:
        """The newest end, ``None`` when a resume came after it."""
        return self._preview.end if self._previews() else self._data.end  # type: ignore[union-attr]

    def check(self) -> bool:
        """Look at the files without reading them: whether there is something (new) to read."""
        own = self._check_own()
        return self._check_ranks() or own

    def _check_ranks(self) -> bool:
        header = self._data.header
        if self._ranks is None or header is None or (header.world_size or 0) <= 1:
            return False
        return self._ranks.check()

    def _check_own(self) -> bool:
        try:
            status = os.stat(self._path)  # noqa: PTH116 (five times as many calls a second as Path.stat)
        except (FileNotFoundError, NotADirectoryError):
            self.gone = True
            return False
        except OSError as error:
            self._say(f"cannot look at {self._path}: {error.strerror}")
            return False
        self.gone = False
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for its writer
            self.loading = False
            self._say(f"{self._path} is not a file")
            return False
        self._check_meta()
        now = self._surroundings.clock.time()
        earlier, self._checked_at = self._checked_at, now
        stamp, before = stamp_of(status), self._stamp
        if stamp == before:
            return False
        self._stamp = stamp
        self.size = status.st_size
        if before is None or stamp[:MODIFIED] != before[:MODIFIED]:
            # The bytes came between the two looks. The file's own time is another machine's on a network
            # mount, and may be wrong.
            self._newest_bytes = min(max(status.st_mtime, earlier or status.st_mtime), now)
            self._changed = True
        return True

    def preview(self) -> None:
        """Look at the two ends of the log; does nothing for a document, which has to be read whole."""
        self.check()
        if self.files.log is None or self.gone:
            return
        try:
            self._preview = read_preview(self.files.log)
        except OSError as error:
            self._say(f"cannot read {self._path}: {error.strerror}")
            return
        self._changed = True
        self.judge()

    @property
    def preview_suffices(self) -> bool:
        """Whether the ends of the log say all that a list of runs shows: it ended and summed itself up."""
        return self._preview is not None and self._preview.suffices

    def read(self, max_bytes: int) -> bool:
        """Read one chunk; whether there is more."""
        if self._stamp is None:
            self.check()
        try:
            more = self._read_document() if self._tail is None else self._read_log(self._tail, max_bytes)
        except FileNotFoundError:
            self.gone = True
            return False
        except OSError as error:
            self.loading = False
            self._say(f"cannot read {self._path}: {error.strerror}")
            return False
        if more != self.loading:
            self.loading = more
            self._changed = True
        if not more:
            self._preview = None  # from now on it is the log itself that says it all
            self.judge()
            if self.state.is_over:
                self._data.trim()
            if self._ranks is not None and (self._ranks or self._check_ranks()):
                return self._ranks.read(max_bytes)
        return more

    def fail(self, error: Exception) -> None:
        """Give this run up after an error that nobody foresaw; the others go on."""
        self.loading = False
        self._data = RunData(self._path)  # what was read may be half of something
        self._say(f"cannot make sense of {self._path}: {type(error).__name__}: {error}")

    def judge(self) -> None:
        """Tell the state anew, from what is known and what time it is."""
        where, end = self._surroundings, self.end
        state = judge_state(
            end=end,
            saved=end is None and self._is_saved(),
            writer=self._writer(),
            last_change=self.last_change,
            interval=self._record_interval() if end is None else None,
            now=where.clock.time(),
            probe=where.probe,
            machine=where.machine,
            recorded=self.loading or self._data.record_count > 0,
            allowed=where.silence,
        )
        if state is not self.state:
            self.state = state
            self._changed = True
        if self._ranks is not None:
            self._ranks.judge()

    def snapshot(self) -> RunSnapshot:
        """The picture of the run as it is now."""
        if self._snapshot is None or self.changed:
            self._snapshot = self._picture(1 if self._snapshot is None else self._snapshot.version + 1)
            self._changed = False
        return self._snapshot

    def _picture(self, version: int) -> RunSnapshot:
        data = self._data
        iterations, metrics = data.iterations(), data.metrics()
        ranks = self._ranks.snapshots() if self._ranks is not None else ()
        spreads: Mapping[str, Spread] = {}
        all_metrics: Mapping[str, ColumnView] = metrics
        if ranks:
            others = [RankColumns(rank.iterations, rank.metrics) for rank in ranks]
            all_metrics = merged = MergedMetrics(RankColumns(iterations, metrics), others, self._merged)
            spreads = Spreads(merged)
        summaries, last_values = self._known(iterations, all_metrics, metrics)
        return RunSnapshot(
            key=self.key,
            version=version,
            path=self._path,
            header=self.header,
            state=self.state,
            iterations=iterations,
            metrics=all_metrics,
            events=tuple(data.events),
            end=self.end,
            resumes=tuple(data.resumes),
            segment_rows=tuple(data.segment_rows),
            bad_lines=tuple(data.bad_lines),
            bad_line_count=data.bad_line_count,
            superseded_rows=data.superseded_rows,
            meta=self._meta.meta,
            last_change=self.last_change,
            record_interval=self._record_interval(),
            loading=self.loading,
            progress=self._progress(),
            summaries=summaries,
            last_values=last_values,
            problem=self._problem or self._problem_of_lines() or _problem_of_format(self.header.format),
            size=self.size,
            system=data.system.figures(),
            system_seconds=data.system.seconds(),
            ranks=ranks,
            spreads=spreads,
        )

    def _known(
        self, iterations: Floats, metrics: Mapping[str, ColumnView], own: Mapping[str, ColumnView]
    ) -> tuple[Mapping[str, MetricSummary], Mapping[str, float]]:
        """What is known of each metric, and the newest values: from the ends of the log until all is read."""
        if self._previews() and self._preview is not None and self._preview.last_values:
            end = self._preview.end
            return end.summary if end is not None else {}, self._preview.last_values
        return ColumnSummaries(metrics, iterations), LastValues(own, iterations)

    def _previews(self) -> bool:
        return self.loading and self._preview is not None

    def _progress(self) -> float:
        if not self.loading or self.size == 0:
            return 1.0
        return min(1.0, self._tail.offset / self.size) if self._tail is not None else 0.0

    def _problem_of_lines(self) -> str | None:
        data = self._data
        if data.metrics_left_out:
            return f"only the first {MAX_METRICS:,} metrics are kept"
        if data.record_count or not data.bad_line_count:
            return None
        number, reason = data.bad_lines[0]
        return f"none of its {data.bad_line_count:,} lines is a record (line {number}: {reason})"

    def _read_log(self, tail: LogTail, max_bytes: int) -> bool:
        chunk = tail.read(max_bytes)
        self.gone = chunk.missing
        if chunk.restarted:
            self._data = RunData(self._path)
            self._merged = Kept()
            self._preview = None
            self._interval_of = -1
            self._changed = True
        decoded = decode_chunk(chunk)
        for number, reason in decoded.bad_lines:
            self._data.bad_line(number, reason)
        self._data.apply(decoded.records, decoded.line_numbers)
        if chunk.lines or self._problem is not None:
            self._problem = None
            self._changed = True
        return not chunk.at_end

    def _read_document(self) -> bool:
        # Not at the top: most directories hold logs alone.
        from tuimon.records.original_json import BadDocument
        from tuimon.store.documents import read_run

        self._changed = True
        try:
            self._data = read_run(self._path)
            self.rejected = self._problem = None
        except BadDocument as error:
            self.rejected = f"{self._path} is no run: {error}"
        return False

    def _check_meta(self) -> None:
        try:
            changed = self._meta.look()
        except OSError as error:
            changed = True
            self._say(f"cannot read {self._meta.path}: {error.strerror}")
        self._changed |= changed

    def _is_saved(self) -> bool:
        """Whether the document beside the log was written after the log's last bytes."""
        if self.files.document is None or self._stamp is None:
            return False
        try:
            return self.files.document.stat().st_mtime_ns >= self._stamp[MODIFIED - 1]
        except OSError:  # it is gone again
            return False

    def _writer(self) -> Writer | None:
        """The newest process that wrote to the log; not known before all was read: it may be a later one."""
        if self.loading:
            return None
        resumes = self._data.resumes
        return writer_of(resumes[-1] if resumes else self.header)

    def _record_interval(self) -> float | None:
        if self._interval_of != self._data.record_count:
            self._interval_of = self._data.record_count
            self._interval = self._data.record_interval()
        return self._interval

    def _say(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self._changed = True


def _problem_of_format(number: int) -> str | None:
    if number <= LOG_FORMAT:
        return None
    return f"its format is {number}, this tuimon knows format {LOG_FORMAT}: what is shown may be wrong"
