"""Business refusals: typed values that the API answers as `userErrors`, each with the facts a screen needs."""

from domain.ids import Id
from domain.money import Money
from domain.values import value


@value
class UserError:
    """Why a request was refused; nothing was changed. The type carries the facts."""

    code: str
    """The refusal's stable code, such as `NOT_FOUND`."""
    message: str
    """What is wrong and what to do, in English, for developers: screens use the code and the facts."""
    path: tuple[str, ...] = ()
    """Where in the arguments the fault lies; empty where it lies in none of them."""


@value
class InvalidInput(UserError):
    """An input is out of its bounds or does not fit the rest; `path` names it."""


@value
class NotFound(UserError):
    """There is no such thing, or it is not yours: both look the same."""


@value
class NotAllowed(UserError):
    """The caller may not do this, or not now; `reason` is stable and says why."""

    reason: str = ""
    """A stable code that says why, such as `IN_FULFILLMENT`."""


@value
class TransitionNotAllowed(UserError):
    """The object's state does not allow this; `allowed` lists what it allows to the caller now."""

    from_: str = ""
    """The status that the object is in."""
    allowed: tuple[str, ...] = ()
    """The actions that the caller may take on it now."""


@value
class StaleVersion(UserError):
    """The object has changed since the version that the caller saw: load it again and decide again."""

    current_version: int = 0
    """The version that the object is at."""


@value
class IdempotencyConflict(UserError):
    """This idempotency key was used before with another body: use a new key for a new request."""


@value
class ShortLine:
    """A line that stock does not cover. `available` is told to staff alone."""

    sku: str
    """The SKU that there is too little of."""
    requested: int
    """Units asked for, over all lines of the SKU."""
    available: int | None = None
    """Units available; null for anybody but staff."""


@value
class InsufficientStock(UserError):
    """There is too little stock for these lines."""

    lines: tuple[ShortLine, ...] = ()
    """Each SKU that there is too little of."""


@value
class PriceChanged(UserError):
    """A price is no longer the one that the caller expected: show the new one and ask again."""

    sku: str = ""
    """The SKU whose price is another."""
    expected: Money | None = None
    """The unit price that the caller expected; null if none was given."""
    actual: Money | None = None
    """The unit price now, excluding tax."""


@value
class QuantityExceeded(UserError):
    """More units than the line has open."""

    line_id: str = ""
    """The line that has too few units open."""
    maximum: int = 0
    """Units that it has open."""


@value
class PaymentDeclined(UserError):
    """The payment's provider declined this: nothing moved."""

    retryable: bool = False
    """Whether the same again, later, may succeed."""
    decline_code: str | None = None
    """The provider's code for why; null where it told none."""


@value
class RefundExceedsPaid(UserError):
    """More than was paid and not yet paid back."""

    maximum: Money | None = None
    """The most that can be paid back now."""


@value
class LimitExceeded(UserError):
    """The request is larger than what is accepted at once."""

    limit: int = 0
    """The most that is accepted."""


@value
class Busy(UserError):
    """Too much is going on at once: try the same request again after the pause. Nothing was changed."""

    retry_after_ms: int = 0
    """How long to wait before trying again, in milliseconds."""


@value
class UnknownOutcome(UserError):
    """It is not known whether this was done: send the very same request again, it is safe for ever."""

    id: Id | None = None
    """The id of the thing, where it is known: it tells whether the request was done."""


@value
class InvalidCursor(UserError):
    """A cursor of another list, of another caller, or none of ours (queries alone)."""


@value
class UnsupportedFilter(UserError):
    """A filter that no index serves (queries alone): refused, not scanned."""


class Refused(Exception):
    """Carries refusals from where they are found to the edge, which answers them."""

    def __init__(self, *refusals: UserError) -> None:
        super().__init__("; ".join(refusal.message for refusal in refusals))
        self.refusals = refusals


def invalid(message: str, *path: str) -> InvalidInput:
    """An input at `path` cannot be accepted."""
    return InvalidInput("INVALID_INPUT", message, path)


def not_found(what: str, *path: str) -> NotFound:
    """There is no such thing for this caller."""
    return NotFound("NOT_FOUND", f"There is no such {what}.", path)


def not_allowed(reason: str, message: str) -> NotAllowed:
    """The caller may not do this (now)."""
    return NotAllowed("NOT_ALLOWED", message, (), reason)
