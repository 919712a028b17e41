"""Run by the tests in a process of its own: what botocore in a given folder sends and understands, as JSON."""

import json
import sys
from collections.abc import Iterator
from typing import Any

folder, cases = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, folder)

import boto3  # noqa: E402
from botocore.awsrequest import AWSResponse  # noqa: E402
from botocore.config import Config  # noqa: E402

CHANGES = {"Authorization", "User-Agent", "X-Amz-Date", "amz-sdk-invocation-id", "X-Amz-Security-Token"}


class Body:
    def __init__(self, text: str) -> None:
        self.text = text

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.text.encode()

    def read(self, *_: Any) -> bytes:
        text, self.text = self.text, ""
        return text.encode()


def written(body: Any) -> str:
    found = body.read() if hasattr(body, "read") else body or b""
    return str(found) if isinstance(found, str) else found.decode()


def run(case: dict[str, Any], region: str) -> dict[str, Any]:
    sent: dict[str, Any] = {}

    def answer(request: Any, **_: Any) -> AWSResponse:
        headers = {name: str(value) for name, value in request.headers.items() if name not in CHANGES}
        sent.update(url=request.url, headers=headers, body=written(request.body))
        return AWSResponse(request.url, case["status"], {}, Body(case["text"]))

    config = Config(retries={"total_max_attempts": 1})
    given = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    client = boto3.client(case["service"], region_name=region, config=config, **given)
    client.meta.events.register("before-send", answer)
    try:
        understood = getattr(client, case["method"])(**case["arguments"])
        if "Body" in understood:
            understood["Body"] = understood["Body"].read().decode()
    except client.exceptions.ClientError as error:
        understood = error.response | {"class": type(error).__name__}
    return {"sent": sent, "understood": understood}


assert boto3.__file__.startswith(folder)
print(json.dumps([run(case, region) for case in cases for region in case["regions"]], default=str))  # noqa: T201
