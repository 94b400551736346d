"""An installed package is complete: what the commands need is in the wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import plain_environment
from tuimon.cli.demo_sweep import scripts_directory
from tuimon.docs.pages import PAGES, page_text

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with tuimon as a wheel installs it."""
    directory = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(directory), str(CHECKOUT)],
        check=True,
        capture_output=True,
    )
    return directory


def test_in_a_checkout_the_demos_scripts_are_those_of_the_repository() -> None:
    """An edit is in effect at once."""
    assert scripts_directory() == CHECKOUT / "demo"


def test_a_wheel_contains_the_pages(installed: Path, tmp_path: Path) -> None:
    """``tuimon docs`` of an installed package shows each of them."""
    for page in PAGES:
        done = subprocess.run(
            [sys.executable, "-m", "tuimon", "docs", page],
            cwd=tmp_path,
            env=plain_environment({"PYTHONPATH": str(installed)}),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout == page_text(page)


def test_a_wheel_contains_the_demo(installed: Path, tmp_path: Path) -> None:
    """``tuimon demo`` of an installed package trains with its own scripts and prints what it logged."""
    environment = plain_environment({"PYTHONPATH": str(installed)})
    where = subprocess.run(
        [sys.executable, "-c", "from tuimon.cli.demo_sweep import *; print(scripts_directory())"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout == f"{installed / 'tuimon' / 'demo_scripts'}\n"
    done = subprocess.run(
        [sys.executable, "-m", "tuimon", "demo", "--iterations=20"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "val_loss" in done.stdout
    assert len(list((tmp_path / "tuimon-demo").glob("experiment_lr_*.jsonl"))) == 3
