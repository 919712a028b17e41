"""The picture in docs/deployed.md, drawn from the template of stage dev: `python -m infra.deployed_page` writes it.

What wakes a function is read off mappings, rules, routes and data sources; what it does off the statements of its role.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra import packages
from infra.app import build_app
from infra.cost.deployed import read_templates
from infra.stages import DEV

PAGE = Path(__file__).resolve().parent.parent / "docs" / "deployed.md"
PLACE = re.compile(r"(<!-- drawn -->\n).*?(<!-- end -->)", re.DOTALL)
HASH = "[0-9A-F]{8}"
PLACES = (
    (re.compile(rf"Queues(\w+?)Queue{HASH}"), "queue"),
    (re.compile(rf"Topics(\w+?){HASH}"), "topic"),
    (re.compile(rf'"(\w+?)(?:Consumer)?Live{HASH}'), "function"),
    (re.compile(rf"GetAtt(\w+?)Table{HASH}"), "table"),
    (re.compile(rf"GetAtt(Pictures)Bucket{HASH}"), "bucket"),
    (re.compile(rf'"(Bus){HASH}"'), "bus"),
    (re.compile(rf"(Workflow)Machine{HASH}"), "workflow"),
)
"""How a reference names what the picture shows: the first that is found. Dead letters and parked batches are not shown."""
DOES = {
    "dynamodb:PutItem": "writes",
    "dynamodb:UpdateItem": "writes",
    "events:PutEvents": "puts events on",
    "s3:PutObject": "puts files into",
    "sns:Publish": "tells by",
    "sqs:SendMessage": "sends to",
    "states:StartExecution": "starts",
    "states:SendTaskSuccess": "answers",
}
SERVICES = {"appsync:GraphQL": ("publishes by", "AppSync"), "ses:SendEmail": ("mails by", "SES")}
Edge = tuple[str, str, str]
"""From, what it does, to."""


def edges(template: Mapping[str, Any]) -> list[Edge]:
    """Everything that leads from one thing to another, each once, sorted."""
    resources = template["Resources"].items()
    return sorted(
        {edge for id_, each in resources for edge in _of(id_, each["Type"], each.get("Properties", {}))}
    )


def picture(drawn: list[Edge]) -> Iterator[str]:
    """A flow chart: queues, tables and the like each in a shape of its own."""
    yield "```mermaid"
    yield "flowchart LR"
    for name in sorted({end for start, _, goal in drawn for end in (start, goal)}):
        yield f"  {_id(name)}{_shape(name)}"
    for start, does, goal in drawn:
        yield f"  {_id(start)} -->|{does}| {_id(goal)}"
    yield "```"


def page(text: str, drawn: list[Edge]) -> str:
    """The page with this picture in its place."""
    return PLACE.sub(lambda found: found[1] + "\n".join(picture(drawn)) + "\n" + found[2], text)


def _of(id_: str, kind: str, given: Mapping[str, Any]) -> Iterator[Edge]:
    match kind:
        case "AWS::Lambda::EventSourceMapping":
            yield from _edge(_place(given["EventSourceArn"]), "wakes", _place(given["FunctionName"]))
        case "AWS::Events::Rule":
            start = given.get("ScheduleExpression") or _place(given.get("EventBusName")) or "bucket Pictures"
            for each in given["Targets"]:
                yield from _edge(start, "rule", _place(each["Arn"]))
        case "AWS::ApiGatewayV2::Integration":
            yield from _edge("HTTP API", "calls", _place(given["IntegrationUri"]))
        case "AWS::AppSync::DataSource" if "LambdaConfig" in given:
            yield from _edge("AppSync", "calls", _place(given["LambdaConfig"]["LambdaFunctionArn"]))
        case "AWS::IAM::Policy":
            for statement in given["PolicyDocument"]["Statement"]:
                yield from _allowed(_holder(id_), statement)


def _holder(policy: str) -> str:
    """Who has a role with this policy; the workflow is the one that is no function."""
    name = policy.partition("Role")[0].removesuffix("Consumer")
    return f"workflow {name}" if name == "Workflow" else f"function {_words(name)}"


def _allowed(who: str, statement: Mapping[str, Any]) -> Iterator[Edge]:
    actions, places = _listed(statement["Action"]), _listed(statement["Resource"])
    for action in actions:
        if action in SERVICES:
            yield who, *SERVICES[action]
        for place in places if action in DOES else ():
            yield from _edge(who, DOES[action], _place(place))


def _edge(start: str, does: str, goal: str) -> Iterator[Edge]:
    if start and goal:
        yield start, does, goal


def _place(value: object) -> str:
    """What a reference leads to, as `queue send-mail`; empty where the picture does not show it."""
    text = json.dumps(value)
    for pattern, kind in PLACES:
        if found := pattern.search(text):
            return f"{kind} {_words(found[1])}"
    return ""


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _id(name: str) -> str:
    return re.sub(r"\W+", "_", name)


def _shape(name: str) -> str:
    kind, _, rest = name.partition(" ")
    shapes = {"queue": "[[{}]]", "table": "[({})]", "bucket": "[({})]", "bus": "{{{{{}}}}}", "topic": ">{}]"}
    label = f'"{rest.lower()}"' if kind in {*shapes, "function", "workflow"} else f'"{name}"'
    return shapes.get(kind, "([{}])" if kind == "function" else "[{}]").format(label)


def main() -> int:
    """Draw the page anew."""
    with tempfile.TemporaryDirectory() as folder:
        build_app(packages.build(), [DEV], Path(folder)).synth()
        _, service = read_templates(Path(folder), DEV.name)
    PAGE.write_text(page(PAGE.read_text(), edges(service)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
