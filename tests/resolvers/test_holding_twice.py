"""Holding, releasing, rejecting and previewing in process and over HTTP through AppSync: answered the same."""

import pytest

from tests.resolvers.executing import in_process, through_appsync
from tests.resolvers.test_operations_twice import ORDER, Operation, shop
from tests.shopkeeping import ADA, ADMIN, BEN, staff


def mutation(name: str) -> str:
    """The document of a mutation that takes an order's id."""
    kind = name[0].upper() + name[1:]
    return (
        f"mutation Go($input: {kind}Input!) {{ {name}(input: $input) {{ replayed"
        " order { status fulfillmentStatus version totals { cancelled { amount } balance { amount } }"
        " availableActions { action allowed reason } history { event { type previousStatus } data } }"
        " userErrors { __typename code path ... on TransitionNotAllowed { from allowed } } } }"
    )


PREVIEW = """
  query Preview($input: CancelOrderInput!) {
    cancelPreview(input: $input) {
      replayed
      preview { version status fulfillmentStatus cancelledValue { amount currency }
                totals { total { amount } cancelled { amount } balance { amount } } stockReleased { sku quantity } }
      userErrors { __typename code path ... on QuantityExceeded { lineId maximum } }
    }
  }
"""
ONE = {"input": {"orderId": ORDER, "lines": [{"lineId": "1", "quantity": 1}]}}
OPERATIONS = [
    Operation(
        "hold", mutation("holdOrder"), "'ON_HOLD'", ADMIN, {"input": {"orderId": ORDER, "reason": "FRAUD"}}
    ),
    Operation("hold none", mutation("holdOrder"), "NotFound", ADMIN, {"input": {"orderId": "ord_nothing"}}),
    Operation(
        "release what is not held", mutation("releaseOrder"), "'PLACED'", ADMIN, {"input": {"orderId": ORDER}}
    ),
    Operation("reject", mutation("rejectOrder"), "ORDER_REJECTED", ADMIN, {"input": {"orderId": ORDER}}),
    Operation("preview of all", PREVIEW, "'CANCELLED'", variables={"input": {"orderId": ORDER}}),
    Operation("preview of a unit", PREVIEW, "'4.07'", variables=ONE),
    Operation("preview as staff", PREVIEW, "'PLACED'", staff("support"), ONE),
    Operation("preview of another's", PREVIEW, "NotFound", BEN, ONE),
    Operation(
        "preview of too much",
        PREVIEW,
        "'maximum': 2",
        variables={"input": {"orderId": ORDER, "lines": [{"lineId": "1", "quantity": 3}]}},
    ),
    Operation(
        "preview with a bad reason",
        PREVIEW,
        "InvalidInput",
        variables={"input": {"orderId": ORDER, "reason": "because"}},
    ),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_it_is_answered_the_same_in_process_and_by_appsync(operation: Operation) -> None:
    here = in_process(shop(), operation.actor, operation.document, operation.variables)
    there = await through_appsync(shop(), operation.actor, operation.document, operation.variables)
    assert here == there
    assert operation.holds in str(there)


@pytest.mark.parametrize("actor", [ADA, staff("warehouse"), staff("finance")])
@pytest.mark.parametrize("name", ["holdOrder", "releaseOrder", "rejectOrder"])
async def test_appsync_lets_support_and_admin_alone_hold_release_and_reject(name, actor) -> None:  # type: ignore[no-untyped-def]
    data, errors = await through_appsync(shop(), actor, mutation(name), {"input": {"orderId": ORDER}})
    assert (data, errors) == (None, [((name,), "Unauthorized")])
