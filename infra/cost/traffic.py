"""How often each request is sent in a month, and which function answers it, from the inputs and the declarations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.cost.assumed import Assumed, Inputs
from infra.declared import Declared

FIELDS = {
    "category": "Query.products",
    "search": "Query.products",
    "product": "Query.product",
    "placeOrder": "Mutation.placeOrder",
    "capturePayment": "Mutation.capturePayment",
    "createFulfillment": "Mutation.createFulfillment",
    "shipFulfillment": "Mutation.shipFulfillment",
    "deliverFulfillment": "Mutation.deliverFulfillment",
    "order": "Query.order",
    "orderEvents": "Query.orderEvents",
    "myOrders": "Query.myOrders",
    "staffPage": "Query.orders",
    "onOrderEvent": "Subscription.onOrderEvent",
    "onStaffOrderEvents": "Subscription.onStaffOrderEvents",
}
"""The root field behind each request of the capacity table."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """One kind of request: who answers it, and how many in the month."""

    request: str
    function: str
    number: float


def traffic(inputs: Inputs, assumed: Assumed, declared: Declared) -> Iterator[Traffic]:
    """What clients send to the API."""
    runs_in = {field.key: field.runs_in for field in declared.fields}
    for request, number in numbers(inputs, assumed).items():
        yield Traffic(request, str(runs_in[FIELDS[request]]), number)


def numbers(inputs: Inputs, assumed: Assumed) -> Mapping[str, float]:
    """Requests in the month. A subscription counts as one when it starts."""
    visits, orders = inputs.visits, inputs.orders
    screen_hours = inputs.staff_screens * assumed.screen_hours_a_month
    return {
        "category": visits * assumed.shelves_a_visit,
        "search": visits * assumed.searches_a_visit,
        "product": visits * assumed.products_a_visit,
        "placeOrder": orders,
        "capturePayment": orders,
        "createFulfillment": orders,
        "shipFulfillment": orders,
        "deliverFulfillment": orders,
        "order": orders * assumed.order_reads_an_order,
        "orderEvents": orders * assumed.event_reads_an_order,
        "myOrders": orders * assumed.order_lists_an_order,
        "staffPage": screen_hours * assumed.screen_pages_an_hour,
        "onOrderEvent": orders,
        "onStaffOrderEvents": screen_hours,
    }


def connection_minutes(inputs: Inputs, assumed: Assumed) -> float:
    """Minutes that customers and staff are connected."""
    staff = inputs.staff_screens * assumed.screen_hours_a_month * 60
    return inputs.orders * assumed.follow_minutes_an_order + staff
