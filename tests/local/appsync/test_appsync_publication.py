"""Cases 125 to 143 and 148: what a mutation gives to which subscribers."""

import json
import threading

import pytest
from neutral_api import (
    KEY_HEADERS,
    Recorder,
    ask,
    ask_signed,
    connected,
    make_app,
    order,
    signed_headers,
    start_frame,
    token,
)

from local.appsync.api import Kind, Limits


async def heard(subscription, *mutations, signed=False, headers=None, variables=None, **app_options):
    """What a subscriber gets of some mutations."""
    app = make_app(**app_options)
    async with connected(app) as wire:
        assert (await wire.start("1", subscription, headers, **(variables or {})))["type"] == "start_ack"
        for mutation in mutations:
            await (ask_signed(app, mutation) if signed else ask(app, mutation))
        return [frame["payload"] for frame in await wire.until_complete("1")]


def set_status(selection="id status", id_="1", status="PAID"):
    return f'mutation{{setStatus(id:"{id_}",status:{status}){{{selection}}}}}'


async def test_case_125_what_the_mutation_did_not_select_is_null():
    frames = await heard("subscription{onStatus{id status note}}", set_status())
    assert frames == [{"data": {"onStatus": {"id": "1", "status": "PAID", "note": None}}}]


async def test_case_126_and_bubbles_where_it_may_not_be_null():
    (frame,) = await heard("subscription{onStatus{id status}}", set_status("id"))
    message = "Cannot return null for non-nullable type: 'Status' within parent 'Order' (/onStatus/status)"
    assert frame == {
        "data": {"onStatus": None},
        "errors": [{"message": message, "path": ["onStatus", "status"]}],
    }


async def test_case_127_keys_are_the_subscribers_aliases():
    (frame,) = await heard("subscription{s:onStatus{i:id __typename}}", set_status())
    assert frame == {"data": {"s": {"i": "1", "__typename": "Order"}}}


async def test_nested_values_are_reselected_and_resolvers_do_not_run():
    items = Recorder([{"sku": "s", "qty": 2, "related": [None]}])
    frames = await heard(
        "subscription{onStatus{items{sku related{sku}}meta}}",
        set_status("items{sku qty related{sku}} meta"),
        functions={"Order.items": items, "Mutation.setStatus": Recorder(order(meta={"a": 1}))},
    )
    assert frames == [{"data": {"onStatus": {"items": [{"sku": "s", "related": [None]}], "meta": '{"a":1}'}}}]
    assert len(items.events) == 1


async def test_case_128_every_listed_mutation_triggers():
    publish = "mutation{publishStatus(id:2,status:NEW){id}}"
    app = make_app()
    async with connected(app) as wire:
        await wire.start("1", "subscription{onStatus{id}}")
        await ask(app, set_status())
        await ask_signed(app, publish)
        assert [frame["payload"]["data"]["onStatus"]["id"] for frame in await wire.until_complete("1")] == [
            "1",
            "2",
        ]


async def test_case_129_a_mutation_that_is_not_listed_triggers_nothing():
    create = "mutation{createOrder(input:{}){id}}"
    function = Recorder(order())
    assert (
        await heard("subscription{onStatus{id}}", create, functions={"Mutation.createOrder": function}) == []
    )
    assert len(function.events) == 1


@pytest.mark.parametrize(
    ("arguments", "mutation", "count"),
    [
        pytest.param('(id:"1")', set_status(id_="2"), 0, id="case_130_other"),
        pytest.param('(id:"1")', set_status(), 1, id="case_130_same"),
        pytest.param('(id:"1",status:PAID)', set_status(), 1, id="case_131_both"),
        pytest.param('(id:"1",status:PAID)', set_status(status="NEW"), 0, id="case_131_one"),
        pytest.param('(id:"1")', set_status("status"), 0, id="case_132"),
        pytest.param("", set_status(id_="2"), 1, id="case_133"),
        pytest.param("(status:null)", set_status(), 0, id="case_134_value"),
        pytest.param("(status:null)", set_status("id"), 1, id="case_134_absent"),
    ],
)
async def test_cases_130_to_134_arguments_filter(arguments, mutation, count):
    assert len(await heard(f"subscription{{onStatus{arguments}{{id}}}}", mutation)) == count


