"""Make the calls of a payment provider that an order's log asks for, and ask for what is owed back. Run twice, done once.

An event is a doorbell: what is due is read off the order as it is now, each call has a key of its own, and its answer is
recorded by a command. A provider that cannot be reached is asked again when the message comes again.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from consumers.messages import Message, body_of, each_message
from domain.refusals import Refused
from domain.shop import read_shop
from domain.values import value
from providers.asking import asking
from providers.choosing import CONFIRM_URL, Means, choose
from providers.provider import Provider, ProviderUnreachableError
from storage import calling
from storage.settings import Settings, dynamodb, open_store, read_payment_secret, read_secret
from storage.store import Store
from storage.trial_ledger import TrialLedger
from wiring.declarations import FromBus, on
from wiring.logs import log
from wiring.tracing import Trace, following, new_trace

SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"

DUE = (
    "PAYMENT_STARTED", "PAYMENT_AUTHORIZED", "PAYMENT_CAPTURED", "CAPTURE_REQUESTED", "VOID_REQUESTED",
    "REFUND_REQUESTED", "ORDER_CANCELLED", "ORDER_LINES_CANCELLED", "ORDER_REJECTED", "ORDER_EXPIRED",
    "FULFILLMENT_CANCELLED",
)  # fmt: skip
"""Events after which a provider may have to be called."""


@value
class Till:
    """The orders, who takes their payments, and the time."""

    store: Store
    provider: Callable[[], Provider]
    now: datetime | None = None

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Till":
        """The till of a function's environment."""
        settings = Settings.read(environment)
        shop = read_shop(SHOP_FILE.read_text())
        store = open_store(settings, dynamodb(settings), shop.warehouse)
        means = Means(
            ledger=TrialLedger(store),
            server_secret=cache(lambda: read_secret(settings)),
            payment_secret=lambda: read_payment_secret(settings),
            confirm_url=settings.confirm_url or CONFIRM_URL,
            trial_allowed=settings.stage != "prod",
        )
        return cls(store, cache(lambda: choose(shop.payment_provider, means)))

    def clock(self) -> datetime:
        """The time of this call."""
        now = self.now or datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


@on(FromBus(events=DUE), concurrency=10, reads=("orders",), writes=("orders",), secret=True, payments=True)
def settle_money(event: Mapping[str, Any], till: Till) -> dict[str, Any]:
    """Settle the orders that these messages name. Answers the messages that are to come again."""
    return each_message(event, partial(_settle, till))


def _settle(till: Till, message: Message) -> None:
    """Settle one order. Raises what is to be tried again."""
    detail = body_of(message)["detail"]
    order_id = detail["orderId"]
    with following(Trace.read(detail["trace"]) if detail.get("trace") else new_trace()):
        try:
            calling.settle_money(till.store, order_id, asking(till.provider()), till.clock())
        except (ProviderUnreachableError, Refused) as error:
            log("not settled", order_id=order_id, error=type(error).__name__)
            raise
