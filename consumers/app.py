"""A consumer's composition: its function with the tool that its second parameter names, opened from the environment."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

import consumers as consumers_folder
from wiring.declarations import Consumer, check_together, consumers

Handler = Callable[[Mapping[str, Any], object], Any]


def load(name: str) -> Consumer:
    """The consumer of this name; its module alone is imported. Raises ModuleNotFoundError."""
    importlib.import_module(f"consumers.{name}")
    return next(consumer for consumer in consumers() if consumer.name == name)


def build(name: str, environment: Mapping[str, str]) -> Handler:
    """The handler of a consumer: a function of the event alone."""
    consumer = load(name)
    return bind(consumer, tool_of(consumer).open(environment))


def tool_of(consumer: Consumer) -> Any:
    """The class of what a consumer works with: its function's second parameter says it."""
    _, tool = inspect.signature(consumer.function).parameters.values()
    return tool.annotation


def bind(consumer: Consumer, tool: object) -> Handler:
    """The handler of a consumer over a given tool."""

    def handle(event: Mapping[str, Any], _lambda_context: object = None) -> Any:
        return consumer.function(event, tool)

    return handle


def load_all() -> tuple[Consumer, ...]:
    """Every consumer of this folder. Raises DeclarationError where they do not fit together."""
    for module in pkgutil.iter_modules(consumers_folder.__path__):
        if module.name not in {"handler", "app"}:
            importlib.import_module(f"consumers.{module.name}")
    declared = consumers()
    check_together(declared)
    return declared
