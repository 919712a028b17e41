"""The whole store, by the product's own audit: I1 to I7 of every order that changed, and every SKU's counters."""

from dataclasses import dataclass, field

from domain.order import Order
from domain.recount import Level, check_level
from domain.sharding import sku_of
from storage import keys
from storage.attributes import Item, from_attributes
from storage.audit_items import audit_items
from tests.fakes.dynamodb import FakeDynamoDB

from .ledger import Ledger, require


@dataclass(slots=True)
class Auditor:
    """Keeps what each order has reserved, so that only changed ones are read again."""

    fake: FakeDynamoDB
    ledger: Ledger
    shards: int
    reserved: dict[str, dict[str, int]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    checked: int = 0

    def audit(self, *, everything: bool = False) -> None:
        """Check orders that changed (or all), and stock against all. Raises Violated."""
        wanted = set(self.ledger.orders) if everything else self.ledger.dirty
        for order_id in sorted(wanted):
            self._audit_order(order_id)
        self.ledger.dirty.clear()
        total: dict[str, int] = {}
        for held in self.reserved.values():
            for sku, units in held.items():
                total[sku] = total.get(sku, 0) + units
        for shard in self.ledger.shards | total.keys():
            findings = [str(each) for each in check_level(shard, self.level(shard), total.get(shard, 0))]
            require(not findings, "; ".join(findings))
            price, entry = self._price_version(keys.stock(shard, "MAIN")), keys.sku(sku_of(shard))
            require(price == self._price_version(entry), f"{shard} is sold at version {price} of its price")

    def _price_version(self, key: Item) -> int | None:
        """The version of the price that an item of the catalogue has."""
        found = self.fake._database.table("catalog").get((key["PK"], key["SK"]))
        return from_attributes(found)["priceVersion"] if found else None

    def _audit_order(self, order_id: str) -> None:
        self.checked += 1
        items = self.items(order_id)
        audited = audit_items(order_id, items, self.shards)
        require(not audited.findings, "; ".join(map(str, audited.findings)))
        self.reserved[order_id] = dict(audited.reserved)
        if not audited.reserved:
            del self.reserved[order_id]
        if audited.order:
            self.orders[order_id] = audited.order
            seen = [event.sequence for event in self.ledger.orders[order_id].events]
            require(seen[-1:] == [audited.order.version], f"{order_id}: the stream told of {seen[-1:]} only")

    def items(self, order_id: str) -> list[Item]:
        """Everything of one order, in key order."""
        base = self.fake._database.table("orders").base
        return [from_attributes(base.view(entry)) for entry in base.entries.get(f"O#{order_id}", ())]

    def level(self, shard: str) -> Level | None:
        """A shard's counters."""
        key = keys.stock(shard, "MAIN")
        found = self.fake._database.table("catalog").get((key["PK"], key["SK"]))
        if found is None:
            return None
        item = from_attributes(found)
        return Level(shard, item["onHand"], item["available"], item["reserved"], item["version"])

    def settled(self) -> None:
        """Once all is quiet, and audited: nothing is unfinished, and what lies in the warehouse is what came less what left."""
        for order_id, mirrored in self.ledger.orders.items():
            require(mirrored.phase in {"PLACED", "ABORTED"}, f"{order_id} is left {mirrored.phase}")
            for item in self.items(order_id):
                held = item.get("state") == "HELD" and mirrored.phase != "PLACED"
                require(item.get("done", True) and not held, f"{order_id}: {item['SK']} is left unfinished")
        for sku in self.ledger.skus:
            came = sum(delta for (code, _), delta in self.ledger.stock_changes.items() if code == sku)
            left = sum(
                order.counted(line.id).shipped
                for order in self.orders.values()
                for line in order.lines
                if line.sku == sku
            )
            levels = [self.level(shard) for shard in self.ledger.shards if sku_of(shard) == sku]
            on_hand = sum(level.on_hand for level in levels if level)
            require(on_hand == came - left, f"{sku}: {came} came and {left} left, {on_hand} are on hand")
