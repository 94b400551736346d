"""The drawing thread: the latest request wins, results come as messages, faults are not swallowed."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest
from textual.message_pump import MessagePump

from tests.conftest import DEADLINE, Eventually
from tuimon.tui.background.drawing import DrawingThread, Drawn


class Target:
    """Stands for a widget: keeps what is posted to it."""

    def __init__(self) -> None:
        self.results: list[tuple[str, Any]] = []

    def post_message(self, message: Drawn) -> bool:
        self.results.append((message.slot, message.result))
        return True


@pytest.fixture
def target() -> Target:
    return Target()


def refuse(error: BaseException) -> None:
    raise AssertionError("nothing must fail here") from error


def pump(target: Target) -> MessagePump:
    return cast(MessagePump, target)


def test_a_request_replaces_its_unstarted_predecessor(target: Target, eventually: Eventually) -> None:
    """While the thread is busy, a hundred requests of a slot become one: the latest."""
    thread = DrawingThread(on_error=refuse)
    thread.start()
    started, go_on = threading.Event(), threading.Event()

    def busy() -> str:
        started.set()
        assert go_on.wait(DEADLINE)
        return "first"

    thread.request(pump(target), "chart", busy)
    assert started.wait(DEADLINE)
    for number in range(100):
        thread.request(pump(target), "chart", lambda number=number: number)  # type: ignore[misc]
    thread.request(pump(target), "strips", lambda: "strips")
    go_on.set()
    eventually(lambda: len(target.results) == 3)
    thread.stop()
    assert target.results == [("chart", "first"), ("chart", 99), ("strips", "strips")]


def test_slots_of_different_widgets_do_not_replace_each_other(eventually: Eventually) -> None:
    """The slot belongs to its widget."""
    one, other = Target(), Target()
    thread = DrawingThread(on_error=refuse)
    thread.request(pump(one), "chart", lambda: 1)
    thread.request(pump(other), "chart", lambda: 2)
    thread.start()
    eventually(lambda: one.results and other.results)
    thread.stop()
    assert (one.results, other.results) == ([("chart", 1)], [("chart", 2)])


def test_a_fault_is_reported_and_the_thread_goes_on(target: Target, eventually: Eventually) -> None:
    """What raises is handed to ``on_error``; the next request is drawn."""
    faults: list[BaseException] = []
    thread = DrawingThread(on_error=faults.append)
    thread.start()
    thread.request(pump(target), "chart", lambda: 1 // 0)
    thread.request(pump(target), "strips", lambda: "drawn")
    eventually(lambda: target.results)
    thread.stop()
    assert [type(fault) for fault in faults] == [ZeroDivisionError]


def test_after_the_stop_nothing_is_drawn(target: Target) -> None:
    """A request that comes too late is dropped; stopping twice does no harm."""
    thread = DrawingThread(on_error=refuse)
    thread.start()
    thread.stop()
    thread.request(pump(target), "chart", lambda: "late")
    thread.stop()
    assert target.results == []
