"""AppSync's direct Lambda event to a function and back: one look-up, typed arguments, a JSON answer.

A refusal becomes `userErrors` where the function answers a payload, and a GraphQL error of the refusal's type
elsewhere. Anything else is a bug: logged with its correlation id, of which the client is told nothing but that id.
"""

import dataclasses
import inspect
import logging
import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from domain.refusals import Refused, UserError, invalid
from domain.values import value
from wiring.declarations import Field
from wiring.decoding import Problems, decoder, nullable
from wiring.encoding import declared
from wiring.identity import UnauthorizedException
from wiring.logs import log
from wiring.metrics import Meter
from wiring.naming import camel
from wiring.tracing import Trace, following, trace_of

Event = Mapping[str, Any]
Call = Callable[[Mapping[str, Any], Any], object]

LAPTOP = Meter()
"""Counts nothing."""


class InternalError(Exception):
    """A bug on our side; the message holds a correlation id and nothing else."""


class RefusedQuery(Exception):
    """A refusal where no payload can carry it; its subclasses bear the refusals' names, which AppSync shows."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@cache
def refused_query(name: str) -> type[RefusedQuery]:
    """The exception class of a refusal's type name."""
    return type(name, (RefusedQuery,), {})


def guarded(function: Callable[..., object]) -> Callable[..., object]:
    """The function with refusals answered as its declared answer allows: payload or typed error."""
    answered = _refusals_of(function)

    def call(*args: object, **kwargs: object) -> object:
        try:
            return function(*args, **kwargs)
        except Refused as refused:
            return answered(refused)

    return call


def _refusals_of(function: Callable[..., object]) -> Callable[[Refused], object]:
    """How a function's refusals are answered: in its payload, or raised as a typed error."""
    answer = inspect.signature(function).return_annotation
    is_payload = dataclasses.is_dataclass(answer) and any(
        f.name == "user_errors" for f in dataclasses.fields(answer)
    )

    def answered(refused: Refused) -> object:
        if is_payload:
            return answer(user_errors=refused.refusals)
        raise typed(refused) from None

    return answered


def typed(refused: Refused) -> RefusedQuery:
    """The exception that AppSync shows as `errorType` = the first refusal's type name."""
    first = refused.refusals[0]
    return refused_query(type(first).__name__)(first.message, first.code)


def compile_call(function: Callable[..., object]) -> Call:
    """A function of (arguments, context) that decodes, calls and encodes."""
    call, as_json = typed_call(function), declared(inspect.signature(function).return_annotation)
    return lambda arguments, context: as_json(call(arguments, context))


def typed_call(function: Callable[..., object]) -> Call:
    """A function of (arguments, context) that decodes and calls; its answer is the function's own, typed."""
    parameters = inspect.signature(function).parameters.values()
    plan = [
        (p.name, camel(p.name), decoder(p.annotation), (camel(p.name),), _required(p))
        for p in parameters
        if p.name != "context"
    ]
    takes_context = any(parameter.name == "context" for parameter in parameters)
    answered = _refusals_of(function)

    def call(arguments: Mapping[str, Any], context: object) -> object:
        problems: Problems = []
        given: dict[str, object] = {"context": context} if takes_context else {}
        for name, argument, decode, path, required in plan:
            value = arguments.get(argument)
            if value is not None:
                given[name] = decode(value, path, problems)
            elif required:
                problems.append((path, "is required"))
        if problems:
            return answered(Refused(*_as_refusals(problems)))
        try:
            return function(**given)
        except Refused as refused:
            return answered(refused)

    return call


def handler(
    fields: Iterable[Field], make_context: Callable[[Event], object], meter: Meter = LAPTOP
) -> Callable[[Any, object], Any]:
    """The Lambda handler of these fields: one event, or AppSync's batch of them."""
    calls = {field.key: compile_call(field.function) for field in fields}
    starts = iter((True,))

    def handle_one(event: Event, **about: Any) -> object:
        key = f"{event['info']['parentTypeName']}.{event['info']['fieldName']}"
        call = calls.get(key)
        if call is None:
            raise InternalError(f"This function does not answer {key}.")
        with following(trace_of((event.get("request") or {}).get("headers"), os.environ)) as trace:
            observed = Observed(key, trace, meter, about)
            return observed.call(lambda: call(event["arguments"], make_context(event)))

    def handle_item(event: Event, **about: Any) -> dict[str, object]:
        try:
            return {"data": handle_one(event, **about)}
        except Exception as error:  # AppSync's batch form carries each item's error beside the others
            return {"data": None, "errorMessage": str(error), "errorType": type(error).__name__}

    def handle(event: Any, lambda_context: object = None) -> Any:
        about: dict[str, Any] = {"cold_start": next(starts, False)}
        if lambda_context is not None:
            about["request_id"] = getattr(lambda_context, "aws_request_id", None)
        if isinstance(event, list):
            return [handle_item(item, **about) for item in event]
        return handle_one(event, **about)

    return handle


@value
class Observed:
    """One call of a field, as logs and metrics see it; `about` is the invocation that it is part of."""

    key: str
    trace: Trace
    meter: Meter
    about: Mapping[str, Any]

    def call(self, call: Callable[[], object]) -> object:
        """Call and tell; let typed errors pass and hide all others."""
        started, outcome = time.perf_counter(), "answered"
        codes: tuple[str, ...] = ()
        try:
            answer = call()
            codes = _codes(answer)
            return answer
        except RefusedQuery as error:
            outcome, codes = type(error).__name__, (error.code,)
            raise
        except UnauthorizedException:
            outcome, codes = "UnauthorizedException", ("UNAUTHORIZED",)
            raise
        except Exception as error:
            outcome = "failed"
            self._bug(error)
            raise InternalError(f"Something went wrong on our side. Quote {self.trace.id}.") from None
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            about = {**self.about, "refusals": codes} if codes else self.about
            log("field", field=self.key, outcome=outcome, duration_ms=took, **about)
            for code in codes:
                self.meter.put("Refusals", 1, Code=code)

    def _bug(self, error: Exception) -> None:
        stack = "".join(traceback.format_tb(error.__traceback__))
        log("bug", logging.ERROR, field=self.key, error=type(error).__name__, stack=stack)
        self.meter.put("Bugs", 1)


def _codes(answer: object) -> tuple[str, ...]:
    """The codes of the refusals that a payload carries."""
    refusals = answer.get("userErrors") if isinstance(answer, dict) else None
    return tuple(each["code"] for each in refusals) if refusals else ()


def _required(parameter: inspect.Parameter) -> bool:
    return parameter.default is inspect.Parameter.empty and not nullable(parameter.annotation)


def _as_refusals(problems: Problems) -> list[UserError]:
    return [invalid(f"{'.'.join(path)} {words}", *path) for path, words in problems]
