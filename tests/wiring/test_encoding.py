"""From answers to JSON."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Generic, TypeVar

import pytest

from domain.ids import Id, Json
from domain.refusals import TransitionNotAllowed, UserError, invalid
from tests.wiring.things import Color, Thing, ThingPayload
from wiring.encoding import encode

Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Node]):
    """An answer with a field of each kind."""

    made_at: datetime
    color: Color | None
    nodes: tuple[Node, ...]
    data: Json
    id: Id | None = None


@dataclass(frozen=True, slots=True)
class Single:
    """An answer of one field."""

    total: int


def test_an_answer_becomes_json_with_graphqls_names() -> None:
    at = datetime(2026, 1, 31, 10, 30, 0, 123_999, tzinfo=timezone(timedelta(hours=1)))
    answer = Answer(at, Color.DARK_BLUE, (Thing(Id("t"), 1, "me"),), Json({"a": [1]}))
    assert encode(answer) == {
        "madeAt": "2026-01-31T09:30:00.123Z",
        "color": "DARK_BLUE",
        "nodes": [{"id": "t", "size": 1, "seenBy": "me"}],
        "data": {"a": [1]},
        "id": None,
    }


@pytest.mark.parametrize("value", [None, True, 0, "", "text", 2**40])
def test_what_is_json_already_stays(value: object) -> None:
    assert encode(value) is value


def test_an_answer_of_one_field_is_still_an_object() -> None:
    assert encode(Single(3)) == {"total": 3}


def test_a_time_is_utc_with_milliseconds() -> None:
    assert encode(datetime(2026, 1, 31, tzinfo=UTC)) == "2026-01-31T00:00:00.000Z"


def test_the_members_of_an_interface_say_which_they_are() -> None:
    payload = ThingPayload(user_errors=(invalid("No.", "input", "size"),))
    assert encode(payload) == {
        "thing": None,
        "userErrors": [
            {
                "code": "INVALID_INPUT",
                "message": "No.",
                "path": ["input", "size"],
                "__typename": "InvalidInput",
            }
        ],
    }


def test_a_name_that_python_reserves_loses_its_underscore() -> None:
    refusal = TransitionNotAllowed("C", "m", (), "PLACED", ("CONFIRM",))
    encoded = encode(refusal)
    assert isinstance(encoded, dict)
    assert (encoded["from"], encoded["allowed"]) == ("PLACED", ["CONFIRM"])


@pytest.mark.parametrize("kind", [k for k in UserError.__subclasses__() if hasattr(k, "__slots__")])
def test_every_refusal_is_json(kind: type[UserError]) -> None:
    assert json.loads(json.dumps(encode(kind("CODE", "Message."))))["__typename"] == kind.__name__


@pytest.mark.parametrize("value", [1.5, object(), b"bytes", {1}])
def test_a_float_and_what_else_has_no_json_is_no_answer(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be an answer"):
        encode(value)
