"""Consumers on their streams."""

import json
from typing import Any

import pytest
from templates import Stacks, of_type, target

from infra import declared
from infra.service import camel
from wiring.declarations import Consumer, TableStream

FOLLOWING = [
    (each, each.source) for each in declared.load().consumers if isinstance(each.source, TableStream)
]


def mapping_of(stacks: Stacks, consumer: Consumer) -> dict[str, Any]:
    (found,) = (
        each["Properties"]
        for id_, each in of_type(stacks.service, "Lambda::EventSourceMapping").items()
        if id_.startswith(f"{camel(consumer.name)}Mapping")
    )
    return found


follows = pytest.mark.parametrize(("consumer", "source"), FOLLOWING, ids=[each.name for each, _ in FOLLOWING])


def test_there_is_one_mapping_for_each_consumer_of_a_stream(stacks: Stacks) -> None:
    mappings = of_type(stacks.service, "Lambda::EventSourceMapping").values()
    assert len([each for each in mappings if "StartingPosition" in each["Properties"]]) == len(FOLLOWING)


def test_a_stream_has_at_most_two_readers() -> None:
    """DynamoDB serves two readers a shard: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html."""
    tables = [source.table for _, source in FOLLOWING]

    assert max(tables.count(table) for table in tables) <= 2


@follows
def test_a_mapping_calls_the_alias_with_its_tables_stream(
    stacks: Stacks, consumer: Consumer, source: TableStream
) -> None:
    made = mapping_of(stacks, consumer)

    assert stacks.service["Resources"][target(made["FunctionName"])]["Type"] == "AWS::Lambda::Alias"
    assert f"GetAtt{source.table.capitalize()}Table" in made["EventSourceArn"]["Fn::ImportValue"]
    assert "StreamArn" in made["EventSourceArn"]["Fn::ImportValue"]


@follows
def test_a_mapping_has_the_declared_bounds(stacks: Stacks, consumer: Consumer, source: TableStream) -> None:
    made = mapping_of(stacks, consumer)

    assert (made["BatchSize"], made["ParallelizationFactor"]) == (source.batch_size, source.parallelization)
    assert (made["MaximumRetryAttempts"], made["MaximumRecordAgeInSeconds"]) == (
        source.retries,
        source.record_age_seconds,
    )


@follows
def test_a_mapping_lets_the_declared_events_through(
    stacks: Stacks, consumer: Consumer, source: TableStream
) -> None:
    (only,) = mapping_of(stacks, consumer)["FilterCriteria"]["Filters"]

    assert json.loads(only["Pattern"]) == {
        "eventName": list(source.event_names),
        "dynamodb": {"Keys": {"SK": {"S": [{"prefix": source.sort_key_prefix}]}}},
    }


@follows
def test_a_mapping_takes_partial_failures_and_halves_a_failing_batch(
    stacks: Stacks, consumer: Consumer, source: TableStream
) -> None:
    made = mapping_of(stacks, consumer)

    assert made["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert made["BisectBatchOnFunctionError"] is True


@follows
def test_batches_that_failed_are_parked_whole(
    stacks: Stacks, consumer: Consumer, source: TableStream
) -> None:
    destination = mapping_of(stacks, consumer)["DestinationConfig"]["OnFailure"]["Destination"]

    assert "GetAttParked" in destination["Fn::ImportValue"]


@follows
def test_a_mapping_counts_what_it_parks_and_drops(
    stacks: Stacks, consumer: Consumer, source: TableStream
) -> None:
    assert mapping_of(stacks, consumer)["MetricsConfig"] == {"Metrics": ["EventCount"]}
