"""Names cut to a width still tell runs apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuimon.charts.distinct_names import cut_name, cut_names

SIX = [f"lr_{rate}_wd0.1" for rate in ("1e-02", "1e-03", "1e-04", "3e-04", "6e-04")] + ["lr_6e-04_wd0.0"]


@given(st.integers(7, 20))
def test_names_of_a_sweep_stay_apart(width: int) -> None:
    """Learning rates and weight decays can be told from each other in as little as seven cells."""
    cut = [cut_name(name, width, SIX) for name in SIX]
    assert len(set(cut)) == len(SIX)
    assert all(cell_len(text) <= width for text in cut)


def test_the_differing_part_is_kept() -> None:
    """In the width of an end label at 80 columns the learning rate is whole."""
    assert cut_name("lr_1e-03_wd0.1", 11, SIX) == "1e-03_wd0.1"


@given(st.lists(st.text("ab-_/0日", min_size=1, max_size=30), min_size=1, max_size=9, unique=True))
def test_different_names_are_never_cut_alike(names: list[str]) -> None:
    """Whatever the names are, no two of them read the same, and none is wider than asked for."""
    for width in (4, 9, 16):
        cut = [cut_name(name, width, names) for name in names]
        assert len(set(cut)) == len(names)
        assert all(cell_len(text) <= width for text in cut)


def test_numbers_that_begin_alike_are_kept_whole() -> None:
    """0.001 was …1 beside …03 for 0.0003."""
    names = ("transformer_lr0.0003_seed1", "transformer_lr0.001_seed1", "transformer_lr0.001_seed2")
    assert list(cut_names(names, 13).values()) == ["…0.0003_seed1", "…0.001_seed1", "…0.001_seed2"]
