"""The text of the journal on its way: what is there, what was written before, and where new parts go.

Only what stands between marks (``journal_marks``) is ever written anew. Two more lines carry what has to be
known: where the next run goes, and what was written before, so that a part which a person deleted stays away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tuimon.export.journal_marks import Block, Text, parse, refresh

NEXT = "<!-- tuimon:next: the sections of new runs are written above this line -->"
_IS_NEXT = re.compile(r"<!-- tuimon:next\b[^>]*-->")
_KNOWN = re.compile(r"<!-- tuimon:known((?: [^\s<>]+)*) -->")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter: written once, at the end of the text. One that ``holds_runs`` gets the new sections."""

    name: str
    lines: list[str]
    holds_runs: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The new text, and what was done: parts refreshed, lines of the person's moved out of them.

    ``stray`` are the numbers, from 1, of lines with a mark whose partner is missing: that part is left alone.
    """

    text: str
    refreshed: int
    moved: int
    stray: tuple[int, ...]


class Draft:
    """A journal that is being refreshed. ``known`` names all that was ever written, in its order."""

    def __init__(self, existing: str, *, restore: bool = False) -> None:
        self.is_new = not existing.strip(f"{_BYTE_ORDER_MARK} \t\r\n")
        self._restore = restore
        self._prefix = _BYTE_ORDER_MARK if self.is_new and existing.startswith(_BYTE_ORDER_MARK) else ""
        self._lines = [] if self.is_new else existing.split("\n")
        returns = sum(line.endswith("\r") for line in self._lines)
        self._line_end = "\r" if returns * 2 > len(self._lines) else ""
        listed = [_KNOWN.fullmatch(line.strip()) for line in self._lines]
        self.known = [name for match in listed if match for name in match[1].split()]
        self.present = parse(self._lines).names
        """The names of the blocks that are there."""

    def know(self, names: Iterable[str]) -> None:
        """Remember that these parts were written."""
        known = set(self.known)
        self.known += [name for name in names if name not in known]

    def is_away(self, name: str) -> bool:
        """Whether the part is not to be written: it is there, or was and a person deleted it."""
        return name in self.present or (name in self.known and not self._restore)

    def rename(self, renames: Mapping[str, str]) -> None:
        """Give blocks other names, with all that is in them."""
        lines: list[str] = []
        for part in parse(self._lines).parts:
            if isinstance(part, Block) and part.name in renames:
                part = part.renamed(renames[part.name])
            lines += part.lines if isinstance(part, Text) else part
        self._lines = lines
        self.present = parse(lines).names
        self.known = [renames.get(name, name) for name in self.known]

    def write(
        self,
        contents: Mapping[str, Sequence[str]],
        sections: Sequence[str],
        title: Sequence[str],
        parts: Sequence[Part],
    ) -> Written:
        """Refresh the blocks that have ``contents``, add new ``sections`` and the missing ``parts``."""
        parsed = parse(self._lines)
        refreshed = refresh(parsed, contents, line_end=self._line_end)
        self._lines = refreshed.lines
        if self.is_new:
            self._append([self._prefix + title[0], *title[1:]])
        if sections and not any(part.holds_runs for part in parts):
            self._insert(sections)
        for part in parts:
            inside = [*sections, NEXT] if part.holds_runs else []
            self._append([*part.lines, *inside])
            self.know([part.name])
        self._write_known()
        return Written("\n".join(self._lines), refreshed.changed, refreshed.kept, tuple(parsed.stray))

    def has_next(self) -> bool:
        """Whether the line is there that says where new sections go."""
        return self._next_place() is not None

    def _next_place(self) -> int | None:
        return next((n for n, line in enumerate(self._lines) if _IS_NEXT.fullmatch(line.strip())), None)

    def _insert(self, sections: Sequence[str]) -> None:
        """New sections above the line for them; at the end of the text where a person deleted that."""
        place = self._next_place()
        if place is None:
            self._append(sections)
            return
        apart = [""] if place and self._lines[place - 1].strip() else []
        self._lines[place:place] = [line + self._line_end for line in (*apart, *sections)]

    def _append(self, new: Sequence[str]) -> None:
        lines = self._lines
        if lines and lines[-1] == "":
            lines.pop()
        elif lines and self._line_end and not lines[-1].endswith(self._line_end):
            lines[-1] += self._line_end
        apart = [""] if lines and lines[-1].strip() else []
        while new and not new[-1]:
            new = new[:-1]
        lines += [line + self._line_end for line in (*apart, *new)]
        lines.append("")

    def _write_known(self) -> None:
        places = [n for n, line in enumerate(self._lines) if _KNOWN.fullmatch(line.strip())]
        line = f"<!-- tuimon:known {' '.join(self.known)} -->"
        if not places:
            self._append([line])
            return
        # Others than the last are left by a merge: what they know is in the last one too, and they may stay.
        last = self._lines[places[-1]]
        listed = {name for place in places for name in self._lines[place].split()}
        if not set(self.known) <= listed:
            self._lines[places[-1]] = line + ("\r" if last.endswith("\r") else "")
