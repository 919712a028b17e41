"""The order's rules written a second time, plainly and apart from `domain`: what `decide` and `evolve` must agree with.

It counts units by hand instead of deriving them, prices every cancelled unit on its own, and knows the roles by heart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.actors import Actor
from domain.commands import ACTION_OF, Cancel, Command, Confirm, Hold, Reject, Release
from domain.order import Line, Order
from domain.parcels import (
    CancelFulfillment,
    CreateFulfillment,
    DeliverFulfillment,
    PackFulfillment,
    RecordTracking,
    ShipFulfillment,
)
from domain.paying import Void
from domain.recording import Expire, RecordPayment, RecordRefund, Settle
from tests.domain import naive_parcels
from tests.domain.naive_money import Answer, NaiveMoney, price_of

Units = Mapping[str, int]
LATER_ADDED = ("PACK_FULFILLMENT", "CANCEL_FULFILLMENT", "RECORD_TRACKING")
BY_HEART = {
    "support": ("CONFIRM", "REJECT", "HOLD", "RELEASE", "CANCEL"),
    "warehouse": ("CREATE_FULFILLMENT", "SHIP_FULFILLMENT", "DELIVER_FULFILLMENT", *LATER_ADDED),
    "finance": ("CAPTURE_PAYMENT", "VOID_PAYMENT", "REFUND"),
    "admin": (
        "CONFIRM", "REJECT", "HOLD", "RELEASE", "CANCEL",
        "CREATE_FULFILLMENT", "SHIP_FULFILLMENT", "DELIVER_FULFILLMENT",
        "CAPTURE_PAYMENT", "VOID_PAYMENT", "REFUND", *LATER_ADDED,
    ),
}  # fmt: skip
EVERYWHERE = {"PLACED", "CONFIRMED", "ON_HOLD", "COMPLETED", "CANCELLED", "REJECTED", "EXPIRED"}
OPEN_IN = {
    "CONFIRM": {"PLACED"},
    "REJECT": {"PLACED"},
    "HOLD": {"PLACED", "CONFIRMED"},
    "RELEASE": {"ON_HOLD"},
    "CANCEL": {"PLACED", "CONFIRMED", "ON_HOLD"},
    "CREATE_FULFILLMENT": {"CONFIRMED"},
    "SHIP_FULFILLMENT": {"CONFIRMED"},
    "DELIVER_FULFILLMENT": {"CONFIRMED", "ON_HOLD"},
    "RETRY_PAYMENT": {"PLACED", "CONFIRMED", "ON_HOLD", "COMPLETED"},
    "CAPTURE_PAYMENT": {"PLACED", "CONFIRMED", "COMPLETED"},
    "VOID_PAYMENT": EVERYWHERE,
    "REFUND": EVERYWHERE,
    "PACK_FULFILLMENT": {"CONFIRMED"},
    "CANCEL_FULFILLMENT": {"CONFIRMED", "ON_HOLD"},
    "RECORD_TRACKING": {"CONFIRMED", "ON_HOLD", "COMPLETED"},
}
EVERY_ACTION = (*BY_HEART["admin"][:8], "RETRY_PAYMENT", *BY_HEART["admin"][8:])
EMPTY = {"open": 0, "cancelled": 0, "packed": 0, "travelling": 0, "delivered": 0}


@dataclass
class NaiveOrder:
    """One order as bookkeeping: units by line and by what became of them."""

    lines: Mapping[str, Line]
    charge: int
    owner: str
    money: NaiveMoney
    status: str = "PLACED"
    units: dict[str, dict[str, int]] = field(default_factory=dict)
    parcels: dict[str, tuple[str, Units]] = field(default_factory=dict)
    carriers: dict[str, naive_parcels.Carrier] = field(default_factory=dict)
    cancelled_money: int = 0
    goes_back_to: str | None = None

    @classmethod
    def of(cls, order: Order) -> "NaiveOrder":
        """The books of an order as it stands."""
        lines = {line.id: line for line in order.lines}
        books = cls(
            lines,
            order.totals.shipping + order.totals.shipping_tax,
            order.owner.id,
            NaiveMoney.of(order),
            order.status.value,
        )
        books.units = {line_id: EMPTY | {"open": line.quantity} for line_id, line in lines.items()}
        books.cancelled_money = order.totals.cancelled
        books.goes_back_to = order.held_from and order.held_from.value
        for line_id, counted in order.counters.items():
            books.shift(line_id, "open", "cancelled", counted.cancelled)
        for parcel in order.fulfillments:
            books.parcels[parcel.id] = (parcel.status.value, parcel.units)
            books.carriers[parcel.id] = naive_parcels.Carrier.of(parcel)
            for line_id, count in parcel.units.items():
                books.shift(line_id, "open", naive_parcels.HELD_AS[parcel.status.value], count)
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
            case _:
                return self._move_parcels(command, actor)

    def _move_parcels(self, command: Command, actor: Actor) -> Answer:
        match command:
            case CreateFulfillment():
                return naive_parcels.create(self, command.units, actor)
            case ShipFulfillment():
                return naive_parcels.ship(self, command.fulfillment_id, actor)
            case DeliverFulfillment():
                return naive_parcels.deliver(self, command.fulfillment_id, actor)
            case PackFulfillment():
                return naive_parcels.pack(self, command.fulfillment_id, actor)
            case CancelFulfillment():
                return naive_parcels.take_back(self, command, actor)
            case RecordTracking():
                return naive_parcels.track(self, command, actor)
            case _:
                return self._move_money(command, actor)

    def _move_money(self, command: Command, actor: Actor) -> Answer:
        match command:
            case Expire():
                return self._expire(command)
            case RecordPayment():
                return self.money.hear(command)
            case RecordRefund():
                return self.money.hear_of_refund(command)
            case Settle():
                return self.money.settle(self.worth())
            case _:
                return self._ask(command, actor)

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
        if action == "CANCEL" and not self.total("open"):
            return "NOTHING_OPEN"
        return naive_parcels.why_not(self, action) or self.money.why_not(action, self.worth())

    def state_of(self, parcel_id: str) -> str:
        """A parcel's word; none where there is no such parcel."""
        return self.parcels.get(parcel_id, ("", {}))[0]

    def bring(self, parcel_id: str, state: str) -> None:
        """Bring a parcel and its units to a state."""
        before, units = self.parcels[parcel_id]
        for line_id, count in units.items():
            self.shift(line_id, naive_parcels.HELD_AS[before], naive_parcels.HELD_AS[state], count)
        self.parcels[parcel_id] = (state, units)

    @staticmethod
    def unless(allowed: bool, state: str) -> str | None:
        """The reason of a parcel that does not allow it."""
        waits = state in {"PENDING", "PACKED"}
        return None if allowed else "NOT_SHIPPED" if waits else f"PARCEL_{state}"

    def worth(self) -> int:
        """What is left of the order's price, shipping with it while a unit is left."""
        price = sum(
            line.unit_price * line.quantity - line.discount + line.tax for line in self.lines.values()
        )
        return price + self.charge - self.cancelled_money

    def may(self, actor: Actor) -> list[str]:
        """All that this actor may ever do to this order."""
        if actor.kind.value == "STAFF":
            allowed = {action for group in actor.groups for action in BY_HEART.get(group, ())}
        else:
            allowed = (
                {"CANCEL", "RETRY_PAYMENT"}
                if actor.kind.value == "CUSTOMER" and actor.id == self.owner
                else set()
            )
        return [action for action in EVERY_ACTION if action in allowed]

    def shift(self, line_id: str, out_of: str, into: str, count: int) -> None:
        """Move units of a line from one state to another."""
        self.units[line_id][out_of] -= count
        self.units[line_id][into] += count

    def refuse(self, reason: str, actor: Actor) -> Answer:
        """A refusal for a reason."""
        if reason == f"ORDER_{self.status}":
            now = tuple(action for action in self.may(actor) if self.why_not(action, actor) is None)
            return ("refused", "TransitionNotAllowed", self.status, now)
        return ("refused", "NotAllowed", reason)

    def taken(self, units: Units | None) -> tuple[Units, Answer | None]:
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

    def finish(self, *events: str) -> Answer:
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
            return self.refuse(reason, actor)
        self.status = goal
        return ("done", event)

    def _reject(self, actor: Actor) -> Answer:
        answer = self._move_to("REJECTED", "REJECT", "ORDER_REJECTED", actor)
        if len(answer) == 2:
            self._write_off({line_id: line["open"] for line_id, line in self.units.items()})
            self.cancelled_money += self.charge
        return answer

    def _expire(self, command: Expire) -> Answer:
        if self.status == "EXPIRED":
            return ("done",)
        if self.status != "PLACED":
            return ("refused", "NotAllowed", f"ORDER_{self.status}")
        reason = self.money.why_not_expire(self.worth(), command.before)
        if reason:
            return ("refused", "NotAllowed", reason)
        self.status = "EXPIRED"
        self._write_off({line_id: line["open"] for line_id, line in self.units.items()})
        self.cancelled_money += self.charge
        return ("done", "ORDER_EXPIRED")

    def _ask(self, command: Command, actor: Actor) -> Answer:
        """Ask for money: a payment that is given back, or asked to be, is asked nothing of."""
        if isinstance(command, Void) and self.money.needs_no_void(command.payment_id):
            return self.money.ask(command, self)
        reason = self.why_not(ACTION_OF[type(command)].value, actor)
        return self.refuse(reason, actor) if reason else self.money.ask(command, self)

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
            return self.refuse(f"ORDER_{self.status}", actor)
        assert self.goes_back_to is not None
        self.status, self.goes_back_to = self.goes_back_to, None
        return self.finish("ORDER_RELEASED")

    def _cancel(self, wanted: Units | None, actor: Actor) -> Answer:
        if self.status == "CANCELLED" and wanted is None:
            return ("done",)
        reason = self.why_not("CANCEL", actor)
        if reason:
            return self.refuse(reason, actor)
        units, problem = self.taken(wanted)
        if problem:
            return problem
        return self.lose(units)

    def lose(self, units: Units, *events: str) -> Answer:
        """Write open units off: the order ends with the last of them, or may be complete."""
        self._write_off(units)
        if all(line["cancelled"] == self.lines[line_id].quantity for line_id, line in self.units.items()):
            self.cancelled_money += self.charge
            self.status, self.goes_back_to = "CANCELLED", None
            return ("done", *events, "ORDER_CANCELLED")
        return self.finish(*events, "ORDER_LINES_CANCELLED")

    def _write_off(self, units: Units) -> None:
        for line_id, count in units.items():
            for _ in range(count):
                self.cancelled_money += self._price_of_next(line_id)
                self.shift(line_id, "open", "cancelled", 1)

    def _price_of_next(self, line_id: str) -> int:
        """What the next unit of a line to be cancelled is worth."""
        return price_of(self.lines[line_id], self.units[line_id]["cancelled"])
