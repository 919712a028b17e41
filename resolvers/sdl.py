"""The printed schema in AppSync's dialect: no scalar or directive definitions, and its authorisation directives.

A root field's directives are its declared access. A type's are drawn from the fields that reach it: it admits whoever
any of them admits, so no type is open to a mode that no field brings there. Narrower fields are listed here.
"""

import ast
import dataclasses
import inspect
import textwrap
import typing
from collections.abc import Iterable
from typing import Any

from graphql import (
    ArgumentNode,
    ConstDirectiveNode,
    ConstListValueNode,
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    TypeNode,
    parse,
    print_ast,
)

from wiring.access import SYSTEM, Access, staff
from wiring.declarations import OPERATIONS, Field

NARROWER: dict[tuple[str, str], Access] = {
    ("OrderEvent", "ownerKey"): SYSTEM,  # customers are filtered by it and need not know it
    ("StaffOrderEvent", "ownerKey"): SYSTEM,
    ("Order", "placedBy"): staff(),
    ("Payment", "provider"): staff(),
    ("Payment", "reference"): staff(),
    ("OrderEventEntry", "actorId"): staff(),
    ("OrderEventEntry", "visibility"): staff(),
    ("Product", "status"): staff(),
    ("Product", "version"): staff(),
    ("Variant", "lowStockAt"): staff(),
    ("ShortLine", "available"): staff(),
}
"""Fields that admit fewer callers than their type."""

Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode


def appsync_sdl(printed: str, declared: Iterable[Field]) -> str:
    """The schema document for AppSync. Raises KeyError where a narrower field is not in the schema."""
    records = {field.key: field for field in declared}
    kept = [node for node in parse(printed).definitions if node.kind not in _NOT_ACCEPTED]
    composites = {node.name.value: node for node in kept if isinstance(node, Composite)}
    access = _reached(composites, records)
    _check_narrower(composites)
    nodes = [_definition(node, records, access) for node in sorted(kept, key=_order)]
    return print_ast(DocumentNode(definitions=tuple(nodes))) + "\n"


_NOT_ACCEPTED = {"scalar_type_definition", "directive_definition", "schema_definition"}


def _order(node: DefinitionNode) -> tuple[int, str]:
    """Roots first, then by name: a stable file that reads from the top."""
    name = node.name.value if hasattr(node, "name") else ""
    return (OPERATIONS.index(name) if name in OPERATIONS else len(OPERATIONS), name)


def _reached(composites: dict[str, Composite], records: dict[str, Field]) -> dict[str, Access]:
    """Who can reach each type: all that the root fields leading there admit."""
    access: dict[str, Access] = {}
    members: dict[str, list[str]] = {}
    for name, node in composites.items():
        for interface in node.interfaces or ():
            members.setdefault(interface.name.value, []).append(name)
    for operation in OPERATIONS:
        for field in composites[operation].fields or ():
            admitted = records[f"{operation}.{field.name.value}"].access
            waiting = [_named(field.type)]
            seen: set[str] = set()
            while waiting:
                name = waiting.pop()
                if name in seen or name not in composites:
                    continue
                seen.add(name)
                access[name] = access.get(name, Access()) | admitted
                waiting += [_named(inner.type) for inner in composites[name].fields or ()]
                waiting += members.get(name, [])
    return access


def _check_narrower(composites: dict[str, Composite]) -> None:
    for type_name, field_name in NARROWER:
        names = {field.name.value for field in composites[type_name].fields or ()}
        if field_name not in names:
            raise KeyError(f"{type_name}.{field_name} is listed as narrower, but is not in the schema")


