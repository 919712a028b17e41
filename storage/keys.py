"""Every key of both tables, built here and nowhere else. What a client sends becomes a value, never an expression."""

import zlib
from datetime import UTC, datetime

from domain.lifecycle import OPEN_STATUSES, OrderStatus
from domain.sharding import part_of, shard_name, sku_of
from storage.attributes import Item

HEAD = "A"
SNAPSHOT = "B#"
COUNTERS = "Q"
LOG = "Z#"
BEFORE_LOG = "Y~"
"""The last sort key before the log: everything of an order but its history."""


def order(order_id: str) -> str:
    """The partition of one order."""
    return f"O#{order_id}"


def snapshot(part: int) -> str:
    """One part of the order as placed."""
    return f"{SNAPSHOT}{part:02d}"


def fulfillment(fulfillment_id: str) -> str:
    """One parcel of an order."""
    return f"S#{fulfillment_id}"


def log(sequence: int) -> str:
    """The log entry that ends with this sequence."""
    return f"{LOG}{sequence:08d}"


def command(digest: str) -> str:
    """The record of a keyed command."""
    return f"K#{digest}"


def chunk(attempt: int, index: int) -> str:
    """The marker of one chunk of stock held for an order being placed."""
    return f"V#{attempt:04d}#{index:04d}"


def moving(sequence: int) -> str:
    """Stock effects of a command that follow it in chunks."""
    return f"W#{sequence:08d}"


def moving_chunk(sequence: int, index: int) -> str:
    """The marker of one chunk of such effects."""
    return f"V#W{sequence:08d}#{index:04d}"


def unfinished(what: str, part: int) -> str:
    """The index partition of work that a sweep ends: orders being placed (RESERVING), stock on its way (MOVING)."""
    return f"S#{what}#{part}"


def shard(order_id: str, shards: int) -> int:
    """Which partition of the work index an order belongs to."""
    return zlib.crc32(order_id.encode()) % shards


def number(order_number: str) -> Item:
    """Where an order's short number leads to its id."""
    return {"PK": f"NUM#{order_number}", "SK": HEAD}


def reference(owner_kind: str, owner_id: str, external_reference: str) -> Item:
    """Where an owner's external reference leads to the order's id."""
    return {"PK": f"EXT#{owner_kind}#{len(owner_id)}#{owner_id}#{external_reference}", "SK": HEAD}


def audit(day: str, at: str, identifier: str) -> Item:
    """The record of a privileged command."""
    return {"PK": f"AUDIT#{day}", "SK": f"{at}#{identifier}"}


def owner(owner_kind: str, owner_id: str) -> str:
    """The index partition of one owner's orders."""
    return f"{owner_kind}#{owner_id}"


def moment(at: datetime) -> str:
    """A time that sorts: UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def placed(at: datetime, order_id: str) -> str:
    """The sort key of every list of orders."""
    return f"{moment(at)}#{order_id}"


def open_work(status: OrderStatus, part: int) -> str:
    """The index partition of open orders in a state."""
    return f"S#{status.value}#{part}"


def finished(day: str, part: int) -> str:
    """The index partition of the orders placed on a day that are in an end state."""
    return f"D#{day}#{part}"


def work(status: OrderStatus, placed_at: datetime, order_id: str, shards: int) -> str:
    """The index partition an order belongs to: open work by state, finished orders by the day they were placed."""
    part = shard(order_id, shards)
    if status in OPEN_STATUSES:
        return open_work(status, part)
    return finished(placed_at.strftime("%Y-%m-%d"), part)


def product(product_id: str) -> Item:
    """A product with all its variants."""
    return {"PK": f"P#{product_id}", "SK": HEAD}


def slug(text: str) -> Item:
    """Where a slug leads to its product."""
    return {"PK": f"SLUG#{text}", "SK": HEAD}


def sku(code: str) -> Item:
    """What placing needs to know of a SKU."""
    return {"PK": f"K#{code}", "SK": HEAD}


def stock(shard: str, warehouse: str) -> Item:
    """The counters of one shard in a warehouse; a SKU's own name is its part 0."""
    return {"PK": f"K#{sku_of(shard)}", "SK": f"{parts(warehouse)}{part_of(shard):02d}"}


def parts(warehouse: str) -> str:
    """What the sort keys of all counters of a SKU in a warehouse begin with."""
    return f"W#{warehouse}#"


def shard_of(item: Item) -> str:
    """The shard whose counters an item is."""
    return shard_name(item["PK"].removeprefix("K#"), int(item["SK"].rpartition("#")[2]))


def stock_command(code: str, digest: str) -> Item:
    """The record of a keyed change of stock."""
    return {"PK": f"K#{code}", "SK": f"C#{digest}"}


def movement(code: str, at: str, identifier: str) -> Item:
    """One change of stock made by hand."""
    return {"PK": f"M#{code}", "SK": f"{at}#{identifier}"}


def token(word: str, product_id: str) -> Item:
    """A word by which a product is found; words share a partition by their first two letters."""
    return {"PK": f"T#{word[:2]}", "SK": f"{word}#{product_id}"}
