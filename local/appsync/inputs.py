"""Coerces what comes in: variables once per request, a field's arguments from its literals and variables."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    type_from_ast,
)
from graphql.language import ArgumentNode

from local.appsync.problems import DocumentProblem, Json, location, validation_error
from local.appsync.scalars import SCALARS, NotThisScalarError


class InputProblem(ValueError):
    """A value does not fit its input type; the message is complete."""


def coerce_variables(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Json) -> Json:
    """The operation's variables by name, defaults filled in, absent ones left out; else DocumentProblem."""
    values: Json = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_ = type_from_ast(schema, definition.type)
        try:
            if name in given:
                values[name] = coerce(given[name], type_, name)
            elif definition.default_value is not None:
                values[name] = coerce_literal(definition.default_value, type_, name, {})
            elif isinstance(type_, GraphQLNonNull):
                raise _null_refused(name, type_)
        except InputProblem as problem:
            place = definition.loc.start_token if definition.loc else None
            places = [location(place.line, place.column)] if place else []
            raise DocumentProblem([validation_error(str(problem), places)]) from None
    return values


def _null_refused(name: str, type_: Any) -> InputProblem:
    return InputProblem(f"Variable '{name}' has coerced Null value for NonNull type '{type_}'")


def coerce(value: Any, type_: Any, name: str) -> Any:
    """A JSON value as an input type; `name` is the variable, or the input field it stands in (case 58)."""
    if isinstance(type_, GraphQLNonNull):
        if value is None:
            raise _null_refused(name, type_)
        return coerce(value, type_.of_type, name)
    if value is None:
        return None
    if isinstance(type_, GraphQLList):
        return [coerce(item, type_.of_type, name) for item in (value if isinstance(value, list) else [value])]
    if isinstance(type_, GraphQLInputObjectType):
        return _coerce_object(value, type_, name)
    return _coerce_leaf(value, type_, name)


def _coerce_leaf(value: Any, type_: GraphQLNamedType, name: str) -> Any:
    if isinstance(type_, GraphQLEnumType):
        if isinstance(value, str) and value in type_.values:
            return value
        raise InputProblem(
            f"Variable '{name}' has an invalid value. Invalid input for Enum '{type_.name}'. "
            f"No value found for name '{value}'"
        )
    try:
        return SCALARS[type_.name].parse(value)
    except NotThisScalarError as refused:
        raise InputProblem(f"Variable '{name}' has an invalid value. Unable to parse {refused}") from None


def _coerce_object(value: Any, type_: GraphQLInputObjectType, name: str) -> Json:
    if not isinstance(value, dict):
        raise InputProblem(
            f"Variable '{name}' has an invalid value. Expected type 'Map' but was a scalar or list."
        )
    unknown = next((key for key in value if key not in type_.fields), None)
    if unknown is not None:
        raise InputProblem(
            f"The variables input contains a field name '{unknown}' that is not defined "
            f"for input object type '{type_.name}' "
        )
    return {
        key: coerce(value[key], field.type, key) if key in value else default_of(field, key)
        for key, field in type_.fields.items()
        if key in value or field.default is not None or isinstance(field.type, GraphQLNonNull)
    }


def default_of(declared: Any, name: str) -> Any:
    """The SDL default of an argument or input field; InputProblem where it must be given and has none."""
    if declared.default is None or declared.default.literal is None:
        raise _null_refused(name, declared.type)
    return coerce_literal(declared.default.literal, declared.type, name, {})


def coerce_arguments(
    declared: Mapping[str, Any],
    given: tuple[ArgumentNode, ...],
    variables: Json,
    *,
    wants_default: bool = True,
) -> Json:
    """What the resolver gets: supplied arguments and SDL defaults; explicit null stays null (section 4.1)."""
    nodes = {argument.name.value: argument.value for argument in given}
    values: Json = {}
    for name, argument in declared.items():
        node = nodes.get(name)
        if node is not None and not (isinstance(node, VariableNode) and node.name.value not in variables):
            values[name] = coerce_literal(node, argument.type, name, variables)
        elif wants_default and (argument.default is not None or isinstance(argument.type, GraphQLNonNull)):
            values[name] = default_of(argument, name)
    return values


def coerce_literal(node: ValueNode, type_: Any, name: str, variables: Json) -> Any:
    """A literal of the document as an input type; variables in it are coerced already."""
    if isinstance(node, VariableNode):
        value = variables.get(node.name.value)
        if value is None and isinstance(type_, GraphQLNonNull):
            raise _null_refused(name, type_)
        return _wrapped(value, type_)
    if isinstance(type_, GraphQLNonNull):
        if isinstance(node, NullValueNode):
            raise _null_refused(name, type_)
        return coerce_literal(node, type_.of_type, name, variables)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        return [coerce_literal(item, type_.of_type, name, variables) for item in items]
    if isinstance(type_, GraphQLInputObjectType):
        return _literal_object(node, type_, name, variables)
    return _coerce_leaf(plain(node), type_, name)


def _wrapped(value: Any, type_: Any) -> Any:
    """A single variable at the place of a list is that list's only item."""
    bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return (
        [value]
        if isinstance(bare, GraphQLList) and value is not None and not isinstance(value, list)
        else value
    )


def _literal_object(node: ValueNode, type_: GraphQLInputObjectType, name: str, variables: Json) -> Json:
    if not isinstance(node, ObjectValueNode):
        raise InputProblem(f"Argument '{name}' is not a valid '{type_.name}'")
    given = {
        field.name.value: field.value
        for field in node.fields
        if not (isinstance(field.value, VariableNode) and field.value.name.value not in variables)
    }
    return {
        key: coerce_literal(given[key], field.type, key, variables)
        if key in given
        else default_of(field, key)
        for key, field in type_.fields.items()
        if key in given or field.default is not None or isinstance(field.type, GraphQLNonNull)
    }


def plain(node: ValueNode) -> Any:
    """A scalar literal as a Python value."""
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, FloatValueNode):
        return float(node.value)
    if isinstance(node, (StringValueNode, BooleanValueNode, EnumValueNode)):
        return node.value
    return None
