"""Cases 31 to 49: who may call, and what each may see."""

import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from neutral_api import (
    EXPIRED_KEY,
    IAM,
    KEY,
    NOW,
    READER,
    STAFF_ISSUER,
    Recorder,
    ask,
    ask_signed,
    bearer,
    fetch_keys,
    make_app,
    order,
    post,
    signed_headers,
    token,
)

from local.appsync.api import Api, Auth, DefaultAction, Mode, Resolver, UserPool
from local.appsync.guards import CallerClass
from local.appsync.schema import load
from local.appsync.sdl import check_sdl

BODY = json.dumps({"query": '{order(id:"1"){id}}'})


async def refused(headers, **changes):
    """The message of a 401, its envelope checked."""
    answer = await post(make_app(**changes), BODY, headers)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (401, "UnauthorizedException")
    (error,) = answer.json()["errors"]
    assert set(error) == {"errorType", "message"}
    return error["message"]


@pytest.mark.parametrize(
    "key", [pytest.param("da2-wrong", id="case_031"), pytest.param(EXPIRED_KEY, id="case_032"), "é", ""]
)
async def test_cases_031_032_a_wrong_or_expired_key(key):
    assert await refused({"x-api-key": key.encode()}) == "You are not authorized to make this call."


async def test_case_033_no_credentials():
    assert await refused({})


async def test_case_034_header_names_in_any_case():
    assert (await post(make_app(), BODY, {"X-Api-Key": KEY})).status_code == 200


@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer "])
async def test_case_035_a_pool_token_raw_or_with_bearer(prefix):
    answer = await post(make_app(), BODY, {"authorization": prefix + token()})
    assert answer.json() == {"data": {"order": None}, "errors": answer.json().get("errors")}
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("garbage", id="case_036"),
        pytest.param(token(iss="https://elsewhere"), id="case_037"),
        pytest.param(token(kid="k2"), id="unknown_kid"),
        pytest.param(
            token(key=rsa.generate_private_key(public_exponent=65537, key_size=2048)), id="foreign_key"
        ),
        pytest.param(token(token_use="refresh"), id="token_use"),
        pytest.param(token(iss=STAFF_ISSUER), id="foreign_client"),
        pytest.param(jwt.encode({"iss": STAFF_ISSUER}, "k" * 32, headers={"kid": "k1"}), id="hmac"),
        pytest.param(
            jwt.encode({"iss": STAFF_ISSUER}, None, algorithm="none", headers={"kid": "k1"}), id="none"
        ),
    ],
)
async def test_cases_036_037_tokens_that_are_not_the_pools(given):
    assert await refused({"authorization": given}) == "Valid authorization header not provided."


async def test_an_expired_token_is_refused_even_when_it_is_remembered():
    moments = [NOW]
    app = make_app(clock=lambda: moments[-1])
    headers = bearer("Admin")
    assert (await post(app, BODY, headers)).status_code == 200
    moments.append(NOW + timedelta(hours=1))
    answer = await post(app, BODY, headers)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (401, "Token has expired.")


async def test_each_pool_has_its_own_clients():
    headers = {"authorization": token(iss=STAFF_ISSUER, client_id="staff-app")}
    assert (await post(make_app(), BODY, headers)).status_code == 200


async def test_keys_are_fetched_once_and_again_for_an_unknown_kid_but_rarely():
    calls = []

    async def counted(url):
        calls.append(url)
        return await fetch_keys(url)

    app = make_app(fetch=counted)
    for kid in ("k1", "k1", "k2", "k3"):
        await post(app, BODY, {"authorization": token(kid=kid, jti=str(len(calls)))})
    assert calls == ["https://keys/pool"]


async def test_unreachable_keys_are_a_401(caplog):
    async def unreachable(url):
        raise ValueError("no such host")

    assert await refused(bearer(), fetch=unreachable) == "Valid authorization header not provided."
    assert "cannot be read" in caplog.text


