"""A shop whose people are birds: whoever orders, fills a cart or is written to gives values that can be found again."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from resolvers.place_order import PlaceOrderInput
from tests import mailing, shopkeeping
from tests.canary.birds import ADDRESS, BIRDS, CONTACT
from tests.resolvers import filling

INPUTS = {
    "name": BIRDS["name"], "line1": BIRDS["street"], "line2": BIRDS["second line"], "city": BIRDS["city"],
    "region": BIRDS["region"], "postalCode": BIRDS["post code"], "email": BIRDS["e-mail"], "phone": BIRDS["phone"],
    "note": BIRDS["note"], "externalReference": BIRDS["reference"], "method": BIRDS["payer"],
}  # fmt: skip
"""What a caller says in arguments of these names."""

FULL_ADDRESS = dict.fromkeys(("name", "line1", "line2", "city", "region", "postalCode"), "") | {
    "country": "GB"
}
FULL_CONTACT = dict.fromkeys(("email", "name", "phone"), "")
MORE: Mapping[str, Mapping[str, Any]] = {
    "Mutation.placeOrder": {
        "shippingAddress": FULL_ADDRESS, "billingAddress": FULL_ADDRESS, "contact": FULL_CONTACT,
        "note": "", "externalReference": "",
    },
    "Mutation.setCartAddress": {"shippingAddress": FULL_ADDRESS},
    "Mutation.setCartContact": {"contact": FULL_CONTACT},
}  # fmt: skip
"""Arguments that a field takes beside those that the matrix gives."""


def populate(patch: pytest.MonkeyPatch) -> None:
    """Let the tests' shop be ordered from by birds."""
    patch.setattr(shopkeeping, "ADDRESS", ADDRESS)
    patch.setattr(filling, "ADDRESS", ADDRESS)
    patch.setattr(filling, "CONTACT", CONTACT)
    patch.setattr(mailing, "CONTACT", CONTACT)
    patch.setattr(
        shopkeeping, "PlaceOrderInput", partial(PlaceOrderInput, contact=CONTACT, note=BIRDS["note"])
    )


def said_by_birds(key: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as a bird would give them."""
    if "input" in arguments:
        arguments = {"input": {**arguments["input"], **MORE.get(key, {})}}
    return {name: _said(name, value) for name, value in arguments.items()}


def _said(name: str, value: Any) -> Any:
    match value:
        case dict():
            return {inner: _said(inner, each) for inner, each in value.items()}
        case list():
            return [_said(name, each) for each in value]
        case str():
            return INPUTS.get(name, value)
        case _:
            return value
