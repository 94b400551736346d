"""Everything about one run as text, the most telling first. Knows no screen, only a width."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.axes import step_axis, x_at_row
from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.health_ranks import rank_paces
from tuimon.analysis.jobs import job_ids, restart_count
from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.statistics import MetricStatistics
from tuimon.charts import notation
from tuimon.charts.badges import severity_style
from tuimon.charts.compare_text import RUN_SIGN
from tuimon.charts.compare_words import config_text
from tuimon.charts.event_words import event_line
from tuimon.charts.no_metrics import no_metrics_words
from tuimon.charts.notation import harmless
from tuimon.charts.output_text import output_line
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.statistics_text import statistics_lines
from tuimon.charts.text_line import LineBuilder, wrap
from tuimon.quick_dataclass import dataclass
from tuimon.records.events import EndRecord
from tuimon.store.liveness import RunState
from tuimon.store.printed_output import OutputLine
from tuimon.store.snapshot import RunSnapshot

_MARGIN = 1
_GAP = 3
_PAIR_WIDTH = 36  # cells that a label and its value like to have: that many beside each other as fit
_SHORT_SHARE = 0.8  # of the pairs must fit into so many columns, or there are fewer columns
_MOST_LABEL = 24
_MOST_EVENTS = 200  # the newest; more would be scrolled past, and laid out anew with each record
_EVENT_LINES = 3
_LEAST_NAME, _MOST_NAME = 12, 60
_SURE_FACTS = 3  # of the title: step, progress, best

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RunTextSpec:
    """What is told of a run, and how. ``metric`` is the one in the chart, marked among the statistics.

    ``name`` stands for the run's own where that is another run's too.
    """

    run: RunSnapshot
    row: RunRow
    statistics: tuple[MetricStatistics, ...]
    width: int
    colour: str | None = None
    name: str | None = None
    metric: str | None = None
    ascii: bool = False
    theme: Theme = DARK
    health: RunHealth | None = None
    output: tuple[OutputLine, ...] = ()
    """The last lines that the program printed, where they are kept; ``output_key`` shows all of them."""
    output_key: str = ""
    system: tuple[Line, ...] = ()
    """The machine's figures, drawn in the width, where there are any."""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class RunText:
    """``heading`` stays in place; ``lines`` scroll."""

    heading: tuple[Line, ...]
    lines: tuple[Line, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, index: int) -> Line:
        """One of the lines that scroll."""
        return self.lines[index]


def run_text(spec: RunTextSpec) -> RunText:
    """Lay out a run in ``spec.width`` cells."""
    page = _Page(spec)
    happened = event_line(spec.run, spec.health, spec.width, spec.theme, ascii=spec.ascii)
    if happened is not None:
        page.lines.append(happened)
    _failure(page)
    went_wrong = spec.run.state in (RunState.FAILED, RunState.CRASHED)
    if went_wrong:  # what was printed last says why
        _output(page)
    _facts(page)
    if not went_wrong:
        _output(page)
    _statistics(page)
    if spec.system:
        page.section("system", "over elapsed time")
        page.lines += spec.system
    _config(page)
    _health(page)
    _events(page)
    _segments(page)
    _bad_lines(page)
    _environment(page)
    return RunText((), tuple(page.lines))


def config_lines(spec: RunTextSpec) -> tuple[Line, ...]:
    """The run's config alone, as it stands in its text."""
    page = _Page(spec)
    _config(page)
    return tuple(page.lines)


def run_title(spec: RunTextSpec) -> Line:
    """One line: which run, what has become of it, how far it is and what it has reached."""
    run, theme = spec.run, spec.theme
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    line = LineBuilder(spec.width, ascii=spec.ascii).to(_MARGIN)
    line.add(f"{RUN_SIGN} ", style(theme, spec.colour or theme.text, bold=True))
    facts = _title_facts(spec)
    state = f"{state_sign(run.state)} {run.state.value}"
    # The name has what state and the first facts leave, and needs no more than it is long.
    sure = sum(cell_len(label) + cell_len(value) + _GAP for label, value in facts[:_SURE_FACTS])
    sure += cell_len("  paused") if spec.paused else 0
    room = max(_LEAST_NAME, line.room - cell_len(state) - _GAP - sure - _MARGIN)
    line.add(
        notation.cut_middle(harmless(spec.name or run.name), min(room, _MOST_NAME)),
        style(theme, theme.text, bold=True),
    )
    line.add("  ").add(state, state_style(theme, run.state))
    if spec.paused:
        line.add("  paused", style(theme, theme.warning, bold=True))
    for label, value in facts:
        if line.room < cell_len(label) + cell_len(value) + _GAP + _MARGIN:
            break
        line.add(" " * _GAP).add(label, muted).add(value, ink)
    return line.line()


