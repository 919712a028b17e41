"""Validation in AppSync's words: graphql-core finds the problems, their text is GraphQL-Java's."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLSchema,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    specified_rules,
    validate,
)
from graphql.validation import ASTValidationRule

from local.appsync.problems import Json, location, validation_error

KINDS = {
    "ExecutableDefinitionsRule": "NonExecutableDefinition",
    "KnownOperationTypesRule": "UnknownOperation",
    "UniqueOperationNamesRule": "DuplicateOperationName",
    "LoneAnonymousOperationRule": "LoneAnonymousOperationViolation",
    "SingleFieldSubscriptionsRule": "SubscriptionMultipleRootFields",
    "KnownTypeNamesRule": "UnknownType",
    "FragmentsOnCompositeTypesRule": "FragmentTypeConditionInvalid",
    "VariablesAreInputTypesRule": "NonInputTypeOnVariable",
    "ScalarLeafsRule": "SubSelectionRequired",
    "FieldsOnCorrectTypeRule": "FieldUndefined",
    "UniqueFragmentNamesRule": "DuplicateFragmentName",
    "KnownFragmentNamesRule": "UndefinedFragment",
    "NoUnusedFragmentsRule": "UnusedFragment",
    "PossibleFragmentSpreadsRule": "InvalidFragmentType",
    "NoFragmentCyclesRule": "FragmentCycle",
    "UniqueVariableNamesRule": "DuplicateVariableName",
    "NoUndefinedVariablesRule": "UndefinedVariable",
    "NoUnusedVariablesRule": "UnusedVariable",
    "KnownDirectivesRule": "UnknownDirective",
    "UniqueDirectivesPerLocationRule": "DuplicateDirectiveName",
    "KnownArgumentNamesRule": "UnknownArgument",
    "UniqueArgumentNamesRule": "DuplicateArgumentNames",
    "ValuesOfCorrectTypeRule": "WrongType",
    "ProvidedRequiredArgumentsRule": "MissingFieldArgument",
    "VariablesInAllowedPositionRule": "VariableTypeMismatch",
    "OverlappingFieldsCanBeMergedRule": "FieldsConflict",
    "UniqueInputFieldNamesRule": "DuplicateInputFieldName",
}
"""graphql-core's rules that AppSync has too, each with the error type that AppSync prints."""


class _Finding(GraphQLError):
    """A problem with what its text is made of: the rule and the types around the node."""

    kind = ""
    owner: Any = None
    type_: Any = None


def _restated(rule: type[ASTValidationRule]) -> type[ASTValidationRule]:
    kind = KINDS[rule.__name__]

    def report_error(self: Any, error: GraphQLError) -> None:
        finding = _Finding(error.message, error.nodes)
        finding.kind = kind
        finding.owner = self.context.get_parent_type() if hasattr(self.context, "get_parent_type") else None
        finding.type_ = self.context.get_argument() if hasattr(self.context, "get_argument") else None
        self.context.report_error(finding)

    return type(rule.__name__, (rule,), {"report_error": report_error})


RULES = tuple(_restated(rule) for rule in specified_rules if rule.__name__ in KINDS)


def validation_errors(schema: GraphQLSchema, document: DocumentNode) -> list[Json]:
    """The error objects of a document, empty when it is valid. At most 100 are reported."""
    found = validate(schema, document, RULES, max_errors=100)
    if not found:
        return []
    parents = {id(child): parent for child, parent in _nodes(document)}
    return [_restate(error, parents) for error in found]


def introspections(document: DocumentNode) -> list[Json]:
    """Errors for `__schema` and `__type` where introspection is off; `__typename` stays (case 25)."""
    found = []
    for child, _ in _nodes(document):
        if isinstance(child, FieldNode) and child.name.value in ("__schema", "__type") and child.loc:
            name, token = child.name.value, child.loc.start_token
            text = f"Validation error of type FieldUndefined: Field '{name}' in type 'Query' is undefined @ '{name}'"
            found.append(validation_error(text, [location(token.line, token.column)]))
    return found


def _nodes(node: Node) -> Iterator[tuple[Node, Node]]:
    """Every node below one, with its parent."""
    for key in node.keys:
        child = getattr(node, key, None)
        for item in child if isinstance(child, (list, tuple)) else (child,):
            if isinstance(item, Node):
                yield item, node
                yield from _nodes(item)


def _restate(error: GraphQLError, parents: dict[int, Node]) -> Json:
    node = error.nodes[0] if error.nodes else None
    places = [location(place.line, place.column) for place in (error.locations or [])[:1]]
    if not isinstance(error, _Finding):
        error = _direct(error)
    kind, text = _text(error, node, parents)
    where = "/".join(_field_path(node, parents))
    suffix = f" @ '{where}'" if where and kind != "WrongType" else ""
    return validation_error(f"Validation error of type {kind}: {text}{suffix}", places)


