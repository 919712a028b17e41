"""Whether the caller selected an order's history, which is read for those alone."""

from dataclasses import fields

from resolvers.context import Context
from resolvers.shapes.orders import Order
from wiring.naming import camel

_NAMES = frozenset({"__typename", *(camel(field.name) for field in fields(Order))})


def wants_history(context: Context) -> bool:
    """Whether `history` is selected of the order that is answered."""
    return any(_may_be_history(path) for path in context.selection if "/" not in path)


def payload_wants_history(context: Context) -> bool:
    """Whether `history` is selected of a payload's order."""
    paths = (path.split("/") for path in context.selection)
    return any(_may_be_history(path[1]) for path in paths if len(path) == 2 and path[0] != "userErrors")


def _may_be_history(name: str) -> bool:
    """AppSync lists aliases in place of names: one that no field of an order has could stand for any of them."""
    return name == "history" or name not in _NAMES
