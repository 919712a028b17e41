"""The API as it is declared, for the laptop: the schema, each field with its function, and the limits that deploy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.answering import Handler
from local.appsync.api import Api, Auth, Function, Kind, Limits, Resolver
from wiring.declarations import Field, Source, fields
from wiring.dispatch import compile_call
from wiring.functions import RESOLVER_FUNCTIONS
from wiring.limits import DEVELOPING

SCHEMA_FILE = Path(__file__).resolve().parent.parent / "schema.graphql"
LIMITS = Limits(DEVELOPING.query_depth, DEVELOPING.resolver_count, DEVELOPING.introspection)

_KINDS = {
    Source.FUNCTION: Kind.LAMBDA,
    Source.NONE: Kind.PUBLISH,
    Source.SUBSCRIPTION: Kind.SUBSCRIBE,
    Source.ENDING: Kind.END,
}


def declared_api(handle: Handler, written: Callable[[], None], auth: Auth) -> Api:
    """The API; `written` is called after each mutation."""
    resolvers = tuple(_resolver(field, handle, written) for field in fields())
    return Api(SCHEMA_FILE.read_text(), resolvers, auth, LIMITS)


def _resolver(field: Field, handle: Handler, written: Callable[[], None]) -> Resolver:
    def invoke(event: Any) -> Any:
        answer = handle(event, None)
        written()
        return answer

    writes = field.type_name == "Mutation"
    functions = {Source.NONE: None, Source.ENDING: ending(field)}
    call = functions.get(field.source, invoke if writes else event_only(handle))
    return Resolver(
        field.type_name, field.name, _KINDS[field.source], call, field.batch_size, _function(field.runs_in)
    )


def _function(name: str | None) -> Function | None:
    """The deployed function's limits hold here, too."""
    if name is None:
        return None
    size = RESOLVER_FUNCTIONS[name]
    return Function(name, size.timeout_seconds, size.concurrency)


def ending(field: Field) -> Callable[[Any], Any]:
    """What infra/javascript/ending.js does: every subscription is told the input, and the input is the answer."""
    call = compile_call(field.function)

    def end(event: Any) -> Any:
        told = event["arguments"]["input"]
        subscriptions = [each.name for each in fields() if each.type_name == "Subscription"]
        ends = [{"subscriptionField": name, "payload": told} for name in subscriptions]
        return {"result": call(event["arguments"], None), "invalidate": ends}

    return end


def event_only(handle: Handler) -> Callable[[Any], Any]:
    """The handler as a function of the event alone."""
    return lambda event: handle(event, None)
