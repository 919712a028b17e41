"""GetItem, BatchGetItem, PutItem, UpdateItem and DeleteItem."""

from collections.abc import Mapping
from typing import Any

from .attribute_values import Item, copied_item
from .capacity import READ_UNIT, Meter, item_size, units
from .database import Database
from .key_rules import Key, key_of
from .paths import Steps, project, require_apart
from .refusals import invalid
from .scope import scope_of
from .stored_table import StoredTable
from .update_parser import PROJECTION, parse_projection
from .writes import Write, delete, put, require_return_values, update

Answer = dict[str, Any]
Request = Mapping[str, Any]

MAX_BATCH = 100


def get_item(database: Database, request: Request) -> Answer:
    """One item by its key."""
    table = database.table(request["TableName"])
    key, projection = key_of(request["Key"]), projection_of(request)
    item = table.get(key)
    meter = Meter(table.name, "Read")
    meter.base = read_units(item_size(item or {}), consistent=request.get("ConsistentRead", False))
    answer = {"Item": projected_copy(item, projection)} if item is not None else {}
    return with_capacity(answer, meter, request)


def batch_get_item(database: Database, request: Request) -> Answer:
    """Up to 100 items of several tables; those beyond the database's limit are left unprocessed."""
    wanted = [(name, each) for name, part in request["RequestItems"].items() for each in part["Keys"]]
    if not wanted or len(wanted) > MAX_BATCH:
        raise invalid(
            "Too many items requested for the BatchGetItem call" if wanted else "RequestItems is empty"
        )
    answer: Answer = {"Responses": {}, "UnprocessedKeys": {}}
    reports, left = [], database.batch_get_limit
    for name, part in request["RequestItems"].items():
        table, keys = database.table(name), _distinct_keys(part["Keys"])
        meter = Meter(table.name, "Read")
        answer["Responses"][name] = _batch_items(table, keys[:left], part, meter)
        if keys[left:]:
            answer["UnprocessedKeys"][name] = {**part, "Keys": part["Keys"][left:]}
        left = max(0, left - len(keys))
        reports.append(meter.report(request.get("ReturnConsumedCapacity")))
    if reports[0]:
        answer["ConsumedCapacity"] = reports
    return answer


def put_item(database: Database, request: Request) -> Answer:
    """Put an item in place of what is there, if a condition holds."""
    wanted = require_return_values(request, ("ALL_OLD", "NONE"))
    write = put(database.table(request["TableName"]), request)
    return _stored(write, request, wanted)


def delete_item(database: Database, request: Request) -> Answer:
    """Delete an item, if a condition holds; one that is not there is deleted too."""
    wanted = require_return_values(request, ("ALL_OLD", "NONE"))
    write = delete(database.table(request["TableName"]), request)
    return _stored(write, request, wanted)


def update_item(database: Database, request: Request) -> Answer:
    """Change an item, or make it, if a condition holds."""
    wanted = require_return_values(request, ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"))
    write = update(database.table(request["TableName"]), request)
    return _stored(write, request, wanted)


def projection_of(request: Request) -> tuple[Steps, ...] | None:
    """The document paths that a read asks for; None for all. Checks the request's names and values too."""
    scope = scope_of(request)
    if "ProjectionExpression" not in request:
        return None
    paths = tuple(scope.steps(path) for path in parse_projection(request["ProjectionExpression"]))
    require_apart(paths, PROJECTION)
    return paths


def projected_copy(item: Item, projection: tuple[Steps, ...] | None) -> Item:
    """A copy of what a projection shows of an item."""
    return copied_item(item) if projection is None else project(item, projection)


def read_units(size: int, *, consistent: bool) -> float:
    """Units of reading so many bytes: half where an older state will do."""
    return units(size, READ_UNIT) * (1.0 if consistent else 0.5)


def with_capacity(answer: Answer, meter: Meter, request: Request) -> Answer:
    """The answer, with what it cost if that was asked for."""
    if report := meter.report(request.get("ReturnConsumedCapacity")):
        answer["ConsumedCapacity"] = report
    return answer


def _stored(write: Write, request: Request, wanted: str) -> Answer:
    old, new = write.table.get(write.key), write.outcome()
    meter = Meter(write.table.name, "Write")
    write.charge(meter, new)
    write.table.write(write.key, new)
    image = (old if wanted.endswith("OLD") else new) if wanted != "NONE" else None
    attributes = projected_copy(image or {}, write.paths if wanted.startswith("UPDATED") else None)
    return with_capacity({"Attributes": attributes} if attributes else {}, meter, request)


def _distinct_keys(given: list[Request]) -> list[Key]:
    keys = [key_of(each) for each in given]
    if len(set(keys)) != len(keys):
        raise invalid("Provided list of item keys contains duplicates")
    return keys


def _batch_items(table: StoredTable, keys: list[Key], part: Request, meter: Meter) -> list[Item]:
    projection, found = projection_of(part), []
    for key in keys:
        item = table.get(key)
        meter.base += read_units(item_size(item or {}), consistent=part.get("ConsistentRead", False))
        if item is not None:
            found.append(projected_copy(item, projection))
    return found
