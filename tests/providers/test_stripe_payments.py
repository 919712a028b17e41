"""The Stripe adapter, against a stand-in made from the pinned library's types and Stripe's documentation."""

from typing import Any

import pytest
import stripe
import urllib3

from domain.payment_report import ProviderState, RefundState
from providers.provider import ProviderRefusedError, ProviderUnreachableError
from providers.stripe_payments import StripePayments
from providers.stripe_transport import Transport
from tests.providers.fake_stripe import FakeStripe
from tests.providers.stripes import adapter, card

S = ProviderState


def code_of(call: Any, *args: Any) -> str:
    with pytest.raises(ProviderRefusedError) as refused:
        call(*args)
    return refused.value.code


def test_what_is_sent_to_authorise() -> None:
    fake = FakeStripe()
    adapter(fake).authorize(card())

    ((method, path, sent, headers),) = fake.requests
    assert (method, path) == ("post", "/v1/payment_intents")
    assert headers["Idempotency-Key"] == "ord_a:authorize:1"
    assert sent == {
        "amount": "1000", "currency": "gbp", "payment_method": "pm_card_visa", "capture_method": "manual",
        "confirm": "true", "return_url": "https://shop.example.com/back",
        "automatic_payment_methods": {"enabled": "true", "allow_redirects": "always"},
        "metadata": {"order_id": "ord_a", "payment_id": "pay_0001"}, "expand": {"0": "latest_charge"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "state", "code", "retryable"),
    [
        ("pm_card_visa", S.AUTHORIZED, None, True),
        ("pm_card_chargeDeclinedInsufficientFunds", S.FAILED, "insufficient_funds", True),
        ("pm_card_chargeDeclinedStolenCard", S.FAILED, "stolen_card", False),
        ("pm_card_authenticationRequired", S.ACTION_REQUIRED, None, True),
        ("pm_card_slow", S.PENDING, None, True),
        ("nothing like a card", S.FAILED, "unknown_method", False),
    ],
)
def test_each_answer_to_authorising(
    method: str, state: ProviderState, code: str | None, retryable: bool
) -> None:
    report = adapter(FakeStripe()).authorize(card(method))

    assert (report.state, report.decline_code, report.retryable) == (state, code, retryable)
    assert report.authorized == (1_000 if state is S.AUTHORIZED else 0)
    assert (report.action_url is not None) == (state is S.ACTION_REQUIRED)
    assert report.reference == ("" if code == "unknown_method" else "pi_1")


@pytest.mark.parametrize(("confirmed", "state"), [(True, S.AUTHORIZED), (False, S.FAILED)])
def test_a_customer_confirms_or_refuses(confirmed: bool, state: ProviderState) -> None:
    fake = FakeStripe()
    provider = adapter(fake)
    reference = provider.authorize(card("pm_card_authenticationRequired")).reference
    fake.act(reference, confirmed=confirmed)

    report = provider.look(reference)
    assert report.state is state
    assert report.decline_code == (None if confirmed else "payment_intent_authentication_failure")


def test_without_multicapture_the_first_capture_gives_the_rest_back() -> None:
    provider = adapter(FakeStripe())
    reference = provider.authorize(card()).reference
    report = provider.capture(reference, 400, "GBP", "ord_a:capture:1")

    assert (report.state, report.authorized, report.captured) == (S.VOIDED, 1_000, 400)
    assert (
        code_of(provider.capture, reference, 1, "GBP", "ord_a:capture:2") == "payment_intent_unexpected_state"
    )


def test_with_multicapture_parts_are_captured_until_nothing_is_left() -> None:
    provider = adapter(FakeStripe(multicapture=True))
    reference = provider.authorize(card()).reference

    first = provider.capture(reference, 400, "GBP", "ord_a:capture:1")
    assert (first.state, first.captured) == (S.CAPTURED, 400)
    assert provider.capture(reference, 400, "GBP", "ord_a:capture:1") == first
    last = provider.capture(reference, 600, "GBP", "ord_a:capture:2")
    assert (last.state, last.captured) == (S.CAPTURED, 1_000)


def test_a_card_that_cannot_be_captured_twice_is_captured_once_though_the_account_may() -> None:
    fake = FakeStripe()
    provider = StripePayments(adapter(fake).client, (b"x",), multicapture=True)
    reference = provider.authorize(card()).reference

    assert provider.capture(reference, 400, "GBP", "k1").state is S.VOIDED
    assert "final_capture" not in fake.requests[-1][2]


def test_a_void_after_a_part_was_captured_keeps_that_part() -> None:
    provider = adapter(FakeStripe(multicapture=True))
    reference = provider.authorize(card()).reference
    provider.capture(reference, 400, "GBP", "k1")
    report = provider.void(reference, "k2")

    assert (report.state, report.captured) == (S.VOIDED, 400)
    assert code_of(provider.void, reference, "k3") == "payment_intent_unexpected_state"


