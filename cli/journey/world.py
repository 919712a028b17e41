"""The shop that the stories happen in: people, the outside world, the shelves, and the books to look things up in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any

from cli.journey import documents
from cli.journey.ground import Ground
from cli.journey.people import People, Person, new_key
from cli.journey.telling import JourneyError, Teller
from domain.lifecycle import CarrierStatus
from domain.shop import read_shop
from resolvers.app import SHOP_FILE

HOME = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "postalCode": "N1 1AA", "country": "GB"}
TAKEN, TOO_LATE = 200, 409
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
    """A running shop, wherever it stands, and who tells the story."""

    ground: Ground
    teller: Teller

    @cached_property
    def people(self) -> People:
        """Everybody."""
        return People(self.ground)

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
        found = self.ground.subjects(order.id)
        return [each.replace(f"Order {order.number}: ", "") for each in found]

    def execution(self, order: Bought) -> str:
        """Where its workflow stands; its name is the order's id."""
        return self.ground.execution(order.id)

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

    def bank_page(self, order: Bought) -> str:
        """The address where the payer is to confirm."""
        return str(self._order(documents.ACTION, order)["payments"][-1]["nextActionUrl"])

    def confirm(self, page: str) -> int:
        """What the bank's page answers to the payer's click."""
        return self.ground.confirmed(page)

    def carrier_says(self, order: Bought, parcel: str, status: CarrierStatus, minutes_ago: int) -> None:
        """The carrier's word on a parcel. Raises JourneyError where it is not taken."""
        now = datetime.now(UTC)
        happened = now - timedelta(minutes=minutes_ago)
        word = self.ground.outside.carrier(order.id, parcel, status, happened, None, now)
        if self.ground.posted("carrier", word) != TAKEN:
            raise JourneyError(f"the carrier's {status.value} was not taken")
        self.teller.say(f"the carrier tells {status.value} of {parcel}, {minutes_ago} minutes after the fact")

    def hours_later(self, hours: float) -> None:
        """A sweep that runs so much later."""
        self.ground.hours_later(hours)

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
