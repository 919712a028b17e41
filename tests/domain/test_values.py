"""`@value` makes what `dataclass(frozen=True, slots=True)` makes: compared with it, case by case."""

import copy
import dataclasses
import pickle
from collections.abc import Mapping

import pytest

from domain.values import value


@value
class Point:
    """A value with a default of each kind."""

    x: int
    y: int = 0
    tags: Mapping[str, int] = dataclasses.field(default_factory=dict)
    secret: str = dataclasses.field(default="", repr=False)


@value
class Named(Point):
    """A value that builds on another."""

    name: str = ""


def test_values_are_equal_by_their_fields_within_one_class() -> None:
    assert Point(1) == Point(1, 0)
    assert Point(1) != Point(2)
    assert Point(1) != Named(1)
    other: object = (1, 0, {}, "")
    assert Point(1) != other


def test_equal_values_hash_alike() -> None:
    assert hash(Point(1, tags=())) == hash(Point(x=1, tags=()))  # type: ignore[arg-type]


def test_a_factory_makes_a_default_for_each_object() -> None:
    assert Point(1).tags == {}
    assert Point(1).tags is not Point(1).tags


def test_arguments_go_by_position_and_by_name_inherited_fields_first() -> None:
    named = Named(1, 2, name="n")
    assert (named.x, named.y, named.name) == (1, 2, "n")
    assert [field.name for field in dataclasses.fields(Named)] == ["x", "y", "tags", "secret", "name"]


@pytest.mark.parametrize(
    ("args", "given"), [((), {}), ((1, 2, {}, "", 5), {}), ((1,), {"x": 2}), ((1,), {"z": 2}), ((), {"y": 2})]
)
def test_arguments_that_do_not_fit_are_refused(args: tuple[int, ...], given: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point takes"):
        Point(*args, **given)  # type: ignore[arg-type]


def test_nothing_changes_a_value() -> None:
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match=r"Point\.x cannot be changed"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    with pytest.raises((AttributeError, TypeError)):
        point.other = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


def test_what_the_standard_library_does_with_dataclasses_works() -> None:
    named = Named(1, name="n")
    assert dataclasses.replace(named, y=5) == Named(1, 5, name="n")
    assert dataclasses.asdict(named) == {"x": 1, "y": 0, "tags": {}, "secret": "", "name": "n"}
    assert copy.deepcopy(named) == named
    assert pickle.loads(pickle.dumps(named)) == named


def test_a_pattern_reads_a_value() -> None:
    match Point(3, 4):
        case Point(x, y):
            assert (x, y) == (3, 4)


def test_a_value_shows_its_fields_but_those_that_are_not_to_be_shown() -> None:
    assert repr(Point(1, secret="hidden")) == "Point(x=1, y=0, tags={})"
