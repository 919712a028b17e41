"""Cases 73 to 91: a direct Lambda resolver's event, its answer and its errors."""

import asyncio
import threading

import pytest
from neutral_api import KEY, Recorder, ask, bearer, make_app, order

from local.appsync.api import Function, Limits


async def event_of(query='{order(id:"1"){id}}', variables=None, headers=None, field="Query.order", **app):
    function = Recorder(order())
    await ask(make_app({field: function}, **app), query, variables, {"x-api-key": KEY, **(headers or {})})
    return function.events[0]


async def test_case_073_the_event_key_for_key():
    event = await event_of("query($id:ID!){order(id:$id){id items{sku}}}", {"id": "o1"})
    headers = event["request"].pop("headers")
    assert headers["host"] == "localhost"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    assert event == {
        "arguments": {"id": "o1"},
        "identity": None,
        "source": None,
        "request": {"domainName": None},
        "prev": None,
        "info": {
            "selectionSetList": ["id", "items", "items/sku"],
            "selectionSetGraphQL": "{\n  id\n  items {\n    sku\n  }\n}",
            "parentTypeName": "Query",
            "fieldName": "order",
            "variables": {"id": "o1"},
        },
        "stash": {},
    }


async def test_case_074_aliases_in_the_selection():
    info = (await event_of("query($x:ID!){o:order(id:$x){a:id items{sku}}}", {"x": "1"}))["info"]
    assert (info["fieldName"], info["variables"]) == ("order", {"x": "1"})
    assert info["selectionSetList"] == ["a", "items", "items/sku"]
    assert info["selectionSetGraphQL"].startswith("{")


async def test_case_075_fragments_are_merged_in_the_list_and_stay_in_the_text():
    query = '{order(id:"1"){id ...F ...{note} items{qty}}} fragment F on Order{id total items{sku}}'
    info = (await event_of(query))["info"]
    assert info["selectionSetList"] == ["id", "total", "items", "items/sku", "note", "items/qty"]
    assert "...F" in info["selectionSetGraphQL"]


async def test_case_076_an_abstract_type_lists_only_its_own_fields():
    info = (
        await event_of("{find{__typename ...on Item{sku} ...on Found{t:__typename}}}", field="Query.find")
    )["info"]
    assert info["selectionSetList"] == ["__typename", "t"]


async def test_case_077_a_child_gets_its_parents_whole_result():
    child = Recorder([{"sku": "s"}])
    app = make_app({"Order.items": child})
    answer = await ask(app, '{order(id:"1"){items{sku}}}')
    assert answer == {"data": {"order": {"items": [{"sku": "s"}]}}}
    assert child.events[0]["source"]["internal"] == "kept"
    assert child.events[0]["info"]["parentTypeName"] == "Order"


async def test_case_078_headers_are_lower_case_and_without_cookies():
    headers = (await event_of(headers={"Cookie": "a=b", "X-Custom": "C"}))["request"]["headers"]
    assert headers["x-custom"] == "C"
    assert "cookie" not in {name.lower() for name in headers}


async def test_case_079_source_addresses():
    function = Recorder([])
    headers = {**bearer("Admin"), "x-forwarded-for": "1.1.1.1"}
    await ask(make_app({"Query.adminOrders": function}), "{adminOrders{id}}", headers=headers)
    assert function.events[0]["identity"]["sourceIp"] == ["1.1.1.1", "9.9.9.9"]


async def test_case_080_a_custom_domain_is_named():
    assert (await event_of(domain_name="api.example.com"))["request"]["domainName"] == "api.example.com"


async def failing(error, **app):
    return await ask(make_app({"Query.order": Recorder(error)}, **app), '{order(id:"1"){id}}')


async def test_case_081_an_exception_is_the_fields_error():
    answer = await failing(ValueError("boom"))
    assert answer == {
        "data": {"order": None},
        "errors": [
            {
                "path": ["order"],
                "data": None,
                "errorType": "ValueError",
                "errorInfo": None,
                "locations": [{"line": 1, "column": 2, "sourceName": None}],
                "message": "boom",
            }
        ],
    }


@pytest.mark.parametrize(
    "error", [StopIteration("s"), TimeoutError("s"), type("OutOfStock", (Exception,), {})("s")]
)
async def test_any_class_is_shown_by_its_name(error):
    (shown,) = (await failing(error))["errors"]
    assert (shown["errorType"], shown["message"]) == (type(error).__name__, "s")


async def test_case_082_unauthorized_exception_loses_its_message():
    (error,) = (await failing(type("UnauthorizedException", (Exception,), {})("x")))["errors"]
    assert error["errorType"] == "UnauthorizedException"
    assert error["message"] == "You are not authorized to make this call."


async def test_case_083_a_function_that_runs_too_long():
    done = threading.Event()
    app = make_app({"Query.order": lambda event: done.wait(5)}, limits=Limits(timeout_seconds=0.05))
    answer = await ask(app, '{order(id:"1"){id}}')
    done.set()
    (error,) = answer["errors"]
    assert (error["errorType"], error["message"]) == (
        "Lambda:ExecutionTimeoutException",
        "Execution timed out.",
    )


