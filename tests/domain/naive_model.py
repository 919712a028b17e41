"""The order's rules written a second time, plainly and apart from `domain`: what `decide` and `evolve` must agree with.

It counts units by hand instead of deriving them, prices every cancelled unit on its own, and knows the roles by heart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.actors import Actor
from domain.commands import (
    Cancel,
    Command,
    Confirm,
    CreateFulfillment,
    DeliverFulfillment,
    Hold,
    Reject,
    Release,
    ShipFulfillment,
)
from domain.order import Line, Order

Units = Mapping[str, int]
Answer = tuple[object, ...]
"""("done", event types...) or ("refused", type, facts...)."""

BY_HEART = {
    "support": ("CONFIRM", "REJECT", "HOLD", "RELEASE", "CANCEL"),
    "warehouse": ("CREATE_FULFILLMENT", "SHIP_FULFILLMENT", "DELIVER_FULFILLMENT"),
    "admin": (
        "CONFIRM", "REJECT", "HOLD", "RELEASE", "CANCEL",
        "CREATE_FULFILLMENT", "SHIP_FULFILLMENT", "DELIVER_FULFILLMENT",
    ),
}  # fmt: skip
OPEN_IN = {
    "CONFIRM": {"PLACED"},
    "REJECT": {"PLACED"},
    "HOLD": {"PLACED", "CONFIRMED"},
    "RELEASE": {"ON_HOLD"},
    "CANCEL": {"PLACED", "CONFIRMED", "ON_HOLD"},
    "CREATE_FULFILLMENT": {"CONFIRMED"},
    "SHIP_FULFILLMENT": {"CONFIRMED"},
    "DELIVER_FULFILLMENT": {"CONFIRMED", "ON_HOLD"},
}
EVERY_ACTION = BY_HEART["admin"]
EMPTY = {"open": 0, "cancelled": 0, "packed": 0, "travelling": 0, "delivered": 0}


@dataclass
class NaiveOrder:
    """One order as bookkeeping: units by line and by what became of them."""

    lines: Mapping[str, Line]
    charge: int
    owner: str
    status: str = "PLACED"
    units: dict[str, dict[str, int]] = field(default_factory=dict)
    parcels: dict[str, tuple[str, Units]] = field(default_factory=dict)
    cancelled_money: int = 0
    goes_back_to: str | None = None

    @classmethod
    def of(cls, order: Order) -> "NaiveOrder":
        """The books of an order as it stands."""
        lines = {line.id: line for line in order.lines}
        books = cls(
            lines, order.totals.shipping + order.totals.shipping_tax, order.owner.id, order.status.value
        )
        books.units = {line_id: EMPTY | {"open": line.quantity} for line_id, line in lines.items()}
        books.cancelled_money = order.totals.cancelled
        books.goes_back_to = order.held_from and order.held_from.value
        for line_id, counted in order.counters.items():
            books._shift(line_id, "open", "cancelled", counted.cancelled)
        for parcel in order.fulfillments:
            books.parcels[parcel.id] = (parcel.status.value, parcel.units)
            into = {"PENDING": "packed", "SHIPPED": "travelling", "DELIVERED": "delivered"}.get(
                parcel.status.value
            )
            for line_id, count in parcel.units.items():
                books._shift(line_id, "open", into or "open", count)
        return books

    def act(self, command: Command, actor: Actor) -> Answer:
        """Do the command, or say why not; a refusal leaves the books alone."""
        match command:
            case Confirm():
                return self._move_to("CONFIRMED", "CONFIRM", "ORDER_CONFIRMED", actor)
            case Reject():
                return self._reject(actor)
            case Hold():
                return self._hold(actor)
            case Release():
                return self._release(actor)
            case Cancel():
                return self._cancel(command.units, actor)
            case CreateFulfillment():
                return self._pack(command.units, actor)
            case ShipFulfillment():
                return self._ship(command.fulfillment_id, actor)
            case DeliverFulfillment():
                return self._deliver(command.fulfillment_id, actor)

    def total(self, state: str) -> int:
        """Units of all lines in a state."""
        return sum(line[state] for line in self.units.values())

    def why_not(self, action: str, actor: Actor) -> str | None:
        """The reason that stands against an action now."""
        if self.status not in OPEN_IN[action]:
            return f"ORDER_{self.status}"
        started = self.total("packed") + self.total("travelling") + self.total("delivered")
        if action == "CANCEL" and actor.kind.value != "STAFF" and started:
            return "IN_FULFILLMENT"
        if action in {"CANCEL", "CREATE_FULFILLMENT"} and not self.total("open"):
            return "NOTHING_OPEN"
        if action == "SHIP_FULFILLMENT" and not self.total("packed"):
            return "NO_PARCEL"
        if action == "DELIVER_FULFILLMENT" and not self.total("travelling"):
            return "NOTHING_SHIPPED"
        return None

    def may(self, actor: Actor) -> list[str]:
        """All that this actor may ever do to this order."""
        if actor.kind.value == "STAFF":
            allowed = {action for group in actor.groups for action in BY_HEART.get(group, ())}
        else:
            allowed = {"CANCEL"} if actor.kind.value == "CUSTOMER" and actor.id == self.owner else set()
        return [action for action in EVERY_ACTION if action in allowed]

    def _shift(self, line_id: str, out_of: str, into: str, count: int) -> None:
        self.units[line_id][out_of] -= count
        self.units[line_id][into] += count

    def _no(self, reason: str, actor: Actor) -> Answer:
        if reason == f"ORDER_{self.status}":
            now = tuple(action for action in self.may(actor) if self.why_not(action, actor) is None)
            return ("refused", "TransitionNotAllowed", self.status, now)
        return ("refused", "NotAllowed", reason)

    def _taken(self, units: Units | None) -> tuple[Units, Answer | None]:
        """The units meant, and what is wrong with them."""
        if units is None:
            return {line_id: line["open"] for line_id, line in self.units.items() if line["open"]}, None
        if not units:
            return {}, ("refused", "InvalidInput")
        for line_id, count in units.items():
            if line_id not in self.lines:
                return {}, ("refused", "NotFound")
            if count < 1:
                return {}, ("refused", "InvalidInput")
            if count > self.units[line_id]["open"]:
                return {}, ("refused", "QuantityExceeded", line_id, self.units[line_id]["open"])
        return units, None

    def _finish(self, *events: str) -> Answer:
        """A running order is complete once nothing is on its way or open, and something arrived."""
        waiting = self.total("open") + self.total("packed") + self.total("travelling")
        if self.status == "CONFIRMED" and not waiting and self.total("delivered"):
            self.status = "COMPLETED"
            return ("done", *events, "ORDER_COMPLETED")
        return ("done", *events)

    def _move_to(self, goal: str, action: str, event: str, actor: Actor) -> Answer:
        if self.status == goal:
            return ("done",)
        reason = self.why_not(action, actor)
        if reason:
            return self._no(reason, actor)
        self.status = goal
        return ("done", event)

    def _reject(self, actor: Actor) -> Answer:
        answer = self._move_to("REJECTED", "REJECT", "ORDER_REJECTED", actor)
        if len(answer) == 2:
            self._write_off({line_id: line["open"] for line_id, line in self.units.items()})
            self.cancelled_money += self.charge
        return answer

    def _hold(self, actor: Actor) -> Answer:
        before = self.status
        answer = self._move_to("ON_HOLD", "HOLD", "ORDER_HELD", actor)
        if len(answer) == 2:
            self.goes_back_to = before
        return answer

    def _release(self, actor: Actor) -> Answer:
        if self.status in {"PLACED", "CONFIRMED"}:
            return ("done",)
        if self.status != "ON_HOLD":
            return self._no(f"ORDER_{self.status}", actor)
        assert self.goes_back_to is not None
        self.status, self.goes_back_to = self.goes_back_to, None
        return self._finish("ORDER_RELEASED")

    def _cancel(self, wanted: Units | None, actor: Actor) -> Answer:
        if self.status == "CANCELLED" and wanted is None:
            return ("done",)
        reason = self.why_not("CANCEL", actor)
        if reason:
            return self._no(reason, actor)
        units, problem = self._taken(wanted)
        if problem:
            return problem
        self._write_off(units)
        if all(line["cancelled"] == self.lines[line_id].quantity for line_id, line in self.units.items()):
            self.cancelled_money += self.charge
            self.status, self.goes_back_to = "CANCELLED", None
            return ("done", "ORDER_CANCELLED")
        return self._finish("ORDER_LINES_CANCELLED")

    def _write_off(self, units: Units) -> None:
        for line_id, count in units.items():
            for _ in range(count):
                self.cancelled_money += self._price_of_next(line_id)
                self._shift(line_id, "open", "cancelled", 1)

    def _price_of_next(self, line_id: str) -> int:
        """What the next unit of a line to be cancelled is worth; the first ones carry the odd pennies."""
        line, position = self.lines[line_id], self.units[line_id]["cancelled"]
        tax = line.tax // line.quantity + (1 if position < line.tax % line.quantity else 0)
        discount = line.discount // line.quantity + (1 if position < line.discount % line.quantity else 0)
        return line.unit_price - discount + tax

    def _pack(self, wanted: Units | None, actor: Actor) -> Answer:
        reason = self.why_not("CREATE_FULFILLMENT", actor)
        if reason:
            return self._no(reason, actor)
        units, problem = self._taken(wanted)
        if problem:
            return problem
        for line_id, count in units.items():
            self._shift(line_id, "open", "packed", count)
        self.parcels[f"ful_{len(self.parcels) + 1:04d}"] = ("PENDING", dict(units))
        return ("done", "FULFILLMENT_CREATED")

    def _ship(self, parcel_id: str, actor: Actor) -> Answer:
        state, units = self.parcels.get(parcel_id, ("", {}))
        if not state:
            return ("refused", "NotFound")
        if state in {"SHIPPED", "DELIVERED"}:
            return ("done",)
        reason = self.why_not("SHIP_FULFILLMENT", actor)
        if reason:
            return self._no(reason, actor)
        for line_id, count in units.items():
            self._shift(line_id, "packed", "travelling", count)
        self.parcels[parcel_id] = ("SHIPPED", units)
        return ("done", "FULFILLMENT_SHIPPED")

    def _deliver(self, parcel_id: str, actor: Actor) -> Answer:
        state, units = self.parcels.get(parcel_id, ("", {}))
        if not state:
            return ("refused", "NotFound")
        if state == "DELIVERED":
            return ("done",)
        reason = self.why_not("DELIVER_FULFILLMENT", actor) or ("NOT_SHIPPED" if state != "SHIPPED" else None)
        if reason:
            return self._no(reason, actor)
        for line_id, count in units.items():
            self._shift(line_id, "travelling", "delivered", count)
        self.parcels[parcel_id] = ("DELIVERED", units)
        return self._finish("FULFILLMENT_DELIVERED")
