"""Rows of runs as a table, one line, JSON or CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len

from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.metric_roles import direction_of, main_metric
from tuimon.analysis.sorting import best_row
from tuimon.charts.distinct_names import cut_names
from tuimon.charts.notation import (
    NAN,
    STATE_SIGNS,
    STATE_SIGNS_ASCII,
    age_text,
    ascii_text,
    count_text,
    cut_middle,
    duration_text,
    harmless,
    pad,
    percent_text,
    value_text,
)
from tuimon.export.cells import harmless_cell, number_text
from tuimon.records.lines import encode_record

FIELDS = (
    "run_id",
    "name",
    "state",
    "step",
    "progress",
    "metric",
    "best",
    "best_iteration",
    "last",
    "train_loss_best",
    "train_loss_last",
    "val_loss_best",
    "val_loss_last",
    "nan_count",
    "bad_lines",
    "start_time",
    "age_seconds",
    "duration_seconds",
    "eta_seconds",
    "tags",
    "notes",
    "path",
)

_TEXTS = frozenset({"run_id", "name", "state", "metric", "start_time", "tags", "notes", "path"})
_HEADINGS = ("state", "name", "id", "step", "done", "best", "last", "train", "age")
_LEFT_ALIGNED = frozenset({"state", "name", "id"})
_QUIET = frozenset({"id", "done", "age"})
_NAME = _HEADINGS.index("name")
_FIRST_TO_GO = ("id", "train", "age", "last", "done", "step")  # where the terminal is too narrow for all
_SHORTEST_NAME = 12
_CUT_NAME = 6  # where not even the last columns have room beside that
_GAP = "  "
NO_METRICS = "no metrics"  # in the column of the best value
# ANSI foreground colours: stalled yellow, failed and crashed red, as on the dashboard.
_STATE_COLOURS = {"running": 32, "stalled": 33, "failed": 31, "crashed": 31}


def record_of(row: RunRow) -> dict[str, Any]:
    """What programs are told of a run: :data:`FIELDS`, flat but for ``tags``; absent is ``None``."""
    run = row.run
    train, val = run.summaries.get("train_loss"), run.summaries.get("val_loss")
    return {
        "run_id": row.run_id,
        "name": row.name,
        "state": str(row.state),
        "step": _whole(row.step),
        "progress": row.progress,
        "metric": row.main_metric,
        "best": row.best,
        "best_iteration": _whole(_best_iteration(row)),
        "last": row.last,
        "train_loss_best": train.min if train else None,
        "train_loss_last": train.last if train else None,
        "val_loss_best": val.min if val else None,
        "val_loss_last": val.last if val else None,
        "nan_count": row.nan_count,
        "bad_lines": row.bad_lines,
        "start_time": run.header.start_time.isoformat() if run.header.start_time else None,
        "age_seconds": row.age_seconds,
        "duration_seconds": row.duration_seconds,
        "eta_seconds": row.eta_seconds,
        "tags": list(run.tags),
        "notes": run.notes,
        "path": str(run.path),
    }


def _best_iteration(row: RunRow) -> float | None:
    """The iteration rather than the step: the summary of an ended run knows no other."""
    metric = row.main_metric or ""
    summary = row.run.summaries.get(metric)
    if summary is None or row.best is None:
        return None
    return summary.max_iteration if direction_of(metric) == "max" else summary.min_iteration


def _whole(count: float | None) -> float | None:
    """A count as an integer where it is one, so that it is printed as ``200``."""
    return int(count) if count is not None and count.is_integer() else count


def as_json(rows: Sequence[RunRow]) -> str:
    """A JSON list, one object a line; non-finite values are strings, as in the log."""
    lines = [encode_record(record_of(row)).decode().rstrip("\n") for row in rows]
    return "[" + ",\n ".join(lines) + "]\n"


def as_csv(rows: Sequence[RunRow], *, harmless_text: bool) -> str:
    """CSV with a heading; ``harmless_text`` is for a terminal, where control characters would act.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; NaN is ``NaN``.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        record = record_of(row)
        record["tags"] = " ".join(record["tags"])
        texts = {key: value for key, value in record.items() if key in _TEXTS and isinstance(value, str)}
        if harmless_text:
            texts = {key: harmless(value) for key, value in texts.items()}
        numbers = {key: number_text(value) for key, value in record.items() if isinstance(value, float)}
        writer.writerow(record | numbers | {key: harmless_cell(value) for key, value in texts.items()})
    return out.getvalue()


