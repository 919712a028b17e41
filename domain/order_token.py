"""Order tokens: who holds one may see, follow and cancel that one order. Signed, expiring, revocable. Pure.

`v1.<keyId>.<orderId>.<generation>.<expiry>.<mac>`. The mac is over every part before it and the stage, as text, so a
token has one spelling. Rotation: a new key id signs, the old ones verify until their last token has expired; revoking
raises the order's generation, with which the grant is compared wherever the order is read.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime

from domain.actors import Grant
from domain.values import value

FORM = re.compile(
    r"v1\.([a-z0-9]{1,8})\.(ord_[a-z2-7]{26})\.(0|[1-9][0-9]{0,8})\.([1-9][0-9]{9,11})\.([a-z2-7]{52})"
)
LONGEST = 140


@value
class Keyring:
    """What signs and verifies: the stage's secret, and the ids of the keys derived from it; the first signs."""

    secret: bytes
    stage: str
    ids: tuple[str, ...]


def sign(keyring: Keyring, grant: Grant, expires: datetime) -> str:
    """A token for an order of this generation, until then (whole seconds)."""
    key_id = keyring.ids[0]
    body = f"v1.{key_id}.{grant.order_id}.{grant.generation}.{int(expires.timestamp())}"
    return f"{body}.{_mac(keyring, key_id, body)}"


def verify(keyring: Keyring, token: str, now: datetime) -> Grant | None:
    """What a token grants; None for one that is not ours, of a key no longer known, or expired. Constant time."""
    match = FORM.fullmatch(token)
    if match is None:
        return None
    key_id, order_id, generation, expires, mac = match.groups()
    genuine = hmac.compare_digest(mac, _mac(keyring, key_id, token[: match.start(5) - 1]))
    if not genuine or key_id not in keyring.ids or int(expires) <= now.timestamp():
        return None
    return Grant(order_id, int(generation))


def _mac(keyring: Keyring, key_id: str, body: str) -> str:
    """By a key of its own for each key id and stage, derived from the secret: no token tells anything of another's."""
    name = b"order-token\0" + keyring.stage.encode() + b"\0" + key_id.encode()
    key = hmac.new(keyring.secret, name, hashlib.sha256).digest()
    digest = hmac.new(key, body.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")
