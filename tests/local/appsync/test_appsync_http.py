"""Cases 1 to 29: what goes over HTTP."""

import json
import threading
import uuid

import httpx
import pytest
from graphql import build_client_schema, get_introspection_query
from neutral_api import KEY, Recorder, ask, echo_order, make_app, order, post

from local.appsync.api import Limits

GOOD = json.dumps({"query": '{order(id:"1"){id}}'})


async def test_case_001_a_query_is_answered():
    answer = await post(make_app(), GOOD)
    assert (answer.status_code, answer.json()) == (200, {"data": {"order": {"id": "1"}}})


async def test_case_002_response_headers():
    headers = (await post(make_app(), GOOD)).headers
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert uuid.UUID(headers["x-amzn-requestid"])
    assert headers["x-amzn-appsync-tokensconsumed"] == "1"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"content-type": "application/graphql"}, id="case_003"),
        pytest.param({"content-type": "application/json; charset=UTF-8"}, id="case_004"),
        pytest.param({"accept": "application/graphql-response+json,application/json;q=0.9"}, id="case_006"),
    ],
)
async def test_cases_003_004_006_content_types_do_not_matter(headers):
    answer = await post(make_app(), GOOD, {"x-api-key": KEY, **headers})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json;")


async def test_case_005_unknown_keys_are_ignored():
    assert "errors" not in await ask(
        make_app(), '{order(id:"1"){id}}', extensions={"clientLibrary": {"name": "x"}}
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param("", "Request body is empty.", id="case_007"),
        pytest.param("meow", "Unable to parse GraphQL query.", id="case_008"),
        pytest.param("{}", "Unable to parse GraphQL query.", id="case_009"),
        pytest.param("[]", "Unable to parse GraphQL query.", id="case_010"),
        pytest.param('[{"query":"{__typename}"}]', "Unable to parse GraphQL query.", id="case_010_batch"),
        pytest.param(
            '{"query":"{__typename}","variables":[]}', "Unable to parse GraphQL query.", id="variables_list"
        ),
        pytest.param("[" * 100_000, "Unable to parse GraphQL query.", id="too_deep"),
    ],
)
async def test_cases_007_to_010_bodies_that_hold_no_request(body, message):
    answer = await post(make_app(), body)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == "MalformedHttpRequestException"
    assert answer.json() == {"errors": [{"errorType": "MalformedHttpRequestException", "message": message}]}


async def test_case_011_an_undefined_field():
    assert await ask(make_app(), "{badfield}") == {
        "data": None,
        "errors": [
            {
                "path": None,
                "locations": [{"line": 1, "column": 2, "sourceName": None}],
                "message": "Validation error of type FieldUndefined: "
                "Field 'badfield' in type 'Query' is undefined @ 'badfield'",
            }
        ],
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("{order{id}}", "MissingFieldArgument: Missing field argument id @ 'order'", id="case_012"),
        pytest.param('{order(id:"1",x:2){id}}', "UnknownArgument: Unknown field argument x @ 'order'", id="case_013"),
        pytest.param('{order(id:"1")}', "SubSelectionRequired: Sub selection required for type Order", id="case_014"),
        pytest.param("{orders{items{bad}}}", "FieldUndefined: Field 'bad' in type 'Item' is undefined @ "
                     "'orders/items/bad'", id="nested"),
        pytest.param('{order(id:"1"){id{x}}}', "SubSelectionNotAllowed: ", id="leaf"),
        pytest.param("{orders{...F}}", "UndefinedFragment: ", id="fragment"),
        pytest.param("query($x:Foo){__typename}", "UnusedVariable: ", id="variable"),
        pytest.param("mutation{createOrder(input:{foo:1}){id}}", "WrongType: argument 'input' with value "
                     "'ObjectValue{objectFields=[ObjectField{name='foo', value=IntValue{value=1}}]}' "
                     "contains a field not in 'OrderInput': 'foo'", id="input"),
        pytest.param("mutation{createOrder(input:null){id}}", "WrongType: argument 'input' with value 'NullValue{}' "
                     "must not be null", id="null"),
        pytest.param("mutation{setStatus(id:1,status:FOO){id}}", "WrongType: argument 'status' with value "
                     "'EnumValue{name='FOO'}' is not a valid 'Status'", id="enum"),
    ],
)  # fmt: skip
async def test_cases_012_to_014_validation_in_appsyncs_words(query, message):
    answer = await ask(make_app(), query)
    assert answer["data"] is None
    assert answer["errors"][0]["message"].startswith(f"Validation error of type {message}")


async def test_case_015_a_required_variable_is_missing():
    answer = await ask(make_app(), "query($id:ID!){order(id:$id){id}}")
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "Variable 'id' has coerced Null value for NonNull type 'ID!'"


async def test_case_016_two_operations_and_no_name():
    answer = await post(make_app(), json.dumps({"query": "query A{__typename} query B{__typename}"}))
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"errorType": "BadRequestException", "message": "Missing operation name."}
    ]


