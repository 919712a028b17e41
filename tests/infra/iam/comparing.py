"""Both ways: every call allowed by its function's role, and every grant of the role used."""

from collections.abc import Iterator, Mapping

from tests.infra.iam.acting import functions
from tests.infra.iam.deployed import Deployed, Place
from tests.infra.iam.policies import Request, allows, matches, of_role
from tests.infra.iam.reviewed import BY_LAMBDA, BY_SERVICES, Reviewed

Made = Mapping[str, set[Request]]
"""Requests by the function that made them."""

Grant = tuple[str, str]
"""An action and a resource."""


def denied(deployed: Deployed, made: Made) -> list[str]:
    """Calls that the role of their function does not allow."""
    owners = functions(deployed)
    return sorted(
        f"{id_}: {request}"
        for id_, requests in made.items()
        for request in requests
        if not allows(of_role(deployed, owners[id_].role), request)
    )


def unused(deployed: Deployed, made: Made, reviewed: tuple[Reviewed, ...] = BY_LAMBDA) -> list[str]:
    """Grants of functions' roles that no call used and nobody reviewed. Keys are compared by `reaching`."""
    return sorted(
        f"{id_}: {action} on {resource}"
        for id_, function in functions(deployed).items()
        for action, resource in grants(deployed, function.role)
        if not any(_is_use(request, action, resource) for request in made.get(id_, ()))
        and not any(each.covers(action, resource) for each in reviewed)
    )


def unreviewed(deployed: Deployed) -> list[str]:
    """Grants of roles that services take, and nobody reviewed."""
    return sorted(
        f"{role.id}: {action} on {resource}"
        for role in service_roles(deployed)
        for action, resource in grants(deployed, role)
        if not any(each.covers(action, resource) for each in BY_SERVICES)
    )


def stale(reviewed: tuple[Reviewed, ...], granted: set[Grant]) -> list[str]:
    """Reviewed actions that no role is granted any more."""
    return [
        f"{action} on {each.resources}"
        for each in reviewed
        for action in each.actions
        if not any(action == found and matches(resource, each.resources) for found, resource in granted)
    ]


def grants(deployed: Deployed, role: Place) -> Iterator[Grant]:
    """What a role is granted, use of keys left out."""
    for statement in of_role(deployed, role):
        if statement.effect == "Allow":
            for action in statement.actions:
                if not action.startswith("kms:"):
                    yield from ((action, resource) for resource in statement.resources)


def function_roles(deployed: Deployed) -> list[Place]:
    """The roles of functions."""
    return [each.role for each in functions(deployed).values()]


def service_roles(deployed: Deployed) -> list[Place]:
    """All other roles."""
    ours = function_roles(deployed)
    return [role for role in deployed.of_kind("IAM::Role") if role not in ours]


def _is_use(request: Request, action: str, resource: str) -> bool:
    return request.action == action and matches(request.resource, resource)
