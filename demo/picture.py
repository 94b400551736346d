"""Take the README's picture: the app itself on the logs of a finished sweep.

    python demo/sweep.py --log-dir /tmp/sweep
    python demo/picture.py /tmp/sweep demo/dashboard.svg

The SVG names no fonts on other machines, so that it renders without a network.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from pathlib import Path

from tuimon.charts.palette import DARK
from tuimon.store.store import RunStore
from tuimon.tui.app import TuimonApp
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.painting.look import Look

WEB_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


async def take_picture(logs: Path, width: int, height: int, keys: list[str]) -> str:
    """The SVG of the app on ``logs`` at ``width`` x ``height`` cells after ``keys`` were pressed."""
    feed = StoreFeed(RunStore([logs]))
    feed.start()
    try:
        app = TuimonApp(feed, place="~/experiment_logs", look=Look(DARK, False))
        async with app.run_test(size=(width, height)) as pilot:
            await asyncio.sleep(1.5)  # reading and drawing the first charts
            for key in keys:
                await pilot.press(key)
            await asyncio.sleep(1.0)
            svg = app.export_screenshot(title="tuimon")
    finally:
        feed.stop()
    return WEB_FONT.sub("", svg)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", type=Path, help="directory with the logs of a sweep")
    parser.add_argument("picture", type=Path, help="the SVG file to write")
    parser.add_argument("--size", default="120x34", help="columns x rows")
    parser.add_argument("--keys", default="a", help="pressed before the picture, separated by commas")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    keys = [key for key in given.keys.split(",") if key]
    given.picture.write_text(asyncio.run(take_picture(given.logs, width, height, keys)), encoding="utf-8")


if __name__ == "__main__":
    main()
