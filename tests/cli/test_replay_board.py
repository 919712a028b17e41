"""The staff board against a server that speaks AppSync's realtime protocol."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from websockets.asyncio.server import serve

from cli.replay import board as boards
from cli.replay.board import BoardError, Door, listening
from cli.replay.eventlog import EventKey, LoggedEvent
from domain.lifecycle import EventType

SUBSCRIPTIONS = -(-len(EventType) // boards.TYPES_EACH)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
GREETING = {"connection_init": "connection_ack", "start": "start_ack"}


def frame(sequence):
    event = {"id": "e", "orderId": "ord_1", "sequence": sequence}
    return json.dumps({"id": "0", "type": "data", "payload": {"data": {"onStaffOrderEvents": event}}})


def logged(*sequences, at=LATER):
    return [LoggedEvent(EventKey("ord_1", sequence), at) for sequence in sequences]


def keys(*sequences):
    return {EventKey("ord_1", sequence) for sequence in sequences}


class Realtime:
    """Acknowledges everything; connection n sends the frames of `sends[n]`; all but the last wait for `cut` and end."""

    def __init__(self, *sends, answers=None):
        self._sends, self._answers = list(sends), answers or GREETING
        self.starts, self.credentials = [], []
        self.cut = asyncio.Event()

    async def _serve(self, socket):
        offered = socket.request.headers["Sec-WebSocket-Protocol"].split("header-")[1]
        self.credentials.append(json.loads(base64.urlsafe_b64decode(offered + "=" * (-len(offered) % 4))))
        sends = self._sends.pop(0) if self._sends else ()
        started = 0
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "start":
                self.starts.append(json.loads(message["payload"]["data"])["variables"]["types"])
                started += 1
            await socket.send(json.dumps({"type": self._answers[message["type"]], "id": message.get("id")}))
            if started == SUBSCRIPTIONS:
                for each in sends:
                    await socket.send(frame(each))
                if self._sends:
                    await self.cut.wait()
                    await socket.close(1001)

    @asynccontextmanager
    async def board(self):
        async def token():
            return "jwt"

        async with serve(self._serve, "127.0.0.1", 0, subprotocols=["graphql-ws"]) as server:
            port = server.sockets[0].getsockname()[1]
            door = Door(f"ws://127.0.0.1:{port}/graphql/realtime", f"http://127.0.0.1:{port}/graphql", token)
            async with listening(door) as board:
                yield board


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(boards, "RETRY_SECONDS", 0)


async def test_every_frame_is_collected_once():
    async with Realtime([1, 2, 2]).board() as board:
        await board.wait_for(logged(1, 2))
    assert (board.frames, board.twice) == (keys(1, 2), 1)


async def test_all_before_it_listened_is_a_gap():
    before = datetime.now(UTC)
    async with Realtime().board() as board:
        (gap,) = board.gaps
    assert gap.lost.year == 2000
    assert before <= gap.back <= datetime.now(UTC)


async def test_event_of_before_is_not_waited_for():
    async with Realtime().board() as board, asyncio.timeout(5):
        await board.wait_for(logged(1, at=board.gaps[0].back), seconds=60)
    assert board.frames == set()


async def test_subscriptions_together_see_every_type_of_event():
    realtime = Realtime()
    async with realtime.board():
        pass
    assert sorted(type_ for types in realtime.starts for type_ in types) == sorted(t.value for t in EventType)
    assert all(len(types) <= 5 for types in realtime.starts)


async def test_token_travels_in_the_subprotocol():
    realtime = Realtime()
    async with realtime.board():
        pass
    assert realtime.credentials[0]["Authorization"] == "jwt"


async def test_cut_connection_is_made_again_and_leaves_a_gap():
    realtime = Realtime([1], [2])
    async with realtime.board() as board:
        await board.wait_for(logged(1))
        realtime.cut.set()
        await board.wait_for(logged(1, 2))
    assert (board.frames, len(board.gaps)) == (keys(1, 2), 2)


async def test_waiting_ends_when_nothing_new_comes():
    async with Realtime([1]).board() as board:
        await board.wait_for(logged(1, 9), seconds=0.05)
    assert board.frames == keys(1)


async def test_refused_subscription_is_said():
    with pytest.raises(BoardError, match="may not listen"):
        async with Realtime(answers={**GREETING, "start": "error"}).board():
            pass


async def test_server_that_is_not_there_is_said():
    async def token():
        return "jwt"

    with pytest.raises(BoardError, match="could not connect"):
        async with listening(Door("ws://127.0.0.1:9/graphql/realtime", "http://127.0.0.1:9/graphql", token)):
            pass
