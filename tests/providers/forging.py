"""Forged webhooks of many kinds, each from a rightly signed one: what a stranger without the secret could send."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from providers.signatures import HEADER, TOLERANCE_SECONDS, sign

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SECRETS = (b"whsec_first-secret-of-the-receiver", b"whsec_second-secret-of-the-receiver")


@dataclass(frozen=True)
class Sent:
    headers: dict[str, str]
    body: bytes


def signed(body: bytes, at: datetime = NOW, secrets: tuple[bytes, ...] = SECRETS) -> Sent:
    return Sent({HEADER: sign(body, at, secrets)}, body)


def forgeries(count: int, seed: int) -> Iterator[tuple[str, Sent]]:
    """So many forgeries, of every kind in turn."""
    dice = Random(seed)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        body = dice.randbytes(dice.randrange(1, 300))
        yield kind.__name__, kind(signed(body), dice)


def body_bit(right: Sent, dice: Random) -> Sent:
    at = dice.randrange(len(right.body))
    flipped = right.body[at] ^ (1 << dice.randrange(8))
    return Sent(right.headers, right.body[:at] + bytes([flipped]) + right.body[at + 1 :])


def body_cut(right: Sent, dice: Random) -> Sent:
    return Sent(right.headers, right.body[: dice.randrange(len(right.body))])


def body_longer(right: Sent, dice: Random) -> Sent:
    return Sent(right.headers, right.body + dice.randbytes(dice.randrange(1, 9)))


def time_changed(right: Sent, dice: Random) -> Sent:
    return _header(right, _timestamp(NOW + timedelta(seconds=dice.choice([-7, -1, 1, 60, 299]))), _hex(right))


def time_spelled_otherwise(right: Sent, dice: Random) -> Sent:
    plain = str(int(NOW.timestamp()))
    spelled = dice.choice(
        [f"+{plain}", f"0x{int(plain):x}", f"{plain}.0", f"0{plain}", "", " ", plain + "\n"]
    )
    return _header(right, spelled, _hex(right))


def body_moved_into_time(right: Sent, dice: Random) -> Sent:
    """`123.45` signs like time 123 and body `45`: a time is digits alone, so the point cannot move."""
    body = f"{dice.randrange(10**6)}.x".encode()
    known = signed(body)
    first, _, rest = body.partition(b".")
    return Sent({HEADER: f"t={_timestamp(NOW)}.{first.decode()},v1={_hex(known)}"}, rest)


def signature_digit(right: Sent, dice: Random) -> Sent:
    digits = _hex(right)
    at = dice.randrange(64)
    other = dice.choice([each for each in "0123456789abcdef" if each != digits[at]])
    return _header(right, _timestamp(NOW), digits[:at] + other + digits[at + 1 :])


def signature_cut(right: Sent, dice: Random) -> Sent:
    return _header(right, _timestamp(NOW), _hex(right)[: dice.randrange(64)])


def signature_unicode(right: Sent, dice: Random) -> Sent:
    digits = _hex(right)
    wide = {str(each): chr(0xFF10 + each) for each in range(10)}
    return _header(right, _timestamp(NOW), "".join(wide.get(each, each) for each in digits) + "é")


def other_secret(right: Sent, dice: Random) -> Sent:
    return signed(right.body, secrets=(dice.randbytes(dice.randrange(1, 64)),))


def empty_secret(right: Sent, dice: Random) -> Sent:
    return _header(right, _timestamp(NOW), _mac(b"", right.body, "sha256"))


def other_algorithm(right: Sent, dice: Random) -> Sent:
    name = dice.choice(["sha1", "md5", "sha512", "sha3_256", "blake2s"])
    return _header(right, _timestamp(NOW), _mac(SECRETS[0], right.body, name))


def plain_digest(right: Sent, dice: Random) -> Sent:
    message = dice.choice([right.body, _timestamp(NOW).encode() + b"." + right.body, SECRETS[0] + right.body])
    return _header(right, _timestamp(NOW), hashlib.sha256(message).hexdigest())


def body_alone_signed(right: Sent, dice: Random) -> Sent:
    return _header(right, _timestamp(NOW), hmac.new(SECRETS[0], right.body, "sha256").hexdigest())


def other_scheme(right: Sent, dice: Random) -> Sent:
    scheme = dice.choice(["v0", "v2", "V1", "v1 ", "sha256", ""])
    return Sent({HEADER: f"t={_timestamp(NOW)},{scheme}={_hex(right)}"}, right.body)


def replayed_late_or_early(right: Sent, dice: Random) -> Sent:
    away = TOLERANCE_SECONDS + dice.randrange(1, 10**6)
    return signed(right.body, at=NOW + timedelta(seconds=dice.choice([-away, away])))


def two_times(right: Sent, dice: Random) -> Sent:
    old = NOW - timedelta(days=1)
    kept = signed(right.body, at=old).headers[HEADER]
    return Sent(
        {HEADER: dice.choice([f"t={_timestamp(NOW)},{kept}", f"{kept},t={_timestamp(NOW)}"])}, right.body
    )


def header_twice(right: Sent, dice: Random) -> Sent:
    mine = f"t={_timestamp(NOW)},v1={'0' * 64}"
    pair = [(HEADER, right.headers[HEADER]), (HEADER.lower(), mine)]
    dice.shuffle(pair)
    return Sent(dict(pair), right.body)


def header_missing(right: Sent, dice: Random) -> Sent:
    name = dice.choice(["Orderbell-Signatur", "X-Orderbell-Signature", "Stripe-Signature", "Authorization"])
    return Sent(dice.choice([{}, {HEADER: ""}, {name: right.headers[HEADER]}]), right.body)


def header_garbage(right: Sent, dice: Random) -> Sent:
    letters = [*"tv01=,. abf\x00\n%é", "t=", "v1="]
    return Sent({HEADER: "".join(dice.choices(letters, k=dice.randrange(1, 200)))}, right.body)


KINDS: tuple[Callable[[Sent, Random], Sent], ...] = (
    body_bit, body_cut, body_longer, time_changed, time_spelled_otherwise, body_moved_into_time,
    signature_digit, signature_cut, signature_unicode, other_secret, empty_secret, other_algorithm,
    plain_digest, body_alone_signed, other_scheme, replayed_late_or_early, two_times, header_twice,
    header_missing, header_garbage,
)  # fmt: skip


def _timestamp(at: datetime) -> str:
    return str(int(at.timestamp()))


def _hex(right: Sent) -> str:
    return right.headers[HEADER].rpartition("v1=")[2]


def _mac(secret: bytes, body: bytes, name: str) -> str:
    return hmac.new(secret, _timestamp(NOW).encode() + b"." + body, name).hexdigest()


def _header(right: Sent, timestamp: str, digits: str) -> Sent:
    return Sent({HEADER: f"t={timestamp},v1={digits}"}, right.body)
