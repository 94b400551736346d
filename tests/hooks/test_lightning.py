"""A Lightning training writes a run whose values are those of Lightning's own loggers."""

from __future__ import annotations

import csv
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.process import kinds, logs, only_log, records
from tuimon import ExperimentTracker
from tuimon.records.load import load_experiment_log
from tuimon.tracker.hooked import is_running
from tuimon.tracker.warn import TrackerWarning

pytest.importorskip("lightning.pytorch")
torch = pytest.importorskip("torch")

from lightning.pytorch import Callback, LightningModule, Trainer  # noqa: E402
from lightning.pytorch.callbacks import LearningRateMonitor, ModelCheckpoint  # noqa: E402
from lightning.pytorch.loggers import CSVLogger  # noqa: E402

from tuimon.hooks.lightning import TuimonLogger  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # what Lightning and torch warn of is not ours

BATCHES = 6


class Line(LightningModule):
    """A linear model; what it is told to do goes wrong at a batch of its choice."""

    def __init__(self, lr: float = 0.1, width: int = 4, trouble: Any = None) -> None:
        super().__init__()
        self.save_hyperparameters("lr", "width")
        self.layer = torch.nn.Linear(width, 1)
        self.lr, self.trouble = lr, trouble

    def _loss(self, batch: Any) -> Any:
        x, y = batch
        return torch.nn.functional.mse_loss(self.layer(x), y)

    def training_step(self, batch: Any, index: int) -> Any:
        if self.trouble is not None and self.trainer.global_step == 3:
            self.trouble()
        loss = self._loss(batch)
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        self.log("grad/scale", 2.0 * index)
        return loss

    def validation_step(self, batch: Any, index: int) -> None:
        self.log("val_loss", self._loss(batch))
        self.log("val_acc", 0.5)

    def test_step(self, batch: Any, index: int) -> None:
        self.log("test_loss", self._loss(batch))

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=self.lr)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.9)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def loader(batches: int = BATCHES) -> Any:
    torch.manual_seed(0)
    x = torch.randn(batches * 8, 4)
    data = torch.utils.data.TensorDataset(x, x.sum(dim=1, keepdim=True))
    return torch.utils.data.DataLoader(data, batch_size=8)


def trainer(directory: Path, logger: Any, **options: Any) -> Any:
    defaults = {
        "accelerator": "cpu",
        "devices": 1,
        "max_epochs": 2,
        "log_every_n_steps": 1,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "enable_checkpointing": False,
        "default_root_dir": directory,
    }
    return Trainer(logger=logger, **{**defaults, **options})


