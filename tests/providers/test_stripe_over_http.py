"""The adapter, the library and our transport over a real socket, with the stand-in for Stripe behind it."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import stripe
import urllib3

from domain.payment_report import ProviderState
from providers.provider import ProviderUnreachableError
from providers.stripe_payments import StripePayments
from providers.stripe_transport import Transport
from tests.providers.fake_stripe import FakeStripe
from tests.providers.stripes import card

S = ProviderState


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: FakeStripe) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fake = fake


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        self.answer("post")

    def do_GET(self) -> None:
        self.answer("get")

    def answer(self, method: str) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        body, status, headers = self.server.fake.request(method, self.path, dict(self.headers), sent)
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said."""


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe()


@pytest.fixture
def url(fake: FakeStripe) -> Iterator[str]:
    server = Server(fake)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def provider_at(url: str, transport: Transport) -> StripePayments:
    client = stripe.StripeClient(
        "sk_test_none", http_client=transport, max_network_retries=0, base_addresses={"api": url}
    )
    return StripePayments(client, (b"whsec_x",))


def test_a_payment_goes_over_the_wire(fake: FakeStripe, url: str) -> None:
    transport = Transport()
    provider = provider_at(url, transport)
    held = provider.authorize(card())
    taken = provider.capture(held.reference, 1_000, "GBP", "ord_a:capture:1")
    declined = provider.authorize(card("pm_card_chargeDeclinedStolenCard", number=2))
    transport.close()

    assert (held.state, taken.state, taken.captured, declined.state) == (
        S.AUTHORIZED,
        S.CAPTURED,
        1_000,
        S.FAILED,
    )
    assert fake.requests[0][3]["Authorization"] == "Bearer sk_test_none"
    assert fake.requests[0][3]["Stripe-Version"] == "2026-10-28.endive"
    assert [sent[3].get("Idempotency-Key") for sent in fake.requests] == [
        "ord_a:authorize:1", "ord_a:capture:1", "ord_a:authorize:2",
    ]  # fmt: skip


def test_a_server_that_does_not_answer_in_time_is_an_unknown_outcome() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        pool = urllib3.PoolManager(timeout=0.05, retries=False)
        provider = provider_at(f"http://127.0.0.1:{silent.getsockname()[1]}", Transport(pool))
        with pytest.raises(ProviderUnreachableError):
            provider.authorize(card())
        pool.clear()


def test_nobody_there_is_an_unknown_outcome() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    provider = provider_at(f"http://127.0.0.1:{port}", Transport())
    with pytest.raises(ProviderUnreachableError):
        provider.look("pi_1")
