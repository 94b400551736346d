"""The forms a command's data can have, of which a call chooses one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from tuimon.cli.log_directories import Command


def form_options(**helps: str) -> Callable[[Command], Command]:
    """Give a command an option for each form, by its name; it gets the chosen one, or None, as ``form``.

    Two at once are a wrong call.
    """

    def give(command: Command) -> Command:
        @wraps(command)
        def with_form(**words: Any) -> Any:
            given = [form for form in helps if words.pop(f"as_{form}")]
            if len(given) > 1:
                raise click.UsageError(f"{' and '.join(f'--{form}' for form in given)}: choose one of them")
            return command(form=next(iter(given), None), **words)

        changed: Command = with_form
        for form, text in reversed(helps.items()):
            changed = click.option(f"--{form}", f"as_{form}", is_flag=True, help=text)(changed)
        return changed

    return give
