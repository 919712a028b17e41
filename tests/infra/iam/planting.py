"""Stages with a fault put into their templates, to see that it is found."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from templates import listed

from tests.infra.iam.deployed import Deployed

Documents = Callable[[str, list[dict[str, Any]]], None]
"""Changes the statements of one policy in place, given the logical id of what it belongs to."""


def planted(deployed: Deployed, change: Documents) -> Deployed:
    """The stage with its policies changed: those of roles, keys, topics, queues and buckets."""
    stacks = deployed.stacks
    changed = replace(stacks, data=deepcopy(stacks.data), service=deepcopy(stacks.service))
    for template in (changed.data, changed.service):
        for id_, each in template["Resources"].items():
            said = each.get("Properties", {})
            for name in ("PolicyDocument", "KeyPolicy"):
                if name in said:
                    change(id_, said[name]["Statement"])
    return Deployed(changed)


def without(action: str, *, of: str = "") -> Documents:
    """Take an action away wherever it stands in policies of what is called so."""

    def change(id_: str, statements: list[dict[str, Any]]) -> None:
        for statement in statements if id_.startswith(of) else ():
            if statement["Effect"] == "Allow":
                statement["Action"] = [each for each in listed(statement["Action"]) if each != action]

    return change


def with_more(action: str, *, of: str, beside: str) -> Documents:
    """Add an action to the statement that holds another."""

    def change(id_: str, statements: list[dict[str, Any]]) -> None:
        for statement in statements if id_.startswith(of) else ():
            if beside in listed(statement["Action"]):
                statement["Action"] = [*listed(statement["Action"]), action]

    return change


def with_statement(statement: dict[str, Any], *, of: str) -> Documents:
    """Add a whole statement."""

    def change(id_: str, statements: list[dict[str, Any]]) -> None:
        if id_.startswith(of):
            statements.append(deepcopy(statement))

    return change
