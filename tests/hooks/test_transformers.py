"""A Transformers training writes a run whose values are those of the trainer's ``log_history``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.process import kinds, logs, only_log, records, run_script
from tuimon import ExperimentTracker
from tuimon.records.load import load_experiment_log
from tuimon.tracker.hooked import is_running
from tuimon.tracker.warn import TrackerWarning

pytest.importorskip("transformers")
pytest.importorskip("torch")
pytest.importorskip("accelerate")

from transformers import TrainerCallback

from tuimon.hooks.transformers import TuimonCallback

pytestmark = pytest.mark.filterwarnings("ignore")  # what Transformers and torch warn of is not ours

NAMES = {"loss": "train_loss", "eval_loss": "val_loss", "step": "gradient_step"}
SCRIPT = Path(__file__).with_name("transformers_script.py").read_text(encoding="utf-8")
namespace: dict[str, Any] = {"__name__": "script"}
exec(SCRIPT, namespace)  # the same trainer here and in processes of its own
make_trainer = namespace["make_trainer"]


def as_history_has_it(trainer: Any) -> list[dict[str, Any]]:
    """The trainer's own history by our names."""
    rows = []
    for entry in trainer.state.log_history:
        names = {**NAMES, "train_loss": "mean_train_loss"} if "train_runtime" in entry else NAMES
        rows.append({names.get(key, key): value for key, value in entry.items()})
    return rows


def scalars(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in line.items() if key not in ("type", "iteration", "wallclock_time")}
        for line in lines
        if line["type"] in ("metrics", "eval")
    ]


@pytest.mark.parametrize("accumulate", [1, 4])
def test_a_training_is_logged_as_its_history_has_it(tmp_path: Path, accumulate: int) -> None:
    """Record by record, to the last bit; batches and steps apart, also in an epoch's short last step."""
    callback = TuimonCallback(log_dir=tmp_path / "logs", tags="t", config={"mine": 1})
    trainer = make_trainer(
        tmp_path / "model", [callback], gradient_accumulation_steps=accumulate, run_name="tiny"
    )
    trainer.train()
    lines = only_log(tmp_path / "logs")
    assert scalars(lines) == as_history_has_it(trainer)
    header, end = lines[0], lines[-1]
    assert (header["name"], header["tags"]) == ("tiny", ["t"])
    config = header["config"]
    assert (config["mine"], config["num_train_epochs"], config["model"]["n_embd"]) == (1, 2, 8)
    assert config["max_steps"] == trainer.state.max_steps
    assert end["status"] == "finished"
    losses = [
        row for row in load_experiment_log(logs(tmp_path / "logs")[0]).metrics_history if row.train_loss
    ]
    steps = [(row.iteration, row.gradient_step) for row in losses]
    if accumulate == 1:
        assert steps == [(step, step) for step in range(1, 13)]
    else:  # six batches an epoch: four, then two
        assert steps == [(4, 1), (6, 2), (10, 3), (12, 4)]
    assert len([line for line in lines if line["type"] == "eval"]) == 2


def test_tokens_are_counted_where_the_trainer_counts_them(tmp_path: Path) -> None:
    """Tokens seen are an axis, and the throughput has its place."""
    trainer = make_trainer(
        tmp_path / "model", [TuimonCallback(log_dir=tmp_path / "logs")], include_num_input_tokens_seen="all"
    )
    trainer.train()
    end = only_log(tmp_path / "logs")[-1]
    assert end["summary"]["tokens"]["last"] == trainer.state.num_input_tokens_seen == 12 * 2 * 8
    assert end["summary"]["tokens_per_sec"]["min"] > 0


def test_each_training_is_a_run(tmp_path: Path) -> None:
    """With what was evaluated before and after it."""
    trainer = make_trainer(tmp_path / "model", [TuimonCallback("twice", log_dir=tmp_path / "logs")])
    first = trainer.evaluate()
    trainer.train()
    after = trainer.evaluate(metric_key_prefix="test")
    predicted = trainer.predict(trainer.eval_dataset, metric_key_prefix="held_out").metrics
    trainer.train()
    one, two = (records(path) for path in logs(tmp_path / "logs"))
    values = scalars(one)
    assert values[0]["val_loss"] == first["eval_loss"]
    assert values[-2]["test_loss"] == after["test_loss"]
    assert values[-1]["held_out_loss"] == predicted["held_out_loss"]
    assert one[-1]["status"] == "finished"
    assert one[-1]["summary"]["train_loss"]["count"] == 12
    assert one[-1]["summary"]["val_loss"]["count"] == 3
    assert kinds(two).count("end") == 1
    assert two[-1]["summary"]["train_loss"]["count"] == 12


