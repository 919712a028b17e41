"""Runs many jobs at once, but never more than a given number, started in their order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def at_most(width: int, work: Callable[[T], Awaitable[None]], items: Iterable[T]) -> None:
    """Do `work` for every item. The first exception ends the rest and is raised as it is."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(width):
                group.create_task(worker())
    except ExceptionGroup as several:
        raise several.exceptions[0] from None


def batches(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Cut into pieces of at most `size`, in order."""
    return [items[start : start + size] for start in range(0, len(items), size)]
