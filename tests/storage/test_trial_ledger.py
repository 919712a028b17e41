"""The test provider's books in the orders table."""

from datetime import UTC, datetime

import pytest

from domain.payment_report import ProviderState
from providers.provider import ProviderUnreachableError
from providers.trial import Trial
from storage.attributes import from_attributes
from storage.store import Store
from storage.trial_ledger import KEPT_SECONDS, TrialLedger
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.refusals import client_error
from tests.providers.trials import asked

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def ledger() -> tuple[FakeDynamoDB, TrialLedger]:
    fake = FakeDynamoDB()
    store = Store(fake.client, "orders", "catalog", "MAIN", sleep=lambda _: None)
    return fake, TrialLedger(store, NOW.timestamp)


def test_a_version_is_written_once() -> None:
    _, books = ledger()

    assert books.get("t") is None
    assert books.put("t", 1, "one")
    assert not books.put("t", 1, "another one")
    assert books.put("t", 2, "two")
    assert not books.put("t", 2, "another two")
    assert not books.put("t", 4, "four")
    assert books.get("t") == (2, "two")


def test_books_are_kept_apart_from_orders_and_expire() -> None:
    fake, books = ledger()
    books.put("trial_x", 1, "one")
    (item,) = map(from_attributes, fake.items("orders"))

    assert (item["PK"], item["SK"]) == ("TRIAL#trial_x", "A")
    assert item["ttl"] == int(NOW.timestamp()) + KEPT_SECONDS


def test_functions_and_restarts_share_one_provider() -> None:
    _, books = ledger()
    first, second = (Trial(books, (b"secret",), "https://x/{reference}") for _ in range(2))
    reference = first.authorize(asked("test_action")).reference

    second.confirm(reference, accept=True, now=NOW)

    assert first.look(reference).state is ProviderState.AUTHORIZED


@pytest.mark.parametrize("operation", ["get_item", "transact_write_items"])
def test_a_table_that_does_not_answer_is_a_provider_out_of_reach(operation: str) -> None:
    fake, books = ledger()
    provider = Trial(books, (b"secret",), "https://x/{reference}")
    reference = provider.authorize(asked()).reference

    def fail(name: str, _request: object) -> None:
        if name == operation:
            raise client_error("ThrottlingException", operation="GetItem")

    fake.before(fail)

    with pytest.raises(ProviderUnreachableError):
        provider.capture(reference, 1, "GBP", "k1")


def test_a_write_whose_answer_was_lost_is_done_once() -> None:
    fake, books = ledger()
    provider = Trial(books, (b"secret",), "https://x/{reference}")
    reference = provider.authorize(asked()).reference
    lost: list[str] = []

    def lose(name: str, _request: object) -> None:
        if name == "transact_write_items" and not lost:
            lost.append(name)
            raise client_error("InternalServerError", operation="TransactWriteItems")

    fake.after(lose)

    assert provider.capture(reference, 400, "GBP", "k1").captured == 400
    assert lost
    assert books.get(reference) is not None
    assert provider.look(reference).captured == 400
