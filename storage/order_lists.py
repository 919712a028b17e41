"""Lists of orders: cards of an index, newest first, merged over its partitions. Eventually consistent."""

import heapq
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from domain.lifecycle import OrderStatus
from domain.order import OrderFulfillmentStatus, OrderPaymentStatus, OrderReturnStatus
from domain.values import value
from storage.attributes import Item, from_attributes, to_attributes
from storage.moments import read_moment
from storage.reading import read
from storage.store import Store

OVER_READ_PAGES = 4
"""How many pages a filtered list reads at most before it answers what it has, with a cursor."""


@value
class OrderCard:
    """What a list shows of an order; amounts in minor units."""

    id: str
    number: str
    external_reference: str | None
    customer_id: str | None
    status: OrderStatus
    payment_status: OrderPaymentStatus
    fulfillment_status: OrderFulfillmentStatus
    return_status: OrderReturnStatus
    currency: str
    total: int
    cancelled: int
    units: int
    placed_at: datetime
    last_public: int
    version: int
    position: str


LOWEST, HIGHEST = "0", "~"
"""Below and above every sort key of a list."""


@value
class Range:
    """Bounds on the sort key (placement time): from `low` (included) to below `high`."""

    low: str = LOWEST
    high: str = HIGHEST


@value
class CardPage:
    """Cards of a list and whether it goes on behind them; `resume` is where (it may lie behind the last card)."""

    cards: tuple[OrderCard, ...]
    resume: str | None


def list_cards(
    store: Store,
    index: str,
    partitions: Sequence[str],
    within: Range,
    first: int,
    status: OrderStatus | None = None,
) -> CardPage:
    """The newest `first` cards of all partitions together, of one status where asked for.

    A status that the partitions mix is filtered: at most 4 pages are read, so the answer may be short and go on.
    """
    cards: list[OrderCard] = []
    for _ in range(OVER_READ_PAGES):
        page = _read_page(store, index, partitions, within, first)
        cards += [card for card in page.cards if status is None or card.status is status]
        if page.resume is None or len(cards) > first:
            resume = cards[first - 1].position if len(cards) > first else page.resume
            return CardPage(tuple(cards[:first]), resume)
        within = Range(within.low, page.resume)
        if len(cards) == first:
            break
    return CardPage(tuple(cards[:first]), within.high)


def _read_page(store: Store, index: str, partitions: Sequence[str], within: Range, first: int) -> CardPage:
    """One page of each partition, merged: all share the sort order, so the place to go on is the last key shown."""
    wanted = [_Read(store, index, partition, within, first + 1) for partition in partitions]
    if len(wanted) == 1:
        found = [wanted[0].items()]
    else:
        with ThreadPoolExecutor(max_workers=min(16, len(wanted) or 1)) as pool:
            found = list(pool.map(_Read.items, wanted))
    merged = list(_merge(found, first + 1))
    cards = tuple(_card(item) for item in merged[:first])
    return CardPage(cards, cards[-1].position if len(merged) > first else None)


@value
class _Read:
    """One query of one partition."""

    store: Store
    index: str
    partition: str
    within: Range
    limit: int

    def items(self) -> list[Item]:
        """The newest items within the range; DynamoDB refuses a range that ends before it begins."""
        if self.within.low > self.within.high:
            return []
        name = "owner" if self.index == "by-owner" else "work"
        values = {":pk": self.partition, ":low": self.within.low, ":high": self.within.high}
        answer = read(
            self.store,
            self.store.client.query,
            TableName=self.store.orders,
            IndexName=self.index,
            KeyConditionExpression=f"#pk = :pk AND {name}At BETWEEN :low AND :high",
            ExpressionAttributeNames={"#pk": name},
            ExpressionAttributeValues=to_attributes(values),
            ScanIndexForward=False,
            Limit=self.limit + 1,
        )
        items = [from_attributes(item) for item in answer["Items"]]
        return [item for item in items if _position(item) < self.within.high]


def _merge(found: list[list[Item]], limit: int) -> Iterator[Item]:
    merged = heapq.merge(*found, key=_position, reverse=True)
    return (item for item, _ in zip(merged, range(limit), strict=False))


def _position(item: Item) -> str:
    return f"{item['at']}#{item['id']}"


def _card(item: dict[str, Any]) -> OrderCard:
    return OrderCard(
        id=item["id"],
        number=item["number"],
        external_reference=item.get("ref"),
        customer_id=item["ownerId"] if item["ownerKind"] == "CUSTOMER" else None,
        status=OrderStatus(item["status"]),
        payment_status=OrderPaymentStatus(item["pay"]),
        fulfillment_status=OrderFulfillmentStatus(item["ful"]),
        return_status=OrderReturnStatus(item["ret"]),
        currency=item["cur"],
        total=item["total"],
        cancelled=item["cancelled"],
        units=item["units"],
        placed_at=read_moment(item["at"]),
        last_public=item["pub"],
        version=item["version"],
        position=_position(item),
    )


def load_card(store: Store, order_id: str) -> OrderCard | None:
    """One order's card, from its head, strongly read."""
    key = to_attributes({"PK": f"O#{order_id}", "SK": "A"})
    answer = read(store, store.client.get_item, TableName=store.orders, Key=key, ConsistentRead=True)
    item = from_attributes(answer["Item"]) if "Item" in answer else None
    return _card(item) if item and item["phase"] == "PLACED" else None
