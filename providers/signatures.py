"""The signature on a webhook: HMAC-SHA-256 over `timestamp.body`, in one header. Stripe's scheme, and ours.

    Orderbell-Signature: t=1764150000,v1=<64 hex digits>,v1=<64 hex digits>

`t` is when it was sent, in seconds since 1970. There is one `v1` for each secret that the sender holds: two while a
secret is rotated; the receiver holds both as well, and one match is enough. The body is signed as the bytes that
travel: nothing is decoded before the signature is found right.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

HEADER = "Orderbell-Signature"
TOLERANCE_SECONDS = 300
"""How far the sender's clock and ours may be apart, both ways; an older request may be a replay."""

LARGEST_BODY = 256 * 1024
LONGEST_HEADER = 1024
"""Room for a dozen signatures: each costs a comparison."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BadSignatureError(Exception):
    """Nobody who holds a secret sent this now. The message is for tests; the sender is told nothing."""


def sign(body: bytes, at: datetime, secrets: Sequence[bytes]) -> str:
    """The header's value for a body sent at this time, with one signature for each secret."""
    timestamp = str(int(at.timestamp()))
    return ",".join([f"t={timestamp}", *(f"v1={_digest(timestamp, body, secret)}" for secret in secrets)])


def verify(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime, *, header: str = HEADER
) -> None:
    """Return if the body was signed with one of the secrets about now. Raises BadSignatureError.

    Header names are found in any case. A header that occurs twice is refused, joined by a comma (as HTTP API does it)
    or not: it would have two times.
    """
    if not secrets or not all(secrets):
        raise BadSignatureError("there is no secret to check with")
    if len(body) > LARGEST_BODY:
        raise BadSignatureError("the body is above 256 KB")
    timestamp, signatures = _parts(_only(headers, header))
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE_SECONDS:
        raise BadSignatureError("the time is not about now")
    if not _matches(signatures, [_digest(timestamp, body, secret) for secret in secrets]):
        raise BadSignatureError("no signature is right")


def _only(headers: Mapping[str, str], wanted: str) -> str:
    found = [text for name, text in headers.items() if name.lower() == wanted.lower()]
    if len(found) != 1 or len(found[0]) > LONGEST_HEADER:
        raise BadSignatureError("one signature header is required")
    return found[0]


def _parts(text: str) -> tuple[str, list[str]]:
    """The one time and the signatures. Other schemes (Stripe sends `v0` for test events) say nothing to us."""
    pairs = [part.strip(" ").partition("=") for part in text.split(",")]
    times = [found for name, _, found in pairs if name == "t"]
    signatures = [found for name, _, found in pairs if name == "v1"]
    if len(times) != 1 or not _TIMESTAMP.fullmatch(times[0]):
        raise BadSignatureError("one time is required")
    if not signatures or not all(_SIGNATURE.fullmatch(each) for each in signatures):
        raise BadSignatureError("a signature is 64 hexadecimal digits")
    return times[0], signatures


def _digest(timestamp: str, body: bytes, secret: bytes) -> str:
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _matches(given: list[str], right: list[str]) -> bool:
    """Every pair is compared, each in constant time: how long it takes tells nothing of which one was nearly right."""
    return sum(hmac.compare_digest(one, other) for one in given for other in right) > 0
