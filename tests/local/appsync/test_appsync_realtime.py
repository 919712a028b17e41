"""Cases 95 to 124: handshake and frames."""

import base64
import json
from datetime import timedelta

import pytest
from neutral_api import (
    KEY,
    KEY_HEADERS,
    NOW,
    READER,
    Recorder,
    ask,
    connected,
    encoded,
    make_app,
    signed_headers,
    start_frame,
    token,
    wired,
)

from local.appsync.api import Limits
from local.appsync.realtime import Begin, Close, Phase, Send, Session

SUBSCRIBE = "subscription{onStatus{id}}"
PUBLISH = "mutation{setStatus(id:1,status:PAID){id status}}"
OLD_HEADER = base64.b64encode(json.dumps(KEY_HEADERS).encode()).decode()


def errors_of(frame):
    """The first error of an error frame, its shape checked."""
    assert frame["type"] in ("error", "connection_error")
    return frame["payload"]["errors"][0]


async def test_case_095_subprotocol_header():
    async with wired(make_app()) as wire:
        assert (wire.accepted["type"], wire.accepted["subprotocol"]) == ("websocket.accept", "graphql-ws")


async def test_case_096_query_header():
    query = f"header={OLD_HEADER}&payload=e30=".encode()
    async with connected(make_app(), path="/graphql", protocols=["graphql-ws"], query=query) as wire:
        assert wire.accepted["subprotocol"] == "graphql-ws"


async def test_case_097_plain_headers():
    async with connected(
        make_app(), protocols=["graphql-ws"], upgrade={"x-api-key": KEY, "host": "localhost"}
    ) as wire:
        assert await wire.start("1", SUBSCRIBE) == {"id": "1", "type": "start_ack"}


@pytest.mark.parametrize("init", [{"type": "connection_init"}, {"type": "connection_init", "payload": {}}])
async def test_cases_098_099_acknowledgement_and_keep_alive(init):
    async with wired(make_app()) as wire:
        await wire.send(init)
        ack = {"type": "connection_ack", "payload": {"connectionTimeoutMs": 300000}}
        assert [await wire.receive(), await wire.receive()] == [ack, {"type": "ka"}]


async def test_case_100_a_start_before_the_acknowledgement_is_ignored():
    async with wired(make_app()) as wire:
        await wire.send(start_frame("1", SUBSCRIBE))
        await wire.send({"type": "connection_init"})
        assert [(await wire.receive())["type"], (await wire.receive())["type"]] == ["connection_ack", "ka"]
        assert await wire.start("1", SUBSCRIBE) == {"id": "1", "type": "start_ack"}


def ready(**limits):
    """A session that has been acknowledged at 0 seconds."""
    session = Session(Limits(**limits), 0)
    session.receive('{"type":"connection_init"}')
    session.checked(None)
    return session


def test_case_101_keep_alives_every_60_seconds_without_payload():
    session = ready()
    assert session.tick(59) == []
    assert session.tick(60) == [Send('{"type":"ka"}')]
    assert (session.tick(61), session.due()) == ([], 120)


def test_keep_alives_come_even_without_connection_init():
    assert Session(Limits(), 0).tick(60) == [Send('{"type":"ka"}')]


async def test_case_102_a_wrong_key_is_a_connection_error():
    async with wired(make_app(), {"host": "localhost", "x-api-key": "da2-wrong"}) as wire:
        await wire.send({"type": "connection_init"})
        message = "You are not authorized to make this call."
        error = {"errorType": "UnauthorizedException", "message": message, "errorCode": 401}
        assert await wire.receive() == {"type": "connection_error", "payload": {"errors": [error]}}
        assert await wire.receive() == 1000


@pytest.mark.parametrize("headers", [None, {}, {"host": "localhost"}], ids=["absent", "empty", "incomplete"])
async def test_case_103_no_header_object(headers):
    protocols = ["graphql-ws"] if headers is None else ["graphql-ws", f"header-{encoded(headers)}"]
    async with wired(make_app(), protocols=protocols) as wire:
        await wire.send({"type": "connection_init"})
        error = {"message": "Required headers are missing.", "errorCode": 400}
        assert (await wire.receive())["payload"] == {"errors": [error]}


async def test_the_subprotocol_must_be_offered():
    async with wired(make_app(), protocols=[], upgrade={"x-api-key": KEY}) as wire:
        await wire.send({"type": "connection_init"})
        assert errors_of(await wire.receive())["errorType"] == "NoProtocolError"


SPACED = json.dumps({**KEY_HEADERS, "pad": "~~~>>>???"}, ensure_ascii=False)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(base64.b64encode(SPACED.encode()).decode(), id="plus_unescaped"),
        pytest.param(base64.b64encode(SPACED.encode()).decode().rstrip("="), id="no_padding"),
        pytest.param(base64.urlsafe_b64encode(SPACED.encode()).decode(), id="url_alphabet"),
    ],
)
async def test_case_104_tolerant_base64(header):
    query = f"header={header}&payload=e30=".encode()
    async with connected(make_app(), path="/graphql", protocols=["graphql-ws"], query=query) as wire:
        assert wire.accepted["type"] == "websocket.accept"