async def test_case_135_an_unprovided_variable_does_not_filter_and_warns(caplog):
    frames = await heard("subscription($id:ID){onStatus(id:$id){note}}", set_status(id_="2"))
    assert len(frames) == 1
    assert "argument id has no value" in caplog.text


@pytest.mark.parametrize("answer", [ValueError("x"), None])
async def test_case_136_an_error_or_null_publishes_nothing(answer):
    functions = {"Mutation.setStatus": Recorder(answer)}
    assert await heard("subscription{onStatus{id}}", set_status(), functions=functions) == []


async def test_case_136_an_error_beside_data_publishes_nothing():
    answer = Recorder([{"data": order(), "errorMessage": "m", "errorType": "T"}])
    options = {"functions": {"Mutation.setStatus": answer}, "batches": {"Mutation.setStatus": 1}}
    assert await heard("subscription{onStatus{id}}", set_status(), **options) == []


async def test_case_138_a_signed_mutation_reaches_other_modes():
    app = make_app()
    async with connected(app) as keyed, connected(app) as pooled:
        await keyed.start("1", "subscription{onStatus{id}}")
        pool_user = {"host": "localhost", "authorization": token()}
        await pooled.start("1", "subscription{onStatus{id}}", pool_user)
        await ask_signed(app, "mutation{publishStatus(id:7,status:NEW){id}}")
        assert (await keyed.receive())["payload"] == (await pooled.receive())["payload"]


async def test_case_139_a_denied_mutation_publishes_nothing():
    assert await heard("subscription{onStatus{id}}", "mutation{publishStatus(id:7,status:NEW){id}}") == []


async def test_each_subscriber_sees_what_its_mode_may_see():
    app = make_app({"Mutation.publishStatus": Recorder(order(secret="s"))})
    data = json.dumps({"query": "subscription{onStatus{id secret}}", "variables": {}})
    async with connected(app) as keyed, connected(app) as signer:
        await keyed.start("1", "subscription{onStatus{id secret}}")
        await signer.send(
            {
                "id": "1",
                "type": "start",
                "payload": {"data": data, "extensions": {"authorization": signed_headers(data)}},
            }
        )
        assert (await signer.receive())["type"] == "start_ack"
        await ask_signed(app, "mutation{publishStatus(id:7,status:NEW){id secret}}")
        assert (await signer.receive())["payload"] == {"data": {"onStatus": {"id": "1", "secret": "s"}}}
        denied = (await keyed.receive())["payload"]
    assert denied["data"] == {"onStatus": {"id": "1", "secret": None}}
    assert denied["errors"] == [
        {"message": "Not Authorized to access secret on type Order", "path": ["onStatus", "secret"]}
    ]


async def test_case_140_too_large_a_payload_is_not_delivered(caplog):
    functions = {"Mutation.setStatus": Recorder(order(note="x" * 241 * 1024))}
    app = make_app(functions)
    async with connected(app) as wire:
        await wire.start("1", "subscription{onStatus{id note}}")
        assert "errors" not in await ask(app, set_status("id note"))
        assert await wire.until_complete("1") == []
    assert "over the limit" in caplog.text


async def test_case_140_just_under_the_limit_is_delivered():
    functions = {"Mutation.setStatus": Recorder(order(note="x" * 239 * 1024))}
    assert len(await heard("subscription{onStatus{id}}", set_status("note"), functions=functions)) == 1


async def test_case_141_a_resolver_runs_once_at_start():
    function = Recorder()
    frames = await heard(
        'subscription{onStatus(id:"1"){id}}',
        set_status(),
        set_status(),
        functions={"Subscription.onStatus": function},
    )
    assert len(frames) == 2
    (event,) = function.events
    assert event["info"]["parentTypeName"] == "Subscription"
    assert event["arguments"] == {"id": "1"}


