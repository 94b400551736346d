"""What a shell offers at Tab: commands and options by click, runs, metrics and config keys from the logs.

Only the two ends of logs are read, and nothing heavy is imported: whoever presses Tab waits.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, shell_complete

from tuimon.cli.log_directories import chosen_paths
from tuimon.cli.words import COMPLETION_VARIABLE
from tuimon.records.candidates import candidate
from tuimon.records.quick_read import metric_names_at_ends, read_header
from tuimon.records.run_lookup import NEWEST, RunCandidate, newest_first, resolve_run
from tuimon.sources.discover import ScanLimits, discover

SWITCH_ON = {
    "bash": f'eval "$({COMPLETION_VARIABLE}=bash_source tuimon)"',
    "zsh": f'eval "$({COMPLETION_VARIABLE}=zsh_source tuimon)"',
    "fish": f"{COMPLETION_VARIABLE}=fish_source tuimon | source",
}
"""The line for each shell's start-up file."""

_LIMITS = ScanLimits(seconds=1.0)
_MOST_READ = 20  # runs whose metrics and config are offered, the newest
# What no shell takes for anything but itself; a run of any other name is offered by its id.
_BARE = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+-]*")
_AXES = ("gradient_step", "iteration", "elapsed", "clock", "tokens")


def answer_shell(command: click.Command, environ: Mapping[str, str] = os.environ) -> int:
    """Answer a shell that asks for completions, or for the script that will ask; returns the exit code."""
    instruction = environ.get(COMPLETION_VARIABLE, "")
    return shell_complete(command, {}, "tuimon", COMPLETION_VARIABLE, instruction)


def complete_runs(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Runs by name, the newest first; by id where several have the name or a shell would read it otherwise.

    Where there is none that begins so, files.
    """
    runs = newest_first(_candidates(ctx))
    seen: set[str] = set()
    items = []
    for run in runs:
        by_name = run.name not in seen and _BARE.fullmatch(run.name) is not None
        seen.add(run.name)
        word = run.name if by_name else run.run_id
        if word.startswith(incomplete) and _BARE.fullmatch(word):
            items.append(CompletionItem(word, help=_about(run, by_name)))
    if NEWEST.startswith(incomplete) and runs:
        items.append(CompletionItem(NEWEST, help="the newest run"))
    return items or [CompletionItem(incomplete, type="file")]


def complete_metric(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The metrics of the runs named so far, else of the newest ones."""
    return _matching(_metrics(ctx), incomplete)


def complete_axis(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What can run along x: the axes that all runs have, then metrics."""
    return _matching([*_AXES, *_metrics(ctx)], incomplete)


def complete_config_key(
    ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The config keys of the newest runs."""
    from tuimon.analysis.flat_config import flatten_config

    keys = (key for run in _named(ctx) for key in flatten_config(read_header(run.path).config))
    return _matching(_tolerant(keys), incomplete)


def complete_sort(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The columns of a list of runs, then metrics."""
    from tuimon.cli.sort_columns import SORT_COLUMNS

    return _matching([*SORT_COLUMNS, *_metrics(ctx)], incomplete)


def _matching(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [
        CompletionItem(word)
        for word in dict.fromkeys(words)
        if word.startswith(incomplete) and _BARE.fullmatch(word)
    ]


def _candidates(ctx: click.Context) -> list[RunCandidate]:
    paths = chosen_paths((), ctx.params.get("log_dirs") or ())
    return [candidate(files.path) for files in discover(paths, limits=_LIMITS).runs]


def _named(ctx: click.Context) -> list[RunCandidate]:
    """The runs named on the command line so far; the newest ones where there is none."""
    candidates = _candidates(ctx)
    given: Any = ctx.params.get("runs") or ctx.params.get("run") or ()
    named = []
    for word in (given,) if isinstance(given, str) else given:
        try:
            path = Path(word)
            named.append(candidate(path) if path.is_file() else resolve_run(word, candidates))
        except (LookupError, OSError):  # unknown, ambiguous, no name of a file: the command will say so
            continue
    return named or newest_first(candidates)[:_MOST_READ]


def _metrics(ctx: click.Context) -> list[str]:
    return list(dict.fromkeys(_tolerant(name for run in _named(ctx) for name in _metrics_of(run.path))))


def _metrics_of(path: Path) -> Iterable[str]:
    if path.suffix != ".json":
        return metric_names_at_ends(path)
    from tuimon.records.experiment import ROW_FIELDS

    return ROW_FIELDS[3:]  # a document would have to be read whole; the first three say where a row stands


def _tolerant(words: Iterator[str]) -> Iterator[str]:
    """The words until a log cannot be read: no shell has a place for that message."""
    try:
        yield from words
    except OSError:
        return


def _about(run: RunCandidate, by_name: bool) -> str:
    when = f"{run.start_time.astimezone():%Y-%m-%d %H:%M}" if run.start_time is not None else ""
    return when if by_name else f"{re.sub(r'[^ -~]', '.', run.name)[:40]} {when}".strip()
