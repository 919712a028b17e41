"""Stock of a hot SKU is spread over shards: counters of their own, so that buyers do not wait for one item. Pure.

A shard is named by its SKU and part: part 0 by the SKU alone, which is all that a SKU has that was never hot. An order
keeps where its units were taken; they go back there, whatever the spread has become meanwhile.
"""

import zlib
from collections.abc import Mapping
from heapq import nlargest

from domain.values import value

MAX_SHARDS = 64
ORDERS_A_SHARD = 30
"""Orders a second that one item of counters is planned to take; it takes about 80 before they wait for each other."""
MAX_PEAK = MAX_SHARDS * ORDERS_A_SHARD
PROBES = 4
"""How many shards an order tries by its id alone, before it looks at all of them."""

Allocation = tuple[tuple[int, int], ...]
"""Where units are taken: pairs of a part and its units, in the order in which they are used up; empty: all of part 0."""


@value
class Spread:
    """Over how many shards a SKU is sold; `parts` is the most that it ever had, whose units still count.

    `generation` rises with each change; 0 is a SKU that was never spread.
    """

    shards: int = 1
    parts: int = 1
    generation: int = 0

    @property
    def many(self) -> bool:
        """Whether the SKU has, or had, more than one shard."""
        return self.parts > 1

    def over(self, shards: int) -> "Spread":
        """The next generation, over this many shards."""
        return Spread(shards, max(self.parts, shards), self.generation + 1)


def shards_for(peak: int) -> int:
    """How many shards a SKU of this many orders a second needs, 1 to 64."""
    return max(1, min(MAX_SHARDS, -(-peak // ORDERS_A_SHARD)))


def shard_name(sku: str, part: int) -> str:
    """`LANTERN` for part 0, `LANTERN#03` for part 3; a SKU has no `#`."""
    return f"{sku}#{part:02d}" if part else sku


def sku_of(shard: str) -> str:
    """The SKU of a shard's name."""
    return shard.partition("#")[0]


def part_of(shard: str) -> int:
    """The part of a shard's name. Raises ValueError for what is none."""
    _, mark, part = shard.partition("#")
    return int(part) if mark else 0


def first_part(order_id: str, shards: int) -> int:
    """Where an order looks first: by its id, so that a second try looks where the first did."""
    return zlib.crc32(order_id.encode()) % shards


def probe(order_id: str, spread: Spread, attempt: int) -> int | None:
    """The part to try blindly at this attempt, from 0: by the order's id, then the next; None after at most 4."""
    if attempt >= min(PROBES, spread.shards):
        return None
    return (first_part(order_id, spread.shards) + attempt) % spread.shards


def fitting(order_id: str, units: int, available: Mapping[int, int]) -> Allocation | None:
    """Where to take units, by what each part has: of one part if one has enough, else of the fullest; None: too few.

    Orders begin at different parts, so that those who look at once do not all choose the same.
    """
    if sum(available.values()) < units:
        return None
    parts = sorted(available)
    begin = first_part(order_id, len(parts))
    turned = parts[begin:] + parts[:begin]
    enough = next((part for part in turned if available[part] >= units), None)
    return ((enough, units),) if enough is not None else fullest_first(units, available)


def fullest_first(units: int, available: Mapping[int, int]) -> Allocation:
    """Take units of as few parts as possible; there are that many. What is taken of each is above 0."""
    taken: list[tuple[int, int]] = []
    for part in nlargest(len(available), available, key=lambda each: (available[each], -each)):
        here = min(units, available[part])
        if here > 0:
            taken.append((part, here))
            units -= here
    return tuple(taken)


def sliced(allocation: Allocation, start: int, count: int) -> Allocation:
    """The units from `start` (0: the first) on of an allocation, `count` of them."""
    found: list[tuple[int, int]] = []
    for part, units in allocation:
        here = min(max(0, units - start), count)
        if here:
            found.append((part, here))
        start, count = max(0, start - units), count - here
    return tuple(found)


@value
class Shift:
    """Available units that go from one part to another."""

    source: int
    target: int
    units: int


def levelling(available: Mapping[int, int], shards: int) -> tuple[Shift, ...]:
    """What evens available units out over parts 0 to shards - 1, and empties the others; fewer shifts than parts."""
    each, rest = divmod(sum(available.values()), shards)
    wanted = {part: each + (part < rest) if part < shards else 0 for part in available}
    surplus = [(part, available[part] - wanted[part]) for part in sorted(available)]
    gives = [(part, units) for part, units in surplus if units > 0]
    takes = [(part, -units) for part, units in surplus if units < 0]
    shifts: list[Shift] = []
    while gives and takes:
        (source, over), (target, under) = gives[-1], takes[-1]
        units = min(over, under)
        shifts.append(Shift(source, target, units))
        gives[-1:] = [(source, over - units)] if over > units else []
        takes[-1:] = [(target, under - units)] if under > units else []
    return tuple(shifts)
