"""What cancelling would come to: exactly what it then does, and nothing is written for knowing it."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest

from domain.actors import Actor
from domain.ids import Id
from domain.refusals import IdempotencyConflict, StaleVersion
from resolvers.cancel_order import cancel_order
from resolvers.cancel_preview import cancel_preview
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.order import order as query_order
from resolvers.shapes.inputs import CancelOrderInput, LineQuantityInput
from resolvers.shapes.orders import CancelPreview, CancelPreviewPayload, Order
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    call,
    confirmed,
    contents,
    context,
    delivered,
    do,
    key,
    packed,
    placed,
    put_on_shelf,
    round_trips,
    staff,
    stock,
    stocked,
    units,
)  # fmt: skip

SKUS = ("LANTERN", "SOAP", "MUG")
PRICES = ("0.33", "12.49", "3.99")


def previewed(input: CancelOrderInput, actor: Actor, store: Store) -> CancelPreviewPayload:
    """The preview as the edge answers it; whatever it says, it has written nothing."""
    before = contents(store)
    payload: CancelPreviewPayload = call(cancel_preview, input, context(actor, store))
    assert contents(store) == before
    return payload


def shown(payload: CancelPreviewPayload) -> CancelPreview:
    """The preview of a cancellation that would be accepted."""
    assert payload.preview is not None, payload.user_errors
    return payload.preview


def shop() -> Store:
    """Three SKUs whose prices leave odd pennies when taxed."""
    store = stocked()
    for sku, price in zip(SKUS, PRICES, strict=True):
        put_on_shelf(store, sku, price, units=1_000)
    return store


def random_order(store: Store, dice: Random) -> Order:
    """An order of 1 to 4 lines that has come some random way: confirmed, held, with parcels packed, shipped, delivered."""
    wanted = [(dice.choice(SKUS), dice.randint(1, 5)) for _ in range(dice.randint(1, 4))]
    order = (placed if dice.random() < 0.4 else confirmed)(store, ADA, *wanted)
    while order.status.value == "CONFIRMED" and dice.random() < 0.6:
        payload = do(create_fulfillment, CreateFulfillmentInput(order.id, some(order, dice)), ADMIN, store)
        order = payload.order or order
        for parcel in (parcel.id for parcel in order.fulfillments if dice.random() < 0.5):
            do(ship_fulfillment, ShipFulfillmentInput(order.id, parcel), ADMIN, store)
            if dice.random() < 0.5:
                do(deliver_fulfillment, DeliverFulfillmentInput(order.id, parcel), ADMIN, store)
    if dice.random() < 0.2:
        do(hold_order, HoldOrderInput(order.id), ADMIN, store)
    return order


def some(order: Order, dice: Random) -> tuple[LineQuantityInput, ...]:
    """Units of some lines, at times one more than there are."""
    lines = dice.sample(order.lines, dice.randint(1, len(order.lines)))
    most = {line.id: max(1, line.open_quantity + (dice.random() < 0.1)) for line in lines}
    return tuple(LineQuantityInput(line_id, dice.randint(1, count)) for line_id, count in most.items())


def balance(order_id: Id, store: Store) -> Decimal:
    order = query_order(context(ADMIN, store), id=order_id)
    assert order is not None
    return Decimal(order.totals.balance.amount)


def available(store: Store) -> dict[str, int]:
    return {sku: stock(store, sku)[0] for sku in SKUS}


def check(order_id: Id, given: CancelOrderInput, actor: Actor, store: Store) -> bool:
    """Preview, cancel, compare; whether it was accepted."""
    said, shelves, owed = previewed(given, actor, store), available(store), balance(order_id, store)
    payload = do(cancel_order, given, actor, store)
    assert said.user_errors == payload.user_errors
    assert (said.preview is None) == (payload.order is None)
    if payload.order is None or said.preview is None:
        return False
    after, preview = payload.order, said.preview
    assert preview.totals == after.totals
    assert Decimal(preview.cancelled_value.amount) == owed - Decimal(after.totals.balance.amount)
    assert (preview.status, preview.fulfillment_status) == (after.status, after.fulfillment_status)
    moved = {sku: now - shelves[sku] for sku, now in available(store).items() if now != shelves[sku]}
    assert {each.sku: each.quantity for each in preview.stock_released} == moved
    return True


@pytest.mark.parametrize("seed", range(6))
def test_the_preview_of_random_cancellations_equals_their_effect(seed: int) -> None:
    dice, store, accepted, refused = Random(seed), shop(), 0, 0
    for _ in range(25):
        order = random_order(store, dice)
        for _ in range(3):
            lines = some(order, dice) if dice.random() < 0.8 else None
            if check(order.id, CancelOrderInput(order.id, lines), dice.choice((ADA, ADMIN)), store):
                accepted += 1
            else:
                refused += 1
    assert min(accepted, refused) > 5


def test_a_preview_of_everything_takes_shipping_off_too() -> None:
    store = stocked("LANTERN", units=10)
    order = placed(store, ADA, ("LANTERN", 2))
    preview = shown(previewed(CancelOrderInput(order.id), ADA, store))
    assert (preview.status.value, preview.cancelled_value) == ("CANCELLED", order.totals.total)
    assert preview.totals.balance.amount == "0.00"
    assert [(each.sku, each.quantity) for each in preview.stock_released] == [("LANTERN", 2)]


def test_a_preview_of_units_leaves_shipping_and_status_alone() -> None:
    store = stocked("LANTERN", price="2.50")
    order = placed(store, ADA, ("LANTERN", 2))
    preview = shown(previewed(CancelOrderInput(order.id, units(order, 1)), ADA, store))
    assert (preview.status.value, preview.cancelled_value.amount) == ("PLACED", "3.00")


def test_a_sku_of_two_lines_is_released_as_one_sum() -> None:
    store = stocked("LANTERN", "SOAP")
    order = placed(store, ADA, ("LANTERN", 2), ("SOAP", 1), ("LANTERN", 3))
    preview = shown(previewed(CancelOrderInput(order.id), ADA, store))
    assert [(each.sku, each.quantity) for each in preview.stock_released] == [("LANTERN", 5), ("SOAP", 1)]


def test_the_previews_version_holds_the_mutation_to_it() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 3))
    version = shown(previewed(CancelOrderInput(order.id), ADA, store)).version
    do(cancel_order, CancelOrderInput(order.id, units(order, 1)), ADA, store)
    given = CancelOrderInput(order.id, expected_version=version)
    (error,) = previewed(given, ADA, store).user_errors
    assert isinstance(error, StaleVersion)
    assert do(cancel_order, given, ADA, store).user_errors == (error,)


def test_a_cancellation_that_was_done_under_its_key_comes_to_nothing_more() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 3))
    given = CancelOrderInput(order.id, units(order, 1), idempotency_key=key())
    do(cancel_order, given, ADA, store)
    payload = previewed(given, ADA, store)
    assert (payload.replayed, shown(payload).cancelled_value.amount, shown(payload).stock_released) == (
        True,
        "0.00",
        (),
    )


def test_a_preview_uses_no_key_up() -> None:
    store = stocked("LANTERN")
    given = CancelOrderInput(placed(store).id, idempotency_key=key())
    previewed(given, ADA, store)
    assert not do(cancel_order, given, ADA, store).replayed


def test_a_key_used_with_another_body_is_a_conflict_in_the_preview_too() -> None:
    store, used = stocked("LANTERN"), key()
    order = placed(store, ADA, ("LANTERN", 3))
    do(cancel_order, CancelOrderInput(order.id, units(order, 1), idempotency_key=used), ADA, store)
    other = CancelOrderInput(order.id, units(order, 2), idempotency_key=used)
    (error,) = previewed(other, ADA, store).user_errors
    assert isinstance(error, IdempotencyConflict)


def test_a_preview_is_one_read() -> None:
    store = stocked("LANTERN")
    given = CancelOrderInput(placed(store).id)
    assert round_trips(store, lambda: previewed(given, ADA, store)) == ["query"]


@pytest.mark.parametrize("stage", [placed, packed, delivered])
@pytest.mark.parametrize("actor", [ADA, BEN, ADMIN, staff("finance"), staff("catalog")])
def test_whoever_is_refused_is_refused_alike(stage: Callable[[Store], Order], actor: Actor) -> None:
    store = stocked("LANTERN", units=1_000)
    order = stage(store)
    for given in (
        CancelOrderInput(order.id),
        CancelOrderInput(order.id, units(order, 9)),
        CancelOrderInput(order.id, units(order, 1) * 2),
        CancelOrderInput(Id("ord_nothing")),
    ):
        said = previewed(given, actor, store)
        payload = do(cancel_order, given, actor, store)
        assert said.user_errors == payload.user_errors
        assert (said.preview is None) == (payload.order is None)
