"""The blocks of code in a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A block, its language, and the number of its first line in the page."""

    language: str
    code: str
    line: int


def code_blocks(markdown: str) -> list[CodeBlock]:
    """All fenced blocks in order."""
    return [
        CodeBlock(match[1], match[2], markdown.count("\n", 0, match.start(2)) + 1)
        for match in _FENCE.finditer(markdown)
    ]
