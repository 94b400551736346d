"""The rooms and who may enter them, seen from fresh processes."""

from __future__ import annotations

import ast
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import tuimon

PACKAGE = Path(tuimon.__file__).parent
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())
HEAVY = ("numpy", "rich", "textual", "plotext", "watchdog", "click")


def modules_loaded_by(code: str) -> set[str]:
    """The top-level names in ``sys.modules`` of a fresh process after it ran ``code``."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return {name.partition(".")[0] for name in names} | set(names)


def test_a_training_process_pays_for_the_tracker_alone() -> None:
    """``import tuimon`` and a tracker load none of the packages that draw, watch or compute."""
    loaded = modules_loaded_by("import tuimon; tuimon.ExperimentTracker; tuimon.init")
    assert not loaded & set(HEAVY)
    assert "tuimon.store" not in loaded


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("records", HEAVY),
        ("tracker", HEAVY),
        ("capture", HEAVY),
        ("settings", HEAVY),
        ("sources", ("numpy", "rich", "textual", "plotext", "click")),
        ("store", ("rich", "textual", "plotext", "click")),
        ("analysis", ("rich", "textual", "plotext", "click")),
        ("charts", ("textual", "click")),
        ("export", ("textual", "click")),
    ],
)
def test_each_room_loads_only_what_it_may_use(room: str, forbidden: tuple[str, ...]) -> None:
    """A room and all its modules, imported in a fresh process, keep to the table of rooms."""
    names = [f"tuimon.{room}"]
    names += [
        module.name
        for module in pkgutil.walk_packages([str(PACKAGE / room)], prefix=f"tuimon.{room}.")
        if not module.name.endswith("__main__")
    ]
    loaded = modules_loaded_by("\n".join(f"import {name}" for name in names))
    assert not loaded & set(forbidden)


def test_hooks_load_no_framework_but_their_own() -> None:
    """What they share loads none, nor anything heavy; a framework that is absent is named."""
    loaded = modules_loaded_by("import tuimon.hooks, tuimon.hooks.training_run, tuimon.hooks.metric_names")
    frameworks = {"lightning", "transformers", "keras"}
    assert not loaded & {*HEAVY, *frameworks, "pytorch_lightning", "torch"}
    for framework in frameworks:
        code = f"import sys; sys.modules[{framework!r}] = None\nimport tuimon.hooks.{framework}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stderr.splitlines()[-1].startswith("ModuleNotFoundError")
        assert framework in done.stderr.splitlines()[-1]


def test_every_room_says_what_it_is_for() -> None:
    """Each room's first lines are a docstring."""
    for room in ROOMS:
        tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), room


def test_public_functions_survive_the_import_of_every_room(tmp_path: Path) -> None:
    """No room bears the name of a public function: init, log and finish still work after all imports."""
    code = "\n".join(f"import tuimon.{room}" for room in ROOMS)
    code += f"""
import tuimon
tuimon.init("all-rooms", log_dir={str(tmp_path)!r})
tuimon.log({{"train_loss": 1.5}}, step=3)
tuimon.finish()
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    (log,) = tmp_path.glob("experiment_all-rooms_*.jsonl")
    kinds = [json.loads(line)["type"] for line in log.read_text(encoding="utf-8").splitlines()]
    assert kinds == ["run", "metrics", "end"]


def test_only_one_module_knows_plotext() -> None:
    """plotext aborts the process on a NaN, so one module checks all that is given to it."""
    importers = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if isinstance(node, ast.Call):  # importlib.import_module("plotext")
                names = [str(given.value) for given in node.args if isinstance(given, ast.Constant)]
            if any(name.partition(".")[0] == "plotext" for name in names):
                importers.append(path.relative_to(PACKAGE).as_posix())
    assert sorted(set(importers)) == ["charts/frame.py"]


def test_only_the_app_knows_textual() -> None:
    """Textual is imported in tuimon/tui alone."""
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] == "tui":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any(name.partition(".")[0] == "textual" for name in names), path
