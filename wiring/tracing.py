"""The id that follows one request through every hop: log lines, the log entry it writes, the push that this sets off."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from domain.values import value

ROOT = re.compile(r"Root=([0-9A-Za-z-]{1,64})")
CLEAN = re.compile(r"[0-9A-Za-z_-]{1,64}")
"""What an id may be: a client chooses it, and it stands in logs and headers."""

SAMPLED = ";sampled"
TRACE_HEADER, CORRELATION_HEADER = "x-amzn-trace-id", "x-correlation-id"


@value
class Trace:
    """One request: its id, and whether X-Ray follows it.

    The header's form: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader.
    """

    id: str
    sampled: bool = False

    @property
    def text(self) -> str:
        """As a log entry keeps it."""
        return self.id + (SAMPLED if self.sampled else "")

    @classmethod
    def read(cls, text: str) -> "Trace":
        """What `text` said."""
        return cls(text.removesuffix(SAMPLED), text.endswith(SAMPLED))

    def headers(self) -> dict[str, str]:
        """What carries it over HTTP."""
        carried = {CORRELATION_HEADER: self.id}
        return carried | ({TRACE_HEADER: f"Root={self.id};Sampled=1"} if self.sampled else {})


def new_trace() -> Trace:
    """The trace of what no request set off."""
    return Trace(uuid4().hex)


def trace_of(headers: Mapping[str, Any] | None, environment: Mapping[str, str]) -> Trace:
    """The trace of a request: X-Ray's where there is one, the client's correlation id if it is clean, else a new one."""
    headers = headers or {}
    found = ROOT.search(str(headers.get(TRACE_HEADER) or environment.get("_X_AMZN_TRACE_ID", "")))
    if found:
        return Trace(found.group(1), "Sampled=1" in environment.get("_X_AMZN_TRACE_ID", ""))
    given = str(headers.get(CORRELATION_HEADER) or "")
    return Trace(given) if CLEAN.fullmatch(given) else new_trace()


_CURRENT: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def following(trace: Trace) -> Iterator[Trace]:
    """Within the block this is the current trace; log lines bear its id."""
    token = _CURRENT.set(trace)
    try:
        yield trace
    finally:
        _CURRENT.reset(token)


def current() -> Trace | None:
    """The trace of the request that is being worked on in this thread."""
    return _CURRENT.get()
