"""IAM's rule on plain values: what policies say, and whether they allow a request."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from templates import listed

from tests.infra.iam.deployed import Deployed, Place, UnknownValueError


@dataclass(frozen=True)
class Request:
    """An action on a resource; `context` holds the condition keys that AWS would send with it."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


@dataclass(frozen=True)
class Statement:
    """One statement, resolved. `principals` is empty in a policy of a role."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]
    principals: tuple[str, ...] = ()

    def applies(self, request: Request) -> bool:
        """Whether the statement is about this request."""
        return (
            any(matches(request.action.lower(), action.lower()) for action in self.actions)
            and any(matches(request.resource, resource) for resource in self.resources)
            and all(
                _holds(operator, key, listed(values), request.context)
                for operator, tested in self.conditions.items()
                for key, values in tested.items()
            )
        )


def matches(value: str, pattern: str) -> bool:
    """IAM's wildcards: `*` and `?`, over everything."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def allows(statements: Iterable[Statement], request: Request) -> bool:
    """Allowed by one statement at least and denied by none."""
    effects = {statement.effect for statement in statements if statement.applies(request)}
    return effects == {"Allow"}


def document(deployed: Deployed, stack: str, said: Any) -> list[Statement]:
    """The statements of a policy document. Raises UnknownValueError for NotAction and its kin."""
    return [_statement(each) for each in deployed.value(stack, said)["Statement"]]


def of_role(deployed: Deployed, role: Place) -> list[Statement]:
    """Every statement of a role's own policies."""
    return [each for stack, said in _documents(deployed, role) for each in document(deployed, stack, said)]


def of_resource(deployed: Deployed, resource: Place) -> list[Statement]:
    """Every statement of a key's, topic's, queue's or bucket's policy."""
    if resource.kind == "KMS::Key":
        return document(deployed, resource.stack, resource.properties["KeyPolicy"])
    said = {"SNS::Topic": "Topics", "SQS::Queue": "Queues", "S3::Bucket": "Bucket"}[resource.kind]
    return [
        statement
        for policy in deployed.of_kind(f"{resource.kind}Policy")
        if {"Ref": resource.id} in listed(policy.properties[said])
        for statement in document(deployed, policy.stack, policy.properties["PolicyDocument"])
    ]


def admitting(statements: Iterable[Statement], principal: str) -> list[Statement]:
    """The statements of a resource's policy that are about this principal."""
    return [each for each in statements if {principal, "*"} & set(each.principals)]


def _documents(deployed: Deployed, role: Place) -> Iterator[tuple[str, Any]]:
    for policy in deployed.of_kind("IAM::Policy"):
        if policy.stack == role.stack and {"Ref": role.id} in policy.properties["Roles"]:
            yield policy.stack, policy.properties["PolicyDocument"]
    for inline in role.properties.get("Policies", ()):
        yield role.stack, inline["PolicyDocument"]


def _statement(said: Mapping[str, Any]) -> Statement:
    odd = set(said) - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    if odd:
        raise UnknownValueError(f"a statement with {sorted(odd)}")
    return Statement(
        effect=said["Effect"],
        actions=tuple(listed(said["Action"])),
        resources=tuple(listed(said.get("Resource", ()))),
        conditions=said.get("Condition", {}),
        principals=tuple(_principals(said.get("Principal", {}))),
    )


def _principals(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    else:
        for each in said.values():
            yield from listed(each)


def _holds(operator: str, key: str, values: list[Any], context: Mapping[str, str]) -> bool:
    """Whether one condition holds; a key that the request does not carry never matches."""
    given = context.get(key)
    if given is None:
        return False
    match operator:
        case "StringEquals":
            return given in values
        case "Bool":
            return given in {str(value).lower() for value in values}
        case "StringLike" | "ArnLike" | "ArnEquals":  # IAM compares both ARN operators alike, with wildcards
            return any(matches(given, str(value)) for value in values)
    raise UnknownValueError(f"the condition operator {operator}")
