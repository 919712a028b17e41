"""The shop's side of an order: warehouse, carrier and finance do their part, or its buyer changes his mind."""

from datetime import UTC, datetime, timedelta

from cli.journey import documents
from cli.simulate.buying import Bought
from cli.simulate.site import RefusedError, Site
from cli.simulate.story import Story, Word
from providers.provider import Webhook

WAREHOUSE, FINANCE = "warehouse@shop.example", "finance@shop.example"
LOOKS = 40
CANCEL = f"""mutation ($id: ID!, $key: String!, $token: String) {{ cancelOrder(input: {{orderId: $id, idempotencyKey: $key,
  token: $token}}) {{ {documents.ORDER} {documents.ERRORS} }} }}"""
CREATE = f"""mutation ($id: ID!, $key: String!, $lines: [LineQuantityInput!]) {{ createFulfillment(input: {{orderId: $id,
  idempotencyKey: $key, lines: $lines}}) {{ {documents.ORDER} {documents.ERRORS} }} }}"""


async def cancel(site: Site, order: Bought, name: str) -> None:
    """The buyer changes his mind. Too late is no problem of anybody's."""
    await site.pause(1, 5)
    try:
        await site.do(order.user, CANCEL, id=order.id, key=f"{name}-cancel", token=order.token)
        site.tally.note("cancelled")
    except RefusedError:
        site.tally.note("wanted to cancel too late")


async def ship(site: Site, story: Story, order: Bought, name: str) -> bool:
    """Pack, take the money, ship. False where the order was never handed to the warehouse."""
    if not await _accepted(site, order):
        site.tally.note("not accepted by the shop yet")
        return False
    parcels = await _packed(site, story, order, name)
    await site.do(FINANCE, documents.CAPTURE, id=order.id, key=f"{name}-capture")
    for number, parcel in enumerate(parcels, start=1):
        await site.pause(2, 6)
        await site.do(WAREHOUSE, documents.PACKED, id=order.id, parcel=parcel)
        given = {"carrier": story.carrier, "number": f"{order.number}-{number}"}
        await site.do(WAREHOUSE, documents.SHIP, id=order.id, parcel=parcel, **given)
        site.tally.note("shipped")
    return True


async def deliver(site: Site, story: Story, order: Bought) -> None:
    """The carrier's words on each parcel, in the order of their coming."""
    for number, words in enumerate(story.words, start=1):
        parcel = f"ful_{number:04d}"
        for word in words:
            await site.pause(2, 6)
            await site.post("carrier", lambda word=word, parcel=parcel: (_said(site, order, parcel, word),))  # type: ignore[misc]
        site.tally.note("delivered")


async def refund(site: Site, order: Bought, name: str) -> None:
    """One unit came broken: finance pays it back."""
    await site.pause(2, 6)
    lines = [{"lineId": order.lines[0], "quantity": 1}]
    await site.do(FINANCE, documents.REFUND, id=order.id, key=f"{name}-refund", lines=lines)
    site.tally.note("refunded")


async def ended(site: Site, order: Bought) -> bool:
    """Whether the order comes to its end within a while: the last parcel's news takes its way through the queues."""
    return await _is(site, order, {"COMPLETED"})


async def _packed(site: Site, story: Story, order: Bought, name: str) -> list[str]:
    """The parcels that the order's units were put into: all in one, or the first line apart."""
    if story.parcels == 1:
        await site.do(WAREHOUSE, CREATE, id=order.id, key=f"{name}-pack-1", lines=None)
        return ["ful_0001"]
    units = [quantity for _, quantity in story.basket]
    lines = [
        {"lineId": line, "quantity": quantity} for line, quantity in zip(order.lines, units, strict=True)
    ]
    for number, part in enumerate((lines[:1], lines[1:]), start=1):
        await site.do(WAREHOUSE, CREATE, id=order.id, key=f"{name}-pack-{number}", lines=part)
    return ["ful_0001", "ful_0002"]


async def _accepted(site: Site, order: Bought) -> bool:
    return await _is(site, order, {"CONFIRMED"})


async def _is(site: Site, order: Bought, wanted: set[str]) -> bool:
    for _ in range(LOOKS):
        found = await site.ask(order.user, documents.STATE, id=order.id, token=order.token)
        if found["status"] in wanted:
            return True
        await site.pause(0.3, 0.8)
    return False


def _said(site: Site, order: Bought, parcel: str, word: Word) -> Webhook:
    now = datetime.now(UTC)
    happened = now - timedelta(minutes=word.minutes_ago)
    return site.outside().carrier(order.id, parcel, word.status, happened, None, now)
