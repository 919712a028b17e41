"""Bounds, access, names, selections and logs: the small parts."""

import json
import logging

import pytest

from domain.events import OrderEvent
from tests.wiring.things import Thing
from wiring.access import CUSTOMERS, EVERYONE, SIGNED_IN, STAFF_GROUPS, SYSTEM, Access, staff
from wiring.bounds import Between, Length, Matching
from wiring.documents import selection
from wiring.logs import log
from wiring.naming import camel


@pytest.mark.parametrize(
    ("value", "fits"), [(1, True), (9, True), (0, False), (10, False), ("5", False), (None, False)]
)
def test_between_includes_both_ends(value: object, fits: bool) -> None:
    assert (Between(1, 9).problem(value) is None) is fits


@pytest.mark.parametrize(
    ("value", "fits"), [("ab", True), ("abc", True), ("a", False), (("a", "b"), True), (("a",), False)]
)
def test_length_counts_characters_or_entries(value: object, fits: bool) -> None:
    assert (Length(2, 3).problem(value) is None) is fits


@pytest.mark.parametrize(
    ("value", "words"),
    [("", "must have 1 to 3 characters"), ((), "must have 1 to 3 entries"), (None, "must be 1 to 3 long")],
)
def test_length_speaks_of_what_it_is_given(value: object, words: str) -> None:
    assert Length(1, 3).problem(value) == words


@pytest.mark.parametrize(
    ("value", "fits"), [("AB", True), ("ABC", False), ("xAB", False), ("AB\n", False), (5, False)]
)
def test_matching_is_of_the_whole_text(value: object, fits: bool) -> None:
    assert (Matching("[A-Z]{2}", "two capital letters").problem(value) is None) is fits


def test_the_default_access_admits_nobody() -> None:
    assert Access() == Access(guests=False, customers=False, staff=(), system=False)


def test_joining_admits_whoever_either_admits_with_groups_in_one_order() -> None:
    joined = staff("admin", "warehouse") | staff("support") | SYSTEM
    assert joined == Access(staff=("support", "warehouse", "admin"), system=True)
    assert CUSTOMERS | staff() == SIGNED_IN
    assert EVERYONE | SIGNED_IN == EVERYONE


def test_staff_without_a_name_means_every_group_and_an_unknown_one_is_refused() -> None:
    assert staff().staff == STAFF_GROUPS
    with pytest.raises(ValueError, match=r"unknown staff groups: \['admins'\]"):
        staff("support", "admins")


@pytest.mark.parametrize(
    ("name", "graphql"),
    [("shipping_address", "shippingAddress"), ("from_", "from"), ("id", "id"), ("line1", "line1")],
)
def test_names_are_spelt_by_one_rule(name: str, graphql: str) -> None:
    assert camel(name) == graphql


def test_a_selection_leaves_no_field_out() -> None:
    assert selection(Thing) == "{ id size seenBy }"
    assert len(selection(OrderEvent).split()) == 15 + 2


def test_an_entry_is_one_line_of_json(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "orderbell"):
        log("pushed", order_id="ord_a", sequence=3)
    (record,) = caplog.records
    entry = json.loads(record.getMessage())
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {"level": "INFO", "message": "pushed", "order_id": "ord_a", "sequence": 3}


def test_an_entry_may_have_several_lines_of_text_and_stays_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "orderbell"):
        log("bug", logging.ERROR, stack='a\nb "c"')
    assert "\n" not in caplog.records[0].getMessage()


@pytest.mark.parametrize("field", ["email", "name", "token", "arguments"])
def test_a_field_that_is_not_allowed_raises_and_writes_nothing(
    field: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "orderbell"), pytest.raises(ValueError, match=field):
        log("pushed", **{field: "x"})  # type: ignore[arg-type]
    assert not caplog.records
