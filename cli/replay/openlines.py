"""The order lines of the file so far, with what is still open of each: what a credit note may take from."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from cli.replay.invoices import Row


@dataclass(frozen=True, slots=True)
class LineKey:
    """An order line: the invoice's number and the line's position in the order, from 1."""

    invoice: str
    position: int


class OpenLines:
    """Grows with each sale, shrinks with each credit; fed in file order."""

    def __init__(self) -> None:
        self._sold: dict[tuple[str, str, Decimal], list[LineKey]] = {}
        self._open: Counter[LineKey] = Counter()
        self._positions: Counter[str] = Counter()
        self._bought: set[tuple[str, str]] = set()

    def sell(self, row: Row) -> LineKey:
        """Add an order line; a line without a customer can never be taken, and only counts as a position."""
        self._positions[row.invoice] += 1
        key = LineKey(row.invoice, self._positions[row.invoice])
        if row.customer is not None:
            self._bought.add((row.customer, row.sku))
            self._sold.setdefault((row.customer, row.sku, row.price), []).append(key)
            self._open[key] = row.quantity
        return key

    def take(self, row: Row) -> LineKey | None:
        """Take a credit (negative quantity) from the latest line with that much open; None where there is none."""
        wanted = -row.quantity
        if row.customer is None or wanted <= 0:
            return None
        for key in reversed(self._sold.get((row.customer, row.sku, row.price), [])):
            if self._open[key] >= wanted:
                self._open[key] -= wanted
                return key
        return None

    def bought(self, row: Row) -> bool:
        """Whether this row's customer has bought its SKU earlier in the file, at whatever price."""
        return row.customer is not None and (row.customer, row.sku) in self._bought
