"""Jobs at once: bounded, in order, and honest about failure."""

import asyncio

import pytest

from cli.replay.pooling import at_most, batches


async def test_never_more_than_the_width():
    running, most = 0, 0

    async def work(_):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await at_most(3, work, range(10))
    assert most == 3


async def test_items_start_in_their_order():
    started = []

    async def work(item):
        started.append(item)
        await asyncio.sleep(0)

    await at_most(2, work, range(6))
    assert started == list(range(6))


async def test_failure_is_raised_as_it_is_and_ends_the_rest():
    started = []

    async def work(item):
        started.append(item)
        raise ValueError(item)

    with pytest.raises(ValueError, match=r"^0$"):
        await at_most(1, work, range(3))
    assert started == [0]


def test_batches_hold_everything_in_order():
    assert batches([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
