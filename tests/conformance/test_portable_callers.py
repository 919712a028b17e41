"""Portable cases of authorization: by key, signature, user pool and authorizer."""

import json
import uuid
from typing import Any

import pytest

from tests.conformance.target import Target, body_of

ORDER = body_of('{order(id:"1"){id}}')
IDENTITY = '{order(id:"identity"){note}}'


def refused(api: Target, headers: dict[str, str]) -> bool:
    """Whether it is a 401 in AppSync's envelope."""
    answer = api.post(ORDER, headers)
    (error,) = answer.json()["errors"]
    return (answer.status_code, answer.headers["x-amzn-errortype"], set(error)) == (
        401, "UnauthorizedException", {"errorType", "message"},
    )  # fmt: skip


def identity(answer: dict[str, Any]) -> Any:
    """What the function was told of its caller."""
    return json.loads(answer["data"]["order"]["note"])


@pytest.mark.parametrize("headers", [{"x-api-key": "da2-wrong"}, {}], ids=["case_031", "case_033"])
def test_without_a_credential_that_is_known_it_is_401(api: Target, headers: dict[str, str]) -> None:
    assert refused(api, headers)


def test_case_034_header_names_in_any_case(api: Target) -> None:
    assert api.post(ORDER, {"X-Api-Key": api.callers.key}).status_code == 200


@pytest.mark.parametrize("scheme", ["", "Bearer "])
def test_case_035_a_users_token_raw_or_with_bearer(api: Target, token: str, scheme: str) -> None:
    answer = api.post(ORDER, api.callers.by_authorization(scheme + token))
    assert answer.json() == {"data": {"order": {"id": "1"}}}


@pytest.mark.parametrize("change", ["aaa.bbb.ccc", None], ids=["case_036", "signature"])
def test_a_token_that_the_pool_did_not_sign(api: Target, token: str, change: str | None) -> None:
    forged = change or f"{token.rpartition('.')[0]}.{'A' * 342}"
    assert refused(api, api.callers.by_authorization(forged))


def test_case_039_a_signature_is_over_the_very_body(signer: Target) -> None:
    headers = signer.callers.signed(ORDER)
    assert signer.post(ORDER, headers).json() == {"data": {"order": {"id": "1"}}}
    assert 400 <= signer.post(ORDER.replace("1", "2"), headers).status_code < 500


def test_case_040_a_signature_for_another_service(signer: Target) -> None:
    assert 400 <= signer.post(ORDER, signer.callers.signed(ORDER, "execute-api")).status_code < 500


def test_case_041_a_signers_identity(signer: Target) -> None:
    told = identity(signer.ask_signed(IDENTITY))
    assert {"accountId", "userArn", "username", "sourceIp"} <= set(told)
    assert told["userArn"].startswith("arn:aws")
    assert isinstance(told["sourceIp"], list)


def test_case_042_a_key_has_no_identity(api: Target) -> None:
    assert identity(api.ask(IDENTITY)) is None


def test_a_users_identity(api: Target, token: str) -> None:
    told = identity(api.ask(IDENTITY, api.callers.by_authorization(token)))
    assert {"claims", "defaultAuthStrategy", "groups", "issuer", "sourceIp", "sub", "username"} <= set(told)
    assert told["claims"]["sub"] == told["sub"]


def test_cases_043_045_a_field_for_a_group_is_denied_to_others(api: Target, token: str) -> None:
    for headers in (api.callers.by_authorization(token), api.callers.by_key()):
        answer = api.ask("{adminOrders{id}}", headers)
        (error,) = answer["errors"]
        assert answer["data"] is None
        assert (error["errorType"], error["message"]) == (
            "Unauthorized", "Not Authorized to access adminOrders on type Query",
        )  # fmt: skip
        assert error["path"] == ["adminOrders"]


def test_case_044_the_group_gets_its_data(api: Target, admin: str) -> None:
    answer = api.ask("{adminOrders{id}}", api.callers.by_authorization(admin))
    assert answer == {"data": {"adminOrders": [{"id": "1"}]}}


def test_case_046_a_field_of_another_mode_is_null_beside_the_rest(api: Target) -> None:
    answer = api.ask('{order(id:"1"){id secret}}')
    assert answer["data"] == {"order": {"id": "1", "secret": None}}
    assert answer["errors"][0]["message"] == "Not Authorized to access secret on type Order"
    assert api.ask("{system{id}}")["errors"][0]["errorType"] == "Unauthorized"


def test_case_047_the_admitted_mode_sees_it(signer: Target) -> None:
    assert signer.ask_signed("{system{id secret}}") == {"data": {"system": {"id": "1", "secret": "s"}}}


def test_case_048_an_unmarked_type_is_the_default_modes_alone(signer: Target) -> None:
    assert signer.ask("{unmarked{id}}") == {"data": {"unmarked": {"id": "1"}}}
    answer = signer.ask_signed("{unmarked{id}}")
    assert answer["data"] == {"unmarked": {"id": None}}
    assert answer["errors"][0]["message"] == "Not Authorized to access id on type Unmarked"


def let_in(api: Target, said: str) -> dict[str, str]:
    """What a resolver is told of whom the authorizer let in."""
    told: dict[str, dict[str, str]] = identity(api.ask(IDENTITY, api.callers.by_authorization(said)))
    return told["resolverContext"]


def test_cases_050_055_an_authorizers_context_is_all_that_a_resolver_is_told(api: Target) -> None:
    told = identity(api.ask(IDENTITY, api.callers.by_authorization("yes")))
    assert set(told) == {"resolverContext"}
    asked = json.loads(told["resolverContext"]["asked"])
    assert {"authorizationToken", "requestContext"} <= set(asked["event"])
    assert {"apiId", "accountId", "requestId", "queryString", "variables"} <= set(asked["context"])


@pytest.mark.parametrize("said", ["no", "nothing", "raises"])
def test_case_051_whoever_is_not_let_in_gets_401(api: Target, said: str) -> None:
    assert refused(api, api.callers.by_authorization(said))


def test_case_052_a_denied_field_is_null(api: Target) -> None:
    answer = api.ask('{order(id:"1"){id note}}', api.callers.by_authorization("no-note"))
    assert answer["data"]["order"] == {"id": "1", "note": None}


@pytest.mark.parametrize(("kind", "same"), [("kept", True), ("asked", False)])
def test_case_053_an_answer_is_kept_for_as_long_as_it_says(api: Target, kind: str, same: bool) -> None:
    said = f"{kind}-{uuid.uuid4()}"
    assert (let_in(api, said)["at"] == let_in(api, said)["at"]) is same


def test_case_054_a_token_without_the_form_is_refused(api: Target) -> None:
    assert refused(api, api.callers.by_authorization("NOT-OF-THE-FORM"))
