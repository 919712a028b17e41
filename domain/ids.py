"""Identifiers: opaque, prefixed, not guessable; an order's is made from its owner and key, so that a retry finds it."""

import base64
import hashlib
import hmac
from typing import NewType

Id = NewType("Id", str)
"""An opaque identifier (GraphQL `ID`)."""


def _keyed(secret: bytes, parts: tuple[str, ...]) -> bytes:
    """HMAC over length-prefixed parts, so that no two lists of parts read alike."""
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(secret, message, hashlib.sha256).digest()


def _base32(digest: bytes, length: int) -> str:
    return base64.b32encode(digest).decode().lower().rstrip("=")[:length]


def order_id(secret: bytes, *, stage: str, owner_kind: str, owner: str, key: str) -> str:
    """The order's id: the same owner and idempotency key give the same id, for ever."""
    return "ord_" + _base32(_keyed(secret, ("order", stage, owner_kind, owner, key)), 26)


def owner_key(secret: bytes, owner_kind: str, owner: str) -> str:
    """What an owner's events carry instead of the owner's id: subscriptions are filtered by it."""
    return _base32(_keyed(secret, ("owner", owner_kind, owner)), 26)


def command_key(actor: str, key: str) -> str:
    """Where a keyed command leaves its record: a digest of who sent it and the key."""
    return _base32(_keyed(b"command", (actor, key)), 26)


def order_number(prefix: str, identifier: str, attempt: int) -> str:
    """The short number that people read out, from the order's id; a collision takes the next attempt's."""
    digest = hashlib.sha256(f"{identifier}/{attempt}".encode()).digest()
    return prefix + str(int.from_bytes(digest[:8], "big") % 10**8).rjust(8, "0")


def product_id(secret: bytes, actor: str, key: str) -> str:
    """The product's id, from who creates it and the key of that command."""
    return "prd_" + _base32(_keyed(secret, ("product", actor, key)), 20)


def new_cart_id(random: bytes) -> str:
    """A cart's id from at least 17 random bytes: 130 bits that nobody can guess, for whoever holds it holds the cart."""
    return "crt_" + base64.b32encode(random).decode().lower()[:26]


def cart_id_of(secret: bytes, customer: str, guest_cart: str) -> str:
    """The id of the cart that a guest's becomes at sign-in: the same however often the two are merged."""
    return "crt_" + _base32(_keyed(secret, ("cart", customer, guest_cart)), 26)


def guest_of(secret: bytes, cart_id: str) -> str:
    """Who owns what was placed from a guest's cart: a digest, for the cart's id itself is a secret and owners are told on."""
    return "gst_" + _base32(_keyed(secret, ("guest", cart_id)), 26)


Json = NewType("Json", object)
"""Any JSON value (GraphQL `AWSJSON`)."""