def cased(headers, **names):
    return {names.get(name.replace("-", "_"), name): value for name, value in headers.items()}


CONNECT = signed_headers("{}", "/graphql/connect", extra={"x-amz-security-token": "t"})


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(CONNECT, id="amplify"),
        pytest.param(cased(CONNECT, authorization="Authorization", x_amz_security_token="X-Amz-Security-Token"), id="apollo"),
        pytest.param(cased(CONNECT, authorization="Authorization", x_amz_date="X-Amz-Date"), id="gql"),
    ],
)  # fmt: skip
async def test_case_105_signatures_over_connect(headers):
    async with connected(make_app(), headers) as wire:
        assert wire.accepted["subprotocol"] == "graphql-ws"


async def test_case_106_a_signature_over_the_wrong_path():
    async with wired(make_app(), signed_headers("{}", "/graphql")) as wire:
        await wire.send({"type": "connection_init"})
        error = errors_of(await wire.receive())
        assert (error["errorType"], error["errorCode"]) == ("BadRequestException", 400)


async def test_case_107_a_start_signature_is_over_the_very_data():
    data = json.dumps({"query": SUBSCRIBE, "variables": {}})
    async with connected(make_app()) as wire:
        good = {"data": data, "extensions": {"authorization": signed_headers(data)}}
        await wire.send({"id": "1", "type": "start", "payload": good})
        assert await wire.receive() == {"id": "1", "type": "start_ack"}
        await wire.send({"id": "2", "type": "start", "payload": {**good, "data": f"{data} "}})
        frame = await wire.receive()
        assert (frame["id"], errors_of(frame)["errorType"]) == ("2", "BadRequestException")


async def test_an_iam_policy_may_refuse_a_subscription():
    data = json.dumps({"query": SUBSCRIBE})
    payload = {"data": data, "extensions": {"authorization": signed_headers(data, who=READER)}}
    async with connected(make_app()) as wire:
        await wire.send({"id": "1", "type": "start", "payload": payload})
        error = {"errorType": "UnauthorizedException", "message": "Permission denied"}
        assert (await wire.receive())["payload"] == {"errors": [error]}


async def test_case_109_an_invalid_subscription_leaves_the_connection_open():
    async with connected(make_app()) as wire:
        frame = await wire.start("1", "subscription{nothing}")
        assert frame["id"] == "1"
        assert errors_of(frame)["message"].startswith("Validation error of type FieldUndefined")
        assert await wire.start("1", SUBSCRIBE) == {"id": "1", "type": "start_ack"}


async def test_missing_variables_are_told_as_over_http():
    async with connected(make_app()) as wire:
        frame = await wire.start("1", "subscription($s:Status!){onStatus(status:$s){id}}")
        assert errors_of(frame) == {
            "message": "Variable 's' has coerced Null value for NonNull type 'Status!'"
        }


@pytest.mark.parametrize("query", ['query{order(id:"1"){id}}', PUBLISH])
async def test_case_110_only_subscriptions(query):
    async with connected(make_app()) as wire:
        frame = await wire.start("1", query)
        assert (frame["id"], errors_of(frame)["errorType"]) == ("1", "UnsupportedOperation")


async def test_case_111_an_unknown_frame():
    async with connected(make_app()) as wire:
        await wire.send({"type": "subscribe", "id": "1"})
        error = {
            "errorType": "UnsupportedOperation",
            "message": "unknown not supported through the realtime channel",
        }
        assert await wire.receive() == {"type": "error", "payload": {"errors": [error]}}


async def test_case_112_a_live_id_cannot_start_again():
    app = make_app()
    async with connected(app) as wire:
        await wire.start("1", SUBSCRIBE)
        frame = await wire.start("1", SUBSCRIBE)
        assert (frame["id"], errors_of(frame)["errorType"]) == ("1", "DuplicatedOperationError")
        await ask(app, PUBLISH)
        assert (await wire.receive())["payload"] == {"data": {"onStatus": {"id": "1"}}}


async def test_case_113_ids_belong_to_their_connection():
    app = make_app()
    async with connected(app) as one, connected(app) as other:
        assert (await one.start("1", SUBSCRIBE))["type"] == "start_ack"
        assert (await other.start("1", SUBSCRIBE))["type"] == "start_ack"


async def test_case_114_the_101st_subscription():
    async with connected(make_app()) as wire:
        for number in range(100):
            assert (await wire.start(str(number), SUBSCRIBE))["type"] == "start_ack"
        frame = await wire.start("100", SUBSCRIBE)
        assert errors_of(frame) == {
            "errorType": "MaxSubscriptionsReachedError",
            "message": "Max number of 100 subscriptions reached",
        }


async def test_case_115_a_subscription_for_a_group():
    async with connected(make_app()) as wire:
        assert errors_of(await wire.start("1", "subscription{onAdmin{id}}")) == {
            "errorType": "Unauthorized",
            "message": "Not Authorized to access onAdmin on type Subscription",
        }


