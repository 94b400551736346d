"""The dashboard's keys for its table: which runs it shows, in which order, with which columns."""

from __future__ import annotations

from textual import on

from tuimon.charts.picture import Line
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.keys_line import words_line
from tuimon.tui.screens.group_actions import GroupActions
from tuimon.tui.view.board import Board
from tuimon.tui.view.choices import NEWEST_FIRST, sort_choices
from tuimon.tui.widgets.filter_input import KEYS, FilterInput
from tuimon.tui.widgets.run_table import RunTable


class TableActions(GroupActions):
    """Mixed into the dashboard, which lays the table and the line to type a filter in."""

    def __init__(self) -> None:
        super().__init__()
        self.table = RunTable(id="runs")
        self.filter_input = FilterInput(self._all_runs, id="filter")
        self.filter_input.display = False

    def key_line(self, width: int) -> Line:
        """The keys of the filter while it is typed."""
        typing = self.filter_input.display
        return words_line(KEYS, width, self.app.look) if typing else super().key_line(width)

    def _all_runs(self) -> tuple[RunSnapshot, ...]:
        return self.app.board.snapshot.runs if self.app.board is not None else ()

    def action_filter(self) -> None:
        """Type a filter; the table follows while typing."""
        self.filter_input.value = self.app.view.filter_text
        self.filter_input.display = True
        self.filter_input.focus()
        self.show_last_line()
        self.show_again()

    @on(FilterInput.Changed)
    def _filter_typed(self, message: FilterInput.Changed) -> None:
        if self.filter_input.display:
            self.app.change_view(self.app.view.filtered(message.text, typed=True))

    @on(FilterInput.Closed)
    def _filter_closed(self, message: FilterInput.Closed) -> None:
        self.filter_input.display = False
        self.table.focus()
        self.show_last_line()
        self.app.change_view(self.app.view.filtered(self.filter_input.value if message.keep else ""))
        self.show_again()

    def action_sort(self) -> None:
        """Pick the column that sorts; the table follows while the list is open."""
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        board, before = self.app.board, self.app.view
        if board is None:
            return
        seated = board.seated(before)  # the cursor stays on its run, also where it has not been moved yet
        choices = {choice.column: choice for choice in sort_choices(board)}

        def options_of(board: Board) -> list[Option]:
            choices.update((choice.column, choice) for choice in sort_choices(board))
            return [Option(choice.column, choice.label) for choice in sort_choices(board)]

        def sort_by(column: str) -> None:
            wanted = None if column == NEWEST_FIRST else column
            self.app.change_view(seated.sorted_by(wanted, descending=choices[column].descending))

        def picked(column: str | None) -> None:
            if column is None:
                self.app.change_view(seated.sorted_by(before.sort, descending=before.descending))
            else:
                sort_by(column)

        current = before.sort or NEWEST_FIRST
        screen = PickScreen(
            "sort by", options_of(board), current=current, on_highlight=sort_by, options_of=options_of
        )
        self.app.push_screen(screen, picked)

    def action_reverse_sort(self) -> None:
        """The other way round."""
        board, view = self.app.board, self.app.view
        self.app.change_view((view if board is None else board.seated(view)).sort_reversed())

    def action_choose_columns(self) -> None:
        """Choose the columns; the table follows while the list is open. Enter keeps what is seen then, Escape
        puts the columns back."""
        from tuimon.tui.screens.columns import ColumnsScreen
        from tuimon.tui.view.column_choice import ColumnChoice, column_choices  # loaded at its first use

        board, state = self.app.board, self.app.view
        if board is None:
            return

        def change(choice: ColumnChoice) -> tuple[str, ...]:
            self.app.change_view(self.app.view.with_columns(choice.ids, choice.widths))
            return self.table.columns_shown()

        choice = ColumnChoice(state.columns, state.column_widths)
        fitting = self.table.columns_shown(automatic=True)
        screen = ColumnsScreen(choice, column_choices(board), fitting, change, column_choices)

        def closed(picked: str | None) -> None:
            if picked is None:
                self.app.change_view(self.app.view.with_columns(choice.ids, choice.widths))

        self.app.push_screen(screen, closed)
