"""The realtime protocol of one connection, without I/O: frames and facts in, actions out (section 6).

A frame's type and the phase choose the method in TABLE; everything else is ignored or refused there.
Times are seconds; ids belong to their connection.
"""

import json
from dataclasses import dataclass, field
from enum import Enum

from local.appsync.api import Limits
from local.appsync.problems import Json, TransportProblem

ACK = '{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}'
KEEP_ALIVE = '{"type":"ka"}'
NORMAL = 1000


class Phase(Enum):
    """Where a connection is."""

    OPEN = "waiting for connection_init"
    CHECKING = "verifying the credential"
    READY = "acknowledged"
    CLOSED = "refused or ended"


@dataclass(frozen=True, slots=True)
class Send:
    """A text frame to the client."""

    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """The end, after the frames before it."""

    code: int


@dataclass(frozen=True, slots=True)
class Check:
    """Verify the connection's credential, then call `checked`."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Register a subscription, then call `begun`. `serial` tells apart registrations that share an id."""

    id: str
    serial: int
    data: str
    headers: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class End:
    """Forget a registration."""

    serial: int


Action = Send | Close | Check | Begin | End


def frame(kind: str, id_: str | None = None, payload: Json | None = None) -> Send:
    """A frame; absent parts are left out, never null (6.5)."""
    body: Json = {} if id_ is None else {"id": id_}
    body["type"] = kind
    if payload is not None:
        body["payload"] = payload
    return Send(json.dumps(body, separators=(",", ":")))


def error_frame(id_: str | None, error_type: str, message: str) -> Send:
    """An error; without an id it is about the connection."""
    return frame("error", id_, {"errors": [{"errorType": error_type, "message": message}]})


class Session:
    """The state of one connection."""

    def __init__(self, limits: Limits, now: float, refused: TransportProblem | None = None) -> None:
        """`refused`: the handshake was incomplete; it is told as soon as the client speaks."""
        self.phase = Phase.OPEN
        self._limits = limits
        self._refused = refused
        self._opened = now
        self._next_beat = now + limits.keep_alive_seconds
        self._ids: dict[str, int] = {}
        self._pending: set[int] = set()
        self._serial = 0
        self._now = now

    def receive(self, text: str) -> list[Action]:
        """A text frame of the client."""
        message = _decoded(text)
        kind = message.get("type") if message is not None else None
        handler = TABLE.get((self.phase, str(kind)))
        if handler is not None and message is not None:
            return handler(self, message)
        if self.phase is not Phase.READY or kind == "connection_init":
            return []
        return [
            error_frame(None, "UnsupportedOperation", "unknown not supported through the realtime channel")
        ]

    def _init(self, message: Json) -> list[Action]:  # noqa: ARG002 its payload means nothing
        if self._refused is not None:
            return self.checked(self._refused)
        self.phase = Phase.CHECKING
        return [Check()]

    def checked(self, problem: TransportProblem | None) -> list[Action]:
        """The credential was verified, or why not."""
        if self.phase is Phase.CLOSED:
            return []
        if problem is None:
            self.phase = Phase.READY
            self._next_beat = self._now + self._limits.keep_alive_seconds
            return [Send(ACK), Send(KEEP_ALIVE)]
        self.phase = Phase.CLOSED
        error: Json = {"errorType": problem.error_type} if problem.error_type else {}
        code = 400 if problem.error_type == "BadRequestException" else problem.status
        error |= {"message": problem.message, "errorCode": code}
        return [frame("connection_error", None, {"errors": [error]}), Close(NORMAL)]

    def _start(self, message: Json) -> list[Action]:
        id_, payload = message.get("id"), message.get("payload")
        if not isinstance(id_, str) or not id_:
            return [error_frame(None, "BadRequestException", "A start frame needs an id that is a string.")]
        if id_ in self._ids:
            return [error_frame(id_, "DuplicatedOperationError", "Duplicated operation id.")]
        most = self._limits.subscriptions_per_connection
        if len(self._ids) >= most:
            return [
                error_frame(
                    id_, "MaxSubscriptionsReachedError", f"Max number of {most} subscriptions reached"
                )
            ]
        data = payload.get("data") if isinstance(payload, dict) else None
        if not isinstance(payload, dict) or not isinstance(data, str):
            return [error_frame(id_, "BadRequestException", "payload.data must be a JSON text.")]
        self._serial += 1
        self._ids[id_] = self._serial
        self._pending.add(self._serial)
        return [Begin(id_, self._serial, data, _authorization(payload))]

    def begun(self, begin: Begin, errors: list[Json] | None) -> list[Action]:
        """A registration succeeded or not; nothing to do when it was stopped meanwhile."""
        if self._ids.get(begin.id) != begin.serial:
            return []
        self._pending.discard(begin.serial)
        if errors is None:
            return [frame("start_ack", begin.id)]
        del self._ids[begin.id]
        return [frame("error", begin.id, {"errors": errors})]

    def event(self, begin: Begin, payload: str) -> list[Action]:
        """An event's payload, as JSON text, for a live subscription."""
        if self._ids.get(begin.id) != begin.serial or begin.serial in self._pending:
            return []
        return [Send(f'{{"id":{json.dumps(begin.id)},"type":"data","payload":{payload}}}')]

    def ended(self, begin: Begin, error: Json) -> list[Action]:
        """The server ends a subscription: an error frame, since Amplify and Apollo do not heed `complete`."""
        if self._ids.get(begin.id) != begin.serial:
            return []
        del self._ids[begin.id]
        return [frame("error", begin.id, {"errors": [error]}), End(begin.serial)]

    def _stop(self, message: Json) -> list[Action]:
        id_ = message.get("id")
        if not isinstance(id_, str):
            return [error_frame(None, "BadRequestException", "A stop frame needs an id that is a string.")]
        serial = self._ids.pop(id_, None)
        done: list[Action] = [frame("complete", id_)]
        if serial is not None:
            self._pending.discard(serial)
            done.append(End(serial))
        return done

    def tick(self, now: float) -> list[Action]:
        """Time has come to `now`: a keep-alive is due, or the connection is too old (case 122)."""
        self._now = now
        if self.phase is Phase.CLOSED:
            return []
        too_old = now >= self._opened + self._limits.connection_hours * 3600
        if too_old:
            self.phase = Phase.CLOSED
            return [Close(NORMAL)]
        if now < self._next_beat:
            return []
        self._next_beat = now + self._limits.keep_alive_seconds
        return [Send(KEEP_ALIVE)]

    def due(self) -> float:
        """When `tick` should be called next."""
        ends = self._opened + self._limits.connection_hours * 3600
        return min(self._next_beat, ends)


TABLE = {
    (Phase.OPEN, "connection_init"): Session._init,  # noqa: SLF001 the table is the class's own
    (Phase.READY, "start"): Session._start,  # noqa: SLF001
    (Phase.READY, "stop"): Session._stop,  # noqa: SLF001
}
"""What a frame does in a phase. Frames before the acknowledgement are ignored (case 100)."""


def _decoded(text: str) -> Json | None:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _authorization(payload: Json) -> Json:
    extensions = payload.get("extensions")
    found = extensions.get("authorization") if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}
