"""Frozen values behave as the standard library's frozen dataclasses do."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from kb.frozen import FEW, dataclass, remade, rows_of


@dataclass(frozen=True, slots=True)
class Place:
    """A place."""

    kind: str
    line: int
    end: int | None = None

    def __post_init__(self) -> None:
        if self.line < 1:
            raise ValueError(f"line {self.line}")

    @property
    def last(self) -> int:
        return self.end or self.line


@dataclass(frozen=True, slots=True)
class Other:
    kind: str
    line: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class One:
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    kind: str
    line: int
    end: int | None = None


def test_made_by_position_and_by_name() -> None:
    assert Place("条", 3) == Place(kind="条", line=3, end=None) == Place("条", end=None, line=3)
    assert Place("条", 3).last == 3
    assert Place("条", 3, 9).last == 9


@pytest.mark.parametrize(("given", "named"), [((), {}), (("条",), {}), (("条", 1, 2, 3), {}), (("条", 1), {"place": 2}), (("条", 1), {"kind": "款"})])
def test_wrong_arguments(given: Any, named: Any) -> None:
    for kind in (Place, Standard):
        with pytest.raises(TypeError):
            kind(*given, **named)


def test_checked_when_made() -> None:
    for _ in range(FEW + 2):  # the first values of a class are made another way than the later ones
        with pytest.raises(ValueError, match="line 0"):
            Place("条", 0)


def test_the_first_values_are_as_the_later_ones() -> None:
    @dataclass(frozen=True, slots=True)
    class Fresh:
        kind: str
        line: int = 1

    made = [Fresh("条", n) if n % 2 else Fresh(line=n, kind="条") for n in range(FEW + 3)]
    assert [(f.kind, f.line) for f in made] == [("条", n) for n in range(FEW + 3)]
    assert {Fresh("款"), Fresh("款", line=1)} == {Fresh(kind="款")} and Fresh._made == FEW  # type: ignore[attr-defined]
    for wrong in ({}, {"place": 1, "kind": "款"}):
        with pytest.raises(TypeError):
            Fresh(**wrong)


def test_cannot_change() -> None:
    place: Any = Place("条", 3)
    for change in (lambda: setattr(place, "line", 4), lambda: setattr(place, "other", 4), lambda: delattr(place, "line")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert place.line == 3
    assert not hasattr(place, "__dict__")


def test_equal_and_hashed_by_value_within_a_class() -> None:
    assert Place("条", 3) != Place("条", 4)
    assert Place("条", 3) != Other("条", 3)
    assert len({Place("条", 3), Place("条", 3), Place("款", 3)}) == 2
    assert One("甲") == One("甲") != One("乙")


def test_shown_as_by_the_standard_library() -> None:
    assert repr(Place("条", 3)) == repr(Standard("条", 3)).replace("Standard", "Place")
    assert repr(One("甲")) == "One(text='甲')"


def test_known_to_dataclasses() -> None:
    place = Place("条", 3)
    assert dataclasses.is_dataclass(place)
    assert [f.name for f in dataclasses.fields(Other)] == [f.name for f in dataclasses.fields(Standard)]
    assert dataclasses.asdict(place) == {"kind": "条", "line": 3, "end": None}
    assert dataclasses.replace(place, end=5) == Place("条", 3, 5)
    with pytest.raises(ValueError, match="line -1"):
        dataclasses.replace(place, line=-1)


def test_matched_copied_pickled() -> None:
    match Place("条", 3):
        case Place("条", line, None):
            assert line == 3
        case _:
            pytest.fail("no match")
    place = Place("条", 3, 4)
    assert pickle.loads(pickle.dumps(place)) == place == copy.copy(place) == copy.deepcopy(place)


def test_only_frozen_values_with_slots() -> None:
    with pytest.raises(TypeError):
        dataclass(frozen=False)  # type: ignore[call-overload]


def test_a_value_without_fields() -> None:
    @dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    assert Nothing() == Nothing() and hash(Nothing()) == hash(Nothing()) and repr(Nothing()).endswith("Nothing()")


def test_taken_apart_and_put_together() -> None:
    places = [Place("条", 3, 4), Place("款", 1)]
    assert rows_of(Place, places) == [("条", 3, 4), ("款", 1, None)]
    made = remade(Place, rows_of(Place, places))
    assert made == tuple(places) and {type(place) for place in made} == {Place}
    with pytest.raises(dataclasses.FrozenInstanceError):
        made[0].line = 4  # type: ignore[misc]
