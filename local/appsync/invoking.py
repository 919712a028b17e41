"""Calls resolver functions off the event loop, and turns what they do into values and errors (4.2 to 4.4)."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from local.appsync.api import Function, Invoke, Resolver
from local.appsync.problems import GENERIC_401, FieldProblem, Json

log = logging.getLogger(__name__)
TIMED_OUT = FieldProblem("Lambda:ExecutionTimeoutException", "Execution timed out.")

THROTTLED = FieldProblem("Lambda:TooManyRequestsException", "Rate Exceeded.")


class ThrottledError(Exception):
    """As many of a function run as may."""


class FunctionTimeoutError(Exception):
    """A function ran into its own limit, which Lambda ends it at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a resolver gave for one field."""

    value: Any = None
    problem: FieldProblem | None = None


class Invoker:
    """Runs blocking functions in threads, each within AppSync's time limit and its function's own limits.

    A function that overruns goes on in its thread; its answer is dropped, as Lambda's is. Used from one event loop.
    """

    def __init__(self, executor: Executor, timeout_seconds: float) -> None:
        self._executor = executor
        self._timeout = timeout_seconds
        self._running: Counter[str] = Counter()

    async def run(self, resolver: Resolver, event: Any) -> Any:
        """The answer of a resolver's function; raises what it raises, TimeoutError, ThrottledError, FunctionTimeoutError."""
        function = resolver.function or Function("")
        with self._place(function):
            try:
                async with asyncio.timeout(min(self._timeout, function.timeout_seconds)):
                    return await _in_thread(self._executor, resolver.invoke, event)
            except TimeoutError:
                if function.timeout_seconds < self._timeout:
                    raise FunctionTimeoutError(
                        f"Task timed out after {function.timeout_seconds:.2f} seconds"
                    ) from None
                raise

    @contextmanager
    def _place(self, function: Function) -> Iterator[None]:
        if function.concurrency and self._running[function.name] >= function.concurrency:
            raise ThrottledError(function.name)
        self._running[function.name] += 1
        try:
            yield
        finally:
            self._running[function.name] -= 1

    async def one(self, resolver: Resolver, event: Json) -> Outcome:
        """One event, one answer."""
        try:
            return Outcome(await self.run(resolver, event))
        except Exception as error:
            return Outcome(problem=problem_of(error))

    async def batch(self, resolver: Resolver, events: list[Json]) -> list[Outcome]:
        """A list of events in one call; the answers are wrapped and in the same order (cases 86 to 90)."""
        try:
            answers = await self.run(resolver, events)
        except Exception as error:
            return [Outcome(problem=problem_of(error))] * len(events)
        if not isinstance(answers, list) or len(answers) != len(events):
            wrong = FieldProblem(
                "Lambda:Unhandled", "The batch function must return a list as long as the one it got."
            )
            return [Outcome(problem=wrong)] * len(events)
        return [_unwrapped(answer) for answer in answers]


class FunctionError(Exception):
    """Carries what a function raised out of its thread: StopIteration and TimeoutError would be misread there."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


async def _in_thread(executor: Executor, invoke: Invoke | None, event: Any) -> Any:
    """As `run_in_executor`, without its chain of two futures, which costs a short function a tenth of its requests."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Any] = loop.create_future()

    def work() -> None:
        try:
            value = invoke(event) if invoke is not None else None
        except BaseException as error:
            found = FunctionError(error)
            found.__cause__ = error
            _tell(loop, _fail, answer, found)
        else:
            _tell(loop, _give, answer, value)

    executor.submit(work)
    return await answer


def _tell(loop: asyncio.AbstractEventLoop, *call: Any) -> None:
    with suppress(RuntimeError):  # the server has ended meanwhile: nobody waits
        loop.call_soon_threadsafe(*call)


def _give(answer: asyncio.Future[Any], value: Any) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


def problem_of(error: Exception) -> FieldProblem:
    """A raised exception as AppSync shows it: class name and text, nothing else of it (cases 81 to 83)."""
    if isinstance(error, TimeoutError):
        return TIMED_OUT
    if isinstance(error, ThrottledError):
        log.warning("As many calls of the function %s run as may: one is refused", error)
        return THROTTLED
    if isinstance(error, FunctionTimeoutError):
        log.warning("A resolver function was ended: %s", error)
        return FieldProblem("Lambda:Unhandled", str(error))
    cause = error.cause if isinstance(error, FunctionError) else error
    name = type(cause).__name__
    is_bug = type(cause).__module__ == "builtins"
    log.log(logging.ERROR if is_bug else logging.INFO, "A resolver function raised %s", name, exc_info=cause)
    return FieldProblem(name, GENERIC_401 if name == "UnauthorizedException" else str(cause))


def _unwrapped(answer: Any) -> Outcome:
    if not isinstance(answer, dict):
        return Outcome()
    if answer.get("errorMessage") is None and answer.get("errorType") is None:
        return Outcome(answer.get("data"))
    message = answer.get("errorMessage")
    return Outcome(
        answer.get("data"), FieldProblem(answer.get("errorType"), "" if message is None else str(message))
    )
