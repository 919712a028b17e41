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
class Actor:
    """The caller as the identity proves it; `groups` are staff groups and empty for anybody else."""

    kind: ActorKind
    id: str
    groups: frozenset[str] = frozenset()


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


class ShopAction(Enum):
    """What else may be done in the shop."""

    VIEW_ORDER = "VIEW_ORDER"
    LIST_ORDERS = "LIST_ORDERS"
    PLACE_ON_BEHALF = "PLACE_ON_BEHALF"
    EDIT_CATALOG = "EDIT_CATALOG"
    VIEW_STOCK = "VIEW_STOCK"
    CHANGE_STOCK = "CHANGE_STOCK"


Action = OrderAction | ShopAction

_OWNER_MAY: frozenset[Action] = frozenset({ShopAction.VIEW_ORDER, OrderAction.CANCEL})

_STAFF_MAY: dict[Action, frozenset[str]] = {
    ShopAction.VIEW_ORDER: frozenset({"support", "warehouse", "finance", "admin"}),
    ShopAction.LIST_ORDERS: frozenset({"support", "warehouse", "finance", "admin"}),
    ShopAction.PLACE_ON_BEHALF: frozenset({"support", "admin"}),
    ShopAction.EDIT_CATALOG: frozenset({"catalog", "admin"}),
    ShopAction.VIEW_STOCK: frozenset({"support", "warehouse", "catalog", "admin"}),
    ShopAction.CHANGE_STOCK: frozenset({"warehouse", "admin"}),
    OrderAction.CONFIRM: frozenset({"support", "admin"}),
    OrderAction.REJECT: frozenset({"support", "admin"}),
    OrderAction.HOLD: frozenset({"support", "admin"}),
    OrderAction.RELEASE: frozenset({"support", "admin"}),
    OrderAction.CANCEL: frozenset({"support", "admin"}),
    OrderAction.CREATE_FULFILLMENT: frozenset({"warehouse", "admin"}),
    OrderAction.SHIP_FULFILLMENT: frozenset({"warehouse", "admin"}),
    OrderAction.DELIVER_FULFILLMENT: frozenset({"warehouse", "admin"}),
}


def groups_for(action: Action) -> tuple[str, ...]:
    """The staff groups that may do this, for the schema's directives."""
    return tuple(sorted(_STAFF_MAY[action]))


def authorise(actor: Actor, action: Action, owner: Owner | None = None) -> bool:
    """Say whether the actor may do this to a thing of this owner (None: a thing without one)."""
    if actor.kind is ActorKind.STAFF:
        return bool(actor.groups & _STAFF_MAY.get(action, frozenset()))
    if actor.kind is ActorKind.CUSTOMER and owner is not None:
        return owner == Owner(OwnerKind.CUSTOMER, actor.id) and action in _OWNER_MAY
    return False
