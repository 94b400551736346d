"""Names that tell runs apart: with the id where two are the same, and cut where they do not differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import takewhile

from rich.cells import cell_len

from tuimon.charts.notation import cut_middle
from tuimon.store.snapshot import RunSnapshot


def distinct_names(runs: Collection[RunSnapshot]) -> dict[str, str]:
    """For each run's key its name, as ``name@id`` where another of these runs has the same name."""
    seen = Counter(run.name for run in runs)
    return {run.key: f"{run.name}@{run.short_id}" if seen[run.name] > 1 else run.name for run in runs}


def cut_name(name: str, width: int, among: Iterable[str]) -> str:
    """The name in at most ``width`` cells, keeping what tells it from the others shown with it.

    Two different names are never cut to the same text, as far as ``width`` has room for their number.
    """
    if cell_len(name) <= width:
        return name
    return cut_names(tuple(sorted({name, *among})), width)[name]


def cut_names(names: tuple[str, ...], width: int) -> dict[str, str]:
    """Each of these different names in at most ``width`` cells.

    Cut in the middle where that keeps them apart; else without what they all begin with, and with more of
    their beginnings or ends; without what they all end with; at last with their number.
    """
    cut = _cut_apart(names, width)
    if cut is not None:
        return cut
    return _numbered_names(names, width)


def told_apart(names: Iterable[str], width: int) -> bool:
    """Whether so many cells tell these names apart by what is in them, without numbers."""
    different = tuple(sorted(set(names)))
    return all(cell_len(name) <= width for name in different) or _cut_apart(different, width) is not None


@lru_cache(maxsize=64)
def _cut_apart(names: tuple[str, ...], width: int) -> dict[str, str] | None:
    middle = {name: cut_middle(name, width) for name in names}
    if len(set(middle.values())) == len(names):
        return middle
    for lead, dropped in _beginnings(names)[1:]:
        if all(cell_len(name) <= width or cell_len(lead + name[dropped:]) <= width for name in names):
            whole = {name: name if cell_len(name) <= width else lead + name[dropped:] for name in names}
            if len(set(whole.values())) == len(names):
                return whole
    for cut in _cuts(names, width):
        if len(set(cut.values())) == len(names):
            return cut
    return None


@lru_cache(maxsize=64)
def _numbered_names(names: tuple[str, ...], width: int) -> dict[str, str]:
    """The cut that leaves the fewest alike, these numbered."""
    cut = max(_cuts(names, width), key=lambda cut: len(set(cut.values())), default={})
    cut = cut or {name: cut_middle(name, width) for name in names}
    seen = Counter(cut.values())
    return {
        name: text if seen[text] == 1 else _numbered(name, number, width)
        for number, (name, text) in enumerate(cut.items(), 1)
    }


def _cuts(names: tuple[str, ...], width: int) -> Iterator[dict[str, str]]:
    whole, *without = _beginnings(names)
    end = _common_end(names)
    for trail, behind in (("", 0), *((("…", end), ("", end)) if end else ())):
        # A name that begins where it differs has it whole; behind what all begin with there may be a sign.
        for lead, dropped in (*without, whole):
            room = width - len(trail) - len(lead) - 1
            for tail in _tails(room):
                yield {
                    name: name
                    if cell_len(name) <= width
                    else _cut(
                        name[: len(name) - behind], width - len(trail), lead, dropped, room - tail, tail
                    )
                    + trail
                    for name in names
                }


def _common_end(names: tuple[str, ...]) -> int:
    """How many characters all names end with, from a sign between words on; never all of a name."""
    shortest = min(map(len, names), default=0)
    places = range(1, shortest)
    common = next((at - 1 for at in places if len({name[-at] for name in names}) > 1), 0)
    end = names[0][len(names[0]) - common :] if common else ""
    begins = [place for sign in "_/ :,=-" if (place := end.find(sign)) >= 0]
    return len(end) - min(begins) if begins else 0


def _beginnings(names: tuple[str, ...]) -> list[tuple[str, int]]:
    """What may stand for the common beginning, and how many characters of it are dropped."""
    pairs = zip(min(names), max(names), strict=False) if len(names) > 1 else ()
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = names[0][:common] if names else ""
    word = max(start.rfind(sign) for sign in "_/ :,=") + 1
    number = len(start.rstrip("0123456789."))  # 0.001 and 0.0003 differ as a whole, not in 1 and 03
    found = [("", 0)]
    for dropped in dict.fromkeys((word, number, common)):
        if dropped:
            found += [("…", dropped), ("", dropped)]
    return found


def _tails(room: int) -> list[int]:
    """Lengths of the part after the ellipsis: the half first, then ever further from it."""
    half = room // 2
    return sorted(range(room + 1), key=lambda tail: (abs(tail - half), tail))


def _cut(name: str, width: int, lead: str, dropped: int, head: int, tail: int) -> str:
    if cell_len(name) <= width:
        return name
    rest = name[dropped:]
    if cell_len(lead + rest) <= width:
        return lead + rest
    if cell_len(rest) != len(rest):  # wide characters: by cells rather than by characters
        return lead + cut_middle(rest, width - len(lead))
    return f"{lead}{rest[:head]}…{rest[len(rest) - tail :]}"


def _numbered(name: str, number: int, width: int) -> str:
    room = width - len(str(number))
    head = name[: room - 1] if name.isascii() else cut_middle(name, room - 1)
    return f"{head}…{number}" if room > 1 else cut_middle(f"…{number}", width)
