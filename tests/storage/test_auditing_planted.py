"""Each planted damage is found: one of every kind, by its rule and in words."""

import json

import pytest

from storage import keys
from tests.shopkeeping import fake
from tests.storage.damaging import (
    change,
    change_data,
    change_events,
    change_stock,
    chunk,
    delete,
    findings,
    item_key,
    large,
    put,
    shop,
    stored,
)

P, R = keys.payment("pay_0001"), keys.refund("ref_0001")
A, Q, LOG1, LOG2 = keys.HEAD, keys.COUNTERS, keys.log(1), keys.log(2)


def lines(store, order, **counts):
    """Overwrite the counters of the order's first line: cancelled, shipped, delivered."""
    packed = json.loads(stored(store, item_key(order, Q))["lines"])
    packed["1"] = [counts.get(name, 0) for name in ("cancelled", "shipped", "delivered")]
    change(store, order, Q, lines=json.dumps(packed))


def row(store, order, position, value):
    """Overwrite one column of the first line in the snapshot (4 price, 7 tax, 8 discount)."""
    rows = json.loads(stored(store, item_key(order, "B#00"))["lines"])
    rows[0][position] = value
    change(store, order, "B#00", lines=json.dumps(rows))


def twice(store, order):
    """Store the second log entry once more, under the key that follows."""
    put(store, stored(store, item_key(order, LOG2)) | {"SK": keys.log(3)})


def copied(store, order):
    """Give the second log entry a key that is not its sequence."""
    put(store, stored(store, item_key(order, LOG2)) | {"SK": keys.log(9)})
    delete(store, order, LOG2)


def record(store, order):
    """The sort key of the order's one command record."""
    return next(
        item["SK"]["S"]
        for item in fake(store).items("orders")
        if item["PK"]["S"] == keys.order(order.id) and item["SK"]["S"].startswith("K#")
    )


def edit(sequence, change_one, event=0):
    """A damage to one stored event."""
    return lambda store, order: change_events(
        store, order, sequence, lambda events: change_one(events[event])
    )


