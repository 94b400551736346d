"""How a run's state looks: always a sign as well as a colour."""

from __future__ import annotations

from rich.style import Style

from tuimon.charts.notation import STATE_SIGNS
from tuimon.charts.palette import Theme, style
from tuimon.store.liveness import RunState


def state_sign(state: RunState) -> str:
    """The one-cell sign of a state; ``ascii_text`` turns it into the ASCII sign."""
    return STATE_SIGNS[state.value]


def state_style(theme: Theme, state: RunState) -> Style:
    """Red for what went wrong, yellow for what may have, quiet for what is over; green is left to deltas."""
    match state:
        case RunState.FAILED | RunState.CRASHED:
            return style(theme, theme.bad, bold=True)
        case RunState.STALLED | RunState.INTERRUPTED:
            return style(theme, theme.warning)
        case RunState.RUNNING:
            return style(theme, theme.accent, bold=True)
        case RunState.FINISHED:
            return style(theme, theme.muted)