def _direct(error: GraphQLError) -> _Finding:
    """The rule of argument names reports past its own method."""
    finding = _Finding(error.message, error.nodes)
    finding.kind = "UnknownArgument" if error.message.startswith("Unknown argument") else "InvalidSyntax"
    return finding


def _field_path(node: Node | None, parents: dict[int, Node]) -> list[str]:
    names: list[str] = []
    while node is not None:
        if isinstance(node, FieldNode):
            names.insert(0, node.name.value)
        node = parents.get(id(node))
    return names


def _text(error: _Finding, node: Node | None, parents: dict[int, Node]) -> tuple[str, str]:
    kind = error.kind
    if kind == "FieldUndefined" and isinstance(node, FieldNode):
        return kind, f"Field '{node.name.value}' in type '{error.owner}' is undefined"
    if kind == "MissingFieldArgument" and isinstance(node, FieldNode):
        return kind, f"Missing field argument {_quoted_argument(error.message)}"
    if kind == "UnknownArgument" and isinstance(node, ArgumentNode):
        return kind, f"Unknown field argument {node.name.value}"
    if kind == "SubSelectionRequired":
        return _sub_selection(error, node, parents)
    if kind == "WrongType" and isinstance(node, ObjectFieldNode):
        node = parents[id(node)]
    if kind == "WrongType" and isinstance(node, ValueNode):
        return kind, _wrong_type(error, node, parents)
    return kind, error.message


def _quoted_argument(message: str) -> str:
    """graphql-core names the argument as `Owner.field(name:)`."""
    return message.partition("(")[2].partition(":")[0]


def _sub_selection(error: _Finding, node: Node | None, parents: dict[int, Node]) -> tuple[str, str]:
    field = node if isinstance(node, FieldNode) else parents.get(id(node))
    name = field.name.value if isinstance(field, FieldNode) else ""
    type_name = error.message.partition("type '")[2].partition("'")[0].strip("[]!")
    if isinstance(node, FieldNode):
        return "SubSelectionRequired", f"Sub selection required for type {type_name} of field {name}"
    return "SubSelectionNotAllowed", f"Sub selection not allowed on leaf type {type_name} of field {name}"


def _wrong_type(error: _Finding, node: ValueNode, parents: dict[int, Node]) -> str:
    names, argument = _argument_path(node, parents)
    type_ = _type_at(error.type_, names[1:])
    where = f"argument '{'.'.join(names)}' with value '{printed(node)}'"
    if isinstance(node, NullValueNode):
        return f"{where} must not be null"
    named = get_named_type(type_) if type_ is not None else None
    if isinstance(node, ObjectValueNode) and isinstance(named, GraphQLInputObjectType):
        return f"{where} {_object_complaint(node, named)}"
    return f"{where} is not a valid '{named if named is not None else argument}'"


def _object_complaint(node: ObjectValueNode, type_: GraphQLInputObjectType) -> str:
    given = {field.name.value for field in node.fields}
    unknown = sorted(given - set(type_.fields))
    if unknown:
        return f"contains a field not in '{type_.name}': '{unknown[0]}'"
    missing = [
        name
        for name, field in type_.fields.items()
        if isinstance(field.type, GraphQLNonNull) and field.default is None and name not in given
    ]
    return f"is missing required fields '[{', '.join(missing)}]'"


def _argument_path(node: Node, parents: dict[int, Node]) -> tuple[list[str], str]:
    names: list[str] = []
    step: Node | None = node
    while step is not None:
        if isinstance(step, (ObjectFieldNode, ArgumentNode)):
            names.insert(0, step.name.value)
        if isinstance(step, ArgumentNode):
            break
        step = parents.get(id(step))
    return names, names[-1] if names else ""


def _type_at(argument: Any, names: list[str]) -> Any:
    type_ = getattr(argument, "type", None)
    for name in names:
        named = get_named_type(type_) if type_ is not None else None
        field = named.fields.get(name) if isinstance(named, GraphQLInputObjectType) else None
        type_ = field.type if field is not None else None
    return type_


def printed(node: ValueNode) -> str:
    """A literal as GraphQL-Java's syntax tree prints it (case 59)."""
    name = type(node).__name__.removesuffix("Node")
    if isinstance(node, ListValueNode):
        return f"ArrayValue{{values=[{', '.join(printed(item) for item in node.values)}]}}"
    if isinstance(node, ObjectValueNode):
        fields = ", ".join(
            f"ObjectField{{name='{item.name.value}', value={printed(item.value)}}}" for item in node.fields
        )
        return f"ObjectValue{{objectFields=[{fields}]}}"
    if isinstance(node, VariableNode):
        return f"VariableReference{{name='{node.name.value}'}}"
    if isinstance(node, NullValueNode):
        return "NullValue{}"
    value = getattr(node, "value", "")
    if name == "EnumValue":
        return f"EnumValue{{name='{value}'}}"
    if name == "BooleanValue":
        return f"BooleanValue{{isValue={str(value).lower()}}}"
    return f"{name}{{value='{value}'}}" if name == "StringValue" else f"{name}{{value={value}}}"
