"""The only import of Strawberry: wraps the plain shapes and functions, prints the SDL that AppSync accepts.

The schema is executable too: it runs the same functions in process (`context_value={"context": Context}`), which is
how an operation is tested without a server. Nothing that runs in Lambda imports this module. The shapes stay as they
are: each gets a wrapper class of its own, and Strawberry's inputs go through the same decoding as AppSync's.
"""

import dataclasses
import inspect
import json
import typing
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.info import Info
from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField

from domain import refusals
from domain.ids import Id, Json
from domain.refusals import UserError
from resolvers import fields as modules
from resolvers.sdl import appsync_sdl, field_docs
from wiring.annotations import optional
from wiring.declarations import Field, Source, fields
from wiring.dispatch import typed_call
from wiring.encoding import encode
from wiring.naming import camel

AwsDateTime = typing.NewType("AwsDateTime", datetime)
AwsJson = typing.NewType("AwsJson", object)

_SCALARS: dict[object, Any] = {
    AwsDateTime: strawberry.scalar(
        name="AWSDateTime",
        serialize=encode,
        parse_value=datetime.fromisoformat,
        description="A time with its offset.",
    ),
    AwsJson: strawberry.scalar(
        name="AWSJSON",
        serialize=partial(json.dumps, separators=(",", ":")),
        parse_value=json.loads,
        description="JSON in a string.",
    ),
}
_PLAIN: dict[object, Any] = {
    Id: strawberry.ID,
    Json: AwsJson,
    datetime: AwsDateTime,
    str: str,
    int: int,
    bool: bool,
}
_ONLY_IN_QUERIES = {refusals.InvalidCursor, refusals.UnsupportedFilter}
_wrapped: dict[object, Any] = {}


def build() -> strawberry.Schema:
    """The executable schema of every declared field."""
    modules.load()
    roots = {name: _root(name) for name in ("Query", "Mutation", "Subscription")}
    return strawberry.Schema(
        query=roots["Query"],
        mutation=roots["Mutation"],
        subscription=roots["Subscription"],
        types=[_type(kind) for kind in _user_errors()],
        config=StrawberryConfig(scalar_map=_SCALARS),
    )


def _user_errors() -> list[type]:
    """Every refusal that a payload can carry. `__subclasses__` would also list what `slots=True` replaced."""
    kinds = [
        each for each in vars(refusals).values() if isinstance(each, type) and issubclass(each, UserError)
    ]
    return [kind for kind in kinds if kind is not UserError and kind not in _ONLY_IN_QUERIES]


def print_sdl() -> str:
    """The contract, as AppSync accepts it: `schema.graphql`."""
    return appsync_sdl(build().as_str(), fields())


def _root(name: str) -> type:
    declared = [field for field in fields() if field.type_name == name]
    members = {field.name: _root_field(field) for field in declared}
    return strawberry.type(type(name, (), members))


def _root_field(field: Field) -> Any:
    """A field whose resolver decodes and calls the declared function."""
    call = typed_call(field.function)
    signature = inspect.signature(field.function)
    parameters = [p for p in signature.parameters.values() if p.name != "context"]
    answer = mapped(field.answers or signature.return_annotation)

    def resolve(info: Info, **given: Any) -> Any:
        arguments = {
            camel(name): _as_json(value) for name, value in given.items() if value is not strawberry.UNSET
        }
        context = info.context["context"] if info.context else None
        if dataclasses.is_dataclass(context) and not isinstance(context, type):
            context = dataclasses.replace(
                context, selection=frozenset(_paths(info.selected_fields[0].selections))
            )
        return call(arguments, context)

    async def follow(info: Info, **given: Any) -> AsyncIterator[Any]:
        nothing: list[Any] = []  # in process nothing is published: the subscription is checked, and ends
        resolve(info, **given)
        for each in nothing:
            yield each

    function = follow if field.source is Source.SUBSCRIPTION else resolve
    if function is follow:
        answer = typing.AsyncGenerator[typing.Optional[answer], None]  # type: ignore[valid-type]  # noqa: UP045
    _sign(function, field.name, parameters, answer)
    decorate: Callable[..., Any] = strawberry.subscription if function is follow else strawberry.field
    return decorate(resolver=function, description=inspect.getdoc(field.function), name=field.name)


