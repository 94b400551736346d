"""``tuimon doctor``: what the machine offers, on one screen."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.log_directories import chosen_paths, log_dir_option
from tuimon.cli.own_settings import is_coloured
from tuimon.settings.terminal import speaks_utf8

if TYPE_CHECKING:
    from tuimon.cli.machine_checks import Check

_SIGNS = {"ok": "✓", "warning": "!", "bad": "✗"}
_SIGNS_ASCII = {"ok": "+", "warning": "!", "bad": "x"}
_COLOURS = {"ok": 32, "warning": 33, "bad": 31}


@click.command()
@log_dir_option
def doctor(log_dirs: tuple[Path, ...]) -> int:
    """Check terminal, log directory, file events and versions.

    Exits with 1 if something does not work.
    """
    from tuimon.cli.machine_checks import Verdict, all_checks

    is_terminal = sys.stdout.isatty()
    checks = list(
        all_checks(chosen_paths((), log_dirs), is_terminal=is_terminal, size=shutil.get_terminal_size())
    )
    utf8 = speaks_utf8(os.environ)
    coloured = is_coloured(is_terminal=is_terminal)
    for check in checks:
        print(_line(check, utf8=utf8, coloured=coloured))
    bad = [check.subject for check in checks if check.verdict is Verdict.BAD]
    warnings = [check.subject for check in checks if check.verdict is Verdict.WARNING]
    print(_conclusion(list(dict.fromkeys(bad)), list(dict.fromkeys(warnings))))
    return 1 if bad else 0


def _line(check: Check, *, utf8: bool, coloured: bool) -> str:
    sign = (_SIGNS if utf8 else _SIGNS_ASCII)[check.verdict]
    if coloured:
        sign = f"\x1b[{_COLOURS[check.verdict]}m{sign}\x1b[0m"
    advice = f"  ({check.advice})" if check.advice else ""
    return f"{sign} {check.subject:<18}{check.finding}{advice}"


def _conclusion(bad: Sequence[str], warnings: Sequence[str]) -> str:
    if bad:
        return f"does not work: {', '.join(bad)}"
    return f"works, with less comfort: {', '.join(warnings)}" if warnings else "all well"
