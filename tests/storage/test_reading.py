"""Reads are repeated where that may help, and told to be busy or raised where it does not."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from domain.refusals import Busy, Refused
from resolvers.order import order
from resolvers.place_order import place_order
from storage.order_reads import MAX_BATCHES
from storage.reading import MAX_READS
from tests.fakes.refusals import client_error
from tests.shopkeeping import ADA, basket, contents, context, do, fake, placed, refusal, round_trips, stocked
from tests.storage.failing import UNKNOWN, always, failing, lost_before, throttled

Make = Callable[[], Exception]


@pytest.mark.parametrize("make", [throttled, *UNKNOWN])
def test_a_read_survives_what_passes(make: Make) -> None:
    store = stocked("LANTERN")
    mine = placed(store)
    lost_before(store, make(), make(), name="query")
    assert order(context(ADA, store), id=mine.id) == mine


@pytest.mark.parametrize("make", [throttled, *UNKNOWN])
def test_a_read_that_fails_for_ever_is_busy_after_its_tries(make: Make) -> None:
    store = stocked("LANTERN")
    identifier = placed(store).id
    failing(store, always(make()), "query")
    before = len(fake(store).calls)
    with pytest.raises(Refused) as refused:
        order(context(ADA, store), id=identifier)
    assert isinstance(refused.value.refusals[0], Busy)
    assert len(fake(store).calls) - before == MAX_READS


def test_a_read_that_no_repetition_mends_is_raised_at_once() -> None:
    store = stocked("LANTERN")
    lost_before(store, client_error("AccessDeniedException", operation="Query"), name="query")
    with pytest.raises(ClientError):
        order(context(ADA, store), id=placed(store).id)


def test_placing_while_reads_fail_is_busy_and_changes_nothing() -> None:
    store = stocked("LANTERN")
    before = contents(store)
    failing(store, always(throttled()), "batch_get_item")
    error = refusal(do(place_order, basket(("LANTERN", 1)), ADA, store))
    assert (type(error), contents(store)) == (Busy, before)


def test_a_batch_that_stays_unprocessed_is_busy_in_the_end() -> None:
    store = stocked("LANTERN")
    fake(store).batch_get_limit = 0
    calls = round_trips(store, lambda: refusal(do(place_order, basket(("LANTERN", 1)), ADA, store)))
    assert calls == ["batch_get_item"] * MAX_BATCHES
