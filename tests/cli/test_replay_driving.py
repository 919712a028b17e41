"""Driving a plan: who sends what, in which order, and what refusals do."""

import asyncio

import pytest
from replay_fakes import CountedPhases, FakeApi, FakeTokens, payload
from replay_rows import plan_of, row

from cli.replay.delivering import BATCH
from cli.replay.delivering import deliver as deliver_orders
from cli.replay.driving import Driver

LINE = {"sku": "A", "quantity": 6, "cancelledQuantity": 1, "shippedQuantity": 2}


def shop(stands="PLACED", **refused):
    """An API that refuses the named operations with this type, and does all others; orders stand as said."""

    def answer(operation, variables):
        kind = refused.get(operation)
        if operation == "Place":
            number = variables["input"]["externalReference"]
            lines = [{"id": f"line-{n}", **LINE} for n in range(1, 4)]
            order = {"id": f"ord_{number}", "status": stands, "placedAt": "2026-01-01T12:00:00Z"}
            order["lines"] = lines
            return {"placeOrder": payload(kind, order=order)}
        if operation == "Pack":
            return {
                f"p{n}": payload(kind, order={"fulfillments": [{"id": f"ful_{n}"}]})
                for n in range(len(variables))
            }
        if operation == "Send":
            return {name.replace("o", "s").replace("f", "d"): payload(kind) for name in variables}
        return {"confirmOrder": payload(kind), "cancelOrder": payload(kind)}

    return FakeApi(answer)


async def driven(api, *rows, deliver=()):
    driver = Driver(api, FakeTokens(customer_17850="sub-1"), CountedPhases())
    await driver.place(plan_of(*rows))
    await deliver_orders(api, "warehouse", driver.driven, list(deliver), CountedPhases())
    return driver.driven


async def sent(*rows, api=None, deliver=()):
    api = api or shop()
    await driven(api, *rows, deliver=deliver)
    return api.asked


AT_LIST = row("1", sku="A", price="1.00")
OFF_LIST = (row("1", sku="A", price="1.00"), row("1", sku="A", price="1.00"), row("1", sku="A", price="0.85"))


async def test_own_customer_places_at_list_price():
    (_, body, token), *_ = await sent(AT_LIST)
    assert token == "customer-17850"
    assert body["input"]["lines"] == [{"sku": "A", "quantity": 6}]
    assert "onBehalfOf" not in body["input"]


async def test_staff_place_on_behalf_with_the_agreed_price():
    (_, body, token), *_ = await sent(*OFF_LIST)
    assert (token, body["input"]["onBehalfOf"]) == ("support", {"customerId": "sub-1"})
    agreed = {"amount": "0.85", "currency": "GBP"}
    assert [line.get("agreedUnitPrice") for line in body["input"]["lines"]] == [None, None, agreed]


async def test_staff_place_for_a_guest():
    (_, body, token), *_ = await sent(row("7", customer=None))
    assert (token, body["input"]["onBehalfOf"]) == ("support", {"guestReference": "guest-7"})


async def test_terms_reference_and_key():
    (_, body, _), *_ = await sent(AT_LIST)
    assert (body["input"]["paymentTerms"], body["input"]["externalReference"]) == ("ON_ACCOUNT", "1")
    assert body["input"]["idempotencyKey"] == "replay-place-0000000001"


async def test_order_is_confirmed_by_staff():
    assert (await sent(AT_LIST))[1] == ("Confirm", {"order": "ord_1"}, "support")


async def test_order_that_an_earlier_run_confirmed_is_not_confirmed_again():
    api = shop(stands="COMPLETED")
    result = await driven(api, AT_LIST)
    assert (api.operations(), result.placed["1"].status) == (["Place"], "COMPLETED")


async def test_what_left_and_what_waits_is_read_of_each_line():
    line = (await driven(shop(), AT_LIST)).placed["1"].lines[0]
    assert (line.sku, line.shipped, line.reserved) == ("A", 2, 3)


async def test_cancel_names_the_line_as_the_store_does():
    operation, body, token = (await sent(AT_LIST, row("C2", sku="A", price="1.00", quantity=-2)))[-1]
    assert (operation, token) == ("Cancel", "support")
    assert body["input"]["lines"] == [{"lineId": "line-1", "quantity": 2}]


async def test_owners_steps_wait_for_each_other():
    gate, plain = asyncio.Event(), shop()

    async def slow(operation, variables):
        if operation == "Place" and variables["input"]["externalReference"] == "1":
            await gate.wait()
        if operation == "Confirm" and variables["order"] == "ord_9":
            gate.set()
        return await plain.ask("", f"mutation {operation}", variables)

    api = FakeApi(slow)
    await driven(api, row("1"), row("9", customer="9"), row("C2", quantity=-2))
    assert api.operations() == ["Place", "Place", "Confirm", "Confirm", "Cancel"]


async def test_refused_order_is_noted_with_its_reason_and_not_confirmed():
    api = shop(Place="LimitExceeded")
    result = await driven(api, AT_LIST)
    assert result.refusals.orders == {"1": "LimitExceeded: because"}
    assert (api.operations(), result.problems) == (["Place"], [])


async def test_cancel_of_a_refused_order_is_not_sent():
    api = shop(Place="LimitExceeded")
    await driven(api, AT_LIST, row("C2", sku="A", price="1.00", quantity=-2))
    assert "Cancel" not in api.operations()


async def test_refused_cancel_is_noted_by_its_line():
    result = await driven(shop(Cancel="QuantityExceeded"), row("1"), row("C2", quantity=-2))
    assert result.refusals.cancels == {3: "QuantityExceeded: because"}


async def test_delivery_is_packed_shipped_and_delivered_by_the_warehouse():
    asked = await sent(AT_LIST, deliver=["1"])
    assert asked[-1] == ("Send", {"o0": "ord_1", "f0": "ful_0"}, "warehouse")
    assert asked[-2][1]["i0"] == {"orderId": "ord_1", "idempotencyKey": "replay-parcel-0000000001"}


async def test_several_orders_are_delivered_in_one_request():
    numbers = [str(number) for number in range(1, BATCH + 2)]
    asked = await sent(*[row(number, customer=None) for number in numbers], deliver=numbers)
    packed = [list(variables) for operation, variables, _ in asked if operation == "Pack"]
    assert sorted(len(batch) for batch in packed) == [1, BATCH]


@pytest.mark.parametrize(
    ("operation", "verb"), [("Confirm", "confirmed"), ("Pack", "packed"), ("Send", "shipped")]
)
async def test_what_must_not_be_refused_is_a_problem(operation, verb):
    result = await driven(shop(**{operation: "NotAllowed"}), AT_LIST, deliver=["1"])
    assert result.problems == [f"Order 1 could not be {verb}. NotAllowed: because"]
