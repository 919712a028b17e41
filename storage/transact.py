"""One conditional transaction, tried until its outcome is known: the only retry layer there is.

A conflict or a throttle waits with full jitter and sends the same bytes with the same token; so does a lost answer,
which DynamoDB then replays (ClientRequestToken, 10 minutes). What stays unknown is said to be unknown.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from domain.ids import Id
from domain.refusals import Busy, Refused, UnknownOutcome
from domain.values import value
from storage.attributes import Item, from_attributes
from storage.store import Store

BASE_SECONDS, CAP_SECONDS, MAX_TRIES = 0.020, 0.400, 6
BUSY_PAUSE_MS = 500

THROTTLES = {
    "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingError",
    "ProvisionedThroughputExceeded",
}  # fmt: skip
LOST = (HTTPClientError, NoConnectionError)
"""What boto3 raises where a request or its answer was lost on the way; its other errors are ours."""

_CONFLICTS = {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}


@value
class Failed:
    """A condition that did not hold: which write of the transaction, and the item as it is (None: there is none)."""

    index: int
    item: Item | None


class _Next(Enum):
    """What an error means for the next try."""

    CONFLICT = "nothing was written; try again"
    THROTTLED = "nothing was written; try again more slowly"
    UNKNOWN = "it may have been written; send the same again"


def transact(store: Store, writes: Sequence[Mapping[str, Any]], *, subject: str) -> tuple[Failed, ...]:
    """Write all or nothing. Returns the conditions that failed; none means that it is written.

    Raises Refused(Busy) where nothing was written and tries are used up, Refused(UnknownOutcome) for `subject` where
    it may have been. Errors that no retry can mend are raised as they come.
    """
    token, deadline, unknown = store.token(), store.monotonic() + store.budget_seconds, False
    for attempt in range(MAX_TRIES):
        try:
            store.client.transact_write_items(TransactItems=writes, ClientRequestToken=token)  # type: ignore[arg-type]
        except ClientError as error:
            failed = _failed_conditions(error)
            if failed:
                return failed
            unknown |= _meaning(error) is _Next.UNKNOWN
        except LOST:
            unknown = True
        else:
            return ()
        pause = store.dice() * min(CAP_SECONDS, BASE_SECONDS * 2**attempt)
        if attempt == MAX_TRIES - 1 or store.monotonic() + pause > deadline:
            break
        store.sleep(pause)
    if unknown:
        message = "It is not known whether this was written. Send the same request again: that is safe."
        raise Refused(UnknownOutcome("UNKNOWN_OUTCOME", message, (), Id(subject)))
    raise Refused(Busy("BUSY", "Too much is going on at once. Try again shortly.", (), BUSY_PAUSE_MS))


def _failed_conditions(error: ClientError) -> tuple[Failed, ...]:
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    return tuple(
        Failed(index, from_attributes(reason["Item"]) if reason.get("Item") else None)
        for index, reason in enumerate(reasons)
        if reason.get("Code") == "ConditionalCheckFailed"
    )


def _meaning(error: ClientError) -> _Next:
    """What to do about an error; one that no retry can mend is raised."""
    code = error.response["Error"]["Code"]
    codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])} | {code}
    if codes & _CONFLICTS:
        return _Next.CONFLICT
    if codes & THROTTLES:
        return _Next.THROTTLED
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return _Next.UNKNOWN
    raise error
