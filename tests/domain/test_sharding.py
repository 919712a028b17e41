"""Where a hot SKU's units are taken, given back and evened out: nothing is lost, doubled or taken where it is not."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import check_allocation
from domain.facts import Fact
from domain.lifecycle import EventType
from domain.order import Counters
from domain.recount import reserved_units
from domain.sharding import (
    MAX_PEAK,
    MAX_SHARDS,
    PROBES,
    Spread,
    fitting,
    fullest_first,
    levelling,
    part_of,
    probe,
    shard_name,
    shards_for,
    sku_of,
    sliced,
)
from domain.stock import Move, allocated, by_sku, moves, reserved_by, taken_of
from tests import factories as make

order_ids = st.text("abcdefghij234567", min_size=26, max_size=26).map("ord_{}".format)
levels = st.dictionaries(st.integers(0, MAX_SHARDS - 1), st.integers(0, 50), min_size=1)
allocations = st.lists(st.tuples(st.integers(0, 63), st.integers(1, 9)), max_size=6).map(tuple)


@pytest.mark.parametrize(
    ("peak", "shards"), [(0, 1), (1, 1), (30, 1), (31, 2), (300, 10), (MAX_PEAK, 64), (10**9, 64)]
)
def test_a_shard_for_each_thirty_orders_a_second(peak: int, shards: int) -> None:
    assert shards_for(peak) == shards


@pytest.mark.parametrize(("part", "name"), [(0, "TEA 1"), (7, "TEA 1#07"), (63, "TEA 1#63")])
def test_part_0_has_the_skus_own_name(part: int, name: str) -> None:
    assert shard_name("TEA 1", part) == name
    assert (sku_of(name), part_of(name)) == ("TEA 1", part)


@given(order_ids, st.integers(1, MAX_SHARDS))
def test_an_order_tries_four_different_shards_in_a_row_or_all_there_are(order_id: str, shards: int) -> None:
    spread = Spread(shards, MAX_SHARDS, 3)
    tried = [probe(order_id, spread, attempt) for attempt in range(PROBES + 2)]
    parts = [part for part in tried if part is not None]
    assert len(set(parts)) == len(parts) == min(PROBES, shards)
    assert all((later - earlier) % shards == 1 for earlier, later in pairwise(parts))
    assert tried == [probe(order_id, spread, attempt) for attempt in range(PROBES + 2)]


def test_orders_spread_evenly_over_the_shards() -> None:
    found = Counter(probe(f"ord_{number:026d}", Spread(10, 10, 1), 0) for number in range(10_000))
    assert sorted(found) == list(range(10))  # type: ignore[type-var]
    assert all(800 < count < 1_200 for count in found.values())


@given(order_ids, st.integers(1, 400), levels)
def test_units_are_found_wherever_they_are_and_refused_only_where_all_are_too_few(
    order_id: str, units: int, available: dict[int, int]
) -> None:
    found = fitting(order_id, units, available)
    assert (found is None) == (sum(available.values()) < units)
    if found:
        assert sum(count for _, count in found) == units
        assert all(0 < count <= available[part] for part, count in found)
        assert len({part for part, _ in found}) == len(found)
        assert (len(found) == 1) == (max(available.values()) >= units)


@given(st.integers(1, 400), levels)
def test_as_few_parts_as_possible_give(units: int, available: dict[int, int]) -> None:
    wanted = min(units, sum(available.values()))
    fewer = sorted(available.values(), reverse=True)
    found = fullest_first(wanted, available)
    assert sum(fewer[: len(found) - 1]) < wanted or not wanted


@given(allocations, st.lists(st.integers(0, 5), max_size=12))
def test_slices_in_a_row_use_each_unit_once(allocation: tuple[tuple[int, int], ...], cuts: list[int]) -> None:
    whole: Counter[int] = Counter()
    for part, units in allocation:
        whole[part] += units
    start, found, total = 0, Counter[int](), sum(whole.values())
    for cut in [*cuts, total]:
        count = min(cut, total - start)
        for part, units in sliced(allocation, start, count):
            found[part] += units
        start += count
    assert found == whole


@given(st.lists(st.integers(0, 90), min_size=1, max_size=MAX_SHARDS), st.integers(1, MAX_SHARDS))
def test_levelling_loses_nothing_and_empties_what_fell_away(counts: list[int], shards: int) -> None:
    available = dict(enumerate(counts + [0] * (shards - len(counts))))
    after, shifts = dict(available), levelling(available, shards)
    for shift in shifts:
        assert 0 < shift.units <= after[shift.source]
        after[shift.source] -= shift.units
        after[shift.target] += shift.units
    assert sum(after.values()) == sum(counts)
    active = [after[part] for part in range(shards)]
    assert max(active) - min(active) <= 1
    assert all(after[part] == 0 for part in after if part >= shards)
    assert len(shifts) < len(available)


def test_a_generation_keeps_the_most_parts_there_ever_were() -> None:
    spread = Spread().over(10).over(3)
    assert (spread.shards, spread.parts, spread.generation, spread.many) == (3, 10, 2, True)


def test_lines_of_one_sku_share_its_allocation_in_order() -> None:
    lines = (
        make.line("1", sku="A", quantity=3),
        make.line("2", sku="B", quantity=1),
        make.line("3", sku="A", quantity=4),
    )
    found = allocated(lines, {"A": ((2, 5), (0, 2))})
    assert [line.allocation for line in found] == [((2, 3),), (), ((2, 2), (0, 2))]
    assert reserved_by(found) == {"A#02": 5, "A": 2, "B": 1}


def test_units_go_back_to_the_shards_they_came_from_each_once() -> None:
    line = replace(make.line("1", sku="A", quantity=6), allocation=((3, 4), (1, 2)))
    order = make.order(lines=(line,))
    cancelled = Fact(EventType.ORDER_LINES_CANCELLED, {"units": {"1": 3}})
    assert moves(order, (cancelled,)) == {"A#03": Move(3, -3)}
    assert moves(order, (cancelled, cancelled)) == {"A#03": Move(4, -4), "A#01": Move(2, -2)}
    assert by_sku(moves(order, (cancelled, cancelled))) == {"A": Move(6, -6)}


@given(allocations.filter(bool), st.data())
def test_what_is_left_of_an_order_is_reserved_where_it_was_taken(
    allocation: tuple[tuple[int, int], ...], data: st.DataObject
) -> None:
    quantity = sum(units for _, units in allocation)
    gone = data.draw(st.integers(0, quantity))
    line = replace(make.line("1", sku="A", quantity=quantity), allocation=allocation)
    left = Counter(reserved_by((line,)))
    left.subtract(taken_of(line, 0, gone))
    order = make.order(lines=(line,))
    fact = Fact(EventType.ORDER_LINES_CANCELLED, {"units": {"1": gone}})
    for shard, move in moves(order, (fact,)).items():
        assert move.available == -move.reserved == taken_of(line, 0, gone)[shard]
    assert {shard: count for shard, count in left.items() if count} == reserved_units(
        make.order(lines=(line,), counters={"1": Counters(cancelled=gone)})
    )


@pytest.mark.parametrize(
    ("allocation", "wrong"), [((), 0), (((1, 2), (0, 3)), 0), (((1, 4),), 1), (((1, 6), (0, -1)), 1)]
)
def test_an_allocation_of_other_than_all_units_is_a_finding(
    allocation: tuple[tuple[int, int], ...], wrong: int
) -> None:
    line = replace(make.line("1", sku="A", quantity=5), allocation=allocation)
    assert len(list(check_allocation(line, "order ord_a"))) == wrong
