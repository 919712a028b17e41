"""A shop with an order of every kind, and ways to damage what is stored of it behind the rules' back."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cli.audit import settle
from cli.counting import Counting
from cli.progress_file import Progress
from domain.lifecycle import CarrierStatus
from domain.recording import Expire
from resolvers.cancel_fulfillment import CancelFulfillmentInput, cancel_fulfillment
from resolvers.cancel_order import CancelOrderInput, cancel_order
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.order import order as order_query
from resolvers.pack_fulfillment import PackFulfillmentInput, pack_fulfillment
from resolvers.place_order import place_order
from resolvers.record_tracking import RecordTrackingInput, record_tracking
from resolvers.refund_order import refund_order
from resolvers.reject_order import RejectOrderInput, reject_order
from resolvers.release_order import ReleaseOrderInput, release_order
from resolvers.shapes.orders import Order
from resolvers.shapes.payments import RefundOrderInput
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.auditing import look
from storage.deciding import carry_out
from storage.store import Store
from tests.paying import authorized, paying, prepaid, trial
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    NOW,
    basket,
    confirmed,
    context,
    delivered,
    do,
    done,
    for_ada,
    gbp,
    key,
    packed,
    placed,
    shipped,
    staff,
    stocked,
    units,
)  # fmt: skip

Orders = Mapping[str, Order]
LINES = (("LANTERN", 3), ("MUG", 2))


def shop(*, shards: int = 1, extra: int = 0) -> tuple[Store, Orders]:
    """A store with an order of each kind, by name, and `extra` more that are completed."""
    store = stocked("LANTERN", "MUG", price="3.39", units=1_000, shards=shards)
    orders = {
        "placed": placed(store, ADA, *LINES),
        "confirmed": confirmed(store, ADA, *LINES),
        "packed": packed(store, ADA, *LINES),
        "shipped": shipped(store, ADA, *LINES),
        "delivered": delivered(store, ADA, *LINES),
        "cancelled": cancelled(store, placed(store, ADA, *LINES)),
        "partly": cancelled(store, confirmed(store, ADA, *LINES), 1, 2),
        "split": split(store),
        "rejected": done(do(reject_order, RejectOrderInput(placed(store, ADA, *LINES).id), ADMIN, store)),
        "held": done(do(hold_order, HoldOrderInput(confirmed(store, ADA, *LINES).id), ADMIN, store)),
        "released": released(store),
        "paid": paid(store),
        "expired": expired(store),
        "back": brought_back(store),
        "referenced": done(place_order(_referenced(), context(ADMIN, store))),
    }
    for _ in range(extra):
        delivered(store, ADA, *LINES)
    return store, orders


def cancelled(store: Store, order: Order, *quantities: int) -> Order:
    """The order with these units of its lines cancelled by a keyed command; all of them where none are given."""
    given = CancelOrderInput(order.id, lines=units(order, *quantities) or None, idempotency_key=key())
    return done(do(cancel_order, given, ADMIN, store))


def brought_back(store: Store) -> Order:
    """An order whose one parcel was packed, followed, brought back, and taken back to the shelf."""
    order = packed(store, ADA, *LINES)
    done(do(pack_fulfillment, PackFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    done(do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    for said in (CarrierStatus.FAILED, CarrierStatus.RETURNED, CarrierStatus.IN_TRANSIT):
        asked = RecordTrackingInput(order.id, FIRST_PARCEL, said, NOW)
        done(do(record_tracking, asked, ADMIN, store))
    return done(do(cancel_fulfillment, CancelFulfillmentInput(order.id, FIRST_PARCEL, True), ADMIN, store))


def released(store: Store) -> Order:
    """An order that was held, and goes on where it stood."""
    order = done(do(hold_order, HoldOrderInput(confirmed(store, ADA, *LINES).id), ADMIN, store))
    return done(do(release_order, ReleaseOrderInput(order.id), ADMIN, store))


def paid(store: Store) -> Order:
    """A shipped order that was captured in two parts, and some of it paid back for a unit and for nothing."""
    provider, finance = trial(), staff("finance")
    order = authorized(store, provider, *LINES)
    for amount in (gbp("5.00"), None):
        given = CapturePaymentInput(order.id, key(), amount)
        done(paying(capture_payment, given, finance, store, provider))
    done(do(create_fulfillment, CreateFulfillmentInput(order.id), ADMIN, store))
    done(do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    back = RefundOrderInput(order.id, key(), lines=units(order, 1))
    done(paying(refund_order, back, finance, store, provider))
    some = RefundOrderInput(order.id, key(), amount=gbp("1.00"))
    return done(paying(refund_order, some, finance, store, provider))


def expired(store: Store) -> Order:
    """A prepaid order that nobody paid."""
    order = prepaid(store, trial(), "test_approved", *LINES)
    carry_out(store, order.id, Expire(NOW + timedelta(days=1)), NOW)
    found = order_query(context(ADMIN, store), id=order.id)
    assert found is not None
    return found


def split(store: Store) -> Order:
    """A confirmed order with one unit in a parcel and the rest open."""
    order = confirmed(store, ADA, *LINES)
    return done(do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, 1)), ADMIN, store))


def _referenced() -> Any:
    return for_ada(replace(basket(*LINES), external_reference="PO-7"))


def findings(store: Store, *, segments: int = 2) -> list[str]:
    """What the audit says, line by line."""
    lines: list[str] = []
    counting = Counting(
        store, Progress("a test", segments), look, settle, lines.append, stop=threading.Event()
    )
    assert counting.complete() == []
    return lines


def stored(store: Store, key: Item, table: str = "orders") -> Item:
    """The item of a key."""
    answer = store.client.get_item(TableName=table, Key=to_attributes(key))
    return from_attributes(answer["Item"])


def put(store: Store, item: Item, table: str = "orders") -> None:
    """Write an item as it is."""
    store.client.put_item(TableName=table, Item=to_attributes(item))


def delete(store: Store, order: Order, sort: str) -> None:
    """Lose an item of an order."""
    store.client.delete_item(TableName="orders", Key=to_attributes(item_key(order, sort)))


def item_key(order: Order, sort: str) -> Item:
    """The key of an order's item."""
    return {"PK": keys.order(order.id), "SK": sort}


