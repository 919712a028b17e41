"""Cases 56 to 69: values in, values out."""

from decimal import Decimal

import pytest
from neutral_api import NOW, Recorder, ask, make_app, order, post

from local.appsync.scalars import SCALARS, NotThisScalarError

CREATE = "mutation($input:OrderInput!){createOrder(input:$input){id placedAt}}"


def creating():
    function = Recorder(lambda event: order(**event["arguments"]["input"]))
    return make_app({"Mutation.createOrder": function}), function


@pytest.mark.parametrize(
    "moment", ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04Z", "2026-01-02T03:04:05+05:30"]
)
async def test_case_056_date_times_come_back_unchanged(moment):
    app, _ = creating()
    answer = await ask(app, CREATE, {"input": {"placedAt": moment}})
    assert answer == {"data": {"createOrder": {"id": "1", "placedAt": moment}}}


@pytest.mark.parametrize(
    "moment", ["2026-01-02T03:04:05", "2026-1-2", "2026-02-30T00:00Z", "2026-01-02T25:00Z", 1]
)
async def test_case_057_others_are_refused_before_the_function(moment):
    app, function = creating()
    answer = await ask(app, CREATE, {"input": {"placedAt": moment}})
    assert (answer["data"], len(answer["errors"]), function.events) == (None, 1, [])


async def test_case_058_the_message_names_the_input_field():
    app, _ = creating()
    (error,) = (await ask(app, CREATE, {"input": {"placedAt": "2019"}}))["errors"]
    assert error["message"] == (
        "Variable 'placedAt' has an invalid value. Unable to parse `2019` as a valid DateTime Object."
    )
    assert error["path"] is None


async def test_case_059_a_literal_is_a_wrong_type():
    app, _ = creating()
    (error,) = (await ask(app, 'mutation{createOrder(input:{placedAt:"2019"}){id}}'))["errors"]
    assert error["message"] == (
        "Validation error of type WrongType: argument 'input.placedAt' with value "
        "'StringValue{value='2019'}' is not a valid 'AWSDateTime'"
    )


async def answered(selection="id", **values):
    app = make_app({"Query.order": Recorder(order(**values))})
    return await ask(app, f'{{order(id:"1"){{{selection}}}}}')


async def test_case_060_a_bad_date_time_of_a_function():
    answer = await answered("id placedAt", placedAt="2020-05-23T06:4:37.000Z")
    assert answer["data"] == {"order": {"id": "1", "placedAt": None}}
    assert answer["errors"] == [
        {
            "path": ["order", "placedAt"],
            "locations": None,
            "message": "Can't serialize value (/order/placedAt) : "
            "Unable to serialize `2020-05-23T06:4:37.000Z` as a valid DateTime Object.",
        }
    ]


async def test_case_061_json_arrives_parsed():
    app, function = creating()
    await ask(app, CREATE, {"input": {"meta": '{"a":1}'}})
    await ask(app, 'mutation{createOrder(input:{meta:"\\"Hello\\""}){id}}')
    assert [event["arguments"]["input"]["meta"] for event in function.events] == [{"a": 1}, "Hello"]


@pytest.mark.parametrize("meta", ["not json", {"a": 1}, 1])
async def test_case_062_json_must_be_a_string_of_json(meta):
    app, function = creating()
    answer = await ask(app, CREATE, {"input": {"meta": meta}})
    assert (answer["data"], function.events) == (None, [])


@pytest.mark.parametrize(
    ("meta", "text"), [({"a": 1}, '{"a":1}'), ("x", '"x"'), ([1], "[1]"), (False, "false")]
)
async def test_case_063_json_leaves_as_a_string(meta, text):
    assert (await answered("meta", meta=meta))["data"] == {"order": {"meta": text}}


ACCEPTED = {
    "AWSDate": ["1970-01-01Z", "1970-01-01-07:00", "1970-01-01", "2024-02-29"],
    "AWSTime": ["12:00:34.", "12:00Z", "12:00:34.123+01:30"],
    "AWSIPAddress": ["127.0.0.1/8", "::1", "10.0.0.1"],
    "AWSTimestamp": [-123123, 2**40],
    "AWSPhone": ["+1 555 764 4377", "555-764-4377"],
    "AWSURL": ["mailto:a@b.c", "https://a.b/c?d=e//f"],
    "AWSEmail": ["a@b.c"],
}
REFUSED = {
    "AWSDate": ["2023-02-29", "1970-13-01", "70-01-01", 1],
    "AWSTime": ["24:00", "12"],
    "AWSIPAddress": ["127.0.0.256", "x"],
    "AWSTimestamp": ["1", 1.5, True],
    "AWSPhone": ["call me", ""],
    "AWSURL": ["a.b.c", "https://a.b//c"],
    "AWSEmail": ["a", "a@", "a b@c.d"],
    "Int": [2**31, 1.0, "1", True],
    "Float": ["1", float("inf")],
    "ID": [1.5, True],
    "Boolean": [1],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in ACCEPTED for value in ACCEPTED[name]])
