"""Who acts, and what that actor may do to what: one table, checked in Python alone, whatever the schema says."""

from enum import Enum

from domain.values import value


class ActorKind(Enum):
    """The kind of caller."""

    GUEST = "GUEST"
    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


class OwnerKind(Enum):
    """Who an order belongs to: a registered customer, or a guest whom staff placed it for."""

    CUSTOMER = "CUSTOMER"
    GUEST = "GUEST"


@value
class Grant:
    """What an order token lets its holder at: one order, for as long as its tokens are of this generation."""

    order_id: str
    generation: int


@value
class Actor:
    """The caller as the identity proves it; `groups` are staff groups and empty for anybody else.

    `grant` is what a token of an order proves beside it.
    """

    kind: ActorKind
    id: str
    groups: frozenset[str] = frozenset()
    grant: Grant | None = None


def holder(grant: Grant) -> Actor:
    """Whoever holds an order's token: a guest, known by the order alone."""
    return Actor(ActorKind.GUEST, f"order:{grant.order_id}", grant=grant)


@value
class Owner:
    """The owner of an order. It comes from the identity, or from staff acting on behalf; never from a customer's argument."""

    kind: OwnerKind
    id: str


class OrderAction(Enum):
    """What may be done to a placed order."""

    CONFIRM = "CONFIRM"
    REJECT = "REJECT"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    CANCEL = "CANCEL"
    CREATE_FULFILLMENT = "CREATE_FULFILLMENT"
    SHIP_FULFILLMENT = "SHIP_FULFILLMENT"
    DELIVER_FULFILLMENT = "DELIVER_FULFILLMENT"
    RETRY_PAYMENT = "RETRY_PAYMENT"
    CAPTURE_PAYMENT = "CAPTURE_PAYMENT"
    VOID_PAYMENT = "VOID_PAYMENT"
    REFUND = "REFUND"
    PACK_FULFILLMENT = "PACK_FULFILLMENT"
    CANCEL_FULFILLMENT = "CANCEL_FULFILLMENT"
    RECORD_TRACKING = "RECORD_TRACKING"


class SystemAction(Enum):
    """What our own consumers do to an order, and nobody else: bookkeeping of what happened elsewhere, and what time decides."""

    RECORD_PAYMENT = "RECORD_PAYMENT"
    RECORD_REFUND = "RECORD_REFUND"
    SETTLE = "SETTLE"
    EXPIRE = "EXPIRE"
    HAND_OVER = "HAND_OVER"


class ShopAction(Enum):
    """What else may be done in the shop."""

    VIEW_ORDER = "VIEW_ORDER"
    LIST_ORDERS = "LIST_ORDERS"
    PLACE_ON_BEHALF = "PLACE_ON_BEHALF"
    EDIT_CATALOG = "EDIT_CATALOG"
    VIEW_STOCK = "VIEW_STOCK"
    CHANGE_STOCK = "CHANGE_STOCK"
    ISSUE_ORDER_TOKEN = "ISSUE_ORDER_TOKEN"  # noqa: S105 - the name of what is done, no secret
    REVOKE_ORDER_TOKEN = "REVOKE_ORDER_TOKEN"  # noqa: S105 - the name of what is done, no secret


Action = OrderAction | ShopAction | SystemAction

SYSTEM = Actor(ActorKind.SYSTEM, "orderbell")
"""Our own work on an order, whichever function does it."""

_HOLDER_MAY: frozenset[Action] = frozenset(
    {ShopAction.VIEW_ORDER, OrderAction.CANCEL, OrderAction.RETRY_PAYMENT}
)
"""What a valid token of an order lets its holder do to that order."""

_OWNER_MAY: frozenset[Action] = _HOLDER_MAY | {ShopAction.ISSUE_ORDER_TOKEN, ShopAction.REVOKE_ORDER_TOKEN}

_STAFF_MAY: dict[Action, frozenset[str]] = {
    ShopAction.VIEW_ORDER: frozenset({"support", "warehouse", "finance", "admin"}),
    ShopAction.LIST_ORDERS: frozenset({"support", "warehouse", "finance", "admin"}),
    ShopAction.PLACE_ON_BEHALF: frozenset({"support", "admin"}),
    ShopAction.EDIT_CATALOG: frozenset({"catalog", "admin"}),
    ShopAction.VIEW_STOCK: frozenset({"support", "warehouse", "catalog", "admin"}),
    ShopAction.CHANGE_STOCK: frozenset({"warehouse", "admin"}),
    ShopAction.ISSUE_ORDER_TOKEN: frozenset({"support", "admin"}),
    ShopAction.REVOKE_ORDER_TOKEN: frozenset({"support", "admin"}),
    OrderAction.CONFIRM: frozenset({"support", "admin"}),
    OrderAction.REJECT: frozenset({"support", "admin"}),
    OrderAction.HOLD: frozenset({"support", "admin"}),
    OrderAction.RELEASE: frozenset({"support", "admin"}),
    OrderAction.CANCEL: frozenset({"support", "admin"}),
    OrderAction.CREATE_FULFILLMENT: frozenset({"warehouse", "admin"}),
    OrderAction.SHIP_FULFILLMENT: frozenset({"warehouse", "admin"}),
    OrderAction.DELIVER_FULFILLMENT: frozenset({"warehouse", "admin"}),
    OrderAction.RETRY_PAYMENT: frozenset(),  # staff never hold a payer's token
    OrderAction.CAPTURE_PAYMENT: frozenset({"finance", "admin"}),
    OrderAction.VOID_PAYMENT: frozenset({"finance", "admin"}),
    OrderAction.REFUND: frozenset({"finance", "admin"}),
    OrderAction.PACK_FULFILLMENT: frozenset({"warehouse", "admin"}),
    OrderAction.CANCEL_FULFILLMENT: frozenset({"warehouse", "admin"}),
    OrderAction.RECORD_TRACKING: frozenset({"warehouse", "admin"}),
}


def groups_for(action: Action) -> tuple[str, ...]:
    """The staff groups that may do this, for the schema's directives."""
    return tuple(sorted(_STAFF_MAY[action]))


def authorise(actor: Actor, action: Action, owner: Owner | None = None, grant: Grant | None = None) -> bool:
    """Say whether the actor may do this to a thing of this owner (None: a thing without one).

    `grant` is what a token of that thing must say now (None: a thing without tokens).
    """
    if isinstance(action, SystemAction):
        return actor.kind is ActorKind.SYSTEM
    if actor.kind is ActorKind.STAFF:
        return bool(actor.groups & _STAFF_MAY.get(action, frozenset()))
    if actor.kind is ActorKind.CUSTOMER and owner == Owner(OwnerKind.CUSTOMER, actor.id):
        return action in _OWNER_MAY
    return actor.grant is not None and actor.grant == grant and action in _HOLDER_MAY
