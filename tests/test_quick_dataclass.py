"""The quick decorator makes what the standard one makes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Mapping
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Quick:
    """Some fields, some with defaults."""

    unit: ClassVar[str] = "ms"
    name: str
    value: float = 0.5
    more: Mapping[str, int] = dataclasses.field(default_factory=dict)
    quiet: int = dataclasses.field(default=3, compare=False, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """The same fields."""

    unit: ClassVar[str] = "ms"
    name: str
    value: float = 0.5
    more: Mapping[str, int] = dataclasses.field(default_factory=dict)
    quiet: int = dataclasses.field(default=3, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Single:
    """One field."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """Equal to itself alone."""

    value: int


ARGUMENTS = st.fixed_dictionaries(
    {"name": st.text()},
    optional={
        "value": st.floats(allow_nan=False),
        "more": st.dictionaries(st.text(), st.integers()),
        "quiet": st.integers(),
    },
)


@given(ARGUMENTS, ARGUMENTS)
def test_values_representation_and_equality_are_the_standard_ones(
    first: dict[str, object], second: dict[str, object]
) -> None:
    """Whatever the arguments, fields, ``repr``, ``asdict`` and equality agree with the standard decorator."""
    quick, standard = Quick(**first), Standard(**first)  # type: ignore[arg-type]
    other_quick, other_standard = Quick(**second), Standard(**second)  # type: ignore[arg-type]
    assert dataclasses.asdict(quick) == dataclasses.asdict(standard)
    assert repr(quick) == repr(standard).replace("Standard", "Quick")
    assert (quick == other_quick) is (standard == other_standard)
    assert quick == Quick(**first)  # type: ignore[arg-type]
    assert quick != object()


@given(ARGUMENTS)
def test_copies_are_equal(arguments: dict[str, object]) -> None:
    """``replace``, copies and pickles of a frozen object give an equal one."""
    quick = Quick(**arguments)  # type: ignore[arg-type]
    for other in (
        dataclasses.replace(quick),
        copy.copy(quick),
        copy.deepcopy(quick),
        pickle.loads(pickle.dumps(quick)),
    ):
        assert other == quick
        assert other.quiet == quick.quiet
    assert dataclasses.replace(quick, value=2.0).value == 2.0


def test_it_is_frozen_and_has_slots() -> None:
    """Nothing can be assigned, deleted or added."""
    quick = Quick("a")
    for name in ("name", "other"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(quick, name, "b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        del quick.name
    assert not hasattr(quick, "__dict__")


def test_wrong_calls_are_refused() -> None:
    """A missing, an unknown and a surplus argument are TypeErrors, at the first call and at the next."""
    for arguments in ({}, {"value": 1, "other": 2}):
        with pytest.raises(TypeError):
            Single(**arguments)
    with pytest.raises(TypeError, match=r"Single\.__init__"):
        Single(1.0, 2.0)  # type: ignore[call-arg]


def test_defaults_are_made_anew() -> None:
    """Two objects share no default dictionary."""
    assert Quick("a").more is not Quick("a").more


def test_equal_objects_have_one_hash() -> None:
    """Hashes go with equality, also of a single field; without it both are by identity."""
    assert hash(Single(0.0)) == hash(Single(-0.0))
    assert {Single(1.0), Single(1.0)} == {Single(1.0)}
    assert Identity(1) != Identity(1)
    assert len({Identity(1), Identity(1)}) == 2


def test_pattern_matching_by_position() -> None:
    """The fields can be matched in their order."""
    match Quick("a", 2.0):
        case Quick(name, value):
            assert (name, value) == ("a", 2.0)
