"""What the work index says is unfinished: a hint, to be judged on strong reads."""

from collections.abc import Iterator
from datetime import datetime

from domain.lifecycle import OrderStatus
from domain.order import OrderPaymentStatus, PaymentTerms
from domain.values import value
from storage import keys
from storage.attributes import from_attributes, to_attributes
from storage.reading import read
from storage.store import Store

_EVER = "~"
"""Above every sort key."""
_UNPAID = {
    status.value
    for status in (
        OrderPaymentStatus.UNPAID,
        OrderPaymentStatus.PENDING,
        OrderPaymentStatus.ACTION_REQUIRED,
        OrderPaymentStatus.FAILED,
        OrderPaymentStatus.VOIDED,
    )
}


@value
class Unfinished:
    """One piece of unfinished work: an order being placed (sequence 0), or the movement of a command."""

    order_id: str
    sequence: int = 0


def unfinished_placings(store: Store) -> Iterator[Unfinished]:
    """Orders that are being placed, or released, oldest first."""
    return (Unfinished(_order_id(item["PK"])) for item in _items(store, "RESERVING"))


def unfinished_movements(store: Store) -> Iterator[Unfinished]:
    """Stock effects that are on their way, oldest first."""
    return (Unfinished(_order_id(item["PK"]), int(item["SK"][2:])) for item in _items(store, "MOVING"))


def unpaid_orders(store: Store, before: datetime) -> Iterator[Unfinished]:
    """Prepaid orders that are placed since before this time and not paid, as far as the index knows; oldest first."""
    return _prepaid(store, before, paid=False)


def paid_orders(store: Store, before: datetime) -> Iterator[Unfinished]:
    """Prepaid orders that are placed since before this time, paid or authorised, and still to be confirmed."""
    return _prepaid(store, before, paid=True)


def _prepaid(store: Store, before: datetime, *, paid: bool) -> Iterator[Unfinished]:
    for part in range(store.shards):
        partition = keys.open_work(OrderStatus.PLACED, part)
        for item in _partition(store, partition, keys.moment(before)):
            if item.get("terms") == PaymentTerms.PREPAID.value and (item["pay"] in _UNPAID) != paid:
                yield Unfinished(_order_id(item["PK"]))


def _order_id(partition: str) -> str:
    return partition.removeprefix(keys.order(""))


def _items(store: Store, what: str) -> Iterator[dict[str, str]]:
    for part in range(store.shards):
        yield from _partition(store, keys.unfinished(what, part), _EVER)


def _partition(store: Store, partition: str, below: str) -> Iterator[dict[str, str]]:
    """What an index partition has below a sort key, in its order."""
    more: dict[str, object] = {}
    while True:
        answer = read(
            store,
            store.client.query,
            TableName=store.orders,
            IndexName="by-work",
            KeyConditionExpression="#work = :work AND workAt < :below",
            ExpressionAttributeNames={"#work": "work"},
            ExpressionAttributeValues=to_attributes({":work": partition, ":below": below}),
            **more,  # type: ignore[arg-type]
        )
        yield from (from_attributes(item) for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            break
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
