"""Each key of the action table does what it says, on each screen where it holds."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.every_key import OPENED_BY, PROOFS, Proof
from tests.tui.running_app import RunningApp, running, until, until_judged
from tests.tui.telling_runs import telling_runs
from tuimon.tui.keys.actions import Action, Scope, actions_of
from tuimon.tui.screens.board_screen import BoardScreen

NO_ONES_KEY = "f9"
STILL = 1  # more pictures that are the same as the one before

CASES = [(scope, action) for scope in OPENED_BY for action in actions_of(scope)]


def picture(app: RunningApp) -> list[object]:
    """All cells of the screen with their colours; what is below a dialog included."""
    return [list(strip) for screen in app.screen_stack for strip in screen._compositor.render_strips()]


async def until_still(app: RunningApp, pilot: Pilot[object]) -> list[object]:
    """The picture of the screen once nothing is being drawn and it has come to rest."""
    last, same = picture(app), 0
    while same < STILL:
        idle = threading.Event()
        app.drawing.request(app, "nothing", idle.set)  # comes after all that was asked for before
        await until(pilot, idle.is_set)
        await pilot.pause()
        now = picture(app)
        last, same = now, same + 1 if now == last else 0
    return last


def test_every_action_of_every_screen_has_its_proof() -> None:
    """An action that is added to the table is added here too; one that is gone is taken out."""
    assert set(PROOFS) == set(Scope) - {Scope.EVERYWHERE}
    for scope, proofs in PROOFS.items():
        assert set(proofs) == {action.id for action in actions_of(scope)}, scope


@pytest.mark.parametrize(("scope", "action"), CASES, ids=lambda part: getattr(part, "id", part))
async def test_the_key_does_what_it_says(
    scope: Scope, action: Action, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it acts on stays as it is at a key that nobody has, and is another at each key of the action."""
    monkeypatch.chdir(tmp_path)  # exports are written to the working directory
    proof = PROOFS[scope][action.id]
    for number, key in enumerate(action.keys):
        directory = tmp_path / str(number)
        directory.mkdir()
        await prove(scope, proof, key, directory)


async def prove(scope: Scope, proof: Proof, key: str, directory: Path) -> None:
    """Press the keys before, then the key that nobody has, then the key."""
    app = RunningApp(telling_runs(directory))
    async with running(app) as pilot:
        await until_judged(pilot, app)
        for opening in (*OPENED_BY[scope], *proof.first):
            await pilot.press(opening)
            await until_still(app, pilot)
        await pilot.press(NO_ONES_KEY)  # what these keys have said ends with the next one
        await until_still(app, pilot)
        assert isinstance(app.screen, BoardScreen)
        assert app.screen.SCOPE is scope
        before = proof.seen(app), await until_still(app, pilot)
        await pilot.press(NO_ONES_KEY)
        assert (proof.seen(app), await until_still(app, pilot)) == before, "changes by itself"
        await pilot.press(key)
        await until(pilot, lambda: proof.becomes(proof.seen(app), before[0]), f"{key} did nothing")
        if proof.drawn:
            await until(pilot, lambda: picture(app) != before[1], f"{key} shows nothing")
