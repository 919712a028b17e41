"""One write, alone or in a transaction: read from a request, checked, decided against the item as it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .attribute_values import Item, canonical_item, copied_item
from .capacity import Meter, index_units, write_units
from .condition_parser import parse_condition
from .conditions import check_condition, holds
from .key_rules import KEYS, Key, key_in, key_item, key_of, require_index_keys, require_size
from .paths import Steps
from .refusals import Refusal, invalid
from .scope import Scope, scope_of
from .stored_table import StoredTable, view_of
from .syntax import Condition
from .update_parser import parse_update
from .updates import check_update, updated


@dataclass(frozen=True, slots=True)
class Write:
    """A write that has passed every check that does not depend on the item. `paths` are those an update changes."""

    table: StoredTable
    key: Key
    change: Callable[[Item | None], Item | None]
    scope: Scope
    condition: Condition | None
    answer_item: bool
    paths: tuple[Steps, ...] = ()

    def outcome(self) -> Item | None:
        """The item as this write leaves it. Raises Refusal where the condition fails or the item does not fit."""
        old = self.table.get(self.key)
        if self.condition is not None and not holds(self.condition, self.scope, old or {}):
            extra = {"Item": copied_item(old)} if old is not None and self.answer_item else {}
            raise Refusal("ConditionalCheckFailedException", "The conditional request failed", **extra)
        new = self.change(old)
        if new is not None and new is not old:
            require_index_keys(new, self.table.schema.indexes)
            require_size(new, "Item size to update")
        return new

    def charge(self, meter: Meter, new: Item | None) -> None:
        """Put on the meter what this write costs; it has not been stored yet."""
        old = self.table.get(self.key)
        meter.base += write_units(old, new) * (2 if meter.transactional else 1)
        for index in self.table.schema.indexes:
            views = view_of(index, old), view_of(index, new)
            meter.add_index(index.name, index_units(*views, (index.partition, index.sort)))


def put(table: StoredTable, request: Mapping[str, Any]) -> Write:
    """PutItem, or Put in a transaction."""
    item = canonical_item(request["Item"])
    key = key_in(item)
    require_size(item)
    return _write(table, key, lambda _: item, request)


def delete(table: StoredTable, request: Mapping[str, Any]) -> Write:
    """DeleteItem, or Delete in a transaction."""
    return _write(table, key_of(request["Key"]), lambda _: None, request)


def check(table: StoredTable, request: Mapping[str, Any]) -> Write:
    """ConditionCheck in a transaction."""
    return _write(table, key_of(request["Key"]), lambda old: old, request)


def update(table: StoredTable, request: Mapping[str, Any]) -> Write:
    """UpdateItem, or Update in a transaction; without an expression it makes an item of the key alone."""
    key, scope = key_of(request["Key"]), scope_of(request)
    if "UpdateExpression" not in request:
        return _write(table, key, lambda old: old if old is not None else key_item(key), request)
    parsed = parse_update(request["UpdateExpression"])
    paths = check_update(parsed, scope, KEYS)
    return _write(
        table,
        key,
        lambda old: updated(parsed, scope, old if old is not None else key_item(key)),
        request,
        paths,
    )


def _write(
    table: StoredTable,
    key: Key,
    change: Callable[[Item | None], Item | None],
    request: Mapping[str, Any],
    paths: tuple[Steps, ...] = (),
) -> Write:
    scope, condition = scope_of(request), None
    if "ConditionExpression" in request:
        condition = parse_condition(request["ConditionExpression"])
        check_condition(condition, scope, "ConditionExpression")
    answer_item = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return Write(table, key, change, scope, condition, answer_item, paths)


def require_return_values(request: Mapping[str, Any], allowed: tuple[str, ...]) -> str:
    """What the answer is to hold. Raises Refusal for what this call does not offer."""
    wanted: str = request.get("ReturnValues", "NONE")
    if wanted not in allowed:
        raise invalid(f"ReturnValues can only be {' or '.join(allowed)}")
    return wanted
