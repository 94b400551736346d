"""The experiment log: a Markdown file that is kept up to date while a person writes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuimon.analysis.health import HealthMonitor
from tuimon.analysis.health_events import HealthRules
from tuimon.analysis.leaderboard import Leaderboard
from tuimon.analysis.metric_roles import main_metric
from tuimon.charts.distinct_names import distinct_names
from tuimon.charts.first_lines import FIRST_LINES
from tuimon.export.journal_draft import Draft, Part
from tuimon.export.journal_marks import block_lines, block_name
from tuimon.export.journal_section import RunFacts, noticed_block, run_block
from tuimon.export.journal_tables import (
    findings_block,
    hyperparameters_block,
    overview_block,
    troubles_block,
)
from tuimon.export.markdown_text import plain
from tuimon.store.snapshot import RunSnapshot

# With more runs a curve is one line: the charts of 1,000 are 30,000 lines, which nobody scrolls through.
MOST_CHARTS = 200

_RUN, _FIRST = "run", "run-first"
_TITLE = [
    "# Experiment log",
    "",
    "`tuimon journal` keeps what stands between its marks (HTML comments) up to date. Everything else is",
    "yours: write, move, rename and delete, and it stays as you left it. A part whose marks you delete is",
    "yours as well.",
]
_PLANNED = [
    "## Planned experiments",
    "",
    "| experiment | what changes | what it should show | done |",
    "| ---------- | ------------ | ------------------- | ---- |",
    "|            |              |                     |      |",
]
_WHAT_TO_DO = [
    "Nothing is logged yet. What to do:",
    "",
    "1. Put the tracker into the training loop:",
    "",
    "   ```python",
    *(f"   {line}".rstrip() for line in FIRST_LINES),
    "   ```",
    "",
    "2. Start the training, and `tuimon` beside it.",
    "3. Write above what this run should show, before it shows it.",
    "4. `tuimon journal` again: configuration, results and curves of the first run come here.",
]


@dataclass(frozen=True, slots=True)
class Journal:
    """The new text and what was done: sections of new runs, parts refreshed, the person's lines moved.

    ``moved`` lines stood inside a generated part and are right below it now. ``stray`` are the numbers, from
    1, of lines with a mark whose partner is missing: that part is left as it is.
    """

    text: str
    created: bool
    new_runs: int
    refreshed: int
    moved: int
    stray: tuple[int, ...]


def write_journal(
    existing: str,
    runs: Sequence[RunSnapshot],
    *,
    rules: HealthRules | None = None,
    now: float = 0.0,
    restore: bool = False,
) -> Journal:
    """The text of the journal about these runs, made from the text that is there now.

    ``restore`` writes parts again that were deleted. ``now`` is unix time. The same runs and text give the
    same text; given that text, nothing changes.
    """
    draft = Draft(existing, restore=restore)
    names = _names(draft, runs)
    every = _facts(draft, runs, names, rules, now)
    contents = _contents(every, names, sum(run.meta.archived for run in runs))
    new = [facts for facts in every if not draft.is_away(names[facts.run.key])]
    sections = [line for facts in new for line in _section(facts, names[facts.run.key], contents)]
    if draft.is_new and not every:
        sections = _template()
        draft.know([_FIRST])
    draft.know(names[facts.run.key] for facts in every)
    written = draft.write(contents, sections, _TITLE, _missing_parts(draft, contents))
    return Journal(written.text, draft.is_new, len(new), written.refreshed, written.moved, written.stray)


def _names(draft: Draft, runs: Sequence[RunSnapshot]) -> dict[str, str]:
    """The name of each run's block, by the run's key.

    Copies of one log have one id, so later ones are numbered. The section that was written for a first run
    becomes that of the oldest run.
    """
    names: dict[str, str] = {}
    taken: dict[str, int] = {}
    for run in sorted(runs, key=_age):
        name = block_name(_RUN, run.run_id)
        taken[name] = taken.get(name, 0) + 1
        names[run.key] = name if taken[name] == 1 else f"{name}.{taken[name]}"
        if _FIRST in draft.present and names[run.key] not in draft.known and not run.meta.archived:
            draft.rename({_FIRST: names[run.key], _noticed(_FIRST): _noticed(names[run.key])})
    return names


def _facts(
    draft: Draft,
    runs: Sequence[RunSnapshot],
    names: dict[str, str],
    rules: HealthRules | None,
    now: float,
) -> list[RunFacts]:
    """The runs by their numbers: first those that were written before, then new ones, the oldest first.

    The first of them is the baseline. An archived run gets no section, but keeps the one it has.
    """
    before = [name for name in (*draft.known, *sorted(draft.present)) if name.startswith(f"{_RUN}-")]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(before), start=1)}
    for run in sorted(runs, key=_age):
        if not run.meta.archived:
            numbers.setdefault(names[run.key], len(numbers) + 1)
    chosen = [run for run in runs if names[run.key] in numbers]
    chosen.sort(key=lambda run: numbers[names[run.key]])
    metric = _metric(chosen)
    rows = Leaderboard().rows(chosen, now, metric=metric)
    shown_names, monitor = distinct_names(chosen), HealthMonitor(rules)
    every: list[RunFacts] = []
    for run, row in zip(chosen, rows, strict=True):
        baseline = next((facts for facts in every if not facts.run.meta.archived), None)
        number = numbers[names[run.key]]
        every.append(RunFacts(run, row, monitor.of(run, now), shown_names[run.key], number, baseline))
    return every


def _metric(runs: Sequence[RunSnapshot]) -> str | None:
    """The metric that the runs are judged by, archived ones aside."""
    return main_metric([run for run in runs if not run.meta.archived])


def _contents(every: Sequence[RunFacts], names: dict[str, str], archived: int) -> dict[str, list[str]]:
    """What each block is to hold."""
    shown = [facts for facts in every if not facts.run.meta.archived]
    metric = _metric([facts.run for facts in every])
    contents = {
        "overview": overview_block(shown, metric, archived),
        "hyperparameters": hyperparameters_block(shown, metric),
        "findings": findings_block(shown, metric),
        "troubles": troubles_block(shown),
    }
    charts = len(every) <= MOST_CHARTS
    for facts in every:
        contents[names[facts.run.key]] = run_block(facts, charts=charts)
        contents[_noticed(names[facts.run.key])] = noticed_block(facts)
    return contents


def _section(facts: RunFacts, name: str, contents: dict[str, list[str]]) -> list[str]:
    heading = f"### Experiment {facts.number}: {plain(facts.name)}"
    return _section_lines(heading, name, contents[name], contents[_noticed(name)])


def _template() -> list[str]:
    """The section that waits for the first run."""
    nothing = ["Notes and tags written in the app come here."]
    return _section_lines("### Experiment 1: baseline", _FIRST, _WHAT_TO_DO, nothing)


def _section_lines(heading: str, name: str, block: Sequence[str], noticed: Sequence[str]) -> list[str]:
    """A run's section; what is not in a block is the person's from now on."""
    return [
        heading,
        "",
        "#### Purpose",
        "",
        "_What should this run show, and what do you expect?_",
        "",
        *block_lines(name, block),
        "",
        "#### Observations",
        "",
        *block_lines(_noticed(name), noticed),
        "",
        "_What did you see?_",
        "",
        "#### Conclusions",
        "",
        "_What follows from it, and what comes next?_",
        "",
    ]


def _missing_parts(draft: Draft, contents: dict[str, list[str]]) -> list[Part]:
    """The chapters that the text lacks and that nobody deleted."""

    def chapter(name: str, title: str, *after: str) -> Part:
        return Part(name, [f"## {title}", "", *block_lines(name, contents[name]), *after])

    yours = ("", "_What do you know now that you did not know before?_")
    remedies = ("", "_What went wrong, why, and what helped?_")
    parts = (
        chapter("overview", "Overview"),
        Part("experiments", ["## Experiments", ""], holds_runs=True),
        Part("planned", _PLANNED),
        chapter("hyperparameters", "Hyperparameter summary"),
        chapter("findings", "Key findings", *yours),
        chapter("troubles", "Troubleshooting notes", *remedies),
    )
    # These two have no block to be seen by: they are there where any other part is.
    without_block = {"experiments", "planned"} if draft.present or draft.has_next() else set()
    return [part for part in parts if part.name not in without_block and not draft.is_away(part.name)]


def _noticed(name: str) -> str:
    return f"noticed-{name}"


def _age(run: RunSnapshot) -> tuple[bool, float, str]:
    start = run.header.start_time
    return start is None, start.timestamp() if start is not None else 0.0, run.path.name
