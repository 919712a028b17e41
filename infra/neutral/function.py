"""The one function behind the neutral API. It needs nothing, so that it fits into a template; an order's id says what it does."""

import json
import time
from typing import Any

ORDER = {"__typename": "Order", "id": "1", "status": "NEW", "note": "n", "total": 1.5, "unknown": "dropped"}
ITEM = {"__typename": "Item", "sku": "A", "qty": 2}
OVER_240_KB = 241 * 1024


class UnauthorizedException(Exception):
    """AppSync hides the text of what bears this name."""


def handler(event: Any, _context: Any = None) -> Any:
    """Answer a field, or a batch of one; `event` is a direct resolver's."""
    if isinstance(event, list):
        return batch(event)
    arguments, name = event["arguments"], event["info"]["fieldName"]
    if name in {"order", "find", "onGuarded"}:
        return order(arguments.get("id") or arguments.get("q") or "1", event)
    if name == "orders":
        return [{**ORDER, "id": "0"}, {"id": "no status"}, {**ORDER, "id": "2"}]
    if name == "adminOrders":
        return [ORDER]
    if name == "kept":
        return event["source"]["unknown"]
    if name == "single":
        return {"sku": "one " + event["source"]["sku"]}
    if name == "many":
        return json.dumps(arguments.get("input"))
    if name == "createOrder":
        return {**ORDER, **arguments["input"], "note": json.dumps(arguments["input"])}
    if name in {"setStatus", "publishStatus"}:
        return changed(arguments)
    return {**ORDER, "secret": "s"}


def changed(arguments: Any) -> Any:
    """An order after a mutation; its note tells when the function began and ended."""
    began = time.time()
    if arguments["id"] == "raises":
        raise ValueError("boom")
    if arguments["id"] == "slow":
        time.sleep(0.3)
    note = "x" * OVER_240_KB if arguments["id"] == "large" else f"{began} {time.time()}"
    return {**ORDER, **arguments, "note": note}


def batch(events: Any) -> Any:
    """The related items of some; what is in their names tells how many came together."""
    names = [each["source"]["sku"] for each in events]
    if "raises" in names:
        raise ValueError("boom")
    answers = [
        {"errorMessage": "m", "errorType": "T", "errorInfo": {"a": 1}}
        if name == "bad"
        else {"data": [{"sku": f"{len(names)} {name}"}]}
        for name in names
    ]
    return answers[:-1] if "short" in names else answers


def order(wanted: str, event: Any) -> Any:
    """An order, or what a broken function would answer."""
    if wanted == "raises":
        raise ValueError("boom")
    if wanted == "unauthorized":
        raise UnauthorizedException("a secret reason")
    if wanted.startswith("items:"):
        return {**ORDER, "items": [{"sku": sku} for sku in wanted[6:].split(",")]}
    request = event["request"]
    answers = {
        "null": None,
        "list": [ORDER],
        "item": ITEM,
        "no type": {"sku": "A"},
        "no status": {"id": "no status"},
        "bad status": {**ORDER, "status": "FOO"},
        "bad date": {**ORDER, "placedAt": "2020-05-23T06:4:37.000Z"},
        "object": {**ORDER, "meta": {"a": 1}},
        "event": {**ORDER, "note": json.dumps({**event, "request": sorted(request)})},
        "headers": {**ORDER, "note": json.dumps(request["headers"])},
        "identity": {**ORDER, "note": json.dumps(event["identity"])},
    }
    return answers.get(wanted, {**ORDER, "id": wanted, "secret": "s"})
