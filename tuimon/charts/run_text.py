"""Everything about one run as text, the most telling first. Knows no screen, only a width."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.health_ranks import rank_paces
from tuimon.analysis.jobs import restart_count
from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.short_names import short_metric
from tuimon.analysis.statistics import MetricStatistics
from tuimon.charts import notation
from tuimon.charts.compare_text import RUN_SIGN
from tuimon.charts.compare_words import config_text
from tuimon.charts.event_words import event_line
from tuimon.charts.no_metrics import no_metrics_words
from tuimon.charts.notation import harmless
from tuimon.charts.output_text import output_line
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.run_commands import reproduce_command, stop_command
from tuimon.charts.run_history import add_history
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.statistics_text import statistics_lines
from tuimon.charts.text_line import LineBuilder
from tuimon.charts.text_page import GAP, MARGIN, Pair, TextPage
from tuimon.quick_dataclass import dataclass
from tuimon.records.events import EndRecord
from tuimon.store.liveness import RunState
from tuimon.store.printed_output import OutputLine
from tuimon.store.snapshot import RunSnapshot

_LEAST_NAME, _MOST_NAME = 12, 60
_SURE_FACTS = 3  # of the title: step, progress, best


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


def run_text(spec: RunTextSpec) -> tuple[Line, ...]:
    """A run laid out in ``spec.width`` cells."""
    page = TextPage(spec.width, spec.theme, ascii=spec.ascii)
    happened = event_line(spec.run, spec.health, spec.width, spec.theme, ascii=spec.ascii)
    if happened is not None:
        page.lines.append(happened)
    _failure(page, spec)
    went_wrong = spec.run.state in (RunState.FAILED, RunState.CRASHED)
    if went_wrong:  # what was printed last says why
        _output(page, spec)
    _facts(page, spec)
    if not went_wrong:
        _output(page, spec)
    _statistics(page, spec)
    if spec.system:
        page.section("system", "over elapsed time")
        page.lines += spec.system
    _config(page, spec)
    add_history(page, spec.run, spec.health.events if spec.health is not None else ())
    _environment(page, spec)
    return tuple(page.lines)


def config_lines(spec: RunTextSpec) -> tuple[Line, ...]:
    """The run's config alone, as it stands in its text."""
    page = TextPage(spec.width, spec.theme, ascii=spec.ascii)
    _config(page, spec)
    return tuple(page.lines)


