"""What a filter asks of a run: words, comparisons, and how they are joined. Read by ``run_filter``."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Protocol, TypeAlias

from tuimon.analysis.flat_config import config_value, plain_number
from tuimon.analysis.jobs import job_names, restart_count
from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.run_rows import RunRow
from tuimon.analysis.short_names import long_metric
from tuimon.analysis.sorting import CONFIG_PREFIX, METRIC_MEASURES, metric_measure
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot

# Two numbers that a person would call equal: a config of 0.0003 and a filter of 3e-4.
_RELATIVE_TOLERANCE = 1e-9

_ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ORDER_SIGNS = tuple(_ORDER)
# What filters call the columns of the run table.
NUMBER_FIELDS: Mapping[str, str] = {
    "step": "step",
    "progress": "progress",
    "done": "progress",
    "best": "best",
    "last": "last",
    "delta": "delta",
    "throughput": "throughput",
    "nan": "nan_count",
    "bad": "bad_lines",
}
DURATION_FIELDS: Mapping[str, str] = {
    "age": "age_seconds",
    "seen": "seen_seconds",
    "duration": "duration_seconds",
    "took": "duration_seconds",
    "eta": "eta_seconds",
}
_Texts: TypeAlias = Callable[[RunSnapshot], tuple[str, ...]]
TEXT_FIELDS: Mapping[str, _Texts] = {
    "name": lambda run: (run.name,),
    "tag": lambda run: run.tags,
    "note": lambda run: (run.notes,),
    "id": lambda run: (run.run_id,),
    "state": lambda run: (str(run.state),),
    "group": lambda run: (run.header.group or "",),
    "host": lambda run: (run.header.host or "",),
    "job": job_names,
    "archived": lambda run: ("yes" if run.meta.archived else "no",),
}
# Of these a colon asks for the whole: the tag "lr" is not the tag "lr_sweep".
_WHOLE_FIELDS = frozenset({"tag", "job"})
# The scheduler's numbers of a run.
JOB_FIELDS: Mapping[str, Callable[[RunSnapshot], int | None]] = {
    "array": lambda run: run.header.array_index,
    "restart": restart_count,
}


class Term(Protocol):
    """A part of a filter."""

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:
        """Whether the run is meant."""


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty filter."""

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:  # noqa: ARG002  # a Term's signature
        """Always."""
        return True


@dataclass(frozen=True, slots=True)
class Word:
    """Text that stands in a run's name, one of its tags or its notes, whatever the case."""

    text: str

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:  # noqa: ARG002
        """Whether it is in one of them."""
        wanted = self.text.casefold()
        return any(wanted in text.casefold() for text in (run.name, *run.tags, run.notes))


@dataclass(frozen=True, slots=True)
class Not:
    """What the term does not match."""

    term: Term

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:
        """Whether the term does not."""
        return not self.term.matches(run, row)


@dataclass(frozen=True, slots=True)
class AllOf:
    """What each of the terms matches."""

    terms: tuple[Term, ...]

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:
        """Whether all of them do."""
        return all(term.matches(run, row) for term in self.terms)


@dataclass(frozen=True, slots=True)
class OneOf:
    """What at least one of the terms matches."""

    terms: tuple[Term, ...]

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:
        """Whether one of them does."""
        return any(term.matches(run, row) for term in self.terms)


@dataclass(frozen=True, slots=True)
class TextIs:
    """A text field: ``:`` is contained (in a tag: equal), ``=`` equal; ``*`` and ``?`` stand for anything."""

    field: str
    sign: str
    text: str

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:  # noqa: ARG002
        """Whether one of the field's texts is meant."""
        whole = self.sign != ":" or self.field in _WHOLE_FIELDS
        return any(text_is(text, self.text, whole=whole) for text in TEXT_FIELDS[self.field](run))


@dataclass(frozen=True, slots=True)
class ColumnIs:
    """A number in the run's row of the table; without a row nothing matches."""

    column: str
    sign: str
    number: float

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:  # noqa: ARG002
        """Whether the row has a number there that compares so."""
        return row is not None and _compares(getattr(row, self.column), self.sign, self.number)


@dataclass(frozen=True, slots=True)
class JobIs:
    """A number that the scheduler gave the run."""

    field: str
    sign: str
    number: float

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:  # noqa: ARG002
        """Whether the run has a number there that compares so."""
        return _compares(JOB_FIELDS[self.field](run), self.sign, self.number)


@dataclass(frozen=True, slots=True)
class ConfigIs:
    """A key of the flattened config compared with what was typed: as numbers where both are, else as text."""

    key: str
    sign: str
    text: str
    number: float | None

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:  # noqa: ARG002
        """Whether the config has the key with such a value."""
        value = config_value(run.header.config, self.key)
        if value is None:
            return False
        number = plain_number(value)
        if self.number is not None and number is not None:
            return _compares(number, self.sign, self.number)
        return self.sign not in _ORDER and text_is(str(value), self.text, whole=self.sign != ":")


@dataclass(frozen=True, slots=True)
class MetricIs:
    """A metric: its best value where it has a direction, else its last one, unless a measure is named.

    Compared with NaN it is the last value that counts. A run without such a metric is asked for a config key
    of that name, then for the metric that is shown by that name (``lr``, ``tok/s``); and with ``:`` or ``=``
    for the words themselves, so that a run named ``lr=3e-4`` is found.
    """

    name: str
    sign: str
    text: str
    number: float | None

    def matches(self, run: RunSnapshot, row: RunRow | None) -> bool:
        """Whether the run has such a value."""
        value = self._value(run, self.name)
        if value is not None:
            return self._is(value)
        if config_value(run.header.config, self.name) is not None:
            if ConfigIs(self.name, self.sign, self.text, self.number).matches(run, row):
                return True
        elif (shown := long_metric(self.name)) is not None and self._is(self._value(run, shown)):
            return True
        return self.sign not in _ORDER and Word(f"{self.name}{self.sign}{self.text}").matches(run, row)

    def _is(self, value: float | None) -> bool:
        return self.number is not None and _compares(value, self.sign, self.number)

    def _value(self, run: RunSnapshot, metric: str) -> float | None:
        name, _, measure = metric.rpartition(".")
        if measure in METRIC_MEASURES:
            return metric_measure(run, name, measure)
        direction = direction_of(metric)
        if direction is None or (self.number is not None and math.isnan(self.number)):
            return metric_measure(run, metric, "last")
        return metric_measure(run, metric, direction)


def asks_about(term: Term, field: str) -> bool:
    """Whether a term, or a part of it, is about this text field."""
    match term:
        case TextIs():
            return term.field == field
        case Not():
            return asks_about(term.term, field)
        case AllOf() | OneOf():
            return any(asks_about(part, field) for part in term.terms)
    return False


def text_is(text: str, wanted: str, *, whole: bool) -> bool:
    """Whether the text is (``whole``) or contains what is wanted, whatever the case."""
    text, wanted = text.casefold(), wanted.casefold()
    if "*" in wanted or "?" in wanted:
        return fnmatchcase(text, wanted)
    return text == wanted if whole else wanted in text


def _compares(value: float | None, sign: str, number: float) -> bool:
    if value is None:
        return False
    if sign in _ORDER:
        return _ORDER[sign](value, number)
    return math.isclose(value, number, rel_tol=_RELATIVE_TOLERANCE) or (
        math.isnan(value) and math.isnan(number)
    )


def is_config(key: str) -> bool:
    """Whether a key of a filter names a config key."""
    return key.startswith(CONFIG_PREFIX) and len(key) > len(CONFIG_PREFIX)
