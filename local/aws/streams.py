"""A client of table streams whose records are the JSON that came: what Lambda hands to a function, to a few members.

botocore's parser goes through every attribute of every image, and cost a server under load more than all that it is for.
"""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ClientError, EndpointConnectionError
from urllib3 import Timeout, connection_from_url
from urllib3.exceptions import HTTPError

from local.aws.clients import CONNECT_SECONDS, READ_SECONDS

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient

Json = dict[str, Any]
OPERATION = "GetRecords"
HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": f"DynamoDBStreams_20120810.{OPERATION}",
}


class Streams:
    """boto3's client, but for GetRecords. Safe to use from several threads."""

    def __init__(self, client: "DynamoDBStreamsClient") -> None:
        self.exceptions = client.exceptions
        self.describe_stream = client.describe_stream
        self.get_shard_iterator = client.get_shard_iterator
        self.list_streams = client.list_streams
        self._endpoint = client.meta.endpoint_url
        self._headers = {**HEADERS, "authorization": _authorization(client)}
        self._http = connection_from_url(
            self._endpoint,
            maxsize=10,
            retries=False,
            timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )

    def get_records(self, iterator: str, limit: int) -> Json:
        """The answer as it came: binary as base64, times in seconds. Raises ClientError and BotoCoreError, as boto3's does."""
        body = json.dumps({"ShardIterator": iterator, "Limit": limit})
        try:
            answer = self._http.request("POST", "/", body=body, headers=self._headers)
        except HTTPError as error:
            raise EndpointConnectionError(endpoint_url=self._endpoint) from error
        told: Json = json.loads(answer.data)
        if answer.status == 200:
            return told
        raise self._problem(answer.status, told)

    def _problem(self, status: int, told: Json) -> ClientError:
        code = str(told.get("__type", status)).rpartition("#")[2]
        error: Any = {
            "Error": {"Code": code, "Message": str(told.get("message", ""))},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        kind: Any = self.exceptions.from_code(code)  # a class, whatever its stub says
        problem: ClientError = kind(error, OPERATION)
        return problem


def _authorization(client: "DynamoDBStreamsClient") -> str:
    """Whose call it is, and of which region: the emulators take the account from the key, and check no signature here."""
    query = parse_qs(urlsplit(client.generate_presigned_url("list_streams")).query)
    (scope,) = query["X-Amz-Credential"]
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
