"""What a command line tells of a training: its name and its hyperparameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from tuimon.tracker.secrets import is_secret, masked

Value = str | int | float | bool

_SCRIPT = re.compile(r"\.(?:py|pyc|sh|bash|ipynb|jl|lua|R|js)$")
_OPTION = re.compile(r"--?([A-Za-z][\w.-]*)(?:=(.*))?$", re.DOTALL)
_ASSIGNMENT = re.compile(r"\+{0,2}([A-Za-z][\w./]*)=(.*)$", re.DOTALL)  # hydra's
_INTERPRETER = re.compile(r"(?:python|pypy|(?:ba|z|da|k|fi)?sh)[\d.]*$")
_CODE_FOLLOWS = re.compile(r"-[A-Za-z]*c$")


def run_name_of(command: Sequence[str]) -> str:
    """The script's name without its ending, the module's last part, else the program's name."""
    place = _script_place(command)
    word = command[place]
    if place and command[place - 1] == "-m":
        return word.removesuffix(".__main__").rpartition(".")[2] or "run"
    path = PurePath(word)
    stem = path.stem if _SCRIPT.search(word) else path.name
    return (path.parent.name if stem == "__main__" else stem) or "run"


def config_of(command: Sequence[str]) -> dict[str, Value]:
    """The hyperparameters behind the script: ``--lr 3e-4``, ``--lr=3e-4``, ``lr=3e-4``, ``--flag``.

    What looks like a secret is left out, and so is code (``python -c CODE``).
    """
    words = list(masked(command)[_options_place(command) :])
    found: dict[str, Value] = {}
    while words:
        word = words.pop(0)
        match = _OPTION.match(word) or _ASSIGNMENT.match(word)
        if match is None:
            continue
        name, text = match[1].replace("-", "_"), match[2]
        if text is None and words and not _OPTION.match(words[0]):
            text = words.pop(0)
        if not is_secret(name):
            found[name] = True if text is None else _value(text)
    return found


def _options_place(command: Sequence[str]) -> int:
    """Where the training's own options begin."""
    place = _script_place(command)
    if place == 0 and not _SCRIPT.search(command[0]):
        is_interpreter = False
        for number, word in enumerate(command):
            if is_interpreter and _CODE_FOLLOWS.match(word):
                return number + 2
            is_interpreter = is_interpreter or _INTERPRETER.match(PurePath(word).name) is not None
    return place + 1


def _script_place(command: Sequence[str]) -> int:
    """Where the script stands behind interpreters and launchers; 0 where the program is all there is."""
    for place, word in enumerate(command):
        if _SCRIPT.search(word) and not word.startswith("-"):
            return place
        if word == "-m" and place + 1 < len(command) and command[place + 1] not in _LAUNCHERS:
            return place + 1
        if word == "-c":
            return 0
    return 0


_LAUNCHERS = ("torch.distributed.run", "torch.distributed.launch", "accelerate.commands.launch")


def _value(text: str) -> Value:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)
