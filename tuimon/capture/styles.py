"""The shapes in which training scripts print: named numbers in a line, a dictionary, a progress bar.

Each function here looks at one line alone and says what stands in it; what the line means beside those before
it is for the ``line_reader``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tuimon.capture.names import STEP_NAMES, is_evaluation, plain_name
from tuimon.capture.numbers import NO_NAME, NUMBER, SPACED_UNIT, UNIT, number_of, scaled_count


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """One number of a line: its name as metrics are called, its value, the ``y`` of ``x/y``, its unit."""

    name: str
    value: float
    total: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FreeLine:
    """Named numbers, and ``x/y`` without a name; ``in_evaluation``: the line begins by saying so."""

    numbers: tuple[NamedNumber, ...]
    progress: tuple[float, float] | None = None
    in_evaluation: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar: what stands before it, how far it is, its postfix, and what was printed behind it."""

    label: str
    done: float
    total: float | None
    numbers: tuple[NamedNumber, ...]
    rest: str = ""


# What a line of source code has and a line of metrics has not: quotes, braces, comparisons, statements.
_CODE = re.compile(
    r"[{}\"'`\\;]|[=!<>]=|->|\d\s*[*+]\s*[\w(]|\*\*|\bself\.|^\s*[#@]|^\s*//|:$|\w\(\s?[\w.*]{1,60}\s?[=,]|\w\[\w{0,60}:|\([^()=]{0,200}=[^()]{0,200}\)"
    r"|^\s*(?:async|await|def|class|import|from|return|if|elif|else|for|while|with|try|except|assert|raise"
    r"|yield|del|global|lambda|print\w*)\b(?!\s*[:=]\s*[-\d])"
)
_ARGUMENT = re.compile(r"\w=\S")
MAX_FREE = 4096  # characters; no script prints that many numbers in a line for a person to read

# What loggers put in front: times, levels, the logger's name, ranks. A bracket that counts something stays.
_PREFIX = re.compile(
    r"^\s*(?:\[(?![^\]]*(?:\d\s*/\s*\d|step|iter|epoch|batch|\bval|\beval))[^\]]{0,80}\]"
    r"|\(\w+ pid=\d+[^)]*\)"
    r"|\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d:\d\d\S*)?|\d\d:\d\d:\d\d\S*"
    r"|(?:DEBUG|INFO|WARNING|ERROR|INFO:\S+)\b:?|[\w.]+:\d+\s*[-|>]|[-|>]|[A-Za-z_][\w.]* - (?=[A-Z]+ - ))\s*"
)
_ABSENT = re.compile(r"(?<![\w/.])(?:n/a|none|null|-+)(?![\w/.])", re.IGNORECASE)
_IN_EVALUATION = re.compile(r"^\W*(?:val|valid|validation|eval|evaluation|evaluating)\b", re.IGNORECASE)

_WORD = r"(?<![\w.@/%^*-])[A-Za-z_][\w.@/%^*-]{0,60}"
_WRAPPED = r"(?:(?:np\.)?float\d*\(|(?:torch\.)?tensor\(\s*)?"
_UNIT_BEHIND = rf"(?:(?P<unit>{UNIT})|\s(?P<spaced>{SPACED_UNIT}){NO_NAME})?(?!\w|[.:/-]\d|\([^\d\s.])"
_FREE_NUMBER = re.compile(
    rf"(?P<key>{_WORD}(?: {_WORD}){{0,4}}(?:\s?\([\w/%]{{1,12}}\))?)"
    rf"(?P<sign>\s*[:=]\s*|\s+)(?P<open>\[\s*)?{_WRAPPED}(?P<number>{NUMBER})"
    rf"(?:\s*(?:/|\bof\b)\s*(?P<total>{NUMBER}))?{_UNIT_BEHIND}"
)
# Numbers that only their unit names: a rate anywhere, a time in a column or in brackets of its own.
_COUNT = r"(?P<number>" + NUMBER + r")\s?(?P<count>[kKM](?=\s?[a-z]{3}))?"
_RATE = re.compile(rf"(?<![\w.,:=/]){_COUNT}\s?(?:tok|toks|tokens)/s(?:ec|econd)?(?![\w/])")
_STEP_TIME = re.compile(
    rf"(?:[|(,;]|\s-)\s*(?P<number>{NUMBER})\s?(?P<unit>ms|s(?=/))(?:/(?:step|iter|it))?\s*(?=[|),;]|\s-\s|$)"
)
_MFU = re.compile(rf"(?<![\w.,])(?P<number>{NUMBER})\s?%\s(?:[a-z]{{1,4}}\d{{1,2}} )?MFU\b", re.IGNORECASE)
# x/y without a name: in brackets, or in a column of its own.
_PROGRESS = re.compile(
    rf"(?:^|[\[|\t(]|\s\s|:\s)\s*(?P<done>\d[\d,]*)\s*/\s*(?P<total>{NUMBER})(?=\s*(?:[\]|,:)(]|\s|$))"
)

