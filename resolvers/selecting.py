"""Whether the caller selected an order's history, or a cart's problems: what costs reads is read for those alone."""

from dataclasses import fields

from resolvers.context import Context
from resolvers.shapes.carts import Cart
from resolvers.shapes.orders import Order
from wiring.naming import camel

_NAMES = frozenset({"__typename", *(camel(field.name) for field in fields(Order))})
_CART_NAMES = frozenset({"__typename", *(camel(field.name) for field in fields(Cart))})


def wants_history(context: Context) -> bool:
    """Whether `history` is selected of the order that is answered."""
    return any(_may_be_history(path) for path in context.selection if "/" not in path)


def payload_wants_history(context: Context) -> bool:
    """Whether `history` is selected of a payload's order."""
    paths = (path.split("/") for path in context.selection)
    return any(_may_be_history(path[1]) for path in paths if len(path) == 2 and path[0] != "userErrors")


def wants_problems(context: Context) -> bool:
    """Whether `problems` is selected of the cart that is answered; a call without a selection wants all."""
    return not context.selection or any(
        _may_be_problems(path) for path in context.selection if "/" not in path
    )


def payload_wants_problems(context: Context) -> bool:
    """Whether `problems` is selected of a payload's cart; a call without a selection wants all."""
    paths = (path.split("/") for path in context.selection)
    return not context.selection or any(
        _may_be_problems(path[1]) for path in paths if len(path) == 2 and path[0] != "userErrors"
    )


def _may_be_problems(name: str) -> bool:
    return name == "problems" or name not in _CART_NAMES


def _may_be_history(name: str) -> bool:
    """AppSync lists aliases in place of names: one that no field of an order has could stand for any of them."""
    return name == "history" or name not in _NAMES
