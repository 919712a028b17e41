"""What the store must hold after a replay, and where what it holds differs: pure folds over the plan."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from cli.replay.books import Books, OrderFigures, StockFigures
from cli.replay.plan import Cancel, Place, Plan
from cli.replay.rule import Tally


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the API refused, with its reason: orders by invoice number, cancels by line number in the file."""

    orders: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cancels: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    def of_cancel(self, cancel: Cancel) -> str | None:
        """Why this cancel did not happen: refused itself, or its order was; None where it did."""
        if cancel.line.invoice in self.orders:
            return f"Order {cancel.line.invoice} was refused: {self.orders[cancel.line.invoice]}"
        return self.cancels.get(cancel.file_line)


def expect(plan: Plan, refused: Refusals) -> Books:
    """Fold the plan, without what was refused, up to the last delivery.

    Stock counts every SKU of the plan: what a refused order would have taken was received and stays on hand.
    """
    orders: dict[str, OrderFigures] = {}
    left: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for place in plan.places:
        for line in place.lines:
            received[line.sku] += line.quantity
            left[line.sku] += line.quantity if place.invoice in refused.orders else 0
        if place.invoice not in refused.orders:
            orders[place.invoice] = _placed(place)
    lines = {place.invoice: place.lines for place in plan.places}
    for cancel in plan.cancels:
        if refused.of_cancel(cancel) is None:
            line = lines[cancel.line.invoice][cancel.line.position - 1]
            orders[cancel.line.invoice] = _less(orders[cancel.line.invoice], cancel.quantity, line.pence)
            left[line.sku] += cancel.quantity
    stock = {sku: StockFigures(received[sku], on_hand=left[sku], reserved=0) for sku in received}
    return Books(orders, stock)


def differences(expected: Books, found: Books) -> list[str]:
    """Say each inequality in one sentence; none where the store holds exactly what is expected."""
    return [
        *_compare("Order", expected.orders, found.orders),
        *_compare("Stock of", expected.stock, found.stock),
    ]


def file_differences(whole: Tally, outcomes: Iterable[Tally]) -> list[str]:
    """Say where the sum of all outcomes is not the whole file."""
    parts = list(outcomes)
    amount = sum((part.amount for part in parts), Decimal(0))
    summed = Tally(sum(part.lines for part in parts), sum(part.units for part in parts), amount)
    return [] if summed == whole else [f"The outcomes sum to {summed}, the file to {whole}."]


def _placed(place: Place) -> OrderFigures:
    units = sum(line.quantity for line in place.lines)
    return OrderFigures(
        lines=len(place.lines),
        units=units,
        pence=sum(line.quantity * line.pence for line in place.lines),
        cancelled_units=0,
        cancelled_pence=0,
        delivered_units=units,
    )


def _less(order: OrderFigures, quantity: int, pence: int) -> OrderFigures:
    return replace(
        order,
        cancelled_units=order.cancelled_units + quantity,
        cancelled_pence=order.cancelled_pence + quantity * pence,
        delivered_units=order.delivered_units - quantity,
    )


def _compare(
    what: str,
    expected: Mapping[str, OrderFigures] | Mapping[str, StockFigures],
    found: Mapping[str, OrderFigures] | Mapping[str, StockFigures],
) -> list[str]:
    sentences: list[str] = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            sentences.append(f"{what} {name} is missing in the store.")
        elif name not in expected:
            sentences.append(f"{what} {name} is in the store and not expected.")
        else:
            should, does = expected[name].figures(), found[name].figures()
            sentences += [
                f"{what} {name}: {figure} {should[figure]} expected, {does[figure]} found."
                for figure in should
                if should[figure] != does[figure]
            ]
    return sentences
