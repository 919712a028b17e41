"""An order's money from placing to paying back, with the built-in test provider: what is asked, done, shown, and refused."""

from dataclasses import replace

import pytest

from domain.payment_report import PaymentReport, ProviderState
from domain.recording import RecordPayment
from domain.refusals import (
    NotAllowed,
    PaymentDeclined,
    RefundExceedsPaid,
    Refused,
    TransitionNotAllowed,
    UnknownOutcome,
)
from providers.asking import asking
from providers.trial import Trial
from resolvers.cancel_order import cancel_order
from resolvers.cancel_preview import cancel_preview
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.order import order as query_order
from resolvers.place_order import place_order
from resolvers.refund_order import refund_order
from resolvers.refund_preview import refund_preview
from resolvers.retry_payment import RetryPaymentInput, retry_payment
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from resolvers.shapes.payments import PaymentInput, RefundOrderInput
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from resolvers.void_payment import VoidPaymentInput, void_payment
from storage.calling import settle_money
from storage.store import Store
from tests.paying import asked, authorized, looked, paying, prepaid, record, stored, trial
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    FIRST_PARCEL,
    NOW,
    basket,
    call,
    contents,
    context,
    do,
    done,
    fake,
    for_ada,
    gbp,
    in_between,
    key,
    refusal,
    staff,
    stocked,
    units,
)  # fmt: skip
from tests.storage.damaging import findings

FINANCE = staff("finance")


@pytest.fixture
def store() -> Store:
    return stocked("LANTERN", price="3.33", units=1_000)


@pytest.fixture
def provider() -> Trial:
    return trial()


def captured(store: Store, provider: Trial, *lines: tuple[str, int], method: str = "test_approved") -> Order:
    """A confirmed order whose money is taken."""
    order = authorized(store, provider, *lines, method=method)
    return done(paying(capture_payment, CapturePaymentInput(order.id, key()), FINANCE, store, provider))


def shipped(store: Store, provider: Trial, *lines: tuple[str, int], method: str = "test_approved") -> Order:
    """A paid order whose one parcel has left."""
    order = captured(store, provider, *lines, method=method)
    done(do(create_fulfillment, CreateFulfillmentInput(order.id), ADMIN, store))
    return done(do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))


def refunded(input: RefundOrderInput, store: Store, provider: Trial) -> Order:
    """The order after a refund, which did what its preview said."""
    preview = paying(refund_preview, input, FINANCE, store, provider).preview
    order = done(paying(refund_order, input, FINANCE, store, provider))
    assert preview.totals == order.totals
    assert [(each.id, each.amount, each.lines) for each in preview.refunds] == [
        (each.id, each.amount, each.lines) for each in order.refunds[-len(preview.refunds) :]
    ]
    return order


def test_placing_with_a_method_begins_a_payment_of_the_total(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider)
    (payment,) = order.payments
    assert (payment.status.value, payment.amount, order.payment_status.value) == (
        "CREATED",
        order.totals.total,
        "PENDING",
    )
    assert [event.type.value for event in stored_events(store, order)] == ["ORDER_PLACED", "PAYMENT_STARTED"]


def stored_events(store: Store, order: Order) -> list:  # type: ignore[type-arg]
    found = query_order(context(ADMIN, store, NOW, "history"), id=order.id)
    assert found is not None
    return [entry.event for entry in found.history]


def test_the_means_of_payment_stands_in_its_item_alone(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider, "test_action")
    asked(store, provider, order.id)
    items = fake(store).items("orders")
    holders = [item["SK"]["S"] for item in items if "test_action" in str(item)]
    urls = [item["SK"]["S"] for item in items if "pay.example" in str(item)]
    assert (holders, urls) == (["P#pay_0001"], ["P#pay_0001"])


def test_the_owner_alone_sees_where_to_confirm(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider, "test_action")
    asked(store, provider, order.id)
    own, theirs = (
        query_order(context(ADA, store), id=order.id),
        query_order(context(ADMIN, store), id=order.id),
    )
    assert own is not None
    assert theirs is not None
    assert str(own.payments[0].next_action_url).startswith("https://pay.example/")
    assert (own.payments[0].reference, own.payment_status.value) == (None, "ACTION_REQUIRED")
    assert theirs.payments[0].next_action_url is None
    assert theirs.payments[0].provider == "test"


