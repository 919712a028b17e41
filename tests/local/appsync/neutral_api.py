"""The API that the cases are told of: orders of nobody in particular, in every mode, with fakes for functions."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette

from local.appsync.api import Api, ApiKey, Auth, Function, IamCaller, Kind, Limits, Mode, Resolver, UserPool
from local.appsync.server import create_app

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KEY = "da2-local0000000000000000000000"
EXPIRED_KEY = "da2-local0000000000000000000001"
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool"
STAFF_ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_staff"
IAM = IamCaller(
    "AKIALOCAL", "secret-of-nobody", "123456789012", "arn:aws:sts::123456789012:assumed-role/R/s", "AROA:s"
)
READER = IamCaller(
    "AKIAREADER", "other-secret", "123456789012", "arn:aws:iam::1:user/r", "r", may=("Query.*",)
)
SDL = """
type Order @aws_api_key @aws_iam @aws_cognito_user_pools @aws_lambda {
  id: ID!
  status: Status!
  note: String
  total: Float
  placedAt: AWSDateTime
  meta: AWSJSON
  items: [Item!]
  secret: String @aws_iam
}
type Item @aws_api_key @aws_iam @aws_cognito_user_pools @aws_lambda { sku: String! qty: Int related: [Item] }
type Unmarked { id: ID }
type Deep @aws_api_key { a: Deep id: String }
enum Status { NEW PAID SHIPPED }
input OrderInput { note: String placedAt: AWSDateTime meta: AWSJSON }
input Many {
  date: AWSDate
  time: AWSTime
  ip: AWSIPAddress
  stamp: AWSTimestamp
  phone: AWSPhone
  url: AWSURL
  email: AWSEmail
  limit: Int = 5
}
union Found = Order | Item
type Query {
  order(id: ID!): Order
  orders: [Order]
  find(q: String): Found
  adminOrders: [Order!]! @aws_cognito_user_pools(cognito_groups: ["Admin"])
  noResolver: String
  unmarked: Unmarked @aws_api_key @aws_iam
  iamUnmarked: String
  many(input: Many): String
  everyone: Order @aws_api_key @aws_iam @aws_cognito_user_pools @aws_lambda
  deep: Deep
}
type Mutation {
  createOrder(input: OrderInput!): Order
  setStatus(id: ID!, status: Status!): Order @aws_api_key @aws_iam
  publishStatus(id: ID!, status: Status!): Order @aws_iam
  publishOrder(input: OrderEvent!): Order @aws_iam
  endAll(id: ID!): String @aws_iam
}
input OrderEvent { id: ID! status: Status! note: String meta: AWSJSON }
type Subscription {
  onStatus(id: ID, status: Status): Order
    @aws_subscribe(mutations: ["setStatus", "publishStatus", "publishOrder"])
    @aws_api_key @aws_cognito_user_pools @aws_iam @aws_lambda
  onAdmin: Order @aws_cognito_user_pools(cognito_groups: ["Admin"]) @aws_subscribe(mutations: ["setStatus"])
  onDeep: Deep @aws_subscribe(mutations: [])
}
"""


def order(**values: Any) -> dict[str, Any]:
    """An order as a function returns it."""
    return {"__typename": "Order", "id": "1", "status": "NEW", "note": "n", "internal": "kept", **values}


class Recorder:
    """A function that keeps the events it was called with; an exception as its answer is raised."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.events: list[Any] = []

    def __call__(self, event: Any) -> Any:
        self.events.append(event)
        answer = self.answer(event) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def echo_order(event: dict[str, Any]) -> dict[str, Any]:
    """Answers the arguments as an order."""
    return order(**event["arguments"])


def auth(**changes: Any) -> Auth:
    """API key by default, beside it two pools and two signers."""
    keys = (ApiKey(KEY, NOW + timedelta(days=1)), ApiKey(EXPIRED_KEY, NOW - timedelta(seconds=1)))
    pools = (
        UserPool(ISSUER, "https://keys/pool"),
        UserPool(STAFF_ISSUER, "https://keys/staff", ("staff-app",)),
    )
    given: dict[str, Any] = {
        "default": Mode.API_KEY,
        "api_keys": keys,
        "user_pools": pools,
        "iam_callers": (IAM, READER),
        **changes,
    }
    return Auth(**given)


def make_app(
    functions: dict[str, Any] | None = None,
    *,
    kinds: dict[str, Kind] | None = None,
    batches: dict[str, int] | None = None,
    sizes: dict[str, Function] | None = None,
    limits: Limits | None = None,
    clock: Any = None,
    fetch: Any = None,
    executor: Any = None,
    domain_name: str | None = None,
    **auth_changes: Any,
) -> Starlette:
    """The application, with `{"Type.field": function}` for its resolvers."""
    given = {
        "Query.order": Recorder(order()),
        "Query.everyone": Recorder(order()),
        "Mutation.setStatus": echo_order,
        "Mutation.publishStatus": echo_order,
    }
    resolvers = tuple(
        Resolver(*name.split("."), kind=(kinds or {}).get(name, Kind.LAMBDA), invoke=invoke,
                 batch_size=(batches or {}).get(name, 0), function=(sizes or {}).get(name))
        for name, invoke in {**given, **(functions or {})}.items()
    )  # fmt: skip
    api = Api(SDL, resolvers, auth(**auth_changes), limits or Limits(), domain_name)
    return create_app(api, clock=clock or (lambda: NOW), fetch=fetch or fetch_keys, executor=executor)


