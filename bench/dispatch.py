"""What dispatch costs beside a handler written by hand for one field, on this machine: a ratio of medians in one run."""

import statistics
import timeit
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from domain.ids import Id
from domain.lifecycle import OrderStatus
from domain.money import Money
from domain.order import OrderFulfillmentStatus, OrderPaymentStatus, OrderReturnStatus
from resolvers.shapes.orders import OrderSummary
from wiring.dispatch import compile_call

GATE = 1.5
ROUNDS, CALLS = 15, 3000

CARD = OrderSummary(
    id=Id("ord_1"), number="B-1", external_reference=None, customer_id=Id("c"), status=OrderStatus.PLACED,
    payment_status=OrderPaymentStatus.UNPAID, fulfillment_status=OrderFulfillmentStatus.UNFULFILLED,
    return_status=OrderReturnStatus.NONE, total=Money("1.00", "GBP"), cancelled=Money("0.00", "GBP"), units=3,
    placed_at=datetime(2026, 1, 1, tzinfo=UTC), last_public_sequence=1, version=1,
)  # fmt: skip


def summary(id: Id) -> OrderSummary:  # noqa: ARG001 - as a resolver takes it
    """One field of one order."""
    return CARD


def by_hand(arguments: dict[str, Any], _context: object) -> dict[str, Any]:
    """The same, written out."""
    card = summary(arguments["id"])
    return {
        "id": card.id, "number": card.number, "externalReference": card.external_reference,
        "customerId": card.customer_id, "status": card.status.name, "paymentStatus": card.payment_status.name,
        "fulfillmentStatus": card.fulfillment_status.name, "returnStatus": card.return_status.name,
        "total": {"amount": card.total.amount, "currency": card.total.currency},
        "cancelled": {"amount": card.cancelled.amount, "currency": card.cancelled.currency}, "units": card.units,
        "placedAt": card.placed_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "lastPublicSequence": card.last_public_sequence, "version": card.version,
    }  # fmt: skip


def main() -> int:
    """Print the ratio; 1 where it is above the gate."""
    compiled, arguments = compile_call(summary), {"id": "ord_1"}
    if compiled(arguments, None) != by_hand(arguments, None):
        raise SystemExit("the two answers differ")
    ratios = []
    for _ in range(ROUNDS):
        ours = timeit.timeit(lambda: compiled(arguments, None), number=CALLS)
        theirs = timeit.timeit(lambda: by_hand(arguments, None), number=CALLS)
        ratios.append(ours / theirs)
    ratio = statistics.median(ratios)
    print(
        f"Dispatch and JSON of a {len(fields(CARD))}-field order card, laptop: {ratio:.2f} times a handler by hand (gate {GATE})"
    )
    return int(ratio > GATE)


if __name__ == "__main__":
    raise SystemExit(main())
