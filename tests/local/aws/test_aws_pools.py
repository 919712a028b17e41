"""The user pools: who may sign up, who gets in, and what the tokens say."""

import itertools

import jwt
import pytest

from local.aws.clients import make_client
from local.aws.demo import DEMO_CUSTOMERS, DEMO_PASSWORD, DEMO_STAFF, ensure_demo_users
from local.aws.pools import User, ensure_pools, ensure_user, ensure_users, sign_in

pytestmark = pytest.mark.engine

NUMBERS = itertools.count(1)
PASSWORD = "A-pass-word-1"


@pytest.fixture
def client(engine):
    return make_client("cognito-idp", engine.endpoint)


@pytest.fixture
def pools(client):
    return ensure_pools(client)


@pytest.fixture
def email():
    return f"somebody-{next(NUMBERS)}@example.com"


def verified(token, pool):
    key = jwt.PyJWKClient(pool.jwks_url).get_signing_key_from_jwt(token)
    return jwt.decode(token, key.key, algorithms=["RS256"], issuer=pool.issuer, options={"verify_aud": False})


def test_the_pools_are_found_again_by_name(client, pools):
    assert ensure_pools(client) == pools


def test_a_customers_token_is_signed_by_the_pool_and_names_the_sub(client, pools, email):
    sub = ensure_user(client, pools.customers, email, PASSWORD)
    claims = verified(sign_in(client, pools.customers, email, PASSWORD).access, pools.customers)
    assert (claims["sub"], claims["client_id"], claims["token_use"]) == (
        sub,
        pools.customers.client_id,
        "access",
    )


def test_a_member_of_staff_carries_the_group(client, pools, email):
    ensure_user(client, pools.staff, email, PASSWORD, ("finance",))
    claims = verified(sign_in(client, pools.staff, email, PASSWORD).access, pools.staff)
    assert claims["cognito:groups"] == ["finance"]


def test_a_customer_does_not_get_into_the_staff_pool(client, pools, email):
    ensure_user(client, pools.customers, email, PASSWORD)
    with pytest.raises(client.exceptions.NotAuthorizedException):
        sign_in(client, pools.staff, email, PASSWORD)


def test_a_wrong_password_is_refused(client, pools, email):
    ensure_user(client, pools.customers, email, PASSWORD)
    with pytest.raises(client.exceptions.NotAuthorizedException):
        sign_in(client, pools.customers, email, "Another-word-1")


def test_customers_sign_up_by_themselves(client, pools, email):
    answer = client.sign_up(ClientId=pools.customers.client_id, Username=email, Password=PASSWORD)
    assert answer["UserSub"]


def test_staff_are_made_by_an_administrator_alone(client, pools):
    # The setting alone: the embedded AWS does not enforce it.
    pool = client.describe_user_pool(UserPoolId=pools.staff.id)["UserPool"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_making_a_user_again_keeps_the_sub_and_sets_the_password(client, pools, email):
    sub = ensure_user(client, pools.customers, email, PASSWORD)
    assert ensure_user(client, pools.customers, email, "Another-word-1") == sub
    assert sign_in(client, pools.customers, email, "Another-word-1")


def test_many_users_keep_their_order(client, pools, email):
    users = [User(f"{number}-{email}", PASSWORD) for number in range(40)]
    subs = ensure_users(client, pools.customers, users)
    again = [ensure_user(client, pools.customers, user.email, PASSWORD) for user in users]
    assert list(subs) == again


def test_every_demo_user_signs_in(client, pools):
    subs = ensure_demo_users(client, pools)
    assert len(subs) == len(DEMO_CUSTOMERS) + len(DEMO_STAFF)
    assert sign_in(client, pools.customers, "ada@example.com", DEMO_PASSWORD)
    assert sign_in(client, pools.staff, "warehouse@shop.example", DEMO_PASSWORD)
