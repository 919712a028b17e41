"""The ready-made operations of docs/console: a file for each caller, with its variables beside it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, parse

from local.laptop import ROOT

FOLDER = ROOT / "docs" / "console"
TAKEN = re.compile(r"\((\S+) of (\w+)\)")
"""A value that a person copies out of an earlier answer: `(placeOrder.order.id of PlaceOrder)`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a caller's file."""

    caller: str
    name: str
    kind: str
    field: str
    document: str
    variables: frozenset[str]


def operations() -> dict[tuple[str, str], Operation]:
    """Every operation by caller and name."""
    found = {}
    for path in sorted(FOLDER.glob("*.graphql")):
        text = path.read_text()
        for node in parse(text).definitions:
            assert isinstance(node, OperationDefinitionNode), (
                f"{path.name} holds something that is no operation"
            )
            assert node.name, f"{path.name}: an operation has no name"
            (field,) = node.selection_set.selections
            assert isinstance(field, FieldNode), f"{path.name}: {node.name.value} selects no field"
            declared = frozenset(each.variable.name.value for each in node.variable_definitions or ())
            name = node.name.value
            found[path.stem, name] = Operation(
                path.stem, name, node.operation.value, field.name.value, text, declared
            )
    return found


def written_variables(caller: str) -> dict[str, Any]:
    """The variables beside a caller's file."""
    found: dict[str, Any] = json.loads((FOLDER / f"{caller}.json").read_text())
    return found


def variables(operation: Operation, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the console sends: the whole file, also what the operation does not ask for; answers are copied in.

    Fails where the operation asks for a value whose answer is not there yet.
    """
    found = {name: _copied(text, answers) for name, text in written_variables(operation.caller).items()}
    waiting = {name for name in operation.variables if TAKEN.fullmatch(str(found[name]))}
    assert not waiting, f"{operation.name} comes before what {waiting} are copied from"
    return found


def _copied(value: Any, answers: Mapping[str, Any]) -> Any:
    taken = TAKEN.fullmatch(value) if isinstance(value, str) else None
    if not taken or taken[2] not in answers:
        return value
    found = answers[taken[2]]
    for step in taken[1].split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    return found
