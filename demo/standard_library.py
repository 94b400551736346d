"""The text to learn from: sources of the standard library, which every Python ships."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from language_model import Tokens

CHARACTERS = "\n" + "".join(map(chr, range(32, 127)))

# Modules that are one large file in every Python from 3.11 on, in the order in which they are read; the last
# tenth of the text is held out.
MODULES = """
    argparse ast bdb calendar cmd codecs configparser contextlib copy csv dataclasses decimal difflib dis
    doctest enum fileinput fractions ftplib functools gettext glob gzip heapq imaplib inspect ipaddress locale
    mailbox mimetypes netrc optparse os pdb pickle pickletools platform plistlib poplib posixpath pprint pydoc
    random shelve shlex shutil smtplib socket socketserver ssl statistics subprocess tarfile tempfile textwrap
    threading timeit tokenize trace traceback turtle typing uuid warnings weakref
"""


class StandardLibrary:
    """Characters as small integers, and random excerpts of them."""

    def __init__(self) -> None:
        directory = Path(os.__file__).parent
        paths = [path for path in (directory / f"{name}.py" for name in MODULES.split()) if path.is_file()]
        if not paths:
            raise FileNotFoundError(f"{directory}: this Python ships no sources to learn from")
        text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
        code_points = np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8)
        index = np.full(256, CHARACTERS.index("?"))
        index[[ord(character) for character in CHARACTERS]] = range(len(CHARACTERS))
        tokens = index[code_points]
        cut = len(tokens) * 9 // 10
        self.train, self.held_out = tokens[:cut], tokens[cut:]

    def excerpts(
        self, part: Tokens, count: int, length: int, rng: np.random.Generator
    ) -> tuple[Tokens, Tokens]:
        """``count`` random excerpts of ``length`` characters, and the same moved on by one: the targets."""
        starts = rng.integers(0, len(part) - length - 1, size=(count, 1))
        windows = part[starts + np.arange(length + 1)]
        return windows[:, :-1], windows[:, 1:]