AMPLIFY = {
    "content-type": "application/json; charset=UTF-8",
    "x-amz-security-token": "t",
    "x-amz-user-agent": "a",
}
APOLLO = {"accept": "*/*", "content-type": "application/json", "x-amz-security-token": "t"}
GQL = {"content-type": "application/json", "x-amz-security-token": "t"}


@pytest.mark.parametrize("extra", [AMPLIFY, APOLLO, GQL], ids=["amplify", "apollo", "gql"])
async def test_case_039_the_three_signed_header_sets(extra):
    headers = signed_headers(BODY, extra=extra)
    assert (await post(make_app(), BODY, headers)).status_code == 200
    changed = await post(make_app(), BODY.replace("1", "2"), headers)
    assert 400 <= changed.status_code < 500
    assert changed.json()["errors"][0]["errorType"] == "BadRequestException"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(signed_headers(BODY, service="execute-api"), id="case_040"),
        pytest.param(signed_headers(BODY, "/other"), id="path"),
        pytest.param(signed_headers(BODY, at=NOW - timedelta(minutes=16)), id="old"),
        pytest.param({**signed_headers(BODY), "x-amz-date": "20260102T030406Z"}, id="date"),
        pytest.param({**signed_headers(BODY), "host": "elsewhere"}, id="host"),
        pytest.param({"authorization": "AWS4-HMAC-SHA256 nonsense"}, id="malformed"),
        pytest.param({**signed_headers(BODY), "x-amz-content-sha256": "0" * 64}, id="digest"),
    ],
)
async def test_case_040_signatures_that_do_not_hold(headers):
    answer = await post(make_app(), BODY, headers)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["errorType"] == "BadRequestException"


async def test_an_unknown_access_key_is_a_401():
    stranger = type(IAM)("AKIAOTHER", "x", "1", "arn", "u")
    assert await refused(signed_headers(BODY, who=stranger))


async def test_case_041_a_signers_identity():
    function = Recorder(order())
    await ask_signed(make_app({"Query.noResolver": function}, default=Mode.AWS_IAM), "{noResolver}")
    assert function.events[0]["identity"] == {
        "accountId": IAM.account_id,
        "cognitoIdentityAuthProvider": None,
        "cognitoIdentityAuthType": None,
        "cognitoIdentityId": None,
        "cognitoIdentityPoolId": None,
        "sourceIp": ["9.9.9.9"],
        "userArn": IAM.user_arn,
        "username": IAM.user_name,
    }


async def test_case_042_an_api_key_has_no_identity():
    function = Recorder(order())
    await ask(make_app({"Query.order": function}), '{order(id:"1"){id}}')
    assert function.events[0]["identity"] is None


async def test_a_pool_users_identity():
    function = Recorder([])
    await ask(
        make_app({"Query.adminOrders": function}), "{adminOrders{id}}", headers=bearer("Admin", "Other")
    )
    identity = function.events[0]["identity"]
    assert identity.pop("claims")["cognito:groups"] == ["Admin", "Other"]
    assert identity == {
        "defaultAuthStrategy": "ALLOW",
        "groups": ["Admin", "Other"],
        "issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool",
        "sourceIp": ["9.9.9.9"],
        "sub": "sub-1",
        "username": "jdoe",
    }


@pytest.mark.parametrize(
    "headers", [pytest.param(bearer(), id="case_043"), pytest.param(None, id="case_045")]
)
async def test_cases_043_045_a_field_for_a_group_is_denied_to_others(headers):
    function = Recorder([order()])
    answer = await ask(make_app({"Query.adminOrders": function}), "{adminOrders{id}}", headers=headers)
    assert answer == {
        "data": None,
        "errors": [
            {
                "path": ["adminOrders"],
                "data": None,
                "errorType": "Unauthorized",
                "errorInfo": None,
                "locations": [{"line": 1, "column": 2, "sourceName": None}],
                "message": "Not Authorized to access adminOrders on type Query",
            }
        ],
    }
    assert function.events == []


