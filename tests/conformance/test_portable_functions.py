"""Portable cases of scalars and of what functions are given and answer."""

import json
from typing import Any

import pytest

from tests.conformance.target import Target

CREATE = "mutation($input: OrderInput!){createOrder(input:$input){placedAt note}}"


@pytest.mark.parametrize(
    "text", ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04Z", "2026-01-02T03:04:05+05:30"]
)
def test_case_056_a_moment_comes_back_as_it_was_sent(api: Target, text: str) -> None:
    assert api.ask(CREATE, input={"placedAt": text})["data"]["createOrder"]["placedAt"] == text


@pytest.mark.parametrize("text", ["2026-01-02T03:04:05", "2026-1-2", "2019"])
def test_cases_057_058_what_is_no_moment_is_refused(api: Target, text: str) -> None:
    answer = api.ask(CREATE, input={"placedAt": text})
    assert answer["data"] is None
    assert "placedAt" in answer["errors"][0]["message"]


def test_cases_061_062_json_is_given_to_the_function_parsed(api: Target) -> None:
    made = api.ask(CREATE, input={"meta": '{"a":1}'})["data"]["createOrder"]
    assert json.loads(made["note"]) == {"meta": {"a": 1}}
    assert api.ask(CREATE, input={"meta": "not json"})["errors"]


def test_case_064_the_other_scalars(api: Target) -> None:
    given = {
        "date": "1970-01-01-07:00", "ip": "127.0.0.1/8", "stamp": -123123, "phone": "+1 555 764 4377", "url": "mailto:a@b.c",
    }  # fmt: skip
    assert (
        json.loads(api.ask("query($input: Many){many(input:$input)}", input=given)["data"]["many"]) == given
    )


BROKEN: list[Any] = [
    pytest.param("bad date", "Can't serialize value (/order/placedAt)", {"id": "1", "placedAt": None}, id="case_060"),
    pytest.param("bad status", "/order/status", None, id="case_065"),
    pytest.param("list", "Can't resolve value (/order) : type mismatch error", None, id="case_066"),
    pytest.param(
        "no status", "Cannot return null for non-nullable type: 'Status' within parent 'Order' (/order/status)", None, id="case_067"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "words", "data"), BROKEN)
def test_what_a_function_answers_wrong_is_told(api: Target, wanted: str, words: str, data: Any) -> None:
    fields = "id placedAt" if data else "id status"
    answer = api.ask(f'{{order(id:"{wanted}"){{{fields}}}}}')
    assert answer["data"] == {"order": data}
    assert words in answer["errors"][0]["message"]


def test_case_063_an_object_for_json_is_a_string(api: Target) -> None:
    assert json.loads(api.ask('{order(id:"object"){meta}}')["data"]["order"]["meta"]) == {"a": 1}


def test_case_068_one_item_of_a_list_may_be_lost(api: Target) -> None:
    answer = api.ask("{orders{id status}}")
    assert [each and each["id"] for each in answer["data"]["orders"]] == ["0", None, "2"]
    assert "/orders[1]/status" in answer["errors"][0]["message"]


def test_case_069_a_union_goes_by_typename(api: Target) -> None:
    asked = '{find(q:"item"){__typename ... on Item {sku} ... on Order {id}}}'
    assert api.ask(asked)["data"]["find"] == {"__typename": "Item", "sku": "A"}


def test_cases_073_074_the_event_of_a_direct_resolver(api: Target) -> None:
    found = api.ask("query($x: ID!){o:order(id:$x){n:note items{sku}}}", x="event")["data"]["o"]
    event = json.loads(found["n"])
    assert event == {
        "arguments": {"id": "event"},
        "identity": None,
        "source": None,
        "request": ["domainName", "headers"],
        "prev": None,
        "info": {
            "selectionSetList": ["n", "items", "items/sku"],
            "selectionSetGraphQL": event["info"]["selectionSetGraphQL"],
            "parentTypeName": "Query",
            "fieldName": "order",
            "variables": {"x": "event"},
        },
        "stash": {},
    }
    assert event["info"]["selectionSetGraphQL"].startswith("{")


def test_cases_081_082_what_a_function_raises(api: Target) -> None:
    answer = api.ask('{order(id:"raises"){id}}')
    (error,) = answer["errors"]
    assert answer["data"] == {"order": None}
    assert set(error) == {"path", "data", "errorType", "errorInfo", "locations", "message"}
    assert error["message"] == "boom"
    assert error["errorType"] in {"ValueError", "Lambda:Unhandled"}
    hidden = api.ask('{order(id:"unauthorized"){id}}')["errors"][0]
    assert hidden["message"] == "You are not authorized to make this call."


