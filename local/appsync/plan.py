"""Compiles an operation for one class of callers: what to resolve, what is denied, what stays as it comes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from local.appsync.api import Resolver
from local.appsync.documents import Document
from local.appsync.guards import CallerClass
from local.appsync.problems import FieldProblem, Json, denial, location
from local.appsync.schema import Model


@dataclass(slots=True, eq=False)
class Step:
    """A field of a selection on one object type. `children` is None for a leaf."""

    key: str
    name: str
    parent: str
    type: Any
    definition: Any
    nodes: tuple[FieldNode, ...]
    resolver: Resolver | None
    denied: FieldProblem | None
    children: "Selection | None"
    places: list[Json]
    described: tuple[list[str], str] | None = None
    """selectionSetList and selectionSetGraphQL, once they were asked for."""


@dataclass(slots=True, eq=False)
class Selection:
    """What is selected below a field, compiled for each concrete type that a value turns out to have."""

    plan: "Plan"
    sets: tuple[SelectionSetNode, ...]
    by_type: dict[str, tuple[Step, ...]] = field(default_factory=dict)

    def steps(self, type_: GraphQLObjectType) -> tuple[Step, ...]:
        """The fields to answer for an object of this type, in the document's order."""
        known = self.by_type.get(type_.name)
        if known is None:
            known = self.by_type[type_.name] = tuple(self.plan.compile(self.sets, type_))
        return known


@dataclass(slots=True, eq=False)
class Plan:
    """A compiled operation; kept while its document is, unless variables change its selections."""

    model: Model
    document: Document
    operation: OperationDefinitionNode
    caller: CallerClass
    variables: Json
    root: tuple[Step, ...] = ()
    calls: dict[int, bool] = field(default_factory=dict)

    def compile(self, sets: Iterable[SelectionSetNode], type_: GraphQLObjectType) -> list[Step]:
        """Merge selections and fragments into one step per response key."""
        merged: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            self._collect(selection_set, type_, merged, set())
        return [self._step(key, nodes, type_) for key, nodes in merged.items()]

    def _collect(
        self,
        selections: SelectionSetNode,
        type_: GraphQLObjectType,
        into: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        for node in selections.selections:
            if not included(node, self.variables):
                continue
            if isinstance(node, FieldNode):
                into.setdefault(response_key(node), []).append(node)
                continue
            fragment: FragmentDefinitionNode | InlineFragmentNode | None = None
            if isinstance(node, InlineFragmentNode):
                fragment = node
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self.document.fragments[node.name.value]
            if fragment is not None and self._applies(fragment, type_):
                self._collect(fragment.selection_set, type_, into, seen)

    def _applies(
        self, fragment: FragmentDefinitionNode | InlineFragmentNode, type_: GraphQLObjectType
    ) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self.model.schema.type_map.get(fragment.type_condition.name.value)
        if condition is type_:
            return True
        if not isinstance(condition, (GraphQLInterfaceType, GraphQLUnionType)):
            return False
        return self.model.schema.is_sub_type(condition, type_)

    def _step(self, key: str, nodes: list[FieldNode], type_: GraphQLObjectType) -> Step:
        name = nodes[0].name.value
        definition: Any = self.model.schema.get_field(type_, name)
        guard = self.model.guards.get((type_.name, name))
        sets = tuple(node.selection_set for node in nodes if node.selection_set is not None)
        is_denied = (guard is not None and not guard.admits(self.caller)) or (
            f"{type_.name}.{name}" in self.caller.denied
        )
        return Step(
            key=key,
            name=name,
            parent=type_.name,
            type=definition.type,
            definition=definition,
            nodes=tuple(nodes),
            resolver=self.model.resolvers.get((type_.name, name)),
            denied=denial(name, type_.name) if is_denied else None,
            children=Selection(self, sets) if sets else None,
            places=[_place(node) for node in nodes[:1]],
        )

    def has_calls(self, step: Step) -> bool:
        """Whether a resolver stands anywhere below a step, so that its value must be walked."""
        known = self.calls.get(id(step))
        if known is None:
            known = self.calls[id(step)] = step.children is not None and any(
                (child.resolver is not None and child.denied is None) or self.has_calls(child)
                for type_ in concrete_types(self.model, step)
                for child in step.children.steps(type_)
            )
        return known


def _place(node: FieldNode) -> Json:
    return location(node.loc.start_token.line, node.loc.start_token.column) if node.loc else location(0, 0)


def response_key(node: FieldNode) -> str:
    """The alias, or the field's name."""
    return node.alias.value if node.alias else node.name.value


def concrete_types(model: Model, step: Step) -> list[GraphQLObjectType]:
    """The object types that a step's value can have."""
    named = get_named_type(step.type)
    if isinstance(named, GraphQLObjectType):
        return [named]
    if isinstance(named, (GraphQLInterfaceType, GraphQLUnionType)):
        return list(model.schema.get_possible_types(named))
    return []


def included(node: SelectionNode, variables: Json) -> bool:
    """What @skip and @include say; @skip wins."""
    for directive in node.directives or ():
        wanted = {"skip": False, "include": True}.get(directive.name.value)
        if wanted is not None and _condition(directive, variables) is not wanted:
            return False
    return True


def _condition(directive: DirectiveNode, variables: Json) -> bool:
    value = (directive.arguments or ())[0].value
    if isinstance(value, VariableNode):
        return bool(variables.get(value.name.value))
    return isinstance(value, BooleanValueNode) and value.value


def depth(document: Document, selections: SelectionSetNode, known: dict[str, int] | None = None) -> int:
    """Levels of fields below an operation; a root field is one level. A fragment is measured once."""
    measured: dict[str, int] = {} if known is None else known
    deepest = 0
    for node in selections.selections:
        if isinstance(node, FieldNode):
            below = depth(document, node.selection_set, measured) if node.selection_set is not None else 0
            deepest = max(deepest, 1 + below)
        elif isinstance(node, InlineFragmentNode):
            deepest = max(deepest, depth(document, node.selection_set, measured))
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in measured:
                measured[name] = depth(document, document.fragments[name].selection_set, measured)
            deepest = max(deepest, measured[name])
    return deepest
