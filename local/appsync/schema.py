"""Loads an SDL as AppSync does: its scalars and directives are there without being declared."""

from dataclasses import dataclass

from graphql import (
    FieldDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    build_ast_schema,
    parse,
    validate_schema,
)

from local.appsync.api import Api, Kind, Resolver
from local.appsync.guards import Guard, guard_of, strings_of
from local.appsync.scalars import AWS_SCALARS, SCALARS

PRELUDE = "\n".join(
    [
        *(f"scalar {name}" for name in AWS_SCALARS),
        *(
            f"directive @{name} on OBJECT | FIELD_DEFINITION"
            for name in ("aws_api_key", "aws_iam", "aws_oidc", "aws_lambda")
        ),
        "directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION",
        "directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION",
        "directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION",
        "",
    ]
)
FieldName = tuple[str, str]


class SchemaProblem(Exception):
    """The SDL or the resolvers cannot be loaded; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded schema: every field's guard and resolver, and which subscriptions each mutation feeds."""

    schema: GraphQLSchema
    guards: dict[FieldName, Guard]
    resolvers: dict[FieldName, Resolver]
    feeds: dict[str, tuple[str, ...]]


def load(api: Api) -> Model:
    """Build the model of an API; SchemaProblem where the SDL is wrong or a resolver has no field."""
    schema = _build(api.sdl)
    guards: dict[FieldName, Guard] = {}
    feeds: dict[str, tuple[str, ...]] = {}
    for type_name, field_name, owner, node in _fields(schema):
        guards[type_name, field_name] = guard_of(node, owner, api.auth)
        if schema.subscription_type is not None and type_name == schema.subscription_type.name:
            for mutation in _mutations(node):
                feeds[mutation] = (*feeds.get(mutation, ()), field_name)
    return Model(schema, guards, _resolvers(api, guards), feeds)


def _build(sdl: str) -> GraphQLSchema:
    try:
        schema = build_ast_schema(parse(PRELUDE + sdl))
    except (GraphQLError, TypeError) as error:
        raise SchemaProblem(f"The schema cannot be loaded: {error}") from error
    problems = validate_schema(schema)
    if problems:
        raise SchemaProblem("The schema cannot be loaded: " + "; ".join(found.message for found in problems))
    for name in AWS_SCALARS:
        scalar = schema.type_map[name]
        if isinstance(scalar, GraphQLScalarType):
            scalar.coerce_input_value = SCALARS[name].parse
    return schema


def _fields(schema: GraphQLSchema) -> list[tuple[str, str, ObjectTypeDefinitionNode, FieldDefinitionNode]]:
    return [
        (name, field_name, owner.ast_node, field.ast_node)
        for name, owner in schema.type_map.items()
        if isinstance(owner, GraphQLObjectType) and owner.ast_node is not None
        for field_name, field in owner.fields.items()
        if field.ast_node is not None
    ]


def _mutations(node: FieldDefinitionNode) -> tuple[str, ...]:
    for directive in node.directives or ():
        if directive.name.value == "aws_subscribe":
            return strings_of(directive, "mutations") or ()
    return ()


def _resolvers(api: Api, guards: dict[FieldName, Guard]) -> dict[FieldName, Resolver]:
    found: dict[FieldName, Resolver] = {}
    for resolver in api.resolvers:
        name = (resolver.type_name, resolver.field_name)
        if name not in guards:
            raise SchemaProblem(
                f"A resolver is attached to {name[0]}.{name[1]}, which the schema does not have."
            )
        if name in found:
            raise SchemaProblem(f"Two resolvers are attached to {name[0]}.{name[1]}.")
        if resolver.invoke is None and resolver.kind is not Kind.PUBLISH:
            raise SchemaProblem(f"The resolver of {name[0]}.{name[1]} has no function to invoke.")
        found[name] = resolver
    return found
