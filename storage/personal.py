"""Personal data as items hold it: in one map of its own, which erasure blanks, and nowhere else."""

from dataclasses import fields

from domain.order import Address, Contact, Order
from storage.attributes import Item


def personal_of(order: Order) -> Item:
    """The personal map of an order's snapshot."""
    return {
        "ship": told_of(order.shipping_address),
        "bill": told_of(order.billing_address),
        "contact": told_of(order.contact),
        "note": order.note,
    }


def told_of(told: Address | Contact | None) -> Item | None:
    """An address or a contact: what was told of it; None where nothing was."""
    if told is None:
        return None
    given = {each.name: getattr(told, each.name) for each in fields(told)}
    return {name: value for name, value in given.items() if value is not None}


def read_address(personal: Item, name: str) -> Address | None:
    """An address of a personal map; None where it has none of that name."""
    return Address(**personal[name]) if name in personal else None


def read_contact(personal: Item) -> Contact | None:
    """The contact of a personal map; None where it has none."""
    return Contact(**personal["contact"]) if "contact" in personal else None
