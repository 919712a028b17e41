"""Load every module of this folder, so that each field's declaration is recorded."""

import importlib
import pkgutil

import resolvers

_NOT_FIELDS = {"schema", "sdl", "handler", "shapes"}


def load() -> None:
    """Import the modules that declare fields (and those they share). Strawberry's wrapper is not among them."""
    for module in pkgutil.iter_modules(resolvers.__path__):
        if module.name not in _NOT_FIELDS:
            importlib.import_module(f"resolvers.{module.name}")
