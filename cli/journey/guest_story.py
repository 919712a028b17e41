"""A guest fills a cart, pays with confirmation and follows live; two parcels leave; a damaged line is paid back."""

from typing import Any

from cli.journey import documents
from cli.journey.live import following
from cli.journey.people import new_key
from cli.journey.world import HOME, TAKEN, Bought, World, bought
from domain.lifecycle import CarrierStatus

CARRIER = "Royal Mail"


def guest_pays(world: World, lantern: str, mug: str) -> Bought:
    """The cart, the order, and the confirmation at the bank's page, followed live."""
    teller, guest = world.teller, world.people.guest
    cart = _filled(world, lantern, mug)
    placed = guest.do(documents.PLACE_CART, cart=cart, key=new_key(), method="test_action")
    order = bought(placed, guest)
    teller.say(f"order {order.number}, with a token for the guest")
    again = guest.do(documents.PLACE_CART, cart=cart, key=new_key(), method="test_action")
    teller.check("a second tab places the same order", again["order"]["id"] == order.id, True)
    teller.check("the stock is held", world.stock(lantern), [10, 8, 2])
    teller.soon("the bank wants a word", lambda: world.payments(order), ["ACTION_REQUIRED"])
    with following(world.ground.realtime, guest.headers, order.id, order.token) as live:
        teller.check("the guest confirms on the bank's page", world.confirm(world.bank_page(order)), TAKEN)
        teller.soon("the payment is held", lambda: world.payments(order), ["AUTHORIZED"])
        teller.soon("it came live", lambda: live.types[-1:], ["PAYMENT_AUTHORIZED"])
    return order


def two_parcels(world: World, order: Bought) -> None:
    """Staff confirm and take the money, the warehouse ships twice, and the carrier's word comes out of order."""
    teller, warehouse = world.teller, world.people.staff("warehouse")
    world.people.staff("support").do(documents.CONFIRM, id=order.id)
    for line, quantity in zip(order.lines, (2, 3), strict=True):
        units = [{"lineId": line, "quantity": quantity}]
        warehouse.do(documents.PACK_UNITS, id=order.id, lines=units)
    world.people.staff("finance").do(documents.CAPTURE, id=order.id, key=new_key())
    teller.check("paid", world.payments(order), ["CAPTURED"])
    for number, parcel in enumerate(("ful_0001", "ful_0002"), start=1):
        warehouse.do(documents.PACKED, id=order.id, parcel=parcel)
        given = {"carrier": CARRIER, "number": f"RM{number:03d}{order.number}"}
        warehouse.do(documents.SHIP, id=order.id, parcel=parcel, **given)
    world.carrier_says(order, "ful_0002", CarrierStatus.DELIVERED, 5)
    teller.soon("one has arrived", lambda: world.parcels(order), ["SHIPPED", "DELIVERED"])
    world.carrier_says(order, "ful_0002", CarrierStatus.IN_TRANSIT, 60)
    world.carrier_says(order, "ful_0001", CarrierStatus.FAILED, 50)
    teller.soon("nobody was at home", lambda: world.parcels(order), ["FAILED", "DELIVERED"])
    world.carrier_says(order, "ful_0001", CarrierStatus.DELIVERED, 1)
    teller.soon("both have", lambda: world.parcels(order), ["DELIVERED", "DELIVERED"])
    teller.check("the order is over", world.state(order), ["COMPLETED", "PAID", "DELIVERED"])


def damaged(world: World, order: Bought) -> None:
    """One mug came broken: what is paid back is what was told before."""
    teller, finance = world.teller, world.people.staff("finance")
    given: dict[str, Any] = {
        "id": order.id,
        "key": new_key(),
        "lines": [{"lineId": order.lines[1], "quantity": 1}],
    }
    preview = finance.ask(documents.REFUND_PREVIEW, **given)["preview"]
    finance.do(documents.REFUND, **given)
    finance.do(documents.REFUND, **given)  # sent twice, paid back once
    told = {name: preview["totals"][name]["amount"] for name in ("refunded", "balance")}
    teller.check("paid back as it was told", _books(world, order, *told), told)
    teller.check("all in all", world.state(order), ["COMPLETED", "PARTIALLY_REFUNDED", "DELIVERED"])
    subjects = ["paid", *["a parcel is on its way"] * 2, *["a parcel has arrived"] * 2, "refunded"]
    written = [world.placed_letter(order), *subjects]
    teller.soon("she was written", lambda: sorted(world.letters(order)), sorted(written))
    teller.soon("the workflow has ended", lambda: world.execution(order), "SUCCEEDED")
    world.tell_books(order)


def _filled(world: World, lantern: str, mug: str) -> str:
    """A cart that nothing is wrong with, by its id."""
    guest = world.people.guest
    wanted = [{"sku": lantern, "quantity": 2}, {"sku": mug, "quantity": 3}]
    cart = guest.do(documents.CREATE_CART, lines=wanted)["cart"]["id"]
    guest.do(documents.CONTACT, cart=cart, email="grace@example.com", name="Grace")
    guest.do(documents.ADDRESS, cart=cart, address=HOME)
    shown = guest.do(documents.SHIPPING, cart=cart)["cart"]
    total = shown["totals"]["total"]["amount"]
    world.teller.check(f"a cart of {total} GBP; what stands in its way", shown["problems"], [])
    return str(cart)


def _books(world: World, order: Bought, *names: str) -> dict[str, str]:
    found = world.balance(order)
    return {name: found[name] for name in names}
