"""Printed lines to records: what a line means beside those that were printed before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import isclose

from tuimon.capture.names import (
    BATCH_NAMES,
    EPOCH_NAMES,
    ITERATION_NAMES,
    is_evaluation,
    metric_name,
)
from tuimon.capture.numbers import NUMBER, Units, milliseconds, number_of, whole_if_whole
from tuimon.capture.styles import Bar, NamedNumber, read_bar, read_dict, read_free

# What the terminal shows of Ctrl+C, Ctrl+Z and Ctrl+\\ stands right before the line that is printed next.
_ECHOES = re.compile(r"^(?:\^[CZ\\])+")

_DIGIT = re.compile("[0-9]")
# What no line with a step lacks, in whatever style; of all other output nothing more is looked at.
_SIGNS_OF_STEP = (
    "step",
    "iter",
    "epoch",
    "batch",
    "update",
    "itr",
    "it:",
    "it=",
    "ep:",
    "ep=",
    "/",
    "{",
    "[",
)
_FIRST_WORDS = ("s:", "it ", "ep ")
_WIDE_SPACE = re.compile(r"\s{3,}")  # also what keeps the patterns linear in the length of a line
_IS_NUMBER = re.compile(rf"\s*({NUMBER})\s*")
_EPOCH_IN_LABEL = re.compile(r"\bep(?:och)?\b\D{0,3}(\d+)", re.IGNORECASE)
_EVALUATION_LABEL = re.compile(r"\b(?:val|valid\w*|eval|evaluati\w+|test|testing|sanity)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """What a line logs: scalars by name at a step. ``total``: how many steps there will be, if it says so."""

    step: float
    values: dict[str, float]
    total: float | None = None
    is_eval: bool = False


@dataclass(slots=True)
class _Place:
    """Where the training is, as far as was printed."""

    step: float | None = None
    """The latest step that was printed as such, counted over all epochs."""
    within: float = 0.0
    before: float = 0.0
    """Steps of the epochs before this one, where each counts from its beginning."""
    epoch: float | None = None


@dataclass(slots=True)
class LineReader:
    """Reads lines in the order in which they were printed, from all streams of a program.

    ``patterns`` are regular expressions whose named groups are metrics; they are tried first. A group called
    as steps are (``step``, ``iteration``, ...) is the step; without one it is the latest step.
    """

    patterns: Sequence[str] = ()
    _own: list[re.Pattern[str]] = field(default_factory=list)
    _units: Units = field(default_factory=Units)
    _place: _Place = field(default_factory=_Place)
    _bar_total: float | None = None
    _bar_step: float | None = None
    _held: tuple[NamedNumber, ...] = ()
    _latest: str = ""
    _val_loss: float | None = None
    _counts_epochs_alone: bool = True

    def __post_init__(self) -> None:
        self._own = [re.compile(pattern) for pattern in self.patterns]

    def read(self, line: str) -> list[ParsedLine]:
        """The records that ``line`` completes: mostly none or one."""
        if line.startswith("^"):
            line = _ECHOES.sub("", line)
        found = list(self._read(line))
        kept = []
        for parsed in found:
            written = repr(parsed)
            if written != self._latest:  # a bar drawn again with nothing new
                self._latest = written
                kept.append(parsed)
        return kept

    def finish(self) -> list[ParsedLine]:
        """What still waited for a later line."""
        return list(self._release(self._bar_step))

    def _read(self, line: str) -> Iterable[ParsedLine]:
        for pattern in self._own:
            if (match := pattern.search(line)) is not None and (own := self._from_pattern(match)):
                return [own]
        if _DIGIT.search(line) is None or not (self._held or _may_have_step(line.lower())):
            return ()
        line = _WIDE_SPACE.sub("  ", line).rstrip()
        if "[" in line and (bar := read_bar(line)) is not None:
            records = [*self._from_bar(bar)]
            return [*records, *self._read(bar.rest)] if bar.rest else records
        released = list(self._release(self._bar_step))
        if "{" in line:
            numbers = read_dict(line)
            return [*released, *self._from_dict(numbers)] if numbers else released
        return [*released, *self._from_free(line)]

    # User patterns

    def _from_pattern(self, match: re.Match[str]) -> ParsedLine | None:
        values: dict[str, float] = {}
        step, total = self._place.step, None
        for name, text in match.groupdict().items():
            number = _IS_NUMBER.match(text or "")
            if number is None:
                continue
            value = number_of(number[1])
            if name in ITERATION_NAMES | BATCH_NAMES:
                step = value
            elif name == "total":
                total = value
            else:
                values[metric_name(name) or name] = value
        if step is None and "epoch" in values:
            step = values["epoch"]
        if step is None or not values:
            return None
        self._place.step = step
        return _record(step, values, total)

    # Dictionaries

    def _from_dict(self, numbers: tuple[NamedNumber, ...]) -> Iterable[ParsedLine]:
        by_name = {number.name: number for number in numbers}
        steps = [name for name in by_name if name in ITERATION_NAMES]
        if steps:
            step = by_name[steps[0]].value
            self._place.step = step
            values = self._values([number for number in numbers if number.name != steps[0]])
            return [_record(step, values)] if values else []
        is_hugging_face = "epoch" in by_name and any(
            name in ("loss", "train_runtime") or name.startswith("eval_") for name in by_name
        )
        if not is_hugging_face:
            return []
        if self._bar_step is None:  # no bar counts the steps: the epoch is all that says where this is
            step = self._place.step if self._place.step is not None else by_name["epoch"].value
            return [self._hugging_face(numbers, step)]
        self._held = numbers  # the bar is drawn again behind it, with the very step
        return []

    def _release(self, step: float | None) -> Iterable[ParsedLine]:
        """The dictionary that waited, at ``step``."""
        if not self._held or step is None:
            return []
        numbers, self._held = self._held, ()
        return [self._hugging_face(numbers, step)]

    def _hugging_face(self, numbers: Iterable[NamedNumber], step: float) -> ParsedLine:
        names = {number.name for number in numbers}
        if "train_runtime" in names:  # the summary at the end, whose train_loss is the mean of all
            numbers = [
                NamedNumber("mean_train_loss", number.value) if number.name == "train_loss" else number
                for number in numbers
            ]
        return _record(step, self._values(numbers), self._bar_total)

    # Progress bars

    def _from_bar(self, bar: Bar) -> Iterable[ParsedLine]:
        records: list[ParsedLine] = []
        is_evaluation_bar = _EVALUATION_LABEL.search(bar.label) is not None
        epoch = _EPOCH_IN_LABEL.search(bar.label)
        if is_evaluation_bar:
            if self._place.step is not None and bar.numbers:
                values = self._values(bar.numbers, in_evaluation=True)
                records += [ParsedLine(self._place.step, values, None, True)] if values else []
            return records
        if not bar.numbers and ((bar.label and not epoch) or self._is_other_bar(bar)):
            return records  # a download, a data set being prepared, a nested bar
        self._bar_total = bar.total
        self._bar_step = self._advance(bar.done, bar.total, float(epoch[1]) if epoch else None)
        records += self._release(self._bar_step)
        values = self._values(bar.numbers)
        if values:
            if epoch:
                values["epoch"] = whole_if_whole(float(epoch[1]))
            total = bar.total if not self._place.before and epoch is None else None
            records.append(_record(self._bar_step, values, total))
        return records

    def _is_other_bar(self, bar: Bar) -> bool:
        """Whether an unlabelled bar counts something else than the one that is known to count the steps.

        The bar right behind a dictionary of training counts them, whatever was taken for it before.
        """
        if any(number.name == "loss" for number in self._held):
            return False
        return self._bar_total is not None and bar.total != self._bar_total

    # Text

    def _from_free(self, line: str) -> Iterable[ParsedLine]:
        free = read_free(line)
        if free is None:
            return []
        numbers = _llm_c(line, free.numbers) or free.numbers
        epoch = next((number for number in numbers if number.name in EPOCH_NAMES), None)
        counters = [number for number in numbers if number.name in ITERATION_NAMES] or [
            number for number in numbers if number.name in BATCH_NAMES
        ]
        others = [number for number in numbers if number not in counters and number is not epoch]
        counter = _finest(counters)
        if counter is not None:
            done, total = counter.value, counter.total
        elif free.progress is not None and (epoch is None or epoch.total != free.progress[1]):
            done, total = free.progress
        elif epoch is not None:
            return self._at_epoch(epoch, others, free.in_evaluation)
        else:
            return []
        values = self._values(self._without_carried(others), in_evaluation=free.in_evaluation)
        if not values:
            return []
        for other in counters:
            if other.name == "step" and other is not counter:
                values["gradient_step"] = whole_if_whole(other.value)
        if epoch is not None:
            values.setdefault("epoch", whole_if_whole(epoch.value))
        self._counts_epochs_alone = False
        step = self._advance(done, total, epoch.value if epoch else None)
        return [_record(step, values, total if not self._place.before else None)]

    def _at_epoch(
        self, epoch: NamedNumber, others: Sequence[NamedNumber], in_evaluation: bool
    ) -> Iterable[ParsedLine]:
        """A line that tells an epoch and no finer step."""
        values = self._values(others, in_evaluation=in_evaluation)
        if not values:
            if self._place.epoch is None:
                self._place.epoch = epoch.value
            return []
        if self._place.step is not None and not self._counts_epochs_alone:
            values["epoch"] = whole_if_whole(epoch.value)
            return [_record(self._place.step, values)]
        self._place.step = epoch.value
        return [_record(epoch.value, values, epoch.total)]

    def _without_carried(self, numbers: Sequence[NamedNumber]) -> list[NamedNumber]:
        """litgpt's lines repeat the latest validation loss as ``val``: only a new one is a measurement."""
        if not any(number.name == "loss_train" for number in numbers):
            return list(numbers)
        kept = []
        for number in numbers:
            if number.name != "val":
                kept.append(number)
            elif self._val_loss is None or not isclose(number.value, self._val_loss, abs_tol=_ROUNDED):
                kept.append(NamedNumber("val_loss", number.value))
        return kept

    def _advance(self, done: float, total: float | None, epoch: float | None) -> float:
        """The step over all epochs, where each epoch counts from its beginning again."""
        place = self._place
        goes_back = done < place.within
        new_epoch = epoch is not None and place.epoch is not None and epoch > place.epoch
        if goes_back and new_epoch:
            place.before += total if total is not None and total >= place.within else place.within
        place.within = done
        if epoch is not None:
            place.epoch = epoch
        place.step = place.before + done
        return place.step

    def _values(self, numbers: Iterable[NamedNumber], *, in_evaluation: bool = False) -> dict[str, float]:
        """The numbers under the names that metrics have in a log."""
        values: dict[str, float] = {}
        for number in numbers:
            name = metric_name(number.name, number.unit, in_evaluation=in_evaluation)
            if name is None or name in _FIELDS:
                continue
            if name == "iter_time_ms":
                value = milliseconds(number.value, number.unit)
                if value is None:
                    value = number.value
            else:
                value = self._units.in_first(name, number.value, number.unit)
            values.setdefault(name, value)
        self._val_loss = values.get("val_loss", self._val_loss)
        return values


_ROUNDED = 0.6e-3  # litgpt prints three places of it
_FIELDS = frozenset(("type", "wallclock_time", "iteration"))


def _may_have_step(line: str) -> bool:
    return line.startswith(_FIRST_WORDS) or any(sign in line for sign in _SIGNS_OF_STEP)


def _finest(counters: Sequence[NamedNumber]) -> NamedNumber | None:
    """The number that places the line: an iteration before an optimizer step."""
    for number in counters:
        if number.name in ("iter", "iteration", "itr", "it", "global_step"):
            return number
    return counters[0] if counters else None


def _llm_c(line: str, numbers: Sequence[NamedNumber]) -> tuple[NamedNumber, ...] | None:
    """llm.c's log: ``s:`` is the step."""
    if not line.startswith("s:") or not numbers or numbers[0].name != "s":
        return None
    return (NamedNumber("step", numbers[0].value), *numbers[1:])


def _record(step: float, values: dict[str, float], total: float | None = None) -> ParsedLine:
    is_eval = any(is_evaluation(name) for name in values)
    return ParsedLine(
        whole_if_whole(step), values, whole_if_whole(total) if total is not None else None, is_eval
    )