def test_case_064_what_a_scalar_accepts(name, value):
    assert SCALARS[name].parse(value) == value


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in REFUSED for value in REFUSED[name]])
def test_what_a_scalar_refuses(name, value):
    with pytest.raises(NotThisScalarError):
        SCALARS[name].parse(value)


async def test_case_065_an_unknown_enum_value_of_a_function():
    answer = await answered("status", status="FOO")
    assert answer["data"] == {"order": None}
    (error,) = answer["errors"]
    assert error["path"] == ["order", "status"]
    assert error["message"].startswith(
        "Can't serialize value (/order/status) : Invalid input for Enum 'Status'"
    )


async def test_case_066_a_list_for_an_object():
    answer = await ask(make_app({"Query.order": Recorder([order()])}), '{order(id:"1"){id}}')
    assert answer["data"] == {"order": None}
    assert answer["errors"][0]["message"].startswith("Can't resolve value (/order) : type mismatch error")


async def test_an_object_for_a_list():
    answer = await ask(make_app({"Query.orders": Recorder(order())}), "{orders{id}}")
    assert answer["errors"][0]["message"] == (
        "Can't resolve value (/orders) : type mismatch error, expected type LIST, got OBJECT"
    )


async def test_case_067_null_for_a_non_null_field():
    answer = await answered("id status", status=None)
    assert answer["data"] == {"order": None}
    assert answer["errors"] == [
        {
            "path": ["order", "status"],
            "locations": None,
            "message": "Cannot return null for non-nullable type: 'Status' within parent 'Order' (/order/status)",
        }
    ]


async def test_case_068_a_list_keeps_its_other_items():
    app = make_app({"Query.orders": Recorder([order(), order(status=None), None, order(id=4)])})
    answer = await ask(app, "{orders{id status}}")
    good = [{"id": "1", "status": "NEW"}, None, None, {"id": "4", "status": "NEW"}]
    assert answer["data"] == {"orders": good}
    (error,) = answer["errors"]
    assert error["path"] == ["orders", 1, "status"]
    assert "(/orders[1]/status)" in error["message"]


async def test_case_069_an_abstract_type_needs_a_typename():
    query = "{find{__typename ...on Item{sku} ...on Order{id}}}"
    found = await ask(make_app({"Query.find": Recorder({"__typename": "Item", "sku": "s"})}), query)
    assert found == {"data": {"find": {"__typename": "Item", "sku": "s"}}}
    for nameless in ({"sku": "s"}, {"__typename": "Unmarked"}):
        lost = await ask(make_app({"Query.find": Recorder(nameless)}), query)
        assert (lost["data"], len(lost["errors"])) == ({"find": None}, 1)


async def test_input_defaults_lists_and_enums():
    function = Recorder("x")
    app = make_app({"Query.many": function})
    await ask(app, "query($m:Many){many(input:$m)}", {"m": {"stamp": 1}})
    await ask(app, "{many(input:{limit:null})}")
    await ask(app, "query($m:Many){many(input:$m)}")
    assert [event["arguments"] for event in function.events] == [
        {"input": {"stamp": 1, "limit": 5}},
        {"input": {"limit": None}},
        {},
    ]


@pytest.mark.parametrize("variables", [{"s": "FOO"}, {"s": 1}, {"s": None}, {}])
async def test_an_enum_variable_must_be_one_of_its_names(variables):
    answer = await ask(make_app(), "mutation($s:Status!){setStatus(id:1,status:$s){id}}", variables)
    assert answer["data"] is None
    assert answer["errors"][0]["message"].startswith("Variable 's' has ")


async def test_an_unknown_input_field_in_a_variable():
    app, function = creating()
    answer = await ask(app, CREATE, {"input": {"foo": 1}})
    assert (
        "field name 'foo' that is not defined for input object type 'OrderInput'"
        in answer["errors"][0]["message"]
    )
    assert function.events == []


NOT_JSON = [Decimal(1), NOW, object(), float("nan"), {1, 2}, b"x", 10**400, "\ud800"]


@pytest.mark.parametrize("value", NOT_JSON, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("name", ["status", "total", "placedAt", "meta", "items", "secret"])
async def test_no_answer_of_a_function_is_a_fault_of_the_server(name, value):
    app = make_app({"Query.order": Recorder(order(**{name: value}))})
    answer = await post(app, '{"query":"{order(id:1){id note total placedAt meta items{sku}}}"}')
    assert answer.status_code == 200
    assert answer.json()["data"].keys() == {"order"}
    bare = await ask(make_app({"Query.order": Recorder(value), "Query.orders": Recorder(value)}),
                     "{order(id:1){id} orders{id}}")  # fmt: skip
    assert bare["data"] == {"order": None, "orders": None}
