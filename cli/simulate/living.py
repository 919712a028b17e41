"""One story from the first look at the shelf to its end, and buyers that keep coming until they are told to stop."""

import asyncio
from collections.abc import Sequence

from cli.replay.api import ApiError
from cli.simulate.buying import buy, pay
from cli.simulate.fulfilling import cancel, deliver, ended, refund, ship
from cli.simulate.site import RefusedError, Site, StoppedError
from cli.simulate.story import Story, draw, wait

HOME_SECONDS = 20.0
"""So long everybody has to finish the request that they are in."""


async def live(site: Site, story: Story, name: str) -> None:
    """One story. What goes wrong in it is counted; whoever is told to stop goes home between two requests."""
    site.tally.here += 1
    try:
        order = await buy(site, story, name)
        if not await pay(site, story, order, name):
            pass  # the sweep lets the order expire
        elif story.cancels:
            await cancel(site, order, name)
        elif await ship(site, story, order, name):
            await deliver(site, story, order)
            if await ended(site, order):
                site.tally.note("completed")
            if story.damaged:
                await refund(site, order, name)
    except StoppedError:
        site.tally.note("went home")
    except (RefusedError, ApiError) as error:
        site.tally.problems[str(error)[:200]] += 1
    site.tally.here -= 1


async def come(
    site: Site,
    shelf: Sequence[str],
    run: str,
    orders_a_minute: float,
    most: int | None,
    seconds: float | None,
) -> None:
    """Let buyers come until all are told to stop, or `most` have come, or for so many seconds; then see them all out."""
    stories: set[asyncio.Task[None]] = set()
    loop, number = asyncio.get_running_loop(), 0
    ends = None if seconds is None else loop.time() + seconds
    while not site.stop.is_set() and number != most and (ends is None or loop.time() < ends):
        number += 1
        story = asyncio.create_task(live(site, draw(site.dice, shelf), f"{run}-{number:06d}"))
        stories.add(story)
        story.add_done_callback(stories.discard)
        try:
            await asyncio.wait_for(site.stop.wait(), wait(site.dice, orders_a_minute))
        except TimeoutError:
            continue
    await _seen_out(site, stories)


async def _seen_out(site: Site, stories: set[asyncio.Task[None]]) -> None:
    """Wait for those who are there: to their end, or, once all are to go home, for the request that they are in."""
    while stories and not site.stop.is_set():
        await asyncio.wait(
            [*stories, asyncio.create_task(site.stop.wait())], return_when=asyncio.FIRST_COMPLETED
        )
    if stories:
        _, late = await asyncio.wait(stories, timeout=HOME_SECONDS)
        for each in late:
            each.cancel()
