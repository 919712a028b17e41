"""From arguments to typed values: each problem has its path, and what was written reads back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import Id
from tests.wiring.things import Color, PartInput, ThingInput
from wiring.decoding import Problems, decoder, nullable
from wiring.encoding import encode


def read(value: object, kind: object = ThingInput) -> tuple[Any, list[tuple[str, str]]]:
    problems: Problems = []
    decoded = decoder(kind)(value, ("input",), problems)
    return decoded, [(".".join(path), words) for path, words in problems]


def test_an_input_becomes_its_typed_value() -> None:
    value, problems = read(
        {
            "name": "Lamp", "color": "DARK_BLUE", "shippedAt": "2026-01-31T10:30:00.000+01:00", "tags": ["a"],
            "parts": [{"lineId": "1", "quantity": 2}], "from": "here",
        }
    )  # fmt: skip
    assert problems == []
    assert value == ThingInput(
        "Lamp",
        color=Color.DARK_BLUE,
        shipped_at=datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
        tags=("a",),
        parts=(PartInput(Id("1"), 2),),
        from_="here",
    )


WRONG: list[tuple[object, str, str]] = [
    (None, "input", "an object"),
    ([], "input", "an object"),
    ("text", "input", "an object"),
    ({}, "input.name", "is required"),
    ({"name": None}, "input.name", "is required"),
    ({"name": 7}, "input.name", "a text"),
    ({"name": ""}, "input.name", "1 to 10 characters"),
    ({"name": "x" * 11}, "input.name", "1 to 10 characters"),
    ({"name": "x", "size": "3"}, "input.size", "a whole number"),
    ({"name": "x", "size": 3.0}, "input.size", "a whole number"),
    ({"name": "x", "size": True}, "input.size", "a whole number"),
    ({"name": "x", "size": 10}, "input.size", "must be 0 to 9"),
    ({"name": "x", "size": -1}, "input.size", "must be 0 to 9"),
    ({"name": "x", "fragile": 1}, "input.fragile", "true or false"),
    ({"name": "x", "fragile": "true"}, "input.fragile", "true or false"),
    ({"name": "x", "color": "red"}, "input.color", "one of RED, DARK_BLUE"),
    ({"name": "x", "color": ["RED"]}, "input.color", "one of RED, DARK_BLUE"),
    ({"name": "x", "shippedAt": "2026-01-31"}, "input.shippedAt", "a time with its offset"),
    ({"name": "x", "shippedAt": "2026-01-31T09:30:00"}, "input.shippedAt", "a time with its offset"),
    ({"name": "x", "shippedAt": "yesterday"}, "input.shippedAt", "a time with its offset"),
    ({"name": "x", "shippedAt": 1_700_000_000}, "input.shippedAt", "a time with its offset"),
    ({"name": "x", "shippedAt": "0001-01-01T00:00:00+14:00"}, "input.shippedAt", "a time with its offset"),
    ({"name": "x", "shippedAt": "9999-12-31T23:59:59-14:00"}, "input.shippedAt", "a time with its offset"),
    ({"name": "x", "shippedAt": datetime(2026, 1, 31)}, "input.shippedAt", "a time with its offset"),  # noqa: DTZ001
    ({"name": "x", "code": "abc"}, "input.code", "two capital letters"),
    ({"name": "x", "code": "AB\n"}, "input.code", "two capital letters"),
    ({"name": "x", "tags": "a"}, "input.tags", "must be a list"),
    ({"name": "x", "tags": ["a", 1]}, "input.tags.1", "a text"),
    ({"name": "x", "tags": ["a", None]}, "input.tags.1", "a text"),
    ({"name": "x", "tags": list("abcd")}, "input.tags", "0 to 3 entries"),
    ({"name": "x", "parts": [{"lineId": "1", "quantity": 1}, {"lineId": "2"}]}, "input.parts.1.quantity", "is required"),
    ({"name": "x", "parts": [{"lineId": "1", "quantity": 0}]}, "input.parts.0.quantity", "must be 1 to 9"),
    ({"name": "x", "parts": [None]}, "input.parts.0", "an object"),
    ({"name": "x", "colour": "RED"}, "input.colour", "is not a field"),
    ({"name": "x", "from_": "y"}, "input.from_", "is not a field"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "path", "words"), WRONG)
def test_a_wrong_value_is_told_by_its_path(value: object, path: str, words: str) -> None:
    _, ((told_path, told_words),) = read(value)
    assert told_path == path
    assert words in told_words


def test_all_that_is_wrong_is_told_at_once() -> None:
    decoded, problems = read({"size": 99, "tags": [1, 2], "color": "?"})
    assert decoded is None
    assert [path for path, _ in problems] == [
        "input.name", "input.size", "input.color", "input.tags.0", "input.tags.1",
    ]  # fmt: skip


def test_an_explicit_null_is_as_good_as_leaving_an_optional_field_out() -> None:
    assert read({"name": "x", "size": None, "note": None, "tags": None}) == (ThingInput("x"), [])


def test_times_are_kept_in_utc_so_that_one_moment_has_one_spelling() -> None:
    value, _ = read("2026-01-31T10:30:00+01:00", datetime)
    assert (value.isoformat(), value.tzinfo) == ("2026-01-31T09:30:00+00:00", UTC)


TIMES = st.datetimes(
    datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m)))  # noqa: DTZ001
).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))  # fmt: skip
THINGS = st.builds(
    ThingInput,
    name=st.text(min_size=1, max_size=10),
    size=st.integers(0, 9),
    fragile=st.booleans(),
    color=st.none() | st.sampled_from(Color),
    shipped_at=st.none() | TIMES,
    code=st.none() | st.from_regex(r"\A[A-Z]{2}\Z"),
    tags=st.lists(st.text(), max_size=3).map(tuple),
    parts=st.none()
    | st.lists(
        st.builds(PartInput, st.text(min_size=1, max_size=128).map(Id), st.integers(1, 9)), max_size=3
    ).map(tuple),
    note=st.none() | st.text(),
    from_=st.text(),
)


@given(THINGS)
def test_what_was_encoded_decodes_to_the_same(thing: ThingInput) -> None:
    assert read(encode(thing)) == (thing, [])


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["name", "size", "tags", "parts", "shippedAt", "color", "x"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_any_json_is_either_a_value_or_has_a_problem_with_a_path(value: object) -> None:
    decoded, problems = read(value)
    assert isinstance(decoded, ThingInput) or problems
    assert all(path.startswith("input") for path, _ in problems)


@pytest.mark.parametrize(
    "annotation", [float, object, int | str, int | str | None, dict[str, int], list[int], None]
)
def test_what_graphql_cannot_carry_is_no_argument(annotation: object) -> None:
    with pytest.raises(TypeError):
        decoder(annotation)


@pytest.mark.parametrize(
    ("annotation", "admits"), [(int, False), (int | None, True), (Id | None, True), (Id, False)]
)
def test_an_annotation_says_whether_null_is_admitted(annotation: object, admits: bool) -> None:
    assert nullable(annotation) is admits


@pytest.mark.parametrize("text", ["", "x" * 129])
def test_an_id_that_no_key_can_hold_is_refused(text: str) -> None:
    assert read(text, Id)[1]


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert [path for path, _ in read("\ud800", str)[1]] == ["input"]
