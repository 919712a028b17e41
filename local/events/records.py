"""Stream records as values: from the streams API to the shape that Lambda hands to a function, and which are wanted."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wiring.declarations import TableStream


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One change of one item. `identifier` is its SequenceNumber, `event` the record as a function receives it."""

    sequence: int
    identifier: str
    written_at: float
    item_key: str
    sort_key: str
    event: Mapping[str, Any]


def from_stream(record: Mapping[str, Any], stream_arn: str) -> StreamRecord:
    """Turn a record of GetRecords' JSON into Lambda's shape: whole seconds, and the stream's ARN added."""
    change = record["dynamodb"]
    written_at, keys = change["ApproximateCreationDateTime"], change["Keys"]
    whole = {**change, "ApproximateCreationDateTime": int(written_at)}
    return StreamRecord(
        sequence=int(change["SequenceNumber"]),
        identifier=change["SequenceNumber"],
        written_at=written_at,
        item_key=repr(sorted(keys.items())),
        sort_key=keys.get("SK", {}).get("S", ""),
        event={**record, "dynamodb": whole, "eventSourceARN": stream_arn},
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