def as_one_line(rows: Sequence[RunRow], *, utf8: bool) -> str:
    """Counts by state, the best run, and how far the first live one is: ``▶1 ■2  best val_loss ...``."""
    signs = STATE_SIGNS if utf8 else STATE_SIGNS_ASCII
    counts = Counter(str(row.state) for row in rows)
    parts = [
        " ".join(f"{sign}{counts[state]}" for state, sign in signs.items() if counts[state]) or "no runs"
    ]
    metric = main_metric(row.run for row in rows)
    best = best_row([row for row in rows if row.main_metric == metric], metric)
    if best and best.main_metric:
        parts.append(f"best {best.main_metric} {value_text(best.main_metric, best.best)} {best.name}")
    live = next((row for row in rows if row.state.is_live), None)
    if live:
        words = [live.name]
        if live.progress is not None:
            words.append(percent_text(live.progress))
        elif live.step is not None:
            words.append(f"step {count_text(live.step)}")
        if live.eta_seconds is not None:
            words.append(f"ETA {duration_text(live.eta_seconds)}")
        parts.append(" ".join(words))
    line = harmless("  ".join(parts))
    return (line if utf8 else ascii_text(line)) + "\n"


def as_table(rows: Sequence[RunRow], *, width: int | None, utf8: bool, coloured: bool) -> str:
    """Aligned columns with a heading; names are cut in the middle where ``width`` cells do not suffice."""
    if not rows:
        return ""
    table = [_table_headings(rows), *(_cells(row, utf8=utf8) for row in rows)]
    if not utf8:
        table = [tuple(ascii_text(cell) for cell in cells) for cells in table]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    columns = list(range(len(_HEADINGS)))
    if width is not None:
        columns = _columns_that_fit(widths, width)
        excess = _table_width(widths, columns) - width
        widths[_NAME] = max(widths[_NAME] - max(excess, 0), min(_CUT_NAME, widths[_NAME]))
    ellipsis = "…" if utf8 else "~"
    if len(table) > 1:
        names = cut_names(tuple(sorted({cells[_NAME] for cells in table[1:]})), widths[_NAME])
        cut = (
            (*row[:_NAME], names[row[_NAME]].replace("…", ellipsis), *row[_NAME + 1 :]) for row in table[1:]
        )
        table = [table[0], *cut]
    lines = []
    for index, cells in enumerate(table):
        padded = [
            pad(
                cut_middle(cells[column], widths[column], ellipsis),
                widths[column],
                "<" if _HEADINGS[column] in _LEFT_ALIGNED else ">",
            )
            for column in columns
        ]
        if coloured and index:
            padded = [_painted(cell, _HEADINGS[column]) for column, cell in zip(columns, padded, strict=True)]
        colour = _STATE_COLOURS.get(str(rows[index - 1].state)) if index and coloured else None
        if colour:
            padded[0] = f"\x1b[{colour}m{padded[0]}\x1b[0m"
        elif coloured and not index:
            padded = [f"\x1b[2m{cell}\x1b[0m" for cell in padded]
        lines.append(_GAP.join(padded).rstrip())
    return "\n".join(lines) + "\n"


def _painted(cell: str, heading: str) -> str:
    """A cell quiet where it is secondary, red where it is a loss that is no number."""
    if heading in _QUIET:
        return f"\x1b[2m{cell}\x1b[0m"
    lost = heading != "name" and cell.strip() in (NAN, "inf")
    return f"\x1b[31m{cell}\x1b[0m" if lost else cell


def _columns_that_fit(widths: Sequence[int], width: int) -> list[int]:
    """The columns that stay in ``width`` cells with the shortest names; a line never wraps for an id."""
    least = [min(_SHORTEST_NAME, wide) if place == _NAME else wide for place, wide in enumerate(widths)]
    columns = list(range(len(_HEADINGS)))
    for heading in _FIRST_TO_GO:
        if _table_width(least, columns) <= width:
            break
        columns.remove(_HEADINGS.index(heading))
    return columns


def _table_width(widths: Sequence[int], columns: Sequence[int]) -> int:
    return sum(widths[column] for column in columns) + len(_GAP) * (len(columns) - 1)


def _table_headings(rows: Sequence[RunRow]) -> tuple[str, ...]:
    """``best`` names its metric where all rows have the same."""
    metrics = {row.main_metric for row in rows} - {None}
    best = f"best {harmless(str(metrics.pop()))}" if len(metrics) == 1 else "best"
    return tuple(best if heading == "best" else heading for heading in _HEADINGS)


def _has_none(row: RunRow) -> bool:
    """Whether the run is over and has no metrics: none were logged, or none recognised in its output."""
    run = row.run
    return row.state.is_over and row.main_metric is None and not (run.summaries or run.metrics or run.problem)


def _cells(row: RunRow, *, utf8: bool) -> tuple[str, ...]:
    metric = row.main_metric or ""
    train = row.run.summaries.get("train_loss")
    return (
        f"{(STATE_SIGNS if utf8 else STATE_SIGNS_ASCII)[str(row.state)]} {row.state}",
        harmless(row.name),
        harmless(row.run_id),
        count_text(row.step),
        percent_text(row.progress),
        NO_METRICS if _has_none(row) else value_text(metric, row.best),
        value_text(metric, row.last),
        value_text("train_loss", train.last if train else None),
        age_text(row.age_seconds),
    )
