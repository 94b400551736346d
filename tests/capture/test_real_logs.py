"""What real trainings printed, replayed; skipped where the files are not at hand.

They are looked for in ``$TUIMON_REAL_LOGS``, else in ``shared/real_logs`` beside the checkout or one above.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuimon.capture.line_reader import LineReader, ParsedLine
from tuimon.capture.printed_text import LineSplitter

ROOT = Path(__file__).parents[2]
PLACES = [
    Path(os.environ.get("TUIMON_REAL_LOGS") or ROOT / "real_logs"),
    ROOT.parent / "shared" / "real_logs",
    ROOT.parents[1] / "shared" / "real_logs",
]
FOLDER = next((place for place in PLACES if place.is_dir()), PLACES[0])

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the logs of real trainings are not here")


def replay(name: str) -> list[ParsedLine]:
    """The records of a file that is printed in chunks."""
    splitter, reader = LineSplitter(), LineReader()
    lines: list[str] = []
    with open(FOLDER / name, "rb") as file:
        while chunk := file.read(1000):
            lines += splitter.feed(chunk)
    records = [record for line in [*lines, *splitter.finish()] for record in reader.read(line)]
    return records + reader.finish()


def losses(records: list[ParsedLine], name: str) -> list[tuple[float, float]]:
    return [(record.step, record.values[name]) for record in records if name in record.values]


def test_llm_c() -> None:
    """19,560 lines of training, 80 of validation."""
    records = replay("llmc_main.log")
    train, val = losses(records, "train_loss"), losses(records, "val_loss")
    assert [len(records), len(train), len(val)] == [19_640, 19_560, 80]
    assert train[0] == (0.0, 11.0091)
    assert train[-1] == (19_559.0, 3.2217)
    assert val[0] == (0.0, 11.0092)
    assert val[-1] == (19_560.0, 3.2722)
    assert min(loss for _, loss in val) == 3.2722
    assert all(record.is_eval == ("val_loss" in record.values) for record in records)
    assert records[1].values == {"train_loss": 11.0091, "learning_rate": 0.000001, "grad_norm": 15.37}


def test_modded_nanogpt() -> None:
    """1,530 lines of training and 14 of validation, and nothing of the source in front of them."""
    records = replay("modded_nanogpt_value_embed.txt")
    train, val = losses(records, "train_loss"), losses(records, "val_loss")
    assert [len(records), len(train), len(val)] == [1_544, 1_530, 14]
    assert train[-1] == (1_530.0, 3.2356)
    assert val[-1] == (1_530.0, 3.2735)
    assert min(loss for _, loss in val) == 3.2735
    assert {record.total for record in records} == {1_530}
    assert records[-1].values["step_avg"] == 174.15


def test_modded_nanogpt_with_validation_alone() -> None:
    """38 lines of validation; the source in front holds none."""
    records = replay("modded_nanogpt_newton_muon.txt")
    assert len(records) == 38
    assert all(record.is_eval for record in records)
    assert losses(records, "val_loss")[-1] == (3_300.0, 3.27962)
    assert min(losses(records, "val_loss"), key=lambda pair: pair[1]) == (3_300.0, 3.27962)
