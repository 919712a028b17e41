"""Mails to customers: which events are written of, what is told, to whom, and once."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.mailing import Mail
from consumers.send_mail import link_to
from domain.lifecycle import EventType
from domain.order import PaymentTerms
from domain.order_token import Keyring, verify
from domain.recording import Expire
from providers.provider import Provider
from resolvers.cancel_order import CancelOrderInput, cancel_order
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.place_order import place_order
from resolvers.refund_order import refund_order
from resolvers.reject_order import RejectOrderInput, reject_order
from resolvers.shapes.orders import Order
from resolvers.shapes.payments import PaymentInput, RefundOrderInput
from storage.order_reads import load_order
from storage.store import Store
from tests.mailing import ADDRESS, CONTACT, SECRET, Office, ordered, sent_on
from tests.paying import asked, looked, opening, paying, record, stored, trial
from tests.resolvers.filling import guest_order
from tests.shopkeeping import (
    ADA,
    ADMIN,
    NOW,
    SHOP,
    basket,
    context,
    do,
    done,
    gbp,
    key,
    placed,
    stocked,
    units,
)
from wiring.logs import LOGGER


@pytest.fixture
def store() -> Store:
    return stocked("LANTERN", "BELL")


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def subjects(mails: list[Mail]) -> list[str]:
    return [each.letter.subject for each in mails]


def test_a_placed_order_is_listed_with_its_sums(store: Store, office: Office) -> None:
    order = ordered(store)
    (mail,) = office.told_all(order.id)
    assert (mail.to, mail.order_id) == (ADDRESS, order.id)
    assert mail.letter.subject == f"Your order {order.number} at {SHOP.name}"
    assert "Dear Ada <Example>,\n" in mail.letter.text
    assert "2 x Product LANTERN at 2.50 GBP\n1 x Product BELL at 2.50 GBP" in mail.letter.text
    assert f"In all: {order.totals.total.amount} GBP" in mail.letter.text
    assert f"https://shop.example/orders/{order.number}\n" in mail.letter.text


def test_a_parcel_is_told_when_it_leaves_and_when_it_arrives(store: Store, office: Office) -> None:
    order = ordered(store)
    sent_on(store, order)
    _, shipped, delivered = office.told_all(order.id)
    assert "2 x Product LANTERN\n1 x Product BELL" in shipped.letter.text
    assert "It travels with Royal Mail." in shipped.letter.text
    assert "tracking-results/RM%201%2F2" in shipped.letter.html
    assert delivered.letter.subject == f"Order {order.number}: a parcel has arrived"


def test_units_that_are_cancelled_are_told_with_their_worth(store: Store, office: Office) -> None:
    order = ordered(store)
    given = CancelOrderInput(order.id, lines=units(order, 1, 0), idempotency_key=key())
    done(do(cancel_order, given, ADA, store))
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    _, part, rest = office.told_all(order.id)
    assert "1 x Product LANTERN" in part.letter.text
    assert "That is 3.00 GBP, with tax," in part.letter.text
    assert "You have paid" not in part.letter.text
    assert rest.letter.subject == f"Order {order.number}: cancelled"


def test_an_order_that_is_turned_down_is_told(store: Store, office: Office) -> None:
    order = ordered(store)
    done(do(reject_order, RejectOrderInput(order.id, "OUT_OF_STOCK"), ADMIN, store))
    assert subjects(office.told_all(order.id))[1:] == [f"Order {order.number}: we cannot deliver it"]


def test_an_order_that_nobody_paid_is_told_to_have_ended(store: Store, office: Office) -> None:
    order = ordered(store, payment_terms=PaymentTerms.PREPAID)
    record(store, order.id, Expire(NOW + timedelta(hours=3)))
    assert subjects(office.told_all(order.id))[1:] == [f"Order {order.number}: not paid in time"]


def paid(store: Store) -> tuple[Order, Provider]:
    """A prepaid order whose money is taken in two parts, and something of it paid back."""
    provider = trial()
    wanted = basket(
        ("LANTERN", 4),
        contact=CONTACT,
        payment_terms=PaymentTerms.PREPAID,
        payment=PaymentInput("test_approved"),
    )
    order = done(place_order(wanted, replace(context(ADA, store), provider=opening(provider))))
    asked(store, provider, order.id)
    for amount in (gbp("5.00"), None):
        given = CapturePaymentInput(order.id, key(), amount=amount)
        done(paying(capture_payment, given, ADMIN, store, provider))
        asked(store, provider, order.id)
    refund = RefundOrderInput(order.id, key(), amount=gbp("1.25"), reason="DAMAGED")
    done(paying(refund_order, refund, ADMIN, store, provider))
    asked(store, provider, order.id)
    return order, provider


def test_money_is_told_as_it_is_taken_and_paid_back(store: Store, office: Office) -> None:
    order, _ = paid(store)
    mails = office.told_all(order.id)
    rest = stored(store, order.id).totals.total - 500
    assert [
        re.findall(r"we have taken (\S+) GBP", each.letter.text)
        for each in mails
        if each.letter.subject == f"Order {order.number}: paid"
    ] == [["5.00"], [f"{rest // 100}.{rest % 100:02d}"]]
    assert "we have paid back 1.25 GBP" in mails[-1].letter.text


def test_a_report_that_brings_no_money_is_not_written_of(store: Store, office: Office) -> None:
    """A provider's report of what it paid back is recorded as a capture of the same amount."""
    order, provider = paid(store)
    office.told_all(order.id)
    looked(store, provider, order.id)
    last = load_order(store, order.id, history=True)
    assert last is not None
    assert last.events[-1].type is EventType.PAYMENT_CAPTURED
    assert office.told(last.order.version, order_id=order.id) == []
    assert len([each for each in office.sent if each.letter.subject.endswith(": paid")]) == 2


def test_a_guest_is_given_a_link_that_lets_its_holder_in(store: Store, office: Office) -> None:
    order = guest_order(store).order
    assert order is not None
    (mail,) = office.told_all(order.id)
    _, _, token = mail.letter.text.split("here: ")[1].split()[0].partition("#")
    grant = verify(Keyring(SECRET, "test", SHOP.order_token_keys), token, NOW)
    assert mail.to == "guest@example.com"
    assert grant == stored(store, order.id).grant


def test_a_customer_signs_in_and_gets_no_token(store: Store, office: Office) -> None:
    order = ordered(store)
    link = link_to(office.desk(), stored(store, order.id))
    assert link == f"https://shop.example/orders/{order.number}"


def test_without_an_address_nothing_is_sent_and_the_log_says_so(
    store: Store, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    order = placed(store, ADA)
    caplog.set_level("INFO", LOGGER.name)
    assert office.told_all(order.id) == []
    assert "no mail: there is no address" in caplog.text


def test_an_event_that_is_not_there_yet_comes_again(store: Store, office: Office) -> None:
    order = ordered(store)
    assert office.told(99, order_id=order.id) == ["99"]
    assert office.told(1, order_id="ord_unknown") == ["1"]
    assert office.sent == []
