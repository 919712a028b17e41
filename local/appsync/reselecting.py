"""Applies a subscriber's selection to what the mutation selected: no resolver runs, no scalar is written twice."""

from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from local.appsync.completing import Nulled
from local.appsync.plan import Step
from local.appsync.problems import Json, Path, path_text


class Reselection:
    """One pass over a payload. Errors of a data frame have a message and a path, no more (5.3)."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.errors: list[Json] = []
        self._schema = schema

    def field(self, step: Step, value: Any, path: Path) -> Any:
        """The value of a field; Nulled when it is non-null and the payload lacks it."""
        if step.denied is not None:
            self.errors.append({"message": step.denied.message, "path": list(path)})
            return self._none(step.type)
        try:
            return self._value(step, step.type, value, path)
        except Nulled:
            return self._none(step.type)

    @staticmethod
    def _none(type_: Any) -> None:
        if isinstance(type_, GraphQLNonNull):
            raise Nulled

    def _value(self, step: Step, type_: Any, value: Any, path: Path) -> Any:
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                text = f"Cannot return null for non-nullable type: '{type_.of_type}' within parent '{step.parent}'"
                self.errors.append({"message": f"{text} ({path_text(path)})", "path": list(path)})
                raise Nulled
            return self._value(step, type_.of_type, value, path)
        if value is None:
            return None
        if isinstance(type_, GraphQLList) and isinstance(value, list):
            return [self._item(step, type_.of_type, item, (*path, index)) for index, item in enumerate(value)]
        if step.children is None:
            return value
        return self._object(step, type_, value, path)

    def _item(self, step: Step, type_: Any, value: Any, path: Path) -> Any:
        try:
            return self._value(step, type_, value, path)
        except Nulled:
            return self._none(type_)

    def _object(self, step: Step, type_: Any, value: Any, path: Path) -> Json | None:
        concrete = type_
        if isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)):
            concrete = self._schema.type_map.get(str(value.get("__typename")))
        if not isinstance(concrete, GraphQLObjectType) or step.children is None:
            return None
        return {
            child.key: concrete.name
            if child.name == "__typename"
            else self.field(child, value.get(child.name), (*path, child.key))
            for child in step.children.steps(concrete)
        }