def test_cases_084_085_null_and_keys_that_are_not_known(api: Target) -> None:
    assert api.ask('{order(id:"null"){id}}') == {"data": {"order": None}}
    assert api.ask('{order(id:"1"){total}}')["data"]["order"] == {"total": 1.5}


def test_case_069_without_a_typename_a_union_is_null(api: Target) -> None:
    answer = api.ask('{find(q:"no type"){... on Item {sku}}}')
    assert answer["data"] == {"find": None}
    assert len(answer["errors"]) == 1


def test_case_059_a_literal_that_is_no_moment(api: Target) -> None:
    answer = api.ask('mutation{createOrder(input:{placedAt:"2019"}){id}}')
    assert answer["data"] is None
    message = answer["errors"][0]["message"]
    assert message.startswith("Validation error of type WrongType")
    assert "is not a valid 'AWSDateTime'" in message


def test_case_075_a_fragments_fields_are_in_the_list(api: Target) -> None:
    asked = '{order(id:"event"){...F}} fragment F on Order {note items{sku}}'
    info = json.loads(api.ask(asked)["data"]["order"]["note"])["info"]
    assert {"note", "items", "items/sku"} <= set(info["selectionSetList"])
    assert "...F" in info["selectionSetGraphQL"].replace(" ", "")


def test_case_076_of_a_union_the_list_has_what_all_of_it_have(api: Target) -> None:
    found = api.ask('{find(q:"event"){__typename ... on Order{note}}}')["data"]["find"]
    assert "note" not in json.loads(found["note"])["info"]["selectionSetList"]


def test_case_077_a_child_gets_its_parents_whole_result(api: Target) -> None:
    assert api.ask('{order(id:"1"){kept}}')["data"]["order"] == {"kept": "dropped"}


def test_case_078_headers_are_lower_case_and_without_cookies(api: Target) -> None:
    headers = api.callers.by_key() | {"Cookie": "a=b", "X-Custom": "C"}
    told = json.loads(api.ask('{order(id:"headers"){note}}', headers)["data"]["order"]["note"])
    assert told["x-custom"] == "C"
    assert "cookie" not in {name.lower() for name in told}


def test_case_079_a_forwarded_address_goes_before_the_peers(api: Target, token: str) -> None:
    headers = api.callers.by_authorization(token) | {"x-forwarded-for": "1.1.1.1"}
    told = json.loads(api.ask('{order(id:"identity"){note}}', headers)["data"]["order"]["note"])
    assert told["sourceIp"][0] == "1.1.1.1"
    assert len(told["sourceIp"]) > 1


def related(api: Target, *names: str, field: str = "related") -> tuple[list[Any], list[dict[str, Any]]]:
    """What a field of some items became, by name, and the errors."""
    asked = f"query($id: ID!) {{ order(id: $id) {{ items {{ found: {field} {{ sku }} }} }} }}"
    answer = api.ask(asked, id="items:" + ",".join(names))
    return [each["found"] for each in answer["data"]["order"]["items"]], answer.get("errors", [])


def test_case_086_batches_of_at_most_the_size(api: Target) -> None:
    found, errors = related(api, "a", "b", "c", "d", "e")
    assert errors == []
    assert sorted(each[0]["sku"][0] for each in found) == ["1", "2", "2", "2", "2"]
    assert [each[0]["sku"][2:] for each in found] == ["a", "b", "c", "d", "e"]


def test_cases_087_088_an_item_fails_alone_and_its_info_is_ignored(api: Target) -> None:
    found, (error,) = related(api, "good", "bad")
    assert found == [[{"sku": "2 good"}], None]
    assert (error["message"], error["errorType"], error["errorInfo"]) == ("m", "T", None)
    assert error["path"] == ["order", "items", 1, "found"]


@pytest.mark.parametrize(
    "name", [pytest.param("short", id="case_089"), pytest.param("raises", id="case_090")]
)
def test_a_batch_that_fails_fails_whole(api: Target, name: str) -> None:
    found, errors = related(api, "a", name, "c")
    assert found == [None, None, [{"sku": "1 c"}]]
    assert len(errors) == 2


def test_case_091_without_batches_one_call_an_item(api: Target) -> None:
    found, errors = related(api, "a", "b", field="single")
    assert (found, errors) == ([{"sku": "one a"}, {"sku": "one b"}], [])
