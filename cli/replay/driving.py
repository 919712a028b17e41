"""Places, confirms and cancels what the plan says, through the API."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from cli.replay.api import ERRORS, Api, refusal
from cli.replay.callers import SUPPORT
from cli.replay.countries import country_code
from cli.replay.expect import Refusals
from cli.replay.importing import CURRENCY
from cli.replay.phases import Phases
from cli.replay.placed import PLACE, PLACE_WITH_LINES, Placed, placed
from cli.replay.plan import Cancel, Place, Plan, Step
from cli.replay.pooling import at_most
from cli.replay.report import pounds_of_pence

WIDTH = 8  # documents at once

CONFIRM = f"mutation Confirm($order:ID!){{confirmOrder(input:{{orderId:$order}}){{{ERRORS}}}}}"
CANCEL = f"mutation Cancel($input:CancelOrderInput!){{cancelOrder(input:$input){{{ERRORS}}}}}"


class Tokens(Protocol):
    """Gives tokens, and the ids of customers."""

    subs: dict[str, str]

    async def staff(self, email: str) -> str:
        """A token of staff."""

    async def customer(self, name: str) -> str:
        """A token of a customer."""


@dataclass(slots=True)
class Driven:
    """What came of the plan so far."""

    placed: dict[str, Placed] = field(default_factory=dict)
    refused_orders: dict[str, str] = field(default_factory=dict)
    refused_cancels: dict[int, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    """Sentences on what must never be refused and was: these make a replay unequal."""

    @property
    def refusals(self) -> Refusals:
        """What the API refused of the plan."""
        return Refusals(self.refused_orders, self.refused_cancels)

    def must(self, payload: dict[str, Any], invoice: str, verb: str) -> bool:
        """Whether a mutation that must not be refused was done; notes the problem where it was not."""
        refused = refusal(payload)
        if refused:
            self.problems.append(f"Order {invoice} could not be {verb}. {refused}")
        return refused is None


@dataclass(frozen=True, slots=True)
class _Turn:
    """A step that waits for its owner's step before it."""

    step: Step
    after: asyncio.Event | None
    over: asyncio.Event


class Driver:
    """Works through a plan's steps; `driven` holds what came of them.

    Every step is sent, also one that an earlier run has done: its key makes it one. `lines` asks for all orders' lines.
    """

    def __init__(self, api: Api, tokens: Tokens, phases: Phases, *, lines: bool = False) -> None:
        self._api = api
        self._tokens = tokens
        self._phases = phases
        self._lines = lines
        self.driven = Driven()

    async def place(self, plan: Plan) -> None:
        """Every step: started in file order, several at once, but those of one owner one after another."""
        wanted = {cancel.line.invoice for cancel in plan.cancels}

        async def take(turn: _Turn) -> None:
            if turn.after:
                await turn.after.wait()
            if isinstance(turn.step, Place):
                await self._place(turn.step, lines=self._lines or turn.step.invoice in wanted)
            else:
                await self._cancel(turn.step)
            turn.over.set()
            self._phases.done()

        await at_most(WIDTH, take, _turns(plan))

    async def _place(self, place: Place, *, lines: bool) -> None:
        if place.by_owner:
            token = await self._tokens.customer(place.owner.name)
        else:
            token = await self._tokens.staff(SUPPORT)
        document = PLACE_WITH_LINES if lines else PLACE
        answer = (await self._api.ask(token, document, {"input": self._input(place)}))["placeOrder"]
        refused = refusal(answer)
        if refused:
            self.driven.refused_orders[place.invoice] = str(refused)
            return
        order = self.driven.placed[place.invoice] = placed(answer["order"])
        if order.status == "PLACED":  # else an earlier run has confirmed it
            confirmed = await self._api.ask(
                await self._tokens.staff(SUPPORT), CONFIRM, {"order": order.order_id}
            )
            self.driven.must(confirmed["confirmOrder"], place.invoice, "confirmed")

    def _input(self, place: Place) -> dict[str, Any]:
        owner = place.owner
        body: dict[str, Any] = {
            "idempotencyKey": place.idempotency_key,
            "externalReference": place.invoice,
            "paymentTerms": "ON_ACCOUNT",
            "lines": [
                _line(line.sku, line.quantity, line.pence if line.agreed else None) for line in place.lines
            ],
            # The file knows no address but the country.
            "shippingAddress": {
                "name": owner.name,
                "line1": "1 High Street",
                "city": owner.country or "Unknown",
                "country": country_code(owner.country),
            },
        }
        if owner.identified and not place.by_owner:
            body["onBehalfOf"] = {"customerId": self._tokens.subs[owner.name]}
        elif not owner.identified:
            body["onBehalfOf"] = {"guestReference": owner.name}
        return body

    async def _cancel(self, cancel: Cancel) -> None:
        order = self.driven.placed.get(cancel.line.invoice)
        if order is None:  # its order was refused
            return
        line = {"lineId": order.lines[cancel.line.position - 1].line_id, "quantity": cancel.quantity}
        body = {
            "orderId": order.order_id,
            "lines": [line],
            "reason": "CREDIT_NOTE",
            "idempotencyKey": cancel.idempotency_key,
        }
        answer = await self._api.ask(await self._tokens.staff(SUPPORT), CANCEL, {"input": body})
        refused = refusal(answer["cancelOrder"])
        if refused:
            self.driven.refused_cancels[cancel.file_line] = str(refused)


def _turns(plan: Plan) -> Iterable[_Turn]:
    owners = {place.invoice: place.owner.name for place in plan.places}
    last: dict[str, asyncio.Event] = {}
    for step in plan.steps:
        owner = owners[step.invoice if isinstance(step, Place) else step.line.invoice]
        over = asyncio.Event()
        yield _Turn(step, last.get(owner), over)
        last[owner] = over


def _line(sku: str, quantity: int, agreed_pence: int | None) -> dict[str, Any]:
    line: dict[str, Any] = {"sku": sku, "quantity": quantity}
    if agreed_pence is not None:
        line["agreedUnitPrice"] = {"amount": pounds_of_pence(agreed_pence), "currency": CURRENCY}
    return line
