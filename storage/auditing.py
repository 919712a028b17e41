"""Reads for `orderbell audit` and `orderbell recount`: whole tables by segments, one partition at a time; one write.

Scans run over segments (DynamoDB's parallel scan) and read keys alone; each order is then one strong query.
"""

from typing import Any

from domain.audit import Finding, Findings, Rule, order_subject, unequal
from domain.recount import Level
from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.audit_items import ABORTED, PLACED, UNREADABLE, Audited, audit_items, reserved_of, unreadable
from storage.order_reads import find_order_id, query_all
from storage.reading import read
from storage.store import Store
from storage.transact import transact

ORDER, NUMBER, REFERENCE = "O#", "NUM#", "EXT#"


@value
class Segment:
    """One of `of` parts that a scan of a table is cut into, from 0."""

    index: int
    of: int


@value
class Page:
    """Items of a scan's page, the key to go on after (None: the segment ends here), and how many items were read."""

    items: tuple[Item, ...]
    after: Item | None
    read: int


def scan_keys(store: Store, segment: Segment, after: Item | None, limit: int) -> Page:
    """Keys of `orders`, with the order id where an item leads to one."""
    return _scan(store, store.orders, segment, after, limit, ProjectionExpression="PK, SK, orderId")


def scan_levels(store: Store, segment: Segment, after: Item | None, limit: int) -> tuple[list[Level], Page]:
    """Counters in `catalog`, of each shard of a SKU; the page's own items are those of the counters."""
    values = {":sku": keys.sku("")["PK"], ":stock": keys.parts(store.warehouse)}
    page = _scan(
        store,
        store.catalog,
        segment,
        after,
        limit,
        FilterExpression="begins_with(PK, :sku) AND begins_with(SK, :stock)",
        ExpressionAttributeValues=to_attributes(values),
    )
    return [_level(item) for item in page.items], page


def read_level(store: Store, shard: str) -> Level | None:
    """A shard's counters as they stand, strongly read."""
    key = to_attributes(keys.stock(shard, store.warehouse))
    answer = read(store, store.client.get_item, TableName=store.catalog, Key=key, ConsistentRead=True)
    return _level(from_attributes(answer["Item"])) if "Item" in answer else None


def write_level(store: Store, before: Level, after: Level) -> bool:
    """Write counters where they are still as they were read; False where they are not. Raises Refused as transact does."""
    values = {
        ":onHand": before.on_hand, ":available": before.available, ":reserved": before.reserved,
        ":version": before.version, ":free": after.available, ":held": after.reserved, ":next": after.version,
    }  # fmt: skip
    update = {
        "TableName": store.catalog,
        "Key": to_attributes(keys.stock(before.sku, store.warehouse)),
        "UpdateExpression": "SET available = :free, reserved = :held, version = :next",
        "ConditionExpression": "onHand = :onHand AND available = :available AND reserved = :reserved "
        "AND version = :version",
        "ExpressionAttributeValues": to_attributes(values),
    }
    return not transact(store, [{"Update": update}], subject=before.sku)


def expected_items(store: Store) -> int:
    """About how many items both tables hold (DescribeTable counts every six hours on AWS): for a progress bar."""
    tables = (store.orders, store.catalog)
    return sum(store.client.describe_table(TableName=name)["Table"].get("ItemCount", 0) for name in tables)


def audit_order(store: Store, order_id: str) -> Audited:
    """Check one order. What is wrong is read a second time: a query may see half of a transaction that is just written."""
    for _ in range(2):
        items = query_all(store, "PK = :pk", {":pk": keys.order(order_id)})
        audited = audit_items(order_id, items, store.shards)
        leads = tuple(_led_back(store, audited)) if audited.order else ()
        if not audited.findings + leads:
            break
    return Audited(audited.findings + leads, audited.reserved, audited.order)


def look(store: Store, item: Item, *, first: bool) -> Audited:
    """Audit what one scanned key of `orders` stands for; `first` says that its partition begins there.

    A head stands for its order, a number or reference for itself; any other item that begins a partition lacks its head.
    """
    partition = item["PK"]
    if partition.startswith(ORDER):
        if item["SK"] == keys.HEAD:
            return audit_order(store, partition.removeprefix(ORDER))
        return Audited(tuple(check_orphan(store, partition)) if first else (), {})
    if partition.startswith((NUMBER, REFERENCE)):
        return Audited(tuple(check_lead(store, item)), {})
    return Audited((), {})


def count(store: Store, item: Item, *, first: bool) -> Audited:  # noqa: ARG001 - called like `look`
    """Count what the order of one scanned key has reserved, and check nothing but that it can be read."""
    if not item["PK"].startswith(ORDER) or item["SK"] != keys.HEAD:
        return Audited((), {})
    order_id = item["PK"].removeprefix(ORDER)
    try:
        return Audited((), reserved_of(query_all(store, "PK = :pk", {":pk": item["PK"]})))
    except UNREADABLE as error:
        return Audited((unreadable(order_id, error),), {})


def check_lead(store: Store, item: Item) -> Findings:
    """A number or external reference leads to an order that has it."""
    order_id, name = item.get("orderId"), item["PK"]
    top = _head(store, str(order_id))
    if top is None:
        yield Finding(Rule.KEYS, name, "where it leads", "an order that exists", order_id)
        return
    if name.startswith(NUMBER):
        found = keys.number(top.get("number", ""))["PK"]
        allowed = top["phase"] == PLACED and found == name
    else:
        found = keys.reference(top["ownerKind"], top["ownerId"], top.get("ref", ""))["PK"]
        allowed = found == name if top["phase"] == PLACED else top["phase"] != ABORTED
    if not allowed:
        yield Finding(Rule.KEYS, name, f"what its order {order_id} has ({top['phase']})", name, found)


def check_orphan(store: Store, partition: str) -> Findings:
    """A partition of an order has a head."""
    order_id = partition.removeprefix(ORDER)
    if _head(store, order_id) is None:
        yield Finding(Rule.FORM, order_subject(order_id), "head", "one", "other items of the order alone")


def _led_back(store: Store, audited: Audited) -> Findings:
    """An order's number and external reference lead to it."""
    order = audited.order
    if order is None:
        return
    leads = [keys.number(order.number)]
    if order.external_reference:
        leads.append(keys.reference(order.owner.kind.value, order.owner.id, order.external_reference))
    for key in leads:
        found = find_order_id(store, key)
        yield from unequal(Rule.KEYS, order_subject(order.id), (f"where {key['PK']} leads", order.id, found))


def _head(store: Store, order_id: str) -> Item | None:
    key = to_attributes({"PK": keys.order(order_id), "SK": keys.HEAD})
    answer = read(store, store.client.get_item, TableName=store.orders, Key=key, ConsistentRead=True)
    return from_attributes(answer["Item"]) if "Item" in answer else None


def _scan(store: Store, table: str, segment: Segment, after: Item | None, limit: int, **request: Any) -> Page:
    if after:
        request["ExclusiveStartKey"] = to_attributes(after)
    answer = read(
        store,
        store.client.scan,
        TableName=table,
        Segment=segment.index,
        TotalSegments=segment.of,
        Limit=limit,
        ConsistentRead=True,
        **request,
    )
    last = answer.get("LastEvaluatedKey")
    items = tuple(from_attributes(item) for item in answer["Items"])
    return Page(items, from_attributes(last) if last else None, answer["ScannedCount"])


def _level(item: Item) -> Level:
    counters = (item.get(name, 0) for name in ("onHand", "available", "reserved", "version"))
    return Level(keys.shard_of(item), *counters)
