"""The pages by name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.resources import files

# In the order in which they are best read.
PAGES = ("guide", "quick-reference", "log-format", "internals")


class UnknownPage(LookupError):  # noqa: N818 (it names the page, not the failure)
    """No page is meant by ``text``; ``nearest`` are names like it, all of them where none is."""

    def __init__(self, text: str, nearest: Sequence[str]) -> None:
        super().__init__(f"no page is called {text!r}; there are {', '.join(nearest)}")
        self.text = text
        self.nearest = tuple(nearest)


def page_text(name: str) -> str:
    """The page in Markdown. Raises ``KeyError`` for a name that is none."""
    if name not in PAGES:
        raise KeyError(name)
    return files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8")


def page_summary(name: str) -> str:
    """The page's first paragraph, on one line."""
    return " ".join(page_text(name).split("\n\n")[1].split())


def find_page(text: str) -> str:
    """The page that a person means: its name, with or without ``.md``, or the beginning of it.

    Raises :class:`UnknownPage`.
    """
    wanted = text.lower().removesuffix(".md").replace("_", "-")
    if wanted in PAGES:
        return wanted
    begun = [name for name in PAGES if wanted and name.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    raise UnknownPage(text, get_close_matches(wanted, PAGES, n=1, cutoff=0.5) or PAGES)
