"""Cases 38 and 50 to 55: OpenID Connect providers and Lambda authorizers."""

import json
import time
from typing import Any

import pytest
from neutral_api import ISSUER, KEY, NOW, Recorder, ask, bearer, make_app, order, post, token

from local.appsync.api import LambdaAuthorizer, Mode, OidcProvider

QUERY = '{order(id:"1"){id note}}'
BODY = json.dumps({"query": QUERY})
FOREIGN = "https://elsewhere.example"
OIDC = OidcProvider("https://login.example", "https://keys/oidc")
SECONDS = int(NOW.timestamp())


class Door(Recorder):
    """An authorizer that answers what it is told to."""


def open_to(answer: Any, **settings: Any) -> tuple[Door, dict[str, Any]]:
    door = Door(answer)
    return door, {
        "default": Mode.AWS_LAMBDA,
        "authorizer": LambdaAuthorizer(door, **settings),
        "user_pools": (),
    }


YES = {"isAuthorized": True, "resolverContext": {"tenant": "t1"}}
OPAQUE = {"authorization": "opaque-token"}


async def status(headers: dict[str, str], **changes: Any) -> int:
    return (await post(make_app(**changes), BODY, headers)).status_code


def oidc_token(**claims: Any) -> str:
    return token(
        **{"iss": "https://login.example", "iat": SECONDS - 10, "aud": "web", "token_use": None, **claims}
    )


async def test_case_038_as_the_only_mode_any_issuer_with_a_valid_signature() -> None:
    only = {
        "default": Mode.OPENID_CONNECT, "oidc_providers": (OIDC,), "api_keys": (), "user_pools": (), "iam_callers": (),
    }  # fmt: skip
    headers = {"authorization": oidc_token(iss=FOREIGN)}
    assert await status(headers, **only) == 200
    assert await status(headers, oidc_providers=(OIDC,)) == 401
    assert await status({"authorization": oidc_token()}, oidc_providers=(OIDC,)) == 200


@pytest.mark.parametrize(
    "claims",
    [{"iat": None}, {"exp": None}, {"iat": SECONDS - 7200}, {"aud": "other"}, {"exp": SECONDS - 1}],
    ids=["no iat", "no exp", "issued too long ago", "another client", "expired"],
)
async def test_a_providers_token_that_is_not_fit(claims: dict[str, Any]) -> None:
    provider = OidcProvider("https://login.example", "https://keys/oidc", client_id="^web$", issued_ttl=3600)
    given = {"oidc_providers": (provider,)}
    assert await status({"authorization": oidc_token()}, **given) == 200
    assert await status({"authorization": oidc_token(**claims)}, **given) == 401


async def test_a_providers_caller_is_told_by_claims_issuer_and_sub() -> None:
    function = Recorder(order())
    app = make_app({"Query.order": function}, default=Mode.OPENID_CONNECT, oidc_providers=(OIDC,))
    await post(app, BODY, {"authorization": oidc_token()})
    identity = function.events[0]["identity"]
    assert (identity["issuer"], identity["sub"]) == ("https://login.example", "sub-1")
    assert identity["claims"]["aud"] == "web"


async def test_case_050_the_context_is_all_that_a_resolver_is_told() -> None:
    door, changes = open_to(YES)
    function = Recorder(order())
    answer = await post(make_app({"Query.order": function}, **changes), BODY, OPAQUE)
    assert answer.json()["data"]["order"] == {"id": "1", "note": "n"}
    assert function.events[0]["identity"] == {"resolverContext": {"tenant": "t1"}}
    assert len(door.events) == 1


@pytest.mark.parametrize(
    "answer", [{"isAuthorized": False}, {}, None, "yes", RuntimeError("broken"), {"isAuthorized": "true"}]
)
async def test_case_051_whoever_is_not_let_in_gets_401(answer: Any) -> None:
    _, changes = open_to(answer)
    told = await post(make_app(**changes), BODY, OPAQUE)
    assert (told.status_code, told.headers["x-amzn-errortype"]) == (401, "UnauthorizedException")


