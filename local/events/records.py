"""Stream records as values: from the streams API to the shape that Lambda hands to a function, and which are wanted."""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wiring.declarations import TableStream

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams.type_defs import RecordTypeDef


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One change of one item. `identifier` is its SequenceNumber, `event` the record as a function receives it."""

    sequence: int
    identifier: str
    written_at: float
    item_key: str
    sort_key: str
    event: Mapping[str, Any]


def from_stream(record: "RecordTypeDef", stream_arn: str) -> StreamRecord:
    """Turn a record of GetRecords into Lambda's shape: times in seconds, binary as base64, the stream's ARN added."""
    change = record["dynamodb"]
    written_at = change["ApproximateCreationDateTime"].timestamp()
    keys = _as_json(change["Keys"])
    event = {**record, "dynamodb": _as_json(change), "eventSourceARN": stream_arn}
    event["dynamodb"]["ApproximateCreationDateTime"] = int(written_at)
    return StreamRecord(
        sequence=int(change["SequenceNumber"]),
        identifier=change["SequenceNumber"],
        written_at=written_at,
        item_key=repr(sorted(keys.items())),
        sort_key=keys.get("SK", {}).get("S", ""),
        event=event,
    )


def wanted(record: StreamRecord, source: TableStream) -> bool:
    """Tell whether the mapping's filter passes the record; one that it does not pass costs no invocation."""
    return record.event["eventName"] in source.event_names and record.sort_key.startswith(
        source.sort_key_prefix
    )


def lane_of(record: StreamRecord, lanes: int) -> int:
    """Choose the lane for a record: order holds per item (both keys), all that AWS promises with parallelization.

    docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, "in-order processing at the item level".
    """
    return zlib.crc32(record.item_key.encode()) % lanes


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _as_json(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(member) for member in value]
    return value
