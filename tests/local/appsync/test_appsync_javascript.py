"""Cases 21, 149 to 156 and 161: Amplify v6, and Apollo Client with AWS's links, as they come, over a real port."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from gql import Client, gql
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from neutral_api import IAM, KEY, Recorder, make_app, token

from local.appsync.api import ApiKey, LambdaAuthorizer
from local.appsync.serve import LocalServer, running
from tests.clients.driving import ClientError, Driven, driven
from tests.clients.seen import Seen, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

QUERY = "query { everyone { id status } }"
SET_STATUS = 'mutation { setStatus(id: "1", status: PAID) { id status note } }'
ON_STATUS = "subscription { onStatus { id status } }"
HEARD = {"next": {"data": {"onStatus": {"id": "1", "status": "PAID"}}}}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers of this module keep the one certificate that clients trust."""
    return tmp_path_factory.mktemp("certificates")


@contextmanager
def served(certificates: Path, *, rewrite: Any = None, **settings: Any) -> Iterator[SimpleNamespace]:
    """The neutral API with every mode, watched."""
    door = Recorder({"isAuthorized": True})
    app = make_app(
        clock=now,
        api_keys=(ApiKey(KEY, now() + timedelta(days=1)),),
        authorizer=LambdaAuthorizer(door),
        **settings,
    )
    seen = Seen(app, rewrite) if rewrite else Seen(app)
    with running(LocalServer(seen, certificate_directory=certificates)) as server:  # type: ignore[arg-type]
        yield SimpleNamespace(
            seen=seen,
            host=f"localhost:{server.port}",
            hub=app.state.gate.engine.hub,
            trust=certificates / "localhost.pem",
        )


@pytest.fixture(scope="module")
def shared(certificates: Path) -> Iterator[SimpleNamespace]:
    """One server for what needs no settings of its own."""
    with served(certificates) as one:
        yield one


