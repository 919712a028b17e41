"""Consumers that time wakes."""

from typing import Any

from templates import Stacks, of_type, properties, target

from infra.declared import Declared
from infra.scheduling import rate
from infra.service import camel
from wiring.declarations import Schedule


def rules(stacks: Stacks) -> dict[str, dict[str, Any]]:
    found = of_type(stacks.service, "Events::Rule")
    return {id_: each for id_, each in found.items() if "ScheduleExpression" in each["Properties"]}


def test_every_scheduled_consumer_has_its_rule_and_there_is_no_other(
    stacks: Stacks, declarations: Declared
) -> None:
    wanted = {
        camel(each.name): rate(each.source)
        for each in declarations.consumers
        if isinstance(each.source, Schedule)
    }
    made = {
        each["Properties"]["Targets"][0]["Arn"]["Ref"].partition("Consumer")[0]: each["Properties"]
        for each in rules(stacks).values()
    }

    assert {name: each["ScheduleExpression"] for name, each in made.items()} == wanted


def test_a_rule_calls_the_alias_and_does_not_repeat(stacks: Stacks) -> None:
    for rule in rules(stacks).values():
        (only,) = rule["Properties"]["Targets"]
        assert stacks.service["Resources"][target(only["Arn"])]["Type"] == "AWS::Lambda::Alias"
        assert only["RetryPolicy"]["MaximumRetryAttempts"] == 0


def test_a_run_that_fails_is_not_repeated(stacks: Stacks) -> None:
    configs = properties(stacks.service, "Lambda::EventInvokeConfig")

    assert len(configs) == len(rules(stacks))
    assert {(each["Qualifier"], each["MaximumRetryAttempts"]) for each in configs} == {("live", 0)}


def test_only_the_rule_may_wake_it(stacks: Stacks) -> None:
    permitted = {
        target(each["SourceArn"]): each["Principal"]
        for each in properties(stacks.service, "Lambda::Permission")
        if each["Principal"] == "events.amazonaws.com"
    }

    assert permitted == dict.fromkeys(rules(stacks), "events.amazonaws.com")


def test_a_rate_is_spelled_as_eventbridge_wants_it() -> None:
    assert (rate(Schedule(1)), rate(Schedule(5))) == ("rate(1 minute)", "rate(5 minutes)")
