"""Payments and refunds as items of their order's partition. The payer's token stands here and nowhere else."""

import json

from domain.lifecycle import PaymentStatus, RefundStatus
from domain.order import Order
from domain.payment import Kept, Payment, Refund, RefundedLine
from storage import keys
from storage.attributes import Item
from storage.moments import read_moment


def payment(order: Order, paid: Payment) -> Item:
    """One payment."""
    kept = order.kept.get(paid.id, Kept())
    return {
        "PK": keys.order(order.id),
        "SK": keys.payment(paid.id),
        "id": paid.id,
        "provider": paid.provider,
        "status": paid.status.value,
        "amount": paid.amount,
        "cur": paid.currency,
        "at": keys.moment(paid.created_at),
        "authorized": paid.authorized,
        "captured": paid.captured,
        "refunded": paid.refunded,
        "reported": paid.reported,
        "asked": paid.asked,
        "captures": paid.captures,
        "voiding": paid.voiding,
        "voids": paid.voids,
        "released": paid.released,
        "ref": paid.reference,
        "decline": paid.decline_code,
        "retryable": paid.retryable,
        "method": kept.method,
        "url": kept.action_url,
    }


def refund(order: Order, back: Refund) -> Item:
    """One refund."""
    return {
        "PK": keys.order(order.id),
        "SK": keys.refund(back.id),
        "id": back.id,
        "payment": back.payment_id,
        "status": back.status.value,
        "amount": back.amount,
        "key": back.key,
        "at": keys.moment(back.created_at),
        "lines": json.dumps([[line.line_id, line.units, line.amount] for line in back.lines]),
        "ship": back.shipping,
        "reason": back.reason,
        "ref": back.reference,
        "failure": back.failure_code,
    }


def changed(before: Order | None, after: Order) -> list[Item]:
    """The items of payments and refunds that are not as they were; `before` None: of all."""
    known = [] if before is None else _items(before)
    return [item for item in _items(after) if item not in known]


def read_payment(item: Item) -> Payment:
    """The payment of its item."""
    return Payment(
        id=item["id"],
        provider=item["provider"],
        amount=item["amount"],
        currency=item["cur"],
        created_at=read_moment(item["at"]),
        status=PaymentStatus(item["status"]),
        authorized=item["authorized"],
        captured=item["captured"],
        refunded=item["refunded"],
        reported=item["reported"],
        asked=item["asked"],
        captures=item["captures"],
        voiding=item["voiding"],
        voids=item["voids"],
        released=item["released"],
        reference=item["ref"],
        decline_code=item.get("decline"),
        retryable=item["retryable"],
    )


def read_kept(item: Item) -> Kept:
    """What is kept of a payment beside the log."""
    return Kept(item["method"], item.get("url"))


def read_refund(item: Item) -> Refund:
    """The refund of its item."""
    return Refund(
        id=item["id"],
        payment_id=item["payment"],
        amount=item["amount"],
        key=item["key"],
        created_at=read_moment(item["at"]),
        status=RefundStatus(item["status"]),
        lines=tuple(RefundedLine(*line) for line in json.loads(item["lines"])),
        shipping=item["ship"],
        reason=item.get("reason"),
        reference=item["ref"],
        failure_code=item.get("failure"),
    )


def _items(order: Order) -> list[Item]:
    return [payment(order, each) for each in order.payments] + [refund(order, each) for each in order.refunds]
