"""Where an order takes the units of hot SKUs, whose stock is spread over shards: by its id first, then by looking.

Up to four shards are tried blindly, in the order's own transaction; only then are all of a SKU's shards read, and units
of one or of several taken as that read saw them. Nobody is told that stock is short before two reads agree on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.catalogue import Sellable
from domain.order import Order
from domain.refusals import Busy, InsufficientStock, Refused, ShortLine
from domain.sharding import PROBES, Allocation, Spread, fitting, probe
from domain.stock import allocated
from domain.values import value
from resolvers.context import Context
from storage.order_writes import Miss
from storage.stock_reads import load_parts
from storage.transact import BUSY_PAUSE_MS

LOOKS = 6
"""How often an order goes by a read of all shards, whose units others were quicker to take."""


@value
class Search:
    """An order looking for stock: units wanted of each hot SKU, how it is spread, and how often it was tried in vain."""

    context: Context
    order_id: str
    wanted: Mapping[str, int]
    spreads: Mapping[str, Spread]
    tried: Mapping[str, int]
    at: tuple[str, ...] = ("input",)

    def planned(self, order: Order) -> Order:
        """The order with the shards to try next. Raises Refused where all shards together have too little."""
        plan, short = {}, {}
        for sku, units in self.wanted.items():
            found = self._next(sku, units)
            if isinstance(found, int):
                short[sku] = found
            else:
                plan[sku] = found
        refuse_short(self.context, self.wanted, short, self.at)
        return replace(order, lines=allocated(order.lines, plan)) if plan else order

    def after(self, short: Iterable[Miss]) -> "Search | None":
        """The search to go on with after shards had too little; None where none of them is of a hot SKU."""
        skus = {miss.sku for miss in short} & self.wanted.keys()
        tried = {sku: count + (sku in skus) for sku, count in self.tried.items()}
        return replace(self, tried=tried) if skus else None

    def refuse_sold_out(self) -> None:
        """Raise Refused for what was found to be sold out within the last second."""
        store = self.context.store
        now = store.monotonic()
        known = {sku: left for sku in self.wanted if (left := store.sold_out.left(sku, now)) is not None}
        short = {sku: left for sku, left in known.items() if left < self.wanted[sku]}
        refuse_short(self.context, self.wanted, short, self.at)

    def _next(self, sku: str, units: int) -> Allocation | int:
        """Where to try next; or how much there is, where that is too little."""
        part = probe(self.order_id, self.spreads[sku], self.tried[sku])
        if part is not None:
            return ((part, units),)
        if self.tried[sku] >= PROBES + LOOKS:
            raise _busy()
        return self._look(sku, units)

    def _look(self, sku: str, units: int) -> Allocation | int:
        """By what all shards have. Units on their way between two of them may be missed by one read, not by two alike."""
        store = self.context.store
        before = None
        for _ in range(LOOKS):
            now, stock = store.monotonic(), load_parts(store, sku)
            found = fitting(self.order_id, units, stock.available)
            if found:
                return found
            if stock.on_hand == before:
                store.sold_out.note(sku, stock.total.available, now)
                return stock.total.available
            before = stock.on_hand
        raise _busy()


def search(
    context: Context,
    order: Order,
    catalogue: Mapping[str, Sellable],
    at: tuple[str, ...],
    *,
    blindly: bool = True,
) -> Search:
    """The search of an order that begins; not `blindly`: by a read of all shards from the first try on."""
    spreads = {sku: entry.spread for sku, entry in catalogue.items() if entry.spread.many}
    wanted: dict[str, int] = {}
    for line in order.lines:
        if line.sku in spreads:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    tried = dict.fromkeys(wanted, 0 if blindly else PROBES)
    return Search(context, order.id, wanted, spreads, tried, at)


def refuse_short(
    context: Context, wanted: Mapping[str, int], found: Mapping[str, int], at: tuple[str, ...]
) -> None:
    """Raise Refused where a SKU was found to have too little; how much there is, is told to staff alone.

    `at` is where the lines stand.
    """
    if found:
        raise Refused(short_of_stock(context, wanted, found, at))


def short_of_stock(
    context: Context, wanted: Mapping[str, int], found: Mapping[str, int], at: tuple[str, ...]
) -> InsufficientStock:
    """The refusal for SKUs that were found to have too little."""
    short = tuple(
        ShortLine(sku, wanted[sku], left if context.is_staff else None) for sku, left in found.items()
    )
    return InsufficientStock("INSUFFICIENT_STOCK", "There is too little stock.", (*at, "lines"), short)


def _busy() -> Refused:
    return Refused(Busy("BUSY", "Many are buying this at once. Try again shortly.", (), BUSY_PAUSE_MS))
