"""The dashboard as text, once: what ``tuimon --once`` prints."""

from __future__ import annotations

from datetime import datetime

from rich.segment import Segment

from tuimon.charts.palette import DARK, Theme
from tuimon.store.snapshot import StoreSnapshot


def draw_snapshot(
    snapshot: StoreSnapshot,
    width: int,
    height: int,
    now: datetime,
    ascii: bool = False,  # noqa: A002
    *,
    place: str = "",
    theme: Theme = DARK,
) -> list[list[Segment]]:
    """The whole dashboard in exactly ``width`` x ``height`` cells; ``place`` names the log directory."""
    raise NotImplementedError
