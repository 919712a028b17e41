"""Who mails customers, as whom, and what happens to what comes back."""

from typing import Any

from templates import Stacks, allowed, function_named, properties, target

from infra.stages import FAKE_SENDER


def test_one_function_may_send_and_in_one_name_alone(stacks: Stacks) -> None:
    ((who, actions, resources, when),) = [
        each for each in allowed(stacks.service) if any("ses:" in action for action in each[1])
    ]
    assert who == target(function_named(stacks.service, "SendMailConsumer")["Properties"]["Role"])
    assert actions == ["ses:SendEmail"]
    assert when == {"StringEquals": {"ses:FromAddress": FAKE_SENDER}}
    assert sorted(kind_of(stacks, each) for each in resources) == [
        "configuration-set/AWS::SES::ConfigurationSet",
        "identity/AWS::SES::EmailIdentity",
    ]


def kind_of(stacks: Stacks, resource: Any) -> str:
    """What an ARN says it is, and the type of what it names."""
    _, (before, named) = resource["Fn::Join"]
    return f"{before.rpartition(':')[2]}{stacks.service['Resources'][named['Ref']]['Type']}"


def test_the_function_is_told_whose_name_to_send_in(stacks: Stacks) -> None:
    told = function_named(stacks.service, "SendMailConsumer")["Properties"]["Environment"]["Variables"]
    (identity,) = properties(stacks.service, "SES::EmailIdentity")
    assert told["MAIL_FROM"] == identity["EmailIdentity"] == FAKE_SENDER
    assert stacks.service["Resources"][told["MAIL_SET"]["Ref"]]["Type"] == "AWS::SES::ConfigurationSet"


def test_mails_go_encrypted_or_not_at_all_and_who_bounced_is_left_alone(stacks: Stacks) -> None:
    (set_,) = properties(stacks.service, "SES::ConfigurationSet")
    assert set_["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert set_["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}


def test_what_comes_back_is_counted_where_the_alarm_looks_and_its_address_goes_nowhere(
    stacks: Stacks,
) -> None:
    (counted,) = properties(stacks.service, "SES::ConfigurationSetEventDestination")
    told = counted["EventDestination"]
    assert sorted(told["MatchingEventTypes"]) == ["bounce", "complaint"]
    assert set(told) == {"CloudWatchDestination", "Enabled", "MatchingEventTypes"}
    (dimension,) = told["CloudWatchDestination"]["DimensionConfigurations"]
    assert dimension["DimensionValueSource"] == "messageTag"
    (alarm,) = [
        each
        for each in properties(stacks.service, "CloudWatch::Alarm")
        if "mail-bouncing" in each["AlarmName"]
    ]
    looked_at = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    assert sorted(each["MetricName"] for each in looked_at) == ["Bounce", "Complaint"]
    for each in looked_at:
        (by,) = each["Dimensions"]
        assert (by["Name"], by["Value"]) == (dimension["DimensionName"], dimension["DefaultDimensionValue"])
