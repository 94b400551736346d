"""Printed lines to records: the styles in which training scripts print."""

from __future__ import annotations

import math
import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.capture.line_reader import LineReader, ParsedLine
from tuimon.capture.printed_text import LineSplitter


def read(*lines: str, patterns: tuple[str, ...] = ()) -> list[ParsedLine]:
    reader = LineReader(patterns)
    records = [record for line in lines for record in reader.read(line)]
    return records + reader.finish()


def read_bytes(printed: bytes) -> list[ParsedLine]:
    splitter = LineSplitter()
    return read(*splitter.feed(printed), *splitter.finish())


@pytest.mark.parametrize(
    ("line", "step", "total", "values"),
    [
        pytest.param(
            "iter 120: loss 4.0123, time 98.76ms, mfu 11.50%",
            *(120, None, {"train_loss": 4.0123, "iter_time_ms": 98.76, "mfu": 11.5}),
            id="nanoGPT",
        ),
        pytest.param(
            "step:7/1530 train_loss:7.5012 train_time:842ms step_avg:120.29ms",
            *(7, 1530, {"train_loss": 7.5012, "train_time": 842.0, "step_avg": 120.29}),
            id="modded-nanogpt",
        ),
        pytest.param(
            "s:12 trl:9.2512 lr:0.000012 norm:4.31",
            *(12, None, {"train_loss": 9.2512, "learning_rate": 0.000012, "grad_norm": 4.31}),
            id="llm.c",
        ),
        pytest.param(
            "Epoch 2 | iter 40 step 10 | loss train: 6.125, val: n/a | iter time: 88.10 ms (step) "
            "remaining time: 1:02:03",
            *(40, None, {"train_loss": 6.125, "iter_time_ms": 88.1, "gradient_step": 10, "epoch": 2}),
            id="litgpt",
        ),
        pytest.param(
            "Iter    200 | Loss: 4.9876 | LR: 6.00e-04 | Time: 45.6ms | Tokens/sec: 51,234",
            *(
                *(200, None),
                {
                    "train_loss": 4.9876,
                    "learning_rate": 6e-4,
                    "iter_time_ms": 45.6,
                    "tokens_per_sec": 51234.0,
                },
            ),
            id="homework",
        ),
        pytest.param(
            "step=30 loss=2.25 grad_norm=0.75 acc=0.5",
            *(30, None, {"train_loss": 2.25, "grad_norm": 0.75, "acc": 0.5}),
            id="key=value",
        ),
        pytest.param(
            "2026-01-02 03:04:05,678 - trainer - INFO - global step: 9 - loss: 3.5 - lr: 1e-3",
            *(9, None, {"train_loss": 3.5, "learning_rate": 1e-3}),
            id="logger",
        ),
        pytest.param(
            "[rank0]:[main] step:  4  loss:  8.5  grad_norm: 1.5  memory: 12.34GiB(12.9%)  tps: 1,234",
            *(4, None, {"train_loss": 8.5, "grad_norm": 1.5, "memory": 12.34, "tokens_per_sec": 1234.0}),
            id="torchtitan",
        ),
        pytest.param(
            " iteration      100/  500000 | elapsed time per iteration (ms): 1234.5 |"
            " learning rate: 1.0E-05 | lm loss: 7.125E+00 | grad norm: 1.25 |",
            *(
                *(100, 500000),
                {"iter_time_ms": 1234.5, "learning_rate": 1e-5, "train_loss": 7.125, "grad_norm": 1.25},
            ),
            id="Megatron",
        ),
        pytest.param(
            "Epoch [2/10], Step [100/600], Loss: 0.5",
            *(100, 600, {"train_loss": 0.5, "epoch": 2}),
            id="tutorial",
        ),
        pytest.param(
            "Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.25",
            *(640, 60000, {"train_loss": 2.25, "epoch": 1}),
            id="mnist",
        ),
        pytest.param(
            "Epoch: [0][  10/5005]\tTime  0.3 ( 0.5)\tLoss 6.9e+00 (6.8e+00)\tAcc@1   1.50 (  0.10)",
            *(10, 5005, {"time": 0.3, "train_loss": 6.9, "acc@1": 1.5, "epoch": 0}),
            id="imagenet",
        ),
        pytest.param(
            "  100/1875 ━━━━━━━━━━ 5s 3ms/step - accuracy: 0.8 - loss: 0.5",
            *(100, 1875, {"accuracy": 0.8, "train_loss": 0.5}),
            id="Keras",
        ),
        pytest.param(
            '{"step": 10, "loss": 2.5, "lr": 1e-3, "note": "x"}',
            *(10, None, {"train_loss": 2.5, "learning_rate": 1e-3}),
            id="JSON",
        ),
        pytest.param(
            "  3%|▎         | 3/100 [00:01<00:30,  3.2it/s, loss=2.3, lr=tensor(0.1)]",
            *(3, 100, {"train_loss": 2.3, "learning_rate": 0.1}),
            id="tqdm",
        ),
        pytest.param(
            "30it [00:09,  3.2it/s, loss=2.3]", *(30, None, {"train_loss": 2.3}), id="tqdm, no total"
        ),
        pytest.param(
            "step 00100/01000 (1.00%) | loss: 3.125 | dt: 123.45ms | tok/sec: 51.5k",
            *(100, 1000, {"train_loss": 3.125, "iter_time_ms": 123.45, "tokens_per_sec": 51500.0}),
            id="nanochat",
        ),
    ],
)
def test_a_line_of_training(line: str, step: float, total: float | None, values: dict[str, float]) -> None:
    """Step, total and values of each style, under the standard names where the meaning is sure."""
    assert read(line) == [ParsedLine(step, values, total)]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (
            "step    1/19560 | loss 10.9 (+nanz)| norm 15.3 (+nanz)| lr 2.00e-06 | 1234.50 ms"
            " | 55.2% bf16 MFU | 425000 tok/s",
            {
                "train_loss": 10.9,
                "grad_norm": 15.3,
                "learning_rate": 2e-6,
                "iter_time_ms": 1234.5,
                "mfu": 55.2,
                "tokens_per_sec": 425000,
            },
        ),
        (
            "step 2/20: train loss 4.3 norm 1.2 lr 3.0e-04 (12.3 ms, 5678 tok/s)",
            {
                "train_loss": 4.3,
                "grad_norm": 1.2,
                "learning_rate": 3e-4,
                "iter_time_ms": 12.3,
                "tokens_per_sec": 5678,
            },
        ),
        ("step 3 loss=2.0 tok/s=5000", {"train_loss": 2, "tokens_per_sec": 5000}),
        ("iter 6 loss 2.0 tok/sec 5000.0", {"train_loss": 2, "tokens_per_sec": 5000}),
        ("step 7 loss: 2.0 tok/sec: 5000", {"train_loss": 2, "tokens_per_sec": 5000}),
        ("step 6 loss 2.0 tokens/sec 5000", {"train_loss": 2, "tokens_per_sec": 5000}),
        (
            "step 1 loss 2.0 tok/sec 123456 norm 0.1",
            {"train_loss": 2, "tokens_per_sec": 123456, "grad_norm": 0.1},
        ),
        (
            "step 9 | loss 2.5 | 1.5 s/step | 5.2k tok/s",
            {"train_loss": 2.5, "iter_time_ms": 1500, "tokens_per_sec": 5200},
        ),
        ("step 9 loss: 2.5 speed: 5000 tok/s", {"train_loss": 2.5, "speed": 5000}),
        ("step 9: val loss 2.5 (1500 ms)", {"val_loss": 2.5}),
    ],
)
def test_throughput_and_time_of_a_step(line: str, values: dict[str, float]) -> None:
    """Named by the unit behind the number, or by a name with a slash in it."""
    (record,) = read(line)
    assert record.values == values


