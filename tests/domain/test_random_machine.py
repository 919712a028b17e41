"""Random commands over random orders: the naive model in step, and the invariants after every step.

I1 units, I2 money, I3 stock, I4 log, I5 end states, I7 parts that sum. Plain loops, since 200,000 steps are to be quick;
a failure prints the seed and the step, and `walk(seed, steps)` is all it takes to see it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest

from domain.actors import Actor
from domain.commands import Cancel, Command, Confirm, Hold, Reject, Release, decide
from domain.events import Event, Visibility
from domain.facts import Fact, Facts
from domain.history import apply, evolve
from domain.lifecycle import END_STATUSES, CarrierStatus, EventType
from domain.order import Line, Order
from domain.parcels import (
    CancelFulfillment,
    CreateFulfillment,
    DeliverFulfillment,
    PackFulfillment,
    RecordTracking,
    ShipFulfillment,
)
from domain.stock import moves
from tests import factories as make
from tests.domain.comparing import differences, in_words
from tests.domain.naive_model import NaiveOrder

SEEDS, STEPS = range(8), 25_000
STEPS_AN_ORDER = 30
ACTORS = (make.CUSTOMER, make.staff("admin"), make.staff("support"), make.staff("warehouse"), make.SYSTEM)
WEIGHTS = (1, 4, 1, 1, 1)
TOLD = list(CarrierStatus)


@dataclass
class Walk:
    """One order under random commands, with all that is checked beside it."""

    order: Order
    books: NaiveOrder
    folded: Order
    stock: dict[str, list[int]]
    log: list[Event] = field(default_factory=list)
    last_public: int = 0


def begin(dice: Random) -> Walk:
    """A placed order of 1 to 3 lines (of a SKU twice, at times), its first event, and the stock that placing reserved."""
    lines = tuple(random_line(str(number + 1), dice) for number in range(dice.randint(1, 3)))
    new = make.order(lines=lines, version=0, money=make.totals(lines, shipping=dice.choice((0, 395, 1))))
    order, events = apply(new, (Fact(EventType.ORDER_PLACED, {}),), make.CUSTOMER, make.NOW)
    stock: dict[str, list[int]] = {}
    for line in lines:
        counters = stock.setdefault(line.sku, [5, 0])
        counters[1] += line.quantity
    return Walk(order, NaiveOrder.of(order), order, stock, list(events), last_public=1)


def random_line(line_id: str, dice: Random) -> Line:
    price = dice.choice((0, 1, 333, 999, 12_345))
    quantity = dice.randint(1, 5)
    return make.line(
        line_id,
        sku=f"SKU-{dice.randint(1, 3)}",
        quantity=quantity,
        unit_price=price,
        tax_rate=dice.choice((0, 500, 1_750, 2_000)),
        discount=dice.randint(0, price * quantity),
    )


def random_command(order: Order, dice: Random) -> Command:
    if dice.random() < 0.15:
        return dice.choices((Hold("FRAUD_CHECK"), Release(), Reject()), (10, 20, 1))[0]
    parcels = [parcel.id for parcel in order.fulfillments] or ["ful_0001"]
    match dice.randrange(12):
        case 8:
            return PackFulfillment(dice.choice(parcels))
        case 9:
            return CancelFulfillment(dice.choice(parcels), dice.choice((None, False, True)))
        case 10 | 11:
            return random_word(dice.choice(parcels), dice)
        case 0:
            return Confirm()
        case 1:
            return Cancel(random_units(order, dice) if dice.random() < 0.95 else None)
        case 2 | 3:
            return CreateFulfillment(random_units(order, dice) if dice.random() < 0.9 else None)
        case 4 | 5:
            return ShipFulfillment(dice.choice(parcels))
        case _:
            return DeliverFulfillment(dice.choice(parcels))


def random_word(parcel_id: str, dice: Random) -> Command:
    """What a carrier says: some of it twice, and not in the order that it happened."""
    said, hour = dice.choice(TOLD), dice.randrange(3)
    at = make.NOW + timedelta(hours=hour)
    return RecordTracking(parcel_id, said, at, f"{said.value}-{hour}")


def random_units(order: Order, dice: Random) -> Mapping[str, int]:
    lines = dice.sample(order.lines, dice.randint(1, len(order.lines)))
    return {line.id: dice.randint(1, 1 + line.quantity // 2) for line in lines}


def step(walk: Walk, command: Command, actor: Actor) -> None:
    """One command, and everything that must hold after it."""
    before = walk.order
    expected, decided = walk.books.act(command, actor), decide(before, command, actor)
    assert in_words(decided) == expected
    facts = decided if isinstance(decided, tuple) else ()
    if before.status in END_STATUSES:
        said = {fact.type.value for fact in facts}
        assert said <= {"FULFILLMENT_TRACKED"}, "I5: an end state goes nowhere"
    walk.order, events = apply(before, facts, actor, make.NOW)
    assert differences(walk.order, walk.books) == []
    check_log(walk, events)
    moving = moves(before, facts)
    check_stock(walk, moving)
    check_on_hand(before, facts, sum(move.on_hand for move in moving.values()))
    check_units_and_money(walk.order)
    assert (walk.order.held_from is None) == (walk.order.status.value != "ON_HOLD")


def check_log(walk: Walk, events: tuple[Event, ...]) -> None:
    """I4: numbers without a gap, a right chain for each audience, and a fold that gives the head."""
    for event in events:
        assert event.sequence == walk.log[-1].sequence + 1
        assert event.previous_public == walk.last_public
        public = event.visibility is Visibility.PUBLIC
        walk.last_public = event.sequence if public else walk.last_public
        walk.folded = replace(
            evolve(walk.folded, Fact(event.type, event.data), event.occurred_at),
            version=event.sequence,
            last_public=walk.last_public,
        )
        walk.log.append(event)
    assert walk.folded == walk.order
    assert walk.order.version == len(walk.log)


def check_stock(walk: Walk, moved: Mapping) -> None:  # type: ignore[type-arg]
    """I3: reserved is what the order still waits for; nothing below 0; what left the warehouse is what was shipped."""
    waiting: dict[str, int] = dict.fromkeys(walk.stock, 0)
    for line in walk.order.lines:
        counted = walk.order.counted(line.id)
        waiting[line.sku] += line.quantity - counted.cancelled - counted.shipped
    for sku, counters in walk.stock.items():
        if sku in moved:
            counters[0] += moved[sku].available
            counters[1] += moved[sku].reserved
        assert counters[0] >= 0
        assert counters[1] == waiting[sku]


def check_on_hand(before: Order, facts: Facts, change: int) -> None:
    """What lies in the warehouse changes by what is shipped and by what is put back, and by nothing else."""
    expected = 0
    for fact in facts:
        parcel = before.fulfillment(str(fact.data.get("fulfillmentId")))
        units = sum(parcel.units.values()) if parcel else 0
        shipped, put_back = fact.type is EventType.FULFILLMENT_SHIPPED, bool(fact.data.get("restock"))
        expected += units * (put_back - shipped)
    assert change == expected


def check_units_and_money(order: Order) -> None:
    """I1, I2 and I7."""
    for line in order.lines:
        counted = order.counted(line.id)
        assert 0 <= counted.delivered <= counted.shipped <= line.quantity - counted.cancelled
    totals = order.totals
    assert 0 <= totals.refunded <= totals.captured
    assert 0 <= totals.cancelled <= totals.total
    assert totals.balance == totals.total - totals.cancelled - totals.captured + totals.refunded
    if order.status.value in {"CANCELLED", "REJECTED"}:
        assert totals.cancelled == totals.total
        assert totals.balance == 0


def walk(seed: int, steps: int) -> int:
    """Random steps from a seed; how many of them changed an order."""
    dice, changed = Random(seed), 0
    current = begin(dice)
    for number in range(steps):
        if number % STEPS_AN_ORDER == 0:
            check_whole_log(current)
            current = begin(dice)
        command, (actor,) = random_command(current.order, dice), dice.choices(ACTORS, WEIGHTS)
        version = current.order.version
        try:
            step(current, command, actor)
        except AssertionError as error:
            raise AssertionError(
                f"seed {seed}, step {number}: {command} by {actor}: {error}\n{current}"
            ) from None
        changed += current.order.version > version
    return changed


def check_whole_log(walk: Walk) -> None:
    """Each audience can follow: staff see each number, owners skip none that they may see."""
    seen = [event.sequence for event in walk.log if event.visibility is Visibility.PUBLIC]
    told = [event.previous_public for event in walk.log if event.visibility is Visibility.PUBLIC]
    assert told == [0, *seen[:-1]]
    assert [event.sequence for event in walk.log] == list(range(1, walk.order.version + 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_commands_keep_every_invariant(seed: int) -> None:
    assert walk(seed, STEPS) > STEPS / 10
