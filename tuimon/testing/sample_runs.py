"""A directory of runs that tell something: what goes wrong elsewhere is in at least one of them."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

from tuimon.testing.run_builder import START, RunBuilder, this_process

RECORDS = 200
HOSTILE_NAMES = (
    "../../outside",
    "[bold red]markup[/]",
    "\x1b[31mred\x1b[0m\x07",
    "広い文字 🚀 ne\u0301e",
    "a" * 200,
)


def sample_runs(directory: Path, *, records: int = RECORDS) -> dict[str, Path]:
    """Write runs into ``directory``; returns the path of each by what it is:

    ``finished``, ``failed`` (by an exception), ``interrupted``, ``live`` (its writer is this process),
    ``crashed`` (no such process), ``nan`` (from the middle on), ``spike`` (one loss of 1e4), ``resumed``
    (superseding a quarter), ``one point``, ``no points``, ``constant``, ``late metric``, ``200 metrics``,
    ``no header``, ``garbage``, ``torn``, and ``hostile 0`` to ``hostile 4`` (names with ``../``, markup,
    escape sequences, wide characters, 200 letters). All but ``live`` are old.
    """
    samples = _Samples(directory, records)
    for kind in _WRITERS:
        _WRITERS[kind](samples, kind)
    for number, name in enumerate(HOSTILE_NAMES):
        samples.curve(samples.begin(f"hostile {number}", name)).end()
    return samples.paths


class _Samples:
    """The runs written so far; each starts a minute after the one before."""

    def __init__(self, directory: Path, records: int) -> None:
        self.directory = directory
        self.records = records
        self.paths: dict[str, Path] = {}

    def new(self, kind: str, name: str | None = None) -> RunBuilder:
        number = len(self.paths)
        start = START + timedelta(minutes=number)
        stem = f"experiment_{kind.replace(' ', '_')}_{start:%Y%m%d_%H%M%S}.jsonl"
        run = RunBuilder(self.directory, name or kind, start=start, file_name=stem)
        self.paths[kind] = run.path
        return run

    def begin(self, kind: str, name: str | None = None, **fields: object) -> RunBuilder:
        run = self.new(kind, name)
        number = len(self.paths)
        config = {"max_iters": self.records, "seed": number, "max_learning_rate": 1e-4 * (1 + number % 3)}
        run_id = f"sampl{number:03d}".translate(str.maketrans("0189", "abcd"))
        return run.header(run_id=run_id, config=config, host="elsewhere", **fields)

    def curve(
        self, run: RunBuilder, first: int = 0, last: int | None = None, *, counted_from: int = 0
    ) -> RunBuilder:
        """A falling loss; a resuming process counts its steps and seconds from where it began."""
        for step in range(first, self.records if last is None else last):
            loss, own = loss_at(step, self.records), step - counted_from
            counted = {"gradient_step": own, "wallclock_time": own * 0.5}
            given = {"learning_rate": 1e-3, "tokens_per_sec": 5e4, "iter_time_ms": 20.0}
            run.metrics(step, train_loss=loss, **given, **counted)
            if step % 25 == 24:
                run.eval(step, val_loss=loss + 0.1, **counted)
        return run


def loss_at(step: int, records: int = RECORDS) -> float:
    """The loss of the sample runs: falling, with a ripple."""
    return 1.5 + 3.0 * math.exp(-4 * step / records) + 0.02 * math.sin(step)


def _finished(samples: _Samples, kind: str) -> None:
    samples.curve(samples.begin(kind)).end(end_time=START.isoformat(), duration_seconds=samples.records * 0.5)


def _failed(samples: _Samples, kind: str) -> None:
    exception = {"type": "RuntimeError", "message": "CUDA out of memory", "traceback": "Traceback ..."}
    samples.curve(samples.begin(kind), last=samples.records // 2).end("failed", exception=exception)


def _interrupted(samples: _Samples, kind: str) -> None:
    samples.curve(samples.begin(kind), last=samples.records // 3).end("interrupted")


def _live(samples: _Samples, kind: str) -> None:
    run = samples.new(kind)
    config = {"max_iters": samples.records, "seed": 1}
    run.header(run_id="liveaaaa", config=config, **this_process())
    samples.curve(run, last=samples.records * 3 // 4)


def _crashed(samples: _Samples, kind: str) -> None:
    gone = {**this_process(), "process_start_time": 1.0}  # the process of this id started much later
    run = samples.new(kind).header(run_id="crashaaa", config={"max_iters": samples.records}, **gone)
    samples.curve(run, last=samples.records // 2).last_written(START.timestamp())


def _nan(samples: _Samples, kind: str) -> None:
    run = samples.curve(samples.begin(kind), last=samples.records // 2)
    for step in range(samples.records // 2, samples.records):
        run.metrics(step, train_loss=math.nan, learning_rate=1e-3)
    run.metrics(samples.records, train_loss=math.inf).end()


def _spike(samples: _Samples, kind: str) -> None:
    run = samples.curve(samples.begin(kind), last=samples.records // 2)
    run.metrics(samples.records // 2, train_loss=1e4)
    samples.curve(run, first=samples.records // 2 + 1).end()


def _resumed(samples: _Samples, kind: str) -> None:
    run = samples.curve(samples.begin(kind)).resume()
    first = samples.records * 3 // 4
    samples.curve(run, first=first, counted_from=first - 1).end()


def _one_point(samples: _Samples, kind: str) -> None:
    samples.begin(kind).metrics(0, train_loss=4.0).end()


def _no_points(samples: _Samples, kind: str) -> None:
    samples.begin(kind).end()


def _constant(samples: _Samples, kind: str) -> None:
    run = samples.begin(kind)
    for step in range(samples.records):
        run.metrics(step, train_loss=2.0, learning_rate=0.0)
    run.end()


def _late_metric(samples: _Samples, kind: str) -> None:
    run = samples.curve(samples.begin(kind))
    for step in range(samples.records, samples.records + 5):
        run.metrics(step, train_loss=1.5, late=float(step))
    run.end()


def _many_metrics(samples: _Samples, kind: str) -> None:
    run = samples.begin(kind)
    for step in range(10):
        run.metrics(
            step, train_loss=2.0, **{f"layer_{number:03d}/norm": number + step for number in range(199)}
        )
    run.end()


def _no_header(samples: _Samples, kind: str) -> None:
    samples.curve(samples.new(kind)).end()


def _garbage(samples: _Samples, kind: str) -> None:
    samples.new(kind).raw(b"\x00\xff\xfe binary\nno JSON\n[1, 2]\n" * 3).last_written(START.timestamp())


def _torn(samples: _Samples, kind: str) -> None:
    run = samples.curve(samples.begin(kind)).raw(b'{"type": "metrics", "iteration": 99')
    run.last_written(START.timestamp())


_WRITERS = {
    "finished": _finished,
    "failed": _failed,
    "interrupted": _interrupted,
    "live": _live,
    "crashed": _crashed,
    "nan": _nan,
    "spike": _spike,
    "resumed": _resumed,
    "one point": _one_point,
    "no points": _no_points,
    "constant": _constant,
    "late metric": _late_metric,
    "200 metrics": _many_metrics,
    "no header": _no_header,
    "garbage": _garbage,
    "torn": _torn,
}
