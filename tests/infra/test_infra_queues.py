"""Queues, whoever declares them: dead letters, a customer key, TLS, alarms, and a mapping that fits the function."""

import json
from typing import Any

import pytest
from examples import BUS, EXAMPLES, HOOK, ORDERED
from templates import Stacks, function_named, of_type, properties, target

from infra.service import camel
from wiring.declarations import Consumer, FromBus

QUEUED = [each for each in EXAMPLES if each.queue]


def queues(stacks: Stacks) -> dict[str, dict[str, Any]]:
    """Those that work waits in, by logical id."""
    found = of_type(stacks.service, "SQS::Queue")
    return {id_: each["Properties"] for id_, each in found.items() if "RedrivePolicy" in each["Properties"]}


def dead_letters(stacks: Stacks) -> dict[str, dict[str, Any]]:
    found = of_type(stacks.service, "SQS::Queue")
    return {id_: each["Properties"] for id_, each in found.items() if id_ not in queues(stacks)}


def queue_of(stacks: Stacks, consumer: Consumer) -> tuple[str, dict[str, Any]]:
    assert consumer.queue is not None
    name = f"orderbell-{stacks.stage}-{consumer.queue.full_name}"
    ((id_, found),) = ((id_, each) for id_, each in queues(stacks).items() if each["QueueName"] == name)
    return id_, found


def mappings(stacks: Stacks) -> list[dict[str, Any]]:
    every = properties(stacks.service, "Lambda::EventSourceMapping")
    return [each for each in every if "StartingPosition" not in each]


def test_the_examples_are_there(exemplary: Stacks) -> None:
    assert len(queues(exemplary)) >= len(QUEUED) == 2


def test_every_queue_has_dead_letters_of_its_own_and_of_its_kind(routed: Stacks) -> None:
    letters = dead_letters(routed)
    used = [target(each["RedrivePolicy"]["deadLetterTargetArn"]) for each in queues(routed).values()]
    assert sorted(used) == sorted(letters)
    for each in queues(routed).values():
        dead = letters[target(each["RedrivePolicy"]["deadLetterTargetArn"])]
        assert each.get("FifoQueue") == dead.get("FifoQueue")


def test_every_queue_has_the_customer_key_and_keeps_messages_for_two_weeks(routed: Stacks) -> None:
    for each in properties(routed.service, "SQS::Queue"):
        assert routed.service["Resources"][target(each["KmsMasterKeyId"])]["Type"] == "AWS::KMS::Key"
        assert each["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_no_queue_is_reached_without_tls(routed: Stacks) -> None:
    policies = properties(routed.service, "SQS::QueuePolicy")
    denying = [
        target(queue)
        for each in policies
        for queue in each["Queues"]
        for statement in each["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    ]
    assert sorted(denying) == sorted(of_type(routed.service, "SQS::Queue"))


def test_every_queue_and_its_dead_letters_are_watched(routed: Stacks) -> None:
    alarms = properties(routed.service, "CloudWatch::Alarm")
    watched = {
        target(each["Dimensions"][0]["Value"]): each["MetricName"]
        for each in alarms
        if each.get("Namespace") == "AWS/SQS"
    }
    assert watched == dict.fromkeys(queues(routed), "ApproximateAgeOfOldestMessage") | dict.fromkeys(
        dead_letters(routed), "ApproximateNumberOfMessagesVisible"
    )


def test_a_message_is_hidden_for_six_of_its_functions_time_limits(routed: Stacks) -> None:
    resources = routed.service["Resources"]
    for mapping in mappings(routed):
        alias = resources[target(mapping["FunctionName"])]
        function = resources[target(alias["Properties"]["FunctionName"])]["Properties"]
        queue = queues(routed)[target(mapping["EventSourceArn"])]
        assert queue["VisibilityTimeout"] == 6 * function["Timeout"]


def test_every_queue_has_one_mapping_that_calls_the_alias_and_takes_partial_failures(routed: Stacks) -> None:
    assert sorted(target(each["EventSourceArn"]) for each in mappings(routed)) == sorted(queues(routed))
    for each in mappings(routed):
        assert routed.service["Resources"][target(each["FunctionName"])]["Type"] == "AWS::Lambda::Alias"
        assert each["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("consumer", QUEUED, ids=[each.name for each in QUEUED])
def test_a_mapping_has_the_declared_bounds(exemplary: Stacks, consumer: Consumer) -> None:
    id_, queue = queue_of(exemplary, consumer)
    (mapping,) = (each for each in mappings(exemplary) if target(each["EventSourceArn"]) == id_)
    shape = consumer.queue
    assert shape is not None
    assert mapping["BatchSize"] == shape.batch_size
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": max(2, consumer.concurrency)}
    assert queue["RedrivePolicy"]["maxReceiveCount"] == shape.max_receives


def test_an_ordered_queue_counts_by_group(exemplary: Stacks) -> None:
    _, queue = queue_of(exemplary, ORDERED)
    assert queue["QueueName"].endswith(".fifo")
    assert (queue["FifoThroughputLimit"], queue["DeduplicationScope"]) == (
        "perMessageGroupId",
        "messageGroup",
    )


def test_a_rule_sends_the_declared_events_of_our_bus_to_the_queue_and_what_fails_to_its_dead_letters(
    exemplary: Stacks,
) -> None:
    rules = of_type(exemplary.service, "Events::Rule")
    (rule,) = (each["Properties"] for id_, each in rules.items() if id_.startswith(camel(BUS.name)))
    id_, queue = queue_of(exemplary, BUS)
    (bus,) = of_type(exemplary.service, "Events::EventBus")
    (to,) = rule["Targets"]
    assert isinstance(BUS.source, FromBus)
    assert rule["EventPattern"] == {"source": ["orderbell.orders"], "detail-type": list(BUS.source.events)}
    assert (target(rule["EventBusName"]), target(to["Arn"])) == (bus, id_)
    assert to["DeadLetterConfig"]["Arn"] == queue["RedrivePolicy"]["deadLetterTargetArn"]


def test_a_queue_takes_from_its_own_rule_alone(routed: Stacks) -> None:
    for each in properties(routed.service, "SQS::QueuePolicy"):
        for statement in each["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                rule = target(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
                assert statement["Principal"] == {"Service": "events.amazonaws.com"}
                assert rule.startswith(tuple(of_type(routed.service, "Events::Rule")))


def test_the_bus_is_archived_for_two_weeks(routed: Stacks) -> None:
    (archive,) = properties(routed.service, "Events::Archive")
    (bus,) = of_type(routed.service, "Events::EventBus")
    assert (target(archive["SourceArn"]), archive["RetentionDays"]) == (bus, 14)


def test_a_sender_is_told_where_its_queues_are(exemplary: Stacks) -> None:
    told = function_named(exemplary.service, camel(HOOK.name))["Properties"]["Environment"]["Variables"]
    assert target(told["QUEUE_EXAMPLE_EVENTS"]) == queue_of(exemplary, ORDERED)[0]


def test_the_relay_is_told_its_bus(stacks: Stacks) -> None:
    told = function_named(stacks.service, "RelayConsumer")["Properties"]["Environment"]["Variables"]
    (bus,) = of_type(stacks.service, "Events::EventBus")
    assert target(told["BUS_NAME"]) == bus
    assert json.dumps(told).count("Table") == 0  # it reads what the stream hands it, and no table
