"""Decides what becomes of a batch after a function has answered: done, tried again from where, or given up.

The rules are those of a Lambda event source mapping on a DynamoDB stream with ReportBatchItemFailures and
BisectBatchOnFunctionError, both of which our mappings have: docs.aws.amazon.com/lambda/latest/dg/,
services-ddb-batchfailurereporting.html and services-dynamodb-errors.html. Pure: no clock, no thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from local.events.records import StreamRecord

UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one invocation, in order, and how many retries they have had."""

    records: tuple[StreamRecord, ...]
    retries_used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows an invocation: records that are done, batches to try again in this order, records given up."""

    done: tuple[StreamRecord, ...] = ()
    again: tuple[Batch, ...] = ()
    given_up: tuple[StreamRecord, ...] = ()


def first_failed(answer: object, batch: Batch) -> int:
    """Return the index of the first record to deliver again; the batch's length when all are done.

    All done: no answer, or one without a `batchItemFailures` list (so a misspelt key loses records, as on AWS).
    Some failed: from the lowest sequence number named. An answer of another shape, or one that names a record
    which is not in the batch, is a failure of the whole batch.
    """
    if answer is None:
        return len(batch.records)
    if not isinstance(answer, Mapping):
        return 0
    failures = answer.get("batchItemFailures")
    if failures is None:
        return len(batch.records)
    if not isinstance(failures, list):
        return 0
    positions = {record.identifier: index for index, record in enumerate(batch.records)}
    return min((positions.get(_identifier(failure), 0) for failure in failures), default=len(batch.records))


def judge(batch: Batch, failed_from: int, retries: int) -> Verdict:
    """Decide what follows when the records before `failed_from` are done and the others are not.

    Some are done: the batch is cut there, the rest comes again. None is: it is cut in two halves, in order. Neither
    counts against `retries` (-1: no limit), only the same batch sent again does, which is one of a single record.
    AWS does not say what an answer that names the first record does; we cut in two there as well, so that a record
    that always fails is given up alone.
    """
    done, rest = batch.records[:failed_from], batch.records[failed_from:]
    if not rest:
        return Verdict(done=done)
    if done:
        return Verdict(done=done, again=(Batch(rest, batch.retries_used),))
    if len(rest) > 1:
        return Verdict(again=_halves(batch))
    if retries != UNLIMITED and batch.retries_used >= retries:
        return Verdict(given_up=rest)
    return Verdict(again=(Batch(rest, batch.retries_used + 1),))


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    middle = (len(batch.records) + 1) // 2
    return (
        Batch(batch.records[:middle], batch.retries_used),
        Batch(batch.records[middle:], batch.retries_used),
    )


def without_expired(
    batch: Batch, record_age_seconds: int, now: float
) -> tuple[Batch, tuple[StreamRecord, ...]]:
    """Split off the records that are older than the mapping's maximum age (-1: none): AWS does not deliver them."""
    if record_age_seconds == UNLIMITED:
        return batch, ()
    expired = tuple(record for record in batch.records if now - record.written_at > record_age_seconds)
    if not expired:
        return batch, ()
    fresh = tuple(record for record in batch.records if now - record.written_at <= record_age_seconds)
    return Batch(fresh, batch.retries_used), expired


def _identifier(failure: object) -> str:
    name = failure.get("itemIdentifier") if isinstance(failure, Mapping) else None
    return name if isinstance(name, str) else ""
