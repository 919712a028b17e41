"""The console's routes: pages for this machine alone, credentials for the console alone, traces without secrets."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from graphql import parse
from starlette.applications import Starlette

from local.console.pages import STATIC, console_routes
from local.console.traces import MOST_CALLS, MOST_REQUESTS, Traces

OURS = {"x-orderbell-console": "1"}


@pytest.fixture
def traces() -> Traces:
    return Traces()


@dataclass(frozen=True, slots=True)
class Client:
    """A browser on this machine."""

    app: Starlette

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:4000") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


def signed(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Says what it would sign."""
    return 200, json.dumps([json.loads(body), headers["x-correlation-id"]]).encode()


@pytest.fixture
def client(traces: Traces) -> Client:
    return Client(Starlette(routes=console_routes(lambda who: {"who": who or "key"}, signed, traces)))


@pytest.mark.parametrize(
    "path", ["/", "/board", "/orders/ord_x", "/console/console.js", "/console/style.css"]
)
def test_a_page_may_load_its_own_scripts_and_nothing_else(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "connect-src 'self' ws://localhost:4000 wss://localhost:4000" in policy
    assert "unsafe" not in policy


def test_every_file_that_a_page_names_is_there(client: Client) -> None:
    for page in STATIC.glob("*.html"):
        for name in [part.split('"')[0] for part in page.read_text().split('"/console/')[1:]]:
            assert client.get(f"/console/{name}").status_code == 200, name
    for script in STATIC.glob("*.js"):
        for name in [part.split('"')[0] for part in script.read_text().split('from "/console/')[1:]]:
            assert (STATIC / name).is_file(), name


@pytest.mark.parametrize("path", ["/console/pages.py", "/console/..%2fpages.py", "/console/nothing.js"])
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/console/people", "/console/traces/x", "/console/operations"])
def test_a_page_of_another_name_gets_nothing(client: Client, path: str) -> None:
    assert client.get(path, headers={"host": "evil.example"}).status_code == 403


def test_a_credential_is_for_the_console_alone(client: Client) -> None:
    ask = {"json": {"who": None}}
    assert client.post("/console/credential", **ask).status_code == 403
    assert (
        client.post("/console/credential", headers=OURS | {"sec-fetch-site": "cross-site"}, **ask).status_code
        == 403
    )
    assert (
        client.post("/console/credential", headers=OURS | {"host": "evil.example"}, **ask).status_code == 403
    )
    assert (
        client.post("/console/credential", headers=OURS, json={"who": "nobody@example.com"}).status_code
        == 404
    )
    assert client.post("/console/credential", headers=OURS, **ask).json() == {"who": "key"}
    mine = client.post("/console/credential", headers=OURS, json={"who": "ada@example.com"})
    assert (mine.json(), mine.headers["cache-control"]) == ({"who": "ada@example.com"}, "no-store")


def test_the_system_asks_through_the_server_and_for_the_console_alone(client: Client) -> None:
    asked = {"query": "{ me }", "variables": {}}
    ours = OURS | {"x-correlation-id": "console-7"}
    assert client.post("/console/system", headers=ours, json=asked).json() == [asked, "console-7"]
    assert client.post("/console/system", json=asked).status_code == 403
    assert (
        client.post(
            "/console/system", headers=ours | {"sec-fetch-site": "cross-site"}, json=asked
        ).status_code
        == 403
    )
    assert (
        client.post("/console/system", headers=ours | {"host": "evil.example"}, json=asked).status_code == 403
    )


def test_every_ready_operation_can_be_run_as_it_is(client: Client) -> None:
    ready = client.get("/console/operations").json()
    assert {"guest", "customer", "support", "finance"} <= {each["who"] for each in ready}
    for each in ready:
        (operation,) = parse(each["query"]).definitions
        needed = [one.variable.name.value for one in operation.variable_definitions or ()]
        assert set(each["variables"]) <= set(needed)
        assert each["name"]


def event(name: str, **more: Any) -> dict[str, Any]:
    headers = {"x-correlation-id": name, "Authorization": "secret", "x-api-key": "secret", "accept": "*/*"}
    return {"request": {"headers": headers}, "info": {"fieldName": "me"}, **more}


def test_a_call_for_the_console_is_kept_without_secrets_and_others_are_not(
    client: Client, traces: Traces
) -> None:
    handle = traces.watched(lambda *_: {"id": "1"})
    assert handle(event("console-1")) == {"id": "1"}
    handle(event("somebody"))
    handle([event("console-1")], None)

    calls = client.get("/console/traces/console-1").json()
    assert [call["answer"] for call in calls] == [{"id": "1"}] * 2
    assert "secret" not in str(calls)
    assert calls[0]["event"]["request"]["headers"]["accept"] == "*/*"
    assert client.get("/console/traces/somebody").json() == []


def test_what_a_function_raises_is_kept_and_goes_on(traces: Traces) -> None:
    def broken(*_: object) -> None:
        raise KeyError("sku")

    with pytest.raises(KeyError):
        traces.watched(broken)(event("console-2"))
    assert traces.of("console-2")[0]["error"] == {"errorType": "KeyError", "errorMessage": "'sku'"}


def test_no_more_is_kept_than_was_said(traces: Traces) -> None:
    handle = traces.watched(lambda *_: None)
    for number in range(MOST_REQUESTS + 5):
        handle(event(f"console-{number}"))
    for _ in range(MOST_CALLS + 5):
        handle(event("console-busy"))
    assert len(traces.kept) == MOST_REQUESTS
    assert len(traces.of("console-busy")) == MOST_CALLS
    assert traces.of("console-0") == []
