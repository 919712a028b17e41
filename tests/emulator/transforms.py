"""What a template loses or changes on its way into the emulator: each rule is listed, and says what it did.

The emulator refuses some types and properties, and would call functions by itself where our own pump does. Nothing
else is changed: references, names, roles, tables, pools, aliases and environments are the template's own.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]
Resource = dict[str, Any]

DROPPED = frozenset(
    {
        "AWS::Budgets::Budget",
        "AWS::Events::Archive",
        "AWS::WAFv2::WebACLAssociation",
        "AWS::XRay::SamplingRule",
    }
)
"""Types that the emulator's CloudFormation does not know. The list may not grow without somebody noticing."""


ASKED_ON_ANYTHING = frozenset({"ses:SendEmail", "states:SendTaskFailure", "states:SendTaskSuccess"})
"""Actions that the emulator asks for on `*`, whatever they are done to and from which address; who may at all is asked."""

ISSUERS = "https://cognito-idp.eu-west-1.amazonaws.com/"
"""What AWS puts before a pool's id in the issuer of its tokens, and the emulator, too."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Where things are on this machine: who runs functions, their layer, and our AppSync."""

    python: str
    layer: str
    pictures: str
    sessions: str
    graphql: str
    endpoint: str


def transformed(template: Template, placing: Placing) -> tuple[Template, list[str]]:
    """The template as the emulator takes it, and what was changed."""
    changed, said = deepcopy(template), []
    for id_, resource in list(changed["Resources"].items()):
        if resource["Type"] in DROPPED:
            del changed["Resources"][id_]
            said.append(f"dropped {resource['Type']} {id_}")
            continue
        rule = RULES.get(resource["Type"])
        if rule:
            said += [f"{resource['Type']} {id_}: {words}" for words in rule(resource["Properties"], placing)]
    for name in [
        name for name, each in changed.get("Outputs", {}).items() if "RealtimeUrl" in str(each["Value"])
    ]:
        del changed["Outputs"][name]
        said.append(f"output {name}: the emulator's API knows no realtime address")
    secrets = {
        id_ for id_, each in changed["Resources"].items() if each["Type"] == "AWS::SecretsManager::Secret"
    }
    if spelled(changed, secrets):
        said.append(
            "a pool's ProviderURL is spelled out, and a secret is named by its ARN, as AWS gives them"
        )
    return changed, said


def spelled(node: Any, secrets: set[str]) -> bool:
    """Put what AWS gives in the place of what the emulator lacks or gives otherwise. True where there was any."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [spelled(each, secrets) for each in list(inner)]
    if isinstance(node, dict) and node.get("Fn::GetAtt", ["", ""])[1] == "ProviderURL":
        (pool, _) = node.pop("Fn::GetAtt")
        node["Fn::Join"] = ["", [ISSUERS, {"Ref": pool}]]
        return True
    if isinstance(node, dict) and node.get("Ref") in secrets:
        node["Fn::GetAtt"] = [node.pop("Ref"), "Arn"]
        return True
    return any(found)


def custom_runtime(function: Resource, placing: Placing) -> Iterator[str]:
    """The emulator's Python runtime shares the engine's libraries and loses the class of an error; ours does not."""
    function["Runtime"] = "provided.al2023"
    carries = "Pictures" in str(function.pop("Layers", ()))
    told = {
        "EMULATED_LAYERS": f"{placing.pictures}:{placing.layer}" if carries else placing.layer,
        "EMULATED_SESSIONS": placing.sessions,
        "AWS_ENDPOINT_URL": placing.endpoint,
    }
    variables = function["Environment"]["Variables"]
    if "APPSYNC_ENDPOINT" in variables:
        told["APPSYNC_ENDPOINT"] = placing.graphql
        yield "publishes to our own AppSync"
    variables |= told
    if carries:
        yield "has its library of pictures for this machine's processor"
    yield f"run by {placing.python.rpartition('/')[2]} with the package and the layer alone"


def our_delivery(mapping: Resource, _: Placing) -> Iterator[str]:
    mapping["Enabled"] = False
    yield "disabled: our pump reads the stream, and our poller the queue, by its settings"


def by_hand(rule: Resource, _: Placing) -> Iterator[str]:
    if "ScheduleExpression" in rule:
        rule["State"] = "DISABLED"
        yield "disabled: the test calls its target"


def plain_alarm(alarm: Resource, _: Placing) -> Iterator[str]:
    if "Metrics" in alarm:
        first = next(each["MetricStat"] for each in alarm.pop("Metrics") if "MetricStat" in each)
        alarm |= {"MetricName": first["Metric"]["MetricName"], "Namespace": first["Metric"]["Namespace"]}
        alarm |= {"Period": first["Period"], "Statistic": "Sum"}
        yield "arithmetic replaced by its first metric"


def plain_http(policy: Resource, _: Placing) -> Iterator[str]:
    statements = policy["PolicyDocument"]["Statement"]
    policy["PolicyDocument"]["Statement"] = [
        each for each in statements if "aws:SecureTransport" not in str(each.get("Condition"))
    ]
    yield "may be reached over plain HTTP, as the emulator speaks it"


def on_anything(policy: Resource, _: Placing) -> Iterator[str]:
    for statement in policy["PolicyDocument"]["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        asked = sorted(ASKED_ON_ANYTHING & set(actions))
        if asked:
            statement["Resource"] = "*"
            statement.pop("Condition", None)
            yield f"{', '.join(asked)} is allowed on everything, on no condition"


def by_password(client: Resource, _: Placing) -> Iterator[str]:
    client["ExplicitAuthFlows"] = [*client["ExplicitAuthFlows"], "ALLOW_USER_PASSWORD_AUTH"]
    yield "signs in by password too: the tests speak no SRP"


RULES: dict[str, Callable[[Resource, Placing], Iterator[str]]] = {
    "AWS::Lambda::Function": custom_runtime,
    "AWS::Lambda::EventSourceMapping": our_delivery,
    "AWS::Cognito::UserPoolClient": by_password,
    "AWS::Events::Rule": by_hand,
    "AWS::CloudWatch::Alarm": plain_alarm,
    "AWS::S3::BucketPolicy": plain_http,
    "AWS::SQS::QueuePolicy": plain_http,
    "AWS::SNS::TopicPolicy": plain_http,
    "AWS::IAM::Policy": on_anything,
}
