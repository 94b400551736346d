"""The commented settings file and the reference, made from the declarations."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.settings.declaration import all_settings, sections_of, settings_of
from tuimon.settings.kinds import Choice, Flag, Key, Kind, ListOf, Number, OutputPattern, TableOf, Text, Whole
from tuimon.settings.loading import load_settings
from tuimon.settings.rendering import settings_reference, settings_text, toml_value
from tuimon.settings.sections import Settings

GOLDEN = Path(__file__).with_name("default_settings.toml")


def read_back(text: str, directory: Path) -> Settings:
    """The settings in a file of this text, which must have no problem."""
    file = directory / "settings.toml"
    file.write_bytes(text.encode())
    loaded = load_settings(file)
    assert loaded.problems == ()
    return loaded.settings


def test_the_default_file_is_the_one_that_was_looked_at() -> None:
    """A change of any default, name, range or explanation shows as a change of this file.

    After one that is meant: ``python -m tests.settings.test_rendering`` writes it anew.
    """
    assert settings_text() == GOLDEN.read_text(encoding="utf-8")


def test_the_default_file_sets_nothing(tmp_path: Path) -> None:
    """All settings are commented out, so that a later version's better default arrives."""
    assert read_back(settings_text(), tmp_path) == Settings()
    for line in settings_text().splitlines():
        assert not line or line[0] in "#[", line


def test_taking_away_the_signs_sets_everything_to_its_default(tmp_path: Path) -> None:
    """Each commented setting is a valid line of the right table."""
    text, count = re.subn(r"(?m)^#(?=\w)", "", settings_text())
    assert count == sum(not declared.is_table for declared in all_settings(Settings))
    assert read_back(text, tmp_path) == Settings()


def test_the_examples_are_valid(tmp_path: Path) -> None:
    """What is shown for tables of the person's own keys can be used as it stands."""
    text = re.sub(r"(?m)^# For example: (.*)\n(\[.*\])$", r"\2\n\1", settings_text())
    settings = read_back(text, tmp_path)
    assert settings.metrics.directions == {"val/*_score": "max"}
    assert settings.keys == {"mark": ("space", "v")}


# What a file can hold: no surrogates, and none of NUL and newline, which no setting takes.
LINE = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\n"), max_size=20)


def values_of(kind: Kind[Any]) -> st.SearchStrategy[Any]:
    """Any valid value of a kind."""
    match kind:
        case Flag():
            return st.booleans()
        case Whole(low, high):
            return st.integers(low, high)
        case Number(low, high):
            return st.floats(low, high)
        case Choice(words):
            return st.sampled_from(words)
        case Text(may_be_empty=may_be_empty):
            return LINE.filter(lambda text: text.strip() or (may_be_empty and not text))
        case OutputPattern():
            return st.sampled_from([r"(?P<loss>\d+)", '"(?P<x>[^"]*)\'\t', "(?P<é>.)"])
        case Key():
            return st.sampled_from(["j", "G", '"', "\\", "#", "ö", "ctrl+n", "space", "f5"])
        case ListOf(item=item):
            return st.lists(values_of(item), max_size=3).map(tuple)
        case TableOf(item=item):
            return st.dictionaries(LINE, values_of(item), max_size=3)
    raise AssertionError(kind)


def any_of(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Any valid settings of a dataclass."""
    fields = {name: values_of(declared.kind) for name, declared in settings_of(cls).items()}
    groups = {name: any_of(group) for name, group in sections_of(cls).items()}
    return st.builds(cls, **fields, **groups)


@given(settings=any_of(Settings))
def test_any_settings_come_back_from_their_file(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Writing and reading are inverse: whatever quotes, escapes, controls and signs the values hold."""
    directory = tmp_path_factory.getbasetemp()
    assert read_back(settings_text(settings), directory) == settings


def test_only_what_differs_from_the_default_is_set() -> None:
    """The file of a person's settings shows at a glance what is theirs."""
    settings = dataclasses.replace(Settings(), poll=True, keys={"mark": ("v",)})
    lines = settings_text(settings).splitlines()
    assert [line for line in lines if line and line[0] not in "#["] == ["poll = true", 'mark = ["v"]']


def test_what_no_setting_is_cannot_be_written() -> None:
    """A new kind of value needs a notation here, and is not written as something else."""
    with pytest.raises(TypeError, match="no setting is a NoneType"):
        toml_value(None)


def test_the_reference_has_a_row_for_each_setting() -> None:
    """Name, default, values and explanation, four cells in every row whatever signs they hold."""
    rows = [line for line in settings_reference().splitlines() if line.startswith("| `")]
    declared = list(all_settings(Settings))
    assert len(rows) == len(declared)
    assert {re.split(r"(?<!\\)\| ", row)[1].strip("` ") for row in rows} == {item.name for item in declared}
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert '| `theme` | `"auto"` | one of auto, dark, light, colour-blind, ansi | The colours.' in "\n".join(
        rows
    )


def test_the_reference_has_a_heading_for_each_table() -> None:
    """In the order of the file."""
    headings = re.findall(r"^## (.*)$", settings_reference(), re.MULTILINE)
    assert headings == ["Top of the file", *(f"[{name}]" for name in sections_of(Settings))]


if __name__ == "__main__":
    GOLDEN.write_text(settings_text(), encoding="utf-8")
