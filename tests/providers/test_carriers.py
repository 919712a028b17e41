"""What carriers post of parcels."""

import json
from datetime import UTC, datetime
from itertools import permutations

import pytest

from domain.lifecycle import CarrierStatus
from providers.bodies import MalformedError
from providers.carriers import CarrierEvent, read_carrier_event
from providers.signatures import BadSignatureError
from tests.providers.forging import NOW, SECRETS, forgeries, signed

TOLD = {
    "id": "c-81", "carrier": "Royal Mail", "tracking": "RM 1234", "status": "DELIVERED",
    "occurredAt": "2026-11-26T10:30:00+01:00",
}  # fmt: skip


def read(told: object) -> CarrierEvent:
    sent = signed(json.dumps(told).encode())
    return read_carrier_event(sent.headers, sent.body, SECRETS, NOW)


def test_an_event_is_read() -> None:
    at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

    assert read(TOLD) == CarrierEvent("c-81", "Royal Mail", "RM 1234", CarrierStatus.DELIVERED, at)


def test_fields_that_we_do_not_know_are_passed_over() -> None:
    assert read(TOLD | {"weight": 3}) == read(TOLD)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("id", ""), ("id", None), ("carrier", "x" * 65), ("carrier", "a\nb"), ("tracking", 7), ("tracking", "\ud800"),
        ("status", "LOST"), ("status", None), ("occurredAt", "yesterday"), ("occurredAt", "2026-11-26T10:30:00"),
    ],
)  # fmt: skip
def test_a_field_that_is_not_understood_is_named(name: str, wrong: object) -> None:
    with pytest.raises(MalformedError, match=f"^{name}:"):
        read(TOLD | {name: wrong})


@pytest.mark.parametrize("name", TOLD)
def test_every_field_is_required(name: str) -> None:
    with pytest.raises(MalformedError, match=f"^{name}:"):
        read({each: text for each, text in TOLD.items() if each != name})


def test_forged_events_are_refused_before_they_are_read() -> None:
    for _, forged in forgeries(200, seed=3):
        with pytest.raises(BadSignatureError):
            read_carrier_event(forged.headers, forged.body, SECRETS, NOW)


def test_any_order_of_events_ends_at_the_furthest() -> None:
    failed_once = (
        CarrierStatus.OUT_FOR_DELIVERY,
        CarrierStatus.FAILED,
        CarrierStatus.IN_TRANSIT,
        CarrierStatus.DELIVERED,
    )

    assert {max(order, key=lambda each: each.rank) for order in permutations(failed_once)} == {
        CarrierStatus.DELIVERED
    }
    assert CarrierStatus.RETURNED.rank > CarrierStatus.DELIVERED.rank
