"""The machine's figures beside the training: what is read, and that the training never hears of it."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Eventually
from tests.tracker.process import kinds, logs, only_log, records, run_script
from tuimon import ExperimentTracker, load_experiment_log
from tuimon.tracker.elsewhere import discard
from tuimon.tracker.gpu_figures import GpuFigures
from tuimon.tracker.run_plan import interval_of
from tuimon.tracker.system_figures import Rates, SystemFigures

FAKE_NVML = Path(__file__).with_name("fake_nvml")
SAMPLED = """
tracker = ExperimentTracker({"name": "x"}, directory, system_interval=0.1)
tracker.start()
def sampled(count):
    deadline = time.monotonic() + 60
    while open(tracker.path).read().count('"system"') < count:
        assert time.monotonic() < deadline, "no figures"
        tracker.log_metrics(train_loss=1.0)
        time.sleep(0.01)
"""


def system_records(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["type"] == "system"]


def test_figures_stand_beside_the_rows(tmp_path: Path) -> None:
    """Each interval a record with elapsed seconds and the machine's figures; rows and summary as without."""
    assert run_script(SAMPLED + "sampled(3)\ntracker.finish()\n", tmp_path) == (0, "")
    lines = only_log(tmp_path)
    figures = system_records(lines)
    seconds = [line["wallclock_time"] for line in figures]
    assert seconds == sorted(seconds)
    assert 0 < seconds[0] < seconds[-1] < lines[-1]["duration_seconds"]
    for line in figures:
        assert line["memory_bytes"] > 5e6
        assert 0 <= line["machine_cpu_percent"] <= 100
        assert 0 < line["machine_memory_bytes"] < line["machine_memory_total_bytes"]
        assert line["cpu_percent"] >= 0
        assert all(isinstance(value, (int, float)) for name, value in line.items() if name != "type")
        assert "iteration" not in line
    assert set(lines[-1]["summary"]) == {"gradient_step", "wallclock_time", "train_loss"}
    rows = load_experiment_log(logs(tmp_path)[0]).metrics_history
    assert len(rows) == kinds(lines).count("metrics")


def test_every_gpu_is_read_through_nvml(tmp_path: Path) -> None:
    """Use, memory, power and temperature; what a GPU does not tell is not in the record."""
    environment = {"PYTHONPATH": f"{FAKE_NVML}:{Path.cwd()}", "SHUTDOWN_FILE": str(tmp_path / "closed")}
    code = SAMPLED + "sampled(1)\ntracker.finish()\n"
    code += "while not os.path.exists(os.environ['SHUTDOWN_FILE']): time.sleep(0.01)\n"
    assert run_script(code, tmp_path, environment=environment) == (0, "")
    figures = system_records(only_log(tmp_path))[0]
    assert {name: value for name, value in figures.items() if name.startswith("gpu")} == {
        "gpu0_percent": 97,
        "gpu0_memory_bytes": 71 * 10**9,
        "gpu0_memory_total_bytes": 80 * 10**9,
        "gpu0_power_watts": 682.4,
        "gpu0_temperature_celsius": 64,
        "gpu1_percent": 96,
        "gpu1_memory_bytes": 71 * 10**9,
        "gpu1_memory_total_bytes": 80 * 10**9,
        "gpu1_temperature_celsius": 64,
    }


@pytest.mark.parametrize(
    ("visible", "gpus"),
    [
        (None, {"gpu0", "gpu1"}),
        ("1", {"gpu1"}),
        ("1, 0", {"gpu0", "gpu1"}),
        ("GPU-0abc", {"gpu0"}),
        ("", set()),
        ("-1", set()),
        ("2", set()),
    ],
)
def test_only_the_gpus_that_the_training_may_use_are_read(
    monkeypatch: pytest.MonkeyPatch, visible: str | None, gpus: set[str]
) -> None:
    """On a shared machine the others are somebody else's."""
    monkeypatch.syspath_prepend(FAKE_NVML)
    monkeypatch.delitem(sys.modules, "pynvml", raising=False)
    environment = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    figures = GpuFigures(environment)
    assert {name.partition("_")[0] for name in figures.read()} == gpus
    figures.close()
    assert figures.read() == {}
    sys.modules.pop("pynvml", None)


