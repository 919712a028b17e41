"""Kill the server under load and see what is left: the story of one state folder, killed again and again.

Customers place small orders and orders on 120 SKUs (placed in chunks), and cancel the large ones (released in chunks).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from consumers.sweep import Sweeper, sweep
from local.aws.clients import make_client
from local.aws.demo import DEMO_PASSWORD
from local.aws.pools import ensure_pools, sign_in
from local.aws.record import end_previous, read_record
from local.laptop import ROOT
from storage.auditing import Segment, scan_levels
from storage.store import Store
from storage.unfinished import unfinished_movements, unfinished_placings
from tests.journeys.caller import CREATE, RECEIVE
from tests.journeys.crowd import Answer, Request, ask_all, crowd
from tests.journeys.crowd_orders import CANCEL, ORDER, place
from tests.journeys.serving import Served, free_port, start, wait_for

LARGE = 120
SMALL_SKU, LARGE_SKUS = "SMALL", tuple(f"LARGE-{number:03d}" for number in range(LARGE))
UNITS = 100_000
CLIENTS = 12
CUSTOMERS = ("ada", "ben", "cleo")
MINE = "query { myOrders(first: 10) { nodes { id units version } } }"


@dataclass(slots=True)
class Round:
    """One kill: what had been acknowledged, what had not, and what was wrong afterwards."""

    acknowledged: int
    unknown: int
    large_unknown: int
    unfinished: int
    restart_seconds: float
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Shop:
    """A server over one state folder, which is killed and started again."""

    folder: Path
    port: int
    dice: random.Random
    served: Served
    small: int = 0
    rounds: int = 0

    @property
    def url(self) -> str:
        """The GraphQL endpoint."""
        return f"http://localhost:{self.port}/graphql"

    def token(self, email: str) -> str:
        """An access token from the engine that runs now."""
        client = make_client("cognito-idp", self.engine())
        pools = ensure_pools(client)
        pool = pools.staff if email.endswith("@shop.example") else pools.customers
        return sign_in(client, pool, email, DEMO_PASSWORD).access

    def engine(self) -> str:
        """Where the embedded AWS of the state folder answers."""
        record = read_record(self.folder / "state")
        assert record is not None
        return record.endpoint

    def store(self) -> Store:
        """The tables of the engine that runs now."""
        return Store(make_client("dynamodb", self.engine()), "orders", "catalog", "MAIN")

    def restart(self) -> float:
        """Start the server again over the same state; seconds until it is ready."""
        began = time.monotonic()
        self.served = start(self.folder, self.port)
        wait_for(self.served, "Orderbell is ready.")
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL: the server ends where it stands."""
        self.served.process.send_signal(signal.SIGKILL)
        self.served.process.wait(10)


@contextmanager
def killable(folder: Path, seed: int = 1) -> Iterator[Shop]:
    """A shop with stock, in `folder`; whatever runs at the end is ended."""
    state = folder / "state"
    state.mkdir(exist_ok=True)
    (state / "seeded").touch()
    port = free_port()
    shop = Shop(folder, port, random.Random(seed), start(folder, port))
    try:
        wait_for(shop.served, "Orderbell is ready.")
        _stock(shop)
        yield shop
    finally:
        shop.served.process.send_signal(signal.SIGINT)
        try:
            shop.served.process.wait(40)
        finally:
            shop.served.process.kill()
            end_previous(state)


def _stock(shop: Shop) -> None:
    token = shop.token("admin@shop.example")
    skus = (SMALL_SKU, *LARGE_SKUS)
    made = ask_all(shop.url, [Request(sku, token, CREATE, {"sku": sku, "price": "1.00"}) for sku in skus])
    got = [
        Request(
            sku,
            token,
            RECEIVE,
            {"sku": sku, "units": UNITS, "key": f"kill-stock-{sku:>12}".replace(" ", "-")},
        )
        for sku in skus
    ]
    for answer in made + ask_all(shop.url, got):
        assert answer.payload == {"userErrors": []}, answer


def load(shop: Shop, count: int = 400) -> list[Request]:
    """More requests than the server answers before it is killed: every eighth is a large order, to be cancelled."""
    shop.rounds += 1
    tokens = [shop.token(f"{who}@example.com") for who in CUSTOMERS]
    support = shop.token("support@shop.example")
    requests = []
    for number in range(count):
        name = f"{shop.rounds:03d}-{number:05d}"
        if number % 8:
            requests.append(place(name, tokens[number % 3], f"kill-small-{name}", [(SMALL_SKU, 1)]))
            continue
        cancel = Request(f"cancel {name}", support, CANCEL, {"key": f"kill-cancel-{name}"})
        lines = [(sku, 1) for sku in LARGE_SKUS]
        requests.append(place(f"large {name}", tokens[number % 3], f"kill-large-{name}", lines, cancel))
    return requests


