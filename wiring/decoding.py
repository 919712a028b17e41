"""From AppSync's arguments to typed frozen values, by plans compiled from annotations; every problem has its path."""

import dataclasses
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum

from domain.ids import Id
from wiring.annotations import optional
from wiring.naming import camel

LONGEST_ID = 128
"""Far more than any id of ours, and what a key of a table holds."""

Path = tuple[str, ...]
Problems = list[tuple[Path, str]]
Decoder = Callable[[object, Path, Problems], object]

_PLANS: dict[object, Decoder] = {}


def decoder(annotation: object) -> Decoder:
    """The decoder of an annotation; compiled once. Raises TypeError for an annotation that GraphQL cannot carry."""
    plan = _PLANS.get(annotation)
    if plan is None:
        plan = _PLANS[annotation] = _compile(annotation)
    return plan


def nullable(annotation: object) -> bool:
    """Say whether the annotation admits None."""
    return optional(annotation) is not None


def _compile(annotation: object) -> Decoder:
    inner = optional(annotation)
    if inner is not None:
        return _optional(decoder(inner))
    if annotation is Id:
        return _id
    if isinstance(annotation, typing.NewType):
        return decoder(annotation.__supertype__)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *bounds = typing.get_args(annotation)
        return _bounded(decoder(inner), [bound.problem for bound in bounds if hasattr(bound, "problem")])
    if origin is tuple:
        return _list(decoder(typing.get_args(annotation)[0]))
    if isinstance(annotation, type):
        return _of_class(annotation)
    raise TypeError(f"{annotation!r} cannot be an argument")


def _of_class(annotation: type) -> Decoder:
    if dataclasses.is_dataclass(annotation):
        return _object(annotation)
    if issubclass(annotation, Enum):
        return _enum(annotation)
    if annotation is datetime:
        return _datetime
    if annotation in _SCALARS:
        return _scalar(annotation)
    raise TypeError(f"{annotation!r} cannot be an argument")


_SCALARS = {str: "a text", int: "a whole number", bool: "true or false"}


def _scalar(kind: type) -> Decoder:
    words = f"must be {_SCALARS[kind]}"

    def decode(value: object, path: Path, problems: Problems) -> object:
        if type(value) is not kind or (kind is str and not _is_text(value)):
            problems.append((path, words))
        return value

    return decode


def _id(value: object, path: Path, problems: Problems) -> object:
    """An id, in one step: every request has one."""
    if type(value) is not str or not 0 < len(value) <= LONGEST_ID or not (value.isascii() or _is_text(value)):
        problems.append((path, f"must be an id of 1 to {LONGEST_ID} characters"))
    return value


def _is_text(value: object) -> bool:
    """Whether a text can be written as UTF-8: half a surrogate pair cannot, and no table takes it."""
    text = str(value)
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _optional(inner: Decoder) -> Decoder:
    def decode(value: object, path: Path, problems: Problems) -> object:
        return None if value is None else inner(value, path, problems)

    return decode


def _bounded(inner: Decoder, checks: list[Callable[[object], str | None]]) -> Decoder:
    def decode(value: object, path: Path, problems: Problems) -> object:
        before = len(problems)
        decoded = inner(value, path, problems)
        if len(problems) == before and decoded is not None:
            problems.extend((path, words) for check in checks if (words := check(decoded)))
        return decoded

    return decode


def _list(inner: Decoder) -> Decoder:
    def decode(value: object, path: Path, problems: Problems) -> object:
        if not isinstance(value, list | tuple):
            problems.append((path, "must be a list"))
            return ()
        return tuple(inner(each, (*path, str(index)), problems) for index, each in enumerate(value))

    return decode


def _enum(kind: type[Enum]) -> Decoder:
    members = kind.__members__

    def decode(value: object, path: Path, problems: Problems) -> object:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str) or value not in members:
            problems.append((path, f"must be one of {', '.join(members)}"))
            return None
        return members[value]

    return decode


def _datetime(value: object, path: Path, problems: Problems) -> object:
    moment = value if isinstance(value, datetime) else None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else moment
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)  # an offset can push the first and the last day out of the calendar
    except (ValueError, OverflowError):
        pass
    problems.append((path, "must be a time with its offset, such as 2026-01-31T09:30:00.000Z"))
    return None


def _object(kind: type) -> Decoder:
    plan = [
        (field.name, camel(field.name), decoder(field.type), _required(field))
        for field in dataclasses.fields(kind)
    ]
    known = {name for _, name, _, _ in plan}

    def decode(value: object, path: Path, problems: Problems) -> object:
        if not isinstance(value, dict):
            problems.append((path, "must be an object"))
            return None
        problems.extend(
            ((*path, name), "is not a field of this input") for name in value if name not in known
        )
        before, given = len(problems), {}
        for attribute, name, inner, required in plan:
            if value.get(name) is not None:
                given[attribute] = inner(value[name], (*path, name), problems)
            elif required:
                problems.append(((*path, name), "is required"))
        return kind(**given) if len(problems) == before else None

    return decode


def _required(field: "dataclasses.Field[object]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
