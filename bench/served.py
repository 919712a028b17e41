"""`python -m bench.served ours|bare|threaded|strawberry PORT`: one small GraphQL API on Python servers, all under uvicorn."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from inspect import isawaitable
from typing import Any

import strawberry
import uvicorn
from graphql import build_schema, execute, parse, validate
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.load import KEY
from local.appsync.api import Api, ApiKey, Auth, Resolver
from local.appsync.serve import LocalServer
from local.appsync.server import create_app

SDL = """
type Query { order: Order  orders: [Order!] }
type Order { id: ID!  number: String!  status: String!  total: Float!  note: String }
"""
LIVE = """
type Mutation { publish(number: String!, note: String!): Order }
type Subscription { onOrder: Order @aws_subscribe(mutations: ["publish"]) }
"""
ORDERS = [
    {"__typename": "Order", "id": f"ord_{each}", "number": f"OB-{each:05}", "status": "CONFIRMED", "total": each / 4}
    for each in range(100)
]  # fmt: skip


def ours(port: int) -> None:
    """The laptop's AppSync, its functions in-process."""
    resolvers = (
        Resolver("Query", "order", invoke=lambda _: ORDERS[0]),
        Resolver("Query", "orders", invoke=lambda _: ORDERS),
    )
    auth = Auth(api_keys=(ApiKey(KEY, datetime.now(UTC) + timedelta(hours=1)),))
    LocalServer(create_app(Api(SDL, resolvers, auth)), port=port).run()


def live(port: int) -> None:
    """The laptop's AppSync with a mutation that is pushed."""
    publish = Resolver("Mutation", "publish", invoke=lambda event: {**ORDERS[0], **event["arguments"]})
    order = Resolver("Query", "order", invoke=lambda _: ORDERS[0])
    auth = Auth(api_keys=(ApiKey(KEY, datetime.now(UTC) + timedelta(hours=1)),))
    LocalServer(create_app(Api(SDL + LIVE, (order, publish), auth)), port=port).run()


def bare(port: int) -> None:
    """graphql-core alone: documents are parsed and checked once, values lie ready, and nothing else is done for a request."""
    _bare(port, {"order": ORDERS[0], "orders": ORDERS})


def threaded(port: int) -> None:
    """The same, but its fields call functions that may block, as a function over boto3 does: in threads."""
    threads = ThreadPoolExecutor(32)

    async def order(_: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: ORDERS[0])

    async def orders(_: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: ORDERS)

    _bare(port, {"order": order, "orders": orders})


def _bare(port: int, root: dict[str, Any]) -> None:
    schema = build_schema(SDL)

    @cache
    def document(text: str) -> Any:
        parsed = parse(text)
        if errors := validate(schema, parsed):
            raise ValueError(errors)
        return parsed

    async def app(
        _: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        result: Any = execute(schema, document(json.loads(body)["query"]), root)
        if isawaitable(result):
            result = await result
        answer = json.dumps({"data": result.data}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    _uvicorn(app, port)


@strawberry.type
class Order:
    """An order as Strawberry has it."""

    id: strawberry.ID
    number: str
    status: str
    total: float


@strawberry.type
class Query:
    """The same two fields."""

    @strawberry.field
    def order(self) -> Order:
        """The first."""
        return _order(ORDERS[0])

    @strawberry.field
    def orders(self) -> list[Order]:
        """All."""
        return [_order(each) for each in ORDERS]


def _order(one: dict[str, Any]) -> Order:
    return Order(id=strawberry.ID(one["id"]), number=one["number"], status=one["status"], total=one["total"])


def with_strawberry(port: int) -> None:
    """Strawberry's own ASGI server, with both caches."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
    app: Any = GraphQL(schema)
    _uvicorn(app, port)


def _uvicorn(app: Any, port: int) -> None:
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        http="httptools",
        lifespan="off",
        log_level="warning",
        access_log=False,
    )


SERVERS = {"ours": ours, "live": live, "bare": bare, "threaded": threaded, "strawberry": with_strawberry}

if __name__ == "__main__":
    SERVERS[sys.argv[1]](int(sys.argv[2]))
