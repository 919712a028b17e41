"""Starting and stopping: state survives a clean stop, a kill is told plainly, and what is missing gets one clear line."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.publisher import Publisher
from local.aws.record import Previous, inspect_previous, read_record
from local.laptop import ROOT, laptop
from tests.journeys.serving import Served, free_port, serve, start

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(120)]

CREATE = """mutation { createProduct(input: {title: "Bell", category: "Gifts", published: true, idempotencyKey: "serving-bell-0001",
  variants: [{sku: "BELL", price: {amount: "1.00", currency: "GBP"}}]}) { replayed userErrors { message } } }"""
BROWSE = "{ products { nodes { title } } }"


def ask(served: Served, who: str, document: str) -> dict[str, object]:
    """The data of an answer, asked with the token that the command line gives."""
    command = [sys.executable, "-m", "cli.main", "token", who]
    token = subprocess.run(
        command, env=served.environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    url = f"http://localhost:{served.port}/graphql"
    answer = httpx.post(
        url, json={"query": document}, headers={"Authorization": token}, trust_env=False
    ).json()
    assert "errors" not in answer, answer
    data: dict[str, object] = answer["data"]
    return data


def test_state_survives_a_clean_stop_and_start(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as first:
        ask(first, "catalog@shop.example", CREATE)
    with serve(tmp_path, seeded=True) as second:
        data = ask(second, "ada@example.com", BROWSE)

    assert data == {"products": {"nodes": [{"title": "Bell"}]}}


def test_a_killed_server_is_told_of_and_its_engine_is_taken_over(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as first:
        ask(first, "catalog@shop.example", CREATE)
        before = read_record(tmp_path / "state")
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(10)
    with serve(tmp_path, seeded=True) as second:
        data = ask(second, "ada@example.com", BROWSE)
        after = read_record(tmp_path / "state")
        assert "was killed still runs" in second.printed

    assert data == {"products": {"nodes": [{"title": "Bell"}]}}
    assert before is not None
    assert after is not None
    assert (after.pid, after.owner_pid) == (before.pid, second.process.pid)


def test_an_engine_that_was_taken_over_saves_when_its_new_server_is_stopped(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as first:
        ask(first, "catalog@shop.example", CREATE)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(10)
    with serve(tmp_path, seeded=True):
        pass
    assert inspect_previous(tmp_path / "state").state is Previous.CLEAN
    with serve(tmp_path, seeded=True) as third:
        data = ask(third, "ada@example.com", BROWSE)

    assert data == {"products": {"nodes": [{"title": "Bell"}]}}


# A server that places an order and is killed when the push of its event has begun and not ended.
KILLED_BEFORE_THE_PUSH = """
import os, signal, sys, threading
from pathlib import Path
import httpx
from consumers.publisher import Publisher
from local.aws.demo import DEMO_PASSWORD
from local.laptop import laptop
from tests.journeys.caller import Caller

begun = threading.Event()

def hold(*_):
    begun.set()
    threading.Event().wait()

Publisher.publish = hold
with laptop(Path(sys.argv[1]), 0) as running, httpx.Client(base_url=running.endpoint.removesuffix("/graphql")) as client:
    shop = Caller(running, client, DEMO_PASSWORD)
    placed = shop.place("ada@example.com", shop.new_sku())["order"]["id"]
    begun.wait(30)
    print(placed, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_push_that_a_kill_prevented_is_made_by_the_next_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", KILLED_BEFORE_THE_PUSH, str(tmp_path)]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    order_id = killed.stdout.splitlines()[-1]
    pushed, publish = [], Publisher.publish

    def noting(self: Publisher, document: str, variables: Mapping[str, Any], trace: Any = None) -> None:
        publish(self, document, variables, trace)
        pushed.append(variables)

    monkeypatch.setattr(Publisher, "publish", noting)
    with laptop(tmp_path, 0, tell=lambda _: None) as running:
        assert running.pump.drain(timeout=30)

    events = [event for variables in pushed for event in variables.values()]
    assert [(event["orderId"], event["sequence"]) for event in events] == [(order_id, 1)] * 2


def test_a_port_in_use_gets_one_clear_line(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as first:
        other = tmp_path / "other"
        other.mkdir()
        second = start(other, first.port)
        code = second.process.wait(30)

    assert code == 1
    assert second.printed.startswith(f"Cannot listen on port {first.port}")
    assert len(second.printed.strip().splitlines()) == 1


def test_the_same_state_is_not_served_twice(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as first:
        log = first.printed
        second = start(tmp_path, free_port())
        code = second.process.wait(30)

        assert (code, "Stop it first" in second.printed, "ready" in log) == (1, True, True)
