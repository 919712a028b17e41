"""Paying back, decided: for units of lines, for shipping, for an amount, or what is owed back; oldest payment first. Pure.

A line's units bear its price, tax and discount by largest remainder. Cancelled units are its first ones, so the units
that left and are paid back are counted from its last one: no two of them overlap, and all together are the whole line.
"""

from collections.abc import Iterator, Mapping

from domain.facts import Fact, Facts
from domain.lifecycle import EventType, RefundStatus
from domain.line_shares import cancelled_value
from domain.money import money
from domain.order import Line, Order, units_of
from domain.paid import owes_refund
from domain.payment import Payment, RefundedLine, refundable
from domain.refusals import RefundExceedsPaid, UserError, invalid, not_allowed
from domain.units import units_problem
from domain.values import value


@value
class RefundOrder:
    """Pay back: units by line that left, shipping, or an amount (minor units); with none of them, what is owed back."""

    units: Mapping[str, int] | None = None
    shipping: bool = False
    amount: int | None = None
    reason: str | None = None


def refund(order: Order, command: RefundOrder) -> Facts | UserError:
    """Ask to pay back: one refund for each payment that it takes, oldest first."""
    problem = _problem(order, command)
    if problem:
        return problem
    lines = refunded_lines(order, command.units or {})
    shipping = order.totals.shipping + order.totals.shipping_tax if command.shipping else 0
    amount = sum(line.amount for line in lines) + shipping
    if command.units is None and not command.shipping:
        amount = owes_refund(order) if command.amount is None else command.amount
    if amount < 1:
        return not_allowed("NOTHING_TO_REFUND", "This comes to nothing.")
    most = sum(refundable(payment, order.refunds) for payment in order.payments)
    if amount > most:
        maximum = money(most, order.currency)
        message = f"At most {maximum.amount} {maximum.currency} can be paid back."
        return RefundExceedsPaid("REFUND_EXCEEDS_PAID", message, ("input",), maximum)
    return tuple(_requested(order, order.payments, amount, lines, shipping, command.reason))


def owed_back(order: Order, attempts: int) -> Facts:
    """Ask to pay back what is owed back, of payments of which fewer refunds than `attempts` came to nothing."""
    payments = tuple(each for each in order.payments if _failures(order, each) < attempts)
    most = sum(refundable(payment, order.refunds) for payment in payments)
    return tuple(_requested(order, payments, min(most, owes_refund(order)), (), 0, None))


def refundable_units(order: Order) -> dict[str, int]:
    """Units by line that left and are not paid back, nor about to be."""
    gone = _by_line(order)
    return {line.id: order.counted(line.id).shipped - gone.get(line.id, (0, 0))[0] for line in order.lines}


def refunded_lines(order: Order, units: Mapping[str, int]) -> tuple[RefundedLine, ...]:
    """What these units bear: the last ones of their lines, less what refunds before them took."""
    gone = _by_line(order)
    return tuple(
        RefundedLine(line.id, units[line.id], _worth(line, before + units[line.id]) - paid)
        for line in order.lines
        if line.id in units
        for before, paid in (gone.get(line.id, (0, 0)),)
    )


def _worth(line: Line, last: int) -> int:
    """What the last so many units of a line bear."""
    return cancelled_value(line, line.quantity - last, last)


def _by_line(order: Order) -> dict[str, tuple[int, int]]:
    """Units and money by line of refunds that have not failed."""
    total: dict[str, tuple[int, int]] = {}
    for each in order.refunds:
        for line in each.lines if each.status is not RefundStatus.FAILED else ():
            units, amount = total.get(line.line_id, (0, 0))
            total[line.line_id] = (units + line.units, amount + line.amount)
    return total


def _failures(order: Order, payment: Payment) -> int:
    return sum(each.payment_id == payment.id and each.status is RefundStatus.FAILED for each in order.refunds)


def _problem(order: Order, command: RefundOrder) -> UserError | None:
    by_part = command.units is not None or command.shipping
    if by_part and command.amount is not None:
        return invalid("Ask for lines and shipping, or for an amount.", "input", "amount")
    if command.shipping and _shipping_is_gone(order):
        return not_allowed("SHIPPING_REFUNDED", "Shipping is cancelled or paid back already.")
    if command.units is not None:
        return units_problem(order, command.units, refundable_units(order), "that left and are not paid back")
    return None


def _shipping_is_gone(order: Order) -> bool:
    ordered, cancelled, _, _ = units_of(order)
    paid = any(each.shipping for each in order.refunds if each.status is not RefundStatus.FAILED)
    return paid or cancelled == ordered


def _requested(
    order: Order,
    payments: tuple[Payment, ...],
    amount: int,
    lines: tuple[RefundedLine, ...],
    shipping: int,
    reason: str | None,
) -> Iterator[Fact]:
    """A fact for each payment that the amount takes; lines come first, then shipping, each as far as a payment reaches."""
    number, rest = len(order.refunds), list(lines)
    for payment in payments:
        part = min(amount, refundable(payment, order.refunds))
        if not part:
            continue
        taken, rest = _taken(rest, part)
        post = min(shipping, part - sum(line.amount for line in taken))
        number, amount, shipping = number + 1, amount - part, shipping - post
        data: dict[str, object] = {"refundId": f"ref_{number:04d}", "paymentId": payment.id, "amount": part}
        if taken:
            data["lines"] = [[line.line_id, line.units, line.amount] for line in taken]
        told = {"shipping": post, "reason": reason}
        yield Fact(EventType.REFUND_REQUESTED, data | {name: said for name, said in told.items() if said})


def _taken(lines: list[RefundedLine], amount: int) -> tuple[list[RefundedLine], list[RefundedLine]]:
    """As much of these lines as an amount reaches, and the rest; the units of a line that is cut go with its first part."""
    taken, rest = [], []
    for line in lines:
        part = min(amount, line.amount)
        amount -= part
        if part or not line.amount:
            taken.append(RefundedLine(line.line_id, line.units, part))
            if part < line.amount:
                rest.append(RefundedLine(line.line_id, 0, line.amount - part))
        else:
            rest.append(line)
    return taken, rest
