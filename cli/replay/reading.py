"""Reads the whole store back through the API: every order with its event log, and the stock of every SKU."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from cli.replay.api import Api, ApiError
from cli.replay.books import OrderFigures, StockFigures
from cli.replay.eventlog import EventKey, LoggedEvent
from cli.replay.phases import Phases
from cli.replay.pooling import at_most, batches

WIDTH = 4
ORDERS_EACH = 10  # an order and its events are two resolvers; a request may run 60
STOCK_EACH = 30  # with WIDTH under the calls that may run at once (`read` in wiring/functions.py)
PAGE = 100
LISTED_AT_ONCE = timedelta(days=30)  # the API lists finished orders of at most 31 days

LIST = (
    "query List($filter:OrdersFilter!,$after:String){orders(filter:$filter,first:50,after:$after)"
    "{nodes{id externalReference} pageInfo{hasNextPage endCursor}}}"
)
ORDER = (
    "{id number externalReference totals{subtotal{amount}}"
    " lines{quantity cancelledQuantity deliveredQuantity unitPrice{amount}}}"
)
EVENTS = "{entries{event{sequence occurredAt}} throughSequence hasMore}"
MORE = f"query More($id:ID!,$after:Int!){{orderEvents(orderId:$id,after:$after,first:{PAGE}){EVENTS}}}"
STOCK = "{sku received onHand reserved}"


class ReadingError(ApiError):
    """The store answered what cannot be; the text says what."""


@dataclass(frozen=True, slots=True)
class OrderRead:
    """An order as read back, with the events of its log."""

    order_id: str
    reference: str
    figures: OrderFigures
    events: tuple[LoggedEvent, ...]


async def list_orders(api: Api, token: str, since: datetime) -> dict[str, str | None]:
    """All orders placed since then, open and finished: the reference of each, by id."""
    until = datetime.now(UTC) + timedelta(minutes=1)
    found: dict[str, str | None] = {}
    while since < until:
        end = min(since + LISTED_AT_ONCE, until)
        window = {"placedAfter": since.isoformat(), "placedBefore": end.isoformat()}
        after, more = None, True
        while more:
            page = (await api.ask(token, LIST, {"filter": window, "after": after}))["orders"]
            found |= {node["id"]: node["externalReference"] for node in page["nodes"]}
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        since = end
    return found


async def read_orders(api: Api, token: str, ids: Sequence[str], phases: Phases) -> list[OrderRead]:
    """Every one of these orders. Raises ReadingError for one that is not there."""
    found: list[OrderRead] = []

    async def one(batch: Sequence[str]) -> None:
        answer = await api.ask(token, _orders_document(len(batch)), _named("i", batch))
        for number, order_id in enumerate(batch):
            order, page = answer[f"o{number}"], answer[f"e{number}"]
            if order is None or page is None:
                raise ReadingError(f"Order {order_id} is in a list and cannot be read.")
            found.append(
                order_read(order, [*_events(order_id, page), *await _rest(api, token, order_id, page)])
            )
        phases.done(len(batch))

    await at_most(WIDTH, one, batches(ids, ORDERS_EACH))
    return found


async def read_stock(api: Api, token: str, skus: Sequence[str], phases: Phases) -> dict[str, StockFigures]:
    """The stock of these SKUs; one that the store does not know is left out."""
    stock: dict[str, StockFigures] = {}

    async def one(batch: Sequence[str]) -> None:
        answer = await api.ask(token, _stock_document(len(batch)), _named("s", batch))
        for level in answer.values():
            if level is not None:
                stock[level["sku"]] = StockFigures(level["received"], level["onHand"], level["reserved"])
        phases.done(len(batch))

    await at_most(WIDTH, one, batches(skus, STOCK_EACH))
    return stock


def order_read(order: dict[str, Any], events: Iterable[LoggedEvent]) -> OrderRead:
    """An order's answer as figures: amounts without tax, what was cancelled from its lines."""
    lines = order["lines"]
    figures = OrderFigures(
        lines=len(lines),
        units=sum(line["quantity"] for line in lines),
        pence=_pence(order["totals"]["subtotal"]),
        cancelled_units=sum(line["cancelledQuantity"] for line in lines),
        cancelled_pence=sum(line["cancelledQuantity"] * _pence(line["unitPrice"]) for line in lines),
        delivered_units=sum(line["deliveredQuantity"] for line in lines),
    )
    return OrderRead(order["id"], order["externalReference"] or order["number"], figures, tuple(events))


async def _rest(api: Api, token: str, order_id: str, page: dict[str, Any]) -> list[LoggedEvent]:
    """The pages after the first, of an order that has seen much."""
    events: list[LoggedEvent] = []
    while page["hasMore"]:
        variables = {"id": order_id, "after": page["throughSequence"]}
        page = (await api.ask(token, MORE, variables))["orderEvents"]
        events += _events(order_id, page)
    return events


def _events(order_id: str, page: dict[str, Any]) -> list[LoggedEvent]:
    return [
        LoggedEvent(
            EventKey(order_id, entry["event"]["sequence"]),
            datetime.fromisoformat(entry["event"]["occurredAt"]),
        )
        for entry in page["entries"]
    ]


def _pence(money: dict[str, str]) -> int:
    return int(Decimal(money["amount"]).scaleb(2))


def _named(letter: str, values: Sequence[str]) -> dict[str, str]:
    return {f"{letter}{number}": value for number, value in enumerate(values)}


def _orders_document(count: int) -> str:
    declared = ",".join(f"$i{n}:ID!" for n in range(count))
    fields = " ".join(
        f"o{n}:order(id:$i{n}){ORDER} e{n}:orderEvents(orderId:$i{n},first:{PAGE}){EVENTS}"
        for n in range(count)
    )
    return f"query Orders({declared}){{{fields}}}"


def _stock_document(count: int) -> str:
    declared = ",".join(f"$s{n}:String!" for n in range(count))
    fields = " ".join(f"l{n}:stockLevel(sku:$s{n}){STOCK}" for n in range(count))
    return f"query Stock({declared}){{{fields}}}"