@pytest.mark.parametrize("accumulate", [1, 4])
def test_a_training_from_a_checkpoint_resumes_the_run(tmp_path: Path, accumulate: int) -> None:
    """Steps trained again replace those of the first attempt, at the same batches."""
    options = {"save_strategy": "steps", "save_steps": 3, "gradient_accumulation_steps": accumulate}
    make_trainer(tmp_path / "model", [TuimonCallback("again", log_dir=tmp_path / "logs")], **options).train()
    before = load_experiment_log(logs(tmp_path / "logs")[0]).metrics_history
    callback = TuimonCallback("again", log_dir=tmp_path / "logs", resume=True)
    trainer = make_trainer(tmp_path / "model", [callback], **options)
    trainer.train(resume_from_checkpoint=str(tmp_path / "model" / "checkpoint-3"))
    (path,) = logs(tmp_path / "logs")
    history = load_experiment_log(path).metrics_history
    assert [(row.iteration, row.gradient_step) for row in history] == [
        (row.iteration, row.gradient_step) for row in before
    ]
    messages = [line["message"] for line in records(path) if line["type"] == "event"]
    assert messages[0] == "saved checkpoint-3"


def test_a_training_that_was_left_is_not_taken_for_finished(tmp_path: Path) -> None:
    """In a notebook an exception leaves it; the next training says so of the run before."""

    class Stop(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step == 2:
                raise ZeroDivisionError

    trainer = make_trainer(tmp_path / "model", [TuimonCallback("left", log_dir=tmp_path / "logs"), Stop()])
    with pytest.raises(ZeroDivisionError):
        trainer.train()
    trainer.remove_callback(Stop)
    trainer.train()
    ends = [records(path)[-1]["status"] for path in logs(tmp_path / "logs")]
    assert ends == ["interrupted", "finished"]


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [("ZeroDivisionError", "failed", "ZeroDivisionError"), ("KeyboardInterrupt", "interrupted", None)],
)
def test_what_ends_a_script_ends_its_run(tmp_path: Path, error: str, status: str, kind: str | None) -> None:
    """An exception with its traceback, or Ctrl+C."""
    code = f"""
{SCRIPT}
import transformers
from tuimon.hooks.transformers import TuimonCallback

class Stop(transformers.TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        raise {error}

make_trainer(directory + "/model", [TuimonCallback(log_dir=directory), Stop()]).train()
"""
    assert run_script(code, tmp_path)[0] != 0
    end = only_log(tmp_path)[-1]
    assert end["status"] == status
    assert (end.get("exception") or {}).get("type") == kind


def test_a_script_under_tuimon_run_is_tracked_once(tmp_path: Path) -> None:
    """The trainer prints its losses too; the hook's run is the one that stays."""
    script = tmp_path / "train.py"
    script.write_text(
        f"{SCRIPT}\nfrom tuimon.hooks.transformers import TuimonCallback\n"
        "make_trainer('model', [TuimonCallback('once')], disable_tqdm=True).train()\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "tuimon", "run", "--", sys.executable, str(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "'loss':" in done.stdout
    (path,) = logs(tmp_path / "experiment_logs")
    assert records(path)[0]["name"] == "once"
    assert records(path)[-1]["summary"]["train_loss"]["count"] == 12


def test_the_training_goes_on_without_a_log(tmp_path: Path) -> None:
    """Where nothing can be written, and where the hook itself goes wrong."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    trainer = make_trainer(tmp_path / "model", [TuimonCallback(log_dir=tmp_path / "file" / "logs")])
    assert trainer.train().global_step == 12
    callback = TuimonCallback(log_dir=tmp_path / "logs")
    callback._run.log = None  # type: ignore[method-assign,assignment]
    trainer = make_trainer(tmp_path / "model", [callback])
    with pytest.warns(TrackerWarning, match=r"TuimonCallback\.on_log failed"):
        assert trainer.train().global_step == 12


def test_a_tracker_that_is_given_is_its_callers(tmp_path: Path) -> None:
    """It is logged to and not ended."""
    with ExperimentTracker({"name": "mine"}, tmp_path / "logs") as tracker:
        make_trainer(tmp_path / "model", [TuimonCallback(tracker=tracker)]).train()
        assert is_running(tracker)
    lines = only_log(tmp_path / "logs")
    assert (lines[0]["name"], kinds(lines).count("end")) == ("mine", 1)
    assert lines[-1]["summary"]["train_loss"]["count"] == 12


def test_the_run_is_called_as_its_directory(tmp_path: Path) -> None:
    """Where no name is given."""
    make_trainer(tmp_path / "my model", [TuimonCallback(log_dir=tmp_path / "logs")]).train()
    assert only_log(tmp_path / "logs")[0]["name"] == "my model"
