"""A list to pick from: typing narrows it, moving shows what it would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click, Key, Resize
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Input

from tuimon.charts.notation import cut_middle, harmless
from tuimon.charts.palette import Theme, blend, style
from tuimon.charts.picture import Line
from tuimon.charts.run_table import CURSOR_SIGN
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board
from tuimon.tui.view.follows_board import FollowsBoard
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp

_LEAST_WIDTH, _MOST_WIDTH = 56, 64  # the keys of every list have room in the least
_AROUND = 3  # rows of the dialog besides list and hints: the border, the line to type in
_LEAST_ROWS, _MOST_SHARE = 3, 0.7
_HINT_GAP = 2
NOTHING_FOUND = "nothing has these words"
_CURSOR_SHARE = 0.25  # of the accent colour in the background of the row under the cursor


@dataclass(frozen=True, slots=True)
class Option:
    """Something to pick; ``note`` stands right of the label in a quiet colour, ``about`` is a sentence."""

    id: str
    label: str
    note: str = ""
    about: str = ""


def cursor_ground(theme: Theme) -> Style:
    """The background of the row under the cursor."""
    if not theme.has_shades:
        return Style.null()  # the sign and the bold text say it
    return Style(bgcolor=blend(theme.accent, theme.background, _CURSOR_SHARE))


def matching(options: Sequence[Option], text: str) -> tuple[Option, ...]:
    """The options that contain every word of ``text``, in their order.

    Where none does, those that contain its letters in this order: ``normmax`` finds ``grad_norm max``.
    """
    words = text.casefold().split()
    found = tuple(option for option in options if all(word in option.label.casefold() for word in words))
    return found or tuple(option for option in options if _in_order("".join(words), option.label.casefold()))


def _in_order(letters: str, text: str) -> bool:
    left = iter(text)
    return all(letter in left for letter in letters)


@dataclass(frozen=True, slots=True)
class OptionLines:
    """The narrowed list as lines; ``checked`` None: there is nothing to check."""

    options: tuple[Option, ...]
    cursor: str | None
    checked: frozenset[str] | None
    width: int
    look: Look
    heading: tuple[Line, ...] = ()

    def __len__(self) -> int:
        return len(self.options) or 1

    def line(self, index: int) -> Line:
        """One option; where none is left, that there is none."""
        if not self.options:
            quiet = style(self.look.theme, self.look.theme.muted)
            return LineBuilder(self.width, ascii=self.look.ascii).add(f"  {NOTHING_FOUND}", quiet).line()
        option, theme = self.options[index], self.look.theme
        under = option.id == self.cursor
        ground = cursor_ground(theme) if under else Style.null()
        ink, quiet = style(theme, theme.text, bold=under) + ground, style(theme, theme.muted) + ground
        sign = style(theme, theme.accent, bold=True) + ground
        line = LineBuilder(self.width, ascii=self.look.ascii)
        line.add(f"{CURSOR_SIGN} " if under else "  ", sign)
        if self.checked is not None:
            line.add(*(("✓ ", sign) if option.id in self.checked else ("· ", quiet)))
        note = f"  {harmless(option.note)} " if option.note else " "
        line.add(cut_middle(harmless(option.label), max(0, line.room - cell_len(note))), ink)
        return line.to(self.width - cell_len(note), ground).add(note, quiet).line(ground)


def hint_width(keys: Sequence[tuple[str, str]]) -> int:
    """The cells that all keys with their words take."""
    return sum(cell_len(f"{key} {words}") + _HINT_GAP for key, words in keys) - _HINT_GAP + 2


def hint_line(
    keys: Sequence[tuple[str, str]],
    count: str,
    width: int,
    key_style: Style,
    quiet: Style,
    *,
    ascii: bool,  # noqa: A002
) -> Line:
    """Keys with their words from the left, the count on the right; the last keys, which close, stay longest.

    What has no room is left out as a whole: the count first, then keys from the right but for the last.
    """

    shown = list(keys)
    while len(shown) > 1 and hint_width(shown) > width:
        del shown[-2]
    line = LineBuilder(width, ascii=ascii).add(" ")
    for place, (key, words) in enumerate(shown):
        line.add(" " * _HINT_GAP if place else "").add(key, key_style).add(f" {words}", quiet)
    if count and hint_width(shown) + cell_len(count) + _HINT_GAP <= width:
        line.to(width - cell_len(count) - 1).add(count, quiet)
    return line.line()


class _NarrowingInput(Input):
    """The line to type in; the keys in ``leaves`` are the screen's.

    They go up to it behind what was typed before them: as bindings that come first they would overtake it
    where keys arrive together, as on a slow line, and be about an option that the words no longer leave.
    """

    def __init__(self, *, leaves: frozenset[str]) -> None:
        super().__init__(compact=True, placeholder="type to narrow")
        self._leaves = leaves

    async def _on_key(self, event: Key) -> None:
        if event.key in self._leaves:
            event.prevent_default()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Left and right are the screen's too, where it has them."""
        moves = {"cursor_left": "left", "cursor_right": "right"}
        return moves.get(action) not in self._leaves and super().check_action(action, parameters)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Textual asks which keys are not to be looked up among the bindings."""
        return key not in self._leaves and super().check_consume_key(key, character)


class PickScreen(FollowsBoard, ModalScreen[str | None]):
    """A modal list. It is dismissed with the id picked by Enter, or None by Escape.

    ``on_highlight`` is called with the id under the cursor as it moves, so that the choice can be seen before
    it is made. With ``checked`` every option has a check mark, and Space calls ``on_toggle``. ``options_of``
    gives the options of a newer board: what was read meanwhile is in the list too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("escape", "dismiss(None)", "Close", show=False),
        Binding("space", "check", "Check", show=False),
    ]
    DEFAULT_CSS = """
    PickScreen { align: right top; background: transparent; }
    PickScreen > Vertical { border: round $accent; background: $background; }
    PickScreen Input { border: none; height: 1; padding: 0 1; background: transparent; }
    PickScreen Input:focus { border: none; background-tint: $foreground 0%; }
    """

    KEYS: ClassVar[frozenset[str]] = frozenset()  # that are not typed, besides
    HINT_ROWS: ClassVar[int] = 1

    app: TuimonApp

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        *,
        current: str | None = None,
        on_highlight: Callable[[str], None] | None = None,
        checked: frozenset[str] | None = None,
        on_toggle: Callable[[str], None] | None = None,
        options_of: Callable[[Board], Sequence[Option]] | None = None,
    ) -> None:
        super().__init__()
        self._options_of = options_of
        self.options = tuple(options)
        self._shown = self.options
        known = any(option.id == current for option in options)
        self._cursor = current if known else options[0].id if options else None
        self._on_highlight = on_highlight
        self._checked = checked
        self._on_toggle = on_toggle
        self._input = _NarrowingInput(leaves=self.KEYS | {"space"} if checked is not None else self.KEYS)
        self._list = ScrolledLines()
        self._list.can_focus = False
        self._hint = LinesView()
        self._hint.styles.height = self.HINT_ROWS
        self._box = Vertical(self._input, self._list, self._hint)
        self._box.border_title = title

    def compose(self) -> ComposeResult:
        """The box."""
        yield self._box

    def on_mount(self) -> None:
        """ASCII terminals have no round corners."""
        if self.app.ascii:
            self._box.styles.border = ("ascii", self.app.palette_theme.accent)
        self._input.focus()

    def on_resize(self, event: Resize) -> None:
        """As large as the options need, as far as there is room."""
        self._fit(event.size)

    def _fit(self, most: Size) -> None:
        longest = max((cell_len(f"{option.label} {option.note}") for option in self.options), default=0)
        least = max(_LEAST_WIDTH, *(hint_width(keys) + 2 for keys in self._hints()))
        self._box.styles.width = min(most.width, max(least, min(_MOST_WIDTH, longest + 10)))
        self._fit_height(most.height)
        self.call_after_refresh(self._show)

    def _fit_height(self, most: int) -> None:
        """No higher than the options left, so that what the choice changes can be seen."""
        around = _AROUND + self.HINT_ROWS
        rows = max(_LEAST_ROWS, len(self._shown)) + around
        self._box.styles.height = min(rows, max(min(most, _LEAST_ROWS + around), round(most * _MOST_SHARE)))

    def _show(self) -> None:
        width = self._list.size.width
        self._list.show_source(OptionLines(self._shown, self._cursor, self._checked, width, self.app.look))
        place = self._place()
        if place is not None:
            self._list.bring_into_sight(place)
        self._hint.show_lines(self._hint_lines(self._hint.size.width), self._hint.size.width)

    def follow(self, board: Board) -> None:
        """The options as the newer board has them, the cursor on its own, nothing typed lost."""
        options = tuple(self._options_of(board)) if self._options_of is not None else self.options
        if options != self.options:
            self.show_options(options)
            if self._place() is None:
                self._cursor = self._shown[0].id if self._shown else None
            self._fit(self.size)

    def show_options(self, options: Sequence[Option]) -> None:
        """Another order or other notes, narrowed as before, the cursor on its option."""
        self.options = tuple(options)
        self._shown = self.narrowed(self._input.value)
        self._show()

    def narrowed(self, text: str) -> tuple[Option, ...]:
        """The options that ``text`` leaves."""
        return matching(self.options, text)

    def _hint_lines(self, width: int) -> list[Line]:
        """The lines below the list; the keys are the last one."""
        return [self._hint_line(width)]

    def _hint_keys(self) -> tuple[tuple[str, str], ...]:
        """The keys of the list with what they do."""
        check = (("Space", "check"),) if self._checked is not None else ()
        return ("Enter", "pick"), *check, ("Esc", "close")

    def _hints(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The keys as they can come to stand there while the list is open."""
        return (self._hint_keys(),)

    def _hint_line(self, width: int) -> Line:
        theme = self.app.palette_theme
        count = f"{len(self._shown)}/{len(self.options)}"
        keys, quiet = style(theme, theme.accent), style(theme, theme.muted)
        return hint_line(self._hint_keys(), count, width, keys, quiet, ascii=self.app.ascii)

    def _place(self) -> int | None:
        """The row of the cursor; None where no option is left."""
        places = (place for place, option in enumerate(self._shown) if option.id == self._cursor)
        return next(places, None)

    def _highlight(self, option_id: str | None) -> None:
        if option_id == self._cursor:
            return
        self._cursor = option_id
        if option_id is not None and self._on_highlight is not None:
            self._on_highlight(option_id)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._shown = self.narrowed(event.value)
        if self._place() is None:
            self._highlight(self._shown[0].id if self._shown else None)
        self._fit_height(self.size.height)
        self.call_after_refresh(self._show)

    @on(Input.Submitted)
    def _pick(self, event: Input.Submitted) -> None:
        event.stop()
        picked = self.entered()
        if picked is not None:
            self.dismiss(picked)

    def entered(self) -> str | None:
        """What Enter picks; None: nothing, and the list stays."""
        return self._cursor

    def action_move(self, by: int) -> None:
        """The cursor ``by`` rows further, stopping at both ends."""
        if self._shown:
            place = (self._place() or 0) + by
            self._highlight(self._shown[min(max(place, 0), len(self._shown) - 1)].id)
            self._show()

    def action_page(self, by: int) -> None:
        """The cursor ``by`` pages further."""
        self.action_move(by * max(1, self._list.page_height - 1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A space is a space where there is nothing to check."""
        return self._checked is not None if action == "check" else super().check_action(action, parameters)

    def action_check(self) -> None:
        """Check or uncheck the option under the cursor."""
        if self._checked is None or self._cursor is None:
            return
        self._checked = self._checked ^ {self._cursor}
        if self._on_toggle is not None:
            self._on_toggle(self._cursor)
        self._show()

    @on(Click)
    def _clicked(self, event: Click) -> None:
        """A click picks; one beside the box closes it."""
        if not self._box.region.contains(event.screen_x, event.screen_y):
            self.dismiss(None)
            return
        index = self._list.line_at(event.screen_y - self._list.region.y) if self._shown else None
        if index is not None and self._list.region.contains(event.screen_x, event.screen_y):
            self.dismiss(self._shown[index].id)
