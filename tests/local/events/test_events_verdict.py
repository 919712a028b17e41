"""What becomes of a batch, as values: AWS's rules for partial failures, retries and record age."""

import pytest

from local.events.records import StreamRecord
from local.events.verdict import UNLIMITED, Batch, first_failed, judge, without_expired


def record(number: int, written_at: float = 1000.0) -> StreamRecord:
    return StreamRecord(number, str(number), written_at, f"item {number}", "Z#1", {})


def batch(*numbers: int, retries_used: int = 0) -> Batch:
    return Batch(tuple(record(number) for number in numbers), retries_used)


def failing(*identifiers: object) -> dict:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": None}, failing(), {"misspelt": [1]}])
def test_an_answer_without_failures_finishes_the_batch(answer):
    assert first_failed(answer, batch(5, 6, 7)) == 3


@pytest.mark.parametrize(("named", "position"), [(["6"], 1), (["7", "6"], 1), (["5"], 0), (["7"], 2)])
def test_the_lowest_named_record_is_where_the_retry_begins(named, position):
    assert first_failed(failing(*named), batch(5, 6, 7)) == position


@pytest.mark.parametrize(
    "answer",
    [
        failing("8"),
        failing("7", "8"),
        failing(""),
        failing(None),
        failing(6),
        {"batchItemFailures": [{"id": "6"}]},
        {"batchItemFailures": ["6"]},
        {"batchItemFailures": "6"},
        "done",
        ["6"],
    ],
)
def test_a_malformed_answer_fails_the_whole_batch(answer):
    assert first_failed(answer, batch(5, 6, 7)) == 0


def test_a_finished_batch_leaves_nothing():
    verdict = judge(batch(5, 6), 2, retries=2)
    assert verdict.done == batch(5, 6).records
    assert (verdict.again, verdict.given_up) == ((), ())


def test_a_partial_answer_cuts_the_batch_there_without_using_a_retry():
    verdict = judge(batch(5, 6, 7, retries_used=1), 1, retries=2)
    assert verdict.done == batch(5).records
    assert verdict.again == (batch(6, 7, retries_used=1),)


@pytest.mark.parametrize(
    ("failed", "halves"),
    [((5, 6), [(5,), (6,)]), ((5, 6, 7), [(5, 6), (7,)]), ((5, 6, 7, 8), [(5, 6), (7, 8)])],
)
def test_a_batch_that_fails_whole_is_cut_in_two_without_using_a_retry(failed, halves):
    verdict = judge(batch(*failed, retries_used=1), 0, retries=2)
    assert verdict.again == tuple(batch(*half, retries_used=1) for half in halves)
    assert (verdict.done, verdict.given_up) == ((), ())


def test_a_single_record_sent_again_uses_a_retry():
    assert judge(batch(5), 0, retries=2).again == (batch(5, retries_used=1),)


def test_without_retries_left_a_single_record_is_given_up():
    verdict = judge(batch(5, retries_used=2), 0, retries=2)
    assert (verdict.given_up, verdict.again) == (batch(5).records, ())


def test_no_retries_at_all_still_cuts_in_two():
    assert judge(batch(5, 6), 0, retries=0).again == (batch(5), batch(6))


def deliver(numbers: range, bad: int, partial: bool) -> tuple[list[StreamRecord], list[StreamRecord], int]:
    """Run a batch to its end with one record that always fails: what is done, what is given up, invocations."""
    waiting, done, given_up, invocations = [batch(*numbers)], [], [], 0
    while waiting:
        current, invocations = waiting.pop(0), invocations + 1
        names = [record.sequence for record in current.records]
        failed = (names.index(bad) if partial else 0) if bad in names else len(names)
        verdict = judge(current, failed, retries=2)
        done, given_up = [*done, *verdict.done], [*given_up, *verdict.given_up]
        waiting = [*verdict.again, *waiting]
    return done, given_up, invocations


@pytest.mark.parametrize("partial", [True, False])
@pytest.mark.parametrize("bad", [0, 1, 49, 50, 98, 99])
def test_one_bad_record_of_a_hundred_is_given_up_alone_and_the_others_keep_their_order(bad, partial):
    done, given_up, invocations = deliver(range(100), bad, partial)
    assert [record.sequence for record in given_up] == [bad]
    assert [record.sequence for record in done] == [number for number in range(100) if number != bad]
    assert invocations <= 20  # 7 cuts with 2 batches each, then 2 retries, and what was whole at first


def test_minus_one_retries_for_ever():
    assert judge(batch(5, retries_used=10_000), 0, retries=UNLIMITED).again


@pytest.mark.parametrize(("now", "expired"), [(1120.0, 0), (1120.5, 2)])
def test_records_over_the_maximum_age_are_not_delivered(now, expired):
    fresh, old = without_expired(batch(5, 6), 120, now)
    assert (len(fresh.records), len(old)) == (2 - expired, expired)


def test_only_the_old_records_expire():
    mixed = Batch((record(5, written_at=1.0), record(6)), retries_used=1)
    assert without_expired(mixed, 120, 1010.0) == (batch(6, retries_used=1), (record(5, written_at=1.0),))


def test_minus_one_seconds_never_expire():
    assert without_expired(batch(5), UNLIMITED, 1e12) == (batch(5), ())
