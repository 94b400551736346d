"""How a setting is declared: once, as a dataclass field with default, kind and a docstring beneath."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from tuimon.quick_dataclass import dataclass
from tuimon.settings.kinds import Kind, TableOf

T = TypeVar("T")

_DEFAULT, _KIND = "default", "kind"


def setting(default: T, kind: Kind[Any]) -> T:
    """The field of a setting, for a dataclass. ``default`` is as the dataclass has it, not as TOML does.

    A group of settings (a table in the file) is a field of its own: ``field(default_factory=Look)``.
    """
    return field(default_factory=lambda: default, metadata={_DEFAULT: default, _KIND: kind})


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared setting: where it is in the file, what it may be, and which dataclass it belongs to."""

    path: tuple[str, ...]
    kind: Kind[Any]
    default: Any
    owner: type[object]

    @property
    def name(self) -> str:
        """The key in its table."""
        return self.path[-1]

    @property
    def is_table(self) -> bool:
        """Whether the setting is a table of the person's own keys."""
        return isinstance(self.kind, TableOf)

    @property
    def documentation(self) -> str:
        """The docstring beneath the field, as one line."""
        return _field_documentation(self.owner.__module__)[self.owner.__name__, self.name]


def settings_of(cls: type[Any], prefix: tuple[str, ...] = ()) -> dict[str, Declared]:
    """The settings that a dataclass declares itself, by name, in order."""
    return {
        item.name: Declared((*prefix, item.name), item.metadata[_KIND], item.metadata[_DEFAULT], cls)
        for item in fields(cls)
        if _KIND in item.metadata
    }


def sections_of(cls: type[Any]) -> dict[str, type[Any]]:
    """The groups of settings in a dataclass, by name, in order."""
    made_by: dict[str, object] = {item.name: item.default_factory for item in fields(cls)}
    return {name: made for name, made in made_by.items() if isinstance(made, type) and is_dataclass(made)}


def all_settings(cls: type[Any], prefix: tuple[str, ...] = ()) -> Iterator[Declared]:
    """All settings of a dataclass and its sections."""
    yield from settings_of(cls, prefix).values()
    for name, inner in sections_of(cls).items():
        yield from all_settings(inner, (*prefix, name))


@cache
def _field_documentation(module_name: str) -> dict[tuple[str, str], str]:
    """The docstrings beneath the fields of a module's classes, by class and field.

    Python keeps no such docstrings, so the source is parsed; only the pages and the default file need it.
    """
    import ast  # not at the top: a start of the app needs neither (8 ms)
    import inspect

    found = {}
    for cls in ast.parse(inspect.getsource(sys.modules[module_name])).body:
        if not isinstance(cls, ast.ClassDef):
            continue
        for statement, beneath in zip(cls.body, cls.body[1:], strict=False):
            match statement, beneath:
                case (
                    ast.AnnAssign(target=ast.Name(id=field_name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[cls.name, field_name] = " ".join(text.split())
    return found