@pytest.mark.parametrize(
    ("line", "step", "values"),
    [
        ("step 2000: train loss 2.1, val loss 2.2", 2000, {"train_loss": 2.1, "val_loss": 2.2}),
        ("step:125/3300 val_loss:4.5 train_time:99.1s", 125, {"val_loss": 4.5, "train_time": 99.1}),
        ("s:250 tel:5.125", 250, {"val_loss": 5.125}),
        ("iter 1000: val loss 2.3456", 1000, {"val_loss": 2.3456}),
        ("Step 00250 | Validation bpb: 1.25", 250, {"val_bpb": 1.25}),
        ("[val] step 40 loss: 3.5 acc: 0.25", 40, {"val_loss": 3.5, "val_acc": 0.25}),
        ("Epoch: 3, Train Loss: 0.5, Val Loss: 0.75", 3, {"train_loss": 0.5, "val_loss": 0.75}),
    ],
)
def test_a_line_of_evaluation(line: str, step: float, values: dict[str, float]) -> None:
    """A line with values measured on data held out is an evaluation."""
    (record,) = read(line)
    assert (record.step, record.values, record.is_eval) == (step, values, True)


def test_numbers_that_are_none_or_not_finite() -> None:
    """NaN and infinity are values; n/a and None are absent."""
    (record,) = read("step 5: loss nan, norm inf, val_loss: n/a, lr: None, step_avg:nanms")
    assert record.values.keys() == {"train_loss", "grad_norm", "step_avg"}
    assert math.isnan(record.values["train_loss"])
    assert math.isnan(record.values["step_avg"])
    assert record.values["grad_norm"] == math.inf


