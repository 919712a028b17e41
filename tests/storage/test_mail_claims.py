"""Who sends a letter."""

from datetime import timedelta

import pytest

from storage.mail_claims import LEASE, Claim, claim, mark
from storage.store import Store
from tests.factories import NOW
from tests.shopkeeping import stocked


@pytest.fixture
def store() -> Store:
    return stocked("SKU-1", price="1.00", units=1)


def test_the_first_to_ask_sends(store: Store) -> None:
    assert [claim(store, "ord_a", "placed", NOW) for _ in range(2)] == [Claim.OURS, Claim.ELSEWHERE]


def test_what_was_sent_is_done(store: Store) -> None:
    claim(store, "ord_a", "placed", NOW)
    mark(store, "ord_a", "placed", NOW)

    assert claim(store, "ord_a", "placed", NOW + 2 * LEASE) is Claim.DONE


def test_a_sender_that_died_is_followed_by_another(store: Store) -> None:
    claim(store, "ord_a", "placed", NOW)

    assert claim(store, "ord_a", "placed", NOW + LEASE) is Claim.ELSEWHERE
    assert claim(store, "ord_a", "placed", NOW + LEASE + timedelta(milliseconds=1)) is Claim.OURS


def test_letters_of_an_order_are_claimed_apart(store: Store) -> None:
    claim(store, "ord_a", "shipped ful_0001", NOW)

    assert claim(store, "ord_a", "shipped ful_0002", NOW) is Claim.OURS
    assert claim(store, "ord_b", "shipped ful_0001", NOW) is Claim.OURS
