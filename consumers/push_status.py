"""Push each event of the log to its audiences: owners by one mutation, staff by another.

Best effort: a client that misses one sees the gap and asks the log. Order is kept within an order, orders go in parallel.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from consumers.publisher import Publisher, PublishError
from domain.events import Event, OrderEvent, StaffOrderEvent, Visibility, public_view, staff_view
from storage.attributes import from_attributes
from storage.keys import LOG
from storage.order_items import events_of
from wiring.declarations import TableStream, on
from wiring.documents import selection
from wiring.encoding import encode
from wiring.logs import log

TO_OWNER, TO_STAFF = "publishOrderEvent", "publishStaffOrderEvent"
_STAFF_FIELD = f"{TO_STAFF}(input: $staff) {selection(StaffOrderEvent)}"
STAFF_ONLY = f"mutation Publish($staff: StaffOrderEventInput!) {{ {_STAFF_FIELD} }}"
BOTH = (
    "mutation Publish($order: OrderEventInput!, $staff: StaffOrderEventInput!) "
    f"{{ {TO_OWNER}(input: $order) {selection(OrderEvent)} {_STAFF_FIELD} }}"
)
"""One document, two fields, no aliases: subscribers get what it selects, then what they select."""

THREADS = 8

Record = Mapping[str, Any]


@on(TableStream("orders", sort_key_prefix=LOG), publishes=(TO_OWNER, TO_STAFF))
def push_status(event: Mapping[str, Any], publisher: Publisher) -> dict[str, Any]:
    """Publish the events of new log entries. Answers the records that AppSync did not take, to be tried again."""
    orders: dict[str, list[Record]] = {}
    for record in event["Records"]:
        orders.setdefault(record["dynamodb"]["Keys"]["PK"]["S"], []).append(record)
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        failed = [
            each
            for each in pool.map(lambda records: _push_order(records, publisher), orders.values())
            if each
        ]
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}


def _push_order(records: list[Record], publisher: Publisher) -> str | None:
    """Push one order's entries in turn; the sequence number of the first that failed, or None."""
    for record in records:
        for event in events_of(from_attributes(record["dynamodb"]["NewImage"])):
            try:
                _push(event, publisher)
            except PublishError as error:
                log("not pushed", order_id=event.order_id, sequence=event.sequence, error=str(error))
                return str(record["dynamodb"]["SequenceNumber"])
    return None


def _push(event: Event, publisher: Publisher) -> None:
    variables = {"staff": encode(staff_view(event))}
    if event.visibility is Visibility.STAFF:
        publisher.publish(STAFF_ONLY, variables)
    else:
        publisher.publish(BOTH, variables | {"order": encode(public_view(event))})
