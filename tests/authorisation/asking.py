"""Asks one field as one caller, by the event that AppSync would send, through the dispatch that Lambda runs."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from resolvers import fields as modules
from resolvers.context import Context
from storage.uploads import LASTS, UploadForm
from tests.authorisation.callers import ISSUERS, Caller
from tests.authorisation.shop import Shop
from tests.shopkeeping import context, fake
from wiring.declarations import WITHOUT_FUNCTION, Field, fields
from wiring.dispatch import RefusedQuery, handler
from wiring.identity import UnauthorizedException, actor_of

ID = re.compile(r"\b(ord|crt|prd|pay|ref)_[a-z0-9]{4,26}\b")
SELECTED = ("history", "history/event", "cart/problems", "order/history")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the data, or the error's type; `changed`: whether the tables hold anything else than before."""

    data: Any
    error: str
    text: str
    changed: bool

    @property
    def refusals(self) -> list[str]:
        """The types of a payload's refusals."""
        given = self.data.get("userErrors") if isinstance(self.data, dict) else None
        return [each["__typename"] for each in given or ()]

    @property
    def succeeded(self) -> bool:
        """Whether there is something in it: an object, or a list with something in it; no error."""
        if self.error or self.data is None or self.refusals:
            return False
        return not (isinstance(self.data, dict) and self.data.get("nodes") == [])

    @property
    def told(self) -> str:
        """All that the caller sees, whichever thing was asked for."""
        return ID.sub("<id>", self.text)


def ask(shop: Shop, caller: Caller, key: str, arguments: Mapping[str, Any]) -> Answer:
    """Ask, and see what is left behind."""
    before = _changes(shop)
    data, error, text = _answer(shop, caller, key, arguments)
    return Answer(data, error, text, _changes(shop) != before)


def _changes(shop: Shop) -> int:
    """How many changes of items the tables' streams have told: every change is told, and a read is not."""
    return sum(len(fake(shop.store).stream(name)) for name in ("orders", "catalog"))


def _answer(shop: Shop, caller: Caller, key: str, arguments: Mapping[str, Any]) -> tuple[Any, str, str]:
    def made(event: Any) -> Context:
        actor = actor_of(event["identity"], ISSUERS)
        selected = context(actor, shop.store, context().now, *event["info"]["selectionSetList"])
        return replace(selected, provider=lambda: shop.provider, uploads=lambda: _UPLOADS)

    type_name, _, name = key.partition(".")
    event = {
        "arguments": arguments, "identity": caller.identity, "source": None, "request": {"headers": {}},
        "info": {"parentTypeName": type_name, "fieldName": name, "selectionSetList": list(SELECTED), "variables": {}},
    }  # fmt: skip
    try:
        data = handler(declared(), made)(event)
    except (RefusedQuery, UnauthorizedException) as error:
        return None, type(error).__name__, f"{type(error).__name__}: {error}"
    return data, "", json.dumps(data, sort_keys=True)


@cache
def declared() -> tuple[Field, ...]:
    """Every root field that a function answers."""
    modules.load()
    return tuple(field for field in fields() if field.source not in WITHOUT_FUNCTION)


class _Uploads:
    """A bucket that gives forms for anything."""

    def form(self, key: str, content_type: str, now: Any) -> Any:
        return UploadForm("https://bucket.example", {"key": key, "Content-Type": content_type}, now + LASTS)


_UPLOADS: Any = _Uploads()