def test_without_a_driver_there_are_no_gpu_figures(tmp_path: Path) -> None:
    """A machine whose driver does not run logs the rest."""
    environment = {"PYTHONPATH": f"{FAKE_NVML}:{Path.cwd()}", "NO_DRIVER": "1"}
    assert run_script(SAMPLED + "sampled(1)\n", tmp_path, environment=environment) == (0, "")
    assert not any(name.startswith("gpu") for name in system_records(only_log(tmp_path))[0])


def test_children_count_as_the_training(tmp_path: Path) -> None:
    """Data loaders and the trainings that `tuimon run` starts are children of who samples."""
    code = """
import subprocess
from tuimon.tracker.system_figures import SystemFigures
figures = SystemFigures()
alone = figures.read()["memory_bytes"]
keeps = "x = bytes([1]) * 200_000_000; print('kept', flush=True); input()"
child = subprocess.Popen([sys.executable, "-c", keeps], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
both = figures.read()
child.communicate(b"\\n")
assert both["memory_bytes"] > alone + 190_000_000, (alone, both)
assert both["cpu_percent"] > 0, both
figures.read()
"""
    assert run_script(code, tmp_path) == (0, "")


def test_rates_are_changes_a_second() -> None:
    """A total that began anew, or was not there before, has no rate this time."""
    rates = Rates()
    assert rates.of({"read": 100.0, "sent": 10.0}, 5.0) == {}
    assert rates.of({"read": 300.0, "sent": 5.0, "new": 7.0}, 9.0) == {"read": 50}
    assert rates.of({"read": 300.0, "sent": 9.0}, 11.0) == {"read": 0, "sent": 2}
    assert rates.of({"read": 400.0}, 11.0) == {}


def test_what_a_platform_does_not_tell_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers without disks or counters, systems without a figure: the others are read."""
    import psutil

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError("hidden by the container")

    monkeypatch.setattr(psutil, "disk_io_counters", lambda: None)
    monkeypatch.setattr(psutil, "net_io_counters", refuse)
    monkeypatch.setattr(psutil, "cpu_times", refuse)
    figures = SystemFigures()
    figures.read()
    assert set(figures.read()) == {
        "cpu_percent",
        "memory_bytes",
        "machine_memory_bytes",
        "machine_memory_total_bytes",
    }


def test_the_thread_ends_with_the_run(tmp_path: Path, eventually: Eventually) -> None:
    """After finish() and discard() nobody samples any more."""

    def sampling() -> bool:
        return any(thread.name == "tuimon-system" for thread in threading.enumerate())

    for end in (ExperimentTracker.finish, discard):
        tracker = ExperimentTracker({"name": "x"}, tmp_path, system_interval=0.1)
        tracker.start()
        assert sampling()
        end(tracker)
        eventually(lambda: not sampling())


def test_many_threads_and_the_sampler_write_one_well_formed_file(tmp_path: Path) -> None:
    """Every line is whole, and no record is lost."""
    code = """
tracker = ExperimentTracker({"name": "x"}, directory, system_interval=0.1)
def train():
    for step in range(3000):
        tracker.log_values({"loss": 1.0})
