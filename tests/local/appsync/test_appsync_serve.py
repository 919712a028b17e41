"""The port: plain and TLS, long headers (case 124), and an orderly end."""

import asyncio
import json
import socket
import ssl
import stat
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from neutral_api import KEY, KEY_HEADERS, NOW, encoded, make_app, order, start_frame
from websockets.asyncio.client import connect

from local.appsync.certificate import certificate_in
from local.appsync.serve import LocalServer, running

BODY = {"query": '{order(id:"1"){id}}'}
ANSWER = {"data": {"order": {"id": "1"}}}


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("certificate")


@pytest.fixture(scope="module")
def server(directory):
    with running(LocalServer(make_app(), certificate_directory=directory)) as running_server:
        yield running_server


def trust(directory):
    return ssl.create_default_context(cafile=str(directory / "localhost.pem"))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_one_port_speaks_plain_and_tls(server, directory, scheme):
    url = f"{scheme}://localhost:{server.port}/graphql"
    with httpx.Client(verify=trust(directory)) as client:
        answer = client.post(url, json=BODY, headers={"x-api-key": KEY})
    assert answer.json() == ANSWER
    assert "date" in answer.headers


def test_an_answer_does_not_wait_for_an_acknowledgement(server):
    took = []
    with httpx.Client() as client:
        for _ in range(30):
            began = time.perf_counter()
            client.post(f"http://localhost:{server.port}/graphql", json=BODY, headers={"x-api-key": KEY})
            took.append(time.perf_counter() - began)
    assert min(took[-5:]) < 0.035  # a delayed acknowledgement costs 40 ms, once a connection is warm


async def test_case_124_an_8_kb_header_line(server, directory):
    long_header = encoded({**KEY_HEADERS, "x-amz-security-token": "t" * 6100})
    assert len(long_header) > 8192
    protocols = ["graphql-ws", f"header-{long_header}"]
    for scheme, tls in (("ws", None), ("wss", trust(directory))):
        async with connect(
            f"{scheme}://localhost:{server.port}/graphql/realtime", subprotocols=protocols, ssl=tls
        ) as wire:
            assert wire.subprotocol == "graphql-ws"


async def test_a_client_that_says_nothing_or_nonsense_harms_nobody(server):
    for first in (b"", b"\x16nonsense", b"\x00\x01"):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(first)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await writer.wait_closed()
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"http://127.0.0.1:{server.port}/graphql", json=BODY, headers={"x-api-key": KEY}
        )
    assert answer.json() == ANSWER


async def test_the_end_closes_websockets_with_1001():
    protocols = ["graphql-ws", f"header-{encoded(KEY_HEADERS)}"]
    with running(LocalServer(make_app())) as server:
        wire = await connect(f"ws://127.0.0.1:{server.port}/graphql/realtime", subprotocols=protocols)
        await wire.send('{"type":"connection_init"}')
        await wire.send(json.dumps(start_frame("1", "subscription{onStatus{id}}")))
        assert [json.loads(await wire.recv())["type"] for _ in range(2)] == ["connection_ack", "ka"]
        server.should_exit = True
        await asyncio.wait_for(wire.wait_closed(), 5)
        assert wire.close_code == 1001


def test_the_end_lets_requests_in_flight_finish():
    entered, leave = threading.Event(), threading.Event()

    def slow(event):
        entered.set()
        leave.wait(5)
        return order()

    answers = []

    def call(port):
        answer = httpx.post(
            f"http://127.0.0.1:{port}/graphql", json=BODY, headers={"x-api-key": KEY}, timeout=10
        )
        answers.append(answer.json())

    with running(LocalServer(make_app({"Query.order": slow}))) as server:
        caller = threading.Thread(target=call, args=(server.port,))
        caller.start()
        assert entered.wait(5)
        server.should_exit = True
        threading.Timer(0.2, leave.set).start()
    caller.join(5)
    assert answers == [ANSWER]


def test_a_taken_port_is_told_at_once():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        LocalServer(make_app(), port=taken.getsockname()[1])


def test_the_key_is_its_owners_alone_and_the_certificate_is_kept(tmp_path):
    made = certificate_in(tmp_path / "new", NOW)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    text = made.trust.read_bytes()
    assert certificate_in(tmp_path / "new", NOW).trust.read_bytes() == text
    assert certificate_in(tmp_path / "new", NOW + timedelta(days=390)).trust.read_bytes() != text


def test_a_broken_certificate_is_made_anew(tmp_path):
    (tmp_path / "localhost.pem").write_text("nonsense")
    assert certificate_in(tmp_path, datetime.now(UTC)).context()
