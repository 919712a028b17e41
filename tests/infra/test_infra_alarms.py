"""Alarms: each has an action that arrives, and a page that says what to do."""

from pathlib import Path
from typing import Any

import pytest
from templates import Stacks, listed, of_type, properties, target

from infra import symptoms
from infra.declared import Declared
from infra.operators import SENDERS
from infra.stages import STAGES
from infra.symptoms import Symptom
from wiring.declarations import Schedule, TableStream
from wiring.functions import RESOLVER_FUNCTIONS

BY_NAME = {stage.name: stage for stage in STAGES}
RUNBOOKS = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
SYMPTOMS = [each for each in vars(symptoms).values() if isinstance(each, Symptom)]


OF_SOURCES = (symptoms.DEAD_LETTERS, symptoms.QUEUE_OLD, symptoms.ROUTE_ERRORS)
"""Watched where a consumer has a queue or a route."""


def alarms(stacks: Stacks) -> dict[str, dict[str, Any]]:
    return {each["AlarmName"]: each for each in properties(stacks.service, "CloudWatch::Alarm")}


def having(stacks: Stacks, symptom: Symptom) -> set[str]:
    """What has an alarm of this symptom."""
    start = f"orderbell-{stacks.stage}-{symptom.name}-"
    return {name.removeprefix(start) for name in alarms(stacks) if name.startswith(start)}


def every_name(declarations: Declared) -> set[str]:
    return set(RESOLVER_FUNCTIONS) | {each.name.replace("_", "-") for each in declarations.consumers}


def operators_topic(stacks: Stacks) -> str:
    """The id of the topic that wakes people; topics of consumers tell others."""
    (found,) = (id_ for id_ in of_type(stacks.service, "SNS::Topic") if id_.startswith("Operators"))
    return found


def test_every_alarm_tells_operators_when_it_starts_and_ends(stacks: Stacks) -> None:
    topic = operators_topic(stacks)

    for name, alarm in alarms(stacks).items():
        assert [target(each) for each in alarm["AlarmActions"]] == [topic], name
        assert [target(each) for each in alarm["OKActions"]] == [topic], name


def test_every_alarm_says_what_to_do(stacks: Stacks) -> None:
    for alarm in alarms(stacks).values():
        page = alarm["AlarmDescription"].rpartition("docs/runbooks/")[2]
        assert (RUNBOOKS / page).is_file()


@pytest.mark.parametrize("name", [*(each.name for each in SYMPTOMS), symptoms.BUDGET])
def test_every_symptom_has_a_runbook_that_names_what_it_means_and_what_to_do(name: str) -> None:
    text = (RUNBOOKS / f"{name}.md").read_text()

    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## What it means",
        "## What customers notice",
        "## Look at",
        "## Do",
    ]


def test_no_runbook_is_left_over() -> None:
    pages = {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"}

    assert pages == {each.name for each in SYMPTOMS} | {symptoms.BUDGET}


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda each: each.name)
def test_every_symptom_is_watched(stacks: Stacks, exemplary: Stacks, symptom: Symptom) -> None:
    released = symptom is not symptoms.RELEASE_ERRORS or BY_NAME[stacks.stage].canary
    assert bool(having(exemplary if symptom in OF_SOURCES else stacks, symptom)) == released


def test_every_function_is_watched(stacks: Stacks, declarations: Declared) -> None:
    consumers = every_name(declarations) - set(RESOLVER_FUNCTIONS)

    assert having(stacks, symptoms.THROTTLED) == every_name(declarations)
    assert having(stacks, symptoms.NEAR_TIMEOUT) == every_name(declarations)
    assert having(stacks, symptoms.RESOLVER_ERRORS) == set(RESOLVER_FUNCTIONS)
    assert having(stacks, symptoms.CONSUMER_ERRORS) == consumers


@pytest.mark.parametrize("symptom", [symptoms.BEHIND, symptoms.PARKED, symptoms.DROPPED])
def test_every_stream_reader_is_watched(stacks: Stacks, declarations: Declared, symptom: Symptom) -> None:
    readers = {
        each.name.replace("_", "-") for each in declarations.consumers if isinstance(each.source, TableStream)
    }

    assert having(stacks, symptom) == readers


