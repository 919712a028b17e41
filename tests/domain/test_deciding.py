"""What the facts of a decision carry, and the rules of the machine by example."""

from domain.commands import Cancel, Confirm, CreateFulfillment, DeliverFulfillment, ShipFulfillment, decide
from domain.history import apply
from domain.lifecycle import EventType, FulfillmentStatus, OrderStatus
from domain.order import Counters, Order
from domain.refusals import NotAllowed, QuantityExceeded, TransitionNotAllowed
from tests import factories as make

ADMIN = make.staff()


def confirmed(*statuses: FulfillmentStatus, quantity: int = 2) -> Order:
    """A confirmed order of one line with a parcel of one unit for each status."""
    parcels = tuple(
        make.parcel({"1": 1}, f"ful_{n:04d}", status) for n, status in enumerate(statuses, start=1)
    )
    left = [s for s in statuses if s in {FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED}]
    counters = {"1": Counters(shipped=len(left), delivered=left.count(FulfillmentStatus.DELIVERED))}
    return make.order(
        lines=(make.line(quantity=quantity),),
        status=OrderStatus.CONFIRMED,
        fulfillments=parcels,
        counters=counters,
    )


def types(decided: object) -> list[str]:
    assert isinstance(decided, tuple), decided
    return [fact.type.value for fact in decided]


def test_confirming_twice_succeeds_and_records_nothing() -> None:
    assert decide(confirmed(), Confirm(), ADMIN) == ()


def test_cancelling_a_cancelled_order_succeeds_and_records_nothing() -> None:
    assert decide(make.order(status=OrderStatus.CANCELLED), Cancel(), make.CUSTOMER) == ()


def test_cancelling_units_of_a_cancelled_order_is_refused() -> None:
    refused = decide(make.order(status=OrderStatus.CANCELLED), Cancel({"1": 1}), ADMIN)
    assert isinstance(refused, TransitionNotAllowed)


def test_cancelling_everything_takes_the_whole_total_shipping_included() -> None:
    order = make.order()
    facts = decide(order, Cancel(reason="TOO_LATE"), make.CUSTOMER)
    assert isinstance(facts, tuple)
    assert facts[0].data == {"units": {"1": 2, "2": 3}, "value": order.totals.total, "reason": "TOO_LATE"}


def test_cancelling_some_units_leaves_shipping_out() -> None:
    facts = decide(make.order(), Cancel({"1": 1}), make.CUSTOMER)
    assert isinstance(facts, tuple)
    assert facts[0].data == {"units": {"1": 1}, "value": 1_200}


def test_cancelling_line_after_line_sums_to_the_whole_total() -> None:
    order = make.order(lines=(make.line("1", quantity=3, unit_price=333, discount=10), make.line("2")))
    for units in ({"1": 1}, {"2": 2}, {"1": 1}, {"1": 1}):
        facts = decide(order, Cancel(units), ADMIN)
        assert isinstance(facts, tuple)
        order, _ = apply(order, facts, ADMIN, make.NOW)
    assert order.status is OrderStatus.CANCELLED
    assert (order.totals.cancelled, order.totals.balance) == (order.totals.total, 0)


def test_owners_may_not_cancel_once_a_parcel_is_packed_but_staff_may() -> None:
    order = confirmed(FulfillmentStatus.PENDING)
    refused = decide(order, Cancel(), make.CUSTOMER)
    assert isinstance(refused, NotAllowed)
    assert refused.reason == "IN_FULFILLMENT"
    assert types(decide(order, Cancel(), ADMIN)) == ["ORDER_LINES_CANCELLED"]


def test_nothing_open_is_told_as_such() -> None:
    refused = decide(confirmed(FulfillmentStatus.PENDING, FulfillmentStatus.PENDING), Cancel(), ADMIN)
    assert isinstance(refused, NotAllowed)
    assert refused.reason == "NOTHING_OPEN"


def test_more_than_is_open_is_refused_with_what_is() -> None:
    refused = decide(confirmed(FulfillmentStatus.PENDING), CreateFulfillment({"1": 2}), ADMIN)
    assert isinstance(refused, QuantityExceeded)
    assert (refused.line_id, refused.maximum, refused.path) == ("1", 1, ("input", "lines", "0"))


def test_the_last_delivery_completes_the_order() -> None:
    order = confirmed(FulfillmentStatus.DELIVERED, FulfillmentStatus.SHIPPED)
    decided = decide(order, DeliverFulfillment("ful_0002"), ADMIN)
    assert types(decided) == ["FULFILLMENT_DELIVERED", "ORDER_COMPLETED"]


def test_cancelling_the_last_open_unit_completes_an_order_of_which_some_was_delivered() -> None:
    decided = decide(confirmed(FulfillmentStatus.DELIVERED), Cancel({"1": 1}), ADMIN)
    assert types(decided) == ["ORDER_LINES_CANCELLED", "ORDER_COMPLETED"]


def test_a_delivery_completes_nothing_while_a_unit_is_open() -> None:
    decided = decide(confirmed(FulfillmentStatus.SHIPPED), DeliverFulfillment("ful_0001"), ADMIN)
    assert types(decided) == ["FULFILLMENT_DELIVERED"]


def test_parcels_are_numbered_within_their_order() -> None:
    facts = decide(confirmed(FulfillmentStatus.PENDING), CreateFulfillment(), ADMIN)
    assert isinstance(facts, tuple)
    assert facts[0].data == {"fulfillmentId": "ful_0002", "units": {"1": 1}}


def test_shipping_keeps_what_is_known_of_the_carrier() -> None:
    order = confirmed(FulfillmentStatus.PENDING)
    facts = decide(order, ShipFulfillment("ful_0001", "Post", None), ADMIN)
    assert isinstance(facts, tuple)
    after, _ = apply(order, facts, ADMIN, make.NOW)
    assert facts[0].data == {"fulfillmentId": "ful_0001", "carrier": "Post"}
    assert (after.fulfillments[0].carrier, after.fulfillments[0].shipped_at) == ("Post", make.NOW)


def test_an_order_of_another_status_says_what_it_allows_to_this_caller() -> None:
    refused = decide(make.order(), CreateFulfillment(), make.staff("support"))
    assert isinstance(refused, TransitionNotAllowed)
    assert (refused.from_, refused.allowed) == ("PLACED", ("CONFIRM", "REJECT", "HOLD", "CANCEL"))


def test_the_events_of_one_command_carry_the_status_after_each() -> None:
    order = confirmed(FulfillmentStatus.DELIVERED, FulfillmentStatus.SHIPPED)
    facts = decide(order, DeliverFulfillment("ful_0002"), ADMIN)
    assert isinstance(facts, tuple)
    _, events = apply(order, facts, ADMIN, make.NOW)
    assert [(e.sequence, e.previous_status, e.status) for e in events] == [
        (2, OrderStatus.CONFIRMED, OrderStatus.CONFIRMED),
        (3, OrderStatus.CONFIRMED, OrderStatus.COMPLETED),
    ]
    assert events[0].type is EventType.FULFILLMENT_DELIVERED
