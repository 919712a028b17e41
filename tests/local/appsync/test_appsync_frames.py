"""Cases 108, 121 and 137, and an authorizer's callers on the realtime endpoint."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from neutral_api import Recorder, Wire, ask, connected, make_app, order, start_frame

from local.appsync.api import LambdaAuthorizer, Mode

SUBSCRIBE = "subscription{onStatus{id}}"
PUBLISH = "mutation{setStatus(id:1,status:PAID){id status}}"
ACK_SECONDS = 15


async def test_case_108_a_valid_start_is_acknowledged_in_time() -> None:
    async with connected(make_app()) as wire:
        answer = await asyncio.wait_for(wire.start("7", SUBSCRIBE), ACK_SECONDS)
    assert answer == {"id": "7", "type": "start_ack"}


async def test_case_121_no_frame_has_a_null_payload_and_every_error_has_a_list_of_errors() -> None:
    async with connected(make_app()) as wire:
        first = await wire.start("1", SUBSCRIBE)
        for sent in (
            start_frame("2", "subscription{nothing}"), start_frame("3", "{order(id:1){id}}"),
            start_frame("1", SUBSCRIBE), {"type": "subscribe", "id": "4"}, "no json", {"type": "start", "id": "5"},
            {"id": "1", "type": "stop"}, {"id": "9", "type": "stop"},
        ):  # fmt: skip
            await wire.send(sent)
        frames = [first, *await everything(wire)]
    assert {"start_ack", "error", "complete"} <= {frame["type"] for frame in frames}
    assert all('"payload": null' not in json.dumps(frame) for frame in frames)
    errors = [frame for frame in frames if frame["type"] in {"error", "connection_error"}]
    assert all(
        isinstance(frame["payload"]["errors"], list) and frame["payload"]["errors"] for frame in errors
    )


async def everything(wire: Wire) -> list[Any]:
    """Every frame that comes until nothing does."""
    frames = []
    with suppress(TimeoutError):
        while True:
            frames.append(await asyncio.wait_for(wire.receive(), 0.3))
    return frames


async def test_case_137_what_no_mutation_did_is_told_to_nobody() -> None:
    app = make_app({"Query.order": Recorder(order(status="PAID"))})
    async with connected(app) as wire:
        await wire.start("1", SUBSCRIBE)
        await ask(app, '{order(id:"2"){id status}}')  # a function runs, and may write what it wants
        await ask(app, PUBLISH)
        frame = await wire.receive()
    assert frame["payload"] == {"data": {"onStatus": {"id": "1"}}}


async def test_an_authorizer_is_asked_at_the_connection_and_at_each_start() -> None:
    door = Recorder({"isAuthorized": True})
    app = make_app(default=Mode.AWS_LAMBDA, authorizer=LambdaAuthorizer(door), user_pools=())
    header = {"host": "localhost", "Authorization": "opaque-token"}
    async with connected(app, header) as wire:
        assert await wire.start("1", SUBSCRIBE, header) == {"id": "1", "type": "start_ack"}
    asked = [event["requestContext"] for event in door.events]
    assert asked[0]["operationName"].lower() == "deepdish:connect"
    assert [each["queryString"] for each in asked] == ["", SUBSCRIBE]