def test_a_prepaid_order_ships_once_its_money_is_held(store: Store, provider: Trial) -> None:
    order, held = prepaid(store, provider, None), authorized(store, provider)
    for each in (order, held):
        done(do(confirm_order, ConfirmOrderInput(each.id), ADMIN, store))
        done(do(create_fulfillment, CreateFulfillmentInput(each.id), ADMIN, store))
    unpaid = refusal(do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    assert isinstance(unpaid, NotAllowed)
    assert unpaid.reason == "NOT_PAID"
    assert done(do(ship_fulfillment, ShipFulfillmentInput(held.id, FIRST_PARCEL), ADMIN, store))


def test_capturing_takes_what_is_owed_and_no_more(store: Store, provider: Trial) -> None:
    order = authorized(store, provider, ("LANTERN", 4))
    part = CapturePaymentInput(order.id, key(), gbp("5.00"))
    after = done(paying(capture_payment, part, FINANCE, store, provider))
    assert (after.payment_status.value, after.totals.captured.amount) == ("PARTIALLY_PAID", "5.00")
    assert after.payments[0].status.value == "PARTIALLY_CAPTURED"
    too_much = CapturePaymentInput(order.id, key(), gbp("900.00"))
    assert refusal(paying(capture_payment, too_much, FINANCE, store, provider)).code == "INVALID_INPUT"
    after = done(paying(capture_payment, CapturePaymentInput(order.id, key()), FINANCE, store, provider))
    assert (after.payment_status.value, after.totals.balance.amount) == ("PAID", "0.00")
    assert findings(store) == []


def test_a_hold_blocks_capturing(store: Store, provider: Trial) -> None:
    order = authorized(store, provider)
    do(hold_order, HoldOrderInput(order.id), ADMIN, store)
    error = refusal(paying(capture_payment, CapturePaymentInput(order.id, key()), FINANCE, store, provider))
    assert isinstance(error, TransitionNotAllowed)
    assert error.from_ == "ON_HOLD"


def test_a_void_gives_back_what_is_held(store: Store, provider: Trial) -> None:
    order = authorized(store, provider)
    given = VoidPaymentInput(order.id, order.payments[0].id, key())
    after = done(paying(void_payment, given, FINANCE, store, provider))
    assert (after.payment_status.value, after.payments[0].status.value) == ("VOIDED", "VOIDED")
    before = contents(store)
    assert paying(void_payment, given, FINANCE, store, provider).replayed
    assert contents(store) == before
    assert provider.look(str(stored(store, order.id).payments[0].reference)).state is ProviderState.VOIDED


@pytest.mark.parametrize("command", ["capture", "void", "refund"])
def test_an_answer_that_is_lost_is_found_by_the_same_key(store: Store, provider: Trial, command: str) -> None:
    method = f"test_{command}_answer_lost"
    order = (
        shipped(store, provider, method=method)
        if command == "refund"
        else authorized(store, provider, method=method)
    )
    given = {
        "capture": (capture_payment, CapturePaymentInput(order.id, key())),
        "void": (void_payment, VoidPaymentInput(order.id, order.payments[0].id, key())),
        "refund": (refund_order, RefundOrderInput(order.id, key(), amount=gbp("1.00"))),
    }[command]
    lost = refusal(paying(*given, FINANCE, store, provider))
    assert isinstance(lost, UnknownOutcome)
    assert lost.id == order.id
    again = paying(*given, FINANCE, store, provider)
    assert (again.replayed, again.user_errors) == (True, ())
    moved = stored(store, order.id).payments[0]
    at_provider = provider.look(moved.reference)
    assert (moved.captured, moved.refunded) == (at_provider.captured, at_provider.refunded)
    assert findings(store) == []


def test_a_capture_that_is_refused_is_told_and_may_be_tried_again(store: Store, provider: Trial) -> None:
    order = authorized(store, provider, method="test_capture_refused")
    for _ in range(2):
        error = refusal(
            paying(capture_payment, CapturePaymentInput(order.id, key()), FINANCE, store, provider)
        )
        assert isinstance(error, PaymentDeclined)
        assert (error.decline_code, error.retryable) == ("authorization_expired", False)
    assert stored(store, order.id).payments[0].capturing == 0
    assert findings(store) == []


def test_a_refund_that_is_refused_gives_its_units_back(store: Store, provider: Trial) -> None:
    order = shipped(store, provider, method="test_refund_refused")
    given = RefundOrderInput(order.id, key(), lines=units(order, 2))
    assert isinstance(refusal(paying(refund_order, given, FINANCE, store, provider)), PaymentDeclined)
    preview = paying(refund_preview, replace(given, idempotency_key=key()), FINANCE, store, provider).preview
    assert preview.amount.amount == "7.99"
    assert findings(store) == []


def test_lines_and_shipping_paid_back_one_by_one_are_the_whole(store: Store, provider: Trial) -> None:
    order = shipped(store, provider, ("LANTERN", 3))
    for _ in range(3):
        after = refunded(RefundOrderInput(order.id, key(), lines=units(order, 1)), store, provider)
        assert after.payment_status.value == "PARTIALLY_REFUNDED"
    after = refunded(RefundOrderInput(order.id, key(), shipping=True), store, provider)
    assert (after.totals.refunded, after.payment_status.value) == (order.totals.total, "REFUNDED")
    assert findings(store) == []


def test_more_than_was_paid_is_refused_with_the_most(store: Store, provider: Trial) -> None:
    order = captured(store, provider)
    refunded(RefundOrderInput(order.id, key(), amount=gbp("5.00")), store, provider)
    given = RefundOrderInput(order.id, key(), amount=gbp("100.00"))
    for command in (refund_preview, refund_order):
        error = refusal(paying(command, given, FINANCE, store, provider))
        assert isinstance(error, RefundExceedsPaid)
        assert error.maximum is not None
        assert error.maximum.amount == f"{float(order.totals.total.amount) - 5:.2f}"


def test_a_declined_payment_is_retried_by_its_owner(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider, "test_insufficient_funds")
    failed = asked(store, provider, order.id)
    assert failed.payments[0].decline_code == "insufficient_funds"
    given = RetryPaymentInput(order.id, key(), "test_approved")
    done(paying(retry_payment, given, ADA, store, provider))
    asked(store, provider, order.id)
    after = query_order(context(ADA, store), id=order.id)
    assert after is not None
    assert ([each.status.value for each in after.payments], after.payment_status.value) == (
        ["FAILED", "AUTHORIZED"],
        "AUTHORIZED",
    )
    again = refusal(paying(retry_payment, replace(given, idempotency_key=key()), ADA, store, provider))
    assert isinstance(again, NotAllowed)
    assert again.reason == "NOTHING_OWED"


def test_nobody_else_may_pay_or_move_money(store: Store, provider: Trial) -> None:
    order = authorized(store, provider)
    retry = RetryPaymentInput(order.id, key(), "test_approved")
    assert refusal(paying(retry_payment, retry, BEN, store, provider)).code == "NOT_FOUND"
    for actor in (ADA, staff("support"), staff("warehouse"), staff("catalog")):
        for command, given in (
            (capture_payment, CapturePaymentInput(order.id, key())),
            (void_payment, VoidPaymentInput(order.id, order.payments[0].id, key())),
            (refund_order, RefundOrderInput(order.id, key())),
        ):
            assert refusal(paying(command, given, actor, store, provider)).code in {
                "NOT_ALLOWED",
                "NOT_FOUND",
            }
    assert stored(store, order.id).payments[0].status.value == "AUTHORIZED"


def test_a_shop_without_a_provider_takes_no_payment(store: Store) -> None:
    wanted = basket(("LANTERN", 1), payment=PaymentInput("test_approved"))
    error = refusal(call(place_order, wanted, context(ADA, store)))
    assert isinstance(error, NotAllowed)
    assert error.reason == "NO_PROVIDER"


def test_staff_give_no_means_of_payment_for_a_customer(store: Store, provider: Trial) -> None:
    wanted = replace(for_ada(basket(("LANTERN", 1))), payment=PaymentInput("test_approved"))
    error = refusal(paying(place_order, wanted, ADMIN, store, provider))
    assert isinstance(error, NotAllowed)
    assert error.reason == "PAYMENT_ON_BEHALF"


def test_cancelling_says_what_is_given_back_and_settling_gives_it(store: Store, provider: Trial) -> None:
    held, taken = authorized(store, provider, ("LANTERN", 3)), captured(store, provider, ("LANTERN", 3))
    for order in (held, taken):
        given = CancelOrderInput(order.id, units(order, 1) if order is taken else None)
        preview = call(cancel_preview, given, context(ADMIN, store)).preview
        done(do(cancel_order, given, ADMIN, store))
        after = settle_money(store, order.id, asking(provider), NOW)
        before = contents(store)
        settle_money(store, order.id, asking(provider), NOW)
        assert contents(store) == before
        if order is held:
            assert (preview.hold_released, after.payments[0].status.value) == (order.totals.total, "VOIDED")
        else:
            assert (
                preview.refund_due.amount
                == f"{after.totals.refunded / 100:.2f}"
                == preview.cancelled_value.amount
            )
            assert after.totals.balance == 0
    assert findings(store) == []


def test_a_payment_that_comes_late_never_revives_the_order(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider, "test_action")
    asked(store, provider, order.id)
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    provider.confirm(stored(store, order.id).payments[0].reference, accept=True, now=NOW)
    late = looked(store, provider, order.id)
    assert (late.status.value, late.payments[0].status.value) == ("CANCELLED", "AUTHORIZED")
    after = settle_money(store, order.id, asking(provider), NOW)
    assert (after.status.value, after.payments[0].status.value) == ("CANCELLED", "VOIDED")
    assert findings(store) == []


def test_a_payment_that_nobody_was_asked_for_is_not_begun_once_the_order_ended(
    store: Store, provider: Trial
) -> None:
    order = prepaid(store, provider)
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert settle_money(store, order.id, asking(provider), NOW).payments[0].status.value == "CREATED"


def test_a_report_of_another_amount_currency_or_payment_changes_nothing(
    store: Store, provider: Trial
) -> None:
    order = authorized(store, provider)
    payment, before = stored(store, order.id).payments[0], contents(store)
    good = PaymentReport(payment.reference, ProviderState.CAPTURED, "GBP", payment.amount, payment.amount)
    for wrong in (
        replace(good, currency="EUR"),
        replace(good, authorized=payment.amount - 1),
        replace(good, captured=payment.amount + 1),
        replace(good, reference="another"),
    ):
        with pytest.raises(Refused, match="nothing was changed"):
            record(store, order.id, RecordPayment(payment.id, wrong))
    assert contents(store) == before


def test_two_captures_at_once_take_the_money_once(store: Store, provider: Trial) -> None:
    order = authorized(store, provider)
    answers = []

    def another() -> None:
        answers.append(
            paying(capture_payment, CapturePaymentInput(order.id, key()), FINANCE, store, provider)
        )

    in_between(store, another)
    mine = paying(capture_payment, CapturePaymentInput(order.id, key()), FINANCE, store, provider)
    assert done(answers[0]).payment_status.value == "PAID"
    assert isinstance(refusal(mine), NotAllowed)
    assert (
        provider.look(stored(store, order.id).payments[0].reference).captured
        == stored(store, order.id).totals.total
    )


def test_cancelling_and_paying_at_once_end_in_one_state(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider)
    in_between(store, lambda: do(cancel_order, CancelOrderInput(order.id), ADA, store))
    asked(store, provider, order.id)
    after = settle_money(store, order.id, asking(provider), NOW)
    assert (after.status.value, after.payments[0].status.value) == ("CANCELLED", "VOIDED")
    assert findings(store) == []
