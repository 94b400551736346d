"""What costs time is done often, but never takes more than its share."""

from __future__ import annotations

from tuimon.store.pace import Pace


def test_it_is_due_after_its_period() -> None:
    assert Pace(5.0, 200, now=10.0).due == 15.0


def test_what_took_long_is_due_later() -> None:
    """A second of work in 200: half a percent."""
    pace = Pace(5.0, 200, now=0.0)
    pace.done(now=20.0, took=1.0)
    assert pace.due == 220.0


def test_what_is_asked_for_is_due_sooner_until_it_is_done() -> None:
    pace = Pace(5.0, 200, now=0.0)
    pace.done(now=0.0, took=0.5)
    pace.ask(1.0, 200)
    assert pace.due == 100.0
    pace.ask(0.1, 20)
    pace.ask(1.0, 200)
    assert pace.due == 10.0
    pace.begun()
    pace.done(now=10.0, took=0.001)
    assert pace.due == 15.0


def test_what_is_asked_for_while_it_is_done_is_not_forgotten() -> None:
    pace = Pace(5.0, 200, now=0.0)
    pace.begun()
    pace.ask(0.1, 20)
    pace.done(now=1.0, took=0.0)
    assert pace.due == 1.1
