"""What one buyer will do, drawn in advance: who they are, what they buy, how they pay, and how it goes on. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from domain.lifecycle import CarrierStatus

CUSTOMERS = ("ada", "ben", "cleo")
CARRIERS = ("Royal Mail", "Bell Parcels", "Evri")
MOST_LINES, MOST_UNITS = 4, 3


class Paying(Enum):
    """How a buyer pays: the test provider's token, and what they do then."""

    AT_ONCE = "test_approved"
    AFTER_A_WORD = "test_action"
    LATER = "test_pending"
    BY_ANOTHER_CARD = "test_insufficient_funds"
    GIVES_UP = "test_stolen_card"
    NEVER = "test_action_unanswered"


WEIGHTS = {
    Paying.AT_ONCE: 60, Paying.AFTER_A_WORD: 14, Paying.LATER: 8,
    Paying.BY_ANOTHER_CARD: 10, Paying.GIVES_UP: 4, Paying.NEVER: 4,
}  # fmt: skip
"""Of a hundred buyers."""


@dataclass(frozen=True, slots=True)
class Word:
    """A carrier's word on a parcel: what happened, and how many minutes before the parcel's last news."""

    status: CarrierStatus
    minutes_ago: int


@dataclass(frozen=True, slots=True)
class Story:
    """One buyer. `customer` None: a guest, with a cart. `words` are the carrier's, parcel by parcel, as they will come."""

    customer: str | None
    basket: tuple[tuple[str, int], ...]
    paying: Paying
    cancels: bool
    carrier: str
    words: tuple[tuple[Word, ...], ...]
    damaged: bool

    @property
    def parcels(self) -> int:
        """In how many parcels it is sent."""
        return len(self.words)


def draw(dice: random.Random, shelf: Sequence[str]) -> Story:
    """The next buyer of what is on the shelf."""
    customer = None if dice.random() < 0.4 else dice.choice(CUSTOMERS)
    skus = dice.sample(list(shelf), min(len(shelf), dice.randint(1, MOST_LINES)))
    basket = tuple((sku, dice.randint(1, MOST_UNITS)) for sku in skus)
    (paying,) = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
    parcels = 2 if len(basket) > 1 and dice.random() < 0.3 else 1
    words = tuple(_words(dice) for _ in range(parcels))
    cancels, damaged = dice.random() < 0.08, dice.random() < 0.06
    return Story(customer, basket, paying, cancels, dice.choice(CARRIERS), words, damaged)


def wait(dice: random.Random, orders_a_minute: float) -> float:
    """Seconds until the next buyer comes: they do not know of each other, so it is exponential."""
    return dice.expovariate(orders_a_minute / 60)


def _words(dice: random.Random) -> tuple[Word, ...]:
    """A parcel's news to its delivery: at times somebody was not at home, news overtake each other, or come twice."""
    way = [Word(CarrierStatus.IN_TRANSIT, 30), Word(CarrierStatus.OUT_FOR_DELIVERY, 20)]
    if dice.random() < 0.1:
        way.append(Word(CarrierStatus.FAILED, 10))
    way.append(Word(CarrierStatus.DELIVERED, 0))
    if dice.random() < 0.2:
        place = dice.randrange(len(way) - 1)
        way[place], way[place + 1] = way[place + 1], way[place]
    if dice.random() < 0.1:
        way.append(dice.choice(way))
    return tuple(way)
