"""Who may do what, written by hand from the rules of the API: the product's own tables are not read here.

A rule names the thing that a field is about, whose that may be, and who gets at it. Whoever does not must be told what
they would be told of a thing that is not there, unless they may see it anyway.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.authorisation.callers import CALLERS, CLAIMANT, HOLDER, INVITED, OWNER, STRANGER, SYSTEM, Caller
from tests.authorisation.shop import Shop
from tests.shopkeeping import key

Arguments = Callable[[Shop, str], dict[str, Any]]

ORDERS, CARTS = ("customer", "guest", "missing"), ("customer", "guest", "missing")
PRODUCTS, SKUS = ("public", "draft", "missing"), ("public", "missing")
SEES_ORDERS = frozenset({"support", "warehouse", "finance", "admin"})


@dataclass(frozen=True, slots=True)
class Rule:
    """`groups` of staff may; `owner`: the customer whose it is; `holder`: whoever brings the right token; `anyone`: all.

    `thing` "" is a field that is about nothing in particular: its only target is "". `bearer`: whoever may use a cart.
    `only` names callers. `else_told`: what others may be told beside that they may not.
    """

    thing: str
    arguments: Arguments
    groups: frozenset[str] = frozenset()
    owner: bool = False
    holder: bool = False
    anyone: bool = False
    bearer: bool = False
    stage: str = "authorised"
    targets: tuple[str, ...] = ORDERS
    only: frozenset[str] = frozenset()
    else_told: frozenset[str] = frozenset()

    def allows(self, caller: Caller, whose: str) -> bool:
        """Whether this caller gets at a thing of this kind."""
        if whose == "missing":
            return False
        if self.anyone:
            return whose != "draft" or bool(caller.groups)
        if self.bearer:
            return uses_cart(caller, whose)
        if self.only:
            return caller.name in self.only and whose in {"", "guest"}
        if caller.groups & self.groups:
            return True
        return (self.owner and caller is OWNER and whose == "customer") or self.lets_in(caller, whose)

    def lets_in(self, caller: Caller, whose: str) -> bool:
        """Whether a token does."""
        return self.holder and caller in {HOLDER, INVITED} and whose == "guest"

    def knows(self, caller: Caller, whose: str) -> bool:
        """Whether the caller may know that the thing is there, whatever they may do to it."""
        match self.thing:
            case "order":
                mine = caller is OWNER and whose == "customer"
                return mine or bool(caller.groups & SEES_ORDERS) or self.lets_in(caller, whose)
            case "cart":
                return uses_cart(caller, whose)
            case _:
                return self.allows(caller, whose) or (whose == "public" and self.thing == "product")


def uses_cart(caller: Caller, whose: str) -> bool:
    """A guest's cart is whoever's holds its id, but never staff's; a customer's is theirs alone."""
    customer = caller in {OWNER, STRANGER, INVITED, CLAIMANT}
    if whose == "guest":
        return customer or caller.identity is None
    return caller is OWNER and whose == "customer"


def _of_order(name: str = "orderId", keyed: bool = False, **more: Any) -> Arguments:
    def given(_shop: Shop, order_id: str) -> dict[str, Any]:
        return {"input": {name: order_id} | ({"idempotencyKey": key()} if keyed else {}) | more}

    return given


def _input(name: str, **more: Any) -> Arguments:
    return lambda _shop, id_: {"input": {name: id_, **more}}


def _order(groups: str, arguments: Arguments, stage: str, **more: bool) -> Rule:
    return Rule("order", arguments, frozenset(groups.split()), stage=stage, **more)  # type: ignore[arg-type]


def _cart(arguments: Arguments) -> Rule:
    return Rule("cart", arguments, bearer=True, targets=CARTS)


def _catalog(arguments: Arguments, thing: str = "product", targets: tuple[str, ...] = PRODUCTS) -> Rule:
    return Rule(thing, arguments, frozenset({"catalog", "admin"}), targets=targets)


def _stock(groups: str, arguments: Arguments) -> Rule:
    return Rule("sku", arguments, frozenset(groups.split()), targets=SKUS)


def _open(arguments: Arguments) -> Rule:
    return Rule("", arguments, anyone=True, targets=("",))


def _for(names: str, arguments: Arguments) -> Rule:
    return Rule("", arguments, only=frozenset(names.split(", ")), targets=("",))


PARCEL = {"fulfillmentId": "ful_0001"}
ADDRESS = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "country": "GB"}
LINE = {"sku": "LANTERN", "quantity": 1}
PRICE = {"amount": "2.00", "currency": "GBP"}
GUESTS = ", ".join(each.name for each in CALLERS if each.identity is None)
CUSTOMERS = f"customer, {STRANGER.name}, {INVITED.name}, {CLAIMANT.name}"


def _placing(_shop: Shop, _id: str) -> dict[str, Any]:
    wanted = {"lines": [LINE], "shippingAddress": ADDRESS, "paymentTerms": "ON_ACCOUNT"}
    return {"input": wanted | {"idempotencyKey": key()}}


def _placing_for_ada(shop: Shop, id_: str) -> dict[str, Any]:
    given = _placing(shop, id_)
    line = LINE | {"agreedUnitPrice": PRICE}
    return {"input": given["input"] | {"lines": [line], "onBehalfOf": {"customerId": "ada"}}}


def _merging(_shop: Shop, id_: str) -> dict[str, Any]:
    return {"input": {"cartId": id_}}


def _tracking(shop: Shop, order_id: str) -> dict[str, Any]:
    told = {"status": "IN_TRANSIT", "occurredAt": "2026-11-23T09:00:00.000Z", "eventId": "e1"}
    return _of_order(**PARCEL, **told)(shop, order_id)


def _voiding(shop: Shop, order_id: str) -> dict[str, Any]:
    return _of_order(keyed=True, paymentId="pay_0001")(shop, order_id)


RULES: Mapping[str, Rule] = {
    "Query.me": _open(lambda *_: {}),
    "Query.categories": _open(lambda *_: {}),
    "Query.products": _open(lambda *_: {}),
    "Query.product": Rule("product", lambda _, id_: {"id": id_}, anyone=True, targets=PRODUCTS),
    "Query.order": Rule("order", lambda _, id_: {"id": id_}, SEES_ORDERS, owner=True, holder=True),
    "Query.orderEvents": Rule("order", lambda _, id_: {"orderId": id_}, SEES_ORDERS, owner=True, holder=True),
    "Query.myOrders": _for("customer", lambda *_: {}),
    "Query.orders": _for("support, warehouse, finance, admin", lambda *_: {"filter": {"status": "PLACED"}}),
    "Query.cart": _cart(lambda _, id_: {"id": id_}),
    "Query.cancelPreview": _order("support admin", _of_order(), "authorised", owner=True, holder=True),
    "Query.refundPreview": _order(
        "finance admin", _of_order(keyed=True, shipping=True), "delivered and paid"
    ),
    "Query.stockLevel": _stock("support warehouse catalog admin", lambda _, sku: {"sku": sku}),
    "Query.stockMovements": _stock("support warehouse catalog admin", lambda _, sku: {"sku": sku}),
    "Mutation.addToCart": _cart(lambda _, id_: {"input": {"cartId": id_, "idempotencyKey": key(), **LINE}}),
    "Mutation.updateCartLine": _cart(_input("cartId", **LINE)),
    "Mutation.removeFromCart": _cart(_input("cartId", sku="LANTERN")),
    "Mutation.setCartContact": _cart(_input("cartId", contact={"email": "b@example.com"})),
    "Mutation.setCartAddress": _cart(_input("cartId", shippingAddress=ADDRESS)),
    "Mutation.setCartShipping": _cart(_input("cartId", shippingMethod="standard")),
    "Mutation.createCart": _for(f"{GUESTS}, {CUSTOMERS}", lambda *_: {"input": {"lines": [LINE]}}),
    "Mutation.mergeCart": Rule(
        "cart",
        _merging,
        targets=CARTS,
        only=frozenset(CUSTOMERS.split(", ")),
        else_told=frozenset({"InvalidInput"}),
    ),  # a guest's alone: of their own a customer is told so
    "Mutation.placeOrder": Rule(
        "",
        _placing,
        targets=("",),
        only=frozenset(CUSTOMERS.split(", ")),
        else_told=frozenset({"InvalidInput"}),
    ),  # of support it is asked whom they place for
    "Mutation.confirmOrder": _order("support admin", _of_order(), "authorised"),
    "Mutation.rejectOrder": _order("support admin", _of_order(), "authorised"),
    "Mutation.holdOrder": _order("support admin", _of_order(), "authorised"),
    "Mutation.releaseOrder": _order("support admin", _of_order(), "held"),
    "Mutation.cancelOrder": _order("support admin", _of_order(), "authorised", owner=True, holder=True),
    "Mutation.retryPayment": _order(
        "", _of_order(keyed=True, method="test_approved"), "unpaid", owner=True, holder=True
    ),
    "Mutation.capturePayment": _order("finance admin", _of_order(keyed=True), "confirmed"),
    "Mutation.voidPayment": _order("finance admin", _voiding, "authorised"),
    "Mutation.refundOrder": _order(
        "finance admin", _of_order(keyed=True, shipping=True), "delivered and paid"
    ),
    "Mutation.createFulfillment": _order("warehouse admin", _of_order(), "confirmed"),
    "Mutation.packFulfillment": _order("warehouse admin", _of_order(**PARCEL), "planned"),
    "Mutation.shipFulfillment": _order("warehouse admin", _of_order(**PARCEL), "planned"),
    "Mutation.cancelFulfillment": _order("warehouse admin", _of_order(**PARCEL), "planned"),
    "Mutation.deliverFulfillment": _order("warehouse admin", _of_order(**PARCEL), "shipped"),
    "Mutation.recordTracking": _order("warehouse admin", _tracking, "shipped"),
    "Mutation.issueOrderToken": _order("support admin", _of_order(), "authorised", owner=True),
    "Mutation.revokeOrderToken": _order("support admin", _of_order(), "authorised", owner=True),
    "Mutation.createProduct": _catalog(
        lambda *_: {"input": {"title": "Bell", "category": "Home"}}, "", ("",)
    ),
    "Mutation.updateProduct": _catalog(_input("productId", title="Another")),
    "Mutation.saveVariant": _catalog(_input("productId", sku="PUBLIC-2", price=PRICE)),
    "Mutation.publishProduct": _catalog(_input("productId")),
    "Mutation.archiveProduct": _catalog(_input("productId")),
    "Mutation.createImageUpload": _catalog(_input("productId", type="PNG")),
    "Mutation.adjustStock": _stock(
        "warehouse admin",
        lambda _, sku: {"input": {"sku": sku, "delta": 1, "reason": "RECEIVED", "idempotencyKey": key()}},
    ),
    "Mutation.setStock": _stock("warehouse admin", _input("sku", onHand=1000)),
    "Mutation.setStockShards": _stock("warehouse admin", _input("sku", peakOrdersPerSecond=50)),
    "Subscription.onOrderEvent": Rule(
        "order", lambda _, id_: {"orderId": id_}, SEES_ORDERS, owner=True, holder=True
    ),
    "Subscription.onMyOrderEvents": _for(CUSTOMERS, lambda *_: {}),
    "Subscription.onStaffOrderEvents": _for(
        "support, warehouse, finance, admin", lambda *_: {"types": ["ORDER_PLACED"]}
    ),
}
"""Every field that a function of ours answers."""

ON_BEHALF = Rule("", _placing_for_ada, frozenset({"support", "admin"}), targets=("",))
"""Placing for somebody else, at an agreed price."""

FROM_CART = _cart(lambda _, id_: {"input": {"cartId": id_, "idempotencyKey": key()}})
"""Placing what stands in a cart."""

BY_DIRECTIVE_ALONE = {
    "Mutation.publishOrderEvent": SYSTEM.name,
    "Mutation.publishStaffOrderEvent": SYSTEM.name,
    "Mutation.endOrderSubscriptions": SYSTEM.name,
}
"""Fields without a function: the schema's directive is all that guards them."""

TAKES_TOKEN = frozenset(name for name, rule in RULES.items() if rule.holder)