# Words that name a metric also where neither ":" nor "=" stands between them and the number.
_KNOWN_WORDS = frozenset(
    (
        *(
            "loss",
            "lr",
            "norm",
            "gnorm",
            "time",
            "dt",
            "mfu",
            "acc",
            "accuracy",
            "ppl",
            "perplexity",
            "tok/s",
        ),
        *("tok/sec", "tokens/s", "tokens/sec", "tps", "bpb", "bpc", "err", "error", "reward", "return"),
        *("ms", "tflops", "mem", "memory", "momentum", "wd", "entropy", "kl", "f1", "bleu", "wer", "cer"),
    )
)
_MARKED = re.compile("[_/@]")  # nor do sentences have such words: acc@1, ms/batch, grad_norm


def read_free(line: str) -> FreeLine | None:
    """The named numbers of a line of text; None where it looks like source code."""
    if len(line) > MAX_FREE or _looks_like_code(line):
        return None
    while found := _PREFIX.match(line):
        line = line[found.end() :]
        if not found[0]:
            break
    in_evaluation = _IN_EVALUATION.match(line) is not None
    text = _ABSENT.sub("|", line)
    found_numbers = map(_free_number, _FREE_NUMBER.finditer(text))
    numbers = tuple(number for number in found_numbers if number is not None)
    if any(number.name not in STEP_NAMES for number in numbers):
        numbers += tuple(_named_by_unit(_FREE_NUMBER.sub(_LEFT_OUT, text), numbers, in_evaluation))
    progress = _PROGRESS.search(text)
    place = (number_of(progress["done"]), number_of(progress["total"])) if progress else None
    return FreeLine(numbers, place, in_evaluation)


_LEFT_OUT = "~"  # stands for a number with a name


def _named_by_unit(text: str, named: tuple[NamedNumber, ...], in_evaluation: bool) -> Iterator[NamedNumber]:
    """What ``425000 tok/s``, ``| 1234.5 ms |`` and ``55.2% bf16 MFU`` say beside numbers with a name."""
    if rate := _RATE.search(text):
        yield NamedNumber("tokens_per_sec", scaled_count(number_of(rate["number"]), rate["count"] or ""))
    if mfu := _MFU.search(text):
        yield NamedNumber("mfu", number_of(mfu["number"]), unit="%")
    measures = in_evaluation or any(is_evaluation(number.name) for number in named)
    if not measures and (time := _STEP_TIME.search(text)):
        yield NamedNumber("iter_time", number_of(time["number"]), unit=time["unit"])


def _looks_like_code(line: str) -> bool:
    if _CODE.search(line) or line.count("(") != line.count(")"):
        return True
    return line.endswith(",") and _ARGUMENT.search(line) is not None  # one line of a long call


def _free_number(match: re.Match[str]) -> NamedNumber | None:
    sign, total = match["sign"], match["total"]
    named = _named(match["key"], ":" in sign or "=" in sign)
    if named is None:
        return None
    name, unit, is_step = named
    if not is_step and (total or match["open"]):
        return None  # x/y of something else is no metric, nor is the first of a list
    return NamedNumber(
        name,
        number_of(match["number"]),
        number_of(total) if total else None,
        match["unit"] or match["spaced"] or unit,
    )


