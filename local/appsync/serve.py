"""Serves an API on one port that speaks plain and TLS alike: a connection's first byte tells (section 6.2).

Amplify rewrites http to wss, Apollo and gql use ws as well: one port must take all of them.
"""

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from local.appsync.certificate import certificate_in

log = logging.getLogger(__name__)
TLS_HANDSHAKE = b"\x16"
FIRST_BYTE_SECONDS = 15.0
GRACE_SECONDS = 10
BACKLOG = 512
KEEP_ALIVE_SECONDS = 60
MAX_FRAME = 1024 * 1024
MAX_HEADERS = 64 * 1024


class LocalServer(uvicorn.Server):
    """A server that is bound when it is made; OSError tells that the port is taken."""

    def __init__(
        self,
        app: Starlette,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate_directory: Path | None = None,
    ) -> None:
        """Port 0 takes a free one. Without a directory for its certificate the server speaks no TLS."""
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                proxy_headers=False,  # x-forwarded-for is the event's to tell (case 79)
                ws="wsproto",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                ws_per_message_deflate=False,
                ws_max_size=MAX_FRAME,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                h11_max_incomplete_event_size=MAX_HEADERS,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._app = app
        self._tls: ssl.SSLContext | None = None
        if certificate_directory is not None:
            self._tls = certificate_in(certificate_directory).context()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._accepting: asyncio.Task[None] | None = None
        self._greeting: set[asyncio.Task[None]] = set()
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 bound already
        """Accept connections, once the application is ready."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            self._listener.close()
            raise RuntimeError("The application could not start; its log says why.")
        self.servers = []
        self._accepting = asyncio.create_task(self._accept())
        self.started = True
        self.is_up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, end WebSockets with 1001, let requests in flight finish."""
        if self._accepting is not None:
            self._accepting.cancel()
        self._listener.close()
        for task in self._greeting:
            task.cancel()
        gate = getattr(self._app.state, "gate", None)
        if gate is not None:
            await gate.drain()
        await super().shutdown(sockets)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError:
                log.exception("A connection could not be accepted")
                await asyncio.sleep(0.1)  # out of file handles, most likely: do not spin
                continue
            task = asyncio.create_task(self._greet(connection))
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)

    async def _greet(self, connection: socket.socket) -> None:
        """Look at the first byte without taking it, then hand the socket to uvicorn's protocol."""
        try:
            connection.setblocking(False)
            # An answer is written in two parts: without this the second waits 40 ms for an acknowledgement.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(FIRST_BYTE_SECONDS):
                await _readable(connection)
            first = connection.recv(1, socket.MSG_PEEK)
            if not first:
                connection.close()
                return
            secure = self._tls if first == TLS_HANDSHAKE else None
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection, ssl=secure)
        except (OSError, TimeoutError) as error:  # an SSLError is an OSError
            log.debug("A connection did not come about: %s", error)
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise

    def _protocol(self) -> asyncio.Protocol:
        make = self.config.http_protocol_class
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(connection, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(connection)


@contextmanager
def running(server: LocalServer, *, seconds: float = 20.0) -> Iterator[LocalServer]:
    """The server in a thread of its own, up when the block begins and drained when it ends."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            server.run()
        except BaseException as error:
            failures.append(error)
        finally:
            server.is_up.set()

    thread = threading.Thread(target=work, name="appsync", daemon=True)
    thread.start()
    server.is_up.wait(seconds)
    if failures:
        raise failures[0]
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(seconds)
    if failures:
        raise failures[0]
