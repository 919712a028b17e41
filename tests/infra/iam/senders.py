"""Services that act on our resources by themselves: alarms, budgets, rules, topics, buckets, logs, and Lambda's hand-overs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.infra.iam.deployed import ACCOUNT, OURS, REGION, Deployed, Place

HANDED_ON = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "s3": "s3:PutObject",
    "lambda": "lambda:InvokeFunction",
}
"""What it takes to hand something to a target, by the service in its ARN."""


@dataclass(frozen=True)
class Sender:
    """A service principal, what it acts for (an ARN), and what it acts on; no action where it encrypts alone."""

    principal: str
    source: str
    to: str
    action: str | None

    def __str__(self) -> str:
        return f"{self.principal} for {self.source.rpartition(':')[2]}"


def senders(deployed: Deployed) -> Iterator[Sender]:
    """Every act of a service by its own name."""
    for kind, found in FROM.items():
        for place in deployed.of_kind(kind):
            yield from found(deployed, place)


def handed_over(deployed: Deployed) -> Iterator[tuple[Place, str, str]]:
    """Where Lambda hands something on by a function's own role: the function, the action, the target's ARN."""
    for mapping in deployed.of_kind("Lambda::EventSourceMapping"):
        target = (
            deployed.resolved(mapping).get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        )
        if target:
            function = _function(deployed, mapping.stack, deployed.resolved(mapping)["FunctionName"])
            yield function, _action(target), target
    for config in deployed.of_kind("Lambda::EventInvokeConfig"):
        said = deployed.resolved(config)
        for target in said.get("DestinationConfig", {}).values():
            yield (
                _function(deployed, config.stack, said["FunctionName"]),
                _action(target["Destination"]),
                target["Destination"],
            )
    for function in deployed.of_kind("Lambda::Function"):
        letters = deployed.resolved(function).get("DeadLetterConfig", {}).get("TargetArn")
        if letters:
            yield function, _action(letters), letters


def _alarm(deployed: Deployed, place: Place) -> Iterator[Sender]:
    said = deployed.resolved(place)
    source = f"arn:aws:cloudwatch:{OURS}:alarm:{said['AlarmName']}"
    for when in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for target in said.get(when, ()):
            yield Sender("cloudwatch.amazonaws.com", source, target, _action(target))


def _budget(deployed: Deployed, place: Place) -> Iterator[Sender]:
    source = f"arn:aws:budgets::{ACCOUNT}:budget/{place.name}"
    for told in deployed.resolved(place)["NotificationsWithSubscribers"]:
        for who in told["Subscribers"]:
            if who["SubscriptionType"] == "SNS":
                yield Sender("budgets.amazonaws.com", source, who["Address"], "sns:Publish")


def _rule(deployed: Deployed, place: Place) -> Iterator[Sender]:
    for target in deployed.resolved(place).get("Targets", ()):
        letters = target.get("DeadLetterConfig", {}).get("Arn")
        for arn in (target["Arn"], letters):
            if arn and arn.split(":")[2] in HANDED_ON and "RoleArn" not in target:
                yield Sender("events.amazonaws.com", deployed.arn(place), arn, _action(arn))


def _subscription(deployed: Deployed, place: Place) -> Iterator[Sender]:
    said = deployed.resolved(place)
    letters = said.get("RedrivePolicy", {}).get("deadLetterTargetArn")
    for arn in (said["Endpoint"] if said["Protocol"] == "sqs" else None, letters):
        if arn:
            yield Sender("sns.amazonaws.com", said["TopicArn"], arn, "sqs:SendMessage")


def _bucket(deployed: Deployed, place: Place) -> Iterator[Sender]:
    told: dict[str, Any] = deployed.resolved(place).get("NotificationConfiguration", {})
    for kind in ("Queue", "Topic"):
        for each in told.get(f"{kind}Configurations", ()):
            yield Sender("s3.amazonaws.com", deployed.arn(place), each[kind], _action(each[kind]))


def _log_group(deployed: Deployed, place: Place) -> Iterator[Sender]:
    if "KmsKeyId" in place.properties:
        yield Sender(f"logs.{REGION}.amazonaws.com", deployed.arn(place), deployed.arn(place), None)


FROM = {
    "CloudWatch::Alarm": _alarm,
    "CloudWatch::CompositeAlarm": _alarm,
    "Budgets::Budget": _budget,
    "Events::Rule": _rule,
    "SNS::Subscription": _subscription,
    "S3::Bucket": _bucket,
    "Logs::LogGroup": _log_group,
}


def _action(arn: str) -> str:
    return HANDED_ON[arn.split(":")[2]]


def _function(deployed: Deployed, stack: str, named: str) -> Place:
    """The function of a name, or of an alias's ARN."""
    return next(
        place
        for place in deployed.of_kind("Lambda::Function")
        if place.stack == stack and place.name in named.split(":")
    )
