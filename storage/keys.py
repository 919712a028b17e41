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
CATEGORIES = "CATEGORIES"
COUNTERS_OF_STOCK = "W#"
"""What the sort keys of counters of stock begin with, in any warehouse."""
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


def payment(payment_id: str) -> str:
    """One payment of an order."""
    return f"P#{payment_id}"


def refund(refund_id: str) -> str:
    """One refund of an order."""
    return f"R#{refund_id}"


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


def letter(order_id: str, name: str) -> Item:
    """The claim of one letter about an order."""
    return {"PK": f"MAIL#{order_id}", "SK": name}


def audit(day: str, at: str, identifier: str) -> Item:
    """The record of a privileged command."""
    return {"PK": f"AUDIT#{day}", "SK": f"{at}#{identifier}"}


def trial(reference: str) -> Item:
    """The test provider's books of one payment: outside of any order, as a real provider's are."""
    return {"PK": f"TRIAL#{reference}", "SK": HEAD}


def inbox(sender: str, event_id: str) -> Item:
    """An event that somebody outside told us, by the sender's own id of it."""
    return {"PK": f"IN#{len(sender)}#{sender}#{event_id}", "SK": HEAD}


def tracking(number: str) -> str:
    """The partition of the parcels that travel under a carrier's number."""
    return f"TRK#{number}"


def tracked(number: str, order_id: str, fulfillment_id: str) -> Item:
    """Where a carrier's number leads to a parcel."""
    return {"PK": tracking(number), "SK": f"{order_id}#{fulfillment_id}"}


def waits(order_id: str) -> str:
    """The partition of the workflow's waits for an order: beside the order's, whose every read would pay for them."""
    return f"WAIT#{order_id}"


def cart(cart_id: str) -> Item:
    """A cart."""
    return {"PK": f"C#{cart_id}", "SK": HEAD}


def cart_command(cart_id: str, digest: str) -> Item:
    """The record of a keyed command on a cart."""
    return {"PK": f"C#{cart_id}", "SK": command(digest)}


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
    return f"{COUNTERS_OF_STOCK}{warehouse}#"


def shard_of(item: Item) -> str:
    """The shard whose counters an item is."""
    return shard_name(item["PK"].removeprefix("K#"), int(item["SK"].rpartition("#")[2]))


def stock_command(code: str, digest: str) -> Item:
    """The record of a keyed change of stock."""
    return {"PK": f"K#{code}", "SK": f"C#{digest}"}


def movements(code: str) -> Item:
    """Where the movements of a SKU's stock are, in the order of time."""
    return {"PK": f"M#{code}"}


def movement(code: str, at: str, identifier: str) -> Item:
    """One movement of stock."""
    return movements(code) | {"SK": f"{at}#{identifier}"}


def category(name: str) -> Item:
    """How many published products a category has; all categories share a partition."""
    return {"PK": CATEGORIES, "SK": name}


def token(word: str, product_id: str) -> Item:
    """A word by which a product is found; words share a partition by their first two letters."""
    return {"PK": f"T#{word[:2]}", "SK": f"{word}#{product_id}"}
