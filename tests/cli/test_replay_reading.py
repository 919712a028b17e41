"""Reading the store back: figures from answers, pages to their end."""

from datetime import UTC, datetime, timedelta

import pytest
from replay_fakes import CountedPhases, FakeApi

from cli.replay.books import OrderFigures, StockFigures
from cli.replay.reading import ReadingError, list_orders, order_read, read_orders, read_stock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def line(quantity=6, cancelled=0, delivered=0, price="2.55"):
    return {
        "quantity": quantity,
        "cancelledQuantity": cancelled,
        "deliveredQuantity": delivered,
        "unitPrice": {"amount": price},
    }


def order(*lines, reference="536365"):
    return {
        "id": "ord_1",
        "number": "B-1",
        "externalReference": reference,
        "totals": {"subtotal": {"amount": "15.30"}},
        "lines": list(lines or [line()]),
    }


def page(*sequences, more=False):
    entries = [{"event": {"sequence": s, "occurredAt": "2026-01-01T12:00:00.000Z"}} for s in sequences]
    return {"entries": entries, "throughSequence": sequences[-1], "hasMore": more}


def test_figures_of_an_order():
    read = order_read(order(line(6, cancelled=2, delivered=4), line(1, price="0.00")), ())
    assert read.figures == OrderFigures(2, 7, 1530, 2, 510, 4)


def test_order_without_a_reference_goes_by_its_number():
    assert order_read(order(reference=None), ()).reference == "B-1"


async def test_order_and_its_log_are_read_to_the_end():
    def answer(operation, _):
        if operation == "Orders":
            return {"o0": order(), "e0": page(1, 2, more=True)}
        return {"orderEvents": page(3)}

    (read,) = await read_orders(FakeApi(answer), "jwt", ["ord_1"], CountedPhases())
    assert [event.key.sequence for event in read.events] == [1, 2, 3]
    assert read.events[0].occurred_at == NOON


async def test_listed_order_that_cannot_be_read_is_an_error():
    api = FakeApi(lambda *_: {"o0": None, "e0": None})
    with pytest.raises(ReadingError, match="ord_1"):
        await read_orders(api, "jwt", ["ord_1"], CountedPhases())


async def test_list_is_read_page_by_page():
    def answer(_, variables):
        last = variables["after"] == "next"
        node = {"id": "ord_2" if last else "ord_1", "externalReference": None}
        return {
            "orders": {
                "nodes": [node],
                "pageInfo": {"hasNextPage": not last, "endCursor": "next"},
            }
        }

    assert list(await list_orders(FakeApi(answer), "jwt", datetime.now(UTC))) == ["ord_1", "ord_2"]


async def test_long_time_is_listed_a_month_at_a_time():
    page = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    api = FakeApi(lambda *_: {"orders": page})
    await list_orders(api, "jwt", datetime.now(UTC) - timedelta(days=65))
    asked = [variables["filter"] for _, variables, _ in api.asked]
    assert [each["placedBefore"] for each in asked[:-1]] == [each["placedAfter"] for each in asked[1:]]
    assert len(asked) == 3


async def test_stock_that_the_store_does_not_know_is_left_out():
    level = {"sku": "A", "received": 10, "onHand": 4, "reserved": 0}
    api = FakeApi(lambda *_: {"l0": level, "l1": None})
    assert await read_stock(api, "jwt", ["A", "B"], CountedPhases()) == {"A": StockFigures(10, 4, 0)}