async def test_case_044_the_group_gets_its_data():
    app = make_app({"Query.adminOrders": Recorder([order()])})
    assert await ask(app, "{adminOrders{id}}", headers=bearer("Admin")) == {
        "data": {"adminOrders": [{"id": "1"}]}
    }


async def test_case_046_a_field_of_another_mode_is_null_beside_the_rest():
    answer = await ask(make_app({"Query.order": Recorder(order(secret="s"))}), '{order(id:"1"){id secret}}')
    assert answer["data"] == {"order": {"id": "1", "secret": None}}
    (error,) = answer["errors"]
    assert error["message"] == "Not Authorized to access secret on type Order"
    assert error["path"] == ["order", "secret"]


async def test_case_047_the_admitted_mode_sees_it():
    app = make_app({"Mutation.publishStatus": Recorder(order(secret="s"))})
    answer = await ask_signed(app, "mutation{publishStatus(id:1,status:NEW){secret}}")
    assert answer == {"data": {"publishStatus": {"secret": "s"}}}


async def test_case_048_an_unmarked_type_is_the_default_modes_alone():
    app = make_app({"Query.unmarked": Recorder({"id": "1"})})
    assert await ask(app, "{unmarked{id}}") == {"data": {"unmarked": {"id": "1"}}}
    answer = await ask_signed(app, "{unmarked{id}}")
    assert answer["data"] == {"unmarked": {"id": None}}
    assert answer["errors"][0]["message"] == "Not Authorized to access id on type Unmarked"


async def test_an_unmarked_field_is_denied_to_every_mode_but_the_default():
    app = make_app({"Query.iamUnmarked": Recorder("x")}, default=Mode.AWS_IAM)
    assert (await ask_signed(app, "{iamUnmarked}"))["data"] == {"iamUnmarked": "x"}
    assert (await ask(app, "{iamUnmarked}"))["errors"][0]["errorType"] == "Unauthorized"
    assert (await ask(app, "{iamUnmarked}", headers=bearer()))["errors"][0]["errorType"] == "Unauthorized"


AWS_AUTH = 'type Query { a: Int @aws_auth(cognito_groups: ["Admin"]) b: Int }'
POOL = UserPool("https://pool", "https://keys")
NOBODY = CallerClass(Mode.AMAZON_COGNITO_USER_POOLS)
ADMIN = CallerClass(Mode.AMAZON_COGNITO_USER_POOLS, frozenset({"Admin"}))


def guards(**auth):
    return load(Api(AWS_AUTH, (), Auth(Mode.AMAZON_COGNITO_USER_POOLS, user_pools=(POOL,), **auth))).guards


def test_case_049_aws_auth_is_ignored_beside_another_mode_and_the_checker_says_so():
    assert guards(iam_callers=(IAM,))["Query", "a"].admits(NOBODY)
    assert any("@aws_auth" in problem for problem in check_sdl(AWS_AUTH))


def test_aws_auth_holds_where_cognito_is_the_only_mode():
    assert not guards()["Query", "a"].admits(NOBODY)
    assert guards()["Query", "a"].admits(ADMIN)
    assert check_sdl(AWS_AUTH, several_modes=False) == []


def test_default_action_deny_closes_unmarked_fields():
    assert guards()["Query", "b"].admits(NOBODY)
    assert not guards(default_action=DefaultAction.DENY)["Query", "b"].admits(NOBODY)


async def test_an_iam_policy_names_its_root_fields():
    app = make_app(default=Mode.AWS_IAM)
    assert "errors" not in await ask_signed(app, "{noResolver}", READER)
    answer = await ask_signed(app, "mutation{publishStatus(id:1,status:NEW){id}}", READER)
    assert answer == {"errors": [{"errorType": "UnauthorizedException", "message": "Permission denied"}]}


async def test_an_authorization_header_goes_before_a_key():
    assert await refused({"x-api-key": KEY, "authorization": "garbage"})


def test_secrets_do_not_print():
    assert IAM.secret_key not in repr(Resolver("Query", "a")) + repr(IAM)