@pytest.fixture
def api(shared: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """The shared server, which nobody of the test before still hears."""
    yield shared
    until(lambda: shared.hub.count() == 0)


def credentials(mode: str) -> dict[str, Any]:
    """What a client is configured with, for a mode."""
    return {
        "apiKey": {"key": KEY},
        "userPool": {"key": KEY, "token": token(exp=int(now().timestamp()) + 3600)},
        "iam": {"key": KEY, "iam": {"accessKeyId": IAM.access_key, "secretAccessKey": IAM.secret_key}},
        "lambda": {"key": KEY, "bearer": "opaque-token"},
    }[mode]


@contextmanager
def client_of(
    api: SimpleNamespace, client: str, mode: str = "apiKey", scheme: str = "https"
) -> Iterator[Driven]:
    """A client of an API, connected."""
    url = f"{scheme}://{api.host}/graphql"
    with driven(client, api.trust, url=url, mode=mode, **credentials(mode)) as one:
        yield one


def heard_by(api: SimpleNamespace, client: Driven, **given: Any) -> Any:
    """What a client hears of a change, made once it is surely subscribed."""
    client.subscribe(ON_STATUS, **given)
    until(lambda: api.hub.count() == 1)
    change(api)
    return client.heard()


def change(api: SimpleNamespace) -> None:
    """The change that subscribers hear of, by a caller of the tests' own."""
    sent = httpx.post(f"http://{api.host}/graphql", json={"query": SET_STATUS}, headers={"x-api-key": KEY})
    assert sent.json()["data"]["setStatus"]["status"] == "PAID"


def test_case_021_amplify_asks_once_where_it_is_told_400(api: SimpleNamespace) -> None:
    before = len(api.seen.requests)
    with client_of(api, "amplify") as client, pytest.raises(ClientError):
        client.ask(QUERY, variables=["not", "an", "object"])
    assert len(api.seen.requests) == before + 1


def test_case_149_amplify_asks_hears_and_leaves(api: SimpleNamespace) -> None:
    with client_of(api, "amplify") as client:
        assert client.ask(QUERY)["data"] == {"everyone": {"id": "1", "status": "NEW"}}
        assert client.ask(SET_STATUS)["data"]["setStatus"]["status"] == "PAID"
        assert heard_by(api, client) == HEARD
        connection = api.seen.connections[-1]
        client.do("unsubscribe", name="one")
        assert until(lambda: connection.code) == 1000
    assert (connection.scheme, connection.path) == ("wss", "/graphql/realtime")
    assert [frame["type"] for frame in connection.frames] == ["connection_init", "start", "stop"]


def test_case_150_amplify_given_http_subscribes_by_tls_on_that_port(api: SimpleNamespace) -> None:
    with client_of(api, "amplify", scheme="http") as client:
        assert client.ask(QUERY)["data"]["everyone"]["id"] == "1"
        assert api.seen.requests[-1]["scheme"] == "http"
        assert heard_by(api, client) == HEARD
    assert api.seen.connections[-1].scheme == "wss"


@pytest.mark.parametrize("mode", ["userPool", "iam", "lambda"])
def test_case_151_amplify_in_every_mode(api: SimpleNamespace, mode: str) -> None:
    bearer = credentials(mode).get("bearer")
    with client_of(api, "amplify", mode) as client:
        assert client.ask(QUERY, bearer=bearer)["data"]["everyone"]["id"] == "1"
        assert heard_by(api, client, bearer=bearer) == HEARD


def test_case_152_amplify_returns_by_itself_with_the_same_id(api: SimpleNamespace) -> None:
    with client_of(api, "amplify") as client:
        assert heard_by(api, client) == HEARD
        dropped = api.seen.connections[-1]
        started = time.monotonic()
        api.seen.drop_connections()
        until(lambda: api.seen.connections[-1] is not dropped)
        assert 4 < time.monotonic() - started < 9
        until(lambda: api.hub.count() == 1)
        change(api)
        assert client.heard() == HEARD
    (first,), (second,) = dropped.of("start"), api.seen.connections[-1].of("start")
    assert first["id"] == second["id"]


def test_case_153_amplify_headers_of_ones_own_arrive_everywhere(certificates: Path) -> None:
    function = Recorder()
    with (
        served(certificates, functions={"Subscription.onStatus": function}) as api,
        client_of(api, "amplify") as client,
    ):
        assert heard_by(api, client, headers={"x-custom": "v"}) == HEARD
    (connection,) = api.seen.connections
    (start,) = connection.of("start")
    assert parse_qs(connection.query)["x-custom"] == ["v"]
    assert start["payload"]["extensions"]["authorization"]["x-custom"] == "v"
    assert function.events[0]["request"]["headers"]["x-custom"] == "v"


@pytest.mark.parametrize("mode", ["apiKey", "userPool", "iam", "lambda"])
def test_case_154_apollo_in_every_mode_over_plain_http(api: SimpleNamespace, mode: str) -> None:
    with client_of(api, "apollo", mode, scheme="http") as client:
        assert client.ask(QUERY)["data"]["everyone"]["id"] == "1"
        assert heard_by(api, client)["next"]["data"]["onStatus"]["status"] == "PAID"
    assert (api.seen.connections[-1].scheme, api.seen.connections[-1].path) == ("ws", "/graphql/realtime")


def test_case_155_apollo_is_told_and_stays_away(api: SimpleNamespace) -> None:
    with client_of(api, "apollo") as client:
        assert "next" in heard_by(api, client)
        before = len(api.seen.connections)
        api.seen.drop_connections()
        told = client.heard()
        assert told is not None
        assert "Connection closed" in str(told["error"])
        assert client.heard(seconds=7) in (None, {"complete": None})
        assert len(api.seen.connections) == before


def test_case_156_apollo_ignores_a_timeout_of_a_second(certificates: Path) -> None:
    with (
        served(certificates, rewrite=lambda text: text.replace("300000", "1000")) as api,
        client_of(api, "apollo") as client,
    ):
        assert "next" in heard_by(api, client)
        assert client.heard(seconds=2.5) is None
        change(api)
        assert "next" in (client.heard() or {})
    assert len(api.seen.connections) == 1


async def test_case_161_all_of_them_hear_one_event_each_with_its_own_selection(api: SimpleNamespace) -> None:
    note, status = "subscription { onStatus { id note } }", "subscription { onStatus { id status } }"
    key = AppSyncApiKeyAuthentication(host=api.host, api_key=KEY)
    transport = AppSyncWebsocketsTransport(url=f"ws://{api.host}/graphql", auth=key)
    with client_of(api, "amplify") as amplify, client_of(api, "apollo") as apollo:
        amplify.subscribe(note)
        apollo.subscribe(status)
        async with Client(transport=transport) as session:
            subscription = session.subscribe(gql("subscription { onStatus { status } }"))
            hearing = asyncio.ensure_future(anext(subscription))
            await asyncio.to_thread(until, lambda: api.hub.count() == 3)
            await asyncio.to_thread(change, api)
            assert await hearing == {"onStatus": {"status": "PAID"}}
            await subscription.aclose()
        assert amplify.heard() == {"next": {"data": {"onStatus": {"id": "1", "note": "n"}}}}
        assert (apollo.heard() or {})["next"]["data"]["onStatus"] == {
            "__typename": "Order",
            "id": "1",
            "status": "PAID",
        }
        assert (amplify.heard(seconds=0.3), apollo.heard(seconds=0.3)) == (None, None)
