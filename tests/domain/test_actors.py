"""Who may do what: the whole table, against one written by hand."""

import pytest

from domain.actors import (
    Action,
    Grant,
    OrderAction,
    Owner,
    OwnerKind,
    ShopAction,
    SystemAction,
    authorise,
    groups_for,
    holder,
)
from tests import factories as make
from tests.domain.situations import ROLES

STAFF_MAY = {
    "support": "VIEW_ORDER LIST_ORDERS PLACE_ON_BEHALF VIEW_STOCK CONFIRM CANCEL REJECT HOLD RELEASE "
    "ISSUE_ORDER_TOKEN REVOKE_ORDER_TOKEN",
    "warehouse": "VIEW_ORDER LIST_ORDERS VIEW_STOCK CHANGE_STOCK CREATE_FULFILLMENT SHIP_FULFILLMENT DELIVER_FULFILLMENT "
    "PACK_FULFILLMENT CANCEL_FULFILLMENT RECORD_TRACKING",
    "finance": "VIEW_ORDER LIST_ORDERS CAPTURE_PAYMENT VOID_PAYMENT REFUND",
    "catalog": "EDIT_CATALOG VIEW_STOCK",
    "owner": "VIEW_ORDER CANCEL RETRY_PAYMENT ISSUE_ORDER_TOKEN REVOKE_ORDER_TOKEN",
    "system": "RECORD_PAYMENT RECORD_REFUND SETTLE EXPIRE HAND_OVER",
}
ACTIONS = (*ShopAction, *OrderAction)
NOT_STAFFS = {"RETRY_PAYMENT", *(action.value for action in SystemAction)}


@pytest.mark.parametrize("action", [*ACTIONS, *SystemAction], ids=lambda action: action.value)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_its_row_says(role: str, action: Action) -> None:
    expected = (role == "admin" and action.value not in NOT_STAFFS) or action.value in STAFF_MAY.get(
        role, ""
    ).split()
    assert authorise(ROLES[role], action, make.OWNER) is expected


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.value)
def test_a_customer_may_do_nothing_to_what_has_no_owner_or_a_guest_of_the_same_id(
    action: OrderAction | ShopAction,
) -> None:
    assert not authorise(make.CUSTOMER, action)
    assert not authorise(make.CUSTOMER, action, Owner(OwnerKind.GUEST, make.CUSTOMER.id))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.value)
def test_the_groups_told_to_the_schema_are_those_that_may(action: OrderAction | ShopAction) -> None:
    assert set(groups_for(action)) == {
        group
        for group in ("support", "warehouse", "finance", "catalog", "admin")
        if authorise(make.staff(group), action)
    }


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.value)
def test_who_holds_a_token_may_see_pay_and_cancel_that_order_alone(action: OrderAction | ShopAction) -> None:
    grant = Grant("ord_a", 2)
    others = (None, Grant("ord_b", 2), Grant("ord_a", 1), Grant("ord_a", 3))
    allowed = action in {ShopAction.VIEW_ORDER, OrderAction.CANCEL, OrderAction.RETRY_PAYMENT}
    assert authorise(holder(grant), action, make.OWNER, grant) is allowed
    assert not any(authorise(holder(grant), action, make.OWNER, other) for other in others)


def test_a_guest_without_a_token_may_do_nothing_to_an_order_of_guests() -> None:
    owner = Owner(OwnerKind.GUEST, make.GUEST.id)
    assert not any(authorise(make.GUEST, action, owner, Grant("ord_a", 0)) for action in ACTIONS)
