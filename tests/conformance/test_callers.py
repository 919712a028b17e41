"""The users of the neutral pool, made in the embedded AWS as they are made in AWS."""

import jwt
import pytest

from local.aws.clients import make_client
from local.aws.pools import ensure_pools
from tests.conformance.callers import made

pytestmark = pytest.mark.engine


def test_the_users_are_made_signed_in_and_made_again(engine):
    client = make_client("cognito-idp", engine.endpoint)
    pool = ensure_pools(client).staff
    client.create_group(UserPoolId=pool.id, GroupName="Admin")
    for _ in range(2):
        reader, admin = (
            jwt.decode(each, options={"verify_signature": False})
            for each in made(client, pool.id, pool.client_id)
        )
        assert (reader["token_use"], reader.get("cognito:groups", [])) == ("access", [])
        assert admin["cognito:groups"] == ["Admin"]
