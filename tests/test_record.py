"""A record is a frozen, slotted dataclass in everything but the time it takes to define."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.record import record


@record
class Quick:
    """The one under test."""

    name: str
    size: int = 3
    tags: tuple[str, ...] = ()
    kept: dict[str, int] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Plain:
    """The one it stands in for."""

    name: str
    size: int = 3
    tags: tuple[str, ...] = ()
    kept: dict[str, int] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


VALUES = st.fixed_dictionaries(
    {"name": st.text(max_size=3)},
    optional={"size": st.integers(0, 2), "tags": st.just(("a",)), "kept": st.just({"a": 1}), "secret": st.just("s")},
)


@given(VALUES, VALUES)
def test_it_equals_shows_and_lists_itself_like_a_dataclass(one: dict[str, object], other: dict[str, object]) -> None:
    quick, plain = Quick(**one), Plain(**one)  # type: ignore[arg-type]  # drawn by name above
    assert (quick == Quick(**other)) == (plain == Plain(**other))  # type: ignore[arg-type]  # the same
    assert repr(quick).replace("Quick", "Plain") == repr(plain)
    assert asdict(quick) == asdict(plain)
    assert [part.name for part in fields(quick)] == [part.name for part in fields(plain)]
    assert pickle.loads(pickle.dumps(quick)) == copy.deepcopy(quick) == quick  # noqa: S301 -- what was written just now


def test_it_is_frozen_and_slotted_and_hashes_by_value() -> None:
    one = Quick("a")
    with pytest.raises(FrozenInstanceError):
        one.name = "b"  # type: ignore[misc]  # that is the point
    with pytest.raises(FrozenInstanceError):
        del one.name
    assert not hasattr(one, "__dict__")
    other: object = Plain("a")
    assert one != other

    @record
    class Small:
        number: int

    assert len({Small(1), Small(1), Small(2)}) == 2


def test_every_record_gets_its_own_default_from_a_factory() -> None:
    assert Quick("a").kept is not Quick("b").kept
    assert replace(Quick("a", size=9), name="b") == Quick("b", size=9)


def test_arguments_are_checked_like_any_others() -> None:
    with pytest.raises(TypeError, match="name"):
        Quick()  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError, match="unknown"):
        Quick("a", unknown=1)  # type: ignore[call-arg]  # that is the point


def test_a_class_with_more_to_do_at_construction_still_does_it() -> None:
    @record
    class Checked:
        number: int

        def __post_init__(self) -> None:
            if self.number < 0:
                raise ValueError("negative")

    with pytest.raises(ValueError, match="negative"):
        Checked(-1)
