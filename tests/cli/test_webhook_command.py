"""`orderbell webhook`: what it would post, taken or refused by the route; posting itself is tried on a running laptop."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli import webhook
from cli.outside import Outside, SayError
from domain.lifecycle import PaymentStatus
from providers.provider import ProviderRefusedError
from storage.trial_ledger import TrialLedger
from tests.consumers.webhook_world import SERVER_SECRET, World
from tests.paying import asked, prepaid, stored
from tests.shopkeeping import contents, shipped, stocked


@pytest.fixture
def world() -> World:
    store = stocked("LANTERN")
    return World(store, ledger=TrialLedger(store))


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    webhook.register(parser.add_subparsers())
    return parser.parse_args(["webhook", *words])


def answers(world: World, *words: str) -> list[int]:
    """What the route answers to what these words post; it is then recorded."""
    args, outside = parsed(*words), Outside(4000, world.store, SERVER_SECRET)
    world.now = datetime.now(UTC)
    found = [world.call(each.sender, each.webhook)["statusCode"] for each in webhook.webhooks(args, outside)]
    assert world.work() == []
    return found


def waits(world: World, method: str = "test_pending") -> str:
    order = prepaid(world.store, world.trial, method)
    asked(world.store, world.trial, order.id)
    return order.number


def paid(world: World, number: str) -> PaymentStatus:
    outside = Outside(4000, world.store, SERVER_SECRET)
    return stored(world.store, outside.order(number).id).payments[0].status


@pytest.mark.parametrize(
    ("method", "words", "end"),
    [
        ("test_pending", (), PaymentStatus.AUTHORIZED),
        ("test_pending_declined", (), PaymentStatus.FAILED),
        ("test_action_unanswered", ("--approve",), PaymentStatus.AUTHORIZED),
        ("test_action_unanswered", ("--decline",), PaymentStatus.FAILED),
    ],
)
def test_a_payment_comes_to_the_end_that_is_told(
    world: World, method: str, words: tuple[str, ...], end: PaymentStatus
) -> None:
    number = waits(world, method)
    assert answers(world, "payment", number, *words) == [200]
    assert paid(world, number) is end
    assert answers(world, "payment", number, "--all") == [200, 200]
    assert paid(world, number) is end


@pytest.mark.parametrize("wrong", ["--forge", "--stale"])
def test_what_is_signed_wrongly_is_refused(world: World, wrong: str) -> None:
    number = waits(world)
    shipped(world.store)
    assert answers(world, "payment", number, wrong) == [400]
    assert paid(world, number) is PaymentStatus.PENDING
    assert answers(world, "carrier", shipped(world.store).number, "DELIVERED", wrong) == [400]


def test_a_forger_does_not_move_the_providers_books(world: World) -> None:
    number = waits(world)
    before = contents(world.store)
    answers(world, "payment", number, "--forge")
    assert contents(world.store) == before


def test_a_carriers_word_reaches_the_parcel(world: World) -> None:
    order = shipped(world.store)
    assert answers(world, "carrier", order.number, "IN_TRANSIT", "--ago", "5", "--id", "own-1") == [200]
    assert stored(world.store, order.id).fulfillments[0].tracked == ("own-1",)


def test_what_cannot_be_told_is_said(world: World) -> None:
    number = waits(world)
    answers(world, "payment", number)
    for words, why in (
        (("payment", number), "Nothing waits"),
        (("payment", number, "--payment", "pay_0007"), "no payment pay_0007"),
        (("payment", "NOWHERE"), "no order NOWHERE"),
        (("carrier", number, "DELIVERED"), "No parcel"),
    ):
        with pytest.raises(SayError, match=why):
            answers(world, *words)
    with pytest.raises(ProviderRefusedError, match="idempotency_key_reused"):
        answers(world, "payment", number, "--decline")


@pytest.mark.parametrize("times", ["0", "1001", "x"])
def test_it_repeats_between_once_and_a_thousand_times(times: str) -> None:
    with pytest.raises(SystemExit):
        parsed("payment", "B-1", "--repeat", times)


@pytest.mark.parametrize(
    ("statuses", "wrong", "code"),
    [([200, 200], False, 0), ([200, 400], False, 1), ([400, 400], True, 0), ([400, 200], True, 1)],
)
def test_the_exit_code_says_whether_it_was_answered_as_it_should_be(
    statuses: list[int],
    wrong: bool,
    code: int,
) -> None:
    assert webhook.verdict(statuses, wrong=wrong) == code


def test_without_a_server_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path))
    assert webhook.run(parsed("payment", "B-1")) == 2
    assert "make run" in capsys.readouterr().err
