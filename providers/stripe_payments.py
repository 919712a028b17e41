"""Stripe, through its official library: PaymentIntents that are authorised first and captured later.

This module never met Stripe. It is tested against a stand-in made from the pinned library's own types and Stripe's
documentation; docs/payments.md says what that cannot show. Only this file and `stripe_transport` import the library,
and only where the shop file chooses Stripe.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import stripe

from domain.payment_report import PaymentReport, ProviderState, RefundReport
from domain.values import value
from providers.bodies import MalformedError
from providers.provider import (
    Authorization,
    ProviderRefusedError,
    ProviderUnreachableError,
    WebhookEvent,
)
from providers.stripe_amounts import to_stripe
from providers.stripe_reports import decline_code, payment_report, refund_report, retryable
from providers.stripe_transport import Transport
from providers.stripe_webhooks import read_stripe_webhook

if TYPE_CHECKING:
    from stripe.params import (
        PaymentIntentCaptureParams,
        PaymentIntentCreateParams,
        RefundCreateParams,
    )

    PaymentIntents = stripe.PaymentIntentService
else:
    PaymentIntentCreateParams = PaymentIntentCaptureParams = RefundCreateParams = PaymentIntents = Any

_EXPAND = ["latest_charge"]


@value
class StripePayments:
    """Stripe with one account's key. `client` is the library's; `webhook_secrets` as shown (`whsec_...`), two while rotating.

    multicapture: the account may capture one payment several times (a feature that Stripe grants); without it the first
    capture is the last, and Stripe gives the rest back.
    """

    client: stripe.StripeClient
    webhook_secrets: tuple[bytes, ...] = field(repr=False)
    multicapture: bool = False
    name: str = "stripe"

    @classmethod
    def open(
        cls, key: str, webhook_secrets: tuple[bytes, ...], *, multicapture: bool = False
    ) -> "StripePayments":
        """Stripe over its own API; the library's retries are off (our callers send the same key again)."""
        client = stripe.StripeClient(key, http_client=Transport(), max_network_retries=0)
        return cls(client, webhook_secrets, multicapture)

    def authorize(self, asked: Authorization) -> PaymentReport:
        """Create and confirm a PaymentIntent. A declined card is a FAILED report."""
        try:
            return self._authorize(asked)
        except stripe.CardError as error:
            return _declined(error, asked)
        except stripe.InvalidRequestError as error:
            if error.param == "payment_method":
                return _failed("", asked, "unknown_method", again=False)
            raise _refused(error) from error

    def _authorize(self, asked: Authorization) -> PaymentReport:
        params: PaymentIntentCreateParams = {
            "amount": to_stripe(asked.amount, asked.currency),
            "currency": asked.currency.lower(),
            "payment_method": asked.method,
            "capture_method": "manual",
            "confirm": True,
            "return_url": asked.return_url,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "always"},
            "metadata": {"order_id": asked.order_id, "payment_id": asked.payment_id},
            "expand": _EXPAND,
        }
        if self.multicapture:
            params["payment_method_options"] = {"card": {"request_multicapture": "if_available"}}
        with _unknown():
            return payment_report(_plain(self._intents.create(params, {"idempotency_key": asked.key})))

    def capture(self, reference: str, amount: int, currency: str, key: str) -> PaymentReport:
        """Take some or all of what is held."""
        params: PaymentIntentCaptureParams = {
            "amount_to_capture": to_stripe(amount, currency),
            "expand": _EXPAND,
        }
        with _answers():
            if self.multicapture and _may_capture_again(self._retrieve(reference)):
                params["final_capture"] = False
            return payment_report(_plain(self._intents.capture(reference, params, {"idempotency_key": key})))

    def void(self, reference: str, key: str) -> PaymentReport:
        """Cancel the PaymentIntent: what is held and not captured goes back."""
        with _answers():
            return payment_report(
                _plain(self._intents.cancel(reference, {"expand": _EXPAND}, {"idempotency_key": key}))
            )

    def refund(self, reference: str, amount: int, currency: str, key: str) -> RefundReport:
        """Pay back some or all of what was captured. Order and key go along: webhooks bring them back."""
        params: RefundCreateParams = {
            "payment_intent": reference,
            "amount": to_stripe(amount, currency),
            "metadata": {"key": key, "order_id": key.partition(":")[0]},
        }
        with _answers():
            return refund_report(_plain(self.client.v1.refunds.create(params, {"idempotency_key": key})))

    def look(self, reference: str) -> PaymentReport:
        """The PaymentIntent as it stands."""
        with _answers():
            return payment_report(self._retrieve(reference))

    def look_refund(self, reference: str) -> RefundReport:
        """The Refund as it stands."""
        with _answers():
            return refund_report(_plain(self.client.v1.refunds.retrieve(reference)))

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Read an event. Raises BadSignatureError, MalformedError."""
        return read_stripe_webhook(headers, body, self.webhook_secrets, now)

    @property
    def _intents(self) -> PaymentIntents:
        return self.client.v1.payment_intents

    def _retrieve(self, reference: str) -> Mapping[str, Any]:
        return _plain(self._intents.retrieve(reference, {"expand": _EXPAND}))


def _plain(answer: stripe.StripeObject) -> Mapping[str, Any]:
    """An object of the library as the JSON that it came as."""
    return answer.to_dict()


def _may_capture_again(intent: Mapping[str, Any]) -> bool:
    """Whether this card takes several captures. It never changes, so that a repeated call sends the same body."""
    found: Any = intent
    for name in ("latest_charge", "payment_method_details", "card", "multicapture", "status"):
        found = found.get(name) if isinstance(found, dict) else None
    return bool(found == "available")


def _declined(error: stripe.CardError, asked: Authorization) -> PaymentReport:
    """A declined card, with the PaymentIntent that Stripe made of it where the answer has it."""
    told = _error_of(error)
    intent = told.get("payment_intent")
    reference = intent.get("id", "") if isinstance(intent, dict) else ""
    return _failed(reference, asked, decline_code(told), again=retryable(told))


def _failed(reference: str, asked: Authorization, code: str, *, again: bool) -> PaymentReport:
    return PaymentReport(reference, ProviderState.FAILED, asked.currency, decline_code=code, retryable=again)


def _error_of(error: stripe.StripeError) -> Mapping[str, Any]:
    body = error.json_body
    told = body.get("error") if isinstance(body, dict) else None
    return told if isinstance(told, dict) else {}


def _refused(error: stripe.StripeError) -> ProviderRefusedError:
    told = _error_of(error)
    code = told.get("decline_code") or told.get("code") or told.get("type") or type(error).__name__
    return ProviderRefusedError(str(code), str(told.get("message") or "refused by Stripe"))


@contextmanager
def _unknown() -> Iterator[None]:
    """What leaves the outcome open: no answer, a busy Stripe, a key in use, a fault, an answer we do not understand."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise ProviderUnreachableError(f"{type(error).__name__}, status {error.http_status}") from error
    except MalformedError as error:
        raise ProviderUnreachableError(f"an answer that is not understood: {error}") from error
    except (stripe.IdempotencyError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise _refused(error) from error


@contextmanager
def _answers() -> Iterator[None]:
    """Every other error of a call says that nothing was done, and why."""
    with _unknown():
        try:
            yield
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            raise _refused(error) from error