def test_a_metric_stays_in_its_first_unit() -> None:
    """A time that is printed as 900ms and then as 1.5s is 900 and 1500."""
    records = read("step 1 eval_time: 900ms", "step 2 eval_time: 1.5s")
    assert [record.values["eval_time"] for record in records] == [900.0, 1500.0]


def test_hugging_face_dictionaries_take_their_step_from_the_bar() -> None:
    """The bar is drawn again behind a dictionary, with its step; the evaluation's own bar is another."""
    printed = (
        "\r  0%|          | 0/40 [00:00<?, ?it/s]\r 18%|#         | 7/40 [00:01<00:05,  6.00it/s]"
        "\r                                        \r{'loss': 2.5, 'learning_rate': 5e-05, 'epoch': 0.5}\n"
        "\r 25%|##        | 10/40 [00:01<00:05,  6.00it/s]"
        "\n\r  0%|          | 0/3 [00:00<?, ?it/s]\x1b[A"
        "\r{'eval_loss': '2.25', 'eval_runtime': 0.5, 'epoch': 0.5}\n"
        "\r100%|##########| 3/3 [00:00<00:00,  9.00it/s]\x1b[A"
        "\r 25%|##        | 10/40 [00:02<00:05,  6.00it/s]"
        "\r100%|##########| 40/40 [00:02<00:05,  6.00it/s]"
        "{'train_runtime': 9.5, 'train_loss': 2.75, 'epoch': 2.0}\n"
        "\r100%|##########| 40/40 [00:02<00:00,  6.00it/s]\n"
    )
    records = read_bytes(printed.encode())
    assert [(record.step, record.is_eval, record.total) for record in records] == [
        (10, False, 40),
        (10, True, 40),
        (40, False, 40),
    ]
    assert records[0].values == {"train_loss": 2.5, "learning_rate": 5e-05, "epoch": 0.5}
    assert records[1].values == {"val_loss": 2.25, "eval_runtime": 0.5, "epoch": 0.5}
    assert "train_loss" not in records[2].values  # the mean over all steps is no loss at the last


def test_hugging_face_dictionaries_without_a_bar_are_placed_by_their_epoch() -> None:
    """Where bars are off, the epoch is all that says where the training is."""
    records = read("{'loss': 2.5, 'epoch': 0.25}", "{'loss': 2.0, 'epoch': 0.5}")
    assert [(record.step, record.values["train_loss"]) for record in records] == [(0.25, 2.5), (0.5, 2.0)]


def test_a_bar_is_logged_when_its_step_or_its_values_are_new() -> None:
    """A bar that is drawn again with nothing new logs nothing."""
    records = read_bytes(
        b"\r 1%| | 1/100 [00:01<01:30, 1.0it/s, loss=3]\r 1%| | 1/100 [00:02<01:30, 1.0it/s, loss=3]"
        b"\r 1%| | 1/100 [00:02<01:30, 1.0it/s, loss=2]\r 2%| | 2/100 [00:03<01:30, 1.0it/s, loss=2]\n"
    )
    assert [(record.step, record.values["train_loss"]) for record in records] == [(1, 3), (1, 2), (2, 2)]


def test_bars_that_count_something_else_are_no_metrics() -> None:
    """Downloads, data sets being prepared, sanity checks: no records."""
    assert not read(
        "Map: 100%|##########| 1000/1000 [00:01<00:00, 812.34 examples/s]",
        "model.safetensors:  50%|#####     | 274M/548M [00:05<00:05, 50.0MB/s]",
        "Sanity Checking DataLoader 0:  50%|#####     | 1/2 [00:00<00:00,  9.00it/s]",
        "Sanity Checking DataLoader 0: 100%|#####     | 2/2 [00:00<00:00,  9.00it/s, loss=2]",
    )


def test_a_line_printed_behind_a_bar_is_read() -> None:
    """``print`` while a bar is shown puts its text behind the bar on the same line."""
    records = read("  3%|#         | 3/100 [00:01<00:30,  3.2it/s]step 3: loss 2.5")
    assert [(record.step, record.values) for record in records] == [(3, {"train_loss": 2.5})]


def test_steps_that_each_epoch_counts_anew_go_on() -> None:
    """Bars and lines that name an epoch and start again count on from the epochs before."""
    bars = read(
        "Epoch 0: 100%|####| 50/50 [00:01<00:00, 40.00it/s, v_num=0, train_loss=0.5]",
        "Epoch 1:   2%|    | 1/50 [00:01<00:00, 40.00it/s, v_num=0, train_loss=0.25]",
    )
    assert [(record.step, record.values["epoch"]) for record in bars] == [(50, 0), (51, 1)]
    lines = read("Epoch [1/2], Step [500/600], Loss: 0.5", "Epoch [2/2], Step [100/600], Loss: 0.25")
    assert [record.step for record in lines] == [500, 700]


