"""Load every module of this folder, so that each field's declaration is recorded."""

import importlib
import pkgutil
from collections.abc import Iterable

import resolvers

_NOT_FIELDS = {"schema", "sdl", "handler", "shapes"}


def load(only: Iterable[str] | None = None) -> None:
    """Import the modules that declare fields: all, or those named (a deployed function needs its own alone)."""
    for name in modules() if only is None else only:
        importlib.import_module(f"resolvers.{name}")


def modules() -> tuple[str, ...]:
    """The modules of this folder that may declare fields. Strawberry's wrapper is not among them."""
    found = (module.name for module in pkgutil.iter_modules(resolvers.__path__))
    return tuple(name for name in found if name not in _NOT_FIELDS)
