"""What the work index says is unfinished: a hint, to be judged on strong reads."""

from collections.abc import Iterator

from domain.values import value
from storage import keys
from storage.attributes import from_attributes, to_attributes
from storage.reading import read
from storage.store import Store


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


def _order_id(partition: str) -> str:
    return partition.removeprefix(keys.order(""))


def _items(store: Store, what: str) -> Iterator[dict[str, str]]:
    for part in range(store.shards):
        more: dict[str, object] = {}
        while True:
            answer = read(
                store,
                store.client.query,
                TableName=store.orders,
                IndexName="by-work",
                KeyConditionExpression="#work = :work",
                ExpressionAttributeNames={"#work": "work"},
                ExpressionAttributeValues=to_attributes({":work": keys.unfinished(what, part)}),
                **more,  # type: ignore[arg-type]
            )
            yield from (from_attributes(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                break
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
