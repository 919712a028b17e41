"""`orderbell follow` through restarts of the server: every event once, in order, and Ctrl-C ends it with 0."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest

from local.aws.clients import make_client
from local.aws.demo import DEMO_PASSWORD
from local.aws.pools import ensure_pools, sign_in
from local.aws.record import read_record
from local.laptop import ROOT, Laptop
from tests.journeys.caller import Caller
from tests.journeys.serving import Served, free_port, serve

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(180)]

ADA, BEN, SUPPORT = "ada@example.com", "ben@example.com", "support@shop.example"
CONFIRM = "mutation ($id: ID!) { confirmOrder(input: {orderId: $id}) { userErrors { message } } }"
CANCEL = "mutation ($id: ID!) { cancelOrder(input: {orderId: $id}) { userErrors { message } } }"
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Tokens:
    """Signs in at the engine of a server that is a process of its own."""

    served: Served

    def token(self, who: str, password: str) -> str:
        record = read_record(self.served.folder / "state")
        assert record is not None
        client = make_client("cognito-idp", record.endpoint)
        pools = ensure_pools(client)
        pool = pools.staff if who.endswith("@shop.example") else pools.customers
        return sign_in(client, pool, who, password).access


@contextmanager
def shop_of(served: Served) -> Iterator[Caller]:
    with httpx.Client(base_url=f"http://localhost:{served.port}", trust_env=False) as client:
        yield Caller(cast(Laptop, Tokens(served)), client, DEMO_PASSWORD)


def change(served: Served, document: str, order_id: str) -> None:
    with shop_of(served) as shop:
        (payload,) = shop.ask(SUPPORT, document, id=order_id)["data"].values()
        assert payload["userErrors"] == []


@dataclass(frozen=True)
class Watching:
    """A follower as a person starts it."""

    process: "subprocess.Popen[str]"
    out: Path
    err: Path

    @property
    def events(self) -> list[tuple[int, str, str]]:
        lines = [line.split("\t") for line in self.out.read_text().splitlines()]
        return [(int(sequence), type_, status) for sequence, type_, status in lines]

    def wait(self, reached: Callable[["Watching"], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached(self):
            assert self.process.poll() is None, self.err.read_text()
            assert time.monotonic() < deadline, self.out.read_text() + self.err.read_text()
            time.sleep(0.02)


@contextmanager
def follow(served: Served, *words: str) -> Iterator[Watching]:
    out, err = served.folder / "follow.out", served.folder / "follow.err"
    command = [sys.executable, "-m", "cli.main", "follow", *words]
    with out.open("w") as stdout, err.open("w") as stderr:
        process = subprocess.Popen(
            command, cwd=ROOT, env=served.environment, stdout=stdout, stderr=stderr, text=True
        )
    try:
        yield Watching(process, out, err)
    finally:
        process.kill()
        process.wait(10)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_an_order_is_followed_through_a_restart_of_the_server(tmp_path: Path, ending: signal.Signals) -> None:
    port = free_port()
    with serve(tmp_path, port, seeded=True) as first:
        with shop_of(first) as shop:
            order = shop.place(ADA, shop.new_sku())["order"]["id"]
        with follow(first, order, "--as", ADA) as watching:
            watching.wait(lambda it: len(it.events) == 1)
            change(first, CONFIRM, order)
            watching.wait(lambda it: len(it.events) == 2)
            first.process.send_signal(ending)
            first.process.wait(40)
            with serve(tmp_path, port, seeded=True) as second:
                change(second, CANCEL, order)
                watching.wait(lambda it: len(it.events) == 3)
                watching.process.send_signal(signal.SIGINT)
                code = watching.process.wait(20)

    assert code == 0
    assert watching.events == [
        (1, "ORDER_PLACED", "PLACED"),
        (2, "ORDER_CONFIRMED", "CONFIRMED"),
        (3, "ORDER_CANCELLED", "CANCELLED"),
    ]
    assert "Connected again." in watching.err.read_text()


def test_staff_follow_from_where_they_say_and_a_stranger_does_not(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as served:
        with shop_of(served) as shop:
            order = shop.place(ADA, shop.new_sku())["order"]["id"]
        change(served, CONFIRM, order)
        with follow(served, order, "--as", SUPPORT, "--after", "1") as watching:
            watching.wait(lambda it: len(it.events) == 1)
            change(served, CANCEL, order)
            watching.wait(lambda it: len(it.events) == 2)
        stranger = subprocess.run(
            [sys.executable, "-m", "cli.main", "follow", order, "--as", BEN],
            cwd=ROOT, env=served.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert [sequence for sequence, *_ in watching.events] == [2, 3]
    assert (stranger.returncode, stranger.stdout) == (1, "")
    assert "no such order" in stranger.stderr
