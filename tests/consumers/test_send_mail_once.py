"""A mail is sent once, whatever comes twice or ends in the middle; and no address gets anywhere else."""

import json
from datetime import timedelta

import pytest

from consumers.mailing import Mail
from resolvers.shapes.inputs import AddressInput
from storage.mail_claims import LEASE
from storage.store import Store
from tests.mailing import ADDRESS, Office, ordered, sent_on, sequences
from tests.shopkeeping import NOW, fake, stocked


@pytest.fixture
def store() -> Store:
    return stocked("LANTERN", "BELL")


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def test_an_event_told_twice_is_written_of_once(store: Store, office: Office) -> None:
    order = ordered(store)
    sent_on(store, order)
    for _ in range(2):
        assert office.told(*sequences(store, order.id), order_id=order.id) == []
    assert len(office.sent) == 3


def test_who_comes_while_another_sends_comes_again(store: Store, office: Office) -> None:
    order, others = ordered(store), []

    def send(mail: Mail) -> None:
        others.append(Office(store, sent=office.sent).told(1, order_id=order.id))
        office.sent.append(mail)

    assert Office(store, send=send).told(1, order_id=order.id) == []
    assert others == [["1"]]
    assert len(office.sent) == 1


def test_a_mail_that_is_refused_is_tried_again_when_its_claim_is_over(store: Store, office: Office) -> None:
    order = ordered(store)

    def refuse(_mail: Mail) -> None:
        raise ConnectionError

    assert Office(store, send=refuse).told(1, order_id=order.id) == ["1"]
    assert office.told(1, order_id=order.id) == ["1"]
    office.now = NOW + LEASE + timedelta(seconds=1)
    assert office.told(1, order_id=order.id) == []
    assert len(office.sent) == 1


class Stopped(BaseException):
    """The function's process ended here."""


def stopped_after(store: Store, office: Office, effects: int, order_id: str) -> None:
    """Tell an event to a function that ends after so many side effects: writes and mails."""
    left = [effects]

    def count() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Stopped

    def before(name: str, _request: object) -> None:
        if name == "transact_write_items":
            count()

    def send(mail: Mail) -> None:
        count()
        office.sent.append(mail)

    forget = fake(store).before(before)
    with pytest.raises(Stopped):
        Office(store, send=send).told(1, order_id=order_id)
    forget()


@pytest.mark.parametrize(("effects", "mails"), [(0, 1), (1, 1), (2, 2)], ids=["claim", "send", "mark"])
def test_wherever_a_function_ends_the_next_one_ends_the_work(
    store: Store, office: Office, effects: int, mails: int
) -> None:
    """Between sending and marking alone a mail goes out again, and once for each such end."""
    order = ordered(store)
    stopped_after(store, office, effects, order.id)
    office.now = NOW + LEASE + timedelta(seconds=1)
    for _ in range(3):
        assert office.told(1, order_id=order.id) == []
    assert len(office.sent) == mails
    assert len({each.letter.text for each in office.sent}) == 1


def test_no_address_and_no_name_is_in_logs_claims_or_answers(
    store: Store, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="orderbell")
    given = {"shipping_address": AddressInput("Zebedee Secret", "1 Lane", "Leeds", "GB")}
    order = ordered(store, **given)

    def refuse(mail: Mail) -> None:
        raise ConnectionError(mail.to)

    failed = Office(store, send=refuse).told(1, order_id=order.id)
    office.now = NOW + LEASE + timedelta(seconds=1)
    office.told_all(order.id)
    claims = [item for item in fake(store).items("orders") if item["PK"]["S"].startswith("MAIL#")]
    seen = caplog.text + json.dumps(claims) + json.dumps(failed)
    assert "mail sent" in seen
    assert claims
    for canary in (ADDRESS, "Ada <Example>", "Zebedee", "20 7946"):
        assert canary not in seen
