"""Put `domain`'s answers and orders into the naive model's words, so that the two can be compared."""

from dataclasses import replace

from domain.facts import Facts
from domain.money import minor_units
from domain.order import Order
from domain.refusals import NotAllowed, QuantityExceeded, RefundExceedsPaid, TransitionNotAllowed, UserError
from tests.domain.naive_model import Answer, NaiveOrder
from tests.domain.naive_money import NaiveMoney
from tests.domain.naive_parcels import Carrier


def in_words(decided: Facts | UserError) -> Answer:
    """What `decide` answered."""
    match decided:
        case tuple():
            return ("done", *(fact.type.value for fact in decided))
        case TransitionNotAllowed():
            return ("refused", "TransitionNotAllowed", decided.from_, decided.allowed)
        case NotAllowed():
            return ("refused", "NotAllowed", decided.reason)
        case QuantityExceeded():
            return ("refused", "QuantityExceeded", decided.line_id, decided.maximum)
        case RefundExceedsPaid():
            assert decided.maximum is not None
            return ("refused", "RefundExceedsPaid", minor_units(decided.maximum))
        case _:
            return ("refused", type(decided).__name__)


def differences(order: Order, books: NaiveOrder) -> list[str]:
    """Where the order and the books disagree."""
    found = []
    if order.status.value != books.status:
        found.append(f"status: {order.status.value}, books {books.status}")
    if (order.held_from and order.held_from.value) != books.goes_back_to:
        found.append(f"held from: {order.held_from}, books {books.goes_back_to}")
    if order.totals.cancelled != books.cancelled_money:
        found.append(f"cancelled: {order.totals.cancelled}, books {books.cancelled_money}")
    opened = order.open_units()
    for line_id, units in books.units.items():
        counted = order.counted(line_id)
        ours = (
            opened.get(line_id, 0),
            counted.cancelled,
            counted.shipped - counted.delivered,
            counted.delivered,
        )
        theirs = (units["open"], units["cancelled"], units["travelling"], units["delivered"])
        if ours != theirs:
            found.append(f"line {line_id}: {ours}, books {theirs}")
    if len(order.fulfillments) != len(books.parcels):
        found.append(f"parcels: {len(order.fulfillments)}, books {len(books.parcels)}")
    found += [
        f"parcel {parcel.id}: {parcel}, books {books.parcels.get(parcel.id)}"
        for parcel in order.fulfillments
        if (parcel.status.value, parcel.units) != books.parcels.get(parcel.id)
    ]
    found += [
        f"carrier of {parcel.id}: {Carrier.of(parcel)}, books {books.carriers.get(parcel.id)}"
        for parcel in order.fulfillments
        if Carrier.of(parcel) != books.carriers.get(parcel.id, Carrier())
    ]
    return found + purse_differences(order, books.money)


def purse_differences(order: Order, money: NaiveMoney) -> list[str]:
    """Where payments and refunds disagree."""
    ours, theirs = NaiveMoney.of(order), copied(money)
    for both in (ours, theirs):
        for purse in both.purses.values():
            purse.stage, purse.began = purse.name(), order.placed_at
    found = [] if ours == theirs else [f"money: {ours}, books {theirs}"]
    if (order.totals.captured, order.totals.refunded) != (money.captured(), money.back()):
        found.append(f"sums: {order.totals}, books {money.captured()}, {money.back()}")
    return found


def copied(money: NaiveMoney) -> NaiveMoney:
    """The same purses and refunds, apart."""
    return replace(
        money,
        purses={name: replace(purse) for name, purse in money.purses.items()},
        backs={name: replace(back) for name, back in money.backs.items()},
    )
