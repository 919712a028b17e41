"""What was paid for units that never arrived goes back by itself, once, and no more than it."""

from domain.ids import Id
from domain.lifecycle import CarrierStatus
from domain.order import Order as DomainOrder
from domain.paid import owes_refund
from providers.asking import asking
from providers.trial import Trial
from resolvers.cancel_fulfillment import CancelFulfillmentInput, cancel_fulfillment
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.record_tracking import RecordTrackingInput, record_tracking
from resolvers.refund_order import refund_order
from resolvers.shapes.orders import Order
from resolvers.shapes.payments import RefundOrderInput
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.calling import settle_money
from storage.store import Store
from tests.paying import authorized, paying, stored, trial
from tests.shopkeeping import ADMIN, FIRST_PARCEL, NOW, do, done, key, staff, stocked, units
from tests.storage.damaging import findings

LINES = (("LANTERN", 3), ("SOAP", 2))
SECOND = Id("ful_0002")


def captured(store: Store, provider: Trial) -> Order:
    """A paid order on its way in two parcels, a line in each; the carrier brought the lanterns back."""
    order = authorized(store, provider, *LINES)
    done(paying(capture_payment, CapturePaymentInput(order.id, key()), staff("finance"), store, provider))
    for quantities in ((3, 0), (0, 2)):
        done(
            do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, *quantities)), ADMIN, store)
        )
    for parcel in (FIRST_PARCEL, SECOND):
        done(do(ship_fulfillment, ShipFulfillmentInput(order.id, parcel), ADMIN, store))
    said = RecordTrackingInput(order.id, FIRST_PARCEL, CarrierStatus.RETURNED, NOW)
    return done(do(record_tracking, said, ADMIN, store))


def taken_back(store: Store, order: Order, parcel: Id = FIRST_PARCEL) -> None:
    done(do(cancel_fulfillment, CancelFulfillmentInput(order.id, parcel, restock=True), ADMIN, store))


def settled(store: Store, provider: Trial, order: Order) -> DomainOrder:
    """The order once money has gone back; asked for twice it goes back once."""
    settle_money(store, order.id, asking(provider), NOW)
    return settle_money(store, order.id, asking(provider), NOW)


def test_the_units_worth_goes_back_and_the_rest_of_the_order_stays_paid() -> None:
    store, provider = stocked("LANTERN", "SOAP"), trial()
    order = captured(store, provider)
    before = stored(store, order.id)
    taken_back(store, order)
    lanterns = before.lines[0]
    worth = lanterns.unit_price * 3 + lanterns.tax
    assert owes_refund(stored(store, order.id)) == worth
    after = settled(store, provider, order)
    assert (after.totals.refunded, after.totals.balance) == (worth, 0)
    arrived = done(do(deliver_fulfillment, DeliverFulfillmentInput(order.id, SECOND), ADMIN, store))
    assert (arrived.status.value, findings(store)) == ("COMPLETED", [])


def test_with_the_last_unit_the_shipping_goes_back_too() -> None:
    store, provider = stocked("LANTERN", "SOAP"), trial()
    order = captured(store, provider)
    said = RecordTrackingInput(order.id, SECOND, CarrierStatus.FAILED, NOW)
    done(do(record_tracking, said, ADMIN, store))
    taken_back(store, order)
    taken_back(store, order, SECOND)
    after = settled(store, provider, order)
    assert (after.status.value, after.totals.refunded) == ("CANCELLED", after.totals.total)
    assert (after.totals.balance, findings(store)) == (0, [])


def test_what_finance_paid_back_before_is_not_paid_back_again() -> None:
    store, provider = stocked("LANTERN", "SOAP"), trial()
    order = captured(store, provider)
    back = RefundOrderInput(order.id, key(), lines=units(order, 3))
    done(paying(refund_order, back, staff("finance"), store, provider))
    paid_back = stored(store, order.id).totals.refunded
    taken_back(store, order)
    after = settled(store, provider, order)
    assert (after.totals.refunded, after.totals.balance, findings(store)) == (paid_back, 0, [])
