"""Registers a subscription: the steps of `start`, each of which may refuse it (section 5.2)."""

import json
import logging
from collections.abc import Callable
from typing import Any

from graphql import OperationType

from local.appsync import filters
from local.appsync.api import Kind, Resolver
from local.appsync.engine import Engine, graphql_request
from local.appsync.events import Request, event_for
from local.appsync.hub import Subscription
from local.appsync.inputs import InputProblem, coerce_arguments
from local.appsync.invoking import FunctionError, problem_of
from local.appsync.plan import Plan, Step
from local.appsync.problems import DocumentProblem, Json, TransportProblem

log = logging.getLogger(__name__)
OWN_BUG = "InternalError"
"""What a function raises for a bug of its own, in words that are meant for a client."""


class Refused(Exception):
    """A subscription that is not registered; `errors` go into its error frame."""

    def __init__(self, errors: list[Json]) -> None:
        super().__init__(str(errors[0].get("message")))
        self.errors = errors


def refusal(error_type: str, message: str) -> Refused:
    """One error with its type."""
    return Refused([{"errorType": error_type, "message": message}])


async def register(
    engine: Engine, text: str, request: Request, deliver: Callable[[str], None], end: Callable[[Json], None]
) -> Subscription:
    """Check a subscription of `payload.data` and give it, not yet added to the hub; else Refused."""
    plan, variables, given = _planned(engine, text, request)
    step = plan.root[0]
    if not request.caller.may_call(step.parent, step.name):
        raise refusal("UnauthorizedException", "Permission denied")
    if step.denied is not None:
        raise refusal(step.denied.error_type or "Unauthorized", step.denied.message)
    arguments = _arguments(step, variables)
    group = invalidation = None
    if step.resolver is not None:
        event = event_for(plan, step, request, None, variables, given)
        group, invalidation = await _resolved(engine, step.resolver, event)
    return Subscription(step.name, plan, arguments, deliver, end, group, invalidation)


def _planned(engine: Engine, text: str, request: Request) -> tuple[Plan, Json, Json]:
    try:
        wanted = graphql_request(json.loads(text))
        document, operation, variables = engine.prepare(wanted)
        if operation.operation is not OperationType.SUBSCRIPTION:
            kind = operation.operation.value
            raise refusal("UnsupportedOperation", f"{kind} not supported through the realtime channel")
        return engine.plan(document, operation, request.caller, variables), variables, wanted.variables
    except DocumentProblem as problem:
        raise Refused([_of_frame(error) for error in problem.errors]) from None
    except TransportProblem as problem:
        raise refusal(problem.error_type, problem.message) from None
    except (ValueError, RecursionError):
        raise refusal("BadRequestException", "The data of start is not a JSON text with a query.") from None


def _of_frame(error: Json) -> Json:
    """An error frame says no more of a document than its message, and its type if it has one."""
    return {key: error[key] for key in ("errorType", "message") if key in error}


def _arguments(step: Step, variables: Json) -> Json:
    given = step.nodes[0].arguments or ()
    try:
        arguments = coerce_arguments(step.definition.args, given, variables)
    except InputProblem as problem:
        raise Refused([{"message": str(problem)}]) from None
    missing = sorted({item.name.value for item in given} - set(arguments))
    if missing:
        log.warning(
            "Subscription %s: argument %s has no value; it does not filter", step.name, ", ".join(missing)
        )
    return arguments


async def _resolved(
    engine: Engine, resolver: Resolver, event: Json
) -> tuple[filters.Group | None, filters.Group | None]:
    """Run the resolver once (case 141). What a SUBSCRIBE resolver returns is its filter, and must be whole."""
    if resolver.invoke is None:
        return None, None
    try:
        answer = await engine.invoker.run(resolver, event)
    except Exception as error:
        raise (closed(error) if resolver.kind is Kind.SUBSCRIBE else _failed(error)) from None
    if resolver.kind is not Kind.SUBSCRIBE:
        return None, None
    return whole_filters(answer)


def whole_filters(answer: Any) -> tuple[filters.Group, filters.Group]:
    """What a SUBSCRIBE resolver's answer registers: its filter, and the one that ends it. Refused unless both are whole."""
    group = _group(answer)
    ends = _group(answer.get("invalidation") if isinstance(answer, dict) else None)
    problem = filters.problem_with(group) or filters.problem_with(ends)
    if problem is not None:
        log.error("A subscription resolver gave no whole filter, the subscription is refused: %s", problem)
        raise refusal("NotFound", problem)
    return group, ends


def _group(given: Any) -> Any:
    return given.get("filterGroup") if isinstance(given, dict) else None


def _failed(error: Exception) -> Refused:
    found = problem_of(error)
    return refusal(found.error_type or "", found.message)


def closed(error: Exception) -> Refused:
    """A function refuses by a class of its own; a bug, and any name on which Amplify drops its socket, is NotFound.

    By the class's name alone, since that is all that AppSync is told.
    """
    cause = error.cause if isinstance(error, FunctionError) else error
    name = type(cause).__name__
    if name != OWN_BUG and (name.startswith("Unauthorized") or name.endswith(("Error", "Exception"))):
        log.error("A subscription resolver failed", exc_info=cause)
        return refusal("NotFound", "Not found.")
    return refusal(name, str(cause))
