"""Money moved on staff's word: what is asked for is written, then the provider is called, then its answer is recorded.

A retry with the same key makes the calls whose answers are not known again, with their own keys: nothing moves twice.
"""

from domain.calls import Call
from domain.commands import Command
from domain.events import Event
from domain.ids import Id
from domain.lifecycle import EventType
from domain.recording import Operation
from domain.refusals import PaymentDeclined, Refused, UnknownOutcome, not_allowed
from providers.asking import asking
from providers.provider import Provider, ProviderUnreachableError
from resolvers.commanding import answer, done
from resolvers.context import Context
from resolvers.shapes.orders import OrderPayload
from storage.calling import call_due

_NO = {EventType.CAPTURE_FAILED, EventType.VOID_FAILED, EventType.REFUND_FAILED}


def the_provider(context: Context) -> Provider:
    """Who takes the shop's payments. Raises Refused where nobody does."""
    if context.provider is None:
        raise Refused(not_allowed("NO_PROVIDER", "This shop takes no payments."))
    return context.provider()


def move_money(
    context: Context,
    order_id: str,
    command: Command,
    operation: Operation,
    *,
    input: object,
    key: str,
    expected_version: int | None,
) -> OrderPayload:
    """Do a keyed command that asks a provider for something, and ask. Raises Refused, as for any command.

    Also with PaymentDeclined, where the provider did nothing; and with UnknownOutcome where it is not known to have.
    """
    provider = the_provider(context)
    outcome = done(context, order_id, command, input=input, key=key, expected_version=expected_version)

    def wanted(call: Call) -> bool:
        return call.operation is operation and call.provider == provider.name

    try:
        order, events = call_due(context.store, outcome.order, asking(provider), context.now, wanted)
    except ProviderUnreachableError:
        words = "It is not known whether the provider did this. Send the same request again: that is safe."
        raise Refused(UnknownOutcome("UNKNOWN_OUTCOME", words, (), Id(order_id))) from None
    _refuse_declined(events)
    return answer(context, order, replayed=outcome.replayed)


def _refuse_declined(events: tuple[Event, ...]) -> None:
    declined = [event.data for event in events if event.type in _NO]
    if declined:
        code = declined[0].get("declineCode") or declined[0].get("failureCode")
        retryable = bool(declined[0].get("retryable", False))
        said = str(code) if code else None
        raise Refused(PaymentDeclined("PAYMENT_DECLINED", "The provider declined.", (), retryable, said))
