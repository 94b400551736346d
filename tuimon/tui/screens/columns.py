"""The list of columns to choose from: which, in which order, how wide. The table follows at once; Enter keeps
it, Escape puts it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType

from tuimon.tui.screens.pick import Option, PickScreen
from tuimon.tui.view.board import Board
from tuimon.tui.view.column_choice import ColumnChoice

AUTOMATIC = "automatic"


class ColumnsScreen(PickScreen):
    """``names`` are the words of all columns by id; ``fitting`` those that the table has by itself.

    ``on_change`` is called with each new choice, and gives the columns that have room. Those that are chosen
    stand first, in the table's order. ``names_of`` gives the names for a newer board.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "widen(-1)", "Narrower", show=False),
        Binding("right", "widen(1)", "Wider", show=False),
        Binding("less_than_sign", "shift(-1)", "To the left", show=False),
        Binding("greater_than_sign", "shift(1)", "To the right", show=False),
    ]

    KEYS = frozenset({"left", "right", "less_than_sign", "greater_than_sign"})

    def __init__(
        self,
        choice: ColumnChoice,
        names: Mapping[str, str],
        fitting: tuple[str, ...],
        on_change: Callable[[ColumnChoice], tuple[str, ...]],
        names_of: Callable[[Board], Mapping[str, str]],
    ) -> None:
        self._choice = choice
        self._names = names
        self._fitting = fitting
        self._on_change = on_change
        self._roomy = fitting
        options = self._ordered()
        super().__init__(
            "columns",
            options,
            current=options[1].id if len(options) > 1 else None,
            checked=self._shown_ids(),
            on_toggle=self._toggled,
            options_of=self._options_now,
        )
        self._names_of = names_of

    def _options_now(self, board: Board) -> tuple[Option, ...]:
        self._names = self._names_of(board)
        return self._ordered()

    def _ids(self) -> tuple[str, ...]:
        return self._fitting if self._choice.ids is None else self._choice.ids

    def _shown_ids(self) -> frozenset[str]:
        automatic = {AUTOMATIC} if self._choice.ids is None else set()
        return frozenset(automatic | set(self._ids()))

    def _ordered(self) -> tuple[Option, ...]:
        shown = [column for column in self._ids() if column in self._names]
        widths = dict(self._choice.widths)
        first = Option(AUTOMATIC, "automatic: what there is room for")
        return (
            first,
            *(Option(column, self._names[column], self._note(column, widths)) for column in shown),
            *(Option(column, name) for column, name in self._names.items() if column not in shown),
        )

    def _note(self, column: str, widths: Mapping[str, int]) -> str:
        wider = widths.get(column, 0)
        return "no room" if column not in self._roomy else f"{wider:+d}" if wider else ""

    def _toggled(self, column: str) -> None:
        if column == AUTOMATIC:
            self._change(ColumnChoice(None if self._choice.ids is not None else self._fitting))
        else:
            self._change(self._own().toggled(column))

    def _own(self) -> ColumnChoice:
        return self._choice.chosen_of(self._fitting)

    def _change(self, choice: ColumnChoice) -> None:
        self._choice = choice
        self._roomy = self._on_change(choice)
        self._checked = self._shown_ids()
        self.show_options(self._ordered())

    def _under_cursor(self) -> str | None:
        """The column under the cursor, if the table has it."""
        return self._cursor if self._cursor in self._ids() else None

    def action_shift(self, by: int) -> None:
        """The column under the cursor further left or right in the table."""
        column = self._under_cursor()
        if column is not None:
            self._change(self._own().moved(column, by))

    def action_widen(self, by: int) -> None:
        """The column under the cursor wider or narrower."""
        column = self._under_cursor()
        if column is not None:
            self._change(self._own().widened(column, by))

    def _hint_keys(self) -> tuple[tuple[str, str], ...]:
        left_right = "Left Right" if self.app.ascii else "← →"
        keys = ("Space", "show"), ("< >", "move"), (left_right, "width")
        return ("Enter", "keep"), *keys, ("Esc", "as before")

    def entered(self) -> str | None:
        """The columns as they are, also where nothing has the words that were typed."""
        return self._cursor or AUTOMATIC
