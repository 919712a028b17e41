"""A provider, asked what an order's intents ask for: one call in, the command that records its answer out."""

from collections.abc import Callable

from domain.calls import Call, answered, refused
from domain.payment_report import PaymentReport, RefundReport
from domain.recording import Operation, SystemCommand
from providers.provider import Authorization, Provider, ProviderRefusedError


def asking(provider: Provider, return_url: str = "") -> Callable[[Call], SystemCommand]:
    """How this provider is asked; `return_url` is where a payer comes back to after confirming.

    What is returned raises ProviderUnreachableError: the outcome is unknown, and the same call again is safe.
    """

    def ask(call: Call) -> SystemCommand:
        try:
            report = _called(provider, call, return_url)
        except ProviderRefusedError as error:
            return refused(call, error.code)
        return answered(call, report)

    return ask


def _called(provider: Provider, call: Call, return_url: str) -> PaymentReport | RefundReport:
    match call.operation:
        case Operation.AUTHORIZE:
            asked = Authorization(
                call.order_id, call.payment_id, call.amount, call.currency, call.method, call.key, return_url
            )
            return provider.authorize(asked)
        case Operation.CAPTURE:
            return provider.capture(call.reference, call.amount, call.currency, call.key)
        case Operation.VOID:
            return provider.void(call.reference, call.key)
        case Operation.REFUND:
            return provider.refund(call.reference, call.amount, call.currency, call.key)