async def test_case_116_a_start_in_another_mode_than_the_connection():
    async with connected(make_app()) as wire:
        headers = {"host": "localhost", "Authorization": token("Admin")}
        assert (await wire.start("1", "subscription{onAdmin{id}}", headers))["type"] == "start_ack"


async def test_case_117_a_key_twice_in_two_cases():
    async with connected(make_app()) as wire:
        assert (await wire.start("1", SUBSCRIBE, {**KEY_HEADERS, "X-Api-Key": KEY}))["type"] == "start_ack"


async def test_a_start_needs_a_credential_of_its_own():
    async with connected(make_app()) as wire:
        assert errors_of(await wire.start("1", SUBSCRIBE, {}))["errorType"] == "UnauthorizedException"


async def test_cases_118_119_stop():
    app = make_app()
    async with connected(app) as wire:
        await wire.start("1", SUBSCRIBE)
        assert await wire.until_complete("1") == []
        await ask(app, PUBLISH)
        assert await wire.until_complete("unknown") == []


async def test_case_120_a_client_that_leaves_is_forgotten():
    app = make_app()
    async with connected(app) as wire:
        await wire.start("1", SUBSCRIBE)
        assert app.state.gate.engine.hub.count() == 1
    assert app.state.gate.engine.hub.count() == 0
    assert "errors" not in await ask(app, PUBLISH)


def test_case_122_a_connection_ends_after_24_hours():
    session = ready()
    assert Close(1000) not in session.tick(24 * 3600 - 1)
    assert session.tick(24 * 3600) == [Close(1000)]
    assert (session.phase, session.tick(24 * 3600 + 60)) == (Phase.CLOSED, [])


async def test_case_122_the_injected_clock_decides():
    moments = [NOW]
    app = make_app(clock=lambda: moments[-1], limits=Limits(keep_alive_seconds=0.05))
    async with connected(app) as wire:
        moments.append(NOW + timedelta(hours=25))
        while (frame := await wire.receive()) == {"type": "ka"}:
            pass
        assert frame == 1000


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "1", '"x"', "[" * 100_000, '{"type":null}', '{"type":["start"]}', '{"type":"start"}', '{"type":"stop"}',
     '{"type":"start","id":1,"payload":{}}', '{"type":"start","id":"1","payload":null}', '{"type":"stop","id":{}}',
     '{"type":"start","id":"1","payload":{"data":"{","extensions":{"authorization":{"x-api-key":"' + KEY + '"}}}}',
     '{"type":"start","id":"1","payload":{"data":"{}","extensions":[]}}'],
)  # fmt: skip
async def test_case_123_nonsense_does_not_end_the_connection(text):
    async with connected(make_app()) as wire:
        await wire.send(text)
        assert (await wire.receive())["type"] == "error"
        assert (await wire.start("9", SUBSCRIBE))["type"] == "start_ack"


async def test_a_second_connection_init_changes_nothing():
    async with connected(make_app()) as wire:
        await wire.send({"type": "connection_init"})
        assert (await wire.start("1", SUBSCRIBE))["type"] == "start_ack"


def test_a_stop_overtakes_a_registration():
    session = ready()
    (begin,) = session.receive(json.dumps(start_frame("1", SUBSCRIBE)))
    assert isinstance(begin, Begin)
    session.receive('{"type":"stop","id":"1"}')
    (second,) = session.receive(json.dumps(start_frame("1", SUBSCRIBE)))
    assert session.begun(begin, None) == []
    assert session.begun(second, None) == [Send('{"id":"1","type":"start_ack"}')]
    assert session.event(begin, "{}") == []


def test_no_event_before_the_acknowledgement_of_its_subscription():
    session = ready()
    (begin,) = session.receive(json.dumps(start_frame("1", SUBSCRIBE)))
    assert session.event(begin, "{}") == []


async def test_a_reader_that_does_not_read_is_cut_off_and_delays_nobody():
    app = make_app(limits=Limits(queued_frames=3))
    async with connected(app) as slow, connected(app) as quick:
        await slow.start("1", SUBSCRIBE)
        await quick.start("1", SUBSCRIBE)
        hub = app.state.gate.engine.hub
        for number in range(5):  # in one turn of the loop: no writer runs
            hub.publish("setStatus", {"id": str(number)})
        assert [await slow.receive() for _ in range(1)] == [1013]
    async with connected(app) as later:
        assert (await later.start("1", SUBSCRIBE))["type"] == "start_ack"


async def test_a_fault_while_registering_is_an_error_frame(monkeypatch, caplog):
    app = make_app()
    async with connected(app) as wire:
        monkeypatch.setattr(app.state.gate.engine, "prepare", lambda wanted: 1 / 0)
        error = errors_of(await wire.start("1", SUBSCRIBE))
        assert (error["errorType"], "division" in error["message"]) == ("InternalFailure", False)
    assert "ZeroDivisionError" in caplog.text


async def test_custom_headers_of_a_start_reach_the_resolver():
    function = Recorder()
    async with connected(make_app({"Subscription.onStatus": function})) as wire:
        await wire.start("1", SUBSCRIBE, {**KEY_HEADERS, "X-Custom": "v"})
    assert function.events[0]["request"]["headers"]["x-custom"] == "v"