def test_every_scheduled_consumer_is_missed_when_it_does_not_run(
    stacks: Stacks, declarations: Declared
) -> None:
    scheduled = {
        each.name.replace("_", "-") for each in declarations.consumers if isinstance(each.source, Schedule)
    }

    assert having(stacks, symptoms.SILENT) == scheduled
    for name, alarm in alarms(stacks).items():
        assert (alarm["TreatMissingData"] == "breaching") == ("-silent-" in name)


def test_every_table_is_watched_with_its_indexes(stacks: Stacks, declarations: Declared) -> None:
    for table in declarations.tables:
        alarm = alarms(stacks)[f"orderbell-{stacks.stage}-table-throttled-{table.name}"]
        watched = str(alarm["Metrics"])
        assert all(f"'{index.name}'" in watched for index in table.indexes)
        assert watched.count("WriteThrottleEvents") == 1 + len(table.indexes)


def test_every_api_key_is_told_30_days_before_it_ends(stacks: Stacks) -> None:
    for key in BY_NAME[stacks.stage].api_keys:
        alarm = alarms(stacks)[f"orderbell-{stacks.stage}-key-ends-{key.name.lower()}"]
        (formula,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)

        assert formula == f"({key.epoch_seconds} - EPOCH(beat)) / 86400"
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (30, "LessThanThreshold")


def test_a_near_timeout_follows_from_the_functions_own_limit(stacks: Stacks) -> None:
    for name, size in RESOLVER_FUNCTIONS.items():
        alarm = alarms(stacks)[f"orderbell-{stacks.stage}-near-timeout-{name}"]
        assert alarm["Threshold"] == size.timeout_seconds * 800


def test_an_expression_has_at_most_ten_metrics(stacks: Stacks) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html."""
    for name, alarm in alarms(stacks).items():
        assert len([each for each in alarm.get("Metrics", ()) if "MetricStat" in each]) <= 10, name


@pytest.mark.parametrize("sender", SENDERS)
def test_who_publishes_is_let_in_by_topic_and_key(stacks: Stacks, sender: str) -> None:
    """With our own key and `enforce_ssl`, neither is given by itself: alarms would look healthy and never arrive."""
    told = operators_topic(stacks)
    (policy,) = (
        each
        for each in properties(stacks.service, "SNS::TopicPolicy")
        if [target(topic) for topic in each["Topics"]] == [told]
    )
    topic = stacks.service["Resources"][told]["Properties"]
    key = stacks.service["Resources"][target(topic["KmsMasterKeyId"])]["Properties"]
    account = BY_NAME[stacks.stage].account

    may = actions_of(policy["PolicyDocument"], sender, account)
    assert may == {"sns:Publish"}
    assert actions_of(key["KeyPolicy"], sender, account) == {"kms:Decrypt", "kms:GenerateDataKey"}


def actions_of(document: dict[str, Any], service: str, account: str) -> set[str]:
    principal = {"Service": f"{service}.amazonaws.com"}
    return {
        action
        for each in document["Statement"]
        if each["Effect"] == "Allow"
        and each["Principal"] == principal
        and each["Condition"] == {"StringEquals": {"aws:SourceAccount": account}}
        for action in listed(each["Action"])
    }


def test_the_budget_tells_the_topic(stacks: Stacks) -> None:
    (budget,) = properties(stacks.service, "Budgets::Budget")
    topic = operators_topic(stacks)
    told = budget["NotificationsWithSubscribers"]

    assert {target(each["Address"]) for notice in told for each in notice["Subscribers"]} == {topic}
    assert budget["Budget"]["BudgetLimit"] == {
        "Amount": BY_NAME[stacks.stage].monthly_budget_usd,
        "Unit": "USD",
    }
    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": [f"user:stage${stacks.stage}"]}


def test_a_stage_without_mailboxes_has_no_subscription(stacks: Stacks) -> None:
    assert not of_type(stacks.service, "SNS::Subscription")
