"""A test provider over a ledger in memory, and what to ask of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from providers.provider import Authorization, Webhook, WebhookEvent
from providers.trial import Trial

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SECRETS = (b"a-webhook-secret-of-these-tests", b"the-one-before-it")
URL = "https://shop.example.com/confirm/{reference}"


@dataclass
class MemoryLedger:
    """Keeps versions as the table does."""

    kept: dict[str, tuple[int, str]] = field(default_factory=dict)

    def get(self, reference: str) -> tuple[int, str] | None:
        return self.kept.get(reference)

    def put(self, reference: str, version: int, text: str) -> bool:
        if self.kept.get(reference, (0, ""))[0] != version - 1:
            return False
        self.kept[reference] = (version, text)
        return True


def trial() -> Trial:
    return Trial(MemoryLedger(), SECRETS, URL)


def asked(
    method: str = "test_approved", amount: int = 1_000, currency: str = "GBP", number: int = 1
) -> Authorization:
    return Authorization(
        order_id="ord_a", payment_id=f"pay_{number:04d}", amount=amount, currency=currency, method=method,
        key=f"ord_a:authorize:{number}", return_url="https://shop.example.com/back",
    )  # fmt: skip


def authorized(
    provider: Trial, method: str = "test_approved", amount: int = 1_000, currency: str = "GBP"
) -> str:
    return provider.authorize(asked(method, amount, currency)).reference


def events(provider: Trial, webhooks: tuple[Webhook, ...]) -> list[WebhookEvent]:
    return [provider.read_webhook(each.headers, each.body, NOW) for each in webhooks]
