"""Completes values against their types: nulls, lists, scalars, abstract types, and null bubbling."""

from types import SimpleNamespace
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from local.appsync.inputs import coerce_arguments
from local.appsync.invoking import Outcome
from local.appsync.plan import Step
from local.appsync.problems import Json, Path, completion_error, execution_error, path_text
from local.appsync.scalars import SCALARS, NotThisScalarError


class Nulled(Exception):
    """A non-null place holds null: the nearest nullable place above becomes null."""


class Completion:
    """One pass over the values of an operation; the errors it meets are kept in order."""

    def __init__(self, schema: GraphQLSchema, variables: Json, outcomes: dict[Path, Outcome]) -> None:
        self.errors: list[Json] = []
        self._schema = schema
        self._variables = variables
        self._outcomes = outcomes

    def field(self, step: Step, source: Any, path: Path) -> Any:
        """The response value of a field; Nulled when it is non-null and has none."""
        try:
            value, failed = self._raw(step, source, path)
            if failed:
                return self._failed(step)
            return self._value(step, step.type, value, path)
        except Nulled:
            if isinstance(step.type, GraphQLNonNull):
                raise
            return None

    @staticmethod
    def _failed(step: Step) -> None:
        if isinstance(step.type, GraphQLNonNull):
            raise Nulled

    def _raw(self, step: Step, source: Any, path: Path) -> tuple[Any, bool]:
        """The value before its type is looked at, and whether an error already stands for it."""
        if step.denied is not None:
            self.errors.append(execution_error(path, step.denied, step.places))
            return None, True
        if step.resolver is not None:
            outcome = self._outcomes.get(path, Outcome())
            if outcome.problem is not None:
                self.errors.append(execution_error(path, outcome.problem, step.places))
            return outcome.value, outcome.problem is not None and outcome.value is None
        if step.name.startswith("__") or step.parent.startswith("__"):
            return self._introspected(step, source), False
        return (source.get(step.name) if isinstance(source, dict) else None), False

    def _introspected(self, step: Step, source: Any) -> Any:
        if step.name == "__typename":
            return step.parent
        given = step.nodes[0].arguments or ()
        arguments = coerce_arguments(step.definition.args, given, self._variables, wants_default=False)
        return step.definition.resolve(source, SimpleNamespace(schema=self._schema), **arguments)

    def _value(self, step: Step, type_: Any, value: Any, path: Path) -> Any:
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                raise self._null(step, type_, path)
            return self._value(step, type_.of_type, value, path)
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            return self._list(step, type_, value, path)
        if step.children is None:
            return self._leaf(type_, value, path)
        return self._object(step, type_, value, path)

    def _null(self, step: Step, type_: Any, path: Path) -> Nulled:
        text = f"Cannot return null for non-nullable type: '{type_.of_type}' within parent '{step.parent}'"
        return self._complaint(path, f"{text} ({path_text(path)})")

    def _list(self, step: Step, type_: Any, value: Any, path: Path) -> list[Any]:
        if not isinstance(value, (list, tuple)) and not step.parent.startswith("__"):
            raise self._mismatch("LIST", value, path)
        items: list[Any] = []
        for index, item in enumerate(value):
            try:
                items.append(self._value(step, type_.of_type, item, (*path, index)))
            except Nulled:
                if isinstance(type_.of_type, GraphQLNonNull):
                    raise
                items.append(None)
        return items

    def _object(self, step: Step, type_: Any, value: Any, path: Path) -> Json:
        concrete = type_
        if not isinstance(value, dict) and not type_.name.startswith("__"):
            raise self._mismatch("OBJECT", value, path)
        if isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)):
            concrete = self._concrete(type_, value, path)
        children = step.children.steps(concrete) if step.children is not None else ()
        return {child.key: self.field(child, value, (*path, child.key)) for child in children}

    def _concrete(self, type_: Any, value: Json, path: Path) -> GraphQLObjectType:
        found = self._schema.type_map.get(str(value.get("__typename")))
        if isinstance(found, GraphQLObjectType) and self._schema.is_sub_type(type_, found):
            return found
        place = path_text(path)
        raise self._complaint(
            path, f"Can't resolve value ({place}) : no __typename that is one of '{type_.name}'"
        )

    def _leaf(self, type_: Any, value: Any, path: Path) -> Any:
        try:
            return serialized(type_, value)
        except NotThisScalarError as refused:
            raise self._complaint(path, f"Can't serialize value ({path_text(path)}) : {refused}") from None

    def _mismatch(self, expected: str, value: Any, path: Path) -> Nulled:
        got = (
            "OBJECT" if isinstance(value, dict) else "LIST" if isinstance(value, (list, tuple)) else "SCALAR"
        )
        place = path_text(path)
        text = f"Can't resolve value ({place}) : type mismatch error, expected type {expected}, got {got}"
        return self._complaint(path, text)

    def _complaint(self, path: Path, message: str) -> Nulled:
        """Note an error; what it gives is to be raised."""
        self.errors.append(completion_error(path, message))
        return Nulled()


def serialized(type_: Any, value: Any) -> Any:
    """A leaf value on its way out; NotThisScalarError carries the rest of AppSync's text."""
    scalar = SCALARS.get(type_.name)
    if scalar is None:
        return _enum_out(type_, value)
    try:
        return scalar.serialize(value)
    except NotThisScalarError as refused:
        raise NotThisScalarError(f"Unable to serialize {refused}") from None


def _enum_out(type_: GraphQLEnumType, value: Any) -> Any:
    if type_.name.startswith("__"):
        return type_.coerce_output_value(value)
    if isinstance(value, str) and value in type_.values:
        return value
    raise NotThisScalarError(f"Invalid input for Enum '{type_.name}'. Unknown value '{value}'")