@pytest.mark.parametrize(
    "named", ["Order.note", "arn:aws:appsync:eu-west-1:1:apis/a/types/Order/fields/note"]
)
async def test_case_052_a_denied_field_is_null_whatever_its_resolver_returned(named: str) -> None:
    _, changes = open_to({**YES, "deniedFields": [named]})
    answer = (await post(make_app(**changes), BODY, OPAQUE)).json()
    assert answer["data"]["order"] == {"id": "1", "note": None}


async def test_denied_fields_are_one_callers_alone() -> None:
    door, changes = open_to({**YES, "deniedFields": ["Order.note"]})
    app = make_app(**changes)
    await post(app, BODY, OPAQUE)
    door.answer = YES
    assert (await post(app, BODY, {"authorization": "another"})).json()["data"]["order"]["note"] == "n"


@pytest.mark.parametrize(
    ("told", "default", "asked"),
    [({"ttlOverride": 60}, 0, 1), ({"ttlOverride": 0}, 300, 2), ({}, 0, 2), ({}, 300, 1)],
)
async def test_case_053_an_answer_is_kept_for_as_long_as_it_says(
    told: dict[str, Any], default: float, asked: int
) -> None:
    door, changes = open_to({**YES, **told}, ttl_seconds=default)
    app = make_app(**changes)
    for _ in range(2):
        assert (await post(app, BODY, OPAQUE)).status_code == 200
    await post(app, BODY, {"authorization": "another"})
    assert len(door.events) == asked + 1


async def test_case_053_an_answer_that_was_kept_is_asked_for_again_after_its_time() -> None:
    now = [NOW]
    door, changes = open_to({**YES, "ttlOverride": 60})
    app = make_app(clock=lambda: now[0], **changes)
    await post(app, BODY, OPAQUE)
    now[0] = NOW.replace(hour=NOW.hour + 1)
    await post(app, BODY, OPAQUE)
    assert len(door.events) == 2


async def test_case_054_a_token_without_the_form_is_refused_and_nobody_is_asked() -> None:
    door, changes = open_to(YES, identity_validation="^custom-")
    assert await status(OPAQUE, **changes) == 401
    assert door.events == []
    assert await status({"authorization": "custom-1"}, **changes) == 200


async def test_case_055_what_an_authorizer_is_given() -> None:
    door, changes = open_to(YES)
    app = make_app(**changes)
    await post(app, BODY, {**OPAQUE, "x-custom": "1"})
    await ask(
        app, "query Named($id: ID!) { order(id: $id) { id } }", {"id": "1"}, OPAQUE, operationName="Named"
    )

    unnamed, named = door.events
    assert set(unnamed) == {"authorizationToken", "requestContext", "requestHeaders"}
    assert unnamed["authorizationToken"] == "opaque-token"
    assert set(unnamed["requestContext"]) == {"apiId", "accountId", "requestId", "queryString", "variables"}
    assert unnamed["requestContext"]["queryString"] == QUERY
    assert unnamed["requestHeaders"]["x-custom"] == "1"
    assert (named["requestContext"]["operationName"], named["requestContext"]["variables"]) == (
        "Named",
        {"id": "1"},
    )


async def test_a_token_of_a_pool_and_a_key_never_go_to_the_authorizer() -> None:
    door, changes = open_to(YES)
    del changes["user_pools"]
    assert await status(bearer(), **changes) == 200
    assert await status(bearer(iss=ISSUER + "x"), **changes) == 401
    assert await status({"x-api-key": KEY}, **changes) == 200
    assert door.events == []
    assert await status(OPAQUE, **changes) == 200
    assert len(door.events) == 1


async def test_an_authorizer_that_takes_too_long_lets_nobody_in() -> None:
    changes = {
        "authorizer": LambdaAuthorizer(lambda _: time.sleep(0.3) or YES, timeout_seconds=0.02),
        "user_pools": (),
    }  # type: ignore[func-returns-value]
    assert await status(OPAQUE, **changes) == 401
