"""Which provider a shop gets, and what a mistake is told."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from domain.shop import PAYMENT_PROVIDERS
from providers.choosing import (
    Means,
    ProviderSettingsError,
    choose,
    open_trial,
    webhook_reader,
    webhook_secret,
)
from providers.signatures import BadSignatureError
from providers.stripe_payments import StripePayments
from providers.trial import Trial
from tests.providers.stripes import SECRET, posted
from tests.providers.trials import NOW, MemoryLedger, asked

ROOT = Path(__file__).parents[2]
STRIPE = {"key": "sk_test_none", "webhookSecrets": ["whsec_new", "whsec_old"], "multicapture": True}


def never() -> str:
    raise AssertionError("this secret is not needed")


def means(payment_secret: object = STRIPE) -> Means:
    return Means(MemoryLedger(), lambda: b"the server's secret", lambda: json.dumps(payment_secret))


def test_the_test_provider_needs_no_secret_of_its_own() -> None:
    given = replace(means(), payment_secret=never)
    provider = choose("test", given)

    assert isinstance(provider, Trial)
    assert provider == open_trial(given)
    assert provider.secrets == (webhook_secret(b"the server's secret", "test"),)


def test_two_functions_sign_and_read_alike() -> None:
    given = means()
    sender, receiver = open_trial(given), choose("test", given)
    (sent,) = sender.deliveries(sender.authorize(asked()).reference, NOW)

    assert receiver.read_webhook(sent.headers, sent.body, NOW).order_id == "ord_a"


def test_senders_have_different_secrets() -> None:
    assert webhook_secret(b"s", "test") != webhook_secret(b"s", "carrier") != webhook_secret(b"t", "carrier")


def test_stripe_is_opened_with_what_its_secret_says() -> None:
    given = means()
    provider = choose("stripe", replace(given, server_secret=lambda: never().encode()))

    assert isinstance(provider, StripePayments)
    assert (provider.webhook_secrets, provider.multicapture) == ((b"whsec_new", b"whsec_old"), True)


def test_webhooks_of_stripe_are_read_without_its_key() -> None:
    read_it = webhook_reader("stripe", means({"webhookSecrets": [SECRET]}))
    headers, body = posted("customer.created", {"object": "customer"})

    assert read_it(headers, body, NOW).id == "evt_customer.created"
    with pytest.raises(BadSignatureError):
        read_it(headers, body + b" ", NOW)


def test_webhooks_of_the_test_provider_are_read() -> None:
    given = means()
    sender = open_trial(given)
    (sent,) = sender.deliveries(sender.authorize(asked()).reference, NOW)

    assert webhook_reader("test", given)(sent.headers, sent.body, NOW).order_id == "ord_a"


@pytest.mark.parametrize("name", PAYMENT_PROVIDERS)
def test_every_provider_that_a_shop_file_may_name_can_be_opened(name: str) -> None:
    assert choose(name, means()).name == name


def test_a_stage_that_sells_for_money_takes_no_trial_payments() -> None:
    with pytest.raises(ProviderSettingsError, match=r"shop\.toml"):
        choose("test", replace(means(), trial_allowed=False))


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ([], "JSON object"),
        ({}, "webhookSecrets"),
        (STRIPE | {"webhookSecrets": []}, "webhookSecrets"),
        (STRIPE | {"webhookSecrets": [""]}, "webhookSecrets"),
        (STRIPE | {"webhookSecrets": "whsec_x"}, "webhookSecrets"),
        (STRIPE | {"key": " "}, "key"),
        (STRIPE | {"key": None}, "key"),
    ],
)
def test_a_secret_that_lacks_something_is_named(secret: object, words: str) -> None:
    with pytest.raises(ProviderSettingsError, match=words):
        choose("stripe", means(secret))


def test_a_secret_that_is_no_json_is_named() -> None:
    with pytest.raises(ProviderSettingsError, match="JSON object"):
        choose("stripe", replace(means(), payment_secret=lambda: "sk_test_none"))


@pytest.mark.parametrize("name", PAYMENT_PROVIDERS)
def test_a_provider_that_is_printed_shows_no_secret(name: str) -> None:
    shown = repr(choose(name, means()))

    assert "whsec_" not in shown
    assert "sk_test" not in shown


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(ProviderSettingsError, match="paypal"):
        choose("paypal", means())


def test_no_library_is_loaded_before_it_is_chosen() -> None:
    code = "import sys, providers.choosing, providers.stripe_webhooks, providers.carriers; print('stripe' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
