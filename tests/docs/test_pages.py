"""The pages: complete, linked, found by name, laid out at any width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuimon.charts.page_text import page_lines
from tuimon.charts.palette import ANSI, DARK, NO_COLOUR
from tuimon.charts.text_line import line_text
from tuimon.docs import pages
from tuimon.docs.pages import PAGES, UnknownPage, find_page, page_summary, page_text

CHECKOUT = Path(__file__).parents[2]


def test_every_page_is_listed() -> None:
    """A page that is written is shown."""
    written = {path.stem for path in Path(pages.__file__).parent.glob("*.md")}
    assert written == set(PAGES)
    assert all(page_text(name).startswith("# ") for name in PAGES)
    assert all(20 < len(page_summary(name)) < 120 for name in PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """To other pages; and the README leads to each page."""
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", page_text(page)):
        assert target.removesuffix(".md") in PAGES, target
    assert f"(tuimon/docs/{page}.md)" in (CHECKOUT / "README.md").read_text(encoding="utf-8")


def test_the_files_that_internals_names_are_there() -> None:
    """Rooms and modules, as ``store/ingest.py`` or ``tests/...``."""
    named = re.findall(r"`([\w/]+/[\w/]+\.py|tuimon/\w+)`", page_text("internals"))
    assert len(named) > 30
    for name in named:
        places = (CHECKOUT / name, CHECKOUT / "tuimon" / name)
        assert any(place.exists() for place in places) or "NAME" in name, name


def test_a_page_is_found_by_the_beginning_of_its_name() -> None:
    """With or without its ending; an unknown name gets the nearest one."""
    assert find_page("guide") == find_page("Gui") == find_page("guide.md") == "guide"
    assert find_page("quick_reference") == find_page("quick") == "quick-reference"
    with pytest.raises(UnknownPage, match="no page is called 'internal-s'; there are internals"):
        find_page("internal-s")
    with pytest.raises(UnknownPage) as unknown:
        find_page("xyz")
    assert unknown.value.nearest == PAGES
    with pytest.raises(KeyError):
        page_text("../pages")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("theme", [DARK, ANSI, NO_COLOUR], ids=lambda theme: theme.name)
def test_pages_are_laid_out_at_any_width(page: str, theme: object) -> None:
    """No line is wider, whatever the terminal; without UTF-8 all is ASCII."""
    for width in (20, 40, 80, 120, 200):
        lines = page_lines(page_text(page), width, theme=theme)  # type: ignore[arg-type]
        assert max(cell_len(line_text(line)) for line in lines) <= width
    ascii_lines = page_lines(page_text(page), 80, ascii=True, theme=DARK)
    assert all(line_text(line).isascii() for line in ascii_lines)


def test_a_page_keeps_its_words_at_80_columns() -> None:
    """Code, keys and sentences are there."""
    text = "\n".join(line_text(line).strip() for line in page_lines(page_text("guide"), 80))
    for words in (
        "Gradient accumulation",
        "from tuimon import ExperimentTracker",
        "tuimon journal",
        "spike = 12.0",
    ):
        assert words in text
    assert "```" not in text
    assert "](" not in text


def test_what_only_looks_like_html_is_shown() -> None:
    """A named group of a pattern stands as it is written, in code and out of it; comments are left out."""
    page = "# `run <name>`\n\nas in 'step (?P<step>\\d+)' or `loss (?P<loss>\\S+)`\n\n<step> first\n\n- <b>\n"
    page += "\n<!-- x -->\n"
    text = "\n".join(line_text(line).strip() for line in page_lines(page, 80))
    for words in ("run <name>", r"'step (?P<step>\d+)'", r"loss (?P<loss>\S+)", "<step> first", "<b>"):
        assert words in text
    assert "x -->" not in text
    assert r"(?P<iteration>\d+)" in "\n".join(line_text(line) for line in page_lines(page_text("guide"), 120))


@given(st.text(max_size=300), st.integers(1, 120))
def test_any_text_can_be_laid_out(text: str, width: int) -> None:
    """Whatever a page holds, its lines fit."""
    for line in page_lines(text, width):
        assert cell_len(line_text(line)) <= width
