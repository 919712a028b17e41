"""The inbox: one item for each event that somebody outside told us, by the sender's own id of it, for 90 days.

It says two things: that this event is recorded already, and that the same id once said something else.
"""

from datetime import datetime, timedelta

from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.moments import read_moment
from storage.reading import read
from storage.store import Store
from storage.transact import transact
from storage.writes import into, put

KEPT = timedelta(days=90)


@value
class Entry:
    """An event in the inbox. `digest` is of what it says; `done_at` is when it was recorded, None before."""

    sender: str
    event_id: str
    digest: str
    came_at: datetime
    done_at: datetime | None = None


def take(store: Store, entry: Entry) -> Entry:
    """Note an event that came; what stands in the inbox under its id now, which is what came first.

    Raises Refused where that is not known.
    """
    new = into(store.orders, _item(entry)) | {
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    failed = transact(store, [{"Put": new}], subject=entry.event_id)
    before = failed[0].item if failed else None
    return _entry(entry.sender, entry.event_id, before) if before else entry


def look(store: Store, sender: str, event_id: str) -> Entry | None:
    """The entry, strongly read. Raises Refused(Busy)."""
    key = to_attributes(keys.inbox(sender, event_id))
    answer = read(store, store.client.get_item, TableName=store.orders, Key=key, ConsistentRead=True)
    return _entry(sender, event_id, from_attributes(answer["Item"])) if "Item" in answer else None


def finish(store: Store, entry: Entry) -> None:
    """Note that an event is recorded, by an entry that says when. Raises Refused where the outcome is not known."""
    transact(store, [put(store.orders, _item(entry))], subject=entry.event_id)


def _item(entry: Entry) -> Item:
    return keys.inbox(entry.sender, entry.event_id) | {
        "digest": entry.digest,
        "at": keys.moment(entry.came_at),
        "doneAt": keys.moment(entry.done_at) if entry.done_at else None,
        "ttl": int((entry.came_at + KEPT).timestamp()),
    }


def _entry(sender: str, event_id: str, item: Item) -> Entry:
    done_at = read_moment(item["doneAt"]) if "doneAt" in item else None
    return Entry(sender, event_id, item["digest"], read_moment(item["at"]), done_at)
