"""What callers want, and what an acknowledgement must mean: each answer is held against what the streams told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.actors import ActorKind
from domain.ids import command_key
from storage import keys
from storage.attributes import from_attributes
from tests.fakes.dynamodb import FakeDynamoDB

from .calls import Reply, Request
from .ledger import Ledger, require

GOALS = {
    "Mutation.confirmOrder": {"CONFIRMED"},
    "Mutation.holdOrder": {"ON_HOLD"},
    "Mutation.releaseOrder": {"PLACED", "CONFIRMED"},
    "Mutation.rejectOrder": {"REJECTED"},
}
"""The statuses in which a command has nothing to do and succeeds."""


@dataclass(slots=True)
class Intent:
    """One thing that a caller wants, under one request however often it is sent. `tag` is what its effect is marked with."""

    request: Request
    tag: str
    acked: str | None = None
    contradicted: bool = False
    """Whether its caller used its key for something else too."""

    @property
    def input(self) -> Mapping[str, Any]:
        """The mutation's input."""
        given: Mapping[str, Any] = self.request.arguments["input"]
        return given

    @property
    def key(self) -> str | None:
        """The caller's own key, where it sends one."""
        key: str | None = self.input.get("idempotencyKey")
        return key

    @property
    def safe(self) -> bool:
        """Whether sending it again cannot do it twice: it has a key, or wants a state and not a change."""
        return bool(self.key) or self.request.field in GOALS


@dataclass(frozen=True, slots=True)
class Judge:
    """Says of each acknowledgement whether it is true."""

    ledger: Ledger
    fake: FakeDynamoDB

    def check(self, intent: Intent, reply: Reply, *, known: bool) -> None:
        """Raise Violated where the answer promises what is not so; `known`: it was acknowledged before this was sent."""
        conflict = "IDEMPOTENCY_CONFLICT" in reply.codes and not intent.contradicted
        require(not conflict, f"{intent.tag}: its key was used for nothing else, and is refused")
        if reply.codes or reply.error:
            require(not known, f"{intent.tag} was acknowledged, then refused: {reply.codes or reply.error}")
            return
        if intent.request.field == "Mutation.placeOrder":
            require(not known or reply.answer["replayed"], f"{intent.tag}: placed a second time")
            self._placed(intent, reply.answer)
        elif "stockLevel" in reply.answer:
            self._stock_changed(intent, reply.answer)
        elif "order" in reply.answer:
            self._done(intent, reply.answer)

    def _placed(self, intent: Intent, answer: Mapping[str, Any]) -> None:
        order, wanted = answer["order"], intent.input
        mirrored = self.ledger.orders[order["id"]]
        require(
            mirrored.phase == "PLACED", f"{intent.tag}: acknowledged {order['id']}, which is {mirrored.phase}"
        )
        require(intent.acked in {None, order["id"]}, f"{intent.tag}: one key, two orders")
        lines = [(line["sku"], line["quantity"]) for line in order["lines"]]
        asked = [(line["sku"], line["quantity"]) for line in wanted["lines"]]
        require(lines == asked, f"{intent.tag}: asked for {asked}, was answered {lines}")
        owner = wanted.get("onBehalfOf", {}).get("customerId", intent.request.actor.id)
        require(
            order["customerId"] == owner,
            f"{intent.tag}: {owner} was answered the order of {order['customerId']}",
        )
        require(
            self._stored("orders", {"PK": keys.order(order["id"]), "SK": keys.HEAD}) is not None,
            "the order is lost",
        )
        intent.acked = order["id"]

    def _done(self, intent: Intent, answer: Mapping[str, Any]) -> None:
        order = answer["order"]
        mirrored, version = self.ledger.orders[order["id"]], order["version"]
        require(version <= mirrored.version, f"{intent.tag}: acknowledged before it was written")
        if intent.key:
            actor = intent.request.actor
            digest = command_key(f"{actor.kind.value}:{actor.id}", intent.key)
            record = self._stored("orders", {"PK": keys.order(order["id"]), "SK": keys.command(digest)})
            require(record is not None, f"{intent.tag}: acknowledged, and no record of its key")
            version = (record or {})["version"]
        require(
            self._has_effect(intent, order["id"], version),
            f"{intent.request}: acknowledged at {version} of {order['id']}, and not in the log",
        )
        expected = intent.input.get("expectedVersion")
        if expected is not None and not answer["replayed"]:
            based = expected in {version, mirrored.base_of.get(version)}
            require(based, f"{intent.tag}: decided on another version than {expected}")
        intent.acked = order["id"]

    def _has_effect(self, intent: Intent, order_id: str, version: int) -> bool:
        """Whether the command is in the log, or had nothing to do at this version."""
        mirrored, name = self.ledger.orders[order_id], intent.request.field
        entry, event = mirrored.events[mirrored.base_of[version] : version], mirrored.events[version - 1]
        if intent.tag in self.ledger.tags or {each.status.value for each in entry} & GOALS.get(name, set()):
            return True
        if name == "Mutation.cancelOrder":
            return "lines" not in intent.input and event.status.value == "CANCELLED"
        if name == "Mutation.createFulfillment":
            return event.type.value == "FULFILLMENT_CREATED"
        return name in {"Mutation.shipFulfillment", "Mutation.deliverFulfillment"}

    def _stock_changed(self, intent: Intent, answer: Mapping[str, Any]) -> None:
        if intent.key is None:
            return
        sku, actor = intent.input["sku"], intent.request.actor
        record = self._stored("catalog", keys.stock_command(sku, command_key(actor.id, intent.key)))
        require(record is not None, f"{intent.tag}: acknowledged, and no record of its key")
        delta = self.ledger.stock_changes.get((sku, (record or {})["version"]))
        require(delta is not None, f"{intent.tag}: acknowledged, and no change of {sku}")
        require(intent.input.get("delta", delta) == delta, f"{intent.tag}: changed {sku} by {delta}")
        intent.acked = sku

    def _stored(self, table: str, key: Mapping[str, str]) -> dict[str, Any] | None:
        found = self.fake._database.table(table).get((key["PK"], key["SK"]))
        return from_attributes(found) if found else None


def may_see(ledger: Ledger, order_id: str, request: Request) -> bool:
    """Whether the caller may be told of an order: it is placed, and it is theirs or they are staff."""
    mirrored = ledger.orders[order_id]
    mine = request.actor.kind is ActorKind.STAFF or mirrored.owner_id == request.actor.id
    return mirrored.phase == "PLACED" and mine
