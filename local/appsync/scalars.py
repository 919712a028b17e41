"""AppSync's scalars: what each accepts, what it answers, and the words of its refusal."""

import ipaddress
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

DATE = r"(\d{4})-(\d{2})-(\d{2})"
CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{0,9})?)?"
OFFSET = r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)"
IS_DATE = re.compile(rf"{DATE}{OFFSET}?")
IS_TIME = re.compile(rf"{CLOCK}{OFFSET}?")
IS_DATE_TIME = re.compile(rf"{DATE}T{CLOCK}{OFFSET}")
IS_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@[^@\s.]+(\.[^@\s.]+)*")
IS_PHONE = re.compile(r"\+?\d[\d \-]{3,24}\d")
IS_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(//[^/\s]+(/[^\s]*)?|[^/\s][^\s]*)")
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
INT_MAX = 2**31 - 1


class NotThisScalarError(ValueError):
    """The value is not one of the scalar's; the message is AppSync's, without its beginning."""


def _real_day(found: re.Match[str]) -> bool:
    year, month, day = (int(found[part]) for part in (1, 2, 3))
    if not 1 <= month <= 12 or not 1 <= day <= DAYS[month - 1]:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return not (month == 2 and day == 29 and not leap)


def _is_date(value: str) -> bool:
    found = IS_DATE.fullmatch(value)
    return found is not None and _real_day(found)


def _is_date_time(value: str) -> bool:
    found = IS_DATE_TIME.fullmatch(value)
    return found is not None and _real_day(found)


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_interface(value)
    except ValueError:
        return False
    return True


def _is_url(value: str) -> bool:
    if IS_URL.fullmatch(value) is None:
        return False
    _, _, rest = value.partition("://")
    return "//" not in rest.partition("?")[0]


def _text_scalar(fits: Callable[[str], bool], noun: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if isinstance(value, str) and fits(value):
            return value
        raise NotThisScalarError(f"`{_shown(value)}` as a valid {noun}")

    return check


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _timestamp(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    raise NotThisScalarError(f"`{_shown(value)}` as a valid timestamp.")


def _json_in(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            pass
    raise NotThisScalarError(f"`{_shown(value)}` as a valid JSON.")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _json_out(value: Any) -> str:
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise NotThisScalarError("the value as a valid JSON.") from None


def _int(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -INT_MAX - 1 <= value <= INT_MAX:
        return value
    raise NotThisScalarError(f"`{_shown(value)}` as a valid Int.")


def _float(value: Any) -> float | int:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0:
        return value
    raise NotThisScalarError(f"`{_shown(value)}` as a valid Float.")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise NotThisScalarError(f"`{_shown(value)}` as a valid Boolean.")


def _string_in(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise NotThisScalarError(f"`{_shown(value)}` as a valid String.")


def _string_out(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise NotThisScalarError(f"`{_shown(value)}` as a valid String.")


def _id(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise NotThisScalarError(f"`{_shown(value)}` as a valid ID.")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar's two directions; both raise NotThisScalarError."""

    parse: Callable[[Any], Any]
    serialize: Callable[[Any], Any]


def _both(check: Callable[[Any], Any]) -> Scalar:
    return Scalar(check, check)


SCALARS: dict[str, Scalar] = {
    "Int": _both(_int),
    "Float": _both(_float),
    "Boolean": _both(_boolean),
    "String": Scalar(_string_in, _string_out),
    "ID": _both(_id),
    "AWSDate": _both(_text_scalar(_is_date, "date.")),
    "AWSTime": _both(_text_scalar(lambda value: IS_TIME.fullmatch(value) is not None, "Time Object.")),
    "AWSDateTime": _both(_text_scalar(_is_date_time, "DateTime Object.")),
    "AWSTimestamp": _both(_timestamp),
    "AWSEmail": _both(_text_scalar(lambda value: IS_EMAIL.fullmatch(value) is not None, "email address.")),
    "AWSJSON": Scalar(_json_in, _json_out),
    "AWSPhone": _both(_text_scalar(lambda value: IS_PHONE.fullmatch(value) is not None, "phone number.")),
    "AWSURL": _both(_text_scalar(_is_url, "URL.")),
    "AWSIPAddress": _both(_text_scalar(_is_address, "IP address.")),
}
"""Every scalar of an AppSync schema (AppSync Developer Guide, scalars). AWSJSON is parsed on its way in
and stringified on its way out, whatever the value is; the others pass unchanged."""
AWS_SCALARS = tuple(name for name in SCALARS if name.startswith("AWS"))
