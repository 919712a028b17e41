"""Verifies AWS Signature Version 4 as AppSync does: signed headers alone, the path as requested, the raw body."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.appsync.api import IamCaller
from local.appsync.problems import TransportProblem, unauthorized

SKEW = timedelta(minutes=15)
PREFIX = "AWS4-HMAC-SHA256"
AUTHORIZATION = re.compile(
    rf"{PREFIX} Credential=([^/,\s]+)/(\d{{8}})/([^/,\s]+)/([^/,\s]+)/aws4_request,\s*"
    r"SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed: POST to a path, with this body."""

    path: str
    body: bytes


def bad_signature(message: str) -> TransportProblem:
    """Refuse a signature; the class is what live clients have seen (I:aws-mobile-appsync-sdk-js#619)."""
    return TransportProblem(401, "BadRequestException", message)


def verify(
    headers: Mapping[str, str], signed: Signed, callers: Mapping[str, IamCaller], region: str, now: datetime
) -> IamCaller:
    """The caller whose secret made the signature; TransportProblem otherwise. `headers` by lower-case name."""
    found = AUTHORIZATION.fullmatch(headers.get("authorization", "").strip())
    if found is None:
        raise bad_signature("The Authorization header is not a complete Signature Version 4.")
    access_key, day, scope_region, service, names, signature = found.groups()
    caller = callers.get(access_key)
    if caller is None:
        raise unauthorized("The security token included in the request is invalid.")
    if service != "appsync" or scope_region != region:
        raise bad_signature(
            f"Credential should be scoped to a valid region and to the service appsync in {region}."
        )
    stamp = headers.get("x-amz-date", "")
    _check_time(stamp, day, now)
    _check_digest(headers, signed.body)
    expected = _signature(headers, names.split(";"), signed, caller, region, stamp)
    if not hmac.compare_digest(expected, signature):
        raise bad_signature("The request signature we calculated does not match the signature you provided.")
    return caller


def _check_time(stamp: str, day: str, now: datetime) -> None:
    try:
        moment = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise bad_signature("The header x-amz-date is missing or is not like 20260102T030405Z.") from None
    if abs(now - moment) > SKEW or not stamp.startswith(day):
        raise bad_signature(f"Signature expired: {stamp} is too far from the server's time.")


def _check_digest(headers: Mapping[str, str], body: bytes) -> None:
    digest = headers.get("x-amz-content-sha256")
    if digest is not None and not hmac.compare_digest(digest, hashlib.sha256(body).hexdigest()):
        raise bad_signature("The header x-amz-content-sha256 is not the hash of the body.")


def _signature(
    headers: Mapping[str, str], names: list[str], signed: Signed, caller: IamCaller, region: str, stamp: str
) -> str:
    if "host" not in names or any(name not in headers for name in names):
        raise bad_signature("SignedHeaders must include host, and only headers that were sent.")
    request = AWSRequest(
        method="POST",
        url=f"http://{headers['host']}{signed.path}",
        headers={name: headers[name] for name in names},
        data=signed.body,
    )
    request.context["timestamp"] = stamp
    signer = SigV4Auth(Credentials(caller.access_key, caller.secret_key), "appsync", region)
    canonical = signer.canonical_request(request)
    return str(signer.signature(signer.string_to_sign(request, canonical), request))
