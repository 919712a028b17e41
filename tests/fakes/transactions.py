"""TransactWriteItems and TransactGetItems: all or nothing. Source: the API reference of both."""

from collections.abc import Mapping
from typing import Any

from .attribute_values import Item
from .capacity import READ_UNIT, Meter, item_size, units
from .database import Database
from .key_rules import key_of
from .refusals import Refusal, invalid
from .single_items import Answer, Request, projected_copy, projection_of
from .writes import Write, check, delete, put, update

MAX_ACTIONS = 100
MAX_BYTES = 4 * 1024 * 1024
MAX_TOKEN = 36

_ACTIONS = {"Put": put, "Update": update, "Delete": delete, "ConditionCheck": check}


def transact_write_items(database: Database, request: Request) -> Answer:
    """Carry out every write, or none where one cannot be; once for each token."""
    actions, token = request["TransactItems"], request.get("ClientRequestToken")
    _require_count(len(actions))
    if token is not None and len(token) > MAX_TOKEN:
        raise invalid(
            "Value at 'clientRequestToken' failed to satisfy constraint: Member must have length <= 36"
        )
    writes = [_write(database, action) for action in actions]
    _require_distinct([(write.table.name, write.key) for write in writes])
    if (earlier := database.remembered(token) if token else None) is not None:
        return _replay(writes, request, same=earlier.writes == actions)
    outcomes = _outcomes(writes)
    if sum(item_size(item) for item in outcomes if item) > MAX_BYTES:
        raise invalid("Transaction request exceeds the 4MB transaction size limit")
    meters = _meters(writes, "Write")
    for write, new in zip(writes, outcomes, strict=True):
        write.charge(meters[write.table.name], new)
    for write, new in zip(writes, outcomes, strict=True):
        write.table.write(write.key, new)
    if token:
        database.remember(token, actions)
    return _with_capacities({}, meters, request)


def transact_get_items(database: Database, request: Request) -> Answer:
    """Up to 100 items as they were at one moment."""
    gets = [each["Get"] for each in request["TransactItems"]]
    _require_count(len(gets))
    places = [(database.table(get["TableName"]), key_of(get["Key"])) for get in gets]
    _require_distinct([(table.name, key) for table, key in places])
    meters: dict[str, Meter] = {}
    responses: list[Answer] = []
    for get, (table, key) in zip(gets, places, strict=True):
        projection, item = projection_of(get), table.get(key)
        meter = meters.setdefault(table.name, Meter(table.name, "Read", transactional=True))
        meter.base += 2 * units(item_size(item or {}), READ_UNIT)
        responses.append({} if item is None else {"Item": projected_copy(item, projection)})
    return _with_capacities({"Responses": responses}, meters, request)


def _write(database: Database, action: Mapping[str, Any]) -> Write:
    if len(action) != 1:
        raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    ((kind, request),) = action.items()
    return _ACTIONS[kind](database.table(request["TableName"]), request)


def _outcomes(writes: list[Write]) -> list[Item | None]:
    """Each item as its write leaves it. Raises Refusal with a reason for each write if one cannot be."""
    outcomes: list[Item | None] = []
    reasons: list[Answer] = []
    for write in writes:
        try:
            outcomes.append(write.outcome())
            reasons.append({"Code": "None"})
        except Refusal as refusal:
            reasons.append(_reason(refusal))
    codes = [reason["Code"] for reason in reasons]
    if set(codes) != {"None"}:
        message = (
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
            f"[{', '.join(codes)}]"
        )
        raise Refusal("TransactionCanceledException", message, Message=message, CancellationReasons=reasons)
    return outcomes


def _reason(refusal: Refusal) -> Answer:
    code = "ValidationError"
    if refusal.code == "ConditionalCheckFailedException":
        code = "ConditionalCheckFailed"
    return {"Code": code, "Message": refusal.message, **refusal.extra}


def _replay(writes: list[Write], request: Request, *, same: bool) -> Answer:
    """The answer to a transaction already carried out: nothing is written, the items are read."""
    if not same:
        raise Refusal(
            "IdempotentParameterMismatchException",
            "Request token already in use for another request with a different payload",
        )
    meters = _meters(writes, "Read")
    for write in writes:
        stored = write.table.get(write.key) or {}
        meters[write.table.name].base += 2 * units(item_size(stored), READ_UNIT)
    return _with_capacities({}, meters, request)


def _meters(writes: list[Write], kind: str) -> dict[str, Meter]:
    names = dict.fromkeys(write.table.name for write in writes)
    return {name: Meter(name, kind, transactional=True) for name in names}


def _with_capacities(answer: Answer, meters: dict[str, Meter], request: Request) -> Answer:
    reports = [meter.report(request.get("ReturnConsumedCapacity")) for meter in meters.values()]
    if reports and reports[0]:
        answer["ConsumedCapacity"] = reports
    return answer


def _require_count(count: int) -> None:
    if count > MAX_ACTIONS:
        raise invalid(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_ACTIONS}"
        )


def _require_distinct(places: list[tuple[Any, Any]]) -> None:
    if len(set(places)) != len(places):
        raise invalid("Transaction request cannot include multiple operations on one item")