def test_refunds_carry_our_key_and_show_in_the_payment() -> None:
    provider = adapter(FakeStripe())
    reference = provider.authorize(card()).reference
    provider.capture(reference, 1_000, "GBP", "ord_a:capture:1")
    refund = provider.refund(reference, 300, "GBP", "ord_a:refund:1")

    assert (refund.key, refund.state, refund.amount) == ("ord_a:refund:1", RefundState.SUCCEEDED, 300)
    assert provider.look_refund(refund.reference) == refund
    assert provider.look(reference).refunded == 300
    assert code_of(provider.refund, reference, 701, "GBP", "ord_a:refund:2") == "amount_too_large"


@pytest.mark.parametrize("operation", ["create", "capture", "cancel", "refund"])
def test_a_lost_answer_is_an_unknown_outcome_and_the_same_key_finds_it(operation: str) -> None:
    fake = FakeStripe(multicapture=True)
    provider = adapter(fake)
    if operation != "create":
        reference = provider.authorize(card()).reference
        provider.capture(reference, 500, "GBP", "k0")
    calls = {
        "create": lambda: provider.authorize(card()),
        "capture": lambda: provider.capture(reference, 500, "GBP", "k1"),
        "cancel": lambda: provider.void(reference, "k1"),
        "refund": lambda: provider.refund(reference, 500, "GBP", "k1"),
    }
    fake.lost.append(operation)
    with pytest.raises(ProviderUnreachableError, match="APIConnectionError"):
        calls[operation]()
    intents, refunds = repr(fake.intents), repr(fake.refunds)
    calls[operation]()

    assert (repr(fake.intents), repr(fake.refunds)) == (intents, refunds)
    assert len(fake.intents) == 1


@pytest.mark.parametrize("status", [409, 429, 500, 502, 503])
def test_a_busy_or_broken_stripe_is_an_unknown_outcome_and_is_asked_once(status: int) -> None:
    fake = FakeStripe()
    fake.broken["create"] = status
    with pytest.raises(ProviderUnreachableError, match=f"status {status}"):
        adapter(fake).authorize(card())

    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("status", "code"), [(401, "lock_timeout"), (403, "lock_timeout"), (400, "lock_timeout")]
)
def test_a_refused_call_is_known_to_have_done_nothing(status: int, code: str) -> None:
    fake = FakeStripe()
    fake.broken["create"] = status

    assert code_of(adapter(fake).authorize, card()) == code


def test_another_request_under_the_same_key_is_an_error() -> None:
    provider = adapter(FakeStripe())
    provider.authorize(card())

    assert code_of(provider.authorize, card(amount=999)) == "idempotency_error"


def test_a_status_that_we_do_not_know_is_an_unknown_outcome() -> None:
    fake = FakeStripe()
    provider = adapter(fake)
    reference = provider.authorize(card()).reference
    fake.intents[reference]["status"] = "requires_something_new"

    with pytest.raises(ProviderUnreachableError, match="requires_something_new"):
        provider.look(reference)


def test_an_action_that_needs_the_browser_has_no_url() -> None:
    fake = FakeStripe()
    provider = adapter(fake)
    reference = provider.authorize(card("pm_card_authenticationRequired")).reference
    fake.intents[reference]["next_action"] = {"type": "use_stripe_sdk"}

    report = provider.look(reference)
    assert (report.state, report.action_url) == (S.ACTION_REQUIRED, None)


class Pool(urllib3.PoolManager):
    """Remembers what was asked, and answers or fails."""

    def __init__(self, outcome: Any) -> None:
        super().__init__()
        self.outcome, self.asked = outcome, []  # type: ignore[var-annotated]

    def request(self, method: str, url: str, **given: Any) -> Any:  # type: ignore[override]
        self.asked.append((method, url, given))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def test_the_transport_hands_over_what_the_library_sends_and_what_comes_back() -> None:
    answer = urllib3.HTTPResponse(b'{"id":"pi_1"}', {"Request-Id": "req_1"}, 200, preload_content=True)
    pool = Pool(answer)

    got = Transport(pool).request("post", "https://api.stripe.com/v1/x", {"A": "b"}, "c=d")

    assert got == ('{"id":"pi_1"}', 200, {"Request-Id": "req_1"})
    assert pool.asked == [
        ("POST", "https://api.stripe.com/v1/x", {"headers": {"A": "b"}, "body": "c=d", "redirect": False})
    ]


@pytest.mark.parametrize(
    "error", [urllib3.exceptions.ReadTimeoutError(None, "", ""), urllib3.exceptions.ProtocolError()]
)  # type: ignore[arg-type]
def test_a_transport_without_an_answer_says_so(error: Exception) -> None:
    with pytest.raises(stripe.APIConnectionError, match=type(error).__name__):
        Transport(Pool(error)).request("get", "https://api.stripe.com/v1/x", None)


def test_the_transport_of_an_opened_adapter_has_time_limits_and_tries_once() -> None:
    provider = StripePayments.open("sk_test_none", (b"whsec_x",))
    requestor = provider.client._requestor
    transport = requestor._client
    assert isinstance(transport, Transport)
    options = transport._pool.connection_pool_kw

    assert requestor._options.max_network_retries == 0
    assert (options["timeout"].connect_timeout, options["timeout"].read_timeout) == (2.0, 15.0)
    assert options["retries"].total is False  # urllib3: an error is raised at the first try
    assert options["cert_reqs"] == "CERT_REQUIRED"
    transport.close()
