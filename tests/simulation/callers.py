"""Customers, staff and the warehouse: what they want next, by chance, mostly what the order's state allows."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from domain.actors import Actor, ActorKind
from tests.shopkeeping import staff

from .calls import Request
from .intents import Intent
from .ledger import Ledger, Mirrored

CUSTOMERS = tuple(Actor(ActorKind.CUSTOMER, name) for name in ("ada", "ben", "cleo", "dan"))
SUPPORT, WAREHOUSE, CATALOG = staff("support"), staff("warehouse"), staff("catalog")
SKUS = tuple(f"SKU-{letter}" for letter in "ABCDEFGHIJ")
HOT = SKUS[:3]
"""Those whose stock is spread over shards, by staff who often change their minds."""
MOST = {False: 3, True: 7}
"""Units of a line at most: hot SKUs go in such numbers that no shard has enough now and then."""
ADDRESS = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "country": "GB"}

STAFF_NEXT: dict[str, list[tuple[Actor, str]]] = {
    "PLACED": [(SUPPORT, "confirm")] * 6 + [(SUPPORT, "reject"), (SUPPORT, "hold"), (SUPPORT, "cancel")],
    "CONFIRMED": [(WAREHOUSE, "create")] * 4
    + [(WAREHOUSE, "ship")] * 4
    + [(WAREHOUSE, "deliver")] * 4
    + [(SUPPORT, "hold"), (SUPPORT, "cancel"), (SUPPORT, "confirm")],
    "ON_HOLD": [(SUPPORT, "release")] * 3 + [(SUPPORT, "cancel"), (WAREHOUSE, "deliver"), (SUPPORT, "hold")],
}
FIELDS = {
    "confirm": "Mutation.confirmOrder", "reject": "Mutation.rejectOrder", "hold": "Mutation.holdOrder",
    "release": "Mutation.releaseOrder", "cancel": "Mutation.cancelOrder", "create": "Mutation.createFulfillment",
    "ship": "Mutation.shipFulfillment", "deliver": "Mutation.deliverFulfillment",
}  # fmt: skip
REASONED = {"reject", "hold", "cancel"}


@dataclass(slots=True)
class Callers:
    """Makes intents. Keys are short-sighted on purpose: each customer counts from 1, so that they use each other's."""

    ledger: Ledger
    chance: Random
    open: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    tags: int = 0

    def wants(self, before: list[Intent]) -> Intent | None:
        """What somebody wants now; `before` are placements to repeat or to contradict."""
        at = self.chance.random()
        if at < 0.26:
            return self._place()
        if at < 0.29 and before:
            return self._same_key_other_body(self.chance.choice(before))
        if at < 0.36:
            return self._customer_cancels()
        if at < 0.42:
            return self._stock()
        if at < 0.435:
            return self.price()
        return self._staff()

    def _tag(self) -> str:
        self.tags += 1
        return f"T{self.tags:06d}"

    def _key(self, actor: Actor) -> str:
        self.counts[actor.id] = self.counts.get(actor.id, 0) + 1
        return f"request-number-{self.counts[actor.id]:06d}"

    def _lines(self) -> list[dict[str, Any]]:
        many = self.chance.random() < 0.4
        skus = self.chance.sample(SKUS, self.chance.randint(4, 8) if many else self.chance.randint(1, 3))
        lines = [{"sku": sku, "quantity": self.chance.randint(1, MOST[sku in HOT])} for sku in skus]
        return lines + lines[:1] if self.chance.random() < 0.1 else lines

    def _place(self) -> Intent:
        customer, tag = self.chance.choice(CUSTOMERS), self._tag()
        body: dict[str, Any] = {"lines": self._lines(), "shippingAddress": ADDRESS, "note": tag}
        body["paymentTerms"] = "ON_ACCOUNT"
        actor = customer
        if self.chance.random() < 0.1:
            actor, body["onBehalfOf"] = SUPPORT, {"customerId": customer.id}
        body["idempotencyKey"] = self._key(customer)
        return Intent(Request("Mutation.placeOrder", {"input": body}, actor), tag)

    def _same_key_other_body(self, other: Intent) -> Intent:
        tag = self._tag()
        body, other.contradicted = {**other.input, "lines": self._lines(), "note": tag}, True
        asked = Request("Mutation.placeOrder", {"input": body}, other.request.actor)
        return Intent(asked, tag, contradicted=True)

    def _order(self) -> tuple[str, Mirrored] | None:
        """One of the open orders, rather a young one; finished ones drop out."""
        for _ in range(5):
            if not self.open:
                return None
            place = max(self.chance.randrange(len(self.open)), self.chance.randrange(len(self.open)))
            order_id = self.open[place]
            mirrored = self.ledger.orders[order_id]
            if mirrored.events and mirrored.events[-1].status.value in STAFF_NEXT:
                return order_id, mirrored
            if self.chance.random() < 0.7:
                self.open.pop(place)
            else:
                return order_id, mirrored
        return None

    def _customer_cancels(self) -> Intent | None:
        found = self._order()
        if found is None:
            return None
        stranger = self.chance.random() < 0.1
        owner = self.chance.choice(CUSTOMERS).id if stranger else found[1].owner_id
        return self._command(Actor(ActorKind.CUSTOMER, owner), "cancel", *found)

    def _staff(self) -> Intent | None:
        found = self._order()
        if found is None:
            return None
        status = found[1].events[-1].status.value if found[1].events else "PLACED"
        actor, what = self.chance.choice(STAFF_NEXT.get(status, STAFF_NEXT["PLACED"]))
        return self._command(actor, what, *found)

    def _command(self, actor: Actor, what: str, order_id: str, mirrored: Mirrored) -> Intent:
        tag, body = self._tag(), {"orderId": order_id}
        given: dict[str, Any] = body
        if what in {"cancel", "create"} and self.chance.random() < 0.6:
            count = self._line_count(mirrored)
            given["lines"] = [{"lineId": str(self.chance.randint(1, count)), "quantity": 1}]
        if what in {"ship", "deliver"}:
            parcels = sum(event.type.value == "FULFILLMENT_CREATED" for event in mirrored.events)
            given["fulfillmentId"] = f"ful_{self.chance.randint(1, max(1, parcels)):04d}"
        if what == "ship":
            given["trackingNumber"] = tag
        if self.chance.random() < 0.65:
            given["idempotencyKey"] = self._key(actor)
        if what in REASONED and ("idempotencyKey" in given or what == "cancel"):
            given["reason"] = tag  # what has no key and wants a state may rightly be done again
        if self.chance.random() < 0.2:
            given["expectedVersion"] = max(1, mirrored.version - self.chance.choice((0, 0, 0, 1)))
        return Intent(Request(FIELDS[what], {"input": given}, actor), tag)

    def _line_count(self, mirrored: Mirrored) -> int:
        count = mirrored.events[0].data["lines"] if mirrored.events else 1
        assert isinstance(count, int)
        return count

    def _stock(self) -> Intent:
        tag, sku = self._tag(), self.chance.choice(SKUS)
        if self.chance.random() < 0.12:
            peak = self.chance.choice((0, 45, 90, 150, 200))
            spread = {
                "sku": self.chance.choice(HOT),
                "peakOrdersPerSecond": peak,
                "idempotencyKey": self._key(WAREHOUSE),
            }
            return Intent(Request("Mutation.setStockShards", {"input": spread}, WAREHOUSE), tag)
        if self.chance.random() < 0.1:
            given: dict[str, Any] = {"sku": sku, "onHand": self.chance.randint(10, 60)}
            return Intent(Request("Mutation.setStock", {"input": given}, WAREHOUSE), tag)
        delta, reason = self.chance.choice(
            ((30, "RECEIVED"), (15, "RECEIVED"), (4, "FOUND"), (-3, "DAMAGED"))
        )
        given = {"sku": sku, "delta": delta, "reason": reason, "idempotencyKey": self._key(WAREHOUSE)}
        return Intent(Request("Mutation.adjustStock", {"input": given}, WAREHOUSE), tag)

    def price(self) -> Intent:
        """A price changes."""
        sku = self.chance.choice(SKUS)
        price = {"amount": f"{self.chance.randint(1, 9)}.50", "currency": "GBP"}
        given = {"productId": self.ledger.skus[sku], "sku": sku, "price": price}
        return Intent(Request("Mutation.saveVariant", {"input": given}, CATALOG), self._tag())
