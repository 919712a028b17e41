"""Push each event of the log to its audiences: owners by one mutation, staff by another.

Best effort: a client that misses one sees the gap and asks the log. Order is kept within an order, orders go in parallel.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from consumers.publisher import Publisher, PublishError
from domain.events import Event, OrderEvent, StaffOrderEvent, Visibility, public_view, staff_view
from domain.lifecycle import EventType
from storage.attributes import from_attributes
from storage.keys import LOG
from storage.order_items import events_of
from wiring.declarations import TableStream, on
from wiring.documents import selection
from wiring.encoding import encode
from wiring.logs import log
from wiring.metrics import Meter
from wiring.tracing import Trace, following, new_trace

TO_OWNER, TO_STAFF = "publishOrderEvent", "publishStaffOrderEvent"
_STAFF_FIELD = f"{TO_STAFF}(input: $staff) {selection(StaffOrderEvent)}"
STAFF_ONLY = f"mutation Publish($staff: StaffOrderEventInput!) {{ {_STAFF_FIELD} }}"
BOTH = (
    "mutation Publish($order: OrderEventInput!, $staff: StaffOrderEventInput!) "
    f"{{ {TO_OWNER}(input: $order) {selection(OrderEvent)} {_STAFF_FIELD} }}"
)
"""One document, two fields, no aliases: subscribers get what it selects, then what they select."""

ENDS = "endOrderSubscriptions"
END = f"mutation End($input: EndOrderSubscriptionsInput!) {{ {ENDS}(input: $input) {{ orderId actorId }} }}"
"""What ends the streams of an order once its tokens are revoked: they were opened on what those showed."""

THREADS = 2

Record = Mapping[str, Any]


@on(
    TableStream("orders", sort_key_prefix=LOG, parallelization=3),
    concurrency=15,
    publishes=(TO_OWNER, TO_STAFF, ENDS),
)
def push_status(event: Mapping[str, Any], publisher: Publisher) -> dict[str, Any]:
    """Publish the events of new log entries. Answers the records that AppSync did not take, to be tried again."""
    _tell_age(event["Records"], publisher.meter)
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
        entry = from_attributes(record["dynamodb"]["NewImage"])
        trace = Trace.read(entry["trace"]) if "trace" in entry else new_trace()
        with following(trace):
            for event in events_of(entry):
                try:
                    _push(event, publisher, trace)
                except PublishError as error:
                    log("not pushed", order_id=event.order_id, sequence=event.sequence, error=str(error))
                    publisher.meter.put("PushFailures", 1)
                    return str(record["dynamodb"]["SequenceNumber"])
                took = round(publisher.meter.clock() * 1000 - event.occurred_at.timestamp() * 1000, 1)
                log("pushed", order_id=event.order_id, sequence=event.sequence, duration_ms=took)
                publisher.meter.put("PushLatency", max(0.0, took))
    return None


def _tell_age(records: list[Record], meter: Meter) -> None:
    """How long the oldest record has waited (whole seconds: the stream says no more)."""
    written = [record["dynamodb"].get("ApproximateCreationDateTime") for record in records]
    known = [float(each.timestamp() if isinstance(each, datetime) else each) for each in written if each]
    if known:
        age = round((meter.clock() - min(known)) * 1000)
        meter.put("IteratorAge", max(0, age), Consumer="push_status")


def _push(event: Event, publisher: Publisher, trace: Trace) -> None:
    variables = {"staff": encode(staff_view(event))}
    if event.visibility is Visibility.STAFF:
        publisher.publish(STAFF_ONLY, variables, trace)
    else:
        publisher.publish(BOTH, variables | {"order": encode(public_view(event))}, trace)
    if event.type is EventType.ORDER_TOKEN_REVOKED:
        publisher.publish(END, {"input": {"orderId": event.order_id}}, trace)
