"""Says what AppSync would refuse in an SDL, before AppSync does (section 3.2, cases 70 to 72)."""

import re
from collections.abc import Iterator

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLError,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    Node,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    parse,
)
from graphql.validation.validate import validate_sdl

from local.appsync.guards import strings_of
from local.appsync.schema import PRELUDE

MAX_BYTES = 1024 * 1024
BUILT_IN = frozenset({"deprecated", "aws_api_key", "aws_iam", "aws_oidc", "aws_lambda", "aws_auth"}) | {
    "aws_cognito_user_pools",
    "aws_subscribe",
}
LITERAL_COMMENT = re.compile(
    r"^\s*#.*\b(null|true|false)\b.*\n(?:\s*#.*\n)*\s*[A-Za-z_]\w*\s*$", re.MULTILINE
)


def check_sdl(text: str, *, several_modes: bool = True) -> list[str]:
    """Problems of an SDL as sentences, empty when AppSync accepts it.

    `several_modes`: the API has more than one authorization mode, where @aws_auth is silently ignored (case 49).
    """
    if len(text.encode()) > MAX_BYTES:
        return [f"The schema is over 1 MB ({len(text.encode())} bytes)."]
    try:
        document = parse(text)
    except GraphQLError as error:
        return [f"The schema cannot be parsed: {error.message}"]
    found = [*_definitions(document), *_enums(document, text), *_nodes(document, several_modes=several_modes)]
    found += _subscriptions(document)
    return found or [error.message for error in validate_sdl(parse(PRELUDE + text))]


def _definitions(document: DocumentNode) -> Iterator[str]:
    for node in document.definitions:
        if isinstance(node, ScalarTypeDefinitionNode):
            yield f"scalar {node.name.value}: custom scalars are not supported."
        elif isinstance(node, DirectiveDefinitionNode):
            yield f"directive @{node.name.value}: Directive definitions are not supported."
        elif isinstance(node, TypeDefinitionNode) and node.name.value.startswith("AWS"):
            yield f"type {node.name.value}: names that start with AWS are reserved."
        elif isinstance(node, InterfaceTypeDefinitionNode) and node.interfaces:
            yield f"interface {node.name.value}: an interface cannot implement an interface."


def _enums(document: DocumentNode, text: str) -> Iterator[str]:
    for node in document.definitions:
        if not isinstance(node, EnumTypeDefinitionNode) or node.loc is None:
            continue
        for value in node.values or ():
            if value.description is not None:
                yield f"enum {node.name.value}.{value.name.value}: descriptions of enum values are not reliable."
        if LITERAL_COMMENT.search(text[node.loc.start : node.loc.end]):
            yield f"enum {node.name.value}: a comment before a value must not contain null, true or false."


def _nodes(document: DocumentNode, *, several_modes: bool) -> Iterator[str]:
    for node in _below(document):
        description = getattr(node, "description", None)
        if description is not None and not description.value.strip():
            yield f"{_name(node)}: an empty description is refused."
        for directive in getattr(node, "directives", None) or ():
            name = directive.name.value
            if name not in BUILT_IN:
                yield f"{_name(node)}: directive @{name} is not supported."
            elif name == "aws_auth" and several_modes:
                yield f"{_name(node)}: @aws_auth is ignored where there are several modes; use @aws_cognito_user_pools."
        has_default = isinstance(node, InputValueDefinitionNode) and node.default_value is not None
        if has_default and isinstance(getattr(node, "type", None), NonNullTypeNode):
            yield f"{_name(node)}: a non-null argument or field with a default may be refused; make it nullable."


def _below(node: Node) -> Iterator[Node]:
    for key in node.keys:
        child = getattr(node, key, None)
        for item in child if isinstance(child, (list, tuple)) else (child,):
            if isinstance(item, Node):
                yield item
                yield from _below(item)


def _name(node: Node) -> str:
    name = getattr(node, "name", None)
    return str(name.value) if name is not None else type(node).__name__


def _roots(document: DocumentNode) -> dict[str, str]:
    roots = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode):
            roots |= {one.operation.value: one.type.name.value for one in node.operation_types}
    return roots


def _fields_of(document: DocumentNode, type_name: str) -> dict[str, FieldDefinitionNode]:
    return {
        field.name.value: field
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value == type_name
        for field in node.fields or ()
    }


def _subscriptions(document: DocumentNode) -> Iterator[str]:
    roots = _roots(document)
    mutations = _fields_of(document, roots["mutation"])
    for name, field in _fields_of(document, roots["subscription"]).items():
        if isinstance(field.type, NonNullTypeNode):
            yield f"Subscription.{name}: must be nullable, or no client can register it."
        for directive in field.directives or ():
            if directive.name.value == "aws_subscribe":
                for mutation in strings_of(directive, "mutations") or ():
                    yield from _feed_problem(name, field, mutation, mutations)


def _feed_problem(
    name: str, field: FieldDefinitionNode, mutation: str, mutations: dict[str, FieldDefinitionNode]
) -> Iterator[str]:
    if mutation not in mutations:
        yield f"Subscription.{name}: @aws_subscribe names {mutation}, which is not a mutation."
    elif _type_name(mutations[mutation].type) != _type_name(field.type):
        yield f"Subscription.{name}: its type must be that of the mutation {mutation}."


def _type_name(node: TypeNode) -> str:
    while not hasattr(node, "name"):
        node = node.type  # type: ignore[attr-defined]
    return str(node.name.value)