def scalars(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of metrics, by Lightning's step, without what the tracker adds."""
    return [
        {key: value for key, value in line.items() if key not in ("type", "iteration", "wallclock_time")}
        for line in lines
        if line["type"] in ("metrics", "eval")
    ]


def as_csv_has_it(csv_logger: Any, names: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of Lightning's own CSV log, by our names."""
    with open(Path(csv_logger.log_dir) / "metrics.csv", encoding="utf-8") as file:
        rows = [
            {names.get(key, key): float(value) for key, value in row.items() if value}
            for row in csv.DictReader(file)
        ]
    return [{"gradient_step" if key == "step" else key: row[key] for key in row} for row in rows]


NAMES = {"train_loss_step": "train_loss", "lr-SGD": "learning_rate"}


@pytest.mark.parametrize("accumulate", [1, 4])
def test_a_fit_is_logged_as_lightning_logs_it(tmp_path: Path, accumulate: int) -> None:
    """Record by record what the CSVLogger beside it has, to the last bit; batches and steps apart."""
    own, logger = CSVLogger(tmp_path / "csv"), TuimonLogger("fit", log_dir=tmp_path / "logs", tags=["a"])
    model = Line()
    fit = trainer(
        tmp_path, [own, logger], accumulate_grad_batches=accumulate, callbacks=[LearningRateMonitor()]
    )
    fit.fit(model, loader(), loader(2))
    lines = only_log(tmp_path / "logs")
    assert scalars(lines) == as_csv_has_it(own, NAMES)
    header, end = lines[0], lines[-1]
    assert header["name"] == "fit"
    assert header["tags"] == ["a"]
    assert header["config"]["lr"] == 0.1
    assert header["config"]["width"] == 4
    assert (header["config"]["max_epochs"], header["config"]["accumulate_grad_batches"]) == (2, accumulate)
    assert end["status"] == "finished"
    last = {name: value.item() for name, value in fit.callback_metrics.items()}
    summary = end["summary"]
    assert summary["val_loss"]["last"] == last["val_loss"]
    assert summary["train_loss"]["last"] == last["train_loss_step"]
    assert summary["train_loss_epoch"]["last"] == last["train_loss_epoch"]
    losses = [
        row for row in load_experiment_log(logs(tmp_path / "logs")[0]).metrics_history if row.train_loss
    ]
    steps = [(row.iteration, row.gradient_step) for row in losses]
    if accumulate == 1:
        assert steps == [(step, step) for step in range(2 * BATCHES)]
    else:
        assert steps == [(3, 0), (5, 1), (9, 2), (11, 3)]
    assert [line["iteration"] for line in lines if line["type"] == "eval"] == [BATCHES - 1, 2 * BATCHES - 1]


def test_names_are_the_standard_ones_where_their_meaning_is_sure(tmp_path: Path) -> None:
    """By the stage; what has a standard name already is not pushed aside."""

    class Named(Line):
        def training_step(self, batch: Any, index: int) -> Any:
            loss = self._loss(batch)
            self.log_dict({"loss": loss, "type": 1.0, "iteration": 2.0, "tokens_per_second": 3.0})
            return loss

        def validation_step(self, batch: Any, index: int) -> None:
            self.log_dict({"loss": 1.5, "val/loss": 2.5, "train_loss": 3.5})

    fit = trainer(tmp_path, TuimonLogger(log_dir=tmp_path / "logs"), max_epochs=1)
    fit.fit(Named(), loader(1), loader(1))
    trained, evaluated = scalars(only_log(tmp_path / "logs"))
    assert set(trained) == {"train_loss", "type_", "iteration_", "tokens_per_sec", "epoch", "gradient_step"}
    assert evaluated["val_loss"] == 1.5
    assert evaluated["val/loss"] == 2.5
    assert evaluated["train_loss"] == 3.5


@pytest.mark.parametrize(
    ("trouble", "status", "kind"),
    [(lambda: 1 / 0, "failed", "ZeroDivisionError"), (signal.default_int_handler, "interrupted", None)],
)
def test_an_exception_ends_the_run_as_what_it_is(
    tmp_path: Path, trouble: Any, status: str, kind: str | None
) -> None:
    """Failed with the traceback, interrupted by Ctrl+C; both go on as without the logger."""

    def happen() -> None:
        trouble(2, None) if trouble is signal.default_int_handler else trouble()

    handler = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises((ZeroDivisionError, SystemExit)):
            trainer(tmp_path, TuimonLogger(log_dir=tmp_path / "logs")).fit(Line(trouble=happen), loader())
    finally:
        signal.signal(signal.SIGINT, handler)  # Lightning leaves it ignored
    end = only_log(tmp_path / "logs")[-1]
    assert end["status"] == status
    assert (end.get("exception") or {}).get("type") == kind
    assert not kind or "in happen" in end["exception"]["traceback"]


def test_sigterm_is_left_to_lightning(tmp_path: Path) -> None:
    """It ends the fit in its own way, callbacks hear of it, and the run is interrupted with the reason."""
    heard = []

    class Listener(Callback):
        def on_exception(self, trainer: Any, module: Any, exception: BaseException) -> None:
            heard.append(type(exception).__name__)

    fit = trainer(tmp_path, TuimonLogger(log_dir=tmp_path / "logs"), callbacks=[Listener()])
    with pytest.raises(SystemExit):
        fit.fit(Line(trouble=lambda: os.kill(os.getpid(), signal.SIGTERM)), loader())
    assert heard == ["SIGTERMException"]
    end = only_log(tmp_path / "logs")[-1]
    assert (end["status"], end["reason"]) == ("interrupted", "SIGTERM")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_test_after_the_fit_belongs_to_its_run(tmp_path: Path) -> None:
    """It goes on with the log, supersedes nothing, and the run is finished again."""
    logger = TuimonLogger(log_dir=tmp_path / "logs")
    fit = trainer(tmp_path, logger)
    fit.fit(Line(), loader(), loader(1))
    before = only_log(tmp_path / "logs")
    (tested,) = fit.test(Line(), loader(1), verbose=False)
    (again,) = trainer(tmp_path, logger).validate(Line(), loader(1), verbose=False)
    lines = only_log(tmp_path / "logs")
    assert kinds(lines[len(before) :]) == ["event", "eval", "end"] * 2
    assert lines[len(before) + 1]["test_loss"] == tested["test_loss"]
    assert lines[-2]["val_loss"] == again["val_loss"]
    end = lines[-1]
    assert end["status"] == "finished"
    assert end["summary"]["train_loss"]["count"] == 2 * BATCHES
    assert end["summary"]["val_loss"]["count"] == 3
    assert before[-1]["duration_seconds"] <= end["duration_seconds"]


def test_a_fit_from_a_checkpoint_resumes_the_run(tmp_path: Path) -> None:
    """Steps trained again replace those of the first attempt."""
    checkpoint = ModelCheckpoint(tmp_path, filename="after", every_n_train_steps=4, save_top_k=-1)
    options = {"enable_checkpointing": True, "callbacks": [checkpoint]}
    first = TuimonLogger("resumed", log_dir=tmp_path / "logs")
    trainer(tmp_path, first, max_epochs=1, **options).fit(Line(), loader())
    assert "saved after.ckpt" in [line.get("message") for line in only_log(tmp_path / "logs")]
    second = TuimonLogger("resumed", log_dir=tmp_path / "logs", resume=True)
    trainer(tmp_path, second, max_epochs=2).fit(Line(), loader(), ckpt_path=tmp_path / "after.ckpt")
    (path,) = logs(tmp_path / "logs")
    history = load_experiment_log(path).metrics_history
    assert [row.iteration for row in history] == list(range(2 * BATCHES))
    assert [row.gradient_step for row in history] == list(range(2 * BATCHES))
    assert kinds(records(path)).count("resume") == 1


def test_a_run_that_is_not_there_cannot_be_resumed(tmp_path: Path) -> None:
    """A warning and a new run; the training goes on."""
    logger = TuimonLogger(log_dir=tmp_path / "logs", resume="nothing")
    with pytest.warns(TrackerWarning, match="nothing.*: this is a new run"):
        trainer(tmp_path, logger, max_steps=1).fit(Line(), loader())
    assert only_log(tmp_path / "logs")[0]["config"]["lr"] == 0.1


def test_a_tracker_that_is_given_is_its_callers(tmp_path: Path) -> None:
    """It is logged to, and neither started anew nor ended; so is the run of ``tuimon.init``."""
    import tuimon

    with ExperimentTracker({"name": "mine"}, tmp_path / "logs") as tracker:
        trainer(tmp_path, TuimonLogger(tracker=tracker), max_steps=2).fit(Line(), loader())
        assert is_running(tracker)
        tracker.log_values({"later": 1.0})
    lines = only_log(tmp_path / "logs")
    assert lines[0]["name"] == "mine"
    assert kinds(lines).count("end") == 1
    tuimon.init("short", log_dir=tmp_path / "short")
    trainer(tmp_path, TuimonLogger(log_dir=tmp_path / "not"), max_steps=2).fit(Line(), loader())
    tuimon.finish()
    assert only_log(tmp_path / "short")[-1]["summary"]["train_loss"]["count"] == 2
    assert not (tmp_path / "not").exists()


def test_other_ranks_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Lightning tells them apart, whatever the environment says."""
    from lightning.pytorch.utilities.rank_zero import rank_zero_only

    monkeypatch.setattr(rank_zero_only, "rank", 1)
    logger = TuimonLogger(log_dir=tmp_path / "logs")
    logger.log_hyperparams({"lr": 1.0})
    logger.log_metrics({"train_loss": 1.0}, 3)
    logger.experiment.log_event("hello")
    logger.finalize("success")
    assert not (tmp_path / "logs").exists()


def test_the_training_goes_on_without_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing can be written, and where the hook itself goes wrong."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    fit = trainer(tmp_path, TuimonLogger(log_dir=tmp_path / "file" / "logs"))
    fit.fit(Line(), loader())
    assert fit.global_step == 2 * BATCHES
    logger = TuimonLogger(log_dir=tmp_path / "logs")
    logger._run.log = None  # type: ignore[method-assign,assignment]
    with pytest.warns(TrackerWarning, match=r"TuimonLogger\.log_metrics failed \(TypeError") as caught:  # noqa: PT031 (once for all of them)
        fit = trainer(tmp_path, logger)
        fit.fit(Line(), loader())
    assert fit.global_step == 2 * BATCHES
    assert len([warning for warning in caught if warning.category is TrackerWarning]) == 1


def test_a_logger_can_be_pickled(tmp_path: Path) -> None:
    """For strategies that spawn; the copy makes a run of its own."""
    logger = TuimonLogger("twin", log_dir=tmp_path)
    logger.log_metrics({"val_loss": 1.0}, 5)
    copy = pickle.loads(pickle.dumps(logger))
    copy.log_metrics({"val_loss": 2.0}, 6)
    for each in (logger, copy):
        each.finalize("success")
    assert [records(path)[1]["val_loss"] for path in logs(tmp_path)] == [1.0, 2.0]
    assert [kinds(records(path)) for path in logs(tmp_path)] == [["run", "eval", "end"]] * 2


def test_checkpoints_go_beside_the_runs_name(tmp_path: Path) -> None:
    """Not into the directory of the logs; a hostile name stays inside."""
    logger = TuimonLogger("../x", log_dir=tmp_path / "logs")
    fit = trainer(tmp_path / "root", logger, enable_checkpointing=True)
    fit.fit(Line(), loader())
    assert list((tmp_path / "root" / logger.name / logger.version / "checkpoints").glob("*.ckpt"))
    assert [path.suffix for path in (tmp_path / "logs").iterdir()] == [".jsonl"]


def test_fabric_logs_by_it_too(tmp_path: Path) -> None:
    """At the steps that are given; without one, at the next."""
    from lightning.fabric import Fabric

    logger = TuimonLogger("fabric", log_dir=tmp_path)
    fabric = Fabric(accelerator="cpu", devices=1, loggers=[logger])
    fabric.launch()
    fabric.log_dict({"train/loss": torch.tensor(1.5), "lr": 0.1}, step=3)
    fabric.log("val_loss", 2.5, step=3)
    logger.log_metrics({"train_loss": 1.0})
    logger.finalize("success")
    values = [
        (line["iteration"], line.get("train_loss"), line.get("val_loss")) for line in only_log(tmp_path)[1:-1]
    ]
    assert values == [(3, 1.5, None), (3, None, 2.5), (4, 1.0, None)]


def test_the_package_of_the_older_name_has_a_logger_of_its_own_kind() -> None:
    """Where a training uses ``pytorch_lightning``."""
    pytest.importorskip("pytorch_lightning")
    code = """
import pytorch_lightning
from tuimon.hooks.lightning import TuimonLogger
assert isinstance(TuimonLogger(), pytorch_lightning.loggers.Logger)
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=120)


def test_options_that_are_none_are_told_of_at_once() -> None:
    """Before the training begins."""
    with pytest.raises(TypeError, match="unknown: project"):
        TuimonLogger(project="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="name: a tracker that is given has its own"):
        TuimonLogger("x", tracker=ExperimentTracker())
    with pytest.raises(TypeError, match="config is int"):
        TuimonLogger(config=3)
