"""Portable cases of the WebSocket: its handshake and its frames."""

import asyncio
import base64
import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.conformance.callers import encoded
from tests.conformance.target import Target
from tests.conformance.wire import Wire

ON_STATUS = "subscription { onStatus { id status } }"
SET_STATUS = 'mutation { setStatus(id: "1", status: PAID) { id status } }'
ACK = {"type": "connection_ack", "payload": {"connectionTimeoutMs": 300000}}


def started(id_: str) -> dict[str, str]:
    """The answer to a subscription that is there."""
    return {"id": id_, "type": "start_ack"}


async def hears(api: Target, wire: Wire) -> bool:
    """Whether what is subscribed on a connection gets what a mutation gives."""
    await asyncio.to_thread(api.ask, SET_STATUS)
    frame = await wire.next()
    return frame["type"] == "data" and frame["payload"]["data"]["onStatus"]["status"] == "PAID"


@pytest.mark.parametrize("init", [{}, {"payload": {}}], ids=["case_098", "case_099"])
async def test_cases_095_108_a_subscription_begins(api: Target, init: dict[str, Any]) -> None:
    async with api.connected() as wire:
        assert wire.socket.subprotocol == "graphql-ws"
        await wire.send(type="connection_init", **init)
        assert [await wire.next(), await wire.next("ka")] == [ACK, {"type": "ka"}]
        assert await wire.started("s1", ON_STATUS) == started("s1")


@pytest.mark.parametrize(
    "form", [pytest.param("url", id="url_alphabet"), pytest.param("no padding"), pytest.param("plain")]
)
async def test_cases_096_104_the_headers_in_the_query(api: Target, form: str) -> None:
    header = json.dumps(api.callers.by_key() | {"x-pad": "~~~>>>???"}).encode()
    text = (base64.urlsafe_b64encode if form == "url" else base64.b64encode)(header).decode()
    text = text.rstrip("=") if form == "no padding" else text.replace("+", "%2B").replace("/", "%2F")
    async with api.upgraded(query=f"?header={text}&payload=e30=") as wire:
        assert await (await wire.ready()).started("s1", ON_STATUS) == started("s1")


async def test_case_097_plain_headers(api: Target) -> None:
    async with api.upgraded(headers={"x-api-key": api.callers.key}) as wire:
        assert await (await wire.ready()).started("s1", ON_STATUS) == started("s1")


async def test_case_100_a_start_before_the_acknowledgement_is_ignored(api: Target) -> None:
    async with api.connected() as wire:
        await wire.start("early", ON_STATUS)
        await wire.send(type="connection_init")
        assert await wire.next() == ACK
        assert await wire.started("late", ON_STATUS) == started("late")


async def refusal(wire: Wire) -> dict[str, Any]:
    """The error of a connection that is not acknowledged; then it is closed."""
    await wire.send(type="connection_init")
    frame = await wire.next()
    with pytest.raises(ConnectionClosed):
        await wire.next()
    assert frame["type"] == "connection_error"
    (error,) = frame["payload"]["errors"]
    return error


async def test_case_102_a_wrong_key_is_a_connection_error(api: Target) -> None:
    async with api.connected(api.callers.by_key("da2-wrong")) as wire:
        error = await refusal(wire)
    assert (error["errorType"].rpartition(":")[2], error["errorCode"]) == ("UnauthorizedException", 401)


async def test_case_103_no_headers(api: Target) -> None:
    async with api.upgraded() as wire:
        error = await refusal(wire)
    assert (error["message"], error["errorCode"]) == ("Required headers are missing.", 400)


APOLLO = {"authorization": "Authorization", "x-amz-security-token": "X-Amz-Security-Token"}
GQL = {"authorization": "Authorization", "x-amz-date": "X-Amz-Date"}


@pytest.mark.parametrize("names", [{}, APOLLO, GQL], ids=["amplify", "apollo", "gql"])
async def test_case_105_a_signature_over_connect(signer: Target, names: dict[str, str]) -> None:
    headers = {names.get(name, name): value for name, value in signer.callers.signed_frame().items()}
    async with signer.connected(headers) as wire:
        await wire.send(type="connection_init")
        assert await wire.next() == ACK


async def test_case_106_a_signature_over_another_path(signer: Target) -> None:
    async with signer.connected(signer.callers.signed_frame(path="/graphql")) as wire:
        await wire.send(type="connection_init")
        assert (await wire.next())["type"] == "connection_error"


