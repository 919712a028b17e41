"""One provider's event as fields of JSON, and read again: the test provider posts it so, and so it waits in our queue.

{"id": "evt_...", "orderId": "ord_...", "paymentId": "pay_0001",
 "payment": {"reference": "trial_...", "state": "CAPTURED", "currency": "GBP",
             "authorized": 1250, "captured": 1250, "refunded": 0,
             "actionUrl": null, "declineCode": null, "retryable": true},
 "refund": null}
"""

from collections.abc import Mapping
from typing import Any

from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from providers.bodies import MalformedError, inner, member, optional_text, text, whole
from providers.provider import WebhookEvent

CURRENCY = r"[A-Z]{3}"
URL = r"[!-~]{1,2048}"


def event_of(data: Mapping[str, Any]) -> WebhookEvent:
    """The event of these fields. Raises MalformedError."""
    payment = None if data.get("payment") is None else _read_payment(inner(data, "payment"))
    refund = None if data.get("refund") is None else _read_refund(inner(data, "refund"))
    return WebhookEvent(
        text(data, "id"), optional_text(data, "orderId"), optional_text(data, "paymentId"), payment, refund
    )


def event_fields(event: WebhookEvent) -> dict[str, Any]:
    """The fields of an event, for a body of JSON."""
    payment, refund = event.payment, event.refund
    return {
        "id": event.id,
        "orderId": event.order_id,
        "paymentId": event.payment_id,
        "payment": _payment_json(payment) if payment else None,
        "refund": _refund_json(refund) if refund else None,
    }


def _payment_json(payment: PaymentReport) -> dict[str, Any]:
    return {
        "reference": payment.reference,
        "state": payment.state.name,
        "currency": payment.currency,
        "authorized": payment.authorized,
        "captured": payment.captured,
        "refunded": payment.refunded,
        "actionUrl": payment.action_url,
        "declineCode": payment.decline_code,
        "retryable": payment.retryable,
    }


def _refund_json(refund: RefundReport) -> dict[str, Any]:
    return {
        "key": refund.key,
        "reference": refund.reference,
        "state": refund.state.name,
        "amount": refund.amount,
        "currency": refund.currency,
        "failureCode": refund.failure_code,
    }


def _read_payment(data: Mapping[str, Any]) -> PaymentReport:
    if not isinstance(data.get("retryable"), bool):
        raise MalformedError("retryable: true or false is required")
    return PaymentReport(
        reference=text(data, "reference"),
        state=member(data, "state", ProviderState),
        currency=text(data, "currency", CURRENCY),
        authorized=whole(data, "authorized"),
        captured=whole(data, "captured"),
        refunded=whole(data, "refunded"),
        action_url=optional_text(data, "actionUrl", URL),
        decline_code=optional_text(data, "declineCode"),
        retryable=data["retryable"],
    )


def _read_refund(data: Mapping[str, Any]) -> RefundReport:
    return RefundReport(
        key=text(data, "key"),
        reference=text(data, "reference"),
        state=member(data, "state", RefundState),
        amount=whole(data, "amount"),
        currency=text(data, "currency", CURRENCY),
        failure_code=optional_text(data, "failureCode"),
    )
