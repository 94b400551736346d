"""Dialogs that stand on top of the runs and show what is read while they are open."""

from __future__ import annotations

from tuimon.tui.view.board import Board


class FollowsBoard:
    """Mixed into a modal screen; the app calls ``follow`` when there is a newer board."""

    def follow(self, board: Board) -> None:
        """Show what has changed."""
        raise NotImplementedError
