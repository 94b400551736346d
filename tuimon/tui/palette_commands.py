"""What the command palette finds: every action of the screen below it, and every run."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tuimon.charts.notation import harmless
from tuimon.tui.actions import Action
from tuimon.tui.screens.board_screen import BoardScreen


class ActionCommands(Provider):
    """The actions of the table that can be used on the screen."""

    def _actions(self) -> Iterator[Action]:
        if isinstance(self.screen, BoardScreen):
            for action in self.screen.app.actions_in(self.screen.SCOPE):
                if action.in_palette or not action.keys:
                    yield action

    def _run(self, action: Action) -> partial[Coroutine[Any, Any, bool]]:
        return partial(self.app.run_action, action.binding_action, self.screen)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for action in self._actions():
            yield DiscoveryHit(_titled(action), self._run(action), text=action.title, help=action.help)

    async def search(self, query: str) -> Hits:
        """Those whose title or sentence matches."""
        matcher = self.matcher(query)
        for action in self._actions():
            score = max(matcher.match(action.title), matcher.match(action.help) / 2)
            if score > 0:
                yield Hit(score, _titled(action), self._run(action), text=action.title, help=action.help)


class RunCommands(Provider):
    """The runs, to put the cursor on."""

    async def search(self, query: str) -> Hits:
        """Runs whose name matches."""
        board = self.screen.app.board if isinstance(self.screen, BoardScreen) else None
        matcher = self.matcher(query)
        for row in board.rows if board is not None else ():
            name = harmless(board.names.get(row.key, row.name) if board is not None else row.name)
            score = matcher.match(name)
            if score > 0:
                help_text = f"{row.state.value} run {row.run_id}: put the cursor on it"
                yield Hit(score, Content(name), partial(self._go_to, row.key), text=name, help=help_text)

    def _go_to(self, key: str) -> None:
        if isinstance(self.screen, BoardScreen):
            self.screen.app.change_view(self.screen.app.view.with_cursor(key))


def _titled(action: Action) -> Content:
    return Content(f"{action.title}  ({action.key_text})" if action.keys else action.title)