def run_title(spec: RunTextSpec) -> Line:
    """One line: which run, what has become of it, how far it is and what it has reached."""
    run, theme = spec.run, spec.theme
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    line = LineBuilder(spec.width, ascii=spec.ascii).to(MARGIN)
    line.add(f"{RUN_SIGN} ", style(theme, spec.colour or theme.text, bold=True))
    facts = _title_facts(spec)
    state = f"{state_sign(run.state)} {run.state.value}"
    # The name has what state and the first facts leave, and needs no more than it is long.
    sure = sum(cell_len(label) + cell_len(value) + GAP for label, value in facts[:_SURE_FACTS])
    sure += cell_len("  paused") if spec.paused else 0
    room = max(_LEAST_NAME, line.room - cell_len(state) - GAP - sure - MARGIN)
    line.add(
        notation.cut_middle(harmless(spec.name or run.name), min(room, max(_MOST_NAME, spec.width // 2))),
        style(theme, theme.text, bold=True),
    )
    line.add("  ").add(state, state_style(theme, run.state))
    if spec.paused:
        line.add("  paused", style(theme, theme.warning, bold=True))
    for label, value in facts:
        if line.room < cell_len(label) + cell_len(value) + GAP + MARGIN:
            break
        line.add(" " * GAP).add(label, muted).add(value, ink)
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
        facts.append((f"{harmless(short_metric(row.main_metric))} best ", f"{best}{at}"))
    if row.eta_seconds is not None and row.state.is_live:
        facts.append(("ETA ", notation.duration_text(row.eta_seconds)))
    if row.seen_seconds is not None:
        facts.append(("last record ", f"{notation.age_text(row.seen_seconds)} ago"))
    return facts


def _failure(page: TextPage, spec: RunTextSpec) -> None:
    run = spec.run
    if run.problem:
        page.section("problem", title_style=page.bad)
        page.text(run.problem, page.bad)
    end = run.end
    if end is not None and end.reason:
        page.section("interrupted by", notation.cut_middle(harmless(end.reason), page.room // 2))
    if end is None or end.exception_type is None:
        return
    page.section("failed with", title_style=page.bad)
    page.text(_exception_text(end), style(page.theme, page.theme.bad, bold=True))
    if end.traceback:
        # A line of carets points at the line above it, which it does not once either is wrapped.
        rows = [row for row in end.traceback.rstrip().splitlines() if row.strip("^~ ")]
        page.text("\n".join(rows), page.muted, indent=2)


def _exception_text(end: EndRecord) -> str:
    return (
        f"{end.exception_type}: {end.exception_message}" if end.exception_message else str(end.exception_type)
    )


def _output(page: TextPage, spec: RunTextSpec) -> None:
    """What was printed last."""
    if spec.output:
        page.section("output", f"{spec.output_key} shows all of it" if spec.output_key else "")
        page.lines += [
            output_line(line, spec.width, ascii=spec.ascii, theme=spec.theme) for line in spec.output
        ]


def _facts(page: TextPage, spec: RunTextSpec) -> None:
    run = spec.run
    page.section("run", notation.cut_middle(harmless(str(run.path)), page.room - len("run   ")))
    page.pairs([("id", harmless(run.run_id)), *_time_facts(spec), *_count_facts(spec), *_words(run)])
    at_the_end = run.end.notes if run.end is not None else ""
    for title, notes in (("notes", run.notes), ("notes at the end", at_the_end)):
        if notes:
            page.section(title)
            page.text(notes, page.ink)


def _time_facts(spec: RunTextSpec) -> list[Pair]:
    run, row = spec.run, spec.row
    ended = run.end.end_time if run.end is not None else None
    known = (
        ("started", notation.time_text(run.header.start_time) if run.header.start_time is not None else None),
        ("ended", notation.time_text(ended) if ended is not None else None),
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


def _statistics(page: TextPage, spec: RunTextSpec) -> None:
    if not spec.statistics:
        page.section("metrics", no_metrics_words(spec.run, has_output=bool(spec.output)))
        return
    page.section("metrics", "NaN and infinity are counted and left out")
    page.lines += statistics_lines(
        spec.statistics, spec.width, spec.metric, ascii=spec.ascii, theme=spec.theme
    )


def _config(page: TextPage, spec: RunTextSpec) -> None:
    config = flatten_config(spec.run.header.config)
    if not config:
        page.section("config", "none was logged")
        return
    page.section("config", f"{len(config)} keys")
    page.pairs([(harmless(key), config_text(key, value)) for key, value in config.items()])


def _environment(page: TextPage, spec: RunTextSpec) -> None:
    header = spec.run.header
    dirty = {True: " with uncommitted changes", False: "", None: ""}[header.git_dirty]
    known: Iterable[tuple[str, object]] = (
        ("host", header.host),
        ("pid", header.pid),
        ("python", header.python),
        ("gpu", ", ".join(header.gpu_names) or None),
        ("rank", _ranks_text(spec.run)),
        ("job", header.job_id),
        ("array index", header.array_index),
        ("restarts", restart_count(spec.run)),
        ("git", header.git_commit and f"{header.git_commit[:12]}{dirty}"),
        ("directory", header.cwd),
    )
    pairs = [(label, harmless(str(value))) for label, value in known if value is not None]
    if pairs:
        page.section("environment")
        page.pairs(pairs)
    again, stop = reproduce_command(spec.run), stop_command(spec.run)
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
