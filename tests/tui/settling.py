"""When an app has nothing left to do: no message, no drawing, no repaint, no key that waits for a screen.

Textual's own tests go by how busy the processor is, which costs 20 ms and more for each key and is wrong on a
busy machine, where a process that does not get the processor looks idle.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sized
from typing import Any, cast

from textual._context import active_app
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

from tests.conftest import DEADLINE
from tuimon.tui.app import TuimonApp

PAUSE = 0.001  # seconds between two looks at what other threads do
ANSWER = 0.005  # seconds for a thread that has nothing to do to say so


async def wait_for_idle(_min_sleep: float = 0.0, _max_sleep: float = DEADLINE) -> None:
    """Stands in for Textual's function of this name: wait until the app that is tested has settled."""
    app = active_app.get(None)
    if app is not None:
        await until_settled(app)


async def until_settled(app: App[Any]) -> None:
    """Return when nothing is left to do, or after a deadline: what is waited for is for the test to say."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        await _until_messages_are_handled()
        if not app.is_running:
            return
        if await _let_other_threads_work(app) or _repaint(app):
            continue
        return


async def _until_messages_are_handled() -> None:
    """Until the event loop has nothing to run: every queue is empty, everybody waits."""
    await asyncio.sleep(0)
    while _ready():
        await asyncio.sleep(0)


async def _let_other_threads_work(app: App[Any]) -> bool:
    """Wait for a moment where another thread has something to do yet; whether there was anything."""
    waits = any(not worker.is_finished for worker in app.workers)
    if isinstance(app, TuimonApp):
        waits |= app._waiting is not None or await _draw(app)
    if waits:
        await asyncio.sleep(PAUSE)
    return waits


class _Nobody:
    """Asks for a drawing and does not want to hear of it."""

    def post_message(self, _message: object) -> bool:
        return True


async def _draw(app: TuimonApp) -> bool:
    """Wait until what was asked for so far is drawn; whether something was, which is told by messages."""
    drawing = app.drawing
    idle, nobody = threading.Event(), cast(MessagePump, _Nobody())
    drawing.request(nobody, "", idle.set)  # comes after all that was asked for before
    if idle.wait(ANSWER):
        return bool(_ready())
    deadline = time.monotonic() + DEADLINE
    while not idle.is_set() and not drawing._stopping and time.monotonic() < deadline:
        await asyncio.sleep(PAUSE)
    return True


def _ready() -> Sized:
    """What the event loop is to run now."""
    return asyncio.get_running_loop()._ready  # type: ignore[attr-defined, no-any-return]


def _repaint(app: App[Any]) -> bool:
    """Do now what the screen would do at its next tick, 60 times a second; whether there was anything."""
    screen: Screen[Any] = app.screen
    is_due = (
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
    if is_due:
        screen._on_timer_update()
    return bool(is_due)
