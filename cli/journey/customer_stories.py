"""Customers: one changes his mind, one's card is declined and tried again, one never pays."""

from typing import Any

from cli.journey import documents
from cli.journey.people import new_key
from cli.journey.world import HOME, TOO_LATE, Bought, World, bought


def changes_his_mind(world: World, sku: str) -> None:
    """Ben cancels before anything left: what is told before is what happens, and the stock is back."""
    teller, before = world.teller, world.stock(sku)
    order = order_of(world, "Ben", sku, "test_approved")
    teller.soon("his payment is held", lambda: world.payments(order), ["AUTHORIZED"])
    preview = order.owner.ask(documents.CANCEL_PREVIEW, id=order.id)["preview"]
    total = world.balance(order)["total"]
    teller.check("told before: the hold goes", preview["holdReleased"]["amount"], total)
    teller.check("told before: back on the shelf", preview["stockReleased"], [{"sku": sku, "quantity": 1}])
    order.owner.do(documents.CANCEL, id=order.id, key=new_key())
    teller.soon("the hold is gone", lambda: world.payments(order), ["VOIDED"])
    teller.check("the order", world.state(order)[0], preview["status"])
    told = preview["totals"]["balance"]["amount"]
    teller.check("he owes what was told", world.balance(order)["balance"], told)
    teller.check("the stock is as before", world.stock(sku), before)
    teller.soon("he was written", lambda: world.letters(order), [world.placed_letter(order), "cancelled"])
    world.tell_books(order)


def tries_again(world: World, sku: str) -> None:
    """Cleo's card has no money; another one has."""
    teller = world.teller
    order = order_of(world, "Cleo", sku, "test_insufficient_funds")
    teller.soon("her card is declined", lambda: world.payments(order), ["FAILED"])
    order.owner.do(documents.RETRY, id=order.id, key=new_key(), method="test_approved")
    teller.soon("the other is not", lambda: world.payments(order), ["FAILED", "AUTHORIZED"])
    world.tell_books(order)


def never_pays(world: World, sku: str) -> None:
    """Ada leaves the bank's page open: the order expires, and nothing can be confirmed any more."""
    teller, before = world.teller, world.stock(sku)
    order = order_of(world, "Ada", sku, "test_action")
    teller.soon("the bank waits", lambda: world.payments(order), ["ACTION_REQUIRED"])
    page = world.bank_page(order)
    world.hours_later(1)
    teller.check("an hour later nothing has changed", world.state(order)[0], "PLACED")
    world.hours_later(3)
    teller.check("three hours later it is over", world.state(order)[0], "EXPIRED")
    teller.check("the stock is as before", world.stock(sku), before)
    teller.soon("the payment is let go", lambda: world.payments(order), ["VOIDED"])
    teller.check("the bank's page takes nothing any more", world.confirm(page), TOO_LATE)
    teller.check("the order stays as it ended", world.state(order)[0], "EXPIRED")
    written = [world.placed_letter(order), "not paid in time"]
    teller.soon("she was written", lambda: world.letters(order), written)
    world.tell_books(order)


def order_of(world: World, name: str, sku: str, method: str) -> Bought:
    """A customer's order of one unit, to be paid with this."""
    who = world.people.customer(name)
    given: dict[str, Any] = {
        "key": new_key(),
        "lines": [{"sku": sku, "quantity": 1}],
        "address": HOME | {"name": name},
        "contact": {"email": f"{name.lower()}@example.com", "name": name},
        "method": method,
    }
    order = bought(who.do(documents.PLACE, **given), who)
    world.teller.say(f"{name} orders {order.number}")
    return order
