"""What the app keeps for later does not keep all runs as they once were."""

from __future__ import annotations

import gc
from weakref import ref

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, until
from tuimon.store.snapshot import RunSnapshot


def run_of(name: str, loss: float) -> RunSnapshot:
    return make_run(name, metrics={"val_loss": [3.0, loss], "train_loss": [3.5, loss]})


class Held:
    """Something that can be looked for weakly, hung on a run."""


async def test_boards_that_are_gone_take_their_runs_with_them() -> None:
    """Of a thousand runs each board would hold what was known of all of them, before they were read, too."""
    mark = Held()
    hidden = make_run("zz_hidden", config={"mark": mark}, metrics={"val_loss": [9.0, 9.5]})
    held = ref(mark)
    others = [run_of(f"run_{number:02d}", 2.0 - number / 40) for number in range(30)]
    app = RunningApp([*others, hidden])
    del hidden, mark
    async with running(app, 120, 36) as pilot:
        await until(pilot, lambda: app.board is not None and app.board.has_values)
        app.store.publish(others)  # what is in the charts stays as it is, so nothing is drawn anew
        await until(pilot, lambda: app.board is not None and app.board.snapshot is app.store.snapshot())

        def is_gone() -> bool:
            gc.collect()
            return held() is None

        await until(pilot, is_gone)
