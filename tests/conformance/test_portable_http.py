"""Portable cases of HTTP: held against the laptop, and against AppSync by whoever has an account.

Where a case is not documented word for word, only its status, error type and nulls are asserted.
"""

import json
import uuid
from typing import Any

import httpx
import pytest

from tests.conformance.target import Target, body_of

ORDER = body_of('{order(id:"1"){id}}')
FOUND = {"data": {"order": {"id": "1"}}}


def test_cases_001_002_an_answer_and_its_headers(api: Target) -> None:
    answer = api.post(ORDER)
    assert answer.json() == FOUND
    assert answer.headers["content-type"].replace(" ", "").lower() == "application/json;charset=utf-8"
    assert uuid.UUID(answer.headers["x-amzn-requestid"])
    assert "x-amzn-appsync-tokensconsumed" in answer.headers


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"content-type": "application/graphql"}, id="case_003"),
        pytest.param({"content-type": "application/json; charset=UTF-8"}, id="case_004"),
        pytest.param({"accept": "application/graphql-response+json,application/json;q=0.9"}, id="case_006"),
    ],
)
def test_content_types_do_not_matter(api: Target, more: dict[str, str]) -> None:
    answer = api.post(ORDER, api.callers.by_key() | more)
    assert answer.json() == FOUND
    assert answer.headers["content-type"].startswith("application/json")


def test_cases_005_019_unknown_keys_of_a_body_are_ignored_and_others_may_be_null(api: Target) -> None:
    more = {"extensions": {"clientLibrary": {"name": "x"}}, "variables": None, "operationName": None}
    assert api.post(json.dumps({"query": '{order(id:"1"){id}}', **more})).json() == FOUND


@pytest.mark.parametrize(
    "body", ["", "meow", "{}", "[]"], ids=["case_007", "case_008", "case_009", "case_010"]
)  # fmt: skip
def test_a_body_that_is_no_request_is_400(api: Target, body: str) -> None:
    answer = api.post(body)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (400, "MalformedHttpRequestException")


@pytest.mark.parametrize(
    ("query", "word"),
    [
        pytest.param("{badfield}", "FieldUndefined", id="case_011"),
        pytest.param("{order{id}}", "MissingFieldArgument", id="case_012"),
        pytest.param('{order(id:"1",x:2){id}}', "UnknownArgument", id="case_013"),
        pytest.param('{order(id:"1")}', "SubSelectionRequired", id="case_014"),
        pytest.param("query($id:ID!){order(id:$id){id}}", "coerced Null value", id="case_015"),
    ],
)
def test_a_document_that_is_wrong_says_so_with_200(api: Target, query: str, word: str) -> None:
    answer = api.post(json.dumps({"query": query}))
    assert (answer.status_code, answer.json()["data"]) == (200, None)
    assert word in answer.json()["errors"][0]["message"]


def test_cases_016_017_of_two_operations_the_named_one_runs(api: Target) -> None:
    both = 'query A {order(id:"1"){id}} query B {order(id:"2"){id}}'
    assert api.post(json.dumps({"query": both})).status_code == 400
    answer = api.post(json.dumps({"query": both, "operationName": "B"}))
    assert answer.json()["data"] == {"order": {"id": "2"}}


def test_case_018_a_syntax_error_is_one_error(api: Target) -> None:
    answer = api.ask("{order(")
    assert answer.get("data") is None
    assert len(answer["errors"]) == 1


def test_cases_020_023_a_refusal_names_its_type_and_may_be_read_by_browsers(api: Target) -> None:
    answer = api.post(ORDER, api.callers.by_key("da2-wrong"))
    assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_case_022_preflight_allows_what_is_asked(api: Target) -> None:
    wanted = "x-api-key,x-amz-user-agent,content-type"
    headers = {
        "origin": "https://shop.example", "access-control-request-method": "POST",
        "access-control-request-headers": wanted,
    }  # fmt: skip
    answer = httpx.options(api.url, headers=headers, timeout=15)
    assert answer.is_success
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
    assert set(wanted.split(",")) <= set(allowed) or allowed == ["*"]


def test_case_024_a_field_without_a_resolver_is_null(api: Target) -> None:
    assert api.ask("{noResolver}") == {"data": {"noResolver": None}}


def test_case_025_introspection_knows_the_scalars(api: Target) -> None:
    types: list[dict[str, Any]] = api.ask("{__schema{types{name}}}")["data"]["__schema"]["types"]
    assert {"AWSDateTime", "Order", "Found"} <= {each["name"] for each in types}


def test_case_028_a_subscription_is_not_for_http(api: Target) -> None:
    answer = api.post(body_of("subscription { onStatus { id } }"))
    assert answer.status_code < 500
    assert answer.json()["errors"]


def test_case_029_mutations_run_one_after_the_other(api: Target) -> None:
    both = 'mutation { a: setStatus(id: "slow", status: PAID) { note } b: setStatus(id: "1", status: PAID) { note } }'
    first, second = (each["note"].split() for each in api.ask(both)["data"].values())
    assert float(first[1]) <= float(second[0])