def kill_once(shop: Shop) -> Round:
    """Load, kill at a random moment, start again, and hold what is there against what was acknowledged."""
    requests = load(shop)
    with crowd(shop.url, requests, CLIENTS, until_lost=True) as clients:
        clients.wait_for_the_first()
        time.sleep(shop.dice.uniform(0.2, 1.6))  # the random moment that this is about
        shop.kill()
        answers = clients.answers()
    known = {each.name: each for each in answers if each.payload}
    sent = {each.name for each in answers if not each.payload}
    started = [each for each in requests if each.name in known or each.name in sent]
    begun = unfinished(shop.store())
    result = Round(len(known), len(sent), sum("large" in name for name in sent), begun, shop.restart())
    result.wrong += _missing(shop, known) + _half_placed(shop)
    if shop.dice.random() < 0.5:  # the sweep comes before the callers' retries, or after
        _sweep_later(shop)
    result.wrong += _retried(shop, [each for each in started if not _finished(each, known)], known)
    _sweep_later(shop)
    shop.small += sum("large" not in each.name for each in started)
    result.wrong += _unequal(shop)
    return result


def unfinished(store: Store) -> int:
    """Placings and movements that the work index calls unfinished."""
    return len([*unfinished_placings(store), *unfinished_movements(store)])


def _finished(request: Request, known: dict[str, Answer]) -> bool:
    return request.name in known and (request.then is None or request.then.name in known)


def _missing(shop: Shop, known: dict[str, Answer]) -> list[str]:
    """Every acknowledged order is there, whole, with its log from the first event on, before anybody repairs."""
    support = shop.token("support@shop.example")
    placed = {
        name: each.payload["order"] for name, each in known.items() if each.payload and "cancel" not in name
    }
    asked = [Request(name, support, ORDER, {"id": order["id"]}) for name, order in placed.items()]
    wrong = []
    for answer in ask_all(shop.url, asked):
        order = answer.payload
        if order is None or order["number"] != placed[answer.name]["number"]:
            wrong.append(f"{answer.name} was acknowledged and is not there")
            continue
        sequences = [entry["event"]["sequence"] for entry in order["history"]]
        lines = LARGE if "large" in answer.name else 1
        if sequences != list(range(1, order["version"] + 1)) or len(order["lines"]) != lines:
            wrong.append(f"{answer.name} is not whole: {sequences}, {len(order['lines'])} lines")
        if f"cancel {answer.name.removeprefix('large ')}" in known and order["status"] != "CANCELLED":
            wrong.append(f"the cancel of {answer.name} was acknowledged, and it is {order['status']}")
    return wrong


def _half_placed(shop: Shop) -> list[str]:
    """Orders that customers see in their lists, acknowledged or not, and that are not there as a whole."""
    wrong, owners = [], [shop.token(f"{who}@example.com") for who in CUSTOMERS]
    seen = ask_all(shop.url, [Request(str(n), owner, MINE, {}) for n, owner in enumerate(owners)])
    cards = {card["id"]: card for each in seen for card in (each.payload or {})["nodes"]}
    support = shop.token("support@shop.example")
    for answer in ask_all(shop.url, [Request(each, support, ORDER, {"id": each}) for each in cards]):
        order, units = answer.payload, cards[answer.name]["units"]
        if order is None or len(order["lines"]) != units or units not in {1, LARGE}:
            wrong.append(f"{cards[answer.name]} is listed, and is {order}")
    return wrong


def _retried(shop: Shop, requests: list[Request], known: dict[str, Answer]) -> list[str]:
    """A retry of every request whose outcome is unknown, twice: each key ends in one order, and says so again."""
    wrong = []
    first, second = (ask_all(shop.url, requests) for _ in range(2))
    orders: dict[str, set[str]] = {}
    for answer in first + second + list(known.values()):
        order = (answer.payload or {}).get("order")
        if order is None:
            wrong.append(f"the retry of {answer.name} was answered {answer}")
        else:
            orders.setdefault(answer.name, set()).add(order["id"])
    wrong += [f"{name} is several orders: {ids}" for name, ids in orders.items() if len(ids) > 1]
    wrong += [f"{each.name} never ended" for each in requests if each.name not in orders]
    if any(not (each.payload or {}).get("replayed") for each in second):
        wrong.append("a second retry was not told that it had been done")
    return wrong


def _sweep_later(shop: Shop) -> None:
    """The sweep as it runs ten minutes from now, when nothing of this round is young any more."""
    sweep({}, Sweeper(shop.store(), datetime.now(UTC) + timedelta(minutes=10)))


def _unequal(shop: Shop) -> list[str]:
    """Stock is what orders hold, and nothing is left unfinished."""
    wrong = []
    levels, _ = scan_levels(shop.store(), Segment(0, 1), None, 1_000)
    for level in levels:
        held = shop.small if level.sku == SMALL_SKU else 0
        if (level.on_hand, level.available, level.reserved) != (UNITS, UNITS - held, held):
            wrong.append(f"orders hold {held} of {level}")
    if len(levels) != 1 + LARGE:
        wrong.append(f"{len(levels)} SKUs have counters")
    left = unfinished(shop.store())
    return wrong + ([f"{left} placings or movements are still open after the sweep"] if left else [])


def audited(shop: Shop) -> str:
    """What `orderbell audit` says of the whole store, with its exit code."""
    environment: dict[str, Any] = {**os.environ, **shop.served.environment}
    command = [sys.executable, "-m", "cli.main", "audit"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False
    )
    return f"exit {done.returncode}: {done.stdout.strip()}"
