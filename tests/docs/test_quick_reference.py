"""The quick reference tells the truth: every method, command, key, field and setting as the code has it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields
from typing import Any

import click
import pytest

import tuimon
from tuimon.analysis.filter_terms import DURATION_FIELDS, JOB_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from tuimon.analysis.health_events import HealthRules
from tuimon.charts.badges import _WORDS as BADGES
from tuimon.cli.main import commands
from tuimon.cli.words import OPEN
from tuimon.docs.pages import page_text
from tuimon.settings.rendering import settings_reference
from tuimon.tui.keys.key_table import key_table

PAGE = page_text("quick-reference")
GUIDE = page_text("guide")
CLASSES = [getattr(tuimon, name) for name in tuimon.__all__ if inspect.isclass(getattr(tuimon, name))]


def signature(name: str, function: Callable[..., Any]) -> str:
    """As it is called, without annotations: ``save()``."""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name not in ("self", "cls")
    ]
    return name + str(inspect.Signature(parameters))


def public_methods(cls: type) -> Iterator[str]:
    """The signatures of what is to be called."""
    for name, member in inspect.getmembers(cls):
        own = any(name in vars(base) for base in cls.__mro__[:-1])
        if own and not name.startswith("_") and (inspect.isfunction(member) or inspect.ismethod(member)):
            yield signature(name, member)


def public_attributes(cls: type) -> Iterator[str]:
    for name, member in inspect.getmembers(cls):
        if not name.startswith("_") and isinstance(member, property):
            yield name


def test_every_public_name_is_on_the_page() -> None:
    """All of ``tuimon.__all__``."""
    for name in set(tuimon.__all__) - {"__version__"}:
        assert re.search(rf"\b{name}\b", PAGE), name


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_method_is_on_the_page_with_its_arguments(cls: type) -> None:
    """And every property and field, with its default where one can be given."""
    for called in public_methods(cls):
        assert f"`{called}`" in PAGE, f"{cls.__name__}.{called}"
    for name in public_attributes(cls):
        assert f"`{name}`" in PAGE, f"{cls.__name__}.{name}"
    for field in fields(cls) if hasattr(cls, "__dataclass_fields__") else ():
        assert f"`{field.name}`" in PAGE, f"{cls.__name__}.{field.name}"


def test_what_is_called_without_an_object_is_on_the_page() -> None:
    """Functions and constructors."""
    for name in ("init", "log", "finish"):
        assert f"`{signature(f'tuimon.{name}', getattr(tuimon, name))}`" in PAGE
    for name in ("load_experiment_log", "compare_experiments"):
        assert f"`{signature(name, getattr(tuimon, name))}`" in PAGE
    for cls in CLASSES:
        if not hasattr(cls, "__dataclass_fields__"):
            assert f"`{signature(cls.__name__, cls)}`" in PAGE


def test_no_method_is_made_up() -> None:
    """Each name in a table of methods is a method of one of the classes."""
    known = {called.partition("(")[0] for cls in CLASSES for called in public_methods(cls)}
    listed = re.findall(r"^\| `(\w+)\(", PAGE, flags=re.MULTILINE)
    assert len(listed) >= 12
    assert set(listed) <= known


def test_the_fields_of_a_config_have_their_defaults() -> None:
    """The table of ``ExperimentConfig``."""

    def default(field: Field[Any]) -> str:
        if field.default is not MISSING:
            return f"`{field.default!r}`"
        return "`{}`" if field.default_factory is not MISSING else "required"

    shown = dict(re.findall(r"\| `(\w+)` \| (`[^`]*`|required) (?=\|)", PAGE.partition("## Data")[2]))
    for field in fields(tuimon.ExperimentConfig):
        assert shown[field.name] == default(field)


def test_every_command_is_on_the_page_with_its_options() -> None:
    """A row each; no row or option is made up. ``--log-dir``, which all have, is said above the table."""
    context = click.Context(commands)
    rows = dict(re.findall(r"^\| `tuimon ?([a-z]*)[^`]*` \| [^|]* \| (.*) \|$", PAGE, flags=re.MULTILINE))
    for name in commands.list_commands(context):
        command = commands.get_command(context, name)
        assert command is not None
        options = {
            max(option.opts, key=len)
            for option in command.params
            if isinstance(option, click.Option) and not option.hidden and "--log-dir" not in option.opts
        }
        assert set(re.findall(r"`(--[\w-]+)`", rows.pop("" if name == OPEN else name))) == options, name
    assert rows == {}


def test_the_keys_are_those_of_the_action_table() -> None:
    """Print them with ``from tuimon.tui.keys.key_table import key_table; print(key_table())``."""
    assert PAGE.partition("<!-- keys -->\n")[2].partition("<!-- end of keys -->")[0] == key_table()


def test_filters_are_on_the_page() -> None:
    """Every key that a filter knows."""
    filters = PAGE.partition("## Filters")[2].partition("\n## ")[0]
    for key in (*TEXT_FIELDS, *NUMBER_FIELDS, *DURATION_FIELDS, *JOB_FIELDS):
        assert f"`{key}`" in filters


def test_the_settings_are_those_declared() -> None:
    """The tables at the end of the guide, from ``tuimon.settings.rendering.settings_reference``."""
    shown = GUIDE.partition("<!-- settings -->\n")[2].partition("<!-- end of settings -->")[0]
    assert shown == settings_reference().replace("## ", "### ")


def test_the_health_rules_have_their_thresholds() -> None:
    """Each badge, and each threshold with its default."""
    rules = GUIDE.partition("## Health rules")[2].partition("\n## ")[0]
    for word in BADGES.values():
        assert f"| `{word}` |" in rules
    for field in fields(HealthRules):
        if field.name != "ignore":
            value = str(field.default).lower() if isinstance(field.default, bool) else repr(field.default)
            assert f"`{field.name} = {value}`" in rules, field.name
