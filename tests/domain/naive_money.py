"""The rules of an order's money written a second time, plainly: purses by payment, and what was asked of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from domain.order import Line, Order
from domain.paying import Capture, StartPayment, Void
from domain.payment_report import PaymentReport
from domain.recording import RecordPayment, RecordRefund

Answer = tuple[object, ...]
"""("done", event types...) or ("refused", type, facts...)."""

LADDER = ["CREATED", "PENDING", "ACTION_REQUIRED", "FAILED", "AUTHORIZED"]
ENDED = ("refused", "NotAllowed", "NOTHING_TO_REFUND")


class Books(Protocol):
    """What money needs to know of the rest of the order."""

    lines: Mapping[str, Line]
    charge: int
    units: dict[str, dict[str, int]]

    def worth(self) -> int:
        """What is left of the order's price."""
        ...


@dataclass
class Purse:
    """One payment."""

    amount: int
    began: datetime
    stage: str = "CREATED"
    let_go: bool = False
    authorized: int = 0
    captured: int = 0
    back: int = 0
    told_back: int = 0
    wanted: int = 0
    giving_back: bool = False
    voids: int = 0
    ref: str = ""
    code: object = None
    again: bool = True
    url: str | None = None

    def name(self) -> str:
        """The status."""
        if self.captured:
            return "CAPTURED" if self.captured == self.amount else "PARTIALLY_CAPTURED"
        return "VOIDED" if self.let_go else self.stage

    def held(self) -> int:
        """What the provider still holds."""
        holds = self.name() in {"AUTHORIZED", "PARTIALLY_CAPTURED"} and not self.let_go
        return self.authorized - self.captured if holds else 0

    def idle(self) -> bool:
        """Nothing is asked of it that was not answered."""
        return not self.giving_back and self.wanted <= self.captured


@dataclass
class Back:
    """One refund."""

    purse: str
    amount: int
    state: str = "PENDING"
    ref: str = ""
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    post: bool = False


