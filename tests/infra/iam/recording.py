"""Listens to what functions ask of AWS: at the SDK's own events, and where the publisher posts to AppSync."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
from botocore.exceptions import ReadTimeoutError

from tests.infra.iam.call_sites import Site, sites
from tests.infra.iam.deployed import ACCOUNT, REGION
from tests.infra.iam.policies import Request
from tests.infra.iam.requests import graphql, requests_of

EMBEDDED = "000000000000"
"""The account of the embedded AWS."""


class CrashedError(BaseException):
    """The function's life ended here, by the test's wish."""


@dataclass
class Recorder:
    """The requests of each function, by its logical id; `acting` is whose code runs now.

    `lives` is how many transactions a function may write before it crashes (None: as many as it likes).
    While `deaf`, no transaction that checks another item gets through: as where the network fails.
    `names` are what secrets and state machines are called in the embedded AWS, which makes up ARNs of its own.
    """

    endpoint: str
    names: Mapping[str, str]
    acting: str | None = None
    lives: int | None = None
    deaf: bool = False
    made: dict[str, set[Request]] = field(default_factory=dict)
    reached: set[Site] = field(default_factory=set)

    def session(self) -> boto3.Session:
        """A session whose clients are listened to."""
        plain = botocore.session.Session()
        plain.register("before-parameter-build", self.listen)
        plain.register("before-send.dynamodb.TransactWriteItems", self.lose)
        return boto3.Session(botocore_session=plain, region_name=REGION)

    def listen(self, *, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Record a call just before it is sent."""
        if self.acting is None:
            return
        if model.name == "TransactWriteItems" and self.lives is not None:
            if self.lives == 0:
                raise CrashedError
            self.lives -= 1
        self._record(*requests_of(model.service_model.service_name, model.name, params))
        for each in {"SecretId", "stateMachineArn"} & set(params):
            params[each] = self.names[params[each]]
        if "TopicArn" in params:
            params["TopicArn"] = params["TopicArn"].replace(ACCOUNT, EMBEDDED)

    def lose(self, *, request: Any, **_: Any) -> None:
        """Lose a transaction on its way, while deaf."""
        if self.deaf and b"ConditionCheck" in request.body:
            raise ReadTimeoutError(endpoint_url=self.endpoint)

    def post(self, method: str, url: str, *, body: bytes, headers: Mapping[str, str]) -> Any:
        """Stand in for AppSync, for `urllib3.PoolManager.request`: record what a signed request would do there."""
        host = url.removeprefix("https://").partition(".")
        signed = "/appsync/aws4_request" in headers["Authorization"]
        if method != "POST" or not host[2].startswith("appsync-api.") or not signed:
            raise AssertionError(f"no signed call of AppSync: {method} {url}")
        self._record(*graphql(host[0], json.loads(body)))
        return SimpleNamespace(status=200, data=b'{"data": {}}')

    def _record(self, *requests: Request) -> None:
        assert self.acting is not None
        self.made.setdefault(self.acting, set()).update(requests)
        self.reached.update(sites(sys._getframe()))
