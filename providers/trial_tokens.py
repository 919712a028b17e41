"""The test provider's tokens: what a browser would send for a card, one for each way that a payment can go."""

from enum import Enum

from domain.payment_report import ProviderState, RefundState
from domain.values import value


class Operation(Enum):
    """What can be asked of a provider; the middle part of an idempotency key."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class Delivery(Enum):
    """How webhooks travel: each once and in order, each twice, or the last one first."""

    ONCE = "ONCE"
    TWICE = "TWICE"
    REVERSED = "REVERSED"


@value
class Token:
    """How payments with one token go; `meaning` is its line in docs/payments.md.

    opens: the state that authorising answers with. ends: the state that a waiting payment comes to by itself (`settle`);
    the same as `opens` where nobody ever answers. decline_code, retryable: of a payment that fails.
    answer_lost: the operation that is done, and whose first answer does not arrive. refused: the operation that is refused.
    refund_opens, refund_ends: the same of each refund. deliveries: how its webhooks travel.
    """

    name: str
    meaning: str
    opens: ProviderState = ProviderState.AUTHORIZED
    ends: ProviderState = ProviderState.AUTHORIZED
    decline_code: str = "authentication_failed"
    retryable: bool = True
    answer_lost: Operation | None = None
    refused: Operation | None = None
    reachable: bool = True
    refund_opens: RefundState = RefundState.SUCCEEDED
    refund_ends: RefundState = RefundState.SUCCEEDED
    deliveries: Delivery = Delivery.ONCE


def _declined(name: str, code: str, *, retryable: bool) -> Token:
    help_words = "another try can help" if retryable else "no other try can help"
    meaning = f"declined at once: `{code}`, {help_words}"
    return Token(name, meaning, ProviderState.FAILED, ProviderState.FAILED, code, retryable)


def _action(name: str, meaning: str, ends: ProviderState) -> Token:
    return Token(name, f"action required; by itself {meaning}", ProviderState.ACTION_REQUIRED, ends)


def _pending(name: str, meaning: str, ends: ProviderState) -> Token:
    return Token(name, f"pending; later {meaning}", ProviderState.PENDING, ends, "declined_late")


def _refund(name: str, meaning: str, opens: RefundState, ends: RefundState) -> Token:
    return Token(name, f"approved; a refund {meaning}", refund_opens=opens, refund_ends=ends)


def _lost(name: str, operation: Operation) -> Token:
    return Token(
        name,
        f"{operation.value} is done, but its first answer is lost: unknown outcome",
        answer_lost=operation,
    )


UNKNOWN = _declined("", "unknown_method", retryable=False)
"""What any other text is."""

TOKENS = (
    Token("test_approved", "approved at once"),
    _declined("test_insufficient_funds", "insufficient_funds", retryable=True),
    _declined("test_stolen_card", "stolen_card", retryable=False),
    _action("test_action", "confirmed", ProviderState.AUTHORIZED),
    _action("test_action_refused", "refused: `authentication_failed`", ProviderState.FAILED),
    _action("test_action_unanswered", "never answered", ProviderState.ACTION_REQUIRED),
    _pending("test_pending", "approved", ProviderState.AUTHORIZED),
    _pending("test_pending_declined", "declined: `declined_late`", ProviderState.FAILED),
    _pending("test_pending_unanswered", "never answered", ProviderState.PENDING),
    Token("test_unreachable", "authorising never reaches the provider: nothing is done", reachable=False),
    _lost("test_answer_lost", Operation.AUTHORIZE),
    _lost("test_capture_answer_lost", Operation.CAPTURE),
    _lost("test_void_answer_lost", Operation.VOID),
    _lost("test_refund_answer_lost", Operation.REFUND),
    Token(
        "test_capture_refused",
        "approved; a capture is refused: `authorization_expired`",
        refused=Operation.CAPTURE,
    ),
    Token("test_refund_refused", "approved; a refund is refused: `refund_refused`", refused=Operation.REFUND),
    _refund("test_refund_pending", "is pending, later succeeds", RefundState.PENDING, RefundState.SUCCEEDED),
    _refund(
        "test_refund_fails",
        "is pending, later fails: `account_closed`",
        RefundState.PENDING,
        RefundState.FAILED,
    ),
    Token("test_webhooks_twice", "approved; every webhook is delivered twice", deliveries=Delivery.TWICE),
    Token(
        "test_webhooks_reversed",
        "approved; with each webhook all before it come again, the last one first",
        deliveries=Delivery.REVERSED,
    ),
)
BY_NAME = {token.name: token for token in TOKENS}


def token_of(method: str) -> Token:
    """The token of a method that a customer sent."""
    return BY_NAME.get(method, UNKNOWN)
