"""Two processes started by torchrun write one log, by rank zero: with a tracker alone and with hooks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracker.process import kinds, logs, records

pytest.importorskip("torch")

TRACKER = """
import os, torch
from tuimon import ExperimentTracker

torch.distributed.init_process_group("gloo")
with ExperimentTracker({"name": "ranks"}, "logs") as tracker:
    for step in range(5):
        loss = torch.tensor(float(torch.distributed.get_rank()))
        torch.distributed.all_reduce(loss)
        tracker.log_metrics(step, train_loss=loss)
torch.distributed.destroy_process_group()
"""
TRANSFORMERS = (
    Path(__file__).with_name("transformers_script.py").read_text(encoding="utf-8")
    + """
from tuimon.hooks.transformers import TuimonCallback

make_trainer("model", [TuimonCallback("ranks", log_dir="logs")], ddp_backend="gloo").train()
torch.distributed.destroy_process_group()
"""
)
LIGHTNING = """
import torch, lightning.pytorch as pl
from tuimon.hooks.lightning import TuimonLogger

class Line(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(4, 1)

    def training_step(self, batch, index):
        loss = self.layer(batch[0]).square().mean()
        self.log("train_loss", loss, sync_dist=True)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)

data = torch.utils.data.TensorDataset(torch.randn(16, 4))
pl.Trainer(
    accelerator="cpu", devices=2, strategy="ddp", max_epochs=1, log_every_n_steps=1, default_root_dir="root",
    enable_progress_bar=False, logger=TuimonLogger("ranks", log_dir="logs"),
).fit(Line(), torch.utils.data.DataLoader(data, batch_size=2))
torch.distributed.destroy_process_group()
"""


@pytest.mark.parametrize(
    ("framework", "code", "steps"),
    [("torch", TRACKER, 5), ("transformers", TRANSFORMERS, 6), ("lightning", LIGHTNING, 4)],
    ids=["tracker", "transformers", "lightning"],
)
def test_rank_zero_alone_writes(tmp_path: Path, framework: str, code: str, steps: int) -> None:
    """One run, finished, with its steps once each."""
    pytest.importorskip(framework)
    (tmp_path / "train.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "train.py"],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (path,) = logs(tmp_path / "logs")
    lines = records(path)
    assert (lines[0]["rank"], lines[0]["world_size"]) == (0, 2)
    assert kinds(lines).count("end") == 1
    assert lines[-1]["status"] == "finished"
    assert lines[-1]["summary"]["train_loss"]["count"] == steps
