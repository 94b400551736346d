"""What a shell offers at Tab for a word. What finds it is loaded when a shell asks, not by each command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Kind = Literal["runs", "metric", "axis", "config_key", "sort"]
Offer: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[CompletionItem]]"


def offered(kind: Kind) -> Offer:
    """For click's ``shell_complete``: words of that kind, as ``complete_*`` in the completion module."""

    def offer(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from tuimon.cli import completion

        find: Offer = getattr(completion, f"complete_{kind}")
        return find(ctx, parameter, incomplete)

    return offer
