"""Bugs of order are planted in consumers, and the crash points find each: what finds none of them proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consumers import picturing, receive_webhook, send_mail, waiting, watch_stock
from storage.inbox import Entry, finish, take
from storage.low_stock import set_told
from storage.mail_claims import Claim, claim, mark
from storage.waits import forget_wait
from tests.crashing.rows import Row, rows
from tests.crashing.trial_runs import cut, differences, straight
from tests.shopkeeping import NOW

Patch = pytest.MonkeyPatch


def marks_before_it_sends(patch: Patch) -> None:
    def both(store: Any, order_id: str, name: str, now: Any) -> Claim:
        answer = claim(store, order_id, name, now)
        if answer is Claim.OURS:
            mark(store, order_id, name, now)
        return answer

    patch.setattr(send_mail, "claim", both)


def sends_without_a_claim(patch: Patch) -> None:
    patch.setattr(send_mail, "claim", lambda *_: Claim.OURS)


def forgets_a_wait_before_it_ends_it(patch: Patch) -> None:
    end, store = waiting.end, list[Any]()
    order_of = waiting._order

    def remembered(waiter: Any, wait: Any) -> Any:
        store.append(waiter.store)
        return order_of(waiter, wait)

    def forgetful(workflow: Any, wait: Any, outcome: Any) -> None:
        forget_wait(store[-1], wait)
        end(workflow, wait, outcome)

    patch.setattr(waiting, "_order", remembered)
    patch.setattr(waiting, "end", forgetful)


def takes_an_upload_away_before_it_is_shown(patch: Patch) -> None:
    tell = picturing.Studio._tell

    def hasty(studio: Any, upload: Any, shown: Any) -> None:
        studio._take_away(upload)
        tell(studio, upload, shown)

    patch.setattr(picturing.Studio, "_tell", hasty)


def calls_an_event_done_before_it_is_queued(patch: Patch) -> None:
    def done(store: Any, entry: Entry) -> Entry:
        first = take(store, entry)
        finish(store, replace(first, done_at=NOW))
        return first

    patch.setattr(receive_webhook.inbox, "take", done)


def notes_before_it_tells(patch: Patch) -> None:
    judge = watch_stock._judge

    def hasty(watch: Any, found: Any) -> None:
        if found.is_low and not found.told:
            set_told(watch.store, found.sku, told=True)
        judge(watch, found)

    patch.setattr(watch_stock, "_judge", hasty)


PLANTED: list[tuple[str, Callable[[Patch], None], str]] = [
    ("send_mail", marks_before_it_sends, "lost of mails"),
    ("send_mail", sends_without_a_claim, "repeated of mails"),
    ("end_wait", forgets_a_wait_before_it_ends_it, "what is kept differs"),
    ("make_pictures", takes_an_upload_away_before_it_is_shown, "what is kept differs"),
    ("receive_webhook", calls_an_event_done_before_it_is_queued, "what is kept differs"),
    ("watch_stock", notes_before_it_tells, "lost of told"),
]


@pytest.mark.parametrize(
    ("consumer", "bug", "found"), PLANTED, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_planted_bug_is_found(
    consumer: str, bug: Callable[[Patch], None], found: str, monkeypatch: Patch
) -> None:
    row = next(each for each in rows() if each.consumer == consumer)
    bug(monkeypatch)

    assert any(each.startswith(found) for each in wrong(row))


def wrong(row: Row) -> list[str]:
    """What is wrong after any crash; of an event that comes twice, where the code does not die for it, too."""
    world, event = row.begin()
    whole = straight(row, world, event)
    told = [each for crash in whole.points for each in differences(row, whole, cut(row, world, event, crash))]
    return told + differences(row, whole, straight(row, world, event, times=2))
