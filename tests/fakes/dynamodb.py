"""FakeDynamoDB: the client. It counts and validates each call, lets hooks fail it, and answers from memory."""

import time
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from threading import RLock
from typing import TYPE_CHECKING, Any, Unpack, cast

from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

from storage.tables import TABLES, Table

from . import reads, single_items, transactions
from .attribute_values import Item, copied_item, number
from .database import Database
from .refusals import Refusal, client_error, exceptions, input_shape
from .stream_records import StreamRecord

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb import type_defs as types
    from types_boto3_dynamodb.client import Exceptions

Hook = Callable[[str, Mapping[str, Any]], None]
"""Called with a call's name, such as "get_item", and its keyword arguments; what it raises, the caller gets."""

Answering = Callable[[Database, Mapping[str, Any]], dict[str, Any]]

UNSUPPORTED = {
    "AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected", "KeyConditions", "QueryFilter",
    "ReturnItemCollectionMetrics", "ScanFilter",
}  # fmt: skip


class FakeDynamoDB:
    """The tables given, empty, under `prefix` + their names. `clock` is the service's, in seconds since 1970.

    `validate=False` leaves out the SDK's own check of parameters, which takes most of a call's time.
    """

    def __init__(
        self,
        tables: Iterable[Table] = TABLES,
        prefix: str = "",
        *,
        clock: Callable[[], float] = time.time,
        validate: bool = True,
    ) -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.exceptions = cast("Exceptions", exceptions())
        self._database = Database(clock)
        self._database.create(tables, prefix)
        self._prefix = prefix
        self._validate = validate
        self._before: list[Hook] = []
        self._after: list[Hook] = []
        self._lock = RLock()

    @property
    def client(self) -> "DynamoDBClient":
        """This fake, typed as the boto3 client that it stands for."""
        return cast("DynamoDBClient", self)

    def before(self, hook: Hook) -> Callable[[], None]:
        """Call `hook` before each call has any effect; what it raises is the answer. Returns what removes it."""
        return _added(self._before, hook)

    def after(self, hook: Hook) -> Callable[[], None]:
        """Call `hook` after each call had its effect; what it raises is the answer. Returns what removes it."""
        return _added(self._after, hook)

    @property
    def index_delay_seconds(self) -> float:
        """How long a write takes to show in an index."""
        return self._database.index_delay_seconds

    @index_delay_seconds.setter
    def index_delay_seconds(self, seconds: float) -> None:
        self._database.index_delay_seconds = seconds

    @property
    def batch_get_limit(self) -> int:
        """How many items a batch read answers before it leaves the rest unprocessed."""
        return self._database.batch_get_limit

    @batch_get_limit.setter
    def batch_get_limit(self, items: int) -> None:
        self._database.batch_get_limit = items

    def items(self, table: str) -> list[Item]:
        """Every item of a table, named without its prefix, by key. No call is counted."""
        with self._lock:
            return [copied_item(item) for item in self._database.table(self._prefix + table).items()]

    def stream(self, table: str) -> list[StreamRecord]:
        """The records of a table's stream so far, oldest first; the table is named without its prefix."""
        with self._lock:
            return list(self._database.table(self._prefix + table).stream)

    def expire(self) -> int:
        """Delete what has expired by now, as TTL does; returns how many items that were."""
        with self._lock:
            found = [
                (table, (item["PK"]["S"], item["SK"]["S"]))
                for table in self._database.tables.values()
                for item in table.items()
                if "N" in (ttl := item.get(table.schema.ttl, {}))
                and number(ttl["N"]) <= self._database.clock()
            ]
            for table, key in found:
                table.write(key, None, by_service=True)
            return len(found)

    def copy(self) -> "FakeDynamoDB":
        """Other tables that hold the same; hooks and counted calls stay behind."""
        other = FakeDynamoDB((), self._prefix, validate=self._validate)
        with self._lock:
            other._database = deepcopy(self._database)
        return other

    def close(self) -> None:
        """Nothing to close; boto3's client has this."""

    def get_item(self, **request: "Unpack[types.GetItemInputTypeDef]") -> "types.GetItemOutputTypeDef":
        """GetItem, as `boto3.client("dynamodb")` offers it."""
        answer: types.GetItemOutputTypeDef = self._call("get_item", request, single_items.get_item)
        return answer

    def batch_get_item(
        self, **request: "Unpack[types.BatchGetItemInputTypeDef]"
    ) -> "types.BatchGetItemOutputTypeDef":
        """BatchGetItem, as `boto3.client("dynamodb")` offers it."""
        answer: types.BatchGetItemOutputTypeDef = self._call(
            "batch_get_item", request, single_items.batch_get_item
        )
        return answer

    def put_item(self, **request: "Unpack[types.PutItemInputTypeDef]") -> "types.PutItemOutputTypeDef":
        """PutItem, as `boto3.client("dynamodb")` offers it."""
        answer: types.PutItemOutputTypeDef = self._call("put_item", request, single_items.put_item)
        return answer

    def update_item(
        self, **request: "Unpack[types.UpdateItemInputTypeDef]"
    ) -> "types.UpdateItemOutputTypeDef":
        """UpdateItem, as `boto3.client("dynamodb")` offers it."""
        answer: types.UpdateItemOutputTypeDef = self._call("update_item", request, single_items.update_item)
        return answer

    def delete_item(
        self, **request: "Unpack[types.DeleteItemInputTypeDef]"
    ) -> "types.DeleteItemOutputTypeDef":
        """DeleteItem, as `boto3.client("dynamodb")` offers it."""
        answer: types.DeleteItemOutputTypeDef = self._call("delete_item", request, single_items.delete_item)
        return answer

    def query(self, **request: "Unpack[types.QueryInputTypeDef]") -> "types.QueryOutputTypeDef":
        """Query, as `boto3.client("dynamodb")` offers it."""
        answer: types.QueryOutputTypeDef = self._call("query", request, reads.query)
        return answer

    def scan(self, **request: "Unpack[types.ScanInputTypeDef]") -> "types.ScanOutputTypeDef":
        """Scan, as `boto3.client("dynamodb")` offers it."""
        answer: types.ScanOutputTypeDef = self._call("scan", request, reads.scan)
        return answer

    def transact_write_items(
        self, **request: "Unpack[types.TransactWriteItemsInputTypeDef]"
    ) -> "types.TransactWriteItemsOutputTypeDef":
        """TransactWriteItems, as `boto3.client("dynamodb")` offers it."""
        answer: types.TransactWriteItemsOutputTypeDef = self._call(
            "transact_write_items", request, transactions.transact_write_items
        )
        return answer

    def transact_get_items(
        self, **request: "Unpack[types.TransactGetItemsInputTypeDef]"
    ) -> "types.TransactGetItemsOutputTypeDef":
        """TransactGetItems, as `boto3.client("dynamodb")` offers it."""
        answer: types.TransactGetItemsOutputTypeDef = self._call(
            "transact_get_items", request, transactions.transact_get_items
        )
        return answer

    def _call(self, name: str, request: Mapping[str, Any], answering: Answering) -> Any:
        operation = name.title().replace("_", "")
        self._check(operation, request)
        self.calls.append((name, request))
        for hook in tuple(self._before):
            hook(name, request)
        try:
            with self._lock:
                answer = answering(self._database, request)
        except Refusal as refusal:
            raise client_error(
                refusal.code, refusal.message, operation=operation, **refusal.extra
            ) from refusal
        for hook in tuple(self._after):
            hook(name, request)
        answer["ResponseMetadata"] = {
            "RequestId": f"FAKE-{len(self.calls)}",
            "HTTPStatusCode": 200,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        }
        return answer

    def _check(self, operation: str, request: Mapping[str, Any]) -> None:
        if unsupported := UNSUPPORTED & set(request):
            raise NotImplementedError(f"The fake knows expressions only, not {sorted(unsupported)}.")
        if self._validate:
            report = ParamValidator().validate(request, input_shape(operation))
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())


def _added(hooks: list[Hook], hook: Hook) -> Callable[[], None]:
    hooks.append(hook)
    return lambda: hooks.remove(hook)