DAMAGES = {
    "counter shipped too high": ("shipped", lambda s, o: lines(s, o, shipped=4), "I1 lines", "quantities"),
    "counter delivered before shipped": ("shipped", lambda s, o: lines(s, o, shipped=3, delivered=4), "I1 lines", "3 - 0"),
    "counter below what its parcel holds": ("shipped", lambda s, o: lines(s, o, shipped=2), "I1 lines", "by its parcels"),
    "counters lost": ("shipped", lambda s, o: delete(s, o, Q), "I4 log", "counters of line 1"),
    "parcel lost": ("shipped", lambda s, o: delete(s, o, "S#ful_0001"), "I4 log", "parcel ful_0001"),
    "parcel holds more than is left": ("split", lambda s, o: change(s, o, "S#ful_0001", units='{"1": 9}'), "I1 lines", "packed"),
    "parcel that came back without its word": ("back", lambda s, o: change(s, o, "S#ful_0001", status="RETURNED"), "I1 lines", "by its parcels"),
    "what a carrier said": ("back", lambda s, o: change(s, o, "S#ful_0001", carrierStatus="DELIVERED"), "I4 log", "parcel ful_0001"),
    "events of a carrier forgotten": ("back", lambda s, o: change(s, o, "S#ful_0001", tracked="[]"), "I4 log", "parcel ful_0001"),
    "time of packing": ("back", lambda s, o: change(s, o, "S#ful_0001", packedAt="2020-01-01T00:00:00.000Z"), "I4 log", "parcel ful_0001"),
    "parcel of an unknown line": ("split", lambda s, o: change(s, o, "S#ful_0001", units='{"77": 1}'), "I1 lines", "line 77"),
    "total in the head": ("placed", lambda s, o: change(s, o, A, total=1), "I2 money", "total in the head"),
    "subtotal in the head": ("placed", lambda s, o: change(s, o, A, sub=1), "I2 money", "subtotal"),
    "price of a line": ("placed", lambda s, o: row(s, o, 4, 1), "I2 money", "subtotal"),
    "cancelled value in the head": ("partly", lambda s, o: change(s, o, A, cancelled=1), "I2 money", "cancelled units"),
    "cancelled value above the total": ("placed", lambda s, o: change(s, o, A, cancelled=10**6), "I2 money", "cancelled value"),
    "cancelled value in an event": ("partly", edit(3, lambda e: change_data(e, value=1)), "I2 money", "event 3"),
    "refunded more than captured": ("placed", lambda s, o: change(s, o, A, refunded=5), "I2 money", "refunded"),
    "captured without an event": ("placed", lambda s, o: change(s, o, A, captured=5), "I4 log", "captured"),
    "payment captured more than it held": ("paid", lambda s, o: change(s, o, P, authorized=5), "I2 money", "pay_0001"),
    "payment in another currency": ("paid", lambda s, o: change(s, o, P, cur="EUR"), "I2 money", "in GBP"),
    "payment that is not in the log": ("paid", lambda s, o: change(s, o, P, captured=1), "I4 log", "payment pay_0001"),
    "captured that is not the payments'": ("paid", lambda s, o: change(s, o, P, captured=501), "I2 money", "captured, by the payments"),
    "refunded that is not the refunds'": ("paid", lambda s, o: change(s, o, P, refunded=1), "I2 money", "refunded of pay_0001"),
    "payment lost": ("paid", lambda s, o: delete(s, o, P), "I2 money", "a payment of the order"),
    "refund lost": ("paid", lambda s, o: delete(s, o, R), "I4 log", "refund ref_0001"),
    "refund whose parts are not the whole": ("paid", lambda s, o: change(s, o, R, ship=1), "I7 parts", "parts of ref_0001"),
    "refund beyond what was captured": ("paid", lambda s, o: change(s, o, R, amount=10**6), "I2 money", "refunds of pay_0001"),
    "expired with a unit left": ("expired", lambda s, o: lines(s, o, cancelled=2), "I5 end state", "units cancelled"),
    "log entry missing": ("confirmed", lambda s, o: delete(s, o, LOG1), "I4 log", "1 missing"),
    "last log entry missing": ("confirmed", lambda s, o: delete(s, o, LOG2), "I4 log", "2 missing"),
    "sequence repeated": ("confirmed", twice, "I4 log", "2 repeated"),
    "log entry under another key": ("confirmed", copied, "I4 log", "key of the log entry"),
    "head version too low": ("confirmed", lambda s, o: change(s, o, A, version=1), "I4 log", "2 beyond"),
    "head version too high": ("confirmed", lambda s, o: change(s, o, A, version=3), "I4 log", "3 missing"),
    "last public sequence": ("packed", lambda s, o: change(s, o, A, pub=3), "I4 log", "last public"),
    "previous public sequence": ("confirmed", edit(2, lambda e: e.update(prev=0)), "I4 log", "previous_public"),
    "event of another type": ("confirmed", edit(2, lambda e: e.update(type="ORDER_COMPLETED")), "I4 log", "may follow"),
    "first event is no placing": ("placed", edit(1, lambda e: e.update(type="ORDER_CONFIRMED")), "I4 log", "first event"),
    "status of an event": ("confirmed", edit(2, lambda e: e.update(status="PLACED")), "I4 log", "event 2 (ORDER_CONFIRMED): status"),
    "total of the placing": ("placed", edit(1, lambda e: change_data(e, total=1)), "I4 log", "event 1 (ORDER_PLACED): total"),
    "owner of a log entry": ("placed", lambda s, o: change(s, o, LOG1, ownerKey="x"), "I4 log", "owner_key"),
    "status in the head": ("confirmed", lambda s, o: change(s, o, A, status="PLACED", work="S#PLACED#0"), "I4 log", "status in the head"),
    "where the hold began": ("held", lambda s, o: change(s, o, A, heldFrom="PLACED"), "I4 log", "hold began"),
    "a hold that never began": ("placed", lambda s, o: change(s, o, A, heldFrom="PLACED"), "I4 log", "hold began"),
    "rejected with a unit left": ("rejected", lambda s, o: lines(s, o, cancelled=2), "I5 end state", "units cancelled"),
    "value of a rejection": ("rejected", edit(2, lambda e: change_data(e, value=1)), "I2 money", "event 2"),
    "units in the head": ("placed", lambda s, o: change(s, o, A, units=1), "I4 log", "units in the head"),
    "end state with open units": ("partly", lambda s, o: change(s, o, A, status="COMPLETED"), "I5 end state", "units open"),
    "cancelled with a unit left": ("cancelled", lambda s, o: lines(s, o, cancelled=2), "I5 end state", "units cancelled"),
    "completed before it arrived": ("shipped", lambda s, o: change(s, o, A, status="COMPLETED"), "I5 end state", "units delivered"),
    "command record beyond the log": ("partly", lambda s, o: change(s, o, record(s, o), version=9), "I6 commands", "found 9"),
    "tax in the head": ("placed", lambda s, o: change(s, o, A, tax=1), "I7 parts", "tax of the lines"),
    "tax of a line": ("placed", lambda s, o: row(s, o, 7, 1), "I7 parts", "tax of line 1"),
    "discount in the head": ("placed", lambda s, o: change(s, o, A, disc=1), "I7 parts", "discount"),
    "number lost": ("placed", lambda s, o: s.client.delete_item(TableName="orders", Key={"PK": {"S": f"NUM#{o.number}"}, "SK": {"S": "A"}}), "keys", "where NUM#"),
    "number leads nowhere": ("placed", lambda s, o: put(s, keys.number("B-1") | {"orderId": "ord_x"}), "keys", "NUM#B-1"),
    "number of another order": ("placed", lambda s, o: put(s, keys.number("B-1") | {"orderId": o.id}), "keys", "NUM#B-1"),
    "reference leads to another": ("referenced", lambda s, o: put(s, keys.reference("CUSTOMER", "ada", "PO-7") | {"orderId": "ord_x"}), "keys", "where EXT#"),
    "reference of an order without one": ("placed", lambda s, o: put(s, keys.reference("CUSTOMER", "ada", "PO-8") | {"orderId": o.id}), "keys", "PO-8"),
    "owner key lost": ("placed", lambda s, o: change(s, o, A, owner=None), "keys", "owner in the head"),
    "open-work key of another state": ("confirmed", lambda s, o: change(s, o, A, work="S#PLACED#0"), "keys", "work in the head"),
    "head lost": ("confirmed", lambda s, o: delete(s, o, A), "form", "head"),
    "snapshot lost": ("placed", lambda s, o: delete(s, o, "B#00"), "form", "items"),
    "unknown phase": ("placed", lambda s, o: change(s, o, A, phase="LOST"), "form", "phase"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "damage", "rule", "words"), DAMAGES.values(), ids=DAMAGES)
