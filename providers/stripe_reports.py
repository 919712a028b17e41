"""Stripe's objects, as JSON, to our reports. Needs no library: the webhooks' function reads them without one.

Checked against the field names of the pinned library; what states follow each other is Stripe's documentation
(docs.stripe.com/payments/paymentintents/lifecycle, docs.stripe.com/refunds).
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from providers.bodies import MalformedError, inner, optional_text, text, whole
from providers.provider import WebhookEvent
from providers.stripe_amounts import from_stripe

State = TypeVar("State", ProviderState, RefundState)

HARD_DECLINES = frozenset({
    "do_not_try_again", "fraudulent", "invalid_account", "lost_card", "merchant_blacklist", "pickup_card",
    "restricted_card", "revocation_of_all_authorizations", "revocation_of_authorization", "security_violation",
    "stolen_card", "stop_payment_order",
})  # fmt: skip
"""Declines after which no other try with this card can help (docs.stripe.com/declines/codes)."""

_STATES = {
    "requires_payment_method": ProviderState.PENDING,
    "requires_confirmation": ProviderState.PENDING,
    "requires_action": ProviderState.ACTION_REQUIRED,
    "processing": ProviderState.PENDING,
    "requires_capture": ProviderState.AUTHORIZED,
    "succeeded": ProviderState.CAPTURED,
    "canceled": ProviderState.VOIDED,
}
_REFUND_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
_URL = r"[!-~]{1,2048}"


def payment_report(intent: Mapping[str, Any]) -> PaymentReport:
    """A PaymentIntent. With `latest_charge` expanded it also says what was refunded. Raises MalformedError."""
    currency = text(intent, "currency", r"[a-z]{3}").upper()
    asked, captured = whole(intent, "amount"), whole(intent, "amount_received")
    state = _state(intent, asked, captured)
    charge = intent.get("latest_charge")
    held = state in {ProviderState.AUTHORIZED, ProviderState.CAPTURED} or captured > 0
    error = intent.get("last_payment_error") if state is ProviderState.FAILED else None
    return PaymentReport(
        reference=text(intent, "id"),
        state=state,
        currency=currency,
        authorized=from_stripe(asked if held else 0, currency),
        captured=from_stripe(captured, currency),
        refunded=from_stripe(whole(charge, "amount_refunded") if isinstance(charge, dict) else 0, currency),
        action_url=_action_url(intent) if state is ProviderState.ACTION_REQUIRED else None,
        decline_code=decline_code(error) if error else None,
        retryable=retryable(error) if error else True,
    )


def _state(intent: Mapping[str, Any], asked: int, captured: int) -> ProviderState:
    """Stripe's status in our words.

    `succeeded` with less captured than asked: Stripe has given the rest back, so no more can be captured. More than one
    capture leaves `requires_capture` until the last one.
    """
    state = _known(_STATES, text(intent, "status"))
    if state is ProviderState.PENDING and intent.get("last_payment_error"):
        return ProviderState.FAILED
    if state is ProviderState.AUTHORIZED and captured:
        return ProviderState.CAPTURED
    if state is ProviderState.CAPTURED and captured < asked:
        return ProviderState.VOIDED
    return state


def _action_url(intent: Mapping[str, Any]) -> str | None:
    """Where the customer confirms. An action without a redirect needs Stripe.js in the browser, and has no URL."""
    action = intent.get("next_action")
    if not isinstance(action, dict) or not action.get("redirect_to_url"):
        return None
    return text(inner(action, "redirect_to_url"), "url", _URL)


def decline_code(error: Mapping[str, Any]) -> str:
    """Why a payment failed: the bank's code where there is one, else Stripe's."""
    return optional_text(error, "decline_code") or optional_text(error, "code") or "declined"


def retryable(error: Mapping[str, Any]) -> bool:
    """Whether another try can help."""
    return error.get("advice_code") != "do_not_try_again" and decline_code(error) not in HARD_DECLINES


def refund_report(refund: Mapping[str, Any]) -> RefundReport:
    """A Refund. One that was not asked for by us (in Stripe's dashboard) has its own id as key. Raises MalformedError."""
    currency, reference = text(refund, "currency", r"[a-z]{3}").upper(), text(refund, "id")
    return RefundReport(
        key=optional_text(_metadata(refund), "key") or reference,
        reference=reference,
        state=_known(_REFUND_STATES, text(refund, "status")),
        amount=from_stripe(whole(refund, "amount"), currency),
        currency=currency,
        failure_code=optional_text(refund, "failure_reason"),
    )


def charge_report(charge: Mapping[str, Any]) -> PaymentReport:
    """A captured Charge that something was refunded of, also by hand in Stripe's dashboard. Raises MalformedError."""
    currency = text(charge, "currency", r"[a-z]{3}").upper()
    return PaymentReport(
        reference=text(charge, "payment_intent"),
        state=ProviderState.CAPTURED,
        currency=currency,
        authorized=from_stripe(whole(charge, "amount"), currency),
        captured=from_stripe(whole(charge, "amount_captured"), currency),
        refunded=from_stripe(whole(charge, "amount_refunded"), currency),
    )


def event_report(event: Mapping[str, Any]) -> WebhookEvent:
    """An Event. One of a kind that we do not keep, or not of an order of ours, says nothing but its id.

    A refund made in Stripe's dashboard has no order; its charge has, whose event says what was refunded in all.
    Raises MalformedError.
    """
    identifier, kind = text(event, "id"), text(event, "type")
    told = inner(inner(event, "data"), "object")
    metadata = _metadata(told)
    order_id, payment_id = optional_text(metadata, "order_id"), optional_text(metadata, "payment_id")
    if order_id is None:
        return WebhookEvent(identifier)
    match told.get("object"):
        case "payment_intent":
            return WebhookEvent(identifier, order_id, payment_id, payment=payment_report(told))
        case "refund":
            return WebhookEvent(identifier, order_id, payment_id, refund=refund_report(told))
        case "charge" if kind == "charge.refunded" and told.get("payment_intent"):
            return WebhookEvent(identifier, order_id, payment_id, payment=charge_report(told))
    return WebhookEvent(identifier)


def _metadata(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return inner(told, "metadata") if told.get("metadata") else {}


def _known(states: Mapping[str, State], status: str) -> State:
    found = states.get(status)
    if found is None:
        raise MalformedError(f"status: {status} is none that we know")
    return found
