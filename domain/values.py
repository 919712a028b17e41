"""`@value`: a frozen dataclass whose methods are shared, not compiled for each class.

A function's cold start makes a hundred value classes. `dataclass(frozen=True, slots=True)` writes and compiles half a
dozen methods for each, which came to more than a third of our own start-up; these are written once (`make bench`
measures the start-up). All else is the standard library's: `fields`, `replace`, `asdict` and patterns work.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class")

_set = object.__setattr__


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def value(cls: type[Class]) -> type[Class]:
    """Make a class a frozen value with slots: equal by its fields, hashable, changed only by `replace`."""
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made.__value_defaults__ = _defaults(made)
    for name, method in _METHODS.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _defaults(made: Any) -> Mapping[str, Any]:
    """Defaults by name; a factory stands for itself and is called for each object."""
    return {
        field.name: _Factory(field.default_factory) if field.default is dataclasses.MISSING else field.default
        for field in dataclasses.fields(made)
        if field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    }


class _Factory:
    """A default that is made anew for each object."""

    __slots__ = ("make",)

    def __init__(self, make: Any) -> None:
        self.make = make


def _init(self: Any, *args: Any, **given: Any) -> None:
    names = self.__match_args__
    values = {**self.__value_defaults__, **dict(zip(names, args, strict=False)), **given}
    if len(args) > len(names) or len(values) != len(names) or not given.keys().isdisjoint(names[: len(args)]):
        raise TypeError(_mismatch(type(self).__name__, names, args, values))
    for name in names:
        found = values[name]
        _set(self, name, found.make() if type(found) is _Factory else found)


def _mismatch(name: str, names: tuple[str, ...], args: tuple[Any, ...], values: Mapping[str, Any]) -> str:
    missing = [each for each in names if each not in values]
    unknown = [each for each in values if each not in names]
    return f"{name} takes {names}; missing {missing}, unknown {unknown}, {len(args)} by position"


def _fields_of(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__match_args__)


def _eq(self: Any, other: object) -> bool:
    return other.__class__ is self.__class__ and _fields_of(self) == _fields_of(other)


def _hash(self: Any) -> int:
    return hash(_fields_of(self))


def _repr(self: Any) -> str:
    shown = (
        f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _frozen(self: Any, name: str, *_: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), _fields_of(self)


_METHODS = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _frozen,
    "__delattr__": _frozen,
    "__reduce__": _reduce,
}
