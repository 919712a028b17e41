"""Buyers in threads and one SKU: what is sold is what there was, and whoever came too late is told."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from domain.actors import Actor, ActorKind
from domain.refusals import InsufficientStock
from resolvers.place_order import place_order
from tests.shopkeeping import basket, do, stock, stocked

BUYERS, ORDERS_EACH, UNITS = 8, 200, 1_000


def test_a_thousand_units_are_sold_a_thousand_times() -> None:
    store = stocked("LANTERN", units=UNITS)

    def buy(number: int) -> Counter[str]:
        buyer = Actor(ActorKind.CUSTOMER, f"buyer-{number}")
        payloads = [do(place_order, basket(("LANTERN", 1)), buyer, store) for _ in range(ORDERS_EACH)]
        return Counter(
            "placed" if payload.order else type(payload.user_errors[0]).__name__ for payload in payloads
        )

    with ThreadPoolExecutor(BUYERS) as pool:
        told = sum(pool.map(buy, range(BUYERS)), Counter[str]())
    assert told == {"placed": UNITS, InsufficientStock.__name__: BUYERS * ORDERS_EACH - UNITS}
    assert stock(store) == (0, UNITS)