threads = [threading.Thread(target=train) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
while open(tracker.path).read().count('"system"') < 2: time.sleep(0.01)
"""
    assert run_script(code, tmp_path) == (0, "")
    lines = only_log(tmp_path)
    assert kinds(lines).count("metrics") == 12_000
    assert len(system_records(lines)) >= 2
    assert kinds(lines)[-1] == "end"


def test_a_forked_child_does_not_sample(tmp_path: Path) -> None:
    """The parent's thread goes on alone; the file stays the parent's."""
    code = (
        SAMPLED
        + """
sampled(1)
child = os.fork()
if not child:
    alone = threading.active_count() == 1 and tracker._run._sampler is None
    os._exit(0 if alone else 1)
assert os.waitpid(child, 0)[1] == 0
sampled(3)
"""
    )
    assert run_script(code, tmp_path, options=("-W", "ignore::DeprecationWarning")) == (0, "")
    assert kinds(only_log(tmp_path)).count("end") == 1


@pytest.mark.parametrize("ending", ["pass", "raise RuntimeError", "os.kill(os.getpid(), signal.SIGTERM)"])
def test_however_the_process_ends_the_file_is_well_formed(tmp_path: Path, ending: str) -> None:
    """An exit, a failure and a signal while figures are logged all end in one end line."""
    code, _ = run_script(SAMPLED + f"sampled(1)\n{ending}\n", tmp_path)
    lines = only_log(tmp_path)
    assert kinds(lines).count("end") == 1
    assert (
        lines[kinds(lines).index("end")]["status"]
        == {
            0: "finished",
            1: "failed",
            -signal.SIGTERM: "interrupted",
        }[code]
    )


def test_a_fault_of_the_sampler_is_warned_of_and_no_more(tmp_path: Path) -> None:
    """A broken psutil costs the figures, nothing else."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "psutil.py").write_text("raise ImportError('no psutil for this platform')\n")
    code = """
tracker = ExperimentTracker({"name": "x"}, directory, system_interval=0.1)
tracker.start()
while any(thread.name == "tuimon-system" for thread in threading.enumerate()): time.sleep(0.01)
tracker.log_metrics(0, train_loss=1.0)
"""
    exit_code, errors = run_script(
        code, tmp_path / "logs", environment={"PYTHONPATH": f"{broken}:{Path.cwd()}"}
    )
    assert exit_code == 0
    assert "no more system figures are logged: ImportError: no psutil for this platform" in errors
    assert kinds(only_log(tmp_path / "logs")) == ["run", "metrics", "end"]


def test_a_training_that_asks_for_no_figures_pays_nothing(tmp_path: Path) -> None:
    """Neither psutil nor a thread is there."""
    code = """
tracker = ExperimentTracker({"name": "x"}, directory)
tracker.log_metrics(0, train_loss=1.0)
assert threading.active_count() == 1
assert not {"psutil", "pynvml", "tuimon.tracker.system_sampler"} & sys.modules.keys()
"""
    assert run_script(code, tmp_path) == (0, "")


def test_the_environment_can_ask_for_figures() -> None:
    """What the script says counts, 0 included; nonsense in the variable is never, in the script an error."""
    assert interval_of(None, {}) is None
    assert interval_of(None, {"TUIMON_SYSTEM_INTERVAL": "2.5"}) == 2.5
    assert interval_of(None, {"TUIMON_SYSTEM_INTERVAL": "often"}) is None
    assert interval_of(None, {"TUIMON_SYSTEM_INTERVAL": "-1"}) is None
    assert interval_of(0, {"TUIMON_SYSTEM_INTERVAL": "2.5"}) is None
    assert interval_of(3, {}) == 3
    for given in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="give seconds"):
            interval_of(given, {})


def test_after_a_resume_the_figures_count_from_the_resuming_process(tmp_path: Path) -> None:
    """As the rows do: the reader adds what was before."""
    run_script(SAMPLED + "sampled(2)\n", tmp_path)
    (path,) = logs(tmp_path)
    before = len(system_records(records(path)))
    again = SAMPLED.replace("system_interval", "resume=True, system_interval")
    code = f"begun = time.monotonic()\n{again}sampled({before + 1})\nown = time.monotonic() - begun\n"
    code += "tracker.log_metrics(own=own)\n"
    assert run_script(code, tmp_path) == (0, "")
    lines = records(path)
    (own,) = [line["own"] for line in lines if "own" in line]
    resumed = kinds(lines).index("resume")
    assert 0 < system_records(lines[resumed:])[0]["wallclock_time"] < own
