"""Cases 30 and 157 to 160: the real Python gql client, over a real port."""

import asyncio
import contextlib
import ssl
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import create_request_object
from botocore.credentials import Credentials
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import (
    AppSyncApiKeyAuthentication,
    AppSyncIAMAuthentication,
    AppSyncJWTAuthentication,
)
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportQueryError
from neutral_api import IAM, KEY, make_app, token

from local.appsync.api import ApiKey
from local.appsync.serve import LocalServer, running

ON_STATUS = gql("subscription { onStatus { id status } }")
SET_STATUS = gql('mutation { setStatus(id: "1", status: PAID) { id status } }')


def now():
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """The API on a port that speaks plain and TLS."""
    directory = tmp_path_factory.mktemp("certificate")
    app = make_app(clock=now, api_keys=(ApiKey(KEY, now() + timedelta(days=1)),))
    with running(LocalServer(app, certificate_directory=directory)) as server:
        trust = ssl.create_default_context(cafile=str(directory / "localhost.pem"))
        yield SimpleNamespace(host=f"localhost:{server.port}", port=server.port, trust=trust, app=app)


def api_key(live):
    return AppSyncApiKeyAuthentication(host=live.host, api_key=KEY)


def pool_token(live):
    return AppSyncJWTAuthentication(host=live.host, jwt=token(exp=int(now().timestamp()) + 3600))


def signature(live):
    credentials = Credentials(IAM.access_key, IAM.secret_key)
    signer = SigV4Auth(credentials, "appsync", "eu-west-1")
    return AppSyncIAMAuthentication(
        live.host,
        region_name="eu-west-1",
        signer=signer,
        request_creator=create_request_object,
        credentials=credentials,
        session=SimpleNamespace(),
    )


def http(live, auth, scheme="http"):
    ssl_ = live.trust if scheme == "https" else True
    return Client(transport=AIOHTTPTransport(url=f"{scheme}://{live.host}/graphql", auth=auth, ssl=ssl_))


def realtime(live, auth, url="ws://{}/graphql", **options):
    return Client(transport=AppSyncWebsocketsTransport(url=url.format(live.host), auth=auth, **options))


async def first(subscription, then):
    """The first item of a subscription; `then` runs once it is surely registered, and until it was heard."""
    hearing = asyncio.ensure_future(anext(subscription))
    while not hearing.done():
        await then()
        await asyncio.wait([hearing], timeout=0.02)
    return hearing.result()


async def heard(live, auth, **options):
    async with realtime(live, auth, **options) as session, http(live, api_key(live)) as caller:
        subscription = session.subscribe(ON_STATUS)
        try:
            return await first(subscription, lambda: caller.execute(SET_STATUS))
        finally:
            await subscription.aclose()


async def test_case_030_a_401_raises_from_its_body(live):
    wrong = AppSyncApiKeyAuthentication(host=live.host, api_key="da2-wrong")
    async with http(live, wrong) as session:
        with pytest.raises(TransportQueryError, match="not authorized"):
            await session.execute(SET_STATUS)


@pytest.mark.parametrize("auth", [api_key, signature])
async def test_case_039_gql_over_http(live, auth):
    async with http(live, auth(live)) as session:
        assert await session.execute(SET_STATUS) == {"setStatus": {"id": "1", "status": "PAID"}}


@pytest.mark.parametrize("auth", [api_key, pool_token, signature])
async def test_case_157_every_mode_hears(live, auth):
    assert await heard(live, auth(live)) == {"onStatus": {"id": "1", "status": "PAID"}}


async def test_case_157_leaving_stops_the_subscription(live, monkeypatch):
    hub, left = live.app.state.gate.engine.hub, threading.Event()
    remove = hub.remove
    monkeypatch.setattr(hub, "remove", lambda subscription: (remove(subscription), left.set()))
    async with realtime(live, api_key(live)) as session, http(live, api_key(live)) as caller:
        subscription = session.subscribe(ON_STATUS)
        await first(subscription, lambda: caller.execute(SET_STATUS))
        assert hub.count() == 1
        await subscription.aclose()
        assert await asyncio.to_thread(left.wait, 5)
        assert hub.count() == 0


async def test_case_158_wss_on_the_same_port_and_path(live):
    assert await heard(live, api_key(live), url="https://{}/graphql", ssl=live.trust)


async def test_custom_domain_path_over_plain(live):
    assert await heard(live, api_key(live), url="ws://{}/graphql/realtime")


async def test_case_159_a_refused_subscription_leaves_the_others(live):
    async with realtime(live, api_key(live)) as session, http(live, api_key(live)) as caller:
        good = session.subscribe(ON_STATUS)
        await first(good, lambda: caller.execute(SET_STATUS))
        with pytest.raises(TransportQueryError, match="onAdmin"):
            await anext(session.subscribe(gql("subscription { onAdmin { id } }")))
        assert await first(good, lambda: caller.execute(SET_STATUS))
        with contextlib.suppress(TransportQueryError):
            await good.aclose()


async def test_case_160_errors_in_a_data_frame_raise(live):
    async with realtime(live, api_key(live)) as session, http(live, api_key(live)) as caller:
        subscription = session.subscribe(gql("subscription { onStatus { id note status } }"))
        without_status = gql('mutation { setStatus(id: "1", status: PAID) { id } }')
        with pytest.raises(TransportQueryError, match="non-nullable"):
            await first(subscription, lambda: caller.execute(without_status))
