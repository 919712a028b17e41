"""Crowds over HTTP against a whole laptop: nothing sold twice, nothing ordered twice, a log without a gap."""

from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from local.aws.demo import DEMO_PASSWORD
from local.laptop import laptop
from tests.journeys.caller import Caller
from tests.journeys.crowd_orders import Shelf, answers_lost_after_the_write, pile, repeats, sale

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.xdist_group("laptop")]


def test_a_thousand_buyers_of_a_hundred_units_buy_exactly_a_hundred(shop: Caller) -> None:
    done = sale(shop, buyers=1_000, units=100)

    assert (done.sold, done.refusals) == (100, Counter(InsufficientStock=900))
    assert done.shelf == Shelf(on_hand=100, available=0, reserved=100)


def test_keys_sent_four_times_at_once_with_lost_answers_are_one_order_each(shop: Caller) -> None:
    done = repeats(shop, keys=200)

    assert (done.orders_by_key, done.errors) == (Counter({1: 200}), [])
    assert (done.shelf.reserved, done.lost) == (200, 400)


@pytest.fixture
def lossy() -> Iterator[tuple[Caller, Counter[str]]]:
    """A laptop whose server loses one answer of DynamoDB in three, after the write."""
    with (
        answers_lost_after_the_write(one_in=3) as counted,
        laptop(None, 0, tell=lambda _: None) as running,
        httpx.Client(base_url=f"http://localhost:{running.port}", trust_env=False) as client,
    ):
        yield Caller(running, client, DEMO_PASSWORD), counted


def test_answers_lost_between_server_and_database_are_one_order_each(
    lossy: tuple[Caller, Counter[str]],
) -> None:
    shop, counted = lossy
    done = repeats(shop, keys=80)

    assert (done.orders_by_key, done.errors, done.shelf.reserved) == (Counter({1: 80}), [], 80)
    assert counted["lost"] > 30


@pytest.mark.parametrize("keyed", [False, True])
def test_fifty_commands_at_once_on_one_order_leave_a_log_without_a_gap(shop: Caller, keyed: bool) -> None:
    done = pile(shop, keyed=keyed, clients=8)

    sequences = [entry["event"]["sequence"] for entry in done.order["history"]]
    assert (done.accepted, done.replayed) == (50, 50 if keyed else 0)
    assert (done.versions, sequences, done.findings) == (list(range(2, 52)), list(range(1, 52)), [])
    assert (done.order["lines"][0]["openQuantity"], done.shelf.reserved) == (10, 10)
