"""Query and Scan."""

from bisect import bisect_left, bisect_right
from zlib import crc32

from .capacity import Meter
from .database import Database
from .key_conditions import KeyRange, key_condition
from .pages import Source, cursor_of, read_page, show_of, source_of
from .refusals import invalid
from .scope import scope_of
from .single_items import Answer, Request, read_units, with_capacity
from .stored_table import Entry, Partitions, StoredTable

HASHES = 2**32


def query(database: Database, request: Request) -> Answer:
    """One page of a partition of a table or an index, in the order of sort keys."""
    table = database.table(request["TableName"])
    source, scope = source_of(table, request), scope_of(request)
    if "KeyConditionExpression" not in request:
        raise invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )
    wanted, span = key_condition(request["KeyConditionExpression"], scope, source.partition, source.sort)
    show = show_of(request, scope, source, no_filter_on=(source.partition, source.sort))
    entries = span.within(_partitions(source).entries.get(wanted, []))
    forward = request.get("ScanIndexForward", True)
    if "ExclusiveStartKey" in request:
        cursor = _query_cursor(source, request, wanted, span)
        entries = (
            entries[bisect_right(entries, cursor) :] if forward else entries[: bisect_left(entries, cursor)]
        )
    answer, size = read_page(source, entries if forward else entries[::-1], show, request.get("Limit"))
    return _metered(answer, size, source, request)


def scan(database: Database, request: Request) -> Answer:
    """One page of a whole table or index, or of a segment of it, in no order that means anything."""
    table = database.table(request["TableName"])
    source, scope = source_of(table, request), scope_of(request)
    show = show_of(request, scope, source)
    segment, total = _segment(request)
    partitions = _partitions(source)
    names = [name for name in partitions.entries if _hash(name) * total // HASHES == segment]
    places = [((_hash(name), name), entry) for name in names for entry in partitions.entries[name]]
    places.sort()
    if "ExclusiveStartKey" in request:
        given = request["ExclusiveStartKey"]
        cursor = cursor_of(source, given)
        name = given[source.partition]["S"]
        places = places[bisect_right(places, ((_hash(name), name), cursor)) :]
    answer, size = read_page(source, [entry for _, entry in places], show, request.get("Limit"))
    return _metered(answer, size, source, request)


def _partitions(source: Source) -> Partitions:
    table: StoredTable = source.table
    return table.base if source.index is None else table.indexed(source.index)


def _query_cursor(source: Source, request: Request, wanted: str, span: KeyRange) -> Entry:
    """The place to go on from. Raises Refusal where it is not in what the query reads."""
    given = request["ExclusiveStartKey"]
    cursor = cursor_of(source, given)
    if given[source.partition]["S"] != wanted or not span.within([cursor]):
        raise invalid("The provided starting key is outside query boundaries based on provided conditions")
    return cursor


def _segment(request: Request) -> tuple[int, int]:
    if ("Segment" in request) != ("TotalSegments" in request):
        raise invalid("The Segment and TotalSegments parameters are required together")
    segment, total = request.get("Segment", 0), request.get("TotalSegments", 1)
    if segment >= total:
        raise invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments")
    return segment, total


def _metered(answer: Answer, size: int, source: Source, request: Request) -> Answer:
    """The answer with its cost: what was read is summed, then rounded up once."""
    meter = Meter(source.table.name, "Read")
    cost = read_units(size, consistent=request.get("ConsistentRead", False))
    if source.index is None:
        meter.base = cost
    else:
        meter.add_index(source.index, cost)
    return with_capacity(answer, meter, request)


def _hash(partition: str) -> int:
    return crc32(partition.encode())