def test_an_epochs_summary_stands_at_the_latest_step() -> None:
    """Where steps were printed, a line with an epoch alone is no step back to 1."""
    records = read("step 100 loss 2.5", "Epoch 1: val_loss: 2.25")
    assert [(record.step, record.is_eval) for record in records] == [(100, False), (100, True)]


def test_a_validation_bar_is_an_evaluation_at_the_latest_step() -> None:
    """Its own count is no step of the training."""
    records = read("step 100 loss 2.5", "Validation:  50%|##  | 5/10 [00:01<00:01, 4.0it/s, loss=2.25]")
    assert records[1] == ParsedLine(100, {"val_loss": 2.25}, None, True)


def test_litgpts_repeated_validation_loss_is_measured_once() -> None:
    """Its lines repeat the latest validation loss, which is no new measurement."""
    records = read(
        "Epoch 1 | iter 10 step 5 | loss train: 3.5, val: n/a | iter time: 9.00 ms",
        "iter 10: val loss 3.2506, val time: 12.00 ms",
        "Epoch 1 | iter 12 step 6 | loss train: 3.4, val: 3.251 | iter time: 9.00 ms",
    )
    assert [record.values.get("val_loss") for record in records] == [None, 3.2506, None]


def test_the_persons_own_patterns_come_first() -> None:
    """Named groups are metrics; without a step the latest one holds."""
    own = (r"<<(?P<step>[\d,]+)>> L (?P<loss>\S+)", r"extra (?P<extra>\S+)")
    records = read("<<1,200>> L 2.5", "extra 7 step 3 loss 1", "step 5 loss 2", patterns=own)
    assert [(record.step, record.values) for record in records] == [
        (1200, {"train_loss": 2.5}),
        (1200, {"extra": 7.0}),
        (5, {"train_loss": 2.0}),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "def step(step=0, lr=0.1, loss=1.0):",
        "    print(f'step:{step}/{steps} val_loss:{val_loss:.4f}')",
        "optimizer = Adam(lr=0.1, eps=1e-8, step=1)",
        "for step in range(10): loss = 3",
        "if step == 100: loss = 0",
        "n_samples=100, batch=10, seed=0)",
        "x = 3 + 1/2 * step",
        "# step 10: lr = 0.1",
        "Average loss over 10 steps: 3.0",
        "step 10: saved 3 files to out/ckpt_10.pt",
        "step 10: saved 3 files (12.3 ms, 300 tok/s)",
        "At step 10 the speed was about 5000 tok/s",
        "number of parameters: 123.45M",
        "loss 2.5",
        "{'batch_size': 12, 'epochs': 3, 'learning_rate': 0.1}",
        "Namespace(step=3, lr=0.1)",
    ],
)
def test_what_is_no_line_of_metrics(line: str) -> None:
    """Source code, sentences, settings, and values without a step log nothing."""
    assert read(line) == []


def test_python_source_holds_no_metrics() -> None:
    """A script that prints its own source logs nothing of it: the standard library as the example."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    reader = LineReader()
    for path in sorted(folder.glob("[a-m]*.py")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            assert not reader.read(line), (path.name, line)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(printed: bytes) -> None:
    """Whatever a program prints is read without an error."""
    read_bytes(printed)


WORDS = [
    "step",
    "loss",
    "epoch",
    "iter",
    "val",
    "1",
    "20",
    "3.5",
    "1e400",
    "nan",
    "-inf",
    "%|",
    "it/s",
    "k",
    "s:",
]
PIECES = st.sampled_from([*WORDS, *" :=/|,[](){}'\r\n\t", "\x1b[A"])


@given(st.lists(PIECES, max_size=40))
def test_pieces_of_lines_in_any_order_do_no_harm(pieces: list[str]) -> None:
    """Lines that are nearly right neither fail nor give a step that is no number."""
    for record in read_bytes("".join(pieces).encode()):
        assert isinstance(record.step, int | float)
        assert record.values


@pytest.mark.parametrize("piece", ["a ", "_", "a.", "1,", "  ", "{'a", "[1/2", "1%|", "a=1,", "(", "step 1 "])
def test_the_time_for_a_line_grows_with_its_length_alone(piece: str) -> None:
    """No line, however odd, holds the reader up: what took minutes by backtracking takes no second."""
    started = time.process_time()
    read("step 1 " + piece * (16_000 // len(piece)) + "1")
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("echo", ["^C", "^Z", "^\\", "^C^Z"])
def test_the_echo_of_a_key_before_a_line_does_not_hide_it(echo: str) -> None:
    """A terminal shows Ctrl+Z as two characters in the output, wherever that is."""
    (parsed,) = LineReader().read(f"{echo}step 6 loss 2")
    assert (parsed.step, parsed.values) == (6, {"train_loss": 2.0})