def change(store: Store, order: Order, sort: str, **attributes: Any) -> None:
    """Overwrite attributes of an order's item; None takes one away."""
    put(store, stored(store, item_key(order, sort)) | attributes)


def change_stock(store: Store, sku: str = "LANTERN", **by: int) -> None:
    """Move a SKU's counters by so much each."""
    key = keys.stock(sku, store.warehouse)
    item = stored(store, key, "catalog")
    put(store, item | {name: item[name] + count for name, count in by.items()}, "catalog")


def change_events(store: Store, order: Order, sequence: int, edit: Callable[[list[Item]], object]) -> None:
    """Edit the events of the log entry that ends with this sequence."""
    item = stored(store, item_key(order, keys.log(sequence)))
    edit(item["events"])
    put(store, item)


def change_data(event: Item, **data: Any) -> None:
    """Overwrite what a stored event says."""
    event["data"] = json.dumps(json.loads(event["data"]) | data)


def large(order_id: str, phase: str, **attributes: Any) -> Item:
    """The head of an order of so many SKUs that its stock is taken in chunks, before it is placed."""
    head = {"id": order_id, "attempt": 1, "hash": "h", "chunks": 2, "startedAt": "2026-11-23T09:30:00.000Z"}
    head |= {"ownerKind": "CUSTOMER", "ownerId": "ada", "version": 0, "phase": phase}
    open_work = {} if phase == "ABORTED" else {"work": "S#RESERVING#0", "workAt": f"2026-11-23#{order_id}"}
    return {"PK": keys.order(order_id), "SK": keys.HEAD} | head | open_work | attributes


def chunk(order_id: str, index: int, state: str, **held: int) -> Item:
    """A chunk marker of the first attempt."""
    return {
        "PK": keys.order(order_id),
        "SK": f"V#0001#{index:04d}",
        "state": state,
        "units": json.dumps(held),
    }


def movement(order: Order, sequence: int, moves: Mapping[str, tuple[int, int]], **attributes: Any) -> Item:
    """A movement of an order whose stock effect is still to follow."""
    item = item_key(order, f"W#{sequence:08d}") | {"moves": json.dumps(moves), "done": False}
    return item | {"chunks": -(-len(moves) // 25), "work": "S#MOVING#0", "workAt": "2026-11-23"} | attributes


def in_effect(order: Order, sequence: int, index: int) -> Item:
    """The marker that a chunk of a movement is in the counters."""
    return item_key(order, f"V#W{sequence:08d}#{index:04d}")
