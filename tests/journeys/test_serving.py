"""Starting and stopping: state survives a clean stop, a kill is told plainly, and what is missing gets one clear line."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

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


def test_a_killed_server_is_told_of_and_nothing_is_lost(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as first:
        ask(first, "catalog@shop.example", CREATE)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(10)
    with serve(tmp_path, seeded=True) as second:
        data = ask(second, "ada@example.com", BROWSE)
        assert "was killed still runs" in second.printed

    assert data == {"products": {"nodes": [{"title": "Bell"}]}}


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
