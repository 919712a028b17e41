"""Which products are brought in, and under which keys."""

from dataclasses import replace

import pytest
from replay_fakes import CountedPhases, FakeApi, payload

from cli.replay.stocking import stock_up, stocked
from cli.replay.work import at_prices_of, prepare
from cli.sample import SAMPLE_DAY


def two_products():
    """The sample day's work, with its first two products alone."""
    work = prepare(SAMPLE_DAY)
    return replace(work, products=work.products[:2])


def shop(work, received):
    """A shop where these many units of each product have been received; None: it has no such SKU."""

    def level(sku):
        figures = {"received": received, "onHand": received, "reserved": 0}
        return None if received is None else {"sku": sku, **figures}

    def answer(operation, variables):
        if operation == "Stock":
            return {f"l{n}": level(sku) for n, sku in enumerate(variables.values())}
        done = {"stockLevel": {"received": 9}}
        return {name: payload(**(done if name[0] == "s" else {})) for name in variables}

    return FakeApi(answer)


async def sent(received, *, alone):
    work = two_products()
    api = shop(work, received)
    await stock_up(api, "admin", work, CountedPhases(), alone=alone)
    return api.operations()


def test_stock_is_received_under_keys_of_the_file():
    keys = {each.stock_key for each in stocked(prepare(SAMPLE_DAY))}
    assert len(keys) == 1336


@pytest.mark.parametrize("received", [None, 0])
async def test_products_that_are_not_in_are_brought_in(received):
    assert await sent(received, alone=True) == ["Stock", "Import"]


async def test_a_store_of_the_files_own_is_not_sent_what_it_has():
    assert await sent(10_000, alone=True) == ["Stock"]


async def test_a_shop_that_others_fill_is_sent_everything():
    assert await sent(10_000, alone=False) == ["Stock", "Import"]


def test_products_at_another_list_price_are_sold_as_agreed():
    work = prepare(SAMPLE_DAY)
    other = at_prices_of(work, {each.sku for each in work.products})
    assert all(line.agreed for place in other.plan.places for line in place.lines)
