"""The order of metrics: prefixes together, stars in front, what shares a chart never apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.builder import make_run
from tuimon.analysis.metric_order import (
    Group,
    is_starred,
    metric_groups,
    prefix_of,
    star_toggled,
    starred_first,
)

NAMES = st.lists(
    st.sampled_from(
        ["val_loss", "train_loss", "lr", "a/x", "a/y", "b/x", "train/acc", "val/acc", "gpu", "[z]*"]
    ),
    unique=True,
)


def groups_of(names: list[str]) -> tuple[Group, ...]:
    return metric_groups([make_run(metrics={name: [1.0] for name in names})])


def test_metrics_of_one_prefix_stand_together() -> None:
    """What has no prefix first, then prefix by prefix, system figures last; train/acc stands by val/acc."""
    names = [
        "val_loss",
        "learning_rate",
        "system/gpu",
        "optim/norm",
        "train/acc",
        "system/ram",
        "val/acc",
        "optim/beta",
    ]
    assert groups_of(names) == (
        ("val_loss",),
        ("learning_rate",),
        ("val/acc", "train/acc"),
        ("optim/beta",),
        ("optim/norm",),
        ("system/gpu",),
        ("system/ram",),
    )


def test_a_prefix_is_that_of_all() -> None:
    """A chart of val/acc and train/acc belongs to neither."""
    assert prefix_of(("optim/lr",)) == "optim"
    assert prefix_of(("val/acc", "train/acc")) == ""
    assert prefix_of(("loss",)) == ""


def test_starred_ones_are_in_front_in_the_order_of_the_stars() -> None:
    """A pattern stars all that it matches; the starred metric leads the chart that it shares."""
    groups = (("val_loss", "train_loss"), ("lr",), ("a/x",), ("a/y",))
    assert starred_first(groups, ("a/?", "train_loss")) == (
        ("a/x",),
        ("a/y",),
        ("train_loss", "val_loss"),
        ("lr",),
    )


@given(names=NAMES, starred=NAMES)
def test_stars_lose_and_part_nothing(names: list[str], starred: list[str]) -> None:
    """Whatever is starred, the same metrics share the same charts."""
    groups = groups_of(names)
    after = starred_first(groups, starred)
    assert sorted(sorted(group) for group in groups) == sorted(sorted(group) for group in after)


@given(
    names=NAMES.filter(bool),
    starred=st.lists(st.sampled_from(["a/*", "lr", "*", "gpu", "[z]*"]), unique=True),
)
def test_a_star_can_always_be_set_and_taken_away(names: list[str], starred: list[str]) -> None:
    """Toggling changes this metric's star and no other's, also where a pattern had set it."""
    changed = star_toggled(names[0], starred, names)
    assert is_starred(names[0], changed) is not is_starred(names[0], starred)
    for name in names[1:]:
        assert is_starred(name, changed) is is_starred(name, starred)