async def test_case_107_a_started_signature_is_over_the_very_data(signer: Target) -> None:
    data = json.dumps({"query": ON_STATUS, "variables": {}})
    headers = signer.callers.signed_frame(data, "/graphql")
    async with signer.connected() as wire:
        await wire.ready()
        await wire.start_data("good", data, headers)
        assert await wire.next() == started("good")
        await wire.start_data("bad", f"{data} ", headers)
        frame = await wire.next()
        assert (frame["type"], frame["id"]) == ("error", "bad")
        assert await hears(signer, wire)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        pytest.param("subscription{onStatus{nothing}}", "FieldUndefined", id="case_109"),
        pytest.param('query{order(id:"1"){id}}', "UnsupportedOperation", id="case_110"),
        pytest.param("subscription{onSystem{id}}", "Unauthorized", id="case_115"),
    ],
)
async def test_a_subscription_that_is_refused_leaves_the_others(api: Target, query: str, word: str) -> None:
    async with api.connected() as wire:
        await wire.ready()
        await wire.started("good", ON_STATUS)
        frame = await wire.started("bad", query)
        assert (frame["type"], frame["id"]) == ("error", "bad")
        assert word in json.dumps(frame["payload"])
        assert await hears(api, wire)


async def test_case_111_an_unknown_frame(api: Target) -> None:
    async with api.connected() as wire:
        await wire.ready()
        await wire.send(type="subscribe", id="1")
        frame = await wire.next()
        assert "id" not in frame
        (error,) = frame["payload"]["errors"]
    assert error["errorType"] == "UnsupportedOperation"
    assert error["message"] == "unknown not supported through the realtime channel"


async def test_case_112_a_live_id_cannot_start_again(api: Target) -> None:
    async with api.connected() as wire:
        await wire.ready()
        await wire.started("s1", ON_STATUS)
        frame = await wire.started("s1", ON_STATUS)
        assert (frame["type"], frame["id"]) == ("error", "s1")
        assert await hears(api, wire)


async def test_case_113_ids_belong_to_their_connection(api: Target) -> None:
    async with api.connected() as one, api.connected() as other:
        for wire in (one, other):
            assert await (await wire.ready()).started("s1", ON_STATUS) == started("s1")


async def test_case_114_the_101st_subscription(api: Target) -> None:
    async with api.connected() as wire:
        await wire.ready()
        for number in range(100):
            assert await wire.started(str(number), ON_STATUS) == started(str(number))
        (error,) = (await wire.started("100", ON_STATUS))["payload"]["errors"]
    assert error["errorType"] == "MaxSubscriptionsReachedError"


async def test_case_116_a_start_in_another_mode_than_the_connection(api: Target, admin: str) -> None:
    headers = api.callers.by_authorization(admin)
    async with api.connected() as wire:
        assert await (await wire.ready()).started("s1", "subscription{onAdmin{id}}", headers) == started("s1")


async def test_case_117_a_key_twice_in_two_cases(api: Target) -> None:
    headers = api.callers.by_key() | {"X-Api-Key": api.callers.key}
    async with api.connected() as wire:
        assert await (await wire.ready()).started("s1", ON_STATUS, headers) == started("s1")


async def test_cases_118_119_stop(api: Target) -> None:
    async with api.connected() as wire:
        await wire.ready()
        await wire.started("s1", ON_STATUS)
        await wire.send(id="s1", type="stop")
        assert await wire.next() == {"id": "s1", "type": "complete"}
        await wire.send(id="unknown", type="stop")
        await asyncio.to_thread(api.ask, SET_STATUS)
        await wire.start("s2", ON_STATUS)
        frames = [await wire.next()]
        while frames[-1]["type"] != "start_ack":
            frames.append(await wire.next())
    assert "data" not in {each["type"] for each in frames}


async def test_case_120_a_client_that_leaves_does_not_hinder_publishing(api: Target) -> None:
    async with api.connected() as wire:
        await (await wire.ready()).started("s1", ON_STATUS)
        await wire.socket.close()
    assert "errors" not in await asyncio.to_thread(api.ask, SET_STATUS)


@pytest.mark.parametrize("text", ["{", "[]", '{"type":null}', '{"type":"start","id":"1","payload":null}'])
async def test_cases_121_123_nonsense_shows_nothing_of_the_inside(api: Target, text: str) -> None:
    async with api.connected() as wire:
        await wire.ready()
        await wire.socket.send(text)
        try:
            frame = await wire.next()
        except ConnectionClosed:
            return
        assert isinstance(frame["payload"]["errors"], list)
        assert "Traceback" not in json.dumps(frame)


async def test_case_124_a_header_of_8_kb(api: Target) -> None:
    header = encoded(api.callers.by_key() | {"x-long": "x" * 6000})
    async with api.upgraded(Subprotocol(f"header-{header}")) as wire:
        assert len(header) > 8000
        assert await (await wire.ready()).started("s1", ON_STATUS) == started("s1")
