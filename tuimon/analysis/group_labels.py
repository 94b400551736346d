"""Labels that tell groups of runs apart by what differs in their configs, where their names are the same."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from tuimon.analysis.config_words import config_number
from tuimon.analysis.short_names import short_metric

# The last part of a flattened key that says nothing without what stands before it.
_SAYS_NOTHING = frozenset({"name", "type", "value", "kind", "class", "id"})
# Beside those of metrics: what is usual in names of runs.
_SHORT_KEYS = {
    "batch_size": "bs",
    "weight_decay": "wd",
    "max_learning_rate": "max_lr",
    "min_learning_rate": "min_lr",
}

# What a group is called by its runs' names, and its config, flat.
Labelled = tuple[str, Mapping[str, Any]]


def told_apart(groups: Sequence[Labelled]) -> list[str]:
    """For each group its label, with config keys behind it where others have the same one: ``exp lr=3e-04``.

    As few keys as tell these groups apart, those first that tell most of them. Groups whose configs are the
    same keep the label as it is.
    """
    labels = [label for label, _ in groups]
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    for label, alike in places.items():
        configs = [groups[place][1] for place in alike]
        keys = _telling_keys(configs) if len(alike) > 1 else []
        words = _words_of(keys)
        for place, config in zip(alike, configs, strict=True):
            values = (
                f"{words[key]}={_text(key, config[key])}" if key in config else f"no {words[key]}"
                for key in keys
            )
            labels[place] = " ".join((label, *values))
    return labels


def _telling_keys(configs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The fewest keys found one after the other that tell these configs apart, in the configs' order."""
    values: dict[str, list[Hashable]] = {}
    for key in dict.fromkeys(key for config in configs for key in config):
        column: list[Hashable] = [_text(key, config[key]) if key in config else None for config in configs]
        if len(set(column)) > 1:
            values[key] = column
    chosen: list[str] = []
    told: list[tuple[Hashable, ...]] = [()] * len(configs)
    while values.keys() - chosen:
        most = max(
            (key for key in values if key not in chosen),
            key=lambda key: len(set(zip(told, values[key], strict=True))),
        )
        more = [(*known, value) for known, value in zip(told, values[most], strict=True)]
        if len(set(more)) == len(set(told)):
            break
        chosen.append(most)
        told = more
    return [key for key in values if key in chosen]


def _words_of(keys: Sequence[str]) -> dict[str, str]:
    """Short words for these keys: the last part of each where that is clear."""
    last = {key: key.rsplit(".", 1)[-1] for key in keys}
    words = list(last.values())
    clear = {key: word for key, word in last.items() if word not in _SAYS_NOTHING and words.count(word) == 1}
    return {
        key: _SHORT_KEYS.get(clear[key], short_metric(clear[key])) if key in clear else key for key in keys
    }


def _text(key: str, value: Any) -> str:
    """A config value in the words of the tables, truth values as most files write them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return config_number(key, value)
    return "none" if value is None else str(value)
