"""Keeps, for a while, what functions were given and what they answered, for the console to show beside a result."""

import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Handler = Callable[[Any, object], Any]
MARK = "console-"
"""How the correlation ids of the console's requests begin: nobody else's are kept."""

MOST_REQUESTS, MOST_CALLS = 200, 100
HIDDEN = frozenset({"authorization", "x-api-key", "x-amz-security-token", "cookie"})


@dataclass(slots=True)
class Traces:
    """The calls of the last requests, by correlation id."""

    kept: OrderedDict[str, list[dict[str, Any]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watched(self, handle: Handler) -> Handler:
        """The same handler, whose calls for the console are kept. What it raises goes on."""

        def watching(event: Any, context: object = None) -> Any:
            name = correlation_id(event)
            if not name.startswith(MARK):
                return handle(event, context)
            started, told = time.perf_counter(), dict[str, Any]()
            try:
                answer = handle(event, context)
                told["answer"] = answer
                return answer
            except Exception as error:
                told["error"] = {"errorType": type(error).__name__, "errorMessage": str(error)}
                told["traceback"] = "".join(traceback.format_exception(error))
                raise
            finally:
                took = round((time.perf_counter() - started) * 1000, 1)
                self._keep(name, {"event": shown(event), "milliseconds": took, **told})

        return watching

    def of(self, name: str) -> list[dict[str, Any]]:
        """The calls of one request so far."""
        with self._lock:
            return list(self.kept.get(name, ()))

    def _keep(self, name: str, call: dict[str, Any]) -> None:
        with self._lock:
            calls = self.kept.setdefault(name, [])
            if len(calls) < MOST_CALLS:
                calls.append(call)
            while len(self.kept) > MOST_REQUESTS:
                self.kept.popitem(last=False)


def correlation_id(event: Any) -> str:
    """What the caller calls this request; empty where it says nothing."""
    first = event[0] if isinstance(event, list) and event else event
    headers = (first.get("request") or {}).get("headers") if isinstance(first, Mapping) else None
    return str((headers or {}).get("x-correlation-id", ""))


def shown(event: Any) -> Any:
    """The event without what opens doors."""
    if isinstance(event, list):
        return [shown(each) for each in event]
    request = event.get("request") or {}
    headers = {
        name: "(hidden)" if name.lower() in HIDDEN else value
        for name, value in (request.get("headers") or {}).items()
    }
    return {**event, "request": {**request, "headers": headers}}
