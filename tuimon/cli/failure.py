"""How commands fail: one line on stderr and an exit code, never a traceback."""

from __future__ import annotations

import click


class CommandFailed(click.ClickException):
    """The command was understood and could not do its work: exit code 1."""

    exit_code = 1
