"""What a payment provider says of one payment: the same words from every provider, in answers and in webhooks.

Amounts are cumulative and in minor units, so that any order of any number of reports folds to one state: the largest
amounts, and the state of the highest rank.
"""

from enum import Enum

from domain.values import value


class ProviderState(Enum):
    """Where a payment stands at its provider, in the order of rank: one of a lower rank that comes later is noted, not applied."""

    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    FAILED = "FAILED"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"

    @property
    def rank(self) -> int:
        """How far it is: a payment never goes back."""
        return list(ProviderState).index(self)


class RefundState(Enum):
    """Where a refund stands at its provider."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@value
class PaymentReport:
    """A provider's word on one payment. `reference` is the provider's own id of it.

    `action_url` is where its owner confirms it (ACTION_REQUIRED); `decline_code` and `retryable` say why it FAILED and whether
    another try, or another method, can help.
    """

    reference: str
    state: ProviderState
    currency: str
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    action_url: str | None = None
    decline_code: str | None = None
    retryable: bool = True


@value
class RefundReport:
    """A provider's word on one refund; `key` is the key that we asked for it with, `reference` the provider's own id."""

    key: str
    reference: str
    state: RefundState
    amount: int
    currency: str
    failure_code: str | None = None
