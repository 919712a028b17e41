"""Reading synthesized templates as plain values."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Resource = dict[str, Any]
Template = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stacks:
    """The two templates of one stage, and where they are written."""

    stage: str
    data: Template
    service: Template
    files: tuple[str, ...]


def read_stacks(out: Path, stage: str) -> Stacks:
    """The templates of a stage that were synthesized into a folder."""
    folder = out / f"assembly-orderbell-{stage}"
    (data,), (service,) = folder.glob("*Data*.template.json"), folder.glob("*Service*.template.json")
    return Stacks(
        stage, json.loads(data.read_text()), json.loads(service.read_text()), (str(data), str(service))
    )


def of_type(template: Template, kind: str) -> dict[str, Resource]:
    """The resources of a type, by logical id; `kind` without `AWS::`."""
    return {id_: each for id_, each in template["Resources"].items() if each["Type"] == f"AWS::{kind}"}


def properties(template: Template, kind: str) -> list[dict[str, Any]]:
    """The properties of every resource of a type."""
    return [each["Properties"] for each in of_type(template, kind).values()]


def target(value: Any) -> str:
    """The logical id that a Ref or Fn::GetAtt names."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def listed(value: Any) -> list[Any]:
    """IAM writes one as itself and several as a list."""
    return value if isinstance(value, list) else [value]


def allowed(template: Template) -> Iterator[tuple[str, list[str], list[Any], dict[str, Any]]]:
    """Every statement that grants: the role's logical id, actions, resources, conditions."""
    for policy in properties(template, "IAM::Policy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            yield (
                target(policy["Roles"][0]),
                listed(statement["Action"]),
                listed(statement["Resource"]),
                statement.get("Condition", {}),
            )


def function_named(template: Template, start: str) -> Resource:
    """The one Lambda function whose logical id starts so."""
    (found,) = (each for id_, each in of_type(template, "Lambda::Function").items() if id_.startswith(start))
    return found
