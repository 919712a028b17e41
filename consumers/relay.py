"""Put each event of the log on the bus, for every consumer that can wait; the second reader of the orders' stream.

Nothing is lost: what the bus does not take comes again, and in the end is parked. It may come twice.
"""

from collections.abc import Mapping
from typing import Any, cast

from consumers.bus import Bus, Entry, detail
from domain.events import Event, staff_view
from storage.attributes import from_attributes
from storage.keys import LOG
from storage.order_items import events_of
from wiring.declarations import TableStream, on
from wiring.encoding import encode
from wiring.logs import log
from wiring.tracing import Trace, new_trace

Record = Mapping[str, Any]


@on(
    # One lane: with more, Lambda keeps the order of an item alone, and each entry of the log is its own item.
    TableStream("orders", sort_key_prefix=LOG, parallelization=1, retries=20, record_age_seconds=3600),
    concurrency=5,
    puts_to_bus=True,
)
def relay(event: Mapping[str, Any], bus: Bus) -> dict[str, Any]:
    """Put the events of new log entries. Answers the records that the bus did not take, to be tried again."""
    waiting: dict[str, list[tuple[str, Entry]]] = {}
    for record in event["Records"]:
        number = str(record["dynamodb"]["SequenceNumber"])
        for entry in entries_of(record):
            waiting.setdefault(entry.order_id, []).append((number, entry))
    taken = bus.send({key: [entry for _, entry in queue] for key, queue in waiting.items()})
    failed = [queue[taken[key]][0] for key, queue in waiting.items() if taken[key] < len(queue)]
    if failed:
        bus.meter.put("RelayFailures", len(failed))
    log("relayed", records=len(event["Records"]), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def entries_of(record: Record) -> list[Entry]:
    """What one log entry puts on the bus."""
    logged = from_attributes(record["dynamodb"]["NewImage"])
    trace = Trace.read(logged["trace"]) if "trace" in logged else new_trace()
    return [entry_of(event, trace) for event in events_of(logged)]


def entry_of(event: Event, trace: Trace) -> Entry:
    """An event as it goes on the bus."""
    fields = cast("Mapping[str, object]", encode(staff_view(event)))
    return Entry(event.order_id, event.type.value, detail(fields, trace.text))
