"""Stock effects of a command on more SKUs than one transaction holds: they follow the decision in chunks, each once.

The command's own transaction writes the movement; each chunk's transaction writes its marker with its stock. Whoever
comes first does a chunk: the command right after its write, or the sweep.
"""

import json
from collections.abc import Mapping
from itertools import islice

from domain.order import Order
from domain.stock import CHUNK_SKUS, Move
from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attribute, to_attributes
from storage.reading import read
from storage.store import Store
from storage.transact import transact
from storage.writes import Write, move_stock, put_new

MOVES_AT_ONCE = 90
"""Counters (of a SKU, or of one of its shards) that a command's own transaction moves."""


@value
class Movement:
    """Stock effects by shard of one command of an order, on their way."""

    order_id: str
    sequence: int
    moves: Mapping[str, Move]

    def chunks(self) -> list[dict[str, Move]]:
        """The effects in slices of 25 shards, sorted."""
        rest = iter(sorted(self.moves.items()))
        return list(iter(lambda: dict(islice(rest, CHUNK_SKUS)), {}))


def movement(store: Store, order: Order, moves: Mapping[str, Move]) -> Item:
    """The item that keeps the effects until all are done; a sweep finds it by its work key."""
    packed = {shard: [move.available, move.reserved] for shard, move in sorted(moves.items())}
    return {
        "PK": keys.order(order.id),
        "SK": keys.moving(order.version),
        "id": order.id,
        "sequence": order.version,
        "moves": json.dumps(packed, separators=(",", ":")),
        "chunks": -(-len(moves) // CHUNK_SKUS),
        "done": False,
        "work": keys.unfinished("MOVING", keys.shard(order.id, store.shards)),
        "workAt": keys.placed(order.placed_at, order.id),
    }


def load_movement(store: Store, order_id: str, sequence: int) -> Movement | None:
    """A movement that is not done yet, strongly read."""
    key = {"PK": keys.order(order_id), "SK": keys.moving(sequence)}
    answer = read(
        store, store.client.get_item, TableName=store.orders, Key=to_attributes(key), ConsistentRead=True
    )
    item = from_attributes(answer["Item"]) if "Item" in answer else None
    if item is None or item["done"]:
        return None
    moves = {shard: Move(*move) for shard, move in json.loads(item["moves"]).items()}
    return Movement(order_id, sequence, moves)


def complete(store: Store, moving: Movement) -> None:
    """Do every chunk that is not done, then mark the movement done. Safe to repeat, and by several at once.

    Raises Refused where the outcome of a chunk stays unknown or too much is going on: the sweep goes on from there.
    """
    for index, moves in enumerate(moving.chunks()):
        _apply(store, moving, index, moves)
    key = {"PK": keys.order(moving.order_id), "SK": keys.moving(moving.sequence)}
    read(  # said twice it is the same, so it may be repeated like a read
        store,
        store.client.update_item,
        TableName=store.orders,
        Key=to_attributes(key),
        UpdateExpression="SET done = :done REMOVE #work, workAt",
        ExpressionAttributeNames={"#work": "work"},
        ExpressionAttributeValues={":done": to_attribute(True)},
    )


def _apply(store: Store, moving: Movement, index: int, moves: Mapping[str, Move]) -> None:
    key = {"PK": keys.order(moving.order_id), "SK": keys.moving_chunk(moving.sequence, index)}
    writes: list[Write] = [put_new(store.orders, key | {"state": "TAKEN"})]
    writes += [move_stock(store, shard, move, moving.order_id) for shard, move in moves.items()]
    failed = transact(store, writes, subject=moving.order_id)
    if failed and failed[0].index != 0:  # index 0: somebody else did this chunk
        shards = list(moves)
        missing = [shards[failure.index - 1] for failure in failed]
        raise RuntimeError(f"stock of {missing} does not hold what {moving.order_id} reserved")
