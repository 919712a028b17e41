"""Who takes this shop's payments, and with which secrets webhooks are signed: made once, at the first use.

Nothing here is asked at a function's start: no snapshot holds a secret, and no library is loaded that is not needed.
"""

import hashlib
import hmac
import importlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.values import value
from providers.provider import Provider, WebhookEvent
from providers.stripe_webhooks import read_stripe_webhook
from providers.trial import Trial
from providers.trial_books import Ledger

WebhookReader = Callable[[Mapping[str, str], bytes, datetime], WebhookEvent]

CONFIRM_URL = "https://payments.invalid/confirm/{reference}"
"""Where there is no page to confirm on, as in a deployed stage: there the test provider hears no answer of a payer."""


class ProviderSettingsError(Exception):
    """A payment provider cannot be opened; the message says what is missing and where."""


@value
class Means:
    """What a provider is opened with. Secrets are asked for when it is opened.

    ledger: where the test provider keeps its books. server_secret: the server's, from which the webhooks of the test
    provider and of carriers have theirs. payment_secret: of a real provider, as JSON (docs/payments.md). confirm_url: the
    test provider's page, with `{reference}`. trial_allowed: whether this stage may take payments that are none.
    """

    ledger: Ledger
    server_secret: Callable[[], bytes]
    payment_secret: Callable[[], str]
    confirm_url: str = CONFIRM_URL
    trial_allowed: bool = True


def choose(name: str, means: Means) -> Provider:
    """The provider that the shop file names. Raises ProviderSettingsError."""
    if name == "test":
        return _trial(means)
    if name == "stripe":
        return _stripe(means.payment_secret())
    raise ProviderSettingsError(f"payment_provider: {name!r} is none that we know")


def webhook_reader(name: str, means: Means) -> WebhookReader:
    """What reads this provider's webhooks, for a function that does nothing else: no library, no key is needed.

    It raises BadSignatureError and MalformedError; this ProviderSettingsError.
    """
    if name == "stripe":
        secrets = _webhook_secrets(_read_secret(means.payment_secret()))
        return lambda headers, body, now: read_stripe_webhook(headers, body, secrets, now)
    return choose(name, means).read_webhook


def open_trial(means: Means) -> Trial:
    """The test provider itself, with its ways to confirm and to settle: for the laptop's page and the commands."""
    secret = webhook_secret(means.server_secret(), "test")
    return Trial(means.ledger, (secret,), means.confirm_url)


def webhook_secret(server_secret: bytes, sender: str) -> bytes:
    """What a sender without a secret of its own signs with (`test`, `carrier`): made from the server's, and as text."""
    digest = hmac.new(server_secret, b"webhook:" + sender.encode(), hashlib.sha256).hexdigest()
    return f"whsec_{digest}".encode()


def _trial(means: Means) -> Provider:
    if not means.trial_allowed:
        raise ProviderSettingsError(
            "payment_provider: this stage sells for money, and the test provider takes none; name another in shop.toml"
        )
    return open_trial(means)


def _stripe(text: str) -> Provider:
    secret = _read_secret(text)
    secrets = _webhook_secrets(secret)
    if not _filled(secret.get("key")):
        raise ProviderSettingsError("payment secret: key is Stripe's secret or restricted key")
    adapter = importlib.import_module("providers.stripe_payments").StripePayments
    several = secret.get("multicapture", False) is True
    opened: Provider = adapter.open(secret["key"], secrets, multicapture=several)
    return opened


def _webhook_secrets(secret: Mapping[str, Any]) -> tuple[bytes, ...]:
    secrets = secret.get("webhookSecrets")
    if not isinstance(secrets, list) or not secrets or not all(_filled(each) for each in secrets):
        raise ProviderSettingsError("payment secret: webhookSecrets is a list of one or two texts")
    return tuple(each.encode() for each in secrets)


def _read_secret(text: str) -> Mapping[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise ProviderSettingsError("payment secret: a JSON object is required")
    return read


def _filled(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())
