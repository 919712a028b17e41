"""Finding the place in a stream again, and going on after the engine could not be reached: with a fake stream."""

import time
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.events.checkpoints import Checkpoints
from local.events.lanes import Mapping
from local.events.ledger import Ledger
from local.events.reader import Reader
from local.events.shard import Shard, StartAt
from wiring.declarations import TableStream


class TrimmedError(ClientError):
    def __init__(self):
        super().__init__({"Error": {"Code": "TrimmedDataAccessException"}}, "GetRecords")


class ExpiredError(ClientError):
    def __init__(self):
        super().__init__({"Error": {"Code": "ExpiredIteratorException"}}, "GetRecords")


class FakeStream:
    """A stream of numbered records; raises the problems it is given, one a read."""

    exceptions = SimpleNamespace(
        TrimmedDataAccessException=TrimmedError, ExpiredIteratorException=ExpiredError
    )

    def __init__(self, *numbers, problems=()):
        self.numbers = list(numbers)
        self.problems = list(problems)
        self.opened = []

    def describe_stream(self, **_):
        return {"StreamDescription": {"Shards": [{"ShardId": "only"}]}}

    def get_shard_iterator(self, ShardIteratorType, SequenceNumber=None, **_):  # noqa: N803 - boto3's names
        self.opened.append(ShardIteratorType)
        if SequenceNumber and int(SequenceNumber) not in self.numbers:
            raise TrimmedError
        if ShardIteratorType == "LATEST":
            return {"ShardIterator": str(max(self.numbers))}
        return {"ShardIterator": SequenceNumber or "0"}

    def get_records(self, iterator, _limit):
        if self.problems and (problem := self.problems.pop(0)):
            raise problem
        fresh = [number for number in self.numbers if number > int(iterator)]
        return {"Records": [change(number) for number in fresh], "NextShardIterator": str(max(self.numbers))}


def change(number):
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "ApproximateCreationDateTime": time.time(),
            "Keys": {"PK": {"S": "O#1"}, "SK": {"S": f"Z#{number}"}},
            "SequenceNumber": str(number),
        },
    }


def read_from(stream, after=None, start_at=StartAt.TRIM_HORIZON):
    shard = Shard(stream, "arn", start_at, after)
    return [record.sequence for record in shard.read()]


def test_a_checkpoint_is_gone_on_from():
    assert read_from(FakeStream(1, 2, 3), after="2") == [3]


def test_a_checkpoint_that_is_trimmed_goes_on_with_the_oldest_there_is():
    assert read_from(FakeStream(5, 6), after="2") == [5, 6]


def test_latest_skips_what_is_there():
    assert read_from(FakeStream(1, 2), start_at=StartAt.LATEST) == []


@pytest.mark.parametrize("problem", [ExpiredError(), TrimmedError()])
def test_a_refused_iterator_is_opened_again_after_the_last_record(problem):
    stream = FakeStream(1, 2, problems=[None, problem])
    shard = Shard(stream, "arn", StartAt.TRIM_HORIZON, None)
    shard.read()
    stream.numbers.append(3)
    assert [record.sequence for record in shard.read()] == [3]
    assert stream.opened == ["TRIM_HORIZON", "AFTER_SEQUENCE_NUMBER"]


@pytest.fixture
def drain_of():
    """Reads a fake stream with a consumer; answers whether all was handled, and how many records arrived."""
    readers = []

    def drain(stream, seconds):
        seen = []
        mapping = Mapping("push", TableStream("orders", "Z#"), lambda event: seen.extend(event["Records"]))
        shard = Shard(stream, "arn", StartAt.TRIM_HORIZON, None)
        readers.append(Reader(mapping, shard, Ledger(), Checkpoints()))
        readers[-1].start()
        return readers[-1].wait_handled(1, time.monotonic() + seconds), len(seen)

    yield drain
    for reader in readers:
        reader.stop()


def unreachable(times):
    return [EndpointConnectionError(endpoint_url="http://127.0.0.1:1") for _ in range(times)]


def test_an_engine_that_cannot_be_reached_for_a_moment_loses_nothing(drain_of, caplog):
    assert drain_of(FakeStream(1, 2, problems=unreachable(2)), seconds=5) == (True, 2)
    assert len(caplog.records) == 1


def test_nobody_waits_long_for_an_engine_that_is_gone(drain_of):
    began = time.monotonic()
    assert drain_of(FakeStream(1, problems=unreachable(1000)), seconds=60) == (False, 0)
    assert time.monotonic() - began < 30