@cache
def pool_key() -> rsa.RSAPrivateKey:
    """The pools' signing key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


async def fetch_keys(url: str) -> dict[str, Any]:
    """Both pools publish the same key."""
    return {
        "keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(pool_key().public_key())), "kid": "k1"}]
    }


def token(*groups: str, kid: str = "k1", key: Any = None, **claims: Any) -> str:
    """An access token of the pool, good for an hour."""
    body = {
        "iss": ISSUER,
        "sub": "sub-1",
        "username": "jdoe",
        "token_use": "access",
        "client_id": "app",
        "exp": int((NOW + timedelta(hours=1)).timestamp()),
        **({"cognito:groups": list(groups)} if groups else {}),
        **claims,
    }
    return jwt.encode(body, key or pool_key(), algorithm="RS256", headers={"kid": kid})


def signed_headers(
    body: str,
    path: str = "/graphql",
    *,
    who: IamCaller = IAM,
    service: str = "appsync",
    at: datetime = NOW,
    extra: dict[str, str] | None = None,
) -> dict[str, str]:
    """Signature Version 4 by hand, so that it does not share a line with what verifies it."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": "localhost", "x-amz-date": stamp, **(extra or {})}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n{path}\n\n{lines}\n{names}\n{hashlib.sha256(body.encode()).hexdigest()}"
    scope = f"{stamp[:8]}/eu-west-1/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{who.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(
        key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}".encode(), hashlib.sha256
    ).hexdigest()
    credential = f"Credential={who.access_key}/{scope}"
    return {
        **headers,
        "authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}",
    }


async def post(app: Starlette, body: str | bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    """A POST with exactly this body."""
    transport = httpx.ASGITransport(app=app, client=("9.9.9.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post(
            "/graphql", content=body, headers={"x-api-key": KEY} if headers is None else headers
        )


async def ask(
    app: Starlette,
    query: str,
    variables: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    **body: Any,
) -> dict[str, Any]:
    """A GraphQL request, and its result."""
    answer = await post(app, json.dumps({"query": query, "variables": variables, **body}), headers)
    return answer.json()


async def ask_signed(app: Starlette, query: str, who: IamCaller = IAM, **variables: Any) -> dict[str, Any]:
    """As `ask`, signed."""
    body = json.dumps({"query": query, "variables": variables})
    return (await post(app, body, signed_headers(body, who=who))).json()


def bearer(*groups: str, **claims: Any) -> dict[str, str]:
    """The header of a user of the pool."""
    return {"authorization": token(*groups, **claims)}


def encoded(headers: dict[str, Any]) -> str:
    """The header object as clients put it into a subprotocol."""
    return base64.urlsafe_b64encode(json.dumps(headers).encode()).decode().rstrip("=")


KEY_HEADERS = {"host": "localhost", "x-api-key": KEY}


class Wire:
    """The client's end of a WebSocket, without a network."""

    def __init__(self) -> None:
        self.to_app: asyncio.Queue[Any] = asyncio.Queue()
        self.from_app: asyncio.Queue[Any] = asyncio.Queue()
        self.accepted: dict[str, Any] = {}

    async def send(self, frame: Any) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self.to_app.put({"type": "websocket.receive", "text": text})

    async def receive(self) -> Any:
        """The next frame; a closing gives its code."""
        message = await asyncio.wait_for(self.from_app.get(), 5)
        return message["code"] if message["type"] == "websocket.close" else json.loads(message["text"])

    async def start(
        self, id_: str, query: str, headers: dict[str, Any] | None = None, **variables: Any
    ) -> Any:
        """Start a subscription and give the answer."""
        await self.send(start_frame(id_, query, headers, **variables))
        return await self.receive()

    async def until_complete(self, id_: str) -> list[Any]:
        """Stop a subscription, and give what came before its end."""
        await self.send({"id": id_, "type": "stop"})
        frames = []
        while (frame := await self.receive()) != {"id": id_, "type": "complete"}:
            frames.append(frame)
        return frames


def start_frame(
    id_: str, query: str, headers: dict[str, Any] | None = None, **variables: Any
) -> dict[str, Any]:
    data = json.dumps({"query": query, "variables": variables})
    extensions = {"authorization": KEY_HEADERS if headers is None else headers}
    return {"id": id_, "type": "start", "payload": {"data": data, "extensions": extensions}}


@asynccontextmanager
async def wired(
    app: Starlette,
    headers: dict[str, Any] | None = None,
    *,
    path: str = "/graphql/realtime",
    protocols: list[str] | None = None,
    query: bytes = b"",
    upgrade: dict[str, str] | None = None,
) -> AsyncIterator[Wire]:
    """A WebSocket to the application, accepted but silent; the block's end closes it."""
    wire = Wire()
    offered = ["graphql-ws", f"header-{encoded(KEY_HEADERS if headers is None else headers)}"]
    scope = {
        "type": "websocket",
        "path": path,
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in (upgrade or {}).items()],
        "subprotocols": offered if protocols is None else protocols,
        "client": ("9.9.9.9", 1),
        "server": ("localhost", 80),
        "scheme": "ws",
    }
    await wire.to_app.put({"type": "websocket.connect"})
    task = asyncio.create_task(app(scope, wire.to_app.get, wire.from_app.put))
    wire.accepted = await asyncio.wait_for(wire.from_app.get(), 5)
    try:
        yield wire
    finally:
        await wire.to_app.put({"type": "websocket.disconnect", "code": 1000})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, 5)


@asynccontextmanager
async def connected(
    app: Starlette, headers: dict[str, Any] | None = None, **where: Any
) -> AsyncIterator[Wire]:
    """A WebSocket that has been acknowledged."""
    async with wired(app, headers, **where) as wire:
        await wire.send({"type": "connection_init"})
        assert (await wire.receive())["type"] == "connection_ack"
        assert await wire.receive() == {"type": "ka"}
        yield wire