async def test_case_141_a_resolver_that_raises_registers_nothing():
    app = make_app({"Subscription.onStatus": Recorder(ValueError("boom"))})
    async with connected(app) as wire:
        frame = await wire.start("1", "subscription{onStatus{id}}")
        assert frame["payload"] == {"errors": [{"errorType": "ValueError", "message": "boom"}]}
    assert app.state.gate.engine.hub.count() == 0


ONE = {"fieldName": "id", "operator": "eq", "value": "1"}
ENDS = {"filterGroup": [{"filters": [ONE]}]}


def filtered(*entries):
    """App options whose subscription resolver sets a filter: `("status", "eq", "PAID")` triples an entry."""
    group = [{"filters": [dict(zip(("fieldName", "operator", "value"), one, strict=True)) for one in entry]}
             for entry in entries]  # fmt: skip
    answer = {"filterGroup": group, "invalidation": ENDS}
    return {
        "functions": {"Subscription.onStatus": Recorder(answer)},
        "kinds": {"Subscription.onStatus": Kind.SUBSCRIBE},
    }


async def test_case_142_a_set_filter_replaces_the_arguments():
    options = filtered([("id", "eq", "2")])
    subscription = 'subscription{onStatus(id:"1"){id}}'
    assert len(await heard(subscription, set_status(id_="1"), set_status(id_="2"), **options)) == 1


@pytest.mark.parametrize(
    ("status", "total", "count"), [("PAID", 1, 1), ("NEW", 100, 1), ("PAID", 100, 1), ("NEW", 99.9, 0)]
)
async def test_case_143_entries_are_alternatives(status, total, count):
    options = filtered([("status", "eq", "PAID")], [("total", "ge", 100)])
    options["functions"]["Mutation.setStatus"] = Recorder(order(status=status, total=total))
    assert len(await heard("subscription{onStatus{id}}", set_status("id status total"), **options)) == count


PUBLISH = {"kinds": {"Mutation.publishOrder": Kind.PUBLISH}, "functions": {"Mutation.publishOrder": None}}


async def test_a_publishing_mutation_answers_its_input():
    app = make_app(**PUBLISH)
    async with connected(app) as wire:
        await wire.start("1", "subscription{onStatus{id note}}")
        given = {"id": "9", "status": "PAID", "note": "x", "meta": '{"a":1}'}
        query = "mutation($i:OrderEvent!){publishOrder(input:$i){id status note meta}}"
        assert (await ask_signed(app, query, i=given))["data"] == {"publishOrder": given}
        assert (await wire.receive())["payload"] == {"data": {"onStatus": {"id": "9", "note": "x"}}}


def ending(ends):
    """App options with a mutation that ends subscriptions by the id they follow."""
    return {
        "functions": {
            "Subscription.onStatus": lambda event: {
                "filterGroup": [
                    {"filters": [{"fieldName": "id", "operator": "eq", "value": event["arguments"]["id"]}]}
                ],
                "invalidation": {
                    "filterGroup": [
                        {
                            "filters": [
                                {"fieldName": "id", "operator": "eq", "value": event["arguments"]["id"]}
                            ]
                        }
                    ]
                },
            },
            "Mutation.endAll": ends,
        },
        "kinds": {"Subscription.onStatus": Kind.SUBSCRIBE, "Mutation.endAll": Kind.END},
    }


def end_one(event):
    payload = {"id": event["arguments"]["id"]}
    return {"result": "done", "invalidate": [{"subscriptionField": "onStatus", "payload": payload}]}


async def test_case_148_matching_subscriptions_are_ended_and_others_are_not():
    app = make_app(**ending(end_one))
    async with connected(app) as wire:
        await wire.start("a", 'subscription{onStatus(id:"1"){id}}')
        await wire.start("b", 'subscription{onStatus(id:"2"){id}}')
        assert await ask_signed(app, "mutation{endAll(id:1)}") == {"data": {"endAll": "done"}}
        frame = await wire.receive()
        assert (frame["id"], frame["type"]) == ("a", "error")
        await ask(app, set_status(id_="1"))
        await ask(app, set_status(id_="2"))
        assert (await wire.receive())["id"] == "b"
        assert await wire.start("a", 'subscription{onStatus(id:"1"){id}}') == {"id": "a", "type": "start_ack"}