async def test_case_017_the_named_operation_alone_runs():
    app = make_app()
    for name in ("A", "B"):
        answer = await ask(app, "query A{A:__typename} query B{B:__typename}", operationName=name)
        assert answer == {"data": {name: "Query"}}
    unknown = await ask(app, "query A{A:__typename}", operationName="C")
    assert (unknown["data"], len(unknown["errors"])) == (None, 1)


async def test_case_018_a_syntax_error_invokes_nothing():
    function = Recorder(order())
    answer = await ask(make_app({"Query.order": function}), "{order(")
    assert answer["data"] is None
    assert (len(answer["errors"]), function.events) == (1, [])


async def test_case_019_null_variables_and_operation_name():
    assert "errors" not in await ask(make_app(), '{order(id:"1"){id}}', None, operationName=None)


async def test_cases_020_023_a_401_names_its_type_and_may_be_read_by_browsers():
    answer = await post(make_app(), GOOD, {"x-api-key": "da2-wrong"})
    assert answer.status_code == 401
    assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_case_022_preflight_allows_what_is_asked():
    asked = "x-api-key,x-amz-user-agent,content-type"
    transport = httpx.ASGITransport(app=make_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.options("/graphql", headers={"access-control-request-headers": asked})
    assert answer.is_success
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == asked


async def test_case_024_a_root_field_without_resolver_is_null():
    assert await ask(make_app(), "{noResolver}") == {"data": {"noResolver": None}}


async def test_case_025_introspection_knows_the_scalars():
    answer = await ask(make_app(), "{__schema{types{name fields{name args{name defaultValue}}}}}")
    assert "AWSDateTime" in [type_["name"] for type_ in answer["data"]["__schema"]["types"]]


async def test_case_025_introspection_answers_clients_own_query():
    answer = await ask(make_app(), get_introspection_query())
    assert build_client_schema(answer["data"]).query_type.name == "Query"


async def test_case_025_introspection_switched_off():
    app = make_app(limits=Limits(introspection=False))
    answer = await ask(app, "{__schema{types{name}}}")
    assert answer["data"] is None
    assert answer["errors"]
    assert await ask(app, "{__typename}") == {"data": {"__typename": "Query"}}


async def test_case_026_depth_limit():
    function = Recorder([order()])
    app = make_app({"Query.orders": function}, limits=Limits(depth=2))
    answer = await ask(app, "{orders{...F}} fragment F on Order{items{sku}}")
    assert answer["errors"][0]["errorType"] == "QueryDepthLimitReached"
    assert function.events == []
    assert "errors" not in await ask(app, "{orders{id}}")


async def test_case_027_resolver_count_limit():
    app = make_app(limits=Limits(resolver_count=1))
    answer = await ask(app, '{a:order(id:"1"){id} b:order(id:"2"){id}}')
    assert [error["errorType"] for error in answer["errors"]] == ["ResolverExecutionLimitReached"]


async def test_case_028_a_subscription_by_post_registers_nothing():
    app = make_app()
    answer = await post(app, json.dumps({"query": "subscription{onStatus{id}}"}))
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["errorType"] == "OperationNotSupported"
    assert app.state.gate.engine.hub.count() == 0


async def test_case_029_mutations_run_one_after_the_other():
    running, log = threading.Lock(), []

    def slow(event):
        assert running.acquire(blocking=False)
        log.append(event["arguments"]["id"])
        running.release()
        return echo_order(event)

    app = make_app({"Mutation.setStatus": slow})
    answer = await ask(app, "mutation{a:setStatus(id:1,status:NEW){id} b:setStatus(id:2,status:NEW){id}}")
    assert log == ["1", "2"]
    assert list(answer["data"]) == ["a", "b"]


async def test_query_fields_run_side_by_side():
    both = threading.Barrier(2, timeout=5)
    app = make_app({"Query.order": lambda event: both.wait() * 0 or order()})
    assert "errors" not in await ask(app, '{a:order(id:"1"){id} b:order(id:"2"){id}}')


async def test_skip_and_include_follow_the_variables_of_each_request():
    app = make_app()
    query = 'query($x:Boolean!){order(id:"1"){id @skip(if:$x) status @include(if:$x)}}'
    assert (await ask(app, query, {"x": True}))["data"] == {"order": {"status": "NEW"}}
    assert (await ask(app, query, {"x": False}))["data"] == {"order": {"id": "1"}}


async def test_get_is_refused_with_appsyncs_envelope():
    transport = httpx.ASGITransport(app=make_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/graphql")
    assert (answer.status_code, list(answer.json())) == (405, ["errors"])


async def test_a_body_over_the_limit_is_refused():
    answer = await post(make_app(limits=Limits(body_bytes=100)), " " * 101)
    assert answer.status_code == 413


async def test_a_fault_inside_shows_no_traceback(monkeypatch, caplog):
    app = make_app()
    monkeypatch.setattr(app.state.gate.engine, "prepare", lambda wanted: 1 / 0)
    answer = await post(app, GOOD)
    assert (answer.status_code, answer.json()["errors"][0]["errorType"]) == (500, "InternalFailure")
    assert "ZeroDivisionError" in caplog.text
    assert "division" not in answer.text
