"""Identifiers: stable for the same parts, different for any others."""

import inspect
import re

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.ids import command_key, order_id, order_number, owner_key, product_id

SECRET = b"test secret"
PARTS = st.tuples(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))


def order_of(parts: tuple[str, str, str, str], secret: bytes = SECRET) -> str:
    stage, kind, owner, key = parts
    return order_id(secret, stage=stage, owner_kind=kind, owner=owner, key=key)


@given(PARTS, PARTS)
def test_no_two_lists_of_parts_give_one_id(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    assume(one != other)
    assert order_of(one) != order_of(other)


@given(PARTS, st.integers(1, 3))
def test_moving_a_character_to_the_next_part_changes_the_id(
    parts: tuple[str, str, str, str], at: int
) -> None:
    assume(parts[at])
    moved = list(parts)
    moved[at - 1], moved[at] = parts[at - 1] + parts[at][0], parts[at][1:]
    assert order_of(parts) != order_of((moved[0], moved[1], moved[2], moved[3]))


def test_an_order_keeps_its_id_across_retries_and_another_secret_gives_another() -> None:
    parts = ("dev", "CUSTOMER", "customer-1", "key")
    assert order_of(parts) == order_of(parts)
    assert order_of(parts) != order_of(parts, b"another")


def test_an_order_id_is_opaque_and_of_one_shape() -> None:
    assert re.fullmatch(r"ord_[a-z2-7]{26}", order_of(("dev", "CUSTOMER", "customer-1", "key")))


def test_who_places_an_order_is_no_part_of_its_id() -> None:
    assert set(inspect.signature(order_id).parameters) == {"secret", "stage", "owner_kind", "owner", "key"}


def test_ids_of_different_things_never_meet() -> None:
    same = ("CUSTOMER", "key")
    assert len({owner_key(SECRET, *same)[:20], product_id(SECRET, *same)[4:], command_key(*same)[:20]}) == 3


def test_an_owner_is_not_readable_from_its_key() -> None:
    key = owner_key(SECRET, "CUSTOMER", "customer-1")
    assert re.fullmatch(r"[a-z2-7]{26}", key)
    assert key != owner_key(SECRET, "GUEST", "customer-1")


def test_a_number_is_a_prefix_and_eight_digits_and_another_attempt_gives_another() -> None:
    first, second = order_number("B-", "ord_a", 0), order_number("B-", "ord_a", 1)
    assert re.fullmatch(r"B-[0-9]{8}", first)
    assert first != second
