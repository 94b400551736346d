"""The palette: every action of the screen below, every run and every metric, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder, wrap
from tuimon.tui.keys.actions import Action
from tuimon.tui.screens.pick import Option, PickScreen, matching
from tuimon.tui.view.board import Board
from tuimon.tui.view.choices import chart_metrics

ACTION, RUN, METRIC = "action ", "run ", "metric "
"""What the ids of the options begin with."""

_SENTENCE_ROWS = 2


def palette_options(actions: Sequence[Action], board: Board | None) -> tuple[Option, ...]:
    """The actions with their keys, then the runs, then the metrics."""
    options = [
        Option(ACTION + action.id, action.title, action.key_text, action.help)
        for action in actions
        if action.in_palette or not action.keys
    ]
    if board is not None:
        options += [
            Option(
                RUN + row.key,
                board.names.get(row.key, row.name),
                f"{row.state.value} run",
                f"Go to the run {row.run_id}.",
            )
            for row in board.rows
        ]
        options += [
            Option(METRIC + metric, metric, "metric", "Put it into the large chart.")
            for metric in chart_metrics(board)
        ]
    return tuple(options)


class PaletteScreen(PickScreen):
    """It is dismissed with the id of an option; below the list stands what the one under the cursor does."""

    HINT_ROWS: ClassVar[int] = 1 + _SENTENCE_ROWS
    DEFAULT_CSS = """
    PaletteScreen { align: center top; }
    """

    def __init__(
        self, options: Sequence[Option], options_of: Callable[[Board], Sequence[Option]] | None = None
    ) -> None:
        super().__init__("actions, runs and metrics", options, options_of=options_of)

    def narrowed(self, text: str) -> tuple[Option, ...]:
        """Those that have the words in their names, then those that have them in their sentences."""
        words = text.casefold().split()
        named = tuple(
            option for option in self.options if all(word in option.label.casefold() for word in words)
        )
        told = tuple(
            option
            for option in self.options
            if option not in named and all(word in option.about.casefold() for word in words)
        )
        return named + told or matching(self.options, text)

    def _hint_lines(self, width: int) -> list[Line]:
        theme, place = self.app.palette_theme, self._place()
        sentence = self._shown[place].about if place is not None else ""  # the list says that nothing is left
        rows = wrap(sentence, max(1, width - 2), most=_SENTENCE_ROWS)
        rows += [""] * (_SENTENCE_ROWS - len(rows))
        muted = style(theme, theme.muted)
        lines = [LineBuilder(width, ascii=self.app.ascii).add(" ").add(row, muted).line() for row in rows]
        return [*lines, self._hint_line(width)]

    def _hint_keys(self) -> tuple[tuple[str, str], ...]:
        return ("Enter", "do it"), ("Esc", "close")
