"""The committed schema as a document, and who gets where in it: read from its directives alone."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from graphql import (
    DirectiveNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    ListValueNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    TypeNode,
    parse,
)

from wiring.access import STAFF_GROUPS, Access

ROOTS = ("Query", "Mutation", "Subscription")
FILE = Path(__file__).parents[2] / "schema.graphql"
TEXT = FILE.read_text()

Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode
WithFields = Composite | InputObjectTypeDefinitionNode
_DOCUMENT = parse(TEXT).definitions
TYPES: dict[str, Composite] = {node.name.value: node for node in _DOCUMENT if isinstance(node, Composite)}
INPUTS = {node.name.value: node for node in _DOCUMENT if isinstance(node, InputObjectTypeDefinitionNode)}
ENUMS = {node.name.value: node for node in _DOCUMENT if isinstance(node, EnumTypeDefinitionNode)}

Modes = frozenset[str]
MODES = ("guest", "customer", *STAFF_GROUPS, "IAM")
"""How a caller comes in: API key, customers' pool, staff's pool by group, signed."""
COGNITO: Modes = frozenset({"customer", *STAFF_GROUPS})
DEFAULT: Modes = frozenset({"IAM"})
"""What an unmarked field of an unmarked type admits: the API's default mode."""

Table = dict[str, Modes]


def fields_of(name: str) -> tuple[FieldDefinitionNode, ...]:
    """The fields of a type."""
    return TYPES[name].fields or ()


def named(node: TypeNode) -> str:
    """The name within `[T!]!`."""
    while isinstance(node, NonNullTypeNode | ListTypeNode):
        node = node.type
    return str(node.to_dict()["name"]["value"])


def marked(directives: Iterable[DirectiveNode] | None) -> Modes | None:
    """The modes that directives admit: several mean OR; None if none is about access."""
    modes: set[str] = set()
    for directive in directives or ():
        match directive.name.value:
            case "aws_api_key":
                modes.add("guest")
            case "aws_iam":
                modes.add("IAM")
            case "aws_cognito_user_pools":
                modes |= set(_texts(directive, "cognito_groups") or COGNITO)
    return frozenset(modes) or None


def follows(directives: Iterable[DirectiveNode] | None) -> tuple[str, ...]:
    """The mutations that a subscription listens to."""
    return tuple(
        m for d in directives or () if d.name.value == "aws_subscribe" for m in _texts(d, "mutations")
    )


def _texts(directive: DirectiveNode, argument: str) -> tuple[str, ...]:
    values = next((a.value for a in directive.arguments or () if a.name.value == argument), None)
    if not isinstance(values, ListValueNode):
        return ()
    return tuple(each.value for each in values.values if isinstance(each, StringValueNode))


def actual() -> Table:
    """Mode x field by AppSync's rule: the field's own directives, else its type's, else the default mode."""
    return {
        f"{name}.{field.name.value}": marked(field.directives) or marked(node.directives) or DEFAULT
        for name, node in TYPES.items()
        for field in node.fields or ()
    }


def modes_of(access: Access) -> Modes:
    """The modes of a declared access. A pool without groups admits both pools: Python tells them apart."""
    modes = set(access.staff)
    modes |= COGNITO if access.customers else set()
    modes |= {"guest"} if access.guests else set()
    modes |= {"IAM"} if access.system else set()
    return frozenset(modes)


def expected(roots: Mapping[str, Access], narrower: Mapping[tuple[str, str], Access]) -> Table:
    """Mode x field as declared: each mode walks from the root fields that admit it, and stops at narrower ones."""
    table: dict[str, set[str]] = {key: set() for key in actual()}
    for mode in MODES:
        waiting = [tuple(key.split(".")) for key, access in roots.items() if mode in modes_of(access)]
        while waiting:
            type_name, field_name = waiting.pop()
            key = f"{type_name}.{field_name}"
            if mode in table[key]:
                continue
            table[key].add(mode)
            waiting += [
                (reached, inner)
                for reached in _with_members(field_type(type_name, field_name))
                for inner in field_names(reached)
                if (reached, inner) not in narrower or mode in modes_of(narrower[reached, inner])
            ]
    return {key: frozenset(modes) for key, modes in table.items()}


def field_type(type_name: str, field_name: str) -> str:
    """The name of a field's type."""
    return next(named(field.type) for field in fields_of(type_name) if field.name.value == field_name)


def field_names(type_name: str) -> list[str]:
    """The names of a type's fields; none for an enum or a scalar."""
    return [field.name.value for field in fields_of(type_name)] if type_name in TYPES else []


def members(interface: str) -> list[str]:
    """The types that implement an interface."""
    return [
        name
        for name, node in TYPES.items()
        if interface in {each.name.value for each in node.interfaces or ()}
    ]


def _with_members(name: str) -> list[str]:
    return [name, *members(name)]


def printed(table: Table, other: Table) -> str:
    """Where two tables differ, as a table: + admitted, . not, by field and mode."""
    rows = [f"{'':45}{'  '.join(MODES)}"]
    for key in sorted(key for key in table if table[key] != other[key]):
        for label, modes in (("schema", table[key]), ("declared", other[key])):
            marks = "  ".join(("+" if mode in modes else ".").ljust(len(mode)) for mode in MODES)
            rows.append(f"{key:35} {label:8} {marks}")
    return "\n".join(rows)
