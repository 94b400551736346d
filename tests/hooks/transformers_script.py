"""A language model too small for words, trained by Transformers on two epochs of six batches."""

from typing import Any

import torch
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments


def make_trainer(directory: Any, callbacks: Any, **options: Any) -> Any:
    """A trainer with ``callbacks``; ``options`` are training arguments."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=16, n_positions=8, n_embd=8, n_layer=1, n_head=1, bos_token_id=0, eos_token_id=0
    )
    tokens = torch.randint(16, (16, 8))
    data = [{"input_ids": row, "labels": row} for row in tokens]
    defaults = {
        "output_dir": str(directory),
        "num_train_epochs": 2,
        "per_device_train_batch_size": 2,
        "logging_steps": 1,
        "eval_strategy": "epoch",
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": True,
        "disable_tqdm": True,
    }
    return Trainer(
        model=GPT2LMHeadModel(config),
        args=TrainingArguments(**{**defaults, **options}),
        train_dataset=data[:12],
        eval_dataset=data[12:],
        callbacks=callbacks,
    )
