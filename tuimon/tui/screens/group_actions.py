"""The dashboard's keys for groups of runs: together or each by itself, and which config keys decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuimon.tui.screens.layout_actions import LayoutActions
from tuimon.tui.view.board import Board

if TYPE_CHECKING:
    from tuimon.analysis.groups import ConfigKey


class GroupActions(LayoutActions):
    """Mixed into the dashboard."""

    def action_group(self) -> None:
        """Runs in groups, or each by itself."""
        board, view = self.app.board, self.app.view
        if board is not None and not view.grouped:
            view = board.seated(view)
        self.app.change_view(view.group_toggled())

    def action_choose_group_keys(self) -> None:
        """Check the config keys that grouping leaves out; the table follows while the list is open. Enter
        keeps what is seen then, Escape puts the grouping back."""
        from tuimon.analysis.groups import config_keys_of  # loaded at its first use
        from tuimon.tui.screens.group_keys import GroupKeysScreen

        def keys_of(board: Board) -> tuple[ConfigKey, ...]:
            return config_keys_of(board.snapshot.runs, turned=self.app.view.turned_keys)

        board = self.app.board
        keys = keys_of(board) if board is not None else ()
        if not keys:
            if not self.app.lacks_runs("to group"):
                self.app.tell("no run here has a config: nothing to group by")
            return

        def turn(name: str | None) -> None:
            view = self.app.view
            self.app.change_view(view.no_keys_turned() if name is None else view.key_turned(name))

        def closed(picked: str | None) -> None:
            if picked is None:
                self.app.change_view(self.app.view.grouped_as(before))

        before = self.app.view
        if not before.grouped:
            self.action_group()
        self.app.push_screen(GroupKeysScreen(keys, turn, keys_of), closed)
