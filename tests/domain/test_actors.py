"""Who may do what: the whole table, against one written by hand."""

import pytest

from domain.actors import OrderAction, Owner, OwnerKind, ShopAction, authorise, groups_for
from tests import factories as make
from tests.domain.situations import ROLES

STAFF_MAY = {
    "support": "VIEW_ORDER LIST_ORDERS PLACE_ON_BEHALF VIEW_STOCK CONFIRM CANCEL REJECT HOLD RELEASE",
    "warehouse": "VIEW_ORDER LIST_ORDERS VIEW_STOCK CHANGE_STOCK CREATE_FULFILLMENT SHIP_FULFILLMENT DELIVER_FULFILLMENT",
    "finance": "VIEW_ORDER LIST_ORDERS",
    "catalog": "EDIT_CATALOG VIEW_STOCK",
    "owner": "VIEW_ORDER CANCEL",
}
ACTIONS = (*ShopAction, *OrderAction)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.value)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_its_row_says(role: str, action: OrderAction | ShopAction) -> None:
    expected = role == "admin" or action.value in STAFF_MAY.get(role, "").split()
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