async def test_a_function_is_ended_at_its_own_limit():
    done = threading.Event()
    small = Function("read", timeout_seconds=0.05)
    app = make_app({"Query.order": lambda event: done.wait(5)}, sizes={"Query.order": small})
    answer = await ask(app, '{order(id:"1"){id}}')
    done.set()
    (error,) = answer["errors"]
    assert (error["errorType"], error["message"]) == (
        "Lambda:Unhandled",
        "Task timed out after 0.05 seconds",
    )


async def test_a_call_beyond_a_functions_concurrency_is_refused_and_others_go_on():
    begun, done = threading.Semaphore(0), threading.Event()

    def slow(event):
        begun.release()
        done.wait(5)
        return order()

    function = Function("read", concurrency=2)
    app = make_app(
        {"Query.order": slow, "Query.everyone": slow},
        sizes=dict.fromkeys(("Query.order", "Query.everyone"), function),
    )
    first = [asyncio.create_task(ask(app, '{order(id:"1"){id}}')) for _ in range(2)]
    for _ in first:
        await asyncio.to_thread(begun.acquire, timeout=5)
    refused = await ask(app, "{everyone{id}}")
    done.set()
    (error,) = refused["errors"]
    assert error["errorType"] == "Lambda:TooManyRequestsException"
    assert [each["data"]["order"]["id"] for each in await asyncio.gather(*first)] == ["1", "1"]
    assert (await ask(app, "{everyone{id}}"))["data"]["everyone"]["id"] == "1"


async def test_case_084_null_for_a_nullable_field():
    assert await failing(None) == {"data": {"order": None}}


async def test_case_085_unknown_keys_are_ignored():
    assert await failing(order(more={"x": 1})) == {"data": {"order": {"id": "1"}}}


QUERY = '{order(id:"1"){items{sku related{sku}}}}'


def related(answer, size, count=5):
    """Five items whose `related` is resolved in batches."""
    items = [{"sku": str(number)} for number in range(count)]
    function = Recorder(answer)
    batches = {"Item.related": size}
    return make_app(
        {"Query.order": Recorder(order(items=items)), "Item.related": function}, batches=batches
    ), function


def wrapped(events):
    return [{"data": [{"sku": f"r{event['source']['sku']}"}]} for event in events]


def related_skus(answer):
    return [item["related"] and item["related"][0]["sku"] for item in answer["data"]["order"]["items"]]


async def test_case_086_batches_of_at_most_the_size():
    app, function = related(wrapped, 2)
    answer = await ask(app, QUERY)
    assert sorted(len(events) for events in function.events) == [1, 2, 2]
    assert related_skus(answer) == ["r0", "r1", "r2", "r3", "r4"]


async def test_cases_087_088_items_answer_by_index():
    def mixed(events):
        good, bad = (
            {"data": [{"sku": "x"}]},
            {"errorMessage": "m", "errorType": "T", "errorInfo": {"secret": 1}},
        )
        return [good, bad, {"not": "wrapped"}]

    app, _ = related(mixed, 3, 3)
    answer = await ask(app, QUERY)
    assert related_skus(answer) == ["x", None, None]
    (error,) = answer["errors"]
    assert (error["message"], error["errorType"], error["errorInfo"]) == ("m", "T", None)
    assert error["path"] == ["order", "items", 1, "related"]


async def test_case_089_a_list_of_the_wrong_length_fails_its_chunk():
    app, _ = related(lambda events: wrapped(events)[:1], 2)
    answer = await ask(app, QUERY)
    assert related_skus(answer) == [None, None, None, None, "r4"]
    assert len(answer["errors"]) == 4


async def test_case_090_raising_fails_its_chunk():
    def raising(events):
        return ValueError("boom") if len(events) == 2 else wrapped(events)

    app, _ = related(raising, 2, 3)
    answer = await ask(app, QUERY)
    assert related_skus(answer) == [None, None, "r2"]
    assert [error["errorType"] for error in answer["errors"]] == ["ValueError"] * 2


async def test_case_091_without_batches_one_call_an_item():
    app, function = related(lambda event: [{"sku": event["source"]["sku"]}], 0)
    await ask(app, QUERY)
    assert sorted(event["source"]["sku"] for event in function.events) == ["0", "1", "2", "3", "4"]


async def test_a_denied_childs_function_is_not_called():
    secret, items = Recorder("s"), Recorder([])
    await ask(make_app({"Order.secret": secret, "Order.items": items}), '{order(id:"1"){secret items{sku}}}')
    assert (secret.events, len(items.events)) == ([], 1)


async def test_children_of_children_are_resolved_with_aliases_of_their_own():
    items = Recorder([{"sku": "a"}])
    app = make_app({"Order.items": items, "Item.related": Recorder([{"sku": "r"}, None])})
    answer = await ask(app, '{order(id:"1"){x:items{r:related{sku}} y:items{sku}}}')
    assert answer["data"]["order"] == {"x": [{"r": [{"sku": "r"}, None]}], "y": [{"sku": "a"}]}
    assert len(items.events) == 2
