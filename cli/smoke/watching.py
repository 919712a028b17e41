"""Watches live while something is changed: several subscriptions at once, each until its event of the order comes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from gql.transport.appsync_auth import AppSyncAuthentication

from cli.smoke.asking import following
from cli.smoke.place import Place
from cli.smoke.report import SmokeError

ACK_SECONDS = 3.0
"""gql gives no sign of `start_ack`, and AppSync may lose an event fired right after it (aws-appsync-community 405)."""
PUSH_SECONDS = 10.0

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Watch:
    """A subscription, and the type of event that it waits for."""

    auth: AppSyncAuthentication = field(repr=False)
    document: str
    type: str
    variables: dict[str, str] = field(default_factory=dict)


async def pushed(
    place: Place, order: str, watches: Sequence[Watch], change: Callable[[], Awaitable[object]]
) -> list[Event]:
    """The event that each was sent of the change. Raises SmokeError where one does not come in time."""
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(following(place, each.auth, each.document, **each.variables))
            for each in watches
        ]
        waiting = [
            asyncio.create_task(_wanted(stream, order, each.type))
            for stream, each in zip(streams, watches, strict=True)
        ]
        try:
            return await _after(change, waiting)
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)  # a stream that is read cannot be closed


async def _after(
    change: Callable[[], Awaitable[object]], waiting: "Sequence[asyncio.Task[Event]]"
) -> list[Event]:
    """Make the change once the subscriptions stand, and wait for all. One that is refused says so at once."""
    ended, _ = await asyncio.wait(waiting, timeout=ACK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in ended:
        raise SmokeError(f"an event came before its cause: {task.result()}")
    await change()
    done, late = await asyncio.wait(waiting, timeout=PUSH_SECONDS)
    events = [task.result() for task in waiting if task in done]
    if late:
        raise SmokeError(
            f"no event came within {PUSH_SECONDS:g} s of the change, on {len(late)} of {len(waiting)} subscriptions"
        )
    return events


async def _wanted(stream: AsyncIterator[dict[str, Any]], order: str, wanted: str) -> Event:
    """The order's event of this type; earlier ones may still be on their way when one subscribes."""
    async for data in stream:
        event: Event
        (event,) = data.values()
        if (event["orderId"], event["type"]) == (order, wanted):
            return event
    raise SmokeError("the subscription ended")
