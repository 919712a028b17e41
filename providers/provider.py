"""What every payment provider can do, and how it says no. Shaped by what real ones do; amounts are in minor units.

Each call out carries an idempotency key, `<order id>:<operation>:<number>`: the same key gives the same answer however
often it is sent, so an unknown outcome (ProviderUnreachableError) is mended by sending it again. `look` and
`look_refund` read what became of one whose reference is known.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from domain.payment_report import PaymentReport, RefundReport
from domain.values import value


class ProviderUnreachableError(Exception):
    """No answer, or none that says what was done: the outcome is unknown. Send the same call with the same key again."""


class ProviderRefusedError(Exception):
    """The provider understood, and did nothing: `code` is its own word for why, such as `amount_too_large`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@value
class Authorization:
    """Money to be held for an order. `method` is the token of a means of payment that the customer's browser got from the provider.

    `key` is the idempotency key; `return_url` is where the customer comes back to after confirming.
    """

    order_id: str
    payment_id: str
    amount: int
    currency: str
    method: str
    key: str
    return_url: str


@value
class WebhookEvent:
    """One event that a provider told us: of a payment, of a refund, or (neither) of something that we do not keep.

    `id` is the provider's own: a second delivery has the same. The ids of order and payment are those that we gave when
    authorising, where the event carries them.
    """

    id: str
    order_id: str | None = None
    payment_id: str | None = None
    payment: PaymentReport | None = None
    refund: RefundReport | None = None


@value
class Webhook:
    """A request as a provider or carrier sends it: its headers and its raw body."""

    headers: dict[str, str]
    body: bytes


class Provider(Protocol):
    """A payment provider. Every method but `read_webhook` may raise ProviderUnreachableError and ProviderRefusedError.

    A declined payment is an answer (a report FAILED with its decline code), not an error.
    """

    @property
    def name(self) -> str:
        """What payments say they were made with: `test` or `stripe`."""

    def authorize(self, asked: Authorization) -> PaymentReport:
        """Hold the money: AUTHORIZED, FAILED, PENDING (the answer comes by webhook) or ACTION_REQUIRED (with `action_url`)."""

    def capture(self, reference: str, amount: int, currency: str, key: str) -> PaymentReport:
        """Take some or all of what is held. Several times where the provider can; else the rest is given back (VOIDED)."""

    def void(self, reference: str, key: str) -> PaymentReport:
        """Give back what is held and not captured: VOIDED, with `captured` what was taken before."""

    def refund(self, reference: str, amount: int, currency: str, key: str) -> RefundReport:
        """Pay back some or all of what was captured; PENDING is ended by a webhook."""

    def look(self, reference: str) -> PaymentReport:
        """Read a payment as it stands."""

    def look_refund(self, reference: str) -> RefundReport:
        """Read a refund as it stands, by the reference in its report."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Read what the provider posted. Raises BadSignatureError and MalformedError."""
