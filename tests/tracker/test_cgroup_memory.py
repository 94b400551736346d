"""Memory limits of containers and jobs, from files as the kernel has them."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tuimon.tracker.cgroup_memory import CgroupMemory
from tuimon.tracker.system_figures import SystemFigures

GB = 10**9
MACHINE = 64 * GB


def group(folder: Path, **files: object) -> None:
    """A control group with these files; ``_`` in a name stands for its dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(f"{text}\n", encoding="ascii")


def read(tmp_path: Path, own: str) -> dict[str, float]:
    (tmp_path / "own").write_text(own, encoding="utf-8")
    return CgroupMemory(tmp_path / "fs", tmp_path / "own").read(MACHINE)


def test_a_container_of_version_2(tmp_path: Path) -> None:
    """Its own group is the first one that it sees; caches of files are not in use."""
    group(
        tmp_path / "fs", memory_max=8 * GB, memory_current=5 * GB, memory_stat=f"anon 3\ninactive_file {GB}"
    )
    assert read(tmp_path, "0::/\n") == {
        "machine_memory_bytes": 4 * GB,
        "machine_memory_total_bytes": 8 * GB,
    }


def test_the_tightest_group_above_counts(tmp_path: Path) -> None:
    """A job's limit may be that of a group further up; ``max`` is none."""
    job = tmp_path / "fs" / "system.slice" / "job_7"
    group(job, memory_max=16 * GB, memory_current=2 * GB, memory_stat="")
    group(job / "step_0", memory_max="max", memory_current=GB, memory_stat="")
    group(job.parent, memory_max=32 * GB, memory_current=20 * GB, memory_stat="")
    figures = read(tmp_path, "0::/system.slice/job_7/step_0\n")
    assert figures == {"machine_memory_bytes": 2 * GB, "machine_memory_total_bytes": 16 * GB}


def test_a_container_of_version_1_that_has_the_path_of_its_host(tmp_path: Path) -> None:
    """The path is not there in the container: its group is the first of the mount."""
    group(
        tmp_path / "fs" / "memory",
        memory_limit_in_bytes=4 * GB,
        memory_usage_in_bytes=3 * GB,
        memory_stat=f"cache 9\ntotal_inactive_file {GB}",
    )
    figures = read(tmp_path, "5:cpu,cpuacct:/docker/x\n4:memory:/docker/x:y\n1:name=systemd:/\n0::/\n")
    assert figures == {"machine_memory_bytes": 2 * GB, "machine_memory_total_bytes": 4 * GB}


@pytest.mark.parametrize("limit", [2**63 - 4096, MACHINE, "max", "", "many", "\u00ff"])
def test_no_limit_below_the_machine_is_none(tmp_path: Path, limit: object) -> None:
    """Nor is one that cannot be read."""
    folder = tmp_path / "fs"
    folder.mkdir()
    (folder / "memory.max").write_text(str(limit), encoding="latin-1")
    assert read(tmp_path, "0::/\n") == {}


def test_without_control_groups_there_are_no_figures(tmp_path: Path) -> None:
    """Other systems, and a list of groups that is no such list."""
    assert CgroupMemory(tmp_path / "fs", tmp_path / "none").read(MACHINE) == {}
    assert read(tmp_path, "nonsense\n\n0::/../../x\n") == {}


def test_figures_of_the_machine_are_those_of_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is logged inside a container, and the machine's own where there is no limit."""
    figures = SystemFigures()
    monkeypatch.setattr(figures, "_cgroup", CgroupMemory(tmp_path / "fs", tmp_path / "own"))
    assert figures.read()["machine_memory_total_bytes"] == psutil.virtual_memory().total
    group(tmp_path / "fs", memory_max=10**8, memory_current=10**7, memory_stat="")
    (tmp_path / "own").write_text("0::/\n", encoding="ascii")
    monkeypatch.setattr(figures, "_cgroup", CgroupMemory(tmp_path / "fs", tmp_path / "own"))
    read = figures.read()
    assert (read["machine_memory_bytes"], read["machine_memory_total_bytes"]) == (10**7, 10**8)
