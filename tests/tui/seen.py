"""What is seen of the dashboard, and of a list that is open over it."""

from __future__ import annotations

from tests.tui.running_app import RunningApp, text_of
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.run_table import RunTable
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def dashboard(app: RunningApp) -> DashboardScreen:
    return next(screen for screen in app.screen_stack if isinstance(screen, DashboardScreen))


def charts_text(app: RunningApp) -> str:
    return "\n".join(text_of(dashboard(app).charts))


def status_text(app: RunningApp) -> str:
    return "\n".join(text_of(dashboard(app).status))


def header_text(app: RunningApp) -> str:
    return text_of(dashboard(app).header)[0]


def table_of(app: RunningApp) -> RunTable:
    return dashboard(app).table


def names(app: RunningApp) -> list[str]:
    """The runs seen, from top to bottom."""
    return [row[5:].split()[0] for row in text_of(table_of(app))[1:] if row.strip()]


def cursor_name(app: RunningApp) -> str:
    rows = [row for row in text_of(table_of(app))[1:] if row.startswith(">")]
    assert len(rows) == 1, "exactly one row has the cursor, and it is in sight"
    return rows[0][5:].split()[0]


def listed(app: RunningApp) -> list[str]:
    """The options seen in the open list."""
    return [row.strip() for row in text_of(app.screen.query_one(ScrolledLines)) if row.strip()]


def keys_of_list(app: RunningApp) -> str:
    """The last line of the open list, without the count on its right."""
    line = text_of(app.screen.query_one(LinesView))[-1].strip()
    return line.rsplit("  ", 1)[0].strip() if "/" in line.rsplit("  ", 1)[-1] else line
