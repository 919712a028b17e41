"""What is read back: the orders that were placed and all others that the store lists."""

from datetime import UTC, datetime

from replay_fakes import CountedPhases, FakeApi

from cli.replay.driving import Driven, Placed
from cli.replay.running import prepare, read_back, stocked
from cli.sample import SAMPLE_DAY

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def store(listed, references):
    """An API over orders without lines: `listed` are in the list, `references` are there to read."""

    def order(order_id):
        subtotal = {"subtotal": {"amount": "0.00"}}
        return {"id": order_id, "externalReference": references[order_id], "totals": subtotal, "lines": []}

    def answer(operation, variables):
        if operation == "List":
            page = {"hasNextPage": False, "endCursor": None}
            return {"orders": {"nodes": [{"id": each} for each in listed], "pageInfo": page}}
        if operation == "Orders":
            orders = {f"o{n}": order(each) for n, each in enumerate(variables.values())}
            events = {"entries": [], "throughSequence": 0, "hasMore": False}
            return orders | {f"e{n}": events for n in range(len(orders))}
        return dict.fromkeys(variables)

    return FakeApi(answer)


async def found(placed, listed, references):
    driven = Driven(placed={number: Placed(order_id, ()) for number, order_id in placed.items()})
    work = prepare(SAMPLE_DAY)
    return await read_back(store(listed, references), "jwt", work, driven, NOON, CountedPhases())


async def test_placed_order_that_is_not_listed_is_a_problem():
    back = await found({"1": "ord_1"}, [], {"ord_1": "1"})
    assert (set(back.books.orders), back.problems) == ({"1"}, ("Order 1 is not in the list.",))


async def test_order_that_nobody_placed_is_found_in_the_list():
    back = await found({"1": "ord_1"}, ["ord_1", "ord_2"], {"ord_1": "1", "ord_2": "2"})
    assert (set(back.books.orders), back.problems) == ({"1", "2"}, ())


async def test_second_order_of_an_invoice_hides_nothing():
    back = await found({"1": "ord_1"}, ["ord_1", "ord_2"], {"ord_1": "1", "ord_2": "1"})
    assert set(back.books.orders) == {"1", "ord_2"}


def test_stock_is_received_under_keys_of_the_file():
    keys = {each.stock_key for each in stocked(prepare(SAMPLE_DAY))}
    assert len(keys) == 1336