def _definition(node: Any, records: dict[str, Field], access: dict[str, Access]) -> DefinitionNode:
    name = node.name.value
    if isinstance(node, EnumTypeDefinitionNode):
        values = tuple(_rebuilt(value, description=None) for value in node.values or ())
        return _rebuilt(node, values=values)  # type: ignore[no-any-return]
    if not isinstance(node, Composite):
        return _rebuilt(node, fields=tuple(_input(field) for field in node.fields or ()))  # type: ignore[no-any-return]
    if name in OPERATIONS:
        fields = tuple(
            _root_field(field, records[f"{name}.{field.name.value}"]) for field in node.fields or ()
        )
        return _rebuilt(node, fields=fields)  # type: ignore[no-any-return]
    if isinstance(
        node, InterfaceTypeDefinitionNode
    ):  # AppSync takes its directives on objects and fields alone
        return _rebuilt(node, fields=tuple(_field(field, access[name]) for field in node.fields or ()))  # type: ignore[no-any-return]
    fields = tuple(_field(field, NARROWER.get((name, field.name.value))) for field in node.fields or ())
    return _rebuilt(node, fields=fields, directives=directives(access[name]))  # type: ignore[no-any-return]


def _root_field(field: FieldDefinitionNode, record: Field) -> FieldDefinitionNode:
    extra = (_directive("aws_subscribe", mutations=record.follows),) if record.follows else ()
    kind = field.type.type if record.follows and isinstance(field.type, NonNullTypeNode) else field.type
    arguments = tuple(_input(argument) for argument in field.arguments or ())
    marked = directives(record.access) + extra
    return _rebuilt(field, type=kind, arguments=arguments, directives=marked)  # type: ignore[no-any-return]


def _field(field: FieldDefinitionNode, narrower: Access | None) -> FieldDefinitionNode:
    return _rebuilt(field, directives=directives(narrower)) if narrower else field


def _input(value: InputValueDefinitionNode) -> InputValueDefinitionNode:
    """An input without `T! = default` (old engines ask for it all the same) and without `= null`."""
    default = value.default_value
    if default is not None and default.kind == "null_value":
        return _rebuilt(value, default_value=None)  # type: ignore[no-any-return]
    if default is not None and isinstance(value.type, NonNullTypeNode):
        return _rebuilt(value, type=value.type.type)  # type: ignore[no-any-return]
    return value


def directives(access: Access) -> tuple[ConstDirectiveNode, ...]:
    """AppSync's directives for an access; several mean OR, and a marked thing no longer admits the default mode."""
    marks: list[ConstDirectiveNode] = []
    if access.guests:
        marks.append(_directive("aws_api_key"))
    if access.customers:
        marks.append(_directive("aws_cognito_user_pools"))
    elif access.staff:
        marks.append(_directive("aws_cognito_user_pools", cognito_groups=access.staff))
    if access.system:
        marks.append(_directive("aws_iam"))
    return tuple(marks)


def _directive(name: str, **arguments: tuple[str, ...]) -> Any:
    nodes = tuple(
        ArgumentNode(
            name=NameNode(value=key),
            value=ConstListValueNode(
                values=tuple(StringValueNode(value=each, block=False) for each in values)
            ),
        )
        for key, values in arguments.items()
    )
    return DirectiveNode(name=NameNode(value=name), arguments=nodes)


def _named(node: TypeNode) -> str:
    while isinstance(node, NonNullTypeNode | ListTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)  # noqa: S101 - the grammar has no other kind
    return node.name.value


def _rebuilt(node: Any, **changes: Any) -> Any:
    """A copy with changes: graphql-core's nodes are frozen."""
    kept = {key: getattr(node, key) for key in node.keys if key != "loc"}
    return type(node)(**(kept | changes))


def field_docs(kind: type) -> dict[str, str]:
    """The descriptions of a class's fields: the text under each, inherited ones included, with bounds."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 - a class was given
    docs: dict[str, str] = {}
    for base in kind.__bases__:
        docs |= field_docs(base) if dataclasses.is_dataclass(base) else {}
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        is_text = (
            isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        )
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and is_text:
            docs[field.target.id] = inspect.cleandoc(text.value.value)  # type: ignore[attr-defined]
    for name, annotation in kind.__annotations__.items():
        bounds = " ".join(_bounds(annotation))
        if bounds:
            docs[name] = f"{docs.get(name, '')} It {bounds}.".strip()
    return docs


def _bounds(annotation: Any) -> Iterable[str]:
    for each in typing.get_args(annotation):
        if hasattr(each, "problem"):
            yield str(each.problem(None))
        elif typing.get_origin(each) is typing.Annotated:
            yield from _bounds(each)
