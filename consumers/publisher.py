"""Calls AppSync's publishing mutations over HTTP, signed as AWS asks (SigV4): what our own events are pushed with."""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import get_session

from domain.values import value
from wiring.metrics import Meter
from wiring.tracing import Trace

TRY_SECONDS, PAUSES = 0.5, (0.1, 0.4)
TRIES = len(PAUSES) + 1
"""Three tries of half a second, and at most so long a pause after the first and the second: 2 seconds in all."""

MAY_PASS = frozenset({429, 500, 502, 503, 504})
"""AppSync throttles with 429; like the errors of a server it is worth another try."""


class PublishError(Exception):
    """AppSync did not take a publication within the tries; nothing internal is in the message but the reason."""


@value
class Publisher:
    """One AppSync endpoint and who signs. `send` posts a signed body and answers (status, body); tests replace it."""

    send: Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.SystemRandom().random
    meter: Meter = Meter()

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Publisher":
        """The publisher of a function's environment (`APPSYNC_ENDPOINT`, `AWS_REGION` and its credentials)."""
        endpoint, region = environment["APPSYNC_ENDPOINT"], environment.get("AWS_REGION", "eu-west-1")
        credentials = get_session().get_credentials()
        if credentials is None:
            raise PublishError("there are no credentials to sign with")
        return replace(cls.signing(endpoint, region, credentials), meter=Meter.open(environment))

    @classmethod
    def signing(cls, endpoint: str, region: str, credentials: Credentials) -> "Publisher":
        """A publisher that signs with these credentials."""
        timeout = urllib3.Timeout(total=TRY_SECONDS)
        pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=timeout)
        signer = SigV4Auth(credentials, "appsync", region)

        def send(body: bytes, more: Mapping[str, str]) -> tuple[int, bytes]:
            request = AWSRequest("POST", endpoint, headers={"content-type": "application/json"}, data=body)
            signer.add_auth(request)
            headers = {**dict(request.headers.items()), **more}  # these are not signed: proxies change them
            answer = pool.request("POST", endpoint, body=body, headers=headers)
            return answer.status, answer.data

        return cls(send)

    def publish(self, document: str, variables: Mapping[str, object], trace: Trace | None = None) -> None:
        """Run a publishing document; at most 3 tries within 2 seconds, with full jitter. Raises PublishError.

        A try that timed out may have published: subscribers drop what they have. `trace` goes along as headers.
        """
        headers = trace.headers() if trace else {}
        body = json.dumps({"query": document, "variables": variables}).encode()
        for pause in (*PAUSES, None):
            reason, may_pass = self._try(body, headers)
            if not reason:
                return
            if pause is None or not may_pass:
                raise PublishError(reason)
            self.sleep(self.dice() * pause)

    def _try(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
        """Why one try failed (empty: it did not), and whether another may pass."""
        try:
            status, answer = self.send(body, headers)
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__, True
        if status != 200:
            return f"HTTP {status}", status in MAY_PASS
        try:
            errors = json.loads(answer).get("errors")
        except (ValueError, AttributeError):
            return "the answer is no GraphQL result", True
        return (str(errors[0]["message"]) if errors else ""), False
