"""The journey: a guest looks, a customer orders, follows, catches up and cancels, and a stranger sees nothing of it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from gql.transport.exceptions import TransportQueryError

from cli.smoke import documents
from cli.smoke.asking import as_customer, as_guest, ask, following, payload, refusal
from cli.smoke.customer import Customer, customer
from cli.smoke.place import Place
from cli.smoke.report import Report, SmokeError

ACK_SECONDS = 3.0
"""gql gives no sign of `start_ack`, and AppSync may lose an event fired right after it (aws-appsync-community 405)."""
PUSH_SECONDS = 10.0
EMPTY = "nothing is for sale: as staff, make a product and receive stock (docs/console.md), then try again"


@dataclass(frozen=True, slots=True)
class Journey:
    """Where it goes, what is ordered (None: the first thing that can be had), and who is told."""

    place: Place
    report: Report
    sku: str | None = None

    def run(self, seconds: float) -> None:
        """The whole of it within this time; customers are deleted in the end. Raises SmokeError and others of the clients."""
        with ExitStack() as stack:
            with self.report.step("two customers sign in (SRP)", "the pool's client, AWS credentials"):
                ada, ben = (stack.enter_context(customer(self.place)) for _ in range(2))
            asyncio.run(asyncio.wait_for(self._told(ada, ben), seconds))

    async def _told(self, ada: Customer, ben: Customer) -> None:
        step, place = self.report.step, self.place
        with step("a guest sees what is for sale", "the API key, the function `browse`"):
            skus = [self.sku] if self.sku else await self._for_sale()
        with step("a customer places an order", "the function `write`"):
            order = await self._placed(ada, skus)
        try:
            with step(
                "a stranger sees nothing of it", "docs/access.md, the functions `read` and `subscribe`"
            ):
                await self._hidden(ben, order)
            with step("a change is pushed to its owner", "docs/runbooks/push-failing.md, realtime-errors.md"):
                pushed = await self._pushed(ada, order)
            with step("what was missed is caught up, without a gap", "the function `read`"):
                await self._complete(ada, order, pushed)
        finally:
            with step("the order is cancelled", "the function `write`"):
                await payload(place, as_customer(place, ada), documents.CANCEL, id=order)

    async def _for_sale(self) -> list[str]:
        found = await ask(self.place, as_guest(self.place), documents.PRODUCTS)
        skus = [variant["sku"] for node in found["products"]["nodes"] for variant in node["variants"]]
        if not skus:
            raise SmokeError(EMPTY)
        return skus

    async def _placed(self, ada: Customer, skus: list[str]) -> str:
        """The id of an order of the first SKU that has stock; asked for twice, it is placed once."""
        auth, key = as_customer(self.place, ada), f"smoke-{secrets.token_hex(12)}"
        for sku in skus:
            answer = (await ask(self.place, auth, documents.PLACE, key=key, sku=sku))["placeOrder"]
            if answer["order"]:
                again = await payload(self.place, auth, documents.PLACE, key=key, sku=sku)
                if (again["order"]["id"], again["replayed"]) != (answer["order"]["id"], True):
                    raise SmokeError("the same key made another order")
                return str(answer["order"]["id"])
            refused = answer["userErrors"][0]
            if refused["__typename"] != "InsufficientStock":
                raise SmokeError(f"it was refused: {refused['message']}")
        raise SmokeError(EMPTY)

    async def _hidden(self, ben: Customer, order: str) -> None:
        auth = as_customer(self.place, ben)
        if (await ask(self.place, auth, documents.ORDER, id=order))["order"] is not None:
            raise SmokeError("a stranger read the order")
        try:
            async with following(self.place, auth, documents.FOLLOW, id=order) as events:
                await asyncio.wait_for(anext(events), PUSH_SECONDS)
        except TransportQueryError as error:
            if refusal(error) != "NotFound":
                raise SmokeError(f"a stranger's subscription was refused as {error}") from error
            return
        except TimeoutError:
            pass
        raise SmokeError("a stranger's subscription was accepted")

    async def _pushed(self, ada: Customer, order: str) -> dict[str, Any]:
        auth = as_customer(self.place, ada)
        async with following(self.place, auth, documents.FOLLOW, id=order) as events:
            waiting = asyncio.ensure_future(_cancellation(events))
            await asyncio.sleep(ACK_SECONDS)
            await payload(self.place, auth, documents.CANCEL_ONE, id=order)
            try:
                return await asyncio.wait_for(waiting, PUSH_SECONDS)
            except TimeoutError:
                raise SmokeError(f"no event came within {PUSH_SECONDS:g} s of the change") from None

    async def _complete(self, ada: Customer, order: str, pushed: dict[str, Any]) -> None:
        found = (await ask(self.place, as_customer(self.place, ada), documents.EVENTS, id=order))[
            "orderEvents"
        ]
        events = [entry["event"] for entry in found["entries"]]
        chain = [event["previousSequence"] for event in events]
        if chain != [0, *(event["sequence"] for event in events[:-1])]:
            raise SmokeError(f"the log has a gap: {events}")
        if {name: pushed[name] for name in events[-1]} != events[-1]:
            raise SmokeError(f"the log ends with {events[-1]}, but {pushed} was pushed")


async def _cancellation(events: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    """The cancellation's event; the placing's own push may still be on its way when one subscribes."""
    async for each in events:
        event: dict[str, Any] = each["onOrderEvent"]
        if event["type"] == "ORDER_LINES_CANCELLED":
            return event
    raise SmokeError("the subscription ended")
