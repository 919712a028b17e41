"""Runs a GraphQL operation as a given caller: in process, and through the laptop's AppSync over the same handler."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from starlette.applications import Starlette

from domain.actors import Actor, ActorKind
from local.appsync.api import Api, ApiKey, Auth, IamCaller, Kind, Mode, Resolver, UserPool
from local.appsync.server import create_app
from resolvers import schema
from resolvers.app import Handler, handler
from resolvers.fields import load
from storage.settings import Settings
from storage.store import Store
from tests.local.appsync.neutral_api import ISSUER, KEY, NOW, STAFF_ISSUER, ask, bearer, fetch_keys
from tests.shopkeeping import SHOP, context
from wiring.declarations import Source, fields

Outcome = tuple[Any, list[tuple[tuple[Any, ...], str]]]
"""The data, and each error's path and type."""

KINDS = {
    Source.FUNCTION: Kind.LAMBDA,
    Source.NONE: Kind.PUBLISH,
    Source.SUBSCRIPTION: Kind.SUBSCRIBE,
    Source.ENDING: Kind.END,
}
SETTINGS = Settings("test", "eu-west-1", "orders", "catalog", ISSUER, STAFF_ISSUER, "the secret's name", 1)


@cache
def executable() -> strawberry.Schema:
    """The Strawberry schema; building it takes a moment."""
    return schema.build()


def in_process(
    store: Store, actor: Actor, document: str, variables: Mapping[str, Any] | None = None
) -> Outcome:
    """The operation through the executable Strawberry schema."""
    result = executable().execute_sync(
        document, variable_values=dict(variables or {}), context_value={"context": context(actor, store)}
    )
    errors = [(tuple(e.path or ()), type(e.original_error).__name__) for e in result.errors or []]
    return result.data, errors


class Behind:
    """The handler that the one application calls: each operation brings its own store."""

    def __init__(self) -> None:
        self.handle: Handler = lambda _event, _context: None

    def __call__(self, event: Any) -> Any:
        return self.handle(event, None)


BEHIND = Behind()


@cache
def appsync() -> Starlette:
    """AppSync over the declared fields; reading its schema takes a moment."""
    load()
    resolvers = tuple(
        Resolver(
            field.type_name,
            field.name,
            KINDS[field.source],
            None if field.source is Source.NONE else BEHIND,
            field.batch_size,
        )
        for field in fields()
    )
    api = Api(schema.print_sdl(), resolvers, auth())
    return create_app(api, clock=lambda: NOW, fetch=fetch_keys)


async def through_appsync(
    store: Store, actor: Actor, document: str, variables: Mapping[str, Any] | None = None
) -> Outcome:
    """The operation over HTTP through AppSync's behaviour, with the credential that proves this actor."""
    BEHIND.handle = handler(store, SHOP, SETTINGS, lambda: context(actor, store).secret)
    answer = await ask(appsync(), document, dict(variables or {}), credentials(actor))
    errors = [(tuple(each.get("path") or ()), each["errorType"]) for each in answer.get("errors") or []]
    return answer.get("data"), errors


def auth() -> Auth:
    """The modes as deployed: IAM by default, API key and both pools beside it."""
    return Auth(
        default=Mode.AWS_IAM,
        api_keys=(ApiKey(KEY, NOW.replace(year=NOW.year + 1)),),
        user_pools=(UserPool(ISSUER, "https://keys/pool"), UserPool(STAFF_ISSUER, "https://keys/staff")),
        iam_callers=(
            IamCaller("AKIALOCAL", "secret-of-nobody", "123456789012", "arn:aws:iam::1:role/r", "r"),
        ),
    )


def credentials(actor: Actor) -> dict[str, str]:
    """The header by which AppSync learns who calls."""
    if actor.kind is ActorKind.GUEST:
        return {"x-api-key": KEY}
    issuer = STAFF_ISSUER if actor.kind is ActorKind.STAFF else ISSUER
    return bearer(*sorted(actor.groups), iss=issuer, sub=actor.id)
