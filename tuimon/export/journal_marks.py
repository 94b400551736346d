"""Generated blocks in a text that a person writes: found, refreshed, and nothing of the person's lost.

A block stands between two lines that Markdown does not show::

    <!-- tuimon:begin NAME CHECK -->
    what was generated
    <!-- tuimon:end NAME FINGERPRINTS -->

FINGERPRINTS holds six characters for each generated line that is not blank, so that a line which a person
wrote into the block is told from one that was generated; CHECK is made from NAME and FINGERPRINTS, so that
marks which are not as they were written are no marks. All outside of blocks is the person's.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

_NAME = r"[A-Za-z0-9._-]+"
_BEGIN = re.compile(rf"<!-- tuimon:begin ({_NAME}) ([a-z2-7]+) -->")
_END = re.compile(rf"<!-- tuimon:end ({_NAME}) ([a-z2-7]*) -->")
_FINGERPRINT, _CHECK = 6, 8  # characters, of 5 bits each


@dataclass(frozen=True, slots=True)
class Text:
    """Lines outside of blocks, without their ``\\n``."""

    lines: list[str]


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it was found: its lines, and the fingerprints of those that were generated."""

    name: str
    begin: str
    lines: list[str]
    end: str
    fingerprints: list[str]

    def __iter__(self) -> Iterator[str]:
        yield from (self.begin, *self.lines, self.end)

    def renamed(self, name: str) -> Block:
        """The same block under another name; whose a line is stays known."""
        begin, end = _marks(name, "".join(self.fingerprints))
        line_end = "\r" if self.begin.endswith("\r") else ""
        return Block(name, begin + line_end, self.lines, end + line_end, self.fingerprints)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as parts in order; ``stray`` are the numbers, from 1, of marks that have lost their partner."""

    parts: list[Text | Block]
    stray: list[int]

    @property
    def names(self) -> set[str]:
        """The names of all blocks."""
        return {part.name for part in self.parts if isinstance(part, Block)}


def parse(lines: Sequence[str]) -> Parsed:
    """Find the blocks. A mark without its partner, or not as it was written, is text like any other."""
    parsed = Parsed([], [])
    text: list[str] = []
    place = 0
    while place < len(lines):
        block = _block_at(lines, place)
        if block is None:
            if _is_mark(lines[place]):
                parsed.stray.append(place + 1)
            text.append(lines[place])
            place += 1
            continue
        if text:
            parsed.parts.append(Text(text))
            text = []
        parsed.parts.append(block)
        place += len(block.lines) + 2
    if text:
        parsed.parts.append(Text(text))
    return parsed


def block_lines(name: str, content: Sequence[str]) -> list[str]:
    """A block with its marks. Content that looks like a comment is made harmless."""
    content = harmless_content(content)
    begin, end = _marks(name, "".join(fingerprint(line) for line in content if line.strip()))
    return [begin, *content, end]


def harmless_content(content: Sequence[str]) -> list[str]:
    """Lines that hold no mark, no line end and nothing at their end that an editor would strip."""
    return [line.replace("<!--", "<!- -").replace("\n", " ").replace("\r", " ").rstrip() for line in content]


def block_name(kind: str, identity: str) -> str:
    """The name of a block about something called ``identity``, which may be any text."""
    if re.fullmatch(_NAME, identity) and len(identity) <= 40:
        return f"{kind}-{identity}"
    return f"{kind}-x{_digest(identity, 12)}"


@dataclass(slots=True)
class Refreshed:
    """What became of the blocks: how many have other lines now, and the person's lines taken out of them."""

    lines: list[str]
    changed: int = 0
    kept: int = 0


