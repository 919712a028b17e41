"""Bodies of webhooks: JSON, not too deep, and typed."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payment_report import RefundState
from providers import bodies
from providers.bodies import DEEPEST, MalformedError, depth, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def counted(value: Any) -> int:
    """The depth by recursion, the plain way."""
    if isinstance(value, dict):
        return 1 + max(map(counted, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(counted, value), default=0)
    return 0


@given(value=VALUES, ascii_only=st.booleans())
def test_depth_is_what_recursion_would_count(value: object, ascii_only: bool) -> None:
    assert depth(json.dumps(value, ensure_ascii=ascii_only).encode()) == counted(value)


@given(value=st.dictionaries(st.text(), VALUES, max_size=4))
def test_an_object_that_is_not_too_deep_is_read_as_it_is(value: dict[str, object]) -> None:
    if counted(value) <= DEEPEST:
        assert read_object(json.dumps(value).encode()) == value


@pytest.mark.parametrize(("levels", "taken"), [(DEEPEST, True), (DEEPEST + 1, False), (100_000, False)])
def test_the_depth_is_bounded(levels: int, taken: bool) -> None:
    body = b'{"a":' * (levels - 1) + b"{}" + b"}" * (levels - 1)
    if taken:
        assert list(read_object(body)) == ["a"]
    else:
        with pytest.raises(MalformedError, match="deeper than 20"):
            read_object(body)


def test_brackets_in_strings_do_not_count() -> None:
    assert read_object(json.dumps({"a": "[{" * 50 + '"\\'}).encode()) == {"a": "[{" * 50 + '"\\'}


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 131_000, b"[" * 262_000, b'"' * 262_001, b'{"' + b"\\" * 262_000]
)
def test_no_body_takes_long(body: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(MalformedError):
        read_object(body)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"1", b"null", b'{"a":1}x', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1,"a":2}',
        b'\xff{"a":1}', b'\xef\xbb\xbf{"a":1}', b'{"a":"\xc3"}', b'{"a":' + b"9" * 5_000 + b"}", b'{"a":"\n"}',
        '{"a":1}'.encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_not_a_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError):
        read_object(body)


@pytest.mark.parametrize("value", [None, 1, "", "a b", "a\n", "x" * 129, "é", "\ud800", ["a"]])
def test_an_id_is_printable_ascii(value: object) -> None:
    with pytest.raises(MalformedError, match="id: "):
        bodies.text({"id": value}, "id")


@pytest.mark.parametrize("value", [None, True, 1.0, "1", -1, 10**15 + 1])
def test_an_amount_is_a_whole_number(value: object) -> None:
    with pytest.raises(MalformedError, match="amount: "):
        bodies.whole({"amount": value}, "amount")


@pytest.mark.parametrize("value", [None, "DONE", "succeeded", 1, []])
def test_a_state_is_one_of_its_enum(value: object) -> None:
    with pytest.raises(MalformedError, match="state: one of PENDING"):
        bodies.member({"state": value}, "state", RefundState)


@pytest.mark.parametrize("value", [None, 1, "2026-11-26T09:30:00", "0001-01-01T00:00:00+14:00", "26/11/2026"])
def test_a_time_has_its_offset(value: object) -> None:
    with pytest.raises(MalformedError, match="at: "):
        bodies.moment({"at": value}, "at")


def test_an_object_in_a_field_is_required() -> None:
    with pytest.raises(MalformedError, match="data: an object"):
        bodies.inner({"data": []}, "data")
