"""The publisher leaves 70 % of the account's AppSync request tokens to everybody else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.publisher import PAUSES, TRIES
from consumers.push_status import THREADS
from infra.declared import load
from infra.push_rate import Publishing, most_requests
from infra.stages import STAGES, StageConfig
from wiring.declarations import TableStream

SMALL = Publishing(TableStream("orders", "Z#", parallelization=3), concurrency=15, threads=2, pauses=PAUSES)
"""What obeys the rule: 15 calls of 2 threads, each 20 requests a second, are 600."""


def declared() -> Publishing:
    (push,) = (each for each in load().consumers if each.publishes)
    assert isinstance(push.source, TableStream)
    return Publishing(push.source, push.concurrency, THREADS, PAUSES)


def test_it_may_send_600_requests_a_second_of_2000_tokens() -> None:
    assert most_requests(2_000) == 600


def test_threads_of_all_calls_send_as_fast_as_they_are_answered() -> None:
    assert (SMALL.in_flight(), SMALL.requests_a_second()) == (30, 600)


def test_one_shard_has_no_more_calls_than_lanes() -> None:
    assert (SMALL.calls(shards=1), SMALL.calls(shards=4), SMALL.calls(shards=6)) == (3, 12, 15)


def test_a_batch_of_one_record_keeps_one_thread_busy() -> None:
    assert replace(SMALL, source=replace(SMALL.source, batch_size=1)).in_flight() == 15


def test_refused_at_once_it_is_its_pauses_that_bound_it() -> None:
    """Three tries with waits of 0.05 and 0.2 s on average: 12 a second and thread, where an answer takes a second."""
    assert SMALL.requests_a_second(least_seconds=1) == pytest.approx(30 * 12)


def test_an_event_is_sent_nine_times_at_the_very_most() -> None:
    assert (SMALL.tries, SMALL.requests_an_event) == (TRIES, 9)


@given(st.integers(1, 100), st.integers(1, 100))
def test_a_thread_or_a_call_more_never_asks_for_less(threads: int, concurrency: int) -> None:
    here = replace(SMALL, threads=threads, concurrency=concurrency)

    assert replace(here, threads=threads + 1).requests_a_second() >= here.requests_a_second()
    assert replace(here, concurrency=concurrency + 1).requests_a_second() >= here.requests_a_second()


@pytest.mark.parametrize(
    "stage", [each for each in STAGES if each.reserve_concurrency], ids=lambda each: each.name
)
def test_the_declared_publisher_stays_within_its_share(stage: StageConfig) -> None:
    assert declared().requests_a_second() <= most_requests(stage.request_tokens)
