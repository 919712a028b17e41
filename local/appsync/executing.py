"""Runs an operation: resolvers in waves of threads, then one pass that completes the values.

Query fields resolve concurrently, mutation fields one after the other (section 4.6). Resolvers of nested
fields run as soon as their parents' wave has answered; a field that is denied is never resolved.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, OperationType, get_named_type

from local.appsync.api import Kind, Limits
from local.appsync.completing import Completion, Nulled
from local.appsync.events import Request, event_for
from local.appsync.inputs import InputProblem, coerce_arguments
from local.appsync.invoking import Invoker, Outcome
from local.appsync.plan import Plan, Step
from local.appsync.problems import FieldProblem, Json, Path

OVER_LIMIT = FieldProblem(
    "ResolverExecutionLimitReached", "The request runs more resolvers than the API allows."
)
TOO_MANY_ENDS = FieldProblem("BadRequest", "One request may end at most 5 different kinds of subscriptions.")
MAX_ENDS = 5


@dataclass(frozen=True, slots=True)
class Live:
    """What a mutation does to subscriptions: `publish(mutation field, its result)`, `end(field, payload)`."""

    publish: Callable[[str, Json], None]
    end: Callable[[str, Json], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A field of one object that waits for its resolver."""

    step: Step
    source: Any
    path: Path


async def together(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    """All of it side by side. Most waves are one call, which needs no task of its own (40 of 230 us a request)."""
    if len(work) == 1:
        await work[0]
    else:
        await asyncio.gather(*work)


@dataclass(slots=True)
class Execution:
    """One run of an operation."""

    plan: Plan
    request: Request
    variables: Json
    given: Json
    invoker: Invoker
    limits: Limits
    live: Live
    outcomes: dict[Path, Outcome] = field(default_factory=dict)
    calls: int = 0
    ended: int = 0

    async def run(self) -> Json:
        """The response: `data`, and `errors` if there are any."""
        completion = Completion(self.plan.model.schema, self.variables, self.outcomes)
        serial = self.plan.operation.operation is OperationType.MUTATION
        if not serial:
            await self._resolve(
                [Call(step, None, (step.key,)) for step in self.plan.root], in_one_chain=False
            )
        data: Json | None = {}
        for step in self.plan.root:
            if serial:
                await self._resolve([Call(step, None, (step.key,))], in_one_chain=True)
            try:
                value = completion.field(step, self.plan.model.schema, (step.key,))
            except Nulled:
                data = None
                continue
            if serial:
                self._announce(step, value)
            if data is not None:
                data[step.key] = value
        return {"data": data, "errors": completion.errors} if completion.errors else {"data": data}

    def _announce(self, step: Step, value: Any) -> None:
        outcome = self.outcomes.get((step.key,))
        if isinstance(value, dict) and outcome is not None and outcome.problem is None:
            self.live.publish(step.name, value)

    async def _resolve(self, roots: list[Call], *, in_one_chain: bool) -> None:
        """Root fields run side by side, each with its descendants; `in_one_chain` keeps them in order."""
        wanted = [call for call in roots if call.step.resolver is not None and call.step.denied is None]
        if in_one_chain:
            await self._waves(wanted)
        else:
            await together([self._waves([call]) for call in wanted])

    async def _waves(self, calls: list[Call]) -> None:
        while calls:
            groups: dict[int, list[Call]] = {}
            for call in calls:
                groups.setdefault(id(call.step), []).append(call)
            await together([self._group(group) for group in groups.values()])
            calls = [below for call in calls for below in self._below(call)]

    async def _group(self, calls: list[Call]) -> None:
        """Every object that needs the same field: in lists where the resolver takes lists."""
        resolver = calls[0].step.resolver
        if resolver is None:
            return
        size = resolver.batch_size or 1
        chunks = [calls[start : start + size] for start in range(0, len(calls), size)]
        await together([self._chunk(chunk) for chunk in chunks])

    async def _chunk(self, calls: list[Call]) -> None:
        self.calls += len(calls)
        if self.limits.resolver_count and self.calls > self.limits.resolver_count:
            outcomes = [Outcome(problem=OVER_LIMIT)] * len(calls)
        else:
            try:
                outcomes = await self._invoke(calls)
            except InputProblem as problem:
                outcomes = [Outcome(problem=FieldProblem(None, str(problem)))] * len(calls)
        for call, outcome in zip(calls, outcomes, strict=True):
            self.outcomes[call.path] = outcome

    async def _invoke(self, calls: list[Call]) -> list[Outcome]:
        resolver = calls[0].step.resolver
        if resolver is None or resolver.kind is Kind.PUBLISH or resolver.invoke is None:
            return [self._echo(call.step) for call in calls]
        events = [
            event_for(self.plan, call.step, self.request, call.source, self.variables, self.given)
            for call in calls
        ]
        if resolver.batch_size:
            return await self.invoker.batch(resolver, events)
        outcome = await self.invoker.one(resolver, events[0])
        return [self._end(outcome) if resolver.kind is Kind.END and outcome.problem is None else outcome]

    def _echo(self, step: Step) -> Outcome:
        """The constant JavaScript over no data source: the field's `input` is its result."""
        arguments = coerce_arguments(step.definition.args, step.nodes[0].arguments or (), self.variables)
        return Outcome(arguments.get("input"))

    def _end(self, outcome: Outcome) -> Outcome:
        answer = outcome.value if isinstance(outcome.value, dict) else {}
        ends = answer.get("invalidate") or []
        self.ended += len(ends)
        if self.ended > MAX_ENDS:
            return Outcome(problem=TOO_MANY_ENDS)
        for end in ends:
            self.live.end(end["subscriptionField"], end["payload"])
        return Outcome(answer.get("result"))

    def _below(self, call: Call) -> Iterator[Call]:
        """The resolver fields under a value that has just been resolved."""
        outcome = self.outcomes[call.path]
        if outcome.value is not None and self.plan.has_calls(call.step):
            yield from self._walk(call.step, call.step.type, outcome.value, call.path)

    def _walk(self, step: Step, type_: Any, value: Any, path: Path) -> Iterator[Call]:
        bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(bare, GraphQLList):
            for index, item in enumerate(value if isinstance(value, list) else ()):
                yield from self._walk(step, bare.of_type, item, (*path, index))
        elif isinstance(value, dict) and step.children is not None:
            yield from self._children(step, value, path)

    def _children(self, step: Step, value: Json, path: Path) -> Iterator[Call]:
        named: Any = get_named_type(step.type)
        if not isinstance(named, GraphQLObjectType):
            named = self.plan.model.schema.type_map.get(str(value.get("__typename")))
        if step.children is None or not isinstance(named, GraphQLObjectType):
            return
        for child in step.children.steps(named):
            if child.denied is not None:
                continue
            place = (*path, child.key)
            if child.resolver is not None:
                yield Call(child, value, place)
            elif self.plan.has_calls(child):
                yield from self._walk(child, child.type, value.get(child.name), place)
