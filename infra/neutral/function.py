"""The one function behind the neutral API. It needs nothing, so that it fits into a template; an order's id says what it does."""

import json
from typing import Any

ORDER = {"__typename": "Order", "id": "1", "status": "NEW", "note": "n", "total": 1.5, "unknown": "dropped"}
ITEM = {"__typename": "Item", "sku": "A", "qty": 2}


class UnauthorizedException(Exception):
    """AppSync hides the text of what bears this name."""


def handler(event: Any, _context: Any = None) -> Any:
    """Answer a field; `event` is a direct resolver's."""
    arguments = event["arguments"]
    name = event["info"]["fieldName"]
    if name == "order":
        return order(arguments["id"], event)
    if name == "orders":
        return [{**ORDER, "id": "0"}, {"id": "no status"}, {**ORDER, "id": "2"}]
    if name == "find":
        return ITEM if arguments.get("q") == "item" else {**ORDER}
    if name == "many":
        return json.dumps(arguments.get("input"))
    if name == "createOrder":
        return {**ORDER, **arguments["input"], "note": json.dumps(arguments["input"])}
    return {**ORDER, **arguments}


def order(wanted: str, event: Any) -> Any:
    """An order, or what a broken function would answer."""
    if wanted == "raises":
        raise ValueError("boom")
    if wanted == "unauthorized":
        raise UnauthorizedException("a secret reason")
    answers = {
        "null": None,
        "list": [ORDER],
        "no status": {"id": "no status"},
        "bad status": {**ORDER, "status": "FOO"},
        "bad date": {**ORDER, "placedAt": "2020-05-23T06:4:37.000Z"},
        "object": {**ORDER, "meta": {"a": 1}},
        "items": {**ORDER, "items": [ITEM, ITEM]},
        "event": {**ORDER, "note": json.dumps({**event, "request": sorted(event["request"])})},
    }
    return answers.get(wanted, {**ORDER, "id": wanted})
