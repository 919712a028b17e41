"""Where the test provider keeps its books: a partition for each payment, in the table of the orders that it is tried with.

It is `providers.trial_books.Ledger`; neither folder imports the other.
"""

import time
from collections.abc import Callable

from domain.refusals import Refused
from domain.values import value
from storage import keys
from storage.attributes import from_attributes, to_attributes
from storage.reading import read
from storage.store import Store
from storage.transact import transact
from storage.writes import into

KEPT_SECONDS = 90 * 24 * 3600
"""Longer than any real hold on money; what TTL takes is a trial."""


@value
class TrialLedger:
    """Books over the orders table. Both methods raise ConnectionError where the table did not answer."""

    store: Store
    clock: Callable[[], float] = time.time

    def get(self, reference: str) -> tuple[int, str] | None:
        """The version and the text, strongly read."""
        key = to_attributes(keys.trial(reference))
        try:
            answer = read(
                self.store,
                self.store.client.get_item,
                TableName=self.store.orders,
                Key=key,
                ConsistentRead=True,
            )
        except Refused as refused:
            raise ConnectionError(str(refused)) from refused
        if "Item" not in answer:
            return None
        item = from_attributes(answer["Item"])
        return item["version"], item["books"]

    def put(self, reference: str, version: int, text: str) -> bool:
        """Write where the version before (1: nothing) still stands."""
        expires = int(self.clock()) + KEPT_SECONDS
        item = keys.trial(reference) | {"version": version, "books": text, "ttl": expires}
        write = into(self.store.orders, item)
        if version == 1:
            write |= {"ConditionExpression": "attribute_not_exists(PK)"}
        else:
            before = to_attributes({":before": version - 1})
            write |= {"ConditionExpression": "version = :before", "ExpressionAttributeValues": before}
        try:
            return not transact(self.store, [{"Put": write}], subject=reference)
        except Refused as refused:
            raise ConnectionError(str(refused)) from refused
