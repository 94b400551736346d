"""What is wrong with a run in a word, and the style of that word."""

from __future__ import annotations

from rich.style import Style

from tuimon.analysis.health_events import HealthKind, RunHealth, Severity
from tuimon.charts.palette import Theme, style
from tuimon.quick_dataclass import dataclass

# A stall is the run's state already.
_WORDS = {
    HealthKind.NAN: "NaN",
    HealthKind.SPIKE: "spike",
    HealthKind.DIVERGENCE: "diverged",
    HealthKind.PLATEAU: "flat",
    HealthKind.THROUGHPUT_DROP: "slow",
    HealthKind.MEMORY: "memory",
    HealthKind.GPU_IDLE: "gpu idle",
    HealthKind.RANK: "rank",
    HealthKind.STRAGGLER: "straggler",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word beside a run's name."""

    text: str
    severity: Severity


def badge_of(health: RunHealth | None) -> Badge | None:
    """The badge of the severest, then newest finding; None for a healthy run."""
    worst = health.worst if health is not None else None
    word = _WORDS.get(worst.kind) if worst is not None else None
    return Badge(word, worst.severity) if worst is not None and word is not None else None


def severity_style(theme: Theme, severity: Severity) -> Style:
    """Red for what kills a run, yellow for what may, quiet for news."""
    colour = {Severity.CRITICAL: theme.bad, Severity.WARNING: theme.warning}.get(severity, theme.muted)
    return style(theme, colour, bold=severity is Severity.CRITICAL)
