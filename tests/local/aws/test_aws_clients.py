"""Clients of the embedded AWS do not depend on a developer's own AWS settings."""

import pytest
from botocore.exceptions import EndpointConnectionError

from local.aws.clients import make_client


def test_a_profile_and_a_proxy_of_the_user_play_no_part(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = make_client("dynamodb", "http://127.0.0.1:1")
    assert client.meta.region_name == "eu-west-1"
    assert client.meta.config.proxies == {}


def test_a_call_is_tried_once():
    client = make_client("dynamodb", "http://127.0.0.1:1")
    attempts = []
    client.meta.events.register("before-send.*", lambda **_: attempts.append(1))
    with pytest.raises(EndpointConnectionError):
        client.list_tables()
    assert attempts == [1]
