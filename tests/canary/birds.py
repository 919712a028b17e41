"""Personal values that occur nowhere else, and how to find one of them in anything, however it is written."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from resolvers.shapes.inputs import AddressInput, ContactInput

BIRDS = {
    "name": "Zéphyrine Canary-Warbler",
    "e-mail": "zephyrine.canary@warbler.example",
    "phone": "+44 7700 900461",
    "street": "461 Canarybird Terrace",
    "second line": "Canary Flat 461b",
    "city": "Warblerham",
    "region": "Canaryshire",
    "post code": "CW46 1BD",
    "note": "Leave it with the canary next door.",
    "reference": "canary-reference-461",
    "payer": "tok_canary_461_of_nobody",
    "agent": "CanaryBrowser/461",
    "authorization": "Bearer canary-461-bearer",
    "address": "203.0.113.46",
}
"""By what each is of a person."""

ADDRESS = AddressInput(
    BIRDS["name"], BIRDS["street"], BIRDS["city"], "GB",
    line2=BIRDS["second line"], region=BIRDS["region"], postal_code=BIRDS["post code"],
)  # fmt: skip
CONTACT = ContactInput(BIRDS["e-mail"], BIRDS["name"], BIRDS["phone"])


def found(told: object, birds: Iterable[str] = BIRDS) -> list[str]:
    """The names of the birds that something tells, in whatever spelling, JSON within JSON included."""
    text = "\n".join(_texts(told)).lower()
    while "\\\\" in text:
        text = text.replace("\\\\", "\\")
    return [name for name in birds if any(form in text for form in _forms(BIRDS[name]))]


def _texts(told: object) -> Iterator[str]:
    match told:
        case str():
            yield told
        case Mapping():
            yield from (text for pair in told.items() for each in pair for text in _texts(each))
        case list() | tuple() | set() | frozenset():
            yield from (text for each in told for text in _texts(each))
        case bytes():
            yield told.decode(errors="replace")
        case _:
            yield repr(told)


def _forms(value: str) -> set[str]:
    raw = value.encode()
    digests = {hashlib.sha256(each).hexdigest() for each in (raw, value.lower().encode())}
    middle = base64.b64encode(raw[len(raw) % 3 :]).decode().rstrip("=")
    encoded = {
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        middle,
    }
    spelled = {value, quote(value), quote(value, safe=""), json.dumps(value)[1:-1], quote_plus(value)}
    return {each.lower() for each in digests | encoded | spelled}