async def test_case_148_a_sixth_call_in_one_request_is_an_error():
    def six(event):
        return {
            "invalidate": [{"subscriptionField": "onStatus", "payload": {"id": str(n)}} for n in range(6)]
        }

    answer = await ask_signed(make_app(**ending(six)), "mutation{endAll(id:1)}")
    assert (answer["data"], len(answer["errors"])) == ({"endAll": None}, 1)


async def test_subscriptions_can_be_ended_from_outside():
    app = make_app(**ending(end_one))
    async with connected(app) as wire:
        await wire.start("a", 'subscription{onStatus(id:"1"){id}}')
        app.state.gate.end_subscriptions("onStatus", {"id": "1"})
        assert (await wire.receive())["type"] == "error"


def refusing(answer, **limits):
    return make_app(
        {"Subscription.onStatus": answer if callable(answer) else Recorder(answer)},
        kinds={"Subscription.onStatus": Kind.SUBSCRIBE},
        limits=Limits(**limits),
    )


async def refused_by(app):
    """The one error with which a start is refused; nothing may be registered."""
    async with connected(app) as wire:
        await wire.send(start_frame("1", 'subscription{onStatus(id:"1"){id}}', KEY_HEADERS))
        frame = await wire.receive()
        assert (frame["id"], frame["type"]) == ("1", "error")
        assert app.state.gate.engine.hub.count() == 0
        (error,) = frame["payload"]["errors"]
        return error


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({}, id="empty"),
        pytest.param(None, id="null"),
        pytest.param([], id="list"),
        pytest.param("x", id="text"),
        pytest.param({"filterGroup": None}, id="no_group"),
        pytest.param({"filterGroup": []}, id="empty_group"),
        pytest.param({"filterGroup": [{"filters": []}]}, id="empty_filters"),
        pytest.param({"filterGroup": [{"filters": [ONE]}, {}]}, id="one_empty_entry"),
        pytest.param({"filterGroup": [{"filters": [{**ONE, "value": None}]}]}, id="null_value"),
        pytest.param(
            {"filterGroup": [{"filters": [{**ONE, "operator": "in", "value": ["1", None]}]}]}, id="null_item"
        ),
        pytest.param({"filterGroup": [{"filters": [ONE]}] * 11, "invalidation": ENDS}, id="too_many"),
        pytest.param({"filterGroup": [{"filters": [ONE]}], "invalidation": {}}, id="invalidation"),
        pytest.param({"filterGroup": [{"filters": [ONE]}]}, id="nothing_that_ends_it"),
        pytest.param(KeyError("internal"), id="bug"),
        pytest.param(type("Unauthorized", (Exception,), {})("internal"), id="unauthorized"),
        pytest.param(
            type("UnauthorizedException", (Exception,), {})("internal"), id="unauthorized_exception"
        ),
        pytest.param(
            type("ClientError", (Exception,), {"__module__": "botocore.exceptions"})("internal"), id="sdk"
        ),
    ],
)
async def test_a_subscription_without_a_whole_filter_is_refused(answer):
    error = await refused_by(refusing(answer))
    assert error["errorType"] == "NotFound"
    assert "internal" not in error["message"]


async def test_a_subscription_function_that_overruns_is_refused():
    done = threading.Event()
    error = await refused_by(refusing(lambda event: done.wait(5), timeout_seconds=0.05))
    done.set()
    assert error["errorType"] == "NotFound"


async def test_a_functions_own_refusal_keeps_its_name_and_message():
    error = await refused_by(refusing(type("InvalidInput", (Exception,), {})("No such status.")))
    assert error == {"errorType": "InvalidInput", "message": "No such status."}
