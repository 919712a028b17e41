"""A client of table streams whose records are the JSON that came: what Lambda hands to a function, to a few members.

botocore's parser goes through every attribute of every image, and cost a server under load more than all that it is for.
"""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, EndpointConnectionError
from urllib3 import Timeout, connection_from_url
from urllib3.exceptions import HTTPError

from local.aws.clients import CONNECT_SECONDS, READ_SECONDS, REGION

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient

Json = dict[str, Any]
OPERATION = "GetRecords"
HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": f"DynamoDBStreams_20120810.{OPERATION}",
    # The embedded AWS reads the region in it, and checks no signature of this service.
    "authorization": f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
}


class Streams:
    """boto3's client, but for GetRecords. Safe to use from several threads."""

    def __init__(self, client: "DynamoDBStreamsClient") -> None:
        self.exceptions = client.exceptions
        self.describe_stream = client.describe_stream
        self.get_shard_iterator = client.get_shard_iterator
        self.list_streams = client.list_streams
        self._endpoint = client.meta.endpoint_url
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
            answer = self._http.request("POST", "/", body=body, headers=HEADERS)
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
