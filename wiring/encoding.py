"""From the answer's frozen values to JSON, by plans compiled once from annotations."""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from operator import attrgetter

from wiring.annotations import optional
from wiring.naming import camel

Encoder = Callable[[typing.Any], object]

_PLANS: dict[type, Encoder] = {}
_PLAIN = {str, int, bool, types.NoneType}


def encode(value: object) -> object:
    """The JSON of any answer: camelCase keys, enum names, UTC times with milliseconds."""
    kind = type(value)
    return value if kind in _PLAIN else encoder(kind)(value)


def encoder(kind: type) -> Encoder:
    """The encoder of a class; compiled once."""
    plan = _PLANS.get(kind)
    if plan is None:
        plan = _PLANS[kind] = _compile(kind)
    return plan


def _compile(kind: type) -> Encoder:
    if dataclasses.is_dataclass(kind):
        return _object(kind)
    if issubclass(kind, Enum):
        return attrgetter("_name_")  # `name` is a property, several times slower
    if issubclass(kind, datetime):
        return _time
    if issubclass(kind, tuple | list):
        return _list
    if issubclass(kind, dict):
        return lambda value: value
    raise TypeError(f"{kind!r} cannot be an answer")


def _time(value: datetime) -> str:
    if value.tzinfo is UTC:  # as every time of ours is
        return value.isoformat("T", "milliseconds")[:-6] + "Z"
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _list(values: "tuple[object, ...] | list[object]") -> list[object]:
    return [encode(value) for value in values]


def _object(kind: type) -> Encoder:
    """All attributes at once, then those that are no JSON yet, each by the encoder of its annotation."""
    fields = dataclasses.fields(kind)
    keys = tuple(camel(field.name) for field in fields)
    read = attrgetter(*(field.name for field in fields)) if len(fields) > 1 else _single(fields[0].name)
    deep = tuple((camel(field.name), declared(field.type)) for field in fields if not _is_plain(field.type))
    typename = kind.__name__ if _implements(kind) else None

    if len(keys) == 2 and not deep and typename is None:  # money, in every line and total
        return _pair(*keys, read)

    def encode_object(value: object) -> dict[str, object]:
        answer: dict[str, object] = dict(zip(keys, read(value)))  # noqa: B905 - as many keys as attributes, by construction
        for key, inner in deep:
            answer[key] = inner(answer[key])
        if typename:
            answer["__typename"] = typename
        return answer

    return encode_object


def _pair(first: str, second: str, read: Callable[[object], tuple[object, ...]]) -> Encoder:
    def encode_pair(value: object) -> dict[str, object]:
        one, other = read(value)
        return {first: one, second: other}

    return encode_pair


def declared(annotation: object) -> Encoder:
    """The encoder of an annotation: a class's own where the annotation says it, by the value's class elsewhere."""
    exact = (
        isinstance(annotation, type)
        and not annotation.__subclasses__()
        and typing.get_origin(annotation) is None
    )
    if exact and (dataclasses.is_dataclass(annotation) or issubclass(annotation, Enum | datetime)):  # type: ignore[arg-type]
        return encoder(annotation)  # type: ignore[arg-type]
    return encode


def _single(name: str) -> Callable[[object], tuple[object]]:
    return lambda value: (getattr(value, name),)


def _is_plain(annotation: object) -> bool:
    """Whether every value of the annotation is JSON already."""
    if isinstance(annotation, typing.NewType):
        return _is_plain(annotation.__supertype__)
    inner = optional(annotation)
    return annotation in _PLAIN if inner is None else _is_plain(inner)


def _implements(kind: type) -> bool:
    """Whether the class stands for an interface's member, which AppSync needs named (`__typename`)."""
    return any(dataclasses.is_dataclass(base) for base in kind.__bases__)
