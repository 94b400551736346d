"""The rows of a comparison: which config keys and measures, and the words in their cells. No widths yet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.comparison import (
    ABSENT,
    Comparison,
    ConfigLine,
    Measure,
    MetricCell,
    MetricLine,
    same_setting,
)
from tuimon.charts import notation
from tuimon.charts.compare_words import (
    change_text,
    config_text,
    measure_text,
    metric_label,
    place_label,
    place_text,
    same_place_words,
)
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import cut_middle, harmless, ratio_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.view import x_text
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot

_FEWEST_OTHERS = 2  # beside one other run, every key that differs is the baseline's alone
_LONGEST_SETTING = 40  # cells of a key with its value
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class CompareSpec:
    """What the comparison is to look like.

    ``colours`` maps run keys to hex colours, ``names`` to names that differ where the runs' own do not. With
    ``all_config`` the keys that do not differ are shown, too. ``first`` is the number of runs, besides the
    baseline, that are scrolled out of sight on the left. It gives way so that the run ``chosen`` (a key),
    whose name gets a cursor, is seen. ``scroll_keys`` say in the heading how the others come into sight.
    """

    comparison: Comparison
    width: int
    colours: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    all_config: bool = False
    first: int = 0
    chosen: str | None = None
    scroll_keys: str = " ←→"
    ascii: bool = False
    theme: Theme = DARK

    def name_of(self, run: RunSnapshot) -> str:
        """What the run is called among those compared."""
        return harmless(self.names.get(run.key, run.name))


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one run's column: a value, where it holds, how far it is from the baseline's, and where
    that holds if it is elsewhere.
    """

    value: str
    value_style: Style
    place: str = ""
    change: str = ""
    change_style: Style = field(default_factory=Style.null)
    change_place: str = ""

    @property
    def whole_change(self) -> str:
        """``+0.5000 @2``."""
        return f"{self.change} {self.change_place}" if self.change_place else self.change


@dataclass(frozen=True, slots=True)
class Row:
    """A label and one cell for each run; a title has none, and may say more in ``aside``."""

    label: str
    label_style: Style
    cells: tuple[Cell, ...] = ()
    measure: Measure | None = None
    aside: str = ""


def config_rows(spec: CompareSpec) -> list[Row]:
    """A title, the keys that differ, or all of them, and an empty line."""
    comparison, theme = spec.comparison, spec.theme
    every = comparison.config
    # The key that holds the runs' names says nothing that the heading does not.
    differing = [line for line in every if line.differs and not _names_the_runs(line, comparison)]
    alone = alone_in_baseline(comparison, differing)
    title = _title(f"config   {_config_words(comparison, len(differing))}", theme)
    lines = every if spec.all_config else differing
    rows = [_config_row(line, comparison.baseline, theme, alone=line in alone) for line in lines]
    return [*_with_words(title, _words_of_baseline(spec, alone), spec), *rows, _title("", theme)]


def alone_in_baseline(comparison: Comparison, lines: Sequence[ConfigLine]) -> tuple[ConfigLine, ...]:
    """The lines of which no other run has the baseline's value; none where there is but one other.

    Runs that logged no config at all are no others.
    """
    columns = zip(*(line.values for line in comparison.config), strict=True)
    logged = [place for place, column in enumerate(columns) if any(value is not ABSENT for value in column)]
    others = [place for place in logged if place != comparison.baseline]
    if len(others) < _FEWEST_OTHERS or len(others) == len(logged):
        return ()

    def alone(line: ConfigLine) -> bool:
        own = line.values[comparison.baseline]
        return not any(same_setting(line.values[place], own) for place in others)

    return tuple(line for line in lines if alone(line))


def _words_of_baseline(spec: CompareSpec, alone: Sequence[ConfigLine]) -> str:
    """What only the baseline has, as far as a line has room: ``only fast has lr=3e-04, warmup=500``."""
    if not alone:
        return ""
    place, names = spec.comparison.baseline, [spec.name_of(run) for run in spec.comparison.runs]
    settings = [f"{harmless(line.key)}={config_text(line.key, line.values[place])}" for line in alone]
    name = cut_name(names[place], _LONGEST_NAME, names)
    words = f"only {name} has {cut_middle(settings[0], _LONGEST_SETTING)}"
    for number, setting in enumerate(settings[1:], 1):
        longer = f"{words}, {cut_middle(setting, _LONGEST_SETTING)}"
        rest = f" and {len(settings) - number} more"
        if cell_len(longer) + len(rest) > spec.width - 2:
            return words + rest
        words = longer
    return words


def _with_words(title: Row, words: str, spec: CompareSpec) -> list[Row]:
    """The title with these words behind it, or where they do not fit, below it."""
    if not words:
        return [title]
    aside = f"   {words}"
    if cell_len(title.label) + cell_len(aside) < spec.width:
        return [replace(title, aside=aside)]
    return [title, Row(words, style(spec.theme, spec.theme.text))]


def _config_words(comparison: Comparison, differing: int) -> str:
    """How many keys there are and differ, among the runs that logged a config."""
    keys = f"{len(comparison.config)} {'key' if len(comparison.config) == 1 else 'keys'}"
    columns = zip(*(line.values for line in comparison.config), strict=True)
    logged = sum(any(value is not ABSENT for value in column) for column in columns)
    without = len(comparison.runs) - logged
    if not comparison.config:
        return "none of these runs logged one"
    rest = f", {without} {'run' if without == 1 else 'runs'} logged none" if without and logged else ""
    if differing:
        return f"{differing} of {keys} differ{rest}"
    if len(comparison.runs) == 1 or logged == 1:
        return f"{keys}{rest}"
    return f"{keys}, the same in {'both' if logged == 2 else f'all {logged}'} runs{rest}"


