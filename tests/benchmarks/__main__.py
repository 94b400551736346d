"""``python -m tests.benchmarks [PART ...]``: the budgets, measured, as one table.

Parts: tracker, capture, reading, drawing, analysis, analyzer, app, commands; all where none is named. A
ratio is measured by budget, so above 1 is over. Exit code 0 whatever comes out: a benchmark tells, it does
not judge.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys

from tests.benchmarks.row import Row

PARTS = {
    "tracker": "tests.benchmarks.tracker_cost",
    "capture": "tests.benchmarks.capture_cost",
    "reading": "tests.benchmarks.reading_cost",
    "drawing": "tests.benchmarks.drawing_cost",
    "analysis": "tests.benchmarks.analysis_cost",
    "analyzer": "tests.benchmarks.analyzer_cost",
    "app": "tests.benchmarks.app_cost",
    "commands": "tests.benchmarks.command_cost",
}


def main(parts: list[str]) -> None:
    """Measure the named parts and print their rows."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        sys.exit(f"no part is called {unknown[0]!r}; there are: {', '.join(PARTS)}")
    machine = f"{platform.system()} {platform.machine()}"
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {machine}")
    print(f"{'what':<44} {'measured':<58} {'budget':<24} of budget")
    for part in parts or PARTS:
        rows: list[Row] = importlib.import_module(PARTS[part]).measure()
        for row in rows:
            print(f"{row.what:<44} {row.measured:<58} {row.budget:<24} {row.ratio:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