def _title_facts(spec: RunTextSpec) -> list[Pair]:
    row = spec.row
    facts: list[Pair] = []
    if row.step is not None:
        facts.append(("step ", notation.count_text(row.step)))
    if row.progress is not None:
        facts.append(("", notation.percent_text(row.progress)))
    if row.best is not None and row.main_metric is not None:
        at = f" @{notation.count_text(row.best_step)}" if row.best_step is not None else ""
        best = notation.value_text(row.main_metric, row.best)
        facts.append((f"{harmless(notation.short_metric(row.main_metric))} best ", f"{best}{at}"))
    if row.eta_seconds is not None and row.state.is_live:
        facts.append(("ETA ", notation.duration_text(row.eta_seconds)))
    if row.seen_seconds is not None:
        facts.append(("last record ", f"{notation.age_text(row.seen_seconds)} ago"))
    return facts


class _Page:
    """The lines written so far."""

    def __init__(self, spec: RunTextSpec) -> None:
        theme = spec.theme
        self.spec = spec
        self.lines: list[Line] = []
        self.ink = style(theme, theme.text)
        self.muted = style(theme, theme.muted)
        self.accent = style(theme, theme.accent)
        self.bad = style(theme, theme.bad)
        self.warning = style(theme, theme.warning)

    @property
    def room(self) -> int:
        """The cells between the margins."""
        return max(1, self.spec.width - 2 * _MARGIN)

    def new_line(self) -> LineBuilder:
        """A line that begins after the margin."""
        return LineBuilder(self.spec.width, ascii=self.spec.ascii).to(_MARGIN)

    def section(self, title: str, about: str = "", title_style: Style | None = None) -> None:
        """A heading, with an empty line before it unless it is the first."""
        if self.lines:
            self.lines.append(self.new_line().line())
        line = self.new_line().add(title, title_style or self.accent)
        self.lines.append((line.add(f"   {about}", self.muted) if about else line).line())

    def text(self, text: str, text_style: Style, *, indent: int = 0, most: int | None = None) -> None:
        """Text from a log, line by line, wrapped; its indentation kept."""
        for row in text.splitlines() or [""]:
            words = row.expandtabs(4).lstrip(" ")
            inner = indent + min(len(row.expandtabs(4)) - len(words), self.room // 2)
            for piece in wrap(harmless(words), self.room - inner, most=most):
                self.lines.append(self.new_line().to(_MARGIN + inner).add(piece, text_style).line())

    def pairs(self, pairs: Sequence[Pair]) -> None:
        """Labels and values, in as many columns as fit, read downwards; what is too long is wrapped below."""
        if not pairs:
            return
        label_width = min(_MOST_LABEL, max(cell_len(label) for label, _ in pairs))
        columns = max(1, min(3, (self.room + _GAP) // (_PAIR_WIDTH + _GAP)))
        while True:
            width = (self.room + _GAP) // columns - _GAP
            value_width = width - label_width - 2
            short = [pair for pair in pairs if cell_len(pair[1]) <= value_width]
            if columns == 1 or len(short) >= _SHORT_SHARE * len(pairs):
                break
            columns -= 1
        height = -(-len(short) // columns)
        for place in range(height):
            line = self.new_line()
            for column, (label, value) in enumerate(short[place::height]):
                line.to(_MARGIN + column * (width + _GAP))
                line.cell(label, label_width, self.muted).add("  ").add(value, self.ink)
            self.lines.append(line.line())
        for label, value in pairs:
            if cell_len(value) > value_width:
                self._long_pair(label, value, label_width)

    def _long_pair(self, label: str, value: str, label_width: int) -> None:
        for number, piece in enumerate(wrap(value, self.room - label_width - 2)):
            line = self.new_line().cell("" if number else label, label_width, self.muted)
            self.lines.append(line.add("  ").add(piece, self.ink).line())


def _failure(page: _Page) -> None:
    run = page.spec.run
    if run.problem:
        page.section("problem", title_style=page.bad)
        page.text(run.problem, page.bad)
    end = run.end
    if end is not None and end.reason:
        page.section("interrupted by", notation.cut_middle(harmless(end.reason), page.room // 2))
    if end is None or end.exception_type is None:
        return
    page.section("failed with", title_style=page.bad)
    page.text(_exception_text(end), style(page.spec.theme, page.spec.theme.bad, bold=True))
    if end.traceback:
        # A line of carets points at the line above it, which it does not once either is wrapped.
        rows = [row for row in end.traceback.rstrip().splitlines() if row.strip("^~ ")]
        page.text("\n".join(rows), page.muted, indent=2)


def _exception_text(end: EndRecord) -> str:
    return (
        f"{end.exception_type}: {end.exception_message}" if end.exception_message else str(end.exception_type)
    )


def _output(page: _Page) -> None:
    """What was printed last."""
    spec = page.spec
    if spec.output:
        page.section("output", f"{spec.output_key} shows all of it" if spec.output_key else "")
        page.lines += [
            output_line(line, spec.width, ascii=spec.ascii, theme=spec.theme) for line in spec.output
        ]


def _facts(page: _Page) -> None:
    run = page.spec.run
    page.section("run", notation.cut_middle(harmless(str(run.path)), page.room - len("run   ")))
    page.pairs(
        [("id", harmless(run.run_id)), *_time_facts(page.spec), *_count_facts(page.spec), *_words(run)]
    )
    at_the_end = run.end.notes if run.end is not None else ""
    for title, notes in (("notes", run.notes), ("notes at the end", at_the_end)):
        if notes:
            page.section(title)
            page.text(notes, page.ink)


def _time_facts(spec: RunTextSpec) -> list[Pair]:
    run, row = spec.run, spec.row
    ended = run.end.end_time if run.end is not None else None
    known = (
        ("started", time_text(run.header.start_time) if run.header.start_time is not None else None),
        ("ended", time_text(ended) if ended is not None else None),
        ("age", notation.age_text(row.age_seconds) if row.age_seconds is not None else None),
        (
            "trained",
            notation.duration_text(row.duration_seconds) if row.duration_seconds is not None else None,
        ),
    )
    return [(label, value) for label, value in known if value is not None]


def _count_facts(spec: RunTextSpec) -> list[Pair]:
    """Amounts; what had better be nothing is told only when it is something."""
    run, row = spec.run, spec.row
    facts: list[Pair] = []
    if row.throughput is not None:
        facts.append(("throughput", f"{notation.rate_text(row.throughput)} tok/s"))
    facts.append(("rows", notation.count_text(len(run.iterations))))
    facts.append(("size", f"{notation.rate_text(run.size)}B"))
    for label, count in (
        ("superseded rows", run.superseded_rows),
        ("not finite", row.nan_count),
        ("bad lines", run.bad_line_count),
    ):
        if count:
            facts.append((label, notation.count_text(count)))
    return facts


def _words(run: RunSnapshot) -> list[Pair]:
    facts = [("group", harmless(run.header.group))] if run.header.group else []
    return facts + ([("tags", ", ".join(harmless(tag) for tag in run.tags))] if run.tags else [])


def _statistics(page: _Page) -> None:
    spec = page.spec
    if not spec.statistics:
        page.section("metrics", no_metrics_words(spec.run, has_output=bool(spec.output)))
        return
    page.section("metrics", "NaN and infinity are counted and left out")
    page.lines += statistics_lines(
        spec.statistics, spec.width, spec.metric, ascii=spec.ascii, theme=spec.theme
    )


def _config(page: _Page) -> None:
    config = flatten_config(page.spec.run.header.config)
    if not config:
        page.section("config", "none was logged")
        return
    page.section("config", f"{len(config)} keys")
    page.pairs([(harmless(key), config_text(key, value)) for key, value in config.items()])


def _health(page: _Page) -> None:
    """What the health rules found, newest first."""
    events = page.spec.health.events if page.spec.health is not None else ()
    if not events:
        return
    page.section("health", f"{len(events)}, newest first")
    for event in reversed(events):
        at = "" if event.iteration is None else f"@{notation.count_text(event.iteration)}"
        for number, piece in enumerate(wrap(harmless(event.message), page.room - 22, most=_EVENT_LINES)):
            line = page.new_line()
            line.cell("" if number else at, 8, page.muted, right=True).add("  ")
            word = event.kind.value.replace("_", " ").removeprefix("throughput ")
            ink = severity_style(page.spec.theme, event.severity)
            line.cell("" if number else word, 10, ink).add("  ")
            page.lines.append(line.add(piece, page.ink).line())


def _events(page: _Page) -> None:
    events = page.spec.run.events
    if not events:
        return
    hidden = len(events) - _MOST_EVENTS
    page.section(
        "events",
        f"{len(events)}, newest first" + (f", {hidden} earlier ones not shown" if hidden > 0 else ""),
    )
    styles = {"warning": page.warning, "error": page.bad, "critical": page.bad}
    for event in reversed(events[-_MOST_EVENTS:]):
        at = "" if event.iteration is None else f"@{notation.count_text(event.iteration)}"
        level = harmless(event.level)
        message = " ".join(event.message.split())
        for number, piece in enumerate(wrap(harmless(message), page.room - 20, most=_EVENT_LINES)):
            line = page.new_line()
            line.cell("" if number else at, 8, page.muted, right=True).add("  ")
            line.cell("" if number else level, 8, styles.get(event.level.lower(), page.muted)).add("  ")
            page.lines.append(line.add(piece, page.ink).line())


def _segments(page: _Page) -> None:
    run = page.spec.run
    if not run.resumes:
        return
    page.section("resumed", "superseded rows are left out of everything above")
    for number, resume in enumerate(run.resumes):
        row = run.segment_rows[number] if number < len(run.segment_rows) else len(run.iterations)
        step = x_at_row(run, row, step_axis(run)) if row < len(run.iterations) else None
        where = [f"from {notation.count_text(step)}" if step is not None else "without a record yet"]
        where += [time_text(resume.time)] if resume.time is not None else []
        where += [harmless(resume.host)] if resume.host else []
        where += [f"pid {resume.pid}"] if resume.pid is not None else []
        page.lines.append(page.new_line().add("   ".join(where), page.ink).line())


def _bad_lines(page: _Page) -> None:
    run = page.spec.run
    if not run.bad_line_count:
        return
    rest = run.bad_line_count - len(run.bad_lines)
    page.section(
        "bad lines",
        f"{run.bad_line_count}" + (f", the newest {len(run.bad_lines)} shown" if rest > 0 else ""),
    )
    for number, reason in reversed(run.bad_lines):
        line = page.new_line().cell(f"line {number}", 12, page.muted).add("  ")
        page.lines.append(
            line.add(notation.cut_middle(harmless(reason), line.room - _MARGIN), page.warning).line()
        )


def _environment(page: _Page) -> None:
    header = page.spec.run.header
    dirty = {True: " with uncommitted changes", False: "", None: ""}[header.git_dirty]
    known: Iterable[tuple[str, object]] = (
        ("host", header.host),
        ("pid", header.pid),
        ("python", header.python),
        ("gpu", ", ".join(header.gpu_names) or None),
        ("rank", _ranks_text(page.spec.run)),
        ("job", header.job_id),
        ("array index", header.array_index),
        ("restarts", restart_count(page.spec.run)),
        ("git", header.git_commit and f"{header.git_commit[:12]}{dirty}"),
        ("directory", header.cwd),
    )
    pairs = [(label, harmless(str(value))) for label, value in known if value is not None]
    if pairs:
        page.section("environment")
        page.pairs(pairs)
    again, stop = reproduce_command(page.spec.run), stop_command(page.spec.run)
    if again:
        page.section(
            "to reproduce it", "the working tree had uncommitted changes" if header.git_dirty else ""
        )
        page.text(again, page.ink)
    if stop:
        page.section("to stop it", f"on {harmless(header.host)}" if header.host else "")
        page.text(stop, page.ink)


def _ranks_text(run: RunSnapshot) -> str | None:
    header = run.header
    if header.rank is None:
        return None
    if not run.ranks:
        return f"{header.rank} of {header.world_size}"
    paces = rank_paces(run)
    slowest = f", {paces[0].rank} is the slowest" if len(paces) > 1 else ""
    return f"mean of {len(run.ranks) + 1} of {header.world_size}{slowest}"


def reproduce_command(run: RunSnapshot) -> str | None:
    """The shell line that starts the same training again; None where the log does not say how."""
    header = run.header
    if not header.argv:
        return None
    steps = [f"cd {shell_word(header.cwd)}"] if header.cwd else []
    steps += [f"git checkout {shell_word(header.git_commit)}"] if header.git_commit else []
    return " && ".join((*steps, " ".join(map(shell_word, header.argv))))


def shell_word(word: str) -> str:
    """A word quoted for a shell, without a control character: one could end the paste and start a command."""
    if harmless(word) == word:
        return shlex.quote(word)
    escaped = (
        character
        if harmless(character) == character and character not in "\\'"
        else "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
        for character in word
    )
    return f"$'{''.join(escaped)}'"  # as bash, zsh and ksh read it


def stop_command(run: RunSnapshot) -> str | None:
    """The shell line that stops a live training; None where there is nothing to stop."""
    latest = run.resumes[-1] if run.resumes else run.header
    if not run.state.is_live:
        return None
    if job_id := job_ids(run)[-1:]:
        index = "" if run.header.array_index is None else f"_{run.header.array_index}"
        return f"scancel {shell_word(job_id[0] + index)}"
    return None if latest.pid is None else f"kill -INT {latest.pid}"


def time_text(time: datetime) -> str:
    """A time on this machine's clock: ``2026-11-23 14:05:12``."""
    return f"{time.astimezone():%Y-%m-%d %H:%M:%S}"