def _names_the_runs(line: ConfigLine, comparison: Comparison) -> bool:
    runs = zip(line.values, comparison.runs, strict=True)
    return all(value is ABSENT or value == run.name for value, run in runs)


def _config_row(line: ConfigLine, baseline: int, theme: Theme, *, alone: bool) -> Row:
    """A value like the baseline's is faint; the baseline's own is bold where no other run has it."""
    muted = style(theme, theme.muted)
    plain = style(theme, theme.text)
    bold = style(theme, theme.text, bold=True)
    cells = []
    for index, (value, ratio) in enumerate(zip(line.values, line.ratios, strict=True)):
        same = index != baseline and same_setting(value, line.values[baseline])
        shown = muted if same or value is ABSENT or not line.differs else plain
        shown = bold if alone and index == baseline else shown
        factor = "" if index == baseline or same or not ratio else ratio_text(ratio)
        cells.append(Cell(config_text(line.key, value), shown, change=factor, change_style=muted))
    label = bold if alone else plain if line.differs else muted
    return Row(harmless(line.key), label, tuple(cells))


def metric_rows(spec: CompareSpec) -> list[Row]:
    """A title and the measures."""
    comparison, theme = spec.comparison, spec.theme
    if not comparison.metrics:
        return [_title("metrics   none yet", theme)]
    rows = [_title(f"metrics   {_metric_words(comparison)}", theme)]
    at: Row | None = None
    for line in comparison.metrics:
        row = _metric_row(line, spec)
        if line.measure is Measure.LAST and at is not None and _says_the_same(row, at):
            continue  # the cursor stands where all of the runs have their latest value
        at = row if line.measure is Measure.AT else None
        rows.append(row)
    return rows


def _metric_words(comparison: Comparison) -> str:
    """Where the values and the differences hold."""
    if comparison.at is not None:
        words = f"at {place_text(comparison.axis, comparison.at)}, interpolated"
        return words if len(comparison.runs) == 1 else f"{words}; Δ to the baseline"
    if len(comparison.runs) == 1:
        return "latest"
    earlier = any(cell.delta_x is not None for line in comparison.metrics for cell in line.cells)
    rest = ", else the last both have" if earlier else ""
    return f"latest; Δ to the baseline {same_place_words(comparison.axis)}{rest}"


def narrow_rows(rows: Sequence[Row], spec: CompareSpec) -> list[Row]:
    """The same rows with one thing at most behind each value, so that more runs have room.

    Behind a best value stands where it was, behind others their difference; where the latest values hold is
    a row of its own, below the first of them.
    """
    found: list[Row] = []
    said = False
    for row in rows:
        if row.measure is Measure.BEST:
            found.append(replace(row, cells=tuple(replace(cell, change="") for cell in row.cells)))
        elif row.measure in (Measure.LAST, Measure.AT):
            bare = tuple(replace(cell, place="", change_place="") for cell in row.cells)
            found.append(replace(row, cells=bare))
            if row.measure is Measure.LAST and not said:
                found.append(_place_row(row, spec))
                said = True
        else:
            found.append(row)
    return found


def _place_row(row: Row, spec: CompareSpec) -> Row:
    """Where each run's value holds, and behind it where its difference does, if that is elsewhere."""
    muted = style(spec.theme, spec.theme.muted)
    cells = [
        Cell(
            cell.place.removeprefix("@"),
            muted,
            change=f"Δ{cell.change_place}" if cell.change_place else "",
            change_style=muted,
        )
        for cell in row.cells
    ]
    return Row(f"  {place_label(spec.comparison.axis)}", muted, tuple(cells))


def _says_the_same(row: Row, other: Row) -> bool:
    return all(
        (one.value, one.place, one.whole_change) == (two.value, two.place, two.whole_change)
        for one, two in zip(row.cells, other.cells, strict=True)
    )


def _metric_row(line: MetricLine, spec: CompareSpec) -> Row:
    theme, comparison = spec.theme, spec.comparison
    best = _best_cell(line)
    cells = []
    for index, cell in enumerate(line.cells):
        text = measure_text(line, cell)
        colour = theme.bad if text == notation.NAN else theme.muted if cell.value is None else theme.text
        change = "" if index == comparison.baseline else change_text(line, cell)
        elsewhere = cell.delta_x if change else None
        cells.append(
            Cell(
                value=text,
                value_style=style(theme, colour, bold=index == best),
                place="" if cell.x is None else f"@{x_text(comparison.axis, cell.x)}",
                change=change,
                change_style=style(theme, _change_colour(theme, cell, change)),
                change_place="" if elsewhere is None else f"@{x_text(comparison.axis, elsewhere)}",
            )
        )
    return Row(metric_label(line, comparison), style(theme, theme.text), tuple(cells), line.measure)


def _title(text: str, theme: Theme) -> Row:
    return Row(text, style(theme, theme.accent))


def _change_colour(theme: Theme, cell: MetricCell, text: str) -> str:
    if cell.better is None or text in ("", "0s", "="):
        return theme.muted
    return theme.good if cell.better else theme.bad


def _best_cell(line: MetricLine) -> int | None:
    """The cell with the best value; None where nothing is better or all are as good."""
    values = {
        i: cell.value
        for i, cell in enumerate(line.cells)
        if cell.value is not None and not math.isnan(cell.value)
    }
    if line.direction is None or len(set(values.values())) < 2:
        return None
    choose = min if line.direction == "min" else max
    return choose(values, key=lambda index: values[index])
