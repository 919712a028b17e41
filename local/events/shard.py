"""Reads the shard of one table's stream from a position on, and finds its place again when the iterator is refused."""

import logging
from enum import Enum
from typing import Literal

from local.aws.streams import Streams
from local.events.records import StreamRecord, from_stream

PAGE_RECORDS = 1000

log = logging.getLogger(__name__)


class StartAt(Enum):
    """Where a consumer without a checkpoint begins."""

    LATEST = "LATEST"
    TRIM_HORIZON = "TRIM_HORIZON"


class NoStreamError(Exception):
    """The table does not exist, or has no stream."""


class Shard:
    """One reader's place in the stream of a table. The embedded AWS keeps one shard a stream, and never splits it."""

    def __init__(self, client: Streams, stream_arn: str, start_at: StartAt, after: str | None) -> None:
        self.stream_arn = stream_arn
        self._client = client
        self._start_at = start_at
        self._after = after
        self._id = client.describe_stream(StreamArn=stream_arn)["StreamDescription"]["Shards"][0]["ShardId"]
        self._iterator: str | None = None

    def open(self) -> None:
        """Take the place after the last record read; at the oldest there is when that record is gone."""
        try:
            self._iterator = self._place(None if self._after else self._start_at.value)
        except self._client.exceptions.TrimmedDataAccessException:
            log.info(
                "stream %s: the record read last is gone, going on with the oldest there is", self.stream_arn
            )
            self._iterator = self._place("TRIM_HORIZON")

    def read(self) -> list[StreamRecord]:
        """Return the next records; none means that the end of the stream is reached for now."""
        if self._iterator is None:
            self.open()
        try:
            answer = self._client.get_records(self._iterator or "", PAGE_RECORDS)
        except (
            self._client.exceptions.ExpiredIteratorException,
            self._client.exceptions.TrimmedDataAccessException,
        ):
            self.open()
            answer = self._client.get_records(self._iterator or "", PAGE_RECORDS)
        self._iterator = answer.get("NextShardIterator")
        records = [from_stream(record, self.stream_arn) for record in answer["Records"]]
        if records:
            self._after = records[-1].identifier
        return records

    def _place(self, kind: Literal["LATEST", "TRIM_HORIZON"] | None) -> str:
        if kind is None and self._after is not None:
            return self._client.get_shard_iterator(
                StreamArn=self.stream_arn,
                ShardId=self._id,
                ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                SequenceNumber=self._after,
            )["ShardIterator"]
        return self._client.get_shard_iterator(
            StreamArn=self.stream_arn, ShardId=self._id, ShardIteratorType=kind or "TRIM_HORIZON"
        )["ShardIterator"]


def find_stream(client: Streams, table: str) -> str:
    """Return the ARN of a table's stream. Raises NoStreamError."""
    streams = client.list_streams(TableName=table)["Streams"]
    if not streams:
        raise NoStreamError(
            f"Table {table} is not there, or has no stream: create the tables before the pump starts."
        )
    return streams[-1]["StreamArn"]
