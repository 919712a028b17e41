"""The one retry layer: what each failure of a transaction leads to, by injection."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from domain.refusals import Busy, Refused, UnknownOutcome, UserError
from storage.store import Store
from storage.transact import CAP_SECONDS, MAX_TRIES, Failed, transact
from tests.fakes.refusals import client_error
from tests.shopkeeping import empty_store, fake
from tests.storage.failing import (
    UNKNOWN,
    WRITE,
    always,
    conflict,
    failing,
    in_progress,
    lost_after,
    lost_before,
    throttled,
    throttled_item,
    writes,
)  # fmt: skip

Make = Callable[[], Exception]
ITEM = {"PK": {"S": "p"}, "SK": {"S": "s"}}
PUT: dict[str, Any] = {"Put": {"TableName": "orders", "Item": ITEM}}


def new(item: Mapping[str, Any] = ITEM) -> dict[str, Any]:
    return {"Put": {"TableName": "orders", "Item": item, "ConditionExpression": "attribute_not_exists(PK)"}}


def outcome(store: Store, *given: Mapping[str, Any]) -> UserError | tuple[Failed, ...]:
    try:
        return transact(store, given or (PUT,), subject="ord_1")
    except Refused as refused:
        return refused.refusals[0]


def test_what_holds_is_written() -> None:
    store = empty_store()
    assert (outcome(store), fake(store).items("orders")) == ((), [ITEM])


def test_a_condition_that_fails_is_named_and_nothing_is_written() -> None:
    store = empty_store()
    fake(store).put_item(TableName="orders", Item=ITEM)
    other = ITEM | {"SK": {"S": "t"}}
    assert outcome(store, new(other), new()) == (Failed(1, None),)
    assert fake(store).items("orders") == [ITEM]


def test_a_condition_that_fails_is_not_tried_again() -> None:
    store = empty_store()
    fake(store).put_item(TableName="orders", Item=ITEM)
    outcome(store, new())
    assert len(writes(store)) == 1


def test_the_item_that_failed_its_condition_is_told_where_asked_for() -> None:
    store = empty_store()
    fake(store).put_item(TableName="orders", Item=ITEM | {"n": {"N": "7"}})
    put = new()["Put"] | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    assert outcome(store, {"Put": put}) == (Failed(0, {"PK": "p", "SK": "s", "n": 7}),)


@pytest.mark.parametrize("make", [conflict, in_progress, throttled, throttled_item, *UNKNOWN])
def test_a_failure_that_passes_is_survived_with_the_same_token_and_bytes(make: Make) -> None:
    store = empty_store()
    lost_before(store, make(), make())
    assert outcome(store) == ()
    assert writes(store) == [{"TransactItems": (PUT,), "ClientRequestToken": "token-1"}] * 3


@pytest.mark.parametrize("make", [conflict, in_progress, throttled, throttled_item])
def test_conflicts_and_throttles_without_end_are_busy_after_six_tries(make: Make) -> None:
    store = empty_store()
    failing(store, always(make()))
    error = outcome(store)
    assert isinstance(error, Busy)
    assert (error.retry_after_ms, len(writes(store)), fake(store).items("orders")) == (500, MAX_TRIES, [])


@pytest.mark.parametrize("make", UNKNOWN)
def test_an_answer_lost_after_the_effect_is_replayed_not_refused(make: Make) -> None:
    store = empty_store()
    lost_after(store, make())
    assert (outcome(store, new()), len(writes(store))) == ((), 2)


@pytest.mark.parametrize("make", UNKNOWN)
def test_what_stays_unknown_is_said_with_its_subject(make: Make) -> None:
    store = empty_store()
    failing(store, always(make()))
    error = outcome(store)
    assert isinstance(error, UnknownOutcome)
    assert (error.id, len(writes(store))) == ("ord_1", MAX_TRIES)


def test_an_unknown_try_among_throttles_stays_unknown() -> None:
    store = empty_store()
    failing(store, iter([throttled(), UNKNOWN[0](), *[throttled()] * 4]))
    assert isinstance(outcome(store), UnknownOutcome)


def test_an_error_that_no_retry_mends_is_raised_at_once() -> None:
    store = empty_store()
    lost_before(store, client_error("AccessDeniedException", operation=WRITE))
    with pytest.raises(ClientError):
        outcome(store)
    assert len(writes(store)) == 1


def test_a_request_that_the_sdk_does_not_send_is_a_bug_and_raised_at_once() -> None:
    store = empty_store()
    lost_before(store, NoCredentialsError())
    with pytest.raises(NoCredentialsError):
        outcome(store)
    assert len(writes(store)) == 1


def test_pauses_double_to_the_cap_and_none_follows_the_last_try() -> None:
    slept: list[float] = []
    store = replace(empty_store(), sleep=slept.append, dice=lambda: 1.0)
    failing(store, always(conflict()))
    outcome(store)
    assert slept == [0.02, 0.04, 0.08, 0.16, 0.32]
    assert max(slept) < CAP_SECONDS


def test_pauses_are_thrown_from_nothing_to_the_whole() -> None:
    slept: list[float] = []
    store = replace(empty_store(), sleep=slept.append, dice=iter([0.0, 0.5]).__next__)
    lost_before(store, conflict(), conflict())
    outcome(store)
    assert slept == [0.0, 0.02]


@pytest.mark.parametrize(("make", "kind"), [(throttled, Busy), (UNKNOWN[1], UnknownOutcome)])
def test_a_spent_budget_ends_the_tries(make: Make, kind: type[UserError]) -> None:
    seconds = count(0, 3)
    store = replace(empty_store(), monotonic=lambda: float(next(seconds)))
    failing(store, always(make()))
    assert (type(outcome(store)), len(writes(store))) == (kind, 3)


def test_each_transaction_has_a_token_of_its_own() -> None:
    store = empty_store()
    outcome(store)
    outcome(store)
    assert [request["ClientRequestToken"] for request in writes(store)] == ["token-1", "token-2"]
