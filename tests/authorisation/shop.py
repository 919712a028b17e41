"""The shop that everybody calls at: a customer's order and a guest's at some stage of their lives, carts, products."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from domain.actors import Grant
from domain.ids import Id
from domain.order_token import Keyring, sign
from providers.choosing import Means, open_trial
from providers.trial import Trial
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.place_order import PlaceOrderInput, place_order
from resolvers.revoke_order_token import RevokeOrderTokenInput, revoke_order_token
from resolvers.shapes.payments import PaymentInput
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.paying import asked, paying
from tests.providers.trials import MemoryLedger
from tests.resolvers.filling import order_from, ready
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    GUEST,
    NOW,
    SHOP,
    call,
    context,
    done,
    fake,
    gbp,
    key,
    placed,
    stocked,
)

MISSING = Id("ord_" + "a" * 26)
SECRET, STAGE = context().secret, context().stage


@dataclass(frozen=True)
class Shop:
    """`things` are ids by kind and whose they are: `("order", "customer")`; `tokens` are those of the guest's order."""

    store: Store
    provider: Trial
    things: Mapping[tuple[str, str], str]
    tokens: Mapping[str, str]

    def copy(self) -> "Shop":
        """The same shop, whose changes are its own."""
        return replace(self, store=replace(self.store, client=fake(self.store).copy().client))


@cache
def shop_at(stage: str) -> Shop:
    """The shop with both orders at this stage of their lives. Not to be changed: copy it."""
    store = stocked("LANTERN", units=1000)
    provider = open_trial(Means(MemoryLedger(), lambda: SECRET, str, "https://pay.example/{reference}"))
    things = {("order", whose): _bought(store, provider, whose, stage) for whose in ("customer", "guest")}
    other = done(order_from(store, ready(store).id)).id
    _revoked(store, things["order", "guest"])
    things |= {("cart", "customer"): ready(store, ADA).id, ("cart", "guest"): ready(store).id}
    things |= _products(store)
    things |= {
        ("order", "missing"): MISSING, ("cart", "missing"): "crt_" + "a" * 26,
        ("product", "missing"): "prd_" + "a" * 26, ("sku", "public"): "LANTERN", ("sku", "missing"): "NOTHING",
    }  # fmt: skip
    return Shop(store, provider, things, _tokens(things["order", "guest"], other))


def _tokens(order: str, other: str) -> dict[str, str]:
    keyring, tomorrow = Keyring(SECRET, STAGE, SHOP.order_token_keys), NOW + timedelta(days=1)
    right = sign(keyring, Grant(order, 1), tomorrow)
    last = "a" if right[-1] != "a" else "q"
    return {
        "right": right,
        "of another order": sign(keyring, Grant(other, 0), tomorrow),
        "expired": sign(keyring, Grant(order, 1), NOW - timedelta(seconds=1)),
        "revoked": sign(keyring, Grant(order, 0), tomorrow),
        "forged": right[:-1] + last,
        "of another stage": sign(replace(keyring, stage="prod"), Grant(order, 1), tomorrow),
    }


def _bought(store: Store, provider: Trial, whose: str, stage: str) -> str:
    """A prepaid order from a cart, led so far."""
    actor = ADA if whose == "customer" else GUEST
    method = None if stage == "unpaid" else "test_approved"
    if stage == "on account":
        return placed(store).id if whose == "customer" else _bought(store, provider, whose, "authorised")
    payment = PaymentInput(method) if method else None
    order_id = _ordered(store, provider, ready(store, actor).id, actor, payment)
    if method:
        asked(store, provider, order_id)
    for step in STEPS[stage]:
        done(step(store, provider, order_id))
    return order_id


def _ordered(store: Store, provider: Trial, cart: Id, actor: Any, payment: PaymentInput | None) -> str:
    wanted = PlaceOrderInput(idempotency_key=key(), cart_id=cart, payment=payment)
    return str(done(paying(place_order, wanted, actor, store, provider)).id)


def _revoked(store: Store, order_id: str) -> None:
    """Tokens of before are revoked: those that count are of the generation after."""
    done(call(revoke_order_token, RevokeOrderTokenInput(Id(order_id)), context(ADMIN, store)))


def _products(store: Store) -> dict[tuple[str, str], str]:
    made = {}
    for whose, published in (("public", True), ("draft", False)):
        given = CreateProductInput(
            whose, "Home", published=published, variants=(VariantInput(whose.upper(), gbp("1.00")),)
        )
        product = call(create_product, given, context(ADMIN, store)).product
        made["product", whose] = str(product.id)
    return made


def _step(command: Callable[..., Any], given: Callable[[Id], object]) -> Callable[..., Any]:
    return lambda store, provider, order_id: paying(command, given(Id(order_id)), ADMIN, store, provider)


_CONFIRM = _step(confirm_order, ConfirmOrderInput)
_CAPTURE = _step(capture_payment, lambda id_: CapturePaymentInput(id_, key()))
_PLAN = _step(create_fulfillment, CreateFulfillmentInput)
_SHIP = _step(ship_fulfillment, lambda id_: ShipFulfillmentInput(id_, FIRST_PARCEL, "Bell Post", "T-1"))
_DELIVER = _step(deliver_fulfillment, lambda id_: DeliverFulfillmentInput(id_, FIRST_PARCEL))

STEPS: dict[str, tuple[Callable[..., Any], ...]] = {
    "unpaid": (),
    "authorised": (),
    "held": (_step(hold_order, HoldOrderInput),),
    "confirmed": (_CONFIRM,),
    "planned": (_CONFIRM, _PLAN),
    "shipped": (_CONFIRM, _PLAN, _SHIP),
    "delivered and paid": (_CONFIRM, _PLAN, _CAPTURE, _SHIP, _DELIVER),
}
"""What leads an order to each stage."""
