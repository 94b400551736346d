"""What can stand at the cursor of a filter that is being typed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from tuimon.analysis.filter_terms import DURATION_FIELDS, JOB_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, is_config
from tuimon.analysis.flat_config import config_value, flatten_config
from tuimon.analysis.metric_roles import metric_names
from tuimon.analysis.run_filter import FilterError, Kind, Token, tokens_of
from tuimon.analysis.short_names import SHORT_NAMES
from tuimon.analysis.sorting import CONFIG_PREFIX, METRIC_MEASURES
from tuimon.quick_dataclass import dataclass
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

# Longer values, such as a list of layers, are no help to pick from.
_LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` put in place of ``start`` up to ``end`` of the line; quoted where the language needs it."""

    text: str
    start: int
    end: int


def complete_filter(text: str, cursor: int, runs: Sequence[RunSnapshot]) -> tuple[Completion, ...]:
    """What the word before the cursor can become, by name; nothing inside of quotes that are not closed.

    Keys are the fields, the config keys and metrics of the runs; after a key and a sign come the values that
    the runs have of it. Last come the names by which metrics are shown where room is scarce.
    """
    try:
        tokens = tokens_of(text[:cursor])
    except FilterError:
        return ()
    typed = tokens.pop() if tokens and tokens[-1].end == cursor and tokens[-1].kind is Kind.WORD else None
    start, prefix = (typed.start, typed.text) if typed is not None else (cursor, "")
    key = _key_before(tokens, text[:cursor], typed)
    found = _keys(runs) if key is None else ((each, each) for each in _values(key, runs))
    matching = sorted({text for name, text in found if name.casefold().startswith(prefix.casefold())})
    short = [] if key is not None else [name for name in _short_names(runs) if name not in matching]
    matching += [name for name in short if name.casefold().startswith(prefix.casefold())]
    return tuple(Completion(quoted(each), start, cursor) for each in matching)


def quoted(text: str) -> str:
    """The text as one word of a filter."""
    plain = text and not any(character.isspace() or character in "()\"'<>=:!" for character in text)
    if plain and text.casefold() not in ("and", "or", "not"):
        return text
    quote = "'" if '"' in text else '"'
    return f"{quote}{text}{quote}"


def _key_before(tokens: Sequence[Token], text: str, typed: Token | None) -> str | None:
    """The key whose value is being typed; None where a key or a word is."""
    if typed is None and tokens and tokens[-1].kind is Kind.WORD and not text[-1:].isspace():
        return None
    if len(tokens) >= 2 and tokens[-1].kind is Kind.SIGN and tokens[-2].kind in (Kind.WORD, Kind.QUOTED):
        return tokens[-2].text
    return None


def _keys(runs: Sequence[RunSnapshot]) -> Iterable[tuple[str, str]]:
    """What is typed of a key, and the key as the filter has it: of a config key also without ``cfg.``."""
    fields = (*TEXT_FIELDS, *NUMBER_FIELDS, *DURATION_FIELDS, *JOB_FIELDS)
    metrics = {name for run in runs for name in metric_names(run)}
    yield from ((name, name) for name in (*fields, *metrics))
    for key in {key for run in runs for key in flatten_config(run.header.config)}:
        full = f"{CONFIG_PREFIX}{key}"
        yield full, full
        yield key, key if _is_bare(key, metrics) else full


def _short_names(runs: Sequence[RunSnapshot]) -> list[str]:
    """``lr``, ``tok/s``: those of the runs' metrics that mean them and nothing else."""
    metrics = {name for run in runs for name in metric_names(run)}
    config = {key for run in runs for key in flatten_config(run.header.config)}
    known = metrics | config
    return sorted(short for metric, short in SHORT_NAMES.items() if metric in metrics and short not in known)


def _is_bare(key: str, metrics: Container[str]) -> bool:
    """Whether a config key is meant by its name alone: neither a field nor a metric is called so."""
    fields = (TEXT_FIELDS, NUMBER_FIELDS, DURATION_FIELDS, JOB_FIELDS)
    metric, _, measure = key.rpartition(".")
    taken = key in metrics or (measure in METRIC_MEASURES and metric in metrics)
    return not taken and not is_config(key) and not any(key.casefold() in names for names in fields)


def _values(key: str, runs: Sequence[RunSnapshot]) -> Iterable[str]:
    if key == "state":
        return [str(state) for state in RunState]
    if key == "archived":
        return ["yes", "no"]
    if key in TEXT_FIELDS:
        return [
            text for run in runs for text in TEXT_FIELDS[key](run) if text and len(text) <= _LONGEST_VALUE
        ]
    if key in JOB_FIELDS:
        return [str(number) for run in runs if (number := JOB_FIELDS[key](run)) is not None]
    if not is_config(key) and not _is_bare(key, {name for run in runs for name in metric_names(run)}):
        return []
    values = (config_value(run.header.config, key.removeprefix(CONFIG_PREFIX)) for run in runs)
    return [str(value) for value in values if value is not None and len(str(value)) <= _LONGEST_VALUE]
