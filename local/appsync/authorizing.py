"""A Lambda authorizer: asked who may call, and its answers kept for as long as they say.

Source: the AppSync Developer Guide, "Configuring authorization and authentication".
"""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from local.appsync.api import LambdaAuthorizer, Mode
from local.appsync.callers import Caller
from local.appsync.guards import CallerClass
from local.appsync.problems import Json, unauthorized
from local.appsync.signatures import Signed

CONNECT_OPERATION = "DeepDish:Connect"
"""How the authorizer is told of a realtime connection: the guide's spelling; others were seen, so compare without case."""

ACCOUNT = "000000000000"
LARGEST_KEPT = 1_048_576
KEPT = 2000
FIELD_ARN = re.compile(r"(?:arn:.*/types/(\w+)/fields/(\w+))|(?:(\w+)\.(\w+))")


class Authorizer:
    """Asks the function of one API, and remembers by token what it answered."""

    def __init__(self, settings: LambdaAuthorizer, api_id: str = "local") -> None:
        self._settings = settings
        self._api_id = api_id
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    async def caller(self, token: str, headers: Mapping[str, str], signed: Signed, now: float) -> Caller:
        """The caller whom the function lets in. 401 where it does not, raises, takes over 10 s, or the token has not the form."""
        form = self._settings.identity_validation
        if form is not None and re.search(form, token) is None:
            raise unauthorized()
        known = self._known.get(token)
        if known is not None and now < known[0]:
            return known[1]
        answer = await self._asked(self._event(token, headers, signed))
        caller = Caller(
            CallerClass(Mode.AWS_LAMBDA, denied=denied_of(answer)), {"resolverContext": context_of(answer)}
        )
        self._keep(token, caller, answer, now)
        return caller

    async def _asked(self, event: Json) -> Json:
        work = asyncio.to_thread(self._settings.invoke, event)
        try:
            answer = await asyncio.wait_for(work, self._settings.timeout_seconds)
        except Exception:  # whatever the function raised, nobody is let in
            raise unauthorized() from None
        if not isinstance(answer, dict) or answer.get("isAuthorized") is not True:
            raise unauthorized()
        return answer

    def _keep(self, token: str, caller: Caller, answer: Json, now: float) -> None:
        seconds = answer.get("ttlOverride", self._settings.ttl_seconds)
        if not isinstance(seconds, int | float) or seconds <= 0 or len(json.dumps(answer)) >= LARGEST_KEPT:
            return
        self._known[token] = (now + seconds, caller)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)

    def _event(self, token: str, headers: Mapping[str, str], signed: Signed) -> Json:
        asked = _asked_for(signed)
        context: Json = {
            "apiId": self._api_id,
            "accountId": ACCOUNT,
            "requestId": str(uuid4()),
            "queryString": asked.get("query") or "",
            "variables": asked.get("variables") or {},
        }
        if asked.get("operationName"):
            context["operationName"] = asked["operationName"]
        return {"authorizationToken": token, "requestContext": context, "requestHeaders": dict(headers)}


def denied_of(answer: Json) -> frozenset[str]:
    """The fields that an answer denies, as `Type.field`; they may be given as ARNs."""
    found = (FIELD_ARN.fullmatch(str(each)) for each in answer.get("deniedFields") or ())
    return frozenset(".".join(part for part in match.groups() if part) for match in found if match)


def context_of(answer: Json) -> dict[str, Any]:
    """What the function tells resolvers of the caller."""
    told = answer.get("resolverContext")
    return dict(told) if isinstance(told, dict) else {}


def _asked_for(signed: Signed) -> Json:
    if signed.path.endswith("/connect"):
        return {"operationName": CONNECT_OPERATION}
    try:
        body = json.loads(signed.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
