"""Every mutation that takes an idempotency key: the same body twice is one effect; another body is a conflict."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from domain.actors import Actor
from domain.ids import Id
from domain.lifecycle import CarrierStatus
from domain.refusals import IdempotencyConflict
from domain.stock import StockReason
from resolvers import fields as modules
from resolvers.add_to_cart import AddToCartInput, add_to_cart
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.cancel_fulfillment import CancelFulfillmentInput, cancel_fulfillment
from resolvers.cancel_order import cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.pack_fulfillment import PackFulfillmentInput, pack_fulfillment
from resolvers.place_order import place_order
from resolvers.record_tracking import RecordTrackingInput, record_tracking
from resolvers.reject_order import RejectOrderInput, reject_order
from resolvers.release_order import ReleaseOrderInput, release_order
from resolvers.revoke_order_token import RevokeOrderTokenInput, revoke_order_token
from resolvers.set_stock import SetStockInput, set_stock
from resolvers.set_stock_shards import SetStockShardsInput, set_stock_shards
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.resolvers.filling import started
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    NOW,
    basket,
    call,
    confirmed,
    contents,
    context,
    do,
    done,
    fake,
    for_ada,
    gbp,
    key,
    packed,
    placed,
    refusal,
    round_trips,
    shipped,
    stocked,
    units,
)  # fmt: skip
from wiring import declarations

WRITE = "transact_write_items"


def held(store: Store) -> Order:
    """A confirmed order on hold."""
    return done(do(hold_order, HoldOrderInput(confirmed(store).id), ADMIN, store))


def no_order(_store: Store) -> Order | None:
    """A command on the catalogue or the stock needs no order."""
    return None


@dataclass(frozen=True, slots=True)
class Keyed:
    """A mutation, the order it is for, its input without a key, and what makes the body another one.

    `other` is None where the order's id is all that the body says: then nothing else can be said under its key.
    """

    run: Callable[..., Any]
    stage: Callable[[Store], Any]
    given: Callable[[Any], Any]
    other: dict[str, object] | None = None
    actor: Actor = ADMIN


MUTATIONS = {
    "addToCart": Keyed(
        add_to_cart,
        lambda store: started(store, ADA),
        lambda cart: AddToCartInput(cart.id, "LANTERN", 2, key()),
        {"quantity": 3},
        actor=ADA,
    ),
    "revokeOrderToken": Keyed(revoke_order_token, placed, lambda order: RevokeOrderTokenInput(order.id)),
    "placeOrder": Keyed(
        place_order, no_order, lambda _: for_ada(basket(("LANTERN", 1))), {"note": "another"}
    ),
    "confirmOrder": Keyed(confirm_order, placed, lambda order: ConfirmOrderInput(order.id)),
    "rejectOrder": Keyed(reject_order, placed, lambda order: RejectOrderInput(order.id), {"reason": "OTHER"}),
    "holdOrder": Keyed(hold_order, placed, lambda order: HoldOrderInput(order.id), {"reason": "OTHER"}),
    "releaseOrder": Keyed(release_order, held, lambda order: ReleaseOrderInput(order.id)),
    "cancelOrder": Keyed(
        cancel_order, placed, lambda order: CancelOrderInput(order.id, units(order, 1)), {"reason": "OTHER"}
    ),
    "createFulfillment": Keyed(
        create_fulfillment,
        confirmed,
        lambda order: CreateFulfillmentInput(order.id, units(order, 1)),
        {"lines": None},
    ),
    "shipFulfillment": Keyed(
        ship_fulfillment,
        packed,
        lambda order: ShipFulfillmentInput(order.id, FIRST_PARCEL),
        {"carrier": "Other Post"},
    ),
    "deliverFulfillment": Keyed(
        deliver_fulfillment,
        shipped,
        lambda order: DeliverFulfillmentInput(order.id, FIRST_PARCEL),
        {"fulfillment_id": Id("ful_0009")},
    ),
    "packFulfillment": Keyed(
        pack_fulfillment,
        packed,
        lambda order: PackFulfillmentInput(order.id, FIRST_PARCEL),
        {"fulfillment_id": Id("ful_0009")},
    ),
    "cancelFulfillment": Keyed(
        cancel_fulfillment,
        packed,
        lambda order: CancelFulfillmentInput(order.id, FIRST_PARCEL),
        {"restock": True},
    ),
    "recordTracking": Keyed(
        record_tracking,
        shipped,
        lambda order: RecordTrackingInput(order.id, FIRST_PARCEL, CarrierStatus.IN_TRANSIT, NOW),
        {"status": CarrierStatus.DELIVERED},
    ),
    "createProduct": Keyed(
        create_product,
        no_order,
        lambda _: CreateProductInput("Mug", "Gifts", variants=(VariantInput("MUG", gbp("2.00")),)),
        {"title": "Another mug"},
    ),
    "adjustStock": Keyed(
        adjust_stock,
        no_order,
        lambda _: AdjustStockInput("LANTERN", 5, StockReason.FOUND, key()),
        {"delta": 6},
    ),
    "setStock": Keyed(set_stock, no_order, lambda _: SetStockInput("LANTERN", 150), {"on_hand": 151}),
    "setStockShards": Keyed(
        set_stock_shards,
        no_order,
        lambda _: SetStockShardsInput("LANTERN", 20),  # one shard: nothing has to be levelled out after it
        {"peak_orders_per_second": 25},
    ),
}
SAID_BY_ID_ALONE = {"confirmOrder", "releaseOrder", "revokeOrderToken"}
ABOUT_MONEY = {
    "retryPayment",
    "capturePayment",
    "voidPayment",
    "refundOrder",
}  # tests/resolvers/test_payment_keys.py


def test_the_table_has_every_mutation_whose_input_takes_a_key() -> None:
    modules.load()
    keyed = {
        declared.name
        for declared in declarations.fields()
        if declared.type_name == "Mutation"
        for annotation in declared.function.__annotations__.values()
        if "idempotency_key" in {each.name for each in fields(annotation)}
    }
    assert keyed == set(MUTATIONS) | ABOUT_MONEY
    assert {name for name, each in MUTATIONS.items() if each.other is None} == SAID_BY_ID_ALONE


def prepared(name: str) -> tuple[Store, Any]:
    """A store in which the mutation is due, and its input with a key."""
    store = stocked("LANTERN")
    given = MUTATIONS[name].given(MUTATIONS[name].stage(store))
    return store, replace(given, idempotency_key=key())


def sent(name: str, given: object, store: Store) -> Any:
    return call(MUTATIONS[name].run, given, context(MUTATIONS[name].actor, store))


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_same_key_and_body_twice_is_one_effect(name: str) -> None:
    store, given = prepared(name)
    before = contents(store)
    first = sent(name, given, store)
    assert (first.user_errors, first.replayed) == ((), False)
    after = contents(store)
    assert after != before
    again = sent(name, given, store)
    assert (again.user_errors, again.replayed, contents(store)) == ((), True, after)


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_effect_and_the_keys_record_are_one_transaction(name: str) -> None:
    store, given = prepared(name)
    calls = round_trips(store, lambda: sent(name, given, store))
    assert calls.count(WRITE) == 1
    assert not {"put_item", "update_item", "delete_item"} & set(calls)


@pytest.mark.parametrize("name", [name for name in MUTATIONS if name not in SAID_BY_ID_ALONE])
def test_another_body_under_the_same_key_is_a_conflict_and_changes_nothing(name: str) -> None:
    store, given = prepared(name)
    sent(name, given, store)
    before = contents(store)
    other = MUTATIONS[name].other
    assert other is not None
    assert isinstance(refusal(sent(name, replace(given, **other), store)), IdempotencyConflict)
    assert contents(store) == before


BY_ID = {
    "confirmOrder": ConfirmOrderInput,
    "holdOrder": HoldOrderInput,
    "releaseOrder": ReleaseOrderInput,
    "rejectOrder": RejectOrderInput,
    "cancelOrder": CancelOrderInput,
}


@pytest.mark.parametrize("second", BY_ID)
@pytest.mark.parametrize("first", ["holdOrder", "cancelOrder"])
def test_a_key_stands_for_one_action_even_where_another_takes_the_same_body(first: str, second: str) -> None:
    store, used = stocked("LANTERN"), key()
    order = placed(store)
    sent(first, BY_ID[first](order.id, idempotency_key=used), store)
    before = contents(store)
    payload = sent(second, BY_ID[second](order.id, idempotency_key=used), store)
    if first == second:
        assert payload.replayed
    else:
        assert isinstance(refusal(payload), IdempotencyConflict)
    assert contents(store) == before


@pytest.mark.parametrize("name", ["holdOrder", "releaseOrder", "rejectOrder"])
def test_the_same_state_again_under_a_new_key_writes_the_keys_record_alone(name: str) -> None:
    store = stocked("LANTERN")
    order = held(store) if name == "holdOrder" else placed(store)
    if name == "rejectOrder":
        do(reject_order, RejectOrderInput(order.id), ADMIN, store)
    before = len(fake(store).items("orders"))
    given = BY_ID[name](order.id, idempotency_key=key())
    payload = sent(name, given, store)
    assert (payload.replayed, len(fake(store).items("orders"))) == (False, before + 1)
    assert sent(name, given, store).replayed


def test_a_key_is_its_actors_own() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 5))
    given = CancelOrderInput(order.id, units(order, 1), idempotency_key=key())
    assert not do(cancel_order, given, ADA, store).replayed
    assert not do(cancel_order, given, ADMIN, store).replayed
