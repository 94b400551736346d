"""The signs of what happened to runs, for their charts."""

from __future__ import annotations

from enum import StrEnum

from tuimon.quick_dataclass import dataclass


class SignKind(StrEnum):
    """What there is to mark; NaN and infinity are marked on the curves themselves.

    A member is a run of a group, whose curve is the mean of the others.
    """

    SPIKE = "spike"
    DIVERGENCE = "diverged"
    PLATEAU = "flat"
    THROUGHPUT_DROP = "slow"
    STALL = "stalled"
    MEMBER = "member diverged"
    RESUME = "resumed"


SIGNS = {
    SignKind.SPIKE: "▴",
    SignKind.DIVERGENCE: "↗",
    SignKind.PLATEAU: "→",
    SignKind.THROUGHPUT_DROP: "↘",
    SignKind.STALL: "◌",
    SignKind.MEMBER: "✗",
    SignKind.RESUME: "↻",
}


@dataclass(frozen=True, slots=True)
class EventSign:
    """Something that happened to a run at ``x``; ``metric`` is empty where it is about the run as a whole."""

    run_key: str
    x: float
    kind: SignKind
    metric: str = ""
