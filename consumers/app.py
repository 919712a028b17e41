"""A consumer's composition: its function with the tool that its second parameter names, opened from the environment."""

import importlib
import inspect
import logging
import pkgutil
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import consumers as consumers_folder
from wiring.declarations import Consumer, check_together, consumers
from wiring.logs import log

Handler = Callable[[Mapping[str, Any], object], Any]


class ConsumerError(Exception):
    """A consumer failed, and its event is to come again. Lambda writes this into the log: the error's class alone is told.

    The text of an error may hold what a service was given: an address, a name.
    """


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
    """The handler of a consumer over a given tool. It raises ConsumerError alone, whatever its function raises."""

    def handle(event: Mapping[str, Any], _lambda_context: object = None) -> Any:
        try:
            return consumer.function(event, tool)
        except Exception as error:
            stack = "".join(traceback.format_tb(error.__traceback__))
            log(
                "consumer failed",
                logging.ERROR,
                consumer=consumer.name,
                error=type(error).__name__,
                stack=stack,
            )
            raise ConsumerError(type(error).__name__) from None

    return handle


def load_all() -> tuple[Consumer, ...]:
    """Every consumer of this folder. Raises DeclarationError where they do not fit together."""
    for module in pkgutil.iter_modules(consumers_folder.__path__):
        if module.name not in {"handler", "app"}:
            importlib.import_module(f"consumers.{module.name}")
    declared = consumers()
    check_together(declared)
    return declared
