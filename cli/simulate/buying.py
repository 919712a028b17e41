"""A buyer fills a cart or orders at once, and pays, or does not."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.journey import documents
from cli.simulate.site import RefusedError, Site
from cli.simulate.story import Paying, Story

SOLD_OUT, RESTOCK = "InsufficientStock", 50
ADDRESS = {"line1": "1 Bell Lane", "city": "London", "postalCode": "N1 1AA", "country": "GB"}
LOOKS = 40
"""So often a buyer looks whether the bank has answered."""
LANDED = {"AUTHORIZED", "CAPTURED"}
TAKEN = 200


@dataclass(frozen=True, slots=True)
class Bought:
    """An order: whose, and the token by which a guest gets at it."""

    id: str
    number: str
    user: str | None
    token: str | None
    lines: tuple[str, ...]


async def buy(site: Site, story: Story, name: str) -> Bought:
    """Place the order. `name` makes its keys: whatever is sent twice is one order."""
    user = f"{story.customer}@example.com" if story.customer else None
    cart = None if user else await _filled(site, story, name)
    await site.pause(1, 4)
    answer = await _placed(site, story, name, user, cart)
    order = answer["order"]
    site.tally.note("placed")
    return Bought(
        order["id"],
        order["number"],
        user,
        answer.get("orderToken"),
        tuple(each["id"] for each in order["lines"]),
    )


async def pay(site: Site, story: Story, order: Bought, name: str) -> bool:
    """See the payment through. False where nobody pays: the order is left to expire."""
    state = await _payment(site, order, {"CREATED"})
    match story.paying:
        case Paying.AFTER_A_WORD:
            await site.pause(2, 6)
            state = await _confirmed(site, order)
        case Paying.LATER:
            await site.pause(3, 9)
            now = datetime.now(UTC)
            await site.post("test", lambda: site.outside().payment(order.id, None, None, now))
            state = await _payment(site, order, {"CREATED", "PENDING"})
        case Paying.BY_ANOTHER_CARD:
            site.tally.note("declined")
            await site.pause(2, 6)
            given = {"id": order.id, "key": f"{name}-again", "method": Paying.AT_ONCE.value}
            await site.do(order.user, RETRY, token=order.token, **given)
            state = await _payment(site, order, {"CREATED", "FAILED"})
        case Paying.GIVES_UP:
            site.tally.note("declined")
        case _:
            pass
    paid = state in LANDED
    site.tally.note("paid" if paid else "left unpaid")
    return paid


RETRY = f"""mutation ($id: ID!, $key: String!, $method: String!, $token: String) {{ retryPayment(input: {{orderId: $id,
  idempotencyKey: $key, method: $method, token: $token}}) {{ {documents.ORDER} {documents.ERRORS} }} }}"""


async def _filled(site: Site, story: Story, name: str) -> str:
    """A guest's cart, ready to be placed."""
    lines = [{"sku": sku, "quantity": units} for sku, units in story.basket]
    made = await site.do(None, documents.CREATE_CART, lines=lines)
    cart = str(made["cart"]["id"])
    await site.pause(1, 5)
    await site.do(None, documents.CONTACT, cart=cart, email=f"{name}@example.com", name="A guest")
    await site.do(None, documents.ADDRESS, cart=cart, address=ADDRESS | {"name": "A guest"})
    await site.do(None, documents.SHIPPING, cart=cart)
    return cart


async def _placed(site: Site, story: Story, name: str, user: str | None, cart: str | None) -> Any:
    """The placing's answer; where a shelf is empty, the warehouse fills it, and the buyer tries again."""
    given: dict[str, Any] = {"key": f"{name}-order", "method": story.paying.value}
    for filled in range(3):
        try:
            if cart:
                return await site.do(None, documents.PLACE_CART, cart=cart, **given)
            who = str(story.customer)
            contact = {"email": f"{who}@example.com", "name": who.title()}
            lines = [{"sku": sku, "quantity": units} for sku, units in story.basket]
            return await site.do(
                user,
                documents.PLACE,
                lines=lines,
                address=ADDRESS | {"name": who.title()},
                contact=contact,
                **given,
            )
        except RefusedError as refused:
            if refused.kind != SOLD_OUT or filled == 2:
                raise
            site.tally.note("sold out")
            await _restocked(site, story, f"{name}-{filled}")
    raise AssertionError("a loop that ends by an answer or a refusal")


async def _restocked(site: Site, story: Story, name: str) -> None:
    for sku, _ in story.basket:
        key = f"{name}-{sku}"[-60:].rjust(16, "0")
        await site.do("warehouse@shop.example", documents.RECEIVE, sku=sku, units=RESTOCK, key=key)


async def _confirmed(site: Site, order: Bought) -> str:
    """Where the payment stands once the payer has clicked at the bank."""
    found = await site.ask(order.user, documents.ACTION, id=order.id, token=order.token)
    page = found["payments"][-1]["nextActionUrl"]
    if not page or await site.click(page) != TAKEN:
        return "ACTION_REQUIRED"
    return await _payment(site, order, {"CREATED", "ACTION_REQUIRED"})


async def _payment(site: Site, order: Bought, waiting: set[str]) -> str:
    """Where the last payment stands once it is none of these, or after a while."""
    state = ""
    for _ in range(LOOKS):
        found = await site.ask(order.user, documents.STATE, id=order.id, token=order.token)
        state = str(found["payments"][-1]["status"])
        if state not in waiting:
            return state
        await site.pause(0.3, 0.8)
    return state
