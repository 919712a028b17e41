"""Failures of DynamoDB as boto3 shows them, to be raised from the fake's hooks."""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from storage.store import Store
from tests.fakes.refusals import client_error
from tests.shopkeeping import fake

WRITE = "TransactWriteItems"


def conflict() -> Exception:
    """Another transaction held one of the items; no condition failed."""
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    return client_error("TransactionCanceledException", operation=WRITE, CancellationReasons=reasons)


def in_progress() -> Exception:
    """A transaction of the same token is still under way."""
    return client_error("TransactionInProgressException", operation=WRITE)


def throttled() -> Exception:
    """The whole request was throttled."""
    return client_error("ThrottlingException", operation=WRITE)


def throttled_item() -> Exception:
    """One item's partition was throttled."""
    reasons = [{"Code": "None"}, {"Code": "ProvisionedThroughputExceeded"}]
    return client_error("TransactionCanceledException", operation=WRITE, CancellationReasons=reasons)


def server_error() -> Exception:
    """A 5xx answer: it may have been done."""
    return client_error("InternalServerError", operation=WRITE)


def timeout() -> Exception:
    """No answer in time: it may have been done."""
    return ReadTimeoutError(endpoint_url="https://dynamodb")


def closed() -> Exception:
    """A kept-alive socket that was dead: it may have been done."""
    return ConnectionClosedError(endpoint_url="https://dynamodb")


def unreachable() -> Exception:
    """No connection at all."""
    return EndpointConnectionError(endpoint_url="https://dynamodb")


UNKNOWN = (server_error, timeout, closed, unreachable)
"""After these nobody knows whether it was done."""


def lost_before(store: Store, *errors: Exception, name: str = "transact_write_items") -> None:
    """Fail the next calls before they have an effect."""
    fake(store).before(_raising(iter(errors), name))


def lost_after(store: Store, *errors: Exception | None, name: str = "transact_write_items") -> None:
    """Fail the next calls (but those at a None) after they have had their effect: the answer is lost."""
    fake(store).after(_raising(iter(errors), name))


def always(error: Exception) -> Iterator[Exception]:
    """The same failure for ever."""
    return repeat(error)


def failing(store: Store, errors: Iterator[Exception], name: str = "transact_write_items") -> Any:
    """Fail calls before they have an effect, until what this returns is called."""
    return fake(store).before(_raising(errors, name))


def writes(store: Store) -> list[Mapping[str, Any]]:
    """The transactions that were sent."""
    return [request for name, request in fake(store).calls if name == "transact_write_items"]


def _raising(errors: Iterator[Exception | None], name: str) -> Any:
    def hook(called: str, _request: Mapping[str, Any]) -> None:
        error = next(errors, None) if called == name else None
        if error is not None:
            raise error

    return hook
