"""Every block of code in the pages runs, in the order of the page, in one directory."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tests.cli.commands import plain_environment
from tests.docs.code_blocks import CodeBlock, code_blocks
from tuimon.docs.pages import PAGES, page_text
from tuimon.settings.loading import load_settings

CHECKOUT = Path(__file__).parents[2]
FRAMEWORKS = ("torch", "lightning", "transformers", "keras")  # run where they are installed
RUNS = ("python", "bash", "toml", "json", "jsonl")


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to be in, with ``tuimon``, ``python`` and ``srun`` on the path."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, line in (
        ("tuimon", f'exec "{sys.executable}" -m tuimon "$@"'),
        ("python", f'exec "{sys.executable}" "$@"'),
        ("srun", 'exec "$@"'),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    for name in ("TUIMON_DIR", "SLURM_JOB_ID", "RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    return place


@pytest.mark.parametrize("page", PAGES)
def test_every_block_runs(page: str, workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Python in one namespace, shell by bash, settings without a complaint, JSON strictly; all are tried."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in code_blocks(page_text(page)):
        assert block.language in RUNS, f"{page}.md:{block.line}: {block.language!r} is not tried"
        if block.language == "python":
            run_python(page, block, namespace)
        elif block.language == "bash":
            run_shell(page, block)
        elif block.language == "toml":
            check_settings(block, workplace / "settings.toml")
        else:
            check_json(block)


def run_python(page: str, block: CodeBlock, namespace: dict[str, object]) -> None:
    code = compile("\n" * (block.line - 1) + block.code, f"{page}.md", "exec")
    frameworks = [
        name for name in FRAMEWORKS if re.search(rf"^(import|from) {name}\b", block.code, re.MULTILINE)
    ]
    if any(importlib.util.find_spec(name) is None for name in frameworks):
        return  # it compiles, which is all that can be said here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if frameworks else "error")  # they warn of each other
        exec(code, namespace)


def run_shell(page: str, block: CodeBlock) -> None:
    done = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", block.code],
        env=plain_environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{page}.md:{block.line}: {done.stderr}"


def check_settings(block: CodeBlock, file: Path) -> None:
    file.write_text(block.code, encoding="utf-8")
    assert load_settings(file).problems == ()


def check_json(block: CodeBlock) -> None:
    def refuse(token: str) -> float:
        raise AssertionError(f"bare {token} is no JSON")

    for text in block.code.splitlines() if block.language == "jsonl" else [block.code]:
        json.loads(text, parse_constant=refuse)


def test_code_fits_a_narrow_terminal() -> None:
    """The app shows code without wrapping it, so it is no wider than a page on a large screen."""
    for page in PAGES:
        for block in code_blocks(page_text(page)):
            if block.language in ("python", "bash"):
                for number, line in enumerate(block.code.splitlines()):
                    assert len(line) <= 95, f"{page}.md:{block.line + number}"
