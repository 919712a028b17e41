"""Builds the event of a direct Lambda resolver, key for key (section 4.1, cases 73 to 80)."""

from dataclasses import dataclass, field
from typing import Any

from local.appsync.callers import Caller
from local.appsync.inputs import coerce_arguments
from local.appsync.plan import Plan, Step
from local.appsync.problems import Json
from local.appsync.selections import selection_set_graphql, selection_set_list


@dataclass(frozen=True, slots=True)
class Request:
    """What a resolver learns of the request: headers by lower-case name, addresses, the domain it came by."""

    caller: Caller
    headers: Json = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    domain_name: str | None = None


def event_for(plan: Plan, step: Step, request: Request, source: Any, variables: Json, given: Json) -> Json:
    """The event of one field. `variables` are coerced; `given` are shown to the function as they came."""
    listed, printed = _described(plan, step)
    return {
        "arguments": coerce_arguments(step.definition.args, step.nodes[0].arguments or (), variables),
        "identity": request.caller.identity(request.addresses),
        "source": source,
        "request": {"headers": request.headers, "domainName": request.domain_name},
        "prev": None,
        "info": {
            "selectionSetList": list(listed),
            "selectionSetGraphQL": printed,
            "parentTypeName": step.parent,
            "fieldName": step.name,
            "variables": given,
        },
        "stash": {},
    }


def _described(plan: Plan, step: Step) -> tuple[list[str], str]:
    if step.described is None:
        step.described = (selection_set_list(plan, step), selection_set_graphql(step))
    return step.described
