"""Reading the settings file: what is right in it is used, and what is wrong is said."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from tuimon.quick_dataclass import dataclass
from tuimon.settings.declaration import all_settings, sections_of, settings_of
from tuimon.settings.key_lines import key_lines
from tuimon.settings.kinds import TableOf
from tuimon.settings.places import config_directory
from tuimon.settings.problems import SettingsProblem, WrongValue, dotted, nearest, printable
from tuimon.settings.sections import Settings

SETTINGS_VARIABLE = "TUIMON_SETTINGS"
FILE_NAME = "settings.toml"
LARGEST_FILE = 100_000  # bytes; the default file has about 5,000, and a wrong path can name anything

Complain = Callable[[tuple[str, ...], str], None]
SectionType = TypeVar("SectionType")


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings to use, where they come from, and what was wrong with them; ``text`` is the file's."""

    settings: Settings
    problems: tuple[SettingsProblem, ...]
    file: Path
    text: str = ""

    def problem_at(self, path: tuple[str, ...], message: str) -> SettingsProblem:
        """A problem that was found further up (an action or a column that doesn't exist), with its line.

        ``path`` names the setting: ``("keys", "mark")``.
        """
        return SettingsProblem(self.file, key_lines(self.text).get(path), dotted(path), message)


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the settings are: ``$TUIMON_SETTINGS``, else ``settings.toml`` in the config directory."""
    named = environ.get(SETTINGS_VARIABLE)
    return Path(named) if named else config_directory() / FILE_NAME


def load_settings(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> LoadedSettings:
    """The person's settings; the defaults where there is no file, and for whatever is wrong in it.

    Never raises for what a file holds or for a file that cannot be read: that is in ``problems``. A missing
    file is one where the person named it, as argument or in ``$TUIMON_SETTINGS``.
    """
    is_named = file is not None or bool(environ.get(SETTINGS_VARIABLE))
    file = settings_file(environ) if file is None else file

    def unusable(message: str, line: int | None = None) -> LoadedSettings:
        return LoadedSettings(Settings(), (SettingsProblem(file, line, "", message),), file)

    try:
        with open(file, "rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return unusable("no such file") if is_named else LoadedSettings(Settings(), (), file)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        return unusable(f"cannot be read: {getattr(error, 'strerror', None) or error}")
    if len(content) > LARGEST_FILE:
        return unusable(f"larger than {LARGEST_FILE // 1000} kB, so no settings file: nothing in it is used")
    try:
        text = content.decode("utf-8-sig")  # editors on Windows begin a file with a byte order mark
    except UnicodeDecodeError as error:
        return unusable("not UTF-8 text: nothing in it is used", content.count(b"\n", 0, error.start) + 1)
    import tomllib  # 3 ms, and many have no settings file

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return unusable(*_broken_toml(error, text))
    return _checked(document, text, file)


def _broken_toml(error: Exception, text: str) -> tuple[str, int | None]:
    """The sentence and the line for a text that is no TOML."""
    if isinstance(error, RecursionError):
        return "nested too deeply: nothing in it is used", None
    reason, line = str(error), None
    if place := re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", reason):
        reason = reason[: place.start()]
        line = int(place[1]) if place[1] else text.rstrip().count("\n") + 1
    return f"not valid TOML, so nothing in it is used: {printable(reason)}", line


def _checked(document: dict[str, Any], text: str, file: Path) -> LoadedSettings:
    wrong: list[tuple[tuple[str, ...], str]] = []
    settings = _section(Settings, document, (), lambda path, message: wrong.append((path, message)))
    lines = key_lines(text) if wrong else {}
    problems = [SettingsProblem(file, lines.get(path), dotted(path), message) for path, message in wrong]
    problems.sort(key=lambda problem: problem.line or 0)
    return LoadedSettings(settings, tuple(problems), file, text)


def _section(
    cls: type[SectionType], table: dict[str, Any], prefix: tuple[str, ...], complain: Complain
) -> SectionType:
    """The dataclass with what is right in the table, ``complain`` called for the rest."""
    declared, inner = settings_of(cls, prefix), sections_of(cls)
    values: dict[str, Any] = {}
    for name, value in table.items():
        path = (*prefix, name)
        if name in inner:
            if isinstance(value, dict):
                values[name] = _section(inner[name], value, path, complain)
            else:
                complain(path, f"must be a table: [{'.'.join(path)}]")
        elif name not in declared:
            complain(path, _unknown(path, is_table=isinstance(value, dict)))
        else:
            kind = declared[name].kind
            try:
                if isinstance(kind, TableOf):
                    values[name], wrong = kind.read_entries(value)
                    for key, message in wrong.items():
                        complain((*path, key), message)
                else:
                    values[name] = kind.read(value)
            except WrongValue as error:
                complain(path, str(error))
    return cls(**values)


def _unknown(path: tuple[str, ...], *, is_table: bool) -> str:
    """What to say of a key that is not declared: the same name elsewhere first, else what looks like it."""
    declared = list(all_settings(Settings))
    *prefix, name = path
    if is_table:
        tables = {".".join(item.path[:-1]): None for item in declared if len(item.path) > 1}
        tables |= {".".join(item.path): None for item in declared if item.is_table}
        found = nearest(".".join(path), tables)
        return f"no such table; did you mean [{found}]?" if found else "no such table"
    beside = {item.name: item for item in declared if item.path[:-1] == tuple(prefix)}
    everywhere = {item.name: item for item in declared}
    same = everywhere.get(name)
    near = nearest(name, beside)
    if same is None and near is not None:
        same = beside[near]
    if same is None and (far := nearest(name, everywhere)) is not None:
        same = everywhere[far]
    return f"no such setting; did you mean {'.'.join(same.path)}?" if same else "no such setting"