def refresh(parsed: Parsed, contents: Mapping[str, Sequence[str]], *, line_end: str = "") -> Refreshed:
    """The lines of the text with each block that has new content refreshed; all else is as it was.

    What a person wrote inside a block goes right below it. ``line_end`` stands before each ``\\n`` of what is
    generated.
    """
    result = Refreshed([])
    apart = False  # whether what follows has to stand apart from a person's lines before it
    for part in parsed.parts:
        if apart and (isinstance(part, Block) or part.lines[0].strip()):
            result.lines.append(line_end)
        apart = False
        if isinstance(part, Text):
            result.lines += part.lines
            continue
        content = contents.get(part.name)
        if content is None or [line.rstrip() for line in part.lines] == harmless_content(content):
            result.lines += part
            continue
        result.changed += 1
        result.lines += [line + line_end for line in block_lines(part.name, content)]
        own = own_lines(part)
        if own:
            result.kept += sum(bool(line.strip()) for line in own)
            result.lines += [line_end, *own]
            apart = True
    return result


def own_lines(block: Block) -> list[str]:
    """The lines of a block that were not generated, in order: a person wrote them, or changed them."""
    places = [place for place, line in enumerate(block.lines) if line.strip()]
    generated = _generated(block.fingerprints, [block.lines[place] for place in places])
    if all(generated):
        return []
    own = [place for place, is_generated in zip(places, generated, strict=True) if not is_generated]
    theirs = {place for place, is_generated in zip(places, generated, strict=True) if is_generated}
    return [block.lines[place] for place in range(own[0], own[-1] + 1) if place not in theirs]


def _generated(fingerprints: Sequence[str], lines: Sequence[str]) -> list[bool]:
    """For each line whether it is one of those generated; in their order, or moved."""
    found = [fingerprint(line) for line in lines]
    if found == fingerprints:
        return [True] * len(lines)
    generated = [False] * len(lines)
    left = Counter(fingerprints)
    for match in SequenceMatcher(None, fingerprints, found, autojunk=False).get_matching_blocks():
        for place in range(match.b, match.b + match.size):
            generated[place] = True
            left[found[place]] -= 1
    for place, line in enumerate(lines):
        if not generated[place] and left[found[place]] > 0 and not _is_weak(line):
            generated[place] = True
            left[found[place]] -= 1
    # A fence or a table's rule stands in many texts: between two lines of the person's it is the person's.
    strong = [place for place, line in enumerate(lines) if not _is_weak(line)]
    for before, after in pairwise(strong):
        if not (generated[before] or generated[after]):
            generated[before:after] = [False] * (after - before)
    return generated


def fingerprint(line: str) -> str:
    """Six characters for a line, whatever white space and length of rules a formatter gives it."""
    return _digest(re.sub(r"-{3,}", "---", " ".join(line.split())), _FINGERPRINT)


def _is_weak(line: str) -> bool:
    """Whether a line says nothing by itself: blank, a fence, a table's rule."""
    return not any(character.isalnum() or character >= "\u2500" for character in line)


def _block_at(lines: Sequence[str], place: int) -> Block | None:
    begin = _BEGIN.fullmatch(lines[place].strip())
    if begin is None:
        return None
    for other in range(place + 1, len(lines)):
        if not _is_mark(lines[other]):
            continue
        end = _END.fullmatch(lines[other].strip())
        if end is None or end[1] != begin[1] or begin[2] != _check(end[1], end[2]):
            return None
        prints = [end[2][at : at + _FINGERPRINT] for at in range(0, len(end[2]), _FINGERPRINT)]
        return Block(begin[1], lines[place], list(lines[place + 1 : other]), lines[other], prints)
    return None


def _is_mark(line: str) -> bool:
    line = line.strip()
    return line.startswith("<!-- tuimon:") and bool(_BEGIN.fullmatch(line) or _END.fullmatch(line))


def _marks(name: str, fingerprints: str) -> tuple[str, str]:
    begin = f"<!-- tuimon:begin {name} {_check(name, fingerprints)} -->"
    return begin, f"<!-- tuimon:end {name} {fingerprints} -->"


def _check(name: str, fingerprints: str) -> str:
    return _digest(f"{name} {fingerprints}", _CHECK)


def _digest(text: str, length: int) -> str:
    data = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
    return base64.b32encode(data).decode("ascii").lower()[:length]
