"""Calls resolver functions off the event loop, and turns what they do into values and errors (4.2 to 4.4)."""

import asyncio
import logging
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from local.appsync.api import Invoke
from local.appsync.problems import GENERIC_401, FieldProblem, Json

log = logging.getLogger(__name__)
TIMED_OUT = FieldProblem("Lambda:ExecutionTimeoutException", "Execution timed out.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a resolver gave for one field."""

    value: Any = None
    problem: FieldProblem | None = None


class Invoker:
    """Runs blocking functions in threads, each within AppSync's time limit.

    A function that overruns goes on in its thread; its answer is dropped, as Lambda's is.
    """

    def __init__(self, executor: Executor, timeout_seconds: float) -> None:
        self._executor = executor
        self._timeout = timeout_seconds

    async def run(self, invoke: Invoke, event: Any) -> Any:
        """The function's answer; raises what it raises, and TimeoutError past the limit."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timeout):
            return await loop.run_in_executor(self._executor, _shielded, invoke, event)

    async def one(self, invoke: Invoke, event: Json) -> Outcome:
        """One event, one answer."""
        try:
            return Outcome(await self.run(invoke, event))
        except Exception as error:
            return Outcome(problem=problem_of(error))

    async def batch(self, invoke: Invoke, events: list[Json]) -> list[Outcome]:
        """A list of events in one call; the answers are wrapped and in the same order (cases 86 to 90)."""
        try:
            answers = await self.run(invoke, events)
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


def _shielded(invoke: Invoke, event: Any) -> Any:
    try:
        return invoke(event)
    except Exception as error:
        raise FunctionError(error) from error


def problem_of(error: Exception) -> FieldProblem:
    """A raised exception as AppSync shows it: class name and text, nothing else of it (cases 81 to 83)."""
    if isinstance(error, TimeoutError):
        return TIMED_OUT
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