@lru_cache(maxsize=1024)  # a script prints the same names again and again
def _named(printed: str, has_sign: bool) -> tuple[str, str, bool] | None:
    """The metric's name, a unit in it, and whether it counts steps; None for a word that names nothing."""
    name, unit = plain_name(printed)
    if has_sign:
        name = _step_name(name, printed)
    else:
        words = printed.split()
        last = words[-1].lower()
        if last not in STEP_NAMES and last not in _KNOWN_WORDS and not _MARKED.search(last):
            return None
        name = plain_name(" ".join(words[-2:]))[0]
    return name, unit, name in STEP_NAMES


def _step_name(name: str, printed: str) -> str:
    """``name``, or the step that stands last in it behind words of a sentence: ``Metrics for step: 10``."""
    *before, last = printed.lower().split()
    return last if last in STEP_NAMES and before and not _NO_STEP & {*before} else name


_NO_STEP = frozenset(("per", "of", "number", "num", "total", "max", "every", "last", "initial", "skipped"))


_DICT = re.compile(r"\{.*\}")
_ENTRY = re.compile(
    rf"['\"](?P<key>[^'\"{{}}]{{1,80}})['\"]\s*:\s*['\"]?{_WRAPPED}(?P<number>{NUMBER})"
    r"(?:,\s*(?:device|dtype|grad_fn)=[^)]*)?\)?['\"]?\s*(?=[,}])"
)


def read_dict(line: str) -> tuple[NamedNumber, ...]:
    """The numbers of a Python or JSON dictionary that the line holds, by their keys; nothing else's."""
    found = _DICT.search(line)
    if found is None or _CODE_BEFORE_DICT.search(line, 0, found.start()) or found.end() < len(line.rstrip()):
        return ()
    return tuple(
        NamedNumber(plain_name(match["key"])[0], number_of(match["number"]))
        for match in _ENTRY.finditer(found[0])
    )


_CODE_BEFORE_DICT = re.compile(r"[=({\[\"'#]|\breturn\b|\bdef\b")

_AMOUNT = r"\d[\d.,]{0,20}[kKMGTP]?"
_BAR = re.compile(
    rf"^(?P<label>.*?):?\s*\d{{1,3}}%\|[^|]*\|\s*(?P<done>{_AMOUNT})/(?P<total>{_AMOUNT})\s*"
    rf"\[(?P<inside>[^\]]*)\](?P<rest>.*)$"
)
_COUNTER = re.compile(
    rf"^(?P<label>.*?):?\s*(?P<done>{_AMOUNT}) ?[a-zA-Z]+ \[(?P<inside>\d+:\d\d[^\]]*)\](?P<rest>.*)$"
)
_POSTFIX = re.compile(
    rf"(?:^|,)\s*(?P<key>[^=,]{{1,60}})=\s*{_WRAPPED}(?P<number>{NUMBER})(?P<unit>{UNIT})?\)?(?=\s*(?:,|$))"
)


def read_bar(line: str) -> Bar | None:
    """The progress bar (tqdm's shape) that a line begins with."""
    found = _BAR.match(line) or _COUNTER.match(line)
    if found is None:
        return None
    total = found.groupdict().get("total")
    numbers = tuple(
        NamedNumber(plain_name(match["key"])[0], number_of(match["number"]), unit=match["unit"] or "")
        for match in _POSTFIX.finditer(found["inside"])
    )
    return Bar(
        found["label"].strip(),
        _amount(found["done"]),
        _amount(total) if total else None,
        numbers,
        found["rest"].strip(),
    )


def _amount(text: str) -> float:
    number = text.rstrip("kKMGTP").replace(",", "").rstrip(".")
    try:
        value = float(number)
    except ValueError:  # two points
        return 0.0
    return scaled_count(value, text[-1] if text[-1].isalpha() else "")
