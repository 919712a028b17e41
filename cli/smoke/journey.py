"""The journey: a guest looks, a customer orders, follows, cancels and catches up, and a stranger sees nothing of it."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gql.transport.exceptions import TransportQueryError

from cli.smoke import documents
from cli.smoke.asking import as_guest, as_user, ask, following, payload, refusal
from cli.smoke.customer import Customer, delete, new_address, sign_up
from cli.smoke.place import Place
from cli.smoke.report import Report, SmokeError
from cli.smoke.watching import PUSH_SECONDS, Event, Watch, pushed

EMPTY = (
    "nothing is for sale: as staff, make a product (docs/console/catalog.graphql) and receive stock "
    "(docs/console/stock.graphql), then try again"
)
STAFF = "staff confirm it, live on their board and with its owner"
NO_STAFF = (
    "not tried: staff bring a second factor; give --staff-token, an access token of group support or admin"
)


@dataclass(frozen=True, slots=True)
class Journey:
    """Where it goes, what is ordered (None: the first thing that can be had), who confirms, and who is told."""

    place: Place
    report: Report
    sku: str | None = None
    staff_token: str | None = field(default=None, repr=False)

    def run(self, seconds: float) -> None:
        """The whole of it within this time; customers are deleted in the end. Raises SmokeError and others of the clients."""
        ends = time.monotonic() + seconds
        addresses = [new_address(), new_address()]
        try:
            with self.report.step("two customers sign in (SRP)", "AWS credentials, the customers' pool"):
                ada, ben = (sign_up(self.place, each) for each in addresses)
            asyncio.run(self._within(ends - time.monotonic(), ada, ben))
        finally:
            with self.report.step("both customers are deleted", "the customers' pool"):
                delete(self.place, addresses)

    async def _within(self, seconds: float, ada: Customer, ben: Customer) -> None:
        async with asyncio.timeout(seconds):
            await self._told(ada, ben)

    async def _told(self, ada: Customer, ben: Customer) -> None:
        step = self.report.step
        with step("a guest sees what is for sale", "the API key, the log of `browse`"):
            skus = await self._for_sale()
        with step("a customer places an order, once", "docs/runbooks/resolver-errors.md, the log of `write`"):
            order = await self._placed(ada, [self.sku] if self.sku else skus)
        try:
            with step("a stranger sees nothing of it", "docs/access.md, the logs of `read` and `subscribe`"):
                await self._hidden(ben, order)
            await self._confirmed(ada, order)
            with step("its cancelling is pushed to its owner", "docs/runbooks/push-failing.md, behind.md"):
                last = await self._cancelled(ada, order)
            with step("its events are caught up with, without a gap", "the log of `read`"):
                await self._complete(ada, order, last)
        finally:
            with step("the order is left cancelled", "the log of `write`"):
                await self._left(ada, order)

    async def _for_sale(self) -> list[str]:
        found = await ask(self.place, as_guest(self.place), documents.PRODUCTS)
        skus = [variant["sku"] for node in found["products"]["nodes"] for variant in node["variants"]]
        if not skus and not self.sku:
            raise SmokeError(EMPTY)
        return skus

    async def _placed(self, ada: Customer, skus: list[str]) -> str:
        """The id of an order of the first SKU that has stock; asked for twice, it is placed once."""
        auth, key = as_user(self.place, ada.token), f"smoke-{secrets.token_hex(12)}"
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
        auth = as_user(self.place, ben.token)
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

    async def _confirmed(self, ada: Customer, order: str) -> None:
        if not self.staff_token:
            self.report.skip(STAFF, NO_STAFF)
            return
        with self.report.step(STAFF, "the token, docs/runbooks/push-failing.md, the log of `write`"):
            staff = as_user(self.place, self.staff_token)
            watches = [
                Watch(staff, documents.FOLLOW_AS_STAFF, "ORDER_CONFIRMED"),
                Watch(as_user(self.place, ada.token), documents.FOLLOW_MINE, "ORDER_CONFIRMED"),
            ]
            confirm = partial(payload, self.place, staff, documents.CONFIRM, id=order)
            await pushed(self.place, order, watches, confirm)

    async def _cancelled(self, ada: Customer, order: str) -> Event:
        """The last event, as it was pushed to who follows the order and to who follows all orders."""
        auth = as_user(self.place, ada.token)
        watches = [
            Watch(auth, documents.FOLLOW, "ORDER_CANCELLED", {"id": order}),
            Watch(auth, documents.FOLLOW_MINE, "ORDER_CANCELLED"),
        ]
        cancel = partial(payload, self.place, auth, documents.CANCEL, id=order)
        one, other = await pushed(self.place, order, watches, cancel)
        if one != other:
            raise SmokeError(f"two subscriptions were told {one} and {other}")
        return one

    async def _complete(self, ada: Customer, order: str, last: dict[str, Any]) -> None:
        found = await ask(self.place, as_user(self.place, ada.token), documents.EVENTS, id=order)
        events = [entry["event"] for entry in found["orderEvents"]["entries"]]
        chain = [event["previousSequence"] for event in events]
        if chain != [0, *(event["sequence"] for event in events[:-1])]:
            raise SmokeError(f"the log has a gap: {events}")
        if {name: last[name] for name in events[-1]} != events[-1]:
            raise SmokeError(f"the log ends with {events[-1]}, but {last} was pushed")

    async def _left(self, ada: Customer, order: str) -> None:
        """Cancelling a cancelled order changes nothing."""
        answer = await payload(self.place, as_user(self.place, ada.token), documents.CANCEL, id=order)
        if answer["order"]["status"] != "CANCELLED":
            raise SmokeError(f"order {order} is {answer['order']['status']}")
