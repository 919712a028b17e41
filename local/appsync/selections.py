"""The two descriptions of a selection that a resolver's event carries in `info`."""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    print_ast,
)

from local.appsync.plan import Plan, Step, included, response_key


def selection_set_list(plan: Plan, step: Step) -> list[str]:
    """Slash paths in the document's order, aliases for names, fragments merged (cases 74 to 76)."""
    named = get_named_type(step.type)
    paths = (path for node in step.nodes for path in _paths(plan, node.selection_set, named, ""))
    return list(dict.fromkeys(paths))


def selection_set_graphql(step: Step) -> str:
    """The selection as GraphQL text, fragments unexpanded; empty for a leaf."""
    sets = [node.selection_set for node in step.nodes if node.selection_set is not None]
    if not sets:
        return ""
    merged = (
        sets[0]
        if len(sets) == 1
        else SelectionSetNode(selections=tuple(s for one in sets for s in one.selections))
    )
    return print_ast(merged)


def _paths(
    plan: Plan, selections: SelectionSetNode | None, type_: GraphQLNamedType, prefix: str
) -> Iterator[str]:
    for node in selections.selections if selections is not None else ():
        if not included(node, plan.variables):
            continue
        if isinstance(node, FieldNode):
            path = prefix + response_key(node)
            yield path
            if node.selection_set is not None:
                yield from _paths(plan, node.selection_set, _type_of(type_, node), f"{path}/")
        elif isinstance(node, FragmentSpreadNode):
            fragment = plan.document.fragments[node.name.value]
            if _holds(type_, fragment.type_condition.name.value):
                yield from _paths(plan, fragment.selection_set, type_, prefix)
        elif isinstance(node, InlineFragmentNode) and (
            node.type_condition is None or _holds(type_, node.type_condition.name.value)
        ):
            yield from _paths(plan, node.selection_set, type_, prefix)


def _holds(type_: GraphQLNamedType, condition: str) -> bool:
    """Whether a fragment on `condition` speaks of fields that the type itself has."""
    interfaces = type_.interfaces if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)) else ()
    return condition == type_.name or condition in {interface.name for interface in interfaces}


def _type_of(type_: GraphQLNamedType, node: FieldNode) -> GraphQLNamedType:
    fields = type_.fields if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)) else {}
    found = fields.get(node.name.value)
    return get_named_type(found.type) if found is not None else type_
