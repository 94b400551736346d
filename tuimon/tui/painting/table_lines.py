"""The table of runs as lines. No Textual."""

from __future__ import annotations

from tuimon.charts.picture import Line
from tuimon.charts.run_table import DrawnRows, TableSpec, draw_header
from tuimon.quick_dataclass import dataclass
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board

_LEAST_PINNED = 4  # lines of the table: the header, the baseline, two more


@dataclass(frozen=True, slots=True)
class TableLines:
    """The table of a board as lines: the header and the first ``pinned`` rows stay, the others scroll."""

    spec: TableSpec
    board: Board
    heading: tuple[Line, ...]
    pinned: int
    drawn: DrawnRows

    def __len__(self) -> int:
        return len(self.spec.rows) - self.pinned

    def line(self, index: int) -> Line:
        """A run's line."""
        return self.drawn.line(self.spec, self.board.row_now(self.spec.rows[self.pinned + index]))


def table_lines(
    board: Board, width: int, look: Look, *, pinned: int = 0, drawn: DrawnRows | None = None
) -> TableLines:
    """The lines of a board's table, ``width`` cells wide, the first ``pinned`` rows always in sight.

    ``drawn`` keeps lines from board to board.
    """
    state, drawn = board.state, drawn or DrawnRows()
    spec = TableSpec(
        rows=board.rows,
        width=width,
        columns=state.columns,
        groups=board.groups,
        wider=state.column_widths,
        cursor_key=board.cursor,
        marked=frozenset(state.marked),
        baseline=state.baseline,
        colours=board.colours,
        names=board.names,
        sort=state.sort,
        descending=state.descending,
        ascii=look.ascii,
        theme=look.theme,
        health=board.health,
    )
    staying = tuple(drawn.line(spec, board.row_now(row)) for row in spec.rows[:pinned])
    return TableLines(spec, board, (draw_header(spec), *staying), pinned, drawn)


def pinned_rows(board: Board, height: int) -> int:
    """How many rows stay in sight in a table of so many lines: the baseline's, if others have room then."""
    has_baseline = bool(board.rows) and board.rows[0].is_baseline
    return int(has_baseline and height >= _LEAST_PINNED)


def cursor_place(board: Board) -> int:
    """The row of the cursor, from 0."""
    return next((place for place, row in enumerate(board.rows) if row.key == board.cursor), 0)


def seen_lines(board: Board, width: int, height: int, look: Look) -> list[Line]:
    """The lines of a table of ``width`` x ``height`` cells, scrolled as far as the cursor needs it.

    Where not all runs fit, the last cell of each line is left to the scroll bar, which ASCII has none of.
    """
    scrolls = len(board.rows) + 1 > height and not look.ascii
    lines = table_lines(board, width - scrolls, look, pinned=pinned_rows(board, height))
    room = height - len(lines.heading)
    top = max(0, cursor_place(board) - lines.pinned - room + 1)
    return [*lines.heading, *(lines.line(row) for row in range(top, min(len(lines), top + room)))]
