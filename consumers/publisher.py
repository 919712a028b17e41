"""Calls AppSync's publishing mutations over HTTP, signed as AWS asks (SigV4): what our own events are pushed with."""

import json
import random
import time
from collections.abc import Callable, Mapping

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import get_session

from domain.values import value

TRIES, PATIENCE_SECONDS = 3, 2.0


class PublishError(Exception):
    """AppSync did not take a publication within the tries; nothing internal is in the message but the reason."""


@value
class Publisher:
    """One AppSync endpoint and who signs. `send` posts a signed body and answers (status, body); tests replace it."""

    send: Callable[[bytes], tuple[int, bytes]]
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.SystemRandom().random

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Publisher":
        """The publisher of a function's environment (`APPSYNC_ENDPOINT`, `AWS_REGION` and its credentials)."""
        endpoint, region = environment["APPSYNC_ENDPOINT"], environment.get("AWS_REGION", "eu-west-1")
        credentials = get_session().get_credentials()
        if credentials is None:
            raise PublishError("there are no credentials to sign with")
        return cls.signing(endpoint, region, credentials)

    @classmethod
    def signing(cls, endpoint: str, region: str, credentials: Credentials) -> "Publisher":
        """A publisher that signs with these credentials."""
        timeout = urllib3.Timeout(connect=0.5, read=PATIENCE_SECONDS)
        pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=timeout)
        signer = SigV4Auth(credentials, "appsync", region)

        def send(body: bytes) -> tuple[int, bytes]:
            request = AWSRequest("POST", endpoint, headers={"content-type": "application/json"}, data=body)
            signer.add_auth(request)
            answer = pool.request("POST", endpoint, body=body, headers=dict(request.headers.items()))
            return answer.status, answer.data

        return cls(send)

    def publish(self, document: str, variables: Mapping[str, object]) -> None:
        """Run a publishing document; 3 tries within about 2 seconds. Raises PublishError."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        reason = ""
        for attempt in range(TRIES):
            try:
                status, answer = self.send(body)
            except urllib3.exceptions.HTTPError as error:
                reason = type(error).__name__
            else:
                if status == 200 and "errors" not in json.loads(answer):
                    return
                reason = f"HTTP {status}" if status != 200 else json.loads(answer)["errors"][0]["message"]
                if status not in {429, 500, 502, 503, 504}:
                    break
            if attempt < TRIES - 1:
                self.sleep(self.dice() * 0.1 * 4**attempt)
        raise PublishError(reason)
