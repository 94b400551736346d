"""The README says what is true: its keys, its picture, its code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.cli.commands import plain_environment
from tuimon.charts.first_lines import FIRST_LINES
from tuimon.tui.keys.key_table import key_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_keys_are_those_of_the_action_table() -> None:
    """The table between the marks is what the action table gives (print it with the line below)."""
    shown = README.partition("<!-- keys -->\n")[2].partition("<!-- end of keys -->")[0]
    assert shown == key_table(), (
        'python -c "from tuimon.tui.keys.key_table import key_table; print(key_table())"'
    )


def test_the_picture_renders_without_a_network() -> None:
    """The SVG is there, and fetches nothing."""
    (name,) = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    picture = (ROOT / name).read_text(encoding="utf-8")
    assert "<svg" in picture
    assert not re.search(r"@font-face|@import|url\(\s*['\"]?http|href=['\"]http", picture)


def test_the_code_is_python() -> None:
    """Each Python block compiles."""
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        ast.parse(block)


def test_the_examples_fit_together(tmp_path: Path) -> None:
    """The questions can be asked of what the five lines log, in one directory, and do not warn."""
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    training = "import itertools\ntrain_step = itertools.count(1).__next__\n"
    for script in (training + blocks[0].replace("20000", "20"), blocks[1]):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            cwd=tmp_path,
            env={**plain_environment(), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert "baseline" in done.stdout
    assert (tmp_path / "best.csv").read_text(encoding="utf-8").count("\n") == 21


def test_the_lines_to_paste_are_those_that_the_app_shows() -> None:
    """Where there are no runs yet, app and snapshot show the README's first block; it fits 80 columns."""
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert blocks[0] == "\n".join(FIRST_LINES) + "\n"
    assert max(map(len, FIRST_LINES)) < 80


def test_the_files_it_names_are_there() -> None:
    """Relative links lead somewhere."""
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
