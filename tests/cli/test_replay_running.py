"""What is read back: the orders that were placed and all others that the store lists."""

from datetime import UTC, datetime, timedelta

from replay_fakes import CountedPhases, FakeApi

from cli.replay.driving import Driven
from cli.replay.placed import Placed
from cli.replay.running import read_back
from cli.replay.work import prepare
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
            return {
                "orders": {
                    "nodes": [{"id": each, "externalReference": references[each]} for each in listed],
                    "pageInfo": page,
                }
            }
        if operation == "Orders":
            orders = {f"o{n}": order(each) for n, each in enumerate(variables.values())}
            events = {"entries": [], "throughSequence": 0, "hasMore": False}
            return orders | {f"e{n}": events for n in range(len(orders))}
        return dict.fromkeys(variables)

    return FakeApi(answer)


async def found(placed, listed, references, *, alone=True):
    orders = {number: Placed(order_id, "PLACED", NOON) for number, order_id in placed.items()}
    work, now, api = prepare(SAMPLE_DAY), datetime.now(UTC), store(listed, references)
    return await read_back(api, "jwt", work, Driven(orders), now, CountedPhases(), alone=alone)


async def test_placed_order_that_is_not_listed_is_a_problem():
    back = await found({"1": "ord_1"}, [], {"ord_1": "1"})
    assert (set(back.books.orders), back.problems) == ({"1"}, ("Order 1 is not in the list.",))


async def test_order_that_nobody_placed_is_found_in_the_list():
    back = await found({"1": "ord_1"}, ["ord_1", "ord_2"], {"ord_1": "1", "ord_2": "2"})
    assert (set(back.books.orders), back.problems) == ({"1", "2"}, ())


async def test_second_order_of_an_invoice_hides_nothing():
    back = await found({"1": "ord_1"}, ["ord_1", "ord_2"], {"ord_1": "1", "ord_2": "1"})
    assert set(back.books.orders) == {"1", "ord_2"}


async def test_order_of_an_earlier_run_is_looked_for_from_its_own_day():
    api = store([], {"ord_1": "1"})
    driven = Driven({"1": Placed("ord_1", "COMPLETED", NOON)})
    later = NOON + timedelta(days=40)
    await read_back(api, "jwt", prepare(SAMPLE_DAY), driven, later, CountedPhases(), alone=True)
    first = next(variables for operation, variables, _ in api.asked if operation == "List")
    assert first["filter"]["placedAfter"] == (NOON - timedelta(minutes=1)).isoformat()


async def test_orders_of_others_are_not_the_files():
    back = await found({}, ["ord_1", "ord_2"], {"ord_1": "536365", "ord_2": "my-own"}, alone=False)
    assert set(back.books.orders) == {"536365"}
