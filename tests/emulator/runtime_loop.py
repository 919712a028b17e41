"""Lambda's Python runtime in small, for functions that the emulator runs as custom runtimes.

Started with `-I -S -B`: nothing but the standard library, the unpacked package and its layers can be imported. The
emulator's own Python runtime would share the engine's libraries and lose the class of what a function raises.
docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import contextlib
import datetime
import http.client
import importlib
import json
import os
import pathlib
import sys
import traceback
import types
from collections.abc import Iterator

API = "/2018-06-01/runtime"
REFUSED: list[str] = []
"""What AWS refused the event at hand."""


def main() -> None:
    """Load the handler, then answer one event after another."""
    layers = [f"{folder}/python" for folder in os.environ.pop("EMULATED_LAYERS", "").split(":") if folder]
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], *layers]
    keep_session(os.environ.pop("EMULATED_SESSIONS", ""))
    try:
        module, _, name = os.environ["_HANDLER"].rpartition(".")
        handler = getattr(importlib.import_module(module), name)
    except BaseException as error:
        call("POST", "/init/error", described(error))
        raise
    note_client_errors()
    while True:
        answer(handler)


def answer(handler: object) -> None:
    """Take one event and say what became of it."""
    headers, event = call("GET", "/invocation/next")
    request = headers["Lambda-Runtime-Aws-Request-Id"]
    context = types.SimpleNamespace(aws_request_id=request)
    REFUSED.clear()
    try:
        given = json.loads(event)
        with later(given if isinstance(given, dict) else {}):
            body = json.dumps(handler(given, context)).encode()  # type: ignore[operator]
    except Exception as error:
        tell(REFUSED)
        call("POST", f"/invocation/{request}/error", described(error))
    else:
        tell(REFUSED)
        call("POST", f"/invocation/{request}/response", body)


@contextlib.contextmanager
def later(event: dict[str, object]) -> Iterator[None]:
    """Let the sweep see the time that an event asks for (`emulatedHours` from now): nobody waits hours for an order to expire."""
    hours = event.pop("emulatedHours", 0)
    sweep = sys.modules.get("consumers.sweep")
    if not hours or sweep is None:
        yield
        return

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> "Later":
            return super().now(tz) + datetime.timedelta(hours=float(hours))  # type: ignore[arg-type]

    sweep.datetime = Later  # type: ignore[attr-defined]
    try:
        yield
    finally:
        sweep.datetime = datetime.datetime  # type: ignore[attr-defined]


def tell(refusals: list[str]) -> None:
    """Write what AWS refused as the last of the log: an invocation's answer carries no more than its last 4 KB."""
    for each in refusals:
        sys.stdout.write(f"ClientError: {each}\n")
    sys.stdout.flush()


def call(method: str, path: str, body: bytes | None = None) -> tuple[http.client.HTTPMessage, bytes]:
    """One call of the Runtime API."""
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, API + path, body)
    response = connection.getresponse()
    return response.headers, response.read()


def described(error: BaseException) -> bytes:
    """An error as Lambda words it."""
    stack = traceback.format_tb(error.__traceback__)
    found = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": stack}
    return json.dumps(found).encode()


def keep_session(folder: str) -> None:
    """Leave the credentials that this function was given where the local AppSync can check its signatures."""
    if folder:
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_LAMBDA_FUNCTION_NAME")
        path = pathlib.Path(folder) / os.environ["AWS_ACCESS_KEY_ID"]
        path.touch(mode=0o600)
        path.write_text(json.dumps({name: os.environ[name] for name in names}))


def note_client_errors() -> None:
    """Keep what AWS refuses: our handlers tell a caller nothing of it, and log its class alone."""
    exceptions = sys.modules.get("botocore.exceptions")
    if exceptions is None:
        return
    original = exceptions.ClientError.__init__

    def noted(self: Exception, response: dict[str, object], operation: str) -> None:
        original(self, response, operation)
        REFUSED.append(str(self))

    exceptions.ClientError.__init__ = noted


if __name__ == "__main__":
    main()