@dataclass
class NaiveMoney:
    """All payments and refunds of one order."""

    prepaid: bool
    placed: datetime
    currency: str
    purses: dict[str, Purse] = field(default_factory=dict)
    backs: dict[str, Back] = field(default_factory=dict)

    @classmethod
    def of(cls, order: Order) -> "NaiveMoney":
        """The money of an order as it stands."""
        money = cls(order.terms.value == "PREPAID", order.placed_at, order.currency)
        for p in order.payments:
            stage = p.status.value if p.status.value in LADDER else "AUTHORIZED"
            url = order.kept[p.id].action_url if p.id in order.kept else None
            money.purses[p.id] = Purse(
                p.amount, p.created_at, stage, p.released, p.authorized, p.captured, p.refunded, p.reported,
                p.asked, p.voiding, p.voids, p.reference, p.decline_code, p.retryable, url,
            )  # fmt: skip
        for r in order.refunds:
            lines = {each.line_id: (each.units, each.amount) for each in r.lines}
            money.backs[r.id] = Back(
                r.payment_id, r.amount, r.status.value, r.reference, lines, bool(r.shipping)
            )
        return money

    def captured(self) -> int:
        return sum(purse.captured for purse in self.purses.values())

    def back(self) -> int:
        return sum(purse.back for purse in self.purses.values())

    def held(self) -> int:
        return sum(purse.held() for purse in self.purses.values())

    def missing(self, worth: int) -> int:
        return max(0, worth - self.captured())

    def left_of(self, name: str) -> int:
        """What can still be paid back of a payment."""
        on_its_way = sum(b.amount for b in self.backs.values() if b.purse == name and b.state == "PENDING")
        return max(0, self.purses[name].captured - self.purses[name].back - on_its_way)

    def most_back(self) -> int:
        return sum(self.left_of(name) for name in self.purses)

    def takeable(self, worth: int) -> int:
        free = sum(purse.held() for purse in self.purses.values() if purse.idle())
        asked = sum(max(0, purse.wanted - purse.captured) for purse in self.purses.values())
        return max(0, min(free, self.missing(worth) - asked))

    def secures(self, worth: int) -> bool:
        """Whether a parcel may leave."""
        if not self.prepaid or worth == 0:
            return True
        all_back = self.captured() > 0 and self.back() == self.captured()
        return self.captured() + self.held() >= worth and not all_back

    def why_not(self, action: str, worth: int) -> str | None:
        """What stands against asking for money."""
        names = [purse.name() for purse in self.purses.values()]
        if action == "RETRY_PAYMENT":
            if "CREATED" in names or "PENDING" in names:
                return "PAYMENT_UNDER_WAY"
            if len(names) >= 20:
                return "TOO_MANY_PAYMENTS"
            return None if self.missing(worth) > self.held() else "NOTHING_OWED"
        if action == "CAPTURE_PAYMENT" and not self.takeable(worth):
            return "NOTHING_TO_CAPTURE"
        if action == "VOID_PAYMENT" and not any(self.voidable(name) for name in self.purses):
            return "NOTHING_TO_VOID"
        if action == "REFUND" and not self.most_back():
            return "NOTHING_TO_REFUND"
        return None

    def why_not_expire(self, worth: int, before: datetime) -> str | None:
        if not self.prepaid or not worth:
            return "NOTHING_DUE"
        harmless = {"CREATED", "ACTION_REQUIRED", "FAILED", "VOIDED"}
        if any(purse.name() not in harmless for purse in self.purses.values()):
            return "PAID"
        newest = max([self.placed, *(purse.began for purse in self.purses.values())])
        return "NOT_YET" if newest >= before else None

    def voidable(self, name: str) -> bool:
        purse = self.purses[name]
        waits = purse.name() in {"PENDING", "ACTION_REQUIRED"} and purse.ref != ""
        return purse.idle() and (purse.held() > 0 or waits)

    def needs_no_void(self, name: str) -> bool:
        purse = self.purses.get(name)
        return purse is None or purse.giving_back or purse.name() == "VOIDED"

    def ask(self, command: Any, books: Books) -> Answer:
        """Ask for money, where `why_not` has nothing against it."""
        match command:
            case StartPayment():
                amount = self.missing(books.worth()) - self.held()
                self.purses[f"pay_{len(self.purses) + 1:04d}"] = Purse(amount, self.placed)
                return ("done", "PAYMENT_STARTED")
            case Capture():
                return self._take(command.amount, books.worth())
            case Void():
                return self._void(command.payment_id)
            case _:
                return self._pay_back(command, books)

    def _take(self, amount: int | None, worth: int) -> Answer:
        most = self.takeable(worth)
        left = most if amount is None else amount
        if left < 1 or left > most:
            return ("refused", "InvalidInput")
        events = []
        for purse in [each for each in self.purses.values() if each.idle()]:
            part = min(left, purse.held())
            if part:
                purse.wanted = purse.captured + part
                events.append("CAPTURE_REQUESTED")
            left -= part
        return ("done", *events)

    def _void(self, name: str) -> Answer:
        purse = self.purses.get(name)
        if purse is None:
            return ("refused", "NotFound")
        if purse.giving_back or purse.name() == "VOIDED":
            return ("done",)
        if not self.voidable(name):
            return ("refused", "NotAllowed", "NOTHING_TO_VOID")
        purse.giving_back, purse.voids = True, purse.voids + 1
        return ("done", "VOID_REQUESTED")

    def _pay_back(self, command: Any, books: Books) -> Answer:
        by_part = command.units is not None or command.shipping
        if by_part and command.amount is not None:
            return ("refused", "InvalidInput")
        alive = [each for each in self.backs.values() if each.state != "FAILED"]
        nothing_left = all(line["cancelled"] == books.lines[i].quantity for i, line in books.units.items())
        if command.shipping and (nothing_left or any(each.post for each in alive)):
            return ("refused", "NotAllowed", "SHIPPING_REFUNDED")
        lines: dict[str, tuple[int, int]] = {}
        if command.units is not None:
            problem = self._price_units(command.units, books, alive, lines)
            if problem:
                return problem
        total = sum(amount for _, amount in lines.values()) + (books.charge if command.shipping else 0)
        if not by_part:
            total = self.owed_back(books.worth()) if command.amount is None else command.amount
        if total < 1:
            return ENDED
        if total > self.most_back():
            return ("refused", "RefundExceedsPaid", self.most_back())
        ordered = {line_id: lines[line_id] for line_id in books.lines if line_id in lines}
        return self._spread(total, ordered, books.charge if command.shipping else 0, list(self.purses))

    def _price_units(
        self, units: Mapping[str, int], books: Books, alive: list[Back], into: dict[str, tuple[int, int]]
    ) -> Answer | None:
        if not units:
            return ("refused", "InvalidInput")
        for line_id, count in units.items():
            if line_id not in books.lines:
                return ("refused", "NotFound")
            if count < 1:
                return ("refused", "InvalidInput")
            before = sum(each.lines.get(line_id, (0, 0))[0] for each in alive)
            paid = sum(each.lines.get(line_id, (0, 0))[1] for each in alive)
            left = books.units[line_id]["travelling"] + books.units[line_id]["delivered"] - before
            if count > left:
                return ("refused", "QuantityExceeded", line_id, left)
            line = books.lines[line_id]
            last = range(line.quantity - before - count, line.quantity)
            into[line_id] = (count, sum(price_of(line, position) for position in last) - paid)
        return None

    def _spread(self, total: int, lines: dict[str, tuple[int, int]], charge: int, names: list[str]) -> Answer:
        """Out of the oldest payment first: lines in their order, then shipping; a line's units go where it begins."""
        events, left = [], dict(lines)
        for name in names:
            part = room = min(total, self.left_of(name))
            if not part:
                continue
            mine: dict[str, tuple[int, int]] = {}
            for line_id, (units, amount) in list(left.items()):
                bite = min(room, amount)
                room -= bite
                if bite or not amount:
                    mine[line_id] = (units, bite)
                    left[line_id] = (0, amount - bite)
                    if bite == amount:
                        del left[line_id]
            post = min(room, charge)
            charge -= post
            self.backs[f"ref_{len(self.backs) + 1:04d}"] = Back(name, part, lines=mine, post=post > 0)
            events.append("REFUND_REQUESTED")
            total -= part
        return ("done", *events)

    def hear(self, command: RecordPayment) -> Answer:
        """Note a report."""
        purse, report = self.purses.get(command.payment_id), command.report
        if purse is None:
            return ("refused", "NotFound")
        if self._odd(purse, report):
            return ("refused", "InvalidInput")
        before = Purse(**vars(purse))
        said = report.state.value
        purse.told_back = max(purse.told_back, report.refunded)
        purse.captured = max(purse.captured, report.captured, purse.told_back)
        purse.authorized = max(purse.authorized, report.authorized, purse.captured)
        purse.wanted = max(purse.wanted, purse.captured)
        purse.back = max(purse.back, purse.told_back)
        purse.ref = purse.ref or report.reference
        if said == "VOIDED":
            purse.let_go, purse.giving_back = True, False
        else:
            step = "AUTHORIZED" if said == "CAPTURED" else said
            purse.stage = max(purse.stage, step, key=LADDER.index)
        if purse.name() != "FAILED":
            purse.code, purse.again = None, True
        elif said == "FAILED":
            purse.code, purse.again = report.decline_code, report.retryable
        purse.url = report.action_url if purse.name() == "ACTION_REQUIRED" else None
        new_url = purse.url is not None and purse.url != before.url
        before.url = purse.url
        if before == purse and not new_url:
            return ("done", *self._no(purse, command))
        event = {"PARTIALLY_CAPTURED": "CAPTURED"}.get(purse.name(), purse.name())
        return ("done", f"PAYMENT_{event}", *self._no(purse, command))

    def _no(self, purse: Purse, command: RecordPayment) -> list[str]:
        answers = command.answers and command.answers.value
        said_no = command.report.decline_code is not None or command.report.state.value in {
            "FAILED",
            "VOIDED",
        }
        if answers == "capture" and purse.wanted > purse.captured and said_no:
            purse.wanted = purse.captured
            return ["CAPTURE_FAILED"]
        if answers == "void" and purse.giving_back:
            purse.giving_back = False
            return ["VOID_FAILED"]
        return []

    def _odd(self, purse: Purse, report: PaymentReport) -> bool:
        amounts = [report.authorized, report.captured, report.refunded]
        empty = {"AUTHORIZED": report.authorized, "CAPTURED": report.captured}.get(report.state.value, 1) == 0
        other = "" not in {purse.ref, report.reference} and purse.ref != report.reference
        part = report.authorized not in (0, purse.amount)
        beyond = min(amounts) < 0 or max(amounts) > purse.amount
        return report.currency != self.currency or empty or other or part or beyond

    def hear_of_refund(self, command: RecordRefund) -> Answer:
        """Note a report of a refund."""
        back, report = self.backs.get(command.refund_id), command.report
        if back is None:
            return ("refused", "NotFound")
        other = "" not in {back.ref, report.reference} and back.ref != report.reference
        if report.currency != self.currency or report.amount != back.amount or other:
            return ("refused", "InvalidInput")
        steps = ["PENDING", "FAILED", "SUCCEEDED"]
        before = (back.state, back.ref)
        back.state = max(back.state, report.state.value, key=steps.index)
        back.ref = back.ref or report.reference
        purse = self.purses[back.purse]
        paid = sum(b.amount for b in self.backs.values() if b.purse == back.purse and b.state == "SUCCEEDED")
        purse.back = max(purse.told_back, paid)
        return ("done",) if before == (back.state, back.ref) else ("done", f"REFUND_{back.state}")

    def owed_back(self, worth: int) -> int:
        on_its_way = sum(b.amount for b in self.backs.values() if b.state == "PENDING")
        return max(0, self.captured() - self.back() - on_its_way - worth)

    def settle(self, worth: int) -> Answer:
        """Ask for all that is owed back, three times at most."""
        needed, events = self.missing(worth), []
        too_much = []
        for purse in [each for each in self.purses.values() if each.held()]:
            if needed <= 0:
                too_much.append(purse)
            needed -= purse.held()
        if needed <= 0:
            waiting = [
                p for p in self.purses.values() if p.name() in {"PENDING", "ACTION_REQUIRED"} and p.ref
            ]
            too_much += waiting
        for purse in [each for each in too_much if each.idle() and each.voids < 3]:
            purse.giving_back, purse.voids = True, purse.voids + 1
            events.append("VOID_REQUESTED")
        names = [
            name
            for name in self.purses
            if sum(b.purse == name and b.state == "FAILED" for b in self.backs.values()) < 3
        ]
        due = min(self.owed_back(worth), sum(self.left_of(name) for name in names))
        _, *asked = self._spread(due, {}, 0, names)
        return ("done", *events, *asked)


def price_of(line: Line, position: int) -> int:
    """What the unit at a position of a line is worth; the first ones carry the odd pennies."""
    tax = line.tax // line.quantity + (1 if position < line.tax % line.quantity else 0)
    discount = line.discount // line.quantity + (1 if position < line.discount % line.quantity else 0)
    return line.unit_price - discount + tax
