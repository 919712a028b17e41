"""The two descriptions of a selection that a resolver's event carries in `info`."""

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    print_ast,
)

from local.appsync.plan import Plan, Step, included, response_key


def selection_set_list(plan: Plan, step: Step) -> list[str]:
    """Slash paths in the document's order, aliases for names, fragments merged (cases 74 to 76)."""
    named = get_named_type(step.type)
    paths: dict[str, None] = {}
    for node in step.nodes:
        _collect(plan, node.selection_set, named, "", paths, set())
    return list(paths)


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


def _collect(
    plan: Plan,
    selections: SelectionSetNode | None,
    type_: GraphQLNamedType,
    prefix: str,
    paths: dict[str, None],
    seen: set[str],
) -> None:
    for node in selections.selections if selections is not None else ():
        if not included(node, plan.variables):
            continue
        if isinstance(node, FieldNode):
            path = prefix + response_key(node)
            paths[path] = None
            _collect(plan, node.selection_set, _type_of(type_, node), f"{path}/", paths, set())
            continue
        fragment = _fragment(plan, node, seen)
        if fragment is not None and _holds(type_, fragment.type_condition):
            _collect(plan, fragment.selection_set, type_, prefix, paths, seen)


def _fragment(
    plan: Plan, node: SelectionNode, seen: set[str]
) -> FragmentDefinitionNode | InlineFragmentNode | None:
    """What is spread, each named fragment once at one level."""
    if isinstance(node, InlineFragmentNode):
        return node
    if not isinstance(node, FragmentSpreadNode) or node.name.value in seen:
        return None
    seen.add(node.name.value)
    return plan.document.fragments[node.name.value]


def _holds(type_: GraphQLNamedType, condition: NamedTypeNode | None) -> bool:
    """Whether a fragment on `condition` speaks of fields that the type itself has."""
    if condition is None:
        return True
    interfaces = type_.interfaces if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)) else ()
    return condition.name.value in {type_.name, *(interface.name for interface in interfaces)}


def _type_of(type_: GraphQLNamedType, node: FieldNode) -> GraphQLNamedType:
    fields = type_.fields if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)) else {}
    found = fields.get(node.name.value)
    return get_named_type(found.type) if found is not None else type_
