"""One line of the benchmark's table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, as text, and how it stands to its budget.

    ``ratio`` is measured divided by budget: above 1 the budget is broken.
    """

    what: str
    measured: str
    budget: str
    ratio: float