def _sign(function: Any, name: str, parameters: list[inspect.Parameter], answer: Any) -> None:
    """Give a resolver the signature that Strawberry reads the arguments from."""
    kind = inspect.Parameter.KEYWORD_ONLY
    own = [inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info)]
    own += [p.replace(kind=kind, **_argument(p)) for p in parameters]
    function.__name__ = name
    function.__signature__ = inspect.Signature(own, return_annotation=answer)
    function.__annotations__ = {p.name: p.annotation for p in own} | {"return": answer}


def _argument(parameter: inspect.Parameter) -> dict[str, Any]:
    """The annotation and default of an argument; a list that may be left out is nullable, without a default."""
    annotation = mapped(parameter.annotation)
    if parameter.default == ():
        return {"annotation": typing.Optional[annotation], "default": strawberry.UNSET}  # noqa: UP045
    return {"annotation": annotation, "default": parameter.default}


def mapped(annotation: Any) -> Any:
    """The annotation as Strawberry reads it."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    inner = optional(annotation)
    if inner is not None:
        return typing.Optional[mapped(inner)]  # noqa: UP045 - a wrapper class knows no `|`
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return mapped(arguments[0])
    if origin is tuple:
        return list[mapped(arguments[0])]  # type: ignore[misc]
    if isinstance(origin, type) and dataclasses.is_dataclass(origin):
        return _generic(origin, arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return strawberry.enum(annotation, description=inspect.getdoc(annotation))
    return _type(annotation)


def _type(kind: type) -> Any:
    """The wrapper of a plain class: an input by its name, an interface if others build on it, a type otherwise."""
    if kind not in _wrapped:
        is_input = kind.__name__.endswith(("Input", "Filter")) and not issubclass(kind, UserError)
        _wrapped[kind] = _wrap(
            kind, kind.__name__, {f.name: f.type for f in dataclasses.fields(kind)}, is_input
        )
    return _wrapped[kind]


def _generic(origin: type, node: type) -> Any:
    """The wrapper of `Connection[OrderSummary]`: OrderSummaryConnection."""
    key = (origin, node)
    if key not in _wrapped:
        annotations = {f.name: _filled(f.type, node) for f in dataclasses.fields(origin)}
        _wrapped[key] = _wrap(origin, node.__name__ + origin.__name__, annotations, is_input=False)
    return _wrapped[key]


def _filled(annotation: Any, node: type) -> Any:
    """The annotation with its type variable filled in."""
    if isinstance(annotation, typing.TypeVar):
        return node
    arguments = getattr(annotation, "__parameters__", ())
    return annotation[node] if arguments else annotation


def _wrap(kind: type, name: str, annotations: dict[str, Any], is_input: bool) -> Any:
    docs = field_docs(kind)
    members: dict[str, Any] = {"__annotations__": {key: mapped(value) for key, value in annotations.items()}}
    for field in dataclasses.fields(kind):
        default = _input_default(field) if is_input else {}
        members[field.name] = strawberry.field(
            name=camel(field.name), description=docs.get(field.name), **default
        )
    bases: tuple[Any, ...] = ()
    if not is_input:
        members["is_type_of"] = classmethod(lambda _cls, value, _info: type(value) is kind)
        bases = tuple(_type(base) for base in kind.__bases__ if dataclasses.is_dataclass(base))
    decorate: Callable[..., Any] = strawberry.input if is_input else strawberry.type
    if kind.__subclasses__() and not is_input:
        members.pop("is_type_of")
        decorate = strawberry.interface
    return decorate(type(name, bases, members), name=name, description=inspect.getdoc(kind))


def _input_default(field: "dataclasses.Field[Any]") -> dict[str, Any]:
    if field.default is dataclasses.MISSING:
        return {}
    return {"default_factory": list} if field.default == () else {"default": field.default}


def _as_json(value: Any) -> Any:
    """What Strawberry parsed, as AppSync's event would carry it."""
    if hasattr(value, "__strawberry_definition__") and not isinstance(value, Enum):
        return {
            camel(f.python_name): _as_json(found)
            for f in value.__strawberry_definition__.fields
            if (found := getattr(value, f.python_name)) is not strawberry.UNSET
        }
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return encode(value)


def _paths(
    selections: list[SelectedField | FragmentSpread | InlineFragment], above: str = ""
) -> typing.Iterator[str]:
    """Selected paths, as AppSync's selectionSetList gives them."""
    for selection in selections:
        if isinstance(selection, SelectedField):
            path = f"{above}{selection.alias or selection.name}"
            yield path
            yield from _paths(selection.selections, f"{path}/")
        else:
            yield from _paths(selection.selections, above)


if __name__ == "__main__":
    import sys

    sys.stdout.write(print_sdl())
