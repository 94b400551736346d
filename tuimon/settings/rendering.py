"""The declarations as text: a commented settings file, and a reference for the pages."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from tuimon.settings.declaration import Declared, sections_of, settings_of
from tuimon.settings.kinds import TableOf
from tuimon.settings.sections import Settings

_WIDTH = 100
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_HEADING = """\
# Settings of tuimon. Each is shown with its default: take away the "#" before it and change the value.
# What is wrong here is named when the app starts, and its default is used."""


def settings_text(settings: Settings | None = None) -> str:
    """A settings file with every setting explained. Those at their default are commented out.

    Reading it back gives ``settings`` (None: the defaults).
    """
    settings = Settings() if settings is None else settings
    return "\n\n".join([_HEADING, *_table_parts(settings, ())]) + "\n"


def settings_reference() -> str:
    """Every setting in Markdown: a table for the top of the file, and one for each table in it."""
    parts = [_reference_part("", "Before the first table of the file.", settings_of(Settings))]
    for name, cls in sections_of(Settings).items():
        parts.append(_reference_part(name, _summary(cls), settings_of(cls, (name,))))
    return "\n\n".join(parts) + "\n"


def toml_value(value: object) -> str:
    """A bool, number, text or sequence of these in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's too; only DEL is allowed bare in the one and not in the other.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    raise TypeError(f"no setting is a {type(value).__name__}")


def _table_parts(table: object, path: tuple[str, ...]) -> Iterator[str]:
    """The settings of a dataclass, then its groups, then its tables of the person's own keys."""
    cls = type(table)
    declared = settings_of(cls, path).values()
    if path:
        yield f"{_comment(_summary(cls))}\n[{'.'.join(path)}]"
    for item in declared:
        if not item.is_table:
            yield _setting_part(item, getattr(table, item.name))
    for name in sections_of(cls):
        yield from _table_parts(getattr(table, name), (*path, name))
    for item in declared:
        if item.is_table:
            yield _own_keys_part(item, getattr(table, item.name))


def _setting_part(item: Declared, value: object) -> str:
    mark = "#" if value == item.default else ""
    return f"{_explanation(item)}\n{mark}{item.name} = {toml_value(value)}"


def _own_keys_part(item: Declared, entries: Mapping[str, Any]) -> str:
    assert isinstance(item.kind, TableOf)
    lines = [
        _explanation(item),
        f"# For example: {item.kind.example}",
        f"[{'.'.join(item.path)}]",
        *(f"{_toml_key(key)} = {toml_value(value)}" for key, value in entries.items()),
    ]
    return "\n".join(lines)


def _reference_part(name: str, summary: str, declared: Mapping[str, Declared]) -> str:
    lines = [f"## [{name}]\n" if name else "## Top of the file\n", f"{summary}\n"]
    lines += ["| setting | default | values | |", "|---|---|---|---|"]
    for item in declared.values():
        default = "{}" if item.is_table else toml_value(item.default)
        cells = (f"`{item.name}`", f"`{default}`", item.kind.description, item.documentation)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)


def _summary(cls: type[Any]) -> str:
    """The first paragraph of a class's docstring, without Markdown's quoting of code."""
    return " ".join((cls.__doc__ or "").split("\n\n")[0].replace("``", "").split())


def _comment(text: str) -> str:
    return "\n".join(
        f"# {line}" for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False, break_long_words=False)
    )


def _explanation(item: Declared) -> str:
    documentation = item.documentation.replace("`", "'")  # a comment has no code
    return f"{_comment(documentation)}\n{_comment(f'Valid: {item.kind.description}.')}"


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else toml_value(key)
