"""Why a filter that can be read matches nothing: what in it was perhaps meant otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tuimon.analysis.filter_terms import AllOf, ConfigIs, MetricIs, Not, OneOf, Term, Word
from tuimon.analysis.flat_config import config_value
from tuimon.analysis.run_filter import Filter
from tuimon.analysis.short_names import long_metric
from tuimon.analysis.sorting import METRIC_MEASURES
from tuimon.store.snapshot import RunSnapshot

_ODD = re.compile(r"[^\w\s.,:/+*?~%-]")  # what few names, tags and notes hold


def filter_doubt(wanted: Filter, runs: Sequence[RunSnapshot]) -> str | None:
    """What is doubtful in a filter that matches none of these runs; None where nothing is.

    A comparison with a name that no run has as a metric or config key, a word with a sign in it that
    compares nothing, a word that is the name of a metric, or one that stands nowhere.
    """
    for term in _parts(wanted.term):
        match term:
            case MetricIs():
                if not any(_knows(run, term.name) for run in runs):
                    return f"no run has a metric or config key {term.name!r}"
            case ConfigIs():
                if all(config_value(run.header.config, term.key) is None for run in runs):
                    return f"no run has a config key {term.key!r}"
            case Word():
                if not any(term.matches(run, None) for run in runs):
                    return _word_doubt(term.text, runs)
    return None


def _word_doubt(word: str, runs: Sequence[RunSnapshot]) -> str:
    odd = _ODD.search(word)
    if odd is not None:
        return f"{word!r} is no comparison: {odd.group()!r} is none of = != < <= > >= :"
    if any(_knows(run, word) for run in runs):
        return f"{word!r} is a metric or config key: compare it, as in {word}<2"
    return f"no name, tag or note has {word!r}"


def _knows(run: RunSnapshot, name: str) -> bool:
    if run.loading and not run.metrics and not run.summaries:
        return True  # it may have, once it is read
    if config_value(run.header.config, name) is not None:
        return True
    for asked in (name, long_metric(name) or name):
        metric, _, measure = asked.rpartition(".")
        names = (asked, metric) if measure in METRIC_MEASURES else (asked,)
        if any(known in run.metrics or known in run.summaries for known in names):
            return True
    return False


def _parts(term: Term) -> Iterator[Term]:
    """The terms that have to match, and those of which one has to; what is under a ``not`` is left out."""
    match term:
        case AllOf() | OneOf():
            for part in term.terms:
                yield from _parts(part)
        case Not():
            return
        case _:
            yield term
