"""What a command line tells of a training."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.capture.command_line import config_of, run_name_of


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python train.py --lr 3", "train"),
        ("python -u src/pretrain.py", "pretrain"),
        ("torchrun --nproc-per-node 8 train_gpt.py x.py", "train_gpt"),
        ("uv run scripts/fit.py", "fit"),
        ("python -m lab.sweep.train --lr 3", "train"),
        ("python -m torch.distributed.run --nproc_per_node=2 gpt.py", "gpt"),
        ("python lab/__main__.py", "lab"),
        ("bash go.sh", "go"),
        ("./train_gpt2cu -i data", "train_gpt2cu"),
        ("python -c 'print(1)'", "python"),
        ("python -i", "python"),
    ],
)
def test_the_name_is_the_scripts(command: str, name: str) -> None:
    """Behind interpreters and launchers stands the script; else the program is all there is."""
    assert run_name_of(shlex.split(command)) == name


def test_options_are_hyperparameters() -> None:
    """Each usual way to write them; numbers and truth values are such, secrets are left out."""
    command = (
        "python train.py cfg.py --lr 3e-4 --n-layer=6 --amp --model gpt2 opt.beta=0.9 +x=true -b 4 --token q"
    )
    assert config_of(shlex.split(command)) == {
        "lr": 3e-4,
        "n_layer": 6,
        "amp": True,
        "model": "gpt2",
        "opt.beta": 0.9,
        "x": True,
        "b": 4,
    }


def test_options_of_the_launcher_are_none() -> None:
    """What stands in front of the script is not the training's."""
    assert config_of(shlex.split("torchrun --nproc 8 train.py --shift=-1.5")) == {"shift": -1.5}


@pytest.mark.parametrize("interpreter", ["python", "env A=1 /usr/bin/python3.12 -u", "bash"])
def test_code_is_no_hyperparameter(interpreter: str) -> None:
    """What an interpreter is given to run is left out; a program's own ``-c`` is an option."""
    command = [*interpreter.split(), "-c", "x = 1; print(x)", "--lr", "1"]
    assert config_of(command) == {"lr": 1}
    assert config_of(["./train", "-c", "big.yaml"]) == {"c": "big.yaml"}


def test_tokens_that_a_model_reads_are_no_secret() -> None:
    """The names of tokenizers and numbers of tokens are hyperparameters, an access token is none."""
    command = "python train.py --tokenizer bpe --max-tokens 512 --hf-token q --hf_token=q HF_TOKEN=q"
    assert config_of(command.split()) == {"tokenizer": "bpe", "max_tokens": 512}


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_any_command_line_is_read(words: list[str]) -> None:
    """No words make it fail, and there is always a name."""
    assert run_name_of(words)
    config_of(words)
