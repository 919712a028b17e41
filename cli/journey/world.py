"""The shop that the stories happen in: people, the outside world, the shelves, and the books to look things up in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from cli.journey import documents
from cli.journey.people import People, Person, new_key
from cli.journey.telling import JourneyError, Teller
from cli.outside import Outside
from consumers.sweep import Sweeper, sweep
from domain.lifecycle import CarrierStatus
from domain.shop import read_shop
from local.aws.clients import REGION, make_client
from local.aws.workflow import ACCOUNT, NAME
from local.laptop import Laptop
from providers.provider import Webhook
from resolvers.app import SHOP_FILE
from storage.store import Store

HOME = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "postalCode": "N1 1AA", "country": "GB"}
TAKEN, TOO_LATE = 200, 409
MOST_LETTERS = 50
_SKUS = count(1)


@dataclass(frozen=True, slots=True)
class Bought:
    """An order of the story: who owns it, and the token by which a guest reads it."""

    id: str
    number: str
    owner: Person
    token: str | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """A running laptop with a state folder of its own, and who tells the story."""

    laptop: Laptop
    folder: Path
    teller: Teller
    client: httpx.Client = field(repr=False)

    @cached_property
    def people(self) -> People:
        """Everybody."""
        return People(self.laptop, self.client)

    @cached_property
    def store(self) -> Store:
        """The tables, for those who stand outside of the API: the provider's books, the sweep."""
        shop = read_shop(SHOP_FILE.read_text())
        return Store(
            make_client("dynamodb", self.laptop.engine.endpoint), "orders", "catalog", shop.warehouse
        )

    @cached_property
    def outside(self) -> Outside:
        """The provider and the carriers, with the secrets that they sign with."""
        return Outside(self.laptop.port, self.store, self.laptop.identity.secret.encode())

    def shelve(self, title: str, price: str, units: int) -> tuple[str, str]:
        """A new product with stock: its id and its SKU."""
        sku = f"STORY-{next(_SKUS):03d}"
        made = self.people.staff("catalog").do(documents.CREATE_PRODUCT, sku=sku, title=title, price=price)
        self.people.staff("warehouse").do(documents.RECEIVE, sku=sku, units=units, key=new_key())
        return made["product"]["id"], sku

    def stock(self, sku: str) -> list[int]:
        """On hand, available, reserved."""
        found = self.people.staff("warehouse").ask(documents.STOCK, sku=sku)
        return [found["onHand"], found["available"], found["reserved"]]

    def state(self, order: Bought) -> list[str]:
        """The order's status, and those of its money and its parcels."""
        found = self._order(documents.STATE, order)
        return [found["status"], found["paymentStatus"], found["fulfillmentStatus"]]

    def payments(self, order: Bought) -> list[str]:
        """Where its payments stand."""
        return [each["status"] for each in self._order(documents.STATE, order)["payments"]]

    def parcels(self, order: Bought) -> list[str]:
        """Where its parcels stand."""
        return [each["status"] for each in self._order(documents.PARCELS, order)["fulfillments"]]

    def balance(self, order: Bought) -> dict[str, str]:
        """Total, captured, refunded and balance."""
        totals = self._order(documents.BALANCE, order)["totals"]
        return {name: totals[name]["amount"] for name in ("total", "captured", "refunded", "balance")}

    def letters(self, order: Bought) -> list[str]:
        """What its owner was written, oldest first: the subjects, without its number."""
        found = self.laptop.outbox.newest(MOST_LETTERS, order.id)[::-1]
        return [each.subject.replace(f"Order {order.number}: ", "") for each in found]

    def execution(self, order: Bought) -> str:
        """Where its workflow stands; its name is the order's id."""
        states = make_client("stepfunctions", self.laptop.engine.endpoint)
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{NAME}:{order.id}"
        return str(states.describe_execution(executionArn=arn)["status"])

    def placed_letter(self, order: Bought) -> str:
        """The subject of the letter that every order begins with."""
        return f"Your order {order.number} at {read_shop(SHOP_FILE.read_text()).name}"

    def timeline(self, order: Bought) -> list[str]:
        """The types of its events, as its owner may see them. Raises JourneyError where there is a gap."""
        found = order.owner.ask(documents.TIMELINE, id=order.id, token=order.token)
        events = [entry["event"] for entry in found["entries"]]
        chain = [0, *(each["sequence"] for each in events)]
        if [each["previousSequence"] for each in events] != chain[:-1]:
            raise JourneyError(f"the log of {order.number} has a gap: {events}")
        return [each["type"] for each in events]

    def posted(self, sender: str, webhook: Webhook) -> int:
        """What our own route answers to a webhook."""
        answer = self.client.post(f"/webhooks/{sender}", content=webhook.body, headers=webhook.headers)
        return answer.status_code

    def bank_page(self, order: Bought) -> str:
        """The address where the payer is to confirm."""
        return str(self._order(documents.ACTION, order)["payments"][-1]["nextActionUrl"])

    def confirm(self, page: str) -> int:
        """What the bank's page answers to the payer's click."""
        return self.client.post(page, data={"answer": "approve"}).status_code

    def carrier_says(self, order: Bought, parcel: str, status: CarrierStatus, minutes_ago: int) -> None:
        """The carrier's word on a parcel. Raises JourneyError where it is not taken."""
        now = datetime.now(UTC)
        happened = now - timedelta(minutes=minutes_ago)
        word = self.outside.carrier(order.id, parcel, status, happened, None, now)
        if self.posted("carrier", word) != TAKEN:
            raise JourneyError(f"the carrier's {status.value} was not taken")
        self.teller.say(f"the carrier tells {status.value} of {parcel}, {minutes_ago} minutes after the fact")

    def hours_later(self, hours: float) -> Any:
        """What a sweep ends that runs so much later."""
        shop = read_shop(SHOP_FILE.read_text())
        now = datetime.now(UTC) + timedelta(hours=hours)
        expiry = timedelta(minutes=shop.order_expiry_minutes)
        return sweep({"source": "aws.scheduler"}, Sweeper(self.store, now=now, expiry=expiry))

    def tell_books(self, order: Bought) -> None:
        """Print an order's timeline and balance."""
        self.teller.say(f"timeline of {order.number}: {', '.join(self.timeline(order))}")
        said = ", ".join(f"{name} {amount}" for name, amount in self.balance(order).items())
        self.teller.say(f"money of {order.number}: {said}")

    def _order(self, document: str, order: Bought) -> Any:
        return order.owner.ask(document, id=order.id, token=order.token)


def bought(answer: Any, owner: Person) -> Bought:
    """The order of a placing's answer."""
    order = answer["order"]
    lines = tuple(each["id"] for each in order["lines"])
    return Bought(order["id"], order["number"], owner, answer.get("orderToken"), lines)