def test_each_planted_damage_is_found(kind, damage, rule, words) -> None:
    store, orders = shop()
    damage(store, orders[kind])
    assert any(line.startswith(f"{rule}: ") and words in line for line in findings(store)), findings(store)


STOCK_DAMAGES = {
    "reserved too high": ({"reserved": 1, "onHand": 1}, "units reserved, by the orders"),
    "reserved too low": ({"reserved": -1, "onHand": -1}, "units reserved, by the orders"),
    "reserved moved without available": ({"reserved": 1}, "onHand"),
    "onHand off": ({"onHand": 7}, "onHand"),
    "available below 0": ({"available": -2_000, "onHand": -2_000}, "available"),
}


@pytest.mark.parametrize(("by", "words"), STOCK_DAMAGES.values(), ids=STOCK_DAMAGES)
def test_each_damage_to_stock_is_found(by, words) -> None:
    store, _ = shop()
    change_stock(store, **by)
    assert any(line.startswith("I3 stock: SKU LANTERN: ") and words in line for line in findings(store))


def test_a_sku_without_counters_that_orders_hold_is_found() -> None:
    store, _ = shop()
    put(store, large("ord_big", "RESERVING"))
    put(store, chunk("ord_big", 0, "HELD", GHOST=2))
    assert findings(store) == [
        "I3 stock: SKU GHOST: counters: expected 2 units reserved by orders, found no counters"
    ]


def test_a_log_of_an_order_that_is_not_placed_is_found() -> None:
    store, orders = shop()
    change(store, orders["placed"], A, phase="ABORTED")
    assert any(
        "log entries of an order that is ABORTED: expected 0, found 1" in line for line in findings(store)
    )
