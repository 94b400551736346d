"""The names of the dashboard's panes, as the help calls them."""

from __future__ import annotations

RUNS_PANE, CHARTS_PANE = "run table", "charts"
