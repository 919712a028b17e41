"""Who writes a letter: a claim before it is sent, a mark after. At most one repetition, for a crash between the two.

A claim lasts two minutes: long enough to send, short enough that a letter whose sender died is sent soon.
"""

from datetime import datetime, timedelta
from enum import Enum

from storage import keys
from storage.attributes import from_attributes, to_attributes
from storage.reading import read
from storage.store import Store
from storage.transact import transact
from storage.writes import into

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=90)


class Claim(Enum):
    """What came of asking for a letter's claim."""

    OURS = "send it"
    DONE = "it was sent"
    ELSEWHERE = "somebody is sending it: come again"


def claim(store: Store, order_id: str, letter: str, now: datetime) -> Claim:
    """Ask for the claim of one letter about an order. Raises Refused(Busy) where it is not known; then come again."""
    key = keys.letter(order_id, letter)
    item = key | {"state": "CLAIMED", "until": keys.moment(now + LEASE), "ttl": int((now + KEPT).timestamp())}
    free = "attribute_not_exists(PK) OR (#state = :claimed AND #until < :now)"
    write = into(store.orders, item) | {
        "ConditionExpression": free,
        "ExpressionAttributeNames": {"#state": "state", "#until": "until"},
        "ExpressionAttributeValues": to_attributes({":claimed": "CLAIMED", ":now": keys.moment(now)}),
    }
    if not transact(store, [{"Put": write}], subject=order_id):
        return Claim.OURS
    answer = read(
        store,
        store.client.get_item,
        TableName=store.orders,
        Key=to_attributes(key),
        ConsistentRead=True,
    )
    found = from_attributes(answer.get("Item", {}))
    return Claim.ELSEWHERE if found.get("state") == "CLAIMED" else Claim.DONE


def mark(store: Store, order_id: str, letter: str, now: datetime) -> None:
    """Note that the letter was sent: nobody sends it again. Raises Refused as transact does."""
    item = keys.letter(order_id, letter) | {"state": "SENT", "ttl": int((now + KEPT).timestamp())}
    transact(store, [{"Put": into(store.orders, item)}], subject=order_id)
