"""One page of a Query or Scan: where it starts, what it reads, filters and shows, and where the next begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .attribute_values import Item
from .capacity import item_size
from .condition_parser import parse_condition
from .conditions import check_condition, holds, leaves
from .key_rules import key_item
from .paths import Steps
from .refusals import invalid
from .scope import Scope
from .single_items import Answer, Request, projected_copy, projection_of
from .stored_table import Entry, StoredTable, projected
from .syntax import Among, Between, Call, Comparison, Condition, Operand, Path, Size

MAX_PAGE_BYTES = 1024 * 1024

KINDS_OF_SELECT = "ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, SPECIFIC_ATTRIBUTES or COUNT"


@dataclass(frozen=True, slots=True)
class Source:
    """What is read: the table, or one of its indexes, with the names of its two keys."""

    table: StoredTable
    index: str | None
    partition: str
    sort: str

    def view(self, entry: Entry) -> Item:
        """What is seen of the item at this place."""
        table = self.table
        return table.base.view(entry) if self.index is None else table.indexed(self.index).view(entry)

    def cursor(self, entry: Entry) -> Item:
        """The place of an entry as LastEvaluatedKey shows it."""
        key = key_item(entry[1:])
        if self.index is None:
            return key
        view = self.view(entry)
        return {**key, self.partition: view[self.partition], self.sort: view[self.sort]}


@dataclass(frozen=True, slots=True)
class Show:
    """What a page shows of what it reads."""

    scope: Scope
    condition: Condition | None
    projection: tuple[Steps, ...] | None
    count_only: bool


def source_of(table: StoredTable, request: Request) -> Source:
    """What a request reads. Raises Refusal for an index that does not exist, or a consistent read of one."""
    name = request.get("IndexName")
    if name is None:
        return Source(table, None, "PK", "SK")
    index = table.index(name)
    if index is None:
        raise invalid(f"The table does not have the specified index: {name}")
    if request.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    return Source(table, name, index.partition, index.sort)


def show_of(request: Request, scope: Scope, source: Source, *, no_filter_on: tuple[str, ...] = ()) -> Show:
    """What a request wants to see. Raises Refusal for a choice that contradicts itself or the index."""
    projection = projection_of(request)
    _check_select(request.get("Select"), source, projection)
    condition = None
    if "FilterExpression" in request:
        condition = parse_condition(request["FilterExpression"], "FilterExpression")
        check_condition(condition, scope, "FilterExpression")
        for name in _attributes(condition, scope):
            if name in no_filter_on:
                raise invalid(
                    "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
                    + name
                )
    return Show(scope, condition, projection, request.get("Select") == "COUNT")


def cursor_of(source: Source, given: Mapping[str, Any]) -> Entry:
    """The place that an ExclusiveStartKey names. Raises Refusal for another shape."""
    wanted = {"PK", "SK", source.partition, source.sort}
    if set(given) != wanted or any(not value.get("S") for value in given.values()):
        raise invalid("The provided starting key is invalid")
    return given[source.sort]["S"], given["PK"]["S"], given["SK"]["S"]


def read_page(source: Source, entries: Sequence[Entry], show: Show, limit: int | None) -> tuple[Answer, int]:
    """The answer to one page, and how many bytes were read for it. `entries` are all that are left, in order.

    A page ends after `limit` items, or before the item that would take it over 1 MB.
    """
    size, read, items = 0, 0, []
    for entry in entries:
        view = source.view(entry)
        if read and size + item_size(view) > MAX_PAGE_BYTES:
            break
        size, read = size + item_size(view), read + 1
        if show.condition is None or holds(show.condition, show.scope, view):
            items.append(view)
        if read == limit:
            break
    answer: Answer = {"Count": len(items), "ScannedCount": read}
    if not show.count_only:
        answer["Items"] = [projected_copy(item, show.projection) for item in items]
    if read and (read == limit or read < len(entries)):
        answer["LastEvaluatedKey"] = source.cursor(entries[read - 1])
    return answer, size


def _check_select(select: str | None, source: Source, projection: tuple[Steps, ...] | None) -> None:
    if select == "SPECIFIC_ATTRIBUTES" and projection is None:
        raise invalid("Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
    if select == "COUNT" and projection is not None:
        raise invalid("Cannot specify the ProjectionExpression when choosing to get only the Count")
    if select in {"ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"} and projection is not None:
        raise invalid(f"Cannot specify the ProjectionExpression when choosing to get {select}")
    if source.index is None:
        if select == "ALL_PROJECTED_ATTRIBUTES":
            raise invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
        return
    index = source.table.index(source.index)
    if select == "ALL_ATTRIBUTES":
        raise invalid(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
            f"secondary index {source.index} because its projection type is not ALL"
        )
    missing = [str(steps[0]) for steps in projection or () if index and steps[0] not in projected(index)]
    if missing:
        raise invalid(
            f"One or more parameter values were invalid: Global secondary index {source.index} does not project "
            f"[{', '.join(missing)}]"
        )


def _attributes(condition: Condition, scope: Scope) -> set[str]:
    """The names of all attributes that a condition reads."""
    names: set[str] = set()
    for part in leaves(condition):
        for operand in _operands(part):
            path = operand.path if isinstance(operand, Size) else operand
            if isinstance(path, Path):
                names.add(str(scope.steps(path)[0]))
    return names


def _operands(part: Comparison | Between | Among | Call) -> tuple[Operand | None, ...]:
    if isinstance(part, Comparison):
        return part.left, part.right
    if isinstance(part, Between):
        return part.operand, part.low, part.high
    return (part.path, part.argument) if isinstance(part, Call) else (part.operand, *part.options)
